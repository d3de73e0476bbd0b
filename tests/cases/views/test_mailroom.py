from __future__ import annotations

import pytest
from django.test import Client

from notifications import inbound
from tests import factories
from tests.cases.build import Desk


def stray(desk: Desk, **headers: str):
    lines = {"From": "Ann Other <ann@elsewhere.example.net>", "Subject": "Hello", **headers}
    raw = "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\nPlease call me.\r\n"
    stored = inbound.store(
        channel="test",
        recipient=desk.brand.email_from,
        envelope_from="ann@elsewhere.example.net",
        raw=raw.encode(),
        now=desk.now,
    )
    desk.run()
    stored.refresh_from_db()
    return stored


@pytest.fixture(autouse=True)
def smtp(sink) -> None:
    """Mail leaves by SMTP."""


def test_an_unmatched_mail_waits_for_a_person_and_is_filed(desk: Desk, agent: Client) -> None:
    case, mail = desk.open(), stray(desk)
    assert mail.disposition == "unmatched"
    assert "Ann Other" in agent.get("/desk/mail/?is=needs_us").content.decode()
    answer = agent.post(f"/desk/mail/{mail.pk}/do/file/", {"case": case.number})
    assert answer["Location"] == f"/desk/case/{case.number}/"
    mail.refresh_from_db()
    assert (mail.disposition, mail.thread_id) == ("answer", case.thread_id)
    assert case.todos.get().kind == "unverified_sender"


def test_a_case_number_in_the_mail_is_only_suggested(desk: Desk, agent: Client) -> None:
    case = desk.open()
    mail = stray(desk, Subject=f"About {case.number}")
    assert mail.disposition == "unmatched"
    assert "File here" in agent.get(f"/desk/mail/{mail.pk}/").content.decode()


def test_every_mail_has_one_disposition(desk: Desk, agent: Client) -> None:
    case = desk.ask(desk.open())
    desk.reply(case, "Jim did.")
    stray(desk)
    stray(desk, **{"Auto-Submitted": "auto-replied", "Subject": "Out of office"})
    page = agent.get("/desk/mail/")
    counts = page.context["counts"]
    parts = sum(n for k, n in counts.items() if k not in ("received", "needs_us"))
    assert counts["received"] == parts == 3


def test_setting_aside(desk: Desk, agent: Client) -> None:
    mail = stray(desk)
    agent.post(f"/desk/mail/{mail.pk}/do/not_customer/")
    mail.refresh_from_db()
    assert (mail.disposition, mail.handled_by) == ("not_customer", desk.agent.pk)


@pytest.mark.threat(38)
def test_the_raw_message_is_downloaded_never_displayed(desk: Desk, agent: Client) -> None:
    mail = stray(desk)
    answer = agent.get(f"/desk/mail/{mail.pk}/raw/")
    assert answer.content == bytes(mail.raw)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.threat(50)
def test_another_brands_mail_does_not_exist(desk: Desk, client: Client) -> None:
    case = desk.ask(desk.open())
    mail = desk.reply(case, "Jim did.")
    client.force_login(factories.make_user(brands=[factories.make_brand()]))
    assert client.get(f"/desk/mail/{mail.pk}/").status_code == 404
    assert client.get(f"/desk/mail/{mail.pk}/raw/").status_code == 404


@pytest.mark.threat(13)
def test_a_look_alike_is_named_on_the_to_do_and_on_the_page(desk: Desk, agent: Client) -> None:
    case = desk.ask(desk.open())
    on_file = case.contact.email
    local, _, domain = on_file.rpartition("@")
    other = f"{local}@{domain.replace('m', 'rn', 1)}"
    assert other != on_file
    desk.reply(case, "Jim did.", sender=other)
    todo = case.todos.get(kind="unverified_sender")
    assert todo.evidence["resembles"] == on_file
    assert f"only resembles {on_file}" in todo.reason
    page = agent.get(f"/desk/mail/{todo.inbound_id}/").content.decode()
    assert f"only resembles {on_file}" in page


@pytest.mark.threat(13)
def test_the_address_on_file_and_a_stranger_resemble_nobody(desk: Desk, agent: Client) -> None:
    case = desk.ask(desk.open())
    for sender in (case.contact.email, "ann@elsewhere.example.net"):
        desk.reply(case, "Jim did.", sender=sender)
    assert all("resembles" not in todo.reason for todo in case.todos.all())
    for mail in case.thread.inbound.all():
        assert "only resembles" not in agent.get(f"/desk/mail/{mail.pk}/").content.decode()
