"""Trade and industry: how much, how it ranks, and what is in it."""

from __future__ import annotations

import pandas as pd

from tightrope.narrative.display import Prose, Table
from tightrope.narrative.names import pair, say_state
from tightrope.narrative.passage import Passage, captioned, chart_words, grounded, look, nothing
from tightrope.narrative.report import Report
from tightrope.narrative.trace import stand
from tightrope.narrative.words import say_money, say_ordinal, say_percent

CARS, WOOD = "87", "44"
BOOKS = {"exporter": "the exporter's own", "importer": "the importer's own", "baci": "BACI, both reconciled"}


@grounded
def trade_over_time(report: Report) -> Passage:
    """Say how trade between the two states moved, on the focus state's own books as the IMF holds them.

    The frame has ``year``, ``flow`` and ``value_busd`` (billion current US dollars).
    """
    a, b = pair(report)
    found = look(report, "trade_balance", reporter=a, partner=b, source="dots")
    if found.missing:
        return nothing(f"Trade of {say_state(report, a)} with {say_state(report, b)}", found)
    wide = found.frame.dropna(subset=["total_musd"])
    if len(wide) < 2:
        return nothing(f"Trade of {say_state(report, a)} with {say_state(report, b)}", found)
    last, before = wide.iloc[-1], wide.iloc[-2]
    peak = wide.sort_values("total_musd").iloc[-1]
    first = wide.iloc[0]
    name_a, name_b = say_state(report, a), say_state(report, b)
    change = 100 * (last["total_musd"] / before["total_musd"] - 1)
    way = "more" if change > 0 else "less"
    prose = (
        f"{name_a}'s goods trade with {name_b} came to {say_money(last['total_musd'])} in {last['year']}, "
        f"{say_percent(abs(change))} {way} than in {before['year']}: {say_money(last['exports_musd'])} of exports and "
        f"{say_money(last['imports_musd'])} of imports. "
        f"The peak was {say_money(peak['total_musd'])} in {peak['year']}; "
        f"in {first['year']}, the first year on these books, it was {say_money(first['total_musd'])}. "
        f"These are {name_a}'s own figures in current US dollars, as the IMF publishes them."
    )
    frame = wide.melt(["year"], ["exports_musd", "imports_musd"], "flow", "musd")
    labels = {"exports_musd": f"exports to {name_b}", "imports_musd": f"imports from {name_b}"}
    frame = frame.assign(flow=frame["flow"].map(labels), value_busd=frame["musd"] / 1000)
    deficit = last["imports_musd"] - last["exports_musd"]
    gap = f"{say_money(abs(deficit))} {'more' if deficit > 0 else 'less'}"
    title = f"{name_a} bought {gap} from {name_b} than it sold there in {last['year']}"
    alt = (
        f"Line chart of {name_a}'s exports to and imports from {name_b} by year, {first['year']} to {last['year']}, in "
        f"billion current US dollars. Exports end at {say_money(last['exports_musd'])}, imports at "
        f"{say_money(last['imports_musd'])}; together they peaked at {say_money(peak['total_musd'])} in {peak['year']}."
    )
    span = f"{first['year']}–{last['year']}"
    subtitle = f"Goods, billion current US dollars, {span}; exports free on board, imports with freight"
    return Passage(
        Prose(prose), frame, chart_words(report, "trade-by-year", title, subtitle, alt, [found])
    )  # fmt: skip


@grounded
def rank_readings(report: Report, claim: str) -> Passage:
    """Say in how many readings a rank claim holds, and give the words of its specification chart.

    The frame is empty: the chart draws ``readings_frame``.
    """
    verdict = report.verdict(claim)
    stand(verdict.rows)
    known = [r for r in verdict.readings if r.observed is not None]
    counted = [r for r in known if r.kind != "strained"]
    expected = say_ordinal(int(verdict.readings[0].expected))
    if not counted:
        return Passage(Prose(f"{verdict.claim.statement} We found no data that ranks it."), pd.DataFrame())
    ranks = sorted(int(r.observed) for r in counted)
    low, high = say_ordinal(ranks[0]), say_ordinal(ranks[-1])
    strained = len(known) - len(counted)
    prose = (
        f"*{verdict.claim.statement}* Counted {len(counted)} defensible ways, the rank runs from {low} to {high}; "
        f"it is {expected} in {verdict.n_holding} of them."
    )
    if strained:
        prose += f" {strained} strained ways are shown in grey and not counted."
    focal, partner = (say_state(report, verdict.readings[0].arguments[k]) for k in ("focal", "partner"))
    title = f"{partner} ranked {expected} among {focal}'s partners in {verdict.n_holding} of {len(counted)} readings"
    alt = (
        f"Specification chart: each dot is one way to rank {partner} among {focal}'s trading partners, best on top, "
        f"with source, year and flow marked below. Counted ranks run from {low} to {high}; the claim says {expected}, "
        f"which {verdict.n_holding} of {len(counted)} counted readings give."
    )
    years = sorted({int(r.arguments["years"]) for r in known})
    subtitle = f"Rank of {partner} among {focal}'s goods-trade partners, each way to count it, {years[0]}–{years[-1]}"
    words = {
        "title": title, "subtitle": subtitle, "alt": alt, "unit": "rank", "name": f"readings-{claim.lower()}",
        "source": report.source_line(*verdict.sources),
    }  # fmt: skip
    return Passage(Prose(prose), pd.DataFrame(), words)


