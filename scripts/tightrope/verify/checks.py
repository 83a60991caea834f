"""What can be said of a report without running anything: each finding names what was changed, and where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from tightrope.language import LANGUAGES, N_, catalogue, nt, t
from tightrope.publish.attach import MANIFEST, SIGNATURE, is_as_written, sha256
from tightrope.publish.record import RECORD_MIME
from tightrope.publish.sign import Signature, check
from tightrope.publish.visible import bare, digest, missing_from
from tightrope.releases import tables_in
from tightrope.verify.identity import Identity
from tightrope.verify.opened import Report, listed
from tightrope.verify.terminal import number

Level = Literal["altered", "note"]
Code = Literal[
    "truncated", "attachment", "page", "resaved", "number", "verdict", "signature", "trust", "input", "rerun"
]
# Beyond so many of a kind, a reader looks at the file.
MOST_NAMED = 8
MOST_PAGES = 12
NUMBER_GONE = (
    N_("The number “{text}” is not on the pages as the attached notebook has it (“… {quote} …”)."),
    N_(
        "The number “{text}” is not on the pages as the attached notebook has it (“… {quote} …”); the page reads "
        "“{instead}” there."
    ),
)
VERDICT_GONE = (
    N_("The verdict “{text}” is not on the pages as the attached notebook has it (“… {quote} …”)."),
    N_(
        "The verdict “{text}” is not on the pages as the attached notebook has it (“… {quote} …”); the page reads "
        "“{instead}” there."
    ),
)


@dataclass(frozen=True)
class Finding:
    """One thing found: its code, whether it means that the file was altered, and a sentence.

    The sentence is in the language that was being spoken, see `tightrope.language`.
    """

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
        n = number(len(report.data))
        found.add("truncated", t("The file is truncated: it stops after {n} bytes, without its end.", n=n))
    _signature(found)
    if not is_as_written(report.files[MANIFEST], report.manifest):
        found.add("attachment", t("The manifest was edited: it does not agree with its own check."))
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
            "signature",
            t("The signature is not one of this manifest: the manifest was changed after it was signed."),
        )


def _attachments(found: Checked) -> None:
    report, said = found.report, listed(found.report)
    if report.is_cut:
        return
    for name, one in said.items():
        content = report.files.get(name)
        if content is None:
            found.add("attachment", t("The attachment {name} is missing.", name=name))
        elif sha256(content) != one.get("sha256"):
            said_so = t(
                "The attachment {name} is not the one that the manifest names: it was swapped or edited.", name=name
            )
            found.add("attachment", said_so)
    for name in sorted(set(report.files) - set(said) - {MANIFEST, SIGNATURE}):
        found.add("attachment", t("The attachment {name} is not in the manifest: it was added later.", name=name))


def _pages(found: Checked) -> None:
    report = found.report
    if report.is_whole or report.is_cut:
        return
    page = report.manifest.get("page") or {}
    if report.kind == "html":
        if sha256(report.page.encode()) != page.get("sha256"):
            found.add("page", t("The text of the page was edited: its hash is not the manifest's."))
        elif not any(one.code == "attachment" for one in found.findings):
            found.add(
                "resaved",
                t("The page is as it was; the blocks of data at its end were written anew or added to."),
            )
        return
    then = page.get("pages") or []
    if not _changed_pages(found, [str(one) for one in then], report.pages):
        found.add(
            "resaved",
            t(
                "The file was written anew by another program, or added to: every page draws what it drew, but tags, "
                "alternative texts, bookmarks or the document's own data may have been changed."
            ),
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
        found.add(
            "page",
            nt(
                "The file has {n} page where the manifest names {of}.",
                "The file has {n} pages where the manifest names {of}.",
                len(now), of=len(then),
            ),
        )  # fmt: skip
    _name_pages(
        found, edited,
        N_("Page {page} was edited: what is drawn there is not what the manifest names."),
        N_("Pages {pages} were edited: what is drawn there is not what the manifest names."),
    )  # fmt: skip
    _name_pages(
        found, gone,
        N_("Page {page} was taken out, by the number that it had when the report was made."),
        N_("Pages {pages} were taken out, by the numbers that they had when the report was made."),
    )  # fmt: skip
    _name_pages(found, new, N_("Page {page} was put in."), N_("Pages {pages} were put in."))
    return bool(edited or gone or new)


def _name_pages(found: Checked, numbers: list[int], one: str, many: str) -> None:
    if len(numbers) == 1:
        found.add("page", t(one, page=numbers[0]))
    elif numbers:
        shown = ", ".join(map(str, numbers[:MOST_PAGES]))
        if len(numbers) > MOST_PAGES:
            shown = t("{pages} and {n} more", pages=shown, n=len(numbers) - MOST_PAGES)
        found.add("page", t(many, pages=shown))


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
        found.add("number", t("The numbers of the attached notebook are not those that the manifest names."))
    lost = missing_from(report.texts(), expected)
    for one, instead in lost[:MOST_NAMED]:
        bare_words, with_instead = NUMBER_GONE if one.kind == "number" else VERDICT_GONE
        words = with_instead if instead else bare_words
        found.add(
            "number" if one.kind == "number" else "verdict",
            t(words, text=one.text, quote=one.quote, instead=instead),
        )
    n_more = len(lost) - MOST_NAMED
    if n_more > 0:
        found.add(
            "number",
            nt(
                "{n} more number or verdict is not on the pages.", "{n} more numbers or verdicts are not on the pages.",
                n_more, n=number(n_more),
            ),
        )  # fmt: skip


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
        if n_said:  # which of them is the strange one, nothing tells
            said_so = t(
                "The number “{text}” (“… {quote} …”) stands {there} where the report said it {said}; this may be the "
                "one put in.",
                text=one.text, quote=one.quote, there=_times(n_there), said=_times(n_said),
            )  # fmt: skip
        else:
            said_so = t(
                "The number “{text}” (“… {quote} …”) is not one of those that the report said.",
                text=one.text, quote=one.quote,
            )  # fmt: skip
        found.add("number", said_so)
    if not strange:
        found.add(
            "number",
            t(
                "The page shows {numbers} numbers and {verdicts} verdicts in an order or wording that is not the "
                "manifest's ({numbers_then} and {verdicts_then}).",
                numbers=number(found.n_numbers), verdicts=number(found.n_verdicts),
                numbers_then=said.get("numbers"), verdicts_then=said.get("verdicts"),
            ),
        )  # fmt: skip


def _times(n: int) -> str:
    if n in (1, 2):
        return t("once") if n == 1 else t("twice")
    return nt("{number} time", "{number} times", n, number=number(n))


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
            mark, _, shown = str(cell).partition(" ")
            word = _english(shown) if len(mark) == 1 and not mark.isalnum() else ""
            if row[0] in words and word and word != words[row[0]]:
                attached = words[row[0]]
                found.add(
                    "verdict",
                    t(
                        "{claim} is “{attached}” in the attached verdicts and “{shown}” in the report.",
                        claim=row[0], attached=t(attached) if attached in _WORDS else attached, shown=t(word),
                    ),
                )  # fmt: skip


_WORDS = ("supported", "fragile", "contested", "contradicted", "outdated", "untested", "not checkable")


def _english(shown: str) -> str:
    """Give a verdict's word as it is attached by the word that a report in any language has for it; else nothing."""
    if shown in _WORDS:
        return shown
    known = (word for language in LANGUAGES[1:] for word in _WORDS if catalogue(language).gettext(word) == shown)
    return next(known, "")


def _summary(nb: Mapping[str, Any]) -> Iterator[list[Any]]:
    for cell in nb["cells"]:
        for output in cell.get("outputs", []):
            record = (output.get("data") or {}).get(RECORD_MIME) or {}
            yield from (record.get("summary") or {}).get("rows", [])


def tables_of(root: Path) -> dict[str, dict[str, Any]]:
    """Give the resources of a checkout's data package by name; none where there is no package."""
    return tables_in(root / "data")


def tables_then(report: Report) -> dict[str, str]:
    """Give the hash of each whole table that a report stands on."""
    body = report.body("datapackage.json") or {}
    parts = {str(one.get("name")): (one.get("tightrope") or {}).get("excerpt") for one in body.get("resources", ())}
    return {name: str(part["of"]) for name, part in sorted(parts.items()) if part and part.get("of")}
