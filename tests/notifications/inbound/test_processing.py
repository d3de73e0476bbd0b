"""From stored bytes to a filed mail: once, in order, and whatever goes wrong (G2, G3)."""

from __future__ import annotations

import threading
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.db.models.functions import Now

from notifications import inbound, outbox, signals
from notifications.inbound import processing, rows
from notifications.models import Attachment, Email, Inbound, Thread
from tests.notifications.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMER = "robin@customer.example.com"
LATER = NOW + timedelta(minutes=10)


def write(text="Please cancel on 31 March.\n", *, sender=f"Robin Sample <{CUSTOMER}>", **headers):
    mail = EmailMessage()
    mail["From"] = sender
    mail["Subject"] = headers.pop("subject", "Re: Your cancellation")
    mail["Message-ID"] = headers.pop("message_id", "<a1@customer.example.com>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


@pytest.fixture
def receive(thread):
    def store(mail=None, *, recipient=None, sender=CUSTOMER, now=NOW):
        raw = mail if isinstance(mail, bytes) else (mail or write()).as_bytes()
        return inbound.store(
            channel="lmtp",
            recipient=recipient or thread.address("reply.acme.example.com"),
            envelope_from=sender,
            raw=raw,
            now=now,
        )

    return store


@pytest.fixture
def read(receive):
    def store_and_process(*arguments, **options):
        mail = receive(*arguments, **options)
        inbound.process(inbound_id=mail.pk, now=LATER)
        return Inbound.objects.get(pk=mail.pk)

    return store_and_process


def expire_leases():
    Inbound.objects.update(lease_until=Now() - timedelta(seconds=1))


def test_a_reply_is_understood_and_offered_to_the_listener(read, thread, heard):
    mail = read(write("Please cancel on 31 March.\n\nOn Monday Acme wrote:\n> Which date?\n"))
    assert heard == [("inbound_processed", mail)]
    assert (
        mail.status,
        mail.processed_at,
        mail.from_name,
        mail.from_email,
        mail.subject,
        mail.message_id,
        mail.kind,
        mail.thread_id,
        mail.matched_by,
        mail.disposition,
        mail.attempts,
        mail.problem,
    ) == (
        "processed",
        LATER,
        "Robin Sample",
        CUSTOMER,
        "Re: Your cancellation",
        "<a1@customer.example.com>",
        "human",
        thread.pk,
        "token",
        "unmatched",
        1,
        "",
    )
    assert mail.reply_text.strip() == "Please cancel on 31 March."
    assert "> Which date?" in mail.text


@pytest.mark.threat(11)
@pytest.mark.threat(12)
@pytest.mark.parametrize(
    ("server", "result", "authenticity"),
    [
        ("mx.lastcall.example", "dmarc=pass header.from=customer.example.com", "pass"),
        ("mx.lastcall.example", "dmarc=fail header.from=customer.example.com", "fail"),
        ("mx.lastcall.example", "dmarc=none header.from=customer.example.com", "none"),
        ("mx.evil.example", "dmarc=pass header.from=customer.example.com", "none"),
    ],
)
def test_only_our_own_servers_finding_makes_a_sender_authentic(read, server, result, authenticity):
    mail = read(write(Authentication_Results=f"{server}; {result}"))
    assert mail.authenticity == authenticity
    assert mail.authenticity_detail


@pytest.mark.threat(13)
def test_the_senders_address_is_kept_as_addresses_on_file_are(read):
    mail = read("From: Robin <Robin@BÜCHER.example>\r\n\r\nhello".encode())
    assert mail.from_email == "robin@xn--bcher-kva.example"


@pytest.mark.rule("R14")
@pytest.mark.threat(22)
@pytest.mark.parametrize("date", ["Mon, 01 Jan 1990 00:00:00 +0000", "Fri, 31 Dec 9999 23:59", "x"])
def test_the_receipt_time_stands_whatever_the_date_header_says(read, date):
    assert read(write(Date=date)).received_at == NOW


def test_the_listener_decides_the_disposition(read):
    def claim(sender, inbound, **_):
        inbound.disposition = "answer"
        inbound.save(update_fields=["disposition"])

    signals.inbound_processed.connect(claim)
    assert read().disposition == "answer"


@pytest.mark.rule("R11")
def test_an_out_of_office_note_is_automatic_and_never_an_answer(read, heard):
    mail = read(write("I am away until May.", Auto_Submitted="auto-replied"))
    assert (mail.kind, mail.disposition) == ("auto_reply", "automatic")
    assert mail.evidence

    def claim(sender, inbound, **_):
        inbound.disposition = "answer"
        inbound.save(update_fields=["disposition"])

    signals.inbound_processed.connect(claim)
    again = read(write("I am away until June.", Auto_Submitted="auto-replied"))
    assert again.disposition != "answer"


def test_mail_to_a_general_address_is_matched_by_our_id(read, make_email, thread):
    email = make_email()
    mail = read(write(In_Reply_To=email.message_id), recipient="desk@acme.example.com")
    assert (mail.thread_id, mail.matched_by, mail.disposition) == (
        thread.pk,
        "message_id",
        "unmatched",
    )


def test_our_id_is_found_anywhere_in_the_references(read, make_email, thread):
    email = make_email()
    references = f"<x@example.com> {email.message_id} <y@example.com>"
    mail = read(write(References=references), recipient="desk@acme.example.com")
    assert (mail.thread_id, mail.matched_by) == (thread.pk, "message_id")


@pytest.mark.threat(15)
def test_a_forged_or_foreign_id_matches_nothing(read, make_email):
    email = make_email()
    forged = email.message_id.replace(email.message_id.split(".")[1], "a" * 16)
    for number, value in enumerate([forged, "<1@example.com>", f"<lc.{email.pk}@x>"]):
        mail = read(
            write(In_Reply_To=value, message_id=f"<{number}@x>"), recipient="desk@acme.example.com"
        )
        assert (mail.thread_id, mail.matched_by) == (None, "")


def test_the_token_in_the_address_wins_over_a_foreign_in_reply_to(read, make_email, thread):
    other = make_email(thread=outbox.open_thread(now=NOW))
    mail = read(write(In_Reply_To=other.message_id))
    assert (mail.thread_id, mail.matched_by) == (thread.pk, "token")


@pytest.mark.threat(18)
@pytest.mark.threat(10)
def test_cc_and_reply_to_match_nothing(read, thread):
    address = thread.address("reply.acme.example.com")
    mail = read(write(Cc=address, Reply_To=address), recipient="desk@acme.example.com")
    assert mail.thread_id is None


def test_an_unknown_token_is_unmatched(read):
    mail = read(recipient="reply+aaaaaaaaaaaaaaaa@reply.acme.example.com")
    assert (mail.thread_id, mail.matched_by, mail.disposition) == (None, "", "unmatched")


def write_bounce(about: str, sender="MAILER-DAEMON@mx.customer.example.com"):
    mail = EmailMessage()
    mail["From"] = sender
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail["Auto-Submitted"] = "auto-replied"
    mail["Content-Type"] = 'multipart/report; report-type=delivery-status; boundary="b"'
    mail.set_payload(
        "--b\nContent-Type: text/plain\n\nThe mail could not be delivered: no such user.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.customer.example.com"
        "\n\nFinal-Recipient: rfc822; robin1@customer.example.com\nAction: failed\n"
        "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{about}Subject: Your cancellation\n\n--b--\n"
    )
    return mail


@pytest.mark.rule("R12")
def test_a_bounce_is_noted_on_the_mail_that_it_names(read, make_email, heard):
    email = make_email()
    Email.objects.filter(pk=email.pk).update(attempts=1)  # begun, and its fate not yet recorded
    mail = read(write_bounce(f"Message-ID: {email.message_id}\n"), sender="")
    email.refresh_from_db()
    assert (mail.kind, mail.disposition, mail.about_email_id) == ("bounce", "bounce", email.pk)
    assert (email.delivery, email.delivery_at, email.status) == ("bounced", LATER, "sent")
    assert heard == [("email_bounced", email), ("inbound_processed", mail)]


def test_a_bounce_that_quotes_nothing_is_known_by_its_return_path(read, make_email):
    email = make_email()
    mail = read(write_bounce(""), sender="", recipient=email.return_path)
    email.refresh_from_db()
    assert (mail.about_email_id, email.delivery) == (email.pk, "bounced")


@pytest.mark.threat(20)
def test_a_bounce_without_our_id_counts_for_nothing(read, make_email, heard):
    email = make_email()
    for about in ("", "Message-ID: <made-up@acme.example.com>\n"):
        mail = read(write_bounce(about), sender="")
        assert (mail.kind, mail.disposition, mail.about_email_id) == ("bounce", "automatic", None)
        assert mail.disposition_note
    email.refresh_from_db()
    assert email.delivery == ""
    assert [name for name, _ in heard] == ["inbound_processed"] * 2


@pytest.mark.threat(20)
def test_a_return_path_of_another_thread_counts_for_nothing(read, make_email, thread):
    email = make_email(thread=outbox.open_thread(now=NOW))
    recipient = f"reply+{thread.token}.{email.pk}@reply.acme.example.com"
    mail = read(write_bounce(""), sender="", recipient=recipient)
    email.refresh_from_db()
    assert (mail.about_email_id, email.delivery) == (None, "")


@pytest.mark.threat(19)
@pytest.mark.rule("R11")
def test_our_own_mail_that_comes_back_is_told(read, make_email):
    email = make_email()
    mail = read(write(message_id=email.message_id), sender="x@example.com")
    assert (mail.kind, mail.disposition, mail.about_email_id) == ("own", "automatic", email.pk)


@pytest.mark.guarantee("G5")
def test_a_reply_proves_that_a_mail_of_unknown_fate_arrived(read, make_email):
    email = make_email()
    Email.objects.update(status="unknown", next_attempt_at=LATER)
    read(write(In_Reply_To=email.message_id))
    email.refresh_from_db()
    assert (email.status, email.accepted_at) == ("sent", LATER)


@pytest.mark.threat(8)
@pytest.mark.parametrize(
    "header",
    [
        b"From: a@example.com, b@example.com",
        b"From: a@example.com\r\nFrom: b@example.com",
        b"From: group: a@example.com, b@example.com;",
    ],
)
def test_an_ambiguous_sender_is_quarantined(read, heard, header):
    mail = read(header + b"\r\nSubject: Restore\r\n\r\nPlease restore.\r\n")
    assert (mail.status, mail.disposition) == ("quarantined", "quarantined")
    assert mail.problem
    assert mail.reply_text.strip() == "Please restore."
    assert heard == [("inbound_quarantined", mail)]


@pytest.mark.threat(23)
def test_what_exceeds_the_caps_is_quarantined_unparsed(read, heard, thread):
    mail = read(b"X: y\r\n" * 100_000 + b"\r\nhello\r\n")
    assert (mail.status, mail.disposition, mail.thread_id) == (
        "quarantined",
        "quarantined",
        thread.pk,
    )
    assert "headers" in mail.problem
    assert heard == [("inbound_quarantined", mail)]


@pytest.mark.threat(21)
def test_duplicate_and_missing_message_ids_are_fine(read):
    for number in range(2):
        assert read(write(f"{number}")).disposition == "unmatched"
    assert read(b"From: a@example.com\r\n\r\nno id\r\n").disposition == "unmatched"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"\r\n\r\n",
        b"From: \xff\xfe\x00 <a@example.com>\r\nSubject: \x00\xed\xa0\x80\r\n\r\n\x00\xed\xb0\x80",
        b"no header at all",
        bytes(range(256)) * 40,
        b"From: a@example.com\r\nContent-Type: multipart/mixed\r\n\r\n--x",
        b"From: " + b"a" * 5000 + b"@example.com\r\nMessage-ID: <" + b"i" * 5000 + b">\r\n\r\nx",
    ],
)
def test_whatever_came_is_filed_at_the_first_attempt(read, raw):
    mail = read(raw)
    assert mail.disposition != ""
    assert mail.attempts == 1


