"""Who hears of what: once, never of their own deeds, never of a case that is not theirs to see."""

from __future__ import annotations

import pytest

from cases.actions.notices import notify
from cases.domain.notices import Notice as Kind
from cases.models import Notice, NoticeChoice
from tests import factories
from tests.cases.build import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(items=1)


def test_news_are_told_once_and_never_to_who_made_them(desk: Desk) -> None:
    case, other = desk.open(), factories.make_user()
    for _ in range(2):
        notify(
            users=[desk.agent, other],
            kind=Kind.MENTIONED,
            case=case,
            key="event:1",
            by=desk.agent,
            detail="@mara\nplease look",
            now=desk.now,
        )
    assert list(Notice.objects.values_list("user", "kind", "detail", "by_mail")) == [
        (other.pk, "mentioned", "@mara please look", True)
    ]


@pytest.mark.threat(50)
def test_nobody_hears_of_another_brands_case(desk: Desk) -> None:
    stranger = factories.make_user(brands=[factories.make_brand()])
    told = notify(
        users=[stranger], kind=Kind.MENTIONED, case=desk.open(), key="event:1", now=desk.now
    )
    assert (told, Notice.objects.filter(user=stranger).count()) == (0, 0)


def test_a_kind_that_is_off_is_not_told_and_one_of_the_page_is_not_mailed(desk: Desk) -> None:
    off, page = factories.make_user(), factories.make_user()
    NoticeChoice.objects.create(user=off, kinds={"mentioned": "off"})
    NoticeChoice.objects.create(user=page, kinds={"mentioned": "page"})
    case = desk.open()
    notify(users=[off, page], kind=Kind.MENTIONED, case=case, key="event:1", now=desk.now)
    assert list(Notice.objects.values_list("user", "by_mail")) == [(page.pk, False)]
