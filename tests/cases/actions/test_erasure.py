"""What is personal and due goes, what must stay stays, the history keeps its chain (G27)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from cases.actions import correspondence, erasure
from cases.actions.approvals import ask_shorter_notice
from cases.actions.base import Actor, NotAllowed, NotPossible
from cases.actions.confirmation import withdraw
from cases.actions.data_requests import lift_hold, place_hold, request_erasure
from cases.models import Case, Upload
from cases.queries.history import verify_history
from notifications import epoch
from notifications.models import Attachment, Email, Inbound, StoredFile, Switch
from notifications.outbox.files import OutgoingFile
from tests import factories
from tests.cases.build import CALL, Desk
from tests.scene import play_once

pytestmark = [pytest.mark.django_db, pytest.mark.guarantee("G27")]

SECRET = "Xanadu"  # in everything that a person said or is called
LATER = CALL + timedelta(days=400)


@pytest.fixture(scope="module")
def lived(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[Desk, Case]]:
    """A desk, and a case that was lived to its end; their files are in the settings' place."""
    media = tmp_path_factory.mktemp("lived")
    with play_once(django_db_blocker), override_settings(MEDIA_ROOT=media):
        desk = make_desk()
        yield desk, live(desk)


@pytest.fixture
def desk(lived, db, settings, tmp_path) -> Desk:
    settings.MEDIA_ROOT = shutil.copytree(settings.MEDIA_ROOT, tmp_path / "media")
    return deepcopy(lived[0])


@pytest.fixture
def case(lived, desk) -> Case:
    return deepcopy(lived[1])


def make_desk() -> Desk:
    desk = Desk(name=f"{SECRET} Ltd", account_number=f"A-{SECRET}")
    desk.contact.name, desk.contact.email = f"Kim {SECRET}", f"kim@{SECRET.lower()}.example.com"
    desk.contact.save()
    desk.customer.items.update(label=f"Line of {SECRET}", assigned_to=SECRET)
    desk.brand.retention_days = 365
    desk.brand.save()
    return desk


def live(desk: Desk) -> Case:
    """A case with everything in it that a person can say, and its end."""
    case = desk.ask(desk.open(caller_name=f"Kim {SECRET}"))
    desk.do(correspondence.add_note, case, text=f"{SECRET} sounded sure.")
    file = OutgoingFile(name=f"{SECRET}.txt", content=SECRET.encode() * 9)
    desk.do(correspondence.send_reply, case, text=f"Dear {SECRET}, …", files=[file])
    mail = desk.reply(case, f"It was {SECRET} who used them.")
    Attachment.objects.create(
        inbound=mail, name=f"{SECRET}.pdf", content_type="text/plain", size=3, sha256="0" * 64,
        file=ContentFile(SECRET.encode(), "x"),
    )  # fmt: skip
    Upload.objects.create(
        case=case, contact=desk.contact, name=f"{SECRET}.png", content_type="image/png", size=3,
        sha256="1" * 64, file=ContentFile(SECRET.encode(), "x"), uploaded_at=desk.now,
    )  # fmt: skip
    ask_shorter_notice(
        case_id=case.pk, ends_on=desk.now.date(), reason=f"{SECRET} moves house",
        actor=desk.actor, now=desk.now,
    )  # fmt: skip
    desk.pass_days(0.01)  # what can be taken back for a moment leaves, too
    desk.do(withdraw, case, reason=f"{SECRET} stays")
    desk.run()
    return desk.read(case)


