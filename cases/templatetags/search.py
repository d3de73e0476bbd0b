"""What was looked for, marked in what was found."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from cases.queries.search import Found
from cases.templatetags._found import draw_cases, draw_customers, draw_mails
from cases.templatetags.desk import read_reader

register = template.Library()


@register.simple_tag(takes_context=True)
def found_cases(context: template.Context, found: Found) -> SafeString:
    """The cases as rows of a table."""
    return draw_cases(found.cases, found.words, read_reader(context))


@register.simple_tag
def found_customers(found: Found) -> SafeString:
    """The customers as items of a list; each leads to a call."""
    return draw_customers(found.customers, found.words)


@register.simple_tag(takes_context=True)
def found_mails(context: template.Context, found: Found) -> SafeString:
    """The mails as items of a list, the newest first."""
    return draw_mails(found.mail, found.words, read_reader(context))
