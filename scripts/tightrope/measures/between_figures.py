"""What the tables hold of every state and one power on a day: votes, trade, visas, pact, arms, troops, sanctions.

One wide row a state, kept for the process; ``between_signs`` turns figures into signs of closeness. A figure that is
missing carries the kind of nothing it is; one that no table can give on the day, for any state, is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd

from tightrope.evidence import Evidence
from tightrope.evidence.tables import Read
from tightrope.measures.diplomacy_common import absent, covered_years, last_full_year
from tightrope.measures.measure import Missing, MissingKind
from tightrope.measures.mobility_visas import regimes
from tightrope.measures.percentiles import LEAST_VOTES, states_of
from tightrope.measures.statehood import spans_of_states, was_state

VOTE_YEARS = 5
ARMS_YEARS = 10
BODIES = {"EU": "eu_member", "G7": "g7_member"}
HOST = "USA"
# The snapshots from the pandemic mix visa law with entry bans: the table's note says to use the last day before them.
BEFORE_BANS, AFTER_BANS = date(2020, 3, 9), date(2023, 1, 1)
# Figure to its columns in the wide frame, the first being the one that is shown.
FIGURES: dict[str, tuple[str, ...]] = {
    "votes": ("agreement_pct",),
    "ideal": ("ideal_distance",),
    "trade": ("trade_share_pct",),
    "visas": ("is_free_to", "is_free_from"),
    "alliance": ("is_ally",),
    "arms": ("arms_share_pct",),
    "troops": ("n_troops",),
    "sanctions": ("has_sanctions_by", "has_sanctions_on"),
}
TABLES = (
    "states", "us_missions", "unga_agreement", "unga_ideal_points", "trade_baci", "trade_cow", "visa_regimes",
    "alliances_atop", "distances", "arms_transfers", "us_troops", "sanctions_gsdb_counts",
    "sanctions_on_russia_senders",
)  # fmt: skip


@dataclass
class Side:
    """Every state's figures with one power.

    Attributes
    ----------
    frame : DataFrame
        One row a state other than the power that was there on the day, by ISO3; the columns of ``FIGURES``.
    kinds : dict of str to Series
        By figure, the kind of nothing of each state without it.
    years : dict of str to (first, last)
        What each figure describes, as years or days in text.
    unasked : dict of str to Missing
        Figures that no table gives for this power on the day.
    used : dict of str to list of int
        The stored rows behind the figures, by table.
    """

    power: str
    frame: pd.DataFrame
    kinds: dict[str, pd.Series[str]] = field(default_factory=dict)
    years: dict[str, tuple[str, str]] = field(default_factory=dict)
    unasked: dict[str, Missing] = field(default_factory=dict)
    used: dict[str, list[int]] = field(default_factory=dict)

    def put(self, figure: str, column: str, values: pd.Series, used: dict[str, pd.Index]) -> None:
        """Add a column, reindexed to the states, and the rows behind it; what is missing is not collected."""
        self.frame[column] = values.reindex(self.frame.index)
        lacking = self.frame[column].isna()
        kinds = self.kinds.get(figure, pd.Series("", index=self.frame.index))
        self.kinds[figure] = kinds.mask(lacking & kinds.eq(""), str(MissingKind.NOT_COLLECTED))
        for table, rows in used.items():
            self.used.setdefault(table, []).extend(int(row) for row in rows)

    def refuse(self, figure: str, missing: Missing) -> None:
        """Note that a figure cannot be asked."""
        self.unasked[figure] = missing
        self.kinds[figure] = pd.Series(str(missing.kind), index=self.frame.index)
        for column in FIGURES[figure]:
            self.frame[column] = pd.Series(
                pd.NA, index=self.frame.index, dtype="boolean" if "s_" in column[:4] else "Float64"
            )


_kept: WeakKeyDictionary[Evidence, dict[tuple[object, ...], tuple[Side, list[Read]]]] = WeakKeyDictionary()


def side_of(evidence: Evidence, power: str, counts_eta_as_free: bool = True) -> Side:
    """Give every state's figures with a power, once for each evidence; what was read is recorded each time."""
    kept = _kept.setdefault(evidence, {})
    key = (power, counts_eta_as_free, evidence.as_of, evidence.known_on)
    if key in kept:
        evidence.reads.extend(kept[key][1])
        return kept[key][0]
    before = len(evidence.reads)
    made = _side(evidence, power, counts_eta_as_free)
    kept[key] = (made, evidence.reads[before:])
    return made


def _side(evidence: Evidence, power: str, counts_eta_as_free: bool) -> Side:
    spans = spans_of_states(evidence)
    states = [s for s in states_of(evidence) if s != power and was_state(spans, s, evidence.as_of)]
    side = Side(power, pd.DataFrame(index=pd.Index(states, name="iso3")))
    _votes(evidence, side)
    _ideal(evidence, side)
    _trade(evidence, side)
    _visas(evidence, side, counts_eta_as_free)
    _alliance(evidence, side)
    _arms(evidence, side)
    _troops(evidence, side)
    _sanctions(evidence, side)
    return side


