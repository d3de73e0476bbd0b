"""Cleaning that several models share."""

from django.core.exceptions import ValidationError
from django.db.models import Model

from accounts.phones import normalise_phone


def clean_phone_field(instance: Model, field: str, *, region: str) -> None:
    """Normalise a phone number in place. Raises ValidationError under the field's name."""
    text = getattr(instance, field)
    if not text:
        return
    try:
        setattr(instance, field, normalise_phone(text, region=region))
    except ValidationError as error:
        raise ValidationError({field: error.error_list}) from error
