"""How states moved between two powers: votes with each by year, who moved most, and one state's trade with each."""

from __future__ import annotations

import pandas as pd

from tightrope.errors import BadParameter
from tightrope.evidence import Evidence, check_state
from tightrope.measures.diplomacy_common import absent, check_two, covered_years, last_full_year, nothing
from tightrope.measures.measure import Result, measure

LEAST_VOTES = 10
ENDS = 5
PATHS = ("year", "iso3", "agreement_a_pct", "agreement_b_pct", "is_near_a", "is_near_b")
NEAR = ("year", "n_both", "n_a", "n_b", "n_neither", "n_states", "median_a_pct", "median_b_pct")
MOVERS = (
    "iso3",
    "first_year",
    "last_year",
    "n_years",
    "lean_first_pp",
    "lean_last_pp",
    "change_pp",
    "rank",
    "n_ranked",
)
TRADE = ("year", "iso3", "power", "share_pct", "source")


def _agreement(evidence: Evidence, power: str, years: list[int]) -> pd.DataFrame:
    one = evidence.select("unga_agreement", iso3_a=power, year=years).rename(columns={"iso3_b": "iso3"})
    two = evidence.select("unga_agreement", iso3_b=power, year=years).rename(columns={"iso3_a": "iso3"})
    rows = pd.concat([one, two])
    rows = rows[rows["n_both_voted"] >= LEAST_VOTES]
    pct = 100 * (rows["n_same"] + rows["n_half"] / 2) / rows["n_both_voted"]
    return rows.assign(pct=pct.astype("float64").round(9))


def _paths(evidence: Evidence, power_a: str, power_b: str, first: int, last: int) -> tuple[pd.DataFrame, list[int]]:
    check_two(evidence, power_a, power_b, ("power_a", "power_b"))
    if last < first:
        raise BadParameter(f"last_year = {last} is before first_year = {first}", fix="name the earlier year first")
    years = list(range(first, last + 1))
    parts = {letter: _agreement(evidence, power, years) for letter, power in (("a", power_a), ("b", power_b))}
    used = [int(row) for part in parts.values() for row in part.index]
    keyed = [
        part.set_index(["year", "iso3"])["pct"].rename(f"agreement_{letter}_pct") for letter, part in parts.items()
    ]
    both = pd.concat(keyed, axis=1).dropna().sort_index().reset_index()
    both = both[~both["iso3"].isin([power_a, power_b])]
    for letter in ("a", "b"):
        column = both[f"agreement_{letter}_pct"]
        both[f"is_near_{letter}"] = column >= both.groupby("year")[f"agreement_{letter}_pct"].transform("median")
    return both, used


@measure(unit="percent", value="agreement_a_pct", columns=PATHS, tables=("unga_agreement",))
def between_paths(evidence: Evidence, *, power_a: str, power_b: str, first_year: int, last_year: int) -> Result:
    """Every state's agreement with each of two powers in the UN General Assembly, by calendar year.

    A state has a row in a year in which it cast ten votes or more together with each power; any other year is a gap,
    not a zero. An abstention against a yes or a no counts half. ``is_near_a`` says whether the agreement is at or above
    that of the median state of the year. Codes are those of the table: former states have their own.
    """
    frame, used = _paths(evidence, power_a, power_b, first_year, last_year)
    if frame.empty:
        return nothing(
            PATHS,
            absent(evidence, "unga_agreement", f"{power_a} and {power_b}", list(range(first_year, last_year + 1))),
        )
    return Result(frame[list(PATHS)], {"unga_agreement": used})


@measure(unit="states", value="n_both", columns=NEAR, tables=("unga_agreement",))
def between_near_counts(evidence: Evidence, *, power_a: str, power_b: str, first_year: int, last_year: int) -> Result:
    """Count by year the states that voted at or above the median state with both powers, with one, with neither.

    ``n_a`` counts those near to a alone. The medians are taken anew each year, so that a tide which lifts every state
    does not count as a move.
    """
    frame, used = _paths(evidence, power_a, power_b, first_year, last_year)
    if frame.empty:
        return nothing(
            NEAR, absent(evidence, "unga_agreement", f"{power_a} and {power_b}", list(range(first_year, last_year + 1)))
        )
    a, b = frame["is_near_a"], frame["is_near_b"]
    flags = pd.DataFrame({"year": frame["year"], "n_both": a & b, "n_a": a & ~b, "n_b": b & ~a, "n_neither": ~a & ~b})
    counts = flags.groupby("year").sum().astype(int)
    counts["n_states"] = frame.groupby("year").size()
    for letter in ("a", "b"):
        counts[f"median_{letter}_pct"] = frame.groupby("year")[f"agreement_{letter}_pct"].median()
    return Result(counts.reset_index()[list(NEAR)], {"unga_agreement": used})


