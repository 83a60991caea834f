"""How old a table is: the last day that it describes, and the day from which its producer's next release is due."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tightrope.evidence.package import Kind, Resource


@dataclass(frozen=True)
class Standing:
    """How a table stands on a day, beside its producer's next release.

    Attributes
    ----------
    table : Resource
    on : date
        The day.
    last : date or None
        Last day that its rows describe; None where no row is dated.
    due : date or None
        The day from which a newer release is due; None where nobody states how often the table comes out, or where
        neither its release nor its last day is known.
    """

    table: Resource
    on: date
    last: date | None
    due: date | None

    @property
    def is_late(self) -> bool:
        """Whether a newer release was due by the day."""
        return self.due is not None and self.due <= self.on

    @property
    def days_late(self) -> int:
        """Days since a newer release is due: 0 on its day and where none is due."""
        return (self.on - self.due).days if self.due is not None and self.is_late else 0


def standing(table: Resource, on: date) -> Standing:
    """Give how a table, with all its stored rows, stands on a day."""
    last = last_day(table)
    return Standing(table, on, last, next_due(table, last))


def standings(tables: Iterable[Resource], on: date) -> list[Standing]:
    """Give how each table stands on a day, the longest late first, then by name."""
    return sorted((standing(table, on) for table in tables), key=lambda s: (-s.days_late, s.table.name))


def next_due(table: Resource, last: date | None) -> date | None:
    """Give the day from which a newer release is due.

    It is the release of our copy, else the last day described, and the producer's cadence.

    Parameters
    ----------
    table : Resource
        Its ``cadence`` says how often it comes out and who says so; without one nothing is due.
    last : date or None
        The last day that its rows describe.
    """
    base, cadence = table.details.released or last, table.details.cadence
    return add_months(base, cadence.months) if base is not None and cadence is not None else None


def last_day(table: Resource) -> date | None:
    """Give the last day that the stored rows describe, by the descriptor's coverage; None where they are not dated."""
    last = table.details.coverage.last
    return end_of(last, table.details.describes.kind) if last else None


def end_of(value: str | int, kind: Kind) -> date | None:
    """Give the last day of a year, of a month ``2020-05`` or of a day; None where rows are not dated."""
    if kind == "none":
        return None
    if kind == "year":
        return date(int(value), 12, 31)
    if kind == "month":
        year, month = map(int, str(value).split("-"))
        return date(year, month, calendar.monthrange(year, month)[1])
    return date.fromisoformat(str(value))


def add_months(day: date, months: int) -> date:
    """Give the same day some months later, or the last of its month; the end of a month stays an end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    longest = calendar.monthrange(year, month + 1)[1]
    is_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, longest if is_end else min(day.day, longest))
