"""Whose customers and cases a user sees. Every list and every object goes through here.

A view loads by ``scope(...)`` and answers 404 for what is not in it (THREATS 50).
"""

from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from accounts.models import (
    Bill,
    Brand,
    Contact,
    Contract,
    Customer,
    Item,
    Location,
    Port,
    Team,
)

Row = TypeVar("Row", bound=Model)


def brands_of(user: Any) -> QuerySet[Brand]:
    """Return the brands that ``user`` sees: their own and their teams', all when there is none.

    Nobody, anonymous and inactive users see none. One query, when it is read.
    """
    if not _is_signed_in(user):
        return Brand.objects.none()
    known = getattr(user, "brand_ids", None)
    if known is not None:
        return Brand.objects.filter(pk__in=known) if known else Brand.objects.all()
    chosen = _choose_brands(user)
    return Brand.objects.filter(Q(pk__in=chosen) | ~Exists(chosen))


def brand_ids_of(user: Any) -> list[int] | None:
    """Return the ids of the user's brands, in order; None means all of them.

    One query; none for a user who carries them, as the one of a request does.
    """
    if not _is_signed_in(user):
        return []
    known = getattr(user, "brand_ids", None)
    return sorted(_choose_brands(user) if known is None else known) or None


def sees_brand(user: Any, brand_id: int) -> bool:
    """Tell whether what belongs to this brand is the user's to see. At most one query."""
    chosen = brand_ids_of(user)
    return chosen is None or brand_id in chosen


def teams_of(user: Any) -> QuerySet[Team]:
    """Return the teams of which ``user`` sees a brand, by name: what a list can be cut to."""
    return Team.objects.filter(Exists(brands_of(user).filter(teams=OuterRef("pk"))))


# How the models of this app lead to their brand; others give scope() a path of their own.
BRAND_PATHS: dict[type[Model], str] = {
    Brand: "",
    Customer: "brand",
    Contact: "customer__brand",
    Location: "customer__brand",
    Item: "customer__brand",
    Contract: "customer__brand",
    Bill: "customer__brand",
    Port: "item__customer__brand",
}


def scope(queryset: QuerySet[Row], *, user: Any, path: str | None = None) -> QuerySet[Row]:
    """Narrow ``queryset`` to the user's brands; one query for them, whatever the number of rows.

    ``path`` leads to the brand, such as "case__customer__brand"; this app's models have theirs in
    BRAND_PATHS. Raises KeyError for a model that has none.
    """
    if path is None:
        path = BRAND_PATHS[queryset.model]
    chosen = brand_ids_of(user)
    if chosen is None:
        return queryset
    return queryset.filter(**{f"{path}__in" if path else "pk__in": chosen})


def _choose_brands(user: Any) -> QuerySet[Any, int]:
    """Return the ids of the user's own brands and their teams'."""
    own = Q(users=user) | Q(teams__members=user)
    return Brand.objects.filter(own).order_by().values_list("pk", flat=True).distinct()


def _is_signed_in(user: Any) -> bool:
    return bool(getattr(user, "is_authenticated", False) and getattr(user, "is_active", False))
