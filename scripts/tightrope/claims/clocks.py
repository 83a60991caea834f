"""Two clocks: what could be known on the article's day, what is known of it today, and the world on other days."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd

from tightrope.claims.judge import FALLEN, STANDING, Choice, ask, expand, judge_claim, on_day, read, tables_of
from tightrope.claims.records import ArticleFolder, ClaimRecord
from tightrope.claims.verdict import Reading, Verdict, VerdictWord, weigh
from tightrope.evidence import Evidence, parse_date
from tightrope.measures import Measure, find_measure

# A claim that stands on more dated rows than these is looked at on the usual days only.
MOST_DATED = 40
FIRST_YEAR, LAST_YEAR = 1990, 2025
# Votes, lists and snapshots that are public on the day they describe, as the descriptor's own note says of each.
OPEN_ON_THEIR_DAY = frozenset(
    {"unga_agreement", "unga_named_votes", "unga_rollcalls", "unga_votes", "unsc_dprk_votes", "unsc_vetoes",
     "unfriendly_list", "diplomatic_relations", "visa_regimes", "events_gdelt", "events_gdelt_monthly"}
)  # fmt: skip
Dates = Iterable[date | str] | None
_YEARS = ("years", "year", "first_year", "last_year", "before", "after")


class Published(StrEnum):
    """Whether the figures behind a reading could be read on a day.

    ``known``: every row is dated, or public on the day it describes, or our very copy was out by then.
    ``released_later``: our copy was released after the day; the figures may have been revised since, or not out yet.
    ``unknown``: nobody recorded when they came out.
    """

    KNOWN = "known"
    RELEASED_LATER = "released_later"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class TwoClocks:
    """One claim on both clocks, about the article's day.

    Attributes
    ----------
    word_then : VerdictWord or None
        The verdict that could be reached on that day. None, that is unknown, where it depends on figures of which
        nobody recorded when they came out; nothing is assumed.
    word_if_out : VerdictWord
        The same, supposing that such figures were out as they stand today.
    word_now : VerdictWord
        The verdict about that day on all that is known today.
    published : dict of str to Published
        Each reading that has evidence, by its label.
    notes : tuple of str
        How many readings are not known to have been out, and whether the two clocks differ.
    """

    claim: str
    word_then: VerdictWord | None
    word_if_out: VerdictWord
    word_now: VerdictWord
    published: dict[str, Published]
    notes: tuple[str, ...]


def published(evidence: Evidence, reading: Reading, day: date) -> Published:
    """Say whether all the rows of a reading could be read on a day; the least sure of its tables decides."""
    states = [_published(evidence, table, rows, day) for table, rows in reading.rows.items() if rows]
    if not states or Published.UNKNOWN in states:
        return Published.UNKNOWN
    return Published.RELEASED_LATER if Published.RELEASED_LATER in states else Published.KNOWN


def _published(evidence: Evidence, table: str, rows: Sequence[int], day: date) -> Published:
    details = evidence.package.table(table).details
    if details.published.field:
        seen = evidence.select(table, [details.published.field])
        dates = seen[details.published.field].reindex(list(rows))
        if dates.notna().all():
            return Published.KNOWN if (dates <= pd.Timestamp(day)).all() else Published.RELEASED_LATER
    elif table in OPEN_ON_THEIR_DAY:
        return Published.KNOWN
    if details.released is None:
        return Published.UNKNOWN
    return Published.KNOWN if details.released <= day else Published.RELEASED_LATER


def two_clocks(root: Path, folder: ArticleFolder, into: Evidence | None = None) -> list[TwoClocks]:
    """Judge every claim about the article's day on what was out by then and on what is known today.

    Parameters
    ----------
    root : Path
        The checkout.
    folder : ArticleFolder
    into : Evidence, optional
        A report's, which records what is read here too.

    Returns
    -------
    list of TwoClocks
        In the order of the claims. An opinion or a claim without evidence has the same word on both.
    """
    day = folder.article.date
    then = Evidence(root, as_of=day, known_on=day)
    if into is not None:
        into.record_into(then)
    now = then.at(day, then.package.collected)
    found = []
    for claim in folder.claims:
        verdict = judge_claim(then, folder, claim)
        later = judge_claim(now, folder, claim) if _has_dated_rows(then, claim) else verdict
        found.append(_clocks(then, verdict, later, day))
    return found


def _has_dated_rows(evidence: Evidence, claim: ClaimRecord) -> bool:
    """Whether the second clock can show this claim more: only where rows say when they were published."""
    return any(evidence.package.table(table).details.published.field for table in tables_of(claim))


def _clocks(evidence: Evidence, then: Verdict, now: Verdict, day: date) -> TwoClocks:
    known = [r for r in then.readings if r.holds is not None]
    states = [published(evidence, reading, day) for reading in known]
    sure = [r for r, s in zip(known, states, strict=True) if s is Published.KNOWN]
    unsure = [r for r, s in zip(known, states, strict=True) if s is not Published.KNOWN]
    word = _certain(sure, unsure) if known else then.word
    notes = []
    for state, said in ((Published.RELEASED_LATER, "stand on a copy released after that day"),
                        (Published.UNKNOWN, "stand on figures whose day of publication nobody recorded")):  # fmt: skip
        n = sum(s is state for s in states)
        if n:
            notes.append(f"{n} of {len(states)} readings {said}")
    if then.word is not now.word:
        notes.append(f"what came out later makes it {now.word}")
    labels = {r.label: s for r, s in zip(known, states, strict=True)}
    return TwoClocks(then.claim.id, word, then.word, now.word, labels, tuple(notes))


def _certain(sure: Sequence[Reading], unsure: Sequence[Reading]) -> VerdictWord | None:
    """Give the verdict if it is the same whichever of the unsure readings are left out, else None."""
    groups = [
        [r for r in unsure if r.kind == kind and r.holds is holds]
        for kind in ("plain", "defensible") for holds in (True, False)
    ]  # fmt: skip
    words: set[VerdictWord] = set()
    for counts in itertools.product(*(range(len(group) + 1) for group in groups)):
        kept = [r for group, n in zip(groups, counts, strict=True) for r in group[:n]]
        words.add(weigh([*sure, *kept])[0])
        if len(words) > 1:
            return None
    return words.pop()


class Timeline:
    """The verdict on any claim about the world on any day, on what is known today; every reading is run once.

    A measure whose tables run by years or months and that is asked for years that are over gives the same answer on
    every later day, so that is kept by its arguments alone; without named years it is kept by the year; any other by
    the day.
    """

    def __init__(self, root: Path, folder: ArticleFolder) -> None:
        self.folder = folder
        self.base = Evidence(root, as_of=folder.article.date)
        self.base = self.base.at(folder.article.date, self.base.package.collected)
        self.answers: dict[tuple[Any, ...], Measure] = {}
        self.words: dict[tuple[str, date], VerdictWord] = {}
        self.choices = {c.id: list(expand(c.check)) if c.check else [] for c in folder.claims}
        self.day = self.base

    def word(self, claim: ClaimRecord, day: date) -> VerdictWord:
        """Give the verdict on a day, ``outdated`` where it stood on the article's day and fell after it."""
        word = self._weighed(claim, day)
        written = self.folder.article.date
        if day > written and word in FALLEN and self._weighed(claim, written) in STANDING:
            return VerdictWord.OUTDATED
        return word

    def frame(self, dates: Dates = None, claims: Iterable[str] | None = None) -> pd.DataFrame:
        """Give ``verdict_timeline``."""
        chosen, days = self._chosen(dates, claims)
        rows = [(claim.id, day, str(self.word(claim, day))) for claim in chosen for day in days]
        return pd.DataFrame(rows, columns=["id", "date", "word"])

    def spans(self, dates: Dates = None, claims: Iterable[str] | None = None) -> pd.DataFrame:
        """Give ``spans``."""
        chosen, days = self._chosen(dates, claims)
        rows = []
        for claim in chosen:
            looked = sorted({*days, *self._dated(claim, days[0], days[-1])})
            turns = [days[0], *(day for pair in itertools.pairwise(looked) for day in _turns(self, claim, *pair))]
            ends = [turn - timedelta(days=1) for turn in turns[1:]] + [days[-1]]
            rows += [(claim.id, str(self.word(claim, a)), a, b) for a, b in zip(turns, ends, strict=True)]
        return pd.DataFrame(rows, columns=["id", "word", "first", "last"])

    def _dated(self, claim: ClaimRecord, first: date, last: date) -> list[date]:
        """Give the days of the dated rows a claim stands on, on the last day: only there can its verdict turn."""
        days: set[date] = set()
        for choice in self.choices[claim.id]:
            reading = self._read(choice, last) if choice.kind != "strained" else None
            for table, rows in (reading.rows if reading else {}).items():
                describes = self.base.package.table(table).details.describes
                if describes.kind == "date" and describes.field and len(rows) <= MOST_DATED:
                    seen = self.day.select(table, [describes.field])[describes.field].reindex(rows).dropna()
                    days |= {stamp.date() for stamp in seen}
        return sorted(day for day in days if first < day < last)

    def _chosen(self, dates: Dates, claims: Iterable[str] | None) -> tuple[list[ClaimRecord], list[date]]:
        chosen = [self.folder.claim(name) for name in claims] if claims is not None else list(self.folder.claims)
        days = sorted({parse_date(d) for d in dates}) if dates is not None else usual_dates(self.folder)
        # Day by day, so that the claims of a day share one look at the evidence.
        for day, claim in itertools.product(days, chosen):
            self.word(claim, day)
        return chosen, days

    def _weighed(self, claim: ClaimRecord, day: date) -> VerdictWord:
        if claim.check is None:
            return VerdictWord.NOT_CHECKABLE if claim.reason else VerdictWord.UNTESTED
        if (claim.id, day) not in self.words:
            found = [self._read(choice, day) for choice in self.choices[claim.id] if choice.kind != "strained"]
            self.words[claim.id, day] = weigh([r for r in found if r is not None])[0]
        return self.words[claim.id, day]

    def _read(self, choice: Choice, day: date) -> Reading | None:
        arguments = {name: on_day(value, day) for name, value in choice.arguments.items()}
        kinds = self._kinds(choice.measure)
        by_years = kinds <= {"year", "month", "none"}
        asked = _years_asked(arguments) if by_years else []
        over = day.year if (day.month, day.day) == (12, 31) else day.year - 1
        if asked and min(asked) > over:
            # No row of a year that has not ended is seen, so there is nothing to run.
            return None
        key: tuple[Any, ...] = (choice.measure, repr(sorted(arguments.items())))
        if not by_years or (not asked and "month" in kinds):
            key = (*key, day)
        elif not asked or max(asked) > over:
            key = (*key, over, day.year)
        if self.day.as_of != day:
            self.day = self.base.at(day, self.base.known_on)
        if key not in self.answers:
            self.answers[key] = ask(self.day, choice.measure, arguments)
        return read(self.day, choice, {}, self.answers[key])

    def _kinds(self, measure: str) -> set[str]:
        """Give what dates the rows of a measure's tables: ``published`` where some say when they came out."""
        details = [self.base.package.table(table).details for table in find_measure(measure).tables]
        return {"published" if d.published.field else d.describes.kind for d in details}


