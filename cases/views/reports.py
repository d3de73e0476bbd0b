"""The supervisors' dashboard, the cases behind each number, and the same as a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.domain.reports import ASKED, PERIODS, Why
from cases.domain.spreadsheet import write_csv
from cases.domain.states import State
from cases.queries import reports
from cases.queries.queue_filters import Offers, UnknownFilter, read_offers
from cases.queries.report_filters import Slice, read_slice
from cases.views.shared import DeskRequest, View, require_deed
from config import clock

DAY = timedelta(days=1)


def sliced(view: Callable[[DeskRequest, Slice, Offers, datetime], HttpResponse]) -> View:
    """Hand a view the slice that the address names; 400 for one that is not offered."""

    @wraps(view)
    def answer(request: DeskRequest) -> HttpResponse:
        offers = read_offers(request.user)
        try:
            chosen = read_slice(request.GET.dict(), offers=offers)
        except UnknownFilter as error:
            return HttpResponseBadRequest(str(error))
        return view(request, chosen, offers, clock.now())

    return answer


@require_safe
@require_deed("report.read")
@sliced
def show_reports(
    request: DeskRequest, chosen: Slice, offers: Offers, now: datetime
) -> HttpResponse:
    """All numbers of a period; the pictures are drawn from the tables' own data."""
    report = reports.read_report(user=request.user, chosen=chosen, offers=offers, now=now)
    context = {"report": report, "offers": offers, "periods": PERIODS, "charts": draw(report)}
    context["days"] = [day.isoformat() for day in reports.list_days(now=now)]
    return render(request, "desk/reports.html", context)


@require_safe
@require_deed("report.read")
@sliced
def show_cases(request: DeskRequest, chosen: Slice, offers: Offers, now: datetime) -> HttpResponse:
    """The cases behind one number."""
    cases = reports.select_cases(user=request.user, chosen=chosen, now=now)
    rows = reports.list_rows(cases, most=reports.MOST_LISTED + 1)
    context = {
        "chosen": chosen,
        "words": describe(chosen, offers),
        "cases": rows[: reports.MOST_LISTED],
        "more": len(rows) > reports.MOST_LISTED,
        "file_query": chosen.address(),
    }
    return render(request, "desk/report_cases.html", context)


@require_safe
@require_deed("report.export")
@sliced
def download_cases(
    request: DeskRequest, chosen: Slice, offers: Offers, now: datetime
) -> HttpResponse:
    """The same cases as CSV, without formulas (THREATS 35)."""
    cases = reports.select_cases(user=request.user, chosen=chosen, now=now)
    rows = reports.list_rows(cases, most=reports.MOST_EXPORTED)
    text = write_csv([reports.HEAD, *(reports.to_cells(case) for case in rows)])
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="cases-{chosen.count}.csv"'
    return answer


def describe(chosen: Slice, offers: Offers) -> list[str]:
    """A slice in words, the widest first."""
    period = f"in the last {chosen.days} days" if not chosen.on else f"on {chosen.on}"
    return [
        words
        for words in (
            f"{chosen.count.label} {period}" if chosen.count != "promised" else chosen.count.label,
            dict(offers.brands).get(chosen.brand or 0, ""),
            ASKED.get(chosen.asked, ""),
            State(chosen.state).label if chosen.state else "",
            "No reason given" if chosen.reason == "-" else chosen.reason,
            Why(chosen.why).label if chosen.why else "",
        )
        if words
    ]


def draw(report: reports.Report) -> dict[str, Any]:
    """What the pictures need, as JSON; every shape carries the query of its cases."""
    names = {**ASKED, **{state.value: state.label for state in State}}
    return {
        "flow": [
            {
                "source": names.get(link.source, link.source),
                "target": names.get(link.target, link.target),
                "value": link.number,
                "query": link.query,
            }
            for link in report.flow
        ],
        "stays": [
            {
                "label": stay.state.label,
                "median": round(stay.median / DAY, 2),
                "most": round(stay.most / DAY, 2),
                "query": stay.query,
            }
            for stay in report.stays
        ],
        **{
            name: [{"label": b.label, "value": b.number, "query": b.query} for b in bars]
            for name, bars in (
                ("reasons", report.reasons),
                ("promises", report.promises),
                ("load", report.load),
            )
        },
    }
