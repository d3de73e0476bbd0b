"""A real Postfix for tests: Debian's package as a scratch instance on loopback.

It has its own configuration, queue and ports; the machine's own Postfix is not touched. It needs
root, as Postfix itself does. It stands for the mail server in front of the desk: it takes mail on
one port and hands each domain to an LMTP server. Where it cannot run the tests are skipped with
that reason; with LASTCALL_REQUIRE_MAIL_SERVERS=1, as in CI, that is a failure.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.plugins.dovecot import find_free_port, greets

DAEMONS = ("/usr/lib/postfix/sbin", "/usr/libexec/postfix", "/usr/lib/postfix")
AUTHSERV_ID = "mx.lastcall.example"
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = {authserv_id}
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relay_domains = texthash:{folder}/transport
transport_maps = texthash:{folder}/transport
recipient_delimiter = +
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
header_checks = regexp:{folder}/header_checks
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
transport_retry_time = 1s
lmtp_connect_timeout = 5s
lmtp_data_done_timeout = 15s
lmtp_destination_concurrency_failed_cohort_limit = 1000
lmtp_destination_concurrency_limit = 8
lmtp_connection_reuse_time_limit = 10s
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
# What a DMARC filter does on the machine's real server: forged findings are removed, and our own
# is put on top. Every sender of a test is whoever they say they are.
HEADER_CHECKS = """
/^Authentication-Results: *{authserv_id}/ IGNORE
/^From: .*@([a-z0-9.-]+)>?$/
 PREPEND Authentication-Results: {authserv_id}; dmarc=pass header.from=$1
"""


def find_daemons() -> Path | None:
    """Return the folder of Postfix's programs, or None when this machine has none."""
    return next((Path(one) for one in DAEMONS if (Path(one) / "master").exists()), None)


def is_whole(queue_file: str) -> bool:
    """Was this mail received to its end? One that has just been delivered is gone."""
    try:
        return bool(os.stat(queue_file).st_mode & stat.S_IXUSR)
    except FileNotFoundError:
        return False


class Postfix:
    """One scratch server. `routes` says for each domain at which LMTP port its mail ends."""

    def __init__(self, folder: Path, *, routes: Mapping[str, int]) -> None:
        self.folder, self.port = folder, find_free_port()
        self.log = folder / "postfix.log"
        self._process: subprocess.Popen[bytes] | None = None
        for place in ("queue", "data"):
            (folder / place).mkdir()
        shutil.chown(folder / "data", "postfix")
        values = {"folder": folder, "port": self.port, "authserv_id": AUTHSERV_ID}
        for name, text in (
            ("main.cf", MAIN),
            ("master.cf", MASTER),
            ("header_checks", HEADER_CHECKS),
        ):
            (folder / name).write_text(text.format(**values))
        self.route(routes)
        self._run("check")  # makes the queue's folders

    def route(self, routes: Mapping[str, int]) -> None:
        lines = [f"{domain} lmtp:inet:127.0.0.1:{port}\n" for domain, port in routes.items()]
        (self.folder / "transport").write_text("".join(lines))

    def start(self) -> None:
        """Start it and wait until it greets."""
        daemons = find_daemons()
        assert daemons is not None
        deadline = time.monotonic() + 30
        while not greets(self.port):
            if self._process is None or self._process.poll() is not None:
                # After a crash the last children may hold the port for a moment: once more.
                self._process = subprocess.Popen(
                    [str(daemons / "master"), "-c", str(self.folder), "-d"],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
                )  # fmt: skip
            assert time.monotonic() < deadline, f"Postfix does not answer: {self.read_log_end()}"
            time.sleep(0.1)

    def stop(self, *, kill: bool = False) -> None:
        """Stop it with all its processes; `kill` as a crash would."""
        if self._process is None:
            return
        process, self._process = self._process, None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL if kill else signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def crash(self) -> None:
        """Kill every process of it at once, and start it again on the same queue."""
        self.stop(kill=True)
        self.start()

    def count_queued(self) -> int:
        """How many mails still lie in its queue.

        A file that is not executable is no mail: a crash came while it was being received, nobody
        was told that it was taken, and Postfix itself passes over it until it is a day old.
        """
        # In the direction in which a mail moves, and once round: none can pass by unseen.
        places = ("maildrop", "incoming", "active", "deferred", "active")
        return len({
            name
            for place in places
            for folder, _, names in os.walk(self.folder / "queue" / place)
            for name in names
            if is_whole(os.path.join(folder, name))
        })  # fmt: skip

    def read_log_end(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else "(no log)"

    def _run(self, command: str) -> None:
        answer = subprocess.run(
            ["postfix", "-c", str(self.folder), command],
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr + self.read_log_end()


@contextlib.contextmanager
def run_postfix(*, routes: Mapping[str, int]) -> Iterator[Postfix]:
    """A started scratch server of one's own, gone afterwards. Skips where it cannot run."""
    if find_daemons() is None:
        pytest.skip("no Postfix here: apt-get install postfix")
    if os.geteuid() != 0:
        pytest.skip("Postfix can be started by root alone")
    folder = Path(tempfile.mkdtemp(prefix="lc-postfix-"))
    folder.chmod(0o755)
    try:
        server = Postfix(folder, routes=routes)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
