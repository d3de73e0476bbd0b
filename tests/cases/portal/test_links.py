"""Signed links and one-time codes: who may open what, and when they are dead."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings

from cases.actions import codes, links
from cases.actions.base import change_case
from cases.actions.codes import WrongCode, check_code, send_code
from cases.actions.limits import TooOften
from cases.actions.links import DeadLink, find_link, make_step, use_up
from cases.domain.trust import Level
from cases.models import Case, Code, Link
from notifications.models import Email
from notifications.outbox.sealed import derive, reveal
from notifications.outbox.wire import write_message
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"/my/l/([A-Za-z0-9_-]{43})/")


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(items=2)


def read_wire(email: Email) -> str:
    return reveal(email.text, to_email=email.to_email)


def newest(case: Case, purpose: str) -> Email:
    return case.thread.emails.filter(purpose=purpose).order_by("-id")[0]


def token_in(email: Email) -> str:
    found = ADDRESS.search(read_wire(email))
    assert found, email.text
    return found[1]


def read_code(case: Case) -> str:
    found = re.search(r"\b\d{8}\b", read_wire(newest(case, "code")))
    assert found
    return found[0]


@pytest.mark.threat(45)
def test_every_mail_carries_a_link_that_only_its_reader_knows(desk: Desk) -> None:
    case = desk.ask(desk.open())
    email = newest(case, "questions")
    link = case.portal_links.get()
    token = token_in(email)
    assert link.token_hash == links.hash_token(token)
    assert (link.kind, link.contact, link.email) == ("view", desk.contact, desk.contact.email)
    # Nothing that is stored, and nothing that a screen shows, holds the token.
    assert token not in email.text + email.html
    assert token not in str(Link.objects.values().get())
    # What goes out does, in both parts, and to this address alone.
    wire = write_message(email, now=desk.now).decode().replace("=\r\n", "")
    assert wire.count(token) >= 1
    assert "sealed" not in wire
    email.to_email = "somebody.else@example.com"
    assert token not in write_message(email, now=desk.now).decode().replace("=\r\n", "")


@pytest.mark.threat(46)
def test_the_address_begins_with_the_setting(desk: Desk) -> None:
    case = desk.ask(desk.open())
    assert f"{settings.PUBLIC_URL}/my/l/" in newest(case, "questions").text


def test_tokens_have_256_bits_and_never_repeat() -> None:
    seeds = {links.seal(kind="link", to_email="a@example.com").secret for _ in range(100)}
    assert len(seeds) == 100
    assert all(len(s) == 43 for s in seeds)
    assert derive("link", "x" * 43, "A@example.com") == derive("link", "x" * 43, "a@example.com")


@pytest.mark.threat(45)
@pytest.mark.parametrize("spoil", ["expired", "removed", "moved", "guessed"])
def test_a_link_dies(desk: Desk, spoil: str) -> None:
    case = desk.ask(desk.open())
    token, now = token_in(newest(case, "questions")), desk.now
    assert find_link(token=token, kinds=("view",), now=now).case == case
    if spoil == "expired":
        now += links.VIEW_FOR
    elif spoil == "removed":
        desk.contact.removed_at = now
    elif spoil == "moved":
        desk.contact.email = "new.address@example.com"
    else:
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    desk.contact.save()
    with pytest.raises(DeadLink):
        find_link(token=token, kinds=("view",), now=now)


def test_a_link_of_one_kind_is_none_of_another(desk: Desk) -> None:
    case = desk.open()
    token = make_step(case=case, contact=desk.contact, action="confirm", now=desk.now)
    with pytest.raises(DeadLink):
        find_link(token=token, kinds=("view", "start"), now=desk.now)


@pytest.mark.threat(45)
def test_a_link_that_acts_dies_when_used(desk: Desk) -> None:
    case = desk.open()
    token = make_step(case=case, contact=desk.contact, action="confirm", now=desk.now)
    link = find_link(token=token, kinds=("step",), now=desk.now)
    use_up(link, now=desk.now)
    with pytest.raises(DeadLink):
        use_up(link, now=desk.now)  # a second request that had found it as well
    with pytest.raises(DeadLink):
        find_link(token=token, kinds=("step",), now=desk.now)


# -- codes -------------------------------------------------------------------------------------
def send(desk: Desk, case: Case, *, client: str = "192.0.2.1") -> str:
    send_code(case_id=case.pk, contact=desk.contact, client=client, now=desk.now)
    return read_code(case)


def check(desk: Desk, case: Case, typed: str) -> str:
    return check_code(
        case_id=case.pk, contact=desk.contact, typed=typed, client="192.0.2.1", now=desk.now
    )


def level(desk: Desk, case: Case, proof: str) -> Level:
    return codes.read_level(case_id=case.pk, contact=desk.contact, proof=proof, now=desk.now)


def test_a_right_code_proves_the_reader_for_a_while(desk: Desk) -> None:
    case = desk.open()
    typed = send(desk, case)
    assert typed not in str(list(Code.objects.values())) + newest(case, "code").text
    assert "[" not in typed
    proof = check(desk, case, f" {typed[:4]} {typed[4:]} ")
    assert level(desk, case, proof) is Level.L3
    assert level(desk, case, "") is Level.L1
    desk.now += codes.PROOF_FOR
    assert level(desk, case, proof) is Level.L1


def test_a_code_works_once(desk: Desk) -> None:
    case = desk.open()
    typed = send(desk, case)
    check(desk, case, typed)
    with pytest.raises(WrongCode):
        check(desk, case, typed)


def test_five_wrong_tries_end_a_code(desk: Desk) -> None:
    case = desk.open()
    typed = send(desk, case)
    wrong = f"{(int(typed) + 1) % 10**8:08d}"
    for _ in range(5):
        with pytest.raises(WrongCode):
            check(desk, case, wrong)
    with pytest.raises(WrongCode):
        check(desk, case, typed)
    assert list(case.events.filter(kind="code_wrong").values_list("actor_kind")) == [("desk",)] * 6


def test_a_code_lives_ten_minutes(desk: Desk) -> None:
    case = desk.open()
    typed = send(desk, case)
    desk.now += timedelta(minutes=10)
    with pytest.raises(WrongCode):
        check(desk, case, typed)


def test_a_new_code_ends_the_one_before(desk: Desk) -> None:
    case = desk.open()
    first, second = send(desk, case), send(desk, case)
    assert Code.objects.filter(ended_at=None).count() == 1
    if first != second:
        with pytest.raises(WrongCode):
            check(desk, case, first)
    assert check(desk, case, second)


def test_a_code_is_for_its_case_and_its_reader(desk: Desk) -> None:
    items = list(desk.customer.items.values_list("pk", flat=True))
    one, two = desk.open(item_ids=items[:1]), desk.open(item_ids=items[1:])
    typed = send(desk, one)
    with pytest.raises(WrongCode):
        check(desk, two, typed)
    proof = check(desk, one, typed)
    assert level(desk, two, proof) is Level.L1
    desk.contact.email = "new.address@example.com"
    desk.contact.save()
    assert level(desk, one, proof) is Level.L1


def test_codes_are_limited_by_case_and_by_client(desk: Desk) -> None:
    case = desk.open()
    for _ in range(5):
        send(desk, case)
    with pytest.raises(TooOften):
        send(desk, case)
    desk.now += timedelta(hours=1)
    assert send(desk, case)


def test_a_code_changes_nothing_that_an_open_form_would_trip_over(desk: Desk) -> None:
    case = desk.open()
    check(desk, case, send(desk, case))
    assert desk.read(case).version == case.version
    with change_case(case_id=case.pk, actor=desk.actor, now=desk.now, version=case.version):
        pass


@pytest.mark.threat(45)
def test_a_token_that_comes_back_quoted_is_shown_to_nobody(desk: Desk) -> None:
    case = desk.ask(desk.open())
    token = token_in(newest(case, "questions"))
    quoted = f"Yes.\r\n\r\n> Or answer on this page: https://desk.example.com/my/l/{token}/"
    inbound = desk.reply(case, quoted)
    inbound.refresh_from_db()
    assert "/my/l/" in inbound.text
    assert token not in inbound.text + inbound.html + inbound.reply_text
    assert all(token not in str(q.__dict__) for q in case.questions.all())
