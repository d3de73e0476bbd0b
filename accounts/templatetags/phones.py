"""``{% load phones %}`` … ``{{ contact.phone|phone:customer.phone_region }}``."""

from django import template

from accounts.phones import format_phone

register = template.Library()


@register.filter
def phone(e164: str, region: str = "") -> str:
    """Return a stored number for reading; what is no number comes back as it is."""
    return format_phone(e164, region=region)