@measure(unit="percentage points", value="change_pp", columns=MOVERS, tables=("unga_agreement",))
def between_movers(evidence: Evidence, *, power_a: str, power_b: str, first_year: int, last_year: int) -> Result:
    """How far each state moved between two powers by its votes, against the median state, in percentage points.

    A state's lean in a year is its agreement with a less that with b, less the median state's in that year. The move is
    the mean lean of its last five years less that of its first five: above nought is towards a. Only states with a row
    in one of the first five years and one of the last five of the span, and in at least half of all, are ranked; rank 1
    moved most towards a.
    """
    frame, used = _paths(evidence, power_a, power_b, first_year, last_year)
    if frame.empty:
        return nothing(
            MOVERS,
            absent(evidence, "unga_agreement", f"{power_a} and {power_b}", list(range(first_year, last_year + 1))),
        )
    lean = frame["agreement_a_pct"] - frame["agreement_b_pct"]
    frame = frame.assign(lean=lean - lean.groupby(frame["year"]).transform("median")).sort_values(["iso3", "year"])
    first, last = int(frame["year"].min()), int(frame["year"].max())
    n_span = frame["year"].nunique()
    groups = frame.groupby("iso3")
    made = pd.DataFrame(
        {
            "first_year": groups["year"].min(), "last_year": groups["year"].max(), "n_years": groups.size(),
            "lean_first_pp": groups["lean"].apply(lambda part: float(part.head(ENDS).mean())),
            "lean_last_pp": groups["lean"].apply(lambda part: float(part.tail(ENDS).mean())),
        }
    )  # fmt: skip
    made = made[
        (made["first_year"] < first + ENDS) & (made["last_year"] > last - ENDS) & (made["n_years"] * 2 >= n_span)
        & (made["n_years"] >= 2 * ENDS)
    ]  # fmt: skip
    if made.empty:
        return nothing(
            MOVERS,
            absent(evidence, "unga_agreement", f"{power_a} and {power_b}", list(range(first_year, last_year + 1))),
        )
    made["change_pp"] = (made["lean_last_pp"] - made["lean_first_pp"]).round(9)
    made["rank"] = made["change_pp"].rank(method="min", ascending=False).astype(int)
    made["n_ranked"] = len(made)
    return Result(made.reset_index().sort_values(["rank", "iso3"])[list(MOVERS)], {"unga_agreement": used})


@measure(unit="percent", value="share_pct", columns=TRADE, tables=("trade_cow", "trade_baci"))
def between_trade_path(
    evidence: Evidence, *, state: str, power_a: str, power_b: str, first_year: int, last_year: int
) -> Result:
    """Each power's share of a state's goods trade by year: the Correlates of War to 1999, BACI from 2000.

    Two sources, so the two stretches must not be joined: ``source`` tells them apart. A year without a recorded flow
    with the power, or without any trade of the state, has no row.
    """
    check_two(evidence, power_a, power_b, ("power_a", "power_b"))
    check_state(evidence, state)
    begin = covered_years(evidence, "trade_baci")[0]
    last_year = min(last_year, last_full_year(evidence.as_of))
    parts, used = [], {}
    for table, value, years in (
        ("trade_cow", "imports_musd", range(first_year, min(last_year, begin - 1) + 1)),
        ("trade_baci", "exports_usd", range(max(first_year, begin), last_year + 1)),
    ):
        if not len(years):
            continue
        out = evidence.select(table, iso3_exporter=state, year=list(years)).rename(columns={"iso3_importer": "other"})
        back = evidence.select(table, iso3_importer=state, year=list(years)).rename(columns={"iso3_exporter": "other"})
        rows = pd.concat([out, back]).dropna(subset=[value])
        flows = rows.groupby(["year", "other"])[value].sum().astype("float64").unstack("other")
        total = flows.sum(axis=1)
        for power in (power_a, power_b):
            if power in flows:
                share = (100 * flows[power] / total.where(total > 0)).dropna().rename("share_pct")
                parts.append(share.reset_index().assign(iso3=state, power=power, source=table))
        used[table] = list(rows.index)
    if not parts or all(part.empty for part in parts):
        years_asked = list(range(first_year, last_year + 1)) or None
        return nothing(
            TRADE, absent(evidence, "trade_baci", f"trade of {state} with {power_a} and {power_b}", years_asked)
        )
    frame = pd.concat(parts)[list(TRADE)].sort_values(["power", "year"])
    return Result(frame, {table: rows for table, rows in used.items() if rows})
