"""The annex of a PDF: the numbers behind each picture, as a table that the picture leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from tightrope.publish.figures import Figure
from tightrope.publish.numbers import Numbers


def key_of(number: int) -> str:
    """Give the name by which a picture and its table know each other."""
    return f"numbers-{number}"


def heading(words: Mapping[str, str]) -> str:
    """Give the annex's heading as HTML."""
    return f"<h2>{escape(words['numbers_annex'])}</h2>"


def table(numbers: Numbers, figure: Figure, language: str, words: Mapping[str, str]) -> str:
    """Give the numbers of a picture as an HTML table, and a line where it is cut."""
    right = [' style="text-align: right"' if kind == "number" and i else "" for i, kind in enumerate(numbers.kinds)]
    body = "".join(_row("td", row, right) for row in numbers.cells(language, words))
    caption = figure.subtitle or figure.title or figure.alt
    more = ""
    if numbers.n_rows > len(numbers.shown):
        more = f"<p>{escape(words['numbers_cut'].format(shown=len(numbers.shown), all=numbers.n_rows))}</p>"
    head = _row('th scope="col"', numbers.columns, right)
    return f"<table><caption>{escape(caption)}</caption><thead>{head}</thead><tbody>{body}</tbody></table>{more}"


def _row(tag: str, cells: Sequence[str], sides: Sequence[str]) -> str:
    name = tag.partition(" ")[0]
    inner = "".join(f"<{tag}{side}>{escape(cell)}</{name}>" for cell, side in zip(cells, sides, strict=True))
    return f"<tr>{inner}</tr>"
