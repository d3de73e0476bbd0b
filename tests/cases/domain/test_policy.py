import json
from dataclasses import replace
from datetime import time
from decimal import Decimal

import pytest

from cases.domain.policy import (
    Exclusion,
    FeeRule,
    FeeStep,
    Policy,
    PolicyError,
    QuestionTemplate,
    validate,
)
from tests.cases.domain.build import EIGHT, SIPSTATION, SORACOM

SHIPPED = [EIGHT, SIPSTATION, SORACOM]
SHORTEST = {"code": "x", "name": "X"}


@pytest.mark.parametrize("policy", SHIPPED, ids=lambda policy: policy.code)
def test_shipped_policies_can_be_published_and_survive_json(policy):
    assert validate(policy) == []
    assert Policy.from_dict(json.loads(json.dumps(policy.to_dict()))) == policy


def test_shipped_policies_say_what_their_companies_say():
    assert (EIGHT.notice_days, EIGHT.notice_from, EIGHT.grace_days) == (30, "call", 30)
    assert (EIGHT.reminder_days, EIGHT.drop_after_days) == ((3, 7), 14)
    assert (EIGHT.billing, EIGHT.fee.kind) == ("whole_month", "remaining_months")
    assert (EIGHT.unassign_licences, EIGHT.closes) == (True, "after_grace")
    assert (SIPSTATION.is_immediate, SIPSTATION.execution_seconds) == (True, 60)
    assert (SIPSTATION.port_blocks, SIPSTATION.number_disposition_required) == ("hard", True)
    assert (SIPSTATION.billing, SIPSTATION.is_reversible) == ("no_refund", False)
    assert (SORACOM.agent_may_execute, SORACOM.billing) == (False, "daily")
    assert (SORACOM.terminate_first, SORACOM.protection) == (("sim", "device", "vpg"), True)
    assert SORACOM.closes == "after_final_bill"


def test_every_field_survives_being_written_and_read():
    policy = Policy(
        code="full",
        name="Everything set",
        covers=("x-series",),
        exclusions=(Exclusion(product="express", where_to_go="elsewhere"),),
        execute_time=time(6, 30, 15),
        execution_seconds=None,
        fee=FeeRule(
            kind="percentage",
            steps=(FeeStep(from_year=1, percent=Decimal("75.5")),),
            floor=Decimal("10.00"),
        ),
        questions=(QuestionTemplate(key="k", text="t", kind="choice", choices=("a", "b")),),
        reasons=("Price",),
    )
    assert Policy.from_dict(policy.to_dict()) == policy


def test_every_wrong_field_is_named_at_once():
    with pytest.raises(PolicyError) as caught:
        Policy.from_dict(
            {
                "code": 8,
                "bogus": 1,
                "notice_days": "30",
                "agent_may_execute": 1,
                "channel": "fax",
                "execute_time": "25:00",
                "reminder_days": "3, 7",
                "fee": {"kind": "flat", "amount": "a lot"},
                "exclusions": [{"product": "express"}],
                "questions": ["what?"],
            }
        )
    assert caught.value.problems == {
        "bogus": "is not a field of a policy",
        "code": "is 8, but must be text",
        "name": "is missing",
        "notice_days": "is '30', but must be a whole number",
        "agent_may_execute": "is 1, but must be true or false",
        "channel": "is “fax”, but must be one of phone, self_service",
        "execute_time": "is '25:00', but must be a time such as 09:00",
        "reminder_days": "must be a list",
        "fee.amount": "is 'a lot', but must be a number",
        "exclusions[0].where_to_go": "is missing",
        "questions[0]": "must be a table of names and values",
    }


@pytest.mark.parametrize("number", ["NaN", "Infinity", True, None, [1]])
def test_odd_numbers_are_refused(number):
    with pytest.raises(PolicyError, match="must be a number"):
        Policy.from_dict({**SHORTEST, "fee": {"kind": "flat", "amount": number}})


@pytest.mark.parametrize("data", [None, [], "policy", 5])
def test_what_is_not_a_table_is_refused(data):
    with pytest.raises(PolicyError, match="must be a table"):
        Policy.from_dict(data)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"agent_may_execute": False}, "agent_may_execute", "nobody could end anything"),
        ({"grace_days": 0, "restore_by_reply": False}, "closes", "irreversible policy"),
        ({"closes": "at_once"}, "grace_days", "nobody could come back"),
        ({"grace_days": 0, "closes": "at_once"}, "restore_by_reply", "irreversible policy"),
        ({"execution_seconds": 60}, "execution_seconds", "30 days of notice"),
        ({"notice_days": 0, "execution_seconds": 0}, "execution_seconds", "one second"),
        ({"reminder_days": (7, 3)}, "reminder_days", "after the one before"),
        ({"reminder_days": (0, 3)}, "reminder_days", "day 1 at the earliest"),
        ({"reminder_days": (3, 14)}, "drop_after_days", "no sooner than the drop on day 14"),
        ({"reminder_days": (), "drop_after_days": 0}, "drop_after_days", "less than a day"),
        ({"notice_days": -1}, "notice_days", "must not be negative"),
        ({"protection": True}, "protection", "terminate_first"),
        ({"covers": ("express",)}, "exclusions", "both covered and excluded"),
        ({"fee": FeeRule(kind="flat")}, "fee.amount", "needs an amount"),
        ({"fee": FeeRule(kind="percentage", percent=Decimal(0))}, "fee.percent", "percentage"),
        ({"fee": FeeRule(kind="percentage", percent=Decimal(101))}, "fee.percent", "between"),
        (
            {"fee": FeeRule(kind="none", steps=(FeeStep(from_year=1, percent=Decimal(5)),))},
            "fee.steps",
            "belong to a percentage fee",
        ),
        (
            {"fee": FeeRule(kind="percentage", steps=(FeeStep(from_year=0, percent=Decimal(5)),))},
            "fee.steps",
            "year 1 or later",
        ),
        (
            {"fee": FeeRule(kind="remaining_months", floor=Decimal(9), ceiling=Decimal(1))},
            "fee.floor",
            "floor first",
        ),
        ({"questions": (QuestionTemplate(key="k", text="t", kind="choice"),)}, "questions", "one"),
        (
            {
                "questions": (
                    QuestionTemplate(key="k", text="t"),
                    QuestionTemplate(key="k", text="u"),
                )
            },
            "questions",
            "stands there twice",
        ),
    ],
)
def test_a_conflict_is_named(change, field, words):
    problems = validate(replace(EIGHT, **change))
    assert [p.field for p in problems] == [field]
    assert words in problems[0].message


@pytest.mark.rule("R1")
def test_an_excluded_product_has_somewhere_to_go():
    assert "8x8 Express" in EIGHT.find_exclusion("express").where_to_go
    assert EIGHT.find_exclusion("x-series") is None
    narrow = replace(EIGHT, covers=("x-series",), exclusions=())
    assert narrow.find_exclusion("x-series") is None
    assert "does not cancel fax" in narrow.find_exclusion("fax").where_to_go
