"""Customers with a real mailbox: they read what came, and answer through a real mail server."""

from __future__ import annotations

import email
import email.policy
import itertools
import smtplib
import threading
import time
from collections import deque
from email.message import EmailMessage
from imaplib import IMAP4

from tests.plugins.dovecot import Dovecot
from tests.plugins.postfix import Postfix

MAILBOX = "robin"
PACE_S = 0.15


class Customers:
    """Answer all `count` questions, and go on writing until told that it is enough.

    They write `least` replies at least.
    """

    def __init__(self, *, mailbox: Dovecot, server: Postfix, count: int, least: int) -> None:
        self._mailbox, self._server = mailbox, server
        self._count, self._least = count, least
        self.questions: list[EmailMessage] = []  # as they came, duplicates too
        self.acknowledged: set[str] = set()  # Message-IDs that the mail server said 250 to
        self._unanswered: deque[EmailMessage] = deque()
        self._known: dict[str, EmailMessage] = {}
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def finish(self) -> None:
        """Let them answer what is unanswered, and write no more."""
        self._enough.set()

    def is_done(self) -> bool:
        return not self._thread.is_alive()

    def _live(self) -> None:
        for number in itertools.count():
            is_complete = len(self._known) == self._count
            if not is_complete and number % 10 == 0:
                self._look()
            if self._unanswered:
                self._answer(self._unanswered.popleft(), number)
            elif self._known and not self._is_enough():
                self._answer(list(self._known.values())[number % len(self._known)], number)
            elif is_complete:
                break
            time.sleep(PACE_S)
        self._look()

    def _is_enough(self) -> bool:
        return self._enough.is_set() and len(self.acknowledged) >= self._least

    def _look(self) -> None:
        """Read what has come; a mail server that is away costs a turn."""
        try:
            fresh = self._read(len(self.questions))
        except (OSError, IMAP4.error):
            return
        self.questions += fresh
        for question in fresh:
            if str(question["Message-ID"]) not in self._known:
                self._known[str(question["Message-ID"])] = question
                self._unanswered.append(question)

    def _read(self, after: int) -> list[EmailMessage]:
        """Return what came since the first `after` mails."""
        with self._mailbox.connect(MAILBOX) as client:
            client.select("INBOX", readonly=True)
            found = client.search(None, "ALL")[1][0].split()[after:]
            mails = [client.fetch(number.decode(), "(BODY.PEEK[])")[1] for number in found]
        return [
            email.message_from_bytes(parts[0][1], policy=email.policy.default) for parts in mails
        ]

    def _answer(self, question: EmailMessage, number: int) -> None:
        """Write once, and send until the server has taken it."""
        reply = write_reply(question, number)
        while not self._send(reply):
            time.sleep(0.1)

    def _send(self, reply: EmailMessage) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self._server.port, timeout=10) as client:
                client.send_message(reply)
        except (OSError, smtplib.SMTPException):
            return False
        self.acknowledged.add(str(reply["Message-ID"]))
        return True


def write_reply(question: EmailMessage, number: int) -> EmailMessage:
    """What a mail program makes of "reply": to Reply-To, with the ids, above the history."""
    customer = question["To"].addresses[0]
    reply = EmailMessage()
    reply["From"] = f"Robin <{customer.addr_spec}>"
    reply["To"] = question["Reply-To"]
    reply["Subject"] = f"Re: {question['Subject']}"
    stem = question["Message-ID"].strip("<>").replace("@", ".")
    reply["Message-ID"] = f"<{stem}.{number}@{customer.domain}>"
    reply["In-Reply-To"] = reply["References"] = question["Message-ID"]
    reply.set_content(f"Rosa used these services, this is answer {number}.\n\n> Who used them?\n")
    return reply
