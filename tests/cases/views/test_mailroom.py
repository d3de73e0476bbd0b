from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from django.db import connection
from django.test import Client

from cases.actions.counts import settle_counts
from cases.models import MailCount
from cases.queries.mailroom import count_mail, visible_mail
from notifications import inbound
from notifications.models import Inbound
from tests import factories
from tests.cases.build import Desk
from tests.pages import fold


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
    parts = [number for _, _, number in page.context["page"].parts]
    assert page.context["counts"]["received"] == sum(parts) == 3
    text = " ".join(re.sub(r"<[^>]+>", "", page.content.decode()).split())
    assert "3 received = 1 unmatched + 0 quarantined + 1 answers + 1 automatic + 0 bounces" in text


def test_the_counts_are_the_truth(desk: Desk, agent: Client) -> None:
    """The sums that the database keeps, through every way in which mail comes, moves and goes."""
    other, case = Desk(), desk.ask(desk.open())
    everyone, mine = factories.make_user(), factories.make_user(brands=[desk.brand])

    def check() -> dict[str, int]:
        for user in (everyone, mine):
            kept = count_mail(user=user)
            truth = Counter(visible_mail(user).values_list("disposition", flat=True))
            assert {k: n for k, n in kept.items() if n and k not in ("received", "needs_us")} == {
                k or "waiting": n for k, n in truth.items()
            }
            assert kept["received"] == truth.total()
        return count_mail(user=mine)

    store(other, "From: a@b.example\nSubject: To theirs\n\nHello\n",
          recipient=other.brand.email_from)  # fmt: skip
    desk.reply(case, "Jim did.", process=False)
    assert check()["waiting"] == 1
    desk.run()
    first, second = stray(desk), stray(desk, Subject="Another")
    assert (check()["answer"], check()["unmatched"]) == (1, 2)
    agent.post(f"/desk/mail/{first.pk}/do/file/", {"case": case.number})
    Inbound.objects.filter(pk=second.pk).update(disposition="spam")
    assert check()["unmatched"] == 0
    settle_counts()
    settle_counts()
    check()
    assert not MailCount.objects.filter(settled=False).exists()
    second.delete()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO cases_mailcount (recipient, disposition, mails)"
                       " VALUES ('', 'spam', 5)")  # fmt: skip
        cursor.execute("SELECT recount_mail()")
    assert check()["received"] == 2


def test_setting_aside(desk: Desk, agent: Client) -> None:
    mail = stray(desk)
    for fate in ("not_customer", "spam"):
        agent.post(f"/desk/mail/{mail.pk}/do/{fate}/")
        mail.refresh_from_db()
        assert (mail.disposition, mail.handled_by) == (fate, desk.agent.pk)


def test_a_person_whose_mail_was_taken_for_a_machines(desk: Desk, agent: Client) -> None:
    """Without a case there is no line to correct: the mail's own page puts it right."""
    case, mail = desk.open(), stray(desk, Subject="Automatic reply: our line 12")
    assert mail.disposition == "automatic"
    page = f"/desk/mail/{mail.pk}/"
    assert "A person wrote this" in agent.get(page).content.decode()
    agent.post(f"{page}do/file/", {"case": case.number})
    mail.refresh_from_db()
    assert mail.disposition == "automatic"  # not while it is nobody's
    assert "file it" in agent.post(f"{page}do/human/", follow=True).content.decode()
    mail.refresh_from_db()
    assert (mail.kind, mail.disposition, mail.handled_by) == ("human", "unmatched", desk.agent.pk)
    assert "saw that a person wrote it" in mail.evidence[0]
    agent.post(f"{page}do/file/", {"case": case.number})
    agent.post(f"{page}do/human/")  # once more changes nothing
    mail.refresh_from_db()
    assert (mail.disposition, mail.thread_id) == ("answer", case.thread_id)


def test_a_cases_automatic_mail_is_put_right_on_the_case(desk: Desk, agent: Client) -> None:
    case = desk.ask(desk.open())
    mail = desk.reply(case, "I am away.", **{"Auto-Submitted": "auto-replied"})
    page = f"/desk/mail/{mail.pk}/"
    shown = agent.get(page).content.decode()
    assert "A person wrote this" not in shown
    assert f'at its line on <a class="link num" href="/desk/case/{case.number}/"' in fold(shown)
    agent.post(f"{page}do/human/")
    mail.refresh_from_db()
    assert (mail.kind, mail.disposition) == ("auto_reply", "automatic")


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


