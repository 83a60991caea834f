"""The PDF exporter: an executed notebook, set by Typst. ``jupyter nbconvert --to tightrope-pdf out.ipynb``."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import itertools
import logging
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from traitlets import default

from tightrope.errors import RenderFailed
from tightrope.publish import annex
from tightrope.publish.figures import Figure, cell_number, read_figure
from tightrope.publish.lean import lean_imports
from tightrope.publish.markup import Converted, Kind, Notice, Picture, Piece, to_typst
from tightrope.publish.record import RECORD_MIME, Record, read_record
from tightrope.publish.typesetter import typeset
from tightrope.publish.words import words_of

with lean_imports():
    from nbconvert.exporters.exporter import Exporter

log = logging.getLogger(__name__)

# A PDF/A file needs a date; a notebook without one gets this, never today's.
NO_DATE = dt.date(2000, 1, 1)
SMALL_IN = 3.3  # width up to which pictures of one cell stand two to a row
SUFFIXES = {
    "image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp",
}  # fmt: skip
_MAGIC = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"RIFF": "webp"}
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_LOCALES = {"en": "en-GB"}  # dates as the rest of the text spells: 25 March 2021
_TEXTS: tuple[tuple[str, Kind], ...] = (
    ("text/html", "html"), ("text/markdown", "markdown"), ("text/latex", "latex"),
)  # fmt: skip


@dataclass
class _Part:
    """One thing on the page: finished Typst, or a text still to be converted and what to fall back on."""

    cell: int
    typst: str = ""
    piece: Piece | None = None
    plain: str = ""
    is_small: bool = False


@dataclass
class _Page:
    """All parts of a notebook, its pictures as files for Typst, and what its Markdown cells carry along."""

    parts: list[_Part] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    attachments: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    has_contents: bool = False
    word_source: str = ""
    word_numbers: str = ""
    numbered: list[Figure] = field(default_factory=list)


@dataclass(frozen=True)
class Document:
    """A notebook as Typst.

    Attributes
    ----------
    main : str
        The document.
    files : dict
        Pictures by the names ``main`` gives them.
    date : datetime.date
        The report's date, or `NO_DATE`.
    cell_of_line : dict
        First line of each part of ``main``, and the cell it comes from; 0 is the title block.
    notices : tuple of Notice
        What is set otherwise than the notebook meant.
    """

    main: str
    files: dict[str, bytes]
    date: dt.date
    cell_of_line: dict[int, int]
    notices: tuple[Notice, ...]

    def to_pdf(self) -> bytes:
        """Set it; raises `RenderFailed`."""
        return typeset(self.main, self.files, self.date, self.cell_of_line)


class TightropePDFExporter(Exporter):  # type: ignore[misc]  # nbconvert is untyped
    """Set an executed notebook as a tagged PDF (PDF/UA-1 and PDF/A-3a) with Typst.

    Code cells are left out. Cells tagged ``hide``, ``remove-cell`` and ``remove-output`` are honoured; a cell tagged
    ``contents`` says where the contents stand. What cannot be set as meant becomes text, named in
    ``resources["tightrope_warnings"]`` and in one logged warning.
    """

    export_from_notebook = "Tightrope PDF"
    output_mimetype = "application/pdf"

    @default("file_extension")  # type: ignore[untyped-decorator]
    def _file_extension_default(self) -> str:
        return ".pdf"

    @default("optimistic_validation")  # type: ignore[untyped-decorator]
    def _optimistic_validation_default(self) -> bool:
        return True  # nbconvert looks the notebook over once at the end, and not after each of eleven steps

    @staticmethod
    def warm() -> None:
        """Load faces and template ahead by setting a small page; rendering calls it while the kernel runs."""
        source = "# A\n\nb *c* **d** `e`\n\n## F\n\n|g|h|\n|-|-|\n|i|1|\n"
        notebook_to_typst({"cells": [{"cell_type": "markdown", "metadata": {}, "source": source}]}).to_pdf()

    def from_notebook_node(
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Set an executed notebook.

        Raises
        ------
        RenderFailed
            Where a picture has no alt text, a character no glyph, a text does not compile, or a cell raised.
        """
        copy, found = super().from_notebook_node(nb, resources, **kw)
        metadata = found.get("metadata", {})
        document = notebook_to_typst(copy, str(metadata.get("name") or "report"), metadata.get("path") or None)
        if document.notices:
            warnings = [f"cell {notice.cell}: {notice.text}" for notice in document.notices]
            found["tightrope_warnings"] = warnings
            log.warning("set as text in the PDF: %s", "; ".join(warnings))
        return document.to_pdf(), found


