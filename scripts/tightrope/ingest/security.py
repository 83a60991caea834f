"""Alliances, borders, distance, troops and arms."""

from __future__ import annotations

from datetime import date

import pandas as pd

from tightrope.errors import BadTable
from tightrope.ingest.recipe import Raw, recipe

# Rows of 2022 and 2023 come without a code; the same names carry these codes before.
TROOP_CODES = {
    "Ethiopia": "ETH", "Cabo Verde": "CPV", "Montenegro": "MNE", "Hong Kong": "HKG", "Gibraltar": "GIB",
    "Greenland": "GRL", "Guam": "GUM", "Puerto Rico": "PRI", "Northern Mariana Islands": "MNP",
    "Virgin Islands, U.S.": "VIR", "American Samoa": "ASM", "Netherlands Antilles": "ANT",
}  # fmt: skip


def _flags(frame: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    """Give one row a directed pair and year: an obligation of either COW code of a state is the state's."""
    frame = frame[frame["iso3_a"] != frame["iso3_b"]].rename(columns=columns)
    names = list(columns.values())
    return frame.groupby(["iso3_a", "iso3_b", "year"], as_index=False)[names].max().astype(dict.fromkeys(names, bool))


@recipe("alliances_atop")
def alliances_atop(raw: Raw) -> pd.DataFrame:
    """One row a directed pair and year with an alliance coded by ATOP."""
    return _flags(
        raw.read("politics/alliances_atop5_dyad_year.csv.gz"),
        {"atop_defense": "is_defense", "atop_offense": "is_offense", "atop_neutral": "is_neutrality",
         "atop_nonagg": "is_nonaggression", "atop_consul": "is_consultation"},
    )  # fmt: skip


@recipe("alliances_cow")
def alliances_cow(raw: Raw) -> pd.DataFrame:
    """One row a pair and year with an alliance coded by the Correlates of War; the source is symmetric."""
    both = _flags(
        raw.read("politics/alliances_cow41_dyad_year.csv.gz"),
        {"cow_defense": "is_defense", "cow_neutral": "is_neutrality", "cow_nonagg": "is_nonaggression",
         "cow_entente": "is_entente"},
    )  # fmt: skip
    return both[both["iso3_a"] < both["iso3_b"]]


@recipe("contiguity")
def contiguity(raw: Raw) -> pd.DataFrame:
    """Runs in which two states touched by land or lay within 400 miles by water."""
    frame = raw.read("politics/contiguity_cow32.csv")
    # States of the 19th century without a code, and the mirror rows: the source lists every pair both ways.
    frame = frame.dropna(subset=["iso3_a", "iso3_b"]).query("iso3_a < iso3_b")
    return pd.DataFrame(
        {
            "iso3_a": frame["iso3_a"],
            "iso3_b": frame["iso3_b"],
            "code_cow_a": frame["ccode1"],
            "code_cow_b": frame["ccode2"],
            "contiguity_type": frame["conttype"],
            "first_date": [date.fromisoformat(d) for d in frame["stdate"]],
            "last_date": [date.fromisoformat(d) for d in frame["enddate"]],
        }
    )


@recipe("land_borders")
def land_borders(raw: Raw) -> pd.DataFrame:
    """Pairs of states with a land border today."""
    frame = raw.read("politics/land_borders_mledoze.csv")
    listed = {(a, b) for a, b in frame[["iso3_a", "iso3_b"]].itertuples(index=False)}
    pairs = sorted({(min(p), max(p)) for p in listed})
    return pd.DataFrame(
        [(a, b, (a, b) in listed and (b, a) in listed) for a, b in pairs],
        columns=["iso3_a", "iso3_b", "is_listed_both_ways"],
    )


@recipe("distances")
def distances(raw: Raw) -> pd.DataFrame:
    """One row a pair of states: capitals and nearest points."""
    # 196 rows pair a state with Mecklenburg-Schwerin, which has no code.
    frame = raw.read("politics/dyad_distance_border.csv.gz").dropna(subset=["iso3_a", "iso3_b"])
    return pd.DataFrame(
        {
            "iso3_a": frame["iso3_a"],
            "iso3_b": frame["iso3_b"],
            "capital_distance_km": frame["capital_distance_km"],
            "min_distance_km": frame["min_distance_km_2019"],
            "has_land_border": frame["land_border_mledoze"],
        }
    )


@recipe("us_troops")
def us_troops(raw: Raw) -> pd.DataFrame:
    """One row a host and year: United States troops.

    A state that stands twice in a year has one real and one empty series in the source; the count that is not zero
    is kept and the row flagged.
    """
    frame = raw.read("politics/us_troops_abroad_1950_2023.csv.gz")
    frame["iso3"] = frame["iso3"].fillna(frame["name"].map(TROOP_CODES))
    # Bassas da India is a French atoll, coded India by its name; the United States hosts its own troops.
    frame = frame[frame["iso3"].notna() & frame["iso3"].ne("USA") & frame["name"].ne("Bassas da India")]
    groups = frame.groupby(["iso3", "year"])["troops"]
    made = groups.agg(n_troops="max", n_series="size", n_positive=lambda s: int((s > 0).sum())).reset_index()
    clash = made[made["n_positive"] > 1]
    if len(clash):
        raise BadTable("two series of troops disagree", where=f"us_troops: {clash.iloc[0].to_dict()}",
                       why="keeping the larger one is only safe while the other is zero")  # fmt: skip
    made["is_duplicate_resolved"] = made["n_series"] > 1
    return made.drop(columns=["n_series", "n_positive"])


@recipe("arms_transfers")
def arms_transfers(raw: Raw) -> pd.DataFrame:
    """One row a supplier, recipient and year of delivery: SIPRI trend-indicator value."""
    frame = raw.read("politics/arms_transfers_sipri_tiv_2000_2023.csv")
    return pd.DataFrame(
        {
            "supplier": frame["supplier"].str.rstrip("*"),
            "recipient": frame["recipient"].str.rstrip("*"),
            "iso3_supplier": frame["supplier_iso3"],
            "iso3_recipient": frame["recipient_iso3"],
            "year": frame["delivery_year"],
            "tiv_millions": frame["tiv_millions"],
            "n_deliveries": frame["n_delivery_rows"],
        }
    )
