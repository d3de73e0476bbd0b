"""What was asked and is settled, a line each: a long talk has dozens, drawn here and not by a
template. The form that opens one of them again is drawn where it is asked for."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.safestring import SafeString

from cases.models import Question
from cases.queries.case_page import CasePage
from cases.templatetags._forms import act_on_case
from cases.templatetags._html import fill, join
from cases.templatetags._icons import draw_icon
from cases.templatetags._rows import Reader

SHOWN = 4  # settled ones that stand open; the others unfold
PLACE = '<li class="question is-past" id="answered-{}">{}</li>'
DROPPED = '<div class="row-flex muted">{}<s>{}. {}</s></div>'
ANSWERED = (
    '<div class="row-flex">{}<span>{}. {}</span></div><div><b>{}</b> '
    '<span class="muted small">{}{}{}{}</span></div>{}'
)
SOURCE = ' · <a class="link" href="{}">from their email</a>'
WRONG = (
    ' · <a class="link small no-print" href="?tab={0}&amp;retract={1}#answered-{1}"'
    ' hx-get="?tab={0}&amp;retract={1}" hx-select="#answered-{1}" hx-target="#answered-{1}"'
    ' hx-swap="outerHTML">That’s wrong</a>'
)
FORM = (
    '<form {0} class="wrong-form no-print">{1}<input type="hidden" name="question" value="{2}">'
    '<label class="visually-hidden" for="wrong-{2}">What was wrong?</label><input class='
    '"form-control" id="wrong-{2}" name="reason" required maxlength="300" autofocus placeholder='
    '"What was wrong?"><button class="btn btn-sm">Open the question again</button></form>'
)
FOLDED = (
    '<li><details class="questions-more"{}><summary class="link small">{} more settled</summary>'
    '<ul class="questions">{}</ul></details></li>'
)


def draw_settled(page: CasePage, reader: Reader, *, stamp: SafeString) -> SafeString:
    """The settled questions: few in their order; of many the latest, the others folded."""
    settled = [question for question in page.questions if not question.is_open][::-1]
    lines = [draw_question(q, page, reader, stamp=stamp) for q in settled]
    if len(lines) <= SHOWN + 1:
        return join(lines[::-1])
    opened = any(q.pk == page.wish.retract for q in settled[SHOWN:])
    folded = fill(FOLDED, " open" if opened else "", len(lines) - SHOWN, join(lines[SHOWN:]))
    return join([*lines[:SHOWN], folded])


def draw_question(q: Question, page: CasePage, reader: Reader, *, stamp: SafeString) -> SafeString:
    if q.answered_at is None:
        return fill(PLACE, q.pk, fill(DROPPED, draw_icon("x"), q.number, q.text))
    by = f"noted by {q.answered_by.display_name}, " if q.answered_by else ""
    source = fill(SOURCE, reverse("desk:mail", args=[q.source_id])) if q.source_id else ""
    again: SafeString | str = ""
    form: SafeString | str = ""
    if page.can_retract and page.wish.retract == q.pk:
        form = fill(FORM, act_on_case(page.case, "retract_answer"), stamp, q.pk)
    elif page.can_retract:
        again = fill(WRONG, page.tab, q.pk)
    answer = fill(
        ANSWERED, draw_icon("circle-check"), q.number, q.text, write_answer(q.answer, q.kind),
        by, reader.see(q.answered_at, form="in"), source, again, form,
    )  # fmt: skip
    return fill(PLACE, q.pk, answer)


def write_answer(text: str, kind: str) -> str:
    """An answer as people write it: a date's "2027-03-31" is “31 March 2027”."""
    if kind != "date":
        return text
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{on.day} {on:%B %Y}"
