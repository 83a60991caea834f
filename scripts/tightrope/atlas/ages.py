"""How old a table is on a day: what it describes last, when its copy came out, and since when a newer one is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tightrope.atlas.atlas import Atlas
from tightrope.evidence import Resource
from tightrope.evidence.age import end_of, next_due


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
    last, released = last_described(atlas, table), table.details.released
    base = released or last
    years = None if base is None or base > atlas.as_of else (atlas.as_of - base).days / 365.25
    due = next_due(table, last)
    stale = due if due is not None and due <= atlas.as_of else None
    return Age(table, last, released, years, stale)


def last_described(atlas: Atlas, table: Resource) -> date | None:
    """Give the last day that visible rows describe: the end of their last year or month."""
    dated = table.details.describes
    rows = atlas.rows(table.name)
    if dated.kind == "none" or dated.field is None or not rows.num_rows:
        return None
    value = max(v for v in rows[dated.last or dated.field].unique().to_pylist() if v is not None)
    last = end_of(value, dated.kind)
    return min(last, atlas.as_of) if last is not None and dated.kind in ("date", "run") else last
