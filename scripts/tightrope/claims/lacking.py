"""What an article's records still lack, claim by claim: faults that stop a report, and what is to be filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tightrope.claims.files import ARTICLES, article_file, list_articles, load_article
from tightrope.claims.judge import expand, read
from tightrope.claims.records import Article, ArticleFolder, CandidateRecord, ClaimRecord
from tightrope.claims.text import Sentence, State, quotes, quotes_of, read_text
from tightrope.claims.validate import name_faults
from tightrope.errors import BadRecord, TightropeError, UnknownName
from tightrope.evidence import Evidence

TO_FILL = "to fill in"
_OWN = set(CandidateRecord.model_fields) - set(ClaimRecord.model_fields)


@dataclass(frozen=True)
class Lack:
    """One thing that an article lacks.

    Attributes
    ----------
    claim : str
        Its claim, or the name of the file where it is no claim's.
    what : str
        The fault, or what is to be filled in.
    fix : str
        What to do; the nearest names where one is unknown.
    where : str
        File and line.
    is_fault : bool
        Whether it stops the report; else it only waits for its author.
    """

    claim: str
    what: str
    fix: str = ""
    where: str = ""
    is_fault: bool = True

    @property
    def line(self) -> int:
        """The line, 0 where none is known."""
        found = re.search(r"line (\d+)", self.where)
        return int(found[1]) if found else 0


@dataclass(frozen=True)
class Looked:
    """An article looked through: what it holds, what it lacks, and its text's sentence for each candidate."""

    slug: str
    n_claims: int
    n_candidates: int
    n_readings: int
    lacks: tuple[Lack, ...]
    quoted: Mapping[str, str] = field(default_factory=dict)

    @property
    def faults(self) -> tuple[Lack, ...]:
        """What stops the report."""
        return tuple(lack for lack in self.lacks if lack.is_fault)

    def text(self) -> str:
        """Give one line that counts, then one a lack."""
        counts = f"{_counted(self.n_claims, 'claim')}, {_counted(self.n_readings, 'reading')}"
        n = len(self.faults)
        state = _counted(n, "fault") if n else "all valid"
        head = f"{self.slug}: {counts}: {state}"
        if self.n_candidates:
            head += f"; {_counted(self.n_candidates, 'candidate')} to fill in"
        lines = [head]
        for i, lack in enumerate(self.lacks):
            lines.append(_line(lack))
            is_last = i + 1 == len(self.lacks) or self.lacks[i + 1].claim != lack.claim
            if lack.claim in self.quoted and is_last:
                lines.append(f"              “{self.quoted[lack.claim]}”")
        return "\n".join(lines)


def _counted(n: int, thing: str) -> str:
    return f"{n} {thing}{'s' * (n != 1)}"


def _line(lack: Lack) -> str:
    mark = "fault  " if lack.is_fault else "to do  "
    at = f"line {lack.line}: " if lack.line else ""
    fix = f" ({lack.fix})" if lack.fix else ""
    return f"  {mark}{lack.claim:<4} {at}{lack.what}{fix}"


def look_through(root: Path, slug: str, text: Path | None = None) -> Looked:
    """Look through one article; with its text also at whether each claim's sentence is where it is said to be.

    Raises
    ------
    UnknownName
        No such article.
    """
    if slug not in list_articles(root):
        raise UnknownName("article", slug, list_articles(root), str(ARTICLES))
    try:
        file = article_file(root, slug, "claims.toml")
        head = article_file(root, slug, "article.toml")
        article = head.build(Article, head.data)
    except BadRecord as error:
        return Looked(slug, 0, 0, 0, (_lack("", error),))
    evidence = Evidence(root, as_of=article.date)
    lacks = [Lack("article.toml", f"{key}: words {TO_FILL}", is_fault=False)
             for key, value in head.data.items() if value == TO_FILL]  # fmt: skip
    entries = file.data.get("claims", [])
    drafts = [e for e in entries if isinstance(e, dict) and "status" in e]
    for i, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict):
            lacks += _of_entry(root, slug, file, entry, i, evidence)
    n_readings, quoted = 0, {}
    if not any(lack.is_fault for lack in lacks):
        try:
            folder = load_article(root, slug)
        except BadRecord as error:
            return Looked(slug, len(entries) - len(drafts), len(drafts), 0, (*lacks, _lack("", error)))
        n_readings = sum(len(list(expand(claim.check))) for claim in folder.claims if claim.check)
        sentences = read_text(text, article.language) if text else []
        lacks += _of_folder(folder, sentences)
        seen = {c.id: quotes(c, sentences) for c in folder.candidates} if sentences else {}
        quoted = {name: " ".join(q.text for q in found if q.text) for name, found in seen.items()}
    return Looked(slug, len(entries) - len(drafts), len(drafts), n_readings, tuple(lacks), quoted)


