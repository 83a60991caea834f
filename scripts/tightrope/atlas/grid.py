"""Which states and years a table covers, and which kind of nothing every other cell is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tightrope.atlas.atlas import FIRST_YEAR, Atlas
from tightrope.evidence import Resource

Cells = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Cell(StrEnum):
    """What a state and year is to a table."""

    COVERED = "covered"
    NOT_COLLECTED = "not collected"
    NONE_LISTED = "none listed"
    SERIES_ENDED = "series ended"
    NO_STATE = "no such state then"


@dataclass(frozen=True)
class Grid:
    """States by years of one table, from its first year (1946 at the earliest) to its last visible one.

    Attributes
    ----------
    table : Resource
    first : int
        First year; columns of ``covered`` are the years from here on.
    covered : array of bool
        One row a state, in the atlas's order.
    there : array of bool
        Where the state was there at the end of the year.
    n_later : int
        Rows that describe a day after the atlas's.
    ended : int
        Full years after the table's last one, when it holds none later; else 0.
    """

    table: Resource
    first: int
    covered: Cells
    there: Cells
    n_later: int
    ended: int

    @property
    def last(self) -> int:
        """Last visible year."""
        return self.first + int(self.covered.shape[1]) - 1

    @property
    def n_states(self) -> int:
        """States with a row in any year."""
        return int(self.covered.any(axis=1).sum())

    def count(self, n_alive_now: int) -> dict[Cell, int]:
        """Count cells by kind; ``n_alive_now`` states make one cell a year after the series has ended."""
        missing = int((self.there & ~self.covered).sum())
        listed = is_list(self.table)
        return {
            Cell.COVERED: int(self.covered.sum()),
            Cell.NOT_COLLECTED: 0 if listed else missing,
            Cell.NONE_LISTED: missing if listed else 0,
            Cell.SERIES_ENDED: self.ended * n_alive_now,
            Cell.NO_STATE: int((~self.there & ~self.covered).sum()),
        }


def state_columns(table: Resource) -> list[str]:
    """Give the columns that say whose row it is: the reporter where there is one, else every column of states."""
    named = [name for key in table.table_schema.foreign_keys for name in key["fields"]]
    return ["iso3_reporter"] if "iso3_reporter" in named else named


def grid(atlas: Atlas, table: Resource) -> Grid | None:
    """Lay a table out by state and year; None where it names no states or dates no rows, or has none on the day."""
    columns, dated = state_columns(table), table.details.describes
    if not columns or dated.kind == "none" or dated.field is None or table.name == "states":
        return None
    rows = atlas.rows(table.name)
    if not rows.num_rows:
        return None
    first, last = years(rows[dated.field]), years(rows[dated.last or dated.field])
    last = np.minimum(last, atlas.as_of.year)
    begin, end = max(int(first.min()), FIRST_YEAR), int(last.max())
    if end < begin:
        return None
    place = {state: i for i, state in enumerate(atlas.states)}
    covered = np.zeros((len(place), end - begin + 1), dtype=bool)
    for column in columns:
        states = numbered(rows[column], place)
        kept = states >= 0
        for lag in range(int((last - first).max(initial=0)) + 1):
            year = first + lag
            seen = kept & (year >= begin) & (year <= last)
            covered[states[seen], year[seen] - begin] = True
    n_later = max(table.details.coverage.n_rows - rows.num_rows, 0)
    # A list of dated events has not ended because nothing happened since.
    goes_on = n_later or (is_list(table) and dated.kind == "date")
    ended = 0 if goes_on else max(atlas.last_year - end, 0)
    return Grid(table, begin, covered, atlas.there(begin, end), n_later, ended)


def is_list(table: Resource) -> bool:
    """Give whether a year without a row is one in which there was nothing to list."""
    dated_events = any(field.name == "date_precision" for field in table.table_schema.fields)
    return table.details.absent == "none" or dated_events


def years(column: pa.ChunkedArray) -> Ints:
    """Give the year of each row of a year, month or date column; an empty cell counts as year 0."""
    if pa.types.is_date(column.type):
        column = pc.year(column)
    elif not pa.types.is_integer(column.type):
        column = pc.cast(pc.utf8_slice_codeunits(pc.cast(column, pa.string()), 0, 4), pa.int64())
    filled: Ints = pc.fill_null(column, 0).to_numpy(zero_copy_only=False).astype(np.int64)
    return filled


def numbered(column: pa.ChunkedArray, place: dict[str, int]) -> Ints:
    """Give the place of each value, -1 where it has none."""
    coded: Any = column.combine_chunks()
    if not pa.types.is_dictionary(coded.type):
        coded = coded.dictionary_encode()
    lookup = np.array([place.get(value, -1) for value in coded.dictionary.to_pylist()] + [-1], dtype=np.int64)
    codes = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    found: Ints = lookup[codes]
    return found


def ordered(atlas: Atlas, covered: npt.NDArray[Any]) -> tuple[Ints, dict[str, int]]:
    """Give the rows by region, in a region the best covered first; and how many rows each region has."""
    amount = covered.sum(axis=1)
    regions = list(dict.fromkeys(atlas.regions[s] for s in atlas.states))
    order = sorted(
        range(len(atlas.states)),
        key=lambda i: (regions.index(atlas.regions[atlas.states[i]]), -int(amount[i]), atlas.states[i]),
    )
    return np.array(order), {r: sum(atlas.regions[s] == r for s in atlas.states) for r in regions}


def runs(cells: npt.NDArray[Any], first: int) -> list[tuple[int, int, int, int]]:
    """Give the runs of equal, non-zero cells of each row: row, first year, last year, level."""
    made = []
    for i, row in enumerate(cells.astype(int)):
        edges = np.flatnonzero(np.diff(row)) + 1
        for start, stop in zip([0, *edges], [*edges, len(row)], strict=True):
            if row[start]:
                made.append((i, first + int(start), first + int(stop) - 1, int(row[start])))
    return made
