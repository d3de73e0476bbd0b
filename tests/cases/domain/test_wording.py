"""What the agent reads to the caller, word for word."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cases.domain.money import format_money
from cases.domain.speech import Money, phrase, say_in
from cases.domain.states import State
from cases.domain.words import count_of, join_words, speak_date, write_date, write_period
from tests.cases.domain.build import (
    EIGHT,
    SIPSTATION,
    SORACOM,
    Port,
    at,
    day,
    make_account,
    make_contract,
    make_item,
    make_plan,
)

NORTH = {"location_id": "n", "location_name": "North branch"}
HEAD = {"location_id": "h", "location_name": "Head office"}
ITEMS = (
    make_item("a", "82", **NORTH),
    make_item("b", "100", kind="number", label="", identifier="+1 312 555 0164", **NORTH),
    make_item("c", "50", **HEAD),
    make_item("d", "46", **HEAD),
)
ACCOUNT = make_account(
    items=ITEMS, contracts=(make_contract("2024-04-01", "2027-03-31", items=("a", "b")),)
)


@pytest.mark.rule("R7")
@pytest.mark.rule("R29")
def test_one_location_under_the_phone_policy():
    made = make_plan(account=ACCOUNT, item_ids=frozenset({"a", "b"}))
    assert made.say == (
        "Your services at North branch end on Tuesday, December 22nd.",
        "December is billed in full, $182.",
        "Because the contract runs until March, there is a fee of $728.",
        "Until January 21st you can come back by replying to our email.",
        "Your two other services stay active.",
    )


@pytest.mark.rule("R3")
@pytest.mark.rule("R9")
def test_moved_wish_comes_first_and_questions_last():
    port = Port(item_id="b", status="pending", expected_on=day("2026-12-03"), carrier="Telco")
    made = make_plan(
        account=replace(ACCOUNT, ports=(port,)),
        item_ids=frozenset({"b"}),
        wished_on=day("2026-12-01"),
        questions_open=2,
    )
    assert made.say == (
        "You asked for December 1st; we need 30 days' notice, so it has to be a bit later.",
        "Your number +1 312 555 0164 ends on Tuesday, December 22nd.",
        "December is billed in full, $100.",
        "Because the contract runs until March, there is a fee of $400.",
        "Until January 21st you can come back by replying to our email.",
        "Your three other services stay active.",
        "Before that there is one thing to do; our email says what.",
        "We email you two questions; without an answer by December 6th, nothing is cancelled.",
    )
    assert made.steps_to_take == (
        "Wait until +1 312 555 0164 has moved to Telco, expected on Thu 3 Dec 2026.",
    )


@pytest.mark.rule("R41")
def test_own_console_at_once():
    made = make_plan(policy=SIPSTATION, account=ACCOUNT, item_ids=frozenset({"c", "d"}))
    assert made.say == (
        "Your services at Head office end within 60 seconds of your confirmation, "
        "and that cannot be undone.",
        "November is already billed, $96, and the rest of it is not refunded.",
        "Your two other services stay active.",
    )


@pytest.mark.rule("R50")
def test_own_console_with_a_final_bill():
    account = make_account(items=(make_item("a", "30", kind="sim", label="Truck 7"),))
    made = make_plan(policy=SORACOM, account=account, item_ids=frozenset({"a"}))
    assert made.say == (
        "All your services end with your confirmation, and that cannot be undone.",
        "The last month is charged by the day, 22 days for $22, and billed next month.",
        "The account closes when the final bill is paid.",
        "Before that there is one thing to do; our email says what.",
    )


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"a", "b", "c", "d"}, "All your services end on"),
        ({"a", "b", "c"}, "The three services you named end on"),
        ({"c"}, "Your extension Ext c ends on"),
    ],
)
def test_scope_is_named_as_the_caller_would(chosen, expected):
    assert make_plan(account=ACCOUNT, item_ids=frozenset(chosen)).say[0].startswith(expected)


def test_a_german_caller_hears_the_same_in_german():
    port = Port(item_id="b", status="pending", expected_on=day("2026-12-03"), carrier="Telco")
    made = make_plan(
        account=replace(ACCOUNT, ports=(port,)),
        item_ids=frozenset({"b"}),
        wished_on=day("2026-12-01"),
        questions_open=2,
    )
    assert tuple(say_in(sentence, "de-AT") for sentence in made.say) == (
        "Sie wünschen den 1. Dezember; die Kündigungsfrist beträgt 30 Tage, deshalb geht es erst "
        "etwas später.",
        "Ihre Rufnummer +1 312 555 0164 endet am Dienstag, 22. Dezember.",
        "Dezember wird voll berechnet, 100\u00a0$.",
        "Weil der Vertrag bis März läuft, fällt eine Ablöse von 400\u00a0$ an.",
        "Bis zum 21. Januar können Sie zurückkommen; eine Antwort auf unsere E-Mail genügt.",
        "Ihre drei anderen Dienste bleiben aktiv.",
        "Vorher ist noch eine Sache zu erledigen; unsere E-Mail sagt, welche.",
        "Wir mailen Ihnen zwei Fragen; ohne Antwort bis zum 6. Dezember wird nichts gekündigt.",
    )
    far = make_plan(account=make_account(billing_anchor=15), wished_on=day("2028-01-20"))
    assert [say_in(sentence, "de") for sentence in far.say[:2]] == [
        "Alle Ihre Dienste enden am Donnerstag, 20. Januar 2028.",
        "Der Abrechnungsmonat vom 15. Januar 2028 bis 14. Februar 2028 wird voll berechnet, "
        "182\u00a0$.",
    ]
    at_once = make_plan(policy=SIPSTATION, account=ACCOUNT, item_ids=frozenset({"a", "b", "c"}))
    assert say_in(at_once.say[0], "de") == (
        "Die drei genannten Dienste enden binnen 60 Sekunden nach Ihrer Bestätigung, und das "
        "lässt sich nicht rückgängig machen."
    )


def test_one_days_notice_is_said_as_one_says_it():
    made = make_plan(wished_on=day("2026-11-22"), change={"notice_days": 1})
    assert "we need one day's notice" in made.say[0]


def test_odd_billing_month_and_a_far_year_are_said_in_full():
    made = make_plan(
        account=make_account(billing_anchor=15),
        wished_on=day("2028-01-20"),
    )
    assert made.say[:2] == (
        "All your services end on Thursday, January 20th, 2028.",
        "The billing month from January 15th, 2028 to February 14th, 2028 is billed in full, $182.",
    )


def test_slow_desk_and_far_wish_are_said_too():
    slow = make_plan(wished_on=day("2026-12-24"), now=at("2027-02-01 18:00"), state=State.IN_REVIEW)
    assert slow.say[0] == "You asked for December 24th; today is now the earliest possible day."
    far = make_plan(wished_on=day("2300-01-01"))
    assert far.say[0].endswith("that is further ahead than we can promise.")
    now = make_plan(policy=SIPSTATION, wished_on=day("2026-12-24"))
    assert now.say[0] == (
        "You asked for December 24th, but here services end as soon as you confirm."
    )


def test_restoring_by_phone_when_a_reply_is_not_enough():
    made = make_plan(change={"restore_by_reply": False})
    assert "Until January 21st you can come back by calling us." in made.say
    assert make_plan(policy=EIGHT, state=State.DROPPED).say == (
        "Nothing ends: all services and bills stay exactly as they are.",
    )


@pytest.mark.parametrize(
    ("on", "spoken"),
    [
        ("2026-12-01", "Tuesday, December 1st"),
        ("2026-12-02", "Wednesday, December 2nd"),
        ("2026-12-03", "Thursday, December 3rd"),
        ("2026-12-11", "Friday, December 11th"),
        ("2026-12-12", "Saturday, December 12th"),
        ("2026-12-13", "Sunday, December 13th"),
        ("2026-12-22", "Tuesday, December 22nd"),
        ("2027-12-31", "Friday, December 31st, 2027"),
    ],
)
def test_dates_aloud(on, spoken):
    assert speak_date(day(on), today=day("2026-11-22")) == spoken


@pytest.mark.parametrize(
    ("amount", "currency", "written", "spoken"),
    [
        ("910", "USD", "$910.00", "$910"),
        ("1234.5", "USD", "$1,234.50", "$1,234.50"),
        ("0.005", "EUR", "€0.01", "€0.01"),
        ("1000", "JPY", "¥1,000", "¥1,000"),
        ("20", "CHF", "CHF 20.00", "CHF 20"),
        ("-5.5", "GBP", "-£5.50", "-£5.50"),
        ("1.0005", "KWD", "KWD 1.001", "KWD 1.001"),
    ],
)
def test_money(amount, currency, written, spoken):
    assert format_money(Decimal(amount), currency) == written
    money = Money(amount=Decimal(amount), currency=currency)
    assert phrase("{money:aloud}", money=money) == spoken


def test_small_words():
    assert [count_of(1, "day"), count_of(2, "day")] == ["1 day", "2 days"]
    assert [join_words(w) for w in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert write_date(day("2026-12-22")) == "Tue 22 Dec 2026"
    assert write_period(day("2026-12-01"), day("2026-12-31")) == "December 2026"
    assert write_period(day("2026-12-15"), day("2027-01-14")) == "15 Dec 2026 – 14 Jan 2027"
    assert write_period(day("2026-11-15"), day("2026-12-14")) == "15 Nov – 14 Dec 2026"
    assert write_period(day("2026-12-01"), day("2026-12-01")) == "1 Dec 2026"
