"""Who may call, what is refused unread, and what a provider hears: for every webhook there is."""

from __future__ import annotations

import contextlib
import json
import time
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from notifications.inbound import rows
from notifications.models import Inbound, WebhookReceipt
from notifications.webhooks import receipts
from notifications.webhooks.catalogue import KEYS as NEEDED
from notifications.webhooks.catalogue import UnsafeWebhooks, list_hooks, refuse_unsafe
from tests.notifications.webhooks import providers
from tests.notifications.webhooks.providers import MAIL, NEWS, SECRET, Call
from tests.notifications.webhooks.signing import notify_sns, sign_mandrill
from tests.rows import each

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailWarning"),
]

OURS = "<lc.aaaaaaaaaaaaaaaa.1@reply.acme.example.com>"
RAW = b"From: robin@customer.example.com\r\nSubject: Hi\r\n\r\nPlease cancel.\r\n"
DESK = "desk@acme.example.com"
CALLS = [
    *(pytest.param("news", esp, id=f"{esp}-tracking") for esp in NEWS),
    *(pytest.param("mail", esp, id=f"{esp}-inbound") for esp in MAIL),
]
SIGNED = {
    "mailgun", "mailersend", "mailtrap", "mandrill", "postal", "resend", "sendgrid", "unisender_go",
}  # fmt: skip
# SendGrid does not sign mail: the shared secret alone proves it.
SIGNED_CALLS = [
    one for one in CALLS if one.values[1] in SIGNED and one.values != ("mail", "sendgrid")
]


def make_call(kind: str, esp: str, **said: Any) -> Call:
    if kind == "news":
        return providers.news(esp, "bounced", OURS, **said)
    return providers.mail(esp, RAW, DESK, **said)


def urls() -> list[str]:
    """An address of every webhook that the installed Anymail ships."""
    found = []
    for hook in list_hooks():
        route = str(hook.pattern.pattern)
        found.append(route.replace("^", "").replace("(_mime)?/$", "/"))
    return sorted(set(found))


def test_calls_for_every_webhook_of_anymail_are_known_here() -> None:
    known = {make_call(*param.values).path for param in CALLS}
    fetched = {f"{esp}/inbound/" for esp in providers.FETCHED}
    assert set(urls()) <= known | fetched | {"mailgun/inbound/", "mandrill/tracking/"}


@pytest.mark.parametrize(("kind", "esp"), CALLS)
def test_a_proven_call_is_taken(client: Client, kind: str, esp: str) -> None:
    assert make_call(kind, esp).send(client).status_code == 200
    assert Inbound.objects.count() == (kind == "mail")


