"""Markdown, HTML and LaTeX to Typst markup: all pieces of a notebook in one request to pandoc."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from tightrope.publish import pandoc
from tightrope.publish.grids import read_grid
from tightrope.publish.maths import SIMPLER
from tightrope.publish.words import words_of

Kind = Literal["markdown", "html", "latex", "grid"]


@dataclass(frozen=True)
class Piece:
    """A text of the notebook in some markup, and the cell (counted from 1) it comes from.

    One of kind ``grid`` is a table of plain texts that `grids` wrote, which pandoc need not read.
    """

    kind: Kind
    text: str
    cell: int


@dataclass(frozen=True)
class Picture:
    """A picture that a text asks for: ``key`` is its name in the Typst markup, ``src`` what the text said."""

    key: str
    src: str
    alt: str
    cell: int


@dataclass(frozen=True)
class Notice:
    """Something that could not be set as it was meant, and the cell it is in."""

    cell: int
    text: str


@dataclass(frozen=True)
class Converted:
    """Typst markup of all pieces, in their order.

    Attributes
    ----------
    texts : tuple of str
        Typst markup of each piece; empty where nothing of it can be set.
    pictures : tuple of Picture
        Pictures the markup names with ``#picture("key")``.
    notices : tuple of Notice
        What was set otherwise than meant.
    n_headings : int
        Headings left after the title.
    contents_placed : bool
        Whether the contents already stand before the second section.
    """

    texts: tuple[str, ...]
    pictures: tuple[Picture, ...]
    notices: tuple[Notice, ...]
    n_headings: int
    contents_placed: bool


def to_typst(pieces: Sequence[Piece], title: str = "", language: str = "en", contents: bool = True) -> Converted:
    """Turn texts of a notebook into Typst markup.

    Parameters
    ----------
    pieces : sequence of Piece
        In the order of the page: heading levels are made gapless over all of them.
    title : str
        The report's title; a first heading with the same text is left out, as the cover block shows it.
    language : str
        BCP 47 tag, for quotation marks and the name of a column without one.
    contents : bool
        Whether the contents are to stand before the second section.

    Raises
    ------
    RenderFailed
        Where pandoc fails.
    """
    request = {"title": title, "words": words_of(language), "contents": contents, "simpler": SIMPLER}
    answer = _run(pieces, request)
    if answer["lost_tables"]:
        # pandoc reads a table with a stray tag as loose paragraphs: mend those as a browser would, and read again.
        lost = {int(number) - 1 for number in answer["lost_tables"]}
        mended = [replace(p, text=_mended(p.text)) if i in lost else p for i, p in enumerate(pieces)]
        answer = _run(mended, request)
    return Converted(
        texts=tuple(answer["pieces"]),
        pictures=tuple(Picture(p["key"], p["src"], p["alt"], int(p["cell"])) for p in answer["images"]),
        notices=tuple(Notice(int(w["cell"]), w["text"]) for w in answer["warnings"]),
        n_headings=int(answer["n_headings"]),
        contents_placed=bool(answer["contents_placed"]),
    )


def quoted(text: str) -> str:
    """Write a text as a Typst string: nothing in it can be code. Control characters have no glyph and go."""
    text = "".join(char for char in text if char in "\n\t" or (char >= " " and char != "\x7f"))
    text = text.encode("utf-8", "replace").decode()  # lone surrogates
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def _mended(html: str) -> str:
    from bs4 import BeautifulSoup  # slow to load and seldom needed

    body = BeautifulSoup(html, "html5lib").body
    return body.decode_contents() if body else html


# Where each number comes from is for the page's pointer; pandoc would read three quarters of a table for nothing.
_UNPRINTED = re.compile(r"""(?<=[\w"'])\s+(?:data-[\w-]+|tabindex)="[^"<>]*\"""")


_TRACED = re.compile(r'<span class="traced"[^<>]*>([^<>]*)</span>')


def _lean(piece: Piece) -> Piece:
    if piece.kind == "html":
        text = _UNPRINTED.sub("", _TRACED.sub(r"\1", piece.text))
        plain = read_grid(text)
        return replace(piece, text=text) if plain is None else replace(piece, kind="grid", text=plain)
    if piece.kind == "markdown":
        # The bare tag stays: without it a dollar sign would stand right before a digit.
        return replace(piece, text=_TRACED.sub(r"<span>\1</span>", piece.text))
    return piece


def _run(pieces: Sequence[Piece], request: dict[str, Any]) -> dict[str, Any]:
    texts = [{"kind": piece.kind, "text": piece.text, "cell": piece.cell} for piece in map(_lean, pieces)]
    return pandoc.ask({"pieces": texts, **request})