def _of_entry(root: Path, slug: str, file: Any, entry: dict[str, Any], i: int, evidence: Evidence) -> list[Lack]:
    name, is_draft = str(entry.get("id", f"#{i + 1}")), "status" in entry
    if is_draft:
        faults = file.faults(CandidateRecord, entry, ("claims", i))
        if faults:
            return [_lack(name, fault) for fault in faults]
    body = {key: value for key, value in entry.items() if key not in _OWN}
    faults = file.faults(ClaimRecord, body, ("claims", i))
    if faults:
        return _gathered([_said(name, entry, fault, is_fault=not is_draft) for fault in faults], body, is_draft)
    claim = ClaimRecord.model_validate(body)
    states = set(evidence.select("states", ["iso3"])["iso3"])
    faults = name_faults(root, slug, claim, states) or _value_faults(evidence, claim, file, i)
    if faults:
        return [_lack(name, fault, is_fault=not is_draft) for fault in faults]
    if is_draft:
        where = f"{file.path}, line {file.line(('claims', i, 'status'))}"
        return [Lack(name, "nothing is missing", "take out status, hint and suggest to have it judged", where, False)]
    return []


def _gathered(lacks: list[Lack], body: dict[str, Any], is_draft: bool) -> list[Lack]:
    """Put all words that are missing on one line, and add the check, which is asked for once the words are there."""
    words = [lack for lack in lacks if lack.what.endswith(TO_FILL)]
    if not words:
        return lacks
    keys = [lack.what.split(":")[0] for lack in words]
    what = f"{' and '.join(keys)}: words {TO_FILL}"
    if is_draft and not {"check", "settled_by", "reason"} & body.keys():
        what += "; a check, settled_by or reason"
    first = words[0]
    return [Lack(first.claim, what, "", first.where, first.is_fault), *(lack for lack in lacks if lack not in words)]


def _value_faults(evidence: Evidence, claim: ClaimRecord, file: Any, i: int) -> list[BadRecord]:
    """Ask every reading on the article's day: only the measure knows whether a source or flow exists."""
    found = []
    for choice in expand(claim.check) if claim.check else ():
        try:
            read(evidence, choice, {})
        except TightropeError as error:
            where = f"{file.path}, line {file.line(('claims', i, 'id'))}"
            found.append(BadRecord(f"claim {claim.id}: {choice.measure}: {error.what}", where, error.why, error.fix))
    return list({str(fault): fault for fault in found}.values())


def _of_folder(folder: ArticleFolder, sentences: Sequence[Sentence]) -> list[Lack]:
    lacks = []
    if folder.claims and not folder.has_argument:
        lacks.append(Lack("argument.toml", "no argument is drawn", "name the thesis and what supports it", "", False))
    for name, found in quotes_of(folder, sentences).items():
        for quote in found:
            if quote.state is State.MOVED:
                lacks.append(
                    Lack(name, f"{quote.place}: its sentence is at {quote.now_at} in this text", is_fault=False)
                )
            elif quote.state is not State.SAME:
                said = {State.NO_HASH: "no hash is recorded", State.ABSENT: "the text has no such place"}
                what = said.get(quote.state, "the text has another sentence there")
                lacks.append(Lack(name, f"{quote.place}: {what}; it is not quoted", is_fault=False))
    return lacks


def _said(name: str, entry: dict[str, Any], fault: BadRecord, *, is_fault: bool) -> Lack:
    """Say of an empty value that words are to be filled in, not that it is too short."""
    what = fault.what.removeprefix(f"{name}: ").removeprefix("record: ")
    key = what.split(":", 1)[0]
    if entry.get(key.split(".")[0]) == "" or ("at least" in what and "character" in what):
        return Lack(name, f"{key}: words {TO_FILL}", "", fault.where, is_fault)
    return Lack(name, what, "" if fault.fix == "mend this value" else fault.fix, fault.where, is_fault)


def _lack(name: str, fault: TightropeError, *, is_fault: bool = True) -> Lack:
    return Lack(name, fault.what.removeprefix(f"claim {name} "), fault.fix, fault.where, is_fault)
