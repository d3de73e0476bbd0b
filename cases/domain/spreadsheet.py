"""Rows as CSV that no spreadsheet takes for formulas (THREATS 35)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

# What makes Excel, LibreOffice or Google Sheets compute a text, also behind blanks and in the
# full-width forms that some of them fold.
STARTERS = frozenset("=+-@\t\r\n|%＝＋－＠")


def write_csv(rows: Iterable[Sequence[Any]]) -> str:
    """All rows as one CSV text, every cell quoted, lines ended by CRLF (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([write_cell(value) for value in row])
    return out.getvalue()


def write_cell(value: Any) -> str:
    """One cell. Numbers and dates are ours; a text that could compute gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = "".join(c for c in str(value) if c in "\t\n" or c.isprintable())
    return f"'{text}" if text.strip()[:1] in STARTERS or text[:1] in STARTERS else text
