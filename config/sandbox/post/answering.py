"""Answer a mail as the customer, as a colleague of theirs, as a stranger, or not in person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from accounts.models import Contact
from config.sandbox.models import SandboxMail
from config.sandbox.post.bounces import Post
from config.sandbox.post.letters import Writer, write_auto_reply, write_reply
from config.sandbox.post.postman import post_to_door
from config.sandbox.post.store import store_answer

CUSTOMER, STRANGER, OUT_OF_OFFICE = "customer", "stranger", "out_of_office"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What somebody wants to send. `who` is one of the words above, or a contact's id."""

    who: str
    text: str
    name: str = ""
    email: str = ""
    to_sender: bool = False  # to From instead of Reply-To: without the thread's token


def describe_writer(mail: SandboxMail, person: Contact | None) -> Writer:
    """The owner of the mailbox, with the zone and language of their company."""
    if person is None:
        return Writer(name=mail.mailbox.partition("@")[0].capitalize(), email=mail.mailbox)
    return Writer(
        name=person.name,
        email=person.email,
        zone=person.customer.timezone,
        locale=person.customer.locale.split("-")[0],
    )


def send_answer(
    *,
    mail: SandboxMail,
    answer: Answer,
    person: Contact | None,
    now: datetime,
    post: Post = post_to_door,
) -> SandboxMail:
    """Write the letter, bring it to the desk's door, and keep a copy. Raises DoorClosed."""
    writer = choose_writer(mail, answer, person)
    write = write_auto_reply if answer.who == OUT_OF_OFFICE else write_reply
    letter = write(
        mail=mail, writer=writer, text=answer.text, authserv_id=settings.AUTHSERV_ID, now=now
    )
    if answer.to_sender:
        letter = replace(letter, envelope_to=mail.from_email)
    post(letter)
    how = {CUSTOMER: "", STRANGER: "as a stranger", OUT_OF_OFFICE: "out of office"}.get(
        answer.who, f"as {writer.name}"
    )
    return store_answer(letter=letter, mailbox=mail.mailbox, answers=mail, how=how, now=now)


def choose_writer(mail: SandboxMail, answer: Answer, person: Contact | None) -> Writer:
    owner = describe_writer(mail, person)
    if answer.who == STRANGER:
        return replace(owner, name=answer.name, email=answer.email, authenticated=False)
    if answer.who.isdecimal() and person is not None:
        colleague = person.customer.contacts.get(pk=int(answer.who))
        return replace(owner, name=colleague.name, email=colleague.email)
    return owner
