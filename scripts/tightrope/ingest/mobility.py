"""Mobility: visas, arrivals, students and migrants."""

from __future__ import annotations

import pandas as pd

from tightrope.ingest.recipe import Raw, recipe
from tightrope.ingest.society_dates import dated

PURPOSES = ("total", "tourism", "business", "official", "study_training", "other")


@recipe("visa_regimes")
def visa_regimes(raw: Raw) -> pd.DataFrame:
    """Make the visa runs: successive snapshots of one passport and destination that show the same value."""
    frame = raw.corrected("politics/visa_dyad_runs_2019_2025.parquet", "visa-labels-swapped")
    return pd.DataFrame(
        {
            "iso3_passport": frame["passport"].astype("str"),
            "iso3_destination": frame["destination"].astype("str"),
            "category": frame["category"].astype("str"),
            "value": frame["value"].astype("str"),
            "first_seen": pd.to_datetime(frame["first_snapshot"].astype("str")),
            "last_seen": pd.to_datetime(frame["last_snapshot"].astype("str")),
            "n_snapshots": frame["n_snapshots"].astype("int64"),
        }
    )


@recipe("arrivals_korea")
def arrivals_korea(raw: Raw) -> pd.DataFrame:
    """Make monthly arrivals in Korea by nationality and purpose."""
    frame = raw.read("society/kto_arrivals_monthly.csv")
    made = {"month": _month(frame), "origin": frame["origin_name"], "iso3_origin": frame["origin_iso3"]}
    return pd.DataFrame({**made, **{f"n_{p}": frame[p] for p in PURPOSES}})


@recipe("arrivals_korea_annual")
def arrivals_korea_annual(raw: Raw) -> pd.DataFrame:
    """Make yearly arrivals in Korea; 2009 has totals only, 2020 five months."""
    frame = raw.read("society/kto_arrivals_annual.csv")
    made = {
        "year": frame["year"],
        "origin": frame["origin_name"],
        "iso3_origin": frame["origin_iso3"],
        "n_months": frame["months"],
    }
    counts = {f"n_{p}": frame[p].astype("Int64") for p in PURPOSES}
    basis = frame["basis"].map(
        {"monthly files": "months", "previous-year column of 2010 files": "previous_year_column"}
    )
    return pd.DataFrame({**made, **counts, "basis": basis})


@recipe("arrivals_reported")
def arrivals_reported(raw: Raw) -> pd.DataFrame:
    """Make the visits between Korea and Russia that press and officials report; definitions differ."""
    frame = dated(raw.read("society/tourism_anchors_kor_rus.csv"), "period")
    both = frame["origin_iso3"].eq("BOTH")
    return pd.DataFrame(
        {
            "period": frame["period"],
            "date_first": frame["date_first"],
            "date_last": frame["date_last"],
            "iso3_origin": frame["origin_iso3"].mask(both, "KOR"),
            "iso3_destination": frame["destination_iso3"].mask(both, "RUS"),
            "is_both_ways": both,
            "measure": frame["measure"],
            "n_visits": frame["value"],
            "unit": frame["unit"],
            "is_exact": frame["exactness"].str.startswith("exact"),
            "exactness": frame["exactness"],
            "note": frame["note"],
            "source_title": frame["source_title"],
            "source_url": frame["source_url"],
        }
    )


@recipe("students_oecd")
def students_oecd(raw: Raw) -> pd.DataFrame:
    """Make OECD students by origin; the published figure was doubled and is halved here."""
    frame = raw.corrected("society/oecd_students_by_origin_2013_2019.csv", "oecd-students-doubled")
    return frame.rename(
        columns={
            "origin_iso3": "iso3_origin",
            "destination_iso3": "iso3_destination",
            "students": "n_students",
            "value_as_published_doubled": "n_published_doubled",
        }
    )


@recipe("students_uis_pairs")
def students_uis_pairs(raw: Raw) -> pd.DataFrame:
    """Make UNESCO students by origin and destination, the ten largest flows of each side."""
    frame = raw.read("society/uis_students_top10_pairs_1998_2021.csv.gz")
    marks = frame["flags"].str.split(" ", expand=True)
    return pd.DataFrame(
        {
            "year": frame["year"],
            "iso3_origin": frame["origin_iso3"],
            "iso3_destination": frame["dest_iso3"],
            "n_students": frame["students"],
            "is_top10_destination": frame["in_top10_destinations_of_origin"],
            "is_top10_origin": frame["in_top10_origins_of_destination"],
            "includes_others": marks[0].ne("-"),
            "is_estimate": marks[2].ne("-") | marks[3].ne("-"),
        }
    )


@recipe("students_uis_total")
def students_uis_total(raw: Raw) -> pd.DataFrame:
    """Make UNESCO totals of inbound students."""
    frame = raw.read("society/uis_inbound_students_total.csv")
    return pd.DataFrame(
        {
            "year": frame["year"],
            "iso3_destination": frame["country_iso3"],
            "n_students": frame["inbound_students"],
            "estimate_by": frame["qualifier"].map({"NAT_EST": "country", "UIS_EST": "uis"}),
        }
    )


@recipe("students_korea_monthly")
def students_korea_monthly(raw: Raw) -> pd.DataFrame:
    """Make the monthly stock of foreign students in Korea; names that share a code are added together."""
    frame = raw.read("society/korea_foreign_students_monthly.csv")
    frame = frame.assign(month=_month(frame), programme=frame["programme"].str.lower())
    frame["origin"] = frame["origin_iso3"].fillna(frame["origin_name"])
    groups = frame.groupby(["month", "origin", "programme"], as_index=False)
    made = groups.agg(
        iso3_origin=("origin_iso3", "first"), n_students=("students", "sum"), n_lines=("students", "size")
    )
    return made[["month", "origin", "iso3_origin", "programme", "n_students", "n_lines"]]


@recipe("migrants")
def migrants(raw: Raw) -> pd.DataFrame:
    """Make migrant stocks by origin and destination."""
    frame = raw.read("society/undesa_migrant_stock_2019rev.csv")
    names = {"origin_iso3": "iso3_origin", "destination_iso3": "iso3_destination", "migrant_stock": "n_migrants"}
    return frame.rename(columns=names)


def _month(frame: pd.DataFrame) -> pd.Series:
    made: pd.Series = frame["year"].astype("str") + "-" + frame["month"].astype("str").str.zfill(2)
    return made