def notebook_to_typst(nb: Mapping[str, Any], name: str = "report", folder: str | None = None) -> Document:
    """Write a notebook as a Typst document.

    Parameters
    ----------
    nb : mapping
        The executed notebook (nbformat 4).
    name : str
        File name without its ending; the title of a notebook that has none.
    folder : str, optional
        Folder whose pictures the Markdown may name; none are read from elsewhere.

    Raises
    ------
    RenderFailed
        Where a picture has no alt text or does not decode, or a cell raised that is not tagged ``raises-exception``.
    """
    record = read_record(nb, name)
    page = _read(nb, record.language)
    pieces = [part.piece for part in page.parts if part.piece is not None]
    converted = to_typst(pieces, record.title, record.language, contents=not page.has_contents)
    page.notices += converted.notices
    lines = _head(record, _pictures(converted, page, folder))
    cell_of_line = {1: 0}
    if not page.has_contents and not converted.contents_placed:
        lines.append("#contents()")
    texts = iter(converted.texts)
    for part in page.parts:
        body = next(texts) if part.piece is not None else part.typst
        if not body.strip():
            if not part.plain:
                continue
            # HTML that only a script fills, say: the text its author gave for such a reader stands in.
            body = f"#console({quoted(part.plain)})"
        cell_of_line[len(lines) + 1] = part.cell
        lines += ["", *body.split("\n")]
    return Document("\n".join(lines) + "\n", page.files, _date(record), cell_of_line, tuple(page.notices))


def quoted(text: str) -> str:
    """Write a text as a Typst string: nothing in it can be code. Control characters have no glyph and go."""
    text = "".join(char for char in text if char in "\n\t" or (char >= " " and char != "\x7f"))
    text = text.encode("utf-8", "replace").decode()  # lone surrogates
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def plain(text: str) -> str:
    """Take colours and other terminal codes out of a stream; a line overwritten by ``\\r`` keeps its last state."""
    text = _ANSI.sub("", text).replace("\r\n", "\n")
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n"))


def _date(record: Record) -> dt.date:
    return dt.date.fromisoformat(record.date) if record.date else NO_DATE


def _head(record: Record, pictures: dict[str, tuple[str, str]]) -> list[str]:
    date = _date(record)
    language, _, region = record.language.partition("-")
    shown = ""
    if record.date:
        try:
            locale = Locale.parse(_LOCALES.get(record.language, record.language), sep="-")
            shown = format_date(date, "long", locale=locale)
        except (UnknownLocaleError, ValueError):
            shown = record.date
    short = record.title if len(record.title) <= 70 else record.title[:70].rsplit(" ", 1)[0] + " …"
    authors = "(" + "".join(f"{quoted(author)}, " for author in record.authors) + ")"
    table = "".join(f"{quoted(key)}: ({quoted(file)}, {quoted(alt)}), " for key, (file, alt) in pictures.items())
    return [
        '#import "report.typ": *',
        "#show: report.with(",
        f"  title: {quoted(record.title)},",
        f"  short: {quoted(short)},",
        f"  date: datetime(year: {date.year}, month: {date.month}, day: {date.day}),",
        f"  authors: {authors},",
        f"  keywords: ({quoted(record.slug)},),",
        f"  description: {quoted(record.description or record.subtitle or record.title)},",
        f"  language: {quoted(language.lower() or 'en')},",
        f"  region: {quoted(region.lower()) if len(region) == 2 else 'none'},",
        f"  of: {quoted(words_of(record.language)['of'])},",
        ")",
        f"#let picture(key) = inline-picture(..({table or ':'}).at(key))",
        "#cover(",
        f"  title: {quoted(record.title)},",
        f"  subtitle: {quoted(record.subtitle)},",
        f"  kicker: {quoted(record.kicker)},",
        f"  date: {quoted('' if record.byline else shown)},",
        f"  authors: {quoted(record.byline or ', '.join(record.authors))},",
        ")",
    ]


