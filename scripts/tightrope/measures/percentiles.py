"""One figure of every pair: what a pair's rank and percentile are counted among (``standing``).

Every figure is one number a pair, read at once from the whole table and kept for the process:

============== ========================================================================================================
trade          goods trade both ways in the last visible year of BACI, million current US dollars
agreement      UN roll calls cast alike, percent, pooled over the last five visible years (an abstention counts half)
ideal_distance distance of the ideal points in the last visible year
migrants       people from either state who live in the other, last visible year of the UN's estimates
students       students from either state in the other, last visible year of the UNESCO table that is not in its tail
visa_ease      directions (0 to 2) in which a tourist needs no visa from a consulate: visa-free, an electronic
               authorisation or visa, or a visa on arrival
distance       kilometres between the capitals
arms           major arms delivered either way in ten years, million TIV; only pairs with a delivery
sanctions      cases of the Global Sanctions Data Base that name one of the two as sender and the other as target, in
               force in the last visible year; only pairs with a case
news           GDELT's score of the last whole year in the table
named_votes    the same vote on the latest resolutions on Ukraine, Crimea and Russia, percent of those on which both
               cast one; only pairs that did on at least half of them, and not before five resolutions
============== ========================================================================================================

The pairs are those of the 193 UN members, with Taiwan and Kosovo where a table has them, that have a figure: a pair
without one is not counted, and never counted as zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tightrope.evidence import Evidence
from tightrope.evidence.tables import Read
from tightrope.measures.diplomacy_common import covered_years, last_full_year
from tightrope.measures.kept import Arrays, Packed, kept
from tightrope.measures.measure import choose
from tightrope.measures.mobility_visas import regimes

BESIDES = ("TWN", "XKX")
POOLED_YEARS = 5
ARMS_YEARS = 10
LEAST_VOTES = 50
# As many resolutions as one chart holds, and as many as a share of them needs.
NAMED_MOST, NAMED_LEAST = 21, 5
CAST = ("yes", "abstain", "no")
EASE = {
    "visa_free": 1, "eta": 1, "e_visa_or_eta": 1, "e_visa": 1, "visa_on_arrival": 1, "visa_required": 0,
    "covid_ban": 0, "no_admission": 0,
}  # fmt: skip
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class AllPairs:
    """One figure of every pair.

    Attributes
    ----------
    places : dict of str to int
        State to its row and column.
    values : array
        Symmetric; NaN where there is no figure.
    first_year, last_year : int or None
        Years that the figure describes; None for what is undated.
    unit : str
    tables : tuple of str
        Tables it was read from.
    """

    places: dict[str, int]
    values: Floats
    first_year: int | None
    last_year: int | None
    unit: str
    tables: tuple[str, ...]

    def of(self, state_a: str, state_b: str) -> float:
        """Give the pair's value; NaN where there is none."""
        if state_a not in self.places or state_b not in self.places:
            return float("nan")
        return float(self.values[self.places[state_a], self.places[state_b]])

    @property
    def known(self) -> Floats:
        """Every known value, one a pair."""
        upper: Floats = self.values[np.triu_indices(len(self.values), 1)]
        return upper[~np.isnan(upper)]

    def place(self, value: float) -> tuple[int, int, int, float]:
        """Give rank (1 is the largest), number of pairs, of those with this value, and the percent of others below."""
        known = self.known
        above, below = int((known > value).sum()), int((known < value).sum())
        return above + 1, len(known), len(known) - above - below, 100.0 * below / max(len(known) - 1, 1)


def states_of(evidence: Evidence) -> list[str]:
    """Give the 193 UN members, Taiwan and Kosovo by code, in alphabetical order."""
    states = evidence.select("states", ["iso3", "is_un_member"])
    members = states["iso3"][states["is_un_member"].fillna(False).astype(bool)]
    return sorted({*members, *(s for s in BESIDES if s in set(states["iso3"]))})


def all_pairs(evidence: Evidence, figure: str) -> AllPairs | None:
    """Give one figure of every pair as of the evidence's day; None when the tables hold nothing on that day.

    Computed once a process for each day and state of the tables; what was read is recorded every time.

    Raises
    ------
    UnknownName
        An unknown figure.
    """
    choose("figure", figure, FIGURES)
    found, reads = _all_pairs(_Key(evidence, figure))
    evidence.reads.extend(reads)
    return found


class _Key:
    """Lets the cache tell figures apart by day and by the tables' hashes."""

    def __init__(self, evidence: Evidence, figure: str) -> None:
        self.evidence, self.figure = evidence, figure
        tables = ("states", *FIGURES[figure][0])
        hashes = tuple(evidence.source(table).hash for table in tables)
        self.key = (figure, evidence.as_of, evidence.known_on, hashes)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.key == other.key


