"""The PDF exporter: an executed notebook, set by Typst. ``jupyter nbconvert --to tightrope-pdf out.ipynb``."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import logging
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from tightrope.errors import RenderFailed

from .figures import Figure, read_figure
from .markup import Converted, Kind, Picture, Piece, to_typst, words
from .record import RECORD_MIME, Record, read_record
from .typesetter import typeset

log = logging.getLogger(__name__)

# A PDF/A file needs a date; a notebook without one gets this, never today's.
NO_DATE = dt.date(2000, 1, 1)
SUFFIXES = {
    "image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp",
}  # fmt: skip
_MAGIC = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"RIFF": "webp"}
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_LOCALES = {"en": "en-GB"}  # dates as the rest of the text spells: 25 March 2021
_TEXTS: tuple[tuple[str, Kind], ...] = (
    ("text/markdown", "markdown"), ("text/html", "html"), ("text/latex", "latex"),
)  # fmt: skip


@dataclass
class _Part:
    """One thing on the page: finished Typst, or a text still to be converted and what to fall back on."""

    cell: int
    typst: str = ""
    piece: Piece | None = None
    plain: str = ""


@dataclass
class _Page:
    """All parts of a notebook, and its pictures as files for Typst."""

    parts: list[_Part] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    has_contents: bool = False


class TightropePDFExporter(Exporter):  # type: ignore[misc]
    """Set an executed notebook as a tagged PDF (PDF/UA-1 and PDF/A-2a) with Typst."""

    export_from_notebook = "Tightrope report (PDF)"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Set a notebook.

        Raises
        ------
        RenderFailed
            Where a picture has no alt text, a character no glyph, or a text does not compile.
        """
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        metadata = resources.get("metadata", {})
        resources["output_extension"] = ".pdf"
        return notebook_to_pdf(nb, metadata.get("name", "report"), metadata.get("path") or None), resources


def notebook_to_pdf(nb: Mapping[str, Any], name: str = "report", folder: str | None = None) -> bytes:
    """Set a notebook as PDF.

    Parameters
    ----------
    nb : mapping
        The executed notebook (nbformat 4).
    name : str
        File name without its ending; the title of a notebook that has none.
    folder : str, optional
        Folder whose pictures the Markdown may name; none are read from elsewhere.
    """
    main, files, date, cell_of_line = notebook_to_typst(nb, name, folder)
    return typeset(main, files, date, cell_of_line)


def notebook_to_typst(
    nb: Mapping[str, Any], name: str = "report", folder: str | None = None
) -> tuple[str, dict[str, bytes], dt.date, dict[int, int]]:
    """Give the Typst document of a notebook: its text, its pictures, its date and the cell each line is from."""
    record = read_record(nb, name)
    page = _read(nb)
    pieces = [part.piece for part in page.parts if part.piece is not None]
    converted = to_typst(pieces, record.title, record.language, contents=not page.has_contents)
    for notice in converted.notices:
        log.warning("cell %d: %s", notice.cell, notice.text)
    pictures = _pictures(converted, nb, folder, page.files)
    lines = _head(record, pictures)
    cell_of_line = {1: 0}
    if not page.has_contents and not converted.contents_placed:
        lines.append("#contents()")
    texts = iter(converted.texts)
    for part in page.parts:
        body = next(texts) if part.piece is not None else part.typst
        if part.piece is not None and not body.strip() and part.plain:
            body = f"#console({quoted(part.plain)})"
        if not body.strip():
            continue
        cell_of_line[len(lines) + 1] = part.cell
        lines += ["", *body.split("\n")]
    return "\n".join(lines) + "\n", page.files, _date(record), cell_of_line


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
            shown = format_date(date, "long", locale=Locale.parse(_LOCALES.get(record.language, record.language), sep="-"))
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
        f"  of: {quoted(words(record.language)['of'])},",
        ")",
        f"#let picture(key) = inline-picture(..({table or ':'}).at(key))",
        "#cover(",
        f"  title: {quoted(record.title)},",
        f"  subtitle: {quoted(record.subtitle)},",
        f"  kicker: {quoted(record.kicker)},",
        f"  date: {quoted(shown)},",
        f"  authors: {quoted(', '.join(record.authors))},",
        ")",
    ]