def _read(nb: Mapping[str, Any], language: str) -> _Page:
    said = words_of(language)
    page = _Page(word_source=said["source"], word_numbers=said["numbers_at"])
    for index, cell in enumerate(nb["cells"]):
        tags = {tag.replace("_", "-") for tag in cell.get("metadata", {}).get("tags", [])}
        if tags & {"hide", "remove-cell"}:
            continue
        number = cell_number(nb, index)
        source = _joined(cell["source"])
        if cell["cell_type"] == "markdown" and source.strip():
            page.attachments[number] = cell.get("attachments", {})
            page.parts.append(_Part(number, piece=Piece("markdown", source, number)))
        elif cell["cell_type"] == "code" and "remove-output" not in tags:
            may_raise = "raises-exception" in tags
            parts = [part for out in cell.get("outputs", []) for part in _output(out, number, page, may_raise)]
            page.parts += _side_by_side(parts)
        if "contents" in tags:
            page.parts.append(_Part(number, typst="#contents()"))
            page.has_contents = True
    page.parts += _annex(page, language, said)
    return page


def _annex(page: _Page, language: str, said: Mapping[str, str]) -> Iterator[_Part]:
    """Set the numbers behind the pictures at the end, each table where its picture leads to."""
    for number, figure in enumerate(page.numbered, start=1):
        assert figure.numbers is not None, "only such are gathered"
        if number == 1:
            yield _Part(figure.cell, piece=Piece("html", annex.heading(said), figure.cell))
        title = quoted(figure.title or figure.alt)
        yield _Part(figure.cell, typst=f"#numbers-of({quoted(annex.key_of(number))}, {title})")
        text = annex.table(figure.numbers, figure, language, said)
        yield _Part(figure.cell, piece=Piece("html", text, figure.cell))


def _side_by_side(parts: list[_Part]) -> list[_Part]:
    """Set small pictures that follow each other in one cell in rows of two."""
    grouped: list[_Part] = []
    for is_small, run in itertools.groupby(parts, key=lambda part: part.is_small):
        found = list(run)
        if is_small and len(found) > 1:
            found = [_Part(found[0].cell, typst=f"#multiples({', '.join(part.typst[1:] for part in found)})")]
        grouped += found
    return grouped


def _output(output: Mapping[str, Any], cell: int, page: _Page, may_raise: bool) -> Iterator[_Part]:
    if output["output_type"] == "stream":
        if output.get("name") == "stderr":
            return  # it is for whoever runs the notebook, as in the HTML
        text = plain(_joined(output["text"])).strip("\n")
        if text.strip():
            yield _Part(cell, typst=f"#console({quoted(text)})")
        return
    if output["output_type"] == "error":
        if not may_raise:
            raise RenderFailed(
                f"the notebook holds an error: {output['ename']}: {plain(output['evalue'])}",
                where=f"cell {cell}",
                fix="run it again without the error, or tag the cell raises-exception",
            )
        words = (output["ename"], plain(output["evalue"]), plain("\n".join(output.get("traceback", []))))
        yield _Part(cell, typst=f"#failure({', '.join(map(quoted, words))})")
        return
    figure = read_figure(output, cell - 1)
    if figure is not None:
        is_small = figure.width_in is not None and figure.width_in <= SMALL_IN
        yield _Part(cell, typst=_chart(figure, page), is_small=is_small)
        return
    data = output.get("data", {})
    fallback = plain(_joined(data.get("text/plain", ""))).strip("\n")
    for mime, kind in () if RECORD_MIME in data else _TEXTS:
        if mime in data and _joined(data[mime]).strip():
            yield _Part(cell, piece=Piece(kind, _joined(data[mime]), cell), plain=fallback.strip() and fallback)
            return
    if RECORD_MIME not in data and fallback.strip():
        yield _Part(cell, typst=f"#console({quoted(fallback)})")


