"""A change in one state's rows is a change for the reports that read them, and for no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.helpers import make_package

from tightrope.evidence import Evidence
from tightrope.evidence.inputs import current_inputs, inputs_of, still_hold

TRADE = """year, iso3_exporter, iso3_importer, exports_usd
2018, KOR, RUS, 7
2018, JPN, RUS, 1
2019, KOR, USA, 3
2019, RUS, KOR, {value}"""
GDP = "iso3, year\nKOR, 2018"


def package(root: Path, value: int = 2, gdp: str = GDP) -> Evidence:
    return Evidence(make_package(root, {"trade_baci": TRADE.format(value=value), "gdp": gdp}), as_of="2026-11-24")


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Give the names whose rows are others; the hash of the table stands before that of its rows."""
    return [name for name in before if before[name].rpartition("-")[2] != after[name].rpartition("-")[2]]


def test_reads_are_named_by_table_and_value(tmp_path: Path) -> None:
    evidence = package(tmp_path)
    evidence.select("trade_baci", iso3_exporter="KOR", iso3_importer=["RUS", "USA"])
    evidence.select("trade_baci", year=2018, iso3_exporter=["JPN", "KOR"])
    found = inputs_of(evidence)
    assert list(found) == [
        "#package", "states", "states#about", "trade_baci#about", "trade_baci?iso3_exporter=JPN,KOR",
        "trade_baci?iso3_exporter=KOR&iso3_importer=RUS,USA",
    ]  # fmt: skip
    assert found == current_inputs(tmp_path, found)
    assert len(set(found.values())) == len(found)


def test_only_the_rows_that_changed_are_changed(tmp_path: Path) -> None:
    evidence = package(tmp_path)
    for state in ("KOR", "RUS", "JPN"):
        evidence.select("trade_baci", iso3_exporter=state)
    before = inputs_of(evidence)
    package(tmp_path, value=3)
    after = current_inputs(tmp_path, before)
    assert changed(before, after) == ["trade_baci?iso3_exporter=RUS"]


def test_both_states_of_a_directed_pair_name_its_rows(tmp_path: Path) -> None:
    evidence = package(tmp_path)
    evidence.select("trade_baci", iso3_exporter="KOR", iso3_importer="RUS")
    evidence.select("trade_baci", iso3_exporter="RUS", iso3_importer=["KOR", "JPN"])
    before = inputs_of(evidence)
    package(tmp_path, value=3)
    assert changed(before, current_inputs(tmp_path, before)) == ["trade_baci?iso3_exporter=RUS&iso3_importer=JPN,KOR"]


def test_rows_of_a_table_that_is_as_it_was_are_not_hashed_again(tmp_path: Path) -> None:
    evidence = package(tmp_path)
    evidence.select("trade_baci", iso3_exporter="KOR")
    name = "trade_baci?iso3_exporter=KOR"
    table = evidence.source("trade_baci").hash.removeprefix("sha256:")[:8]
    told = {name: ["01234567-other", f"{table}-as told"]}
    assert current_inputs(tmp_path, told) == {name: f"{table}-as told"}
    assert still_hold({name: "new-as told"}, told) == {name: [f"{table}-as told"]}
    assert still_hold({name: "new-changed"}, told) == {name: "new-changed"}


@pytest.mark.parametrize("chosen", [{}, {"year": 2018}, {"iso3_exporter": [f"X{i:02d}" for i in range(41)]}])
def test_a_read_by_no_name_or_by_many_is_a_read_of_the_table(tmp_path: Path, chosen: dict[str, object]) -> None:
    evidence = package(tmp_path)
    evidence.select("trade_baci", iso3_exporter="KOR")
    evidence.select("trade_baci", **chosen)
    before = inputs_of(evidence)
    assert "trade_baci" in before
    assert not any(name.startswith("trade_baci?") for name in before)
    package(tmp_path, value=3)
    assert current_inputs(tmp_path, before)["trade_baci"] != before["trade_baci"]


def test_tables_read_past_select_are_named_by_the_caller(tmp_path: Path) -> None:
    assert {"gdp", "gdp#about"} <= set(inputs_of(package(tmp_path), also=["gdp"]))


def test_what_the_descriptor_says_counts_but_not_the_files_hash(tmp_path: Path) -> None:
    evidence = package(tmp_path)
    evidence.select("gdp", iso3="KOR")
    before = inputs_of(evidence)
    path = tmp_path / "data" / "datapackage.json"
    body = json.loads(path.read_text())
    gdp = next(r for r in body["resources"] if r["name"] == "gdp")
    gdp["tightrope"]["notes"] = ["A fault was found."]
    path.write_text(json.dumps(body))
    after = current_inputs(tmp_path, before)
    assert changed(before, after) == ["gdp#about"]


def test_a_table_or_column_that_is_gone_has_no_hash(tmp_path: Path) -> None:
    package(tmp_path)
    assert current_inputs(tmp_path, ["gone", "gone?iso3=KOR", "gdp?gone=KOR", "gone#about"]) == {}


def test_a_value_without_rows_changes_once_it_has_some(tmp_path: Path) -> None:
    evidence = package(tmp_path)
    evidence.select("gdp", iso3="RUS")
    before = inputs_of(evidence)
    package(tmp_path, gdp=GDP + "\nRUS, 2018")
    assert current_inputs(tmp_path, before)["gdp?iso3=RUS"] != before["gdp?iso3=RUS"]


def test_a_row_more_is_no_other_description(tmp_path: Path) -> None:
    evidence = package(tmp_path)
    evidence.select("gdp", iso3="KOR")
    before = inputs_of(evidence)
    package(tmp_path, gdp=GDP + "\nRUS, 2018")
    assert changed(before, current_inputs(tmp_path, before)) == []


def test_what_was_only_described_and_what_was_only_checked_counts(tmp_path: Path) -> None:
    evidence = package(tmp_path)
    evidence.package.table("gdp")
    other = Evidence(evidence.root, as_of="2026-11-24")
    other.select("trade_baci", iso3_exporter="JPN")
    evidence.checked.extend(other.reads)
    assert {"gdp#about", "trade_baci?iso3_exporter=JPN"} <= set(inputs_of(evidence))
    assert "gdp" not in inputs_of(evidence)
