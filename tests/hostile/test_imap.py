"""The IMAP door among strangers: no encryption, false certificates, forged greetings (row 7)."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from notifications.inbound.imap.connection import CannotRead, select_folder, sign_in
from notifications.models import Mailbox
from tests.plugins.dovecot import PASSWORD, run_dovecot, write_certificates

pytestmark = [pytest.mark.threat(7)]
SECRET = "the password that nobody may see"


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("IMAP_SECRET", SECRET)


def make_mailbox(port: int, **given: object) -> Mailbox:
    fields = {
        "name": "support", "host": "127.0.0.1", "port": port, "tls": "implicit",
        "username": "desk", "secret_variable": "IMAP_SECRET", "address": "a@b.example", **given,
    }  # fmt: skip
    return Mailbox(**fields)


class Liar:
    """A server that says what it is told to, and remembers what was said to it."""

    def __init__(self, talk: Callable[[socket.socket, Liar], None]) -> None:
        self.heard = b""
        self._talk = talk
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def read(self, line: socket.socket) -> bytes:
        """Read a command and return its tag."""
        said = line.recv(4096)
        self.heard += said
        return said.partition(b" ")[0]

    def stop(self) -> None:
        self._listener.close()
        self._thread.join(5)

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            line, _ = self._listener.accept()
            with line:
                line.settimeout(3)
                self._talk(line, self)
                with contextlib.suppress(OSError):
                    while more := line.recv(4096):
                        self.heard += more


@pytest.fixture
def lie() -> Iterator[Callable[..., Liar]]:
    liars: list[Liar] = []

    def begin(talk: Callable[[socket.socket, Liar], None]) -> Liar:
        liars.append(Liar(talk))
        return liars[-1]

    yield begin
    for liar in liars:
        liar.stop()


def refuse(mailbox: Mailbox, words: str) -> None:
    with pytest.raises(CannotRead, match=words), sign_in(mailbox, timeout_s=2):
        raise AssertionError("it signed in")


def test_a_server_without_starttls_gets_no_password(lie):
    def talk(line, liar):
        line.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n")
        tag = liar.read(line)
        line.sendall(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")

    liar = lie(talk)
    refuse(make_mailbox(liar.port, tls="starttls"), "no encryption on this port")
    assert SECRET.encode() not in liar.heard


@pytest.mark.parametrize("answer", [b"NO not now", b"BAD unknown", b"OK go on"])
def test_a_starttls_that_leads_nowhere_gets_no_password(lie, answer):
    def talk(line, liar):
        line.sendall(b"* OK hello\r\n")
        tag = liar.read(line)
        line.sendall(b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\n" + tag + b" OK done\r\n")
        line.sendall(liar.read(line) + b" " + answer + b"\r\n")
        line.sendall(b"* OK and still in the clear\r\n" * 3)

    liar = lie(talk)
    refuse(make_mailbox(liar.port, tls="starttls"), ".")
    assert SECRET.encode() not in liar.heard


def test_a_greeting_as_signed_in_does_not_skip_the_encryption(lie):
    def talk(line, liar):
        line.sendall(b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome back\r\n")
        tag = liar.read(line)
        line.sendall(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + tag + b" OK done\r\n")

    refuse(make_mailbox(lie(talk).port, tls="starttls"), "before the connection is encrypted")


def test_what_was_said_in_the_clear_does_not_count_after_starttls(lie, tmp_path, monkeypatch):
    """An answer slipped in behind the STARTTLS answer must not be read as the server's."""
    write_certificates(tmp_path, names=("127.0.0.1",))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    inside: list[bytes] = []

    def talk(line, liar):
        line.sendall(b"* OK hello\r\n")
        tag = liar.read(line)
        line.sendall(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + tag + b" OK done\r\n")
        tag = liar.read(line)
        number = int(tag[-1:]) + 1
        slipped = b"".join(tag[:-1] + b"%d OK LOGIN done\r\n" % n for n in (number, number + 1))
        line.sendall(tag + b" OK begin\r\n* CAPABILITY IMAP4rev1 SLIPPED\r\n" + slipped)
        with context.wrap_socket(line, server_side=True) as safe:
            while command := safe.recv(4096):
                inside.append(command)
                tag, _, rest = command.partition(b" ")
                caps = b"* CAPABILITY IMAP4rev1\r\n" if rest.startswith(b"CAPA") else b""
                refusal = (
                    b" NO wrong password\r\n" if rest.startswith(b"LOGIN") else b" OK done\r\n"
                )
                safe.sendall(caps + tag + refusal)

    liar = lie(talk)
    with (
        pytest.raises(CannotRead) as told,
        sign_in(make_mailbox(liar.port, tls="starttls"), timeout_s=2),
    ):
        raise AssertionError("a slipped-in answer was believed")
    assert "refuses user name or password" in str(told.value)
    assert SECRET.encode() in b"".join(inside), "the password went through the encryption alone"
    assert SECRET.encode() not in liar.heard


@pytest.mark.parametrize("fault", ["unknown authority", "another name"])
def test_a_bad_certificate_fails_hard(monkeypatch, fault):
    names = ("mail.elsewhere.example",) if fault == "another name" else ("127.0.0.1",)
    with run_dovecot(names=names) as server:
        if fault == "another name":
            monkeypatch.setenv("SSL_CERT_FILE", str(server.ca_file))
        monkeypatch.setenv("IMAP_SECRET", PASSWORD)
        for tls, port in (("implicit", server.imaps_port), ("starttls", server.imap_port)):
            refuse(make_mailbox(port, tls=tls), "certificate .* is not trusted")
        assert "Login: user" not in (server.folder / "dovecot.log").read_text()


def test_an_expired_certificate_fails_hard(monkeypatch):
    folder = Path(tempfile.mkdtemp(prefix="lc-hostile-"))
    try:
        write_certificates(folder, names=("127.0.0.1",), days=-1)
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem", folder / "server.key")

        def talk(line, _liar):
            with contextlib.suppress(ssl.SSLError):
                context.wrap_socket(line, server_side=True)

        liar = Liar(talk)
        refuse(make_mailbox(liar.port), "certificate .* is not trusted.*expired")
        liar.stop()
    finally:
        shutil.rmtree(folder)


def test_a_real_server_without_tls_gets_no_password():
    with run_dovecot(with_tls=False) as server:
        refuse(make_mailbox(server.imap_port, tls="starttls"), "no encryption on this port")
        refuse(
            make_mailbox(server.imap_port, tls="implicit"), "does not speak TLS|cannot be reached"
        )


def test_a_folder_name_never_becomes_a_command(dovecot, monkeypatch):
    monkeypatch.setenv("IMAP_SECRET", PASSWORD)
    dovecot.append(b"Subject: stays\r\n\r\n")
    mailbox = make_mailbox(dovecot.imaps_port, host="localhost")
    with sign_in(mailbox) as client:
        for name in ('INBOX"\r\nX DELETE "Archive', "INBOX\nX LOGOUT", "a\x00b", "a\rb"):
            with pytest.raises(CannotRead, match="line break"):
                select_folder(client, name)
        with pytest.raises(CannotRead, match="There is no folder"):
            select_folder(client, 'In"box \\ {3} &-( %*')
        assert select_folder(client, "INBOX")[b"EXISTS"] == 1
        assert client.folder_exists("Archive")
