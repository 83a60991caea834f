"""Votes of the United Nations General Assembly, agreement of pairs and ideal points."""

from __future__ import annotations

from datetime import date

import pandas as pd

from tightrope.ingest.recipe import Raw, recipe

VOTES = {"Y": "yes", "N": "no", "A": "abstain"}
# UNxml takes over with 2020: both files hold the 90 votes of November and December 2019, and they agree in all.
LAST_VOETEN_YEAR = 2019
TOPICS = {
    "68/262": "territory", "71/205": "crimea", "72/190": "crimea", "73/194": "crimea", "73/263": "crimea",
    "74/17": "crimea", "74/168": "crimea", "75/29": "crimea", "75/192": "crimea", "76/70": "crimea",
    "76/179": "crimea", "77/229": "crimea", "78/221": "crimea", "79/184": "crimea", "80/223": "crimea",
    "78/316": "nuclear_safety", "ES-11/1": "invasion", "ES-11/2": "invasion", "ES-11/3": "membership",
    "ES-11/4": "territory", "ES-11/5": "reparation", "ES-11/6": "invasion", "ES-11/7": "invasion",
}  # fmt: skip


def _days(texts: pd.Series) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


@recipe("unga_rollcalls")
def unga_rollcalls(raw: Raw) -> pd.DataFrame:
    """One row a roll call: Voeten's to 2019, the UN's own machine-readable resolutions from 2020."""
    old = raw.read("politics/unga_rollcalls_1946_2020.csv.gz")
    old = old[old["year"] <= LAST_VOETEN_YEAR]
    new = raw.read("politics/unga_rollcalls_2019_2026_unxml.csv.gz")
    new = new[new["year"] > LAST_VOETEN_YEAR]
    # Three votes have counts and no lists of states: no list is not a zero.
    no_list = new[["yes", "no", "abstain"]].sum(axis=1).eq(0)
    counts = {name: new[name].mask(no_list, new[f"{name}_published"]) for name in ("yes", "no", "abstain")}
    title = old["short"].fillna(old["descr"].str.slice(0, 120)).str.strip()
    voeten = pd.DataFrame(
        {
            "rollcall": "V" + old["rcid"].astype(str),
            "date": _days(old["date"]),
            "year": old["year"],
            "session": old["session"].astype(str),
            "resolution": old["unres"].str.replace(r"^(A/RES|R)/", "", regex=True),
            "title": title,
            "issues": old["issues"],
            "n_yes": old["n_yes"],
            "n_no": old["n_no"],
            "n_abstain": old["n_abstain"],
            "source": "voeten",
        }
    )
    unxml = pd.DataFrame(
        {
            "rollcall": new["resolution"],
            "date": _days(new["date"]),
            "year": new["year"],
            "session": new["session"],
            "resolution": new["resolution"].str.removeprefix("A/RES/"),
            "title": new["title"].str.strip(),
            "issues": None,
            "n_yes": counts["yes"],
            "n_no": counts["no"],
            "n_abstain": counts["abstain"],
            "source": "unxml",
        }
    )
    return pd.concat([voeten, unxml], ignore_index=True)


@recipe("unga_votes")
def unga_votes(raw: Raw) -> pd.DataFrame:
    """One row a vote cast: state, roll call, yes, no or abstain."""
    calls = unga_rollcalls(raw)[["rollcall", "date"]]
    old = raw.read("politics/unga_votes_1946_2020.parquet")
    new = raw.read("politics/unga_votes_2019_2026_unxml.parquet")
    votes = pd.concat(
        [
            pd.DataFrame({"rollcall": "V" + old["rcid"].astype(str), "iso3": old["iso3"].astype(str),
                          "vote": old["vote"].astype(str)}),
            pd.DataFrame({"rollcall": new["resolution"], "iso3": new["iso3"], "vote": new["vote"]}),
        ],
        ignore_index=True,
    )  # fmt: skip
    votes["vote"] = votes["vote"].map(VOTES)
    # The inner join drops 2019 from UNxml and 2020 from Voeten, as the roll calls do.
    return votes.merge(calls, on="rollcall")


@recipe("unga_agreement")
def unga_agreement(raw: Raw) -> pd.DataFrame:
    """One row a pair and year: how often both voted, and how."""
    old = raw.read("politics/unga_agreement_dyad_year.parquet").astype({"iso3_a": str, "iso3_b": str})
    new = raw.read("politics/unga_agreement_dyad_year_2020_2026.parquet")
    return pd.concat([old[old["year"] <= LAST_VOETEN_YEAR], new[new["year"] > LAST_VOETEN_YEAR]], ignore_index=True)


@recipe("unga_ideal_points")
def unga_ideal_points(raw: Raw) -> pd.DataFrame:
    """One row a state and session year: Bailey, Strezhnev and Voeten's ideal points."""
    frame = raw.read("politics/unga_ideal_points_jul2025.csv.gz")
    return pd.DataFrame(
        {
            "year": frame["year"],
            "iso3": frame["iso3"],
            "ideal_point_all": frame["idealpointall"],
            "ideal_point_all_q5": frame["q5all"],
            "ideal_point_all_q95": frame["q95all"],
            "n_votes_all": frame["nvotesall"].astype("Int64"),
            "ideal_point_fp": frame["idealpointfp"],
            "n_votes_fp": frame["nvotesfp"].astype("Int64"),
        }
    )


@recipe("unga_agreement_published")
def unga_agreement_published(raw: Raw) -> pd.DataFrame:
    """The agreement scores Voeten published for pairs of 16 states, pairs put in order of their codes."""
    frame = raw.read("politics/unga_agree_published_16_states.csv")
    swap = frame["iso3_a"] > frame["iso3_b"]
    return pd.DataFrame(
        {
            "year": frame["year"],
            "iso3_a": frame["iso3_a"].where(~swap, frame["iso3_b"]),
            "iso3_b": frame["iso3_b"].where(~swap, frame["iso3_a"]),
            "agreement_share": frame["agree"],
            "ideal_point_distance": frame["ideal_point_distance"],
        }
    ).drop_duplicates(["year", "iso3_a", "iso3_b"])


@recipe("unga_named_votes")
def unga_named_votes(raw: Raw) -> pd.DataFrame:
    """One row a UN member and resolution: 23 resolutions on Ukraine, Crimea and Russia."""
    frame = raw.read("politics/unga_ukraine_russia_votes_2014_2025.csv.gz")
    source = frame["source"].str.replace(" (from unga_ukraine_crimea_votes.csv)", "", regex=False)
    return pd.DataFrame(
        {
            "resolution": frame["resolution"],
            "date": _days(frame["date"]),
            "topic": frame["resolution"].map(TOPICS),
            "iso3": frame["iso3"],
            "vote": frame["vote"],
            "source": source,
        }
    )
