"""Every number that a narrative says is traced to the rows it comes from.

The ``say_…`` functions wrap what they say in marks that no reader sees. When a text is shown, ``marked`` turns each
mark into a span that names tables, rows and hash; ``plain`` drops the marks where only text can stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Any

from tightrope.evidence import Evidence
from tightrope.language import t
from tightrope.measures import Measure

_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARK = re.compile(f"{_OPEN}(\\d+){_MIDDLE}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
# A number, but not the digits of a name such as C24 or SHA-256.
# Russian sets thousands apart by a space that does not break.
TOKEN = re.compile(r"(?<![A-Za-z_\d-])\d(?:[\d,./\u00a0]*\d)?")


@dataclass
class Ground:
    """What a passage or card stands on: stored rows by table, and records that are no table.

    ``records`` maps the name of a file of records (``claims.toml C24``) to what it gives; ``measures`` are places in
    the ledger's list of measures.
    """

    name: str
    rows: dict[str, set[int]] = field(default_factory=dict)
    records: list[str] = field(default_factory=list)
    measures: list[int] = field(default_factory=list)

    def add(self, rows: Mapping[str, Iterable[int]]) -> None:
        """Add rows, table by table."""
        for table, numbers in rows.items():
            self.rows.setdefault(table, set()).update(int(n) for n in numbers)


@dataclass(frozen=True)
class Said:
    """One number as it was said: its place in the report, its text, the value and the ground it stands on."""

    number: int
    text: str
    value: Any
    ground: Ground


class Ledger:
    """All numbers of a report, in the order in which they were said."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.said: list[Said] = []
        self.grounds: list[Ground] = []
        self.stack: list[Ground] = []
        self.measures: list[Measure] = []

    def note(self, found: Measure) -> None:
        """Note a measure that was looked at; the ground that is stood on rests on it."""
        key = (found.name, found.arguments)
        place = next((i for i, one in enumerate(self.measures) if (one.name, one.arguments) == key), None)
        if place is None:
            place = len(self.measures)
            self.measures.append(found)
        if self.stack and place not in self.stack[-1].measures:
            self.stack[-1].measures.append(place)

    def origin(self, ground: Ground) -> str:
        """Give tables, rows and the start of each table's SHA-256 in one line."""
        parts = []
        for table, numbers in sorted(ground.rows.items()):
            rows = sorted(numbers)
            if not rows:
                continue
            digest = self.evidence.source(table).hash.removeprefix("sha256:")[:8]
            if len(rows) == 1:
                parts.append(t("{table} row {row}, sha256 {digest}", table=table, row=rows[0], digest=digest))
            else:
                parts.append(
                    t(
                        "{table} rows {first} to {last} ({n}), sha256 {digest}",
                        table=table, first=rows[0], last=rows[-1], n=len(rows), digest=digest,
                    )
                )  # fmt: skip
        return "; ".join([*parts, *ground.records]) or t("the tables read in this report")


_ledger: list[Ledger] = []


def start(evidence: Evidence) -> Ledger:
    """Begin a report's ledger; the one before is put away."""
    _ledger[:] = [Ledger(evidence)]
    return _ledger[0]


def current() -> Ledger | None:
    """Give the ledger of the report that is being told."""
    return _ledger[0] if _ledger else None


@contextmanager
def standing_on(
    name: str, rows: Mapping[str, Iterable[int]] | None = None, records: Iterable[str] = ()
) -> Iterator[Ground]:
    """Trace what is said inside to ``rows`` and to every measure that is ``used`` meanwhile."""
    ground = Ground(name, records=list(records))
    ground.add(rows or {})
    ledgers = list(_ledger)
    for ledger in ledgers:
        ledger.grounds.append(ground)
        ledger.stack.append(ground)
    try:
        yield ground
    finally:
        for ledger in ledgers:
            ledger.stack.remove(ground)


def used(found: Measure) -> Measure:
    """Add a measure's rows to the ground of what is being said, and give it back."""
    stand(found.rows)
    for ledger in _ledger:
        ledger.note(found)
    return found


def stand(rows: Mapping[str, Iterable[int]]) -> None:
    """Add rows to the ground of what is being said."""
    for ledger in _ledger:
        if ledger.stack:
            ledger.stack[-1].add(rows)


def rest_on(record: str) -> None:
    """Add a record that is no table to the ground of what is being said."""
    for ledger in _ledger:
        if ledger.stack:
            ledger.stack[-1].records.append(record)


def said(text: str, value: Any) -> str:
    """Mark a number that is being said; without a ground to stand on the text stays as it is."""
    if not _ledger or not _ledger[0].stack or _OPEN in text:
        return text
    ledger = _ledger[0]
    ledger.said.append(Said(len(ledger.said), text, value, ledger.stack[-1]))
    return f"{_OPEN}{len(ledger.said) - 1}{_MIDDLE}{text}{_CLOSE}"


def recorded(text: str) -> str:
    """Mark every number in a text that comes from a record (a label, a note, an event) on its ground."""
    if not _ledger or not _ledger[0].stack:
        return text
    parts, last = [], 0
    for mark in _MARK.finditer(text):
        parts += [_count(text[last : mark.start()]), mark.group()]
        last = mark.end()
    return "".join([*parts, _count(text[last:])])


def _count(text: str) -> str:
    return TOKEN.sub(lambda found: said(found.group(), found.group()), text)


def plain(text: str) -> str:
    """Drop the marks."""
    return _MARK.sub(r"\2", text)


def marked(text: str) -> str:
    """Turn the marks of a text, already escaped for HTML, into spans that name where the number comes from."""
    if not _ledger:
        return plain(text)
    ledger = _ledger[0]

    def span(found: re.Match[str]) -> str:
        number = int(found.group(1))
        origin = escape(ledger.origin(ledger.said[number].ground), quote=True)
        return f'<span class="traced" tabindex="-1" data-origin="{origin}">{found.group(2)}</span>'

    return _MARK.sub(span, text)


def told(name: str, text: str, records: Iterable[str]) -> str:
    """Mark every number of a text that rests on records rather than on table rows."""
    with standing_on(name, records=records):
        return recorded(text)
