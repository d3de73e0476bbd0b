"""On which loopback ports a clone's own processes listen; chosen once and kept beside its data."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "ports.json"


@dataclass(frozen=True, kw_only=True)
class Ports:
    """The web server's, the mail door's two, and the sandbox's SMTP sink."""

    web: int = 8000
    lmtp: int = 8024
    smtp: int = 8025
    sink: int = 8026


def read_ports(data_dir: Path) -> Ports:
    """Return what this data folder uses, or the usual ones before the first start."""
    try:
        return Ports(**json.loads((data_dir / FILE).read_text()))
    except FileNotFoundError:
        return Ports()


def save_ports(data_dir: Path, ports: Ports) -> None:
    """Keep them for the next start and for commands typed in another window."""
    data_dir.mkdir(parents=True, exist_ok=True)
    draft = data_dir / f"{FILE}.draft"
    draft.write_text(json.dumps(asdict(ports)))
    draft.replace(data_dir / FILE)