# --- once -------------------------------------------------------------------------------------


@pytest.mark.guarantee("G2")
def test_a_mail_is_processed_once(receive, heard):
    mail = receive()
    assert inbound.process(inbound_id=mail.pk, now=NOW)
    assert not inbound.process(inbound_id=mail.pk, now=NOW)
    assert inbound.process_due(now=NOW) == 0
    assert len(heard) == 1


@pytest.mark.guarantee("G2")
def test_many_workers_process_every_mail_once(receive, heard):
    for number in range(30):
        receive(write(f"mail {number}", message_id=f"<{number}@x>"))

    def work():
        try:
            inbound.process_due(now=NOW)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Inbound.objects.filter(status="processed", attempts=1).count() == 30
    assert len(heard) == 30


@pytest.mark.guarantee("G2")
def test_a_worker_that_lost_its_lease_files_nothing_twice(receive, heard, monkeypatch):
    mail = receive()
    real = processing.understand

    def overtake(raw, **options):
        monkeypatch.setattr(processing, "understand", real)
        expire_leases()
        inbound.process(inbound_id=mail.pk, now=NOW)
        return real(raw, **options)

    monkeypatch.setattr(processing, "understand", overtake)
    inbound.process(inbound_id=mail.pk, now=NOW)
    assert len(heard) == 1


