"""Mobility recipes: what is added, marked or halved, and what stays empty."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

from tightrope.evidence import Evidence
from tightrope.ingest.mobility import arrivals_reported, students_korea_monthly, students_uis_pairs
from tightrope.ingest.recipe import Raw


@pytest.fixture
def raw(tmp_path: Path) -> Raw:
    (tmp_path / "society").mkdir()
    return Raw(tmp_path)


def _write(raw: Raw, name: str, lines: str) -> None:
    text = "\n".join(line.strip() for line in lines.strip().splitlines())
    (raw.folder / "society" / name).write_text(text + "\n", encoding="utf-8")


def test_two_names_of_one_state_are_added_and_people_without_one_kept(raw: Raw) -> None:
    lines = """year,month,destination_iso3,origin_iso3,origin_name,programme,students
        2022,1,KOR,GBR,United Kingdom,Degree,272
        2022,1,KOR,GBR,England,Degree,3
        2022,1,KOR,,Stateless,Degree,5"""
    _write(raw, "korea_foreign_students_monthly.csv", lines)
    made = students_korea_monthly(raw).set_index("origin")
    assert made.loc["GBR", ["month", "programme", "n_students", "n_lines"]].tolist() == ["2022-01", "degree", 275, 2]
    assert pd.isna(made.loc["Stateless", "iso3_origin"])


def test_a_figure_for_both_ways_is_marked(raw: Raw) -> None:
    lines = """period,origin_iso3,destination_iso3,measure,value,unit,exactness,source_title,source_url,note
        2019,BOTH,BOTH,visits,800000,persons,rounded,T,https://a.example,
        2014-Q1,KOR,RUS,visits,25192,persons,exact; +61%,T,https://a.example,"""
    _write(raw, "tourism_anchors_kor_rus.csv", lines)
    made = arrivals_reported(raw)
    assert made["is_both_ways"].tolist() == [True, False]
    assert made["iso3_origin"].tolist() == ["KOR", "KOR"]
    assert made["is_exact"].tolist() == [False, True]
    assert made["date_last"].dt.strftime("%Y-%m-%d").tolist() == ["2019-12-31", "2014-03-31"]


def test_marks_of_the_producer_become_columns(raw: Raw) -> None:
    lines = """year,origin_iso3,dest_iso3,students,in_top10_destinations_of_origin,in_top10_origins_of_destination,flags
        1998,RUS,KOR,45,True,True,- - - -
        1998,RUS,USA,46,True,False,a - - -
        1998,RUS,DEU,47,True,False,- - c -
        1998,RUS,FRA,48,True,False,- - - d"""
    packed = raw.folder / "society" / "uis_students_top10_pairs_1998_2021.csv.gz"
    packed.write_bytes(gzip.compress("\n".join(line.strip() for line in lines.splitlines()).encode()))
    made = students_uis_pairs(raw).set_index("iso3_destination")
    assert made["is_estimate"].to_dict() == {"KOR": False, "USA": False, "DEU": True, "FRA": True}
    assert made["includes_others"].to_dict() == {"KOR": False, "USA": True, "DEU": False, "FRA": False}


def test_visa_runs_of_a_pair_follow_each_other() -> None:
    runs = Evidence(as_of="2026-11-24").select("visa_regimes")
    runs = runs.sort_values(["iso3_passport", "iso3_destination", "first_seen"])
    pair = runs["iso3_passport"].str.cat(runs["iso3_destination"])
    before = runs["last_seen"].shift().where(pair == pair.shift())
    assert (runs["first_seen"] > before)[before.notna()].all()
    assert (runs["first_seen"] <= runs["last_seen"]).all()
    assert (runs.groupby(["iso3_passport", "iso3_destination"])["n_snapshots"].sum() <= 53).all()


def test_swapped_labels_of_2020_are_put_right_and_kept_as_published() -> None:
    runs = Evidence(as_of="2026-11-24").select("visa_regimes", first_seen=pd.Timestamp("2020-02-07"))
    assert set(runs.loc[runs["value"] == "VOA", "category"]) == {"eta"}
    assert set(runs.loc[runs["value"] == "ETA", "category"]) == {"visa_on_arrival"}
