"""Relations, agreements, treaties, meetings, missions and statements."""

from __future__ import annotations

from datetime import date

import pandas as pd

from tightrope.evidence import Evidence, check_state, parse_date
from tightrope.measures.diplomacy_common import (
    Day,
    absent,
    at_day,
    check_pair,
    check_two,
    covered_years,
    last_full_year,
    not_yet,
    nothing,
)
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure

RELATIONS = ("iso3_a", "iso3_b", "established_on", "precision", "other_established_on", "n_pages", "source")
BEFORE = ("iso3_a", "iso3_b", "established_on", "event_date", "is_before", "days_between")
SUMMITS = ("date", "place", "leader_kor", "leader_rus", "status", "note", "source_title", "address")
AGREEMENTS = ("date", "agreement", "step", "remark", "source_title", "address")
TRADE = ("iso3_a", "iso3_b", "has_agreement", "n_in_force", "n_signed", "first_year_in_force", "names", "up_to_year")
INVESTMENT = ("iso3_a", "iso3_b", "has_treaty", "n_treaties", "first_year_signed")
EMBASSY = ("iso3_sender", "iso3_host", "is_stated", "city", "is_stated_by_sender", "is_stated_by_host")
TIES = ("year", "iso3", "iso3_korea", "event")
CRIMEA = ("date", "iso3", "position", "statement", "source_title", "address", "source_kind")
MISSION = ("iso3", "on", "status", "first_date")
SIDES = {"KOR", "RUS"}


def _established(rows: pd.DataFrame) -> tuple[pd.Series, str | None]:
    """Give the row to go by and the other page's date where the two do not fit.

    Pages that fit (``1990`` and ``1990-09-30``): the more exact. Pages that do not: the earlier, since the later one
    often counts a successor state, and the claim in doubt is whether relations existed by then.
    """
    rows = rows.assign(width=(rows["date_last"] - rows["date_first"]).dt.days)
    best = rows.sort_values(["width", "date_first", "iso3_page"]).iloc[0]
    fits = (rows["date_first"] <= best["date_last"]) & (rows["date_last"] >= best["date_first"])
    if fits.all():
        return best, None
    ordered = rows.sort_values(["date_last", "iso3_page"])
    return ordered.iloc[0], str(ordered.iloc[-1]["date"])


@measure(unit="date", value="established_on", columns=RELATIONS, tables=("diplomatic_relations",))
def diplomatic_relations(evidence: Evidence, *, state_a: str, state_b: str) -> Result:
    """Date on which two states established diplomatic relations, as exactly as the pages give it.

    Where the pages of the two differ the earlier date stands and ``other_established_on`` has the later. Ruptures
    are not in the table; an absent pair is no proof of no relations (missing: not_collected).
    """
    a, b = check_pair(evidence, state_a, state_b)
    rows = evidence.select("diplomatic_relations", iso3_a=a, iso3_b=b)
    if rows.empty:
        return nothing(RELATIONS, _no_date(evidence, state_a, state_b))
    best, other = _established(rows)
    pages = " and ".join(sorted(rows["iso3_page"]))
    source = f"Wikipedia, Foreign relations of {pages}"
    row = (state_a, state_b, best["date"], best["date_precision"], other, len(rows), source)
    return Result(pd.DataFrame([row], columns=list(RELATIONS)), {"diplomatic_relations": rows.index})


def _no_date(evidence: Evidence, state_a: str, state_b: str) -> Missing:
    detail = f"no page dates the relations of {state_a} and {state_b} by {evidence.as_of}; that is no proof of none"
    return Missing(MissingKind.NOT_COLLECTED, detail)


@measure(unit="yes or no", value="is_before", columns=BEFORE, tables=("diplomatic_relations",))
def relations_before(evidence: Evidence, *, state_a: str, state_b: str, event_date: str | date) -> Result:
    """Whether two states had established relations before an event, and by how many days.

    ``days_between`` counts from the last day the date of relations can mean to the event (negative: afterwards). A
    date too coarse to tell (relations in 1991, an event of that year) is missing, not false.
    """
    a, b = check_pair(evidence, state_a, state_b)
    event = pd.Timestamp(parse_date(event_date, "event_date"))
    rows = evidence.select("diplomatic_relations", iso3_a=a, iso3_b=b)
    if rows.empty:
        return nothing(BEFORE, _no_date(evidence, state_a, state_b))
    best, _ = _established(rows)
    if best["date_first"] < event <= best["date_last"]:
        detail = f"relations of {state_a} and {state_b} are dated {best['date']}: too coarse for {event.date()}"
        return nothing(BEFORE, Missing(MissingKind.NOT_COLLECTED, detail))
    days = int((event - best["date_last"]).days)
    row = (state_a, state_b, best["date"], event.date().isoformat(), bool(best["date_last"] < event), days)
    return Result(pd.DataFrame([row], columns=list(BEFORE)), {"diplomatic_relations": rows.index})


