"""Alliances, troops, arms, borders and distance."""

from __future__ import annotations

import pandas as pd

from tightrope.evidence import Evidence, check_state
from tightrope.measures.diplomacy_common import (
    Years,
    absent,
    as_years,
    check_pair,
    check_two,
    covered_years,
    in_years,
    last_full_year,
    nothing,
)
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure

ALLIANCE = ("year", "iso3_a", "iso3_b", "is_defense_ally", "is_nonaggression")
TROOPS = ("year", "iso3", "n_troops", "rank", "n_hosts")
ARMS = ("year", "iso3_supplier", "iso3_recipient", "tiv_millions", "share_pct")
ARMS_SHARE = ("iso3_supplier", "iso3_recipient", "first_year", "last_year", "tiv_millions", "imports_tiv_millions",
              "share_pct")  # fmt: skip
BORDER = ("iso3_a", "iso3_b", "has_land_border", "contiguity_type", "up_to")
DISTANCE = ("iso3_a", "iso3_b", "capital_distance_km", "min_distance_km")
# Soil of the United States: listed in some years only, and no foreign host.
US_SOIL = {"ASM", "GUM", "MNP", "PRI", "UMI", "VIR"}
ALLIANCE_TABLES = {"atop": "alliances_atop", "cow": "alliances_cow"}


@measure(unit="yes or no", value="is_defense_ally", columns=ALLIANCE, tables=(*ALLIANCE_TABLES.values(), "distances"))
def alliance(evidence: Evidence, *, state_a: str, state_b: str, years: Years = None, source: str = "atop") -> Result:
    """Whether two states were defence allies, by year; ``source`` is ``atop`` (to 2018) or ``cow`` (to 2012).

    An obligation of either towards the other counts (ATOP's two directions differ in 568 values), so the measure is
    undirected. ``is_nonaggression`` is very inclusive in ATOP: it is no alliance. With ``years`` a year of the series
    without a row is a no, since both sources code every alliance of the states in their lists; a year after the
    series is missing (series_ended). Without ``years`` only years with an alliance coded are given.
    """
    table = ALLIANCE_TABLES[choose("source", source, ALLIANCE_TABLES)]
    a, b = check_pair(evidence, state_a, state_b)
    asked = as_years(years)
    rows = evidence.select(table, iso3_a=[a, b], iso3_b=[a, b], **in_years(years))
    first, last = covered_years(evidence, table)
    last = min(last, last_full_year(evidence.as_of))
    in_series = [y for y in asked or [] if first <= y <= last]
    if rows.empty and asked is None and _are_in_system(evidence, a, b):
        detail = f"{table} codes no alliance of {state_a} and {state_b} in any year from {first} to {last}"
        return nothing(ALLIANCE, Missing(MissingKind.NOT_APPLICABLE, detail))
    if rows.empty and not in_series:
        return nothing(ALLIANCE, absent(evidence, table, f"{state_a} and {state_b}", years))
    coded = rows.groupby("year")[["is_defense", "is_nonaggression"]].any()
    index = list(rows.index)
    without = [y for y in in_series if y not in coded.index]
    if without:
        listed = [_alliance_rows(evidence, table, s) for s in (state_a, state_b)]
        if any(rows_of.empty for rows_of in listed) and not _are_in_system(evidence, a, b):
            return nothing(ALLIANCE, absent(evidence, table, f"{state_a} and {state_b}", years))
        # A no rests on the rows that the source has for the two in those years.
        index += [int(i) for rows_of in listed for i in rows_of.index[rows_of["year"].isin(without)]]
        no = pd.DataFrame(False, index=pd.Index(without), columns=coded.columns)
        coded = pd.concat([coded.astype(bool), no]).sort_index()
    frame = pd.DataFrame(
        {
            "year": coded.index.astype(int),
            "iso3_a": state_a,
            "iso3_b": state_b,
            "is_defense_ally": coded["is_defense"].astype(bool).to_numpy(),
            "is_nonaggression": coded["is_nonaggression"].astype(bool).to_numpy(),
        }
    )
    return Result(frame, {table: index})


