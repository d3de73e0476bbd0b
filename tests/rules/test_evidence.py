"""R44: what proves an end for good is kept, minimal, and apart from the customer's data."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, transaction
from django.test import Client

from cases.actions import evidence, termination
from cases.actions.base import Actor
from cases.actions.confirmation import PreviewChanged, confirm_by_customer
from cases.actions.dispositions import WrongPhrase, set_disposition
from cases.domain.trust import Level
from cases.models import Case, Evidence
from cases.models.preview import read_preview
from tests import factories
from tests.cases.build import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R44")]
PHRASE = "end for good"


def make(file: str = "sipstation") -> tuple[Desk, Case]:
    desk = Desk(file=file, items=[{"kind": "trunk"}, {"kind": "number"}])
    case = desk.open()
    number = case.items.get(item__kind="number")
    desk.do(set_disposition, case, case_item_id=number.pk, disposition="released")
    return desk, desk.read(case)


def confirm(desk: Desk, case: Case, **given: Any) -> Case:
    given.setdefault("seen", read_preview(desk.read(case), now=desk.now).digest)
    actor = Actor.customer(desk.contact, Level.L3)
    given.setdefault("typed", PHRASE)
    return confirm_by_customer(case_id=case.pk, actor=actor, now=desk.now, **given)


def keep_one() -> tuple[Desk, Case, Evidence]:
    desk, case = make()
    confirm(desk, case, typed="  End  for good ")
    return desk, case, Evidence.objects.get()


def write_whole(row: Evidence) -> str:
    values = Evidence.objects.filter(pk=row.pk).values().get()
    return json.dumps(values, cls=DjangoJSONEncoder)


# -- kept ---------------------------------------------------------------------------------------
def test_a_confirmation_for_good_is_kept_with_what_proves_it() -> None:
    desk, case = make()
    seen = read_preview(case, now=desk.now).digest
    confirm(desk, case, typed="  End  for good ")
    row = Evidence.objects.get()
    assert (row.case_number, row.at, row.brand) == (case.number, desk.now, desk.brand)
    assert (row.policy, row.shown) == ("sipstation v1", seen)
    assert (row.asked, row.typed) == (PHRASE, "End for good")
    assert row.ended == {"trunk": 1, "number": 1}
    assert row.proof == "one-time code to the address on file"


def test_each_service_that_ends_by_itself_has_its_own() -> None:
    desk = Desk(items=[{"kind": "sim", "identifier": "8981100000000000001"}], file="soracom")
    case = desk.open()
    for _ in range(2):  # the same click again is the same end
        termination.terminate_item(
            case_id=case.pk, case_item_id=case.items.get().pk, now=desk.now,
            actor=Actor.customer(desk.contact, Level.L3), typed="8981100000000000001",
        )  # fmt: skip
    row = Evidence.objects.get()
    assert row.ended == {"sim": 1}
    assert "89811" not in write_whole(row)


@pytest.mark.parametrize(
    ("given", "refusal"), [({"typed": "yes"}, WrongPhrase), ({"seen": "0" * 64}, PreviewChanged)]
)
def test_what_was_refused_leaves_no_evidence(given: Any, refusal: type[Exception]) -> None:
    desk, case = make()
    with pytest.raises(refusal):
        confirm(desk, case, **given)
    assert not Evidence.objects.exists()


def test_what_can_be_undone_needs_none() -> None:
    desk = Desk()
    desk.confirm(desk.open())
    desk.pass_days(70)
    assert not Evidence.objects.exists()


# -- minimal ------------------------------------------------------------------------------------
def test_it_holds_nothing_of_the_customer() -> None:
    desk, case, row = keep_one()
    text = write_whole(row).lower()
    customer, contact = desk.customer, desk.contact
    known = [customer.name, customer.account_number, contact.name, contact.email]
    known += [v for i in customer.items.all() for v in (i.label, i.identifier)]
    known += [case.thread.token]
    for value in filter(None, known):
        assert value.lower() not in text, value


# -- apart --------------------------------------------------------------------------------------
def test_no_key_leads_from_it_or_to_it() -> None:
    """So the erasure of a case, a customer or a contact neither needs it nor takes it."""
    keys = {f.related_model._meta.label for f in Evidence._meta.get_fields() if f.is_relation}
    assert keys == {"accounts.Brand"}


def test_a_person_is_found_by_the_address_they_name_and_not_by_another(settings) -> None:
    desk, _, row = keep_one()
    assert row.person in set(evidence.hash_person(f" {desk.contact.email.upper()}"))
    assert row.person not in set(evidence.hash_person(f"x{desk.contact.email}"))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert row.person in set(evidence.hash_person(desk.contact.email)), "after a change of keys"


def test_auditors_and_supervisors_see_it_and_agents_do_not() -> None:
    desk, case, row = keep_one()
    page = f"/admin/cases/evidence/{row.pk}/change/"
    for role, seen in [("auditor", 200), ("supervisor", 200), ("administrator", 200)]:
        client = Client()
        client.force_login(factories.make_user(role=role))
        assert client.get(page).status_code == seen, role
        listing = "/admin/cases/evidence/"
        assert case.number in client.get(f"{listing}?q={desk.contact.email}").content.decode()
        other = client.get(f"{listing}?q=x{desk.contact.email}").content.decode()
        assert case.number not in other
        assert client.post(page, {"typed": "no"}).status_code == 403
        assert client.post(f"/admin/cases/evidence/{row.pk}/delete/").status_code == 403
    agent, stranger = Client(), Client()
    agent.force_login(desk.agent)
    assert agent.get(page).status_code in (302, 403)
    stranger.force_login(factories.make_user(role="auditor", brands=[factories.make_brand()]))
    assert stranger.get(page).status_code in (302, 404), "another brand's does not exist"


# -- a time of its own --------------------------------------------------------------------------
def test_it_is_written_once() -> None:
    _, _, row = keep_one()

    def empty() -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE cases_evidence")

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for change in (
        lambda: Evidence.objects.update(typed="no"),
        Evidence.objects.all().delete,
        empty,
    ):
        with pytest.raises(DatabaseError, match="kept until its day"), transaction.atomic():
            change()
    row.refresh_from_db()
    assert row.typed == "End for good"


def test_its_years_are_a_setting(settings) -> None:
    settings.EVIDENCE_YEARS = 3
    _, _, row = keep_one()
    assert row.keep_until == date(2029, 9, 21)


def test_it_goes_after_its_day_and_a_clock_that_runs_ahead_takes_nothing() -> None:
    _, _, row = keep_one()
    assert evidence.forget_evidence(now=datetime(2099, 1, 1, tzinfo=UTC)) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_DATE")
        [today] = cursor.fetchone()
    for keep_until in (today, today - timedelta(days=1)):
        row.pk, row.keep_until, row._state.adding = None, keep_until, True
        row.save()
    noon = datetime.combine(today, datetime.min.time(), UTC) + timedelta(hours=12)
    assert evidence.forget_evidence(now=noon) == 1
    left = Evidence.objects.order_by("keep_until").values_list("keep_until", flat=True)
    assert left[0] == today, "the day itself still counts"
