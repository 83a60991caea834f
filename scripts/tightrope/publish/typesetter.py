"""Typst, kept warm: files in, PDF out, and its complaints told by the notebook's cells."""

from __future__ import annotations

import datetime as dt
import functools
import os
import re
import tempfile
import unicodedata
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import typst

from tightrope.errors import RenderFailed

from .faces import faces

STANDARDS = ["ua-1", "a-2a"]

_PLACE = re.compile(r"┌─ (?:\\|/)?main\.typ:(\d+):\d+")
_GLYPH = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)


@functools.cache
def _compiler(process: int) -> typst.Compiler:
    return typst.Compiler(font_paths=faces(), ignore_system_fonts=True)


@functools.cache
def template() -> bytes:
    """Read the page's template."""
    return (resources.files("tightrope.publish") / "templates" / "typst" / "report.typ").read_bytes()


def typeset(main: str, files: Mapping[str, bytes], date: dt.date, cell_of_line: Mapping[int, int]) -> bytes:
    """Set a document as PDF/UA-1 and PDF/A-2a.

    Parameters
    ----------
    main : str
        The document; it may import ``report.typ``.
    files : mapping
        Pictures by the name ``main`` gives them.
    date : datetime.date
        The file's date: never a clock.
    cell_of_line : mapping
        First line of each part of ``main`` (from 1), and the cell it comes from.

    Raises
    ------
    RenderFailed
        Where a character has no glyph, or the markup does not compile.
    """
    stamp = dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC)
    texts = {name: data for name, data in files.items() if name.endswith(".svg")}
    try:
        with tempfile.TemporaryDirectory() as folder:
            # Typst takes texts from memory but photographs from a folder only; its name reaches no output.
            for name in files.keys() - texts.keys():
                (Path(folder) / name).write_bytes(files[name])
            pdf: bytes = _compiler(os.getpid()).compile(
                input={"main.typ": main.encode(), "report.typ": template(), **texts},
                format="pdf",
                root=folder,
                pdf_standards=STANDARDS,
                timestamp=stamp,
            )
    except typst.TypstError as error:
        raise _told(error, main, cell_of_line) from None
    return pdf


def _told(error: typst.TypstError, main: str, cell_of_line: Mapping[int, int]) -> RenderFailed:
    diagnostic = str(error.diagnostic)
    cells = sorted({cell for cell in (_cell(int(n), cell_of_line) for n in _PLACE.findall(diagnostic)) if cell})
    where = ("cell " if len(cells) == 1 else "cells ") + ", ".join(map(str, cells)) if cells else "the page's template"
    glyphs = sorted({char for text in _GLYPH.findall(diagnostic) for char in _unescaped(text)})
    if glyphs:
        named = ", ".join(f"{char} (U+{ord(char):04X} {unicodedata.name(char, 'unnamed')})" for char in glyphs[:6])
        more = f" and {len(glyphs) - 6} more" if len(glyphs) > 6 else ""
        return RenderFailed(
            f"the PDF's faces have no glyph for {named}{more}",
            where=where,
            why="a reader would see a blank",
            fix="use other characters, or add a package with a fitting face to tightrope.publish.faces.font_folders",
        )
    why = re.sub(r"^PDF/\S+(?:, PDF/\S+)* error: ", "", str(error.message).strip())
    return RenderFailed(f"the PDF could not be set: {why}", where=where, why="; ".join(map(str, error.hints)))


def _cell(line: int, cell_of_line: Mapping[int, int]) -> int | None:
    starts = [start for start in cell_of_line if start <= line]
    return cell_of_line[max(starts)] or None if starts else None


def _unescaped(text: str) -> str:
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found.group(1), 16)), text)
