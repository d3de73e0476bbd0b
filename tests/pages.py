"""Pages as a browser takes them, whatever lines their templates are written in."""

from __future__ import annotations

import re

BLOCKS = (
    "article|aside|button|div|dd|dialog|dl|dt|fieldset|footer|form|h[1-6]|header|hr|legend|li|main|nav|ol"
    "|option|p|section|select|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
AROUND_BLOCKS = re.compile(rf"\s*(</?(?:{BLOCKS})(?:\s[^<>]*)?>)\s*")
BLANKS = re.compile(r"[ \t\r\n\f]+")  # no-break spaces stay


def fold(html: str) -> str:
    """One blank for many, and none beside the tag of a block."""
    return AROUND_BLOCKS.sub(r"\1", BLANKS.sub(" ", html))
