"""The PDF exporter: an executed notebook, set by Typst. ``jupyter nbconvert --to tightrope-pdf out.ipynb``."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from traitlets import default

from tightrope.errors import RenderFailed
from tightrope.publish import annex
from tightrope.publish.exporting import ReadingExporter
from tightrope.publish.figures import Figure, cell_number, read_figure
from tightrope.publish.foreign import joined, one_line
from tightrope.publish.forgiving import set_forgivingly, to_typst_forgivingly
from tightrope.publish.markup import Kind, Notice, Piece, quoted, to_typst
from tightrope.publish.passages import as_typst
from tightrope.publish.pictures import SUFFIXES, pictures_of, suffix_of
from tightrope.publish.record import RECORD_MIME, Record, read_record
from tightrope.publish.typesetter import typeset
from tightrope.publish.words import words_of

log = logging.getLogger(__name__)

# A PDF/A file needs a date; a notebook without one gets this, never today's.
NO_DATE = dt.date(2000, 1, 1)
SMALL_IN = 3.3  # width up to which pictures of one cell stand two to a row
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
    plain_of_line : dict
        First line of each part, and the text that stands in where Typst refuses the part.
    language : str
        Of the report, as ISO 639.
    """

    main: str
    files: dict[str, bytes]
    date: dt.date
    cell_of_line: dict[int, int]
    notices: tuple[Notice, ...]
    plain_of_line: dict[int, str] = field(default_factory=dict)
    language: str = "en"

    def to_pdf(self) -> bytes:
        """Set it; raises `RenderFailed`."""
        return typeset(self.main, self.files, self.date, self.cell_of_line, self.language)


