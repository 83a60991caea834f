"""Typst, kept warm: files in, PDF out, and its complaints told by the notebook's cells."""

from __future__ import annotations

import datetime as dt
import functools
import os
import pickle
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import typst

from tightrope.errors import RenderFailed
from tightrope.publish.attach_pdf import compact
from tightrope.publish.faces import faces

STANDARDS: list[Literal["ua-1", "a-3a"]] = ["ua-1", "a-3a"]

_PLACE = re.compile(r"┌─ (?:\S*[\\/])?(main\.typ|[\w-]+\.svg):(\d+):(\d+)")
_UNSETTLED = "did not converge"
_GLYPH = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)


class NotSet(RenderFailed):
    """What Typst refused, and where.

    Attributes
    ----------
    glyphs : tuple of str
        Characters that no face has.
    places : tuple of (int, int)
        Lines and columns of the document, both from 1.
    drawings : tuple of str
        Pictures that the fault is in.
    """

    glyphs: tuple[str, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    drawings: tuple[str, ...] = ()


# The process that first used Typst: its threads live there and in no fork of it.
_first_process: int | None = None


@functools.cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(font_paths=faces(), ignore_system_fonts=True)


@functools.cache
def templates() -> dict[str, bytes]:
    """Read the page's templates, by the names they import each other by."""
    folder = resources.files("tightrope.publish") / "templates" / "typst"
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(".typ")}


def typeset(
    main: str, files: Mapping[str, bytes], date: dt.date, cell_of_line: Mapping[int, int], language: str = "en"
) -> bytes:
    """Set a document as PDF/UA-1 and PDF/A-3a, packed small.

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
    language : str
        Of the text, as ISO 639: it decides which face comes first.

    Raises
    ------
    RenderFailed
        Where a character has no glyph, or the markup does not compile.
    """
    global _first_process
    job = (main, dict(files), date, dict(cell_of_line), language)
    if _first_process not in (None, os.getpid()):
        return _typeset_elsewhere(job)
    _first_process = os.getpid()
    return _typeset(*job)


def _typeset(main: str, files: dict[str, bytes], date: dt.date, cell_of_line: dict[int, int], language: str) -> bytes:
    stamp = dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC)
    texts = {name: data for name, data in files.items() if name.endswith(".svg")}
    # Typst takes several files as one dictionary; its stubs do not say so.
    sources: Any = {"main.typ": main.encode(), **templates(), **texts}
    try:
        with tempfile.TemporaryDirectory() as folder:
            # Typst takes texts from memory but photographs from a folder only; its name reaches no output.
            for name in files.keys() - texts.keys():
                (Path(folder) / name).write_bytes(files[name])
            for charts in ("shrink", "natural"):
                pdf, warnings = _compiler().compile_with_warnings(
                    input=sources, format="pdf", root=folder, pdf_standards=[*STANDARDS], timestamp=stamp,
                    sys_inputs={"language": language, "charts": charts},
                )  # fmt: skip
                # Charts that shrink to the room left may keep moving each other; page numbers would then be wrong.
                if not any(_UNSETTLED in warning.message for warning in warnings):
                    break
    except typst.TypstError as error:
        raise _told(error, main, files, cell_of_line) from None
    assert isinstance(pdf, bytes)
    return compact(pdf)


def draw(svg: bytes, width_px: int) -> bytes:
    """Draw a picture as PNG, so many pixels wide, on white.

    Raises
    ------
    RenderFailed
        Where it is no drawing, or this process is a fork of one that has set something.
    """
    global _first_process
    if _first_process not in (None, os.getpid()):
        raise RenderFailed("a fork cannot draw", why="Typst's threads live in the process that it was forked from")
    _first_process = os.getpid()
    page = '#set page(width: 144pt, height: auto, margin: 0pt, fill: white)\n#image("drawing.svg", width: 100%)\n'
    sources: Any = {"main.typ": page.encode(), "drawing.svg": svg}
    try:
        with tempfile.TemporaryDirectory() as folder:
            png = _compiler().compile(input=sources, format="png", root=folder, ppi=width_px / 2)
    except typst.TypstError as error:
        raise RenderFailed("a picture could not be drawn", why=str(error.message)) from None
    assert isinstance(png, bytes)
    return png


def _typeset_elsewhere(job: tuple[str, dict[str, bytes], dt.date, dict[int, int], str]) -> bytes:
    """Set in a fresh process: a fork has Typst's memory but not its threads, and would wait for them for ever."""
    done = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import _serve; _serve()"],
        input=pickle.dumps(job),
        stdout=subprocess.PIPE,
        check=True,
    )
    pdf, error = pickle.loads(done.stdout)
    if error is not None:
        raise error
    return bytes(pdf)


def _serve() -> None:
    job = pickle.load(sys.stdin.buffer)
    try:
        answer: tuple[bytes, RenderFailed | None] = (_typeset(*job), None)
    except RenderFailed as error:
        answer = (b"", error)
    sys.stdout.buffer.write(pickle.dumps(answer))


def _told(error: typst.TypstError, main: str, files: Mapping[str, bytes], cell_of_line: Mapping[int, int]) -> NotSet:
    diagnostic = str(error.diagnostic)
    missing = [_unescaped(text) for text in _GLYPH.findall(diagnostic)]
    glyphs = list(dict.fromkeys(char for text in missing for char in text))
    # Typst does not always know where a text came from, so a glyph is looked up in the document and its drawings.
    drawings = [name for name, data in files.items() if any(char.encode() in data for char in glyphs)]
    places = [(int(line), int(column)) for name, line, column in _PLACE.findall(diagnostic) if name == "main.typ"]
    lines = [line for line, _ in places]
    drawings += [name for name, _, _ in _PLACE.findall(diagnostic) if name in files]
    for number, line in enumerate(main.split("\n"), 1):
        if any(char in line for char in glyphs) or any(f'"{name}"' in line for name in drawings):
            lines.append(number)
    where = _where({_cell(line, cell_of_line) for line in lines})
    if glyphs:
        named = ", ".join(f"{char} (U+{ord(char):04X} {unicodedata.name(char, 'unnamed')})" for char in glyphs[:6])
        more = f" and {len(glyphs) - 6} more" if len(glyphs) > 6 else ""
        told = NotSet(
            f"the PDF's faces have no glyph for {named}{more}",
            where=where,
            why="a reader would see a blank",
            fix="use other characters, or add a package with a fitting face to tightrope.publish.faces.font_folders",
        )
    else:
        why = re.sub(r"^PDF/\S+(?:, PDF/\S+)* error: ", "", str(error.message).strip())
        told = NotSet(f"the PDF could not be set: {why}", where=where, why="; ".join(map(str, error.hints)))
    told.glyphs = tuple(dict.fromkeys(missing))
    told.places, told.drawings = tuple(places), tuple(dict.fromkeys(drawings))
    return told


def _where(cells: set[int]) -> str:
    numbers = ", ".join(str(cell) for cell in sorted(cells) if cell)
    if numbers:
        return f"cell {numbers}"
    return "the report's title block" if cells else "the page's template"


def _cell(line: int, cell_of_line: Mapping[int, int]) -> int:
    """Give the cell a line of the document is from; 0 is the title block."""
    return cell_of_line[max(start for start in cell_of_line if start <= line)]


def _unescaped(text: str) -> str:
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found.group(1), 16)), text)
