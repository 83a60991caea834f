"""Trade and industry: how much, how it ranks, and what is in it."""

from __future__ import annotations

import pandas as pd

from tightrope.language import N_, t
from tightrope.narrative.display import Prose, Table
from tightrope.narrative.names import pair, say_state, whose
from tightrope.narrative.passage import Passage, captioned, chart_words, grounded, look, nothing
from tightrope.narrative.products import say_product
from tightrope.narrative.report import Report
from tightrope.narrative.trace import stand
from tightrope.narrative.words import lower, say_money, say_ordinal, say_percent

BOOKS = {
    "exporter": N_("the exporter's own"), "importer": N_("the importer's own"), "baci": N_("BACI, both reconciled"),
}  # fmt: skip


@grounded
def trade_over_time(report: Report) -> Passage:
    """Say how trade between the two states moved, on the focus state's own books as the IMF holds them.

    The frame has ``year``, ``flow`` and ``value_busd`` (billion current US dollars).
    """
    a, b = pair(report)
    found = look(report, "trade_balance", reporter=a, partner=b, source="dots")
    if found.missing:
        return nothing(t("Trade of {a} with {b}", a=say_state(report, a), b=say_state(report, b)), found)
    wide = found.frame.dropna(subset=["total_musd"])
    if len(wide) < 2:
        return nothing(t("Trade of {a} with {b}", a=say_state(report, a), b=say_state(report, b)), found)
    last, before = wide.iloc[-1], wide.iloc[-2]
    peak = wide.sort_values("total_musd").iloc[-1]
    first = wide.iloc[0]
    name_a, name_b = say_state(report, a), say_state(report, b)
    change = 100 * (last["total_musd"] / before["total_musd"] - 1)
    fields = {
        "whose": whose(name_a), "b": name_b, "total": say_money(last["total_musd"]), "year": last["year"],
        "change": say_percent(abs(change)), "before": before["year"], "exports": say_money(last["exports_musd"]),
        "imports": say_money(last["imports_musd"]),
    }  # fmt: skip
    if change > 0:
        moved = t(
            "{whose} goods trade with {b} came to {total} in {year}, {change} more than in {before}: {exports} of exports and "
            "{imports} of imports.",
            **fields,
        )
    else:
        moved = t(
            "{whose} goods trade with {b} came to {total} in {year}, {change} less than in {before}: {exports} of exports and "
            "{imports} of imports.",
            **fields,
        )
    rest = t(
        "The peak was {highest} in {peak}; in {first}, the first year on these books, it was {begin}. These are {whose} own "
        "figures in current US dollars, as the IMF publishes them.",
        highest=say_money(peak["total_musd"]), peak=peak["year"], first=first["year"],
        begin=say_money(first["total_musd"]), whose=whose(name_a),
    )  # fmt: skip
    frame = wide.melt(["year"], ["exports_musd", "imports_musd"], "flow", "musd")
    labels = {
        "exports_musd": t("exports to {name}", name=name_b),
        "imports_musd": t("imports from {name}", name=name_b),
    }
    frame = frame.assign(flow=frame["flow"].map(labels), value_busd=frame["musd"] / 1000)
    deficit = last["imports_musd"] - last["exports_musd"]
    words = {"a": name_a, "gap": say_money(abs(deficit)), "b": name_b, "year": last["year"]}
    if deficit > 0:
        title = t("{a} bought {gap} more from {b} than it sold there in {year}", **words)
    else:
        title = t("{a} bought {gap} less from {b} than it sold there in {year}", **words)
    span = {"first": first["year"], "last": last["year"]}
    alt = t(
        "Line chart of {whose} exports to and imports from {b} by year, {first} to {last}, in billion current US dollars. Exports "
        "end at {exports}, imports at {imports}; together they peaked at {highest} in {peak}.",
        whose=whose(name_a), b=name_b, **span, exports=say_money(last["exports_musd"]),
        imports=say_money(last["imports_musd"]), highest=say_money(peak["total_musd"]), peak=peak["year"],
    )  # fmt: skip
    subtitle = t(
        "Goods, billion current US dollars, {first}–{last}; exports free on board, imports with freight", **span
    )
    prose = Prose(f"{moved} {rest}")
    return Passage(prose, frame, chart_words(report, "trade-by-year", title, subtitle, alt, [found]))


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
        lacking = t("We found no data that ranks it.")
        return Passage(Prose(f"{verdict.claim.statement} {lacking}"), pd.DataFrame())
    ranks = sorted(int(r.observed) for r in counted)
    low, high = say_ordinal(ranks[0]), say_ordinal(ranks[-1])
    strained = len(known) - len(counted)
    if ranks[0] == ranks[-1] and verdict.n_holding == len(counted):
        ways = t("Counted {n} defensible ways, the rank is {expected} in every one.", n=len(counted), expected=expected)
    else:
        ways = t(
            "Counted {n} defensible ways, the rank runs from {low} to {high}; it is {expected} in {holding} of them.",
            n=len(counted), low=low, high=high, expected=expected, holding=verdict.n_holding,
        )  # fmt: skip
    prose = f"*{verdict.claim.statement}* {ways}"
    if strained:
        prose += " " + t("{n} strained ways are shown in grey and not counted.", n=strained)
    focal, partner = (say_state(report, verdict.readings[0].arguments[k]) for k in ("focal", "partner"))
    title = t(
        "{partner} ranked {expected} among {whose} partners in {n} of {of} readings",
        partner=partner, expected=expected, whose=whose(focal), n=verdict.n_holding, of=len(counted),
    )  # fmt: skip
    alt = t(
        "Specification chart: each dot is one way to rank {partner} among {whose} trading partners, best on top, with source, "
        "year and flow marked below. Counted ranks run from {low} to {high}; the claim says {expected}, which {n} of {of} "
        "counted readings give.",
        partner=partner, whose=whose(focal), low=low, high=high, expected=expected, n=verdict.n_holding, of=len(counted),
    )  # fmt: skip
    years = sorted({int(r.arguments["years"]) for r in known})
    subtitle = t(
        "Rank of {partner} among {whose} goods-trade partners, each way to count it, {first}–{last}",
        partner=partner, whose=whose(focal), first=years[0], last=years[-1],
    )  # fmt: skip
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
    is_export = flow == "export"
    if found.missing:
        sells, buys = t("What {b} sells to {a}", a=name_a, b=name_b), t("What {b} buys from {a}", a=name_a, b=name_b)
        return nothing(sells if is_export else buys, found)
    year = found.frame["year"].max()
    rows = found.frame[found.frame["year"] == year].sort_values("rank")
    head = rows.head(top)
    by_code = rows.set_index("product_code")
    first, second = head.iloc[0], head.iloc[1]
    fields = {
        "a": name_a, "b": name_b, "year": year, "product": lower(say_product(first["product_name"])),
        "share": say_percent(first["share_pct"]), "value": say_money(first["value_musd"]),
        "next": lower(say_product(second["product_name"])), "next_share": say_percent(second["share_pct"]),
    }  # fmt: skip
    if is_export:
        prose = t(
            "By product, {product} led what {b} sold to {a} in {year} with {share} ({value}), before {next} with {next_share}.",
            **fields,
        )
    else:
        prose = t(
            "By product, {product} led what {b} bought from {a} in {year} with {share} ({value}), before {next} with {next_share}.",
            **fields,
        )
    for code in _of_claims(report):
        if code in by_code.index and code not in (first["product_code"], second["product_code"]):
            row = by_code.loc[code]
            prose += " " + t(
                "{product} came {nth}, with {share} ({value}).",
                product=say_product(row["product_name"]), nth=say_ordinal(int(row["rank"])),
                share=say_percent(row["share_pct"]), value=say_money(row["value_musd"]),
            )  # fmt: skip
    names = [say_product(name) for name in head["product_name"]]
    frame = head.assign(name=names)[["name", "share_pct"]]
    words = {"a": name_a, "b": name_b, "year": year, "share": say_percent(first["share_pct"]), "product": names[0]}
    if is_export:
        title = t("{product} made up {share} of what {b} sold to {a} in {year}", **words)
    else:
        title = t("{product} made up {share} of what {b} bought from {a} in {year}", **words)
    words |= {
        "n": len(head), "product": lower(names[0]), "share": say_percent(first["share_pct"]), "least": lower(names[-1]),
        "least_share": say_percent(head.iloc[-1]["share_pct"]),
    }  # fmt: skip
    if is_export:
        alt = t(
            "Bar chart of the {n} largest product chapters in what {b} sold to {a} in {year}, as shares of the total: from "
            "{product} with {share} to {least} with {least_share}.",
            **words,
        )
    else:
        alt = t(
            "Bar chart of the {n} largest product chapters in what {b} bought from {a} in {year}, as shares of the total: from "
            "{product} with {share} to {least} with {least_share}.",
            **words,
        )
    subtitle = t("Share of all goods by HS chapter, percent of value in current US dollars, {year}", year=year)
    return Passage(Prose(prose), frame, chart_words(report, f"products-{flow}", title, subtitle, alt, [found]))


def focus_products(report: Report) -> list[str]:
    """Give the names of the products that the article's claims speak of, as the chart of products has them."""
    chapters = report.evidence.select("hs_chapters", ["hs2", "name"])
    names = dict(zip(chapters["hs2"], chapters["name"], strict=True))
    return [say_product(names[code]) for code in _of_claims(report) if code in names]


def _of_claims(report: Report) -> list[str]:
    """Give the codes of the products that the claims' readings are about, in the order of the article."""
    asked = [r.arguments.get("product") for v in report.verdicts for r in v.readings if r.measure == "product_share"]
    return list(dict.fromkeys(code for code in asked if code))


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
        cells = [say_money(value[y]) if y in value and pd.notna(value[y]) else t("no data") for y in shown]
        rows.append([t("{whose} exports", whose=whose(say_state(report, exporter))), t(BOOKS.get(book, book)), *cells])
    caption = t("The same trade in different books, current US dollars")
    columns = [t("Flow"), t("Book"), *[str(y) for y in shown]]
    return Table(caption, columns, rows, range(2, len(columns)), report.source_line(*found.sources))
