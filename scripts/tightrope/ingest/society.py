"""Society: opinion, single figures from pages, and event scores from news."""

from __future__ import annotations

import pandas as pd

from tightrope.ingest.recipe import Raw, recipe
from tightrope.ingest.society_dates import dated

PEW_CODES = {"PLS": "PSE", "EU": "EUU", "UN": "UNO"}
ICEWS = ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict")


@recipe("opinion_pew")
def opinion_pew(raw: Raw) -> pd.DataFrame:
    """Make the Pew shares by year, respondents' state and target."""
    frame = raw.read("society/pew_favourability.csv")
    names = {"respondent_iso3": "iso3_respondent", "target": "iso3_target"}
    return frame.rename(columns=names).replace({"iso3_respondent": PEW_CODES, "iso3_target": PEW_CODES})


@recipe("opinion_polls")
def opinion_polls(raw: Raw) -> pd.DataFrame:
    """Make the other polls: one figure a row with its question and page."""
    frame = dated(raw.read("society/opinion_polls_other.csv"), "period")
    names = {"respondent_iso3": "iso3_respondent", "target_iso3": "iso3_target"}
    made = frame.rename(columns=names).drop(columns="date_precision")
    made[["pollster", "question"]] = made["question"].str.split(": ", n=1, expand=True)
    made["pollster"] = made["pollster"].str.removesuffix(" as published")
    return made.assign(unit=made["unit"].replace("score 0-10", "score_0_10"))


@recipe("figures_society")
def figures_society(raw: Raw) -> pd.DataFrame:
    """Make the single figures on business, diaspora and students from pages."""
    frame = dated(raw.read("society/business_diaspora_anchors.csv"), "period")
    made = frame.rename(columns={"host_iso3": "iso3_host"}).drop(columns="date_precision")
    return made.assign(figure_id=range(1, len(made) + 1))


@recipe("events_icews")
def events_icews(raw: Raw) -> pd.DataFrame:
    """Make yearly counts of cooperation and conflict by directed pair."""
    frame = raw.read("society/icews_dyads_2002_2014.csv")
    names = {"source_iso3": "iso3_source", "target_iso3": "iso3_target"} | {c: f"n_{c}" for c in ICEWS}
    return frame.rename(columns=names)


@recipe("events_gdelt")
def events_gdelt(raw: Raw) -> pd.DataFrame:
    """Make the yearly composite score of each undirected pair."""
    frame = raw.read("society/gdelt_composite_dyad_year_2018_2024.parquet")
    made = frame.rename(columns={"score_sum": "score", "days_nonzero": "n_days_scored", "days_in_file": "n_days"})
    return made.assign(score=made["score"].astype("float64"))


@recipe("events_gdelt_monthly")
def events_gdelt_monthly(raw: Raw) -> pd.DataFrame:
    """Make the monthly composite score of pairs with Korea or Russia."""
    frame = raw.read("society/gdelt_composite_kor_rus_monthly_2018_2024.csv.gz")
    pair = frame[["iso3", "partner_iso3"]]
    return pd.DataFrame(
        {
            "iso3_a": pair.min(axis=1),
            "iso3_b": pair.max(axis=1),
            "month": frame["month"],
            "score": frame["score_sum"],
            "n_days": frame["days_in_file"],
        }
    )
