"""``{% load roles %}`` … ``{% if user|may:"case.confirm" %}``."""

from typing import Any

from django import template

from accounts import roles

register = template.Library()


@register.filter
def may(user: Any, deed: str) -> bool:
    """Tell whether the user's role allows ``deed``; raises UnknownDeed on a typing error."""
    return roles.may(user, deed)
