"""Dates as a source gives them: a day, a month, a year or a span, with the first and last day they can mean."""

from __future__ import annotations

import calendar
import re
from datetime import date

import pandas as pd

_PART = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")


def first_and_last(text: str) -> tuple[date, date]:
    """Give the first and last day that ``text`` can mean.

    ``1990-09-30`` is a day, ``1990-09`` a month, ``1990`` a year and ``1947/1950`` a span from the first day of its
    left part to the last day of its right part.

    Raises
    ------
    ValueError
        ``text`` is none of these, or is no day of the calendar.
    """
    left, _, right = text.partition("/")
    return _day(left, first=True), _day(right or left, first=False)


def _day(text: str, *, first: bool) -> date:
    found = _PART.match(text)
    if not found:
        raise ValueError(f"{text!r} is not a year, month or day")
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    if month is None:
        return date(year, 1, 1) if first else date(year, 12, 31)
    if day is None:
        return date(year, month, 1 if first else calendar.monthrange(year, month)[1])
    return date(year, month, day)


def precision(text: str) -> str:
    """Name how exact a date is: ``day``, ``month``, ``year`` or ``span``."""
    if "/" in text:
        return "span"
    return {4: "year", 7: "month", 10: "day"}[len(text)]


def with_days(frame: pd.DataFrame, column: str = "date") -> pd.DataFrame:
    """Give ``frame`` with ``date_precision``, ``date_first`` and ``date_last`` made from its date texts."""
    days = [first_and_last(text) for text in frame[column]]
    return frame.assign(
        date_precision=[precision(text) for text in frame[column]],
        date_first=[first for first, _ in days],
        date_last=[last for _, last in days],
    )
