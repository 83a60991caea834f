"""Products of a pair: by hand on small tables, and what Russia and Korea really trade."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.helpers import make_evidence

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures.trade_products import product_composition, product_share

CHAPTERS = "hs2, name\n27, Mineral fuels and oils\n44, Wood\n87, Vehicles\n03, Fish and seafood"
RUSSIA = """
    year, iso3_partner, hs2, exports_usd, imports_usd
    2019, KOR, 27, 12000000, 1000000
    2019, KOR, 03, 3000000,
    2019, KOR, 87, , 6000000
    2019, CHN, 27, 40000000, 2000000
"""
TOTALS = "year, iso3_partner, exports_usd, imports_usd\n2019, KOR, 20000000, 8000000\n2019, CHN, 57000000, 54000000"
KOREA = """
    year, month_last, iso3_partner, hs2, exports_kusd, imports_kusd
    2024, 2024-11, RUS, 87, 300, 100
    2024, 2024-11, RUS, 27, 0, 700
    2024, 2024-11, USA, 87, 600, 50
    2024, 2024-11, USA, 44, 200, 0
"""
FUELS = """
    year, iso3_reporter, iso3_partner, hs2, exports_usd, imports_usd
    2015, USA, CHN, 44, 2000000, 3000000
    2015, USA, CHN, 27, 500000,
"""
DOTS = "year, iso3_reporter, iso3_partner, exports_fob_usd, imports_cif_usd\n2015, USA, CHN, 100000000, 400000000"
SITC = """
    year, iso3_exporter, iso3_importer, sitc_section, exports_usd
    2015, KOR, RUS, 7, 300000
    2015, KOR, RUS, 5, 100000
    2015, KOR, RUS, TOTAL, 500000
    2015, RUS, KOR, 3, 900000
    2015, RUS, KOR, TOTAL, 1000000
"""


@pytest.fixture
def small(tmp_path: Path) -> Evidence:
    return make_evidence(
        tmp_path,
        {"hs_chapters": CHAPTERS, "trade_hs_russia": RUSSIA, "trade_russia_comtrade": TOTALS, "trade_sitc": SITC,
         "trade_hs_korea_2024": KOREA, "trade_hs_fuel_wood": FUELS, "trade_imf": DOTS},
    )  # fmt: skip


@pytest.fixture(scope="module")
def real() -> Evidence:
    return Evidence(as_of="2021-03-25")


def test_shares_are_of_the_whole_flow(small: Evidence) -> None:
    found = product_composition(small, reporter="RUS", partner="KOR", flow="export", years=2019)
    rows = found.frame[["product_code", "value_musd", "share_pct", "rank"]].values.tolist()
    assert rows == [["27", 12.0, 60.0, 1], ["03", 3.0, 15.0, 2]]
    assert found.rows == {"trade_hs_russia": [0, 1], "trade_russia_comtrade": [0]}
    assert found.frame["product_name"].tolist() == ["Mineral fuels and oils", "Fish and seafood"]


def test_korean_exports_are_read_in_russian_books(small: Evidence) -> None:
    found = product_share(small, reporter="KOR", partner="RUS", flow="export", product="87", years=2019)
    assert found.only() == 75.0
    assert found.only("rank") == 1
    assert found.only("iso3_books") == "RUS"
    same = product_share(small, reporter="RUS", partner="KOR", flow="import", product="87", years=2019)
    pd.testing.assert_frame_equal(found.frame, same.frame)


def test_the_part_year_of_korean_books(small: Evidence) -> None:
    found = product_composition(small, reporter="USA", partner="KOR", flow="import", years=2024).frame
    assert found[["product_code", "share_pct", "iso3_books"]].values.tolist() == [
        ["87", 75.0, "KOR"],
        ["44", 25.0, "KOR"],
    ]
    fallback = product_composition(small, reporter="KOR", partner="RUS", flow="export", years=2024).frame
    assert fallback["product_code"].tolist() == ["87"], "a chapter without trade is no product of the pair"
    hidden = product_composition(small.at("2024-11-29"), reporter="USA", partner="KOR", flow="import", years=2024)
    assert hidden.missing is not None


def test_wood_of_other_pairs(small: Evidence) -> None:
    found = product_share(small, reporter="USA", partner="CHN", flow="import", product="44")
    assert found.only() == pytest.approx(0.75)
    assert found.only("rank") is None
    assert found.rows == {"trade_hs_fuel_wood": [0], "trade_imf": [0]}


def test_sections_are_the_exporters(small: Evidence) -> None:
    bought = product_composition(small, reporter="KOR", partner="RUS", flow="import", level="sitc").frame
    assert bought[["product_code", "share_pct"]].values.tolist() == [["3", 90.0]]
    assert product_share(small, reporter="KOR", partner="RUS", flow="export", product="7").only() == 60.0


def test_nothing_and_unknown_names(small: Evidence) -> None:
    ended = product_share(small, reporter="RUS", partner="KOR", flow="export", product="87", years=2022).missing
    assert ended is not None
    assert product_composition(small, reporter="USA", partner="CHN", flow="export").missing is not None
    none = product_share(small, reporter="RUS", partner="KOR", flow="export", product="87", years=2019).missing
    assert none is not None
    assert none.kind is MissingKind.NOT_COLLECTED
    with pytest.raises(UnknownName, match="product"):
        product_share(small, reporter="RUS", partner="KOR", flow="export", product="77")
    with pytest.raises(UnknownName, match="flow"):
        product_composition(small, reporter="RUS", partner="KOR", flow="total")
    with pytest.raises(UnknownName, match="level"):
        product_composition(small, reporter="RUS", partner="KOR", flow="export", level="hs4")


def test_cars_lead_what_korea_sells_and_fuels_what_it_buys(real: Evidence) -> None:
    sold = product_composition(real, reporter="KOR", partner="RUS", flow="export", years=2020).frame
    assert sold.iloc[0]["product_name"] == "Vehicles"
    assert sold.iloc[0]["share_pct"] == pytest.approx(21.23, abs=0.01)
    bought = product_composition(real, reporter="KOR", partner="RUS", flow="import", years=2020).frame
    assert bought.iloc[0]["product_code"] == "27"
    assert bought.iloc[0]["share_pct"] == pytest.approx(72.74, abs=0.01)
    cars = product_share(real, reporter="RUS", partner="KOR", flow="export", product="87", years=2020)
    assert cars.only("rank") > 30
    assert cars.only() < 0.01


def test_chapters_of_a_flow_add_up_from_2010(real: Evidence) -> None:
    every = product_composition(real, reporter="RUS", partner="KOR", flow="export").frame
    sums = every.groupby("year")["share_pct"].sum()
    assert sums.loc[2010:2020].between(99.9, 100.1).all()
    # Confidential goods are missing from the early years: a share of the chapters' sum would overstate.
    assert sums[2005] == pytest.approx(88.97, abs=0.01)


def test_what_is_not_classified_has_no_rank(real: Evidence) -> None:
    sold = product_composition(real, reporter="RUS", partner="KOR", flow="export", years=2020).frame
    assert sold["product_code"].tolist()[:4] == ["27", "03", "99", "76"]
    assert sold["rank"].isna().tolist()[:4] == [False, False, True, False]
    assert sold["rank"].tolist()[3] == 3
