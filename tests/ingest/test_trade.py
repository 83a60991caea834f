"""Recipes of trade: the known faults of the raw files, on files small enough to read."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tightrope.evidence import Evidence, load_package, read_table
from tightrope.ingest import trade, trade_economy, trade_products
from tightrope.ingest.recipe import RECIPES, Raw, read_descriptors

ROOT = Path(__file__).resolve().parents[2]
OURS = sorted(name for name, entry in read_descriptors().items() if entry["theme"] == "trade")


@pytest.fixture
def raw(tmp_path: Path) -> Callable[..., Raw]:
    def write(name: str, text: str) -> Raw:
        (tmp_path / "trade").mkdir(exist_ok=True)
        lines = "\n".join(line.strip() for line in text.strip().splitlines())
        path = tmp_path / "trade" / name
        if name.endswith(".parquet"):
            plain = path.with_suffix(".csv")
            plain.write_text(lines)
            pd.read_csv(plain, keep_default_na=False, na_values=[""]).to_parquet(path)
        elif name.endswith(".gz"):
            path.write_bytes(gzip.compress(lines.encode()))
        else:
            path.write_text(lines)
        return Raw(tmp_path, is_sample=True)

    return write


def plain(frame: pd.DataFrame) -> list[list[object]]:
    return [[None if pd.isna(v) else v for v in row] for row in frame.astype(object).values.tolist()]


def test_dollars_are_whole_and_missing_stays_missing() -> None:
    values = trade.whole_dollars(pd.Series([0.001, 7921973.456, None, 0.0]), 1e3)
    assert values.tolist()[:2] == [1, 7921973456]
    assert values.isna().tolist() == [False, False, True, False]


def test_an_import_that_repeats_the_export_is_missing_and_flagged(raw: Callable[..., Raw]) -> None:
    source = raw(
        "korea_partners_kosis_cow_1949_2023.csv",
        """year,partner_iso3,partner_name,korea_exports_usd,korea_imports_usd,korea_exports_cow_usd,korea_imports_cow_usd,imports_flag
        2019,RUS,Russia,7774133000,,,,source_error_import_equals_export
        2019,NAM,Namibia,1000,,,,
        1950,JPN,Japan,,,5,6,""",
    )
    made = trade.trade_korea_customs(source)
    assert plain(made[["iso3_partner", "exports_usd", "imports_usd", "is_import_error"]]) == [
        ["RUS", 7774133000, None, True],
        ["NAM", 1000, None, False],
    ]


def test_cow_is_directed_and_unknown_flows_have_no_row(raw: Callable[..., Raw]) -> None:
    source = raw(
        "cow_dyadic_trade_1870_2014.parquet",
        """ccode1,iso3_1,ccode2,iso3_2,year,imports_1_from_2_musd,imports_2_from_1_musd
        2,USA,265,,1980,30,40
        2,USA,365,RUS,1980,,50
        2,USA,365,RUS,1945,1,2""",
    )
    made = trade.trade_cow(source)
    assert plain(made.sort_values("imports_musd")) == [
        [1980, "USA", "DDR", 30], [1980, "DDR", "USA", 40], [1980, "RUS", "USA", 50],
    ]  # fmt: skip


def test_russian_customs_keep_taiwan_and_leave_areas_out(raw: Callable[..., Raw]) -> None:
    source = raw(
        "rus_partners_comtrade_2000_2020.csv",
        """year,flow,partner_iso3,partner_un_code,partner_name,trade_value_usd,comtrade_flag,hs_edition
        2013,Export,KOR,410,Rep. of Korea,14,0,H4
        2013,Import,KOR,410,Rep. of Korea,10,0,H4
        2013,Export,,899,"Areas, nes",67,0,H4
        2013,Export,,490,"Other Asia, nes",4,0,H4
        2013,Re-Import,KOR,410,Rep. of Korea,1,0,H4""",
    )
    made = trade.trade_russia_comtrade(source).sort_values("iso3_partner")
    assert plain(made[["iso3_partner", "exports_usd", "imports_usd"]]) == [["KOR", 14, 10], ["TWN", 4, None]]


def test_imf_world_stays_groups_go_and_estimates_are_marked(raw: Callable[..., Raw]) -> None:
    source = raw(
        "rus_partners_imf_imts_2016_2024.csv",
        """year,reporter_iso3,flow,partner_code,partner_name,is_aggregate,value_musd
        2021,RUS,Export_FOB,G001,World,True,490
        2022,RUS,Export_FOB,KOS,Kosovo,False,1.5
        2022,RUS,Import_CIF,G163,Euro Area,True,9""",
    )
    made = trade.trade_russia_imf(source)
    columns = ["year", "iso3_partner", "exports_fob_musd", "is_estimated"]
    assert plain(made.reindex(columns=columns)) == [[2021, "WLD", 490.0, False], [2022, "XKX", 1.5, True]]


def test_fuels_and_wood_leave_re_exports_inside_exports(raw: Callable[..., Raw]) -> None:
    source = raw(
        "comtrade_hs27_hs44_dyads_1988_2017.parquet",
        """year,hs2,flow,reporter_iso3,reporter_name,partner_iso3,partner_name,trade_value_usd
        1998,44,Export,BEL,Belgium-Luxembourg,FRA,France,10
        1998,44,Re-Export,BEL,Belgium-Luxembourg,FRA,France,3
        1998,44,Import,BEL,Belgium-Luxembourg,FRA,France,8
        1998,44,Import,FRA,France,,Bunkers,5""",
    )
    made = trade_products.trade_hs_fuel_wood(source)
    assert plain(made) == [[1998, "BLX", "FRA", "44", 10, 8]]


def test_investment_is_put_back_under_its_own_economy(raw: Callable[..., Raw]) -> None:
    source = raw(
        "unctad_fdi_outflows_dyads_2001_2012.csv.gz",
        """year,home_iso3,home_name,host_iso3,host_name,fdi_outflow_musd
        2010,BOL,Moldova,RUS,Russian Federation,2.5
        2010,BOL,Plurinational State of Bolivia,RUS,Russian Federation,
        2010,KOR,Korea,CHN,"Macao, China",3
        2010,KOR,Korea,CHN,China,700
        2010,KOR,Korea,,CIS,5""",
    )
    made = trade_economy.fdi_unctad(source)
    assert plain(made) == [
        [2010, "MDA", "RUS", 2.5], [2010, "KOR", "MAC", 3.0], [2010, "KOR", "CHN", 700.0],
    ]  # fmt: skip


def test_the_day_of_a_page_is_read_from_its_title(raw: Callable[..., Raw]) -> None:
    header = "claim_or_metric,reporter,partner,year,value,unit,source_title,source_url,note\n"
    raw("reported_figures.csv", header + "trade turnover,RUS,KOR,2015-2019,4,rank,A page 2020-09-07,https://a.example,")
    source = raw("reported_figures_2.csv", header + "cars,RUS,KOR,2021,5,vehicles,B page 2021,https://b.example,x")
    made = trade_economy.figures_reported(source)
    assert plain(made[["year_last", "published"]]) == [[2019, pd.Timestamp("2020-09-07").date()], [2021, None]]


def test_every_table_has_a_recipe_and_stands_in_the_package() -> None:
    assert set(OURS) <= set(RECIPES)
    assert set(OURS) <= {resource.name for resource in load_package(ROOT).resources}
    assert len(OURS) == 22


@pytest.mark.parametrize("name", OURS)
def test_every_field_says_what_it_is(name: str) -> None:
    for field in read_descriptors()[name]["fields"]:
        assert field["description"], field["name"]
        required = field.get("constraints", {}).get("required", False)
        assert bool(field.get("missing")) != required, f"{field['name']}: required, or says what missing means"
        if field["type"] in ("number", "integer"):
            assert field.get("unit"), field["name"]


def test_trade_stays_within_its_size_and_its_known_sums() -> None:
    package = load_package(ROOT)
    assert sum(package.table(name).bytes for name in OURS) < 17_000_000
    real = Evidence(ROOT, as_of="2026-11-24")
    assert int(real.select("trade_korea_customs", ["is_import_error"])["is_import_error"].sum()) == 141
    # Partners of Korea add up to its total within a thousandth.
    partners = real.select("trade_korea_customs", ["exports_usd"], year=2019)["exports_usd"].sum()
    total = real.select("trade_korea_total", ["exports_usd"], year=2019)["exports_usd"].iloc[0]
    assert partners == pytest.approx(total, rel=1e-3)
    baci = real.select("trade_baci", iso3_exporter="KOR", iso3_importer="RUS", year=2020)["exports_usd"].iloc[0]
    assert baci == pytest.approx(7.92e9, rel=1e-3)


@pytest.mark.parametrize("name", OURS)
def test_codes_are_in_the_states_table(name: str) -> None:
    package = load_package(ROOT)
    states = set(read_table(ROOT, package.table("states"))["iso3"].to_pylist())
    resource = package.table(name)
    for key in resource.table_schema.foreign_keys:
        column = read_table(ROOT, resource)[key["fields"][0]]
        assert set(column.drop_null().unique().to_pylist()) <= states
