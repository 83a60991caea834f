"""What may be asked of every state between two powers, each answer yes, no or unknown.

A predicate is one sign of good terms with power a or power b. A state without a record is unknown, never a no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from tightrope.evidence import Evidence
from tightrope.evidence.tables import Read
from tightrope.measures.diplomacy_common import covered_years, last_full_year
from tightrope.measures.measure import Missing, MissingKind
from tightrope.measures.mobility_visas import regimes
from tightrope.measures.trade import with_totals
from tightrope.measures.trade_books import open_book

MIN_TROOPS = 1000
TOP = 20
POOLED_YEARS = 5
# A yearly series that ended longer ago says nothing about the day; treaties last longer than figures.
MAX_AGE_YEARS = 3
MAX_AGE_TREATIES = 10
TRADE_SOURCE = "baci_twn"
# Tables that tell who belonged to the bodies that GSDB names as senders.
BODIES = {"EU": "eu_member", "G7": "g7_member"}


@dataclass(frozen=True, eq=False)
class Question:
    """What the predicates are asked about: the evidence of the day, the states, the powers."""

    evidence: Evidence
    day: date
    states: pd.Index[str]
    power_a: str
    power_b: str
    sanctions_year: int
    counts_eta_as_free: bool

    @property
    def key(self) -> tuple[object, ...]:
        """What the answers depend on besides the evidence."""
        return (
            self.day, self.evidence.known_on, tuple(self.states), self.power_a, self.power_b, self.sanctions_year,
            self.counts_eta_as_free,
        )  # fmt: skip

    @property
    def years(self) -> list[int]:
        """The full years, up to the day, whose votes are pooled."""
        last = last_full_year(self.day)
        return list(range(last - POOLED_YEARS + 1, last + 1))

    def unknown(self) -> pd.Series[bool]:
        """Give an answer that is unknown for every state."""
        return pd.Series(pd.NA, index=self.states, dtype="boolean")

    def truth(self, yes: Iterable[str], known: Iterable[str] | None = None) -> pd.Series[bool]:
        """Give yes for the states in ``yes``, no for the others in ``known`` (all, without it), else unknown."""
        found = pd.Series(self.states.isin(list(yes)), index=self.states, dtype="boolean")
        if known is not None:
            found[~self.states.isin([*known, *yes])] = pd.NA
        return found


@dataclass(frozen=True)
class Answer:
    """One predicate for every state: three-valued, with what exactly was asked and the rows behind it."""

    values: pd.Series[bool]
    asked: str
    used: dict[str, list[int]]
    missing: Missing | None = None


@dataclass(frozen=True)
class Predicate:
    """A predicate: its name, which power it is about, its words, and the weaker predicate it implies.

    ``side`` is ``a`` or ``b``, or ``none`` for a fact of geography. ``title`` has places for the powers' names.
    """

    name: str
    side: str
    title: str
    ask: Callable[[Question], Answer]
    implies: str | None = None


def _ended(q: Question, table: str, most: int = MAX_AGE_YEARS) -> tuple[int, Missing | None]:
    """Give the last year of a yearly table on the day, and why it is of no use where it is too old or not begun."""
    first, last = covered_years(q.evidence, table)
    year = min(last, last_full_year(q.day))
    if year < first:
        return year, Missing(MissingKind.NOT_COLLECTED, f"{table} begins with {first}")
    if last_full_year(q.day) - year > most:
        return year, Missing(MissingKind.SERIES_ENDED, f"{table} ends with {last}, too long before {q.day}")
    return year, None


def _ally(q: Question) -> Answer:
    year, missing = _ended(q, "alliances_atop", MAX_AGE_TREATIES)
    asked = f"defence pact with {q.power_a} on the ATOP list, {year}"
    if missing:
        return Answer(q.unknown(), asked, {}, missing)
    one = q.evidence.select("alliances_atop", iso3_a=q.power_a, year=year).rename(columns={"iso3_b": "other"})
    two = q.evidence.select("alliances_atop", iso3_b=q.power_a, year=year).rename(columns={"iso3_a": "other"})
    rows = pd.concat([one, two])
    allies = rows.loc[rows["is_defense"].fillna(False).astype(bool), "other"]
    # ATOP codes every alliance of the members of the COW state system, whose pairs the distances list.
    known, index = _in_system(q, q.power_a)
    return Answer(q.truth(allies, known), asked, {"alliances_atop": list(rows.index), "distances": index})


def _in_system(q: Question, power: str) -> tuple[list[str], list[int]]:
    one = q.evidence.select("distances", ["iso3_b"], iso3_a=power)["iso3_b"]
    two = q.evidence.select("distances", ["iso3_a"], iso3_b=power)["iso3_a"]
    return [*one, *two], [*one.index, *two.index]


def _troops(q: Question) -> Answer:
    if q.power_a != "USA":
        none = Missing(MissingKind.NOT_APPLICABLE, f"troops abroad are tabled for USA only, not for {q.power_a}")
        return Answer(q.unknown(), f"{MIN_TROOPS:,} or more troops of {q.power_a}", {}, none)
    year, missing = _ended(q, "us_troops")
    asked = f"{MIN_TROOPS:,} or more US troops, {year}"
    if missing:
        return Answer(q.unknown(), asked, {}, missing)
    rows = q.evidence.select("us_troops", ["iso3", "n_troops"], year=year).dropna()
    many = rows.loc[rows["n_troops"] >= MIN_TROOPS, "iso3"]
    return Answer(q.truth(many, rows["iso3"]), asked, {"us_troops": list(rows.index)})


def _visa_to(power: str) -> Callable[[Question], Answer]:
    def ask(q: Question) -> Answer:
        to = q.power_a if power == "a" else q.power_b
        asked = f"own citizens visa-free to {to} on {q.day}{_eta(q)}"
        found = regimes(q.evidence, None, [to], q.day, q.counts_eta_as_free)
        if found.missing:
            return Answer(q.unknown(), asked, {}, found.missing)
        free = found.frame.set_index("iso3_passport")["is_visa_free"].astype("boolean")
        return Answer(free.reindex(q.states), asked, {t: list(rows) for t, rows in found.used.items()})

    return ask


def _visa_with(power: str) -> Callable[[Question], Answer]:
    def ask(q: Question) -> Answer:
        other = q.power_a if power == "a" else q.power_b
        out = _visa_to(power)(q)
        back = regimes(q.evidence, [other], list(q.states), q.day, q.counts_eta_as_free)
        asked = f"visa-free both ways with {other} on {q.day}{_eta(q)}"
        if out.missing or back.missing:
            return Answer(q.unknown(), asked, {}, out.missing or back.missing)
        home = back.frame.set_index("iso3_destination")["is_visa_free"].astype("boolean").reindex(q.states)
        return Answer(out.values & home, asked, _join(out.used, {t: list(rows) for t, rows in back.used.items()}))

    return ask


def _eta(q: Question) -> str:
    return ", an electronic authorisation counted as " + ("visa-free" if q.counts_eta_as_free else "a visa")


def _no_sanctions(q: Question) -> Answer:
    year, b = q.sanctions_year, q.power_b
    asked = f"no sanctions on {b} in {year}, by name or through a body (GSDB)"
    table = "sanctions_on_russia_senders" if b == "RUS" else "sanctions_gsdb_counts"
    first, last = covered_years(q.evidence, table)
    if year > last_full_year(q.day):
        return Answer(q.unknown(), asked, {}, Missing(MissingKind.NOT_YET, f"{year} had not ended on {q.day}"))
    if not first <= year <= last:
        kind = MissingKind.SERIES_ENDED if year > last else MissingKind.NOT_COLLECTED
        return Answer(q.unknown(), asked, {}, Missing(kind, f"{table} runs from {first} to {last}"))
    if b == "RUS":
        rows = q.evidence.select(table, year=year)
        return Answer(~q.truth(rows["iso3_sender"]), asked, {table: list(rows.index)})
    return _no_sanctions_gsdb(q, asked)


def _no_sanctions_gsdb(q: Question, asked: str) -> Answer:
    """Open the bodies up where a table tells their members; another body leaves every state unknown."""
    every = q.evidence.select("sanctions_gsdb_counts", year=q.sanctions_year)
    rows = every[every["iso3_target"] == q.power_b]
    # A target without a case in the year is a true none: GSDB aims at every case, and all its rows of the year say so.
    used = {"sanctions_gsdb_counts": list(rows.index if len(rows) else every.index)}
    senders = set(rows["iso3_sender"].dropna())
    is_open = False
    for body in rows.loc[rows["iso3_sender"].isna(), "sender"]:
        if body == "UN":
            senders |= set(q.states)
            continue
        members = pd.DataFrame()
        if body in BODIES:
            members = q.evidence.select("sanctions_on_russia_senders", year=q.sanctions_year, basis=BODIES[body])
            used = _join(used, {"sanctions_on_russia_senders": list(members.index)} if len(members) else {})
        is_open = is_open or members.empty
        senders |= set(members["iso3_sender"]) if len(members) else set()
    has = q.truth(senders, [] if is_open else None)
    return Answer(~has, asked, used)


def _votes(power: str) -> Callable[[Question], Answer]:
    def ask(q: Question) -> Answer:
        other = q.power_a if power == "a" else q.power_b
        _, missing = _ended(q, "unga_agreement", 0)
        asked = (
            f"UN votes like {other}'s, {q.years[0]}–{q.years[-1]}, an abstention counted half, at or above the median"
        )
        parts = [
            q.evidence.select("unga_agreement", **{mine: other}, year=q.years).rename(columns={theirs: "iso3"})
            for mine, theirs in (("iso3_a", "iso3_b"), ("iso3_b", "iso3_a"))
        ]
        rows = pd.concat(parts)
        if missing or rows.empty:
            missing = missing or Missing(MissingKind.NOT_COLLECTED, f"no vote together with {other}")
            return Answer(q.unknown(), asked, {}, missing)
        sums = rows.groupby("iso3")[["n_both_voted", "n_same", "n_half"]].sum().astype("float64")
        both = sums["n_both_voted"].where(sums["n_both_voted"] > 0)
        pct = (100 * (sums["n_same"] + sums["n_half"] / 2) / both).round(9)
        asked += " of all UN members, {:.1f} per cent"
        return _at_median(q, pct, asked, {"unga_agreement": list(rows.index)}, 1)

    return ask


def _near(power: str) -> Callable[[Question], Answer]:
    def ask(q: Question) -> Answer:
        other = q.power_a if power == "a" else q.power_b
        year, missing = _ended(q, "unga_ideal_points", 1)
        asked = f"mean ideal-point distance to {other}, {q.years[0]}–{year}, at or below the median"
        rows = q.evidence.select("unga_ideal_points", ["year", "iso3", "ideal_point_all"], year=q.years).dropna()
        wide = rows.pivot_table(index="year", columns="iso3", values="ideal_point_all")
        if missing or other not in wide:
            missing = missing or Missing(MissingKind.NOT_COLLECTED, f"no ideal point of {other}")
            return Answer(q.unknown(), asked, {}, missing)
        away = wide.sub(wide[other], axis=0).abs().mean().round(9)
        asked += " of all UN members, {:.2f} units"
        return _at_median(q, away, asked, {"unga_ideal_points": list(rows.index)}, -1)

    return ask


def _at_median(q: Question, found: pd.Series[float], asked: str, used: dict[str, list[int]], sign: int) -> Answer:
    own = found.reindex(q.states)
    median = float(own.median())
    is_met = (own >= median) if sign > 0 else (own <= median)
    return Answer(is_met.astype("boolean").mask(own.isna(), pd.NA), asked.format(median), used)


def _top(power: str) -> Callable[[Question], Answer]:
    def ask(q: Question) -> Answer:
        other = q.power_a if power == "a" else q.power_b
        year, missing = _ended(q, "trade_baci")
        asked = f"among {other}'s {TOP} largest trade partners, BACI with Taiwan, {year}"
        book = open_book(q.evidence, other, TRADE_SOURCE, year)
        frame = with_totals(book).dropna(subset=["total_musd"]).set_index("iso3_partner")
        if missing or frame.empty:
            missing = missing or Missing(MissingKind.NOT_COLLECTED, f"no trade of {other} in {year}")
            return Answer(q.unknown(), asked, {}, missing)
        rank = frame["total_musd"].rank(method="min", ascending=False)
        large = rank.index[rank <= TOP]
        # A partner with one flow unknown may trade more than is known: it is unknown unless what is known suffices.
        return Answer(q.truth(large, frame.index[frame["is_whole"]]), asked, book.rows(pd.Series([year])))

    return ask


def _no_border(q: Question) -> Answer:
    known, index = _in_system(q, q.power_b)
    one = q.evidence.select("contiguity", iso3_a=q.power_b, contiguity_type=1).rename(columns={"iso3_b": "other"})
    two = q.evidence.select("contiguity", iso3_b=q.power_b, contiguity_type=1).rename(columns={"iso3_a": "other"})
    rows = pd.concat([one, two])
    end = pd.Timestamp(str(q.evidence.package.table("contiguity").details.coverage.last))
    at = min(end, pd.Timestamp(q.day))
    # Borders move seldom: the list of December 2016 is taken to hold on.
    rows = rows[rows["last_date"] >= at]
    asked = f"no land border with {q.power_b} (Correlates of War, {at.date()})"
    return Answer(~q.truth(rows["other"], known), asked, _join({"distances": index}, {"contiguity": list(rows.index)}))


def _join(*parts: dict[str, list[int]]) -> dict[str, list[int]]:
    joined: dict[str, list[int]] = {}
    for part in parts:
        for table, rows in part.items():
            joined[table] = [*joined.get(table, []), *rows]
    return {table: rows for table, rows in joined.items() if rows}


PREDICATES: dict[str, Predicate] = {
    p.name: p
    for p in (
        Predicate("ally_a", "a", "defence treaty with {a}", _ally),
        Predicate("troops_a", "a", f"{MIN_TROOPS:,} or more troops of {{a}}", _troops),
        Predicate("visa_free_to_a", "a", "visa-free to {a}", _visa_to("a")),
        Predicate("visa_free_to_b", "b", "visa-free to {b}", _visa_to("b")),
        Predicate("visa_free_with_a", "a", "visa-free both ways with {a}", _visa_with("a"), "visa_free_to_a"),
        Predicate("visa_free_with_b", "b", "visa-free both ways with {b}", _visa_with("b"), "visa_free_to_b"),
        Predicate("no_sanctions_b", "b", "no sanctions on {b} in {year}", _no_sanctions),
        Predicate("votes_with_a", "a", "votes with {a} at or above the median", _votes("a")),
        Predicate("votes_with_b", "b", "votes with {b} at or above the median", _votes("b")),
        Predicate("near_a", "a", "nearer to {a} than the median in ideal points", _near("a")),
        Predicate("near_b", "b", "nearer to {b} than the median in ideal points", _near("b")),
        Predicate("top20_a", "a", f"among the {TOP} largest trade partners of {{a}}", _top("a")),
        Predicate("top20_b", "b", f"among the {TOP} largest trade partners of {{b}}", _top("b")),
        Predicate("no_border_b", "none", "no land border with {b}", _no_border),
    )
}

_kept: WeakKeyDictionary[Evidence, dict[tuple[object, ...], tuple[Answer, list[Read]]]] = WeakKeyDictionary()


def answer(home: Evidence, q: Question, name: str) -> Answer:
    """Answer one predicate for every state, once for each evidence; ``home`` records what was read each time."""
    kept = _kept.setdefault(home, {})
    key = (name, *q.key)
    if key in kept:
        home.reads.extend(kept[key][1])
        return kept[key][0]
    before = len(home.reads)
    found = PREDICATES[name].ask(q)
    found.values.index = q.states
    kept[key] = (found, home.reads[before:])
    return found


def to_bits(values: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Give for each row the bit masks of the columns that are yes and of those that are no."""
    weights = 1 << np.arange(values.shape[1])
    yes = values.fillna(False).astype(bool).to_numpy()
    no = (~values.fillna(True).astype(bool)).to_numpy()
    return yes @ weights, no @ weights