def store(desk: Desk, raw: str, *, recipient: str = "", sender: str = "ann@elsewhere.example.net"):
    stored = inbound.store(
        channel="test", recipient=recipient or desk.brand.email_from, envelope_from=sender,
        raw=raw.replace("\n", "\r\n").encode(), now=desk.now,
    )  # fmt: skip
    desk.run()
    stored.refresh_from_db()
    return stored


WITH_FILES = """From: ann@elsewhere.example.net
Subject: Our papers
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain

Please cancel the lines of our north branch at the end of the month, thank you
--a
Content-Type: text/html

<p>We keep every single line for ever, do not ever touch our contract again</p>
--a--
--b
Content-Type: application/pdf; name="../../bill\u202e.pdf"
Content-Disposition: attachment; filename="../../bill.pdf"
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA
--b
Content-Type: text/html
Content-Disposition: attachment; filename="page.html"

<script>alert(1)</script>
--b--
"""


# -- search and scope ---------------------------------------------------------------------
FINDING = ["papers", "PAPER", "north branch", "ann@elsewhere", "elsewhere.example.net",
           "branch papers ann"]  # fmt: skip
FINDING_NOTHING = ["ranch", "north nowhere", "' OR 1=1 --", "zz & !b | (c:*", "%", "''", "\x00",
                   "<->", "🙂"]  # fmt: skip


def test_search_reads_subject_sender_and_text(desk: Desk, agent: Client) -> None:
    store(desk, WITH_FILES)
    for text in (*FINDING, *FINDING_NOTHING):
        page = agent.get("/desk/mail/", {"q": text})
        assert page.status_code == 200, text
        assert ("Our papers" in page.content.decode()) is (text in FINDING), text


def test_search_finds_the_words_of_html_and_none_that_are_only_quoted(
    desk: Desk, agent: Client
) -> None:
    head = "From: a@b.example\nSubject: In colour\n"
    html = "<p>My zebra</p><blockquote>On Monday A wrote:<p>your giraffe</p></blockquote>"
    store(desk, f"{head}Content-Type: text/html\n\n{html}\n")
    store(desk, f"{head}\nMy lion\n\nOn Monday, 3 May 2021, A wrote:\n> your giraffe\n")
    found = {
        word: agent.get("/desk/mail/", {"q": word}).content.decode().count("In colour")
        for word in ("zebra", "lion", "giraffe")
    }
    assert found["zebra"] == found["lion"] > found["giraffe"] == 0


def test_search_uses_its_index(desk: Desk) -> None:
    from django.db import connection

    from notifications.models import Inbound
    from notifications.search import search_mail

    with connection.cursor() as cursor:
        # On an empty table anything else is as cheap.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        plan = search_mail(Inbound.objects.all(), "papers").explain()
    assert "inbound_words" in plan


def test_an_endless_text_is_stored_all_the_same(desk: Desk, agent: Client) -> None:
    words = " ".join(f"word{n}" for n in range(120_000))
    mail = store(desk, f"From: a@b.example\nSubject: Long\n\n{words}\n")
    assert mail.disposition == "unmatched"
    assert "Long" in agent.get("/desk/mail/?q=word7").content.decode()


@pytest.mark.threat(50)
def test_mail_to_another_brand_is_not_there(desk: Desk, client: Client) -> None:
    other = Desk()
    mine = store(desk, "From: a@b.example\nSubject: To mine\n\nHello\n")
    theirs = store(
        other, "From: a@b.example\nSubject: To theirs\n\nHello\n",
        recipient=f"cancellations@{other.brand.reply_domain}",
    )  # fmt: skip
    client.force_login(factories.make_user(brands=[desk.brand]))
    page = client.get("/desk/mail/").content.decode()
    assert "To mine" in page
    assert "To theirs" not in page
    assert "To theirs" not in client.get("/desk/mail/?q=theirs").content.decode()
    assert client.get(f"/desk/mail/{mine.pk}/").status_code == 200
    for path in ("", "raw/", "html/"):
        assert client.get(f"/desk/mail/{theirs.pk}/{path}").status_code == 404
    assert client.post(f"/desk/mail/{theirs.pk}/do/handled/").status_code == 404
    assert client.get(f"/desk/call/?q=x&mail={theirs.pk}").context["mail"] is None


