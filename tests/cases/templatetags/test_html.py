from __future__ import annotations

from typing import Any

import pytest
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from cases.templatetags._html import fill, join


class Drawn:
    def __html__(self) -> str:
        return "<b>drawn</b>"


@pytest.mark.threat(40)
@pytest.mark.parametrize(
    "value",
    [
        "plain",
        "<script>\"'&",
        "",
        12,
        None,
        mark_safe("<i>&amp;</i>"),
        Drawn(),
        gettext_lazy("Yes"),
    ],
)
def test_a_pattern_is_filled_as_django_fills_it(value: Any) -> None:
    pattern = '<a title="{0}">{0}</a>{1}'
    filled = fill(pattern, value, "<x>")
    assert filled == format_html(pattern, value, "<x>")
    assert type(filled) is type(format_html("{}", 1))  # never escaped again
    assert join([filled, "<"]) == f"{filled}&lt;"
