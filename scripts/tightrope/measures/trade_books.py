"""Whose books: one shape for a state's trade with its partners, whatever table it comes from."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from tightrope.errors import BadParameter
from tightrope.evidence import Evidence, check_state, known_states
from tightrope.measures.measure import Missing, MissingKind, choose

WORLD = "WLD"
TAIWAN = "TWN"
FLOWS = {"export": "exports_musd", "import": "imports_musd", "total": "total_musd"}
Years = Sequence[int] | int | None


@dataclass
class Book:
    """A focal state's goods trade with its partners.

    Attributes
    ----------
    frame : DataFrame
        ``year``, ``iso3_partner``, ``exports_musd``, ``imports_musd``: million current US dollars, the focal state's
        flows; NaN is unknown. Only states, never the world or a group.
    world : DataFrame or None
        ``year`` and the two flows with all partners together, where the source states them.
    tables : tuple of str
        Tables asked, for saying when a series begins and ends.
    used : dict of str to Series
        Table to the year of each stored row that was read, indexed by the row's number.
    note : str
        Why the source has nothing, where that is known.
    """

    frame: pd.DataFrame
    tables: tuple[str, ...]
    world: pd.DataFrame | None = None
    used: dict[str, pd.Series[int]] = field(default_factory=dict)
    note: str = ""

    def rows(self, years: Iterable[int]) -> dict[str, list[int]]:
        """Give table to row numbers, for the years that a result stands on."""
        wanted = set(years)
        found = {table: [int(row) for row in kept.index[kept.isin(wanted)]] for table, kept in self.used.items()}
        return {table: rows for table, rows in found.items() if rows}


def as_years(years: Years) -> list[int] | None:
    """Give a list of years, None for all."""
    if years is None:
        return None
    return [int(years)] if isinstance(years, int | np.integer) else [int(year) for year in years]


def check_pair(evidence: Evidence, first: str, second: str, names: tuple[str, str]) -> None:
    """Raise when a state is unknown or the two are the same."""
    known = known_states(evidence)
    for iso3, name in zip((first, second), names, strict=True):
        if iso3 not in known:
            check_state(evidence, iso3, name)
    if first == second:
        raise BadParameter(
            f"{names[0]} and {names[1]} are both {first}", why="a state has no trade with itself",
            fix=f"give another state as {names[1]}",
        )  # fmt: skip


# Every flow and partner of a year is asked of the same book.
_OPENED: weakref.WeakKeyDictionary[Evidence, dict[Any, Book]] = weakref.WeakKeyDictionary()


def open_book(evidence: Evidence, focal: str, source: str, years: Years = None, partner: str | None = None) -> Book:
    """Read a state's trade from one source.

    Parameters
    ----------
    evidence : Evidence
        The tables as of a day.
    focal : str
        ISO 3166-1 alpha-3 code of the state whose flows these are.
    source : str
        One of ``SOURCES``.
    years : int, sequence of int or None
        Years wanted; None for all that are visible.
    partner : str, optional
        Only the rows with this partner.

    Raises
    ------
    UnknownName
        An unknown source.
    """
    opener = SOURCES[choose("source", source, SOURCES)]
    opened = _OPENED.setdefault(evidence, {})
    key = (focal, source, repr(as_years(years)), partner)
    if key not in opened:
        opened[key] = opener(evidence, focal, as_years(years), partner)
    # The frames are shared and never written to; a note is the asker's own.
    return replace(opened[key])


def no_book(evidence: Evidence, book: Book, years: Years, what: str) -> Missing:
    """Say which kind of nothing it is that ``book`` has no figure of ``what``."""
    return no_rows(evidence, book.tables, years, what, book.note)


def no_rows(evidence: Evidence, tables: Sequence[str], years: Years, what: str, note: str = "") -> Missing:
    """Say which kind of nothing it is that ``tables`` have no row of ``what`` in ``years``."""
    asked = as_years(years)
    names = " and ".join(tables)
    if asked and not any(_is_over(evidence, year) for year in asked):
        return Missing(MissingKind.NOT_YET, f"{what}: {min(asked)} has not ended on {evidence.as_of}")
    spans = [evidence.package.table(table).details.coverage for table in tables]
    ends = [int(span.last[:4]) for span in spans if span.last]
    starts = [int(span.first[:4]) for span in spans if span.first]
    if asked and ends and min(asked) > max(ends) and not note:
        return Missing(MissingKind.SERIES_ENDED, f"{what}: {names} ends in {max(ends)}")
    if asked and starts and max(asked) < min(starts) and not note:
        return Missing(MissingKind.NOT_COLLECTED, f"{what}: {names} begins in {min(starts)}")
    when = f" in {', '.join(map(str, asked))}" if asked else ""
    return Missing(MissingKind.NOT_COLLECTED, f"{what}: no figure in {names}{when}{'; ' + note if note else ''}")


def _is_over(evidence: Evidence, year: int) -> bool:
    day = evidence.as_of
    return year < day.year or (year == day.year and (day.month, day.day) == (12, 31))


def _select(evidence: Evidence, table: str, columns: list[str], years: list[int] | None, **equals: Any) -> pd.DataFrame:
    if years is not None:
        equals["year"] = years
    return evidence.select(table, columns, **{k: v for k, v in equals.items() if v is not None})


def _flows(frame: pd.DataFrame, exports: str, imports: str, scale: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": frame["year"].astype("int64"),
            "iso3_partner": frame["iso3_partner"].astype("object"),
            "exports_musd": frame[exports].astype("float64") / scale,
            "imports_musd": frame[imports].astype("float64") / scale,
        },
        index=frame.index,
    )


def _reported(
    evidence: Evidence, table: str, names: tuple[str, str], scale: float, years: list[int] | None,
    partner: str | None, **equals: Any,
) -> Book:  # fmt: skip
    """Read a table that has both flows of a reporter on one row and may have the world as a partner."""
    got = _select(evidence, table, ["year", "iso3_partner", *names], years, iso3_partner=partner, **equals)
    flows = _flows(got, *names, scale)
    is_world = flows["iso3_partner"] == WORLD
    world = flows[is_world].drop(columns="iso3_partner")
    return Book(flows[~is_world], (table,), None if world.empty else world, {table: flows["year"]})


def _dots(evidence: Evidence, focal: str, years: list[int] | None, partner: str | None) -> Book:
    names = ("exports_fob_usd", "imports_cif_usd")
    return _reported(evidence, "trade_imf", names, 1e6, years, partner, iso3_reporter=focal)


def _imf(evidence: Evidence, focal: str, years: list[int] | None, partner: str | None) -> Book:
    if focal != "RUS":
        return _dots(evidence, focal, years, partner)
    names = ("exports_fob_musd", "imports_cif_musd")
    new = _reported(evidence, "trade_russia_imf", names, 1, years, partner)
    # The newer release replaces DOTS in every year that it has, for any partner.
    had = {int(y) for y in evidence.select("trade_russia_imf", ["year"], iso3_partner=WORLD)["year"]}
    had |= set(new.frame["year"])
    if years is not None and set(years) <= had:
        return new
    old = _dots(evidence, focal, None if years is None else [y for y in years if y not in had], partner)
    old_frame = old.frame[~old.frame["year"].isin(had)]
    used = {t: kept[~kept.isin(had)] for t, kept in old.used.items()}
    worlds = [w for w in (new.world, old.world) if w is not None]
    world = pd.concat(worlds).drop_duplicates("year") if worlds else None
    return Book(pd.concat([new.frame, old_frame]), ("trade_imf", "trade_russia_imf"), world, {**new.used, **used})


def _customs(evidence: Evidence, focal: str, years: list[int] | None, partner: str | None) -> Book:
    names = ("exports_usd", "imports_usd")
    if focal == "RUS":
        return _reported(evidence, "trade_russia_comtrade", names, 1e6, years, partner)
    if focal == "KOR":
        return _korean_customs(evidence, years, partner)
    empty = pd.DataFrame(columns=["year", "iso3_partner", "exports_musd", "imports_musd"])
    tables = ("trade_korea_customs", "trade_russia_comtrade")
    return Book(empty, tables, note=f"customs tables are kept for KOR and RUS, not for {focal}")


def _korean_customs(evidence: Evidence, years: list[int] | None, partner: str | None) -> Book:
    columns = ["year", "iso3_partner", "exports_usd", "imports_usd", "is_import_error"]
    got = _select(evidence, "trade_korea_customs", columns, years, iso3_partner=partner)
    flows = _flows(got, "exports_usd", "imports_usd", 1e6)
    used = {"trade_korea_customs": flows["year"]}
    bad = flows[got["is_import_error"].astype(bool)]
    if len(bad):
        # The source lost these imports; the same customs office reports them to the IMF.
        other = evidence.select(
            "trade_imf", ["year", "iso3_partner", "imports_cif_usd"], iso3_reporter="KOR",
            iso3_partner=sorted(bad["iso3_partner"].unique()), year=sorted(bad["year"].unique()),
        ).dropna(subset=["imports_cif_usd"])  # fmt: skip
        keys = ["year", "iso3_partner"]
        known = pd.MultiIndex.from_frame(other[keys].astype({"year": "int64", "iso3_partner": "object"}))
        values = pd.Series(other["imports_cif_usd"].astype("float64").to_numpy() / 1e6, index=known)
        wanted = pd.MultiIndex.from_frame(bad[keys])
        flows.loc[bad.index, "imports_musd"] = values.reindex(wanted).to_numpy()
        filled = other[known.isin(wanted)]
        if len(filled):
            used["trade_imf"] = filled["year"].astype("int64")
    lost = bad.index[flows.loc[bad.index, "imports_musd"].isna()]
    codes = ", ".join(sorted(set(flows.loc[lost, "iso3_partner"])))
    note = f"the source repeats the exports as imports for {codes}" if codes else ""
    world = None
    if partner is None:
        total = _select(evidence, "trade_korea_total", ["year", "exports_usd", "imports_usd"], years)
        world = _flows(total.assign(iso3_partner=WORLD), "exports_usd", "imports_usd", 1e6)
        world = world.drop(columns="iso3_partner")
        used["trade_korea_total"] = world["year"]
    return Book(flows, ("trade_korea_customs",), world, used, note)


def _two_sided(
    evidence: Evidence, table: str, names: tuple[str, str], value: str, scale: float, focal: str,
    years: list[int] | None, partner: str | None,
) -> Book:  # fmt: skip
    """Read a table with one row a directed pair; ``names`` are its exporter's and importer's columns."""
    exporter, importer = names
    columns = ["year", *names, value]
    out = _select(evidence, table, columns, years, **{exporter: focal, importer: partner})
    back = _select(evidence, table, columns, years, **{importer: focal, exporter: partner})
    keys = ["year", "iso3_partner"]
    sides = [
        pd.DataFrame(
            {"year": side["year"].astype("int64"), "iso3_partner": side[other].astype("object"),
             flow: side[value].astype("float64") / scale}
        ).set_index(keys)
        for side, other, flow in ((out, importer, "exports_musd"), (back, exporter, "imports_musd"))
    ]  # fmt: skip
    frame = sides[0].join(sides[1], how="outer").reset_index()
    return Book(frame, (table,), None, {table: pd.concat([out["year"], back["year"]]).astype("int64")})


def _baci(evidence: Evidence, focal: str, years: list[int] | None, partner: str | None) -> Book:
    book = _two_sided(
        evidence, "trade_baci", ("iso3_exporter", "iso3_importer"), "exports_usd", 1e6, focal, years, partner
    )
    # BACI lists every flow above zero of the economies that it covers, so a flow that is absent is a zero.
    book.frame[["exports_musd", "imports_musd"]] = book.frame[["exports_musd", "imports_musd"]].fillna(0.0)
    book.note = "BACI does not cover Taiwan" if TAIWAN in (focal, partner) else ""
    return book


def _baci_twn(evidence: Evidence, focal: str, years: list[int] | None, partner: str | None) -> Book:
    return _with_taiwan(evidence, _baci(evidence, focal, years, partner), focal, years, partner)


def _mirror_twn(evidence: Evidence, focal: str, years: list[int] | None, partner: str | None) -> Book:
    return _with_taiwan(evidence, _mirror(evidence, focal, years, partner), focal, years, partner)


def _with_taiwan(evidence: Evidence, book: Book, focal: str, years: list[int] | None, partner: str | None) -> Book:
    """Add Taiwan's two flows, as the focal state's own books have them, to a source that lacks Taiwan."""
    if focal == TAIWAN or partner not in (None, TAIWAN):
        return book
    own = (_customs if focal == "KOR" else _dots)(evidence, focal, years, TAIWAN)
    # Only the years that the source has: a year with Taiwan alone is no ranking.
    covered = evidence.package.table(book.tables[0]).details.coverage
    first, last = int((covered.first or "0")[:4]), int((covered.last or "0")[:4])
    flows = pd.concat([book.frame, own.frame[own.frame["year"].between(first, last)]], ignore_index=True)
    used = dict(book.used)
    for table, kept in own.used.items():
        kept = kept[kept.between(first, last)]
        used[table] = pd.concat([used[table], kept]) if table in used else kept
    return Book(flows, (*dict.fromkeys((*book.tables, *own.tables)),), None, used)


def _baci_19(evidence: Evidence, focal: str, years: list[int] | None, partner: str | None) -> Book:
    return _two_sided(
        evidence, "trade_baci_19", ("iso3_exporter", "iso3_importer"), "exports_usd", 1e6, focal, years, partner
    )


def _cow(evidence: Evidence, focal: str, years: list[int] | None, partner: str | None) -> Book:
    return _two_sided(
        evidence, "trade_cow", ("iso3_exporter", "iso3_importer"), "imports_musd", 1, focal, years, partner
    )


def _imts(evidence: Evidence, focal: str, years: list[int] | None, partner: str | None) -> Book:
    return _two_sided(
        evidence, "trade_imts_2025", ("iso3_exporter", "iso3_importer"), "exports_fob_musd", 1, focal, years, partner
    )


def _mirror(evidence: Evidence, focal: str, years: list[int] | None, partner: str | None) -> Book:
    columns = ["year", "iso3_reporter", "exports_fob_usd", "imports_cif_usd"]
    got = _select(evidence, "trade_imf", columns, years, iso3_partner=focal, iso3_reporter=partner)
    # A partner's import from the focal state is the focal state's export.
    flows = _flows(got.rename(columns={"iso3_reporter": "iso3_partner"}), "imports_cif_usd", "exports_fob_usd", 1e6)
    note = "Taiwan does not report to the IMF" if partner == TAIWAN else ""
    return Book(flows, ("trade_imf",), None, {"trade_imf": flows["year"]}, note)


SOURCES: dict[str, Callable[[Evidence, str, list[int] | None, str | None], Book]] = {
    "customs": _customs,
    "imf": _imf,
    "dots": _dots,
    "baci": _baci,
    "baci_twn": _baci_twn,
    "baci_19": _baci_19,
    "mirror": _mirror,
    "mirror_twn": _mirror_twn,
    "cow": _cow,
    "imts": _imts,
}
TABLES = (
    "trade_korea_customs", "trade_korea_total", "trade_russia_comtrade", "trade_imf", "trade_russia_imf", "trade_baci",
    "trade_baci_19", "trade_cow", "trade_imts_2025",
)  # fmt: skip
