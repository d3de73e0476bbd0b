"""One process under the supervisor: started, heard, watched, started again, stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from config.embedded.account import die_with_parent
from config.run.console import say

# So many deaths within so many seconds are no accident: starting again would help nobody.
MANY, WITHIN_S = 5, 120.0
ROOT = Path(__file__).resolve().parents[2]


class GaveUp(Exception):
    """A process dies again and again. The text holds its last lines."""


def always() -> bool:
    return True


@dataclass(kw_only=True)
class Child:
    """A process of the desk. It sits in a group of its own, so that none of its own is left over.

    `is_ready` is asked until it says yes; `grace_s` is how long it may take to stop by itself.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    is_ready: Callable[[], bool] = always
    ready_line: str = ""
    grace_s: float = 10.0
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[str] | None = field(default=None, init=False)
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=12), init=False)
    died_at: list[float] = field(default_factory=list, init=False)
    start_again_at: float = field(default=0.0, init=False)
    _said_ready: bool = field(default=False, init=False)

    def start(self) -> None:
        """Start it, from the main thread alone: Linux ties the death signal to the thread."""
        self._said_ready = False
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environment},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", start_new_session=True, preexec_fn=die_with_parent,
        )  # fmt: skip
        threading.Thread(target=self._pass_lines_on, args=(self.process,), daemon=True).start()

    def ready(self) -> bool:
        """Return whether it runs and does its work."""
        if self.process is None or self.process.poll() is not None:
            return False
        if self.ready_line and not self._said_ready:
            return False
        return self.is_ready()

    def look_after(self, *, patiently: bool = True) -> None:
        """Start it again, ever later, when it has died. Raises GaveUp when it keeps dying.

        While the desk is only being opened nobody is served by patience: the first death counts.
        """
        if self.process is None:
            if time.monotonic() >= self.start_again_at:
                say("starting again", name=self.name)
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.process = None
        now = time.monotonic()
        self.died_at = [at for at in self.died_at if now - at < WITHIN_S] + [now]
        times = len(self.died_at)
        if times >= MANY or not patiently:
            lines = "\n".join(f"    {line}" for line in self.last_lines)
            often = f"{times} times, at last it " if times > 1 else ""
            raise GaveUp(f"{self.name} died: {often}{how(code)}. Its last lines:\n{lines}")
        wait = 2.0 ** (times - 1)
        self.start_again_at = now + wait
        say(f"{self.name} {how(code)}; nothing is lost, next try in {wait:.0f} s")

    def ask_to_stop(self) -> None:
        """Ask it to finish what it has begun and to go."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def wait_or_kill(self, *, until: float) -> None:
        """Wait till monotonic time `until`, then end whatever of its group is left."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not stop in time and is ended")
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # the whole group is gone, as it should be
        self.process.wait()

    def _pass_lines_on(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                line = line.rstrip()
                self.last_lines.append(line)
                if self.ready_line and self.ready_line in line:
                    self._said_ready = True
                say(line, name=self.name)


def how(code: int) -> str:
    """Put a process's end into words."""
    if code >= 0:
        return f"ended with code {code}"
    return f"was ended by {signal.Signals(-code).name}"


def listens(host: str, port: int) -> bool:
    """Return whether somebody accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def answers(url: str) -> bool:
    """Return whether a page can be had there."""
    try:
        with urlopen(url, timeout=2) as response:  # noqa: S310 - our own loopback address
            return bool(response.status == 200)
    except (URLError, OSError):
        return False
