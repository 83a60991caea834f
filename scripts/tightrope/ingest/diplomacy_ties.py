"""Relations, missions, treaties, meetings and statements."""

from __future__ import annotations

from datetime import date

import pandas as pd

from tightrope.ingest.diplomacy_dates import with_days
from tightrope.ingest.recipe import Raw, recipe

# COW gives Belgium-Luxembourg treaties one party; the parties are two states in every other table.
NOT_CODED = {"UN530", "UN900"}
# A meeting announced beforehand is no proof that it was held.
ANNOUNCED = {"2005-11-19", "2010-11-10", "2011-10-31/2011-11-06"}
NOT_STATED = {"2005-05"}


@recipe("diplomatic_relations")
def diplomatic_relations(raw: Raw) -> pd.DataFrame:
    """One row a pair and page: the date on which relations were established, as that page gives it."""
    frame = raw.read("politics/diplomatic_relations_dates_wikipedia_nov2025.csv.gz").dropna(subset=["date"])
    a = frame[["page_iso3", "partner_iso3"]].min(axis=1)
    b = frame[["page_iso3", "partner_iso3"]].max(axis=1)
    out = pd.DataFrame(
        {
            "iso3_a": a,
            "iso3_b": b,
            "iso3_page": frame["page_iso3"],
            "date": frame["date"],
            "is_suspension_mentioned": frame["note"].notna(),
        }
    )
    return with_days(out)


@recipe("diplomatic_ties_korea")
def diplomatic_ties_korea(raw: Raw) -> pd.DataFrame:
    """One row an event: ties of a state with either Korea established, cut or established again."""
    frame = raw.read("politics/diplomatic_ties_korea_kdiplo.csv")
    frame = frame[(frame["iso3"] != frame["korea"]) & ~frame["iso3"].isin(["KOR", "PRK"])]
    frame = frame.assign(no_ties=frame["last_year"].where(frame["established"].isna()))
    long = frame.melt(
        ["iso3", "korea"], ["established", "cut", "reestablished", "no_ties"], var_name="event", value_name="year"
    ).dropna(subset=["year"])
    return long.rename(columns={"korea": "iso3_korea"}).astype({"year": int})


@recipe("embassies")
def embassies(raw: Raw) -> pd.DataFrame:
    """One row a sender and host for which a page says that there is an embassy in the host's capital."""
    frame = raw.read("politics/embassies_stated_wikipedia_nov2025.csv.gz")
    return pd.DataFrame(
        {
            "iso3_sender": frame["sender_iso3"],
            "iso3_host": frame["host_iso3"],
            "city": frame["city"].str.title(),
            "is_stated_by_sender": [s in p.split(";") for s, p in zip(
                frame["sender_iso3"], frame["stated_on_pages_of"], strict=True)],
            "is_stated_by_host": [h in p.split(";") for h, p in zip(
                frame["host_iso3"], frame["stated_on_pages_of"], strict=True)],
            "date": date(2025, 11, 30),
        }
    )  # fmt: skip


@recipe("diplomatic_posts")
def diplomatic_posts(raw: Raw) -> pd.DataFrame:
    """Posts abroad by kind in the Lowy index of 2019 and 2024; the European Union is left out, it is no state."""
    frame = raw.read("politics/diplomatic_posts_lowy_2019_2024.csv").dropna(subset=["iso3"])
    return pd.DataFrame(
        {
            "iso3": frame["iso3"],
            "year": frame["index_year"],
            "n_posts": frame["total_posts"],
            "n_embassies": frame["embassies"],
            "n_consulates": frame["consulates"],
            "n_permanent_missions": frame["permanent_missions"],
            "n_other": frame["other"],
            "is_sum_equal_to_total": frame["parts_add_to_total"].eq("yes"),
            "address": frame["source_url"],
        }
    )


@recipe("us_missions")
def us_missions(raw: Raw) -> pd.DataFrame:
    """Status of the United States mission by state, as runs of days."""
    frame = raw.read("politics/us_diplomatic_missions_v01.csv")
    status = frame["us_mission_status"].str.lower().str.replace(" ", "_").fillna("none")
    return pd.DataFrame(
        {
            "iso3": frame["iso3"],
            "code_cow": frame["country_code_cow"],
            "state_name": frame["country_name_cow"],
            "first_date": [date.fromisoformat(d) for d in frame["date_start"]],
            "last_date": [date.fromisoformat(d) for d in frame["date_end"]],
            "status": status,
        }
    )


