"""Three made-up companies in the manner of the seeds, each with its policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class PolicyOf:
    """A policy of a company: a file of cases/policies, and what this company does otherwise."""

    file: str
    code: str
    name: str
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Company:
    key: str
    name: str
    domain: str
    phone: str
    colour: str
    locale: str = "en"
    region: str = "US"
    verification: tuple[str, ...] = (
        "Account PIN",
        "Last bill amount",
        "Callback to number on file",
    )
    policies: tuple[PolicyOf, ...] = ()
    by_hand: tuple[str, ...] = ()  # kinds of service that a person ends at the provider


COMPANIES = (
    Company(
        key="larkspur",
        name="Larkspur Voice",
        domain="larkspur.example.com",
        phone="+14085550136",
        colour="#1d6f8c",
        policies=(
            PolicyOf(file="8x8.toml", code="voice", name="Larkspur Voice, by phone"),
            PolicyOf(
                file="8x8.toml",
                code="wholesale",
                name="Larkspur Wholesale, after the final bill",
                changes={
                    "grace_days": 0,
                    "restore_by_reply": False,
                    "closes": "after_final_bill",
                    "billing": "daily",
                    "fee": {"kind": "none"},
                },
            ),
        ),
    ),
    Company(
        key="tamarind",
        name="Tamarind Trunks",
        domain="tamarind.example.net",
        phone="+19205550114",
        colour="#a4521b",
        verification=("Portal user name", "Last four of the card", "Callback to number on file"),
        policies=(
            PolicyOf(file="sipstation.toml", code="trunks", name="Tamarind Trunks, per location"),
        ),
    ),
    Company(
        key="quillwort",
        name="Quillwort Mobile",
        domain="quillwort.example.org",
        phone="+81300000120",
        colour="#4a5c1f",
        region="JP",
        verification=("Operator ID", "Root email address", "One-time code"),
        policies=(
            PolicyOf(file="soracom.toml", code="mobile", name="Quillwort Mobile, own console"),
        ),
        by_hand=("device",),
    ),
)
