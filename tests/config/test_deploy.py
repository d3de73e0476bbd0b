"""What docs/deploy names exists: commands, variables, files; and its units are whole."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from cases import tasks
from notifications.inbound import processing
from notifications.management.commands import receive_smtp
from notifications.outbox import deliver

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "docs" / "deploy"
KNOWN = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
# The servers' own, and Python's.
OTHERS = {"PATH", "PYTHONUNBUFFERED", "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"}


def read(name: str) -> str:
    return (DEPLOY / name).read_text()


def test_every_command_that_is_named_exists() -> None:
    pages = [*DEPLOY.iterdir(), ROOT / "docs" / "operations.md"]
    named = {
        name
        for page in pages
        for name in re.findall(r'manage\.py(?:"?,? ?"?| )([a-z_]+)', page.read_text())
    }
    assert {"migrate", "receive_smtp", "doctor", "resume_after_restore"} <= named
    assert named <= set(get_commands())


def test_every_variable_that_is_set_is_explained() -> None:
    units = "".join(page.read_text() for page in DEPLOY.glob("*.service"))
    named = set(re.findall(r"(?:^Environment=|[ ])([A-Z_]{4,})=", units, re.M))
    named |= set(re.findall(r"\b([A-Z_]{4,})=", read("Containerfile")))
    compose = yaml.safe_load(read("compose.yaml"))
    for service in compose["services"].values():
        named |= set(service.get("environment", {}))
    assert "EPOCH_FILE" in named
    assert named - OTHERS <= KNOWN


def test_the_services_are_the_ones_that_must_run() -> None:
    services = yaml.safe_load(read("compose.yaml"))["services"]
    assert set(services) == {"postgres", "redis", "migrate", "web", "worker", "beat", "door"}
    for name in ("web", "worker", "beat", "door"):
        mounted = {volume.partition(":")[0] for volume in services[name]["volumes"]}
        assert mounted == {"media", "state"}
    units = {page.stem.removeprefix("lastcall-") for page in DEPLOY.glob("*.service")}
    assert units == {"web", "worker", "beat", "door"}


@pytest.mark.guarantee("G21")
def test_whoever_stops_the_desk_waits_for_what_was_begun() -> None:
    """A sweep begins nothing new after its budget; the last mail or batch may take its time."""
    budget = max(tasks.SWEEP_S, tasks.CASE_S, deliver.BUDGET_S, processing.BUDGET_S)
    needed = budget + max(settings.EMAIL_TIMEOUT, processing.READING_S)
    units = [page.read_text() for page in DEPLOY.glob("*.service")]
    patience = [int(re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.M)[0]) for unit in units]
    services = yaml.safe_load(read("compose.yaml"))["services"]
    own = [services[name]["stop_grace_period"] for name in ("web", "worker", "beat", "door")]
    patience += [int(words.removesuffix("s")) for words in own]
    assert min(patience) >= max(needed, receive_smtp.DRAIN_S)


def test_every_alert_says_what_happened() -> None:
    (group,) = yaml.safe_load(read("alerts.yaml"))["groups"]
    assert len(group["rules"]) >= 10
    for rule in group["rules"]:
        assert rule["expr"]
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_the_units_are_whole(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    for page in (*DEPLOY.glob("*.service"), DEPLOY / "lastcall.target"):
        text = re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", page.read_text(), flags=re.M)
        (tmp_path / page.name).write_text(re.sub(r"^User=.*$", "User=root", text, flags=re.M))
    answer = subprocess.run(
        ["systemd-analyze", "verify", *sorted(tmp_path.iterdir())],
        capture_output=True, text=True, check=False, timeout=60,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert [line for line in answer.stderr.splitlines() if "lastcall" in line] == []
