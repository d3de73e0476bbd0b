"""Send one request to an address that a person typed, and nowhere else (THREATS 63).

Resolved once and connected to that very address, with the name in SNI, in the certificate's check
and in Host; no redirect is followed, no proxy used, and both the time and the answer are bounded.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from accounts.provisioning.destinations import (
    Destination,
    DestinationRefused,
    InvalidUrl,
    NameNotFound,
    Url,
    find_destination,
    read_url,
)

__all__ = ["DestinationRefused", "InvalidUrl", "RequestFailed", "Response", "post_json", "read_url"]

LARGEST_ANSWER = 64 * 1024
PIECE = 8 * 1024


@dataclass(frozen=True, kw_only=True)
class Response:
    """What the other side said. A redirect is an answer like any other; nobody follows it.

    Names of headers are in lower case; `body` is as it came, at most LARGEST_ANSWER bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class RequestFailed(Exception):
    """No usable answer came. With `was_sent` the other side may have acted all the same."""

    def __init__(self, words: str, *, was_sent: bool) -> None:
        super().__init__(words)
        self.was_sent = was_sent


def post_json(
    *, url: str, body: bytes, headers: Mapping[str, str], timeout_s: float = 10.0
) -> Response:
    """POST `body` and return the answer, whatever its status. At most `timeout_s` seconds in all.

    Raises InvalidUrl or DestinationRefused, which only a person can repair, or RequestFailed, which
    a later attempt may. `headers` come on top of Content-Type; Host and lengths are set here.
    """
    _check_headers(headers)
    deadline = time.monotonic() + timeout_s
    try:
        destination = find_destination(url=url, timeout_s=timeout_s)
    except NameNotFound as error:
        raise RequestFailed(str(error), was_sent=False) from error
    with _connect(destination, deadline) as connection:
        response = _exchange(connection, destination.url, body=body, headers=headers)
    if time.monotonic() >= deadline:  # the line was cut, and half an answer looks like a whole one
        raise RequestFailed(_describe(None, destination.url), was_sent=True)
    return response


class _Plain(HTTPConnection):
    """A connection whose line can be cut from another thread, in the middle of a handshake too."""

    line: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        self.line = made.dup()
        return made


class _Secure(HTTPSConnection):
    """The same over TLS."""

    line: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        self.line = made.dup()
        return made


_Connection = _Plain | _Secure


@contextmanager
def _connect(destination: Destination, deadline: float) -> Iterator[_Connection]:
    """Open a connection that is cut at `deadline`, however slowly the other side drips.

    The machine's addresses are tried in turn.
    """
    problem: Exception | None = None
    for address in destination.addresses:
        connection = _make(destination.url, address, deadline)
        cutter = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, [connection])
        cutter.daemon = True
        cutter.start()
        try:
            try:
                connection.connect()
            except (HTTPError, OSError) as error:
                problem = error
                continue
            yield connection
            return
        finally:
            cutter.cancel()
            connection.close()
            if connection.line is not None:
                connection.line.close()
    words = _describe(problem, destination.url)
    raise RequestFailed(words, was_sent=False) from problem


def _make(url: Url, address: str, deadline: float) -> _Connection:
    left_s = max(0.001, deadline - time.monotonic())
    if not url.is_tls:
        return _Plain(address, url.port, timeout=left_s)
    return _Secure(
        address,
        url.port,
        timeout=left_s,
        server_hostname=url.host,
        ssl_context=ssl.create_default_context(),
    )


def _cut(connection: _Connection) -> None:
    if connection.line is not None:
        try:
            connection.line.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it is closed already


def _exchange(
    connection: _Connection, url: Url, *, body: bytes, headers: Mapping[str, str]
) -> Response:
    sent: dict[str, Any] = {"Content-Type": "application/json", "User-Agent": "Lastcall"}
    sent |= headers
    sent |= {"Host": url.authority, "Connection": "close", "Accept-Encoding": "identity"}
    try:
        connection.request(
            "POST", url.target, body=body, headers=sent, preload_content=False, decode_content=False
        )
        answer = connection.getresponse()
        try:
            content = _read(answer)
        finally:
            answer.close()
    except (HTTPError, http.client.HTTPException, OSError) as error:
        raise RequestFailed(_describe(error, url), was_sent=True) from error
    return Response(
        status=answer.status,
        headers={name.lower(): value for name, value in answer.headers.items()},
        body=content,
    )


def _read(answer: BaseHTTPResponse) -> bytes:
    content = bytearray()
    while piece := answer.read(PIECE):
        content += piece
        if len(content) > LARGEST_ANSWER:
            raise RequestFailed("The answer is too large.", was_sent=True)
    return bytes(content)


def _check_headers(headers: Mapping[str, str]) -> None:
    """Refuse what could start another header. Raises ValueError: it is a mistake of ours."""
    for name, value in headers.items():
        if not name.isascii() or not (name + value).isprintable():
            raise ValueError(f"the header {name!r} cannot be sent")


def _describe(error: Exception | None, url: Url) -> str:
    """Say in plain words why there is no answer; the address's path may hold a secret."""
    causes = [error, getattr(error, "__cause__", None), getattr(error, "__context__", None)]
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"The certificate of {url.host} is not valid: {cause.verify_message}."
    if isinstance(error, ssl.SSLError | HTTPError) and "SSL" in type(error).__name__:
        return f"No secure connection to {url.host} could be made."
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return f"{url.host} refuses connections on port {url.port}."
    return f"{url.host} did not answer in time or broke off."