# --- poison -----------------------------------------------------------------------------------


@pytest.mark.guarantee("G3")
def test_the_attempt_is_committed_before_the_mail_is_read(receive, monkeypatch):
    mail = receive()
    seen = []

    def look(raw, **_):
        with connection.cursor() as cursor:
            assert not connection.in_atomic_block
            cursor.execute("SELECT attempts FROM notifications_inbound WHERE id = %s", [mail.pk])
            seen.append(cursor.fetchone()[0])
        raise RuntimeError("poison")

    monkeypatch.setattr(processing, "understand", look)
    inbound.process(inbound_id=mail.pk, now=NOW)
    assert seen == [1]


@pytest.mark.guarantee("G3")
def test_poison_is_tried_three_times_then_quarantined_and_blocks_nobody(
    receive, monkeypatch, heard, thread
):
    poison = receive(b"From: a@example.com\r\n\r\npoison")
    real = processing.understand

    def choke(raw, **options):
        if b"poison" in raw:
            raise RecursionError("deep")
        return real(raw, **options)

    monkeypatch.setattr(processing, "understand", choke)
    good = receive()
    for attempt in range(3):
        inbound.process_due(now=NOW)
        poison.refresh_from_db()
        assert poison.attempts == attempt + 1
        expire_leases()
    good.refresh_from_db()
    assert good.status == "processed"
    assert (poison.status, poison.disposition, poison.thread_id) == (
        "quarantined",
        "quarantined",
        thread.pk,
    )
    assert poison.problem == "It failed 3 times. RecursionError: deep"
    assert heard == [("inbound_processed", good), ("inbound_quarantined", poison)]
    assert inbound.process_due(now=NOW) == 0


