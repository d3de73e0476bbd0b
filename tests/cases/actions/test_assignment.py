"""Who gets a case that is nobody's: round the team, by brand, language, capacity and presence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from cases.actions.assignment import assign_owner, set_availability
from cases.actions.base import Actor
from cases.actions.entry import open_by_customer
from cases.domain.trust import Level
from cases.models import AssignmentRule, Availability, Case, Notice
from tests import factories
from tests.cases.build import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(items=4)


def make_rule(desk: Desk, *members: User, **given: object) -> AssignmentRule:
    team = factories.make_team(brands=[desk.brand], members=members)
    given.setdefault("name", f"rule of {team.name}")
    return AssignmentRule.objects.create(team=team, **given)


def ask_and_answer(desk: Desk, case: Case, text: str = "It was the reception.") -> Case:
    """The case comes back to us through the customer's reply; nobody owns it."""
    Case.objects.filter(pk=case.pk).update(owner=None)
    desk.ask(case)
    desk.now += timedelta(hours=1)
    desk.reply(case, text)
    return desk.read(case)


def open_others(desk: Desk, count: int) -> list[Case]:
    cases = []
    for _ in range(count):
        desk.customer = factories.make_customer(brand=desk.brand, items=1)
        desk.contact = factories.make_contact(customer=desk.customer)
        cases.append(desk.open())
    return cases


def test_cases_go_round_the_team(desk: Desk) -> None:
    people = [factories.make_user(), factories.make_user()]
    make_rule(desk, *people)
    owners = [ask_and_answer(desk, case).owner for case in open_others(desk, 3)]
    assert owners == [people[0], people[1], people[0]]
    case = Case.objects.filter(owner=people[1]).get()
    event = case.events.filter(kind="assigned").get()
    assert event.actor_kind == "desk"
    assert "by the rule" in event.summary
    assert Notice.objects.filter(user=people[1], kind="assigned", case=case).exists()


def test_a_case_that_the_customer_opens_finds_somebody(db: None) -> None:
    desk = Desk(file="sipstation")
    place = factories.make_location(customer=desk.customer, name="North")
    item = factories.make_item(customer=desk.customer, location=place, kind="trunk")
    person = factories.make_user()
    make_rule(desk, person)
    case = open_by_customer(
        customer=desk.customer, contact=desk.contact, item_ids=[item.pk],
        actor=Actor.customer(desk.contact, Level.L1), now=desk.now,
    )  # fmt: skip
    assert desk.read(case).owner == person


@pytest.mark.parametrize("why", ["away", "full", "language", "inactive", "auditor", "brand"])
def test_who_cannot_take_it_is_passed_over(desk: Desk, why: str) -> None:
    first, second = factories.make_user(), factories.make_user()
    if why == "away":
        set_availability(user=first, away=True, now=desk.now)
    elif why == "full":
        Availability.objects.create(user=first, capacity=1)
        Case.objects.filter(pk=open_others(desk, 1)[0].pk).update(owner=first)
    elif why == "language":
        Availability.objects.create(user=first, languages=["de"])
    elif why == "inactive":
        User.objects.filter(pk=first.pk).update(is_active=False)
    elif why == "auditor":
        User.objects.filter(pk=first.pk).update(role="auditor")
    rule = make_rule(desk, first, second)
    if why == "brand":  # the team lost the brand, and only the second sees it otherwise
        rule.team.brands.set([factories.make_brand()])
        second.brands.set([desk.brand])
    assert ask_and_answer(desk, open_others(desk, 1)[0]).owner == second


def test_the_first_rule_that_fits_by_brand_and_language(desk: Desk) -> None:
    german, english, other = (factories.make_user() for _ in range(3))
    make_rule(desk, other, brand=factories.make_brand(), position=1)
    make_rule(desk, other, position=2, is_active=False)
    make_rule(desk, german, language="de", position=3)
    make_rule(desk, english, brand=desk.brand, position=4)
    case, spoken = open_others(desk, 2)
    spoken.customer.locale = "de-AT"
    spoken.customer.save()
    assert ask_and_answer(desk, spoken).owner == german
    assert ask_and_answer(desk, case).owner == english


def test_nobody_left_and_it_stays_nobodys(desk: Desk) -> None:
    person = factories.make_user()
    set_availability(user=person, away=True, now=desk.now)
    make_rule(desk, person)
    case = ask_and_answer(desk, open_others(desk, 1)[0])
    assert (case.owner, case.turn) == (None, "us")


def test_who_is_away_is_stood_in_for_and_keeps_what_rests(desk: Desk) -> None:
    away, there = factories.make_user(first_name="Jonas"), factories.make_user()
    make_rule(desk, there)
    resting, waking = open_others(desk, 2)
    Case.objects.filter(pk__in=[resting.pk, waking.pk]).update(owner=away)
    desk.ask(resting)
    desk.ask(waking)
    set_availability(user=away, away=True, now=desk.now)
    desk.now += timedelta(hours=1)
    desk.reply(waking, "It was the reception.")
    assert (desk.read(resting).owner, desk.read(waking).owner) == (away, there)
    said = waking.events.filter(kind="assigned").get().summary
    assert f"{away.display_name} is away" in said


def test_what_was_released_by_hand_is_not_given_away_at_once(desk: Desk) -> None:
    make_rule(desk, factories.make_user())
    case = desk.do(assign_owner, desk.open(), owner=None)
    assert desk.read(case).owner is None