def _only_kor_rus(state_a: str, state_b: str, what: str) -> Missing | None:
    if {state_a, state_b} == SIDES:
        return None
    return Missing(MissingKind.NOT_COLLECTED, f"{what} were collected for KOR and RUS only")


@measure(unit="meeting", value="date", columns=SUMMITS, tables=("summits_kor_rus",))
def summits(evidence: Evidence, *, state_a: str, state_b: str) -> Result:
    """Meetings of the leaders of South Korea and Russia or the USSR, one row a meeting found.

    Incomplete: about 20 of the 32 that the Korean ambassador counted to March 2021. ``status`` tells a meeting that
    the page reports from one that it announces.
    """
    check_pair(evidence, state_a, state_b)
    if missing := _only_kor_rus(state_a, state_b, "meetings of leaders"):
        return nothing(SUMMITS, missing)
    rows = evidence.select("summits_kor_rus")
    if rows.empty:
        return nothing(SUMMITS, Missing(MissingKind.NOT_YET, f"none found by {evidence.as_of}"))
    return Result(rows.sort_values("date_last")[list(SUMMITS)], {"summits_kor_rus": rows.index})


@measure(unit="agreement", value="agreement", columns=AGREEMENTS, tables=("agreements_kor_rus",))
def agreements_in_force(evidence: Evidence, *, state_a: str, state_b: str, on: Day = None) -> Result:
    """Agreements of South Korea and Russia that had entered into force by a day.

    Ends are not recorded, so an agreement that lapsed or was suspended is still here; the list is not complete.
    """
    check_pair(evidence, state_a, state_b)
    if missing := _only_kor_rus(state_a, state_b, "dated agreements"):
        return nothing(AGREEMENTS, missing)
    day, then = at_day(evidence, on)
    if then is None:
        return nothing(AGREEMENTS, not_yet(evidence, day))
    rows = then.select("agreements_kor_rus", step="in_force")
    if rows.empty:
        return nothing(AGREEMENTS, Missing(MissingKind.NOT_APPLICABLE, f"none on the list was in force on {day}"))
    return Result(rows.sort_values("date_last")[list(AGREEMENTS)], {"agreements_kor_rus": rows.index})


@measure(unit="yes or no", value="has_agreement", columns=TRADE, tables=("trade_agreements", "trade_agreements_list"))
def trade_agreement(evidence: Evidence, *, state_a: str, state_b: str) -> Result:
    """Whether two states are party to a trade agreement in force (DESTA base treaties to 2020).

    False only where both states are in the table. A treaty counts in the year after it entered into force, or from
    31 December. ``up_to_year`` is the last year the answer covers. Ends of force are not recorded.
    """
    a, b = check_pair(evidence, state_a, state_b)
    rows = evidence.select("trade_agreements", iso3_a=a, iso3_b=b)
    _, last = covered_years(evidence, "trade_agreements")
    up_to = min(last, last_full_year(evidence.as_of))
    in_force = rows[rows["year_in_force"].le(up_to).fillna(False).astype(bool)]
    used: dict[str, list[int]] = {"trade_agreements": list(rows.index)}
    names = None
    if rows.empty:
        # DESTA aims at every agreement: a pair without one is a no where it lists other agreements of both.
        others = [_of_state(evidence, "trade_agreements", s) for s in (state_a, state_b)]
        if any(o.empty for o in others):
            return nothing(TRADE, absent(evidence, "trade_agreements", f"{state_a} and {state_b}"))
        used["trade_agreements"] = [int(i) for o in others for i in o.index]
    else:
        listed = evidence.select("trade_agreements_list", agreement=rows["agreement"].tolist(), kind="base_treaty")
        names = "; ".join(listed["name"].sort_values())
        used["trade_agreements_list"] = list(listed.index)
    first = int(in_force["year_in_force"].min()) if len(in_force) else None
    row = (state_a, state_b, bool(len(in_force)), len(in_force), len(rows), first, names, up_to)
    return Result(pd.DataFrame([row], columns=list(TRADE)), used)


def _of_state(evidence: Evidence, table: str, state: str) -> pd.DataFrame:
    return pd.concat([evidence.select(table, iso3_a=state), evidence.select(table, iso3_b=state)])


