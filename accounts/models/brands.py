"""Brands: the companies that this desk cancels for."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower

from accounts.addresses import AddressField, DomainField
from accounts.phones import E164_PATTERN, PhoneField
from accounts.validators import (
    validate_locale,
    validate_logo,
    validate_region,
    validate_verification,
)


def choose_logo_path(_brand: "Brand", _filename: str) -> str:
    """A random path: the uploaded name never reaches the file system."""
    return f"logos/{secrets.token_hex(16)}"


def use_sandbox_provider() -> dict[str, Any]:
    """The provisioning of a new brand until somebody sets it."""
    return {"adapter": "sandbox"}


class Brand(models.Model):
    """A company that customers know; its mail, its look, its policies and its provisioning."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    email_name = models.CharField(max_length=120, help_text="The sender's name on every email.")
    email_from = AddressField(help_text="The sender's address on every email.")
    reply_domain = DomainField(
        max_length=253,
        unique=True,
        help_text="Replies come to reply+…@ this domain. It belongs to one brand alone.",
    )
    phone = PhoneField(max_length=16, blank=True)
    colour = models.CharField(
        max_length=7,
        default="#1f5fbf",
        validators=[RegexValidator(r"^#[0-9a-f]{6}\Z", "Write # and six of 0–9 and a–f.")],
    )
    logo = models.FileField(
        upload_to=choose_logo_path,
        blank=True,
        validators=[validate_logo],
        help_text="Stands on top of every email: PNG, JPEG or GIF, 200 kB at most, read at 40 "
        "pixels of height, also on white in dark mode.",
    )
    default_locale = models.CharField(max_length=16, default="en", validators=[validate_locale])
    default_region = models.CharField(
        max_length=2,
        default="US",
        validators=[validate_region],
        help_text="Phone numbers without + are read as of this country.",
    )
    verification = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_verification],
        help_text="How a caller is verified, such as [“Account PIN”, “Last bill amount”].",
    )
    checks_needed = models.PositiveSmallIntegerField(
        default=1,
        db_default=1,
        validators=[MinValueValidator(1)],
        help_text="How many of these make a caller verified, who may then end services.",
    )
    provisioning = models.JSONField(
        default=use_sandbox_provider,
        help_text="{“adapter”: name, …its settings}; “kinds” may name another for an item kind.",
    )

    retention_days = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(30)],
        help_text="So many days after its end a case loses everything personal. Nothing: never.",
    )
    fee_alone_up_to = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
        help_text="A supervisor alone may lower a fee by this much; beyond it a colleague agrees.",
    )
    notice_alone_days = models.PositiveSmallIntegerField(
        default=0,
        help_text="A supervisor alone may shorten the notice by so many days; beyond it a "
        "colleague agrees.",
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fee_alone_up_to__gte=0), name="brand_fee_alone_is_no_debt"
            ),
            models.CheckConstraint(
                condition=models.Q(reply_domain=Lower("reply_domain")),
                name="brand_reply_domain_is_lower",
            ),
            models.CheckConstraint(
                condition=models.Q(email_from=Lower("email_from")), name="brand_email_is_lower"
            ),
            models.CheckConstraint(
                condition=models.Q(phone="") | models.Q(phone__regex=E164_PATTERN),
                name="brand_phone_is_e164",
                violation_error_message="Write the phone number as + and digits.",
            ),
            models.CheckConstraint(
                condition=models.Q(colour__regex=r"^#[0-9a-f]{6}$"), name="brand_colour_is_hex"
            ),
            models.CheckConstraint(
                condition=models.Q(checks_needed__gte=1), name="brand_checks_at_least_one"
            ),
            models.CheckConstraint(
                condition=models.Q(retention_days=None) | models.Q(retention_days__gte=30),
                name="brand_retention_is_a_month",
            ),
            models.CheckConstraint(
                condition=models.Q(default_region__regex=r"^[A-Z]{2}$"),
                name="brand_region_is_iso",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def phone_region(self) -> str:
        """The country that a number without "+" belongs to."""
        return self.default_region

    def clean(self) -> None:
        """Check what belongs together. Raises ValidationError by field."""
        from accounts.provisioning import validate_config

        validate_config(self.provisioning)
        named = len(self.verification) if isinstance(self.verification, list) else 0
        if named and (self.checks_needed or 1) > named:
            said = f"Only {named} checks are named, so at most {named} can be asked for."
            raise ValidationError({"checks_needed": said})
