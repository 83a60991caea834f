"""Which kind of nothing a missing year or day is, the same for every table of mobility and society."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from tightrope.evidence import Evidence
from tightrope.measures.measure import Missing, MissingKind

Years = Sequence[int] | int | None


def as_years(years: Years) -> list[int] | None:
    """Give the years asked for as a list; None asks for every visible year."""
    if years is None:
        return None
    return [int(years)] if isinstance(years, int) else [int(year) for year in years]


def missing_years(evidence: Evidence, table: str, years: list[int] | None, what: str, gap: str = "") -> Missing:
    """Say why ``table`` has nothing for ``what`` in ``years``.

    A year that has not ended on the as-of day is ``not_yet``, one after the table's last is ``series_ended``, any
    other ``not_collected``; where several apply the first of these speaks. ``gap`` says what an absent row means.
    """
    coverage = evidence.package.table(table).details.coverage
    first, last = _year(coverage.first), _year(coverage.last)
    span = f"{table} runs from {first} to {last}"
    if years:
        asked = ", ".join(str(year) for year in years)
        ended = (
            evidence.as_of.year if (evidence.as_of.month, evidence.as_of.day) == (12, 31) else evidence.as_of.year - 1
        )
        if min(years) > ended:
            return Missing(MissingKind.NOT_YET, f"{what}, {asked}: not ended on {evidence.as_of}; {span}")
        if last and min(years) > last:
            return Missing(MissingKind.SERIES_ENDED, f"{what}, {asked}: {span}")
        return Missing(MissingKind.NOT_COLLECTED, f"{what}, {asked}: no row; {span}{'; ' + gap if gap else ''}")
    if first and first >= evidence.as_of.year:
        return Missing(MissingKind.NOT_YET, f"{what}: nothing up to {evidence.as_of}; {span}")
    return Missing(MissingKind.NOT_COLLECTED, f"{what}: no row; {span}{'; ' + gap if gap else ''}")


def missing_day(evidence: Evidence, table: str, day: date, what: str) -> Missing | None:
    """Say why a day lies outside the table or after the as-of day; None when it does not."""
    coverage = evidence.package.table(table).details.coverage
    if day > evidence.as_of:
        return Missing(MissingKind.NOT_YET, f"{what}: {day} is after {evidence.as_of}, the day the evidence is cut at")
    if coverage.first is None or day.isoformat() < coverage.first:
        return Missing(MissingKind.NOT_COLLECTED, f"{what}: {table} begins on {coverage.first}, {day} is before")
    return None


def listed(codes: str | Iterable[str]) -> list[str]:
    """Give one code or several as a list."""
    return [codes] if isinstance(codes, str) else list(codes)


def _year(text: str | None) -> int | None:
    return int(text[:4]) if text else None
