"""Notes that call colleagues, drafts that wait, replies that are sent once."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from cases.actions.base import Actor, CaseChanged, NotAllowed, NotPossible
from cases.actions.correspondence import add_note, send_reply
from cases.actions.writing import save_draft
from cases.models import Draft, Macro, Notice
from cases.models.planning import plan_case
from cases.queries.writing import list_colleagues, list_macros, read_drafts
from tests import factories
from tests.cases.build import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(items=2)


def test_who_is_named_in_a_note_is_told_once(desk: Desk) -> None:
    case = desk.open()
    jonas = factories.make_user(username="Jonas")
    stranger = factories.make_user(username="far", brands=[factories.make_brand()])
    text = f"@jonas, and again @Jonas, @far, @{desk.agent.username}: please call them"
    desk.do(add_note, case, text=text)
    [notice] = Notice.objects.all()
    assert (notice.user, notice.by, notice.kind) == (jonas, desk.agent, "mentioned")
    assert notice.detail == text
    assert stranger not in list_colleagues(case=case, user=desk.agent)
    assert list_colleagues(case=case, user=desk.agent) == [jonas]


@pytest.mark.threat(53)
def test_the_same_note_form_twice_is_one_note(desk: Desk) -> None:
    case = desk.open()
    seen = case.last_sequence
    desk.do(add_note, case, text="They called back.", seen=seen)
    with pytest.raises(CaseChanged, match="added once"):
        desk.do(add_note, case, text=" They called back. ", seen=seen)
    desk.do(add_note, case, text="Another thing.", seen=seen)
    assert case.events.filter(kind="note").count() == 2


@pytest.mark.threat(53)
def test_the_same_reply_form_twice_is_one_email(desk: Desk) -> None:
    case = desk.open()
    desk.do(send_reply, case, text="Hello", version=case.version)
    with pytest.raises(CaseChanged):
        desk.do(send_reply, case, text="Hello", version=case.version)
    assert len(desk.mails(case, "reply")) == 1


def test_a_draft_is_kept_changed_and_gone_when_sent(desk: Desk) -> None:
    case = desk.open()

    def save(text: str, kind: str = "reply") -> Draft | None:
        return save_draft(case=case, kind=kind, text=text, actor=desk.actor, now=desk.now)

    save("Hello R")
    save("Hello Rosa")
    save("ask @jonas", "note")
    mine = read_drafts(case=case, user=desk.agent)
    assert {kind: draft.text for kind, draft in mine.items()} == {
        "reply": "Hello Rosa",
        "note": "ask @jonas",
    }
    assert read_drafts(case=case, user=factories.make_user()) == {}
    assert save("  ", "note") is None
    desk.do(send_reply, case, text="Hello Rosa")
    assert not Draft.objects.exists()


def test_a_draft_is_of_those_who_may_write(desk: Desk) -> None:
    case = desk.open()
    auditor = Actor.staff(factories.make_user(role="auditor"))
    with pytest.raises(NotAllowed):
        save_draft(case=case, kind="note", text="x", actor=auditor, now=desk.now)
    with pytest.raises(NotPossible):
        save_draft(case=case, kind="poem", text="x", actor=desk.actor, now=desk.now)
    with pytest.raises(NotPossible, match="10,000"):
        save_draft(case=case, kind="note", text="x" * 10_001, actor=desk.actor, now=desk.now)


def test_macros_fit_brand_and_language_and_are_filled(desk: Desk) -> None:
    case = desk.open()
    for title, brand, locale in (
        ("all", None, ""),
        ("ours", desk.brand, "en"),
        ("german", None, "de"),
        ("theirs", factories.make_brand(), ""),
    ):
        Macro.objects.create(
            title=title, brand=brand, locale=locale, body="{first_name}: {end_date}"
        )

    def read() -> list[tuple[str, str, tuple[str, ...]]]:
        plan = plan_case(desk.read(case), now=desk.now)
        found = list_macros(case=desk.read(case), user=desk.agent, plan=plan)
        return [(m.title, m.text, m.missing) for m in found]

    assert read() == [
        ("all", "Rosa: {end_date}", ("end_date",)),
        ("ours", "Rosa: {end_date}", ("end_date",)),
    ]
    desk.confirm(case)
    assert read()[0] == ("all", "Rosa: Wednesday 21 October 2026", ())


def test_a_hole_that_nobody_filled_is_not_sent(desk: Desk) -> None:
    case = desk.open()
    with pytest.raises(NotPossible, match=r"Fill in \{end_date\}"):
        desk.do(send_reply, case, text="It ends on {end_date}. {{ x }}")
    desk.do(send_reply, case, text="Braces {like these} are yours.")


def test_a_macro_names_only_what_can_be_filled() -> None:
    with pytest.raises(ValidationError, match=r"\{password\} cannot be filled in"):
        Macro(title="x", body="{case} {password}").clean()
