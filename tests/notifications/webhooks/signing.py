"""How mail providers sign their calls, with the keys of `KEYS`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.http import HttpResponse
from django.test import Client

SECRET = "desk:a-secret-of-the-tests-alone"
SVIX = "whsec_" + base64.b64encode(b"svix secret of the tests").decode()
POSTAL = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SENDGRID = ec.generate_private_key(ec.SECP256R1())
TO = "robin@customer.example.com"


def public_key(key: Any) -> str:
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return "".join(pem.decode().splitlines()[1:-1])


KEYS = {
    "WEBHOOK_SECRET": [SECRET],
    "BREVO_API_KEY": "k", "SENDINBLUE_API_KEY": "k", "RESEND_API_KEY": "k",
    "MAILTRAP_API_TOKEN": "k", "UNISENDER_GO_API_KEY": "unisender key",
    "MAILERSEND_INBOUND_SECRET": "mailersend in", "MAILERSEND_SIGNING_SECRET": "mailersend out",
    "MAILGUN_WEBHOOK_SIGNING_KEY": "mailgun key", "MAILTRAP_INBOUND_SECRET": "mailtrap in",
    "MAILTRAP_TRACKING_SECRET": "mailtrap out", "MANDRILL_WEBHOOK_KEY": "mandrill key",
    "POSTAL_WEBHOOK_KEY": public_key(POSTAL), "RESEND_INBOUND_SECRET": SVIX,
    "RESEND_SIGNING_SECRET": SVIX,
    "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": public_key(SENDGRID),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request of a provider."""

    path: str
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, client: Client, *, auth: str | None = SECRET) -> HttpResponse:
        headers = dict(self.headers)
        if auth is not None:
            headers["Authorization"] = "Basic " + base64.b64encode(auth.encode()).decode()
        return client.generic(  # type: ignore[return-value]
            "POST", f"/hooks/mail/{self.path}", self.body, self.content_type, headers=headers
        )

    def unsigned(self) -> Call:
        """The same with every signature spoilt."""
        spoilt = {name: _spoil(name, value) for name, value in self.headers.items()}
        return replace(self, headers=spoilt)


def _spoil(name: str, value: str) -> str:
    if "signature" not in name.lower():
        return value
    return value[:-6] + ("A" if value[-6] != "A" else "B") + value[-5:]


def write_json(payload: Any) -> bytes:
    return json.dumps(payload).encode()


def make_mac(key: str, message: bytes) -> str:
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


# --- signatures -----------------------------------------------------------------------------------


def sign_mailgun(at: float, token: str) -> dict[str, str]:
    stamp = str(int(at))
    return {
        "timestamp": stamp,
        "token": token,
        "signature": make_mac("mailgun key", (stamp + token).encode()),
    }


def sign_svix(path: str, payload: Any, message_id: str, at: float) -> Call:
    body, stamp = write_json(payload), str(int(at))
    key = base64.b64decode(SVIX.removeprefix("whsec_"))
    mac = hmac.new(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return Call(
        path=path,
        body=body,
        headers={
            "svix-id": message_id,
            "svix-timestamp": stamp,
            "svix-signature": "v1,b3RoZXI= v1," + base64.b64encode(mac).decode(),
        },
    )


def sign_postal(path: str, payload: Any) -> Call:
    body = write_json(payload)
    signature = POSTAL.sign(body, padding.PKCS1v15(), hashes.SHA1())
    return Call(
        path=path, body=body, headers={"X-Postal-Signature": base64.b64encode(signature).decode()}
    )


def sign_sendgrid(path: str, payload: Any, at: float) -> Call:
    body, stamp = write_json(payload), str(int(at))
    signature = SENDGRID.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return Call(
        path=path,
        body=body,
        headers={
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
        },
    )


def sign_mandrill(path: str, events: Any) -> Call:
    text = json.dumps(events)
    signed = f"http://{SECRET}@testserver/hooks/mail/{path}mandrill_events{text}"
    mac = hmac.new(b"mandrill key", signed.encode(), hashlib.sha1).digest()
    return Call(
        path=path,
        body=urlencode({"mandrill_events": text}).encode(),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Mandrill-Signature": base64.b64encode(mac).decode()},
    )


def sign_body(path: str, payload: Any, header: str, key: str) -> Call:
    body = write_json(payload)
    return Call(path=path, body=body, headers={header: make_mac(key, body)})


def sign_unisender(path: str, payload: dict[str, Any]) -> Call:
    unsigned = write_json(payload | {"auth": "unisender key"})
    auth = hashlib.md5(unsigned).hexdigest()
    return Call(path=path, body=write_json(payload | {"auth": auth}))


def notify_sns(path: str, message: Any, message_id: str, kind: str = "Notification") -> Call:
    payload = {
        "Type": kind,
        "MessageId": message_id,
        "TopicArn": "arn:aws:sns:eu-west-1:1:desk",
        "Token": "t",
        "Message": json.dumps(message),
        "Timestamp": datetime.now(UTC).isoformat(),
    }
    return Call(
        path=path,
        body=write_json(payload),
        content_type="text/plain; charset=UTF-8",
        headers={"x-amz-sns-message-type": kind, "x-amz-sns-message-id": message_id},
    )
