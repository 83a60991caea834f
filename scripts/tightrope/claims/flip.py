"""Distance to flip: the smallest change in one evidence value that would change a verdict's word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from tightrope.claims.distance import Shift, distance
from tightrope.claims.judge import FALLEN, STANDING
from tightrope.claims.verdict import Reading, Verdict, VerdictWord, weigh
from tightrope.evidence import Evidence

COLUMNS = ("id", "verdict", "word_after", "is_single", "change", "change_pct", "unit", "from_value", "to_value",
           "n_records", "n_readings", "reading")  # fmt: skip


@dataclass(frozen=True)
class Flip:
    """What would change a verdict.

    Attributes
    ----------
    claim : str
        The claim's id.
    word, word_after : VerdictWord
        The verdict, and what it would become; ``word_after`` is None where nothing can change it.
    is_single : bool
        Whether one evidence value is enough.
    n_readings : int or None
        The fewest readings that would have to come out the other way; None for a verdict without readings.
    reading : Reading or None
        The reading that would turn, None where no one reading changes the word.
    value, unit, from_value, to_value, change, change_pct, is_limit, rival, n_records
        As in ``Shift``: the value that drives that reading. All None where no one reading changes the word.
    table, rows : str, dict
        The first table and all rows that the value stands in.
    """

    claim: str
    word: VerdictWord
    word_after: VerdictWord | None = None
    is_single: bool = False
    n_readings: int | None = None
    reading: Reading | None = None
    value: str | None = None
    unit: str | None = None
    from_value: Any = None
    to_value: Any = None
    change: float | None = None
    change_pct: float | None = None
    is_limit: bool = False
    rival: str | None = None
    n_records: int | None = None
    table: str | None = None
    rows: dict[str, list[int]] | None = None


def flip(evidence: Evidence, verdict: Verdict) -> Flip:
    """Give the smallest change that would change a verdict's word.

    Every counted reading is turned round in turn, with those that stand on the same records; of those that change the
    word the nearest one is kept: an amount by its change in percent, before a single record, before several records.
    Where no one reading is enough, ``n_readings`` says how many it takes.

    Parameters
    ----------
    evidence : Evidence
        The tables on the verdict's own day.
    verdict : Verdict
        A verdict of ``judge_claim`` on that day.
    """
    counted = [r for r in verdict.readings if r.holds is not None and r.kind != "strained"]
    base = Flip(verdict.claim.id, verdict.word)
    if not counted or verdict.word in (VerdictWord.UNTESTED, VerdictWord.NOT_CHECKABLE):
        return base
    found: list[tuple[tuple[float, ...], Reading, Shift | None, VerdictWord]] = []
    for reading in counted:
        alike = [r for r in counted if r is not reading and r.rows == reading.rows and r.measure == reading.measure]
        alone = _word(verdict, [_turned(r) if r is reading else r for r in counted])
        if alone is verdict.word and not alike:
            continue
        shift = distance(evidence, reading)
        turning = [reading, *_driven_with(evidence, shift, alike)]
        lost = replace(reading, holds=None) if shift and shift.is_lost else _turned(reading)
        turned = [lost if r is reading else _turned(r) if any(r is t for t in turning) else r for r in counted]
        after = _word(verdict, turned)
        if after is not verdict.word:
            found.append((_order(shift), reading, shift, after))
    if not found:
        fewest, after_all = _fewest(verdict, counted)
        return replace(base, n_readings=fewest, word_after=after_all)
    _, reading, shift, after = min(found, key=lambda f: f[0])
    if shift is None:
        return replace(base, n_readings=1, word_after=after, reading=reading)
    rows = shift.rows or reading.rows
    return Flip(
        verdict.claim.id, verdict.word, after, shift.n_records == 1, 1, reading, shift.value, shift.unit,
        shift.from_value, shift.to_value, shift.change, shift.change_pct, shift.is_limit, shift.rival,
        shift.n_records, next(iter(rows), None), rows,
    )  # fmt: skip


def _turned(reading: Reading) -> Reading:
    return replace(reading, holds=not reading.holds)


def _driven_with(evidence: Evidence, shift: Shift | None, alike: Sequence[Reading]) -> list[Reading]:
    """Give the readings of the same rows that the same records turn: one veto is also one vote less than all."""
    if shift is None or not shift.is_record:
        return []
    near = [(r, distance(evidence, r)) for r in alike]
    return [r for r, other in near if other and other.is_record and other.n_records <= shift.n_records]


def flips(evidence: Evidence, verdicts: Sequence[Verdict]) -> list[Flip]:
    """Give every verdict's flip, in the order given."""
    return [flip(evidence, verdict) for verdict in verdicts]


def from_fragile_to_solid(found: Sequence[Flip]) -> list[Flip]:
    """Sort: amounts by percent, one record, several records, several readings; verdicts without readings are left out.

    Percent and records have no common measure: within each group the order means something, between groups it is a
    convention.
    """
    tested = [f for f in found if f.n_readings is not None]
    return sorted(tested, key=lambda f: (*_place(f), f.claim))


def flip_table(found: Sequence[Flip]) -> pd.DataFrame:
    """Give one row a tested claim, from fragile to solid.

    Columns: ``id``, ``verdict``, ``word_after``, ``is_single`` (one value is enough), ``change`` and ``to_value`` in
    ``unit``, ``change_pct`` (missing for records), ``n_records``, ``n_readings`` and the label of the ``reading``.
    """
    rows = [
        (f.claim, str(f.word), str(f.word_after) if f.word_after else None, f.is_single, f.change, f.change_pct,
         f.unit, f.from_value, f.to_value, f.n_records, f.n_readings, f.reading.label if f.reading else None)
        for f in from_fragile_to_solid(found)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _word(verdict: Verdict, readings: Sequence[Reading]) -> VerdictWord:
    word = weigh(readings)[0]
    return VerdictWord.OUTDATED if verdict.then in STANDING and word in FALLEN else word


def _order(shift: Shift | None) -> tuple[float, ...]:
    if shift is None:
        return (4, 0.0)
    if shift.n_records > 1:
        return (2, float(shift.n_records))
    if shift.is_record:
        return (1, 0.0)
    return (0, abs(shift.change_pct) if shift.change_pct is not None else math.inf)


def _place(f: Flip) -> tuple[float, ...]:
    if f.value is None:
        return (3, float(f.n_readings or 0))
    if (f.n_records or 1) > 1:
        return (2, float(f.n_records or 0))
    if f.value == "record":
        return (1, 0.0)
    return (0, abs(f.change_pct) if f.change_pct is not None else math.inf)


def _fewest(verdict: Verdict, counted: Sequence[Reading]) -> tuple[int | None, VerdictWord | None]:
    """Give the fewest readings whose turning changes the word, and the word: only their classes and numbers count."""
    groups = [
        [r for r in counted if r.kind == kind and r.holds is holds]
        for kind in ("plain", "defensible") for holds in (True, False)
    ]  # fmt: skip
    for n in range(2, len(counted) + 1):
        for a in range(min(n, len(groups[0])) + 1):
            for b in range(min(n - a, len(groups[1])) + 1):
                for c in range(min(n - a - b, len(groups[2])) + 1):
                    d = n - a - b - c
                    if d > len(groups[3]):
                        continue
                    turned = [
                        replace(r, holds=(not r.holds) if i < k else r.holds)
                        for group, k in zip(groups, (a, b, c, d), strict=True) for i, r in enumerate(group)
                    ]  # fmt: skip
                    word = _word(verdict, turned)
                    if word is not verdict.word:
                        return n, word
    return None, None
