"""The Security Council on North Korea, vetoes, and North Korea's tests and programme."""

from __future__ import annotations

import pandas as pd

from tightrope.evidence import Evidence, check_state
from tightrope.measures.diplomacy_common import (
    Day,
    Years,
    absent,
    as_years,
    check_two,
    covered_years,
    first_day,
    last_day,
    last_full_year,
    nothing,
    whole_column,
)
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure

COUNCIL = ("date", "document", "iso3", "outcome", "vote", "is_veto", "subject", "n_resolutions", "n_yes")
COUNCIL_SHARE = ("iso3", "vote", "n_resolutions", "n_with_vote", "share_pct")
VETOES = ("date", "iso3", "draft", "topic", "agenda_item")
N_VETOES = ("iso3", "topic", "n_vetoes", "up_to")
TESTS = ("year", "kind", "n_tests")
EVENTS = ("date", "date_precision", "iso3_actor", "event", "source_title", "address")
N_EVENTS = ("iso3_actor", "n_events")
FIGURES = ("date", "iso3_partner", "measure", "value", "unit", "note", "source_title", "address")
TEST_TABLES = {"missile": "dprk_missile_tests", "nuclear": "dprk_nuclear_tests"}
OUTCOMES = ("adopted", "vetoed", "any")


def _between(rows: pd.DataFrame, first: Day, last: Day, column: str) -> pd.DataFrame:
    start, end = first_day(first, "first"), last_day(last, "last")
    if start:
        rows = rows[rows[column] >= pd.Timestamp(start)]
    if end:
        rows = rows[rows[column] <= pd.Timestamp(end)]
    return rows


def _council(evidence: Evidence, state: str, first: Day, last: Day, outcome: str) -> pd.DataFrame | Missing:
    check_state(evidence, state)
    choose("outcome", outcome, OUTCOMES)
    wanted = {} if outcome == "any" else {"outcome": outcome}
    rows = _between(evidence.select("unsc_dprk_votes", iso3=state, **wanted), first, last, "date_last")
    if len(rows):
        return rows.sort_values(["date_last", "document"])
    if state not in whole_column(evidence, "unsc_dprk_votes", "iso3"):
        return Missing(
            MissingKind.NOT_COLLECTED, f"votes of {state} were not collected: unsc_dprk_votes has RUS and CHN"
        )
    start = first_day(first, "first")
    kind = MissingKind.NOT_YET if start and start > evidence.as_of else MissingKind.NOT_COLLECTED
    return Missing(kind, f"no resolution or draft on North Korea in those days seen on {evidence.as_of}")


@measure(unit="vote", value="vote", columns=COUNCIL, tables=("unsc_dprk_votes",))
def unsc_votes(evidence: Evidence, *, state: str, first: Day = None, last: Day = None, outcome: str = "any") -> Result:
    """Votes of Russia or China in the Security Council on North Korea, one row a resolution or draft.

    ``first`` and ``last`` are days or years, both included; ``outcome`` is ``adopted``, ``vetoed`` or ``any``.
    ``n_resolutions`` and ``n_yes`` repeat the counts on each row. Renewals of mandates are not in the table.
    """
    rows = _council(evidence, state, first, last, outcome)
    if isinstance(rows, Missing):
        return nothing(COUNCIL, rows)
    frame = rows.assign(n_resolutions=len(rows), n_yes=int(rows["vote"].eq("yes").sum()))
    return Result(frame[list(COUNCIL)], {"unsc_dprk_votes": rows.index})


@measure(unit="percent", value="share_pct", columns=COUNCIL_SHARE, tables=("unsc_dprk_votes",))
def unsc_votes_share(
    evidence: Evidence, *, state: str, vote: str = "yes", first: Day = None, last: Day = None, outcome: str = "any"
) -> Result:
    """Share of the Security Council's votes on North Korea in which Russia or China voted a given way."""
    choose("vote", vote, ("yes", "no", "abstain"))
    rows = _council(evidence, state, first, last, outcome)
    if isinstance(rows, Missing):
        return nothing(COUNCIL_SHARE, rows)
    n = int(rows["vote"].eq(vote).sum())
    frame = pd.DataFrame([(state, vote, len(rows), n, 100 * n / len(rows))], columns=list(COUNCIL_SHARE))
    return Result(frame, {"unsc_dprk_votes": rows.index})


