"""The processes that do the measured work. Each says `ready`, waits for a line, then works."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from typing import Any


def wait_for_start() -> None:
    """Say that everything is prepared, and wait for the word."""
    print("ready", flush=True)
    sys.stdin.readline()


def tell(**result: Any) -> None:
    print(json.dumps(result), flush=True)


@dataclass
class Stopwatch:
    """Wall-clock and processor seconds since it was made. The latter are this process's alone."""

    def __post_init__(self) -> None:
        self._began = time.perf_counter()
        self._began_cpu = time.process_time()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._began

    @property
    def cpu_seconds(self) -> float:
        return time.process_time() - self._began_cpu
