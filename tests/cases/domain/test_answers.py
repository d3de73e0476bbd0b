"""Replies read into questions: the form filled in here and there, and plain sentences."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.domain.answers import Asked, read_answers
from tests.cases.domain.strategies import CALM

RECEIVED = date(2026, 11, 18)
BOXES = ("We have none", "We send it back", "We would like to buy it")
ASKED = [
    Asked(number=1, text="Who at your company authorises this? Please give name and role."),
    Asked(number=2, text="Do you want to keep any of your phone numbers?", kind="yes_no"),
    Asked(number=3, text="On which date should the services end?", kind="date"),
    Asked(number=4, text="What becomes of rented equipment?", kind="choice", choices=BOXES),
]
FORM = """\
Hello Rosa,

Thank you for calling. Before we can set the date we need to know:

1. Who at your company authorises this? Please give name and role.
   Answer 1: ________________

2. Do you want to keep any of your phone numbers?
   Yes or no?
   Answer 2: ________________

3. On which date should the services end?
   A day, please, with the month as a word.
   Answer 3: ________________

4. What becomes of rented equipment? (optional)
   Put an x between the brackets:
   [ ] We have none
   [ ] We send it back
   [ ] We would like to buy it
   Answer 4: ________________

Reply to this email and write your answers on the lines above, or in your own words.
Or answer on this page: https://desk.acme.example/my/l/sealed/

