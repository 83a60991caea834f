"""The annex of a PDF: the numbers behind each picture, as a table that the picture leads to."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from tightrope.publish.figures import Figure
from tightrope.publish.grids import grid
from tightrope.publish.numbers import Numbers


def key_of(number: int) -> str:
    """Give the name by which a picture and its table know each other."""
    return f"numbers-{number}"


def heading(words: Mapping[str, str]) -> str:
    """Give the annex's heading as HTML."""
    return f"<h2>{escape(words['numbers_annex'])}</h2>"


def table(numbers: Numbers, figure: Figure, language: str, words: Mapping[str, str]) -> str:
    """Give the numbers of a picture as a `Piece` of kind ``grid``, and a line where it is cut."""
    after = ""
    if numbers.n_rows > len(numbers.shown):
        after = words["numbers_cut"].format(shown=len(numbers.shown), all=numbers.n_rows)
    return grid(
        numbers.columns,
        numbers.cells(language, words),
        ["right" if kind == "number" and i else "" for i, kind in enumerate(numbers.kinds)],
        caption=figure.subtitle or figure.title or figure.alt,
        after=after,
    )
