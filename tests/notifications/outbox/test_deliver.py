"""Sending: what leaves, in what form, and what is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from notifications import outbox, signals
from notifications.epoch import hold_if_restored
from notifications.models import Email, Switch
from notifications.outbox import checks, claim, deliver
from notifications.outbox.record import turn_page
from tests.notifications.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def test_accepted_mail_is_recorded_with_the_servers_words(make_email, sink, heard):
    email = make_email()
    assert outbox.deliver_due(now=NOW) == 1
    email.refresh_from_db()
    assert (email.status, email.accepted_at, email.response, email.attempts, email.lease) == (
        "sent",
        NOW,
        "250 2.0.0 Ok: queued as 1",
        1,
        None,
    )
    assert heard == [("emails_accepted", email)]
    assert outbox.deliver_due(now=NOW) == 0


def test_headers_name_the_mail_the_thread_and_its_nature(make_email, thread, sink):
    first = make_email()
    second = make_email(in_reply_to="<abc@customer.example.com>", automatic=False)
    outbox.deliver_due(now=NOW)
    one, two = sink.messages
    assert one["Message-ID"] == f"<lc.{thread.token}.{first.pk}@acme.example.com>"
    assert one["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"
    assert one["X-Lastcall-Id"] == str(first.pk)
    assert one["Auto-Submitted"] == "auto-generated"
    assert one["Reply-To"] == f"reply+{thread.token}@reply.acme.example.com"
    assert one["From"] == "Acme Cancellations <cancellations@acme.example.com>"
    assert one["To"] == "Robin Sample <robin1@customer.example.com>"
    assert one["References"] is None
    assert one.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in one.iter_parts()] == ["text/plain", "text/html"]
    assert two["Auto-Submitted"] is None
    assert two["In-Reply-To"] == "<abc@customer.example.com>"
    assert two["References"] == f"{first.message_id} <abc@customer.example.com>"
    assert two["Message-ID"] == second.message_id


def test_envelope_sender_names_the_mail_so_that_a_bounce_does_too(make_email, thread, sink):
    email = make_email()
    outbox.deliver_due(now=NOW)
    assert sink.accepted[0].mail_from == (f"reply+{thread.token}.{email.pk}@reply.acme.example.com")
    assert sink.accepted[0].rcpt_tos == ["robin1@customer.example.com"]


def test_one_connection_carries_a_batch(make_email, sink):
    for _ in range(7):
        make_email()
    assert outbox.deliver_due(now=NOW) == 7
    assert sink.connections == 1


def test_a_connection_closed_between_two_mails_is_opened_anew(make_email, sink):
    for _ in range(3):
        make_email()
    sink.script["MAIL"].extend(["250 ok", "drop"])
    sink.script["MAIL"].clear()
    sink.script["robin2@customer.example.com"].append("drop")
    assert outbox.deliver_due(now=NOW) == 3
    assert sink.connections == 2
    assert len(sink.accepted) == 3


def test_mail_waits_for_its_date(make_email, sink):
    make_email(not_before=NOW + timedelta(seconds=15))
    assert outbox.deliver_due(now=NOW + timedelta(seconds=14)) == 0
    assert outbox.deliver_due(now=NOW + timedelta(seconds=15)) == 1


def test_a_stopped_mail_does_not_leave(make_email, sink, heard):
    email = make_email()
    assert outbox.stop(email_id=email.pk, reason="answered meanwhile")
    assert outbox.deliver_due(now=NOW) == 0
    email.refresh_from_db()
    assert (email.status, email.error) == ("stopped", "answered meanwhile")
    assert heard == []


def test_a_mail_claimed_but_not_begun_can_still_be_stopped(make_email, sink):
    email = make_email()
    batch = claim.claim_due(now=NOW, limit=10)
    assert outbox.stop(email_id=email.pk, reason="answered meanwhile")
    assert not turn_page([], email, lease=batch.lease, now=NOW)


def test_a_sent_mail_cannot_be_stopped(make_email, sink):
    email = make_email()
    outbox.deliver_due(now=NOW)
    assert not outbox.stop(email_id=email.pk, reason="too late")


@pytest.mark.guarantee("G7")
def test_pause_holds_the_next_claim(make_email, sink):
    email = make_email()
    Switch.objects.create(name="sending", paused=True)
    assert outbox.deliver_due(now=NOW) == 0
    email.refresh_from_db()
    assert (email.status, sink.seen) == ("queued", [])
    Switch.objects.update(paused=False)
    assert outbox.deliver_due(now=NOW) == 1


@pytest.mark.guarantee("G7")
def test_pause_acts_between_two_mails_of_a_batch_that_is_claimed(make_email, sink):
    """Seen to fail without the switch in `TURN`. The third mail's envelope was offered already."""
    for _ in range(5):
        make_email()

    def pause_after_the_second():
        if len(sink.accepted) == 2:
            Switch.objects.create(name="sending", paused=True)
            connection.close()

    sink.on_accept = pause_after_the_second
    assert outbox.deliver_due(now=NOW) == 2
    assert len(sink.accepted) == 2
    waiting = Email.objects.filter(status="queued", lease=None, begun_at=None)
    assert waiting.count() == 3
    sink.on_accept = None
    Switch.objects.update(paused=False)
    assert outbox.deliver_due(now=NOW) == 3


