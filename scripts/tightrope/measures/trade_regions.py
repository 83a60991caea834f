"""A state's trade by region."""

from __future__ import annotations

import pandas as pd

from tightrope.evidence import Evidence, check_state
from tightrope.measures.measure import Missing, Result, choose, measure
from tightrope.measures.regions import REGIONS, region_of
from tightrope.measures.trade import with_totals, world_of
from tightrope.measures.trade_books import FLOWS, SOURCES, TABLES, Years, no_book, open_book

COLUMNS = ("year", "iso3_reporter", "region", "flow", "source", "share_pct", "value_musd", "n_states", "rank")


@measure(unit="percent", value="share_pct", tables=(*TABLES, "states"), columns=COLUMNS)
def region_share(
    evidence: Evidence, *, reporter: str, region: str, years: Years = None, flow: str = "total", source: str = "baci"
) -> Result:
    """Give a region's share of a state's trade, in percent.

    Parameters
    ----------
    evidence : Evidence
        The tables as of a day.
    reporter : str
        ISO 3166-1 alpha-3 code.
    region : str
        A name of ``measures.regions.REGIONS``; the reporter itself never counts.
    years : int, sequence of int or None
        Years; None for all that are visible.
    flow : {"total", "export", "import"}
    source : str
        Whose books; see ``measures.trade``.

    Returns
    -------
    Measure
        ``share_pct`` of the source's own world total, else of the sum of its partners; ``value_musd`` (million
        current US dollars, the known flows of the region's states), ``n_states`` with a known flow, ``rank`` of the
        region among all regions by value. A year without any known flow has no row.

    Raises
    ------
    UnknownName
        An unknown state, region, flow or source.
    """
    choose("region", region, REGIONS)
    found, rows, missing = _by_region(evidence, reporter, years, flow, source)
    found = found[found["region"] == region]
    if found.empty and missing is None:
        book = open_book(evidence, reporter, source, years)
        missing = no_book(evidence, book, years, f"{flow} of {reporter} with {REGIONS[region].title}")
    return Result(found, rows if len(found) else {}, missing)


@measure(unit="rank", value="rank", tables=(*TABLES, "states"), columns=COLUMNS)
def region_rank(
    evidence: Evidence, *, reporter: str, years: Years = None, flow: str = "total", source: str = "baci"
) -> Result:
    """Rank all regions by a state's trade with them: 1 is the largest.

    Columns, arguments and errors are those of ``region_share``; a row a year and region.
    """
    return Result(*_by_region(evidence, reporter, years, flow, source))


def _by_region(
    evidence: Evidence, reporter: str, years: Years, flow: str, source: str
) -> tuple[pd.DataFrame, dict[str, list[int]], Missing | None]:
    column = FLOWS[choose("flow", flow, FLOWS)]
    check_state(evidence, reporter, "reporter")
    choose("source", source, SOURCES)
    book = open_book(evidence, reporter, source, years)
    frame = with_totals(book).dropna(subset=[column])
    frame["region"] = frame["iso3_partner"].map(region_of(evidence))
    if frame.empty:
        return (
            pd.DataFrame(columns=list(COLUMNS)), {},
            no_book(evidence, book, years, f"{flow} of {reporter} by region"),
        )  # fmt: skip
    found = frame.groupby(["year", "region"], as_index=False).agg(
        value_musd=(column, "sum"), n_states=(column, "count")
    )
    found["share_pct"] = 100 * found["value_musd"] / found["year"].map(world_of(book, column))
    found["rank"] = found.groupby("year")["value_musd"].rank(method="min", ascending=False).astype("int64")
    found = found.assign(year=found["year"].astype("int64"), iso3_reporter=reporter, flow=flow, source=source)
    found = found.sort_values(["year", "rank", "region"])[list(COLUMNS)]
    return found, book.rows(found["year"]), None
