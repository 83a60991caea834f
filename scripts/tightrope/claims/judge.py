"""Run every reading of every claim against the evidence and weigh what comes out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from tightrope.claims.files import ARTICLES, locate
from tightrope.claims.records import (
    ArticleFolder,
    CheckRecord,
    ClaimRecord,
    GridRecord,
    IndicatorRecord,
    ReadingRecord,
)
from tightrope.claims.verdict import Indicator, Reading, Verdict, VerdictWord, merge_rows, weigh
from tightrope.errors import TightropeError
from tightrope.evidence import Evidence
from tightrope.measures import Measure, Missing, MissingKind, find_measure

STANDING = (VerdictWord.SUPPORTED, VerdictWord.FRAGILE)
FALLEN = (VerdictWord.CONTESTED, VerdictWord.CONTRADICTED)
_YEAR = re.compile(r"^Y(?:-(\d+))?$")

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda seen, said: bool(seen == said),
    "ne": lambda seen, said: bool(seen != said),
    "lt": lambda seen, said: bool(seen < said),
    "le": lambda seen, said: bool(seen <= said),
    "gt": lambda seen, said: bool(seen > said),
    "ge": lambda seen, said: bool(seen >= said),
    "is_true": lambda seen, _: bool(seen),
    "is_false": lambda seen, _: not seen,
    "in": lambda seen, said: seen in said,
    "between": lambda seen, said: bool(said[0] <= seen <= said[1]),
    "before": lambda seen, said: str(seen) < str(said),
    "after": lambda seen, said: str(seen) > str(said),
}
REDUCERS: dict[str, Callable[[pd.Series[Any]], Any]] = {
    "only": lambda s: s.iloc[0],
    "first": lambda s: s.iloc[0],
    "last": lambda s: s.iloc[-1],
    "all": lambda s: bool(s.all()),
    "any": lambda s: bool(s.any()),
    "count": len,
    "sum": lambda s: s.sum(),
    "mean": lambda s: s.mean(),
    "min": lambda s: s.min(),
    "max": lambda s: s.max(),
}


def judge_article(evidence: Evidence, folder: ArticleFolder) -> list[Verdict]:
    """Judge every claim on the day of ``evidence``, and on the article's own date where that is earlier.

    Parameters
    ----------
    evidence : Evidence
        The tables as of the report's day.
    folder : ArticleFolder
        The article's records.

    Returns
    -------
    list of Verdict
        In the order of the claims.

    Raises
    ------
    TightropeError
        A measure refused its arguments; the claim is named.
    """
    return [judge_claim(evidence, folder, claim) for claim in folder.claims]


def judge_claim(evidence: Evidence, folder: ArticleFolder, claim: ClaimRecord) -> Verdict:
    """Judge one claim; see ``judge_article``."""
    try:
        now = _judge_on(evidence, folder, claim)
        written = folder.article.date
        if claim.check is None or evidence.as_of <= written:
            return now
        then = _judge_on(evidence.at(written), folder, claim).word
    except TightropeError as error:
        line = locate(evidence.root, folder.article.slug, claim.id, "id") if claim in folder.claims else 0
        where = f"{ARTICLES / folder.article.slug / 'claims.toml'}, line {line}: claim {claim.id}"
        error.where = where + (f": {error.where}" if error.where else "")
        raise
    # Only evidence can date a claim: a series that ended leaves it untested, not outdated.
    word = VerdictWord.OUTDATED if then in STANDING and now.word in FALLEN else now.word
    return _with(now, word, then)


def _with(verdict: Verdict, word: VerdictWord, then: VerdictWord) -> Verdict:
    return Verdict(
        verdict.claim, word, verdict.as_of, verdict.readings, verdict.indicators, verdict.n_holding,
        verdict.n_counted, then, verdict.reason, verdict.rows, verdict.sources,
    )  # fmt: skip


def _judge_on(evidence: Evidence, folder: ArticleFolder, claim: ClaimRecord) -> Verdict:
    indicators = tuple(_indicate(evidence, record) for record in claim.indicators)
    readings: tuple[Reading, ...] = ()
    if claim.check is None:
        word = VerdictWord.NOT_CHECKABLE if claim.reason else VerdictWord.UNTESTED
        holding = counted = 0
        reason = claim.reason or f"What would settle it: {claim.settled_by}"
    else:
        readings = tuple(read(evidence, r, folder.labels) for r in expand(claim.check))
        word, holding, counted = weigh(readings)
        reason = "" if word is not VerdictWord.UNTESTED else _why_untested(readings)
        if reason and claim.settled_by:
            reason += f". What would settle it: {claim.settled_by}"
    parts: list[Reading | Indicator] = [*readings, *indicators]
    sources = {s.table: s for part in parts for s in part.sources}
    return Verdict(
        claim, word, evidence.as_of, readings, indicators, holding, counted, None, reason,
        merge_rows([part.rows for part in parts]), tuple(sources[name] for name in sorted(sources)),
    )  # fmt: skip


def _why_untested(readings: Sequence[Reading]) -> str:
    for reading in readings:
        if reading.kind == "plain" and reading.missing:
            return f"The plain reading has no evidence: {reading.missing.detail}"
    return "No reading has evidence"


class Choice:
    """A reading before it is run: the check's defaults with its own choices laid over them."""

    def __init__(self, check: CheckRecord, own: ReadingRecord | GridRecord, choices: Mapping[str, Any]) -> None:
        self.kind, self.reason = own.kind, own.reason
        self.label = own.label if isinstance(own, ReadingRecord) else None
        self.measure = own.measure or check.measure
        self.column = own.column or check.column
        self.operator = own.operator or check.operator
        self.expected = own.expected if own.operator or own.expected is not None else check.expected
        self.reduce = own.reduce or check.reduce
        self.unit = own.unit or (check.unit if own.measure is None else None)
        self.choices = dict(choices)
        base = check.arguments if own.arguments is None else own.arguments
        self.arguments = {**base, **choices}

    @property
    def key(self) -> str:
        """What makes two readings the same: the measure, its arguments and the column."""
        return repr((self.measure, sorted(self.arguments.items(), key=lambda i: i[0]), self.column, self.reduce))


