"""Policies in words: every field has a name, a file reads back, two versions differ in words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import get_args, get_type_hints

import pytest
from hypothesis import given

from cases.domain.policy import Exclusion, FeeRule, FeeStep, Policy, PolicyError
from cases.domain.policy_diff import compare_policies
from cases.domain.policy_toml import read_toml, write_toml
from cases.domain.policy_words import CHOICES, SECTIONS, WORDS, flatten, say_value
from tests.cases.domain.build import EIGHT, SIPSTATION, SORACOM
from tests.cases.domain.strategies import BRIEF, POLICIES


def test_every_field_has_words_and_a_section() -> None:
    paths = set(flatten(EIGHT))
    assert paths == set(WORDS)
    assert {p for ps in SECTIONS.values() for p in ps} == paths - {"code"}


def test_every_choice_has_words() -> None:
    hints = {**get_type_hints(Policy), "fee.kind": get_type_hints(FeeRule)["kind"]}
    for path, words in CHOICES.items():
        assert set(words) == set(get_args(hints[path])), path


@BRIEF
@given(POLICIES)
def test_a_policy_reads_back_from_its_file(policy: Policy) -> None:
    assert read_toml(write_toml(policy)) == policy


@pytest.mark.parametrize("policy", [EIGHT, SIPSTATION, SORACOM], ids=lambda p: p.code)
def test_the_shipped_policies_read_back(policy: Policy) -> None:
    assert read_toml(write_toml(policy)) == policy


def test_awkward_text_reads_back() -> None:
    where = 'Say "no" \\ and go\n to [[x]] # é 🐢\x7f\x01'
    policy = replace(EIGHT, exclusions=(Exclusion(product="a'b", where_to_go=where),))
    assert read_toml(write_toml(policy)) == policy


def test_what_is_no_file_of_a_policy_says_so() -> None:
    for text in ("=", "code = 1", "code = 'x'\nname = 'y'\nwhat = 1"):
        with pytest.raises(PolicyError):
            read_toml(text)


def test_two_versions_differ_in_words() -> None:
    after = replace(
        EIGHT,
        notice_days=60,
        reminder_days=(3, 7, 10),
        restore_by_reply=False,
        fee=FeeRule(kind="percentage", steps=(FeeStep(from_year=1, percent=Decimal(75)),)),
        exclusions=(*EIGHT.exclusions[:1], Exclusion(product="fax", where_to_go="By fax.")),
    )
    said = {d.label: (d.before, d.after) for d in compare_policies(EIGHT, after) if not d.is_list}
    assert said == {
        "Days of notice": ("30 days", "60 days"),
        "Reminders after days": ("3, 7", "3, 7, 10"),
        "Fee inside a contract's term": (
            "the months that are left",
            "a percentage of what is left",
        ),
        "A clear reply restores by itself": ("yes", "no"),
    }
    lists = {d.label: (d.gone, d.come) for d in compare_policies(EIGHT, after) if d.is_list}
    where = "8x8 Meet Standalone is cancelled in the Meet account that it was bought with."
    gone = f"meet-standalone ({where})"
    assert lists == {
        "Not cancelled here": ((gone,), ("fax (By fax.)",)),
        "Fee: percentage by year of the term": ((), ("75% from year 1",)),
    }


def test_the_same_differs_in_nothing() -> None:
    assert compare_policies(EIGHT, Policy.from_dict(EIGHT.to_dict())) == ()


def test_values_are_said_as_a_person_would() -> None:
    assert say_value("grace_days", 1) == "1 day"
    assert say_value("terminate_first", ("sim", "vpg")) == "SIMs, VPGs"
    assert say_value("covers", ()) == "every product"
    assert say_value("execution_seconds", None) == "not set"
