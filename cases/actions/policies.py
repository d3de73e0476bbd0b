"""Versions of a policy: drafted, checked, published, and never changed after that (R52)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import Brand
from accounts.roles import may
from accounts.scoping import brand_ids_of
from cases.actions.base import ActionError, Actor, NotAllowed, NotPossible
from cases.domain.policy import Policy as Rules
from cases.domain.policy import validate
from cases.models import Policy, PolicyVersion


class Contradicts(ActionError):
    """The policy contradicts itself; the message names every conflict."""


def draft_version(*, policy: Policy, rules: Rules, actor: Actor, note: str = "") -> PolicyVersion:
    """A new version that is not in force yet. Raises `Contradicts`."""
    check_editor(actor, policy)
    check_rules(rules)
    with transaction.atomic():
        Policy.objects.select_for_update().get(pk=policy.pk)
        return PolicyVersion.objects.create(
            policy=policy, number=next_number(policy), data=rules.to_dict(), note=note[:200]
        )


def next_number(policy: Policy) -> int:
    return (policy.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def publish_version(*, version_id: int, actor: Actor, now: datetime) -> PolicyVersion:
    """Put a draft in force: what is opened or confirmed from now on follows it (R52).

    Raises `NotPossible` for what is published, or older than what is in force.
    """
    with transaction.atomic():
        version = (
            PolicyVersion.objects.select_for_update(of=("self",))
            .select_related("policy")
            .get(pk=version_id)
        )
        check_editor(actor, version.policy)
        if version.published_at is not None:
            raise NotPossible(f"{version} is published already.")
        current = version.policy.current()
        if current is not None and current.number > version.number:
            raise NotPossible(
                f"{current} is newer and in force. Make a new draft from {version} instead."
            )
        check_rules(version.rules)
        version.published_at = now
        version.save(update_fields=["published_at"])
        return version


def load_policy(
    *, brand: Brand, rules: Rules, now: datetime, note: str = ""
) -> tuple[PolicyVersion, bool]:
    """A policy from its file: published as the next version when it is not the one in force.

    For the command line, where nobody is signed in. Returns the version and whether it is new.
    Raises `Contradicts`.
    """
    check_rules(rules)
    with transaction.atomic():
        policy, _ = Policy.objects.select_for_update().get_or_create(
            brand=brand, code=rules.code, defaults={"name": rules.name}
        )
        current = policy.current()
        if current is not None and current.rules == rules:
            return current, False
        return PolicyVersion.objects.create(
            policy=policy,
            number=next_number(policy),
            data=rules.to_dict(),
            published_at=now,
            note=note[:200],
        ), True


def check_editor(actor: Actor, policy: Policy) -> None:
    """Administrators, for the brands that they see."""
    if actor.user is None or not may(actor.user, "policy.edit"):
        raise NotAllowed("Your role does not allow this. An administrator can help.")
    seen = brand_ids_of(actor.user)
    if seen is not None and policy.brand_id not in seen:
        raise NotAllowed("There is no such policy.")


def check_rules(rules: Rules) -> None:
    problems = validate(rules)
    if problems:
        raise Contradicts("; ".join(f"{p.field}: {p.message}" for p in problems))