def expand(check: CheckRecord) -> Iterator[Choice]:
    """Give every reading: those written out, then each grid's combinations that are not already there."""
    seen: set[str] = set()
    for own in check.readings:
        choice = Choice(check, own, own.choices)
        seen.add(choice.key)
        yield choice
    for grid in check.grids:
        for values in itertools.product(*grid.vary.values()):
            choice = Choice(check, grid, dict(zip(grid.vary, values, strict=True)))
            if choice.key not in seen:
                seen.add(choice.key)
                yield choice


def tables_of(claim: ClaimRecord) -> set[str]:
    """Give the tables that the readings of a claim may rest on, besides those of states that every measure may read."""
    names = {choice.measure for choice in expand(claim.check)} if claim.check else set()
    return {table for name in names for table in find_measure(name).tables}


def ask(evidence: Evidence, name: str, arguments: Mapping[str, Any]) -> Measure:
    """Give a measure's answer."""
    return find_measure(name).function(evidence, **arguments)


def read(
    evidence: Evidence, choice: Choice, labels: Mapping[str, Mapping[str, str]], result: Measure | None = None
) -> Reading:
    """Run one reading; ``result`` is the measure's answer where it has been asked already."""
    arguments = {name: on_day(value, evidence.as_of) for name, value in choice.arguments.items()}
    shown = {name: on_day(value, evidence.as_of) for name, value in choice.choices.items()}
    result = result or ask(evidence, choice.measure, arguments)
    observed, missing = reduce(result, choice.column, choice.reduce)
    if observed is not None and not any(result.rows.values()):
        # A zero counted before the first record was collected stands on nothing.
        observed, missing = None, Missing(MissingKind.NOT_COLLECTED, f"no record by {evidence.as_of} to count in")
    expected = on_day(choice.expected, evidence.as_of)
    holds = None if observed is None else OPERATORS[choice.operator](observed, expected)
    return Reading(
        on_day(choice.label, evidence.as_of) or _label(shown, labels) or choice.measure.replace("_", " "),
        choice.kind, choice.reason, shown, choice.measure, choice.column, arguments, choice.operator, expected,
        observed, holds, choice.unit or unit_of(result, choice.column, choice.reduce), missing, result.rows,
        result.sources,
    )  # fmt: skip


def _indicate(evidence: Evidence, record: IndicatorRecord) -> Indicator:
    arguments = {name: on_day(value, evidence.as_of) for name, value in record.arguments.items()}
    result = ask(evidence, record.measure, arguments)
    observed, missing = reduce(result, record.column, record.reduce)
    unit = record.unit if record.unit is not None else unit_of(result, record.column, record.reduce)
    return Indicator(on_day(record.label, evidence.as_of), observed, unit, missing, result.rows, result.sources)


def reduce(result: Measure, column: str, how: str) -> tuple[Any, Missing | None]:
    """Give one value out of a measure, or None with the kind of nothing; a gap is never filled."""
    if result.missing is not None:
        return None, result.missing
    series = result.frame[column]
    if how == "only" and len(series) != 1:
        raise TightropeError(
            f"{result.name} gives {len(series)} rows where a reading needs one",
            where=f"arguments {result.arguments}", fix="name a year or a date, or set `reduce`",
        )  # fmt: skip
    if how != "count" and series.isna().any():
        return None, Missing(MissingKind.NOT_COLLECTED, f"{result.name} has no {column} in a row that it needs")
    value = REDUCERS[how](series)
    return (value.item() if hasattr(value, "item") else value), None


def unit_of(result: Measure, column: str, how: str) -> str:
    """Give the unit of a column: the measure's own for its main column, else what the column's name carries."""
    if how == "count":
        return result.unit
    if column == "rank":
        return "rank"
    if column == "change_pct":
        return "percent change"
    if column.endswith("_pct"):
        return "percent"
    if column.endswith("_musd"):
        return "million current US dollars"
    if column.startswith("n_") and column != result.value:
        return column.removeprefix("n_").replace("_", " ")
    return result.unit


def on_day(value: Any, day: date) -> Any:
    """Put the day into ``Y``, ``Y-1`` … (years) and ``as_of`` (the date); other values stay as they are."""
    if isinstance(value, list):
        return [on_day(item, day) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return value
    year = _YEAR.match(value)
    if year:
        return day.year - int(year.group(1) or 0)
    return day.isoformat() if value == "as_of" else value.replace("{Y-1}", str(day.year - 1))


def _label(choices: Mapping[str, Any], labels: Mapping[str, Mapping[str, str]]) -> str:
    words = []
    for name, value in choices.items():
        known = labels.get(name, {})
        values = value if isinstance(value, list) else [value]
        words.append(" and ".join(known.get(str(v), str(v)) for v in values))
    return ", ".join(words)
