"""One-time codes: what cannot be undone needs one, sent to the address on file (trust L3).

Eight digits, ten minutes, five tries, one live per case. A right code proves for half an hour that
its reader is there, in that browser, for that case and no other.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Contact
from cases.actions.base import DESK, ActionError, Change, NotPossible, change_case
from cases.actions.limits import (
    CODE_BY_ADDRESS,
    CODE_BY_CASE,
    CODE_BY_CLIENT,
    TRY_BY_CASE,
    TRY_BY_CLIENT,
    count_against,
)
from cases.actions.links import hash_token
from cases.actions.mail import queue_mail, stop_queued
from cases.domain.trust import Level
from cases.models import Code
from notifications.outbox.sealed import CODE, seal

CODE_FOR = timedelta(minutes=10)
PROOF_FOR = timedelta(minutes=30)
TRIES = 5
NEW_FOR = timedelta(hours=24)  # an address that staff wrote gets no code


class AddressIsNew(NotPossible):
    """Staff wrote this address lately; `until` (UTC) no code goes there."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(
            f"The address was changed a short while ago. Codes go there from {until:%d %B, %H:%M} "
            "UTC on."
        )


class WrongCode(ActionError):
    """Not the code, or there is none, or it is too old: the same words for each."""

    def __init__(self) -> None:
        super().__init__("This code is not right, or it is too old. You can ask for a new one.")


def send_code(*, case_id: int, contact: Contact, client: str, now: datetime) -> None:
    """Mail a new code to the contact; the one before ends. Raises `TooOften`, `NotPossible`.

    `client` is the address of the browser, for the limits alone.
    """
    count_against(CODE_BY_CLIENT, client, now=now)
    count_against(CODE_BY_CASE, str(case_id), now=now)
    count_against(CODE_BY_ADDRESS, contact.email, now=now)
    with change_case(case_id=case_id, actor=DESK, now=now) as change:
        change.quiet, change.replan = True, False
        if change.case.contact_id != contact.pk:
            raise NotPossible(
                "Codes go to the person whom we write to about this case. Ask us to change that."
            )
        check_address(contact, now=now)
        end_codes(change)
        stop_queued(change, "code", because="a newer code is on its way")
        sealed = seal(kind=CODE, to_email=contact.email)
        code = Code.objects.create(
            case=change.case,
            contact=contact,
            email=contact.email,
            code_hash=hash_code(change.case.pk, sealed.secret),
            created_at=now,
            expires_at=now + CODE_FOR,
        )
        queue_mail(
            change, "code", key=f"code:{code.pk}", event="code_sent",
            code=sealed.mark, page_url="",
            minutes=CODE_FOR.seconds // 60, proof_minutes=PROOF_FOR.seconds // 60,
        )  # fmt: skip


def check_address(contact: Contact, *, now: datetime) -> None:
    """Raise `AddressIsNew` for a day after staff wrote the address: whoever changes an address
    and reads its codes would act in the customer's name.
    """
    if contact.email_since and now < contact.email_since + NEW_FOR:
        raise AddressIsNew(contact.email_since + NEW_FOR)


def end_codes(change: Change) -> None:
    """No code of the case is live any more."""
    Code.objects.filter(case=change.case, ended_at=None).update(ended_at=change.now)


def check_code(*, case_id: int, contact: Contact, typed: str, client: str, now: datetime) -> str:
    """Return the proof that a right code is worth: a secret for the browser, known here by hash.

    A wrong one is counted and told in the history. Raises `WrongCode`, `TooOften`.
    """
    count_against(TRY_BY_CLIENT, client, now=now)
    count_against(TRY_BY_CASE, str(case_id), now=now)
    proof = secrets.token_urlsafe(32)
    with change_case(case_id=case_id, actor=DESK, now=now) as change:
        change.quiet, change.replan = True, False
        code = (
            Code.objects.select_for_update()
            .filter(case=change.case, contact=contact, email=contact.email, ended_at=None)
            .filter(expires_at__gt=now)
            .first()
        )
        right = is_right(code, hash_code(case_id, typed))
        if code is not None:
            settle(code, right=right, proof=proof, now=now)
        said = "entered the code that we mailed." if right else "entered a code that was not right."
        change.record("code_right" if right else "code_wrong", f"{contact.name} {said}")
    if not right:
        raise WrongCode
    return proof


def settle(code: Code, *, right: bool, proof: str, now: datetime) -> None:
    """Count the try; a right one or the last one ends the code."""
    code.tries += 1
    if right:
        code.used_at = code.ended_at = now
        code.proof_hash, code.proof_until = hash_token(proof), now + PROOF_FOR
    elif code.tries >= TRIES:
        code.ended_at = now
    code.save()


def is_right(code: Code | None, digest: str) -> bool:
    """Compare in the same time whether there is a code or not (THREATS 48)."""
    return hmac.compare_digest(code.code_hash if code else "0" * len(digest), digest)


def hash_code(case_id: int, typed: str) -> str:
    """A keyed hash: eight digits would fall to guessing in any other."""
    digits = "".join(str(int(c)) for c in typed if c.isdecimal())
    key = hashlib.sha256(b"lastcall.code" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, f"{case_id}\n{digits}".encode(), hashlib.sha256).hexdigest()


def read_level(*, case_id: int, contact: Contact, proof: str, now: datetime) -> Level:
    """How far a visit is trusted: a link alone was forwarded, perhaps (L1); a code proves L3."""
    proven = bool(proof) and (
        Code.objects.filter(case_id=case_id, contact=contact, email=contact.email)
        .filter(proof_hash=hash_token(proof), proof_until__gt=now)
        .exists()
    )
    return Level.L3 if proven else Level.L1
