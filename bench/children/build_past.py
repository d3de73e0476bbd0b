"""Make a desk with a past of the one that was played. Arguments: cases, what `play_past` told."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import datetime

from bench.build import build_past
from bench.children import tell


def main(cases: int, played: dict[str, int]) -> None:
    began = time.monotonic()

    def say(words: str) -> None:
        passed = time.monotonic() - began
        print(f"  {datetime.now():%H:%M:%S} {passed:4.0f} s  {words}", file=sys.stderr, flush=True)  # noqa: DTZ005

    counts = build_past(os.environ["ADMIN_URL"], played=played, cases=cases, say=say)
    tell(counts=counts, seconds=time.monotonic() - began)


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
