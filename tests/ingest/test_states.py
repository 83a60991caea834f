"""The states table: 193 members, five permanent ones, and a home for every old code."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tightrope.evidence import Evidence
from tightrope.ingest.recipe import Raw
from tightrope.ingest.states import FORMER, states


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return Evidence(as_of="2026-11-24").select("states").set_index("iso3")


def test_the_united_nations_are_counted_right(table: pd.DataFrame) -> None:
    assert table["is_un_member"].sum() == 193
    assert sorted(table.index[table["is_unsc_permanent"]]) == ["CHN", "FRA", "GBR", "RUS", "USA"]
    assert not table.loc["VAT", "is_un_member"]


def test_kinds_follow_their_rule(table: pd.DataFrame) -> None:
    assert (table.loc[table["is_un_member"], "kind"] == "state").all()
    others = table.index[table["kind"].eq("state") & ~table["is_un_member"]]
    assert sorted(others) == ["PSE", "TWN", "VAT", "XKX"]
    assert table.loc[["HKG", "GRL"], "kind"].eq("territory").all()
    assert table.loc[["SUN", "DDR"], "kind"].eq("former").all()
    assert table.loc[["WLD", "EUU"], "kind"].eq("group").all()


def test_a_code_that_looks_empty_is_kept(table: pd.DataFrame) -> None:
    assert table.loc["NAM", "iso2"] == "NA"


def test_an_area_that_is_no_area_is_missing(table: pd.DataFrame) -> None:
    assert pd.isna(table.loc["SJM", "area_km2"])
    assert table["area_km2"].min() > 0


def test_old_codes_say_what_became_of_them(table: pd.DataFrame) -> None:
    for code, name, kind, _, note in FORMER:
        assert (table.loc[code, "name"], table.loc[code, "kind"], table.loc[code, "note"]) == (name, kind, note)
    assert table.loc[table["iso2"].notna(), "note"].isna().all()


def test_recipe_keeps_one_row_a_code(tmp_path: Path) -> None:
    folder = tmp_path / "politics"
    folder.mkdir()
    columns = "iso3,iso2,name,official_name,un_member,unsc_permanent_member,region,subregion,wb_region,capital,area_km2"
    columns += ",lat,lng,cown,un_m49,first_unga_vote_year\n"
    rows = "KOR,KR,South Korea,Republic of Korea,True,False,Asia,Eastern Asia,East Asia & Pacific,Seoul,100210"
    rows += ",37,127.5,732,410,1991\nHKG,HK,Hong Kong,Hong Kong,False,False,Asia,,,,-1,22,114,,344,\n"
    (folder / "countries.csv").write_text(columns + rows, encoding="utf-8")
    made = states(Raw(tmp_path)).set_index("iso3")
    assert len(made) == 2 + len(FORMER)
    assert made.loc["KOR", ["kind", "cow_code", "m49"]].tolist() == ["state", 732, 410]
    assert made.loc["HKG", "kind"] == "territory"
    assert pd.isna(made.loc["HKG", "area_km2"])
