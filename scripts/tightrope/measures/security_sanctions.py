"""Sanctions in force on a day, by South Korea's own dated measures or by the Global Sanctions Data Base."""

from __future__ import annotations

import pandas as pd

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence, check_state, known_states
from tightrope.measures.diplomacy_common import (
    Day,
    Years,
    absent,
    as_years,
    at_day,
    covered_years,
    last_full_year,
    not_yet,
    nothing,
    whole_column,
)
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure

IN_FORCE = ("sender", "iso3_target", "on", "n_in_force", "first_date", "measures", "n_by_bodies", "bodies")
BEGIN = ("sender", "iso3_target", "first_date", "measure", "source_title", "address")
TARGETS = ("iso3_target", "n_in_force", "first_date")
ON_RUSSIA = ("year", "iso3_sender", "is_sender", "basis")
UNFRIENDLY = ("iso3", "date", "is_listed", "basis")
SOURCES = ("dated", "gsdb")
DATED, GSDB = "sanctions_korea_dated", "sanctions_gsdb_counts"
KINDS = ("trade", "arms", "military", "financial", "travel", "other")
# The dated table was collected for these targets of South Korea: no row on one of them is a true zero.
COVERED = {"KOR": ("RUS", "BLR", "PRK", "IRN")}


def _check_sender(evidence: Evidence, sender: str, source: str) -> None:
    """Raise unless the sender is a state, or for GSDB a body that GSDB names."""
    if source == "gsdb":
        known = {*known_states(evidence), *whole_column(evidence, GSDB, "sender")}
        if sender not in known:
            raise UnknownName("sender", sender, known, "sender")
    else:
        check_state(evidence, sender, "sender")


def _not_covered(sender: str, target: str | None = None) -> Missing | None:
    if sender in COVERED and (target is None or target in COVERED[sender]):
        return None
    covers = "; ".join(f"{s} against {', '.join(t)}" for s, t in COVERED.items())
    return Missing(MissingKind.NOT_COLLECTED, f"dated measures were collected for {covers}")


def _dated(then: Evidence, sender: str, **equals: str) -> pd.DataFrame:
    """Give decided measures in force on the day of ``then``, one row an act (second reports and plans left out)."""
    rows = then.select(DATED, iso3_sender=sender, stage="measure", is_repeat=False, **equals)
    return rows[rows["in_force_from"] <= pd.Timestamp(then.as_of)].sort_values(["date_last", "record"])


@measure(unit="measures", value="n_in_force", columns=IN_FORCE, tables=(DATED, GSDB))
def sanctions_in_force(
    evidence: Evidence, *, sender: str, target: str, on: Day = None, source: str = "dated"
) -> Result:
    """Number of sanctions of a sender on a target in force on a day. Directed.

    ``dated``: South Korea's own measures on RUS, BLR, PRK and IRN, one an act, in force from their day of effect; ends
    are not recorded. 0 is true for these four targets only. ``gsdb``: cases in which the sender (a state or a body such
    as ``EU``) is named, in the last full year by ``on``, to 2022; 0 means that no case names the pair, while
    ``n_by_bodies`` counts the cases that bodies the sender may belong to have against the target.

    Raises
    ------
    UnknownName
        Unknown source, state or body.
    """
    choose("source", source, SOURCES)
    _check_sender(evidence, sender, source)
    check_state(evidence, target, "target")
    day, then = at_day(evidence, on)
    if then is None:
        return nothing(IN_FORCE, not_yet(evidence, day))
    return (_in_force_dated if source == "dated" else _in_force_gsdb)(then, sender, target)


def _in_force_dated(then: Evidence, sender: str, target: str) -> Result:
    if missing := _not_covered(sender, target):
        return nothing(IN_FORCE, missing)
    rows = _dated(then, sender, iso3_target=target)
    # A zero rests on all the sender's measures seen that day: none of them is on this target.
    index = rows.index if len(rows) else then.select(DATED, iso3_sender=sender).index
    first = rows.iloc[0]["date"] if len(rows) else None
    texts = "; ".join(rows["measure"]) if len(rows) else None
    row = (sender, target, then.as_of.isoformat(), len(rows), first, texts, None, None)
    return Result(pd.DataFrame([row], columns=list(IN_FORCE)), {DATED: index})


def _in_force_gsdb(then: Evidence, sender: str, target: str) -> Result:
    year = last_full_year(then.as_of)
    first, last = covered_years(then, GSDB)
    if not first <= year <= last:
        return nothing(IN_FORCE, absent(then, GSDB, f"{sender} on {target} in {year}", year))
    rows = then.select(GSDB, iso3_target=target, year=year)
    own, bodies = rows[rows["sender"] == sender], rows[rows["iso3_sender"].isna() & rows["sender"].ne(sender)]
    began = then.select(GSDB, ["year"], iso3_target=target, sender=sender)["year"]
    kinds = ", ".join(k for k in KINDS if own[f"n_{k}"].sum() > 0) or None
    # A zero rests on every case against the target and every case of the sender in that year.
    index = own.index if len(own) else rows.index.union(then.select(GSDB, sender=sender, year=year).index)
    row = (
        sender, target, then.as_of.isoformat(), int(own["n_cases_active"].sum()),
        str(_run_start(began, year)) if len(own) else None, kinds, int(bodies["n_cases_active"].sum()),
        ", ".join(sorted(bodies["sender"])) or None,
    )  # fmt: skip
    return Result(pd.DataFrame([row], columns=list(IN_FORCE)), {GSDB: index.union(bodies.index)})


def _run_start(years: pd.Series, year: int) -> int:
    """Give the first year of the unbroken run that ends with ``year``."""
    have = {int(y) for y in years}
    while year - 1 in have:
        year -= 1
    return year