def test_it_costs_the_same_for_one_and_for_thirty(desk: Desk, agent: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert agent.get(path).status_code == 200
        return len(queries)

    for number in range(30):
        store(desk, f"From: a{number}@b.example\nSubject: Hello {number}\n\nHello\n")
        if number == 0:
            first = [count("/desk/mail/"), count("/desk/mail/?q=hello")]
    assert [count("/desk/mail/"), count("/desk/mail/?q=hello")] == first
    assert first == [10, 10]


# -- one mail ---------------------------------------------------------------------------------
@pytest.mark.threat(27)
def test_both_parts_are_shown_where_they_differ(desk: Desk, agent: Client) -> None:
    mail = store(desk, WITH_FILES)
    page = agent.get(f"/desk/mail/{mail.pk}/").content.decode()
    assert "say different things" in page
    assert page.count('<details class="card-pad" open>') == 2
    frame = agent.get(f"/desk/mail/{mail.pk}/html/").content.decode().strip()
    words = "<p>We keep every single line for ever, do not ever touch our contract again</p>"
    assert frame == f"<!doctype html><meta charset=utf-8><base target=_blank>{words}"


@pytest.mark.threat(29)
def test_a_layout_that_cannot_be_shown_is_text(desk: Desk, agent: Client) -> None:
    html = "<div>" * 5_000 + "<b onclick=x>Hello"
    mail = store(desk, f"From: a@b.example\nSubject: Deep\nContent-Type: text/html\n\n{html}\n")
    frame = agent.get(f"/desk/mail/{mail.pk}/html/").content.decode()
    assert "<b onclick" not in frame
    assert "&lt;b onclick" in frame


@pytest.mark.threat(37, 38, 39)
def test_files_are_downloaded_under_a_label_and_warned_of(desk: Desk, agent: Client) -> None:
    mail = store(desk, WITH_FILES)
    page = agent.get(f"/desk/mail/{mail.pk}/").content.decode()
    assert "can run something" in page
    assert "web page" in page
    for file in mail.attachments.all():
        answer = agent.get(f"/desk/mail/{mail.pk}/file/{file.pk}/")
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment; filename=")
        assert ".." not in answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert re.fullmatch(r"inbound/[0-9a-f]{2}/[0-9a-f]{40}", file.file.name)


@pytest.mark.threat(40)
def test_another_mails_file_is_not_there(desk: Desk, agent: Client) -> None:
    mail, other = store(desk, WITH_FILES), stray(desk)
    file = mail.attachments.first()
    assert agent.get(f"/desk/mail/{other.pk}/file/{file.pk}/").status_code == 404
    assert agent.get(f"/desk/mail/{mail.pk}/file/{file.pk + 999}/").status_code == 404


def test_a_case_is_found_and_the_mail_filed(desk: Desk, agent: Client) -> None:
    case, mail = desk.open(), stray(desk)
    for text in (case.number, desk.customer.name, desk.contact.email):
        page = agent.get(f"/desk/mail/{mail.pk}/", {"find": text}).content.decode()
        assert f'value="{case.number}"' in page
    assert "No case of" in agent.get(f"/desk/mail/{mail.pk}/?find=Nobody").content.decode()
    agent.post(f"/desk/mail/{mail.pk}/do/file/", {"case": case.number})
    again = agent.post(f"/desk/mail/{mail.pk}/do/file/", {"case": case.number}, follow=True)
    assert "belongs to no case yet" in again.content.decode()
    assert case.events.filter(kind="mail_received").count() == 1


def test_a_case_is_opened_from_a_mail(desk: Desk, agent: Client) -> None:
    from datetime import timedelta

    from cases.models import Case

    mail = stray(desk)
    desk.now += timedelta(hours=2)
    search = agent.get(f"/desk/call/?q={desk.customer.name}&mail={mail.pk}").content.decode()
    assert re.search(rf"\?customer={desk.customer.pk}&amp;[^\"]*mail={mail.pk}\"", search)
    form = agent.get(f"/desk/call/?customer={desk.customer.pk}&mail={mail.pk}").content.decode()
    started = re.search(r'name="received_at" value="([^"]+)"', form)[1]
    assert started == mail.received_at.isoformat()
    agent.post(
        f"/desk/call/{desk.customer.pk}/open/",
        {"scope": "whole", "received_at": started, "contact": desk.contact.pk, "mail": mail.pk},
    )
    case = Case.objects.get()
    mail.refresh_from_db()
    assert (case.received_at, mail.thread_id) == (mail.received_at, case.thread_id)
    assert (mail.disposition, mail.disposition_note) == ("answer", "the case was opened from it")
    assert case.events.filter(kind="mail_received").count() == 1
    assert not case.todos.exists()


@pytest.mark.guarantee("G6")
def test_a_reply_goes_to_the_cases_contact_in_the_same_conversation(
    desk: Desk, agent: Client, sink
) -> None:
    from datetime import timedelta

    from django.core.files.uploadedfile import SimpleUploadedFile

    case = desk.ask(desk.open())
    mail = desk.reply(case, "Jim did.", sender="boss@elsewhere.example", authentic=False)
    page = agent.get(f"/desk/mail/{mail.pk}/").content.decode()
    assert "not to the sender of this mail" in page
    plan = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 x", content_type="text/html")
    agent.post(f"/desk/mail/{mail.pk}/do/reply/", {"text": "Thank you, Jim.", "files": [plan]})
    desk.go_to(desk.now + timedelta(seconds=16))
    message = sink.messages[-1]
    assert message["To"].addresses[0].addr_spec == desk.contact.email
    assert message["In-Reply-To"] == mail.message_id
    [file] = list(message.iter_attachments())
    assert (file.get_filename(), file.get_content_type()) == ("plan.pdf", "application/pdf")
    bad = SimpleUploadedFile("run.exe", b"MZ")
    said = agent.post(f"/desk/mail/{mail.pk}/do/reply/", {"text": "x", "files": [bad]}, follow=True)
    assert "cannot be sent" in said.content.decode()
    assert case.thread.emails.filter(purpose="reply").count() == 1


def test_a_loose_mail_is_not_answered(desk: Desk, agent: Client) -> None:
    mail = stray(desk)
    answer = agent.post(f"/desk/mail/{mail.pk}/do/reply/", {"text": "x"}, follow=True)
    assert "addresses on file alone" in answer.content.decode()


def test_a_mail_is_read_again_after_a_fix(desk: Desk, agent: Client) -> None:
    case, mail = desk.open(), stray(desk)
    agent.post(f"/desk/mail/{mail.pk}/do/replay/")
    mail.refresh_from_db()
    assert (mail.status, mail.disposition) == ("received", "")
    desk.run()
    mail.refresh_from_db()
    assert mail.disposition == "unmatched"
    agent.post(f"/desk/mail/{mail.pk}/do/file/", {"case": case.number})
    agent.post(f"/desk/mail/{mail.pk}/do/replay/")
    mail.refresh_from_db()
    assert mail.disposition == "answer"


PIXEL = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def test_pictures_inside_the_layout_come_from_our_own_copy(desk: Desk, agent: Client) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "ann@elsewhere.example.net", "Our logo"
    message.set_content(
        '<p>See<img src="cid:Logo@x"><img src="cid:plan"><img src="https://t.example/p.png"></p>',
        subtype="html",
    )
    message.add_related(PIXEL, "image", "png", cid="<Logo@x>")
    message.add_related(b"<svg onload='x()'/>", "image", "png", cid="<plan>")  # by its name only
    stored = inbound.store(
        channel="test", recipient=desk.brand.email_from, envelope_from="ann@elsewhere.example.net",
        raw=message.as_bytes(policy=SMTP), now=desk.now,
    )  # fmt: skip
    desk.run()
    page = agent.get(f"/desk/mail/{stored.pk}/html/")
    shown = page.content.decode()
    assert f'src="data:image/png;base64,{b64encode(PIXEL).decode()}"' in shown
    assert shown.count("src=") == 1
    assert "img-src data:" in page["Content-Security-Policy"]
