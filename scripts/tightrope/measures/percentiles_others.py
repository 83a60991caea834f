"""What all pairs do, beside one pair: UN agreement, defence pacts, weight in trade, opinion of another state."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from tightrope.evidence import Evidence
from tightrope.evidence.tables import Read
from tightrope.measures.diplomacy_common import absent, check_two, covered_years, last_full_year
from tightrope.measures.kept import Arrays, kept, pack_frame, unpack_frame
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure
from tightrope.measures.mobility_common import missing_years
from tightrope.measures.percentiles import states_of

LEAST_VOTES = 20
SPREAD = ("year", "median_pct", "low_pct", "high_pct", "n_pairs")
WEIGHT = (
    "iso3_reporter", "iso3_partner", "flow", "year", "value_musd", "share_pct", "partner_rank", "n_partners", "rank",
    "n_pairs", "percentile",
)  # fmt: skip
FLOWS = ("export", "import")
PACTS = ("year", "n_pairs")
OPINION = ("iso3_respondent", "iso3_target", "year", "favourable_pct", "rank", "n_pairs", "n_equal", "percentile")


class _Key:
    """Lets the caches tell days and tables apart."""

    def __init__(self, evidence: Evidence, table: str) -> None:
        self.evidence = evidence
        self.key = (table, evidence.as_of, evidence.known_on, evidence.source(table).hash)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.key == other.key


@measure(unit="percent", value="median_pct", columns=SPREAD, tables=("unga_agreement",))
def unga_agreement_spread(evidence: Evidence) -> Result:
    """Give the median and the quartiles of UN agreement over all pairs, by calendar year.

    Only pairs with at least 20 roll calls in common count in a year. No rows are named: each year rests on every row
    of it. Missing before the first year has ended.
    """
    frame, reads = _spread(_Key(evidence, "unga_agreement"))
    evidence.reads.extend(reads)
    missing = Missing(MissingKind.NOT_YET, f"unga_agreement has no ended year on {evidence.as_of}")
    return Result(frame.copy(), {"unga_agreement": []}, None if len(frame) else missing)


@lru_cache(maxsize=32)
def _spread(key: _Key) -> tuple[pd.DataFrame, tuple[Read, ...]]:
    return kept(key.evidence, "spread", [], ["unga_agreement"], _make_spread, pack_frame, unpack_frame)


def _make_spread(evidence: Evidence) -> pd.DataFrame:
    rows = evidence.select("unga_agreement", ["year", "n_both_voted", "n_same", "n_half"])
    year, both, same, half = (rows[c].to_numpy(dtype=np.float64) for c in rows.columns)
    kept = both >= LEAST_VOTES
    agreement = pd.Series(100 * (same + half / 2)[kept] / both[kept])
    found = agreement.groupby(year[kept].astype(np.int64)).quantile(np.array([0.25, 0.5, 0.75])).unstack()
    sizes = agreement.groupby(year[kept].astype(np.int64)).size()
    frame = pd.DataFrame(
        {"year": found.index, "median_pct": found[0.5], "low_pct": found[0.25], "high_pct": found[0.75],
         "n_pairs": sizes.reindex(found.index)}
    )  # fmt: skip
    return frame.reset_index(drop=True)


@measure(unit="percent", value="share_pct", columns=WEIGHT, tables=("trade_baci",))
def trade_weight(evidence: Evidence, *, reporter: str, partner: str, flow: str) -> Result:
    """Give a partner's share of a state's exports or imports, and its place among all directed pairs. Directed.

    Parameters
    ----------
    reporter, partner : str
        ISO3 codes; the share is of the reporter's flow in BACI's last visible year.
    flow : {"export", "import"}

    Returns
    -------
    Measure
        One row: ``value_musd`` (million current US dollars), ``share_pct``, ``partner_rank`` among the reporter's
        ``n_partners`` partners, ``rank`` (1 is the largest share) among ``n_pairs`` directed pairs of UN members with
        this flow, ``percentile`` (percent of those others with a lower share). The row named is the pair's own.

    Raises
    ------
    UnknownName
        An unknown state or flow.
    """
    check_two(evidence, reporter, partner, ("reporter", "partner"))
    choose("flow", flow, FLOWS)
    year = min(covered_years(evidence, "trade_baci")[1], last_full_year(evidence.as_of))
    exporter, importer = (reporter, partner) if flow == "export" else (partner, reporter)
    own = evidence.select("trade_baci", ["year"], iso3_exporter=exporter, iso3_importer=importer, year=year)
    what = f"{flow}s of {reporter} with {partner} in {year}"
    if own.empty:
        kind = MissingKind.NOT_YET if year < covered_years(evidence, "trade_baci")[0] else MissingKind.NOT_COLLECTED
        return Result(pd.DataFrame(columns=list(WEIGHT)), {}, Missing(kind, f"{what}: no row in trade_baci"))
    shares, reads = _shares(_Key(evidence, "trade_baci"), year, flow)
    evidence.reads.extend(reads)
    # Arrays, since a frame with both states for an index is slow to make and is asked for one row.
    at = int(np.flatnonzero((shares["own"] == reporter) & (shares["other"] == partner))[0])
    share, others = float(shares["share_pct"][at]), shares["share_pct"][shares["is_member"]]
    above, below, n = int((others > share).sum()), int((others < share).sum()), len(others)
    ranks = int(shares["partner_rank"][at]), int(shares["n_partners"][at])
    found = (reporter, partner, flow, year, float(shares["value_musd"][at]), share, *ranks)
    frame = pd.DataFrame([(*found, above + 1, n, 100 * below / max(n - 1, 1))], columns=list(WEIGHT))
    return Result(frame, {"trade_baci": own.index})


@lru_cache(maxsize=64)
def _shares(key: _Key, year: int, flow: str) -> tuple[Arrays, tuple[Read, ...]]:
    return kept(
        key.evidence, "shares", [year, flow], ["states", "trade_baci"],
        lambda evidence: _make_shares(evidence, year, flow), lambda arrays: ({}, arrays), lambda _, arrays: arrays,
    )  # fmt: skip


def _make_shares(evidence: Evidence, year: int, flow: str) -> Arrays:
    rows = evidence.select("trade_baci", ["iso3_exporter", "iso3_importer", "exports_usd"], year=year)
    own, other = ("iso3_exporter", "iso3_importer") if flow == "export" else ("iso3_importer", "iso3_exporter")
    value = rows["exports_usd"].astype("float64")
    by = value.groupby(rows[own])
    states = states_of(evidence)
    found: dict[str, Any] = {
        "own": rows[own].to_numpy(dtype="U3"),
        "other": rows[other].to_numpy(dtype="U3"),
        "value_musd": value / 1e6,
        "share_pct": 100 * value / by.transform("sum"),
        "partner_rank": by.rank(method="min", ascending=False),
        "n_partners": by.transform("size"),
        "is_member": rows[own].isin(states) & rows[other].isin(states),
    }
    return {name: np.asarray(column) for name, column in found.items()}


@measure(
    unit="pairs", value="n_pairs", columns=PACTS, tables=("states", "alliances_atop"), example={"year": 2018},
)  # fmt: skip
def defence_pacts(evidence: Evidence, *, year: int) -> Result:
    """Count the pairs of UN members, Taiwan and Kosovo that ATOP codes as bound by a defence pact in a year.

    An obligation of either towards the other counts, as in ``alliance``. No rows are named: the count rests on every
    row of the year. Missing outside the series, or before the year has ended.
    """
    first, last = covered_years(evidence, "alliances_atop")
    if not first <= year <= min(last, last_full_year(evidence.as_of)):
        return Result(pd.DataFrame(columns=list(PACTS)), {}, absent(evidence, "alliances_atop", "defence pacts", year))
    frame, reads = _pacts(_Key(evidence, "alliances_atop"), year)
    evidence.reads.extend(reads)
    return Result(frame.copy(), {"alliances_atop": []})


@lru_cache(maxsize=64)
def _pacts(key: _Key, year: int) -> tuple[pd.DataFrame, tuple[Read, ...]]:
    return kept(
        key.evidence, "pacts", [year], ["states", "alliances_atop"],
        lambda evidence: _make_pacts(evidence, year), pack_frame, unpack_frame,
    )  # fmt: skip


def _make_pacts(evidence: Evidence, year: int) -> pd.DataFrame:
    rows = evidence.select("alliances_atop", ["iso3_a", "iso3_b"], year=year, is_defense=True)
    states = states_of(evidence)
    both = rows[rows["iso3_a"].isin(states) & rows["iso3_b"].isin(states)]
    n = len({frozenset(pair) for pair in zip(both["iso3_a"], both["iso3_b"], strict=True)})
    return pd.DataFrame([(year, n)], columns=list(PACTS))


@measure(
    unit="percent of respondents", value="favourable_pct", columns=OPINION, tables=("states", "opinion_pew"),
    example={"respondent": "TUR", "target": "RUS"},
)  # fmt: skip
def opinion_standing(evidence: Evidence, *, respondent: str, target: str) -> Result:
    """Give the share of adults with a good opinion of a state, and its place among all directed pairs. Directed.

    The others are those that the same survey asked about in the same year. Opinion moves with the times: beside the
    newest answer of every pair, one of 2002 would stand next to one of 2023.

    Parameters
    ----------
    respondent, target : str
        ISO3 codes: whose adults were asked, and about which state.

    Returns
    -------
    Measure
        One row, of the last visible year in which Pew asked the one about the other. ``rank`` 1 is the largest share
        among ``n_pairs`` directed pairs of UN members, Taiwan and Kosovo asked about in that year; what adults think of
        their own state, of the European Union or of the United Nations is no pair. ``n_equal`` counts the pairs with
        this share, ``percentile`` is the percent of the other pairs with a lower one. The row named is the pair's own.

    Raises
    ------
    UnknownName
        An unknown state.
    BadParameter
        The two states are the same.
    """
    check_two(evidence, respondent, target, ("respondent", "target"))
    columns = ["iso3_respondent", "iso3_target", "year", "favourable_pct"]
    own = evidence.select("opinion_pew", columns, iso3_respondent=respondent, iso3_target=target)
    if own.empty:
        gap = "the question was not asked, or not of this state"
        missing = missing_years(evidence, "opinion_pew", None, f"views of {target} in {respondent}", gap)
        return Result(pd.DataFrame(columns=list(OPINION)), {}, missing)
    last = own.loc[[own["year"].idxmax()]]
    year, share = int(last["year"].iloc[0]), float(last["favourable_pct"].iloc[0])
    rows = evidence.select("opinion_pew", columns, year=year)
    states = states_of(evidence)
    are_others = rows["iso3_respondent"].ne(respondent) | rows["iso3_target"].ne(target)
    are_pairs = rows["iso3_respondent"].isin(states) & rows["iso3_target"].isin(states)
    others = rows["favourable_pct"][are_others & are_pairs & rows["iso3_respondent"].ne(rows["iso3_target"])]
    above, below, n = int((others > share).sum()), int((others < share).sum()), len(others)
    place = (above + 1, n + 1, n + 1 - above - below, 100 * below / max(n, 1))
    frame = pd.DataFrame([(respondent, target, year, share, *place)], columns=list(OPINION))
    return Result(frame, {"opinion_pew": last.index})
