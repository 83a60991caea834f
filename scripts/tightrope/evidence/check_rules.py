"""The rules of a schema, each over a whole column at once: they give rows, never loop over them."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tightrope.evidence.check_fault import SHOWN, Fault, some
from tightrope.evidence.package import TableField

Rows = npt.NDArray[np.int64]
ARROW = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
_WORDS = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "date": "a date (2021-03-25)"}
WHY_STATE = "a row of a state nobody knows is left out of every count and rank"
WHY_KEY = "two rows for one observation: a measure would count it twice"
WHY_EMPTY = "the cell must be filled; nothing says what an empty one would mean"
WHY_RANGE = "a value outside its range is a slip, and ranks and shares would follow it"
WHY_TYPE = "the table cannot be read, so no report can be made from it"


@dataclass(frozen=True)
class Column:
    """One column: its distinct values and, for each row, which of them it has.

    A code of -1 is an empty cell, -2 one whose text does not fit the type.
    """

    field: TableField
    values: pa.Array
    codes: Rows

    def where(self, bad: npt.NDArray[np.bool_]) -> Rows:
        """Give the rows whose distinct value is marked in ``bad``."""
        if not bad.any():
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(np.append(bad, [False, False])[self.codes])

    def empty(self) -> Rows:
        """Give the rows with an empty cell."""
        return np.flatnonzero(self.codes == -1)

    def at(self, rows: Rows) -> list[Any]:
        """Give the values of the first rows, for showing."""
        codes = self.codes[rows[:SHOWN]]
        return [None if code < 0 else self.values[int(code)].as_py() for code in codes]


def encode(field: TableField, stored: pa.ChunkedArray) -> Column:
    """Give a stored column by its distinct values."""
    array = stored.combine_chunks()
    if not pa.types.is_dictionary(array.type):
        array = pc.dictionary_encode(array)
    codes = pc.fill_null(array.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return Column(field, array.dictionary, codes)


def typed(column: Column) -> tuple[Column, Rows]:
    """Turn a column of texts into its type; also give the rows whose text does not fit."""
    kind = column.field.type
    if kind == "string":
        return column, np.empty(0, dtype=np.int64)
    parsed = [_parse(text, kind) for text in column.values.to_pylist()]
    rows = column.where(np.array([value is None for value in parsed], dtype=bool))
    codes = column.codes.copy()
    codes[rows] = -2
    return Column(column.field, pa.array(parsed, ARROW[kind]), codes), rows


def _parse(text: str, kind: str) -> Any:
    try:
        if kind == "integer":
            return int(text) if re.fullmatch(r"-?\d{1,18}", text) else None
        if kind == "number":
            return float(text) if re.fullmatch(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) else None
        if kind == "date":
            return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None
    return {"true": True, "false": False}.get(text)


def type_faults(table: str, column: Column, rows: Rows, lines: Sequence[int] | None, fix: str) -> Iterator[Fault]:
    """Name the texts that are not of the column's type."""
    problem = f"not {_WORDS[column.field.type]}" if column.field.type in _WORDS else "not text"
    yield from some(
        rows, Fault(table, problem, column=column.field.name, why=WHY_TYPE, fix=fix), column.at(rows), lines
    )


def column_faults(
    table: str, column: Column, states: frozenset[str] | None, lines: Sequence[int] | None, fix: str
) -> Iterator[Fault]:
    """Check required, minimum, maximum, enum, pattern, unique and, with ``states``, the foreign key.

    A field whose rules are themselves unsound is left to the check of the descriptor.
    """
    if any(unsound(column.field)):
        return
    for problem, why, rows in _broken(column, states):
        if len(rows):
            fault = Fault(table, problem, column=column.field.name, why=why, fix=fix)
            yield from some(rows, fault, column.at(rows), lines)


