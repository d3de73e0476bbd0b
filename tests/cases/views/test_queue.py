from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Count, Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.actions.counts import settle_counts
from cases.models import Case, QueueCount, SavedView
from tests import factories
from tests.cases.build import Desk
from tests.pages import fold
from tests.rows import each


def look(client: Client, query: str = "") -> str:
    answer = client.get(f"/desk/queue/{query}")
    assert answer.status_code == 200, answer.content[:200]
    return answer.content.decode()


def open_more(desk: Desk, count: int) -> list[Case]:
    """Cases of other customers of the same brand."""
    cases = []
    for _ in range(count):
        customer = factories.make_customer(brand=desk.brand, items=1)
        desk.customer, desk.contact = customer, factories.make_contact(customer=customer)
        cases.append(desk.open())
    return cases


def spread(cases: list[Case]) -> None:
    """A minute between each, the first the oldest."""
    for number, case in enumerate(cases):
        Case.objects.filter(pk=case.pk).update(
            state_since=case.state_since - timedelta(minutes=len(cases) - number)
        )


def test_the_queue_shows_whose_turn_it_is(desk: Desk, agent: Client) -> None:
    case = desk.open()
    page = look(agent)
    assert case.number in page
    assert "On the phone" in page
    other_tab = look(agent, "?tab=customer")
    assert case.number not in other_tab
    assert "Nobody owes you an answer" in other_tab


def test_mine_my_teams_and_all(desk: Desk, agent: Client, client: Client) -> None:
    case = desk.open()
    assert case.number in look(agent, "?whose=mine")
    colleague, stranger = factories.make_user(), factories.make_user()
    factories.make_team(brands=[desk.brand], members=[desk.agent, colleague])
    for user, mine, team in ((colleague, False, True), (stranger, False, False)):
        client.force_login(user)
        assert (case.number in look(client, "?whose=mine")) is mine
        assert (case.number in look(client, "?whose=team")) is team
        assert case.number in look(client, "?whose=all")


@pytest.mark.usefixtures("steady_health")
@pytest.mark.threat(52)
@each(
    "query",
    [
        "tab=secret", "tab='", "whose=theirs", "whose=mine&tab=%00", "sort=password",
        "sort=-id", "brand=999999", "brand=1 OR 1", "owner=-1", "owner=somebody",
        "state=gone", "due=year", "columns=number.password", "columns=state.state",
        "columns=..", "after=x", "after=1", "after=9999999999999999999-1", "before=1-1%0A",
        "page=2", "order_by=id", "after=1-1&secret=1",
    ],
)  # fmt: skip
def test_what_is_not_offered_is_refused(agent: Client, query: str) -> None:
    assert agent.get(f"/desk/queue/?{query}").status_code == 400


@pytest.mark.threat(50)
@pytest.mark.threat(52)
def test_another_brands_cases_and_filters_do_not_exist(desk: Desk, client: Client) -> None:
    case = desk.open()
    client.force_login(factories.make_user(brands=[factories.make_brand()]))
    page = look(client)
    assert case.number not in page
    assert desk.brand.name not in page
    assert desk.agent.display_name in page  # who sees all brands is a colleague of all
    assert client.get(f"/desk/queue/?brand={desk.brand.pk}").status_code == 400
    assert client.get(f"/desk/case/{case.number}/").status_code == 404
    assert client.post(f"/desk/case/{case.number}/do/withdraw/").status_code == 404


def test_filters_narrow_the_rows_and_every_count(desk: Desk, agent: Client) -> None:
    first, second = open_more(desk, 2)
    other = factories.make_user()
    Case.objects.filter(pk=second.pk).update(owner=other)
    page = look(agent, f"?owner={other.pk}")
    assert (first.number in page, second.number in page) == (False, True)
    assert 'Needs us<span class="count is-us">1</span>' in page
    assert "Owner</span> " + other.display_name in fold(page)
    assert first.number not in look(agent, "?owner=nobody")
    assert first.number in look(agent, f"?brand={desk.brand.pk}&state=intake")
    assert "No case fits these filters" in look(agent, "?state=in_review")


def test_what_is_due_soon(desk: Desk, agent: Client) -> None:
    soon, later = open_more(desk, 2)
    now = desk.now
    for case, days in ((soon, 2), (later, 20)):
        Case.objects.filter(pk=case.pk).update(turn="calendar", due_at=now + timedelta(days=days))
    page = look(agent, "?tab=calendar&due=week")
    assert (soon.number in page, later.number in page) == (True, False)
    assert 'On the calendar<span class="count">1</span>' in page
    assert "No case fits" in look(agent, "?tab=calendar&due=day")
    both = look(agent, "?tab=calendar")  # the calendar's own order: what comes next stands first
    assert both.index(soon.number) < both.index(later.number)


