"""A short year of the desk with faults, always the same, against the model of the rules."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]
SHORT = ("--cases", "40", "--days", "75", "--faults", "8")
# The first is played at every run; a seed that was found to fail is added here (see docs/soak.md).
SEEDS = [20260101]


def play(*arguments: str) -> subprocess.CompletedProcess[str]:
    own = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "EMAIL_URL")
    return subprocess.run(
        [sys.executable, "-m", "tests.soak", *arguments],
        env={name: value for name, value in os.environ.items() if name not in own},
        cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=300,
    )  # fmt: skip


@pytest.mark.guarantee("G4")
@pytest.mark.guarantee("G5")
@pytest.mark.guarantee("G8")
@pytest.mark.guarantee("G9")
@pytest.mark.guarantee("G10")
@pytest.mark.guarantee("G20")
@pytest.mark.parametrize("seed", SEEDS)
def test_every_history_is_what_the_model_says(seed: int) -> None:
    """Seen red: see the table of docs/soak.md, where each mutation names what was told of it."""
    played = play("--seed", str(seed), *SHORT)
    assert played.returncode == 0, played.stdout[-6000:]
    assert "as the model says" in played.stdout
