"""The plan of a case: every dated state, email and charge, from policy, request and account.

One pure function makes it for the preview *and* for the timers, so that a preview cannot lie.
"""

from cases.domain.blockers import Blocker
from cases.domain.facts import Account, Contract, FinalBill, Item, Port, Request
from cases.domain.fees import Charge
from cases.domain.plan.build import find_timers, plan
from cases.domain.plan.model import DateOption, Plan, Step

__all__ = [
    "Account",
    "Blocker",
    "Charge",
    "Contract",
    "DateOption",
    "FinalBill",
    "Item",
    "Plan",
    "Port",
    "Request",
    "Step",
    "find_timers",
    "plan",
]
