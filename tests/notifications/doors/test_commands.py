"""The doors as commands: the listener as a real process, and the pipe with its exit codes."""

from __future__ import annotations

import io
import os
import signal
import smtplib
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from notifications.inbound import door_is_healthy
from notifications.management.commands import receive_mail, receive_smtp
from notifications.models import DoorHealth, Inbound
from tests.notifications.sink import find_port

pytestmark = pytest.mark.django_db(transaction=True)
MAIL = b"From: a@example.com\r\n\r\nPlease cancel.\r\n"


def make_environment():
    """The environment in which a child process sees this test's own database."""
    database = connection.settings_dict
    return {
        **os.environ,
        "DATABASE_URL": (
            f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:"
            f"{database['PORT']}/{database['NAME']}"
        ),
    }


def run_pipe(*arguments, mail=MAIL, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", "receive_mail", *arguments],
        input=mail,
        env={**make_environment(), **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        timeout=60,
    )


def run_pipe_here(arguments, *, mail, monkeypatch):
    """In this process, as a mail server would start it: a process for each costs two seconds."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(mail)))
    try:
        receive_mail.Command().run_from_argv(["manage.py", "receive_mail", *arguments])
    except SystemExit as end:
        return end.code
    return None


def test_the_pipe_stores_one_mail(thread):
    address = thread.address("reply.acme.example.com")
    end = run_pipe(address, "--sender", "robin@customer.example.com")
    assert (end.returncode, end.stderr) == (0, b"")
    stored = Inbound.objects.get()
    assert (stored.channel, stored.recipient, stored.envelope_from, bytes(stored.raw)) == (
        "pipe",
        address,
        "robin@customer.example.com",
        MAIL,
    )


def test_the_pipe_takes_the_envelope_from_the_environment(thread, monkeypatch):
    monkeypatch.setenv("ORIGINAL_RECIPIENT", thread.address("reply.acme.example.com"))
    monkeypatch.setenv("SENDER", "robin@customer.example.com")
    assert run_pipe_here([], mail=MAIL, monkeypatch=monkeypatch) in (None, os.EX_OK)
    assert Inbound.objects.get().envelope_from == "robin@customer.example.com"


@pytest.mark.parametrize(
    ("arguments", "mail", "code"),
    [
        (["nobody@elsewhere.example"], MAIL, os.EX_NOUSER),
        (["nobody@elsewhere.example"], b"", os.EX_DATAERR),
        (["nobody@elsewhere.example", "--max-size", "5"], MAIL, os.EX_DATAERR),
        (["--no-such-option"], MAIL, os.EX_USAGE),
    ],
)
def test_the_pipe_refuses_in_the_words_of_sysexits(arguments, mail, code, monkeypatch):
    assert run_pipe_here(arguments, mail=mail, monkeypatch=monkeypatch) == code
    assert not Inbound.objects.exists()


@pytest.mark.guarantee("G1")
def test_the_pipe_defers_when_the_database_is_away(thread):
    end = run_pipe(thread.address("r.example.com"), DATABASE_URL="postgres://x@127.0.0.1:1/x")
    assert end.returncode == os.EX_TEMPFAIL
    assert b"4.3.0" in end.stderr


@pytest.mark.guarantee("G12")
def test_the_listener_takes_mail_by_both_protocols_beats_and_drains(thread):
    lmtp, smtp = find_port(), find_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "manage.py",
            "receive_smtp",
            "--not-durable",
            "--lmtp-port",
            str(lmtp),
            "--smtp-port",
            str(smtp),
        ],
        env=make_environment(),
        cwd=settings.BASE_DIR,
    )
    address = thread.address("reply.acme.example.com")
    try:
        wait_for(door_is_healthy)
        for client in (smtplib.SMTP("127.0.0.1", smtp), smtplib.LMTP("127.0.0.1", lmtp)):
            with client:
                assert client.sendmail("a@example.com", [address], MAIL) == {}
        assert sorted(Inbound.objects.values_list("channel", flat=True)) == ["lmtp", "smtp"]
        DoorHealth.objects.update(beat_at=None)
        assert not door_is_healthy()
        wait_for(door_is_healthy)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.mark.guarantee("G1")
def test_the_listener_refuses_a_database_that_may_lose_commits(monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    monkeypatch.setitem(receive_smtp.DURABLE, "fsync", {"on", "off"})
    with pytest.raises(CommandError, match="synchronous_commit"):
        call_command("receive_smtp", lmtp_port=find_port(), smtp_port=find_port())
    connection.close()


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.1)
