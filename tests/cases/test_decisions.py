"""What the desk decided by itself says on what evidence, and how it is reversed."""

from __future__ import annotations

import pytest

from cases.actions.answers import accept_suggestions
from cases.models.question import number_questions
from cases.queries.decisions import Decision, explain_decisions
from tests import factories
from tests.cases.build import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(items=2)


def explain(desk: Desk, case, kind: str, *, role: str = "agent") -> Decision:
    case = desk.read(case)
    events = list(case.events.select_related("email", "inbound").order_by("-sequence"))
    found = explain_decisions(
        case=case,
        user=factories.make_user(role=role),
        events=events,
        questions=number_questions(case.questions.all()),
        todos=list(case.todos.filter(resolved_at=None)),
    )
    return found[next(e.pk for e in events if e.kind == kind)]


def ways(decision: Decision) -> list[str]:
    return [r.verb for r in decision.reversals]


@pytest.mark.rule("R9")
def test_a_drop_tells_what_went_out_and_is_reopened(desk: Desk) -> None:
    case = desk.ask(desk.open())
    desk.pass_days(15)
    decision = explain(desk, case, "dropped")
    assert decision.evidence == (
        "The questions were accepted on Mon 21 Sep 2026.",
        "A reminder was accepted on Thu 24 Sep 2026.",
        "A reminder was accepted on Mon 28 Sep 2026.",
        "No person's answer came in time.",
    )
    assert ways(decision) == ["reopen"]
    assert ways(explain(desk, case, "dropped", role="auditor")) == []


@pytest.mark.rule("R11")
def test_an_automatic_reply_shows_by_what_it_was_recognised(desk: Desk) -> None:
    case = desk.ask(desk.open())
    desk.reply(case, "I am away.", Auto_Submitted="auto-replied")
    decision = explain(desk, case, "automatic_mail")
    assert decision.title == "Taken for: automatic reply"
    assert any("Auto-Submitted" in line for line in decision.evidence)
    assert ways(decision) == ["mark_human"]


@pytest.mark.rule("R24")
def test_a_restore_by_reply_tells_why_it_was_trusted(desk: Desk) -> None:
    case = desk.confirm(desk.open())
    desk.pass_days(35)
    desk.reply(case, "Please restore our services.")
    decision = explain(desk, case, "restoring")
    assert decision.title == "Restored by their reply"
    assert decision.evidence[1].startswith("Authenticated, from an address on file, to this case")
    assert decision.evidence[2] == "It came 25 days before the end of grace."
    assert ways(decision) == ["look_again"]
    assert explain(desk, case, "mail_received").title == "Read as: restore, clear"


@pytest.mark.rule("R12")
def test_a_bounce_shows_its_words_and_can_be_answered_by_phone(desk: Desk) -> None:
    case = desk.ask(desk.open())
    [asked] = desk.mails(case, "questions")
    desk.reply(
        case,
        "Delivery has failed to these recipients: rosa",
        sender="mailer-daemon@example.com",
        Return_Path="<>",
        In_Reply_To=asked.message_id,
        References=asked.message_id,
        Subject="Undelivered Mail Returned to Sender",
    )
    decision = explain(desk, case, "mail_undelivered")
    assert decision.evidence
    assert ways(decision) == ["mark_human", "note_told"]


@pytest.mark.rule("R13")
def test_an_answer_read_from_a_mail_shows_the_words_and_is_taken_back(desk: Desk) -> None:
    case = desk.ask(desk.open(), {"key": "keep", "text": "Keep the numbers?", "kind": "yes_no"})
    desk.reply(case, "1) yes")
    desk.do(accept_suggestions, case)
    decision = explain(desk, case, "answered")
    assert "They wrote “yes”" in decision.evidence[0]
    assert ways(decision) == ["retract_answer"]
    desk.confirm(case)
    assert ways(explain(desk, case, "answered")) == []


def test_what_a_person_is_asked_about_already_is_not_offered_again(desk: Desk) -> None:
    case = desk.confirm(desk.open())
    desk.reply(case, "We want to stay.")
    assert ways(explain(desk, case, "mail_received")) == ["mark_automatic"]