def _year(evidence: Evidence, side: Side, figure: str, table: str) -> int | None:
    """Give the last year of a table that had ended on the day; refuse the figure where it had not begun."""
    first, last = covered_years(evidence, table)
    year = min(last, last_full_year(evidence.as_of))
    if year >= first:
        return year
    kind, began = MissingKind.NOT_COLLECTED, f"{table} begins with {first}"
    side.refuse(figure, Missing(kind, f"{figure} with {side.power}: {began}"))
    return None


def _both_ways(evidence: Evidence, table: str, power: str, columns: tuple[str, str], **equals: Any) -> pd.DataFrame:
    """Give the rows of a power whichever column it stands in, the other state as ``iso3``."""
    one, two = columns
    parts = [
        evidence.select(table, **{mine: power}, **equals).rename(columns={theirs: "iso3"})
        for mine, theirs in ((one, two), (two, one))
    ]
    return pd.concat(parts)


def _votes(evidence: Evidence, side: Side) -> None:
    last = _year(evidence, side, "votes", "unga_agreement")
    if last is None:
        return
    years = list(range(last - VOTE_YEARS + 1, last + 1))
    rows = _both_ways(evidence, "unga_agreement", side.power, ("iso3_a", "iso3_b"), year=years)
    sums = rows.groupby("iso3")[["n_both_voted", "n_same", "n_half"]].sum().astype("float64")
    sums = sums[sums["n_both_voted"] >= LEAST_VOTES]
    if sums.empty:
        what = f"votes with {side.power}"
        detail = f"{what}: under {LEAST_VOTES} from {years[0]} to {last}"
        side.refuse("votes", Missing(MissingKind.NOT_COLLECTED, detail))
        return
    pct = (100 * (sums["n_same"] + sums["n_half"] / 2) / sums["n_both_voted"]).round(9)
    side.put("votes", "agreement_pct", pct.astype("Float64"), {"unga_agreement": rows.index})
    side.years["votes"] = (str(int(rows["year"].min())), str(int(rows["year"].max())))


def _ideal(evidence: Evidence, side: Side) -> None:
    rows = evidence.select("unga_ideal_points", ["iso3", "year", "ideal_point_all"]).dropna()
    mine = rows.loc[rows["iso3"] == side.power, "year"]
    if mine.empty or int(mine.max()) < last_full_year(evidence.as_of) - VOTE_YEARS:
        side.refuse("ideal", absent(evidence, "unga_ideal_points", f"ideal point of {side.power}"))
        return
    year = int(mine.max())
    rows = rows[rows["year"] == year]
    points = rows.set_index("iso3")["ideal_point_all"]
    side.put(
        "ideal",
        "ideal_distance",
        (points - points[side.power]).abs().astype("Float64"),
        {"unga_ideal_points": rows.index},
    )
    side.years["ideal"] = (str(year), str(year))


def _trade(evidence: Evidence, side: Side) -> None:
    """Give the power's share of each state's goods trade: BACI where it had begun, the Correlates of War before."""
    is_baci = covered_years(evidence, "trade_baci")[0] <= last_full_year(evidence.as_of)
    table, value = ("trade_baci", "exports_usd") if is_baci else ("trade_cow", "imports_musd")
    year = _year(evidence, side, "trade", table)
    if year is None:
        return
    rows = evidence.select(table, year=year).dropna(subset=[value])
    both = pd.concat(
        [
            rows[["iso3_exporter", "iso3_importer", value]].set_axis(["iso3", "other", "value"], axis=1),
            rows[["iso3_importer", "iso3_exporter", value]].set_axis(["iso3", "other", "value"], axis=1),
        ]
    )
    both["value"] = both["value"].astype("float64")
    total = both.groupby("iso3")["value"].sum()
    if side.power not in total.index:
        side.refuse("trade", absent(evidence, table, f"trade of {side.power}", year))
        return
    mine = both[both["other"] == side.power].groupby("iso3")["value"].sum()
    share = (100 * mine.reindex(total.index) / total.where(total > 0)).astype("Float64")
    if is_baci:
        # BACI lists every flow that either side declared: a state in it without one declared none.
        none = [s for s in total.index[share.isna()] if s in side.frame.index]
        kinds = pd.Series("", index=side.frame.index)
        kinds[none] = str(MissingKind.NOT_APPLICABLE)
        side.kinds["trade"] = kinds
    side.put("trade", "trade_share_pct", share, {table: rows.index})
    side.years["trade"] = (str(year), str(year))


def visa_day(as_of: date) -> date:
    """Give the day whose visa rules stand for a day: the last one before the pandemic's bans while those lasted."""
    return BEFORE_BANS if BEFORE_BANS < as_of < AFTER_BANS else as_of


