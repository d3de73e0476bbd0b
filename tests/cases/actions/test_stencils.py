"""An email is what its template says, whether it was rendered or filled in."""

from types import SimpleNamespace

import pytest
from django.template import engines

from accounts.models import Contact
from cases.actions import stencils
from cases.models import Case

HTML = (
    "<p>Hello {{ contact.name }}, {{ case.number }}"
    "{% if case.whole_account %}: all of it{% endif %}"
    '{% if page_url %} <a href="{{ page_url }}">{{ brand }}</a>{% endif %}</p>'
)


@pytest.fixture
def renders(monkeypatch) -> list[str]:
    """Every real rendering; no stencil of another test is known."""
    monkeypatch.setattr(stencils, "_stencils", {})
    return []


def show(renders: list[str], template: str, *, is_html: bool = True, **context) -> str:
    compiled = engines["django"].from_string(template)

    name = "html" if is_html else "text"

    def render(values):
        renders.append(template)
        return {name: " ".join(compiled.render(dict(values)).split())}

    shown = stencils.render_with_stencil((template,), render, context)[name]
    assert shown == " ".join(compiled.render(dict(context)).split()), "as the template says it"
    return shown


def make(number="1-1", name="Rosa", whole=False, url="/my/1", **more):
    return {
        "case": Case(number=number, whole_account=whole), "contact": Contact(name=name),
        "page_url": url, "brand": "Acme", **more,
    }  # fmt: skip


def test_a_number_a_name_and_a_link_are_filled_in(renders):
    show(renders, HTML, **make())
    before = len(renders)
    assert "<b>" not in show(renders, HTML, **make("2-2", "<b>O'Neil & Söhne</b>", url="/my/?a&b"))
    assert len(renders) == before, "nothing was rendered for it"


def test_a_name_with_spaces_of_its_own_is_rendered(renders):
    """Red when such a name is filled in: a text's spaces are put in order after it is rendered."""
    for name in ("Rosa", " Rosa  Luz ", "Rosa\n"):
        assert "Hello Rosa" in show(renders, HTML, **make(name=name))


def test_what_else_is_different_is_rendered_anew(renders):
    """Red when a value or a condition that the template read is left out of the comparison."""
    for given in (make(), make(whole=True), make(url=""), make(name=""), make(brand="Other")):
        show(renders, HTML, **given)
    assert ": all of it" in show(renders, HTML, **make("3-3", whole=True))


def test_a_gap_that_is_changed_is_no_gap(renders):
    """Red when the probe is not tried: Rosa and ROSA are told apart only by their letters."""
    shouting = "{{ contact.name|upper }} {{ case.number|truncatechars:6 }}"
    show(renders, shouting, **make(name="ROSA"))
    assert show(renders, shouting, **make("123456789", name="Rosa")).startswith("ROSA 12345")


def test_lists_are_rendered_every_time(renders):
    listing = "{{ contact.name }}{% for one in many %}, {{ one.text }}{% endfor %}"
    for many in (["a"], ["b", "c"]):
        given = make(many=[SimpleNamespace(text=text) for text in many])
        assert show(renders, listing, **given).endswith(", ".join(["", *many]))


def test_a_text_is_not_escaped(renders):
    plain = "{% autoescape off %}{{ contact.name }} & {{ case.number }}{% endautoescape %}"
    show(renders, plain, is_html=False, **make())
    assert show(renders, plain, is_html=False, **make(name="<O'Neil>")) == "<O'Neil> & 1-1"


def test_a_context_with_another_name_in_it_is_another(renders):
    logo = "{% if logo %}<img>{% endif %}{{ contact.name }}"
    assert show(renders, logo, **make()) == "Rosa"
    assert show(renders, logo, **make(logo="a")) == "<img>Rosa"


def test_a_template_that_is_never_the_same_is_left_alone(renders):
    """Red when it is learnt anew each time: that costs three renderings where one would do."""
    for number in range(stencils.ENOUGH_TRIED + 5):
        show(renders, "{{ brand }}", **make(brand=f"Brand {number}"))
    assert len(renders) == 3 * stencils.ENOUGH_TRIED + 5


def test_what_was_learnt_is_bounded(renders, monkeypatch):
    monkeypatch.setattr(stencils, "MOST_LEARNT", 3)
    for number in range(10):
        show(renders, "{{ brand }} {{ contact.name }}", **make(brand=f"Brand {number}"))
    assert sum(stencil.learnt for stencil in stencils._stencils.values()) <= 3
