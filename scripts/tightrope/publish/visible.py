"""The numbers and verdict words that a report shows: found in its notebook, and looked for in its pages.

A notebook marks them with spans of the classes ``traced`` and ``verdict``; what they mean, only the notebook knows.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from tightrope.publish.attach import sha256
from tightrope.publish.record import RECORD_MIME

_SPAN = re.compile(r'<span class="(traced|verdict)\b[^"]*"[^>]*>(.*?)</span>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_KEPT = set(".,%$−")
# Signs of text on either side that say which of several equal numbers is meant.
CONTEXT = 24
LEAST = 8
# A page's foot, or the next one's head with the column names of a table, is shorter than this.
BREAK = 300


@dataclass(frozen=True)
class Visible:
    """One marked text: ``number`` or ``verdict``, the words around it, and where it was said."""

    kind: str
    text: str
    before: str
    after: str
    cell: int

    @property
    def quote(self) -> str:
        """The text with some words before and after it, for a message."""
        return f"{self.before[-40:].lstrip()}{self.text}{self.after[:25]}".strip()


def visible(nb: Mapping[str, Any]) -> list[Visible]:
    """Give every marked text of an executed notebook in the order in which its pages show them."""
    found: list[Visible] = []
    for index, cell in enumerate(nb["cells"]):
        tags = {tag.replace("_", "-") for tag in cell.get("metadata", {}).get("tags", [])}
        if cell["cell_type"] != "code" or tags & {"hide", "remove-cell", "remove-output"}:
            continue
        for output in cell.get("outputs", []):
            data = output.get("data") or {}
            source = data.get("text/html") or data.get("text/markdown")
            if source and RECORD_MIME not in data:
                found += _of("".join(source), index + 1, is_markdown="text/html" not in data)
    return found


def in_page(html: str) -> list[Visible]:
    """Give every marked text of an HTML page."""
    return list(_of(html, 0, is_markdown=False))


def _of(source: str, cell: int, is_markdown: bool) -> Iterator[Visible]:
    pieces, last = [], 0
    for span in _SPAN.finditer(source):
        kind = "number" if span.group(1) == "traced" else "verdict"
        pieces.append(("", _plain(source[last : span.start()], is_markdown)))
        pieces.append((kind, _plain(span.group(2), is_markdown)))
        last = span.end()
    pieces.append(("", _plain(source[last:], is_markdown)))
    texts = [text for _, text in pieces]
    whole = "".join(texts)
    place = 0
    for kind, text in pieces:
        if kind:
            end = place + len(text)
            yield Visible(kind, text.strip(), whole[max(0, place - 120) : place], whole[end : end + 120], cell)
        place += len(text)


def _plain(source: str, is_markdown: bool) -> str:
    text = unescape(_TAG.sub(" " if not is_markdown else "", source))
    return re.sub(r"[*_`#|]", "", text) if is_markdown else text


def digest(found: Sequence[Visible]) -> dict[str, Any]:
    """Give how many numbers and verdict words there are, and one hash of them all in their order."""
    return {
        "numbers": sum(one.kind == "number" for one in found),
        "verdicts": sum(one.kind == "verdict" for one in found),
        "sha256": sha256("\n".join(f"{one.kind} {one.text}" for one in found).encode()),
    }


def bare(text: str) -> str:
    """Keep letters, digits and the signs of numbers, so that line breaks, hyphens and quotes make no difference."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(char for char in text if char.isalnum() or char in _KEPT)


def missing_from(pages: Sequence[str], found: Sequence[Visible]) -> list[tuple[Visible, str]]:
    """Look for marked texts in the text of pages.

    Parameters
    ----------
    pages : sequence of str
        Text of each page, as a reader of PDF files gives it.
    found : sequence of Visible
        What ought to be there.

    Returns
    -------
    list of (Visible, str)
        What is not there, each with what stands in its place, or an empty text where its place is not found either.
    """
    bared = [bare(page) for page in pages]
    body = "".join(bared)
    breaks = [(one[-BREAK:], other[: 2 * BREAK]) for one, other in itertools.pairwise(bared)]
    lost = []
    for one in found:
        before, text, after = bare(one.before)[-CONTEXT:], bare(one.text), bare(one.after)[:CONTEXT]
        if not text or _is_there(body, before, text, after) or _is_broken(breaks, before, text, after):
            continue
        lost.append((one, _instead(body, before, after, len(text))))
    return lost


def _is_there(body: str, before: str, text: str, after: str) -> bool:
    # A page's end, a running head or a cell of a table may stand between a number and the words beside it.
    if before[-LEAST:] + text + after[:LEAST] in body:
        return True
    return any(
        side and side in body
        for side in (before + text if len(before) >= LEAST else "", text + after if len(after) >= LEAST else "")
    )


def _is_broken(breaks: Sequence[tuple[str, str]], before: str, text: str, after: str) -> bool:
    """Tell whether a text begins at the end of one page and goes on at the start of the next, past foot and head."""
    needle = before[-LEAST:] + text + after[:LEAST]
    return any(
        needle[:place] in end and needle[place:] in start for end, start in breaks for place in range(1, len(needle))
    )


def _instead(body: str, before: str, after: str, length: int) -> str:
    """Give what stands between the words around a number."""
    for size in (CONTEXT, LEAST):
        start = body.find(before[-size:]) if len(before) >= LEAST else -1
        if start >= 0:
            begin = start + len(before[-size:])
            end = body.find(after[:LEAST], begin, begin + length + 12) if after else -1
            return body[begin : end if end >= 0 else begin + length]
    return ""
