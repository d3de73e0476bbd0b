"""The look that the tests take at pages sees in each form what is wrong in that form alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.look import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = """<!doctype html><html lang="en"><title>A page</title><meta name="viewport"
content="width=device-width"><style>
body {{ background: #fff; color: #111 }}
@media (prefers-color-scheme: dark) {{ body {{ background: #111; color: #eee }} }}
{style}</style><main><h1>A page</h1><p>Words that everybody can read.</p><p>And more.</p>
<p>And still more.</p><p class="odd">One that is different.</p>
<button><span>Press</span></button>{more}</main></html>"""
DARK = "@media (prefers-color-scheme: dark)"
PHONE = "@media (max-width: 400px)"


@pytest.mark.parametrize(
    ("style", "more", "said"),
    [
        (".odd { color: #ccc }", "", "wide-light: .*color-contrast"),
        (DARK + " { .odd { color: #333 } }", "", "wide-dark: .*color-contrast"),
        (".odd { position: absolute; color: #ccc }", "", "wide-light: .*color-contrast"),
        (".odd { opacity: .2 }", "", "wide-light: .*color-contrast"),
        (PHONE + " { button span { display: none } }", "", "phone-light: .*button-name"),
        (PHONE + " { .odd { width: 500px } }", "", "px wide on a phone-light"),
        ("", "<input>", "wide-light: .*label"),
    ],
)
def test_what_is_wrong_is_seen(page: Any, style: str, more: str, said: str) -> None:
    page.set_content(PAGE.format(style="", more=""))
    look(page, "right")  # from now on its inks and grounds are known
    page.set_content(PAGE.format(style=style, more=more))
    with pytest.raises(AssertionError, match=said):
        look(page, "wrong")


def test_only_the_named_part_is_looked_at(page: Any) -> None:
    wrong = '<div id="wrong"><input></div>'
    page.set_content(PAGE.format(style="", more=wrong))
    look(page, "beside", at="h1")
    with pytest.raises(AssertionError, match="label"):
        look(page, "wrong", at="#wrong")
