"""Trade: how much and which way, what share, whose books, what is in it, and what size and distance predict."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tightrope.measures import Measure
from tightrope.narrative.words import say_list, say_number, say_percent, say_year
from tightrope.profile.glance import say_ratio
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
    whose,
)

# Source, whether the second state's books are read, and what the books are called. The first that has the pair is shown.
BOOKS = (
    ("baci", False, "BACI, both sides reconciled"),
    ("dots", False, "IMF, as {a} reports"),
    ("dots", True, "IMF, as {b} reports"),
    ("customs", False, "Customs of {a}"),
    ("customs", True, "Customs of {b}"),
    ("imf", False, "IMF's newer release, as {a} reports"),
    ("imf", True, "IMF's newer release, as {b} reports"),
    ("cow", False, "Correlates of War"),
    ("imts", False, "IMF, exports both ways"),
)
LEDGER_YEARS = 4
TOP = 8
CONFIDENCE = 95
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
    _gravity(page)


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
        name = called.format(a=profile.name(profile.a), b=profile.name(profile.b))
        found.append((name, measure, rows))
    if not found:
        page.lacks("Goods trade", seen[0])
    return found


def _by_year(page: Page, called: str, measure: Measure, rows: pd.DataFrame) -> None:
    profile = page.profile
    a, b = profile.a, profile.b
    whole = rows.dropna()
    last = (whole if len(whole) else rows).iloc[-1]
    year, sold, bought = int(last["year"]), last["sold_musd"], last["bought_musd"]
    said = [
        f"{profile.name(one)} sold {profile.name(other)} goods for {say_musd(value)}"
        for one, other, value in ((a, b, sold), (b, a, bought)) if pd.notna(value)
    ]  # fmt: skip
    text = f"In {say_year(year)} {say_list(said)} ({called}). "
    standing = page.look("pair_standing", state_a=a, state_b=b, figure="trade")
    if standing.missing is None:
        row = standing.frame.iloc[0]
        text += (
            f"Their trade of {say_year(int(row['last_year']))}, {say_musd(row['value'])}, is "
            f"{say_standing(row, 'largest', 'pairs with trade')}. "
        )
    if len(whole) >= FEWEST_POINTS:
        total = (whole["sold_musd"] + whole["bought_musd"]).set_axis(whole["year"])
        peak, begin = int(str(total.idxmax())), int(whole["year"].iloc[0])
        text += (
            f"It was {say_musd(total.iloc[0])} in {say_year(begin)}, the first year on these books with both "
            f"ways, and highest in {say_year(peak)}, at {say_musd(total[peak])}."
        )
    page.say(text.strip())
    _draw_flows(page, called, measure, rows)
    _draw_balance(page, called, measure, whole)


def _draw_flows(page: Page, called: str, measure: Measure, rows: pd.DataFrame) -> None:
    profile = page.profile
    a, b = profile.name(profile.a), profile.name(profile.b)
    labels = {"sold_musd": f"from {a}", "bought_musd": f"from {b}"}
    long = rows.melt(["year"], list(labels), "flow", "musd").dropna(subset=["musd"])
    # A source that counts whole millions may hold zeros alone: the sentence says so, and a flat line would add nothing.
    if long.groupby("flow")["year"].nunique().max() < FEWEST_POINTS or not long["musd"].max() > 0:
        return
    unit, scale = ("billion", 1000.0) if long["musd"].max() >= 1000 else ("million", 1.0)
    frame = long.assign(flow=long["flow"].map(labels), value=long["musd"] / scale)[["year", "flow", "value"]]
    first, last = int(frame["year"].min()), int(frame["year"].max())
    ends = []
    for column, way in labels.items():
        known = rows.dropna(subset=[column])
        if len(known):
            one, other = known.iloc[0], known.iloc[-1]
            ends.append(
                f"{way} from {say_musd(one[column])} in {int(one['year'])} to {say_musd(other[column])} in "
                f"{int(other['year'])}"
            )
    title = _flow_title(page, rows)
    subtitle = f"Goods, {unit} current US dollars, {first}–{last}; {called}"
    alt = f"Line chart of goods trade by year, {first} to {last}, in {unit} current US dollars: {say_list(ends)}."
    page.draw(
        "line", frame, "trade-by-year", title, subtitle, alt, [measure], y="value", by="flow", fmt=unit, zero=True
    )


def _flow_title(page: Page, rows: pd.DataFrame) -> str:
    """State the change of the larger flow over the whole series."""
    profile = page.profile
    sums = {c: rows[c].sum() for c in ("sold_musd", "bought_musd") if rows[c].notna().any()}
    larger = max(sums, key=lambda c: sums[c])
    one, other = (profile.a, profile.b) if larger == "sold_musd" else (profile.b, profile.a)
    known = rows.dropna(subset=[larger])
    first, last = known.iloc[0], known.iloc[-1]
    return (
        f"{profile.head(one)} sold {profile.name(other)} goods for {say_musd(last[larger])} in {int(last['year'])}, after "
        f"{say_musd(first[larger])} in {int(first['year'])}"
    )


def _draw_balance(page: Page, called: str, measure: Measure, whole: pd.DataFrame) -> None:
    if len(whole) < FEWEST_POINTS or not whole[["sold_musd", "bought_musd"]].max().max() > 0:
        return
    profile = page.profile
    a, b = profile.name(profile.a), profile.name(profile.b)
    balance = (whole["sold_musd"] - whole["bought_musd"]).set_axis(whole["year"].astype(int))
    unit, scale = ("billion", 1000.0) if balance.abs().max() >= 1000 else ("million", 1.0)
    first, last = int(balance.index[0]), int(balance.index[-1])
    surplus = int((balance > 0).sum())
    often = f"in {surplus} of {len(balance)} years" if 0 < surplus < len(balance) else "in every year"
    side = "less" if surplus == 0 else "more"
    more = f"{profile.head(profile.a)} sold {b} {side} than it bought there {often}"
    alt = (
        f"Bar chart of the balance of goods trade by year, {first} to {last}: {whose(a)} sales to {b} less its purchases there, "
        f"from {say_musd(balance.iloc[0])} in {first} to {say_musd(balance.iloc[-1])} in {last}; highest "
        f"{say_musd(balance.max())} in {balance.idxmax()}, lowest {say_musd(balance.min())} in {balance.idxmin()}."
    )
    subtitle = f"Sales of {a} to {b} less purchases, {unit} current US dollars, {first}–{last}; {called}"
    frame = pd.DataFrame({"year": balance.index, "value": balance.to_numpy() / scale})
    options = {"above": f"{profile.head(profile.a)} sells more", "below": f"{profile.head(profile.b)} sells more"}
    page.draw("balance", frame, "trade-balance", more, subtitle, alt, [measure], fmt=unit, **options)


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
                    f"{whose(profile.head(one))} {flow}s {'to' if flow == 'export' else 'from'} {profile.name(other)}",
                    say_musd(found["value_musd"]),
                    say_percent(found["share_pct"]),
                    f"{say_nth(int(found['partner_rank']))} of {say_number(found['n_partners'])}",
                    say_below(found["percentile"]),
                ]
            )
    if rows:
        year = int(used[0].frame.iloc[0]["year"])
        columns = ["Flow", "Value", "Share of all", "Rank of the partner", "Directed pairs with a smaller share"]
        page.table(f"What each is to the other, {year}, on BACI's books", columns, rows, (1, 2, 3, 4), used)


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
            "Book",
            "Last year",
            f"{profile.head(profile.a)} to {b}",
            f"{profile.head(profile.b)} to {a}",
            "Balance",
        ]
        caption = f"Goods trade in every book that has the pair, current US dollars; the balance is {whose(a)}"
        page.table(caption, columns, rows, (2, 3, 4), [m for _, m, _ in books])
    _mirror(page, {called: (measure, frame) for called, measure, frame in books})


def _mirror(page: Page, books: dict[str, tuple[Measure, pd.DataFrame]]) -> None:
    """Set what each side says it sent, on its own books, beside what the other says it got."""
    profile = page.profile
    names = [called.format(a=profile.name(profile.a), b=profile.name(profile.b)) for _, _, called in BOOKS[:3]]
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
            said = "no data" if pd.isna(gap) else f"{'+' if gap > 0 else ''}{say_percent(gap)}"
            way = f"{profile.head(one)} to {profile.name(other)}"
            values = [
                say_musd(row["exporter"]),
                say_musd(row["importer"]),
                said,
                say_musd(row.get("baci", float("nan"))),
            ]
            rows.append([way, say_year(int(str(year))), *values])
    if rows:
        caption = "The mirror ledger: what one reports that it sent, and what the other reports that it got"
        header = ["Flow", "Year", "Exporter says", "Importer says", "Importer over exporter", "BACI"]
        page.table(caption, header, rows, (2, 3, 4, 5), [book[0] for book in (own, others, baci) if book])


def _products(page: Page) -> None:
    """Give the largest products each way: HS chapters where there are any, else SITC sections."""
    profile = page.profile
    for flow, way in FLOWS:
        one, other = profile.ways[way]
        asked = {"reporter": profile.a, "partner": profile.b, "flow": flow}
        found = page.look("product_composition", **asked)
        kind = "HS chapter"
        if found.missing is not None:
            found, kind = page.look("product_composition", level="sitc", **asked), "SITC section"
        what = f"Products that {profile.name(one)} sells {profile.name(other)}"
        if found.missing is not None:
            page.lacks(what, found.missing)
            continue
        year = int(found.frame["year"].max())
        rows = found.frame[found.frame["year"] == year].dropna(subset=["rank"]).sort_values("rank")
        if rows.empty or rows["share_pct"].isna().all():
            continue
        head = rows.head(TOP)
        first = head.iloc[0]
        lead = (
            f"{first['product_name']} made up {say_percent(first['share_pct'])} of what {profile.name(one)} sold "
            f"{profile.name(other)} in {year}"
        )
        if len(head) < FEWEST_POINTS:
            page.say(f"{lead} ({say_musd(first['value_musd'])}).")
            continue
        frame = head.rename(columns={"product_name": "name", "share_pct": "value"})[["name", "value"]]
        alt = (
            f"Bar chart of the {len(head)} largest products that {profile.name(one)} sold {profile.name(other)} in {year}, as "
            f"shares of the flow: from {first['product_name'].lower()} with {say_percent(first['share_pct'])} to "
            f"{head.iloc[-1]['product_name'].lower()} with {say_percent(head.iloc[-1]['share_pct'])}."
        )
        subtitle = f"Share of the flow by {kind}, percent of value in current US dollars, {year}"
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


def _gravity(page: Page) -> None:
    """Set the pair's trade against what size, distance and a border predict, and show the model."""
    profile = page.profile
    found = page.find("Trade against size and distance", "gravity_residual", state_a=profile.a, state_b=profile.b)
    if found is None:
        return
    model = page.look("gravity_model")
    row, terms = found.frame.iloc[0], model.frame.set_index("term")
    way = "above" if row["ratio"] >= 1 else "below"
    page.say(
        f"Over all pairs with trade in {say_year(int(row['year']))}, trade grows with the size of the two economies and "
        f"falls with distance. For a pair of this size and distance the model predicts {say_musd(row['predicted_musd'])}; "
        f"the recorded {say_musd(row['trade_musd'])} is {say_ratio(row['ratio'])} times that and lies {way} the line: "
        f"{say_standing(row, 'highest ratio', over='above')}. "
        f"The model explains {say_percent(100 * terms['r_squared'].iloc[0])} of the variance of the logarithm of trade; a gap says that "
        "something else is at work, not what."
    )
    labels = {
        "size": "both GDPs, multiplied (log)", "distance": "kilometres between the capitals (log)",
        "border": "a land border", "constant": "constant",
    }  # fmt: skip
    rows = [
        [label, _plain(terms.loc[t, "coefficient"]), _plain(terms.loc[t, "standard_error"]),
         f"{_plain(terms.loc[t, 'low_95'])} to {_plain(terms.loc[t, 'high_95'])}"]
        for t, label in labels.items()
    ]  # fmt: skip
    caption = (
        f"The gravity model of {int(row['year'])}: ordinary least squares on the logarithm of trade both ways, "
        f"{say_number(row['n_pairs'])} pairs, errors robust to unequal variance (HC1)"
    )
    page.table(
        caption,
        ["Term", "Coefficient", "Standard error", f"{say_percent(CONFIDENCE)} interval"],
        rows,
        (1, 2, 3),
        [model],
    )


def _plain(value: Any) -> str:
    return say_number(float(value), 3).replace("-", "−")
