"""One case by its number, with what every page and every verb reads of it."""

from __future__ import annotations

from accounts.models import User
from accounts.scoping import sees_brand
from cases.domain.numbers import normalise_number
from cases.models import Case, CaseItem, Question
from cases.models.rows import keep_related, read_rows

WITH = (
    "customer", "brand", "contact", "owner", "policy_version", "policy_version__policy", "thread",
    "final_bill",
)  # fmt: skip


def find_case(*, number: str, user: User) -> Case | None:
    """The case as far as this user may see it (THREATS 50), with its questions and its services.

    Three queries, whatever it holds.
    """
    found = read_rows(Case, "number", [normalise_number(number)], with_=WITH)
    if not found or not sees_brand(user, found[0].brand_id):
        return None
    case = found[0]
    if case.customer.brand_id == case.brand_id:
        case.customer.brand = case.brand
    own = [case.pk]
    keep_related(case, "questions", read_rows(Question, "case_id", own, with_=("answered_by",)))
    items = read_rows(CaseItem, "case_id", own, with_=("item", "item__location"))
    keep_related(case, "items", items)
    return case
