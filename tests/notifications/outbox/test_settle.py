"""What is heard about a mail after it left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications import outbox
from notifications.models import Email
from tests.notifications.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=30)


def test_a_bounce_is_noted_once(make_email, sink, heard):
    email = make_email()
    outbox.deliver_due(now=NOW)
    heard.clear()
    assert outbox.mark_bounced(email_id=email.pk, inbound=None, now=LATER, detail="no such user")
    assert not outbox.mark_bounced(email_id=email.pk, inbound=None, now=LATER)
    email.refresh_from_db()
    assert (email.delivery, email.delivery_at, email.delivery_detail) == (
        "bounced",
        LATER,
        "no such user",
    )
    assert heard == [("email_bounced", email)]


@pytest.mark.threat(60)
def test_news_out_of_order_never_lowers_the_rank(make_email, sink, heard):
    email = make_email()
    outbox.deliver_due(now=NOW)
    outbox.mark_bounced(email_id=email.pk, inbound=None, now=LATER)
    outbox.mark_delivered(email_id=email.pk, at=LATER)
    outbox.mark_bounced(email_id=email.pk, inbound=None, now=LATER, delivery="delayed")
    email.refresh_from_db()
    assert email.delivery == "bounced"


def test_a_delay_is_noted_and_announced_to_nobody(make_email, sink, heard):
    email = make_email()
    outbox.deliver_due(now=NOW)
    heard.clear()
    outbox.mark_bounced(email_id=email.pk, inbound=None, now=LATER, delivery="delayed")
    email.refresh_from_db()
    assert (email.delivery, heard) == ("delayed", [])


@pytest.mark.guarantee("G5")
def test_a_bounce_settles_a_mail_of_unknown_fate(make_email, sink, heard):
    email = make_email()
    sink.script["DATA"].append("drop")
    outbox.deliver_due(now=NOW)
    outbox.mark_bounced(email_id=email.pk, inbound=None, now=LATER)
    email.refresh_from_db()
    assert (email.status, email.delivery) == ("sent", "bounced")
    assert outbox.sweep(now=LATER) == 0
    assert heard == [("email_bounced", email)]


@pytest.mark.guarantee("G5")
def test_an_id_that_comes_back_proves_the_arrival(make_email, sink, heard):
    email = make_email()
    sink.script["DATA"].append("drop")
    outbox.deliver_due(now=NOW)
    outbox.mark_seen(message_ids=[email.message_id, "<other@example.com>"], now=LATER)
    email.refresh_from_db()
    assert (email.status, email.accepted_at) == ("sent", LATER)
    assert outbox.sweep(now=LATER + timedelta(days=1)) == 0
    assert heard == [("emails_accepted", email)]


def test_that_a_mail_was_accepted_is_told_before_that_it_came_back(make_email, sink, heard):
    """The bounce overtakes the sender's own news: told late, it would start a clock that the
    bounce has stopped. Seen to fail without `tell` in `_lock`."""
    email = make_email()
    Email.objects.update(status="sent", accepted_at=NOW, next_attempt_at=None, news="accepted")
    outbox.mark_bounced(email_id=email.pk, inbound=None, now=LATER)
    assert outbox.sweep(now=LATER) == 0
    assert heard == [("emails_accepted", email), ("email_bounced", email)]


@pytest.mark.guarantee("G5")
def test_a_delivery_report_settles_a_mail_of_unknown_fate(make_email, sink, heard):
    email = make_email(irreversible=True)
    sink.script["DATA"].append("drop")
    outbox.deliver_due(now=NOW)
    heard.clear()
    outbox.mark_delivered(email_id=email.pk, at=LATER)
    email.refresh_from_db()
    assert (email.status, email.delivery) == ("sent", "delivered")
    assert heard == [("emails_accepted", email)]