def _joined(text: object) -> str:
    return "".join(text) if isinstance(text, (list, tuple)) else str(text)


def _chart(figure: Figure, page: _Page) -> str:
    name = f"figure-{len(page.files) + 1}.{SUFFIXES[figure.mime]}"
    data = figure.data.encode() if isinstance(figure.data, str) else figure.data
    if not figure.is_svg and _suffix(data) != SUFFIXES[figure.mime]:
        raise RenderFailed(f"a picture is not what its type {figure.mime} says", where=f"cell {figure.cell}")
    page.files[name] = data
    width = f"{figure.width_in:g}in" if figure.width_in else "auto"
    parts = {"alt": figure.alt, "title": figure.title, "subtitle": figure.subtitle}
    if figure.source:
        # The word stands before every source, whether or not the chart wrote it.
        parts["source"] = figure.source
        if not figure.source.casefold().startswith(page.word_source.casefold()):
            parts["source"] = f"{page.word_source}: {figure.source}"
    if figure.numbers is not None:
        page.numbered.append(figure)
        parts |= {"numbers": annex.key_of(len(page.numbered)), "numbers-word": page.word_numbers}
    given = ", ".join(f"{key}: {quoted(text)}" for key, text in parts.items() if text)
    return f"#chart({quoted(name)}, {given}, width: {width})"


def _pictures(converted: Converted, page: _Page, folder: str | None) -> dict[str, tuple[str, str]]:
    """Find the pictures that texts name: attachments, data addresses and files beside the notebook."""
    found: dict[str, tuple[str, str]] = {}
    for picture in converted.pictures:
        if not picture.alt.strip():
            raise RenderFailed(
                "a picture in a text has no alt text",
                where=f"cell {picture.cell}",
                why="a reader who cannot see it, and the tagged PDF, would get nothing",
                fix="write what it shows between the brackets: ![what it shows](file.png)",
            )
        data = _picture_data(picture, page.attachments.get(picture.cell, {}), folder)
        suffix = _suffix(data)
        if data and suffix:
            name = f"{picture.key}.{suffix}"
            page.files[name] = data
            found[picture.key] = (name, picture.alt)
        else:
            page.notices.append(Notice(picture.cell, f"the picture {picture.src[:80]} (its alt text stands in)"))
            found[picture.key] = ("", picture.alt)
    return found


def _picture_data(picture: Picture, attachments: Mapping[str, Any], folder: str | None) -> bytes:
    if picture.src.startswith("attachment:"):
        bundle = attachments.get(urllib.parse.unquote(picture.src.removeprefix("attachment:")), {})
        mime = next((mime for mime in SUFFIXES if mime in bundle), "")
        text = _joined(bundle.get(mime, ""))
        return text.encode() if mime == "image/svg+xml" and text.lstrip().startswith("<") else _base64(text)
    if picture.src.startswith("data:"):
        head, _, body = picture.src.partition(",")
        return _base64(body) if head.endswith(";base64") else urllib.parse.unquote_to_bytes(body)
    if re.match(r"[a-zA-Z][\w+.-]*:", picture.src) or not folder:
        return b""
    root = Path(folder).resolve()
    path = (root / urllib.parse.unquote(picture.src)).resolve()
    return path.read_bytes() if path.is_relative_to(root) and path.is_file() else b""


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""


def _suffix(data: bytes) -> str:
    if b"<svg" in data[:2000]:
        return "svg"
    return next((suffix for magic, suffix in _MAGIC.items() if data.startswith(magic)), "")