Your case number: 4831-0726-5
"""
GERMAN = FORM.replace("Answer ", "Antwort ").replace("(optional)", "(freiwillig)")


def quote(text, marks="> "):
    return "\n".join(marks + line for line in text.splitlines())


def fill(form, label="Answer", **slots):
    for number, words in slots.items():
        form = form.replace(
            f"{label} {number[1:]}: ________________", f"{label} {number[1:]}: {words}"
        )
    return form


def read(body, new="", questions=ASKED, sent=(FORM, GERMAN)):
    return read_answers(body, questions, new_text=new, sent=sent, today=RECEIVED, month_first=True)


def values(*args, **given):
    return {s.number: s.value for s in read(*args, **given)}


FILLED = {1: "Rosa Vale, owner", 2: "No", 3: "2027-03-31", 4: "We send it back"}
SLOTS = {"_1": "Rosa Vale, owner", "_2": "no", "_3": "31 March"}
TICKED = fill(FORM, **SLOTS).replace("[ ] We send", "[x] We send")


@pytest.mark.parametrize(
    "body",
    [
        TICKED,
        quote(TICKED),
        quote(TICKED, ">"),
        quote(TICKED, "| "),
        quote(quote(TICKED)),
        "Please see below.\n\nOn Mon, Acme <a@acme.example> wrote:\n" + quote(TICKED),
        "-----Original Message-----\nFrom: Acme\n\n" + TICKED,
        TICKED.replace("\n", "\r\n").replace("\r\n", "\n"),
        TICKED.replace("[x]", "(X)"),
        TICKED.replace("[x]", "☑"),
        TICKED.replace("Answer 1: Rosa", "Answer 1: ____Rosa").replace("owner", "owner____"),
        TICKED.replace("   Answer", "Answer"),
        TICKED.replace("Answer 2: no", "Answer 2:\n\nNo."),
        fill(GERMAN, "Antwort", **SLOTS).replace("[ ] We send", "[ x ] We send"),
    ],
)
def test_the_form_is_read_wherever_it_was_filled_in(body):
    assert {s.number: s.value for s in read(body) if s.sure} == FILLED


def test_answers_between_the_quoted_questions():
    body = quote(FORM)
    for asked, answered in (
        (">    Answer 1: ________________", ">    Answer 1: ________\nRosa Vale, owner\n"),
        (">    Answer 2: ________________", "No.\n"),
        (">    Yes or no?\n", ""),
        (">    Answer 3: ________________", ">    Answer 3:\n\nend of March\n"),
        ("equipment? (optional)", "equipment? (optional)\nWe send it back"),
    ):
        body = body.replace(asked, answered)
    assert values(body) == FILLED


def test_answers_behind_the_questions_and_over_two_lines():
    body = (
        "> 1. Who at your company authorises this? Please give\n> name and role. Rosa Vale, owner\n"
        "> 2. Do you want to keep any of your phone numbers? ___no___\n"
        "> 3. On which date should the services end? 31.3.\n"
    )
    assert values(body) == {1: "Rosa Vale, owner", 2: "No", 3: "2027-03-31"}


STYLES = ["{}) ", "{}. ", "{}: ", "({}) ", "#{}: ", "zu {}: ", "Re {}) ", "{}.) ", "#{} ",
          "Answer {} ", "{}\ufe0f\u20e3 "]  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
def test_a_numbered_list_above_the_quoted_form(style):
    said = ["Rosa Vale, owner", "no", "3/31", "We send it back"]
    top = "Hi,\n\n" + "\n".join(style.format(n) + s for n, s in enumerate(said, start=1))
    body = f"{top}\n\nThanks\nRosa\n\nOn Mon, Acme wrote:\n{quote(FORM)}"
    assert values(body, top) == FILLED


@pytest.mark.parametrize("style", ["{}) ", "{}. ", "({}) "])
def test_a_list_in_one_line(style):
    said = ["Rosa Vale, owner", "no", "31 March", "We send it back"]
    top = " ".join(style.format(n) + s for n, s in enumerate(said, start=1))
    assert values(f"{top}\n\nOn Mon, Acme wrote:\n{quote(FORM)}", top) == FILLED


def test_a_number_in_an_answer_is_no_list():
    top = "1. Rosa from floor 2. She left\n2. no\n3. 31 March\n4. We send it back"
    assert values(top, top) == {**FILLED, 1: "Rosa from floor 2. She left"}


def test_a_list_inside_an_answer_is_part_of_it():
    body = quote(FORM).replace("> \n> 2.", "> \n1. Rosa\n2. Jo\n\n> 2.", 1)
    assert values(body) == {1: "1. Rosa; 2. Jo"}


def test_sentences_answer_where_one_question_alone_can_be_meant():
    new = "Hello,\n\nplease end it on 31 March 2027.\nNo, we keep none.\nWe send it back.\n\nRosa"
    found = read(f"{new}\n\n{quote(FORM)}", new)
    assert {s.number: (s.value, s.sure, s.line) for s in found} == {
        2: ("No", False, 4),
        3: ("2027-03-31", False, 3),
        4: ("We send it back", False, 5),
    }


def test_two_dates_or_two_open_questions_of_a_kind_are_left_to_a_person():
    new = "It ends on 31 March.\nThe fax ends on 30 April."
    assert values(new, new) == {}
    twice = [ASKED[2], Asked(number=5, text="When did you move?", kind="date")]
    assert values("31 March", "31 March", questions=twice) == {}


def test_a_short_answer_to_the_only_question_is_sure():
    [suggestion] = read("31 March\n\nRosa", "31 March\n\nRosa", questions=[ASKED[2]])
    assert (suggestion.value, suggestion.sure) == ("2027-03-31", True)
    [suggestion] = read("Rosa Vale did it.", "Rosa Vale did it.", questions=[ASKED[0]])
    assert (suggestion.value, suggestion.sure) == ("Rosa Vale did it.", True)


@pytest.mark.parametrize(
    ("slot", "value", "sure"),
    [
        ({"_2": "yes"}, "Yes", True),
        ({"_2": "Y"}, "Yes", True),
        ({"_2": "Ja, bitte"}, "Yes", True),
        ({"_2": "oui"}, "Yes", True),
        ({"_2": "sí"}, "Yes", True),
        ({"_2": "Nein danke"}, "No", True),
        ({"_2": "no, thanks"}, "No", True),
        ({"_2": "yes but only the fax"}, "yes but only the fax", False),
        ({"_2": "not yet"}, "not yet", False),
        ({"_2": "we do not know yet"}, "", False),
        ({"_2": "both"}, "", False),
        ({"_2": "n/a"}, "", False),
        ({"_2": "what do you mean?"}, "", False),
        ({"_3": "31 March or 30 April"}, "", False),
        ({"_3": "30 February"}, "", False),
        ({"_3": "asap"}, "", False),
        ({"_3": "around 5 May"}, "2027-05-05", False),
        ({"_4": "send it back"}, "We send it back", False),
        ({"_4": "we burn it"}, "", False),
        ({"_1": "see above"}, "see above", False),
        ({"_1": "Ben/Anna"}, "Ben/Anna", True),
    ],
)
def test_what_stands_in_a_slot_is_read_for_its_kind(slot, value, sure):
    [suggestion] = read(quote(fill(FORM, **slot)))
    assert (suggestion.value, suggestion.sure) == (value, sure)
    assert suggestion.note or sure


def test_two_boxes_ticked_are_no_choice():
    body = FORM.replace("[ ] We", "[x] We")
    [suggestion] = read(body)
    assert (suggestion.value, suggestion.sure) == ("", False)


@pytest.mark.threat(31)
@pytest.mark.parametrize("body", [FORM, quote(FORM), quote(quote(FORM)), GERMAN, ""])
def test_what_we_asked_is_no_answer(body):
    assert read(body) == ()
    assert read("Thanks!\n\n" + body, "Thanks!") == ()


@pytest.mark.threat(31)
@pytest.mark.parametrize(
    "line",
    [
        "Or answer on this page: https://desk.example.com/my/l/A1b2C3/",
        "Or answer on this page:\nhttps://desk.example.com/my/l/A1b2C3/",
        "Or answer on\nthis page: https://desk.example.com/my/l/A1b2C3/",
    ],
)
def test_the_address_in_our_own_form_is_no_answer(line):
    """The form that we keep has a mark where the mail that left had a token."""
    kept = FORM + "\nOr answer on this page: https://desk.example.com/my/l/«mark»/"
    came_back = fill(FORM, **SLOTS) + "\n" + line
    for body in (came_back, quote(came_back)):
        found = {s.number: s.value for s in read(body, sent=(kept,)) if s.sure}
        assert found == {1: "Rosa Vale, owner", 2: "No", 3: "2027-03-31"}


@pytest.mark.threat(31)
def test_what_follows_the_last_slot_is_no_answer():
    """The link in each copy differs, and a relay may add lines that we never wrote."""
    body = (
        quote(FORM)
        .replace("sealed", "x7f3k2m9")
        .replace("> Your case", "> [Scanned by the mail gateway]\n> Your case")
    )
    assert read(f"Thanks!\n\n{body}", "Thanks!") == ()
    [suggestion] = read(f"Mara.\n\n{body}", "Mara.", questions=ASKED[:1])
    assert (suggestion.value, suggestion.line, suggestion.sure) == ("Mara.", 1, True)


@pytest.mark.threat(31)
def test_an_older_form_deeper_in_the_history_does_not_win():
    old, new = fill(FORM, _2="yes"), fill(FORM, _2="no")
    assert values(quote(new) + "\n" + quote(quote(old))) == {2: "No"}


def test_another_number_is_nobodys():
    assert values("Answer 9: yes\n7) no", "Answer 9: yes\n7) no") == {}


@CALM
@given(st.text(st.sampled_from("12. )>:_[x]\nAnswer Doyouwantno?yes31March-"), max_size=300))
def test_any_text_is_read_without_error(text):
    for suggestion in read(text, text):
        assert suggestion.quote.strip()
        assert suggestion.value or not suggestion.sure


@pytest.mark.threat(30)
@pytest.mark.parametrize(
    "unit",
    [
        *("> ", ">", "1) ", "Answer 1: ", "[x] We send it back\n", "\n", "_", "yes "),
        *("31 March ", "Do you want to keep any\n", "a b c d e f\n", "1. Who at your company\n"),
    ],
)
def test_a_megabyte_is_read_within_a_second(unit):
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    read(text, text)
    assert time.process_time() - started < 1
