"""Trade: how much and which way, what share, whose books, what is in it, and what size and distance predict."""

from __future__ import annotations

import pandas as pd

from tightrope.language import N_, t
from tightrope.measures import Measure
from tightrope.narrative.names import whose
from tightrope.narrative.products import say_product
from tightrope.narrative.words import lower, say_list, say_number, say_percent, say_year
from tightrope.profile.gravity import gravity
from tightrope.profile.parts import (
    FEWEST_POINTS,
    STATE_A,
    STATE_B,
    Page,
    say_below,
    say_musd,
    say_nth,
    say_standing,
    section,
)

# Source, whether the second state's books are read, and what the books are called. The first that has the pair is shown.
BOOKS = (
    ("baci", False, N_("BACI, both sides reconciled")),
    ("dots", False, N_("IMF, as {a} reports")),
    ("dots", True, N_("IMF, as {b} reports")),
    ("customs", False, N_("Customs of {a}")),
    ("customs", True, N_("Customs of {b}")),
    ("imf", False, N_("IMF's newer release, as {a} reports")),
    ("imf", True, N_("IMF's newer release, as {b} reports")),
    ("cow", False, N_("Correlates of War")),
    ("imts", False, N_("IMF, exports both ways")),
)
LEDGER_YEARS = 4
TOP = 8
# What the first state sells, and what it buys: the two ways of a pair.
FLOWS = (("export", 0), ("import", 1))


@section
def trade(page: Page) -> None:
    """Say how much the two states trade, by year, way, book and product, and what a model predicts."""
    books = _books(page)
    if books:
        _by_year(page, *books[0])
        _weights(page)
        _ledger(page, books)
    _products(page)
    gravity(page)


def _books(page: Page) -> list[tuple[str, Measure, pd.DataFrame]]:
    """Give each source's name, measure and rows: ``year``, ``sold_musd`` (a to b), ``bought_musd`` (b to a)."""
    profile = page.profile
    found, seen = [], []
    for source, is_second, called in BOOKS:
        one, other = (profile.b, profile.a) if is_second else (profile.a, profile.b)
        if source == "customs" and one not in ("KOR", "RUS"):
            continue
        if source == "imf" and one != "RUS":
            continue
        measure = page.look("trade_balance", reporter=one, partner=other, source=source)
        if measure.missing is not None:
            seen.append(measure.missing)
            continue
        names = {"exports_musd": "sold_musd", "imports_musd": "bought_musd"}
        if is_second:
            names = {"exports_musd": "bought_musd", "imports_musd": "sold_musd"}
        rows = measure.frame.rename(columns=names)[["year", "sold_musd", "bought_musd"]]
        name = t(called, a=profile.name(profile.a), b=profile.name(profile.b))
        found.append((name, measure, rows))
    if not found:
        page.lacks(t("Goods trade"), seen[0])
    return found


def _by_year(page: Page, called: str, measure: Measure, rows: pd.DataFrame) -> None:
    profile = page.profile
    a, b = profile.a, profile.b
    whole = rows.dropna()
    last = (whole if len(whole) else rows).iloc[-1]
    year, sold, bought = int(last["year"]), last["sold_musd"], last["bought_musd"]
    said = [
        t("{one} sold {other} goods for {value}", one=profile.name(one), other=profile.name(other), value=say_musd(value))
        for one, other, value in ((a, b, sold), (b, a, bought)) if pd.notna(value)
    ]  # fmt: skip
    texts = [t("In {year} {flows} ({book}).", year=say_year(year), flows=say_list(said), book=called)]
    standing = page.look("pair_standing", state_a=a, state_b=b, figure="trade")
    if standing.missing is None:
        row = standing.frame.iloc[0]
        texts.append(
            t(
                "Their trade of {year}, {value}, is {standing}.",
                year=say_year(int(row["last_year"])), value=say_musd(row["value"]), standing=say_standing(row, "traders"),
            )
        )  # fmt: skip
    if len(whole) >= FEWEST_POINTS:
        total = (whole["sold_musd"] + whole["bought_musd"]).set_axis(whole["year"])
        peak, begin = int(str(total.idxmax())), int(whole["year"].iloc[0])
        texts.append(
            t(
                "It was {first} in {begin}, the first year on these books with both ways, and highest in {peak}, at {highest}.",
                first=say_musd(total.iloc[0]), begin=say_year(begin), peak=say_year(peak), highest=say_musd(total[peak]),
            )
        )  # fmt: skip
    page.say(" ".join(texts))
    _draw_flows(page, called, measure, rows)
    _draw_balance(page, called, measure, whole)