@pytest.mark.guarantee("G3")
def test_a_failed_attempt_waits_before_the_next(receive, monkeypatch):
    mail = receive()
    monkeypatch.setattr(processing, "understand", lambda raw, **_: 1 / 0)
    inbound.process_due(now=NOW)
    assert inbound.process_due(now=NOW) == 0
    mail.refresh_from_db()
    assert (mail.attempts, mail.status) == (1, "received")
    assert mail.problem.startswith("ZeroDivisionError")


class Killed(BaseException):
    """Stands for a worker that dies: nothing after it runs."""


@pytest.mark.guarantee("G3")
def test_a_mail_that_kills_its_worker_three_times_is_quarantined(receive, monkeypatch, heard):
    """Seen to fail without the comparison with MOST_ATTEMPTS."""
    poison, good = receive(b"From: a@example.com\r\n\r\npoison"), receive()
    real = processing.understand

    def die(raw, **options):
        if b"poison" in raw:
            raise Killed
        return real(raw, **options)

    monkeypatch.setattr(processing, "understand", die)
    for _ in range(3):
        with pytest.raises(Killed):
            inbound.process_due(now=NOW)
        expire_leases()
    assert inbound.process_due(now=NOW) == 2
    poison.refresh_from_db()
    good.refresh_from_db()
    assert poison.disposition == "quarantined"
    assert "3 times" in poison.problem
    # It died once in the poison's company; from then on each was taken alone.
    assert (good.status, good.attempts) == ("processed", 2)


@pytest.mark.guarantee("G3")
@pytest.mark.guarantee("G4")
def test_a_listeners_fault_undoes_the_filing_and_counts(receive, heard):
    mail = receive(write_with_file())
    files_before = list_files()

    def fail(sender, inbound, **_):
        raise ValueError("a fault of ours")

    signals.inbound_processed.connect(fail)
    for _ in range(3):
        inbound.process_due(now=NOW)
        expire_leases()
    mail.refresh_from_db()
    assert (mail.disposition, mail.attempts, mail.kind) == ("quarantined", 3, "human")
    assert mail.problem == "It failed 3 times. ValueError: a fault of ours"
    assert not Attachment.objects.exists()
    assert list_files() == files_before


def test_a_listener_of_quarantine_cannot_keep_a_mail_out_of_it(read, heard):
    def fail(sender, inbound, **_):
        raise ValueError("a fault of ours")

    signals.inbound_quarantined.connect(fail)
    mail = read(b"From: a@example.com, b@example.com\r\n\r\nx")
    assert mail.disposition == "quarantined"


