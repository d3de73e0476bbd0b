"""The model by itself, on examples that were worked out by hand from RULES."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

from tests.soak.hands import BY_AGENT
from tests.soak.model import POLICIES, Model

CALL = datetime(2026, 9, 21, 15, tzinfo=UTC)  # Monday, 10:00 in Chicago
MINUTE = timedelta(minutes=1)


def make(code: str = "8x8", zone: str = "America/Chicago") -> Model:
    model = Model(policy=POLICIES[code], zone=zone)
    model.open(CALL)
    return model


def live_on(model: Model, *, until: datetime) -> None:
    """Every mail is accepted at once, every timer looked at when it may be."""
    at = CALL
    while True:
        for mail in [m for m in model.mails if m.fate == "waiting"]:
            model.accept(mail, at)
        while model.sweep(at):
            pass
        if any(m.fate == "waiting" for m in model.mails):
            continue
        if model.due is None or model.due.look_at > until:
            return
        at = model.due.look_at


def test_silence_is_reminded_of_and_dropped() -> None:
    model = make()
    model.ask(CALL)
    live_on(model, until=CALL + timedelta(days=20))
    days = {"reminder_1": 3, "reminder_2": 7, "drop": 14}
    assert [(kind, due) for kind, due, _ in model.fired] == [
        (kind, CALL + timedelta(days=number)) for kind, number in days.items()
    ]
    assert model.path[-1] == ("dropped", CALL + timedelta(days=14) + MINUTE)


def test_thirty_days_of_notice_and_of_grace() -> None:
    """R3, R5, R21, R27, over the end of daylight saving on 1 November."""
    model = make()
    model.confirm(CALL, date(2026, 10, 1))
    assert model.effective_on == date(2026, 10, 21)
    live_on(model, until=CALL + timedelta(days=90))
    midnight = datetime(2026, 10, 21, 5, tzinfo=UTC)
    assert model.executed_at == midnight + MINUTE
    end = datetime(2026, 11, 21, 6, tzinfo=UTC)  # the last day is 20 November
    last_morning = datetime(2026, 11, 20, 15, tzinfo=UTC)
    assert model.fired == [
        ("execute", midnight, midnight + MINUTE),
        ("final_notice", last_morning, last_morning),
        ("close", end, end + MINUTE),
    ]
    assert model.state == "closed"


def test_a_lost_question_drops_nobody() -> None:
    """R12: its clock stands still, and begins afresh with the next one that is accepted."""
    model = make()
    model.ask(CALL)
    model.accept(model.mails[-1], CALL)
    model.lose(model.mails[-1], CALL + timedelta(days=1), "bounced")
    assert model.due is None
    later = CALL + timedelta(days=30)
    model.ask_again(later)
    model.accept(model.mails[-1], later)
    assert model.due is not None
    assert (model.due.kind, model.due.at) == ("reminder_1", later + timedelta(days=3))


def test_an_answer_counts_by_when_it_came() -> None:
    """R14: on the deadline is in time, a second later is not."""
    for seconds, state in ((0, "in_review"), (1, "awaiting_customer")):
        model = make()
        model.ask(CALL)
        live_on(model, until=CALL + timedelta(days=14))
        assert model.due is not None
        due = model.due.at
        model.read("answer", received_at=due + timedelta(seconds=seconds), at=due + MINUTE)
        assert model.state == state


def test_every_action_that_is_played_exists() -> None:
    for module, name in BY_AGENT.values():
        assert callable(getattr(import_module(f"cases.actions.{module}"), name))
