"""A shut door on real screens: the banner, the health page, the mailbox form, at every width."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from config import clock
from notifications.inbound.health import note_door_error, note_door_ok
from notifications.models import DoorHealth, Mailbox
from tests import factories
from tests.browser.look import look
from tests.browser.signed_in import sign_in
from tests.cases.build import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signed_in(page, live_server):
    """An administrator on a desk with one open door and two that are shut."""
    Desk()
    sign_in(page.context, live_server.url, factories.make_user(role="administrator", is_staff=True))
    now = clock.now()
    note_door_ok(door="lmtp", now=now)
    note_door_ok(door="smtp", now=now - timedelta(minutes=12))
    note_door_ok(door="imap:support", now=now - timedelta(hours=3), kind="pull")
    words = "The server refuses user name or password of desk@acme.example.com. It says: no."
    note_door_error(door="imap:support", error=words, now=now, kind="pull")
    DoorHealth.objects.filter(door="smtp").update(beat_at=Now() - timedelta(minutes=12))
    DoorHealth.objects.filter(door="imap:support").update(beat_at=Now() - timedelta(hours=3))
    return page


def test_a_shut_door_fits_every_screen(signed_in, live_server):
    for name in ("queue", "health"):
        signed_in.goto(f"{live_server.url}/desk/{name}/")
        assert signed_in.locator(".door-banner .notice").count() == 2
        look(signed_in, f"door-shut-{name}", at=".door-banner, main table")


def test_the_mailbox_form_is_usable(signed_in, live_server):
    mailbox = Mailbox.objects.create(
        name="support", host="127.0.0.1", port=1, username="desk", secret_variable="IMAP_X",
        address="desk@acme.example.com",
    )  # fmt: skip
    signed_in.goto(f"{live_server.url}/admin/notifications/mailbox/{mailbox.pk}/change/")
    signed_in.set_viewport_size({"width": 1280, "height": 1500})
    signed_in.get_by_role("button", name="Save and test connection").click()
    signed_in.get_by_text("Nobody listens at 127.0.0.1, port 1").wait_for()
