"""For whom a mail came: what our own server wrote on top, and nothing that came with the mail."""

from __future__ import annotations

import pytest

from notifications.inbound.imap.envelope import Envelope, read_envelope

ADDRESS = "desk@acme.example.com"
TOKEN = "reply+abcdefghijklmnop@r.example.com"


def read(raw: bytes, header: str = "Delivered-To") -> Envelope:
    return read_envelope(raw, header=header, address=ADDRESS)


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_the_chosen_header_counts(header):
    raw = f"Return-Path: <A@b.example>\r\n{header}: <{TOKEN.upper()}>\r\nReceived: x\r\n\r\n"
    assert read(raw.encode(), header) == Envelope(recipient=TOKEN, sender="a@b.example")


@pytest.mark.parametrize(
    "raw",
    [
        f"Received: by us\r\nDelivered-To: {TOKEN}\r\n\r\n",
        f"Return-Path: <>\r\nReceived: by us\r\n\tid 1\r\nDelivered-To: {TOKEN}\r\n\r\n",
        f"Subject: x\r\n\r\nDelivered-To: {TOKEN}\r\n",
        f"To: {TOKEN}\r\nX-Original-To: {TOKEN}\r\n\r\n",
        "Delivered-To: nobody\r\n\r\n",
        "Delivered-To: two words@r.example.com\r\n\r\n",
        "Delivered-To:\r\n\r\n",
        "",
        f"no header\r\nDelivered-To: {TOKEN}\r\n\r\n",
    ],
)
@pytest.mark.threat(14)
def test_what_a_sender_may_have_written_does_not(raw):
    assert read(raw.encode()) == Envelope(recipient=ADDRESS, sender="")


def test_the_topmost_wins():
    raw = f"Delivered-To: {TOKEN}\nDelivered-To: other@r.example.com\n\n".encode()
    assert read(raw).recipient == TOKEN


def test_a_folded_line_is_one():
    assert read(f"Delivered-To:\r\n {TOKEN}\r\n\r\n".encode()).recipient == TOKEN


def test_without_a_header_everything_is_for_the_address():
    assert read(f"Delivered-To: {TOKEN}\r\n\r\n".encode(), header="").recipient == ADDRESS


def test_anything_is_read():
    assert read(b"\xff\x00: \xfe\n" * 100_000).recipient == ADDRESS
