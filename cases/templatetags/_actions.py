"""The buttons of a case's actions, each with its key, or with why it is not possible now."""

from __future__ import annotations

from django.utils.safestring import SafeString

from cases.models import Case
from cases.queries.possible import Possible
from cases.templatetags._forms import act_on_case, ask_form
from cases.templatetags._html import fill
from cases.templatetags._nav import draw_keys

LINK = '<a class="btn{}" {} {}>{}{}</a>'
PLACE = 'href="#{}"'
FORM = '<form {}>{}<button class="btn{}" {}>{}{}</button></form>'
KEY = 'data-key="{}" data-key-label="{}" data-key-group="This case"{}'
NEXT = ' data-key-next="{}"'
BARRED = (
    '<span class="is-if"><button type="button" class="btn" aria-disabled="true"'
    ' aria-describedby="why-{0}" title="{2}">{1}</button><span class="why-not" id="why-{0}">{2}'
    "</span></span>"
)


def draw_action(offer: Possible, case: Case, *, stamp: SafeString) -> SafeString:
    """The one next step is filled; a link leads to the form of an action, or to the
    field where it is done; the others are done at once."""
    if not offer.allowed:
        return fill(BARRED, offer.name, offer.label, offer.why_not)
    tone = " btn-primary" if offer.primary else ""
    following = fill(NEXT, offer.label) if offer.primary else ""
    key, caps = fill(KEY, offer.key.lower(), offer.label, following), draw_keys(offer.key)
    if offer.at or offer.has_form:
        leads = fill(PLACE, offer.at) if offer.at else ask_form(case, offer.name)
        return fill(LINK, tone, leads, key, offer.label, caps)
    act = act_on_case(case, offer.name)
    return fill(FORM, act, stamp, tone, key, offer.label, caps)
