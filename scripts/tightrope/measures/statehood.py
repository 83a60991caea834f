"""Which states were there on a day, as far as the tables know."""

from __future__ import annotations

from datetime import date

from tightrope.evidence import Evidence

Spans = list[tuple[date, date]]


def spans_of_states(evidence: Evidence) -> dict[str, Spans]:
    """Give the spans of days on which the tables know each state, oldest first; one that no table dates is left out.

    A span is a run of the Correlates of War's list of states, as the table of US missions carries it, and the last one
    is open; the year of a first vote in the General Assembly extends the last span backwards. The whole tables are
    read, whatever the day: a state that is not there yet must be told from one that nobody dates.
    """
    whole = evidence.at(evidence.package.collected)
    rows = whole.select("us_missions", ["iso3", "first_date", "last_date"]).sort_values(["iso3", "first_date"])
    states = whole.select("states", ["iso3", "first_unga_vote_year"]).dropna().set_index("iso3")
    found: dict[str, Spans] = {}
    for iso3, first, last in zip(rows["iso3"], rows["first_date"].dt.date, rows["last_date"].dt.date, strict=True):
        spans = found.setdefault(str(iso3), [])
        if spans and (first - spans[-1][1]).days <= 1:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    for iso3, spans in found.items():
        begin, _ = spans[-1]
        # A year says no day: it counts only where it is the earlier year.
        year = int(states["first_unga_vote_year"].get(iso3, begin.year))
        if year < begin.year:
            begin = date(year, 1, 1)
        found[iso3] = [*(span for span in spans[:-1] if span[1] < begin), (begin, date.max)]
    return found


def was_state(spans: dict[str, Spans], iso3: str, day: date) -> bool:
    """Give whether a state was there on a day; one that no table dates counts as there."""
    return iso3 not in spans or any(first <= day <= last for first, last in spans[iso3])
