"""Take one mail from a pipe, for mail servers that deliver to a program.

Exit codes are those of sysexits.h, which a mail server understands: 0 stored, 64 wrong usage,
65 refused data, 67 no such mailbox, 75 try again later. Nothing else ever leaves this command.
"""

from __future__ import annotations

import logging
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config import clock
from notifications.inbound.doors.lmtp import Limits
from notifications.inbound.mailboxes import clean_envelope_address, is_mailbox
from notifications.inbound.storing import store_for_all

log = logging.getLogger(__name__)


class Refused(Exception):
    """The mail is refused for good, with a code of sysexits.h."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


class Command(BaseCommand):
    help = "Takes one mail from standard input and stores it. See sysexits.h for the exit code."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("recipients", nargs="*", help="default: $ORIGINAL_RECIPIENT")
        parser.add_argument("--sender", default=None, help="default: $SENDER")
        parser.add_argument("--max-size", type=int, default=Limits.size, help="in bytes")

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            super().run_from_argv(argv)
        except SystemExit as end:
            known = end.code in (None, os.EX_OK, os.EX_DATAERR, os.EX_NOUSER, os.EX_TEMPFAIL)
            sys.exit(end.code if known else os.EX_USAGE)
        except BaseException as error:
            log.error("the pipe failed", exc_info=error)
            sys.exit(os.EX_TEMPFAIL)

    def handle(self, *, recipients: list[str], sender: str | None, **options: Any) -> None:
        try:
            take(sys.stdin.buffer.read(options["max_size"] + 1), recipients, sender, **options)
        except Refused as refusal:
            self.stderr.write(str(refusal))
            sys.exit(refusal.code)
        except Exception as error:
            log.error("the pipe failed", exc_info=error)
            self.stderr.write("4.3.0 Try again later")
            sys.exit(os.EX_TEMPFAIL)


def take(raw: bytes, recipients: list[str], sender: str | None, *, max_size: int, **_: Any) -> None:
    """Store one mail for its recipients. Raises Refused when it never can be taken."""
    named = recipients or [os.environ.get("ORIGINAL_RECIPIENT", os.environ.get("RECIPIENT", ""))]
    if not raw:
        raise Refused(os.EX_DATAERR, "5.6.0 Empty message")
    if len(raw) > max_size:
        raise Refused(os.EX_DATAERR, "5.3.4 Message is larger than this system accepts")
    if not all(is_mailbox(clean_envelope_address(recipient)) for recipient in named):
        raise Refused(os.EX_NOUSER, "5.1.1 No such mailbox here")
    store_for_all(
        channel="pipe",
        recipients=named,
        envelope_from=sender if sender is not None else os.environ.get("SENDER", ""),
        raw=raw,
        now=clock.now(),
    )