def _visas(evidence: Evidence, side: Side, counts_eta_as_free: bool) -> None:
    day = visa_day(evidence.as_of)
    to = regimes(evidence, None, [side.power], day, counts_eta_as_free)
    back = regimes(evidence, [side.power], list(side.frame.index), day, counts_eta_as_free)
    missing = to.missing or back.missing
    if missing:
        side.refuse("visas", missing)
        return
    index = pd.Index([*to.used["visa_regimes"], *back.used["visa_regimes"]])
    free_to = to.frame.set_index("iso3_passport")["is_visa_free"].astype("boolean")
    free_from = back.frame.set_index("iso3_destination")["is_visa_free"].astype("boolean")
    side.put("visas", "is_free_to", free_to, {"visa_regimes": index})
    side.put("visas", "is_free_from", free_from, {})
    side.years["visas"] = (day.isoformat(), day.isoformat())


def _alliance(evidence: Evidence, side: Side) -> None:
    year = _year(evidence, side, "alliance", "alliances_atop")
    if year is None:
        return
    rows = _both_ways(evidence, "alliances_atop", side.power, ("iso3_a", "iso3_b"), year=year)
    allies = set(rows.loc[rows["is_defense"].astype("boolean").fillna(False), "iso3"])
    # ATOP codes every alliance of the members of the COW state system, whose pairs the distances list.
    listed = _both_ways(evidence, "distances", side.power, ("iso3_a", "iso3_b"))
    if listed.empty:
        side.refuse("alliance", absent(evidence, "alliances_atop", f"alliances of {side.power}", year))
        return
    known = pd.Index(sorted({*listed["iso3"], *allies}))
    values = pd.Series(known.isin(list(allies)), index=known, dtype="boolean")
    side.put("alliance", "is_ally", values, {"alliances_atop": rows.index, "distances": listed.index})
    side.years["alliance"] = (str(year), str(year))


def _arms(evidence: Evidence, side: Side) -> None:
    """Give the power's share of the major arms that each state imported; a state that imported none has no share."""
    last = _year(evidence, side, "arms", "arms_transfers")
    if last is None:
        return
    first = max(last - ARMS_YEARS + 1, covered_years(evidence, "arms_transfers")[0])
    rows = evidence.select("arms_transfers", year=list(range(first, last + 1))).dropna(subset=["iso3_recipient"])
    total = rows.groupby("iso3_recipient")["tiv_millions"].sum().astype("float64")
    total = total[total > 0]
    mine = rows[rows["iso3_supplier"] == side.power].groupby("iso3_recipient")["tiv_millions"].sum()
    # SIPRI's register lists every delivery it knows, so a share of nought is true where there were imports.
    share = (100 * mine.reindex(total.index).fillna(0.0) / total).astype("Float64")
    none = ~side.frame.index.isin(total.index)
    side.kinds["arms"] = pd.Series("", index=side.frame.index).mask(none, str(MissingKind.NOT_APPLICABLE))
    side.put("arms", "arms_share_pct", share, {"arms_transfers": rows.index})
    side.years["arms"] = (str(first), str(last))


def _troops(evidence: Evidence, side: Side) -> None:
    if side.power != HOST:
        detail = f"troops of {side.power}: troops abroad are tabled for the United States only"
        side.refuse("troops", Missing(MissingKind.NOT_COLLECTED, detail))
        return
    year = _year(evidence, side, "troops", "us_troops")
    if year is None:
        return
    rows = evidence.select("us_troops", ["iso3", "n_troops"], year=year).dropna()
    side.put("troops", "n_troops", rows.set_index("iso3")["n_troops"].astype("Float64"), {"us_troops": rows.index})
    side.years["troops"] = (str(year), str(year))


def _sanctions(evidence: Evidence, side: Side) -> None:
    """Give whether each state has a case against the power, and the power against it, by name or through EU or G7."""
    table = "sanctions_gsdb_counts"
    year = _year(evidence, side, "sanctions", table)
    if year is None:
        return
    cases = evidence.select(table, year=year)
    bodies = evidence.select("sanctions_on_russia_senders", ["iso3_sender", "basis"], year=year)
    members = {body: set(bodies.loc[bodies["basis"] == basis, "iso3_sender"]) for body, basis in BODIES.items()}
    own = {side.power, *(body for body, states in members.items() if side.power in states)}
    against = cases[cases["iso3_target"] == side.power]
    senders = set(against["iso3_sender"].dropna())
    for body in against.loc[against["iso3_sender"].isna(), "sender"]:
        senders |= members.get(str(body), set())
    if side.power == "RUS":
        senders |= set(bodies["iso3_sender"])
    targets = set(cases.loc[cases["sender"].isin(list(own)), "iso3_target"].dropna())
    index = side.frame.index
    # GSDB aims at every case, so a pair without one is a true no, and rests on every case of the year.
    used = {table: cases.index, "sanctions_on_russia_senders": bodies.index}
    side.put("sanctions", "has_sanctions_by", pd.Series(index.isin(list(senders)), index=index, dtype="boolean"), used)
    side.put("sanctions", "has_sanctions_on", pd.Series(index.isin(list(targets)), index=index, dtype="boolean"), {})
    side.years["sanctions"] = (str(year), str(year))
