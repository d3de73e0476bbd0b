"""The admin of mail: looked at by few, changed by nobody (THREATS 50, 57)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Brand, User
from notifications import inbound, outbox
from notifications.models import Email, Inbound, Switch
from tests.notifications.conftest import NOW

pytestmark = pytest.mark.django_db
PAGES = ["email", "inbound", "thread", "doorhealth", "switch"]


def sign_in(client, role, brand=None):
    user = User.objects.create_user(f"{role}-{brand}", password="x", role=role, is_staff=True)
    if brand:
        user.brands.add(brand)
    client.force_login(user)
    return user


def list_page(name):
    return reverse(f"admin:notifications_{name}_changelist")


@pytest.fixture
def mail(thread):
    row = inbound.store(
        channel="lmtp",
        recipient=thread.address("r.example.com"),
        envelope_from="a@example.com",
        raw=b"From: a@example.com, b@example.com\r\n\r\n<script>",
        now=NOW,
    )
    inbound.process(inbound_id=row.pk, now=NOW)
    return row


@pytest.mark.parametrize("role", ["administrator", "auditor"])
@pytest.mark.parametrize("page", PAGES)
def test_administrators_and_auditors_look_at_everything(client, make_email, mail, role, page):
    make_email()
    Switch.objects.create(name="sending", paused=True)
    sign_in(client, role)
    assert client.get(list_page(page)).status_code == 200


@pytest.mark.threat(50)
@pytest.mark.parametrize("page", ["email", "inbound", "thread"])
def test_whoever_is_limited_to_some_brands_sees_no_mail_here(client, mail, page):
    brand = Brand.objects.create(
        name="Acme", slug="acme", email_from="c@acme.example.com", reply_domain="r.example.com"
    )
    for role in ("administrator", "auditor"):
        sign_in(client, role, brand)
        assert client.get(list_page(page)).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_agents_see_nothing_here(client, mail, page):
    sign_in(client, "agent")
    assert client.get(list_page(page)).status_code in (302, 403)


@pytest.mark.threat(57)
def test_a_mail_is_shown_without_markup_and_cannot_be_changed(client, mail, make_email):
    sign_in(client, "administrator")
    for name, pk in (("inbound", mail.pk), ("email", make_email().pk)):
        page = reverse(f"admin:notifications_{name}_change", args=[pk])
        answer = client.get(page)
        assert answer.status_code == 200
        assert b"<script>\r\n" not in answer.content
        assert client.post(page, {"status": "sent"}).status_code == 403
    assert Email.objects.get().status == "queued"


def test_a_failed_mail_is_sent_again_by_an_administrator_only(client, make_email):
    email = make_email()
    outbox.stop(email_id=email.pk, reason="by mistake")
    order = {"action": "send_again", "_selected_action": [email.pk]}
    sign_in(client, "auditor")
    client.post(list_page("email"), order)
    email.refresh_from_db()
    assert email.status == "stopped"
    sign_in(client, "administrator")
    client.post(list_page("email"), order)
    email.refresh_from_db()
    assert email.status == "queued"


def test_a_mail_in_quarantine_is_read_again(client, mail):
    sign_in(client, "administrator")
    client.post(list_page("inbound"), {"action": "read_again", "_selected_action": [mail.pk]})
    assert Inbound.objects.get().status == "received"


@pytest.mark.guarantee("G7")
def test_a_supervisor_throws_the_switch_and_is_named(client):
    user = sign_in(client, "supervisor")
    page = reverse("admin:notifications_switch_add")
    client.post(page, {"name": "sending", "paused": "on", "reason": "wrong template"})
    switch = Switch.objects.get()
    assert (switch.paused, switch.reason, switch.by) == (True, "wrong template", user.username)
    assert switch.at is not None


def test_an_auditor_throws_no_switch(client):
    sign_in(client, "auditor")
    page = reverse("admin:notifications_switch_add")
    assert client.post(page, {"name": "sending", "paused": "on"}).status_code == 403
