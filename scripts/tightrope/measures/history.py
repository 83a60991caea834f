"""Whether relations held without a break, and what helped a nuclear programme."""

from __future__ import annotations

import pandas as pd

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence, check_state
from tightrope.measures.diplomacy_common import whole_column
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure

KOREAS = ("KOR", "PRK")
TIES = "diplomatic_ties_korea"


@measure(
    unit="yes or no",
    value="is_unbroken",
    columns=("iso3_a", "iso3_b", "first_year", "cut_year", "is_unbroken"),
    tables=(TIES,),
)
def relations_unbroken(evidence: Evidence, *, state_a: str, state_b: str) -> Result:
    """Say whether two states' diplomatic relations have held since they were first established.

    One of the two must be South or North Korea: the only list with ruptures is the Korean foreign ministry's, exact to
    the year. ``cut_year`` is missing where no rupture is on record; ``is_unbroken`` is missing where no relations are.

    Raises
    ------
    UnknownName
        An unknown state.
    """
    for name, code in (("state_a", state_a), ("state_b", state_b)):
        check_state(evidence, code, name)
    columns = ["iso3_a", "iso3_b", "first_year", "cut_year", "is_unbroken"]
    koreas = [code for code in (state_a, state_b) if code in KOREAS]
    if not koreas:
        detail = f"{TIES} lists the relations of the two Koreas only"
        return Result(pd.DataFrame(columns=columns), {TIES: []}, Missing(MissingKind.NOT_COLLECTED, detail))
    korea = koreas[0]
    other = state_b if korea == state_a else state_a
    rows = evidence.select(TIES, iso3=other, iso3_korea=korea)
    opened = rows.loc[rows["event"] == "established", "year"]
    if opened.empty:
        detail = f"{TIES} has no relations of {other} and {korea} up to {evidence.as_of}"
        return Result(pd.DataFrame(columns=columns), {TIES: rows.index}, Missing(MissingKind.NOT_COLLECTED, detail))
    cut = rows.loc[rows["event"] == "cut", "year"]
    frame = pd.DataFrame(
        {
            "iso3_a": [state_a],
            "iso3_b": [state_b],
            "first_year": [int(opened.min())],
            "cut_year": pd.array([cut.min() if len(cut) else pd.NA], dtype="Int64"),
            "is_unbroken": [cut.empty],
        }
    )
    return Result(frame, {TIES: rows.index})


@measure(
    unit="events", value="n_events", columns=("iso3_actor", "form", "n_events"), tables=("dprk_nuclear_programme",)
)
def programme_help(evidence: Evidence, *, actor: str, form: str = "help") -> Result:
    """Number of dated events in which a state helped, or refused to help, North Korea's nuclear programme.

    RUS stands for the USSR too. The list is a sample from secondary sources, coded by us: a state that is not in it is
    missing, one that is there without an event of the form counts 0.

    Raises
    ------
    UnknownName
        An unknown state or form.
    """
    check_state(evidence, actor, "actor")
    choose("form", form, ("help", "refusal", "other"))
    table = "dprk_nuclear_programme"
    rows = evidence.select(table, iso3_actor=actor)
    columns = ["iso3_actor", "form", "n_events"]
    if rows.empty:
        gap = Missing(MissingKind.NOT_COLLECTED, f"{table} has no event with {actor} up to {evidence.as_of}")
        return Result(pd.DataFrame(columns=columns), {table: []}, gap)
    own = rows[rows["form"] == form]
    return Result(pd.DataFrame([[actor, form, len(own)]], columns=columns), {table: rows.index})


@measure(
    unit="percent",
    value="change_pct",
    columns=("iso3_origin", "iso3_destination", "measure", "before", "after", "n_before", "n_after", "change_pct"),
    tables=("arrivals_reported",),
)
def arrivals_reported_change(
    evidence: Evidence, *, origin: str, destination: str, measure: str, before: str, after: str
) -> Result:
    """Change between two reported figures that count the same thing, in percent of the first.

    ``measure`` is the description both figures bear, word for word: figures under other definitions are never compared.
    ``before`` and ``after`` are periods as in the table (``"2014"``). Only exact figures are used.

    Raises
    ------
    UnknownName
        An unknown state, or a measure that no figure is under.
    """
    check_state(evidence, origin, "origin")
    check_state(evidence, destination, "destination")
    table = "arrivals_reported"
    rows = evidence.select(table, iso3_origin=origin, iso3_destination=destination)
    # A description is known before its first figure is: the closed list does not move with the day.
    known = whole_column(evidence, table, "measure")
    if measure not in known:
        raise UnknownName("measure of arrivals", measure, known, table)
    rows = rows[(rows["measure"] == measure) & rows["is_exact"].fillna(False)]
    columns = ["iso3_origin", "iso3_destination", "measure", "before", "after", "n_before", "n_after", "change_pct"]
    picked = {period: rows[rows["period"] == period] for period in (before, after)}
    for period, found in picked.items():
        if len(found) != 1:
            kind = MissingKind.NOT_YET if int(period[:4]) >= evidence.as_of.year else MissingKind.NOT_COLLECTED
            detail = f"{table} has no exact figure for {measure!r} in {period}"
            return Result(pd.DataFrame(columns=columns), {table: rows.index}, Missing(kind, detail))
    first, last = (float(picked[p]["n_visits"].iloc[0]) for p in (before, after))
    frame = pd.DataFrame(
        [[origin, destination, measure, before, after, first, last, 100 * (last - first) / first]], columns=columns
    )
    return Result(frame, {table: [*picked[before].index, *picked[after].index]})
