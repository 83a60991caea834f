"""What can be said of a report without running anything: each finding names what was changed, and where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from tightrope.publish.attach import MANIFEST, SIGNATURE, is_as_written, sha256
from tightrope.publish.record import RECORD_MIME
from tightrope.publish.sign import Signature, check
from tightrope.publish.visible import bare, digest, missing_from
from tightrope.releases import release_with, tables_in
from tightrope.verify.identity import Identity
from tightrope.verify.opened import Report, listed

Level = Literal["altered", "note"]
Code = Literal[
    "truncated", "attachment", "page", "resaved", "number", "verdict", "signature", "trust", "input", "rerun"
]
# Beyond so many of a kind, a reader looks at the file.
MOST_NAMED = 8
NO_CHECKOUT = "Its inputs are compared with nothing: this folder is in no checkout of a project."


@dataclass(frozen=True)
class Finding:
    """One thing found: its code, whether it means that the file was altered, and a sentence."""

    code: Code
    level: Level
    text: str


@dataclass
class Checked:
    """All that was found.

    Attributes
    ----------
    report : Report
    findings : list of Finding
    n_numbers, n_verdicts : int
        Marked numbers and verdict words that were held against the attachments.
    signature : Signature or None
        None where the file carries none.
    signer : str
        Name under which the signing key is trusted here; empty where it is not.
    identity : Identity or None
        What a Sigstore bundle beside the file says; None where there is none, or nobody looked.
    """

    report: Report
    findings: list[Finding] = field(default_factory=list)
    n_numbers: int = 0
    n_verdicts: int = 0
    signature: Signature | None = None
    signer: str = ""
    identity: Identity | None = None

    @property
    def is_intact(self) -> bool:
        """Whether nothing was altered, and it is signed as was asked."""
        return self.status == "intact"

    @property
    def status(self) -> Literal["intact", "untrusted", "altered"]:
        """What was found in one word; ``untrusted`` where it is only not signed as was asked."""
        codes = {one.code for one in self.findings if one.level == "altered"}
        return "intact" if not codes else "untrusted" if codes == {"trust"} else "altered"

    def add(self, code: Code, text: str, level: Level = "altered") -> None:
        """Add a finding."""
        self.findings.append(Finding(code, level, text))


def check_report(report: Report) -> Checked:
    """Hold a report against its own manifest: attachments, pages, numbers, verdicts, signature."""
    found = Checked(report)
    if report.is_cut:
        found.add("truncated", f"The file is truncated: it stops after {len(report.data):,} bytes, without its end.")
    _signature(found)
    if not is_as_written(report.files[MANIFEST], report.manifest):
        found.add("attachment", "The manifest was edited: it does not agree with its own check.")
    _attachments(found)
    _pages(found)
    if not report.is_cut:
        _numbers(found)
        _verdicts(found)
    return found


def _signature(found: Checked) -> None:
    signature = found.report.files.get(SIGNATURE)
    if signature is None:
        return
    found.signature = check(found.report.files[MANIFEST], signature)
    if not found.signature.is_valid:
        found.add(
            "signature", "The signature is not one of this manifest: the manifest was changed after it was signed."
        )


def _attachments(found: Checked) -> None:
    report, said = found.report, listed(found.report)
    if report.is_cut:
        return
    for name, one in said.items():
        content = report.files.get(name)
        if content is None:
            found.add("attachment", f"The attachment {name} is missing.")
        elif sha256(content) != one.get("sha256"):
            found.add(
                "attachment", f"The attachment {name} is not the one that the manifest names: it was swapped or edited."
            )
    for name in sorted(set(report.files) - set(said) - {MANIFEST, SIGNATURE}):
        found.add("attachment", f"The attachment {name} is not in the manifest: it was added later.")


def _pages(found: Checked) -> None:
    report = found.report
    if report.is_whole or report.is_cut:
        return
    page = report.manifest.get("page") or {}
    if report.kind == "html":
        if sha256(report.page.encode()) != page.get("sha256"):
            found.add("page", "The text of the page was edited: its hash is not the manifest's.")
        elif not any(one.code == "attachment" for one in found.findings):
            found.add("resaved", "The page is as it was; the blocks of data at its end were written anew or added to.")
        return
    then = page.get("pages") or []
    if not _changed_pages(found, [str(one) for one in then], report.pages):
        found.add(
            "resaved",
            "The file was written anew by another program, or added to: every page draws what it drew, but tags, "
            "alternative texts, bookmarks or the document's own data may have been changed.",
        )


def _changed_pages(found: Checked, then: list[str], now: list[str]) -> bool:
    """Name the pages that were edited, taken out or put in; tell whether there are any."""
    edited: list[int] = []
    gone: list[int] = []
    new: list[int] = []
    for kind, a, b, c, d in SequenceMatcher(None, then, now, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        n_both = min(b - a, d - c)
        edited += range(c + 1, c + n_both + 1)
        gone += range(a + n_both + 1, b + 1)
        new += range(c + n_both + 1, d + 1)
    if len(then) != len(now):
        found.add("page", f"The file has {len(now)} pages where the manifest names {len(then)}.")
    if edited:
        found.add("page", f"{_pages_were(edited)} edited: what is drawn there is not what the manifest names.")
    if gone:
        found.add("page", f"{_pages_were(gone)} taken out, by the numbers that pages had when the report was made.")
    if new:
        found.add("page", f"{_pages_were(new)} put in.")
    return bool(edited or gone or new)


def _pages_were(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"Page {numbers[0]} was"
    shown = ", ".join(map(str, numbers[:12]))
    return f"Pages {shown if len(numbers) <= 12 else f'{shown} and {len(numbers) - 12} more'} were"


def _numbers(found: Checked) -> None:
    """Hold what the pages show against the attachments: numbers and verdict words one by one."""
    report = found.report
    expected, nb = report.expected(), report.notebook()
    if report.kind == "pdf" and nb is None:
        return
    said = report.manifest.get("visible") or {}
    is_as_said = digest(expected) == said
    found.n_numbers = sum(one.kind == "number" for one in expected)
    found.n_verdicts = len(expected) - found.n_numbers
    if report.kind == "html":
        if not is_as_said:
            _name_changed(found, said)
        return
    if not is_as_said:
        found.add("number", "The numbers of the attached notebook are not those that the manifest names.")
    lost = missing_from(report.texts(), expected)
    for one, instead in lost[:MOST_NAMED]:
        what = "The number" if one.kind == "number" else "The verdict"
        reads = f"; the page reads “{instead}” there" if instead else ""
        found.add(
            "number" if one.kind == "number" else "verdict",
            f"{what} “{one.text}” is not on the pages as the attached notebook has it (“… {one.quote} …”){reads}.",
        )
    if len(lost) > MOST_NAMED:
        n_more = len(lost) - MOST_NAMED
        found.add("number", f"{n_more} more numbers or verdicts {'is' if n_more == 1 else 'are'} not on the pages.")


def _name_changed(found: Checked, said: Mapping[str, Any]) -> None:
    """Name the numbers of an HTML page that the attached list of numbers does not have."""
    report = found.report
    numbers = report.body("numbers.json")
    known = Counter(_bare(text) for passage in (numbers or {}).get("said", ()) for text in passage["texts"])
    shown = [one for one in report.expected() if one.kind == "number"] if known else []
    count = Counter(_bare(one.text) for one in shown)
    strange = [one for one in shown if count[_bare(one.text)] > known[_bare(one.text)]]
    for one in strange[:MOST_NAMED]:
        n_said, n_there = known[_bare(one.text)], count[_bare(one.text)]
        how = "is not one of those that the report said"
        if n_said:  # which of them is the strange one, nothing tells
            how = f"stands {_times(n_there)} where the report said it {_times(n_said)}; this may be the one put in"
        found.add("number", f"The number “{one.text}” (“… {one.quote} …”) {how}.")
    if not strange:
        found.add(
            "number",
            f"The page shows {found.n_numbers} numbers and {found.n_verdicts} verdicts in an order or wording that is "
            f"not the manifest's ({said.get('numbers')} and {said.get('verdicts')}).",
        )


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def _bare(text: str) -> str:
    """A page sets a minus sign and narrow spaces where the number was said with a hyphen and plain ones."""
    return bare(re.sub("[-–]", "−", text))


def _verdicts(found: Checked) -> None:
    """Hold the attached verdicts against the summary in the notebook's record."""
    verdicts, nb = found.report.body("verdicts.json"), found.report.notebook()
    if not isinstance(verdicts, list) or nb is None:
        return
    words = {str(one.get("id")): str(one.get("verdict")) for one in verdicts}
    for row in _summary(nb):
        for cell in row[1:]:
            mark, _, word = str(cell).partition(" ")
            if row[0] in words and len(mark) == 1 and word in _WORDS and word != words[row[0]]:
                found.add(
                    "verdict", f"{row[0]} is “{words[row[0]]}” in the attached verdicts and “{word}” in the report."
                )


