"""The bell, the list, what is read, and how a person wishes to be told."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.actions.notices import notify
from cases.domain.notices import Notice as Kind
from cases.models import Availability, Notice, NoticeChoice
from tests import factories
from tests.cases.build import Desk


def tell(desk: Desk, count: int = 1) -> None:
    case, colleague = desk.open(), factories.make_user(first_name="Jonas")
    for number in range(count):
        notify(
            users=[desk.agent], kind=Kind.MENTIONED, case=case, key=f"event:{number}",
            by=colleague, detail="Can you call them?", now=desk.now,
        )  # fmt: skip


def test_the_bell_counts_and_the_list_says_what_it_is(desk: Desk, agent: Client) -> None:
    assert "No news yet" in agent.get("/desk/notices/").content.decode()
    tell(desk)
    page = agent.get("/desk/notices/").content.decode()
    assert 'aria-label="Your news, 1 unread"' in page
    assert "mentioned you on case" in page
    assert "Can you call them?" in page
    news = agent.get("/desk/notices/news/").content.decode()
    assert 'id="bell"' in news
    assert '<span class="nav-count is-us" id="count-queue" hx-swap-oob="true">1</span>' in news
    assert "<html" not in news


def test_opening_one_reads_all_of_its_case(desk: Desk, agent: Client) -> None:
    tell(desk, 2)
    first = Notice.objects.earliest("pk")
    assert agent.get(f"/desk/notices/{first.pk}/").status_code == 405
    answer = agent.post(f"/desk/notices/{first.pk}/")
    assert answer["Location"] == f"/desk/case/{first.case.number}/"
    assert not Notice.objects.filter(read_at=None).exists()


def test_all_read_up_to_what_was_seen(desk: Desk, agent: Client) -> None:
    tell(desk, 2)
    seen, later = Notice.objects.order_by("pk")
    agent.post("/desk/notices/read/", {"newest": seen.pk})
    assert list(Notice.objects.filter(read_at=None)) == [later]


@pytest.mark.threat(50)
def test_anothers_news_do_not_exist(desk: Desk, agent: Client, client: Client) -> None:
    tell(desk)
    notice = Notice.objects.get()
    client.force_login(factories.make_user())
    assert client.post(f"/desk/notices/{notice.pk}/").status_code == 404
    client.post("/desk/notices/read/", {"newest": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is None
    desk.agent.brands.set([factories.make_brand()])  # what one may not see any more is gone
    client.force_login(desk.agent)
    assert notice.case.number not in client.get("/desk/notices/").content.decode()


def test_what_and_how_is_chosen(desk: Desk, agent: Client) -> None:
    page = agent.get("/desk/notices/choice/").content.decode()
    assert "A colleague mentioned me" in page
    said = {kind.value: "off" for kind in Kind} | {"hour": "17"}
    assert agent.post("/desk/notices/choice/", said).status_code == 302
    choice = NoticeChoice.objects.get(user=desk.agent)
    assert (choice.kinds["mentioned"], choice.digest_hour) == ("off", 17)
    for bad in ({"hour": "24"}, {"hour": "x"}, {"reply": "shout"}):
        assert agent.post("/desk/notices/choice/", said | bad).status_code == 400


def test_away_and_back(desk: Desk, agent: Client) -> None:
    assert "I am away" in agent.get("/desk/queue/").content.decode()
    agent.post("/desk/away/", {"away": "1"})
    assert Availability.objects.get(user=desk.agent).away_since == desk.now
    assert "I am back" in agent.get("/desk/queue/").content.decode()
    agent.post("/desk/away/", {"away": "0"})
    assert Availability.objects.get(user=desk.agent).away_since is None


def test_the_number_of_queries_does_not_grow(desk: Desk, agent: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            agent.get("/desk/notices/")
            agent.get("/desk/notices/news/")
        return len(queries)

    tell(desk)
    count()
    one = count()
    case = Notice.objects.get().case
    Notice.objects.bulk_create(
        Notice(user=desk.agent, kind="reply", case=case, key=f"k{n}", created_at=desk.now)
        for n in range(99)
    )
    assert count() == one
