"""Investment between states, the size of economies, and single figures as pages print them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tightrope.evidence import Evidence, check_state
from tightrope.measures.measure import Result, choose, measure
from tightrope.measures.trade_books import WORLD, Years, as_years, check_pair, no_rows

FDI = {"unctad": "fdi_unctad", "aisbett": "fdi_aisbett"}
FDI_COLUMNS = ("year", "iso3_home", "iso3_host", "source", "flow_musd", "rank", "n_hosts", "share_pct")


@measure(unit="million current US dollars", value="flow_musd", tables=tuple(FDI.values()), columns=FDI_COLUMNS)
def fdi_flow(evidence: Evidence, *, home: str, host: str, years: Years = None, source: str = "unctad") -> Result:
    """Give the net flow of direct investment from one state into another, by year.

    Parameters
    ----------
    evidence : Evidence
        The tables as of a day.
    home, host : str
        ISO 3166-1 alpha-3 codes of investor and destination.
    years : int, sequence of int or None
        Years; None for all that are visible.
    source : {"unctad", "aisbett"}
        UNCTAD 2001-2012, or the research series 1980-2012 with fewer hosts.

    Returns
    -------
    Measure
        ``flow_musd`` (million current US dollars; negative when more is taken out than put in), ``rank`` of the host
        among the home's ``n_hosts`` listed destinations of the year, ``share_pct`` of the home's flow to the world,
        or to its listed hosts where the source has no such row (missing where that is not positive). An unknown flow
        has no row.

    Raises
    ------
    UnknownName
        An unknown state or source.
    """
    table = FDI[choose("source", source, FDI)]
    check_pair(evidence, home, host, ("home", "host"))
    when: dict[str, Any] = {} if years is None else {"year": as_years(years)}
    got = evidence.select(table, ["year", "iso3_host", "flow_musd"], iso3_home=home, **when)
    got = got.assign(year=got["year"].astype("int64"))
    hosts = got[got["iso3_host"] != WORLD]
    rank = hosts.groupby("year")["flow_musd"].rank(method="min", ascending=False)
    pair = hosts[hosts["iso3_host"] == host].sort_values("year")
    if pair.empty:
        what = f"investment of {home} in {host}"
        return Result(pd.DataFrame(columns=list(FDI_COLUMNS)), {}, no_rows(evidence, (table,), years, what))
    world = got[got["iso3_host"] == WORLD].set_index("year")["flow_musd"]
    total = world.combine_first(hosts.groupby("year")["flow_musd"].sum())
    # Withdrawals may outweigh investment: a share of such a total says nothing.
    total = total.where(total > 0)
    found = pd.DataFrame(
        {
            "year": pair["year"],
            "iso3_home": home,
            "iso3_host": host,
            "source": source,
            "flow_musd": pair["flow_musd"],
            "rank": rank.loc[pair.index].astype("int64"),
            "n_hosts": pair["year"].map(hosts.groupby("year").size()),
            "share_pct": 100 * pair["flow_musd"] / pair["year"].map(total).astype("float64"),
        }
    )
    return Result(found, {table: got.index[got["year"].isin(found["year"])]})


@measure(unit="percent", value="share_pct", tables=("fdi_unctad",), columns=FDI_COLUMNS)
def fdi_share(evidence: Evidence, *, home: str, host: str, years: Years = None) -> Result:
    """Give a host's share of a state's direct investment abroad, in percent (UNCTAD, 2001-2012).

    Of the world total, or of the listed hosts where there is none; a year in which that is not positive has no row.
    Arguments and errors are those of ``fdi_flow``.
    """
    flow = fdi_flow(evidence, home=home, host=host, years=years)
    found = flow.frame.dropna(subset=["share_pct"])
    if found.empty and flow.missing is None:
        missing = no_rows(evidence, ("fdi_unctad",), years, f"positive total investment of {home} abroad")
        return Result(found, {}, missing)
    return Result(found, flow.rows if len(found) else {}, flow.missing)


@measure(
    unit="billion current US dollars", value="gdp_busd", tables=("gdp", "population"),
    columns=("year", "iso3", "gdp_busd", "population"),
)  # fmt: skip
def economy(evidence: Evidence, *, state: str, years: Years = None) -> Result:
    """Give a state's gross domestic product (billion current US dollars) and population, by year.

    One of the two may be missing in a year (the World Bank has both for most states; none for Taiwan).

    Raises
    ------
    UnknownName
        An unknown state.
    """
    check_state(evidence, state)
    when: dict[str, Any] = {} if years is None else {"year": as_years(years)}
    product = evidence.select("gdp", ["year", "gdp_usd"], iso3=state, **when)
    people = evidence.select("population", ["year", "population"], iso3=state, **when)
    if product.empty and people.empty:
        missing = no_rows(evidence, ("gdp", "population"), years, f"economy of {state}")
        return Result(pd.DataFrame(columns=["year", "iso3", "gdp_busd", "population"]), {}, missing)
    found = product.merge(people, on="year", how="outer").sort_values("year")
    found = found.assign(iso3=state, gdp_busd=found["gdp_usd"] / 1e9)[["year", "iso3", "gdp_busd", "population"]]
    return Result(found, {"gdp": product.index, "population": people.index})


FIGURE_COLUMNS = (
    "year", "period", "metric", "iso3_reporter", "iso3_partner", "value", "unit", "source_title", "source_url", "note",
)  # fmt: skip


@measure(unit="as printed", value="value", tables=("figures_reported",), columns=FIGURE_COLUMNS)
def reported_figure(
    evidence: Evidence, *, metric: str, reporter: str | None = None, partner: str | None = None, years: Years = None
) -> Result:
    """Give figures as officials, press or research print them, each with its page.

    Parameters
    ----------
    evidence : Evidence
        The tables as of a day.
    metric : str
        What is counted, as the table names it.
    reporter, partner : str, optional
        ISO 3166-1 alpha-3 codes.
    years : int, sequence of int or None
        Last year of the figure's period; None for all that are visible.

    Returns
    -------
    Measure
        Several pages may print different figures for one year: each has its row. ``unit`` stands in every row.

    Raises
    ------
    UnknownName
        An unknown metric or state.
    """
    for name, code in (("reporter", reporter), ("partner", partner)):
        if code is not None:
            check_state(evidence, code, name)
    # The list of metrics is looked up past the clocks: a metric that is not yet seen is known all the same.
    known = evidence.at(evidence.package.collected).select("figures_reported", ["metric"])["metric"]
    choose("metric", metric, sorted(set(known)))
    equals: dict[str, Any] = {"metric": metric, "iso3_reporter": reporter, "iso3_partner": partner}
    equals = {name: value for name, value in equals.items() if value is not None}
    if years is not None:
        equals["year_last"] = as_years(years)
    got = evidence.select("figures_reported", **equals)
    found = got.rename(columns={"year_last": "year"})[list(FIGURE_COLUMNS)].sort_values(["year", "source_title"])
    if found.empty:
        return Result(found, {}, no_rows(evidence, ("figures_reported",), years, metric))
    units = set(found["unit"])
    return Result(found, {"figures_reported": got.index}, unit=units.pop() if len(units) == 1 else None)
