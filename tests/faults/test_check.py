"""Spoilt tables: each fault is found and named with table, row, column and value, and nothing else is."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from tests.faults.spoil import CSV, RUNS, add_runs, edit, make_root, rehash, write_runs

from tightrope.cli import main
from tightrope.errors import BadTable, UnknownName
from tightrope.evidence import find_root
from tightrope.evidence.check import check_package, run_check
from tightrope.evidence.check_fault import Fault
from tightrope.ingest.recipe import read_descriptors


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_root(tmp_path)


def _named(faults: list[Fault]) -> list[tuple[str, int | None, int | None, str, str | None, str]]:
    return [(f.table, f.row, f.line, f.column, f.value, f.problem) for f in faults]


def test_a_sound_package_has_no_fault(root: Path) -> None:
    assert check_package(root) == []


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "value", "problem"),
    [
        ("2013,Japan", "20x3,Japan", 2, "year", "20x3", "not a whole number"),
        ("2013,Japan", "2013.0,Japan", 2, "year", "2013.0", "not a whole number"),
        ("2013,Japan", "2013 ,Japan", 2, "year", "2013 ", "not a whole number"),
        ("2013,Japan", "2003,Japan", 2, "year", "2003", "less than the minimum 2009"),
        ("2013,Japan", "2033,Japan", 2, "year", "2033", "more than the maximum 2020"),
        ("JPN,12,500", "JPN,12,-5", 2, "n_total", "-5", "less than the minimum 0"),
        ("JPN,12,500", "JPN,12,", 2, "n_total", "", "empty"),
        ("Japan,JPN", "Japan,JPX", 2, "iso3_origin", "JPX", "not a code of the table states"),
        ("2014,Russia", "2013,Russia", 3, "year+origin", "2013, Russia", "the key stood in an earlier row"),
        ("250,,,,,,months", "250,,,,,,guess", 3, "basis", "guess", "not one of months, previous_year_column"),
    ],
)
def test_each_rule_names_row_line_column_and_value(
    root: Path, old: str, new: str, row: int, column: str, value: str, problem: str
) -> None:
    edit(root, old, new)
    rehash(root)
    assert _named(check_package(root)) == [("arrivals_korea_annual", row, row + 1, column, value, problem)]


@pytest.mark.parametrize(
    ("old", "new", "column", "value", "problem"),
    [
        ("1991-12-26,1991-12-26", "1991-12-26,26/12/1991", "date_last", "26/12/1991", "not a date (2021-03-25)"),
        ("1991-12-26,1991-12-26", "1991-12-26,1991-13-26", "date_last", "1991-13-26", "not a date (2021-03-25)"),
        ("1991-12-26,RUS,", "1991-12-26,RUSSIA,", "actors", "RUSSIA", "not of the form [A-Z]{3}(;[A-Z]{3})*"),
        ("https://b.example", "b.example", "source_url", "b.example", "not of the form https?://.+"),
    ],
)
def test_dates_and_patterns(root: Path, old: str, new: str, column: str, value: str, problem: str) -> None:
    path = "evidence/society/events.csv"
    edit(root, old, new, path)
    rehash(root, path)
    assert _named(check_package(root)) == [("events", 2, 3, column, value, problem)]


def test_a_word_that_is_no_boolean_and_a_name_given_twice(root: Path) -> None:
    path = "evidence/states/states.csv"
    text = (root / "data" / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    header = lines[0].split(",")
    cells = lines[2].split(",")
    cells[header.index("is_un_member")], cells[header.index("name")] = "yes", "China"
    (root / "data" / path).write_text("\n".join([*lines[:2], ",".join(cells), *lines[3:]]) + "\n", encoding="utf-8")
    rehash(root, path)
    assert _named(check_package(root)) == [
        ("states", 2, 3, "name", "China", "is there twice"),
        ("states", 2, 3, "is_un_member", "yes", "not true or false"),
    ]


def test_a_missing_table_says_how_to_get_it_back(root: Path) -> None:
    (root / "data" / CSV).unlink()
    (fault,) = check_package(root)
    assert fault.table == "arrivals_korea_annual"
    assert "is missing" in fault.problem
    assert fault.fix == f"git checkout -- data/{CSV}"


@pytest.mark.parametrize("path", [CSV, RUNS])
def test_a_truncated_table_is_found(root: Path, path: str) -> None:
    full = root / "data" / path
    full.write_bytes(full.read_bytes()[:-8])
    faults = check_package(root)
    assert "truncated" in faults[0].problem
    assert {fault.table for fault in faults} == {Path(path).stem}
    if path == CSV:
        assert (faults[1].row, faults[1].column, faults[1].value) == (3, "basis", None) or faults[1].line == 4


def test_an_edit_that_breaks_no_rule_is_found_by_hash_and_named_from_git(root: Path) -> None:
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(root), *command], check=True)
    edit(root, "JPN,12,500", "JPN,12,501")
    whole, cell = check_package(root)
    assert "edited" in whole.problem
    assert _named([cell]) == [("arrivals_korea_annual", 2, 3, "n_total", "501", "was '500' before")]
    edit(root, "2014,Russia", "2019,China,CHN,12,1,,,,,,months\n2014,Russia")
    found = _named(check_package(root))
    assert ("arrivals_korea_annual", 2, 3, "", None, "1 row more than before, the first difference here") in found
    assert ("arrivals_korea_annual", None, None, "", None, "4 rows, the descriptor says 3") in found


def test_without_git_an_edit_is_still_found_by_hash(root: Path) -> None:
    edit(root, "JPN,12,500", "JPN,12,501")
    (fault,) = check_package(root)
    assert "edited" in fault.problem
    assert "could not be traced" in fault.why


def test_a_line_with_a_cell_too_many_is_named_by_its_line(root: Path) -> None:
    edit(root, "2013,Japan", "2013,Japan,too,many")
    faults = check_package(root)
    (line,) = [fault for fault in faults if fault.line]
    assert (line.line, line.problem) == (3, "13 cells where the table has 11")
    # The rows after it keep the line they stand on.
    edit(root, "RUS,12,250", "RUS,12,-250")
    (range_fault,) = [fault for fault in check_package(root) if fault.column == "n_total"]
    assert (range_fault.row, range_fault.line) == (2, 4)


def test_a_cell_with_a_line_break_does_not_shift_the_line_numbers(root: Path) -> None:
    edit(root, "2013,Japan", '2013,"Ja\npan"')
    edit(root, "2014,Russia", "2044,Russia")
    rehash(root)
    (fault,) = check_package(root)
    assert (fault.row, fault.line, fault.column, fault.value) == (3, 5, "year", "2044")


def test_columns_that_are_missing_or_unknown(root: Path) -> None:
    edit(root, "n_months", "months")
    rehash(root)
    found = [(f.column, f.problem) for f in check_package(root)]
    assert found == [("months", "the descriptor does not know this column"), ("n_months", "the column is missing")]


@pytest.mark.parametrize(
    ("rows", "row", "column", "value"),
    [
        ([("KOR", "RUS", "visa_free", "60"), ("KOR", "XXX", "visa_free", "60")], 2, "iso3_destination", "XXX"),
        ([("KOR", "RUS", "free", "60")], 1, "category", "free"),
        ([("KOR", "RUS", "eta", "1"), ("KOR", "RUS", "eta", "2")], 2, "iso3_passport+iso3_destination+first_seen",
         "KOR, RUS, 2020-03-09"),
    ],
)  # fmt: skip
def test_the_same_rules_hold_for_parquet(
    root: Path, rows: list[tuple[str, str, str, str]], row: int, column: str, value: str
) -> None:
    add_runs(root, rows)
    (fault,) = check_package(root)
    assert (fault.table, fault.row, fault.line, fault.column, fault.value) == ("visa_regimes", row, None, column, value)


def test_a_parquet_column_of_another_type(root: Path) -> None:
    table = pq.read_table(root / "data" / RUNS)
    texts = table.set_column(6, "n_snapshots", pa.array(["1", "1"]))
    write_runs(root, texts, read_descriptors()["visa_regimes"])
    (fault,) = check_package(root)
    assert (fault.column, fault.problem) == ("n_snapshots", "stored as string, the descriptor says integer")


def test_a_whole_bad_column_is_counted_and_not_listed_whole(root: Path) -> None:
    add_runs(root, [("KOR", "RUS", "free", str(n)) for n in range(30)])
    faults = check_package(root)
    bad = [fault for fault in faults if fault.column == "category"]
    assert (len(bad), bad[-1].more) == (20, 10)
    text = run_check(root).text()
    # Thirty bad words and twenty-nine repeated keys; twenty are shown.
    assert "visa_regimes: 59 faults" in text
    assert "and 39 more" in text
    assert text.count("value 'free'") == 20


def _change(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(entry: dict[str, Any]) -> None:
        at: Any = entry
        *path, last = key.split("/")
        for step in path:
            at = at[int(step) if step.isdigit() else step]
        at[last] = value

    return change


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("tightrope/describes", {"kind": "year", "field": "jahr"}, "jahr"),
        ("tightrope/describes", {"kind": "year"}, "names no field"),
        ("schema/primaryKey", ["year", "orgin"], "orgin"),
        ("schema/foreignKeys/0/reference/resource", "stats", "stats"),
        ("schema/fields/0/description", "", "description"),
        ("schema/fields/2/missing", "", "empty cell"),
        ("schema/fields/0/constraints", {"required": True, "minimum": "early"}, "minimum 'early'"),
        ("schema/fields/1/constraints", {"required": True, "pattern": "["}, "regular expression"),
        ("schema/fields/1/constraints", {"required": True, "minLength": 3}, "minLength"),
        ("path", "../outside.csv", "not safe"),
        ("hash", 7, "datapackage.json"),
    ],
)  # fmt: skip
def test_a_spoilt_descriptor_is_found(root: Path, key: str, value: Any, word: str) -> None:
    path = root / "data" / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    (entry,) = [r for r in package["resources"] if r["path"] == CSV]
    _change(key, value)(entry)
    path.write_text(json.dumps(package), encoding="utf-8")
    if key == "hash":
        with pytest.raises(BadTable, match=word):
            check_package(root)
        return
    faults = check_package(root)
    assert any(word in f"{fault.column} {fault.problem}" and fault.table == "arrivals_korea_annual" for fault in faults)


def test_a_file_that_no_table_names(root: Path) -> None:
    (root / "data" / "evidence" / "mobility" / "old.csv").write_text("a\n1\n", encoding="utf-8")
    (fault,) = check_package(root)
    assert (fault.table, "old.csv" in fault.problem) == ("datapackage.json", True)
    assert check_package(root, ["states"]) == []


def test_only_the_tables_named_are_looked_at(root: Path) -> None:
    (root / "data" / CSV).unlink()
    assert check_package(root, ["states", "events"]) == []
    with pytest.raises(UnknownName, match="arrivals_korea_annual"):
        check_package(root, ["arrivals_korea_anual"])


def test_the_command_ends_with_2_and_a_list(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIGHTROPE_ROOT", str(root))
    sound = CliRunner().invoke(main, ["check"])
    assert (sound.exit_code, sound.output.count("\n")) == (0, 2)
    assert sound.output.startswith("4 tables, 12 rows, 0.0 MB: all valid (")
    assert sound.output.endswith("no article under data/articles\n")
    edit(root, "Japan,JPN", "Japan,JPX")
    spoilt = CliRunner().invoke(main, ["check"])
    assert spoilt.exit_code == 2
    assert isinstance(spoilt.exception, SystemExit)
    assert "row 2 (line 3), column iso3_origin, value 'JPX': not a code of the table states" in spoilt.output
    assert "do: git checkout -- data/" in spoilt.output
    assert str(root) not in spoilt.output
    unknown = CliRunner().invoke(main, ["check", "stats"])
    assert unknown.exit_code == 2
    assert "did you mean 'states'" in unknown.output


def test_the_evidence_itself_is_valid_and_checked_in_seconds() -> None:
    start = time.perf_counter()
    found = run_check(find_root())
    assert found.text().endswith(f"all valid ({found.seconds:.1f} s)"), found.text()
    assert found.n_rows > 7_000_000
    # Three seconds on an idle machine; the limit leaves room for a busy one.
    assert time.perf_counter() - start < 30