def pack_pairs(pairs: AllPairs) -> Packed:
    """Take a figure of every pair apart into words and arrays."""
    words = {
        "states": list(pairs.places), "first_year": pairs.first_year, "last_year": pairs.last_year,
        "unit": pairs.unit, "tables": pairs.tables,
    }  # fmt: skip
    return words, {"values": pairs.values}


def unpack_pairs(words: Mapping[str, Any], arrays: Arrays) -> AllPairs:
    """Put it together again."""
    places = {state: place for place, state in enumerate(words["states"])}
    years = words["first_year"], words["last_year"]
    return AllPairs(places, arrays["values"], *years, words["unit"], tuple(words["tables"]))


@lru_cache(maxsize=256)
def _all_pairs(key: _Key) -> tuple[AllPairs | None, tuple[Read, ...]]:
    tables, build = FIGURES[key.figure]
    return kept(key.evidence, "pairs", [key.figure], ("states", *tables), build, pack_pairs, unpack_pairs)


def _matrix(states: list[str], one: pd.Series[Any], other: pd.Series[Any], values: Floats) -> Floats:
    """Add up values by pair, whichever state comes first; NaN where no row is."""
    places = pd.Index(states)
    i, j = places.get_indexer(pd.Index(one)), places.get_indexer(pd.Index(other))
    kept = (i >= 0) & (j >= 0) & (i != j) & ~np.isnan(values)
    i, j, values = i[kept], j[kept], values[kept]
    sums = np.zeros((len(states), len(states)))
    seen = np.zeros(sums.shape, dtype=bool)
    for a, b in ((i, j), (j, i)):
        np.add.at(sums, (a, b), values)
        seen[a, b] = True
    return np.where(seen, sums, np.nan)


def _floats(column: pd.Series[Any]) -> Floats:
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _last_year(evidence: Evidence, table: str) -> int | None:
    """Give the last year of a table that is visible on the day; None when it had not begun."""
    first, last = covered_years(evidence, table)
    year = min(last, last_full_year(evidence.as_of))
    return year if year >= first else None


def _build(
    evidence: Evidence, table: str, columns: tuple[str, str, str], unit: str, scale: float = 1.0, n_years: int = 1,
    year: int | None = None,
) -> AllPairs | None:  # fmt: skip
    year = year or _last_year(evidence, table)
    if year is None:
        return None
    years = list(range(year - n_years + 1, year + 1))
    rows = evidence.select(table, list(columns), year=years)
    states = states_of(evidence)
    values = _matrix(states, rows[columns[0]], rows[columns[1]], _floats(rows[columns[2]]) / scale)
    first = max(years[0], covered_years(evidence, table)[0])
    return AllPairs({s: k for k, s in enumerate(states)}, values, first, year, unit, (table,))


def _trade(evidence: Evidence) -> AllPairs | None:
    columns = ("iso3_exporter", "iso3_importer", "exports_usd")
    return _build(evidence, "trade_baci", columns, "million current US dollars", 1e6)


def _agreement(evidence: Evidence) -> AllPairs | None:
    last = _last_year(evidence, "unga_agreement")
    if last is None:
        return None
    years = list(range(last - POOLED_YEARS + 1, last + 1))
    counts = ["n_both_voted", "n_same", "n_half"]
    rows = evidence.select("unga_agreement", ["iso3_a", "iso3_b", *counts], year=years)
    states = states_of(evidence)
    both, same, half = (_matrix(states, rows["iso3_a"], rows["iso3_b"], _floats(rows[c])) for c in counts)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(both >= LEAST_VOTES, 100 * (same + half / 2) / both, np.nan)
    places = {s: k for k, s in enumerate(states)}
    return AllPairs(places, values, years[0], last, "percent", ("unga_agreement",))


def _ideal_distance(evidence: Evidence) -> AllPairs | None:
    seen = evidence.select("unga_ideal_points", ["iso3", "year", "ideal_point_all"]).dropna()
    if seen.empty:
        return None
    year = int(seen["year"].max())
    rows = seen[seen["year"] == year]
    states = states_of(evidence)
    point = _floats(rows.set_index("iso3")["ideal_point_all"].reindex(states))
    places = {s: k for k, s in enumerate(states)}
    values = np.abs(point[:, None] - point[None, :])
    return AllPairs(places, values, year, year, "ideal-point units", ("unga_ideal_points",))


def _migrants(evidence: Evidence) -> AllPairs | None:
    seen = evidence.select("migrants", ["year"])["year"]
    year = int(seen.max()) if len(seen) else None
    columns = ("iso3_origin", "iso3_destination", "n_migrants")
    return _build(evidence, "migrants", columns, "persons", year=year) if year else None