def _vetoes(evidence: Evidence, state: str, topic: str | None, years: Years) -> pd.DataFrame:
    check_state(evidence, state)
    if topic is not None:
        choose("topic", topic, whole_column(evidence, "unsc_vetoes", "topic"))
    # In every United Nations series Russia carries the USSR's seat; the list keeps the two codes apart.
    codes = ["RUS", "SUN"] if state == "RUS" else [state]
    rows = evidence.select("unsc_vetoes", iso3=codes, **({} if topic is None else {"topic": topic}))
    asked = as_years(years)
    return rows if asked is None else rows[rows["date"].dt.year.isin(asked)]


@measure(unit="veto", value="draft", columns=VETOES, tables=("unsc_vetoes",))
def vetoes(evidence: Evidence, *, state: str, topic: str | None = None, years: Years = None) -> Result:
    """Drafts that a state vetoed in the Security Council, one row a draft, 1946 to July 2022.

    RUS includes the USSR (code SUN in the result). ``topic`` is the list's own subject (``North Korea``, ``Syria``, …).
    """
    rows = _vetoes(evidence, state, topic, years)
    if rows.empty:
        return nothing(VETOES, _no_veto(evidence, state, years))
    return Result(rows.sort_values(["date", "draft"])[list(VETOES)], {"unsc_vetoes": rows.index})


def _no_veto(evidence: Evidence, state: str, years: Years) -> Missing:
    asked = as_years(years)
    _, last = covered_years(evidence, "unsc_vetoes")
    if asked and min(asked) > last:
        return absent(evidence, "unsc_vetoes", f"vetoes of {state}", years)
    return Missing(MissingKind.NOT_APPLICABLE, f"no such veto of {state} on the list by {evidence.as_of}")


@measure(unit="vetoes", value="n_vetoes", columns=N_VETOES, tables=("unsc_vetoes",))
def vetoes_count(evidence: Evidence, *, state: str, topic: str | None = None, years: Years = None) -> Result:
    """Number of drafts that a state vetoed in the Security Council (RUS includes the USSR).

    0 is true: the Dag Hammarskjöld Library's list is complete from 1946 to July 2022 (``up_to``).
    """
    rows = _vetoes(evidence, state, topic, years)
    missing = _no_veto(evidence, state, years)
    if rows.empty and missing.kind is not MissingKind.NOT_APPLICABLE:
        return nothing(N_VETOES, missing)
    last = str(evidence.package.table("unsc_vetoes").details.coverage.last)
    up_to = min(last, evidence.as_of.isoformat())
    # A zero rests on the whole list as seen that day.
    index = rows.index if len(rows) else evidence.select("unsc_vetoes", ["number"]).index
    frame = pd.DataFrame([(state, topic, len(rows), up_to)], columns=list(N_VETOES))
    return Result(frame, {"unsc_vetoes": index})