def _alliance_rows(evidence: Evidence, table: str, state: str) -> pd.DataFrame:
    own = evidence.select(table, ["year"], iso3_a=state)
    # ATOP stores both directions, COW one: both sides are asked for, and a row is named once.
    other = evidence.select(table, ["year"], iso3_b=state)
    return pd.concat([own, other])


def _are_in_system(evidence: Evidence, a: str, b: str) -> bool:
    # The distances table lists every pair of members of the COW state system, which both sources cover.
    return not evidence.select("distances", ["iso3_a"], iso3_a=a, iso3_b=b).empty


@measure(unit="persons", value="n_troops", columns=TROOPS, tables=("us_troops",))
def us_troops(evidence: Evidence, *, host: str, years: Years = None) -> Result:
    """United States active-duty troops in a host state by year, with its rank among all hosts of the year.

    Rank 1 has most; US territories and hosts with no troops are not ranked (a host without troops has no rank). A
    zero is the source's own zero. 1950 to 2023; 1951 and 1952 are thin.
    """
    check_state(evidence, host, "host")
    rows = evidence.select("us_troops", **in_years(years))
    own_years = rows.loc[rows["iso3"] == host, "year"]
    if own_years.empty:
        return nothing(TROOPS, absent(evidence, "us_troops", f"United States troops in {host}", years))
    rows = rows[rows["year"].isin(own_years)]
    hosts = rows[rows["n_troops"].gt(0) & ~rows["iso3"].isin(US_SOIL)]
    rank = hosts.groupby("year")["n_troops"].rank(method="min", ascending=False)
    size = hosts.groupby("year").size()
    own = rows[rows["iso3"] == host]
    frame = pd.DataFrame(
        {
            "year": own["year"],
            "iso3": host,
            "n_troops": own["n_troops"],
            "rank": rank.reindex(own.index).astype("Int64"),
            "n_hosts": own["year"].map(size).fillna(0).astype(int),
        }
    )
    return Result(frame.sort_values("year"), {"us_troops": rows.index})


@measure(unit="million TIV", value="tiv_millions", columns=ARMS, tables=("arms_transfers",))
def arms_transfers(evidence: Evidence, *, supplier: str, recipient: str, years: Years = None) -> Result:
    """Major arms delivered from one state to another by year (SIPRI TIV), and their share of the recipient's imports.

    Directed. SIPRI's register lists every delivery it knows, so a year of the series (2000 to 2023) in which the
    supplier delivered nothing is 0; the share is missing where the recipient imported nothing in that year. Without
    ``years`` the years in which the recipient imported are given.
    """
    check_two(evidence, supplier, recipient, ("supplier", "recipient"))
    first, last = covered_years(evidence, "arms_transfers")
    last = min(last, last_full_year(evidence.as_of))
    rows = evidence.select("arms_transfers", iso3_recipient=recipient)
    asked = as_years(years)
    given = sorted(set(rows["year"])) if asked is None else [y for y in asked if first <= y <= last]
    if not given or rows.empty:
        return nothing(ARMS, _no_arms(evidence, recipient, years, bool(given)))
    rows = rows[rows["year"].isin(given)]
    imports = rows.groupby("year")["tiv_millions"].sum().reindex(given)
    own = rows[rows["iso3_supplier"] == supplier].groupby("year")["tiv_millions"].sum().reindex(given).fillna(0.0)
    frame = pd.DataFrame(
        {
            "year": given,
            "iso3_supplier": supplier,
            "iso3_recipient": recipient,
            "tiv_millions": own.to_numpy(),
            "share_pct": (100 * own / imports).to_numpy(),
        }
    )
    return Result(frame, {"arms_transfers": rows.index})


def _no_arms(evidence: Evidence, recipient: str, years: Years, is_in_series: bool) -> Missing:
    if is_in_series:
        detail = f"arms_transfers records no delivery to {recipient} by {evidence.as_of}: no imports to share"
        return Missing(MissingKind.NOT_APPLICABLE, detail)
    return absent(evidence, "arms_transfers", f"deliveries to {recipient}", years)


