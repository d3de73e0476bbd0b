"""Email addresses and domains as they are stored and compared: lower case, A-label domain.

Two addresses are the same only when these stored forms are equal (THREATS 13), so a look-alike
such as a Cyrillic "а" never equals the Latin one.
"""

import re
import unicodedata
from typing import Any

import idna
from django.core.exceptions import ValidationError
from django.db import models

MAX_ADDRESS = 254
MAX_LOCAL_PART = 64
_LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class InvalidAddress(ValidationError):
    """The text is no email address or domain that mail could reach; a field error."""


def mask_email(address: str) -> str:
    """As much of an address as its owner needs to know it: r•••@example.com."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}"


def normalise_domain(text: str) -> str:
    """Return a domain in lower-case A-label form, without a final dot. Raises InvalidAddress."""
    domain = unicodedata.normalize("NFC", text.strip()).lower().rstrip(".")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise InvalidAddress(f"“{text}” is not a domain name.", code="domain") from error
    labels = domain.split(".")
    if len(labels) < 2 or len(domain) > 253 or not all(_LABEL.fullmatch(part) for part in labels):
        raise InvalidAddress(f"“{text}” is not a domain name.", code="domain")
    if labels[-1].isdigit():
        raise InvalidAddress(f"“{text}” is a number, not a domain name.", code="domain")
    return domain


def normalise_email(text: str) -> str:
    """Return an address as stored: lower case, A-label domain. Raises InvalidAddress.

    The local part keeps its dots and plus tags: only the receiving host knows what they mean.
    """
    local, at, domain = text.strip().rpartition("@")
    if not at or not local:
        raise InvalidAddress("An email address has a name, an @ and a domain.", code="email")
    local = local.lower()
    if not local.isascii():
        raise InvalidAddress(
            "The part before the @ has a letter that many mail servers refuse.", code="email"
        )
    if len(local) > MAX_LOCAL_PART or not _LOCAL_PART.fullmatch(local):
        raise InvalidAddress("The part before the @ is not valid.", code="email")
    address = f"{local}@{normalise_domain(domain)}"
    if len(address) > MAX_ADDRESS:
        raise InvalidAddress(f"An address has at most {MAX_ADDRESS} characters.", code="email")
    return address


class AddressField(models.EmailField):
    """An email address that is normalised on every save and full_clean, bulk_create included."""

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        return super().clean(normalise_email(value) if value else value, model_instance)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        typed = super().pre_save(model_instance, add)
        address = normalise_email(typed) if typed else ""
        setattr(model_instance, self.attname, address)
        return address


class DomainField(models.CharField):
    """A domain name that is normalised on every save and full_clean, bulk_create included."""

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        return super().clean(normalise_domain(value) if value else value, model_instance)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        typed = super().pre_save(model_instance, add)
        domain = normalise_domain(typed) if typed else ""
        setattr(model_instance, self.attname, domain)
        return domain