@pytest.mark.guarantee("G20")
def test_a_fault_of_the_database_is_not_the_mails(receive, monkeypatch):
    mail = receive()
    real = processing.understand

    def fail(raw, **_):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(processing, "understand", fail)
    for _ in range(5):
        inbound.process_due(now=NOW)
        expire_leases()
    mail.refresh_from_db()
    assert (mail.status, mail.attempts) == ("received", 0)
    monkeypatch.setattr(processing, "understand", real)
    assert inbound.process_due(now=NOW) == 1


def test_a_mail_in_quarantine_can_be_read_again_after_a_fix(receive, monkeypatch, heard):
    mail = receive(write_with_file())
    real = processing.understand
    monkeypatch.setattr(processing, "understand", lambda raw, **_: 1 / 0)
    for _ in range(3):
        inbound.process_due(now=NOW)
        expire_leases()
    monkeypatch.setattr(processing, "understand", real)
    assert inbound.replay(inbound_id=mail.pk)
    assert inbound.process_due(now=LATER) == 1
    mail.refresh_from_db()
    assert (mail.status, mail.disposition, mail.problem, mail.attempts) == (
        "processed",
        "unmatched",
        "",
        1,
    )
    assert inbound.replay(inbound_id=mail.pk)
    inbound.process_due(now=LATER)
    assert Attachment.objects.count() == 1
    Inbound.objects.update(disposition="handled")
    assert not inbound.replay(inbound_id=mail.pk)


# --- files ------------------------------------------------------------------------------------


def write_with_file():
    mail = write("See the file.")
    mail.add_attachment(b"\x00\x01", "application", "pdf", filename="../../etc/passwd\x00.pdf")
    return mail


def list_files():
    folders, _ = (
        default_storage.listdir("inbound") if default_storage.exists("inbound") else ([], [])
    )
    return [name for folder in folders for name in default_storage.listdir(f"inbound/{folder}")[1]]


@pytest.mark.threat(37)
def test_a_file_is_kept_under_a_random_name(read):
    mail = read(write_with_file())
    file = mail.attachments.get()
    assert (file.content_type, file.size, file.inline) == ("application/pdf", 2, False)
    assert file.file.read() == b"\x00\x01"
    assert file.file.name.startswith("inbound/")
    assert "passwd" not in file.file.name
    file.file.close()
    file.file.delete()


# --- how much ---------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 30])
def test_queries_per_claimed_mail_are_fixed(receive, django_assert_max_num_queries, count):
    for number in range(count):
        receive(write(f"mail {number}", message_id=f"<{number}@x>"))
    batches = count // processing.BATCH + 2
    # All: 2 settings. A batch: begin, choose, count, commit, look up. A mail: begin, save, commit.
    with django_assert_max_num_queries(2 + 5 * batches + 3 * count):
        assert inbound.process_due(now=NOW) == count


@pytest.mark.parametrize("count", [2, 30])
def test_mail_that_changes_only_itself_is_written_together(
    receive, unclaimed, heard, django_assert_max_num_queries, count
):
    for number in range(count):
        receive(write(f"mail {number}", message_id=f"<{number}@x>", References="<a@x> <b@x>"))
    # The last batch is empty. The statement that writes goes past this count.
    with django_assert_max_num_queries(2 + 5 * 2 + 2):
        assert inbound.process_due(now=NOW) == count
    assert not heard
    found = Inbound.objects.order_by("id").values_list(
        "status", "attempts", "lease_until", "processed_at", "disposition", "subject", "text",
        "reply_text", "message_id", "references", "evidence", "thread__token", "matched_by",
        "about_email", "sent_at", "from_name", "from_email",
    )  # fmt: skip
    token = Thread.objects.get().token
    assert list(found) == [
        ("processed", 1, None, NOW, "unmatched", "Re: Your cancellation", f"mail {number}\n",
         f"mail {number}", f"<{number}@x>", "<a@x> <b@x>",
         ["Nothing says that a machine wrote it."], token, "token", None, None, "Robin Sample",
         CUSTOMER)
        for number in range(count)
    ]  # fmt: skip


