"""The project's own mail messages and what must be read from them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "data" / "mail"
SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "mail-samples"


def read_expected() -> dict[str, dict[str, Any]]:
    """Return what each message says, by its name."""
    with (FOLDER / "expected.toml").open("rb") as file:
        return tomllib.load(file)


def read_message(name: str) -> bytes:
    """Return a message's raw bytes."""
    return (FOLDER / f"{name}.eml").read_bytes()
