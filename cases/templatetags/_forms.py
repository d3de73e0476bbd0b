"""What every form of a case carries, and evidence marked in the words."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString, mark_safe

from cases.models import Case
from cases.queries.case_page import Shown
from cases.templatetags._addresses import find_address
from cases.templatetags._html import fill, safe


def act_on_case(case: Case, verb: str) -> SafeString:
    """The attributes of a form that does `verb` to the case, with and without JavaScript."""
    return fill(
        'method="post" action="{0}" hx-post="{0}" hx-target="find .refusal" hx-swap="innerHTML" '
        'hx-sync="this:drop" autocomplete="off"',
        find_address("desk:act", case.number, verb),
    )


def ask_form(case: Case, verb: str) -> SafeString:
    """The attributes of a link to the form of `verb`, which comes as a dialog where scripts run.

    It says what its page has shown, so that the form is as stale as the page (THREATS 53).
    """
    address = find_address("desk:form", case.number, verb)
    return fill(
        'href="{0}?version={1}&amp;seen={2}" hx-get="{0}?version={1}&amp;seen={2}"'
        ' hx-target="#dialog-slot" hx-swap="innerHTML" hx-sync="this:drop" data-asks="{3}"',
        address, case.version, case.last_sequence, verb,
    )  # fmt: skip


def stamp_form(case: Case | Shown, *, token: str) -> SafeString:
    """The token, and the version and the last event that the page has shown (THREATS 53)."""
    return fill(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="version" value="{}">'
        '<input type="hidden" name="seen" value="{}">'
        '<div class="refusal" role="alert"></div>',
        token, case.version, case.last_sequence,
    )  # fmt: skip


def mark_evidence(text: str, evidence: dict[str, Any] | None) -> SafeString:
    """The text with the sentences that decided highlighted; everything else escaped."""
    spans = sorted((int(e["start"]), int(e["end"])) for e in (evidence or {}).get("evidence", ()))
    parts, at = [], 0
    for start, end in spans:
        if start < at or end > len(text):
            continue
        parts += [
            safe(text[at:start]),
            fill("<mark>{}</mark>", text[start:end]),
        ]
        at = end
    parts.append(safe(text[at:]))
    return mark_safe("".join(parts).replace("\n", "<br>"))  # noqa: S308  # every part is escaped
