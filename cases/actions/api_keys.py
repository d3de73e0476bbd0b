"""Keys for other systems: made once, shown once, revoked at once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts.models import Brand
from accounts.roles import may
from accounts.scoping import brand_ids_of
from cases.actions.base import Actor, NotAllowed
from cases.models import ApiKey

PREFIX = "lc_"
HINT = 8
# How exactly `last_used_at` is kept: a busy system must not write a row with every call.
USED_EVERY = timedelta(minutes=1)


def make_key(*, brand: Brand, name: str, actor: Actor, now: datetime) -> tuple[ApiKey, str]:
    """A new key of the brand and the secret itself, which nobody can see again."""
    check_editor(actor, brand)
    token = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        brand=brand,
        name=name,
        token_hash=hash_token(token),
        hint=token[:HINT],
        created_at=now,
        created_by=actor.user,
    )
    return key, token


def revoke_key(*, key: ApiKey, actor: Actor, now: datetime) -> None:
    """From now on nobody comes in with it; a revoked key stays revoked."""
    check_editor(actor, key.brand)
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)


def find_key(token: str, *, now: datetime) -> ApiKey | None:
    """The living key with this secret; its 256 random bits need no slower hash."""
    key = ApiKey.objects.select_related("brand").filter(token_hash=hash_token(token)).first()
    if key is None or key.revoked_at is not None:
        return None
    if key.last_used_at is None or now - key.last_used_at >= USED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def act_for(key: ApiKey) -> Actor:
    """Who the history names when this key acts. It has no role, so nothing that needs one."""
    return Actor(kind="desk", label=f"{key.name} (API)")


def check_editor(actor: Actor, brand: Brand) -> None:
    if actor.user is None or not may(actor.user, "brand.edit"):
        raise NotAllowed("Your role does not allow this. An administrator can help.")
    seen = brand_ids_of(actor.user)
    if seen is not None and brand.pk not in seen:
        raise NotAllowed("There is no such brand.")