@measure(unit="date", value="first_date", columns=BEGIN, tables=(DATED, GSDB))
def sanctions_begin(evidence: Evidence, *, sender: str, target: str, source: str = "dated") -> Result:
    """Date of the first sanction of a sender on a target (its announcement; a year for ``gsdb``). Directed.

    No measure by the as-of day is missing (not_applicable), for ``dated`` only where the pair was collected.
    """
    choose("source", source, SOURCES)
    _check_sender(evidence, sender, source)
    check_state(evidence, target, "target")
    none = Missing(MissingKind.NOT_APPLICABLE, f"no measure of {sender} on {target} by {evidence.as_of}")
    if source == "dated":
        if missing := _not_covered(sender, target):
            return nothing(BEGIN, missing)
        rows = evidence.select(DATED, iso3_sender=sender, iso3_target=target, stage="measure", is_repeat=False)
        if rows.empty:
            return nothing(BEGIN, none)
        first = rows.sort_values(["date_last", "record"]).head(1)
        frame = first.assign(sender=sender, first_date=first["date"])
        return Result(frame[list(BEGIN)], {DATED: first.index})
    rows = evidence.select(GSDB, sender=sender, iso3_target=target)
    if rows.empty:
        return nothing(BEGIN, none)
    head = rows.sort_values("year").head(1)
    row = (sender, target, str(head["year"].iloc[0]), None, evidence.source(GSDB).line(), evidence.source(GSDB).address)
    return Result(pd.DataFrame([row], columns=list(BEGIN)), {GSDB: head.index})


@measure(unit="measures", value="n_in_force", columns=TARGETS, tables=(DATED, GSDB))
def sanctioned_states(evidence: Evidence, *, sender: str, on: Day = None, source: str = "dated") -> Result:
    """States under sanctions of a sender on a day, one row a target (see ``sanctions_in_force``)."""
    choose("source", source, SOURCES)
    _check_sender(evidence, sender, source)
    day, then = at_day(evidence, on)
    if then is None:
        return nothing(TARGETS, not_yet(evidence, day))
    if source == "dated":
        if missing := _not_covered(sender):
            return nothing(TARGETS, missing)
        rows = _dated(then, sender)
        groups = rows.groupby("iso3_target")
        made = pd.DataFrame({"n_in_force": groups.size(), "first_date": groups["date"].first()})
        used = {DATED: rows.index}
    else:
        year = last_full_year(then.as_of)
        first, last = covered_years(then, GSDB)
        if not first <= year <= last:
            return nothing(TARGETS, absent(then, GSDB, f"targets of {sender} in {year}", year))
        every = then.select(GSDB, sender=sender).dropna(subset=["iso3_target"])
        rows = every[every["year"] == year]
        starts = {str(t): str(_run_start(g["year"], year)) for t, g in every.groupby("iso3_target")}
        made = pd.DataFrame({"n_in_force": rows.groupby("iso3_target")["n_cases_active"].sum()})
        made["first_date"] = [starts[str(t)] for t in made.index]
        used = {GSDB: rows.index}
    if made.empty:
        return nothing(TARGETS, Missing(MissingKind.NOT_APPLICABLE, f"no sanction of {sender} in force on {day}"))
    return Result(made.rename_axis("iso3_target").reset_index()[list(TARGETS)], used)


@measure(unit="yes or no", value="is_sender", columns=ON_RUSSIA, tables=("sanctions_on_russia_senders",))
def sanctions_on_russia(evidence: Evidence, *, sender: str, years: Years = None) -> Result:
    """Whether a state had sanctions on Russia in force, by name or as a member of the EU or G7 (GSDB to 2022).

    Unlike ``sanctions_in_force`` with ``gsdb`` this opens the EU and the G7 up into members. A year of the series
    without a row is a no, since GSDB aims at every case. Without ``years`` the last year seen is given.
    """
    check_state(evidence, sender, "sender")
    table = "sanctions_on_russia_senders"
    first, last = covered_years(evidence, table)
    last = min(last, last_full_year(evidence.as_of))
    given = [y for y in as_years(years) or [last] if first <= y <= last]
    if not given:
        return nothing(ON_RUSSIA, absent(evidence, table, f"{sender} on RUS", years))
    rows = evidence.select(table, year=given)
    own = rows[rows["iso3_sender"] == sender]
    basis = own.groupby("year")["basis"].agg(lambda b: ", ".join(sorted(set(b))))
    frame = pd.DataFrame(
        {"year": given, "iso3_sender": sender, "is_sender": [y in basis.index for y in given],
         "basis": [basis.get(y) for y in given]}
    )  # fmt: skip
    return Result(frame, {table: own.index if len(own) else rows.index})


@measure(unit="yes or no", value="is_listed", columns=UNFRIENDLY, tables=("unfriendly_list",))
def unfriendly(evidence: Evidence, *, state: str) -> Result:
    """Whether Russia listed a state as unfriendly on 7 March 2022 (the list is whole, so an absent state is a no)."""
    check_state(evidence, state)
    rows = evidence.select("unfriendly_list")
    if rows.empty:
        return nothing(UNFRIENDLY, Missing(MissingKind.NOT_YET, f"no list had been published by {evidence.as_of}"))
    own = rows[rows["iso3"] == state]
    basis = own["basis"].iloc[0] if len(own) else None
    frame = pd.DataFrame([(state, str(rows["date"].iloc[0].date()), bool(len(own)), basis)], columns=list(UNFRIENDLY))
    return Result(frame, {"unfriendly_list": own.index if len(own) else rows.index})
