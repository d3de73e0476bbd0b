"""Adapters answer for items in a real database."""

import pytest


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test of this folder has one."""
