"""Dates as people write them: "31.3.", "3/31", "end of March", "next Friday", in four languages."""

from cases.domain.written_dates.model import WrittenDate
from cases.domain.written_dates.read import read_dates, writes_month_first

__all__ = ["WrittenDate", "read_dates", "writes_month_first"]
