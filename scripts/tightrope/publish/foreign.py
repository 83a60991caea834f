"""A notebook that is no report of ours, mended so that it can be set: what is at fault becomes text, and is said.

A report (a notebook that emits our record) is held to its promises: no chart without alt text, no error, no picture
that cannot be carried. A notebook from elsewhere made no such promise, so the same faults degrade here, before an
exporter reads it.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

from tightrope.errors import RenderFailed
from tightrope.publish import svg
from tightrope.publish.figures import IMAGE_MIMES, MAGIC, cell_number
from tightrope.publish.linked import LINKED_MIME
from tightrope.publish.markup import Notice
from tightrope.publish.numbers import read_numbers
from tightrope.publish.record import RECORD_MIME, last_heading

# What the exporters set; anything else in an output is for a program to show.
_SET = {*IMAGE_MIMES, "text/html", "text/markdown", "text/latex", "text/plain", RECORD_MIME, LINKED_MIME}
_PROGRAM = re.compile(r"<script\b", re.IGNORECASE)
_UNSHOWN = re.compile(
    r"<(script|style|head|template|noscript)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"<[^>]*>")
_SHOWS = re.compile(r"<(?:img|svg|table|math|hr|picture|iframe|video|audio|object|embed|canvas|input)\b", re.IGNORECASE)
_FORMULA = re.compile(r"^\s*(?:\$|\\\[|\\\(|\\begin\{)")
# What IPython prints beside a picture: the name of an object, no words.
_OBJECT = re.compile(r"^<.*>$|^plot without title$|^Plot with title .*$|^\s*$", re.DOTALL)
# A line that a progress bar wrote over; the last state of it stays.
_OVERWRITTEN = re.compile(r"[^\r\n]*\r(?=[^\r\n])")
# Raw cells pass when they are in a language the page can set, as in nbconvert's own exporters.
_RAW = {"text/markdown": "markdown", "text/x-markdown": "markdown", "text/html": "html", "text/latex": "latex"}
# A stream longer than this is a log; its end and its beginning are what a reader needs.
MOST_LINES = 400
_KEPT_AT_END = 60


def mend(nb: Any, words: Mapping[str, str]) -> list[Notice]:
    """Mend a notebook in place and say what was done.

    Parameters
    ----------
    nb : NotebookNode
        The executed notebook (nbformat 4), a copy that may be changed.
    words : mapping
        The page's own words in its language.

    Returns
    -------
    list of Notice
        One for each thing that is set otherwise than meant, in the order of the cells.
    """
    nb.setdefault("metadata", {})
    nb["cells"] = [cell for cell in nb.get("cells") or [] if isinstance(cell, Mapping)]
    notices: list[Notice] = []
    heading = ""
    for index, cell in enumerate(nb["cells"]):
        cell.setdefault("metadata", {})
        tags = cell["metadata"].get("tags")
        cell["metadata"]["tags"] = [str(tag) for tag in tags] if isinstance(tags, list) else []
        cell["source"] = joined(cell.get("source"))
        number = cell_number(nb, index)
        mender = _Mender(number, heading, words)
        kind = cell.get("cell_type")
        if kind == "code":
            tags = {tag.replace("_", "-") for tag in cell["metadata"]["tags"]}
            outputs = [out for out in cell.get("outputs") or [] if isinstance(out, Mapping)]
            hidden = tags & {"hide", "remove-cell", "remove-output"}
            cell["outputs"] = [] if hidden else list(mender.outputs(outputs, "raises-exception" in tags))
        elif kind == "raw":
            mender.raw(cell)
        elif kind == "heading":  # nbformat 3, where nobody converted it
            cell["cell_type"], cell["source"] = "markdown", "#" * int(cell.get("level", 1)) + " " + cell["source"]
        elif kind != "markdown":
            mender.say(f"a cell of kind {kind!r} is set as text")
            cell["cell_type"], cell["source"] = "markdown", fenced(cell["source"])
        if cell["cell_type"] == "markdown":
            heading = last_heading(cell["source"]) or heading
        notices += mender.notices
    return notices


class _Mender:
    """Mends one cell."""

    def __init__(self, cell: int, heading: str, words: Mapping[str, str]) -> None:
        self.cell, self.heading, self.words = cell, heading, words
        self.notices: list[Notice] = []

    def say(self, text: str) -> None:
        notice = Notice(self.cell, text)
        if notice not in self.notices:
            self.notices.append(notice)

    def raw(self, cell: Any) -> None:
        mime = str(cell["metadata"].get("raw_mimetype") or cell["metadata"].get("format") or "")
        if not cell["source"].strip():
            return
        kind = _RAW.get(mime)
        if kind is None:
            self.say(f"a raw cell{f' of type {mime}' if mime else ''} is set as text")
            cell["cell_type"], cell["source"] = "markdown", fenced(cell["source"])
        elif kind == "markdown":
            cell["cell_type"] = "markdown"
        else:
            output = {"output_type": "display_data", "data": {mime: cell["source"]}, "metadata": {}}
            cell.update(cell_type="code", source="", outputs=list(self.outputs([output])))

    def outputs(self, outputs: list[Any], may_raise: bool = False) -> Iterator[Any]:
        errors = 0
        for output in outputs:
            kind = output.get("output_type")
            if kind == "stream":
                text = joined(output.get("text"))
                if output.setdefault("name", "stdout") == "stderr":
                    errors += text.count("\n") + 1 if text.strip() else 0
                output["text"] = self.shortened(_OVERWRITTEN.sub("", text))
                yield output
            elif kind == "error" and may_raise:
                yield {"ename": "", "evalue": "", **output}
            elif kind == "error":
                self.say(f"it raised {output.get('ename', 'an error')}, which is shown")
                yield self.error(output)
            elif kind in ("display_data", "execute_result"):
                self.display(output)
                yield output
            else:
                self.say(f"an output of kind {kind!r} is left out")
        if errors:
            self.say("what it wrote to the error stream is left out")

    def error(self, output: Any) -> Any:
        """Show an error as the kernel printed it."""
        trace = "\n".join(map(str, output.get("traceback") or []))
        name, value = str(output.get("ename", "")), str(output.get("evalue", ""))
        text = trace if trace.strip() else f"{name}: {value}".strip(": ")
        return {"output_type": "stream", "name": "stdout", "text": self.shortened(text)}

    def shortened(self, text: str) -> str:
        lines = text.split("\n")
        if len(lines) <= MOST_LINES:
            return text
        left = len(lines) - MOST_LINES
        self.say(f"{left} lines in the middle of a long output are left out")
        first, last = lines[: MOST_LINES - _KEPT_AT_END], lines[-_KEPT_AT_END:]
        return "\n".join([*first, f"[… {left} …]", *last])

    def display(self, output: Any) -> None:
        data = {mime: value for mime, value in (output.get("data") or {}).items() if value is not None}
        for mime in ("text/html", "text/markdown", "text/latex", "text/plain"):
            if mime in data:
                data[mime] = joined(data[mime])
        if _FORMULA.match(data.get("text/latex", "")):
            # A formula set as one is better than the picture of it that SymPy sends along.
            data = {mime: value for mime, value in data.items() if mime not in IMAGE_MIMES}
        self.pictures(data)
        if any(mime in data for mime in IMAGE_MIMES):
            output["metadata"] = self.described(data, dict(output.get("metadata") or {}))
        else:
            self.texts(data)
        output["data"] = data  # last, for a notebook keeps a copy of what it is given

    def texts(self, data: dict[str, Any]) -> None:
        """Leave only what can be set of an output without a picture."""
        unset = sorted(data.keys() - _SET)
        if "text/html" in data and not _has_words(data["text/html"]):
            if _PROGRAM.search(data["text/html"]):
                unset = unset or ["text/html with a script"]
            del data["text/html"]
        if unset and not data.keys() & {"text/html", "text/markdown", "text/latex"}:
            said = ", ".join(unset)
            if data.get("text/plain", "").strip():
                self.say(f"an output of kind {said} is set as its text")
            else:
                self.say(f"an output of kind {said} has no text to set")
                data["text/plain"] = f"[{self.words['left_out']}: {said}]"
        if "text/plain" in data:
            data["text/plain"] = self.shortened(data["text/plain"])

    def pictures(self, data: dict[str, Any]) -> None:
        """Put right, or take out, what is no picture of its kind."""
        for mime in [mime for mime in IMAGE_MIMES if mime in data]:
            raw = data.pop(mime)
            if mime == "image/svg+xml":
                found, fault = drawing(raw.decode("utf-8", "replace") if isinstance(raw, bytes) else joined(raw))
            else:
                found, fault = "", "does not decode"
                kind, decoded = _photograph(raw)
                if kind:
                    mime, found, fault = kind, decoded, ""
            if found:
                data.setdefault(mime, found)
            if fault:
                self.say(f"a picture of type {mime} {fault}")
        if not data:
            data["text/plain"] = f"[{self.words['left_out']}: image]"

    def described(self, data: Mapping[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
        """Say at least where a picture without alt text comes from."""
        mime = next(mime for mime in IMAGE_MIMES if mime in data)
        spots = [metadata, *(metadata[name] for name in IMAGE_MIMES if isinstance(metadata.get(name), dict))]
        for spot in spots:
            try:
                read_numbers(spot["numbers"], "") if "numbers" in spot else None
            except RenderFailed as fault:
                self.say(f"{fault.what}: they are left out")
                del spot["numbers"]
        if any(isinstance(spot.get("alt"), str) and spot["alt"].strip() for spot in spots):
            return metadata
        plain = " ".join(data.get("text/plain", "").split())
        alt = undescribed(self.words, self.cell, self.heading)
        if not _OBJECT.match(plain) and len(plain) <= 200:
            alt = f"{plain} ({alt})"
        own = metadata.get(mime)
        metadata[mime] = {**(own if isinstance(own, dict) else {}), "alt": alt}
        self.say("a picture has no alt text")
        return metadata


def undescribed(words: Mapping[str, str], cell: int, heading: str = "") -> str:
    """Give the alt text of a picture whose author gave none."""
    place = f"{cell}, {heading[:120]}" if heading else str(cell)
    return words["undescribed"].format(cell=place)


def drawing(source: str) -> tuple[str, str]:
    """Make a drawing carry itself: give it without what it would load, or nothing, and what was at fault."""
    fault = ""
    if svg.has_outside(source):
        source = svg.without_outside(source)
        fault = "would load something from outside, which is left out"
        if svg.has_outside(source):
            return "", "would load something from outside and is left out"
    names: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: names.append(name)
    try:
        parser.Parse(source.encode("utf-8", "replace"), True)
    except expat.ExpatError:
        names = []
    if not names or names[0].rpartition(":")[2].lower() != "svg":
        # Inside a page a drawing that is not closed would swallow what follows it.
        return "", "is no drawing that is well formed and is left out"
    return source, fault


def _photograph(raw: object) -> tuple[str, str]:
    """Name the true type of a picture in base64 and give it, or two empty texts where it is none."""
    try:
        data = raw if isinstance(raw, bytes) else base64.b64decode(joined(raw))
    except (binascii.Error, ValueError):
        return "", ""
    kind = next((mime for magic, mime in MAGIC.items() if data.startswith(magic)), "")
    return kind, base64.b64encode(data).decode("ascii") if kind else ""


def _has_words(html: str) -> bool:
    """Tell whether a reader without scripts would see anything of a piece of HTML."""
    bare = _UNSHOWN.sub("", html)
    return bool(_SHOWS.search(bare) or _TAG.sub("", bare).replace("&nbsp;", " ").strip())


def joined(text: object) -> str:
    """Give a text of a notebook file, which may be a list of lines."""
    if text is None:
        return ""
    return "".join(map(str, text)) if isinstance(text, (list, tuple)) else str(text)


def fenced(text: str) -> str:
    """Give a text as a block of code in Markdown, whatever fences it holds."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}\n{text}\n{fence}"