@measure(unit="tests", value="n_tests", columns=TESTS, tables=tuple(TEST_TABLES.values()))
def dprk_tests(evidence: Evidence, *, kind: str, years: Years = None) -> Result:
    """North Korean missile launches or nuclear tests by year; ``kind`` is ``missile`` or ``nuclear``.

    A year between the first and the last of the series without a row is 0: both sources list every test known to
    them. The year of the as-of day is counted up to that day. Several estimates of one nuclear test count once.
    """
    table = TEST_TABLES[choose("kind", kind, TEST_TABLES)]
    rows = evidence.select(table)
    first, last = covered_years(evidence, table)
    last = min(last, evidence.as_of.year)
    asked = as_years(years)
    given = [y for y in (asked if asked is not None else range(first, last + 1)) if first <= y <= last]
    if not given:
        if asked and min(asked) > evidence.as_of.year:
            return nothing(TESTS, Missing(MissingKind.NOT_YET, f"{min(asked)} is later than {evidence.as_of}"))
        return nothing(TESTS, absent(evidence, table, f"{kind} tests", years))
    in_years = rows[rows["date_last" if kind == "missile" else "date"].dt.year.isin(given)]
    once = in_years if kind == "missile" else in_years.drop_duplicates("number")
    counts = once.groupby(once["date_last" if kind == "missile" else "date"].dt.year).size()
    frame = pd.DataFrame({"year": given, "kind": kind, "n_tests": [int(counts.get(y, 0)) for y in given]})
    # Years without a test rest on the whole list.
    return Result(frame, {table: in_years.index if len(in_years) else rows.index})


@measure(unit="event", value="event", columns=EVENTS, tables=("dprk_nuclear_programme",))
def programme_events(evidence: Evidence, *, actor: str, last: Day = None) -> Result:
    """Dated events of North Korea's nuclear programme in which a state took part, with their sources.

    RUS stands for the USSR; ``last`` is a day or year, included. Secondary sources for the most part.
    """
    rows = _programme(evidence, actor, last)
    if rows.empty:
        return nothing(EVENTS, Missing(MissingKind.NOT_COLLECTED, f"no event with {actor} was collected by that day"))
    return Result(rows.sort_values(["date_last", "event_number"])[list(EVENTS)], {"dprk_nuclear_programme": rows.index})


@measure(unit="events", value="n_events", columns=N_EVENTS, tables=("dprk_nuclear_programme",))
def programme_events_count(evidence: Evidence, *, actor: str, last: Day = None) -> Result:
    """Number of dated events of North Korea's nuclear programme in which a state took part.

    The list is a sample, so a state without one is missing, not 0.
    """
    rows = _programme(evidence, actor, last)
    if rows.empty:
        return nothing(N_EVENTS, Missing(MissingKind.NOT_COLLECTED, f"no event with {actor} was collected by that day"))
    frame = pd.DataFrame([(actor, len(rows))], columns=list(N_EVENTS))
    return Result(frame, {"dprk_nuclear_programme": rows.index})


def _programme(evidence: Evidence, actor: str, last: Day) -> pd.DataFrame:
    check_state(evidence, actor, "actor")
    return _between(evidence.select("dprk_nuclear_programme", iso3_actor=actor), None, last, "date_last")


@measure(unit="as in the column unit", value="value", columns=FIGURES, tables=("dprk_dependence",))
def dependence_figures(
    evidence: Evidence, *, partner: str, measure_contains: str = "", unit: str | None = None
) -> Result:
    """Single figures on North Korea's trade with, debt to and aid from a partner, as pages print them.

    ``measure_contains`` keeps figures whose description has these words; ``unit`` keeps ``percent``, ``million USD`` or
    ``tonnes``. The figures differ in scope: they are no series and must not be joined into one.
    """
    check_two(evidence, "PRK", partner, ("North Korea", "partner"))
    if unit is not None:
        choose("unit", unit, whole_column(evidence, "dprk_dependence", "unit"))
    rows = evidence.select("dprk_dependence", iso3_partner=partner, **({} if unit is None else {"unit": unit}))
    rows = rows[rows["measure"].str.contains(measure_contains, case=False, regex=False)]
    if rows.empty:
        seen = last_full_year(evidence.as_of)
        detail = f"no such figure on {partner} was collected for periods ended by {seen}"
        return nothing(FIGURES, Missing(MissingKind.NOT_COLLECTED, detail))
    units = rows["unit"].unique()
    frame = rows.sort_values(["date_last", "figure"])[list(FIGURES)]
    return Result(frame, {"dprk_dependence": rows.index}, unit=str(units[0]) if len(units) == 1 else None)
