"""What the plan says is what then happens: the same object made both, so a preview cannot lie.

Scenes are drawn by hypothesis and played ten at a time, with one clock and the dates of one of
them: sweeps do for many cases together what costs most when it is done for one. What fails is
printed with its scene. HYPOTHESIS_PROFILE=long plays hundreds; without a desk, in memory,
tests/cases/domain/test_plan_properties.py plays many more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.services import end_item
from cases.actions import confirmation, information
from cases.actions.base import Actor
from cases.actions.billing import issue_final_bill, pay_final_bill
from cases.actions.dispositions import set_disposition
from cases.actions.timers import SETTLE
from cases.domain.policy import Policy
from cases.domain.trust import Level
from cases.models import Case
from cases.models.planning import plan_call, plan_case, read_account
from cases.models.preview import read_preview
from tests import factories
from tests.cases.build import CALL, QUESTION, Desk
from tests.cases.domain.strategies import EACH

pytestmark = pytest.mark.django_db
ZONES = ["America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Tokyo", "Pacific/Apia"]
KINDS = ["extension", "licence", "number", "sim", "device"]
EXAMPLES = settings().max_examples // 10  # of each policy that ships; twice as many of any
TOGETHER = 10
PRICES = st.integers(0, 50_000).map(lambda cents: Decimal(cents) / 100)
CALM = list(HealthCheck)


@pytest.fixture(autouse=True)
def _post(settings: Any) -> None:
    """Mail is accepted in memory; tests/notifications prove the real way."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A policy, an account and a call; `day` counts from the day of tests.cases.build.CALL."""

    policy: Policy
    zone: str
    day: int
    hour: int
    anchor: int
    term_ends_in: int | None
    items: list[tuple[str, Decimal]]  # kind and price a month
    wish: int | None


@st.composite
def scenes(draw: Any, policies: st.SearchStrategy[Policy]) -> Scene:
    return Scene(
        policy=draw(policies),
        zone=draw(st.sampled_from(ZONES)),
        day=draw(st.integers(0, 900)),  # over leap days and every change of clocks
        hour=draw(st.integers(0, 23)),
        anchor=draw(st.integers(1, 31)),
        term_ends_in=draw(st.none() | st.integers(-10, 400)),
        items=draw(st.lists(st.tuples(st.sampled_from(KINDS), PRICES), min_size=1, max_size=2)),
        wish=draw(st.none() | st.integers(0, 120)),
    )


def draw_scenes(
    policies: st.SearchStrategy[Policy], *, count: int = EXAMPLES
) -> Iterator[list[Scene]]:
    """Draw the examples, and give out as many as are played together, with the same dates."""
    drawn: list[Scene] = []

    @settings(
        max_examples=count, database=None, phases=[Phase.generate], suppress_health_check=CALM
    )
    @given(scenes(policies))
    def draw(scene: Scene) -> None:
        drawn.append(scene)

    draw()
    for first in range(0, len(drawn), TOGETHER):
        like = drawn[first]
        yield [
            replace(scene, zone=like.zone, day=like.day, hour=like.hour, wish=like.wish)
            for scene in drawn[first : first + TOGETHER]
        ]


class Story:
    """One scene as it is played: its desk, its case, and what was said before."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.desk = Desk(
            items=[{"kind": kind, "monthly_price": price} for kind, price in scene.items],
            policy=scene.policy.to_dict(),
            timezone=scene.zone,
            billing_anchor=scene.anchor,
        )
        self.desk.now = CALL + timedelta(days=scene.day, hours=scene.hour)
        if scene.term_ends_in is not None:
            factories.make_contract(
                customer=self.desk.customer,
                ends_on=self.desk.now.date() + timedelta(days=scene.term_ends_in),
                monthly_amount=Decimal("30.00"),
            )

    def open(self, *, questions: int = 0) -> None:
        desk, wish = self.desk, self.scene.wish
        wished_on = None if wish is None else desk.now.date() + timedelta(days=wish)
        self.said = plan_call(
            policy=self.scene.policy,
            account=read_account(desk.customer),
            item_ids=desk.customer.items.values_list("pk", flat=True),
            received_at=desk.now,
            wished_on=wished_on,
            questions=questions,
            now=desk.now,
        )
        self.case = desk.open(wished_on=wished_on)

    def ask(self) -> None:
        self.desk.do(information.request_information, self.case, questions=[QUESTION])

    def confirm(self) -> None:
        """By the agent, or by the customer, after everything that goes first is gone."""
        desk, said, policy = self.desk, self.said, self.scene.policy
        gone = desk.customer.items.filter(kind__in=policy.terminate_first)
        for item in gone:
            end_item(item=item, now=desk.now)
        for item in self.case.items.filter(item__kind="number"):
            given = {"case_item_id": item.pk, "disposition": "released"}
            desk.do(set_disposition, self.case, **given)
        shown = read_preview(desk.read(self.case), now=desk.now)
        self.said = shown.plan
        if not gone:
            assert (shown.plan.steps, shown.plan.fee) == (said.steps, said.fee), "on the phone"
        if policy.channel == "phone":
            desk.do(confirmation.confirm, self.case)
            return
        confirmation.confirm_by_customer(
            case_id=self.case.pk,
            actor=Actor.customer(desk.contact, Level.L3),
            now=desk.now,
            seen=shown.digest,
            typed=shown.phrase,
        )

    def settle_bill(self) -> None:
        """The final bill comes and is paid, as expected."""
        self.read()
        if self.case.state != "awaiting_final_bill":
            return
        expected = plan_case(self.case, now=self.desk.now).last_bill
        amount = expected.amount if expected else Decimal(0)
        self.desk.do(issue_final_bill, self.case, amount=amount)
        self.desk.do(pay_final_bill, self.case)

    def read(self) -> None:
        self.case = self.desk.read(self.case)


def each(stories: list[Story], deed: Any) -> None:
    """Do it with each, and say of which scene it failed."""
    for story in stories:
        try:
            deed(story)
        except Exception as error:
            error.add_note(f"Played: {story.scene!r}")
            raise


def pass_time(stories: list[Story], until: datetime) -> None:
    """One clock for all: the first desk's sweeps serve every brand."""
    stories[0].desk.go_to(max(stories[0].desk.now, until) + timedelta(days=2))
    for story in stories:
        story.desk.now = stories[0].desk.now