@pytest.mark.threat(58)
@each("url", urls())
def test_without_the_shared_secret_nothing_is_even_read(client: Client, url: str) -> None:
    deep = Call(path=url, body=b"{" * 100_000)  # another code, were it looked at
    for auth in (None, "", "desk:", "desk:wrong", SECRET + "x", SECRET[:-1], ":", "\xff:\xfe"):
        answer = deep.send(client, auth=auth)
        assert (answer.status_code, answer.content) == (401, b"")
        assert answer["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.threat(58)
@pytest.mark.parametrize(("kind", "esp"), SIGNED_CALLS)
def test_a_bad_signature_is_refused_without_a_word(client: Client, kind: str, esp: str) -> None:
    good = make_call(kind, esp)
    spoilt = good.unsigned()
    if esp == "mailgun":
        spoilt = replace(good, body=good.body.replace(b'"signature": "', b'"signature": "0'))
        if kind == "mail":
            spoilt = replace(good, body=good.body.replace(b"\r\n\r\nm1\r\n", b"\r\n\r\nm2\r\n"))
    if esp == "unisender_go":
        spoilt = replace(good, body=good.body.replace(b"hard_bounced", b"delivered"))
    assert spoilt != good
    answer = spoilt.send(client)
    assert (answer.status_code, answer.content) == (401, b"")
    assert (Inbound.objects.count(), WebhookReceipt.objects.count()) == (0, 0)


@pytest.mark.threat(58)
@pytest.mark.parametrize(("kind", "esp"), SIGNED_CALLS)
def test_a_missing_signature_is_refused(client: Client, kind: str, esp: str) -> None:
    good = make_call(kind, esp)
    if esp in ("mailgun", "unisender_go"):
        bare = Call(path=good.path, body=b"{}")
    else:
        bare = replace(good, headers={})
    assert bare.send(client).status_code == 401


@pytest.mark.threat(58)
def test_two_secrets_hold_while_one_is_being_changed(client: Client, settings: Any) -> None:
    settings.ANYMAIL["WEBHOOK_SECRET"] = ["desk:the-new-secret-of-the-tests", SECRET]
    assert make_call("mail", "postmark").send(client).status_code == 200
    fresh = make_call("mail", "postmark").send(client, auth="desk:the-new-secret-of-the-tests")
    assert fresh.status_code == 200


@pytest.mark.threat(58)
@pytest.mark.parametrize("secret", [None, "", []])
def test_without_a_secret_nobody_may_call(client: Client, settings: Any, secret: Any) -> None:
    settings.ANYMAIL["WEBHOOK_SECRET"] = secret
    for auth in (None, "", ":", "None"):
        assert make_call("mail", "postmark").send(client, auth=auth).status_code == 401


@each("url", urls())
def test_what_is_not_on_is_not_there(client: Client, settings: Any, url: str) -> None:
    settings.WEBHOOKS = []
    assert Call(path=url, body=b"{}").send(client).status_code == 404
    assert client.get(f"/hooks/mail/{url}").status_code == 404


def test_half_a_provider_can_be_on(client: Client, settings: Any) -> None:
    settings.WEBHOOKS = ["postmark/tracking"]
    assert make_call("news", "postmark").send(client).status_code == 200
    assert make_call("mail", "postmark").send(client).status_code == 404


@each("url", urls())
def test_only_post_acts(client: Client, url: str) -> None:
    assert client.head(f"/hooks/mail/{url}").status_code == 200
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(f"/hooks/mail/{url}").status_code == 405


@pytest.mark.threat(58)
@pytest.mark.parametrize("esp", MAIL)
def test_our_own_faults_are_503_and_nothing_is_lost(
    client: Client, monkeypatch: pytest.MonkeyPatch, esp: str
) -> None:
    def fail(*_: Any) -> bool:
        raise error("no")

    monkeypatch.setattr(rows, "store", fail)
    for error in (OperationalError, OSError, ZeroDivisionError, ValueError, KeyError):  # noqa: B007
        answer = make_call("mail", esp).send(client)
        assert (answer.status_code, answer["Retry-After"], answer.content) == (503, "60", b"")
    assert WebhookReceipt.objects.count() == 0, "the receipt goes with what it is for"
    monkeypatch.undo()
    assert make_call("mail", esp).send(client).status_code == 200
    assert Inbound.objects.count() == 1


@pytest.mark.threat(58)
@pytest.mark.guarantee("G1")
@pytest.mark.django_db(transaction=True)
def test_a_lost_database_is_503(client: Client) -> None:
    call = make_call("mail", "postmark")
    with connection.cursor() as cursor, contextlib.suppress(OperationalError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    answer = call.send(client)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    connection.close()  # as at the end of every request outside of tests
    assert call.send(client).status_code == 200
    assert Inbound.objects.count() == 1


# --- replay -----------------------------------------------------------------------------------


@pytest.mark.threat(59)
@pytest.mark.parametrize("kind", ["news", "mail"])
def test_mailguns_signature_holds_for_one_content_alone(client: Client, kind: str) -> None:
    """It signs only a time and a token: whoever saw one may not use it for words of their own."""
    seen = make_call("news", "mailgun", number="token-1")
    assert seen.send(client).status_code == 200
    forged = make_call(kind, "mailgun", number="token-1")
    if kind == "news":
        forged = replace(forged, body=forged.body.replace(b"failed", b"delivered"))
    assert forged.send(client).status_code == 401
    assert Inbound.objects.count() == 0


@pytest.mark.threat(59)
@pytest.mark.parametrize(
    ("kind", "esp", "oldest_s"),
    [
        ("news", "mailgun", 12 * 3600),
        ("mail", "mailgun", 12 * 3600),
        ("news", "sendgrid", 25 * 3600),
        ("news", "resend", 300),
    ],
)
def test_what_was_signed_long_ago_is_refused(
    client: Client, kind: str, esp: str, oldest_s: int
) -> None:
    now = time.time()
    assert make_call(kind, esp, at=now - oldest_s - 60).send(client).status_code == 401
    assert make_call(kind, esp, at=now + 600).send(client).status_code == 401
    assert make_call(kind, esp, at=now - oldest_s + 60).send(client).status_code == 200


@pytest.mark.threat(59)
def test_receipts_outlive_whatever_is_still_believed() -> None:
    from notifications.webhooks.signatures import SIGNED_TIMES

    assert all(signed.oldest < receipts.KEPT for signed in SIGNED_TIMES.values())


# --- size and shape ---------------------------------------------------------------------------


@pytest.mark.threat(62)
@each("url", urls())
def test_too_much_is_413_by_its_announcement(client: Client, settings: Any, url: str) -> None:
    settings.WEBHOOK_MAX_BYTES = 100_000
    body = b'{"a": "' + b"x" * 100_000 + b'"}'
    assert Call(path=url, body=body).send(client).status_code == 413


@pytest.mark.threat(62)
@each("url", urls())
def test_what_is_too_deep_or_no_json_is_400(client: Client, url: str) -> None:
    for body in (
        b"[" * 100_000, b'{"a":' * 100_000, b"[" * 41 + b"]" * 41, b'{"a": 1', b"{'a': 1}",
        b"nonsense", b"\xff\xfe\x00", b'{"a": "' + b'\\"' * 200_000, b'"' + b'\\"' * 300_000,
        b'{"a": ' + b"9" * 10_000 + b"}",
    ):  # fmt: skip
        began = time.process_time()
        assert Call(path=url, body=body).send(client).status_code == 400, body[:20]
        assert time.process_time() - began < 1


@pytest.mark.threat(62)
def test_depth_is_counted_in_a_forms_field_too(client: Client) -> None:
    call = sign_mandrill("mandrill/", json.loads("[" * 60 + "]" * 60))
    assert call.send(client).status_code == 400


@pytest.mark.threat(62)
def test_json_within_json_that_is_too_deep_is_400(client: Client) -> None:
    call = notify_sns("amazon_ses/inbound/", {}, "m1")
    payload = json.loads(call.body) | {"Message": "[" * 200_000}
    deep = replace(call, body=json.dumps(payload).encode())
    assert deep.send(client).status_code == 400


@pytest.mark.threat(62)
def test_a_large_mail_is_read_without_being_copied_many_times(client: Client) -> None:
    raw = RAW + b"x" * 20_000_000
    call = make_call("mail", "postmark")
    large = replace(
        call, body=json.dumps(json.loads(call.body) | {"RawEmail": raw.decode()}).encode()
    )
    tracemalloc.start()
    assert large.send(client).status_code == 200
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert Inbound.objects.get().size == len(raw)
    assert peak < 400_000_000


@pytest.mark.threat(62)
@each("url", urls())
def test_json_of_another_shape_is_no_error_of_ours(client: Client, url: str) -> None:
    """But where mail may be in it, it is never refused for good: the mail would be lost."""
    for body in (b"", b"null", b"1", b'"text"', b"[]", b"{}", b"[null]", b"[[]]", b'{"a": "b"}'):
        status = Call(path=url, body=body).send(client).status_code
        assert status in ({200, 400, 401, 503} if "inbound" in url else {200, 400, 401})


# --- the start --------------------------------------------------------------------------------


@pytest.mark.threat(58)
@pytest.mark.parametrize("name", sorted(NEEDED))
def test_the_desk_does_not_start_without_a_key(settings: Any, name: str) -> None:
    settings.WEBHOOKS = [name]
    refuse_unsafe()
    for key in NEEDED[name]:
        settings.ANYMAIL = {k: v for k, v in providers.KEYS.items() if k != key}
        with pytest.raises(UnsafeWebhooks, match=key):
            refuse_unsafe()


@pytest.mark.threat(58)
@pytest.mark.parametrize("secret", [None, [], ["short:one"], ["without-a-colon-but-quite-long"]])
def test_the_desk_does_not_start_without_a_secret(settings: Any, secret: Any) -> None:
    settings.ANYMAIL["WEBHOOK_SECRET"] = secret
    with pytest.raises(UnsafeWebhooks, match="user:password"):
        refuse_unsafe()


def test_the_desk_does_not_start_with_a_provider_that_does_not_exist(settings: Any) -> None:
    settings.WEBHOOKS = ["postmrak"]
    with pytest.raises(UnsafeWebhooks, match="postmrak"):
        refuse_unsafe()