def unsound(field: TableField) -> Iterator[str]:
    """Give what is wrong with a field's own rules: a bound or choice of another type, a pattern that is none."""
    rules = field.constraints
    for name in sorted(set(rules) - {"required", "unique", "minimum", "maximum", "enum", "pattern"}):
        yield f"constraint {name} is not one that is checked"
    for name in ("minimum", "maximum", "enum"):
        if name in rules:
            values = rules[name] if name == "enum" else [rules[name]]
            try:
                pa.array([_bound(field, value) for value in values], ARROW[field.type])
            except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError):
                yield f"{name} {rules[name]!r} is not {_WORDS.get(field.type, 'text')}"
    try:
        re.compile(rules.get("pattern", ""))
    except (re.error, TypeError):
        yield f"pattern {rules['pattern']!r} is not a regular expression"


def _bound(field: TableField, value: Any) -> Any:
    return date.fromisoformat(value) if field.type == "date" else value


def _broken(column: Column, states: frozenset[str] | None) -> Iterator[tuple[str, str, Rows]]:
    rules, field = column.field.constraints, column.field
    if rules.get("required"):
        yield "empty", WHY_EMPTY, column.empty()
    if field.type == "number" and len(column.values):
        finite = pc.is_finite(column.values).to_numpy(zero_copy_only=False)
        yield "not a finite number", WHY_RANGE, column.where(~finite)
    # The bound comes first: it is greater than a value that is too small.
    for name, compare, word in (("minimum", pc.greater, "less than"), ("maximum", pc.less, "more than")):
        if name in rules:
            bound = pa.scalar(_bound(field, rules[name]), ARROW[field.type])
            bad = _mark(column, functools.partial(compare, bound))
            yield f"{word} the {name} {rules[name]}", WHY_RANGE, column.where(bad)
    if "enum" in rules:
        choices = ", ".join(str(choice) for choice in rules["enum"][:8]) + ("…" if len(rules["enum"]) > 8 else "")
        known = pa.array([_bound(field, choice) for choice in rules["enum"]], ARROW[field.type])
        bad = _mark(column, lambda values: pc.invert(pc.is_in(values, known)))
        yield f"not one of {choices}", "the word is in no measure's list", column.where(bad)
    if "pattern" in rules:
        form = re.compile(rules["pattern"])
        bad = np.array([not form.fullmatch(text) for text in column.values.to_pylist()], dtype=bool)
        yield f"not of the form {rules['pattern']}", "a date or code of another form is not found", column.where(bad)
    if rules.get("unique"):
        yield "is there twice", WHY_KEY, repeated([column], skip_empty=True)
    if states is not None:
        bad = np.array([text not in states for text in column.values.to_pylist()], dtype=bool)
        yield "not a code of the table states", WHY_STATE, column.where(bad)


def _mark(column: Column, test: Callable[[pa.Array], pa.Array]) -> npt.NDArray[np.bool_]:
    if not len(column.values):
        return np.zeros(0, dtype=bool)
    marks: npt.NDArray[np.bool_] = test(column.values.cast(ARROW[column.field.type])).to_numpy(zero_copy_only=False)
    return marks


def repeated(columns: Sequence[Column], *, skip_empty: bool = False) -> Rows:
    """Give the rows whose combination of values stood in an earlier row."""
    codes = np.zeros(len(columns[0].codes), dtype=np.int64)
    size = 1
    for column in columns:
        n = len(column.values) + 2
        if size > 2**62 // n:
            _, codes = np.unique(codes, return_inverse=True)
            size = int(codes.max(initial=0)) + 1
        codes = codes * n + column.codes + 2
        size *= n
    ordered = np.sort(codes)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(twice):
        return np.empty(0, dtype=np.int64)
    order = np.argsort(codes, kind="stable")
    again = np.flatnonzero(codes[order][1:] == codes[order][:-1]) + 1
    rows = np.sort(order[again])
    # A cell that does not fit its type has been named already, and is no key.
    least = 0 if skip_empty else -1
    return rows[np.all([column.codes[rows] >= least for column in columns], axis=0)]
