"""How old a table is on a day: what it describes last, when its copy came out, and since when a newer one is due."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from tightrope.atlas.atlas import Atlas
from tightrope.evidence import Resource


@dataclass(frozen=True)
class Age:
    """A table's age.

    Attributes
    ----------
    last : date or None
        Last day that the visible rows describe; None where no row is dated or visible.
    released : date or None
        Release of our copy; None where nobody recorded it.
    years : float or None
        From the release (the last day described, where the release is not known) to the atlas's day; None where
        neither is known, or the copy came out later.
    stale_since : date or None
        The day from which a newer release was due: release, else last day described, and the producer's cadence. None
        where no cadence is stated, or the day is still to come.
    """

    table: Resource
    last: date | None
    released: date | None
    years: float | None
    stale_since: date | None

    @property
    def is_later(self) -> bool:
        """Whether our copy came out after the atlas's day."""
        return self.years is None and self.released is not None


def age(atlas: Atlas, table: Resource) -> Age:
    """Give the age of a table on the atlas's day."""
    last, released, cadence = last_described(atlas, table), table.details.released, table.details.cadence
    base = released or last
    years = None if base is None or base > atlas.as_of else (atlas.as_of - base).days / 365.25
    stale = None
    if base is not None and cadence is not None:
        due = add_months(base, cadence.months)
        stale = due if due <= atlas.as_of else None
    return Age(table, last, released, years, stale)


def last_described(atlas: Atlas, table: Resource) -> date | None:
    """Give the last day that visible rows describe: the end of their last year or month."""
    dated = table.details.describes
    rows = atlas.rows(table.name)
    if dated.kind == "none" or dated.field is None or not rows.num_rows:
        return None
    value = max(v for v in rows[dated.last or dated.field].unique().to_pylist() if v is not None)
    if dated.kind == "year":
        return date(int(value), 12, 31)
    if dated.kind == "month":
        year, month = map(int, str(value).split("-"))
        return date(year, month, calendar.monthrange(year, month)[1])
    return min(date.fromisoformat(str(value)), atlas.as_of)


def add_months(day: date, months: int) -> date:
    """Give the same day some months later, the last of its month where there is no such day; a month's end stays one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    longest = calendar.monthrange(year, month + 1)[1]
    is_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, longest if is_end else min(day.day, longest))
