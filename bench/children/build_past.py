"""Fill a migrated, empty database with a past. Argument: cases."""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime

import django
import psycopg

from bench.children import tell


def main(cases: int) -> None:
    django.setup()
    import bench.provider  # noqa: F401 - registers the adapter that the scene's brand names
    from bench.build import build_past
    from config import clock

    began = time.monotonic()

    def say(words: str) -> None:
        passed = time.monotonic() - began
        print(f"  {datetime.now():%H:%M:%S} {passed:4.0f} s  {words}", file=sys.stderr, flush=True)  # noqa: DTZ005

    with psycopg.connect(os.environ["ADMIN_URL"], autocommit=True) as connection:
        counts = build_past(connection, cases=cases, now=clock.now(), say=say)
    tell(counts=counts, seconds=time.monotonic() - began)


if __name__ == "__main__":
    main(int(sys.argv[1]))
