"""The story of a case, line by line: a long case has hundreds, drawn here and not by a template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import linebreaksbr, truncatechars
from django.utils.safestring import SafeString

from cases.domain.words import count_of
from cases.models import Event
from cases.queries.case_page import CasePage
from cases.queries.decisions import Decision, Reversal
from cases.templatetags._addresses import find_address
from cases.templatetags._badges import draw_avatar, draw_delivery, draw_word
from cases.templatetags._forms import act_on_case, ask_form, mark_evidence
from cases.templatetags._html import fill, join
from cases.templatetags._icons import draw_icon
from cases.templatetags._rows import Reader
from notifications.outbox.sealed import hide

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
# How sure it is who wrote, by cases.domain.trust.Level.
SENDER = {
    2: (" is-good", "shield-check", "verified reply"),
    1: ("", "shield", "address on file"),
}
UNKNOWN = (" is-bad", "shield-x", "not verified")
NAMELESS = {"opened", "asked", "restore_asked", "sender_verified", "verified"}  # who is obvious


STAMP = '<a class="permalink" href="?tab={0}&amp;event={1}#e{1}">{2}</a>'


@dataclass(frozen=True, kw_only=True)
class Story:
    """The page whose story it is, and who reads it; `stamp` is what each form carries."""

    page: CasePage
    reader: Reader
    stamp: SafeString
    may_reply: bool

    def see(self, event: Event, at: datetime | None = None) -> SafeString:
        """When it was, as the address of the line: it leads there from anywhere, folded or not."""
        seen = self.reader.see(at or event.at, self.page.case.zone)
        return fill(STAMP, self.page.tab, event.sequence, seen)


ITEM = '<li id="e{}"{}>{}</li>'
HERE = SafeString(' tabindex="-1" autofocus')  # where one goes on reading
EARLIER = (
    '<li class="story-more"><a class="btn btn-sm" href="?tab={0}&amp;whole={1}#e{1}"'
    ' hx-get="?tab={0}&amp;whole={1}" hx-select="#story" hx-target="#story" hx-swap="outerHTML">'
    "{2}Show {3}</a></li>"
)


def draw_story(story: Story) -> SafeString:
    """The lines that are shown, as the items of a list, and the way to the others."""
    told, here = story.page.story, story.page.wish.whole
    lines = [
        fill(ITEM, event.sequence, HERE if event.sequence == here else "", draw_event(event, story))
        for event in told.events
    ]
    if told.earlier:
        what = count_of(told.earlier, "earlier line")
        more = fill(EARLIER, story.page.tab, told.next, draw_icon("history"), what)
        lines.append(more)
    return join(lines)


def find_icon_of(event: Event) -> str:
    """The icon of a line of the story."""
    is_mail = event.kind.startswith("mail_") or event.email_id
    return ICONS.get(event.kind, "mail" if is_mail else "point")


def draw_event(event: Event, story: Story) -> SafeString:
    """One line: a message in full, a mail of the desk's that opens, or a sentence."""
    if event.kind == "mail_received" and event.inbound:
        return draw_received(event, story)
    if event.kind == "note":
        return draw_note(event, story)
    if event.email and event.kind == "mail_reply":
        return draw_reply(event, story)
    if event.email and event.kind != "mail_undelivered":
        return draw_sent(event, story)
    return draw_line(event, story)


RECEIVED = """<article class="msg">{}<div>
<div class="msg-head"><b>{}</b><span class="muted small">{}</span>{}{}</div>
<div class="msg-body"><p>{}</p></div>
<div class="small mt-1"><a class="link" href="{}">Show the whole message</a></div>
{}</div></article>"""


def draw_received(event: Event, story: Story) -> SafeString:
    """What the customer wrote, with the sentences that decided."""
    mail = event.inbound
    assert mail is not None
    name = mail.from_name or mail.from_email
    text = mark_evidence(mail.reply_text or mail.text, story.page.readings.get(mail.pk))
    return fill(
        RECEIVED, draw_avatar(name, beside=True), name, mail.from_email,
        draw_word(*SENDER.get(event.data.get("level"), UNKNOWN)),
        story.see(event, mail.received_at), text,
        find_address("desk:mail", mail.pk), draw_decision(event, story),
    )  # fmt: skip


NOTE = (
    '<article class="msg is-note">{}<div><div class="msg-head"><b>{}</b><span class="word">{}note'
    '</span>{}</div><div class="msg-body"><p>{}</p></div></div></article>'
)


def draw_note(event: Event, story: Story) -> SafeString:
    """What a colleague wrote for colleagues."""
    return fill(
        NOTE, draw_avatar(event.actor, beside=True), name_actor(event), draw_icon("lock"),
        story.see(event), linebreaksbr(event.summary),
    )  # fmt: skip


