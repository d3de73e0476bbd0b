"""What leaves the desk as a table is never a formula (THREATS 35)."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from cases.domain.spreadsheet import write_cell, write_csv

FORMULAS = [
    "=1+1", "+1 312 555 0123", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1",
    "=cmd|' /C calc'!A0", "|x", "%0A=1", "＝1+1", "＠x",
    '=HYPERLINK("http://x.example","y")', "\u200b=1",
]  # fmt: skip


@pytest.mark.threat(35)
@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_only_text(text: str) -> None:
    cell = write_cell(text)
    assert cell.startswith("'")
    [[read]] = csv.reader(io.StringIO(write_csv([[text]]), newline=""))
    assert read == cell


@pytest.mark.threat(35)
def test_numbers_dates_and_plain_words_stay_as_they_are() -> None:
    row = [Decimal("-5.00"), -3, date(2026, 12, 22), None, True, 'Say "hi", Rosa', "a=b", "a\nb"]
    assert write_csv([row]) == (
        '"-5.00","-3","2026-12-22","","True","Say ""hi"", Rosa","a=b","a\nb"\r\n'
    )


@pytest.mark.threat(35)
def test_nobody_else_writes_csv() -> None:
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    writers = [
        str(file.relative_to(root))
        for app in ("accounts", "cases", "config", "notifications")
        for file in (root / app).rglob("*.py")
        if "csv.writer" in file.read_text() or "csv.DictWriter" in file.read_text()
    ]
    assert writers == ["cases/domain/spreadsheet.py"]
