"""Society: opinion of one state in another, and how the news scores a pair."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tightrope.evidence import Evidence, check_state
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure
from tightrope.measures.mobility_common import Years, as_years, missing_years

_SCORES = ("iso3_a", "iso3_b", "year", "source", "score", "is_positive", "rank_in_a", "n_partners_a", "rank_in_b",
           "n_partners_b", "n_cooperation", "n_conflict", "is_part_year")  # fmt: skip


@measure(
    unit="percent of respondents",
    value="favourable_pct",
    columns=("iso3_respondent", "iso3_target", "year", "favourable_pct", "unfavourable_pct", "n_answers"),
    tables=["opinion_pew"],
)
def favourability(evidence: Evidence, *, respondent: str, target: str, years: Years = None) -> Result:
    """Share of a state's respondents with a favourable and an unfavourable view of another, Pew, by year.

    Parameters
    ----------
    respondent, target : str
        ISO3 codes; the targets are twelve, South Korea is not among them.
    years : int or sequence of int, optional
        All visible years when not given.

    Returns
    -------
    Measure
        Very and somewhat together; don't know and refused stay in the base, so the two shares add to less than 100.

    Raises
    ------
    UnknownName
        An unknown state.
    """
    check_state(evidence, respondent, "respondent")
    check_state(evidence, target, "target")
    asked = as_years(years)
    chosen = {} if asked is None else {"year": asked}
    columns = ["iso3_respondent", "iso3_target", "year", "favourable_pct", "unfavourable_pct", "n_answers"]
    rows = evidence.select("opinion_pew", columns, iso3_respondent=respondent, iso3_target=target, **chosen)
    if rows.empty:
        what = f"views of {target} in {respondent}"
        missing = missing_years(
            evidence, "opinion_pew", asked, what, "the question was not asked, or not of this state"
        )
        return Result(rows, {"opinion_pew": []}, missing)
    return Result(rows.sort_values("year"), {"opinion_pew": rows.index})


@measure(
    unit="percent or score, see the column unit",
    value="value",
    columns=("iso3_respondent", "iso3_target", "period", "date", "pollster", "question", "value", "unit", "note",
             "source_title", "source_url"),
    tables=["opinion_polls"],
)  # fmt: skip
def polls(
    evidence: Evidence, *, respondent: str | None = None, target: str | None = None, question: str | None = None
) -> Result:
    """Single poll figures other than the Pew series, each with its question and page; not one series.

    ``date`` is the last day of the period. Leave out ``respondent`` or ``target`` for every state;
    ``question`` keeps those whose question holds these words.
    """
    equals = {}
    for column, code in (("respondent", respondent), ("target", target)):
        if code is not None:
            equals[f"iso3_{column}"] = check_state(evidence, code, column)
    rows = evidence.select("opinion_polls", **equals)
    if question:
        rows = rows[rows["question"].str.contains(question, case=False, regex=False)]
    columns = ["iso3_respondent", "iso3_target", "period", "date", "pollster", "question", "value", "unit", "note",
               "source_title", "source_url"]  # fmt: skip
    frame = rows.rename(columns={"date_last": "date"}).sort_values(["date", "pollster", "question"])[columns]
    missing = _no_poll(evidence, equals, question) if rows.empty else None
    return Result(frame, {"opinion_polls": rows.index}, missing)


def _no_poll(evidence: Evidence, equals: dict[str, str], question: str | None) -> Missing:
    """Say whether a question was never asked or not yet; whether it ever was is looked up past the clocks."""
    ever = evidence.whole("opinion_polls").to_pandas()
    for column, value in equals.items():
        ever = ever[ever[column] == value]
    if question:
        ever = ever[ever["question"].str.contains(question, case=False, regex=False)]
    who = f"in {equals.get('iso3_respondent', 'any state')} about {equals.get('iso3_target', 'any state')}"
    asked = f" that asks about {question!r}" if question else ""
    detail = f"no poll {who}{asked} up to {evidence.as_of}"
    return Missing(
        MissingKind.NOT_COLLECTED if ever.empty else MissingKind.NOT_YET,
        detail if ever.empty else f"{detail}; a later one is in the table",
    )


@measure(
    unit="see the column unit",
    value="value",
    columns=("iso3_host", "period", "date", "measure", "value", "unit", "note", "source_title", "source_url"),
    tables=["figures_society"],
)
def figures_society(evidence: Evidence, *, host: str | None = None, text: str | None = None) -> Result:
    """Single figures from pages on Korean business in Russia, diaspora, students and asylum; not one series.

    ``host`` is the state in which it was counted; ``text`` keeps the figures whose description holds these words
    (any case). ``date`` is the last day of the period.
    """
    equals = {} if host is None else {"iso3_host": check_state(evidence, host, "host")}
    rows = evidence.select("figures_society", **equals)
    if text is not None:
        rows = rows[rows["measure"].str.casefold().str.contains(text.casefold(), regex=False)]
    columns = ["iso3_host", "period", "date", "measure", "value", "unit", "note", "source_title", "source_url"]
    frame = rows.rename(columns={"date_last": "date"}).sort_values(["date", "measure"])[columns]
    detail = f"no figure counted in {host or 'any state'} up to {evidence.as_of} ({text or 'any measure'})"
    return Result(
        frame, {"figures_society": rows.index}, Missing(MissingKind.NOT_COLLECTED, detail) if rows.empty else None
    )


@measure(unit="no unit", value="score", columns=_SCORES, tables=["events_gdelt", "events_icews"])
def event_scores(
    evidence: Evidence, *, state_a: str, state_b: str, years: Years = None, source: str = "gdelt"
) -> Result:
    """How the news scores a pair, by year: its sign and rank (gdelt) or its share of cooperation (icews).

    Parameters
    ----------
    state_a, state_b : str
        ISO3 codes; the pair is undirected, ``iso3_a`` is the code that comes first in the alphabet.
    years : int or sequence of int, optional
        All visible years when not given.
    source : str
        ``gdelt``: composite score 2018-2023 (2024 is a part-year), without unit; read ``is_positive`` and the rank of
        the pair among the partners of each side (1 the highest), never the level across years. ``icews``: ``score`` is
        the percentage of the pair's events, both directions together, that are cooperation, 2002-2014, with the counts.

    Raises
    ------
    UnknownName
        An unknown state or source.
    """
    choose("source", source, ("gdelt", "icews"))
    a, b = sorted((check_state(evidence, state_a, "state_a"), check_state(evidence, state_b, "state_b")))
    asked = as_years(years)
    table = f"events_{source}"
    frame, used = (_gdelt if source == "gdelt" else _icews)(evidence, a, b, asked)
    if frame.empty:
        gap = "a pair without a row had no scored event: nothing reported, not neutral"
        missing = missing_years(evidence, table, asked, f"event scores of {a} and {b}", gap)
        return Result(pd.DataFrame(columns=list(_SCORES)), {table: []}, missing)
    frame = frame.assign(iso3_a=a, iso3_b=b, source=source).reindex(columns=list(_SCORES)).sort_values("year")
    unit = "composite score without unit" if source == "gdelt" else "percent of events that are cooperation"
    return Result(frame, {table: used}, unit=unit)


def _gdelt(evidence: Evidence, a: str, b: str, asked: list[int] | None) -> tuple[pd.DataFrame, list[int]]:
    chosen: dict[str, Any] = {} if asked is None else {"year": asked}
    rows = pd.concat([evidence.select("events_gdelt", **{side: [a, b]}, **chosen) for side in ("iso3_a", "iso3_b")])
    rows = rows[~rows.index.duplicated()]
    own = rows[rows["iso3_a"].eq(a) & rows["iso3_b"].eq(b)].set_index("year")
    if own.empty:
        return own, []
    frame = pd.DataFrame({"score": own["score"], "is_positive": own["score"] > 0})
    for side, state in (("a", a), ("b", b)):
        partners = rows[rows["iso3_a"].eq(state) | rows["iso3_b"].eq(state)]
        ranks = partners.groupby("year")["score"].rank(ascending=False, method="min")
        pair = partners["iso3_a"].eq(a) & partners["iso3_b"].eq(b)
        frame[f"rank_in_{side}"] = pd.Series(ranks[pair].to_numpy(), index=partners.loc[pair, "year"]).astype("int64")
        frame[f"n_partners_{side}"] = partners.groupby("year").size()
    frame["is_part_year"] = own["n_days"] < 330
    used = rows.index[rows["year"].isin(own.index)]
    return frame.reset_index(), [int(row) for row in used]


def _icews(evidence: Evidence, a: str, b: str, asked: list[int] | None) -> tuple[pd.DataFrame, list[int]]:
    chosen: dict[str, Any] = {} if asked is None else {"year": asked}
    rows = evidence.select("events_icews", iso3_source=[a, b], iso3_target=[a, b], **chosen)
    by_year = rows.drop(columns=["iso3_source", "iso3_target"]).groupby("year").sum()
    cooperation = by_year["n_verbal_cooperation"] + by_year["n_material_cooperation"]
    conflict = by_year["n_verbal_conflict"] + by_year["n_material_conflict"]
    score = 100 * cooperation.astype("float64") / (cooperation + conflict).astype("float64")
    frame = pd.DataFrame(
        {
            "score": score,
            "is_positive": cooperation > conflict,
            "n_cooperation": cooperation,
            "n_conflict": conflict,
            "is_part_year": False,
        }
    )
    return frame.reset_index(), [int(row) for row in rows.index]
