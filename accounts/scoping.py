"""Whose customers and cases a user sees. Every list and every object goes through here.

A view loads by ``scope(...)`` and answers 404 for what is not in it (THREATS 50).
"""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from accounts.models import Brand

Row = TypeVar("Row", bound=Model)


def brands_of(user: Any) -> QuerySet[Brand]:
    """Return the brands that ``user`` sees: the chosen ones, all when none is chosen.

    Nobody, anonymous and inactive users see none. At most one query, when called; one when read.
    """
    if not getattr(user, "is_authenticated", False) or not getattr(user, "is_active", False):
        return Brand.objects.none()
    chosen = brand_ids_of(user)
    return Brand.objects.all() if chosen is None else Brand.objects.filter(pk__in=chosen)


def brand_ids_of(user: Any) -> list[int] | None:
    """Return the ids of the user's brands, in order; None means all of them. One query."""
    if not getattr(user, "is_authenticated", False) or not getattr(user, "is_active", False):
        return []
    return sorted(user.brands.values_list("pk", flat=True)) or None


def scope(queryset: QuerySet[Row], *, user: Any, path: str) -> QuerySet[Row]:
    """Narrow ``queryset`` to the user's brands. ``path`` leads to the brand: "customer__brand".

    One query for the brands, whatever the number of rows.
    """
    chosen = brand_ids_of(user)
    if chosen is None:
        return queryset
    return queryset.filter(**{f"{path}__in" if path else "pk__in": chosen}) if chosen else queryset.none()
