"""Who a mail is from, or why that is not clear."""

from __future__ import annotations

import pytest

from notifications.inbound.addresses import (
    encode_domain,
    normalise_address,
    read_addresses,
    read_sender,
)

CLEAR = [
    ("ada@customer.example", "", "ada@customer.example"),
    ("Ada Byte <ada@customer.example>", "Ada Byte", "ada@customer.example"),
    ('"Byte, Ada" <ada@customer.example>', "Byte, Ada", "ada@customer.example"),
    ("Byte, Ada <ada@customer.example>", "Byte, Ada", "ada@customer.example"),
    ("'Ada' <ada@customer.example>", "'Ada'", "ada@customer.example"),
    ("ada@customer.example (Ada)", "Ada", "ada@customer.example"),
    ("<ada@customer.example>", "", "ada@customer.example"),
    ("ada@customer.example,", "", "ada@customer.example"),
    ("Shop: Ada <ada@customer.example>", "Shop: Ada", "ada@customer.example"),
    ("=?utf-8?q?Ad=C3=A4?= <ada@customer.example>", "Adä", "ada@customer.example"),
    ("=?utf-8?B?Qnl0ZSwgQWRh?= <ada@customer.example>", "Byte, Ada", "ada@customer.example"),
    ("Ada\r\n <ada@customer.example>", "Ada", "ada@customer.example"),
    ("Ada <ada@customer(comment). example>", "Ada", "ada@customer.example"),
    ('"a b"@customer.example', "", '"a b"@customer.example'),
    ("root@localhost", "", "root@localhost"),
    ("Ada <ada@münchen.example>", "Ada", "ada@münchen.example"),
    ('" " <ada@customer.example>', "", "ada@customer.example"),
    ("Ada@Work <ada@customer.example>", "Ada@Work", "ada@customer.example"),
]


@pytest.mark.parametrize(("value", "name", "email"), CLEAR)
def test_one_address_is_clear(value: str, name: str, email: str) -> None:
    sender = read_sender([value.encode()])
    assert (sender.name, sender.email, sender.problem) == (name, email, "")


def test_addresses_are_compared_without_mapping_look_alikes() -> None:
    assert normalise_address("Ada@CUSTOMER.Example.") == "ada@customer.example"
    assert normalise_address("a@münchen.example") == "a@xn--mnchen-3ya.example"
    assert normalise_address("a@straße.example") != normalise_address("a@strasse.example")
    assert normalise_address("a@раypal.example") != normalise_address("a@paypal.example")
    for wrong in ("", "a", "@b", "a@", "a@b c", "a@-b.example", "a@" + "b" * 300):
        assert normalise_address(wrong) is None


def test_a_domain_is_one_of_a_labels() -> None:
    assert encode_domain("Bücher.Example") == "xn--bcher-kva.example"
    assert encode_domain("a..b") is None
    assert encode_domain("x" * 64 + ".example") is None


def test_the_addresses_of_a_to_are_listed() -> None:
    value = b'Ada <a@x.example>, "B, C" <b@x.example>, Group: c@x.example;, , <d@x.example>'
    assert read_addresses(value) == (
        "a@x.example", "b@x.example", "c@x.example", "d@x.example",
    )  # fmt: skip