_WORDS = {"supported", "fragile", "contested", "contradicted", "outdated", "untested", "not checkable"}


def _summary(nb: Mapping[str, Any]) -> Iterator[list[Any]]:
    for cell in nb["cells"]:
        for output in cell.get("outputs", []):
            record = (output.get("data") or {}).get(RECORD_MIME) or {}
            yield from (record.get("summary") or {}).get("rows", [])


def compare_inputs(found: Checked, root: Path) -> None:
    """Say which of a report's inputs differ from those of a checkout; a difference is no alteration."""
    if not any((root / folder).is_dir() for folder in ("notebooks", "data")):
        found.add("input", NO_CHECKOUT, "note")
        return
    manifest = found.report.manifest
    differing = []
    for name, digest_then in sorted((manifest.get("inputs") or {}).items()):
        path = root / "notebooks" / name if "/" not in name else root / name
        if name == "data/datapackage.json":
            continue
        if not path.is_file():
            differing.append(f"{name} is not in this checkout")
        elif sha256(path.read_bytes()) != digest_then:
            differing.append(f"{name} differs")
    lock = root / "requirements.lock"
    if manifest.get("lock") and (not lock.is_file() or sha256(lock.read_bytes()) != manifest["lock"]):
        differing.append("requirements.lock differs")
    here = tables_of(root)
    other: dict[Path | str, list[str]] = {}
    for name, whole in tables_then(found.report).items():
        if name not in here:
            other.setdefault("absent", []).append(name)
        elif here[name].get("hash") != whole:
            other.setdefault(release_with(root, {name: whole}) or "", []).append(name)
    for kept, names in other.items():
        one = len(names) == 1
        which = f"table {names[0]}" if one else f"tables {', '.join(names[:-1])} and {names[-1]}"
        if kept == "absent":
            differing.append(f"{which} {'is' if one else 'are'} not in this checkout")
            continue
        where = f"; as {'it was then it is' if one else 'they were then they are'} in "
        where = where + str(kept.relative_to(root)) if isinstance(kept, Path) else ""
        differing.append(f"{which} {'differs' if one else 'differ'}{where}")
    for text in differing:
        found.add("input", f"{text}.", "note")


def tables_of(root: Path) -> dict[str, dict[str, Any]]:
    """Give the resources of a checkout's data package by name; none where there is no package."""
    return tables_in(root / "data")


def tables_then(report: Report) -> dict[str, str]:
    """Give the hash of each whole table that a report stands on."""
    body = report.body("datapackage.json") or {}
    parts = {str(one.get("name")): (one.get("tightrope") or {}).get("excerpt") for one in body.get("resources", ())}
    return {name: str(part["of"]) for name, part in sorted(parts.items()) if part and part.get("of")}
