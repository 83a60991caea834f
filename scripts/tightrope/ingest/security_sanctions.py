"""Sanctions, the Security Council and North Korea's weapons."""

from __future__ import annotations

from datetime import date

import pandas as pd

from tightrope.ingest.diplomacy_dates import first_and_last, precision, with_days
from tightrope.ingest.recipe import Raw, recipe

KINDS = ["trade", "arms", "military", "financial", "travel", "other"]
VIETNAM_UNITED = 1976
# Reports of these days tell of a plan; the measure itself is another row.
PLANS = {"2023-02-24", "2023-12-24", "2024-06-28"}
# The texts that tell of these days are in the dated facts of the same collection (foreign ministry, UN press release).
COUNCIL_DAYS = {"S/RES/2087": "2013-01-22", "S/RES/2094": "2013-03-07", "S/RES/2270": "2016-03-02"}


def _yearly(frame: pd.DataFrame) -> pd.DataFrame:
    """Give one row a case and year, its first and last year included."""
    years = pd.Series([range(b, e + 1) for b, e in zip(frame["begin"], frame["end"], strict=True)], frame.index)
    return frame.assign(year=years).explode("year").astype({"year": int})


@recipe("sanctions_gsdb_counts")
def sanctions_gsdb_counts(raw: Raw) -> pd.DataFrame:
    """Cases in force by sender, target and year: counts only, the case file is not ours to publish."""
    frame = raw.read("politics/sanctions_gsdb_v3_dyads.csv.gz")
    # The source names a state by name in some cases and by code in others.
    frame["sender"] = frame["sender_iso3"].fillna(frame["sender"])
    frame["target"] = frame["target_iso3"].fillna(frame["target"])
    frame = frame.drop_duplicates(["case_id", "sender", "target"])
    long = _yearly(frame)
    # The source goes on calling Vietnam "South Vietnam" after the two were one.
    for name in ("sender", "target"):
        is_vietnam = long[f"{name}_iso3"].eq("VNM_S") & long["year"].ge(VIETNAM_UNITED)
        long[[name, f"{name}_iso3"]] = long[[name, f"{name}_iso3"]].mask(is_vietnam, "VNM")
    names = {"sender_iso3": "iso3_sender", "target_iso3": "iso3_target"}
    keys = ["sender", "iso3_sender", "target", "iso3_target", "year"]
    counts = long.rename(columns=names).groupby(keys, dropna=False)[KINDS].sum().add_prefix("n_")
    size = long.rename(columns=names).groupby(keys, dropna=False).size().rename("n_cases_active")
    return counts.join(size).reset_index()


@recipe("sanctions_on_russia_senders")
def sanctions_on_russia_senders(raw: Raw) -> pd.DataFrame:
    """One row a sender and year: who had a sanction on Russia in force, by name or as a member."""
    frame = raw.read("politics/sanctions_on_russia_senders.csv")
    long = _yearly(frame)
    long["basis"] = long["basis"].map({"named": "named", "EU member": "eu_member", "G7 member": "g7_member"})
    out = long.groupby(["sender_iso3", "year", "basis"], as_index=False).size()
    return out.rename(columns={"sender_iso3": "iso3_sender", "size": "n_cases_active"})


@recipe("sanctions_korea_dated")
def sanctions_korea_dated(raw: Raw) -> pd.DataFrame:
    """One row a report and target: South Korea's own measures, with the day of announcement and of effect."""
    frame = raw.read("politics/korea_sanctions_dated.csv")
    frame = frame.assign(record=range(1, len(frame) + 1)).dropna(subset=["date"])
    frame = frame.assign(iso3_target=frame["target_iso3"].str.split(";")).explode("iso3_target")
    frame["stage"] = ["plan" if d in PLANS else "measure" for d in frame["date"]]
    # A second report of an act that an earlier row tells of: the same day, target and subject.
    is_second = frame["measure"].str.contains("second report") | (
        frame["date"].eq("2022-02-28") & frame["measure"].str.startswith("Foreign ministry")
    )
    last = [first_and_last(d)[1] for d in frame["date"]]
    effective = [e if isinstance(e, str) else None for e in frame["effective"]]
    out = pd.DataFrame(
        {
            "record": frame["record"],
            "date": frame["date"],
            "in_force_from": [date.fromisoformat(e) if e else d for e, d in zip(effective, last, strict=True)],
            "is_effect_day_stated": [e is not None for e in effective],
            "iso3_sender": frame["sender_iso3"],
            "iso3_target": frame["iso3_target"],
            "stage": frame["stage"],
            "is_repeat": is_second,
            "measure": frame["measure"],
            "extent": frame["count_text"],
            "source_title": frame["source_title"],
            "address": frame["source_url"],
            "source_kind": frame["source_kind"],
        }
    )
    return with_days(out)


@recipe("unfriendly_list")
def unfriendly_list(raw: Raw) -> pd.DataFrame:
    """States that Russia listed as unfriendly on 7 March 2022."""
    frame = raw.read("politics/russia_unfriendly_list_2022_03_07.csv")
    basis = ["named" if "named" in b else "eu_member" for b in frame["basis"]]
    return pd.DataFrame({"iso3": frame["iso3"], "date": date(2022, 3, 7), "basis": basis})


