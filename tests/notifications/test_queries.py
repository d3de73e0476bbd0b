"""What screens read, in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications import inbound, outbox, queries
from notifications.models import Attachment, Inbound, Switch
from tests.notifications.conftest import NOW

pytestmark = pytest.mark.django_db


def receive(number, **fields):
    mail = inbound.store(
        channel="smtp",
        recipient=f"desk{number}@acme.example.com",
        envelope_from="a@example.com",
        raw=b"x",
        now=NOW + timedelta(seconds=number),
    )
    Inbound.objects.filter(pk=mail.pk).update(**fields)
    return mail


def test_the_dispositions_add_up_to_all_that_was_received():
    fates = ["", "answer", "answer", "automatic", "bounce", "unmatched", "quarantined"]
    for number, fate in enumerate(fates):
        status = "processed" if fate else "received"
        receive(number, disposition=fate, status=status)
    counts = queries.count_dispositions()
    assert sum(counts.values()) == Inbound.objects.count() == 7
    assert counts == {
        "": 1,
        "answer": 2,
        "automatic": 1,
        "bounce": 1,
        "unmatched": 1,
        "quarantined": 1,
        "spam": 0,
        "handled": 0,
        "not_customer": 0,
    }


def test_a_page_is_the_newest_first_and_says_whether_more_follow():
    mails = [receive(number) for number in range(queries.PER_PAGE + 3)]
    first = queries.page_mail()
    assert [mail.pk for mail in first.mails] == [mail.pk for mail in mails[:2:-1]]
    assert first.has_next
    second = queries.page_mail(number=2)
    assert [mail.pk for mail in second.mails] == [mail.pk for mail in mails[2::-1]]
    assert not second.has_next


def test_a_page_is_filtered_by_disposition_text_and_what_one_may_see():
    wanted = receive(
        1, disposition="unmatched", status="processed", subject="Kündigung 4831", from_name="Robin"
    )
    receive(2, disposition="unmatched", status="processed", subject="Other")
    receive(3, subject="Kündigung 4831")
    assert [m.pk for m in queries.page_mail(disposition="unmatched", text="4831").mails] == [
        wanted.pk
    ]
    assert [m.pk for m in queries.page_mail(text="robin").mails] == [wanted.pk]
    assert queries.page_mail(among=Inbound.objects.none()).mails == []


@pytest.mark.parametrize("count", [1, 30])
def test_a_page_is_one_query(make_email, thread, count, django_assert_num_queries):
    email = make_email()
    for number in range(count):
        mail = receive(number, thread=thread, about_email=email)
        for _ in range(2):
            Attachment.objects.create(inbound=mail, name="a", content_type="text/plain", size=1)
    with django_assert_num_queries(1):
        rows = queries.page_mail().mails
        assert [(r.files, r.thread.pk, r.about_email.to_email, r.subject) for r in rows]
    assert rows[0].files == 2
    with django_assert_num_queries(1):
        queries.count_dispositions()


def test_gauges_tell_what_waits_since_when(make_email, django_assert_num_queries):
    now = NOW + timedelta(hours=1)
    receive(5)
    receive(7)
    make_email()
    make_email(not_before=now + timedelta(days=1))
    Switch.objects.create(name="sending", paused=True)
    inbound.note_door_ok(door="lmtp", now=NOW)
    with django_assert_num_queries(4):
        gauges = queries.read_gauges(now=now)
    assert gauges == queries.Gauges(
        oldest_inbound_at=NOW + timedelta(seconds=5),
        oldest_outbox_at=NOW,
        waiting_inbound=2,
        waiting_outbox=2,
        unknown=0,
        failed=0,
        untold=0,
        paused=("sending",),
        doors={"lmtp": NOW},
    )


def test_the_outbox_list_shows_what_waits_or_needs_a_person(make_email):
    waiting, stopped = make_email(), make_email()
    outbox.stop(email_id=stopped.pk, reason="pointless")
    assert list(queries.list_outbox()) == [waiting]
    assert queries.count_statuses() == {
        "queued": 1,
        "sending": 0,
        "sent": 0,
        "failed": 0,
        "unknown": 0,
        "stopped": 1,
    }
