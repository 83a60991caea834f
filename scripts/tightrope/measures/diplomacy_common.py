"""What the measures of diplomacy and security share: pairs, years, days and which kind of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from tightrope.errors import BadParameter
from tightrope.evidence import Evidence, check_state, parse_date
from tightrope.measures.measure import Missing, MissingKind, Result

Years = Sequence[int] | int | None
Day = str | int | date | None


def check_pair(evidence: Evidence, state_a: str, state_b: str) -> tuple[str, str]:
    """Give the two codes in alphabetical order, as the undirected tables store them."""
    check_two(evidence, state_a, state_b, ("state_a", "state_b"))
    return min(state_a, state_b), max(state_a, state_b)


def check_two(evidence: Evidence, one: str, other: str, names: tuple[str, str]) -> None:
    """Raise unless both are known states and differ."""
    check_state(evidence, one, names[0])
    check_state(evidence, other, names[1])
    if one == other:
        raise BadParameter(f"{names[0]} and {names[1]} are both {one}", fix="name two states")


def as_years(years: Years) -> list[int] | None:
    """Give the years asked, in order and once each; None for all."""
    if years is None:
        return None
    return sorted({int(y) for y in ([years] if isinstance(years, int) else years)})


def in_years(years: Years) -> dict[str, Any]:
    """Give the filter for ``Evidence.select`` that keeps the years asked; none for all."""
    return {} if years is None else {"year": as_years(years)}


def first_day(day: Day, name: str) -> date | None:
    """Read a date, or the first day of a year (``2017`` or ``"2017"``)."""
    if day is None:
        return None
    return parse_date(f"{day}-01-01" if _is_year(day) else str(day), name)


def last_day(day: Day, name: str) -> date | None:
    """Read a date, or the last day of a year."""
    if day is None:
        return None
    return parse_date(f"{day}-12-31" if _is_year(day) else str(day), name)


def _is_year(day: Day) -> bool:
    return isinstance(day, int) or (isinstance(day, str) and len(day) == 4 and day.isdigit())


def last_full_year(day: date) -> int:
    """Give the last year that had ended on ``day``."""
    return day.year if (day.month, day.day) == (12, 31) else day.year - 1


def covered_years(evidence: Evidence, table: str) -> tuple[int, int]:
    """Give the first and last year that the table covers, whatever the as-of date."""
    coverage = evidence.package.table(table).details.coverage
    return int(str(coverage.first)[:4]), int(str(coverage.last)[:4])


def whole_column(evidence: Evidence, table: str, column: str) -> list[str]:
    """Give the distinct values of a column whatever the as-of date: the closed list a name is checked against."""
    stored = evidence.whole(table)
    return sorted(str(v) for v in stored[column].unique().to_pylist() if v is not None)


def absent(evidence: Evidence, table: str, what: str, years: Years = None) -> Missing:
    """Say which kind of nothing it is that ``table`` holds no row on ``what`` in ``years``."""
    first, last = covered_years(evidence, table)
    asked = as_years(years)
    seen = last_full_year(evidence.as_of)
    if (min(asked) if asked else first) > seen:
        return Missing(MissingKind.NOT_YET, f"{what}: that had not ended on {evidence.as_of}")
    if asked and min(asked) > last:
        return Missing(MissingKind.SERIES_ENDED, f"{what}: {table} ends with {last}")
    if asked and max(asked) < first:
        return Missing(MissingKind.NOT_COLLECTED, f"{what}: {table} begins with {first}")
    return Missing(MissingKind.NOT_COLLECTED, f"{what}: no row in {table} ({first} to {last})")


def nothing(columns: Sequence[str], missing: Missing) -> Result:
    """Give an empty result of a kind."""
    return Result(pd.DataFrame(columns=list(columns)), {}, missing)


def at_day(evidence: Evidence, on: Day) -> tuple[date, Evidence | None]:
    """Give the day asked (the as-of day by default) and the evidence of that day; None when it lies beyond as-of."""
    day = last_day(on, "on") or evidence.as_of
    if day > evidence.as_of:
        return day, None
    return day, evidence.at(day, evidence.known_on)


def not_yet(evidence: Evidence, day: date) -> Missing:
    """Say that a day lies beyond the as-of day."""
    return Missing(MissingKind.NOT_YET, f"{day} is later than {evidence.as_of}, the as-of day")