@recipe("unsc_dprk_votes")
def unsc_dprk_votes(raw: Raw) -> pd.DataFrame:
    """One row a resolution or draft on North Korea and voter: Russia and China."""
    frame = raw.read("society/unsc_dprk_votes.csv")
    frame["date"] = frame["document"].map(COUNCIL_DAYS).fillna(frame["date"])
    frame = with_days(frame)
    parts = []
    for iso3, column in (("RUS", "vote_rus"), ("CHN", "vote_chn")):
        parts.append(
            pd.DataFrame(
                {
                    "document": frame["document"].str.removeprefix("S/RES/"),
                    "date": frame["date"],
                    "date_precision": frame["date_precision"],
                    "date_first": frame["date_first"],
                    "date_last": frame["date_last"],
                    "outcome": frame["outcome"],
                    "n_for": frame["votes_for"],
                    "n_against": frame["votes_against"],
                    "n_abstain": frame["abstentions"],
                    "iso3": iso3,
                    "vote": frame[column].str.replace(" (veto)", "", regex=False),
                    "is_veto": frame[column].str.contains("veto"),
                    "subject": frame["subject"],
                    "source_title": frame["source_title"],
                    "address": frame["source_url"],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


@recipe("unsc_vetoes")
def unsc_vetoes(raw: Raw) -> pd.DataFrame:
    """One row a vetoed draft and the state that vetoed it; the USSR keeps its own code."""
    frame = raw.read("society/unsc_vetoes_1946_2022.csv")
    frame = frame.assign(number=range(1, len(frame) + 1))
    states = [c for c in frame.columns if c.startswith("veto_")]
    long = frame.melt([c for c in frame.columns if c not in states], states, var_name="iso3", value_name="cast")
    long = long[long["cast"].eq(1)]
    return pd.DataFrame(
        {
            "number": long["number"],
            "iso3": long["iso3"].str.removeprefix("veto_"),
            "date": [date.fromisoformat(d) for d in long["date"]],
            "draft": long["draft"],
            "meeting_record": long["meeting_record"],
            "topic": long["crisis_topic"],
            "region": long["region"],
            "agenda_item": long["agenda_item"].str.slice(0, 160),
        }
    )


@recipe("dprk_missile_tests")
def dprk_missile_tests(raw: Raw) -> pd.DataFrame:
    """One row a launch that the database counts."""
    frame = raw.read("society/dprk_missile_tests.csv")
    frame = frame.assign(launch=range(1, len(frame) + 1), missile_class=frame["missile_class"].str.lower())
    frame = frame.drop(columns=["country_iso3", "series"]).rename(
        columns={"facility_lat": "lat", "facility_lon": "lon"}
    )
    return with_days(frame)


@recipe("dprk_nuclear_tests")
def dprk_nuclear_tests(raw: Raw) -> pd.DataFrame:
    """One row a nuclear test and source: estimates differ and are kept."""
    frame = raw.read("society/dprk_nuclear_tests.csv").drop(columns=["country_iso3"])
    frame["date"] = [date.fromisoformat(d) for d in frame["date"]]
    frame["number"] = frame["date"].rank(method="dense").astype(int)
    return frame.rename(columns={"source_url": "address"})


# Our own coding of each event by actor, read from its words: help given or agreed, help refused; all else is other.
HELP = {(1, "RUS"), (3, "RUS"), (4, "RUS"), (5, "RUS"), (5, "CHN"), (6, "RUS"), (7, "RUS"), (10, "RUS"), (16, "RUS"),
        (18, "RUS")}  # fmt: skip
REFUSAL = {(4, "CHN"), (8, "CHN")}


@recipe("dprk_nuclear_programme")
def dprk_nuclear_programme(raw: Raw) -> pd.DataFrame:
    """One row an event of North Korea's nuclear programme and outside actor."""
    frame = raw.read("society/dprk_nuclear_programme_events.csv")
    frame = frame.assign(event_number=range(1, len(frame) + 1), actor=frame["outside_actor_iso3"].str.split(";"))
    frame = frame.explode("actor")
    after = frame["date_precision"].eq("year after which")
    # "before 1990s" has no first day; its last is the day before the decade.
    text = frame["date"].replace({"before 1990s": "1989-12-31"})
    days = [first_and_last(t) for t in text]
    open_start = frame["date"].eq("before 1990s")
    precisions = [
        "before" if o else "after_year" if a else precision(t) for o, a, t in zip(open_start, after, text, strict=True)
    ]
    return pd.DataFrame(
        {
            "event_number": frame["event_number"],
            "date": text,
            "date_precision": precisions,
            "date_first": [None if o else d[0] for o, d in zip(open_start, days, strict=True)],
            "date_last": [d[1] for d in days],
            "iso3_actor": frame["actor"],
            "form": [_form(n, a) for n, a in zip(frame["event_number"], frame["actor"], strict=True)],
            "event": frame["event"],
            "source_title": frame["source_title"],
            "address": frame["source_url"],
        }
    )


def _form(number: int, actor: str) -> str:
    return "help" if (number, actor) in HELP else "refusal" if (number, actor) in REFUSAL else "other"


@recipe("dprk_dependence")
def dprk_dependence(raw: Raw) -> pd.DataFrame:
    """One row a figure on North Korea's trade, debt and aid, as the page prints it."""
    frame = raw.read("society/dprk_dependence.csv")
    frame = frame.rename(columns={"period": "date", "partner_iso3": "iso3_partner", "source_url": "address"})
    frame["figure"] = range(1, len(frame) + 1)
    return with_days(frame)
