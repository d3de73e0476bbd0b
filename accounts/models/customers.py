"""Customers, the people who speak for them, and the places that they have."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower, Reverse

from accounts.addresses import AddressField
from accounts.folding import FoldedAccountNumber, FoldedName
from accounts.models.brands import Brand
from accounts.phones import E164_PATTERN, PhoneField
from accounts.validators import validate_locale, validate_region, validate_timezone


class Customer(models.Model):
    """An account with a brand."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="customers")
    account_number = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64, validators=[validate_timezone])
    locale = models.CharField(max_length=16, default="en", validators=[validate_locale])
    region = models.CharField(
        max_length=2,
        blank=True,
        validators=[validate_region],
        help_text="Two-letter country. Nothing means the brand's.",
    )
    currency = models.CharField(
        max_length=3,
        default="USD",
        validators=[RegexValidator(r"^[A-Z]{3}\Z", "Three capital letters, such as USD.")],
    )
    billing_anchor = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text="The day on which a billing month starts; 29 to 31 clamp to shorter months.",
    )
    balance = models.DecimalField(
        max_digits=14, decimal_places=4, default=0, help_text="What is owed; less than 0 is credit."
    )
    inventory_problem = models.CharField(
        max_length=200,
        blank=True,
        help_text="Why the account's inventory could not be read; while it stands, nothing that "
        "ends the account can be confirmed (R45).",
    )
    inventory_read_at = models.DateTimeField(
        null=True, blank=True, help_text="When the inventory was last read, or tried to be."
    )
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # What search compares: made by the database, so that no import or update can leave it behind,
    # and in the "C" collation, so that a plain index finds beginnings in any database.
    name_key = models.GeneratedField(
        expression=FoldedName("name"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    account_key = models.GeneratedField(
        expression=FoldedAccountNumber("account_number"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    # Set by queries.find_customers: what was found ("phone") and the text that was found.
    matched_by: str = ""
    matched: str = ""

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "account_number"], name="customer_account_number_is_unique"
            ),
            models.CheckConstraint(
                condition=~models.Q(account_number="") & ~models.Q(name=""),
                name="customer_is_named",
            ),
            models.CheckConstraint(
                condition=models.Q(billing_anchor__gte=1, billing_anchor__lte=31),
                name="customer_billing_anchor_in_month",
            ),
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="customer_currency_is_iso"
            ),
            models.CheckConstraint(
                condition=models.Q(region__regex=r"^([A-Z]{2})?$"), name="customer_region_is_iso"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="customer_by_name"),
            models.Index(fields=["brand", "name_key"], name="customer_name_prefix"),
            models.Index(fields=["brand", "account_key"], name="customer_account_prefix"),
            GinIndex(SearchVector("name_key", config="simple"), name="customer_name_words"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.account_number}"

    @property
    def place(self) -> str:
        """The city of the time zone, for reading: "America/Los_Angeles" → "Los Angeles"."""
        return self.timezone.rpartition("/")[2].replace("_", " ")

    @property
    def phone_region(self) -> str:
        """The country of numbers without "+"; "" until that is known."""
        return self.region or (self.brand.default_region if self.brand_id else "")


class Contact(models.Model):
    """A person who speaks for a customer, and what each may authorise."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    email = AddressField(db_collation="C")
    email_since = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When staff wrote this address; codes wait for a day. Empty: it came otherwise.",
    )
    phone = PhoneField(max_length=16, blank=True, db_collation="C")
    is_owner = models.BooleanField(default=False)
    may_cancel = models.BooleanField(default=False)
    may_restore = models.BooleanField(default=False)
    may_port = models.BooleanField(default=False)
    removed_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then this person speaks for the customer no more."
    )
    name_key = models.GeneratedField(
        expression=FoldedName("name"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta:
        ordering = ["-is_owner", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")) & ~models.Q(email=""),
                name="contact_email_is_lower",
            ),
            models.CheckConstraint(
                condition=models.Q(phone="") | models.Q(phone__regex=E164_PATTERN),
                name="contact_phone_is_e164",
                violation_error_message="Write the phone number as + and digits.",
            ),
            models.UniqueConstraint(
                fields=["customer", "email"],
                condition=models.Q(removed_at=None),
                name="contact_email_is_unique",
                violation_error_message="Another contact of this customer has this address.",
            ),
        ]
        indexes = [
            models.Index(fields=["name_key"], name="contact_name_prefix"),
            models.Index(fields=["email"], name="contact_email_prefix"),
            models.Index(fields=["phone"], name="contact_phone_prefix"),
            models.Index(Reverse("phone"), name="contact_phone_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def phone_region(self) -> str:
        """The country of numbers without "+"; "" until that is known."""
        has_customer = self.customer_id or "customer" in self._state.fields_cache
        return self.customer.phone_region if has_customer else ""

    @property
    def rights(self) -> list[str]:
        """What this person may authorise, for reading: ["owner", "may cancel"]."""
        named: list[tuple[Any, str]] = [
            (self.is_owner, "owner"),
            (self.may_cancel, "may cancel"),
            (self.may_restore, "may restore"),
            (self.may_port, "may port"),
        ]
        return [text for flag, text in named if flag]


class Location(models.Model):
    """A place of a customer; services stand at it."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="locations")
    name = models.CharField(max_length=120)
    address = models.TextField(blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "name"], name="location_name_is_unique"),
            # Target of the composite foreign key that keeps an item at its own customer's places.
            models.UniqueConstraint(fields=["id", "customer"], name="location_id_with_customer"),
        ]

    def __str__(self) -> str:
        return self.name
