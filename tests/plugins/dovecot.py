"""A real IMAP server for tests: a Dovecot of Debian's package as a scratch instance on loopback.

`dovecot` is one server per test process, emptied before each test. Nothing of the machine's own
Dovecot is touched. Where none is installed the tests are skipped with that reason; with
LASTCALL_REQUIRE_MAIL_SERVERS=1, as in CI, that is a failure.
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

PASSWORD = "scratch-servers-own"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
protocols = imap lmtp
log_path = {folder}/dovecot.log
listen = 127.0.0.1
first_valid_uid = 1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
ssl = {ssl}
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = {tls_only}
mail_location = maildir:{folder}/mail/%n
recipient_delimiter = +
auth_username_format = %Ln
imap_idle_notify_interval = 10 s
mail_max_userip_connections = 50
namespace inbox {{
  inbox = yes
  mailbox Archive {{
    auto = create
  }}
}}
passdb {{
  driver = static
  args = password={{PLAIN}}{password}
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_group} home={folder}/home/%n allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


def find_dovecot() -> str | None:
    """Return the program, or None when this machine has none."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Dovecot:
    """One scratch server. Every user name works, with PASSWORD; mail to `reply+x@…` is `reply`'s.

    `ca_file` vouches for its certificate, which is for "localhost" and 127.0.0.1.
    """

    password = PASSWORD

    def __init__(self, folder: Path, *, with_tls: bool = True, names: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.imap_port, self.imaps_port, self.lmtp_port = (find_free_port() for _ in range(3))
        self.ca_file = folder / "ca.pem"
        self._with_tls = with_tls
        self._process: subprocess.Popen[bytes] | None = None
        write_certificates(folder, names=names or ("localhost", "127.0.0.1"))
        self._write_config()

    def start(self) -> None:
        """Start it and wait until it greets."""
        program = find_dovecot()
        assert program is not None
        self._process = subprocess.Popen(
            [program, "-F", "-c", str(self.folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        deadline = time.monotonic() + 20
        while not (greets(self.imap_port) and greets(self.lmtp_port)):
            log = self.folder / "dovecot.log"
            said = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            assert self._process.poll() is None, f"Dovecot ended: {said}"
            assert time.monotonic() < deadline, f"Dovecot does not answer: {said}"
            time.sleep(0.05)

    def stop(self, *, kill: bool = False) -> None:
        """Stop it with all its connections; `kill` as a crash would."""
        if self._process is None:
            return
        if kill:  # its children too: one of them holds the connection of whoever waits for mail
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._process = None

    def connect(self, user: str) -> imaplib.IMAP4_SSL:
        """Sign in as another mail program would."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        client = imaplib.IMAP4_SSL("localhost", self.imaps_port, ssl_context=context)
        client.login(user, PASSWORD)
        return client

    def append(
        self, raw: bytes, *, user: str = "desk", folder: str = "INBOX", at: datetime | None = None
    ) -> None:
        """Put a mail into a folder as it is; `at` becomes its INTERNALDATE."""
        with self.connect(user) as client:
            date = imaplib.Time2Internaldate(at) if at else ""
            kind, answer = client.append(folder, "", date, raw)
            assert kind == "OK", answer

    def count(self, user: str = "desk", folder: str = "INBOX") -> int:
        """How many mails lie in a folder."""
        with self.connect(user) as client:
            return int((client.select(folder, readonly=True)[1][0] or b"0").decode())

    def empty(self) -> None:
        """Forget every user's mail, and with it every UIDVALIDITY."""
        for place in ("mail", "home"):
            for user in (self.folder / place).iterdir():
                shutil.rmtree(user, ignore_errors=True)

    def _write_config(self) -> None:
        own = pwd.getpwuid(os.geteuid())
        is_root = own.pw_uid == 0
        mail = pwd.getpwnam("nobody") if is_root else own
        for place in ("run", "mail", "home"):
            (self.folder / place).mkdir(exist_ok=True)
            os.chown(self.folder / place, own.pw_uid, own.pw_gid)
        for place in ("mail", "home"):
            os.chown(self.folder / place, mail.pw_uid, mail.pw_gid)
        (self.folder / "dovecot.conf").write_text(
            CONFIG.format(
                folder=self.folder,
                internal="dovecot" if is_root else own.pw_name,
                internal_group="dovecot" if is_root else own.pw_gid,
                login="dovenull" if is_root else own.pw_name,
                mail_user=mail.pw_uid,
                mail_group=mail.pw_gid,
                ssl="yes" if self._with_tls else "no",
                tls_only="yes" if self._with_tls else "no",
                password=PASSWORD,
                imap_port=self.imap_port,
                imaps_port=self.imaps_port,
                lmtp_port=self.lmtp_port,
            )
        )


def write_certificates(folder: Path, *, names: tuple[str, ...], days: int = 2) -> None:
    """Write ca.pem, server.pem and server.key; the server's certificate is for `names`.

    It is good from two days ago for `days` from now; a negative number: it has expired.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    now = datetime.now(UTC)
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("ca", "server")}
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Scratch CA")])
    alternatives = [
        x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
        for name in names
    ]
    for name, key in keys.items():
        is_ca = name == "ca"
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
        builder = (
            x509.CertificateBuilder()
            .subject_name(issuer if is_ca else subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=2))
            .not_valid_after(now + timedelta(days=2 if is_ca else days))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        )
        if not is_ca:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), False)
        made = builder.sign(keys["ca"], hashes.SHA256())
        (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        keys["server"].private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def greets(port: int) -> bool:
    """Whether a mail server says hello there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
            line.settimeout(5)
            return bool(line.recv(1))
    except OSError:
        return False


@contextlib.contextmanager
def run_dovecot(**options: object) -> Iterator[Dovecot]:
    """A started scratch server of one's own, gone afterwards. Skips where none is installed."""
    if find_dovecot() is None:
        pytest.skip("no Dovecot here: apt-get install dovecot-imapd dovecot-lmtpd")
    folder = Path(tempfile.mkdtemp(prefix="lc-dovecot-"))
    folder.chmod(0o755)
    server = Dovecot(folder, **options)  # type: ignore[arg-type]
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _shared_dovecot() -> Iterator[Dovecot]:
    with run_dovecot() as server:
        yield server


@pytest.fixture
def dovecot(_shared_dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Dovecot:
    """The shared scratch server, without any mail; this test's OpenSSL trusts its certificate."""
    _shared_dovecot.empty()
    monkeypatch.setenv("SSL_CERT_FILE", str(_shared_dovecot.ca_file))
    return _shared_dovecot


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that needs the server may not be skipped."""
    report = yield
    marked = item.get_closest_marker("dovecot") or item.get_closest_marker("mail_servers")
    needs = marked or "dovecot" in getattr(item, "fixturenames", ())
    if needs and report.skipped and os.environ.get("LASTCALL_REQUIRE_MAIL_SERVERS"):
        report.outcome = "failed"
        report.longrepr = f"skipped where mail servers are required: {report.longrepr}"
    return report
