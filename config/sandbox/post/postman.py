"""Bring a customer's letter to the desk's door, by real SMTP."""

from __future__ import annotations

import smtplib

from django.conf import settings

from config.sandbox.post.letters import Letter

TIMEOUT_S = 10


class DoorClosed(Exception):
    """The desk's mail door took the letter not; the text says why, for the person who sent it."""


def post_to_door(letter: Letter) -> None:
    """Hand `letter` to the door and return when it said 250. Raises DoorClosed."""
    try:
        with smtplib.SMTP(settings.DOOR_HOST, settings.DOOR_SMTP_PORT, timeout=TIMEOUT_S) as smtp:
            smtp.sendmail(letter.envelope_from, [letter.envelope_to], letter.raw)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise DoorClosed(f"The desk's mail door refused it: {code} {read_reply(said)}") from error
    except smtplib.SMTPResponseException as error:
        raise DoorClosed(
            f"The desk's mail door refused it: {error.smtp_code} {read_reply(error.smtp_error)}"
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise DoorClosed(
            f"The desk's mail door at {settings.DOOR_HOST}:{settings.DOOR_SMTP_PORT} does not "
            f"answer ({type(error).__name__}). Is manage.py receive_smtp running?"
        ) from error


def read_reply(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
