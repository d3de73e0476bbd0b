"""The tags: what they say, to the eye and to a screen reader, and that they escape."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.template.loader import render_to_string

from accounts.models import User
from cases.domain.states import State
from cases.templatetags._badges import write_initials
from cases.templatetags._icons import UnknownIcon, find_icon, read_icon
from cases.templatetags.desk import tone
from config import clock
from tests.rows import each

NOW = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
PAGES = [p for p in TEMPLATES if "email" not in p.relative_to(settings.BASE_DIR).parts]


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def show(text: str, **context: object) -> str:
    reader = SimpleNamespace(timezone="America/Chicago")
    context.setdefault("request", SimpleNamespace(user=reader, path="/desk/queue/"))
    return Template("{% load desk %}" + text).render(Context(context))


def test_every_state_has_its_tone():
    tones = {state: tone(state) for state in State}
    assert tones[State.RESTORE_REQUESTED] == tones[State.IN_REVIEW] == tones[State.INTAKE] == "us"
    assert tones[State.AWAITING_CUSTOMER] == "them"
    assert tones[State.SCHEDULED] == tones[State.EXECUTING] == "cal"
    assert tones[State.IN_GRACE] == "grace"
    assert tones[State.CLOSED] == tones[State.RESTORED] == "done"
    assert tones[State.DROPPED] == tones[State.WITHDRAWN] == "off"


def test_a_pill_has_a_word():
    assert show("{% pill s %}", s="in_grace") == '<span class="pill tone-grace">In grace</span>'
    assert "&lt;b&gt;" in show('{% pill "us" said %}', said="<b>")


def test_the_customers_time_stands_beside_ours_only_when_clocks_differ():
    text = "{% when t 'Europe/Berlin' %}"
    assert "21:12 Berlin" in show(text, t=NOW.replace(minute=12))
    assert "Sun 00:00 Berlin" in show(text, t=NOW.replace(hour=23, minute=0))
    assert "Winnipeg" not in show("{% when t 'America/Winnipeg' %}", t=NOW)
    assert "other-zone" not in show("{% when t 'Europe/Berlin' form='short' %}", t=NOW)


def test_an_instant_carries_its_exact_time_and_a_date_stays_a_date():
    written = show("{% when t %}", t=NOW.replace(minute=0))
    assert 'datetime="2026-11-21T20:00:00Z"' in written
    assert 'title="Sat 21 Nov 2026, 14:00 Chicago"' in written
    assert show("{% when d %}", d=date(2026, 12, 22)) == (
        '<time datetime="2026-12-22" title="Tue 22 Dec 2026">Tue 22 Dec</time>'
    )
    assert show("{% when nothing %}", nothing=None) == '<span class="muted">–</span>'


def test_money():
    assert show("{% money a 'USD' %}", a=Decimal("12345.6")).endswith(">$12,345.60</span>")
    assert "no fee" in show("{% money a free='no fee' %}", a=Decimal(0))


def test_avatars_have_a_name_unless_it_stands_beside_them():
    user = SimpleNamespace(display_name="Mara Agent", initials="MA")
    assert 'role="img" aria-label="Mara Agent"' in show("{% avatar u %}", u=user)
    assert "aria-label" not in show("{% avatar u beside=True %}", u=user)
    assert "Nobody" in show("{% avatar u %}", u=None)
    assert [write_initials(n) for n in ("Fernwood Dental", "rosa@x.example", "–")] == [
        "FD", "RE", "?",
    ]  # fmt: skip


def test_parts_of_the_frame_are_kept_by_what_they_show(rf):
    """Each person sees their own menu with the token of their own forms, each page its place."""
    part = "{% frame_part 'user_menu' %}{% frame_part 'side' %}"
    one, two = (
        show(part, user=User(username=name, role="agent"), csrf_token=f"t-{name}",
             request=rf.get(path), may={"settings_read": name == "bo"})
        for name, path in (("ada", "/desk/queue/"), ("bo", "/desk/mail/7/"))
    )  # fmt: skip
    assert ("<b>ada</b>" in one, "<b>bo</b>" in one, "t-bo" in one) == (True, False, False)
    assert ("<b>ada</b>" in two, "<b>bo</b>" in two, "t-ada" in two) == (False, True, False)
    assert one.count('value="t-ada"') == two.count('value="t-bo"') == 2
    assert re.findall(r'title="([\w-]+)" aria-current="page"', one + two) == ["Queue", "Mailroom"]
    assert ("Supervise" in one, "Supervise" in two) == (False, True)


def test_a_place_shows_itself_only_where_it_exists():
    assert show('{% nav_item "desk:nowhere" "Nowhere" "inbox" %}').strip() == ""


def test_a_missing_icon_breaks_development_and_not_production(settings):
    settings.DEBUG = True
    with pytest.raises(UnknownIcon):
        find_icon("no-such-icon", "outline")
    settings.DEBUG = False
    assert "<circle" in find_icon("no-such-icon", "outline")
    with pytest.raises(UnknownIcon):
        read_icon("../../../package", "outline")


@each("page", PAGES)
def test_pages_name_icons_that_exist_and_nothing_that_the_policy_forbids(page):
    text = page.read_text("utf-8")
    for name in re.findall(r'{% icon "([^"]+)"(?![^%]*filled)', text):
        assert read_icon(name, "outline")
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|hx-on|javascript:|<style|<script>", text)


def test_from_page_to_page_the_filters_are_kept(rf):
    """Red when a link says its page alone: "Older" would lead out of a search."""
    page = SimpleNamespace(number=2, has_next=True)
    request = rf.get("/", {"is": "unmatched", "q": "two words", "page": "2"})
    request.user = AnonymousUser()
    context = {"page": page, "back": "Newer", "on": "Older", "space": ""}
    html = render_to_string("desk/components/pages.html", context, request=request)
    links = [parse_qs(urlsplit(unescape(href)).query) for href in re.findall(r'href="(.*?)"', html)]
    assert [link.pop("page") for link in links] == [["1"], ["3"]]
    assert links == [{"is": ["unmatched"], "q": ["two words"]}] * 2
    assert "Page 2" in html