def _read(nb: Mapping[str, Any]) -> _Page:
    page = _Page()
    for index, cell in enumerate(nb["cells"]):
        tags = set(cell.get("metadata", {}).get("tags", []))
        if tags & {"hide", "remove-cell", "remove_cell"}:
            continue
        number = index + 1
        if cell["cell_type"] == "markdown" and cell["source"].strip() and not tags & {"remove-input", "remove_input"}:
            page.parts.append(_Part(number, piece=Piece("markdown", cell["source"], number)))
        elif cell["cell_type"] == "code" and not tags & {"remove-output", "remove_output", "remove_all_outputs"}:
            for output in cell.get("outputs", []):
                page.parts += _output(output, index, page.files)
        if "contents" in tags:
            page.parts.append(_Part(number, typst="#contents()"))
            page.has_contents = True
    return page


def _output(output: Mapping[str, Any], index: int, files: dict[str, bytes]) -> Iterator[_Part]:
    number = index + 1
    kind = output["output_type"]
    if kind == "stream":
        text = plain(_joined(output["text"])).strip("\n")
        if text.strip():
            yield _Part(number, typst=f"#console({quoted(text)})")
        return
    if kind == "error":
        trace = plain("\n".join(output.get("traceback", [])))
        yield _Part(
            number, typst=f"#failure({quoted(output['ename'])}, {quoted(plain(output['evalue']))}, {quoted(trace)})"
        )
        return
    figure = read_figure(output, index)
    if figure is not None:
        yield _Part(number, typst=_chart(figure, files))
        return
    data = output.get("data", {})
    fallback = plain(_joined(data.get("text/plain", ""))).strip("\n")
    for mime, piece in _TEXTS:
        if mime in data and _joined(data[mime]).strip():
            yield _Part(number, piece=Piece(piece, _joined(data[mime]), number), plain=fallback)
            return
    if RECORD_MIME not in data and fallback.strip():
        yield _Part(number, typst=f"#console({quoted(fallback)})")


def _joined(text: object) -> str:
    return "".join(text) if isinstance(text, (list, tuple)) else str(text)


def _chart(figure: Figure, files: dict[str, bytes]) -> str:
    name = f"figure-{len(files) + 1}.{SUFFIXES[figure.mime]}"
    files[name] = figure.data.encode() if isinstance(figure.data, str) else figure.data
    width = f"{figure.width_in:g}in" if figure.width_in else "auto"
    parts = {"alt": figure.alt, "title": figure.title, "subtitle": figure.subtitle, "source": figure.source}
    given = ", ".join(f"{key}: {quoted(text)}" for key, text in parts.items() if text)
    return f"#chart({quoted(name)}, {given}, width: {width})"


def _pictures(
    converted: Converted, nb: Mapping[str, Any], folder: str | None, files: dict[str, bytes]
) -> dict[str, tuple[str, str]]:
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
        data = _picture_data(picture, nb, folder)
        suffix = _suffix(data)
        if data and suffix:
            name = f"{picture.key}.{suffix}"
            files[name] = data
            found[picture.key] = (name, picture.alt)
        else:
            log.warning("cell %d: picture %s cannot be shown; its alt text stands in", picture.cell, picture.src[:80])
            found[picture.key] = ("", picture.alt)
    return found


def _picture_data(picture: Picture, nb: Mapping[str, Any], folder: str | None) -> bytes:
    if picture.src.startswith("attachment:"):
        name = urllib.parse.unquote(picture.src.removeprefix("attachment:"))
        bundle = nb["cells"][picture.cell - 1].get("attachments", {}).get(name, {})
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
