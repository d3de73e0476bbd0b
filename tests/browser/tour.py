"""The way through every screen of the desk, over the example data, and the name of each picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import Customer
from cases.models import Case, Policy, PolicyVersion
from config.sandbox.models import SandboxMail
from notifications.models import Email, Inbound
from tests.browser.weight import BUDGET

ERRORS = (403, 404, 409, 429, 500, 503)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A page, what to press there before one looks, the picture's name, and what it may weigh."""

    name: str
    path: str
    press: str = ""
    budget: int = BUDGET  # bytes of a first visit


def list_stops() -> dict[str, list[Stop]]:
    """By who walks there: each screen at least once, busy ones in every form that they have."""
    return {
        "mara": [
            Stop(name="queue-us", path="/desk/queue/?tab=us&whose=all"),
            Stop(name="queue-empty", path="/desk/queue/?tab=us&whose=all&due=late&state=intake"),
            *list_cases(),
            *list_mails(),
            Stop(name="todos", path="/desk/todos/?whose=all"),
            Stop(name="search-found", path="/desk/search/?q=cancel"),
            Stop(name="intake-start", path="/desk/call/"),
            Stop(name="intake", path=f"/desk/call/?customer={find_caller().pk}"),
            Stop(name="notices", path="/desk/notices/"),
            Stop(name="notices-choice", path="/desk/notices/choice/"),
            Stop(name="roles", path="/desk/roles/"),
            Stop(name="cheat-sheet", path="/desk/queue/?tab=us&whose=all", press="?"),
            Stop(name="mailbox", path=f"/sandbox/mail/{find_letter().pk}/"),
            Stop(name="provider", path="/sandbox/provider/"),
            Stop(name="clock", path="/sandbox/clock/"),
        ],
        "ada": [
            Stop(name="board", path="/desk/board/"),
            Stop(name="outbox", path="/desk/outbox/"),
            Stop(name="outbox-mail", path=f"/desk/outbox/{find_sent().pk}/"),
            Stop(name="reports", path="/desk/reports/?days=90", budget=600 * 1024),
            Stop(name="policies", path="/desk/policies/"),
            Stop(name="policy", path=f"/desk/policies/{find_version().pk}/"),
            Stop(
                name="simulator",
                path=f"/desk/policies/simulator/?version={find_version().pk}",
            ),
            Stop(name="health", path="/desk/health/"),
            Stop(name="data", path="/desk/data/"),
            Stop(name="data-customer", path=f"/desk/data/{find_caller().pk}/"),
        ],
    }


def list_cases() -> Iterator[Stop]:
    """A case in each of the states that look different, and its other tabs."""
    for state in (
        "intake", "in_review", "executing", "in_grace",
    ):  # fmt: skip
        case = rank(Case.objects.filter(state=state)).first()
        assert case, f"the example has no case that is {state}"
        yield Stop(name=f"case-{state.replace('_', '-')}", path=f"/desk/case/{case.number}/")
    case = find_case()
    yield Stop(name="case-evidence", path=f"/desk/case/{case.number}/?tab=evidence")
    yield Stop(name="case-opened", path=f"/desk/case/{case.number}/opened/")
    yield Stop(name="case", path=f"/desk/case/{case.number}/")


def list_mails() -> Iterator[Stop]:
    yield Stop(name="mailroom", path="/desk/mail/")
    for disposition in ("unmatched", "answer"):
        mail = Inbound.objects.filter(disposition=disposition).latest("pk")
        yield Stop(name=f"mail-{disposition}", path=f"/desk/mail/{mail.pk}/")


def rank(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those with the longest history first: there is more to see."""
    return cases.order_by("-last_sequence", "pk")


def find_case() -> Case:
    """One with a past, a future and a sentence that decides."""
    asked = Case.objects.filter(todos__resolved_at=None, todos__inbound__isnull=False)
    for state in ("restore_requested", "in_grace", "in_review"):
        found = asked.filter(state=state).order_by("pk").first()
        if found:
            return found
    raise AssertionError("the example data has no case that waits for a decision")


def find_caller() -> Customer:
    """Somebody with no open case whose services fill a screen and no more."""
    idle = Customer.objects.exclude(cases__items__holds_item=True)
    active = Count("items", filter=Q(items__status="active"), distinct=True)
    phone = Policy.objects.filter(code="voice").values("brand")
    found = (
        idle.filter(brand__in=phone).annotate(active=active).filter(active__gte=5, active__lte=10)
    )
    return found.order_by("-active", "name")[0]


def find_letter() -> SandboxMail:
    mail = SandboxMail.objects.filter(box="inbox", subject__contains="are cancelled").first()
    assert mail is not None
    return mail


def find_sent() -> Email:
    return Email.objects.filter(purpose="confirmation", status="sent").order_by("pk")[0]


def find_version() -> PolicyVersion:
    return PolicyVersion.objects.get(policy__code="voice", number=1)
