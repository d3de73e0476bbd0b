"""Where our servers listen and their passwords: chosen once, kept in a private file."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from config.embedded.account import find_free_port

FILE = "servers.json"
DATABASE = "lastcall"


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Ports on 127.0.0.1 and passwords of one pair of servers."""

    postgres_port: int = field(default_factory=find_free_port)
    redis_port: int = field(default_factory=find_free_port)
    postgres_password: str = field(default_factory=secrets.token_hex, repr=False)
    admin_password: str = field(default_factory=secrets.token_hex, repr=False)
    redis_password: str = field(default_factory=secrets.token_hex, repr=False)

    @property
    def database_url(self) -> str:
        """The application's own role, which is no superuser."""
        role = f"{DATABASE}:{self.postgres_password}"
        return f"postgres://{role}@127.0.0.1:{self.postgres_port}/{DATABASE}"

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.redis_password}@127.0.0.1:{self.redis_port}/0"

    def with_new_ports(self) -> Endpoints:
        """Return the same passwords on ports that are free now."""
        return replace(self, postgres_port=find_free_port(), redis_port=find_free_port())


def read_endpoints(data_dir: Path) -> Endpoints | None:
    """Return what was chosen for this data folder, or None before the first start."""
    try:
        return Endpoints(**json.loads((data_dir / FILE).read_text()))
    except FileNotFoundError:
        return None


def save_endpoints(data_dir: Path, endpoints: Endpoints) -> None:
    """Keep them, readable by the owner alone."""
    data_dir.mkdir(parents=True, exist_ok=True)
    draft = data_dir / f"{FILE}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(endpoints), file, indent=1)
    draft.replace(data_dir / FILE)
