"""What checkers of accessibility and archiving find wrong with a PDF, without what is shown here to be no fault.

outloud judges by appearances and errs in five ways on a long report. Each of its findings of these kinds is held
against the file itself, and is left out only where the file shows that the checker is wrong; any other stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pdfua.document
import pdfua.rules.structure
import pikepdf
from outloud.findings import Finding, Result
from outloud.model import Document, StructElem
from outloud.registry import run_rules
from page import PdfObjectId, ValidationProfile, validate_pdf
from pdfua import Validator

_STREAM = re.compile(rb"/Length (\d+)(?:(?!endobj|stream\b).)*?>>\s*stream\r?\n", re.DOTALL)
_MCID = re.compile(rb"/MCID (\d+)")
_WORD = re.compile(r"\w+")
Box = dict[str, float]


def standard_faults(path: Path) -> list[str]:
    """Hold a file to PDF/UA-1 (104 rules) and PDF/A-3a (156 rules), those of veraPDF's test corpus."""
    found = []
    for profile, n_rules in ((ValidationProfile.PDF_UA_1, 100), (ValidationProfile.PDF_A_3A, 150)):
        report = validate_pdf(path, profile=profile)
        assert report.rules.total >= n_rules
        found += [
            f"{one.rule_id}, object {one.object_id.object_number if one.object_id else '-'}: {one.message}"
            for one in report.failures
            if not (one.rule_id.endswith("STREAM-LENGTH-001") and _is_exact(path, one.object_id))
        ]
        assert report.failures or report.is_compliant
    return found


def _is_exact(path: Path, at: PdfObjectId | None) -> bool:
    """Tell whether a stream ends, line end and all, right after its ``/Length``; without a number, whether all do.

    Where its last byte is a carriage return, the checker takes that for part of the line end and counts one too few. Of
    a stream that holds other objects it does not say which it is.
    """
    data = path.read_bytes()
    if at is None:
        ends = [found.end() + int(found[1]) for found in re.finditer(_STREAM, data)]
        all_end = all(re.match(rb"\r?\nendstream", data[end : end + 11]) for end in ends)
        return all_end and any(data[end - 1 : end] == b"\r" for end in ends)
    inside = rb"(?:(?!endobj).)*?"
    opening = rb"[\r\n]%d 0 obj\n<<" % at.object_number + inside + rb"/Length (\d+)" + inside + rb">>\nstream\n"
    head = re.search(opening, data, re.DOTALL)
    if head is None:
        return False
    end = head.end() + int(head[1])
    return data[end - 1 : end + len(b"\nendstream")] == b"\r\nendstream"


def pdfua_faults(path: Path) -> list[str]:
    """Run every rule of pdfua; what it finds, and each rule that did not run."""
    sound = pdfua.document.as_integer

    def as_integer(value: object) -> int | None:
        # pdfua 0.1.3 asks every object of pikepdf for an attribute, and an array answers with a ValueError; numbers
        # come as plain ints, so that no object is one.
        return None if isinstance(value, pikepdf.Object) else sound(value)

    with (
        patch.object(pdfua.document, "as_integer", as_integer),
        patch.object(pdfua.rules.structure, "as_integer", as_integer),
    ):
        outcomes = Validator().validate(str(path)).outcomes
    assert len(outcomes) >= 12
    skipped = [f"{one.rule_id} did not run: {one.skipped_reason}" for one in outcomes if one.skipped_reason is not None]
    return skipped + [str(finding) for one in outcomes for finding in one.findings]


def outloud_faults(path: Path) -> list[str]:
    """Run every rule of outloud; the errors and warnings that the file does not disprove, and what no reader hears.

    A rule that broke down is told too: outloud goes on without it.
    """
    # The pages of a long report take it seconds to read, and are read once for the rules and their disproofs.
    with closing(Document(str(path))) as document:
        result = Result(path=str(path))
        run_rules(document, result)
        assert len(result.runs) > 40
        broken = [f"{run.rule} did not run: {run.reason}" for run in result.runs if run.status == "crashed"]
        grave = [one for one in result.findings if one.severity in ("error", "warning")]
        standing = [one for one in grave if one.rule not in DISPROOFS or not DISPROOFS[one.rule](document, one)]
        told = [f"{one.rule} p.{one.page}: {one.message} ({one.evidence})" for one in standing]
        return broken + told + _unread(document)


def paint_order(path: Path) -> list[tuple[list[int], list[int]]]:
    """Give, for each page, its marked contents as they are painted, and as the tags have them."""
    with pikepdf.open(path) as pdf:
        pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
        tagged: list[list[int]] = [[] for _ in pages]
        # Content and elements stand side by side in /K, and a reader takes them as they stand.
        waiting: list[tuple[Any, int]] = [(pdf.Root.StructTreeRoot.K, 0)]
        while waiting:
            node, page = waiting.pop()
            if isinstance(node, int):
                tagged[page].append(node)
            elif isinstance(node, pikepdf.Array):
                waiting += [(child, page) for child in reversed(list(node))]
            else:
                page = pages[node.Pg.objgen] if "/Pg" in node else page
                if "/MCID" in node:
                    tagged[page].append(int(node.MCID))
                elif "/K" in node:
                    waiting.append((node.K, page))
        painted = [[int(number) for number in _MCID.findall(page.Contents.read_bytes())] for page in pdf.pages]
    return list(zip(painted, tagged, strict=True))


