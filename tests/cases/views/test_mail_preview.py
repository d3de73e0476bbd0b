"""The preview of emails in the admin: every template, with a case or a made-up one."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import Case, Event
from cases.queries import mail_preview
from notifications.models import Email
from tests import factories
from tests.cases.build import Desk

PAGE, FRAME = "/admin/mail-preview/", "/admin/mail-preview/html/"


@pytest.fixture(autouse=True)
def smtp(sink) -> None:
    """Mail leaves by SMTP."""


@pytest.fixture
def admin(desk: Desk, client: Client) -> Client:
    client.force_login(factories.make_user(role="administrator", is_staff=True))
    return client


def test_it_shows_subject_text_and_layout_of_a_made_up_case(admin: Client) -> None:
    page = admin.get(PAGE, {"name": "confirmation", "locale": "de"}).content.decode()
    assert "Ihre Dienste enden am" in page
    assert "Guten Tag Rosa Vale" in page
    assert page.count(f'src="{FRAME}?name=confirmation&amp;locale=de') == 2
    frame = admin.get(FRAME, {"name": "confirmation", "locale": "de"})
    assert '<html lang="de">' in frame.content.decode()
    assert frame["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert not Case.objects.exists()


@pytest.mark.usefixtures("steady_health")
def test_it_shows_a_real_case_and_changes_nothing(desk: Desk, admin: Client) -> None:
    case = desk.confirm(desk.open())
    before = (Event.objects.count(), Email.objects.count(), desk.read(case).version)
    for name in mail_preview.list_templates():
        for locale in mail_preview.list_locales():
            given = {"name": name, "locale": locale, "case": case.number}
            page = admin.get(PAGE, given)
            assert page.status_code == 200
            if name not in mail_preview.LETTERS:
                assert case.number in page.context["preview"].subject
            assert admin.get(FRAME, given).status_code == 200
    assert (Event.objects.count(), Email.objects.count(), desk.read(case).version) == before
    desk.customer.refresh_from_db()
    assert desk.customer.locale == "en"


def test_what_cannot_be_shown_is_said(admin: Client) -> None:
    page = admin.get(PAGE, {"name": "../../base", "locale": "xx", "case": "12"}).content.decode()
    assert "There is no such case" in page
    assert "Your services end on" in page


@pytest.mark.threat(50)
def test_only_those_who_set_up_may_look_and_only_at_their_brands(
    desk: Desk, agent: Client, admin: Client
) -> None:
    case = desk.confirm(desk.open())
    other = factories.make_user(
        role="administrator", is_staff=True, brands=[factories.make_brand()]
    )
    admin.force_login(other)
    page = admin.get(PAGE, {"case": case.number}).content.decode()
    assert "There is no such case" in page
    assert desk.customer.name not in page
    staff = factories.make_user(role="agent", is_staff=True)
    admin.force_login(staff)
    assert admin.get(PAGE).status_code in (302, 403)
    assert admin.get(FRAME).status_code in (302, 403)
    admin.logout()
    assert admin.get(PAGE).status_code == 302


def test_the_logo_is_inside_the_preview(desk: Desk, admin: Client) -> None:
    from django.core.files.base import ContentFile

    desk.brand.logo.save("x", ContentFile(b"\x89PNG\r\n\x1a\n" + b"0" * 50))
    case = desk.confirm(desk.open())
    frame = admin.get(FRAME, {"case": case.number}).content.decode()
    assert 'src="data:image/png;base64,' in frame
    [mail] = desk.mails(case, "confirmation")
    assert 'src="cid:logo"' in mail.html
    assert [f.content_id for f in mail.files.all() if f.content_id] == ["logo"]
