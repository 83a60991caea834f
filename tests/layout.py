"""How a PDF is laid out: the rows of its tables by page, its pictures, and the white at the end of its pages."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf

MM = 72 / 25.4
TOP, BOTTOM = 26 * MM, (297 - 24) * MM  # of the text on a page, from its upper edge


def table_pages(pdf: bytes | Path) -> list[dict[int, int]]:
    """Give for each table the number of body rows that end on each of its pages, by the tags."""
    with pikepdf.open(io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf) as opened:
        numbers = {page.obj.objgen: number for number, page in enumerate(opened.pages, start=1)}
        found = []
        for table in _elements(opened.Root.StructTreeRoot.K, "/Table"):
            rows = [row for body in _elements(table.K, "/TBody") for row in _elements(body.K, "/TR")]
            ends = [max(map(numbers.__getitem__, pages)) for pages in map(_pages, rows) if pages]
            found.append(dict(sorted(Counter(ends).items())))
    return found


def white_ends(pdf: bytes | Path) -> list[float]:
    """Give for each page the share of its text's height, from 0 to 1, that is white below the last thing on it."""
    given = {"stream": pdf} if isinstance(pdf, bytes) else {"filename": pdf}
    with pymupdf.open(**given) as opened:  # type: ignore[no-untyped-call]
        return [_white(page) for page in opened]


def pictures(pdf: bytes | Path) -> list[tuple[int, float, float]]:
    """Give for each tagged picture its page, its width and its height in millimetres."""
    with pikepdf.open(io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf) as opened:
        numbers = {page.obj.objgen: number for number, page in enumerate(opened.pages, start=1)}
        found = []
        for figure in _elements(opened.Root.StructTreeRoot.K, "/Figure"):
            attributes = list(figure.A) if isinstance(figure.A, pikepdf.Array) else [figure.A]
            (box,) = (one.BBox for one in attributes if "/BBox" in one)
            left, low, right, high = (float(side) / MM for side in box)
            (page,) = _pages(figure)
            found.append((numbers[page], right - left, high - low))
    return found


def _white(page: Any) -> float:
    pixels = page.get_pixmap(dpi=36, colorspace=pymupdf.csGRAY, clip=(0, TOP, page.rect.width, BOTTOM))
    rows = [pixels.samples[at : at + pixels.width] for at in range(0, len(pixels.samples), pixels.stride)]
    last = max((number for number, row in enumerate(rows, start=1) if min(row) < 250), default=0)
    return 1 - last / len(rows)


def _elements(node: Any, tag: str) -> Iterator[pikepdf.Dictionary]:
    """Give the outermost elements of a kind, in order."""
    for one in node if isinstance(node, pikepdf.Array) else [node]:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            if tag == one.S:
                yield one
            elif "/K" in one:
                yield from _elements(one.K, tag)


def _pages(element: pikepdf.Dictionary, page: Any = None) -> set[tuple[int, int]]:
    """Give the pages that an element's marked content stands on."""
    page = element.get("/Pg", page)
    kids = element.get("/K", pikepdf.Array())
    found = set()
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if not isinstance(kid, pikepdf.Dictionary):
            found.add(page.objgen)
        elif kid.get("/Type") == "/MCR":
            found.add(kid.get("/Pg", page).objgen)
        elif "/S" in kid:
            found |= _pages(kid, page)
    return found
