"""What was asked: a form for what is open, a line for what is settled. A long talk has dozens,
drawn here and not by a template; most of the settled ones, and the form that opens one of them
again, are drawn where they are asked for."""

from __future__ import annotations

from datetime import date

from django.template.defaultfilters import truncatechars
from django.utils.safestring import SafeString

from cases.models import Question
from cases.queries.case_page import CasePage
from cases.templatetags._addresses import find_address
from cases.templatetags._forms import act_on_case
from cases.templatetags._html import fill, join
from cases.templatetags._icons import draw_icon
from cases.templatetags._rows import Reader

SHOWN = 4  # settled ones that stand there; the others are a link away
OPEN = (
    '<li class="question">\n<form {} class="field">{}<input type="hidden" name="question"'
    ' value="{}"><label for="q-{}">{}. {}{}</label>\n{}<div class="row-flex">{}<button class="btn">'
    '{}</button><button class="btn btn-quiet" formaction="{}" formnovalidate>Not needed</button>'
    "</div></form>{}</li>\n"
)
OPTIONAL = SafeString(' <span class="muted">(optional)</span>')
SUGGESTED = (
    '<div class="evidence suggested tone-{}"><div>{} They wrote <q>{}</q> <a class="link small"'
    ' href="{}">line {} of their email</a></div>\n{}{}</div>\n'
)
DOUBT = '<div class="muted">{}{}</div>\n'
ACCEPT = (
    '<div class="evidence-end"><button class="btn btn-sm" form="accept-{}">Accept “{}”</button>'
    "</div>"
)
ACCEPT_FORM = '<form {} id="accept-{}">{}<input type="hidden" name="question" value="{}"></form>'
CHOICE = (
    '<select class="form-control" id="q-{}" name="text" required><option value="">Choose…</option>'
    "{}</select>"
)
OPTION = "<option{}>{}</option>"
SELECTED = SafeString(" selected")
DATE = '<input type="date" class="form-control" id="q-{}" name="text" value="{}" required>'
TEXT = (
    '<input class="form-control" id="q-{}" name="text" value="{}" required maxlength="2000"'
    ' autocomplete="off">'
)
UNANSWERED = (
    '<li class="question is-past"><div class="row-flex">{}<span>{}. {}</span></div>'
    '<div class="muted small">never answered</div></li>'
)
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
MORE = (
    '<li id="settled-more"><a class="link small" href="?tab={0}&amp;settled=all#settled-more"'
    ' hx-get="?tab={0}&amp;settled=all" hx-select="#settled-more" hx-target="#settled-more"'
    ' hx-swap="outerHTML">{1} more settled</a></li>'
)
UNFOLDED = '<li id="settled-more"{}><ul class="questions">{}</ul></li>'
HERE = SafeString(' tabindex="-1" autofocus')  # where one goes on reading


def draw_open(page: CasePage, *, stamp: SafeString) -> SafeString:
    """The open questions, each with what the customer seems to have answered."""
    return join(draw_form(q, page, stamp) for q in page.questions if q.is_open)


def draw_form(q: Question, page: CasePage, stamp: SafeString) -> SafeString:
    if not page.may_answer:
        return fill(UNANSWERED, draw_icon("minus"), q.number, q.text)
    accept: SafeString | str = ""
    if q.is_suggested and q.suggested_answer:
        form = act_on_case(page.case, "accept_answer")
        accept = fill(ACCEPT_FORM, form, q.pk, stamp, q.pk)
    return fill(
        OPEN, act_on_case(page.case, "answer"), stamp, q.pk, q.pk, q.number, q.text,
        "" if q.required else OPTIONAL, draw_suggestion(q) if q.is_suggested else "",
        draw_field(q), "Note this instead" if q.is_suggested else "Note answer",
        find_address("desk:act", page.case.number, "drop_question"), accept,
    )  # fmt: skip


def draw_suggestion(q: Question) -> SafeString:
    """What was read in their email, where, and how sure it is."""
    assert q.suggested_from_id is not None
    answer, twice = q.suggested_answer, "Please look twice: "
    short = truncatechars(write_answer(answer, q.kind), 60)
    return fill(
        SUGGESTED, "done" if q.suggested_sure else "grace", draw_icon("message-check"),
        truncatechars(q.suggested_quote, 240), find_address("desk:mail", q.suggested_from_id),
        q.suggested_line,
        fill(DOUBT, twice if answer else "", q.suggested_note) if q.suggested_note else "",
        fill(ACCEPT, q.pk, short) if answer else "",
    )  # fmt: skip


def draw_field(q: Question) -> SafeString:
    """The field of an answer, of the question's kind, filled with what is suggested."""
    answer = q.suggested_answer
    if q.kind in ("yes_no", "choice"):
        choices = ["Yes", "No"] if q.kind == "yes_no" else list(q.choices)
        if q.kind == "yes_no" and answer and answer not in choices:
            choices.insert(0, answer)
        options = join(fill(OPTION, SELECTED if c == answer else "", c) for c in choices)
        return fill(CHOICE, q.pk, options)
    return fill(DATE if q.kind == "date" else TEXT, q.pk, answer)


def draw_settled(page: CasePage, reader: Reader, *, stamp: SafeString) -> SafeString:
    """The settled questions: few in their order; of many the latest, the others on demand."""
    settled = [question for question in page.questions if not question.is_open][::-1]
    first, others = settled[:SHOWN], settled[SHOWN:]
    if len(others) == 1:
        first, others = settled, []
    lines = [draw_question(q, page, reader, stamp=stamp) for q in first]
    if not others:
        return join(lines[::-1])
    if not page.wish.settled and page.wish.retract not in {q.pk for q in others}:
        return join([*lines, fill(MORE, page.tab, len(others))])
    more = join(draw_question(q, page, reader, stamp=stamp) for q in others)
    return join([*lines, fill(UNFOLDED, HERE if page.wish.settled else "", more)])


def draw_question(q: Question, page: CasePage, reader: Reader, *, stamp: SafeString) -> SafeString:
    if q.answered_at is None:
        return fill(PLACE, q.pk, fill(DROPPED, draw_icon("x"), q.number, q.text))
    by = f"noted by {q.answered_by.display_name}, " if q.answered_by else ""
    source = fill(SOURCE, find_address("desk:mail", q.source_id)) if q.source_id else ""
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
