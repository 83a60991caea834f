"""Trade between states: rank, share, balance, both books, change from year to year.

Every measure takes ``source``, which says whose books are read:

========== ==================================================================================================
customs    the focal state's own customs: KOSIS for KOR (imports that its table lost are filled from
           IMF DOTS as Korea reports them), UN Comtrade for RUS; no other state
imf        as the focal state reports to the IMF: DOTS to 2020, for RUS the newer release from 2016
dots       IMF DOTS alone, as the focal state reports
mirror     IMF DOTS as the partners report: the focal state's exports are their imports (CIF); Taiwan absent
mirror_twn the same, Taiwan added from the focal state's own books
baci       CEPII BACI, both declarations reconciled; Taiwan and Kosovo absent
baci_twn   BACI, Taiwan added from KOSIS (KOR) or from DOTS as the focal state reports it
baci_19    BACI among 21 economies, one year more; never ranked
cow        COW Trade 4.0, whole million dollars
imts       IMF IMTS 2025, exports both ways (imports are the partner's exports, FOB)
========== ==================================================================================================

European Union members and Hong Kong count one by one; the world and groups never count as partners.
"""

from __future__ import annotations

import pandas as pd

from tightrope.evidence import Evidence
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure
from tightrope.measures.trade_books import (
    FLOWS,
    SOURCES,
    TABLES,
    TAIWAN,
    Book,
    Years,
    as_years,
    check_pair,
    no_book,
    open_book,
)

MUSD = "million current US dollars"
RANK_COLUMNS = (
    "year", "iso3_focal", "iso3_partner", "flow", "source", "rank", "n_partners", "share_pct", "value_musd",
)  # fmt: skip
RANKED = tuple(name for name in SOURCES if name != "baci_19")


def with_totals(book: Book) -> pd.DataFrame:
    """Give the book's frame with ``total_musd``, the sum of what is known, and ``is_whole``, both flows known."""
    flows = book.frame[["exports_musd", "imports_musd"]]
    return book.frame.assign(total_musd=flows.sum(axis=1, min_count=1), is_whole=flows.notna().all(axis=1))


def world_of(book: Book, column: str) -> pd.Series[float]:
    """Give year to the flow with all partners: the source's own total, else the sum of its partners."""
    flows = ["exports_musd", "imports_musd"]
    world = book.frame.groupby("year")[flows].sum(min_count=1)
    if book.world is not None:
        world = book.world.set_index("year")[flows].combine_first(world)
    return world.sum(axis=1, skipna=False) if column == "total_musd" else world[column]


@measure(unit="rank", value="rank", tables=TABLES, columns=RANK_COLUMNS)
def partner_rank(
    evidence: Evidence, *, focal: str, partner: str, years: Years = None, flow: str = "total", source: str = "customs"
) -> Result:
    """Rank a partner among a state's trade partners: 1 is the largest.

    Parameters
    ----------
    evidence : Evidence
        The tables as of a day.
    focal, partner : str
        ISO 3166-1 alpha-3 codes. The flows are those of ``focal``.
    years : int, sequence of int or None
        Years; None for all that are visible.
    flow : {"total", "export", "import"}
        The total is exports and imports together.
    source : str
        Whose books; see the module.

    Returns
    -------
    Measure
        A row a year: ``rank``, ``n_partners`` (partners with a known flow above zero), ``share_pct`` (percent of the
        source's own world total, else of the sum of its partners), ``value_musd`` (million current US dollars).
        A year in which the partner's flow is unknown, or zero, has no row. In a total, another partner with one flow
        unknown is ranked by the flow that is known; the partner asked about needs both.

    Raises
    ------
    UnknownName
        An unknown state, flow or source.
    BadParameter
        ``focal`` and ``partner`` are the same.
    """
    found, rows, missing = _ranked(evidence, focal, partner, years, flow, source)
    traded = found[found["value_musd"] > 0]
    if traded.empty and missing is None:
        missing = Missing(MissingKind.NOT_APPLICABLE, f"{flow} of {focal} with {partner} is zero: no rank")
    return Result(traded, rows if len(traded) else {}, missing)


