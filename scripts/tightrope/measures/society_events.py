"""Events: dated rows, one event's date, and which of two came first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as day

import pandas as pd

from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import Evidence, check_state, parse_date
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure
from tightrope.measures.mobility_common import listed

TABLE = "events"
THEMES = ("bilateral", "people", "security", "dprk", "un", "world")
_EVENT = ("event_id", "theme", "date", "date_precision", "date_first", "date_last", "actors", "event", "source_title",
          "source_url", "source_kind", "n_sources")  # fmt: skip
_ORDER = ("event_id", "date", "other", "other_date", "is_before", "n_days")


@measure(unit="events", value="date", columns=_EVENT, tables=[TABLE])
def events(
    evidence: Evidence,
    *,
    actors: str | Sequence[str] | None = None,
    theme: str | None = None,
    first: day | str | None = None,
    last: day | str | None = None,
    text: str | None = None,
) -> Result:
    """Dated events, oldest first, each with its source.

    Parameters
    ----------
    actors : str or sequence of str, optional
        ISO3 codes that must all take part (RUS includes the USSR).
    theme : str, optional
        bilateral, people, security, dprk, un or world.
    first, last : date or str, optional
        Keep events that lie wholly from ``first`` to ``last``.
    text : str, optional
        Words that the event or its name must hold (any case).

    Returns
    -------
    Measure
        An empty result is ``not_collected``: the table is not complete, so no row is not proof of no event.

    Raises
    ------
    UnknownName
        An unknown state or theme.
    """
    wanted = [check_state(evidence, code, "actors") for code in listed(actors or [])]
    equals = {} if theme is None else {"theme": choose("theme", theme, THEMES)}
    rows = evidence.select(TABLE, list(_EVENT), **equals)
    keep = pd.Series(True, index=rows.index)
    for code in wanted:
        keep &= rows["actors"].str.split(";").map(lambda codes, code=code: code in codes).astype(bool)
    if first is not None:
        keep &= rows["date_first"] >= pd.Timestamp(parse_date(first, "first"))
    if last is not None:
        keep &= rows["date_last"] <= pd.Timestamp(parse_date(last, "last"))
    if text is not None:
        whole = rows["event_id"] + " " + rows["event"]
        keep &= whole.str.casefold().str.contains(text.casefold(), regex=False).astype(bool)
    rows = rows[keep].sort_values(["date_first", "event_id"])
    asked = {"actors": wanted, "theme": theme, "first": first, "last": last, "text": text}
    said = ", ".join(f"{name} {value}" for name, value in asked.items() if value)
    missing = Missing(MissingKind.NOT_COLLECTED, f"no event up to {evidence.as_of} ({said}); the table is not complete")
    return Result(rows, {TABLE: rows.index}, missing if rows.empty else None)


@measure(unit="date", value="date", columns=_EVENT, tables=[TABLE])
def event_date(evidence: Evidence, *, event_id: str) -> Result:
    """Date of one event, with its precision and source; several rows where sources disagree.

    Raises
    ------
    UnknownName
        No event of that name, with the nearest.
    """
    rows = _rows(evidence, event_id)
    missing = None if len(rows) else _not_yet(evidence, event_id)
    return Result(rows, {TABLE: rows.index}, missing)


@measure(unit="yes or no", value="is_before", columns=_ORDER, tables=[TABLE])
def event_order(
    evidence: Evidence, *, event_id: str, other_id: str | None = None, date: day | str | None = None
) -> Result:
    """Whether an event came before another event or a day.

    Parameters
    ----------
    event_id : str
        The event.
    other_id, date : str
        What to compare it with: another event or a day, one of the two.

    Returns
    -------
    Measure
        One row. ``is_before`` is true when the event's last possible day lies before the other's first, false when
        its first possible day is not before the other's last, and missing when the dates are not exact enough (or the
        sources disagree across the other date). ``n_days`` counts from the event to the other when both are days.

    Raises
    ------
    UnknownName
        No event of that name, with the nearest.
    BadParameter
        Neither or both of ``other_id`` and ``date`` given, or a malformed date.
    """
    if (other_id is None) == (date is None):
        raise BadParameter("event_order needs other_id or date, one of the two", fix="leave the other out")
    own = _rows(evidence, event_id)
    empty = pd.DataFrame(columns=list(_ORDER))
    if own.empty:
        return Result(empty, {TABLE: []}, _not_yet(evidence, event_id))
    rows = own
    if other_id is not None:
        other = _rows(evidence, other_id)
        if other.empty:
            return Result(empty, {TABLE: []}, _not_yet(evidence, other_id))
        rows = pd.concat([own, other])
        low, high, said = other["date_first"].min(), other["date_last"].max(), " or ".join(other["date"])
    else:
        low = high = pd.Timestamp(parse_date(date or "", "date"))
        said = low.date().isoformat()
    first, last = own["date_first"].min(), own["date_last"].max()
    # Three-valued: the two spans may overlap, and then nobody can say.
    answer = True if last < low else False if first >= high else None
    exact = first == last and low == high
    row = (event_id, " or ".join(own["date"]), other_id, said, answer, (low - first).days if exact else None)
    frame = pd.DataFrame([row], columns=list(_ORDER)).astype({"is_before": "boolean", "n_days": "Int64"})
    return Result(frame, {TABLE: rows.index.unique()})


def _rows(evidence: Evidence, event_id: str) -> pd.DataFrame:
    rows = evidence.select(TABLE, list(_EVENT), event_id=event_id)
    if rows.empty:
        known = _known(evidence)
        if event_id not in known:
            raise UnknownName("event", event_id, known, f"table {TABLE}")
    return rows.sort_values("date_first")


def _known(evidence: Evidence) -> list[str]:
    """Give every event's name, also those after the as-of day: a name is known before its day comes."""
    stored = evidence.whole(TABLE)
    names: list[str] = stored["event_id"].unique().to_pylist()
    return names


def _not_yet(evidence: Evidence, event_id: str) -> Missing:
    return Missing(MissingKind.NOT_YET, f"{event_id} is not dated up to {evidence.as_of}")
