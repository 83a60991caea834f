"""The numbers a chart draws, as a table for whoever would rather read than look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tightrope.charts.common import Words

# What a notebook keeps of a chart's numbers; publish shows fewer and says so.
MAX_ROWS = 2000
# Digits of a fraction: more than any chart can show, fewer than would be noise. Whole numbers stay whole.
DIGITS = 6


@dataclass(frozen=True, eq=False)
class Numbers:
    """What is drawn, in the shape and the words a reader wants.

    Parameters
    ----------
    frame : pandas.DataFrame
        One column for each header cell, named as it is to be read. A missing value means that we found no data.
    years : collection of str
        Columns of whole numbers that name something (a year) rather than count it.
    """

    frame: pd.DataFrame
    years: Collection[str] = ()

    def record(self) -> dict[str, Any]:
        """Give the table as plain values: headers, the kind of each column, rows, and how many rows there are."""
        shown = self.frame.head(MAX_ROWS)
        kinds = [self._kind(str(name), shown.iloc[:, i]) for i, name in enumerate(shown.columns)]
        columns = [[_plain(value, kind) for value in shown.iloc[:, i]] for i, kind in enumerate(kinds)]
        return {
            "columns": [str(name) for name in shown.columns],
            "kinds": kinds,
            "rows": [list(row) for row in zip(*columns, strict=True)],
            "n_rows": len(self.frame),
        }

    def _kind(self, name: str, column: pd.Series[Any]) -> str:
        if name in self.years:
            return "year"
        if pd.api.types.is_bool_dtype(column):
            return "flag"
        if pd.api.types.is_numeric_dtype(column):
            return "number"
        if pd.api.types.is_datetime64_any_dtype(column):
            return "date"
        values = [value for value in column if not pd.isna(value)]
        if values and all(isinstance(value, (bool, np.bool_)) for value in values):
            return "flag"
        return "date" if values and all(isinstance(value, dt.date) for value in values) else "text"


def columns_of(frame: pd.DataFrame, headers: Mapping[str, str], years: Collection[str] = ()) -> Numbers:
    """Take some columns of a table under the headers a reader wants, in that order; absent ones are left out.

    Parameters
    ----------
    frame : pandas.DataFrame
        The chart's own table.
    headers : mapping
        Header by column; two columns never share one.
    years : collection of str
        Columns, by their name in ``frame``, whose whole numbers are years.
    """
    kept = [column for column in headers if column in frame]
    shown = frame[kept].copy()
    shown.columns = pd.Index(_apart([headers[column] for column in kept]))
    named = dict(zip(kept, shown.columns, strict=True))
    return Numbers(shown, [str(named[column]) for column in years if column in named])


def over_time(frame: pd.DataFrame, x: str, y: str, by: Collection[str], words: Words) -> Numbers:
    """Lay values over time: one row a year or date, one column a series; a year without a row says that it has none.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tidy: ``x``, ``y`` and the columns of ``by``, whose values together name a series.
    """
    dated = pd.api.types.is_datetime64_any_dtype(frame[x])
    head = words.header("date" if dated else "year")
    at = frame[x] if dated else frame[x].astype(int)
    values = pd.Series(frame[y].to_numpy(dtype=float, na_value=np.nan), index=frame.index)
    keys = [", ".join(str(v) for v in key) for key in frame[list(by)].to_numpy()] if by else ["value"] * len(frame)
    wide = pd.DataFrame({"at": at, "key": keys, "value": values}).pivot_table(
        index="at", columns="key", values="value", aggfunc="first", sort=False, dropna=False
    )
    wide = wide[list(dict.fromkeys(keys))].sort_index()
    if not dated:
        # A year nobody recorded stands in the table as the gap that it is in the line.
        wide = wide.reindex(range(int(wide.index[0]), int(wide.index[-1]) + 1))
    names = list(wide.columns) if by else [words.header("value")]
    shown = pd.DataFrame({head: wide.index})
    for name, column in zip(_apart([head, *map(str, names)])[1:], wide.columns, strict=True):
        shown[name] = wide[column].to_numpy()
    return Numbers(shown, [] if dated else [head])


def _apart(names: list[str]) -> list[str]:
    """Number names that come twice, so that every column has its own."""
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return made


def _plain(value: Any, kind: str) -> str | float | int | bool | None:
    if value is None or value is pd.NaT or (not isinstance(value, (str, list, tuple)) and pd.isna(value)):
        return None
    if kind == "year":
        return int(value)
    if kind == "number":
        number = float(value)
        return int(number) if number.is_integer() else float(f"{number:.{DIGITS}g}")
    if kind == "flag":
        return bool(value)
    if kind == "date":
        return pd.Timestamp(value).date().isoformat()
    return str(value)