def _ranked(
    evidence: Evidence, focal: str, partner: str, years: Years, flow: str, source: str
) -> tuple[pd.DataFrame, dict[str, list[int]], Missing | None]:
    """Give rank, share and value by year, the rows they stand on, and the kind of nothing when there is none."""
    column = FLOWS[choose("flow", flow, FLOWS)]
    choose("source", source, RANKED)
    check_pair(evidence, focal, partner, ("focal", "partner"))
    book = open_book(evidence, focal, source, years)
    frame = with_totals(book)
    frame["rank"] = frame.groupby("year")[column].rank(method="min", ascending=False)
    n_partners = frame[frame[column] > 0].groupby("year").size()
    asked = frame[(frame["iso3_partner"] == partner) & frame[column].notna()]
    if flow == "total":
        asked = asked[asked["is_whole"]]
    if asked.empty:
        if partner == TAIWAN and source in ("baci", "mirror"):
            book.note = "the source does not have Taiwan"
        missing = no_book(evidence, book, years, f"{flow} of {focal} with {partner}")
        return pd.DataFrame(columns=list(RANK_COLUMNS)), {}, missing
    asked = asked.sort_values("year")
    year = asked["year"].astype("int64")
    found = pd.DataFrame(
        {
            "year": year,
            "iso3_focal": focal,
            "iso3_partner": partner,
            "flow": flow,
            "source": source,
            "rank": asked["rank"].astype("int64"),
            "n_partners": year.map(n_partners).fillna(0).astype("int64"),
            "share_pct": 100 * asked[column] / year.map(world_of(book, column)),
            "value_musd": asked[column],
        }
    )
    return found, book.rows(year), None


@measure(
    unit="percent", value="share_pct", tables=TABLES,
    columns=("year", "iso3_focal", "iso3_partner", "flow", "source", "share_pct", "value_musd"),
)  # fmt: skip
def trade_share(
    evidence: Evidence, *, focal: str, partner: str, years: Years = None, flow: str = "total", source: str = "customs"
) -> Result:
    """Give a partner's share of a state's trade, in percent.

    The share is of the source's own world total, else of the sum of its partners; a flow that the source
    states as zero has the share 0. Arguments, missing years and errors are those of ``partner_rank``.
    """
    found, rows, missing = _ranked(evidence, focal, partner, years, flow, source)
    return Result(found.drop(columns=["rank", "n_partners"]), rows, missing)


@measure(
    unit=MUSD, value="balance_musd", tables=TABLES,
    columns=("year", "iso3_reporter", "iso3_partner", "source", "exports_musd", "imports_musd", "total_musd",
             "balance_musd"),
)  # fmt: skip
def trade_balance(
    evidence: Evidence, *, reporter: str, partner: str, years: Years = None, source: str = "customs"
) -> Result:
    """Give a state's exports to and imports from a partner, their sum and their difference, by year.

    Returns
    -------
    Measure
        ``exports_musd``, ``imports_musd``, ``total_musd`` and ``balance_musd`` (exports less imports), million current
        US dollars. One flow may be missing: then the total and the balance are missing too.

    Raises
    ------
    UnknownName
        An unknown state or source.
    BadParameter
        The two states are the same.
    """
    check_pair(evidence, reporter, partner, ("reporter", "partner"))
    book = open_book(evidence, reporter, source, years, partner)
    pair = book.frame.dropna(subset=["exports_musd", "imports_musd"], how="all").sort_values("year")
    columns = ["year", "iso3_reporter", "iso3_partner", "source", "exports_musd", "imports_musd", "total_musd",
               "balance_musd"]  # fmt: skip
    if pair.empty:
        missing = no_book(evidence, book, years, f"trade of {reporter} with {partner}")
        return Result(pd.DataFrame(columns=columns), {}, missing)
    found = pair.assign(
        year=pair["year"].astype("int64"),
        iso3_reporter=reporter,
        iso3_partner=partner,
        source=source,
        total_musd=pair["exports_musd"] + pair["imports_musd"],
        balance_musd=pair["exports_musd"] - pair["imports_musd"],
    )[columns]
    return Result(found, book.rows(found["year"]))