@measure(unit="yes or no", value="has_treaty", columns=INVESTMENT, tables=("investment_treaties",))
def investment_treaty(evidence: Evidence, *, state_a: str, state_b: str) -> Result:
    """Whether two states have signed a bilateral investment treaty (UNCTAD).

    Signature only: entry into force and termination are not recorded. False only where both have others.
    """
    a, b = check_pair(evidence, state_a, state_b)
    rows = evidence.select("investment_treaties", iso3_a=a, iso3_b=b)
    index = list(rows.index)
    if rows.empty:
        # UNCTAD lists every treaty it knows: a pair without one is a no where both states have others.
        others = [_of_state(evidence, "investment_treaties", s) for s in (state_a, state_b)]
        if any(o.empty for o in others):
            return nothing(INVESTMENT, absent(evidence, "investment_treaties", f"{state_a} and {state_b}"))
        index = [int(i) for o in others for i in o.index]
    first = int(rows["year_signed"].min()) if len(rows) else None
    row = (state_a, state_b, bool(len(rows)), len(rows), first)
    return Result(pd.DataFrame([row], columns=list(INVESTMENT)), {"investment_treaties": index})


@measure(unit="yes or no", value="is_stated", columns=EMBASSY, tables=("embassies",))
def embassies(evidence: Evidence, *, sender: str, host: str) -> Result:
    """Whether a page states an embassy of one state in the capital of the other. Directed.

    The list is of November 2025, undated and incomplete: an absent pair is missing, never a no.
    """
    check_two(evidence, sender, host, ("sender", "host"))
    rows = evidence.select("embassies", iso3_sender=sender, iso3_host=host)
    if rows.empty:
        seen = not evidence.select("embassies", ["iso3_host"], iso3_host=host).empty
        kind = MissingKind.NOT_COLLECTED if seen else MissingKind.NOT_YET
        detail = f"no page states it; the list is of 30 November 2025 and incomplete (as of {evidence.as_of})"
        return nothing(EMBASSY, Missing(kind, f"embassy of {sender} in {host}: {detail}"))
    return Result(rows.assign(is_stated=True)[list(EMBASSY)], {"embassies": rows.index})


@measure(unit="event", value="event", columns=TIES, tables=("diplomatic_ties_korea",))
def ties_with_korea(evidence: Evidence, *, state: str, korea: str = "KOR") -> Result:
    """Years in which a state established, cut or re-established ties with South or North Korea.

    From the Korean foreign ministry's list, exact to the year.
    """
    check_state(evidence, state)
    choose("Korea", korea, ("KOR", "PRK"))
    rows = evidence.select("diplomatic_ties_korea", iso3=state, iso3_korea=korea)
    if rows.empty:
        return nothing(TIES, absent(evidence, "diplomatic_ties_korea", f"{state} and {korea}"))
    return Result(rows.sort_values("year")[list(TIES)], {"diplomatic_ties_korea": rows.index})


@measure(unit="position", value="position", columns=CRIMEA, tables=("crimea_statements",))
def crimea_statements(evidence: Evidence, *, state: str) -> Result:
    """Statements of a state on the annexation of Crimea; ``supports`` is the source's word, no legal recognition.

    Eleven statements were collected: a state without one is missing, not neutral.
    """
    check_state(evidence, state)
    rows = evidence.select("crimea_statements", iso3=state)
    if rows.empty:
        missing = Missing(MissingKind.NOT_COLLECTED, f"no statement of {state} was collected by {evidence.as_of}")
        return nothing(CRIMEA, missing)
    return Result(rows.sort_values("date_last")[list(CRIMEA)], {"crimea_statements": rows.index})


@measure(unit="status", value="status", columns=MISSION, tables=("us_missions",))
def us_mission(evidence: Evidence, *, state: str, on: Day = None) -> Result:
    """Status of the United States mission in a state on a day (embassy, legation, none, …; to 2024)."""
    check_state(evidence, state)
    day, then = at_day(evidence, on)
    if then is None:
        return nothing(MISSION, not_yet(evidence, day))
    rows = then.select("us_missions", iso3=state)
    rows = rows[(rows["first_date"] <= pd.Timestamp(day)) & (rows["last_date"] >= pd.Timestamp(day))]
    if rows.empty:
        last = str(evidence.package.table("us_missions").details.coverage.last)
        kind = MissingKind.SERIES_ENDED if day.isoformat() > last else MissingKind.NOT_COLLECTED
        return nothing(MISSION, Missing(kind, f"United States mission in {state} on {day}: us_missions ends {last}"))
    frame = rows.assign(on=day.isoformat(), first_date=rows["first_date"].dt.date.astype(str))
    return Result(frame[list(MISSION)], {"us_missions": rows.index})