def _students(evidence: Evidence) -> AllPairs | None:
    # The last years of the table are its tail, in which few destinations have reported yet.
    sizes = evidence.select("students_uis_pairs", ["year"]).groupby("year").size()
    whole = sizes.index[sizes >= sizes.max() / 2] if len(sizes) else sizes.index
    columns = ("iso3_origin", "iso3_destination", "n_students")
    return _build(evidence, "students_uis_pairs", columns, "persons", year=int(whole.max())) if len(whole) else None


def _visa_ease(evidence: Evidence) -> AllPairs | None:
    states = states_of(evidence)
    # One latest snapshot a directed pair, by the same rules as ``visa_regime``.
    found = regimes(evidence, None, states, None, True)
    if found.missing:
        return None
    rows = found.frame
    easy: Floats = np.asarray(rows["category"].map(EASE), dtype=np.float64)
    known: Floats = np.where(np.isnan(easy), np.nan, 1.0)
    both = _matrix(states, rows["iso3_passport"], rows["iso3_destination"], known)
    values = _matrix(states, rows["iso3_passport"], rows["iso3_destination"], easy)
    year = evidence.as_of.year
    places = {s: k for k, s in enumerate(states)}
    return AllPairs(places, np.where(both == 2, values, np.nan), year, year, "directions", ("visa_regimes",))


def _distance(evidence: Evidence) -> AllPairs | None:
    rows = evidence.select("distances", ["iso3_a", "iso3_b", "capital_distance_km"])
    states = states_of(evidence)
    values = _matrix(states, rows["iso3_a"], rows["iso3_b"], _floats(rows["capital_distance_km"]))
    return AllPairs({s: k for k, s in enumerate(states)}, values, None, None, "km", ("distances",))


def _arms(evidence: Evidence) -> AllPairs | None:
    columns = ("iso3_supplier", "iso3_recipient", "tiv_millions")
    return _build(evidence, "arms_transfers", columns, "million TIV", n_years=ARMS_YEARS)


def _sanctions(evidence: Evidence) -> AllPairs | None:
    return _build(evidence, "sanctions_gsdb_counts", ("iso3_sender", "iso3_target", "n_cases_active"), "cases")


def _news(evidence: Evidence) -> AllPairs | None:
    # The last year in the files has fewer than two months: see the table's notes.
    year = _last_year(evidence, "events_gdelt")
    year = year - 1 if year == covered_years(evidence, "events_gdelt")[1] else year
    return _build(evidence, "events_gdelt", ("iso3_a", "iso3_b", "score"), "points", year=year) if year else None


def latest_named(votes: pd.DataFrame) -> list[str]:
    """Give the latest resolutions of the table of named votes, oldest first, at most as many as a chart holds."""
    return list(votes.sort_values(["date", "resolution"])["resolution"].unique())[-NAMED_MOST:]


def _named_votes(evidence: Evidence) -> AllPairs | None:
    rows = evidence.select("unga_named_votes", ["resolution", "date", "iso3", "vote"])
    names = latest_named(rows)
    if len(names) < NAMED_LEAST:
        return None
    states = states_of(evidence)
    seen = rows[rows["resolution"].isin(names) & rows["vote"].isin(CAST)].drop_duplicates(["resolution", "iso3"])
    wide = seen.pivot(index="iso3", columns="resolution", values="vote").reindex(states)
    cast = [(wide == vote).to_numpy(dtype=np.float64) for vote in CAST]
    same: Floats = np.sum([one @ one.T for one in cast], axis=0)
    any_cast = np.sum(cast, axis=0)
    both = any_cast @ any_cast.T
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(both >= max(NAMED_LEAST, len(names) / 2), 100 * same / both, np.nan)
    years = rows["date"][rows["resolution"].isin(names)].dt.year
    places = {s: k for k, s in enumerate(states)}
    return AllPairs(places, values, int(years.min()), int(years.max()), "percent", ("unga_named_votes",))


FIGURES: dict[str, tuple[tuple[str, ...], Callable[[Evidence], AllPairs | None]]] = {
    "trade": (("trade_baci",), _trade),
    "agreement": (("unga_agreement",), _agreement),
    "ideal_distance": (("unga_ideal_points",), _ideal_distance),
    "migrants": (("migrants",), _migrants),
    "students": (("students_uis_pairs",), _students),
    "visa_ease": (("visa_regimes",), _visa_ease),
    "distance": (("distances",), _distance),
    "arms": (("arms_transfers",), _arms),
    "sanctions": (("sanctions_gsdb_counts",), _sanctions),
    "news": (("events_gdelt",), _news),
    "named_votes": (("unga_named_votes",), _named_votes),
}
