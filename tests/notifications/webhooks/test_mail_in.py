"""Mail that a provider brings: the very bytes, committed before 200, once, for the right people."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import replace
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from notifications import inbound
from notifications.models import DoorHealth, Inbound, Thread, WebhookReceipt
from tests.notifications.conftest import NOW
from tests.notifications.webhooks import providers
from tests.notifications.webhooks.providers import DECODED, MAIL, REBUILT, SENDER
from tests.notifications.webhooks.signing import notify_sns, sign_body

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailWarning"),
]

DOMAIN = "reply.acme.example.com"
RAW = (
    b"Received: from mx.customer.example.com by mx.provider.example;\r\n"
    b"\tMon, 2 Mar 2026 09:00:00 +0000\r\n"
    b"DKIM-Signature: v=1; a=rsa-sha256; d=customer.example.com; s=k; h=from; bh=AA==; b=AA==\r\n"
    b"From: Robin Sample <robin@customer.example.com>\r\n"
    b"To: desk@acme.example.com\r\n"
    b"Subject: =?utf-8?q?K=C3=BCndigung?= of a very long subject that a strict"
    b" writer would fold\r\n"
    b"Message-ID: <1@customer.example.com>\r\n"
    b"X-Odd: unquoted (comment; \"half\r\n"
    b"\r\n"
    b"Please cancel at the end of March.\r\n"
)  # fmt: skip
EIGHT_BIT = RAW.replace(b"Please", b"\xc4nderung, \xff\xfe. Please")
VERBATIM = sorted(set(MAIL) - set(REBUILT))


@pytest.mark.guarantee("G1")
@pytest.mark.parametrize("esp", VERBATIM)
def test_the_very_bytes_and_the_envelope_are_stored(
    client: Client, thread: Thread, esp: str
) -> None:
    to = thread.address(DOMAIN)
    assert providers.mail(esp, RAW, to).send(client).status_code == 200
    stored = Inbound.objects.get()
    assert bytes(stored.raw) == RAW
    assert stored.sha256 == hashlib.sha256(RAW).hexdigest()
    sender = "" if esp == "mandrill" else SENDER  # which does not tell it
    assert (stored.channel, stored.recipient, stored.recipient_token, stored.envelope_from) == (
        f"esp:{esp}", to, thread.token, sender,
    )  # fmt: skip
    assert (stored.status, stored.disposition) == ("received", "")


@pytest.mark.parametrize("esp", sorted(set(VERBATIM) - set(DECODED)))
def test_bytes_that_are_no_utf8_are_stored_as_they_came(client: Client, esp: str) -> None:
    assert providers.mail(esp, EIGHT_BIT, "desk@acme.example.com").send(client).status_code == 200
    assert bytes(Inbound.objects.get().raw) == EIGHT_BIT


@pytest.mark.guarantee("G2")
@pytest.mark.parametrize("esp", REBUILT)
def test_what_comes_in_pieces_is_rebuilt_to_the_same_bytes(client: Client, esp: str) -> None:
    call = providers.mail(esp, RAW, "desk@acme.example.com")
    assert [call.send(client).status_code for _ in range(3)] == [200] * 3
    stored = Inbound.objects.get()
    inbound.process_due(now=NOW)
    stored.refresh_from_db()
    assert (stored.from_email, stored.subject) == (
        SENDER,
        "Kündigung of a very long subject that a strict writer would fold",
    )
    assert "Please cancel at the end of March." in stored.text
    assert "<p>html</p>" in stored.html


@pytest.mark.parametrize("esp", MAIL)
def test_it_is_processed_like_any_other_mail(client: Client, thread: Thread, esp: str) -> None:
    providers.mail(esp, RAW, thread.address(DOMAIN)).send(client)
    inbound.process_due(now=NOW)
    stored = Inbound.objects.get()
    assert (stored.thread, stored.matched_by, stored.kind) == (thread, "token", "human")
    assert stored.reply_text == "Please cancel at the end of March."


@pytest.mark.threat(11)
@pytest.mark.parametrize("esp", MAIL)
def test_results_that_bear_our_name_are_forged_where_our_server_never_was(
    client: Client, settings: Any, esp: str
) -> None:
    results = "dmarc=pass header.from=customer.example.com"
    forged = f"Authentication-Results: {settings.AUTHSERV_ID}; {results}\r\n"
    providers.mail(esp, forged.encode() + RAW, "desk@acme.example.com").send(client)
    inbound.process_due(now=NOW)
    assert Inbound.objects.get().authenticity == "none"


@pytest.mark.guarantee("G2")
@pytest.mark.parametrize("esp", MAIL)
def test_a_call_that_is_repeated_brings_no_second_mail(client: Client, esp: str) -> None:
    for _ in range(2):
        assert providers.mail(esp, RAW, "desk@acme.example.com").send(client).status_code == 200
    assert Inbound.objects.count() == 1


@pytest.mark.guarantee("G2")
@pytest.mark.parametrize("esp", sorted(set(MAIL) - {"mailgun"}))
def test_other_bytes_under_the_same_number_are_another_mail(client: Client, esp: str) -> None:
    for raw in (RAW, RAW.replace(b"March", b"April")):
        assert providers.mail(esp, raw, "desk@acme.example.com").send(client).status_code == 200
    assert Inbound.objects.count() == 2


@pytest.mark.guarantee("G2")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("esp", ["postmark", "mandrill", "mailgun", "mailjet"])
def test_twenty_identical_calls_at_once_are_one_mail(esp: str) -> None:
    call = providers.mail(esp, RAW, "desk@acme.example.com")
    start, codes = threading.Barrier(20), []

    def send() -> None:
        try:
            start.wait(30)
            codes.append(call.send(Client()).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert codes == [200] * 20
    assert (Inbound.objects.count(), WebhookReceipt.objects.count()) == (1, 1)


@pytest.mark.parametrize("esp", ["amazon_ses", "mailersend", "sendgrid"])
def test_every_recipient_gets_it(client: Client, thread: Thread, esp: str) -> None:
    one, two = "desk@acme.example.com", thread.address(DOMAIN)
    call = providers.mail(esp, RAW, one)
    if esp == "amazon_ses":
        message = json.loads(json.loads(call.body)["Message"])
        message["receipt"]["recipients"].append(two)
        call = notify_sns(call.path, message, "m1")
    elif esp == "mailersend":
        payload = json.loads(call.body)
        payload["data"]["recipients"]["rcptTo"].append({"email": two})
        call = sign_body(call.path, payload, "Signature", "mailersend in")
    else:
        both = json.dumps([one, two]).encode()
        call = replace(call, body=call.body.replace(json.dumps([one]).encode(), both))
    assert call.send(client).status_code == 200
    assert set(Inbound.objects.values_list("recipient", flat=True)) == {one, two}


def test_news_of_another_kind_is_no_mail(client: Client) -> None:
    sns = notify_sns("amazon_ses/inbound/", {}, "m1", "SubscriptionConfirmation")
    assert sns.send(client).status_code == 503
    assert "Confirm the subscription" in DoorHealth.objects.get().last_error
    assert Inbound.objects.count() == 0


def test_a_provider_that_called_is_a_door_that_is_never_silent(client: Client) -> None:
    from notifications.inbound.health import list_doors

    providers.mail("postmark", RAW, "desk@acme.example.com").send(client)
    (door,) = list_doors()
    assert door.label == "webhook of postmark"
    assert (door.name, door.kind, door.is_open, door.last_error) == (
        "esp:postmark", "passive", True, "",
    )  # fmt: skip
    providers.mail("postmark", RAW, "desk@acme.example.com").send(client, auth="no")
    DoorHealth.objects.exclude(door="esp:postmark").get_or_create(door="x")
    assert DoorHealth.objects.filter(door="esp:postmark", last_error="").exists()
