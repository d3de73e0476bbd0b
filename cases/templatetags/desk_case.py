"""What the case's own templates need beyond the components: evidence marked in the words."""

from __future__ import annotations

import json
from collections.abc import Sized
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.utils.safestring import SafeString, mark_safe

from cases.domain.speech import find_tongue, say_in
from cases.models import Case, Event, Todo
from cases.queries.case_page import CasePage, Shown
from cases.queries.todos import Answer, read_answers
from cases.templatetags._actions import draw_action
from cases.templatetags._forms import act_on_case, ask_form, mark_evidence, stamp_form
from cases.templatetags._html import join
from cases.templatetags._questions import draw_open, draw_settled, write_answer
from cases.templatetags._story import Story, draw_story, find_icon_of
from cases.templatetags.desk import read_reader
from notifications.outbox.sealed import hide

register = template.Library()
SPELLED = {"sim", "vpg"}  # letters, each said by itself


@register.filter
def event_icon(event: Event) -> str:
    """The icon of a line of the story."""
    return find_icon_of(event)


@register.filter
def answers(todo: Todo) -> list[Answer]:
    return read_answers(todo)


@register.filter
def marked(text: str, evidence: dict[str, Any] | None) -> SafeString:
    """The text with the sentences that decided highlighted; everything else escaped."""
    return mark_evidence(text, evidence)


@register.filter
def truncated(html: SafeString, length: int) -> SafeString:
    """Cut marked text; the whole message is one click away."""
    from django.utils.text import Truncator

    return mark_safe(Truncator(html).chars(length, html=True))  # noqa: S308  # of marked()


@register.filter
def get_item(table: dict[Any, Any], key: Any) -> Any:
    """What a table holds for a key, or nothing."""
    return table.get(key)


@register.simple_tag
def act_on(case: Case, verb: str) -> SafeString:
    """The attributes of a form that does `verb` to the case, with and without JavaScript.

    A refusal comes into the form itself, so that nothing that was written or chosen is lost; a
    second press while the first is on its way is dropped.
    """
    return act_on_case(case, verb)


@register.simple_tag
def ask_for(case: Case, verb: str) -> SafeString:
    """The attributes of a link that asks for the form of `verb`: a dialog, or a page of its own."""
    return ask_form(case, verb)


@register.simple_tag(takes_context=True)
def form_stamp(context: template.Context, case: Case | Shown) -> SafeString:
    """What every form of a case carries: the token, and the version and the last event that its
    page has shown, so that a stale page overwrites nothing (THREATS 53). And room for a refusal.
    """
    return stamp_form(case, token=str(context.get("csrf_token", "")))


@register.simple_tag(takes_context=True)
def story(context: template.Context, page: CasePage) -> SafeString:
    """The lines of the case's story, as the items of a list."""
    told = Story(
        page=page,
        reader=read_reader(context),
        stamp=form_stamp(context, page.case),
        may_reply=context["may"]["mail_reply"],
    )
    return draw_story(told)


@register.simple_tag(takes_context=True)
def questions(context: template.Context, page: CasePage) -> SafeString:
    """What was asked, as the items of a list: first what is open, then what is settled."""
    stamp = form_stamp(context, page.case)
    return join(
        [draw_open(page, stamp=stamp), draw_settled(page, read_reader(context), stamp=stamp)]
    )


@register.simple_tag(takes_context=True)
def possible_actions(context: template.Context, page: CasePage) -> SafeString:
    """A button for each action; one that is not possible now says why not."""
    stamp = form_stamp(context, page.case)
    return join(draw_action(offer, page.case, stamp=stamp) for offer in page.possible)


@register.filter
def undo_of(message: Message) -> dict[str, Any]:
    """The address and the fields that take back what a toast tells of; see `cases.views.undo`."""
    tags = message.extra_tags or ""
    if "undo:" in tags:  # an address alone, such as that of a bulk
        return {"url": tags.partition("undo:")[2], "fields": {}}
    return json.loads(tags) if tags.startswith("{") else {}


@register.filter
def plural(word: str, count: int | Sized) -> str:
    """The word for that many; what can be counted may come instead of its number."""
    number = count if isinstance(count, int) else len(count)
    said = word.upper() if word in SPELLED else word
    return said if number == 1 else f"{said}s"


@register.filter
def as_answer(text: str, kind: str) -> str:
    """An answer as people write it: a date's "2027-03-31" is “31 March 2027”."""
    return write_answer(text, kind)


@register.filter
def hide_secrets(text: str) -> str:
    """Return a sent mail's text with dots for what its reader alone knows: links and codes."""
    return hide(text)


@register.filter
def spoken_code(locale: str) -> str:
    """The language in which the caller is read to: theirs where it is written out, else English."""
    tongue = find_tongue(locale)
    return tongue.code if tongue else "en"


@register.filter
def spoken_in(sentence: str, code: str) -> str:
    """A sentence of the plan in that language."""
    return say_in(sentence, code)
