"""The history of a hundred and more mail programs is cut, whatever stands above it."""

import pytest

from notifications.inbound.reply_html import extract_reply_html
from notifications.inbound.reply_text import extract_reply
from tests.notifications.inbound.messages import read_clients, read_pages
from tests.rows import each

REPLY = "Thank you, that works for us.\nSee you on Monday."
HTML = "<div>Thank you, that works for us.</div><div>See you on Monday.</div>"


@pytest.mark.threat(31)
@each("client, below", read_clients("reply_clients.txt"))
def test_a_plain_reply_is_found_to_the_letter(client, below):
    found = extract_reply(REPLY + below)
    assert (found.text, found.kept_everything) == (REPLY, False)


@pytest.mark.threat(31)
@each("client, below", read_clients("reply_clients.txt"))
def test_one_word_is_enough(client, below):
    assert extract_reply("Yes" + below).text == "Yes"


@pytest.mark.threat(31)
@each("client, below", read_clients("reply_clients_html.txt"))
def test_an_html_reply_is_found_to_the_letter(client, below):
    found = extract_reply_html(HTML + below)
    assert (found.text, found.kept_everything) == (REPLY, False)


@pytest.mark.threat(31)
@each("name, reply, html", read_pages())
def test_a_whole_html_reply_is_found_to_the_letter(name, reply, html):
    found = extract_reply_html(html)
    assert (found.text, found.kept_everything) == (reply, False)


KEPT = [
    "Here is the fix:\n\n```\n-- comment\nOn 2021-03-05 Ann wrote:\n> x\n```\n\nThanks",
    "The email says\nFrom: john@example.com\nand I did not send it.\n\nThanks",
    "I saw that it was sent from my iPhone app and has errors.\n\nOn my desk",
    "I wanted to respond to this:\n\n> This is a passage\n> that goes on.\n\nI think it is wrong.",
    "If x > 100 and y < 200 then\n\nstop.",
    "Formats:\n\n2024-01-15 14:30:25\nJan 15, 2024 at 14:30\n\nAll of these are examples.",
    "Flight:\nFrom: Berlin\nTo: Paris\nDate: 5 March 2021\n\nPlease book.",
    "Hello,\n\nI need:\n- one\n- two\n--- three\n\nThanks",
    "Yesterday she wrote:\n\n“come”\n\nso I come",
    "Am 3. Mai schrieb Ann: sie kommt.\n\nIch auch.",
    "On Tuesday we will come.\nOn Wednesday we leave.",
    "Name: Rosa\nEmail: rosa@acme.example\nSubject: Hello\nMessage: Yes",
    "Write to ann@acme.example: she wrote it.\n\nOn 3 May she told me so, and then: no.",
    "Get the form for mobile phones.\n\nThe plan is virus-free.",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_furniture_stays(text):
    assert extract_reply(text).text == text
