"""A full disk refuses and never lies: 452 at the door, 507 in the browser, nothing lost (G26)."""

from __future__ import annotations

import contextlib
import os
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.browsers import MAKE_CASE, Browsers, read_made
from tests.faults.test_mail_in import ADDRESS, TOKEN, is_open
from tests.faults.test_restarts import check_notes, listens
from tests.notifications.sink import find_port

pytestmark = [pytest.mark.slow, pytest.mark.guarantee("G26")]
SIZE = "64m"
FILL = """
INSERT INTO filler SELECT repeat(md5(n::text), 30) FROM generate_series(1, 1000) n
"""


@pytest.fixture
def small_disk(scratch: Any) -> Iterator[None]:
    """The desk's tables on a file system of 64 MB of their own."""
    folder = Path(tempfile.mkdtemp(prefix="lastcall-full-"))
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("a small file system can be mounted by root alone")
    name = f"full_{os.getpid()}"
    admin = psycopg.connect(scratch.admin_url, autocommit=True)
    try:
        scratch.servers.postgres.account.own(folder)
        folder.chmod(0o700)
        admin.execute(f"CREATE TABLESPACE {name} OWNER lastcall LOCATION '{folder}'")
        admin.execute(f"ALTER DATABASE {scratch.database} SET TABLESPACE {name}")
        yield
    finally:
        scratch.kill_all()
        admin.execute(f"DROP DATABASE IF EXISTS {scratch.database} WITH (FORCE)")
        admin.execute(f"DROP TABLESPACE IF EXISTS {name}")
        admin.close()
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def fill(scratch: Any) -> None:
    """Until PostgreSQL finds no room for another row."""
    scratch.query("CREATE TABLE IF NOT EXISTS filler (text text)")
    with contextlib.suppress(psycopg.errors.DiskFull):
        for _ in range(200):
            scratch.query(FILL)
        raise AssertionError("the disk is not full")


def deliver(port: int, number: int) -> int:
    """Hand a mail of half a megabyte to the door; the answer's code."""
    with smtplib.LMTP("127.0.0.1", port) as client:
        try:
            client.sendmail("robin@customer.example.com", [ADDRESS], write(number))
        except smtplib.SMTPRecipientsRefused as refusal:
            return next(iter(refusal.recipients.values()))[0]
        except smtplib.SMTPResponseException as refusal:
            return refusal.smtp_code
    return 250


def write(number: int) -> bytes:
    body = os.urandom(190_000).hex()
    lines = "\r\n".join(body[at : at + 900] for at in range(0, len(body), 900))
    return f"From: robin@customer.example.com\r\nSubject: {number}\r\n\r\n{lines}\r\n".encode()


def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(
    scratch: Any, small_disk: None, wait_until: Any
) -> None:
    """Seen to fail without DISK_FULL in the door, which then says 451."""
    scratch.query("INSERT INTO notifications_thread (token, created_at) VALUES (%s, now())", TOKEN)
    web, lmtp, smtp = find_port(), find_port(), find_port()
    browsers = Browsers(port=web, made=read_made(scratch.run_code(MAKE_CASE)))
    scratch.serve(web)
    scratch.spawn("manage.py", "receive_smtp", "--lmtp-port", str(lmtp), "--smtp-port", str(smtp))
    wait_until(lambda: listens(web) and is_open(lmtp))
    assert (deliver(lmtp, 0), browsers.write("before")) == (250, True)
    browsers.acknowledged.append("before")
    fill(scratch)
    assert [deliver(lmtp, number) for number in (1, 2, 3)] == [452] * 3
    for number in range(400):  # what room the pages in use still have
        if not browsers.write(note := f"{number} {'x' * 900}"):
            break
        browsers.acknowledged.append(note)
    assert set(browsers.answers) == {302, 507}
    assert browsers.without_retry_after == 0
    scratch.query("DROP TABLE filler")
    assert (deliver(lmtp, 4), browsers.write("after")) == (250, True)
    browsers.acknowledged.append("after")
    stored = scratch.query("SELECT count(*) FROM notifications_inbound")
    assert stored == [(2,)], "what was refused was not kept, what was taken is there"
    check_notes(scratch, browsers)
