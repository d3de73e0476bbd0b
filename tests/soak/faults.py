"""What goes wrong in the middle of a visit, and what time does about it afterwards."""

from __future__ import annotations

import multiprocessing as mp
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from tests.soak import hands
from tests.soak.place import Place

FORK = mp.get_context("fork")  # a worker that is warm already
KILL, TERMINATE, RESTART, FLUSH = "kill", "terminate", "restart", "flush"
SHARES = {KILL: 45, TERMINATE: 25, RESTART: 8, FLUSH: 22}
PROVIDER_LEASE = timedelta(minutes=3)
# Leases run by the database's clock, which stays where it is while the desk's moves on.
EXPIRE = (
    "UPDATE notifications_email SET lease_until = now() - interval '1 second'"
    " WHERE status = 'sending'",
    "UPDATE notifications_inbound SET lease_until = NULL WHERE status = 'received'",
)


class Worker:
    """A process of the desk that can be killed and begins anew."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        ours, theirs = FORK.Pipe()
        self.pipe: Connection = ours
        self.process: BaseProcess = FORK.Process(target=hands.work, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    @staticmethod
    def find_ready(workers: list[Worker]) -> list[Worker]:
        """Those who have answered, or died; waits for the first."""
        pipes = {worker.pipe: worker for worker in workers}
        return [pipes[pipe] for pipe in wait(pipes) if isinstance(pipe, Connection)]

    def ask(self, verb: str, now: datetime, payload: Any) -> None:
        try:
            self.pipe.send((verb, now, payload))
        except BrokenPipeError:  # it had answered before it was killed
            self.renew()
            self.pipe.send((verb, now, payload))

    def hear(self) -> Any:
        """The answer; None when it died, and another takes its place."""
        try:
            return self.pipe.recv()
        except (EOFError, ConnectionResetError):
            self.renew()
            return None

    def renew(self) -> None:
        self.process.join(10)
        self.pipe.close()
        self.start()

    def end(self) -> None:
        with suppress(BrokenPipeError):
            self.pipe.send(None)
        self.process.join(10)
        self.pipe.close()


class Novice(Worker):
    """Works in this process: all that it learns its forks know from the start."""

    def start(self) -> None:
        self.answers: list[Any] = []

    @staticmethod
    def find_ready(workers: list[Worker]) -> list[Worker]:
        return workers

    def ask(self, verb: str, now: datetime, payload: Any) -> None:
        self.answers.append(hands.VERBS[verb](now, payload))

    def hear(self) -> Any:
        return self.answers.pop()

    def end(self) -> None:
        from django.db import connection

        connection.close()


@dataclass(kw_only=True)
class Mishaps:
    """When something goes wrong, and what: by seed."""

    place: Place
    rng: random.Random
    percent: float  # of the visits
    done: Counter[str] = field(default_factory=Counter)

    def choose(self) -> str:
        if self.rng.uniform(0, 100) >= self.percent:
            return ""
        return self.rng.choices(list(SHARES), list(SHARES.values()))[0]

    def happen(self, kind: str, workers: list[Worker]) -> None:
        """At a moment that nobody chooses, while the workers are busy."""
        self.done[kind] += 1
        if kind == RESTART:  # what was said before this visit is on the disk
            with self.place.connect() as server:
                server.execute("SELECT pg_logical_emit_message(true, 'soak', 'so far')")
        time.sleep(self.rng.uniform(0, 0.03))
        if kind == KILL:
            self.rng.choice(workers).process.kill()
        elif kind == TERMINATE:
            with self.place.connect() as server:
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    " AND usename <> 'postgres'"
                )
        elif kind == RESTART:
            self.place.crash_postgres()
        elif kind == FLUSH:
            self.place.flush_redis()

    def let_leases_end(self, now: datetime) -> None:
        """Nobody is at work any more: what the dead had taken is free again."""
        with self.place.connect() as server:
            for statement in EXPIRE:
                server.execute(statement.encode())
            server.execute(
                "UPDATE cases_caseitem SET next_attempt_at = %s WHERE next_attempt_at = %s",
                [now, now + PROVIDER_LEASE],
            )
