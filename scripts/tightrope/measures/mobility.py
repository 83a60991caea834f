"""Mobility: arrivals, students and migrants by directed pair."""

from __future__ import annotations

import pandas as pd

from tightrope.evidence import Evidence, check_state
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure
from tightrope.measures.mobility_common import Years, as_years, missing_years

PURPOSES = ("total", "tourism", "business", "official", "study_training", "other")
ARRIVALS = "arrivals_korea_annual"
# Russian (and perhaps other) visa-free visitors were counted as tourists from this year on.
RECLASSIFIED = 2014
_ARRIVALS = ("iso3_origin", "iso3_destination", "year", "purpose", "n_arrivals", "share_pct", "rank", "n_origins",
             "n_months", "is_part_year")  # fmt: skip


@measure(
    unit="arrivals",
    value="n_arrivals",
    columns=_ARRIVALS,
    tables=[ARRIVALS],
)
def arrivals(
    evidence: Evidence, *, origin: str, destination: str = "KOR", years: Years = None, purpose: str = "total"
) -> Result:
    """Arrivals from a state by year, with share of all arrivals and rank among nationalities.

    Parameters
    ----------
    origin, destination : str
        ISO3 codes; the table knows South Korea as a destination only.
    years : int or sequence of int, optional
        All visible years when not given.
    purpose : str
        total, tourism, business, official, study_training or other (crews included).

    Returns
    -------
    Measure
        ``share_pct`` is of the arrivals of every nationality and group; ``rank`` is among the nationalities that the
        source names (``n_origins``), groups left out. ``is_part_year`` marks a year of fewer than twelve months.

    Raises
    ------
    UnknownName
        An unknown state or purpose.
    """
    return _yearly(evidence, origin, destination, as_years(years), purpose)


def _yearly(evidence: Evidence, origin: str, destination: str, asked: list[int] | None, purpose: str) -> Result:
    check_state(evidence, origin, "origin")
    check_state(evidence, destination, "destination")
    choose("purpose", purpose, PURPOSES)
    what = f"arrivals from {origin} in {destination} ({purpose})"
    empty = pd.DataFrame(columns=list(_ARRIVALS))
    if destination != "KOR":
        detail = f"{what}: {ARRIVALS} counts arrivals in South Korea only; arrivals_reported has single figures"
        return Result(empty, {ARRIVALS: []}, Missing(MissingKind.NOT_COLLECTED, detail))
    count = f"n_{purpose}"
    chosen = {} if asked is None else {"year": asked}
    rows = evidence.select(ARRIVALS, ["year", "iso3_origin", "n_months", count], **chosen)
    rows = rows[rows[count].notna()]
    share = 100 * rows[count].astype("float64") / rows.groupby("year")[count].transform("sum").astype("float64")
    named = rows[rows["iso3_origin"].notna()]
    rank = named.groupby("year")[count].rank(ascending=False, method="min")
    of = named.groupby("year")[count].transform("size")
    own = rows[rows["iso3_origin"] == origin].sort_values("year")
    if own.empty:
        gap = "the source does not name this nationality, or gives totals only for 2009"
        return Result(empty, {ARRIVALS: []}, missing_years(evidence, ARRIVALS, asked, what, gap))
    frame = pd.DataFrame(
        {
            "iso3_origin": origin,
            "iso3_destination": destination,
            "year": own["year"].astype("int64"),
            "purpose": purpose,
            "n_arrivals": own[count].astype("int64"),
            "share_pct": share.loc[own.index],
            "rank": rank.loc[own.index].astype("int64"),
            "n_origins": of.loc[own.index].astype("int64"),
            "n_months": own["n_months"].astype("int64"),
            "is_part_year": own["n_months"].lt(12).astype(bool),
        }
    )
    return Result(frame, {ARRIVALS: rows.index[rows["year"].isin(own["year"])]})


