"""Sources that disagree: two tables, or two books of one table, that give a value to the same states and year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tightrope.atlas.atlas import Atlas
from tightrope.atlas.grid import Ints, numbered, years
from tightrope.language import t

Floats = npt.NDArray[np.float64]
# Below this, rounding alone makes large ratios: COW counts whole millions.
LEAST_MUSD = 1.0
LEAST_PERSONS = 10.0
# The worst case is looked for where it matters.
LARGE = {"million US dollars": 1000.0, "students": 1000.0, "share": 0.0}


@dataclass(frozen=True)
class Series:
    """Values of directed pairs by year, out of one table.

    Attributes
    ----------
    table : str
    label : str
        What is counted, and by whom.
    key : array of int
        From, to and year in one number.
    value : array of float
        In the unit of the comparison; NaN is missing.
    row : array of int
        Number of the stored row.
    """

    table: str
    label: str
    key: Ints
    value: Floats
    row: Ints


@dataclass(frozen=True)
class Compared:
    """Two series held against each other.

    Attributes
    ----------
    one, other : Series
    unit : str
    pairs : DataFrame
        ``iso3_a``, ``iso3_b`` (from, to), ``year``, ``one``, ``other``, ``row_one``, ``row_other``, ``ratio`` (other over
        one), for pairs and years in which both state at least the smallest value that is compared.
    """

    one: Series
    other: Series
    unit: str
    pairs: pd.DataFrame

    def within(self, share: float) -> float:
        """Give the percentage of pairs and years in which the larger value is at most ``share`` above the smaller."""
        spread = np.abs(np.log(self.pairs["ratio"]))
        return float(100 * (spread <= np.log1p(share) + 1e-12).mean())

    def quantile(self, q: float) -> float:
        """Give a quantile of the ratio."""
        return float(self.pairs["ratio"].quantile(q))

    def worst(self) -> pd.Series | None:
        """Give the pair and year that differ by the largest factor, one of the two values being large."""
        large = self.pairs[self.pairs[["one", "other"]].max(axis=1) >= LARGE[self.unit]]
        if large.empty:
            return None
        return large.iloc[int(np.abs(np.log(large["ratio"].to_numpy())).argmax())]


def comparisons(atlas: Atlas) -> list[Compared]:
    """Hold every two sources of the atlas's tables that state the same thing against each other."""
    musd, people = "million US dollars", "students"
    made = []
    for one, other, unit, least in (
        (_imf_exports, _imf_imports, musd, LEAST_MUSD), (_imf_exports, _baci, musd, LEAST_MUSD),
        (_imf_imports, _cow, musd, LEAST_MUSD), (_baci, _baci_19, musd, LEAST_MUSD), (_baci, _sitc, musd, LEAST_MUSD),
        (_imf_exports, _korean_exports, musd, LEAST_MUSD), (_imf_exports, _comtrade_russia, musd, LEAST_MUSD),
        (_comtrade_russia, _imf_russia, musd, LEAST_MUSD), (_fdi_unctad, _fdi_aisbett, musd, LEAST_MUSD),
        (_uis, _oecd, people, LEAST_PERSONS), (_unga, _unga_published, "share", 0.01),
    ):  # fmt: skip
        first, second = one(atlas), other(atlas)
        if first is None or second is None:
            continue
        pairs = compare(atlas, first, second, least)
        if len(pairs):
            made.append(Compared(first, second, unit, pairs))
    return made


def compare(atlas: Atlas, one: Series, other: Series, least: float) -> pd.DataFrame:
    """Join two series on pair and year, where both state at least ``least``."""
    _, at, to = np.intersect1d(one.key, other.key, assume_unique=True, return_indices=True)
    a, b = one.value[at], other.value[to]
    kept = (a >= least) & (b >= least)
    at, to, a, b = at[kept], to[kept], a[kept], b[kept]
    codes = np.array(_codes(atlas))
    pair, year = np.divmod(one.key[at], 10_000)
    first, second = np.divmod(pair, 1000)
    columns = {"iso3_a": codes[first], "iso3_b": codes[second], "year": year, "one": a, "other": b}
    return pd.DataFrame({**columns, "row_one": one.row[at], "row_other": other.row[to], "ratio": b / a})


def apart(compared: Compared, share: float) -> pd.DataFrame:
    """Give by year how many pairs both books state, and the percentage that lie more than ``share`` apart."""
    is_apart = np.abs(np.log(compared.pairs["ratio"])) > np.log1p(share)
    by_year = is_apart.groupby(compared.pairs["year"])
    return pd.DataFrame({"n_pairs": by_year.size(), "apart_pct": 100 * by_year.mean()}).reset_index()


def _codes(atlas: Atlas) -> list[str]:
    codes: list[str] = atlas._made.setdefault("codes", sorted(atlas.rows("states")["iso3"].to_pylist()))
    return codes


