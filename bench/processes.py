"""The processes of a measurement: a child of `bench.children`, a mail door, a Celery worker."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from config.embedded import find_free_port
from config.embedded.account import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
LONGEST_START_S = 60.0
LONGEST_S = 1800.0  # for one piece of work; the longest is to build the large desk


class Child:
    """A process that says `ready`, waits for a line, works, and prints one line of JSON."""

    def __init__(self, module: str, arguments: list[str], environment: dict[str, str]) -> None:
        self.name = module
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT, env={**os.environ, **environment}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=die_with_parent,
        )  # fmt: skip
        self._is_ready = False

    def wait_until_ready(self) -> None:
        if not self._is_ready:
            self._read()
            self._is_ready = True

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def read_result(self) -> dict[str, Any]:
        result: dict[str, Any] = json.loads(self._read())
        return result

    def read_cpu_seconds(self) -> float:
        return read_cpu_seconds(self.process.pid)

    def stop(self) -> None:
        """End it in order, or not; a child that serves is told by SIGTERM."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def _read(self) -> str:
        """Its next line; it never says two without an answer in between."""
        assert self.process.stdout is not None
        found, _, _ = select.select([self.process.stdout], [], [], LONGEST_S)
        if not found:
            raise RuntimeError(f"{self.name} has said nothing for {LONGEST_S:.0f} s")
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with {self.process.wait()}")
        return line


class Door:
    """A running `manage.py receive_smtp`."""

    def __init__(self) -> None:
        self.port, other = find_free_port(), find_free_port()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "receive_smtp",
             "--lmtp-port", str(self.port), "--smtp-port", str(other)],
            cwd=ROOT, preexec_fn=die_with_parent,
        )  # fmt: skip
        deadline = time.monotonic() + LONGEST_START_S
        while not _is_open(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the mail door does not open")
            time.sleep(0.05)

    def read_cpu_seconds(self) -> float:
        return read_cpu_seconds(self.process.pid)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(40)


class Worker:
    """A running `celery worker`, which knows the instant provider too."""

    def __init__(self) -> None:
        from config.celery import app

        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "2",
             "--without-gossip", "--without-mingle", "-I", "bench.provider",
             "--loglevel", "ERROR"],
            cwd=ROOT, preexec_fn=die_with_parent, stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONWARNINGS": "ignore:You.re running the worker"},
        )  # fmt: skip
        deadline = time.monotonic() + LONGEST_START_S
        while not app.control.ping(timeout=0.5):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("the worker does not answer")

    def stop(self) -> None:
        """End it at once: what it was doing is only measured."""
        for _ in range(2):  # a second SIGQUIT does not wait for what runs
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGQUIT)
                time.sleep(0.5)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(20)


def read_cpu_seconds(pid: int) -> float:
    """What a process has used of the processors so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