def _unread(document: Document) -> list[str]:
    """Give what no reader hears, but for running head, foot, dots of the contents, and header cells drawn again."""
    own = re.compile(rf"{re.escape(str(document.info_title))}|\d+ \w+ \d+|\d+ / \d+")
    found = []
    for page in document.pages:
        content = document.content(page.index)
        silent = [run for run in content.runs if run.artifact and run.text.strip(" .")]
        for line in content.lines:
            text = " ".join(run.text.strip() for run in silent if _is_inside(run.bbox, line.bbox))
            if text and not own.fullmatch(line.text.strip()) and not _is_header_again(document, page.index, text):
                found.append(f"p.{page.number}: no reader hears: {text}")
    return found


def _is_header_again(document: Document, page: int, text: str) -> bool:
    """Tell whether a text on a page is in the header cells of a table that began before it and goes on there.

    Such a row is decoration by the rules of PDF/UA: a reader hears the names from the table's own header cells.
    """
    said = set(_WORD.findall(text))
    for table in document.elements_of("Table"):
        pages = _pages(table)
        if pages and min(pages) < page <= max(pages):
            names = " ".join(_text(document, one) for one in table.descendants() if one.type == "TH")
            if said <= set(_WORD.findall(names)):
                return True
    return False


def _is_repeated_header(document: Document, finding: Finding) -> bool:
    return bool(finding.boxes) and all(
        _is_header_again(document, int(box["page"]) - 1, text)
        for box in finding.boxes
        for text in _lines(document, box)
    )


def _is_drawn_in_a_figure(document: Document, finding: Finding) -> bool:
    """A ruled grid with words is a chart where it lies within a figure, which has its alt text."""
    return bool(finding.boxes) and all(
        any(_covers(figure, box) and figure.alt for figure in document.elements_of("Figure")) for box in finding.boxes
    )


def _is_painted_in_order(document: Document, finding: Finding) -> bool:
    """The checker lists the content of an element before that of its children, wherever between them it stands."""
    return all(painted == tagged for painted, tagged in paint_order(Path(document.path)))


def _stands_in_tables_or_captions(document: Document, finding: Finding) -> bool:
    """Header cells, cells and captions at the head of a page are alike but for a number; a running head is no such."""
    lines = [(int(box["page"]) - 1, line) for box in finding.boxes for line in _at(document, box)]
    own = {
        (page, mcid)
        for element in document.elements
        if element.type in ("TH", "TD", "Caption")
        for one in (element, *element.descendants())
        for page, mcid in ((ref.page, ref.mcid) for ref in one.mcrefs)
    }
    return bool(lines) and all(
        run.mcid is not None and (page, run.mcid) in own
        for page, line in lines
        for run in document.content(page).runs
        if _is_inside(run.bbox, line.bbox) and run.text.strip()
    )


def _reads_as_korean(document: Document, finding: Finding) -> bool:
    """The checker counts letters, and Hangul has few of them to a word beside figures and signs."""
    alts = [figure.alt or "" for figure in document.elements_of("Figure")]
    return str(document.lang).startswith("ko") and all(
        len(re.findall(r"[\uac00-\ud7a3]+", alt)) >= 8 and len(alt.split()) >= 8 for alt in alts
    )


DISPROOFS: dict[str, Callable[[Document, Finding], bool]] = {
    "TAG-002": _is_repeated_header,
    "TBL-014": _is_drawn_in_a_figure,
    "ORD-001": _is_painted_in_order,
    "PAG-001": _stands_in_tables_or_captions,
    "FIG-012": _reads_as_korean,
}


def _text(document: Document, element: StructElem) -> str:
    refs = [ref for one in (element, *element.descendants()) for ref in one.mcrefs if ref.page is not None]
    return " ".join(document.content(ref.page).mcid_text.get((ref.stream, ref.mcid)) or "" for ref in refs)


def _pages(element: StructElem) -> set[int]:
    return {ref.page for one in element.descendants() for ref in one.mcrefs if ref.page is not None}


def _at(document: Document, box: Box) -> Iterator[Any]:
    for line in document.content(int(box["page"]) - 1).lines:
        if _is_inside(line.bbox, (box["x0"], box["y0"], box["x1"], box["y1"])):
            yield line


def _lines(document: Document, box: Box) -> list[str]:
    return [line.text for line in _at(document, box)] or ["nothing stands there"]


def _is_inside(inner: tuple[float, ...], outer: tuple[float, ...]) -> bool:
    return (
        outer[0] - 1 <= inner[0] and outer[1] - 1 <= inner[1] and inner[2] <= outer[2] + 1 and inner[3] <= outer[3] + 1
    )


def _covers(figure: StructElem, box: Box) -> bool:
    drawn = figure.attr("BBox", "Layout")
    if figure.page != box["page"] - 1 or drawn is None:
        return False
    return _is_inside((box["x0"], box["y0"], box["x1"], box["y1"]), tuple(float(side) for side in drawn))