def _series(
    atlas: Atlas, table: str, label: str, start: str, end: str, value: str, scale: float = 1.0,
    where: Callable[[pa.Table], object] | None = None, fixed: tuple[str | None, str | None] = (None, None),
) -> Series | None:  # fmt: skip
    """Read a table as a series, once; None where the atlas does not hold it, or nothing on the day."""
    if table not in {r.name for r in atlas.tables} or not atlas.rows(table).num_rows:
        return None
    if (table, label) in atlas._made:
        return cast("Series", atlas._made[table, label])
    rows = atlas.rows(table)
    if where is not None:
        rows = rows.filter(where(rows))
    place = {code: i for i, code in enumerate(_codes(atlas))}
    ends = []
    for column, code in zip((start, end), fixed, strict=True):
        ends.append(np.full(rows.num_rows, place.get(code, -1)) if code else numbered(rows[column], place))
    values: Floats = pc.fill_null(pc.cast(rows[value], "float64"), np.nan).to_numpy(zero_copy_only=False) / scale
    kept = (ends[0] >= 0) & (ends[1] >= 0) & ~np.isnan(values)
    key = (ends[0] * 1000 + ends[1]) * 10_000 + years(rows["year"])
    # A pair that stands twice in a year (other products, other bases) is compared by neither row.
    _, first, counts = np.unique(key[kept], return_index=True, return_counts=True)
    chosen = np.flatnonzero(kept)[first[counts == 1]]
    numbers = rows["row"].to_numpy()
    made = atlas._made[table, label] = Series(table, label, key[chosen], values[chosen], numbers[chosen])
    return made


def _imf_exports(atlas: Atlas) -> Series | None:
    return _series(
        atlas, "trade_imf", t("IMF, the exporter's book"), "iso3_reporter", "iso3_partner", "exports_fob_usd", 1e6,
        where=lambda rows: _reported(rows, "is_exports_estimated"),
    )  # fmt: skip


def _imf_imports(atlas: Atlas) -> Series | None:
    return _series(
        atlas, "trade_imf", t("IMF, the importer's book"), "iso3_partner", "iso3_reporter", "imports_cif_usd", 1e6,
        where=lambda rows: _reported(rows, "is_imports_estimated"),
    )  # fmt: skip


def _reported(rows: pa.Table, flag: str) -> object:
    """Leave out what the IMF estimated, often from the partner's book, which would agree with it by making."""
    return pc.invert(pc.fill_null(rows[flag], False))


def _baci(atlas: Atlas) -> Series | None:
    return _series(atlas, "trade_baci", "BACI", "iso3_exporter", "iso3_importer", "exports_usd", 1e6)


def _baci_19(atlas: Atlas) -> Series | None:
    return _series(
        atlas, "trade_baci_19", t("BACI, the second copy"), "iso3_exporter", "iso3_importer", "exports_usd", 1e6
    )


def _cow(atlas: Atlas) -> Series | None:
    return _series(
        atlas, "trade_cow", t("Correlates of War, imports"), "iso3_exporter", "iso3_importer", "imports_musd"
    )


def _sitc(atlas: Atlas) -> Series | None:
    return _series(
        atlas, "trade_sitc", t("UNCTAD, all sections"), "iso3_exporter", "iso3_importer", "exports_usd", 1e6,
        where=lambda rows: pc.equal(pc.cast(rows["sitc_section"], "string"), "TOTAL"),
    )  # fmt: skip


def _korean_exports(atlas: Atlas) -> Series | None:
    return _series(
        atlas,
        "trade_korea_customs",
        t("Korean customs, exports"),
        "",
        "iso3_partner",
        "exports_usd",
        1e6,
        fixed=("KOR", None),
    )


def _comtrade_russia(atlas: Atlas) -> Series | None:
    return _series(
        atlas, "trade_russia_comtrade", t("UN Comtrade, Russia's exports"), "", "iso3_partner", "exports_usd", 1e6,
        fixed=("RUS", None),
    )  # fmt: skip


def _imf_russia(atlas: Atlas) -> Series | None:
    return _series(
        atlas,
        "trade_russia_imf",
        t("IMF IMTS, Russia's exports"),
        "",
        "iso3_partner",
        "exports_fob_musd",
        fixed=("RUS", None),
    )


def _fdi_unctad(atlas: Atlas) -> Series | None:
    return _series(atlas, "fdi_unctad", t("UNCTAD, investment"), "iso3_home", "iso3_host", "flow_musd")


def _fdi_aisbett(atlas: Atlas) -> Series | None:
    return _series(atlas, "fdi_aisbett", t("Aisbett and others, investment"), "iso3_home", "iso3_host", "flow_musd")


def _uis(atlas: Atlas) -> Series | None:
    return _series(atlas, "students_uis_pairs", t("UNESCO, students"), "iso3_origin", "iso3_destination", "n_students")


def _oecd(atlas: Atlas) -> Series | None:
    return _series(atlas, "students_oecd", t("OECD, students"), "iso3_origin", "iso3_destination", "n_students")


def _unga(atlas: Atlas) -> Series | None:
    table = "unga_agreement"
    if table not in {r.name for r in atlas.tables} or not atlas.rows(table).num_rows:
        return None
    rows = atlas.rows(table)
    alike = pc.add(pc.cast(rows["n_same"], "float64"), pc.multiply(pc.cast(rows["n_half"], "float64"), 0.5))
    share = pc.divide(alike, pc.cast(rows["n_both_voted"], "float64"))
    place = {code: i for i, code in enumerate(_codes(atlas))}
    ends = [numbered(rows[column], place) for column in ("iso3_a", "iso3_b")]
    key = (ends[0] * 1000 + ends[1]) * 10_000 + years(rows["year"])
    order = np.argsort(key)
    return Series(
        table, t("votes alike, counted by us"), key[order], share.to_numpy()[order], rows["row"].to_numpy()[order]
    )


def _unga_published(atlas: Atlas) -> Series | None:
    return _series(
        atlas, "unga_agreement_published", t("votes alike, as published"), "iso3_a", "iso3_b", "agreement_share"
    )
