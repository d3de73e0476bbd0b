"""Commit one row after another, with nothing else to do. Arguments: bytes per row, seconds."""

from __future__ import annotations

import os
import sys

import psycopg

from bench.children import Stopwatch, tell, wait_for_start

STORE = b"INSERT INTO bare (raw) VALUES (%b)"


def main(size: int, seconds: float) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.prepare_threshold = 1
        raw = os.urandom(size)
        connection.execute(STORE, [raw])
        wait_for_start()
        watch, count = Stopwatch(), 0
        while watch.seconds < seconds:
            connection.execute(STORE, [raw])
            count += 1
        tell(count=count, seconds=watch.seconds, cpu=watch.cpu_seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
