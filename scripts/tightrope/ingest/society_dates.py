"""Dates as sources write them: a day, a month, a quarter, a half, some months, a year, two years."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pandas as pd

from tightrope.errors import BadTable

_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("day", r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"),
        ("month", r"(?P<y>\d{4})-(?P<m>\d\d)"),
        ("quarter", r"(?P<y>\d{4})-Q(?P<q>[1-4])"),
        ("half", r"(?P<y>\d{4})-H(?P<h>[12])"),
        ("months", r"(?P<y>\d{4})-(?P<m>\d\d)/(?P<to>\d\d)"),
        ("year", r"(?P<y>\d{4})"),
        ("years", r"(?P<y>\d{4})/(?P<y2>\d{4})"),
    )
)


def span(text: str) -> tuple[str, date, date]:
    """Give the precision and the first and last day that a partial date can mean.

    >>> span("2014-Q1")
    ('quarter', datetime.date(2014, 1, 1), datetime.date(2014, 3, 31))

    Raises
    ------
    BadTable
        A form that is not in the list above.
    """
    for precision, form in _FORMS:
        found = form.fullmatch(text)
        if not found:
            continue
        part = {name: int(value) for name, value in found.groupdict().items()}
        year = part["y"]
        if precision == "day":
            day = date(year, part["m"], part["d"])
            return precision, day, day
        first, last = _months(precision, part)
        return precision, date(year, first, 1), _month_end(part.get("y2", year), last)
    raise BadTable(f"{text!r} is not a date as the sources write them", fix="add its form to society_dates.py")


def _months(precision: str, part: dict[str, int]) -> tuple[int, int]:
    if precision in ("month", "months"):
        return part["m"], part.get("to", part["m"])
    if precision == "quarter":
        return 3 * part["q"] - 2, 3 * part["q"]
    if precision == "half":
        return 6 * part["h"] - 5, 6 * part["h"]
    return 1, 12


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def dated(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Add ``date_precision``, ``date_first`` and ``date_last``, empty where ``column`` is empty."""
    spans = [span(text) if isinstance(text, str) else (None, None, None) for text in frame[column]]
    precision, first, last = (list(part) for part in zip(*spans, strict=True))
    return frame.assign(
        date_precision=precision, date_first=pd.to_datetime(pd.Series(first, index=frame.index)),
        date_last=pd.to_datetime(pd.Series(last, index=frame.index)),
    )  # fmt: skip
