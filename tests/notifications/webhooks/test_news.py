"""What providers tell of mail that we sent: of ours alone, once, in any order, facts only."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta
from typing import Any

import pytest
from anymail.signals import AnymailTrackingEvent
from django.test import Client

from notifications import outbox
from notifications.models import Email, WebhookReceipt
from notifications.webhooks import receipts
from notifications.webhooks.handlers import take_news
from tests.notifications.conftest import NOW
from tests.notifications.webhooks import providers
from tests.notifications.webhooks.providers import NEWS, WORDS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailWarning"),
]

TELLS = [
    pytest.param(esp, what, id=f"{esp}-{what}")
    for what in ("delivered", "bounced", "complained")
    for esp in NEWS
    if WORDS[what][esp]
]


@pytest.mark.parametrize(("esp", "what"), TELLS)
def test_every_provider_is_understood(client: Client, make_email: Any, esp: str, what: str) -> None:
    email, other = make_email(), make_email()
    Email.objects.update(status="sent", accepted_at=NOW, next_attempt_at=None)
    assert providers.news(esp, what, email.message_id).send(client).status_code == 200
    email.refresh_from_db()
    other.refresh_from_db()
    assert (email.delivery, other.delivery) == (what, "")
    if what == "bounced":
        assert "no such user" in email.delivery_detail or esp in ("mailersend", "mailjet", "resend")


@pytest.mark.threat(61)
@pytest.mark.parametrize("esp", [esp for esp in NEWS if WORDS["opened"][esp]])
def test_an_opened_mail_is_no_fact(
    client: Client, make_email: Any, heard: list[Any], esp: str
) -> None:
    email = make_email()
    Email.objects.update(status="unknown", next_attempt_at=NOW)
    assert providers.news(esp, "opened", email.message_id).send(client).status_code == 200
    email.refresh_from_db()
    assert (email.delivery, email.delivery_at, email.status, heard) == ("", None, "unknown", [])
    assert WebhookReceipt.objects.count() == 0, "who opened what is kept nowhere"


@pytest.mark.threat(20)
@pytest.mark.parametrize("esp", NEWS)
def test_news_that_name_no_mail_of_ours_change_nothing(
    client: Client, make_email: Any, heard: list[Any], esp: str
) -> None:
    email = make_email()
    guess = email.message_id.replace(email.thread.token, "a" * 16)
    for number, their_id in enumerate((guess, "<1@elsewhere.example>", str(email.pk), "")):
        call = providers.news(esp, "bounced", their_id, number=f"e{number}")
        assert call.send(client).status_code == 200
    email.refresh_from_db()
    assert (email.delivery, heard) == ("", [])


@pytest.mark.guarantee("G5")
@pytest.mark.parametrize("esp", [esp for esp in NEWS if WORDS["delivered"][esp]])
def test_delivered_settles_a_mail_of_unknown_fate(
    client: Client, make_email: Any, sink: Any, heard: list[Any], esp: str
) -> None:
    email = make_email()
    sink.script["DATA"].append("drop")
    outbox.deliver_due(now=NOW)
    call = providers.news(esp, "delivered", email.message_id)
    assert [call.send(client).status_code for _ in range(2)] == [200, 200]
    email.refresh_from_db()
    assert (email.status, email.delivery) == ("sent", "delivered")
    assert outbox.sweep(now=NOW + timedelta(days=1)) == 0, "it is not sent again"
    assert heard == [("emails_accepted", email)]


def tell(email: Email, what: str, number: int = 0, **said: Any) -> None:
    event = AnymailTrackingEvent(
        event_type=what,
        event_id=f"{what}-{number}",
        timestamp=NOW + timedelta(minutes=number),
        message_id=said.pop("message_id", email.message_id),
        metadata=said.pop("metadata", {}),
        recipient=email.to_email,
        esp_event={"what": what, "number": number},
        **said,
    )
    take_news(event=event, esp_name="Postmark")


RANKS = ["queued", "sent", "deferred", "delivered", "bounced", "complained"]


@pytest.mark.threat(60)
@pytest.mark.guarantee("G5")
@pytest.mark.parametrize("status", ["sent", "unknown", "queued"])
def test_the_order_in_which_news_come_does_not_matter(
    make_email: Any, heard: list[Any], status: str
) -> None:
    """All orders of some, each told twice: the highest rank stands, each step is told once."""
    orders = list(itertools.permutations(["queued", "opened", "deferred", "delivered", "bounced"]))
    random.Random(7).shuffle(orders)
    for order in orders[:12]:
        email = make_email()
        Email.objects.filter(pk=email.pk).update(
            status=status, attempts=1, accepted_at=NOW if status == "sent" else None
        )
        heard.clear()
        for what in (*order, *order):
            tell(email, what)
        email.refresh_from_db()
        assert (email.status, email.delivery) == ("sent", "bounced"), order
        told = [name for name, _ in heard]
        assert told.count("email_bounced") == 1, order
        assert told.count("emails_accepted") <= 1, order
        bounced_first = all(
            order.index("bounced") < order.index(what)
            for what in ("queued", "deferred", "delivered")
        )
        assert ("emails_accepted" in told) == (status != "sent" and not bounced_first), order


@pytest.mark.threat(60)
@pytest.mark.parametrize("high", range(len(RANKS)))
def test_a_lower_rank_never_replaces_a_higher_one(make_email: Any, high: int) -> None:
    known = {"queued": "", "sent": "", "deferred": "delayed"}
    email = make_email()
    Email.objects.update(status="sent", accepted_at=NOW)
    tell(email, RANKS[high], 1)
    email.refresh_from_db()
    first = (email.delivery, email.delivery_at)
    for number, lower in enumerate(RANKS[:high], start=2):
        tell(email, lower, number)
    email.refresh_from_db()
    assert (email.delivery, email.delivery_at) == first
    assert email.delivery == known.get(RANKS[high], RANKS[high])


@pytest.mark.guarantee("G5")
@pytest.mark.parametrize(
    ("what", "told"), [("delivered", True), ("queued", True), ("bounced", False)]
)
def test_news_that_overtake_the_senders_own_record_are_not_lost(
    make_email: Any,
    sink: Any,
    heard: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    told: bool,
) -> None:
    """The provider tells of the mail while our connection still hangs after the final dot."""
    from notifications.outbox.smtp import EmailBackend

    email = make_email(irreversible=True)
    sink.script["DATA"].append("drop")
    plain = EmailBackend.complete

    def send(*args: Any) -> None:
        try:
            plain(*args)
        finally:
            tell(email, what)

    monkeypatch.setattr(EmailBackend, "complete", send)
    outbox.deliver_due(now=NOW)
    email.refresh_from_db()
    assert (email.status, "email_unknown" in dict(heard)) == ("sent", False)
    assert ("emails_accepted" in dict(heard)) == told
    assert outbox.sweep(now=NOW + timedelta(days=1)) == 0


def test_what_the_provider_refused_has_come_back(make_email: Any, heard: list[Any]) -> None:
    for what in ("rejected", "failed"):
        email = make_email()
        Email.objects.filter(pk=email.pk).update(status="sent", accepted_at=NOW)
        tell(email, what, description="on the list of addresses that bounced")
        email.refresh_from_db()
        assert email.delivery == "bounced"
        assert email.delivery_detail == "on the list of addresses that bounced"
    assert [name for name, _ in heard] == ["email_bounced", "email_bounced"]


def test_the_providers_own_number_finds_the_mail(make_email: Any) -> None:
    email, other = make_email(), make_email()
    Email.objects.update(status="sent", accepted_at=NOW)
    Email.objects.filter(pk=email.pk).update(provider_id="0100-abc")
    tell(other, "delivered", message_id="0100-abc")
    email.refresh_from_db()
    other.refresh_from_db()
    assert (email.delivery, other.delivery) == ("delivered", "")


def test_a_time_in_the_future_or_before_the_mail_is_ours_instead(make_email: Any) -> None:
    email = make_email()
    Email.objects.update(status="sent", accepted_at=NOW)
    tell(email, "deferred", 60 * 24 * 365 * 40)
    email.refresh_from_db()
    assert email.delivery_at is not None
    assert email.delivery_at < NOW + timedelta(days=365 * 30)
    tell(email, "delivered", -60 * 24 * 365)
    email.refresh_from_db()
    assert email.delivery_at == email.created_at


def test_texts_that_postgresql_cannot_keep_are_cleaned(make_email: Any) -> None:
    email = make_email()
    Email.objects.update(status="sent", accepted_at=NOW)
    tell(email, "bounced", description="no\x00such\r\nuser " + "x" * 1000)
    email.refresh_from_db()
    assert email.delivery_detail.startswith("nosuch user xxx")
    assert len(email.delivery_detail) == 500


def test_receipts_are_forgotten_when_they_can_no_longer_matter() -> None:
    receipts.take_receipt(esp="postmark", event_id="old", content=b"a", now=NOW)
    receipts.take_receipt(esp="postmark", event_id="new", content=b"b", now=NOW + timedelta(days=2))
    assert receipts.forget_old(now=NOW + receipts.KEPT + timedelta(days=1)) == 1
    assert WebhookReceipt.objects.get().event_id == "new"


@pytest.mark.guarantee("G2")
@pytest.mark.parametrize("event_id", ["e1", None, "x" * 5_000, "a\x00b", "\ud800", "#~ "])
def test_a_receipt_is_given_once(event_id: str | None) -> None:
    def take(content: bytes) -> bool:
        return receipts.take_receipt(esp="postmark", event_id=event_id, content=content, now=NOW)

    assert [take(b"a"), take(b"a"), take(b"b"), take(b"b"), take(b"a")] == [
        True, False, True, False, False,
    ]  # fmt: skip
