"""Corrections as data: they hold on the tables we have, and speak up once a source is mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tightrope.errors import BadRecord, BadTable, UnknownName
from tightrope.evidence import find_root
from tightrope.evidence.corrections import FOLDER, Correction, check_corrections, correction, load_corrections

ROOT = find_root()


def record(**changed: Any) -> Correction:
    made: dict[str, Any] = {
        "id": "doubled", "table": "students_oecd", "title": "Doubled", "applied": "recipe",
        "reason": "Everybody is counted twice over.", "reference": "Seen beside another table.", "address": "",
        "rule": {"kind": "divide", "column": "twice", "into": "once", "by": 2},
        "expect": [{"stage": "raw", "says": "every figure is even", "every": "twice % 2 == 0", "n": 2}],
    }  # fmt: skip
    return Correction.model_validate({**made, **changed})


def test_every_correction_is_still_due_on_the_built_tables() -> None:
    assert check_corrections(ROOT) == []


def test_the_three_known_errors_are_recorded() -> None:
    names = {c.id for c in load_corrections(ROOT)}
    assert {"korea-customs-imports-repeat-exports", "visa-labels-swapped", "oecd-students-doubled"} <= names


def test_dividing_halves_and_refuses_a_mended_source() -> None:
    raw = pd.DataFrame({"twice": [4, 10]})
    assert record().apply(raw)["once"].tolist() == [2, 5]
    with pytest.raises(BadTable, match="no longer shows the error of doubled"):
        record().apply(pd.DataFrame({"twice": [2, 5]}))
    with pytest.raises(BadTable) as caught:
        record().apply(pd.DataFrame({"twice": [4, 10, 12]}))
    assert "3 rows, 2 expected" in caught.value.where


def test_relabelling_swaps_inside_the_four_snapshots_only() -> None:
    rule = correction(ROOT, "visa-labels-swapped").model_copy(update={"expect": []})
    raw = pd.DataFrame(
        {
            "value": ["VOA", "ETA", "VOA", "90"],
            "category": ["visa_on_arrival", "eta", "visa_on_arrival", "visa_free"],
            "first_snapshot": ["2020-02-07", "2020-03-09", "2019-12-17", "2020-03-09"],
            "last_snapshot": ["2020-05-09", "2020-03-09", "2019-12-17", "2020-05-09"],
        }
    )
    assert rule.apply(raw)["category"].tolist() == ["eta", "visa_on_arrival", "visa_on_arrival", "visa_free"]


def test_blanking_empties_flagged_cells_and_leaves_the_rest() -> None:
    flag = "source_error_import_equals_export"
    rule = correction(ROOT, "korea-customs-imports-repeat-exports").model_copy(update={"expect": []})
    raw = pd.DataFrame({"korea_imports_usd": [5.0, 7.0], "imports_flag": [flag, None]})
    made = rule.apply(raw)["korea_imports_usd"]
    assert pd.isna(made[0])
    assert made[1] == 7.0


def test_a_mended_table_is_a_fault_that_names_the_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mended = pd.DataFrame({"n_published_doubled": [3], "n_students": [3], "iso3_destination": ["KOR"], "year": [2019]})
    monkeypatch.setattr("tightrope.evidence.corrections._stored", lambda root, table: mended)
    faults = check_corrections(ROOT, ["students_oecd"])
    assert faults
    assert all("oecd-students-doubled is not due" in f.problem for f in faults)
    assert any("not every row has n_published_doubled == 2 * n_students" in f.problem for f in faults)


def test_a_sum_set_beside_another_table(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = {
        "students_oecd": pd.DataFrame({"n": [30, 10]}),
        "students_uis_total": pd.DataFrame({"m": [20]}),
    }
    monkeypatch.setattr("tightrope.evidence.corrections._stored", lambda root, table: frames[table])
    expect = {
        "stage": "built", "says": "the sum is about twice the other", "column": "n",
        "against": {"table": "students_uis_total", "column": "m"}, "ratio": [1.9, 2.1],
    }  # fmt: skip
    assert list(record(expect=[expect]).problems(frames["students_oecd"], "built", ROOT)) == []
    tight = record(expect=[{**expect, "ratio": [0.9, 1.1]}])
    assert "the ratio is 2.00" in next(tight.problems(frames["students_oecd"], "built", ROOT))


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"rule": None}, "has a rule"),
        ({"expect": []}, "at least 1"),
        ({"expect": [{"stage": "raw", "says": "something or other"}]}, "needs n, every, none or ratio"),
        ({"because": "of a key"}, "because"),
    ],
)
def test_a_record_that_says_too_little_is_refused(changed: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        record(**changed)


def test_bad_files_and_names_are_named(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    (folder / "bad.toml").write_text("id = ", encoding="utf-8")
    with pytest.raises(BadRecord, match="not valid TOML"):
        load_corrections(tmp_path)
    (folder / "bad.toml").write_text('id = "x"\n', encoding="utf-8")
    with pytest.raises(BadRecord) as caught:
        load_corrections(tmp_path)
    assert "bad.toml" in caught.value.where
    with pytest.raises(UnknownName, match="oecd-students-doubled"):
        correction(ROOT, "oecd-student-doubled")


def test_an_expectation_on_a_column_that_is_gone_says_so() -> None:
    lost = record(expect=[{"stage": "built", "says": "a column is there", "where": {"gone": 1}, "n": 1}])
    assert list(lost.problems(pd.DataFrame({"n": [1]}), "built")) == ["a column is there: there is no column gone"]