@recipe("trade_agreements")
def trade_agreements(raw: Raw) -> pd.DataFrame:
    """One row a pair and agreement, pairs in order of their codes."""
    frame = raw.read("politics/trade_agreements_desta_dyads.csv.gz")
    frame = frame[~frame["iso3_a"].isin(NOT_CODED) & ~frame["iso3_b"].isin(NOT_CODED)]
    return pd.DataFrame(
        {
            "iso3_a": frame[["iso3_a", "iso3_b"]].min(axis=1),
            "iso3_b": frame[["iso3_a", "iso3_b"]].max(axis=1),
            "agreement": frame["desta_number"],
            "year_signed": frame["year_signed"].astype("Int64"),
            "year_in_force": frame["year_in_force"].astype("Int64"),
        }
    )


@recipe("trade_agreements_list")
def trade_agreements_list(raw: Raw) -> pd.DataFrame:
    """One row an agreement or later step: name, kind, years, members."""
    frame = raw.read("politics/trade_agreements_desta_list.csv", dtype={"number": str})
    return pd.DataFrame(
        {
            "number": frame["number"],
            "agreement": frame["base_treaty"],
            "name": frame["name"],
            "kind": frame["entry_type"].str.replace(" ", "_"),
            "year_signed": frame["year_signed"].astype("Int64"),
            "year_in_force": frame["year_in_force"].astype("Int64"),
            "region": frame["region"],
            "is_wto_listed": frame["wto_listed"].map({1.0: True, 0.0: False}),
            "n_members": frame["n_members"],
            "members_iso3": frame["members_iso3"],
        }
    )


@recipe("investment_treaties")
def investment_treaties(raw: Raw) -> pd.DataFrame:
    """One row a treaty, the two parties in order of their names where a code is missing."""
    frame = raw.read("politics/bilateral_investment_treaties_unctad.csv")
    # The same code stands twice for Belgium-Luxembourg in the source: once as BLEU, once empty.
    for side in ("a", "b"):
        is_blx = frame[f"party_{side}_slug"].str.startswith("belgium-luxembourg") | frame[f"iso3_{side}"].eq("BLEU")
        frame[f"iso3_{side}"] = frame[f"iso3_{side}"].mask(is_blx, "BLX")
        frame[f"iso3_{side}"] = frame[f"iso3_{side}"].mask(frame[f"party_{side}_slug"].eq("yugoslavia-former"), "YUG")
        north = frame[f"party_{side}_slug"].eq("macedonia-the-former-yugoslav-republic")
        frame[f"iso3_{side}"] = frame[f"iso3_{side}"].mask(north, "MKD")
    swap = (frame["iso3_a"] > frame["iso3_b"]).fillna(False)
    return pd.DataFrame(
        {
            "unctad_id": frame["unctad_id"],
            "iso3_a": frame["iso3_a"].where(~swap, frame["iso3_b"]),
            "iso3_b": frame["iso3_b"].where(~swap, frame["iso3_a"]),
            "year_signed": frame["year_signed"],
        }
    )


@recipe("summits_kor_rus")
def summits_kor_rus(raw: Raw) -> pd.DataFrame:
    """Meetings of the leaders of South Korea and the USSR or Russia."""
    frame = raw.read("politics/kor_rus_summits_dated.csv")
    held = ["announced" if d in ANNOUNCED else "not_stated" if d in NOT_STATED else "reported" for d in frame["date"]]
    out = frame.rename(columns={"kor_leader": "leader_kor", "rus_leader": "leader_rus", "source_url": "address"})
    return with_days(out.assign(status=held).drop(columns=["date_precision"]))


@recipe("agreements_kor_rus")
def agreements_kor_rus(raw: Raw) -> pd.DataFrame:
    """Agreements of South Korea with the USSR or Russia and steps towards them."""
    frame = raw.read("politics/kor_rus_agreements_dated.csv").rename(columns={"source_url": "address"})
    step = frame["status"].replace({"announced in force": "in_force", "in force": "in_force",
                                    "signed, published": "signed"})  # fmt: skip
    return with_days(frame.assign(step=step).drop(columns=["date_precision", "status"]))


@recipe("crimea_statements")
def crimea_statements(raw: Raw) -> pd.DataFrame:
    """Statements of states on the annexation of Crimea, in the words of the page."""
    frame = raw.read("politics/crimea_recognition_statements.csv").rename(columns={"source_url": "address"})
    return with_days(frame)
