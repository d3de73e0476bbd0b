"""The warning of a look-alike on the mail's page and on the case, at every width."""

from __future__ import annotations

import pytest

from tests.browser.look import look
from tests.browser.signed_in import sign_in
from tests.cases.build import Desk
from tests.notifications.conftest import sink  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.threat(13)
def test_the_warning_fits_every_screen(page, live_server, sink):  # noqa: F811
    desk = Desk()
    case = desk.ask(desk.open())
    on_file = case.contact.email
    local, _, domain = on_file.rpartition("@")
    mail = desk.reply(case, "Jim did.", sender=f"{local}@{domain.replace('m', 'rn', 1)}")
    sign_in(page.context, live_server.url, desk.agent)
    for name, path in (("mail", f"/desk/mail/{mail.pk}/"), ("case", f"/desk/case/{case.number}/")):
        page.goto(live_server.url + path)
        assert page.get_by_text(f"only resembles {on_file}").first.is_visible()
        look(page, f"lookalike-{name}")