def find_secret(*, but: tuple[str, ...] = ()) -> set[str]:
    """Every table that still holds it, whatever the column."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT 1 FROM {table} AS t WHERE t::text ~* %s LIMIT 1", [SECRET])
            if cursor.fetchone() and table not in but:
                found.add(table)
            cursor.execute(f"SELECT 1 FROM {table} AS t WHERE t::text ~* %s LIMIT 1",
                           [SECRET.encode().hex()])  # fmt: skip
            if cursor.fetchone():
                found.add(table)
    return found


def list_media(settings) -> list[str]:
    return [p.name for p in settings.MEDIA_ROOT.rglob("*") if p.is_file()]


ACCOUNT = ("accounts_customer", "accounts_contact", "accounts_item")


def test_nothing_personal_is_left_of_a_case_that_was_kept_long_enough(desk, case, settings) -> None:
    assert find_secret(but=ACCOUNT) >= {"cases_event", "cases_case", "notifications_inbound"}
    assert len(list_media(settings)) == 3
    assert erasure.erase_due(now=LATER) == 1
    assert find_secret(but=ACCOUNT) == set()
    assert list_media(settings) == []
    assert list(StoredFile.objects.all()) == []
    case = desk.read(case)
    assert (case.erased_at, case.state) == (LATER, "withdrawn")
    kept = [e.kind for e in case.events.all()]
    assert "note" in kept
    assert kept[-1] == "erased"
    assert list(verify_history()) == []
    assert Inbound.objects.filter(thread=case.thread).values_list("sha256", "size")[0][1] > 0
    assert erasure.erase_due(now=LATER) == 0


def test_an_erased_event_cannot_be_rewritten(desk, case) -> None:
    erasure.erase_due(now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        case.events.filter(sequence=1).update(summary="It was otherwise")


def test_an_erased_case_can_still_be_looked_at(desk, case, client) -> None:
    erasure.erase_due(now=LATER)
    client.force_login(factories.make_user(role="administrator"))
    page = client.get(f"/desk/case/{case.number}/").content.decode()
    assert "Everything personal was erased" in page
    mail = case.thread.inbound.get()
    for path in (f"/desk/mail/{mail.pk}/", f"/desk/outbox/{case.thread.emails.first().pk}/"):
        assert client.get(path).status_code == 200


def spare_open_case(desk: Desk, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(ended_at=None)


def spare_live_timer(desk: Desk, case: Case) -> None:
    case.timers.update(fired_at=None, cancelled_at=None)


def spare_hold(desk: Desk, case: Case) -> None:
    ada = Actor.staff(factories.make_user(role="administrator"))
    place_hold(customer=desk.customer, reason="Court", actor=ada, now=CALL)


def spare_unread(desk: Desk, case: Case) -> None:
    desk.reply(case, "Late words", process=False)


def spare_unsent(desk: Desk, case: Case) -> None:
    case.thread.emails.update(status="unknown")


def spare_young(desk: Desk, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(ended_at=LATER - timedelta(days=365))


def spare_kept_for_ever(desk: Desk, case: Case) -> None:
    desk.brand.retention_days = None
    desk.brand.save()


def spare_paused(desk: Desk, case: Case) -> None:
    Switch.objects.create(name="destruction", paused=True)


def spare_restored(desk: Desk, case: Case) -> None:
    epoch.hold("Older.", now=CALL)


@pytest.mark.parametrize(
    "spare",
    [
        spare_open_case, spare_live_timer, spare_hold, spare_unread, spare_unsent, spare_young,
        spare_kept_for_ever, spare_paused, spare_restored,
    ],
)  # fmt: skip
def test_what_must_stay_stays(desk, case, spare, settings) -> None:
    """Red when the condition that the case's name tells is taken out of `list_erasable` & Co."""
    spare(desk, case)
    assert erasure.erase_due(now=LATER) == 0
    assert desk.read(case).erased_at is None
    assert len(list_media(settings)) == 3
    assert "cases_event" in find_secret()


def test_a_hold_that_is_lifted_lets_it_go(desk, case) -> None:
    spare_hold(desk, case)
    ada = Actor.staff(factories.make_user(role="administrator"))
    assert erasure.erase_due(now=LATER) == 0
    lift_hold(customer=desk.customer, actor=ada, now=CALL)
    assert erasure.erase_due(now=LATER) == 1


def test_a_customer_who_asks_is_erased_whole(desk, case, settings) -> None:
    desk.brand.retention_days = None
    desk.brand.save()
    desk.customer.items.update(status="ended")
    desk.reply(case, f"And {SECRET} again")  # after the end: about the case
    desk.run()
    desk.customer.refresh_from_db()
    ada = Actor.staff(factories.make_user(role="administrator"))
    given = {"customer": desk.customer, "actor": ada, "now": CALL, "reason": f"Kim {SECRET} wrote"}
    with pytest.raises(NotPossible, match="account number"):
        request_erasure(typed="A-1", **given)
    request_erasure(typed=f"A-{SECRET} ", **given)
    with pytest.raises(NotPossible, match="already"):
        request_erasure(typed=f"A-{SECRET}", **given)
    assert erasure.erase_due(now=desk.now) == 1
    assert find_secret() == set()
    desk.customer.refresh_from_db()
    assert desk.customer.name == f"Erased customer {desk.customer.pk}"
    assert list(verify_history()) == []
    assert list_media(settings) == []


def test_who_may_ask_and_when(desk) -> None:
    given = {"customer": desk.customer, "now": CALL, "reason": "x", "typed": f"A-{SECRET}"}
    for role in ("agent", "supervisor", "auditor"):
        with pytest.raises(NotAllowed):
            request_erasure(actor=Actor.staff(factories.make_user(role=role)), **given)
    foreign = factories.make_user(role="administrator", brands=[factories.make_brand()])
    with pytest.raises(NotAllowed, match="no such customer"):
        request_erasure(actor=Actor.staff(foreign), **given)
    ada = Actor.staff(factories.make_user(role="administrator"))
    with pytest.raises(NotPossible, match="services that run"):
        request_erasure(actor=ada, **given)


def test_mail_of_no_case_goes_when_every_brand_lets_it_go(desk) -> None:
    case = desk.open()
    stray = desk.reply(case, f"{SECRET} here", sender=f"{SECRET}@else.example.com", authentic=False)
    Inbound.objects.update(thread=None)
    other = factories.make_brand(retention_days=None)
    erasure.erase_due(now=LATER)
    stray.refresh_from_db()
    assert stray.raw
    other.retention_days = 400
    other.save()
    erasure.erase_due(now=stray.received_at + timedelta(days=399))
    stray.refresh_from_db()
    assert stray.raw
    erasure.erase_due(now=stray.received_at + timedelta(days=401))
    stray.refresh_from_db()
    assert (bytes(stray.raw), stray.from_email, stray.subject) == (b"", "", "Erased")


def test_looking_for_nothing_costs_a_fixed_number_of_queries(
    desk, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(9):
        assert erasure.erase_due(now=CALL) == 0
    assert Email.objects.exclude(text="").exists()
