"""Phone numbers: stored as E.164 ("+13125550164"), typed in any format, shown for reading."""

import re
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from phonenumbers import NumberParseException, PhoneNumberFormat

E164_PATTERN = r"^\+[1-9][0-9]{5,14}$"
MAX_TYPED = 60


class InvalidPhone(ValidationError):
    """The text is no telephone number of any country, or not of the region given; a field error."""


def normalise_phone(text: str, *, region: str) -> str:
    """Return ``text`` as E.164. Without "+", it is read as dialled inside ``region`` (ISO, "US").

    Raises InvalidPhone. An extension ("x12") is refused, because it cannot be stored.
    """
    if len(text) > MAX_TYPED:
        raise InvalidPhone("A phone number has at most 15 digits.", code="phone")
    try:
        number = phonenumbers.parse(text.strip(), region)
    except NumberParseException as error:
        raise InvalidPhone(f"“{text}” is not a phone number.", code="phone") from error
    if number.extension:
        raise InvalidPhone("Leave out the extension; it is kept as a service.", code="extension")
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhone(
            f"“{text}” is not a number that can exist in {_name_region(number, region)};"
            " write other countries' numbers with + and the country code.",
            code="phone",
        )
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def format_phone(e164: str, *, region: str = "") -> str:
    """Return a stored number for reading: national inside ``region``, else international.

    What is no number (an extension, an ICCID) comes back as it is.
    """
    try:
        number = phonenumbers.parse(e164, None)
    except NumberParseException:
        return e164
    inside = region and phonenumbers.region_code_for_number(number) == region
    style = PhoneNumberFormat.NATIONAL if inside else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def list_prefixes(text: str, *, regions: frozenset[str]) -> list[str]:
    """Return the E.164 beginnings that somebody who types ``text`` may mean.

    "312 555" means +312555… and, inside the US, +1312555…; "0301" means +49301… inside Germany.
    A text with fewer than three digits gives nothing.
    """
    if text.strip().startswith("+"):
        text = text.replace("(0)", "")  # "+49 (0)30": the 0 is for callers inside the country
    digits = "".join(
        character for character in text if character.isdecimal() and character.isascii()
    )
    if len(digits) < 3:
        return []
    if text.strip().startswith("+"):
        return [f"+{digits}"]
    found = [f"+{digits}"]
    for region in sorted(regions):
        metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
        if metadata is None:
            continue
        national = digits
        trunk = metadata.national_prefix or ""
        if trunk and digits.startswith(trunk):
            national = digits[len(trunk) :]
        found += [f"+{metadata.country_code}{digits}", f"+{metadata.country_code}{national}"]
        exit_code = metadata.preferred_international_prefix or metadata.international_prefix or ""
        if exit_code.isdecimal() and digits.startswith(exit_code):
            found.append(f"+{digits[len(exit_code) :]}")
    return [prefix for prefix in dict.fromkeys(found) if len(prefix) > 3]


class PhoneField(models.CharField):
    """A phone number that is brought to E.164 on every save and full_clean, bulk_create included.

    Without "+", it is read as of the country that its row names in ``phone_region``.
    """

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        return super().clean(self._normalise(value, model_instance), model_instance)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        number = self._normalise(super().pre_save(model_instance, add), model_instance)
        setattr(model_instance, self.attname, number)
        return number

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        """Let people type spaces and brackets beyond the stored length."""
        return super().formfield(**{"max_length": MAX_TYPED} | kwargs)

    def _normalise(self, value: Any, row: models.Model | None) -> str:
        if not value or re.match(E164_PATTERN, value):
            return value or ""
        return normalise_phone(value, region=getattr(row, "phone_region", ""))


def _name_region(number: phonenumbers.PhoneNumber, region: str) -> str:
    return phonenumbers.region_code_for_country_code(number.country_code or 0) or region
