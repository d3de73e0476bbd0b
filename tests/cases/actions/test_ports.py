"""Ported away and still billed: somebody asks the customer (R36)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Item
from cases.actions.base import Actor, NotAllowed, NotPossible
from cases.actions.ports import ask_about_ported, settle_port_todo
from cases.models import Todo
from cases.queries.todos import list_todos
from tests import factories
from tests.cases.build import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R36")]


def port_away(desk: Desk) -> Item:
    number = factories.make_item(customer=desk.customer, kind="number")
    services.finish_port(port=factories.make_port(item=number), now=desk.now)
    return number


def test_a_number_that_has_left_and_is_billed_on_is_asked_about_once() -> None:
    desk = Desk()
    number = port_away(desk)
    factories.make_port()  # under way: nothing to ask yet
    assert ask_about_ported(now=desk.now) == 1
    assert ask_about_ported(now=desk.now) == 0
    todo = Todo.objects.get()
    assert (todo.item, todo.case, todo.holds) == (number, None, False)
    assert number.identifier in todo.reason
    assert "still billed" in todo.reason
    number.refresh_from_db()
    assert number.status == "active"  # a port cancels nothing (R2)


def test_not_while_a_case_is_about_to_end_it_but_when_that_came_to_nothing() -> None:
    from cases.actions.confirmation import withdraw

    desk = Desk()
    number = port_away(desk)
    case = desk.open(item_ids=[number.pk])
    assert ask_about_ported(now=desk.now) == 0
    desk.do(withdraw, case)
    assert ask_about_ported(now=desk.now) == 1


def test_what_has_ended_is_not_billed() -> None:
    desk = Desk()
    services.end_item(item=port_away(desk), now=desk.now)
    assert ask_about_ported(now=desk.now) == 0


def test_only_the_brands_own_people_see_and_settle_it() -> None:
    desk = Desk()
    port_away(desk)
    ask_about_ported(now=desk.now)
    todo = Todo.objects.get()
    stranger = factories.make_user(brands=[factories.make_brand()])
    own = factories.make_user(brands=[desk.brand])
    assert list(list_todos(user=stranger)) == []
    assert list(list_todos(user=own)) == [todo]
    auditor = factories.make_user(role="auditor")
    for user in (stranger, auditor):
        with pytest.raises(NotAllowed):
            settle_port_todo(todo_id=todo.pk, resolution="", actor=Actor.staff(user), now=desk.now)
    settle_port_todo(todo_id=todo.pk, resolution="stays", actor=Actor.staff(own), now=desk.now)
    with pytest.raises(NotPossible):
        settle_port_todo(todo_id=todo.pk, resolution="", actor=Actor.staff(own), now=desk.now)
    assert ask_about_ported(now=desk.now) == 0


def test_it_is_settled_with_one_click_on_the_to_do_page(client: Client) -> None:
    desk = Desk()
    number = port_away(desk)
    ask_about_ported(now=desk.now)
    todo = Todo.objects.get()
    client.force_login(desk.agent)
    page = client.get(reverse("desk:todos")).content.decode()
    assert number.identifier in page
    assert f"?customer={desk.customer.pk}" in page
    answer = client.post(reverse("desk:settle_todo", args=[todo.pk]), {"text": "they keep it"})
    assert answer.status_code == 302
    todo.refresh_from_db()
    assert (todo.resolved_by, todo.resolution) == (desk.agent, "they keep it")
    assert client.get(reverse("desk:settle_todo", args=[todo.pk])).status_code == 405
