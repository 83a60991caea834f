"""Where a state's ties lie: regions ranked by trade, treaties or votes. A proxy: no table counts attention."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from tightrope.errors import BadParameter
from tightrope.evidence import Evidence, check_state
from tightrope.measures.diplomacy_common import covered_years, last_full_year, nothing
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure
from tightrope.measures.regions import REGIONS, region_of
from tightrope.measures.trade_books import TABLES
from tightrope.measures.trade_regions import region_rank

COLUMNS = ("iso3", "regions", "tie", "first_year", "last_year", "share_pct", "rank", "n_regions", "n_states", "n_known")
POOLED_YEARS = 5
Found = tuple[pd.DataFrame, dict[str, list[int]], int, int]


@measure(
    unit="percent", value="share_pct", columns=COLUMNS,
    tables=("states", "trade_agreements", "investment_treaties", "unga_agreement", *TABLES),
)  # fmt: skip
def region_ties(
    evidence: Evidence, *, state: str, regions: Sequence[str], tie: str, year: int | None = None, source: str = "baci"
) -> Result:
    """Rank some regions, taken as one, among all regions by a state's ties with them.

    Parameters
    ----------
    evidence : Evidence
        The tables as of a day.
    state : str
        ISO 3166-1 alpha-3 code.
    regions : sequence of str
        Names of ``measures.regions.REGIONS``, counted together as one region.
    tie : {"trade", "trade_agreements", "investment_treaties", "votes"}
        ``trade``: percent of the state's trade in the year. ``trade_agreements``: percent of the region's UN members
        with which one is in force (DESTA, to 2020). ``investment_treaties``: percent with which one was signed
        (UNCTAD). ``votes``: mean percent of General Assembly votes cast like the region's members, over five years,
        an abstention counted half.
    year : int, optional
        The last year; the last full year, or the last of the table, when not given.
    source : str
        Whose books of trade; see ``measures.trade``.

    Returns
    -------
    Measure
        One row: ``share_pct``, ``rank`` among the ``n_regions`` (1 the largest share, equals share the better rank),
        ``n_states`` with a tie and ``n_known`` states of the region whose answer is known. A state that is in no row of
        a table of treaties is unknown, and is left out of both.

    Raises
    ------
    UnknownName
        An unknown state, region or tie.
    BadParameter
        No region is named.
    """
    check_state(evidence, state)
    wanted = [choose("region", name, REGIONS) for name in regions]
    if not wanted:
        raise BadParameter("regions is empty", fix="name at least one region")
    by_tie = _TIES[choose("tie", tie, _TIES)]
    last = last_full_year(evidence.as_of) if year is None else year
    if last > last_full_year(evidence.as_of):
        return nothing(COLUMNS, Missing(MissingKind.NOT_YET, f"{tie} of {state}: {last} has not ended"))
    merged = "+".join(wanted)
    groups = {iso3: merged if name in wanted else name for iso3, name in region_of(evidence).items() if iso3 != state}
    found = by_tie(evidence, state, groups, last, source)
    if isinstance(found, Missing):
        return nothing(COLUMNS, found)
    table, used, first, last = found
    if merged not in table.index:
        kind = MissingKind.NOT_COLLECTED
        return nothing(COLUMNS, Missing(kind, f"no known {tie} of {state} with {', '.join(wanted)} in {last}"))
    table["rank"] = table["share_pct"].round(9).rank(method="min", ascending=False)
    own = table[table.index == merged].iloc[:1].to_dict("records")[0]
    row = (state, ", ".join(wanted), tie, first, last, float(own["share_pct"]), int(own["rank"]), len(table),
           int(own["n_states"]), int(own["n_known"]))  # fmt: skip
    return Result(pd.DataFrame([row], columns=list(COLUMNS)), used)


def _trade(evidence: Evidence, state: str, groups: dict[str, str], last: int, source: str) -> Found | Missing:
    got = region_rank(evidence, reporter=state, years=last, source=source)
    if got.missing:
        return got.missing
    merged = {name: name for name in REGIONS} | {
        name: group for group in set(groups.values()) for name in group.split("+")
    }
    frame = got.frame.assign(group=got.frame["region"].map(merged))
    table = frame.groupby("group").agg(share_pct=("share_pct", "sum"), n_states=("n_states", "sum"))
    return table.assign(n_known=table["n_states"]), dict(got.rows), last, last


def _treaties(name: str, dated: str) -> Callable[[Evidence, str, dict[str, str], int, str], Found | Missing]:
    def count(evidence: Evidence, state: str, groups: dict[str, str], last: int, _: str) -> Found | Missing:
        begins, ends = covered_years(evidence, name)
        last = min(last, ends)
        rows = evidence.select(name, ["iso3_a", "iso3_b", dated])
        rows = rows[(rows[dated] <= last).fillna(False).astype(bool)]
        own = rows[rows["iso3_a"].eq(state) | rows["iso3_b"].eq(state)]
        if own.empty:
            detail = f"{name} has no row of {state} up to {last}"
            return Missing(MissingKind.NOT_YET if last < begins else MissingKind.NOT_COLLECTED, detail)
        # A pair without a row is a no only where both states are in the table.
        known = {*rows["iso3_a"].unique(), *rows["iso3_b"].unique()}
        partners = {*own["iso3_a"], *own["iso3_b"]}
        members = evidence.select("states", ["iso3"], is_un_member=True)["iso3"]
        frame = pd.DataFrame({"iso3": [m for m in members if m in known and m in groups]})
        frame["group"], frame["is_tied"] = frame["iso3"].map(groups), frame["iso3"].isin(partners)
        table = frame.groupby("group").agg(n_states=("is_tied", "sum"), n_known=("is_tied", "size"))
        table["share_pct"] = 100 * table["n_states"] / table["n_known"]
        return table, {name: list(rows.index), "states": list(members.index)}, begins, last

    return count


def _votes(evidence: Evidence, state: str, groups: dict[str, str], last: int, _: str) -> Found | Missing:
    years = list(range(last - POOLED_YEARS + 1, last + 1))
    parts = [
        evidence.select("unga_agreement", **{mine: state}, year=years).rename(columns={theirs: "iso3"})
        for mine, theirs in (("iso3_a", "iso3_b"), ("iso3_b", "iso3_a"))
    ]
    rows = pd.concat(parts)
    if rows.empty:
        return Missing(MissingKind.NOT_COLLECTED, f"no vote of {state} in {years[0]}–{last}")
    sums = rows.groupby("iso3")[["n_both_voted", "n_same", "n_half"]].sum().astype("float64")
    sums = sums[sums["n_both_voted"] > 0]
    pct = 100 * (sums["n_same"] + sums["n_half"] / 2) / sums["n_both_voted"]
    frame = pd.DataFrame({"pct": pct, "group": pct.index.map(groups)}).dropna()
    table = frame.groupby("group").agg(share_pct=("pct", "mean"), n_states=("pct", "size"))
    return table.assign(n_known=table["n_states"]), {"unga_agreement": list(rows.index)}, years[0], last


_TIES: dict[str, Callable[[Evidence, str, dict[str, str], int, str], Found | Missing]] = {
    "trade": _trade,
    "trade_agreements": _treaties("trade_agreements", "year_in_force"),
    "investment_treaties": _treaties("investment_treaties", "year_signed"),
    "votes": _votes,
}
