"""The numbers behind a picture: a table that travels in the output's metadata and is set beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tightrope.errors import RenderFailed

KINDS = ("text", "number", "year", "date", "flag")
# A longer table is no reading matter; the notebook beside the report holds the rest.
MOST_ROWS = 200
DIGITS = 4


@dataclass(frozen=True)
class Numbers:
    """A table of plain values.

    Attributes
    ----------
    columns : tuple of str
        Header cells.
    kinds : tuple of str
        For each column one of `KINDS`.
    rows : tuple of tuple
        Text, numbers, ISO dates, True or False; None where there is no data.
    n_rows : int
        Rows there are in all; more than ``rows`` where the notebook itself kept fewer.
    """

    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    n_rows: int

    @property
    def shown(self) -> tuple[tuple[Any, ...], ...]:
        """The rows a report sets."""
        return self.rows[:MOST_ROWS]

    def cells(self, language: str, words: Mapping[str, str]) -> list[list[str]]:
        """Write the shown rows for people: numbers and dates as the language does, no data as a word.

        Parameters
        ----------
        language : str
            BCP 47 tag; one that is not known is taken as English.
        words : mapping
            ``no_data``, ``yes`` and ``no``.
        """
        writer = _Writer(language, words)
        return [[writer.write(value, kind) for value, kind in zip(row, self.kinds, strict=True)] for row in self.shown]


def read_numbers(value: object, where: str) -> Numbers:
    """Read a table out of a picture's metadata.

    Raises
    ------
    RenderFailed
        Where it is no object with columns, kinds and rows, is empty, or a row has not one value a column.
    """
    given = value if isinstance(value, Mapping) else {}
    columns = tuple(str(name) for name in _list(given.get("columns")))
    kinds = tuple(str(kind) for kind in _list(given.get("kinds")) or ["text"] * len(columns))
    rows = tuple(tuple(_list(row)) for row in _list(given.get("rows")))
    fault = ""
    if not columns or not rows:
        fault = "has no numbers"
    elif not all(columns):
        fault = "has a column of numbers without a name"
    elif len(kinds) != len(columns) or any(len(row) != len(columns) for row in rows):
        fault = "has a row of numbers with not one value a column"
    elif unknown := [kind for kind in kinds if kind not in KINDS]:
        fault = f"has a column of numbers of an unknown kind {unknown[0]!r}"
    elif not all(_fits(v, kind) for row in rows for v, kind in zip(row, kinds, strict=True)):
        fault = "has a number that is not of its column's kind"
    if fault:
        raise RenderFailed(
            f"a picture {fault}",
            where=where,
            why="whoever cannot see it, or would check it, needs them as a table",
            fix='give "numbers": {"columns": […], "kinds": […], "rows": [[…]]}, or leave "numbers" out',
        )
    n_rows = given.get("n_rows")
    return Numbers(columns, kinds, rows, max(n_rows, len(rows)) if isinstance(n_rows, int) else len(rows))


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def _fits(value: object, kind: str) -> bool:
    if value is None or kind == "text":
        return value is None or isinstance(value, (str, int, float))
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "date":
        try:
            return bool(dt.date.fromisoformat(str(value)))
        except ValueError:
            return False
    return isinstance(value, int if kind == "year" else (int, float)) and not isinstance(value, bool)


def _rounded(value: float) -> Decimal:
    """Round a fraction to four digits that count; whole numbers, and the whole part of others, stay as they are."""
    exact = Decimal(str(value))
    if exact == exact.to_integral_value():
        return exact
    places = max(0, DIGITS - 1 - exact.adjusted())
    return exact.quantize(Decimal(1).scaleb(-places))


class _Writer:
    """Writes values in one language."""

    def __init__(self, language: str, words: Mapping[str, str]) -> None:
        from babel import Locale, UnknownLocaleError
        from babel.numbers import parse_pattern

        try:
            # the house writes British English: 25 March 2021
            self.locale = Locale.parse("en_GB" if language == "en" else language.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            self.locale = Locale.parse("en_GB")
        self.words = words
        self.pattern = parse_pattern("#,##0.############")

    def write(self, value: Any, kind: str) -> str:
        if value is None:
            return self.words["no_data"]
        if kind == "flag":
            return self.words["yes"] if value else self.words["no"]
        if kind == "number":
            return str(self.pattern.apply(_rounded(value), self.locale)).replace("-", "−")
        if kind == "date":
            from babel.dates import format_date

            return str(format_date(dt.date.fromisoformat(value), "long", locale=self.locale))
        return str(value)
