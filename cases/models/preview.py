"""What a customer sees before they confirm, and its fingerprint: what changed since shows (R42)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cases.domain import plan as domain
from cases.domain.acknowledgement import phrase_of_end
from cases.models.planning import read_account, read_request

if TYPE_CHECKING:
    from cases.models.case import Case
    from cases.models.policy import PolicyVersion


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The plan under the version that a confirmation would freeze, and its `digest`.

    `phrase` is what must be typed because it cannot be undone; empty where it can be (R44).
    """

    plan: domain.Plan
    version: PolicyVersion
    phrase: str
    digest: str


def read_preview(case: Case, *, now: datetime) -> Preview:
    """The preview of a case as it stands at `now`; the newest published version counts (R52)."""
    version = case.policy_version.policy.current() or case.policy_version
    account = read_account(case.customer, case=case)
    plan = domain.plan(version.rules, read_request(case), account, now)
    irreversible = not version.rules.is_reversible
    return Preview(
        plan=plan,
        version=version,
        phrase=phrase_of_end(case.customer.locale) if irreversible else "",
        digest=take_digest({"version": version.pk, **describe(plan, account)}),
    )


def describe(plan: domain.Plan, account: domain.Account) -> dict[str, Any]:
    """What was shown: date, money, obstacles, and every service, number and port behind them."""
    return {
        "on": plan.effective_on,
        "charges": [(c.kind, c.amount, c.starts_on, c.ends_on) for c in plan.charges],
        "blockers": [(b.kind, b.item_id, b.severity, b.what) for b in plan.blockers],
        "items": [
            (i.id, i.identifier, i.status, i.protected, i.disposition) for i in account.items
        ],
        "ports": [(p.item_id, p.status, p.carrier, p.expected_on) for p in account.ports],
    }


def take_digest(shown: dict[str, Any]) -> str:
    text = json.dumps(shown, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