def _years_asked(arguments: Mapping[str, Any]) -> list[int]:
    given = [arguments[name] for name in _YEARS if name in arguments]
    years = [y for value in given for y in (value if isinstance(value, list) else [value])]
    return years if all(isinstance(y, int) for y in years) else []


def usual_dates(folder: ArticleFolder, first: int = FIRST_YEAR, last: int = LAST_YEAR) -> list[date]:
    """Give the first day, the end of every year, and the article's own day; ``spans`` finds the turns between."""
    ends = [date(year, 12, 31) for year in range(first, last + 1)]
    return sorted({date(first, 1, 1), *ends, folder.article.date})


def verdict_timeline(
    root: Path, folder: ArticleFolder, dates: Dates = None, claims: Iterable[str] | None = None
) -> pd.DataFrame:
    """Judge claims about the world on many days, on what is known today.

    Parameters
    ----------
    root : Path
        The checkout.
    folder : ArticleFolder
        The article's records.
    dates : iterable of date, optional
        The days; ``usual_dates`` when not given.
    claims : iterable of str, optional
        Ids; all when not given.

    Returns
    -------
    DataFrame
        ``id``, ``date`` and ``word``, a row a claim and day. ``untested`` where no evidence bears on that day.

    Raises
    ------
    UnknownName
        An unknown claim.
    BadParameter
        A day outside the evidence.
    """
    return Timeline(root, folder).frame(dates, claims)