@pytest.mark.guarantee("G6")
def test_a_claim_that_lasts_is_looked_at_again(make_email, sink, monkeypatch):
    """A slow server makes no stale claim: seen to fail without `FRESH_S`."""
    monkeypatch.setattr(deliver, "FRESH_S", 0)
    asked = []
    checks.register_before_send(lambda emails: asked.append([e.pk for e in emails]) or {})
    emails = [make_email().pk for _ in range(3)]
    assert outbox.deliver_due(now=NOW) == 3
    assert asked == [emails, emails[1:], emails[2:]]


@pytest.mark.guarantee("G6")
def test_the_check_before_sending_stops_a_mail_whose_address_changed(make_email, sink, heard):
    """Seen to fail without `find_reasons_to_stop` in `_look`."""
    email, other = make_email(), make_email()
    verified = {"robin2@customer.example.com"}
    checks.register_before_send(
        lambda emails: {
            mail.pk: "the address was changed" for mail in emails if mail.to_email not in verified
        }
    )
    assert outbox.deliver_due(now=NOW) == 1
    email.refresh_from_db()
    assert (email.status, email.error) == ("stopped", "the address was changed")
    assert [envelope.rcpt_tos for envelope in sink.seen] == [["robin2@customer.example.com"]]
    assert heard == [("email_failed", email), ("emails_accepted", other)]


def test_a_check_that_fails_puts_off_its_mail_alone(make_email, sink):
    email, other = make_email(), make_email()

    def check(emails):
        if email in emails:
            raise RuntimeError("a fault of ours")
        return {}

    checks.register_before_send(check)
    assert outbox.deliver_due(now=NOW) == 1
    email.refresh_from_db()
    other.refresh_from_db()
    assert (email.status, other.status) == ("queued", "sent")
    assert email.next_attempt_at > NOW


def test_a_failing_listener_neither_loses_the_fact_nor_sends_twice(make_email, sink):
    email = make_email()
    broken = True
    heard = []

    def listen(sender, emails, **_):
        if broken:
            raise RuntimeError("a fault of ours")
        heard.extend(email.pk for email in emails)

    signals.emails_accepted.connect(listen)
    assert outbox.deliver_due(now=NOW) == 1
    email.refresh_from_db()
    assert (email.status, email.news, heard) == ("sent", "accepted", [])
    outbox.sweep(now=NOW)
    broken = False
    outbox.sweep(now=NOW)
    outbox.sweep(now=NOW)
    email.refresh_from_db()
    assert (email.news, heard, len(sink.seen)) == ("", [email.pk], 1)


def test_deliver_one_sends_that_mail_alone(make_email, sink):
    make_email()
    email = make_email()
    assert outbox.deliver_one(email_id=email.pk, now=NOW)
    assert not outbox.deliver_one(email_id=email.pk, now=NOW)
    assert [e.rcpt_tos[0] for e in sink.accepted] == ["robin2@customer.example.com"]


@pytest.mark.parametrize("count", [1, 30])
def test_queries_per_mail_are_fixed(make_email, sink, django_assert_num_queries, count):
    for _ in range(count):
        make_email()
    hold_if_restored(now=NOW)  # the desk's first look begins its epoch
    # A claim is 2 (epoch, the claim) and comes once more to find nothing; each mail costs its page,
    # and the last one another; the news (begin, take, commit).
    with django_assert_num_queries(8 + count):
        assert outbox.deliver_due(now=NOW) == count
