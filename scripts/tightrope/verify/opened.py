"""Open a report file: what kind it is, what it carries, and how much of it can be read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tightrope.errors import BadRecord
from tightrope.language import LANGUAGES, t
from tightrope.publish import attach_html, attach_pdf
from tightrope.publish.attach import (
    ABOUT,
    MANIFEST,
    MOST_UNPACKED,
    SIGNATURE,
    TooLarge,
    as_json,
    is_as_written,
    read_manifest,
    sha256,
)
from tightrope.publish.visible import Visible, in_page, visible
from tightrope.verify.terminal import number

_EMBEDDED = re.compile(rb"<</Type/EmbeddedFile/Subtype/application#2Fjson/Length (\d+)/[^\n]*\nstream\n")
# Fifty times the longest report.
MOST_BYTES = 100_000_000
_OURS = '<meta name="generator" content="Tightrope">'


class Unreadable(BadRecord):
    """The file is no report of ours, or too little of it is left to check anything."""


@dataclass(frozen=True)
class Report:
    """A report file as it was found.

    Attributes
    ----------
    path : Path
    kind : str
        ``pdf`` or ``html``.
    data : bytes
        The file.
    manifest : dict
        What its manifest says.
    files : dict
        Content of each attachment by name, with the manifest and the signature.
    is_whole : bool
        Whether every byte of the file is accounted for by the pages and the attachments.
    is_cut : bool
        Whether the file stops before its end.
    pages : list of str
        Digest of each page of a PDF as it is; empty for HTML.
    page : str
        The page of an HTML file without what it carries.
    """

    path: Path
    kind: str
    data: bytes
    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]
    is_whole: bool = False
    is_cut: bool = False
    pages: list[str] = field(default_factory=list)
    page: str = ""

    @property
    def title(self) -> str:
        """Title that the manifest gives."""
        return str(self.manifest.get("title", self.path.name))

    def body(self, name: str) -> Any:
        """Give a JSON attachment, None where it is not there or does not read."""
        try:
            return json.loads(self.files[name])
        except (KeyError, ValueError):
            return None

    def notebook(self) -> Any:
        """Give the attached notebook, None where there is none that reads."""
        found = self.body("notebook.ipynb")
        return found if isinstance(found, dict) and isinstance(found.get("cells"), list) else None

    def expected(self) -> list[Visible]:
        """Give the numbers and verdict words that the attached notebook shows; a page in HTML shows its own."""
        if self.kind == "html":
            return in_page(self.page)
        nb = self.notebook()
        return visible(nb) if nb else []

    def texts(self) -> list[str]:
        """Read the text of each page of a PDF; nothing where they cannot be read."""
        from pypdfium2 import PdfDocument, PdfiumError

        try:
            with PdfDocument(self.data) as document:
                return [page.get_textpage().get_text_range() for page in document]
        except PdfiumError:  # of a broken file no number can be read; what is broken, the findings say
            return []


def open_report(path: Path) -> Report:
    """Open a report.

    Raises
    ------
    Unreadable
        The file is not there, is no report that carries a manifest, or is cut off before its manifest.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            most = t("the file has more than {n} MB", n=MOST_BYTES // 1_000_000)
            raise Unreadable(most, str(path), t("no report is so large"))
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(t("the file cannot be read"), str(path), str(error.strerror or error)) from None
    try:
        if data.startswith(b"%PDF-"):
            return _pdf(path, data)
        text = data.decode("utf-8", "replace")
        if text.lstrip()[:15].lower().startswith("<!doctype html"):
            return _html(path, data, text)
    except TooLarge:
        raise Unreadable(
            t("what the file carries unpacks to more than {n} MB", n=MOST_UNPACKED // 1_000_000), str(path),
            t("it may be made to fill the memory"),
        ) from None  # fmt: skip
    raise Unreadable(
        t("the file is neither a PDF nor an HTML page"), str(path), fix=t("name a report that Tightrope made")
    )


def _pdf(path: Path, data: bytes) -> Report:
    is_cut = not data.rstrip(b"\0\r\n \t").endswith(b"%%EOF")
    try:
        opened = attach_pdf.read(data)
    except TooLarge:
        raise
    except Exception:  # a broken file may raise anything in there, and then it carries nothing
        opened = attach_pdf.Opened({}, [])
    files = {name: one.content for name, one in opened.files.items()}
    manifest = read_manifest(files.get(MANIFEST, b""))
    if manifest is None and is_cut:
        manifest, files = _salvaged(data)
    if manifest is None:
        raise _without_manifest(t("the PDF carries no manifest of a report"), path, data, is_cut)
    page = manifest["page"]
    is_as_hashed = sha256(data[: page["bytes"]]) == page.get("sha256")
    packings = {name: one.packed for name, one in opened.files.items()}
    is_whole = not is_cut and is_as_hashed and _is_packed_so(manifest, files, packings)
    words = {name: (one.mime, one.description, one.relationship) for name, one in opened.files.items()}
    is_whole = is_whole and _is_described_so(manifest, words) and attach_pdf.is_whole(data, page["bytes"], opened)
    return Report(path, "pdf", data, manifest, files, is_whole, is_cut, opened.pages)


def _salvaged(data: bytes) -> tuple[dict[str, Any] | None, dict[str, bytes]]:
    """Find the manifest in a file without an end: it is the first of the attachments, as they are written."""
    for found in _EMBEDDED.finditer(data):
        content = data[found.end() : found.end() + int(found.group(1))]
        manifest = read_manifest(content)
        if manifest is not None:
            return manifest, {MANIFEST: content}
    return None, {}


def _html(path: Path, data: bytes, text: str) -> Report:
    opened = attach_html.read(text)
    is_cut = not text.rstrip().endswith("</html>")
    manifest = read_manifest(opened.files.get(MANIFEST, b""))
    if manifest is None:
        raise _without_manifest(t("the page carries no manifest of a report"), path, data, is_cut and _OURS in text)
    is_whole = opened.is_whole and _is_packed_so(manifest, opened.files, opened.packings)
    is_whole = is_whole and _is_described_so(manifest, {name: (mime,) for name, mime in opened.mimes.items()})
    is_whole = is_whole and attach_html.page_of(opened.page)["sha256"] == manifest["page"].get("sha256")
    return Report(path, "html", data, manifest, opened.files, is_whole, is_cut, [], opened.page)


def _without_manifest(what: str, path: Path, data: bytes, is_truncated: bool) -> Unreadable:
    if is_truncated:
        return Unreadable(
            t("the file is truncated: it stops after {n} bytes, before its manifest", n=number(len(data))), str(path),
            t("nothing in it can be checked"), t("get the file again"),
        )  # fmt: skip
    return Unreadable(
        what, str(path), t("it is no report of Tightrope, or what it carried was taken out"),
    )  # fmt: skip


def _is_packed_so(manifest: Mapping[str, Any], files: Mapping[str, bytes], packings: Mapping[str, bytes]) -> bool:
    """Tell whether manifest, signature and every packing are, byte for byte, as they were written."""
    said = {one.get("name"): one.get("packed") for one in manifest["attachments"]}
    is_so = is_as_written(files[MANIFEST], manifest)
    if SIGNATURE in files:
        try:
            is_so = is_so and as_json(json.loads(files[SIGNATURE])) == files[SIGNATURE]
        except ValueError:
            return False
    return is_so and all(
        sha256(packed) == said.get(name) for name, packed in packings.items() if name not in (MANIFEST, SIGNATURE)
    )


def _is_described_so(manifest: Mapping[str, Any], described: Mapping[str, tuple[str, ...]]) -> bool:
    """Tell whether each file says of itself what the manifest says of it: type, then description and relationship."""
    said = {
        str(one.get("name")): (one.get("mime"), one.get("description"), one.get("relationship"))
        for one in manifest["attachments"]
    }
    return all({**said, **ABOUT}.get(name, ())[: len(words)] == words for name, words in described.items())


def listed(report: Report) -> dict[str, Mapping[str, Any]]:
    """Give what the manifest says of each attachment, by name; it lists neither itself nor its signature."""
    return {
        str(one.get("name")): one
        for one in report.manifest["attachments"]
        if one.get("name") not in (MANIFEST, SIGNATURE)
    }


def language_of(report: Report) -> str:
    """Give the language of a report; English where it is one that we do not speak."""
    said = report.manifest.get("language")
    return said if isinstance(said, str) and said in LANGUAGES else "en"