@measure(
    unit="percent",
    value="change_pct",
    columns=("iso3_origin", "iso3_destination", "purpose", "year_before", "year_after", "n_before", "n_after",
             "change_pct", "is_comparable"),
    tables=[ARRIVALS],
)  # fmt: skip
def arrivals_change(
    evidence: Evidence, *, origin: str, before: int, after: int, destination: str = "KOR", purpose: str = "total"
) -> Result:
    """Change of a state's arrivals from one whole year to another, in percent of the first.

    A year of fewer than twelve months is never compared: the result is missing. ``is_comparable`` is false for a
    purpose other than the total across January 2014, when visa-free visitors were classified anew.
    """
    found = _yearly(evidence, origin, destination, [before, after], purpose)
    columns = ["iso3_origin", "iso3_destination", "purpose", "year_before", "year_after", "n_before", "n_after",
               "change_pct", "is_comparable"]  # fmt: skip
    empty = pd.DataFrame(columns=columns)
    what = f"arrivals from {origin} in {destination} ({purpose})"
    for year in (before, after):
        if found.frame.empty or not found.frame["year"].eq(year).any():
            missing = found.missing or missing_years(evidence, ARRIVALS, [year], what)
            return Result(empty, {ARRIVALS: []}, missing)
    counts = dict(zip(found.frame["year"], found.frame["n_arrivals"], strict=True))
    months = dict(zip(found.frame["year"], found.frame["n_months"], strict=True))
    for year in (before, after):
        if months[year] < 12:
            detail = f"{what}: {year} has {months[year]} months and is not compared with a whole year"
            return Result(empty, {ARRIVALS: []}, Missing(MissingKind.NOT_APPLICABLE, detail))
    first, last = int(counts[before]), int(counts[after])
    if first == 0:
        return Result(empty, {ARRIVALS: []}, Missing(MissingKind.NOT_APPLICABLE, f"{what}: {before} has none"))
    crosses = min(before, after) < RECLASSIFIED <= max(before, after)
    row = (origin, destination, purpose, before, after, first, last, 100 * (last - first) / first,
           purpose == "total" or not crosses)  # fmt: skip
    own = evidence.select(ARRIVALS, ["year"], iso3_origin=origin, year=[before, after])
    return Result(pd.DataFrame([row], columns=columns), {ARRIVALS: own.index})


@measure(
    unit="persons or trips, see the column unit",
    value="n_visits",
    columns=("iso3_origin", "iso3_destination", "period", "date", "measure", "n_visits", "unit", "is_exact",
             "is_both_ways", "note", "source_title", "source_url"),
    tables=["arrivals_reported"],
)  # fmt: skip
def arrivals_reported(evidence: Evidence, *, origin: str, destination: str, measure: str | None = None) -> Result:
    """Visits from one state to another as press and officials report them; not one series.

    ``measure`` keeps the figures whose description holds these words (any case). ``date`` is the last day of the
    period. Figures that add both directions are given for each, marked ``is_both_ways``.
    """
    check_state(evidence, origin, "origin")
    check_state(evidence, destination, "destination")
    pair = [origin, destination]
    rows = evidence.select("arrivals_reported", iso3_origin=pair, iso3_destination=pair)
    rows = rows[rows["iso3_origin"].eq(origin) & rows["iso3_destination"].eq(destination) | rows["is_both_ways"]]
    if measure is not None:
        rows = rows[rows["measure"].str.casefold().str.contains(measure.casefold(), regex=False)]
    frame = rows.rename(columns={"date_last": "date"}).sort_values(["date", "measure"])
    frame = frame.assign(iso3_origin=origin, iso3_destination=destination)
    columns = ["iso3_origin", "iso3_destination", "period", "date", "measure", "n_visits", "unit", "is_exact",
               "is_both_ways", "note", "source_title", "source_url"]  # fmt: skip
    detail = f"no reported visits from {origin} to {destination} up to {evidence.as_of}"
    missing = Missing(MissingKind.NOT_COLLECTED, detail) if rows.empty else None
    return Result(frame[columns], {"arrivals_reported": rows.index}, missing)