@measure(
    unit="percent", value="change_pct", tables=TABLES,
    columns=("year", "iso3_reporter", "iso3_partner", "source", "total_musd", "change_pct"),
)  # fmt: skip
def trade_volatility(
    evidence: Evidence, *, reporter: str, partner: str, years: Years = None, source: str = "customs"
) -> Result:
    """Give the change of a pair's total trade on the year before, in percent (current US dollars).

    A year whose total, or whose predecessor's, is unknown has no row. Errors are those of ``trade_balance``.
    """
    asked = as_years(years)
    wider = None if asked is None else sorted({*asked, *(year - 1 for year in asked)})
    balance = trade_balance(evidence, reporter=reporter, partner=partner, years=wider, source=source)
    columns = ["year", "iso3_reporter", "iso3_partner", "source", "total_musd", "change_pct"]
    totals = balance.frame.dropna(subset=["total_musd"]).set_index("year")["total_musd"].astype("float64")
    before = totals.rename(index=lambda year: year + 1).reindex(totals.index)
    change = 100 * (totals / before.where(before > 0) - 1)
    if asked is not None:
        change = change[change.index.isin(asked)]
    change = change.dropna()
    if change.empty:
        book = open_book(evidence, reporter, source, wider, partner)
        missing = balance.missing or no_book(evidence, book, years, f"change of {reporter}'s trade with {partner}")
        return Result(pd.DataFrame(columns=columns), {}, missing)
    found = pd.DataFrame(
        {"year": change.index, "iso3_reporter": reporter, "iso3_partner": partner, "source": source,
         "total_musd": totals.reindex(change.index).to_numpy(), "change_pct": change.to_numpy()}
    )  # fmt: skip
    return Result(found, balance.rows)


BOOKS = ("exporter", "importer", "baci")


@measure(
    unit=MUSD, value="value_musd", tables=("trade_imf", "trade_baci"),
    columns=("year", "iso3_exporter", "iso3_importer", "book", "iso3_reporter", "value_musd"),
)  # fmt: skip
def trade_mirror(evidence: Evidence, *, state_a: str, state_b: str, years: Years = None) -> Result:
    """Lay the books of both states beside each other: what one says it sent, what the other says it got.

    Returns
    -------
    Measure
        A row a year, direction and book: ``exporter`` (its exports, FOB, DOTS), ``importer`` (its imports, CIF, DOTS)
        and ``baci`` (reconciled; ``iso3_reporter`` is empty), million current US dollars. Insurance and freight make
        imports a little larger. An unknown flow has no row. Swapping the states gives the same rows.

    Raises
    ------
    UnknownName
        An unknown state.
    BadParameter
        The two states are the same.
    """
    check_pair(evidence, state_a, state_b, ("state_a", "state_b"))
    first, second = sorted((state_a, state_b))
    pieces: list[pd.DataFrame] = []
    used: dict[str, list[int]] = {}
    for name, book_kind in (("dots", "exporter"), ("mirror", "importer"), ("baci", "baci")):
        book = open_book(evidence, first, name, years, second)
        used.update({t: sorted({*used.get(t, []), *rows}) for t, rows in book.rows(book.frame["year"]).items()})
        for column, sender, receiver in (("exports_musd", first, second), ("imports_musd", second, first)):
            # DOTS as ``first`` reports holds first's exports (exporter's book) and its imports (importer's book).
            kind = book_kind if column == "exports_musd" or name == "baci" else _other(book_kind)
            piece = book.frame[["year", column]].dropna().rename(columns={column: "value_musd"})
            who = None if kind == "baci" else (sender if kind == "exporter" else receiver)
            pieces.append(piece.assign(iso3_exporter=sender, iso3_importer=receiver, book=kind, iso3_reporter=who))
    columns = ["year", "iso3_exporter", "iso3_importer", "book", "iso3_reporter", "value_musd"]
    kept = [piece for piece in pieces if len(piece)]
    if not kept:
        book = Book(pd.DataFrame(), ("trade_imf", "trade_baci"))
        missing = no_book(evidence, book, years, f"trade of {first} and {second}")
        return Result(pd.DataFrame(columns=columns), {}, missing)
    found = pd.concat(kept)[columns].sort_values(["year", "iso3_exporter", "book"], kind="stable")
    return Result(found.astype({"year": "int64"}), used)


def _other(book: str) -> str:
    return "importer" if book == "exporter" else "exporter"