@pytest.mark.guarantee("G3")
def test_one_that_cannot_be_written_hurts_no_other(receive, unclaimed, monkeypatch):
    """Together, they fail because of one; then each is filed alone, and only that one fails."""
    mails = [receive(write(f"{n}", message_id=f"<{n}@x>")) for n in range(3)]
    real = processing.describe

    def spoil(mail, *rest):
        real(mail, *rest)
        if mail.pk == mails[1].pk:
            mail.subject = "what no text column takes: \x00"

    monkeypatch.setattr(processing, "describe", spoil)
    assert inbound.process_due(now=NOW) == 2
    found = Inbound.objects.order_by("id").values_list("status", "attempts")
    assert list(found) == [("processed", 1), ("received", 1), ("processed", 1)]
    assert "DataError" in Inbound.objects.get(pk=mails[1].pk).problem


@pytest.mark.guarantee("G2")
def test_what_another_worker_filed_meanwhile_is_not_written_again(receive, unclaimed, monkeypatch):
    mails = [receive(write(f"{n}", message_id=f"<{n}@x>")) for n in range(3)]
    real = rows.write_all

    def overtake(read):
        Inbound.objects.filter(pk=mails[1].pk).update(status="processed", disposition="handled")
        real(read)

    monkeypatch.setattr(rows, "write_all", overtake)
    inbound.process_due(now=NOW)
    found = Inbound.objects.order_by("id").values_list("disposition", flat=True)
    assert list(found) == ["unmatched", "handled", "unmatched"]


@pytest.mark.guarantee("G3")
def test_a_batch_that_reads_slowly_gives_the_rest_back(receive, unclaimed, monkeypatch):
    for number in range(3):
        receive(write(f"{number}", message_id=f"<{number}@x>"))
    monkeypatch.setattr(processing, "READING_S", 0.0)
    assert processing._process_batch(rows.begin(limit=20, lease=processing.LEASE), now=NOW) == 1
    found = Inbound.objects.order_by("id").values_list("status", "attempts", "lease_until")
    assert list(found) == [("processed", 1, None), *[("received", 0, None)] * 2]


@pytest.mark.guarantee("G3")
def test_large_mails_and_those_that_failed_are_taken_alone(receive, monkeypatch):
    monkeypatch.setattr(rows, "MOST_BYTES", 2000)
    small = [receive(write(f"{n}", message_id=f"<{n}@x>")) for n in range(2)]
    large = receive(write("x" * 3000, message_id="<l@x>"))
    late = [receive(write(f"late {n}", message_id=f"<late{n}@x>")) for n in range(2)]
    Inbound.objects.filter(pk=late[0].pk).update(attempts=1)
    batches = []
    while batch := rows.begin(limit=20, lease=processing.LEASE):
        batches.append([mail.pk for mail in batch])
    assert batches == [[small[0].pk, small[1].pk], [large.pk], [late[0].pk], [late[1].pk]]
    assert list(Inbound.objects.order_by("id").values_list("attempts", flat=True)) == [
        1,
        1,
        1,
        2,
        1,
    ]


@pytest.mark.guarantee("G20")
def test_a_look_up_that_fails_costs_no_mail_an_attempt(receive, monkeypatch):
    mails = [receive(write(f"{n}", message_id=f"<{n}@x>")) for n in range(3)]

    def fail(_clues):
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(processing, "look_up_clues", fail)
        assert inbound.process_due(now=NOW) == 0
    expire_leases()
    assert set(Inbound.objects.values_list("attempts", "status")) == {(0, "received")}
    assert inbound.process_due(now=NOW) == len(mails)


def test_only_the_processing_may_forget_its_last_moments_in_a_crash(receive):
    def look(sender, **_):
        seen.append(_read_setting())

    seen = []
    signals.inbound_processed.connect(look)
    before = _read_setting()
    receive()
    inbound.process_due(now=NOW)
    assert seen == [("off", "session")]
    assert _read_setting() == before != seen[0]


def _read_setting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting, source FROM pg_settings WHERE name = 'synchronous_commit'")
        return cursor.fetchone()


def test_a_channel_without_an_envelope_makes_nobody_a_machine(thread):
    for channel, kind in (("pipe", "human"), ("lmtp", "auto_reply")):
        mail = inbound.store(
            channel=channel,
            recipient=thread.address("reply.acme.example.com"),
            envelope_from="",
            raw=write().as_bytes(),
            now=NOW,
        )
        inbound.process(inbound_id=mail.pk, now=LATER)
        assert Inbound.objects.get(pk=mail.pk).kind == kind