def test_pages_go_on_where_the_last_one_ended(desk: Desk, agent: Client) -> None:
    cases = open_more(desk, 53)
    spread(cases)
    names = [c.number for c in reversed(cases)]  # the newest first

    def shown(query: str) -> list[str]:
        answer = agent.get(f"/desk/queue/{query}")
        return [case.number for case in answer.context["queue"].rows]

    queue = agent.get("/desk/queue/").context["queue"]
    assert [c.number for c in queue.rows] == names[:50]
    assert queue.before == ""
    following = agent.get(f"/desk/queue/?after={queue.after}").context["queue"]
    assert [c.number for c in following.rows] == names[50:]
    assert following.after == ""
    assert shown(f"?before={following.before}") == names[:50]
    assert shown("?sort=since")[0] == names[-1]


def test_the_counts_are_the_truth(desk: Desk, agent: Client) -> None:
    """The sums that the database keeps, through every way in which a case changes."""
    cases = open_more(desk, 3)
    desk.ask(cases[0])
    Case.objects.filter(pk=cases[1].pk).update(turn="done")
    Case.objects.filter(pk__in=[c.pk for c in cases]).update(owner=None)

    def sums() -> set[tuple[object, ...]]:
        kinds = QueueCount.objects.values_list("brand", "owner", "state", "turn")
        return {(*k[:4], k[4]) for k in kinds.annotate(n=Sum("cases")) if k[4]}

    truth = set(Case.objects.order_by().values_list("brand", "owner", "state", "turn").annotate(
        n=Count("id")
    ))  # fmt: skip
    assert sums() == truth
    settle_counts()
    assert sums() == truth
    assert not QueueCount.objects.filter(settled=False).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT recount_cases()")
    assert sums() == truth
    assert 'Needs us<span class="count is-us">1</span>' in look(agent)


def test_the_number_of_queries_does_not_grow(desk: Desk, agent: Client) -> None:
    def count(query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            look(agent, query)
        return len(queries)

    open_more(desk, 1)
    looks = ("", "?whose=team", "?due=week", f"?brand={desk.brand.pk}&sort=due")
    look(agent)  # warms what is cached for the process
    one = [count(query) for query in looks]
    open_more(desk, 60)
    assert [count(query) for query in looks] == one


def test_what_is_ticked_stays_ticked_when_the_list_looks_for_news(
    desk: Desk, agent: Client
) -> None:
    first, second = open_more(desk, 2)
    page = agent.get(f"/desk/queue/?case={first.number}", headers={"HX-Request": "true"})
    said = page.content.decode()
    assert f'value="{first.number}" aria-label="Select {first.number}" checked' in said
    assert f'value="{second.number}" aria-label="Select {second.number}">' in said
    assert "<html" not in said


def test_columns_are_chosen_and_stay(desk: Desk, agent: Client) -> None:
    desk.open()
    answer = agent.post(
        "/desk/queue/columns/", {"query": "tab=us&whose=mine", "column": ["brand", "customer"]}
    )
    assert answer["Location"] == "/desk/queue/?tab=us&whose=mine"
    page = look(agent)
    assert '<th scope="col">Brand</th>' in page
    assert "What ends</th>" not in page
    refused = agent.post("/desk/queue/columns/", {"query": "", "column": ["password"]})
    assert refused.status_code == 400


class TestViews:
    def add(self, client: Client, **given: str) -> int:
        fields = {"name": "Due this week", "query": "tab=calendar&whose=all&due=week", **given}
        return client.post("/desk/queue/views/", fields).status_code

    def test_saved_opened_changed_and_forgotten(self, desk: Desk, agent: Client) -> None:
        assert self.add(agent) == 302
        view = SavedView.objects.get()
        assert view.query == "tab=calendar&whose=all&due=week"
        assert f'href="/desk/queue/?{view.query.replace("&", "&amp;")}"' in look(agent)
        self.add(agent)
        assert "already" in look(agent)
        assert SavedView.objects.count() == 1
        edit = f"/desk/queue/views/{view.pk}/"
        agent.post(edit, {"name": "Mine", "query": "tab=us&whose=mine", "deed": "replace"})
        view.refresh_from_db()
        assert (view.name, view.query, view.shared) == ("Mine", "tab=us&whose=mine", False)
        agent.post(edit, {"name": "Mine", "query": "", "deed": "forget"})
        assert not SavedView.objects.exists()

    def test_a_shared_one_is_offered_and_stays_its_owners(
        self, desk: Desk, agent: Client, client: Client
    ) -> None:
        self.add(agent)
        self.add(agent, name="For everybody", shared="on")
        look(agent)  # hears that both are saved
        client.force_login(factories.make_user())
        page = look(client)
        assert "For everybody" in page
        assert "Due this week" not in page
        view = SavedView.objects.get(shared=True)
        stolen = {"name": "Stolen", "query": "", "deed": "forget"}
        assert client.post(f"/desk/queue/views/{view.pk}/", stolen).status_code == 404
        view.refresh_from_db()
        assert view.name == "For everybody"

    @pytest.mark.threat(52)
    @pytest.mark.parametrize("query", ["sort=password", "tab=us&x=1", "after=1"])
    def test_only_what_the_queue_offers_is_kept(self, agent: Client, query: str) -> None:
        assert self.add(agent, query=query) == 400
        assert not SavedView.objects.exists()


def test_signing_in_is_required(client: Client, db: None) -> None:
    answer = client.get("/desk/queue/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
