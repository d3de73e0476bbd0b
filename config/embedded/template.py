"""A cluster with the desk's tables, for throwaway desks to copy: to migrate takes seconds each."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from config.embedded.account import EmbeddedFailed
from config.embedded.endpoints import Endpoints

if TYPE_CHECKING:
    from config.embedded.servers import Servers

ROOT = Path(__file__).resolve().parents[2]
MIGRATE_S = 300.0


def migrate_template(servers: Servers) -> None:
    """Make the cluster of `servers` and its tables anew, unless it has those of this code.

    Whoever calls it holds the template's lock. Raises EmbeddedFailed with what went wrong.
    """
    mark, now = servers.data_dir / "migrated", hash_migrations()
    if servers.postgres.is_made() and mark.exists() and mark.read_text() == now:
        return
    mark.unlink(missing_ok=True)
    servers.postgres.forget_made()
    servers.start()
    try:
        migrate(servers.endpoints)
    finally:
        servers.stop()
    mark.write_text(now)


def migrate(endpoints: Endpoints) -> None:
    """Give the database of `endpoints` its tables, by a process of its own."""
    answer = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity=0"],
        cwd=ROOT,
        env={  # tables depend on no setting: nobody who only copies a cluster has to have any
            **os.environ,
            "DATABASE_URL": endpoints.database_url,
            "LASTCALL_ENV_FILE": os.devnull,
            "DEBUG": "1",
        },
        capture_output=True,
        text=True,
        timeout=MIGRATE_S,
        check=False,
    )
    if answer.returncode:
        raise EmbeddedFailed(f"the template's tables could not be made:\n{answer.stderr}")


def hash_migrations() -> str:
    """Tell these migrations, and the libraries that bring others, from any others."""
    found = hashlib.sha256()
    for path in sorted([*ROOT.glob("*/migrations/*.py"), ROOT / "requirements.lock"]):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()
