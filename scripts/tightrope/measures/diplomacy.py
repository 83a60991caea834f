"""Votes in the United Nations General Assembly: agreement, ideal points, named resolutions."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence, check_state
from tightrope.measures.diplomacy_common import (
    Day,
    Years,
    absent,
    as_years,
    check_pair,
    check_two,
    first_day,
    in_years,
    last_day,
    nothing,
    whole_column,
)
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure

AGREEMENT = ("year", "iso3_a", "iso3_b", "n_both_voted", "agreement_pct", "same_pct")
PERIOD = ("iso3_a", "iso3_b", "first_year", "last_year", "n_years", "n_both_voted", "agreement_pct", "same_pct")
RANK = ("iso3", "iso3_reference", "first_year", "last_year", "agreement_pct", "rank", "n_states", "median_pct")
DISTANCE = ("year", "iso3_a", "iso3_b", "distance", "ideal_point_a", "ideal_point_b")
VOTES = ("date", "resolution", "topic", "iso3", "vote")
SHARE = ("iso3", "topic", "vote", "n", "n_with_vote", "share_pct")
CAST = ("yes", "no", "abstain", "no_vote_recorded", "abstain_or_absent")


def _pct(agree: pd.Series, both: pd.Series) -> pd.Series:
    return (100 * agree.astype(float) / both.astype(float)).astype(float)


@measure(unit="percent", value="agreement_pct", columns=AGREEMENT, tables=("unga_agreement",))
def unga_agreement(evidence: Evidence, *, state_a: str, state_b: str, years: Years = None) -> Result:
    """Agreement of a pair in the UN General Assembly by calendar year, an abstention counted half.

    ``agreement_pct`` is 100 (same + half / 2) / both voted, ``same_pct`` 100 same / both voted, over roll calls in
    which both voted. Undirected. A year without a common vote has no row. 2020 lacks January to September.
    Source: Voeten to 2019, the UN's machine-readable resolutions from 2020.
    """
    a, b = check_pair(evidence, state_a, state_b)
    rows = evidence.select("unga_agreement", iso3_a=a, iso3_b=b, **in_years(years))
    if rows.empty:
        return nothing(AGREEMENT, absent(evidence, "unga_agreement", f"{state_a} and {state_b}", years))
    frame = pd.DataFrame(
        {
            "year": rows["year"],
            "iso3_a": state_a,
            "iso3_b": state_b,
            "n_both_voted": rows["n_both_voted"],
            "agreement_pct": _pct(rows["n_same"] + rows["n_half"] / 2, rows["n_both_voted"]),
            "same_pct": _pct(rows["n_same"], rows["n_both_voted"]),
        }
    )
    return Result(frame.sort_values("year"), {"unga_agreement": rows.index})


@measure(unit="percent", value="agreement_pct", columns=PERIOD, tables=("unga_agreement",))
def unga_agreement_period(evidence: Evidence, *, state_a: str, state_b: str, first_year: int, last_year: int) -> Result:
    """Agreement of a pair pooled over the roll calls of several years, an abstention counted half.

    ``first_year`` and ``last_year`` of the result are those with a common vote, so a shorter series shows.
    """
    a, b = check_pair(evidence, state_a, state_b)
    years = list(range(first_year, last_year + 1))
    rows = evidence.select("unga_agreement", iso3_a=a, iso3_b=b, year=years)
    if rows.empty:
        return nothing(PERIOD, absent(evidence, "unga_agreement", f"{state_a} and {state_b}", years))
    both, same, half = (int(rows[c].sum()) for c in ("n_both_voted", "n_same", "n_half"))
    row = (state_a, state_b, int(rows["year"].min()), int(rows["year"].max()), len(rows), both,
           100 * (same + half / 2) / both, 100 * same / both)  # fmt: skip
    return Result(pd.DataFrame([row], columns=list(PERIOD)), {"unga_agreement": rows.index})


@measure(unit="rank", value="rank", columns=RANK, tables=("unga_agreement",))
def unga_agreement_rank(evidence: Evidence, *, state: str, reference: str, years: Years) -> Result:
    """Rank of a state among all states by agreement with a reference state, pooled over the years.

    Rank 1 agrees most; equal agreement shares the better rank. ``median_pct`` is over all ``n_states`` states that
    cast a vote together with the reference. Directed: it ranks ``state`` by its agreement with ``reference``.
    """
    check_two(evidence, state, reference, ("state", "reference"))
    as_first = evidence.select("unga_agreement", iso3_a=reference, **in_years(years)).rename(columns={"iso3_b": "iso3"})
    as_second = evidence.select("unga_agreement", iso3_b=reference, **in_years(years)).rename(
        columns={"iso3_a": "iso3"}
    )
    rows = pd.concat([as_first, as_second])
    if not rows["iso3"].eq(state).any():
        return nothing(RANK, absent(evidence, "unga_agreement", f"{state} and {reference}", years))
    sums = rows.groupby("iso3")[["n_both_voted", "n_same", "n_half"]].sum()
    pct = _pct(sums["n_same"] + sums["n_half"] / 2, sums["n_both_voted"])
    own = rows[rows["iso3"] == state]
    # Pooled percentages of equal counts can differ in the last digit of a float.
    rank = int(pct.round(9).rank(method="min", ascending=False)[state])
    row = (state, reference, int(own["year"].min()), int(own["year"].max()), float(pct[state]), rank, len(pct),
           float(pct.median()))  # fmt: skip
    return Result(pd.DataFrame([row], columns=list(RANK)), {"unga_agreement": rows.index})


@measure(unit="ideal-point units", value="distance", columns=DISTANCE, tables=("unga_ideal_points",))
def ideal_point_distance(
    evidence: Evidence, *, state_a: str, state_b: str, years: Years = None, series: str = "all"
) -> Result:
    """Absolute distance of two ideal points by session year; ``series`` is ``all`` or ``fp`` (final passage only).

    A year in which one of the two was not estimated has no row; 2024 has ``fp`` only. The whole series is that of
    the July 2025 release.
    """
    check_pair(evidence, state_a, state_b)
    column = f"ideal_point_{choose('series', series, ('all', 'fp'))}"
    every = evidence.select("unga_ideal_points", ["year", "iso3", column], iso3=[state_a, state_b])
    every = every.dropna(subset=[column])
    asked = as_years(years)
    rows = every if asked is None else every[every["year"].isin(asked)]
    wide = rows.pivot_table(index="year", columns="iso3", values=column)
    if not {state_a, state_b} <= set(wide.columns) or (wide := wide.dropna()).empty:
        missing = absent(evidence, "unga_ideal_points", f"{state_a} and {state_b}", years)
        last = every["year"].max() if len(every) else None
        if missing.kind is MissingKind.NOT_COLLECTED and asked and last and min(asked) > last:
            missing = Missing(MissingKind.SERIES_ENDED, f"unga_ideal_points: {column} ends with {last} for the two")
        return nothing(DISTANCE, missing)
    frame = pd.DataFrame(
        {
            "year": wide.index.astype(int),
            "iso3_a": state_a,
            "iso3_b": state_b,
            "distance": (wide[state_a] - wide[state_b]).abs().to_numpy(),
            "ideal_point_a": wide[state_a].to_numpy(),
            "ideal_point_b": wide[state_b].to_numpy(),
        }
    )
    return Result(frame, {"unga_ideal_points": rows.index[rows["year"].isin(wide.index)]})


@measure(
    unit="vote", value="vote", columns=VOTES, tables=("unga_named_votes", "unga_rollcalls", "unga_votes"),
)  # fmt: skip
def votes_on(evidence: Evidence, *, state: str, resolutions: str | Sequence[str]) -> Result:
    """Votes of a state on resolutions of the General Assembly, one row a resolution and roll call.

    Resolutions are written without A/RES/ (``68/262``, ``ES-11/1``). The 23 on Ukraine, Crimea and Russia come from
    the table that names the states without a vote (``no_vote_recorded``: absent or not voting); others from all roll
    calls, where a state that voted in that year but not on the resolution is ``no_vote_recorded`` too.

    Raises
    ------
    UnknownName
        A resolution that no table holds.
    """
    check_state(evidence, state)
    asked = [resolutions] if isinstance(resolutions, str) else list(resolutions)
    named = whole_column(evidence, "unga_named_votes", "resolution")
    others = [r for r in asked if r not in named]
    if others:
        known = whole_column(evidence, "unga_rollcalls", "resolution")
        for name in others:
            if name not in known:
                raise UnknownName("resolution", name, [*named, *known])
    rows = evidence.select("unga_named_votes", resolution=asked, iso3=state)
    parts, used = [rows[list(VOTES)]], {"unga_named_votes": list(rows.index)}
    if others:
        found, more = _votes_on_others(evidence, state, others)
        parts.append(found)
        used |= more
    frame = pd.concat([p for p in parts if len(p)]) if any(len(p) for p in parts) else parts[0]
    if frame.empty:
        return nothing(VOTES, _no_vote(evidence, state, asked))
    used = {table: index for table, index in used.items() if index}
    return Result(frame.sort_values(["date", "resolution"]), used)


def _votes_on_others(evidence: Evidence, state: str, names: list[str]) -> tuple[pd.DataFrame, dict[str, list[int]]]:
    calls = evidence.select("unga_rollcalls", ["rollcall", "date", "year", "resolution"], resolution=names)
    votes = evidence.select("unga_votes", iso3=state)
    voting_years = set(votes["date"].dt.year)
    calls = calls[calls["year"].isin(voting_years)]
    cast = votes[votes["rollcall"].isin(calls["rollcall"])]
    frame = calls.merge(cast[["rollcall", "vote"]], on="rollcall", how="left")
    frame = frame.assign(vote=frame["vote"].fillna("no_vote_recorded"), topic=None, iso3=state)
    return frame[list(VOTES)], {"unga_rollcalls": list(calls.index), "unga_votes": list(cast.index)}


def _no_vote(evidence: Evidence, state: str, asked: Sequence[str]) -> Missing:
    late = evidence.select("unga_named_votes", ["resolution"], resolution=list(asked)).empty
    early = evidence.select("unga_rollcalls", ["resolution"], resolution=list(asked)).empty if late else False
    if late and early:
        return Missing(MissingKind.NOT_YET, f"no vote on {', '.join(asked)} had been taken by {evidence.as_of}")
    return Missing(MissingKind.NOT_APPLICABLE, f"{state} did not vote in the General Assembly then")


@measure(unit="percent", value="share_pct", columns=SHARE, tables=("unga_named_votes",))
def votes_share(
    evidence: Evidence, *, state: str, topic: str, vote: str, first: Day = None, last: Day = None
) -> Result:
    """Share of the resolutions on a topic on which a state voted a given way.

    ``topic`` is one of those of the table (``crimea``, ``invasion``, …) or ``all``; ``first`` and ``last`` are days
    or years, both included. A resolution on which the state cast no vote stays in the denominator ``n``.
    """
    check_state(evidence, state)
    choose("topic", topic, ["all", *whole_column(evidence, "unga_named_votes", "topic")])
    choose("vote", vote, CAST)
    rows = evidence.select("unga_named_votes", iso3=state, **({} if topic == "all" else {"topic": topic}))
    start, end = first_day(first, "first"), last_day(last, "last")
    if start:
        rows = rows[rows["date"] >= pd.Timestamp(start)]
    if end:
        rows = rows[rows["date"] <= pd.Timestamp(end)]
    if rows.empty:
        kind = MissingKind.NOT_YET if start and start > evidence.as_of else MissingKind.NOT_COLLECTED
        return nothing(
            SHARE, Missing(kind, f"{state}: no resolution on {topic} in those days seen on {evidence.as_of}")
        )
    n, n_with = len(rows), int(rows["vote"].eq(vote).sum())
    frame = pd.DataFrame([(state, topic, vote, n, n_with, 100 * n_with / n)], columns=list(SHARE))
    return Result(frame, {"unga_named_votes": rows.index})
