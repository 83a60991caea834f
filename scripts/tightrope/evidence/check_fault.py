"""A fault of the evidence, as a person can find and mend it, and the list that shows many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import numpy.typing as npt

# A column spoilt as a whole has a million bad cells; nobody reads more than these.
SHOWN = 20


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a table or its descriptor.

    Attributes
    ----------
    table : str
        The table, or ``datapackage.json``.
    problem : str
        What is wrong, without the place.
    row : int or None
        Data row counted from 1, as a person counts; None when the fault is not in a row.
    line : int or None
        Line of the file, for a CSV table.
    column : str
        The column, empty when the fault is not in one.
    value : str or None
        The offending value, None when there is none to show.
    why : str
        Why it matters to the reader of a report.
    fix : str
        What to do next.
    more : int
        Further rows of the column with the same problem, which are not listed.
    """

    table: str
    problem: str
    row: int | None = None
    line: int | None = None
    column: str = ""
    value: str | None = None
    why: str = ""
    fix: str = ""
    more: int = 0

    def place(self) -> str:
        """Give row, line, column and value in one phrase."""
        parts = []
        if self.row is not None:
            parts.append(f"row {self.row}" + (f" (line {self.line})" if self.line else ""))
        elif self.line:
            parts.append(f"line {self.line}")
        if self.column:
            parts.append(f"column {self.column}")
        if self.value is not None:
            parts.append(f"value {_short(self.value)}")
        return ", ".join(parts)

    def __str__(self) -> str:
        place = self.place()
        return f"{place}: {self.problem}" if place else self.problem


def listing(faults: Sequence[Fault]) -> str:
    """Give the faults as text: at most twenty a table, why once for each kind, what to do once a table."""
    lines: list[str] = []
    for table, of_table in groupby(faults, key=lambda fault: fault.table):
        found = list(of_table)
        n = sum(1 + fault.more for fault in found)
        lines.append(f"{table}: {n:,} fault{'s' if n > 1 else ''}")
        shown = found[:SHOWN]
        for why, kind in groupby(shown, key=lambda fault: fault.why):
            lines += [f"  {fault}" for fault in kind]
            lines += [f"    why: {why}"] if why else []
        if n > len(shown):
            lines.append(f"  and {n - len(shown):,} more")
        lines += [f"    do: {fix}" for fix in dict.fromkeys(fault.fix for fault in shown) if fix]
    return "\n".join(lines)


def some(
    rows: npt.NDArray[np.int64], build: Fault, values: Sequence[object], lines: Sequence[int] | None = None
) -> Iterator[Fault]:
    """Give a fault for each of the first twenty rows (counted from 0), with ``more`` on the last of them."""
    rest = max(len(rows) - SHOWN, 0)
    for place, (row, value) in enumerate(zip(rows[:SHOWN].tolist(), values[:SHOWN], strict=True)):
        yield replace(
            build,
            row=row + 1,
            line=lines[row] if lines is not None else None,
            value="" if value is None else str(value),
            more=rest if place == SHOWN - 1 else 0,
        )


def _short(value: str) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…'"
