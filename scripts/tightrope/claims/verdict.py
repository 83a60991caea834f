"""From readings to a verdict: the table of house.md, with its thresholds in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from tightrope.claims.records import ClaimRecord, ReadingClass
from tightrope.evidence import Source
from tightrope.measures import Missing

SUPPORTED_SHARE = 0.5
CONTESTED_SHARE = 0.25


class VerdictWord(StrEnum):
    """The seven verdicts."""

    SUPPORTED = "supported"
    FRAGILE = "fragile"
    CONTESTED = "contested"
    CONTRADICTED = "contradicted"
    OUTDATED = "outdated"
    UNTESTED = "untested"
    NOT_CHECKABLE = "not checkable"


@dataclass(frozen=True)
class Reading:
    """One way to test a claim and how it came out.

    ``observed`` is None, and ``missing`` says which kind of nothing, where there is no evidence; ``holds`` is then
    None too, never False. ``rows`` maps each table to the stored rows that ``observed`` stands on.
    """

    label: str
    kind: ReadingClass
    reason: str
    choices: dict[str, Any]
    measure: str
    column: str
    arguments: dict[str, Any]
    operator: str
    expected: Any
    observed: Any
    holds: bool | None
    unit: str
    missing: Missing | None
    rows: dict[str, list[int]]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Indicator:
    """A number that bears on a claim without deciding it."""

    label: str
    observed: Any
    unit: str
    missing: Missing | None
    rows: dict[str, list[int]]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Verdict:
    """A claim judged on a day, with everything it rests on.

    Attributes
    ----------
    word : VerdictWord
        The verdict.
    as_of : date
        The day on which the world is looked at.
    readings : tuple of Reading
        Every reading, also the strained and the missing ones.
    n_holding, n_counted : int
        Plain and defensible readings that hold, of those that have evidence.
    then : VerdictWord or None
        The verdict on the article's own date, where it differs.
    """

    claim: ClaimRecord
    word: VerdictWord
    as_of: date
    readings: tuple[Reading, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    n_holding: int = 0
    n_counted: int = 0
    then: VerdictWord | None = None
    reason: str = ""
    rows: dict[str, list[int]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()

    @property
    def share(self) -> float | None:
        """Share of the counted readings that hold; None when none has evidence."""
        return self.n_holding / self.n_counted if self.n_counted else None

    @property
    def plain(self) -> tuple[Reading, ...]:
        """The plain reading, or both."""
        return tuple(r for r in self.readings if r.kind == "plain")


def weigh(readings: Sequence[Reading]) -> tuple[VerdictWord, int, int]:
    """Weigh readings by the table of house.md.

    Strained readings and readings without evidence are shown and never counted. Two plain readings that disagree
    leave the claim contested: an ordinary reader may take it either way.

    Returns
    -------
    tuple
        The verdict, the number of counted readings that hold, and the number counted.
    """
    known = [r for r in readings if r.holds is not None and r.kind != "strained"]
    plain = [r.holds for r in known if r.kind == "plain"]
    others = [r.holds for r in known if r.kind == "defensible"]
    holding = sum(bool(r.holds) for r in known)
    if not plain:
        return VerdictWord.UNTESTED, holding, len(known)
    share = sum(map(bool, others)) / len(others) if others else None
    if all(plain):
        word = VerdictWord.SUPPORTED if share is None or share >= SUPPORTED_SHARE else VerdictWord.FRAGILE
    elif any(plain) or (share is not None and share >= CONTESTED_SHARE):
        word = VerdictWord.CONTESTED
    else:
        word = VerdictWord.CONTRADICTED
    return word, holding, len(known)


def merge_rows(parts: Sequence[dict[str, list[int]]]) -> dict[str, list[int]]:
    """Join the rows of several readings, table by table."""
    rows: dict[str, set[int]] = {}
    for part in parts:
        for table, numbers in part.items():
            rows.setdefault(table, set()).update(numbers)
    return {table: sorted(numbers) for table, numbers in sorted(rows.items())}
