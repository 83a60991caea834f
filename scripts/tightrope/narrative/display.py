"""What a notebook shows: text, tables and the report's record, alike in JupyterLab, HTML and PDF."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from tightrope.language import spoken
from tightrope.narrative.trace import marked, plain

RECORD_MIME = "application/vnd.tightrope.record+json"
# Words in Hangul or Cyrillic, and tags, within which the language is not changed.
_OTHER_SCRIPT = re.compile(
    r"(?P<tag><[^>]*>)|(?P<ko>[\uac00-\ud7a3]+(?:[\s/·-]+[\uac00-\ud7a3]+)*)|[\u0400-\u04ff]+(?:[\s-]+[\u0400-\u04ff]+)*"
)

# In ems, so that a caption over a narrow table is no pillar of single words.
_CAPTION_STYLE = "; ".join(("text-align: left", "font-weight: bold", "min-width:24em", "word-break: keep-all"))


@dataclass(frozen=True)
class Prose:
    """A run of Markdown paragraphs."""

    text: str

    def _repr_markdown_(self) -> str:
        # A dollar sign would begin a formula in JupyterLab.
        return marked(self.text).replace("$", "&#36;")

    def __repr__(self) -> str:
        return plain(self.text)


@dataclass(frozen=True)
class Html:
    """A block of HTML with its plain text beside it."""

    html: str
    text: str = ""

    def _repr_html_(self) -> str | None:
        return marked(self.html) if self.html else None

    def __repr__(self) -> str:
        return plain(self.text) or ("HTML block" if self.html else "")


@dataclass(frozen=True)
class Table:
    """A table with a caption, named columns and a source line; without rows it shows nothing.

    Parameters
    ----------
    caption : str
        What the table shows, with units and years.
    columns : sequence of str
        Header cells; none may be empty.
    rows : sequence of sequence
        Cells as text; ``Raw`` cells hold HTML that this package made itself.
    numeric : collection of int
        Columns set right.
    source : str
        Source line under the table.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    numeric: Iterable[int] = ()
    source: str = ""

    def _repr_html_(self) -> str | None:
        if not self.rows:
            return None
        right = set(self.numeric)
        head = "".join(
            f'<th scope="col"{_align(i in right)}>{escape(name)}</th>' for i, name in enumerate(self.columns)
        )
        body = []
        for row in self.rows:
            cells = "".join(f"<td{_align(i in right)}>{_cell(cell)}</td>" for i, cell in enumerate(row))
            body.append(f"<tr>{cells}</tr>")
        note = f'<p class="source">{escape(self.source)}</p>' if self.source else ""
        return marked(
            # Two sums in dollars in one cell would be a formula in JupyterLab; there a caption stands in the middle, is as
            # narrow as its table, and Korean breaks within words.
            f'<table class="mathjax_ignore tex2jax_ignore"><caption style="{_CAPTION_STYLE}">'
            f"{escape(self.caption)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{''.join(body)}</tbody></table>{note}"
        )

    def __repr__(self) -> str:
        if not self.rows:
            return ""
        lines = [self.caption, " | ".join(self.columns)]
        lines += [" | ".join(str(cell) for cell in row) for row in self.rows]
        return plain("\n".join([*lines, self.source] if self.source else lines))


@dataclass(frozen=True)
class Raw:
    """HTML made by this package, with the text that a terminal shows."""

    html: str
    text: str

    def __str__(self) -> str:
        return self.text


def in_english(text: str) -> str:
    """Give words that stay in a source's own English as HTML; a report in another language says so to the reader's voice."""
    return said_in_english(escape(text))


def said_in_english(html: str) -> str:
    """Give HTML of words that stay in English with their language named, where the report has another.

    Korean and Russian words among them, such as the title of a table by its own producer, get theirs.
    """
    pieces, last, depth = [], 0, 0
    for found in _OTHER_SCRIPT.finditer(html):
        if found["tag"]:
            depth += -1 if found["tag"].startswith("</") else 1
        elif depth == 0:
            pieces += [_said("en", html[last : found.start()]), _said("ko" if found["ko"] else "ru", found[0])]
            last = found.end()
    return "".join([*pieces, _said("en", html[last:])])


def _said(language: str, html: str) -> str:
    return html if language == spoken() or not html.strip() else f'<span lang="{language}">{html}</span>'


def quoted(text: str) -> Raw:
    """Give a table's cell that stays in a source's own English."""
    return Raw(in_english(text), text)


@dataclass(frozen=True)
class Record:
    """The small record that publish reads: title, language, date, counts and the closing table."""

    data: Mapping[str, Any]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {RECORD_MIME: json.loads(plain(json.dumps(dict(self.data), ensure_ascii=False))), "text/plain": ""}


def _align(right: bool) -> str:
    # JupyterLab sets every cell right unless told otherwise.
    return f' style="text-align: {"right" if right else "left"}"'


def _cell(value: Any) -> str:
    return value.html if isinstance(value, Raw) else escape(str(value))