def without_glyph(char: str) -> str:
    """Give what stands in for a character that no face has: the name of a sign, a box for a letter."""
    kinds = {unicodedata.category(one) for one in char}
    if kinds <= {"Mn", "Me", "Cf", "Cc"}:
        return ""  # a mark on what stands before it
    if kinds & {"So", "Sk", "Sm"}:
        name = unicodedata.name(next(one for one in char if unicodedata.category(one) in ("So", "Sk", "Sm")), "")
        if name and not name.startswith("VARIATION"):
            return f"[{name.lower()}]"
    return "\N{REPLACEMENT CHARACTER}"


def one_line(notices: list[Notice], most: int = 12) -> str:
    """Say notices in one line: like ones together with their cells, the first ``most`` kinds."""
    cells: dict[str, list[int]] = {}
    for notice in notices:
        seen = cells.setdefault(notice.text, [])
        if notice.cell not in seen:
            seen.append(notice.cell)
    said = []
    for text, numbers in list(cells.items())[:most]:
        shown = ", ".join(str(number) for number in numbers[:8]) + (" …" if len(numbers) > 8 else "")
        said.append(f"cell {shown}: {text}" if any(numbers) else text)
    more = f"; and {len(cells) - most} more" if len(cells) > most else ""
    return "; ".join(said) + more