@measure(
    unit="persons",
    value="n_students",
    columns=("iso3_origin", "iso3_destination", "year", "month", "source", "n_students", "share_pct"),
    tables=["students_uis_pairs", "students_uis_total", "students_oecd", "students_korea_monthly"],
)
def students(
    evidence: Evidence,
    *,
    origin: str,
    destination: str,
    years: Years = None,
    source: str = "uis",
    programme: str | None = None,
) -> Result:
    """Students from one state in another by year.

    Parameters
    ----------
    origin, destination : str
        ISO3 codes.
    years : int or sequence of int, optional
        All visible years when not given.
    source : str
        ``uis`` (UNESCO, the ten largest flows of each side), ``oecd`` (the published figure halved, 18
        destinations) or ``korea`` (stock in South Korea in the last visible month of each year).
    programme : str, optional
        For ``korea`` only: degree or language; both together when not given.

    Returns
    -------
    Measure
        ``share_pct`` is of all foreign students in the destination, missing where the total is not known. A
        missing pair is not reported or below the ten largest, never zero.
    """
    check_state(evidence, origin, "origin")
    check_state(evidence, destination, "destination")
    choose("source", source, ("uis", "oecd", "korea"))
    if programme is not None:
        choose("programme", programme, ("degree", "language"))
    asked = as_years(years)
    table = {"uis": "students_uis_pairs", "oecd": "students_oecd", "korea": "students_korea_monthly"}[source]
    if source == "korea":
        rows, total, used = _students_korea(evidence, origin, destination, asked, programme)
    else:
        chosen = {} if asked is None else {"year": asked}
        rows = evidence.select(table, ["year", "iso3_origin", "n_students"], iso3_destination=destination, **chosen)
        everyone = rows
        rows = rows[rows["iso3_origin"] == origin]
        used = {table: list(rows.index)}
        if source == "uis":
            all_rows = evidence.select(
                "students_uis_total", ["year", "n_students"], iso3_destination=destination, year=list(rows["year"])
            )
            total = all_rows.set_index("year")["n_students"]
            if len(all_rows):
                used["students_uis_total"] = list(all_rows.index)
        else:
            total = everyone.groupby("year")["n_students"].sum()
            used = {table: list(everyone.index[everyone["year"].isin(rows["year"])])}
        rows = rows.assign(month=None)
    columns = ["iso3_origin", "iso3_destination", "year", "month", "source", "n_students", "share_pct"]
    if rows.empty:
        gap = "a missing pair is not reported or below the ten largest, never zero"
        what = f"students from {origin} in {destination} ({source})"
        return Result(pd.DataFrame(columns=columns), {table: []}, missing_years(evidence, table, asked, what, gap))
    of = rows["year"].map(total).astype("float64")
    frame = rows.assign(
        iso3_origin=origin, iso3_destination=destination, source=source,
        share_pct=100 * rows["n_students"].astype("float64") / of,
    )  # fmt: skip
    return Result(frame.sort_values("year")[columns], used)


def _students_korea(
    evidence: Evidence, origin: str, destination: str, asked: list[int] | None, programme: str | None
) -> tuple[pd.DataFrame, pd.Series, dict[str, list[int]]]:
    """Give the origin's stock in the last visible month of each year, the stock of all, and the rows used."""
    equals = {} if programme is None else {"programme": programme}
    rows = evidence.select("students_korea_monthly", ["month", "iso3_origin", "n_students"], **equals)
    rows["year"] = rows["month"].str[:4].astype("int64")
    # The table knows South Korea as a destination only.
    wanted = rows["month"].eq(rows.groupby("year")["month"].transform("max")) & (destination == "KOR")
    if asked is not None:
        wanted &= rows["year"].isin(asked)
    rows = rows.loc[wanted]
    own = rows[rows["iso3_origin"] == origin]
    total = rows.groupby("year")["n_students"].sum()
    frame = own.groupby(["year", "month"])[["n_students"]].sum().reset_index()
    return frame, total, {"students_korea_monthly": list(rows.index[rows["year"].isin(own["year"])])}


@measure(
    unit="persons",
    value="n_migrants",
    columns=("iso3_origin", "iso3_destination", "year", "n_migrants"),
    tables=["migrants"],
)
def migrants(evidence: Evidence, *, origin: str, destination: str, years: Years = None) -> Result:
    """People from one state who live in another, in 1990, 1995, …, 2015 and 2019.

    A missing pair is unknown (the copy turned 'not available' into zero and zeros were dropped), never zero.
    """
    check_state(evidence, origin, "origin")
    check_state(evidence, destination, "destination")
    asked = as_years(years)
    chosen = {} if asked is None else {"year": asked}
    columns = ["iso3_origin", "iso3_destination", "year", "n_migrants"]
    rows = evidence.select("migrants", columns, iso3_origin=origin, iso3_destination=destination, **chosen)
    if rows.empty:
        what = f"migrants from {origin} in {destination}"
        gap = "the table has 1990, 1995, 2000, 2005, 2010, 2015 and 2019; a missing pair is unknown, never zero"
        return Result(rows, {"migrants": []}, missing_years(evidence, "migrants", asked, what, gap))
    return Result(rows.sort_values("year"), {"migrants": rows.index})
