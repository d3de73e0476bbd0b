"""The form of an action, when it is asked for: a dialog, or a page of its own without scripts."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from cases.actions import correspondence
from cases.models import Case
from cases.queries.possible import WITH_FORM, list_possible
from cases.views.case_form import STEADY
from tests import factories
from tests.cases.build import Desk
from tests.pages import fold

HTMX = {"HTTP_HX_REQUEST": "true"}


def ask_for(client: Client, case: Case, verb: str, query: str = "", **headers: str) -> HttpResponse:
    return client.get(f"/desk/case/{case.number}/form/{verb}/{query}", **headers)


def read_fields(answer: HttpResponse) -> dict[str, str]:
    page = answer.content.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_a_form_is_a_dialog_and_without_scripts_a_page(desk: Desk, agent: Client) -> None:
    case = desk.open()
    dialog = fold(ask_for(agent, case, "confirm", **HTMX).content.decode())
    assert dialog.startswith('<dialog class="dialog" id="do-confirm"')
    assert "<html" not in dialog
    page = fold(ask_for(agent, case, "confirm").content.decode())
    assert '<dialog class="dialog" id="do-confirm" aria-labelledby="t-confirm" open>' in page
    assert "Confirm and send" in page
    assert f'action="/desk/case/{case.number}/do/confirm/"' in page
    assert "<h1>" in page


def test_every_form_that_a_case_offers_can_be_drawn(desk: Desk, agent: Client) -> None:
    drawn, case = set(), desk.open()
    for move in (desk.read, desk.confirm):
        case = move(case)
        offers = [offer for offer in list_possible(case=case, user=desk.agent) if offer.allowed]
        for verb in [*(offer.name for offer in offers if offer.has_form), *STEADY]:
            answer = ask_for(agent, case, verb, **HTMX)
            assert (answer.status_code, f'id="do-{verb}"' in answer.content.decode()) == (200, True)
            drawn.add(verb)
    assert drawn >= {"ask", "confirm", "withdraw", "reschedule", "verify", "choose_contact"}
    assert agent.get(f"/desk/case/{case.number}/form/assign/").status_code == 404


@pytest.mark.threat(53)
def test_a_form_is_as_stale_as_the_page_that_asks_for_it(desk: Desk, agent: Client) -> None:
    case = desk.open()
    page = agent.get(f"/desk/case/{case.number}/").content.decode()
    found = re.search(r'href="([^"]*/form/confirm/[^"]*)"', page)
    assert found is not None
    desk.do(correspondence.add_note, case, text="A colleague was here.")
    fields = read_fields(agent.get(found[1].replace("&amp;", "&"), **HTMX))
    assert (fields["version"], fields["seen"]) == (str(case.version), str(case.last_sequence))
    answer = agent.post(f"/desk/case/{case.number}/do/confirm/", fields)
    assert answer.status_code == 409
    assert desk.read(case).state == "intake"
    assert read_fields(ask_for(agent, case, "confirm"))["version"] == str(desk.read(case).version)


def test_what_is_not_possible_now_says_why(desk: Desk, agent: Client, client: Client) -> None:
    case = desk.open(checks=[])
    answer = ask_for(agent, case, "confirm", **HTMX)
    assert answer.status_code == 409
    assert "The caller has not been verified yet." in answer.content.decode()
    answer = ask_for(agent, case, "restore", **HTMX)
    assert answer.status_code == 409
    assert "which rules this out" in answer.content.decode()
    client.force_login(factories.make_user(role="auditor"))
    for verb in ("confirm", "verify"):
        answer = ask_for(client, case, verb)
        assert answer.status_code == 409
        assert '<form method="post" action="/desk/case' not in answer.content.decode()


@pytest.mark.parametrize("verb", sorted(WITH_FORM))
def test_every_form_has_its_template(verb: str) -> None:
    from django.template.loader import get_template

    from cases.views.case_form import SHARED

    assert get_template(f"desk/forms/{SHARED.get(verb, verb)}.html")