def _draw_flows(page: Page, called: str, measure: Measure, rows: pd.DataFrame) -> None:
    profile = page.profile
    a, b = profile.name(profile.a), profile.name(profile.b)
    labels = {"sold_musd": t("from {name}", name=a), "bought_musd": t("from {name}", name=b)}
    long = rows.melt(["year"], list(labels), "flow", "musd").dropna(subset=["musd"])
    # A source that counts whole millions may hold zeros alone: the sentence says so, and a flat line would add nothing.
    if long.groupby("flow")["year"].nunique().max() < FEWEST_POINTS or not long["musd"].max() > 0:
        return
    unit, scale = ("billion", 1000.0) if long["musd"].max() >= 1000 else ("million", 1.0)
    dollars = say_dollars(unit)
    frame = long.assign(flow=long["flow"].map(labels), value=long["musd"] / scale)[["year", "flow", "value"]]
    first, last = int(frame["year"].min()), int(frame["year"].max())
    ends = []
    for column, way in labels.items():
        known = rows.dropna(subset=[column])
        if len(known):
            one, other = known.iloc[0], known.iloc[-1]
            ends.append(
                t(
                    "{way} from {first} in {begin} to {last} in {end}",
                    way=way, first=say_musd(one[column]), begin=int(one["year"]), last=say_musd(other[column]),
                    end=int(other["year"]),
                )
            )  # fmt: skip
    title = _flow_title(page, rows)
    subtitle = t("Goods, {unit}, {first}–{last}; {book}", unit=dollars, first=first, last=last, book=called)
    alt = t(
        "Line chart of goods trade by year, {first} to {last}, in {unit}: {ends}.",
        first=first, last=last, unit=dollars, ends=say_list(ends),
    )  # fmt: skip
    page.draw(
        "line",
        frame,
        "trade-by-year",
        title,
        subtitle,
        alt,
        [measure],
        dollars,
        y="value",
        by="flow",
        fmt=unit,
        zero=True,
    )


def say_dollars(unit: str) -> str:
    """Give the unit of a chart: ``billion current US dollars``."""
    return t("billion current US dollars") if unit == "billion" else t("million current US dollars")


def _flow_title(page: Page, rows: pd.DataFrame) -> str:
    """State the change of the larger flow over the whole series."""
    profile = page.profile
    sums = {c: rows[c].sum() for c in ("sold_musd", "bought_musd") if rows[c].notna().any()}
    larger = max(sums, key=lambda c: sums[c])
    one, other = (profile.a, profile.b) if larger == "sold_musd" else (profile.b, profile.a)
    known = rows.dropna(subset=[larger])
    first, last = known.iloc[0], known.iloc[-1]
    return t(
        "{one} sold {other} goods for {last} in {end}, after {first} in {begin}",
        one=profile.head(one), other=profile.name(other), last=say_musd(last[larger]), end=int(last["year"]),
        first=say_musd(first[larger]), begin=int(first["year"]),
    )  # fmt: skip


