"""Two versions of a policy on real screens: columns beside each other, or one above the other."""

from __future__ import annotations

import pytest

from cases.domain.policy import Policy as Rules
from cases.models import PolicyVersion
from tests import factories
from tests.browser.look import look
from tests.browser.signed_in import sign_in
from tests.cases.build import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_columns_where_there_is_room_and_a_stack_on_a_phone(page, live_server):
    desk = Desk(items=2)
    rules = Rules.from_dict({**desk.policy.current().data, "notice_days": 60, "grace_days": 14})
    draft = PolicyVersion.objects.create(policy=desk.policy, number=2, data=rules.to_dict())
    sign_in(page.context, live_server.url, factories.make_user(role="administrator", is_staff=True))
    page.goto(f"{live_server.url}/desk/policies/simulator/")
    page.get_by_label("Which policy?").select_option(str(desk.policy.current().pk))
    page.get_by_role("button", name="Choose").click()
    page.goto(f"{page.url}&other={draft.pk}&customer={desk.customer.pk}&call_on=2026-09-21&asks=on")
    look(page, "simulator-two")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        first, second = page.locator(".is-different").first.locator(".versus-cell").all()
        a, b = first.bounding_box(), second.bounding_box()
        if width > 1000:
            assert (a["y"], a["x"] < b["x"]) == (b["y"], True), "beside each other"
        else:
            assert (a["x"], a["y"] < b["y"]) == (b["x"], True), "one above the other"