class TightropePDFExporter(ReadingExporter):
    """Set an executed notebook as a tagged PDF (PDF/UA-1 and PDF/A-3a) with Typst.

    Code cells are left out. Cells tagged ``hide``, ``remove-cell`` and ``remove-output`` are honoured; a cell tagged
    ``contents`` says where the contents stand. What cannot be set as meant becomes text, named in
    ``resources["tightrope_warnings"]`` and in one logged warning.

    A report, which is a notebook that emits our record, is held to what it promises: a picture without alt text, a
    character without a glyph, an error are refused. In any other notebook the same faults become text and are named in
    the same warning; ``strict`` holds it to a report's promises as well.
    """

    export_from_notebook = "Tightrope PDF"
    output_mimetype = "application/pdf"

    @default("file_extension")  # type: ignore[untyped-decorator]
    def _file_extension_default(self) -> str:
        return ".pdf"

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
            In a report, where a picture has no alt text, a character no glyph, a text does not compile, or a cell
            raised.
        """
        nb, found = super().from_notebook_node(nb, resources, **kw)
        metadata = found.get("metadata", {})
        nb, strict, notices = self.mended(nb)
        name, folder = str(metadata.get("name") or "report"), metadata.get("path") or None
        document = notebook_to_typst(nb, name, folder, strict=strict)
        more: list[Notice] = []
        pdf = document.to_pdf() if strict else set_forgivingly(document, more)
        notices += [*document.notices, *more]
        if notices:
            found["tightrope_warnings"] = [f"cell {notice.cell}: {notice.text}" for notice in notices]
            log.warning("set otherwise than meant in the PDF: %s", one_line(notices))
        return pdf, found


def notebook_to_typst(
    nb: Mapping[str, Any], name: str = "report", folder: str | None = None, *, strict: bool = True
) -> Document:
    """Write a notebook as a Typst document.

    Parameters
    ----------
    nb : mapping
        The executed notebook (nbformat 4).
    name : str
        File name without its ending; the title of a notebook that has none.
    folder : str, optional
        Folder whose pictures the Markdown may name; none are read from elsewhere.
    strict : bool
        Whether a picture without alt text, or a text that does not convert, is refused; else words stand in.

    Raises
    ------
    RenderFailed
        Where a picture has no alt text or does not decode, or a cell raised that is not tagged ``raises-exception``.
    """
    record = read_record(nb, name)
    page = _read(nb, record.language)
    pieces = [part.piece for part in page.parts if part.piece is not None]
    convert = to_typst if strict else to_typst_forgivingly
    converted = convert(pieces, record.title, record.language, contents=not page.has_contents)
    page.notices += converted.notices
    undescribed = None if strict else words_of(record.language)["undescribed"]
    lines = _head(record, pictures_of(converted, page.files, page.notices, page.attachments, folder, undescribed))
    cell_of_line, plain_of_line = {1: 0}, {1: ""}
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
        plain_of_line[len(lines) + 1] = part.plain or (part.piece.text if part.piece is not None else "")
        lines += ["", *body.split("\n")]
    main = "\n".join(lines) + "\n"
    notices = tuple(page.notices)
    return Document(main, page.files, _date(record), cell_of_line, notices, plain_of_line, _language(record)[0])


def plain(text: str) -> str:
    """Take colours and other terminal codes out of a stream; a line overwritten by ``\\r`` keeps its last state."""
    text = _ANSI.sub("", text).replace("\r\n", "\n")
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n"))


def _date(record: Record) -> dt.date:
    return dt.date.fromisoformat(record.date) if record.date else NO_DATE


def _language(record: Record) -> tuple[str, str]:
    language, _, region = record.language.lower().partition("-")
    return language or "en", region


def _head(record: Record, pictures: dict[str, tuple[str, str]]) -> list[str]:
    date = _date(record)
    language, region = _language(record)
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
        f"  language: {quoted(language)},",
        f"  region: {quoted(region) if len(region) == 2 else 'none'},",
        f"  of: {quoted(words_of(record.language)['of'])},",
        ")",
        f"#let picture(key) = inline-picture(..({table or ':'}).at(key))",
        "#cover(",
        f"  title: {as_typst(record.title, record.passages)},",
        f"  subtitle: {as_typst(record.subtitle, record.passages)},",
        f"  kicker: {as_typst(record.kicker, record.passages)},",
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
        source = joined(cell["source"])
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
        yield _Part(figure.cell, piece=Piece("grid", text, figure.cell))


def _side_by_side(parts: list[_Part]) -> list[_Part]:
    """Set small pictures that follow each other in one cell in rows of two."""
    grouped: list[_Part] = []
    for is_small, run in itertools.groupby(parts, key=lambda part: part.is_small):
        found = list(run)
        if is_small and len(found) > 1:
            typst = f"#multiples({', '.join(part.typst[1:] for part in found)})"
            found = [_Part(found[0].cell, typst=typst, plain="\n".join(part.plain for part in found))]
        grouped += found
    return grouped


def _output(output: Mapping[str, Any], cell: int, page: _Page, may_raise: bool) -> Iterator[_Part]:
    if output["output_type"] == "stream":
        if output.get("name") == "stderr":
            return  # it is for whoever runs the notebook, as in the HTML
        text = plain(joined(output["text"])).strip("\n")
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
        yield _Part(cell, typst=_chart(figure, page), plain=f"[{figure.alt}]", is_small=is_small)
        return
    data = output.get("data", {})
    fallback = plain(joined(data.get("text/plain", ""))).strip("\n")
    for mime, kind in () if RECORD_MIME in data else _TEXTS:
        if mime in data and joined(data[mime]).strip():
            yield _Part(cell, piece=Piece(kind, joined(data[mime]), cell), plain=fallback if fallback.strip() else "")
            return
    if RECORD_MIME not in data and fallback.strip():
        yield _Part(cell, typst=f"#console({quoted(fallback)})")


def _chart(figure: Figure, page: _Page) -> str:
    name = f"figure-{len(page.files) + 1}.{SUFFIXES[figure.mime]}"
    data = figure.data.encode() if isinstance(figure.data, str) else figure.data
    if not figure.is_svg and suffix_of(data) != SUFFIXES[figure.mime]:
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