def _draw_balance(page: Page, called: str, measure: Measure, whole: pd.DataFrame) -> None:
    if len(whole) < FEWEST_POINTS or not whole[["sold_musd", "bought_musd"]].max().max() > 0:
        return
    profile = page.profile
    a, b = profile.name(profile.a), profile.name(profile.b)
    balance = (whole["sold_musd"] - whole["bought_musd"]).set_axis(whole["year"].astype(int))
    unit, scale = ("billion", 1000.0) if balance.abs().max() >= 1000 else ("million", 1.0)
    first, last = int(balance.index[0]), int(balance.index[-1])
    surplus = int((balance > 0).sum())
    who = {"a": profile.head(profile.a), "b": b}
    if surplus == 0:
        more = t("{a} sold {b} less than it bought there in every year", **who)
    elif surplus == len(balance):
        more = t("{a} sold {b} more than it bought there in every year", **who)
    else:
        more = t("{a} sold {b} more than it bought there in {n} of {of} years", n=surplus, of=len(balance), **who)
    alt = t(
        "Bar chart of the balance of goods trade by year, {begin} to {end}: {whose} sales to {b} less its purchases there, from "
        "{first} in {begin} to {last} in {end}; highest {highest} in {peak}, lowest {lowest} in {trough}.",
        begin=first, end=last, whose=whose(a), b=b, first=say_musd(balance.iloc[0]), last=say_musd(balance.iloc[-1]),
        highest=say_musd(balance.max()), peak=balance.idxmax(), lowest=say_musd(balance.min()), trough=balance.idxmin(),
    )  # fmt: skip
    dollars = say_dollars(unit)
    subtitle = t(
        "Sales of {a} to {b} less purchases, {unit}, {first}–{last}; {book}",
        a=a, b=b, unit=dollars, first=first, last=last, book=called,
    )  # fmt: skip
    frame = pd.DataFrame({"year": balance.index, "value": balance.to_numpy() / scale})
    options = {
        way: t("{name} sells more", name=profile.head(iso3))
        for way, iso3 in (("above", profile.a), ("below", profile.b))
    }
    page.draw("balance", frame, "trade-balance", more, subtitle, alt, [measure], dollars, fmt=unit, **options)


def _weights(page: Page) -> None:
    """Give share and rank each way, in each state's trade."""
    profile = page.profile
    rows, used = [], []
    for one, other in profile.ways:
        for flow in ("export", "import"):
            weight = page.look("trade_weight", reporter=one, partner=other, flow=flow)
            if weight.missing is not None:
                continue
            found = weight.frame.iloc[0]
            used.append(weight)
            rows.append(
                [
                    t("{whose} exports to {other}", whose=whose(profile.head(one)), other=profile.name(other))
                    if flow == "export"
                    else t("{whose} imports from {other}", whose=whose(profile.head(one)), other=profile.name(other)),
                    say_musd(found["value_musd"]),
                    say_percent(found["share_pct"]),
                    t("{nth} of {of}", nth=say_nth(int(found["partner_rank"])), of=say_number(found["n_partners"])),
                    say_below(found["percentile"]),
                ]
            )
    if rows:
        year = int(used[0].frame.iloc[0]["year"])
        columns = [
            t("Flow"), t("Value"), t("Share of all"), t("Rank of the partner"), t("Directed pairs with a smaller share"),
        ]  # fmt: skip
        page.table(
            t("What each is to the other, {year}, on BACI's books", year=year), columns, rows, (1, 2, 3, 4), used
        )


def _ledger(page: Page, books: list[tuple[str, Measure, pd.DataFrame]]) -> None:
    """Lay every book beside the others, and what one says it sent beside what the other says it got."""
    profile = page.profile
    a, b = profile.name(profile.a), profile.name(profile.b)
    if len(books) > 1:
        rows = []
        for called, _, frame in books:
            whole = frame.dropna()
            last = (whole if len(whole) else frame).iloc[-1]
            sold, bought = last["sold_musd"], last["bought_musd"]
            balance = say_musd(sold - bought)
            rows.append([called, say_year(int(last["year"])), say_musd(sold), say_musd(bought), balance])
        columns = [
            t("Book"),
            t("Last year"),
            t("{one} to {other}", one=profile.head(profile.a), other=b),
            t("{one} to {other}", one=profile.head(profile.b), other=a),
            t("Balance"),
        ]
        caption = t(
            "Goods trade in every book that has the pair, current US dollars; the balance is {whose}", whose=whose(a)
        )
        page.table(caption, columns, rows, (2, 3, 4), [m for _, m, _ in books])
    _mirror(page, {called: (measure, frame) for called, measure, frame in books})


