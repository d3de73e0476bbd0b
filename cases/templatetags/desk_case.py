"""What the case's own templates need beyond the components: evidence marked in the words."""

from __future__ import annotations

import json
from collections.abc import Sized
from datetime import date
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from cases.domain.speech import find_tongue, say_in
from cases.models import Case, Event, Todo
from cases.queries.todos import Answer, read_answers
from notifications.outbox.sealed import hide

register = template.Library()

ICONS = {
    "opened": "phone-plus", "joined": "phone-incoming", "verified": "shield-check",
    "asked": "mail-question", "answers_read": "message-search", "answered": "message-check",
    "confirmed": "calendar-check",
    "rescheduled": "calendar-event", "withdrawn": "arrow-back-up", "dropped": "clock-x",
    "reopened": "refresh", "execution_started": "plug-off", "item_deactivated": "plug-off",
    "item_failed": "alert-triangle", "item_ended": "plug-off", "item_termination": "plug-x",
    "protection_off": "lock-open", "execution_late": "alarm", "item_kept": "plug",
    "item_marked_done": "tool", "item_ticked": "checks", "items_down_before": "plug-off",
    "executed": "plug-off", "restored": "plug",
    "restoring": "plug", "item_restored": "plug", "item_lost": "arrow-up-right",
    "restore_asked": "arrow-back-up", "restore_declined": "x", "closed": "circle-check",
    "page_sent": "link", "code_sent": "key", "code_right": "key", "code_wrong": "key-off",
    "file_handed_in": "paperclip", "asked_to_stay": "arrow-back-up",
    "asked_for_date": "calendar-event", "end_acknowledged": "writing",
    "answer_retracted": "message-x", "looked_again": "eye", "marked_automatic": "robot",
    "marked_human": "user-check", "waiting_again": "hourglass", "reply_taken_back": "arrow-back-up",
    "timer_held": "player-pause", "drop_paused": "player-pause", "todo_resolved": "checks",
    "mail_undelivered": "mail-x", "automatic_mail": "robot", "assigned": "user",
    "read_out": "volume", "agreed": "thumb-up", "thanks": "mood-smile",
}  # fmt: skip


@register.filter
def event_icon(event: Event) -> str:
    """The icon of a line of the story."""
    if event.kind.startswith("mail_") or event.email_id:
        return ICONS.get(event.kind, "mail")
    return ICONS.get(event.kind, "point")


@register.filter
def answers(todo: Todo) -> list[Answer]:
    return read_answers(todo)


@register.filter
def marked(text: str, evidence: dict[str, Any] | None) -> SafeString:
    """The text with the sentences that decided highlighted; everything else escaped."""
    spans = sorted((int(e["start"]), int(e["end"])) for e in (evidence or {}).get("evidence", ()))
    parts, at = [], 0
    for start, end in spans:
        if start < at or end > len(text):
            continue
        parts += [
            conditional_escape(text[at:start]),
            format_html("<mark>{}</mark>", text[start:end]),
        ]
        at = end
    parts.append(conditional_escape(text[at:]))
    return mark_safe("".join(parts).replace("\n", "<br>"))  # noqa: S308  # every part is escaped


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
    return format_html(
        'method="post" action="{0}" hx-post="{0}" hx-target="find .refusal" hx-swap="innerHTML" '
        'hx-sync="this:drop" autocomplete="off"',
        reverse("desk:act", args=[case.number, verb]),
    )


@register.simple_tag(takes_context=True)
def form_stamp(context: template.Context, case: Case) -> SafeString:
    """What every form of a case carries: the token, and the version and the last event that its
    page has shown, so that a stale page overwrites nothing (THREATS 53). And room for a refusal.
    """
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="version" value="{}">'
        '<input type="hidden" name="seen" value="{}">'
        '<div class="refusal" role="alert"></div>',
        context.get("csrf_token", ""), case.version, case.last_sequence,
    )  # fmt: skip


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
    return word if number == 1 else f"{word}s"


@register.filter
def as_answer(text: str, kind: str) -> str:
    """An answer as people write it: a date's "2027-03-31" is “31 March 2027”."""
    if kind != "date":
        return text
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{on.day} {on:%B %Y}"


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
