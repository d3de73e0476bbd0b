"""Files that leave with a mail: checked, stored once, written as other programs write them."""

from __future__ import annotations

import email as stdlib_email
from datetime import UTC, datetime
from email import policy

import pytest

from notifications import outbox
from notifications.models import Email, StoredFile
from notifications.outbox.files import (
    LARGEST_FILE,
    FileRefused,
    OutgoingFile,
    check_files,
    clean_file_name,
    repeat_files,
)
from notifications.outbox.message import build_message
from notifications.outbox.wire import write_message

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
PDF = b"%PDF-1.7\n\x00\xff\r\n.\r\nend"
LOGO = OutgoingFile(name="logo.png", content=PNG, content_type="image/png", content_id="logo")


@pytest.fixture
def queue(db: None, thread):
    def make(*files: OutgoingFile, key: str = "k") -> Email:
        return outbox.queue(
            key=key, purpose="reply", thread=thread, from_name="Acme", from_email="a@acme.example",
            reply_to="", to_name="Rosa", to_email="rosa@fernwood.example", subject="Hello",
            text="Grüße", html='<p><img src="cid:logo"></p>', files=files, now=NOW,
        )  # fmt: skip

    return make


def read(raw: bytes):
    return stdlib_email.message_from_bytes(raw, policy=policy.default)


@pytest.mark.parametrize("name", ["Plan.pdf", "Übersicht März.pdf", "a;b=c.pdf", "x'y%20z.pdf"])
def test_a_file_travels_whole_beside_text_and_picture(queue, name: str) -> None:
    checked = check_files([OutgoingFile(name=name, content=PDF)])
    mail = queue(LOGO, *checked)
    for message in (
        read(write_message(mail, now=NOW)),
        read(build_message(mail, now=NOW).message().as_bytes()),
    ):
        assert message.get_body(("plain",)).get_content().strip() == "Grüße"
        assert "cid:logo" in message.get_body(("html",)).get_content()
        files = {part.get_filename(): part for part in message.walk() if part.get_filename()}
        assert files[name].get_content() == PDF
        assert files[name].get_content_type() == "application/pdf"
        assert files["logo.png"].get_content() == PNG
        assert files["logo.png"]["Content-ID"] == "<logo>"
        assert message.defects == []


def test_it_leaves_by_smtp(queue, sink) -> None:
    queue(LOGO, *check_files([OutgoingFile(name="a.pdf", content=PDF)]))
    assert outbox.deliver_due(now=NOW) == 1
    [message] = sink.messages
    assert message.get_content_type() == "multipart/mixed"
    assert [p.get_content_type() for p in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related",
        "text/html", "image/png", "application/pdf",
    ]  # fmt: skip


def test_the_same_content_is_stored_once(queue) -> None:
    first, second = queue(LOGO, key="1"), queue(LOGO, key="2")
    assert StoredFile.objects.count() == 1
    assert [f.stored_id for f in first.files.all()] == [f.stored_id for f in second.files.all()]
    assert repeat_files(first) == [LOGO]
    assert queue(LOGO, key="1").files.count() == 1, "the same key is the same mail"


def test_a_mail_without_files_asks_for_none(queue, django_assert_num_queries) -> None:
    mail = queue()
    with django_assert_num_queries(0):
        assert b"multipart/mixed" not in write_message(mail, now=NOW)


@pytest.mark.threat(39)
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.exe", b"MZ", "cannot be sent"),
        ("a.html", b"<script>", "cannot be sent"),
        ("a", b"x", "cannot be sent"),
        ("a.pdf.js", b"x", "cannot be sent"),
        ("a.pdf", b"MZ\x90", "not what its name says"),
        ("a.png", PDF, "not what its name says"),
        ("a.txt", b"a\x00b", "not what its name says"),
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"%PDF-" + bytes(LARGEST_FILE), "larger than"),
    ],
)
def test_what_is_not_sent(name: str, content: bytes, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        check_files([OutgoingFile(name=name, content=content)])


def test_too_many_and_too_much() -> None:
    small = OutgoingFile(name="a.txt", content=b"x")
    with pytest.raises(FileRefused, match="At most"):
        check_files([small] * 11)
    large = OutgoingFile(name="a.txt", content=b"x" * LARGEST_FILE)
    with pytest.raises(FileRefused, match="Together"):
        check_files([large, large, small])


@pytest.mark.threat(37)
@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ('a"\r\nBcc: x@y.example\x00.pdf', "aBcc xy.example.pdf".replace("xy", "x@y")),
        ("\u202efdp.exe", "fdp.exe"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 90 + ".pdf"),
    ],
)
def test_names_are_labels_only(name: str, clean: str) -> None:
    assert clean_file_name(name) == clean
