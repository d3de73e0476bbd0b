"""The admin's pages that somebody works with: they fit, and axe has nothing to say.

They are Unfold's; what it leaves out is put right in static/desk/css/admin.css and js/admin.js.
"""

from __future__ import annotations

from typing import Any

import pytest

from cases.actions.base import Actor
from cases.actions.policies import draft_version
from tests import factories
from tests.browser.look import look
from tests.browser.signed_in import open_desk
from tests.cases.build import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_pages_of_an_administrator(browser: Any, live_server: Any) -> None:
    desk = Desk()
    case = desk.open()
    admin = factories.make_user(role="administrator", is_staff=True, is_superuser=True)
    rules = desk.policy.current().rules
    draft = draft_version(policy=desk.policy, rules=rules, actor=Actor.staff(admin))
    places = {
        "admin": "",
        "admin-drafts": "cases/policyversion/",
        "admin-draft": f"cases/policyversion/{draft.pk}/change/",
        "admin-brand": f"accounts/brand/{desk.brand.pk}/change/",
        "admin-case": f"cases/case/{case.pk}/change/",
        "admin-customers": "accounts/customer/",
        "admin-colleague": f"accounts/user/{desk.agent.pk}/change/",
    }
    with open_desk(browser, live_server, admin) as page:
        for name, place in places.items():
            assert page.goto(f"/admin/{place}").ok, place
            look(page, name)