def _mirror(page: Page, books: dict[str, tuple[Measure, pd.DataFrame]]) -> None:
    """Set what each side says it sent, on its own books, beside what the other says it got."""
    profile = page.profile
    names = [t(called, a=profile.name(profile.a), b=profile.name(profile.b)) for _, _, called in BOOKS[:3]]
    baci, own, others = (books.get(name) for name in names)
    if own is None or others is None:
        return
    rows = []
    for (one, other), column in zip(profile.ways, ("sold_musd", "bought_musd"), strict=True):
        exporter, importer = (own, others) if one == profile.a else (others, own)
        columns = {"exporter": exporter[1].set_index("year")[column], "importer": importer[1].set_index("year")[column]}
        if baci is not None:
            columns["baci"] = baci[1].set_index("year")[column]
        both = pd.DataFrame(columns).dropna(subset=["exporter", "importer"]).tail(LEDGER_YEARS)
        for year, row in both.iterrows():
            gap = 100 * (row["importer"] / row["exporter"] - 1) if row["exporter"] > 0 else float("nan")
            said = t("no data") if pd.isna(gap) else f"{'+' if gap > 0 else ''}{say_percent(gap)}"
            way = t("{one} to {other}", one=profile.head(one), other=profile.name(other))
            values = [
                say_musd(row["exporter"]),
                say_musd(row["importer"]),
                said,
                say_musd(row.get("baci", float("nan"))),
            ]
            rows.append([way, say_year(int(str(year))), *values])
    if rows:
        caption = t("The mirror ledger: what one reports that it sent, and what the other reports that it got")
        header = [t("Flow"), t("Year"), t("Exporter says"), t("Importer says"), t("Importer over exporter"), "BACI"]
        page.table(caption, header, rows, (2, 3, 4, 5), [book[0] for book in (own, others, baci) if book])


def _products(page: Page) -> None:
    """Give the largest products each way: HS chapters where there are any, else SITC sections."""
    profile = page.profile
    for flow, way in FLOWS:
        one, other = profile.ways[way]
        asked = {"reporter": profile.a, "partner": profile.b, "flow": flow}
        found = page.look("product_composition", **asked)
        by = t("Share of the flow by HS chapter, percent of value in current US dollars, {year}")
        if found.missing is not None:
            found = page.look("product_composition", level="sitc", **asked)
            by = t("Share of the flow by SITC section, percent of value in current US dollars, {year}")
        what = t("Products that {one} sells {other}", one=profile.name(one), other=profile.name(other))
        if found.missing is not None:
            page.lacks(what, found.missing)
            continue
        year = int(found.frame["year"].max())
        rows = found.frame[found.frame["year"] == year].dropna(subset=["rank"]).sort_values("rank")
        if rows.empty or rows["share_pct"].isna().all():
            continue
        head = rows.head(TOP)
        first = head.iloc[0]
        names = [say_product(name) for name in head["product_name"]]
        flow_words = {"one": profile.name(one), "other": profile.name(other), "year": year}
        lead = t(
            "{product} made up {share} of what {one} sold {other} in {year}",
            product=names[0], share=say_percent(first["share_pct"]), **flow_words,
        )  # fmt: skip
        if len(head) < FEWEST_POINTS:
            page.say(t("{sentence} ({value}).", sentence=lead, value=say_musd(first["value_musd"])))
            continue
        frame = head.assign(name=names).rename(columns={"share_pct": "value"})[["name", "value"]]
        alt = t(
            "Bar chart of the {n} largest products that {one} sold {other} in {year}, as shares of the flow: from {product} with "
            "{share} to {least} with {least_share}.",
            n=len(head), product=lower(names[0]), share=say_percent(first["share_pct"]), least=lower(names[-1]),
            least_share=say_percent(head.iloc[-1]["share_pct"]), **flow_words,
        )  # fmt: skip
        subtitle = by.format(year=year)
        page.draw(
            "bars",
            frame,
            f"products-{flow}",
            lead,
            subtitle,
            alt,
            [found],
            fmt="percent",
            colour=(STATE_A, STATE_B)[way],
        )
