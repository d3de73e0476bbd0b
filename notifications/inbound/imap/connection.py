"""Sign in to a mailbox: TLS with a good certificate, or not at all (THREATS 7)."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imapclient import IMAPClient
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError

from notifications.inbound.imap.secrets import NoSecret, reveal
from notifications.models import Mailbox

# It tells of every connection, and at its lowest level every mail.
logging.getLogger("imapclient").setLevel(logging.WARNING)
TIMEOUT_S = 30.0
# What goes wrong on the way to a server or at it. An IMAPClientError is also an unexpected answer.
TROUBLE = (IMAPClientError, OSError, ValueError)


class CannotRead(Exception):
    """The mailbox cannot be read. The text says in plain words why, and what to do."""


@contextmanager
def sign_in(mailbox: Mailbox, *, timeout_s: float = TIMEOUT_S) -> Iterator[IMAPClient]:
    """Connect and sign in; sign out at the end. Raises CannotRead, and TROUBLE while in use."""
    client = _connect(mailbox, timeout_s)
    try:
        _log_in(client, mailbox)
        yield client
    finally:
        with suppress(*TROUBLE):
            client.logout()
        with suppress(*TROUBLE):
            client.shutdown()


def select_folder(client: IMAPClient, folder: str, *, readonly: bool = False) -> dict[bytes, int]:
    """Open a folder and return the server's numbers. Raises CannotRead."""
    if any(character in folder for character in "\r\n\x00"):
        raise CannotRead("The folder's name holds a line break.")
    try:
        answer: dict[bytes, int] = client.select_folder(folder, readonly=readonly)
    except IMAPClientError as error:
        raise CannotRead(
            f"There is no folder “{folder}” that this user may open ({_quote(error)})."
        ) from error
    return answer


def explain(error: BaseException) -> str:
    """Put whatever went wrong into a sentence for a person."""
    if isinstance(error, CannotRead):
        return str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The server's certificate is not trusted: {error.verify_message}."
    if isinstance(error, TimeoutError):
        return "The server does not answer in time."
    if isinstance(error, OSError):
        return f"The connection broke: {error.strerror or error}."
    return f"The server answered unexpectedly: {_quote(error)}"


def _connect(mailbox: Mailbox, timeout_s: float) -> IMAPClient:
    context = ssl.create_default_context()
    is_implicit = mailbox.tls == Mailbox.Tls.IMPLICIT
    where = f"{mailbox.host}, port {mailbox.port}"
    client: IMAPClient | None = None
    try:
        client = IMAPClient(
            mailbox.host,
            mailbox.port,
            ssl=is_implicit,
            ssl_context=context if is_implicit else None,
            timeout=timeout_s,
        )
        if not is_implicit:
            _upgrade(client, context)
        client.normalise_times = False  # an INTERNALDATE keeps its zone
        return client
    except BaseException as error:
        if client is not None:
            with suppress(*TROUBLE):
                client.shutdown()
        if isinstance(error, CannotRead) or not isinstance(error, TROUBLE):
            raise
        raise CannotRead(_explain_connection(error, where)) from error


def _upgrade(client: IMAPClient, context: ssl.SSLContext) -> None:
    """STARTTLS, before anything else is said. Whoever greets as signed in already prevents it."""
    if client._imap.state != "NONAUTH":
        raise CannotRead(
            "The server takes us for signed in before the connection is encrypted. "
            "Somebody may be in between; nothing was sent."
        )
    try:
        client.starttls(context)
    except CapabilityError as error:
        raise CannotRead(
            "The server offers no encryption on this port (no STARTTLS), so nothing was sent. "
            "Try TLS from the start, on port 993."
        ) from error
    if not isinstance(client.socket(), ssl.SSLSocket):
        raise CannotRead("The connection is not encrypted, so nothing was sent.")


def _explain_connection(error: BaseException, where: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"The certificate of {where} is not trusted: {error.verify_message}. Use the name that "
            "the certificate is for, or have the server's authority trusted (SSL_CERT_FILE)."
        )
    if isinstance(error, ssl.SSLError):
        return f"{where} does not speak TLS as expected. If it needs STARTTLS, choose that."
    if isinstance(error, socket.gaierror):
        return f"There is no server of the name {where.partition(',')[0]}. Is it spelt right?"
    if isinstance(error, ConnectionRefusedError):
        return f"Nobody listens at {where}. Are server and port right?"
    if isinstance(error, TimeoutError):
        return f"{where} does not answer. Is a firewall in between?"
    return f"{where} cannot be reached: {_quote(error)}"


def _log_in(client: IMAPClient, mailbox: Mailbox) -> None:
    try:
        secret = reveal(mailbox)
    except NoSecret as problem:
        raise CannotRead(str(problem)) from problem
    try:
        client.login(mailbox.username, secret)
    except LoginError as error:
        raise CannotRead(
            f"The server refuses user name or password of {mailbox.username}. Some providers "
            f"want a password made for programs. It says: {_quote(error)}"
        ) from None
    except TROUBLE as error:
        raise CannotRead(explain(error)) from error


def _quote(error: BaseException) -> str:
    words = str(error)
    if words.startswith("b'") and words.endswith("'"):
        words = words[2:-1]
    return words.replace("\x00", "")[:200]
