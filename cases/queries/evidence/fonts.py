"""Letters for the pack's PDF: DejaVu, embedded, and the viewer's own for what East Asia writes."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

FACES = {
    "Body": "DejaVuSans.ttf",
    "Strong": "DejaVuSans-Bold.ttf",
    "Mono": "DejaVuSansMono.ttf",
}
# By the first character set that knows the letter; these fonts are every PDF reader's.
EAST_ASIAN = (
    ("shift_jis", "HeiseiKakuGo-W5"),
    ("gb2312", "STSong-Light"),
    ("big5", "MSung-Light"),
    ("euc_kr", "HYGothic-Medium"),
)


@cache
def load_fonts() -> frozenset[int]:
    """Register the fonts once per process; the code points that the body's font can draw.

    Raises OSError where the npm packages are not installed.
    """
    folder = Path(settings.BASE_DIR) / "node_modules" / "dejavu-fonts-ttf" / "ttf"
    for face, file in FACES.items():
        pdfmetrics.registerFont(TTFont(face, str(folder / file)))
    for _, font in EAST_ASIAN:
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    return frozenset(pdfmetrics.getFont("Body").face.charToGlyph)


def write_text(text: str) -> str:
    """Any text as it can stand in a paragraph: escaped, each letter in a font that has it.

    A letter that no font has is named by its number, and a control character is left out, so that
    nothing is silently another letter.
    """
    drawn = load_fonts()
    parts = []
    for font, letters in groupby(text, key=lambda letter: choose_font(letter, drawn)):
        run = "".join(letters)
        if font is None:
            parts.append(escape("".join(f"[U+{ord(c):04X}]" for c in run if c.isprintable())))
        elif font == "Body":
            parts.append(escape(run).replace("\n", "<br/>"))
        else:
            parts.append(f'<font name="{font}">{escape(run)}</font>')
    return "".join(parts)


def choose_font(letter: str, drawn: frozenset[int]) -> str | None:
    """The name of a font that draws this letter; None for none."""
    if letter == "\n" or (letter.isprintable() and ord(letter) in drawn):
        return "Body"
    for charset, font in EAST_ASIAN:
        try:
            letter.encode(charset)
        except UnicodeEncodeError:
            continue
        return font if letter.isprintable() else None
    return None
