"""The customer at the other end: reads what really came by SMTP, answers by SMTP."""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING

from config.sandbox.models import SandboxMail
from config.sandbox.post.letters import Letter, Writer, write_auto_reply, write_reply
from notifications.models import Inbound

if TYPE_CHECKING:
    from tests.journeys.stack import Stack

AUTHSERV_ID = "mx.lastcall.example"


class Mailbox:
    """One address of a customer, as the sandbox's mail sink filled it."""

    def __init__(self, stack: Stack, address: str, *, name: str = "Rosa") -> None:
        self.stack, self.address = stack, address
        self.writer = Writer(name=name, email=address, zone="America/Chicago")

    def subjects(self) -> list[str]:
        """What came, oldest first, without the case number in front."""
        mails = SandboxMail.objects.filter(mailbox=self.address, box="inbox").order_by("pk")
        return [subject.partition(": ")[2] for subject in mails.values_list("subject", flat=True)]

    def wait_for(self, words: str, *, count: int = 1) -> SandboxMail:
        """The newest mail whose subject has these words, once there are `count` of them."""
        found = SandboxMail.objects.filter(
            mailbox=self.address, box="inbox", subject__icontains=words
        )
        self.stack.wait_for(
            lambda: found.count() >= count, f"mail “{words}” to {self.address}: {self.subjects()}"
        )
        assert found.count() == count, self.subjects()
        return found.order_by("-pk")[0]

    def wait_for_any(self, words: str, *, count: int = 1) -> SandboxMail:
        """The newest mail with these words, once there are `count` or more."""
        found = SandboxMail.objects.filter(
            mailbox=self.address, box="inbox", subject__icontains=words
        )
        self.stack.wait_for(lambda: found.count() >= count, f"mail “{words}”: {self.subjects()}")
        return found.order_by("-pk")[0]

    def reply(self, mail: SandboxMail, text: str, *, writer: Writer | None = None) -> Inbound:
        """A person's reply, by SMTP to the door; returns once the desk has read it."""
        letter = write_reply(
            mail=mail, writer=writer or self.writer, text=text, authserv_id=AUTHSERV_ID,
            now=self.stack.now(),
        )  # fmt: skip
        return self.post(letter)

    def reply_by_machine(self, mail: SandboxMail, text: str) -> Inbound:
        """An out-of-office note."""
        letter = write_auto_reply(
            mail=mail, writer=self.writer, text=text, authserv_id=AUTHSERV_ID, now=self.stack.now()
        )
        return self.post(letter)

    def post(self, letter: Letter) -> Inbound:
        with smtplib.SMTP("127.0.0.1", self.stack.ports.smtp, timeout=30) as smtp:
            smtp.sendmail(letter.envelope_from, [letter.envelope_to], letter.raw)
        return wait_until_read(self.stack, letter.message_id)


def wait_until_read(stack: Stack, message_id: str) -> Inbound:
    """The desk's record of a mail, once a worker has processed it."""
    found = Inbound.objects.filter(message_id=message_id, status="processed")
    return stack.wait_for(found.first, f"the desk reading {message_id}")
