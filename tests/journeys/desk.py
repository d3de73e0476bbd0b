"""What a journey holds in its hands: the agent, the customers' mailboxes, the clock, the facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from accounts.models import Brand, Customer
from cases.models import Case, Timer
from cases.models.timer import LIVE
from config.sandbox.models import ClockMove
from tests.journeys.agent import Agent
from tests.journeys.customer import Mailbox
from tests.journeys.people import make_customer, owner_of
from tests.journeys.stack import Stack

MOST_MOVES = 25


class Desk:
    """One journey on the running stack."""

    def __init__(self, *, stack: Stack, agent: Agent, brand: Brand) -> None:
        self.stack, self.agent, self.brand = stack, agent, brand

    def make_customer(self, name: str, **given: object) -> Customer:
        return make_customer(brand=self.brand, name=name, **given)  # type: ignore[arg-type]

    def mailbox(self, customer: Customer) -> Mailbox:
        owner = owner_of(customer)
        return Mailbox(self.stack, owner.email, name=owner.name)

    # -- time -------------------------------------------------------------------------------
    def move(self, how: str = "next", *, by_hand: bool = False) -> None:
        """Move the clock as a button of the time machine does, and wait until the desk has arrived.

        `how` is "next", "hour", "day" or "week"; `by_hand`, the button for "next" is pressed.
        """
        if by_hand:
            self.agent.go("/sandbox/clock/")
            button = self.agent.page.get_by_role("button", name="To the next thing")
            self.agent.submit(button.first)
        else:
            self.agent.post("/sandbox/clock/move/", how=how)
        self.stack.wait_for(
            lambda: not ClockMove.objects.filter(status="running").exists(), "the clock's arrival"
        )
        last = ClockMove.objects.first()
        assert last is not None
        assert last.status == "done", last.problem

    def move_until(self, case: Case, state: str, *, by_hand: bool = False) -> None:
        """Go from one thing that happens to the next, until the case is there."""
        self.move_while(
            lambda: self.read(case).state != state, f"{case} to be {state}", by_hand=by_hand
        )

    def move_while(self, look: Callable[[], bool], what: str, *, by_hand: bool = False) -> None:
        """Go from one thing that happens to the next for as long as `look` says so."""
        for _ in range(MOST_MOVES):
            if not look():
                return
            self.move(by_hand=by_hand)
        raise AssertionError(f"{MOST_MOVES} moves of the clock did not bring {what}")

    def pass_time(self, instant: datetime) -> None:
        """Let the clock stand at `instant`; what is due is done by worker and beat alone."""
        self.stack.move_clock(instant)

    # -- facts ------------------------------------------------------------------------------
    def read(self, case: Case) -> Case:
        return Case.objects.select_related("customer", "contact", "thread").get(pk=case.pk)

    def wait_for_state(self, case: Case, state: str) -> Case:
        self.stack.wait_for(
            lambda: self.read(case).state == state,
            f"{case} to be {state}; it is {self.read(case).state}",
        )
        return self.read(case)

    def wait_until_asked(self, case: Case) -> datetime:
        """When the questions were accepted for delivery."""
        self.stack.wait_for(lambda: self.read(case).asked_at, "the questions' acceptance")
        asked_at = self.read(case).asked_at
        assert asked_at is not None
        return asked_at

    def events(self, case: Case) -> list[str]:
        return list(case.events.order_by("sequence").values_list("kind", flat=True))

    def timers(self, case: Case) -> dict[str, datetime]:
        return dict(Timer.objects.filter(LIVE, case=case).values_list("kind", "due_at"))

    def wait_for_timer(self, case: Case, kind: str) -> datetime:
        """When this will happen, once the desk has decided so."""
        self.stack.wait_for(lambda: kind in self.timers(case), f"the timer {kind} of {case}")
        return self.timers(case)[kind]

    def outcomes(self, case: Case) -> list[str]:
        return list(case.items.order_by("item_id").values_list("outcome", flat=True))

    def open_todos(self, case: Case) -> list[str]:
        return list(case.todos.filter(resolved_at=None).values_list("kind", flat=True))

    def expect_in_queue(self, case: Case, tab: str) -> None:
        """The case stands in this column of the queue, as the agent's browser is given it."""
        answer = self.agent.page.request.get(
            f"{self.stack.address}/desk/queue/?tab={tab}&whose=all"
        )
        assert f'data-row="{case.number}"' in answer.text(), f"{case.number} is not in {tab}"

    # -- the way to where many journeys begin -----------------------------------------------
    def schedule(self, customer: Customer, **call: object) -> Case:
        """A call in which everything is clear: the date is confirmed at once."""
        case = self.agent.take_call(customer, agreed=True, **call)  # type: ignore[arg-type]
        assert case.state == "scheduled", case.state
        self.mailbox(customer).wait_for("your services end on")
        return case

    def bring_into_grace(self, customer: Customer) -> Case:
        case = self.schedule(customer)
        self.move_until(case, "in_grace")
        self.mailbox(customer).wait_for("your services are cancelled")
        return self.read(case)


def assert_in_order(kinds: list[str], *expected: str) -> None:
    """The expected kinds come in this order, with whatever else between them."""
    rest = iter(kinds)
    missing = [kind for kind in expected if kind not in rest]
    assert not missing, f"{missing} missing or late in {kinds}"