@grounded
def products(report: Report, flow: str, top: int = 8) -> Passage:
    """Say what the second state sells to (``export``) or buys from (``import``) the first, by HS chapter.

    The frame has ``name`` and ``share_pct`` of the largest chapters.
    """
    a, b = pair(report)
    found = look(report, "product_composition", reporter=b, partner=a, flow=flow, years=report.as_of.year - 1)
    if found.missing:
        found = look(report, "product_composition", reporter=b, partner=a, flow=flow)
    name_a, name_b = say_state(report, a), say_state(report, b)
    verb = "sells to" if flow == "export" else "buys from"
    if found.missing:
        return nothing(f"What {name_b} {verb} {name_a}", found)
    year = found.frame["year"].max()
    rows = found.frame[found.frame["year"] == year].sort_values("rank")
    head = rows.head(top)
    by_code = rows.set_index("product_code")
    first, second = head.iloc[0], head.iloc[1]
    sold = "sold to" if flow == "export" else "bought from"
    prose = (
        f"By product, {first['product_name'].lower()} led what {name_b} {sold} {name_a} in {year} with "
        f"{say_percent(first['share_pct'])} ({say_money(first['value_musd'])}), before "
        f"{second['product_name'].lower()} with {say_percent(second['share_pct'])}."
    )
    for code, what in ((CARS, "Vehicles"), (WOOD, "Wood")):
        if code in by_code.index and code not in (first["product_code"], second["product_code"]):
            row = by_code.loc[code]
            prose += (
                f" {what} came {say_ordinal(int(row['rank']))}, with {say_percent(row['share_pct'])} "
                f"({say_money(row['value_musd'])})."
            )
    frame = head.rename(columns={"product_name": "name"})[["name", "share_pct"]]
    sold = "sold to" if flow == "export" else "bought from"
    title = (
        f"{first['product_name']} made up {say_percent(first['share_pct'])} of what {name_b} {sold} {name_a} in {year}"
    )
    alt = (
        f"Bar chart of the {len(head)} largest product chapters in what {name_b} {sold} {name_a} in {year}, "
        f"as shares of the total: from {first['product_name'].lower()} with {say_percent(first['share_pct'])} to "
        f"{head.iloc[-1]['product_name'].lower()} with {say_percent(head.iloc[-1]['share_pct'])}."
    )
    subtitle = f"Share of all goods by HS chapter, percent of value in current US dollars, {year}"
    return Passage(Prose(prose), frame, chart_words(report, f"products-{flow}", title, subtitle, alt, [found]))


@captioned
def books_table(report: Report, years: int = 4) -> Table:
    """Give the pair's trade as each side and each source holds it, for the last years."""
    a, b = pair(report)
    found = look(report, "trade_mirror", state_a=a, state_b=b)
    frame = found.frame
    shown = sorted(frame["year"].unique())[-years:]
    rows = []
    for key, part in frame.groupby(["iso3_exporter", "book"], sort=True, dropna=False):
        exporter, book = (str(k) for k in key)
        value = part.set_index("year")["value_musd"]
        cells = [say_money(value[y]) if y in value and pd.notna(value[y]) else "no data" for y in shown]
        rows.append([f"{say_state(report, exporter)}'s exports", BOOKS.get(book, book), *cells])
    caption = "The same trade in different books, current US dollars"
    columns = ["Flow", "Book", *[str(y) for y in shown]]
    return Table(caption, columns, rows, range(2, len(columns)), report.source_line(*found.sources))