@pytest.mark.parametrize("kind", EACH)
def test_any_policy_does_what_its_plan_said(kind: str) -> None:
    """Seen to fail when the fee was left out of the promise."""
    for drawn in draw_scenes(EACH[kind], count=EXAMPLES * (2 if kind == "any" else 1)):
        stories = [Story(scene) for scene in drawn]
        each(stories, Story.open)
        each(stories, Story.confirm)
        stories[0].desk.run()
        steps = [step for story in stories for step in story.said.steps]
        pass_time(stories, max(step.at for step in steps if step.at))
        each(stories, Story.settle_bill)
        stories[0].desk.run()
        each(stories, Story.read)
        each(stories, check_money_and_dates)
        each(stories, check_timers)
        each(stories, check_mail_and_states)


def test_an_unanswered_case_is_dropped_as_the_plan_said() -> None:
    for drawn in draw_scenes(EACH["any"]):
        stories = [Story(scene) for scene in drawn]
        each(stories, lambda story: story.open(questions=1))
        each(stories, Story.ask)
        stories[0].desk.run()
        pass_time(stories, max(story.said.find_step("drop").at for story in stories))
        each(stories, Story.read)
        each(stories, check_drop)


def check_drop(story: Story) -> None:
    case = story.case
    assert case.state == "dropped"
    asked = [s for s in story.said.steps if s.kind in ("reminder", "drop")]
    fired = dict(case.timers.filter(cancelled_at=None).values_list("kind", "due_at"))
    assert fired == {s.timer: s.at for s in asked}
    sent = [e.accepted_at for e in story.desk.mails(case, "reminder")]
    assert sent == [s.at for s in asked if s.kind == "reminder"]


STATE_AFTER = {
    "opened": "intake",
    "execution_started": "executing",
    "closed": "closed",
}


def list_states(case: Case) -> list[str]:
    """The states that the history tells of, in order."""
    after = {"after_grace": "in_grace", "after_final_bill": "awaiting_final_bill"}
    closes = case.rules.closes
    kinds = STATE_AFTER | {"confirmed": "scheduled", "executed": after.get(closes, "closed")}
    told = case.events.filter(kind__in=kinds).order_by("sequence")
    return [kinds[kind] for kind in told.values_list("kind", flat=True)]


def check_money_and_dates(story: Story) -> None:
    case, said = story.case, story.said
    promise = case.promises.get()
    assert (case.effective_on, promise.effective_on) == (said.effective_on, said.effective_on)
    assert promise.fee == (said.fee.amount if said.fee else None)
    assert promise.last_bill == (said.last_bill.amount if said.last_bill else None)
    assert case.grace_ends_at == said.restorable_until
    if case.final_bill is not None:
        assert case.final_bill.amount == (said.last_bill.amount if said.last_bill else 0)


def check_timers(story: Story) -> None:
    """Each fired at the instant that the plan said, and what could not be undone a minute later;
    what its customer ends at once waits for no sweep (R39).
    """
    case, said = story.case, story.said
    told = {s.timer: s.at for s in said.steps if s.timer}
    at_once = case.rules.channel == "self_service" and case.rules.is_immediate
    if at_once:
        assert case.execution_started_at == case.confirmed_at == told.pop("execute")
    assert dict(case.timers.filter(cancelled_at=None).values_list("kind", "due_at")) == told
    for timer in case.timers.filter(cancelled_at=None):
        late = SETTLE if timer.kind in ("execute", "close") else timedelta(0)
        assert timer.fired_at - timer.due_at == late
    if case.rules.closes == "after_grace":
        happened = dict(case.events.values_list("kind", "at"))
        for kind, event in (("execute", "executed"), ("close", "closed")):
            late = timedelta(0) if at_once and kind == "execute" else SETTLE
            assert happened[event] - said.find_step(kind).at == late


def check_mail_and_states(story: Story) -> None:
    case, said = story.case, story.said
    sent = case.thread.emails.exclude(accepted_at=None).order_by("accepted_at", "id")
    purposes = list(sent.values_list("purpose", flat=True))
    promised = [s.email for s in said.steps if s.email]
    if case.rules.closes == "after_final_bill":
        promised.append("account_closed")  # once it is paid, on a day that nobody can say before
    assert purposes == promised
    states = [str(s.state) for s in said.steps if s.state]
    if case.rules.is_immediate:
        states.insert(1, "scheduled")  # passed through within one transaction, or until the sweep
    if case.rules.closes == "at_once":
        states.pop()  # the end of the services and of the case is one event
    assert list_states(case) == drop_twins(states)
    assert case.state == "closed"


def drop_twins(states: list[str]) -> list[str]:
    return [s for i, s in enumerate(states) if i == 0 or states[i - 1] != s]
