"""What two states trade: HS chapters and SITC sections.

Russia's books (UN Comtrade, 62 partners, 2000-2020) serve every pair with Russia in it, seen from either side;
otherwise Korea's books for January to November 2024; for fuels (27) and wood (44) of other pairs the reporter's own
books to 2017. SITC sections are the exporter's, for 1995, 2005 and 2015.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence
from tightrope.measures.measure import Missing, Result, choose, measure
from tightrope.measures.trade_books import Years, as_years, check_pair, no_rows

# UN Standard International Trade Classification, sections; TOTAL is no section.
SITC = {
    "0": "Food", "1": "Beverages and tobacco", "2": "Crude materials", "3": "Mineral fuels", "4": "Oils and fats",
    "5": "Chemicals", "6": "Manufactures by material", "7": "Machinery and transport equipment",
    "8": "Other manufactures", "9": "Not classified",
}  # fmt: skip
REMAINDERS = ("99", "9")
LEVELS = ("hs2", "sitc")
FLOWS = ("export", "import")
COLUMNS = ("year", "product_code", "product_name", "value_musd", "share_pct", "rank", "iso3_books")
TABLES = (
    "trade_hs_russia", "trade_russia_comtrade", "trade_hs_korea_2024", "trade_hs_fuel_wood", "trade_imf", "trade_sitc",
    "hs_chapters",
)  # fmt: skip


@dataclass
class _Basket:
    """Products of one flow: ``year``, ``product_code``, ``value_musd``; the total by year; the rows read."""

    frame: pd.DataFrame
    totals: pd.Series[float]
    used: dict[str, pd.Series[int]]
    books: str
    tables: tuple[str, ...]
    is_ranked: bool = True


@measure(unit="million current US dollars", value="value_musd", tables=TABLES, columns=COLUMNS)
def product_composition(
    evidence: Evidence, *, reporter: str, partner: str, flow: str, years: Years = None, level: str = "hs2"
) -> Result:
    """Break a flow between two states down by product.

    Parameters
    ----------
    evidence : Evidence
        The tables as of a day.
    reporter, partner : str
        ISO 3166-1 alpha-3 codes. ``flow`` is the reporter's, whoever's books are read.
    flow : {"export", "import"}
    years : int, sequence of int or None
        Years; None for all that are visible.
    level : {"hs2", "sitc"}
        HS chapters (87 vehicles, 44 wood, 27 fuels) or SITC sections.

    Returns
    -------
    Measure
        A row a year and product, largest first: ``value_musd`` (million current US dollars), ``share_pct`` of the
        whole flow (chapters may add up to less: some goods are confidential), ``rank`` (none for what is not
        classified), and ``iso3_books``, the state whose books are read. A product that the source does not list has
        no row.

    Raises
    ------
    UnknownName
        An unknown state, flow or level.
    """
    basket = _basket(evidence, reporter, partner, flow, years, level)
    found = _table(evidence, basket, level)
    if found.empty:
        return Result(found, {}, _nothing(evidence, basket, years, f"products of {reporter}'s {flow}s with {partner}"))
    return Result(found, _rows(basket, found))


@measure(unit="percent", value="share_pct", tables=TABLES, columns=COLUMNS)
def product_share(
    evidence: Evidence, *, reporter: str, partner: str, flow: str, product: str, years: Years = None
) -> Result:
    """Give one product's share and rank in a flow between two states.

    ``product`` is an HS chapter ("87") or a SITC section ("7"). Of pairs whose chapters are not kept, fuels (27) and
    wood (44) come from the reporter's own books, their share from its total in IMF DOTS, and have no rank.
    Other arguments, columns and errors are those of ``product_composition``.
    """
    level = "sitc" if len(product) == 1 else "hs2"
    names = SITC if level == "sitc" else _chapters(evidence)
    if product not in names:
        raise UnknownName("product", product, names, "product")
    basket = _basket(evidence, reporter, partner, flow, years, level)
    if basket.frame.empty and product in ("27", "44"):
        basket = _fuel_wood(evidence, reporter, partner, flow, as_years(years))
    whole = _table(evidence, basket, level)
    found = whole[whole["product_code"] == product]
    if found.empty:
        what = f"{names[product]} in {reporter}'s {flow}s with {partner}"
        return Result(found, {}, _nothing(evidence, basket, years, what))
    return Result(found, _rows(basket, found))


def _basket(evidence: Evidence, reporter: str, partner: str, flow: str, years: Years, level: str) -> _Basket:
    check_pair(evidence, reporter, partner, ("reporter", "partner"))
    choose("flow", flow, FLOWS)
    choose("level", level, LEVELS)
    asked = as_years(years)
    if level == "sitc":
        return _sitc(evidence, reporter, partner, flow, asked)
    basket = None
    for books, reader in (("RUS", _russian), ("KOR", _korean)):
        if books in (reporter, partner):
            other, own_flow = (partner, flow) if books == reporter else (reporter, _flipped(flow))
            found = reader(evidence, other, own_flow, asked)
            if len(found.frame):
                return found
            basket = basket or found
    return basket or _Basket(
        pd.DataFrame(columns=["year", "product_code", "value_musd"]), pd.Series(dtype="float64"), {}, "",
        ("trade_hs_russia", "trade_hs_korea_2024"),
    )  # fmt: skip


def _russian(evidence: Evidence, other: str, flow: str, years: list[int] | None) -> _Basket:
    column = f"{flow}s_usd"
    when = {} if years is None else {"year": years}
    got = evidence.select("trade_hs_russia", ["year", "hs2", column], iso3_partner=other, **when)
    got = got.dropna(subset=[column])
    total = evidence.select("trade_russia_comtrade", ["year", column], iso3_partner=other, **when)
    return _Basket(
        _products(got, "hs2", column, 1e6), _totals(total, column, 1e6),
        {"trade_hs_russia": _year(got), "trade_russia_comtrade": _year(total)}, "RUS", ("trade_hs_russia",),
    )  # fmt: skip


def _korean(evidence: Evidence, other: str, flow: str, years: list[int] | None) -> _Basket:
    column = f"{flow}s_kusd"
    when = {} if years is None else {"year": years}
    got = evidence.select("trade_hs_korea_2024", ["year", "hs2", column], iso3_partner=other, **when)
    products = _products(got, "hs2", column, 1e3)
    # The chapters are all there is: their sum is the total of the months.
    totals = products.groupby("year")["value_musd"].sum()
    used = {"trade_hs_korea_2024": _year(got)}
    return _Basket(products[products["value_musd"] > 0], totals, used, "KOR", ("trade_hs_korea_2024",))


def _fuel_wood(evidence: Evidence, reporter: str, partner: str, flow: str, years: list[int] | None) -> _Basket:
    column = f"{flow}s_usd"
    total_column = "exports_fob_usd" if flow == "export" else "imports_cif_usd"
    when = {} if years is None else {"year": years}
    pair = {"iso3_reporter": reporter, "iso3_partner": partner}
    got = evidence.select("trade_hs_fuel_wood", ["year", "hs2", column], **pair, **when).dropna(subset=[column])
    total = evidence.select("trade_imf", ["year", total_column], **pair, **when).dropna(subset=[total_column])
    return _Basket(
        _products(got, "hs2", column, 1e6), _totals(total, total_column, 1e6),
        {"trade_hs_fuel_wood": _year(got), "trade_imf": _year(total)}, reporter, ("trade_hs_fuel_wood",), False,
    )  # fmt: skip


def _sitc(evidence: Evidence, reporter: str, partner: str, flow: str, years: list[int] | None) -> _Basket:
    exporter, importer = (reporter, partner) if flow == "export" else (partner, reporter)
    when = {} if years is None else {"year": years}
    got = evidence.select(
        "trade_sitc", ["year", "sitc_section", "exports_usd"], iso3_exporter=exporter, iso3_importer=importer, **when
    )
    is_total = got["sitc_section"] == "TOTAL"
    return _Basket(
        _products(got[~is_total], "sitc_section", "exports_usd", 1e6), _totals(got[is_total], "exports_usd", 1e6),
        {"trade_sitc": _year(got)}, exporter, ("trade_sitc",),
    )  # fmt: skip


def _flipped(flow: str) -> str:
    return "import" if flow == "export" else "export"


def _year(frame: pd.DataFrame) -> pd.Series[int]:
    return frame["year"].astype("int64")


def _products(frame: pd.DataFrame, code: str, column: str, scale: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"year": _year(frame), "product_code": frame[code].astype("object"),
         "value_musd": frame[column].astype("float64") / scale}, index=frame.index,
    )  # fmt: skip


def _totals(frame: pd.DataFrame, column: str, scale: float) -> pd.Series[float]:
    return pd.Series(frame[column].astype("float64").to_numpy() / scale, index=_year(frame).to_numpy())


def _chapters(evidence: Evidence) -> dict[str, str]:
    chapters = evidence.select("hs_chapters")
    return dict(zip(chapters["hs2"], chapters["name"], strict=True))


def _table(evidence: Evidence, basket: _Basket, level: str) -> pd.DataFrame:
    frame = basket.frame
    names = SITC if level == "sitc" else _chapters(evidence)
    # What nobody classified is no product: it has a share and no rank.
    classified = frame[~frame["product_code"].isin(REMAINDERS)]
    rank = classified.groupby("year")["value_musd"].rank(method="min", ascending=False).reindex(frame.index)
    found = frame.assign(
        product_name=frame["product_code"].map(names),
        share_pct=100 * frame["value_musd"] / frame["year"].map(basket.totals),
        rank=(rank if basket.is_ranked else rank * float("nan")).astype("Int64"),
        iso3_books=basket.books,
    )[list(COLUMNS)]
    return found.sort_values(["year", "value_musd", "product_code"], ascending=[True, False, True])


def _rows(basket: _Basket, found: pd.DataFrame) -> dict[str, list[int]]:
    years = set(found["year"])
    rows = {table: [int(row) for row in kept.index[kept.isin(years)]] for table, kept in basket.used.items()}
    return {table: numbers for table, numbers in rows.items() if numbers}


def _nothing(evidence: Evidence, basket: _Basket, years: Years, what: str) -> Missing:
    return no_rows(evidence, basket.tables, years, what)
