"""Parse mails with the standard library alone. Arguments: bytes per mail, seconds."""

from __future__ import annotations

import email
import itertools
import sys

from bench.children import Stopwatch, tell, wait_for_start
from bench.mails import make_mails


def parse(raw: bytes) -> int:
    """Headers and decoded parts: what any use of a mail begins with."""
    message = email.message_from_bytes(raw)
    total = len(message["Subject"] or "")
    for part in message.walk():
        if not part.is_multipart():
            total += len(part.get_payload(decode=True) or b"")
    return total


def main(size: int, seconds: float) -> None:
    mails = [raw for _, raw in make_mails(20, size=size)]
    wait_for_start()
    watch, count = Stopwatch(), 0
    for raw in itertools.cycle(mails):
        if watch.seconds >= seconds:
            break
        parse(raw)
        count += 1
    tell(count=count, seconds=watch.seconds, cpu=watch.cpu_seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
