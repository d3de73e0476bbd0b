"""What a run needs before anything starts: a .env, a lock, ports that are free."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import socket
import sys
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

from config import env
from config.embedded import find_free_port
from config.ports import Ports, read_ports, save_ports

VARIABLES = {
    "web": "PORT", "lmtp": "DOOR_LMTP_PORT", "smtp": "DOOR_SMTP_PORT", "sink": "SINK_PORT",
}  # fmt: skip
_claims: dict[int, socket.socket] = {}
FIRST_ENV = """\
# Made by the first `make run`: a sandbox on this machine. .env.example explains every variable.
DEBUG=1
SANDBOX=1
SECRET_KEY={key}
"""


class CannotRun(Exception):
    """Something the person at the keyboard has to put right. The text says what."""


def make_env_file(path: Path) -> bool:
    """Make a sandbox's .env where there is none; return whether it was made."""
    if path.exists() or os.environ.get("DEBUG"):
        return False
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(FIRST_ENV.format(key=secrets.token_urlsafe(48)))
    return True


def take_lock(data_dir: Path) -> int:
    """Keep a second supervisor out of this data folder; the lock goes with the process.

    Raises CannotRun with the process id of the one that holds it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data_dir / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode().strip()
        os.close(descriptor)
        raise CannotRun(
            f"Lastcall already runs from this folder (process {holder}, "
            f"http://127.0.0.1:{read_ports(data_dir).web}). Stop it with Ctrl-C there, or: "
            f"kill {holder}"
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor


def choose_ports(data_dir: Path, *, host: str) -> Ports:
    """Return a free port for each process, remembered from start to start.

    A port that a variable names is used or refused (CannotRun); any other gives way to the next
    free one.
    """
    remembered = asdict(read_ports(data_dir))
    chosen: dict[str, int] = {}
    for what, variable in VARIABLES.items():
        wanted = env.read_port(variable, default=remembered[what])
        if os.environ.get(variable):
            if not is_free(wanted, host=host):
                raise CannotRun(
                    f"port {wanted}, which {variable} names, is taken by another program. "
                    f"Stop that program or set {variable} to another port."
                )
            chosen[what] = wanted
        else:
            chosen[what] = find_port_from(wanted, host=host, without=chosen.values())
    ports = Ports(**chosen)
    save_ports(data_dir, ports)
    return ports


def find_port_from(first: int, *, host: str, without: Collection[int]) -> int:
    """Return `first` or the next free port after it, and claim it."""
    for port in range(first, min(first + 200, 65536)):
        if port not in without and is_free(port, host=host) and claim(port):
            return port
    return find_free_port()


def claim(port: int) -> bool:
    """Keep other clones that start at this moment from choosing the same port.

    Between choosing and listening lie seconds. A name in Linux's abstract socket namespace belongs
    to one process, needs no file, and is gone with the process; elsewhere the risk is taken.
    """
    if sys.platform != "linux" or port in _claims:
        return True
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0lastcall-port-{port}")
    except OSError:
        mark.close()
        return False
    _claims[port] = mark
    return True


def is_free(port: int, *, host: str) -> bool:
    """Return whether this process could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            if problem.errno == errno.EACCES:
                raise CannotRun(f"port {port} needs more rights than this user has") from None
            if problem.errno == errno.EADDRNOTAVAIL:
                raise CannotRun(f"{host} is no address of this machine; see HOST") from None
            return False
    return True