@measure(unit="percent", value="share_pct", columns=ARMS_SHARE, tables=("arms_transfers",))
def arms_share(evidence: Evidence, *, supplier: str, recipient: str, first_year: int, last_year: int) -> Result:
    """Share of one supplier in a state's imports of major arms, pooled over years (SIPRI TIV). Directed.

    A share of 0 is true where the recipient imported: SIPRI's register lists every delivery it knows.
    """
    check_two(evidence, supplier, recipient, ("supplier", "recipient"))
    years = list(range(first_year, last_year + 1))
    rows = evidence.select("arms_transfers", iso3_recipient=recipient, year=years)
    total = float(rows["tiv_millions"].sum())
    if rows.empty or total == 0:
        first, last = covered_years(evidence, "arms_transfers")
        is_in_series = any(first <= y <= min(last, last_full_year(evidence.as_of)) for y in years)
        return nothing(ARMS_SHARE, _no_arms(evidence, recipient, years, is_in_series))
    own = float(rows.loc[rows["iso3_supplier"] == supplier, "tiv_millions"].sum())
    row = (supplier, recipient, int(rows["year"].min()), int(rows["year"].max()), own, total, 100 * own / total)
    return Result(pd.DataFrame([row], columns=list(ARMS_SHARE)), {"arms_transfers": rows.index})


@measure(unit="yes or no", value="has_land_border", columns=BORDER, tables=("contiguity", "land_borders", "distances"))
def land_border(evidence: Evidence, *, state_a: str, state_b: str, source: str = "cow") -> Result:
    """Whether two states share a land border; ``source`` is ``cow`` (dated, to 2016) or ``mledoze`` (present day).

    Undirected. Both sources list every border there is, so a pair of states in their lists without a row is a no. The
    Correlates of War end in December 2016; ``up_to`` is the day the answer is known for. A border that one of the
    two alone lists (India and Sri Lanka in mledoze) is none.
    """
    choose("source", source, ("cow", "mledoze"))
    a, b = check_pair(evidence, state_a, state_b)
    known = evidence.select("distances", iso3_a=a, iso3_b=b)
    used: dict[str, list[int]] = {"distances": list(known.index)}
    if known.empty:
        detail = f"{state_a} and {state_b}: no pair of states of the Correlates of War, whose lists are used"
        return nothing(BORDER, Missing(MissingKind.NOT_COLLECTED, detail))
    kind: int | None = None
    up_to: str | None = None
    if source == "cow":
        rows = evidence.select("contiguity", iso3_a=a, iso3_b=b)
        end = pd.Timestamp(str(evidence.package.table("contiguity").details.coverage.last))
        day = min(end, pd.Timestamp(evidence.as_of))
        rows = rows[rows["last_date"] >= day]
        has, up_to = bool(rows["contiguity_type"].eq(1).any()), str(day.date())
        kind = int(rows["contiguity_type"].min()) if len(rows) else None
        used["contiguity"] = list(rows.index)
    else:
        rows = evidence.select("land_borders", iso3_a=a, iso3_b=b)
        has = bool(rows["is_listed_both_ways"].any())
        used["land_borders"] = list(rows.index)
    row = (state_a, state_b, has, kind, up_to)
    return Result(pd.DataFrame([row], columns=list(BORDER)), {t: i for t, i in used.items() if i})


@measure(unit="km", value="min_distance_km", columns=DISTANCE, tables=("distances",))
def distance(evidence: Evidence, *, state_a: str, state_b: str) -> Result:
    """Great-circle distance of the capitals and least distance of the territories (2019) of two states."""
    a, b = check_pair(evidence, state_a, state_b)
    rows = evidence.select("distances", iso3_a=a, iso3_b=b)
    if rows.empty:
        detail = f"{state_a} and {state_b}: no pair in distances"
        return nothing(DISTANCE, Missing(MissingKind.NOT_COLLECTED, detail))
    frame = rows[["capital_distance_km", "min_distance_km"]].assign(iso3_a=state_a, iso3_b=state_b)
    return Result(frame[list(DISTANCE)], {"distances": rows.index})
