"""Tables of plain texts on their way to Typst, without the detour over HTML that costs pandoc most of its time."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import unescape

_TABLE = re.compile(
    r"""\s*<table\b[^<>]*>
        (?:\s*<caption\b[^<>]*>(?P<caption>[^<>]*)</caption>)?
        \s*<thead>\s*<tr>(?P<head>.*?)</tr>\s*</thead>
        \s*<tbody>(?P<body>.*?)</tbody>
        \s*</table>
        (?:\s*<p\ class="source">(?P<source>[^<>]*)</p>)?\s*""",
    re.VERBOSE | re.DOTALL,
)
_ROW = re.compile(r"\s*<tr>(.*?)</tr>\s*", re.DOTALL)
_CELL = re.compile(r"\s*<(t[hd])\b([^<>]*)>([^<>]*)</\1>\s*")
_SIDE = re.compile(r"text-align:\s*(left|right|center)\b")


def grid(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    sides: Sequence[str],
    *,
    caption: str = "",
    source: str = "",
    after: str = "",
) -> str:
    """Write a table as the text of a `Piece` of kind ``grid``.

    Parameters
    ----------
    columns : sequence of str
        Header cells.
    rows : sequence of sequence of str
    sides : sequence of str
        For each column ``left``, ``right``, ``center``, or an empty text to have it follow from the cells.
    caption, source, after : str
        The table's title, the source line that belongs to it, and a line under both.
    """
    return json.dumps(
        {
            "columns": [_single_spaced(text) for text in columns],
            "sides": ["Align" + (side.capitalize() or "Default") for side in sides],
            "rows": [[_single_spaced(text) for text in row] for row in rows],
            "caption": _single_spaced(caption),
            "source": _single_spaced(source),
            "after": after,
        },
        ensure_ascii=False,
    )


def read_grid(html: str) -> str | None:
    """Read a piece of HTML that is one table of plain texts, with at most a source line after it.

    None for anything else: markup in a cell, cells that span, a column that is not set to one side throughout.
    """
    found = _TABLE.fullmatch(html)
    if found is None:
        return None
    lines = [_row(found["head"]), *map(_row, _ROW.findall(found["body"]))]
    if _ROW.sub("", found["body"]) or len(lines) == 1:
        return None
    cells = [line for line in lines if line]
    if len(cells) != len(lines) or len({len(line) for line in cells}) != 1:
        return None
    sides = [{side for side, _ in column} for column in zip(*cells, strict=True)]
    if any(len(found_sides) != 1 for found_sides in sides):
        return None
    head, *body = [[text for _, text in line] for line in cells]
    return grid(
        head,
        body,
        [side for each in sides for side in each],
        caption=unescape(found["caption"] or ""),
        source=unescape(found["source"] or ""),
    )


def _row(inner: str) -> list[tuple[str, str]]:
    """Give a row's cells, each with its side; nothing where it holds more than plain cells."""
    if _CELL.sub("", inner):
        return []
    line = []
    for _, attributes, text in _CELL.findall(inner):
        if "span" in attributes or "align=" in attributes:
            return []
        side = _SIDE.search(attributes)
        line.append((side[1] if side else "", unescape(text)))
    return line


def _single_spaced(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