def spans(root: Path, folder: ArticleFolder, dates: Dates = None, claims: Iterable[str] | None = None) -> pd.DataFrame:
    """Give the stretches over which each claim keeps its verdict, the day of each turn found exactly.

    Claims are looked at on ``dates`` and on the days of the dated rows they stand on. Between two of these with
    different verdicts the first day of the later one is found by halving; a verdict that comes and goes between them
    is not seen.

    Returns
    -------
    DataFrame
        ``id``, ``word``, ``first`` and ``last`` day, in the order of the claims and of time. The first stretch begins
        with the first of the dates, the last one ends with the last of them.
    """
    return Timeline(root, folder).spans(dates, claims)


def _turns(timeline: Timeline, claim: ClaimRecord, low: date, high: date) -> list[date]:
    """Give the first day of every new verdict after ``low`` up to ``high``, by halving.

    Most turns fall on the edges, where a year ends or begins, so these are looked at first.
    """
    turns = []
    start = low
    while timeline.word(claim, start) is not timeline.word(claim, high):
        word, below, above = timeline.word(claim, start), start, high
        edges = [high - timedelta(days=1), start + timedelta(days=1)]
        while (above - below).days > 1:
            middle = edges.pop(0) if edges else below + (above - below) // 2
            if not below < middle < above:
                continue
            if timeline.word(claim, middle) is word:
                below = middle
            else:
                above = middle
        turns.append(above)
        start = above
    return turns