REPLY = (
    '<article class="msg">{}<div><div class="msg-head"><b>{}</b><span class="muted small">to {}'
    '</span>{}{}</div><div class="msg-body"><p>{}</p></div>{}</div></article>'
)
TAKE_BACK = (
    '<form {}>{}<input type="hidden" name="email" value="{}">'
    '<button class="btn btn-sm">Take it back</button></form>'
)


def draw_reply(event: Event, story: Story) -> SafeString:
    """What a colleague wrote to the customer; while it waits, it can be taken back."""
    email = event.email
    assert email is not None
    back: SafeString | str = ""
    if email.status == email.Status.QUEUED and story.may_reply:
        form = act_on_case(story.page.case, "take_back")
        back = fill(TAKE_BACK, form, story.stamp, email.pk)
    return fill(
        REPLY, draw_avatar(event.actor, beside=True), name_actor(event) or "The desk",
        email.to_name, draw_delivery(email), story.see(event),
        linebreaksbr(hide(email.text)), back,
    )  # fmt: skip


SENT = (
    '<details class="event-mail"><summary class="event">{}<span>{}</span>{}{}</summary>'
    '<div class="msg-body card-pad"><p>{}</p></div></details>'
)


def draw_sent(event: Event, story: Story) -> SafeString:
    """A mail that the desk wrote."""
    email = event.email
    assert email is not None
    return fill(
        SENT, draw_icon(find_icon_of(event)), email.subject, draw_delivery(email),
        story.reader.see(event.at, story.page.case.zone), linebreaksbr(hide(email.text)),
    )  # fmt: skip


LINE = '<div class="event">{}<span>{}{}</span>{}</div>{}'
WHY = '<div class="event-why">{}{}</div>'
WORDS = '<div class="msg-body small"><p>{}</p></div>'


def draw_line(event: Event, story: Story) -> SafeString:
    """A sentence: what happened, who did it, and on what the desk decided it."""
    who = name_actor(event) if event.actor and event.kind not in NAMELESS else event.data.get("by")
    by = fill(' <span class="muted">{}</span>', who) if who else ""
    why: SafeString | str = draw_decision(event, story)
    if why:
        words: SafeString | str = ""
        if event.kind == "automatic_mail" and event.inbound:
            text = event.inbound.reply_text or event.inbound.text
            words = fill(WORDS, linebreaksbr(truncatechars(text, 420)))
        why = fill(WHY, words, why)
    icon = draw_icon(find_icon_of(event))
    return fill(LINE, icon, event.summary, by, story.see(event), why)


def name_actor(event: Event) -> str:
    return event.actor.display_name if event.actor else ""


DECISION = '<div class="evidence tone-grace"><div>{} <b>{}.</b>{}</div>{}\n{}</div>'
WRONG = (
    '<details class="wrong no-print"><summary class="link small">That’s wrong</summary>{}</details>'
)


def draw_decision(event: Event, story: Story) -> SafeString | str:
    """What the desk decided by itself, on what evidence, and how to reverse it."""
    decision = story.page.decisions.get(event.pk)
    if decision is None:
        return ""
    reversals = join(draw_reversal(one, event, story) for one in decision.reversals)
    return fill(
        DECISION, draw_icon("sparkles"), decision.title, *draw_evidence(decision),
        fill(WRONG, reversals) if reversals else "",
    )  # fmt: skip


def draw_evidence(decision: Decision) -> tuple[str, SafeString | str]:
    """One line stands beside the title, several are a list below it."""
    if len(decision.evidence) == 1:
        return f" {decision.evidence[0]}", ""
    lines = join(fill("<li>{}</li>", line) for line in decision.evidence)
    return "", fill('<ul class="evidence-lines">{}</ul>', lines) if lines else ""


ASKS = '<a class="btn btn-sm" {}>{}</a>'
FIELD = '<input type="hidden" name="{}" value="{}">'
REASON = (
    '<label class="visually-hidden" for="why-{0}-{1}">What was wrong?</label>'
    '<input class="form-control" id="why-{0}-{1}" name="reason" required maxlength="300"'
    ' placeholder="What was wrong?">'
)


def draw_reversal(reversal: Reversal, event: Event, story: Story) -> SafeString:
    """“That's wrong”: a form of its own, or the way to one that asks for more."""
    if reversal.asks:
        return fill(ASKS, ask_form(story.page.case, reversal.verb), reversal.label)
    asks_why = reversal.verb != "note_told"
    return fill(
        '<form {} class="wrong-form">{}{}{}<button class="btn btn-sm">{}</button></form>',
        act_on_case(story.page.case, reversal.verb),
        story.stamp,
        join(fill(FIELD, *field) for field in reversal.fields.items()),
        fill(REASON, reversal.verb, event.pk) if asks_why else "",
        reversal.label,
    )
