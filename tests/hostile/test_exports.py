"""No cell of a table that leaves the program is a formula to a spreadsheet, and each reads back as it was."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.helpers import make_package

from tightrope.batch.index import _dead
from tightrope.evidence import Evidence
from tightrope.evidence.excerpt import excerpt

FORMULAS = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("https://evil.example")']
LEADS = ("=", "+", "-", "@", "\t", "\r", "\n")
DAY = "2026-11-24"


def carried(folder: Path, titles: list[str]) -> tuple[Evidence, dict[str, bytes]]:
    """Store votes with such titles, read them, and give the evidence and the files that a report carries."""
    rows = [{"rollcall": f"R{n}", "date": "2019-11-07", "year": 2019, "title": text} for n, text in enumerate(titles)]
    evidence = Evidence(make_package(folder, {"unga_rollcalls": rows}), as_of=DAY)
    evidence.select("unga_rollcalls")
    return evidence, excerpt(evidence).files


def back(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Lay the carried files out as `verify --rerun` does, and give the titles as evidence reads them."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / "data" / name).write_bytes(content)
    return list(Evidence(folder, as_of=DAY).select("unga_rollcalls")["title"])


def part_of(files: dict[str, bytes]) -> dict[str, object]:
    body = json.loads(files["datapackage.json"])
    [one] = [one for one in body["resources"] if one["name"] == "unga_rollcalls"]
    return dict(one["tightrope"]["excerpt"])


def test_a_carried_table_holds_no_formula_and_reads_back_as_it_was(tmp_path: Path) -> None:
    titles = [*FORMULAS, "'quoted'", "plain", "3 - 2", "''"]
    _, files = carried(tmp_path / "there", titles)
    cells = [cell for row in csv.reader(io.StringIO(files["unga_rollcalls.csv"].decode(), newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith(LEADS)] == []
    assert "'=1+1" in cells
    assert part_of(files)["led"] == ["title"]
    assert back(tmp_path / "here", files) == titles


def test_a_table_without_formulas_is_carried_as_it_is(tmp_path: Path) -> None:
    _, files = carried(tmp_path / "there", ["plain", "3 - 2"])
    assert b"'" not in files["unga_rollcalls.csv"]
    assert "led" not in part_of(files)
    assert back(tmp_path / "here", files) == ["plain", "3 - 2"]


def test_numbers_and_days_are_never_led(tmp_path: Path) -> None:
    """A negative number is a number to a spreadsheet too."""
    evidence = Evidence(
        make_package(tmp_path, {"unga_ideal_points": "year, iso3, ideal_point_all\n2019, KOR, -0.5"}), as_of=DAY
    )
    evidence.select("unga_ideal_points")
    assert b",-0.5" in excerpt(evidence).files["unga_ideal_points.csv"]


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    titles=st.lists(
        st.text(alphabet=st.sampled_from("=+-@'\t\n\",;a1 가"), min_size=1, max_size=8), min_size=1, max_size=6
    )
)
def test_any_text_comes_back_as_it_went(titles: list[str], tmp_path: Path) -> None:
    _, files = carried(tmp_path / "there", titles)
    assert back(tmp_path / "here", files) == titles
    cells = [cell for row in csv.reader(io.StringIO(files["unga_rollcalls.csv"].decode(), newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(LEADS)]


@pytest.mark.parametrize("text", FORMULAS)
def test_the_index_of_reports_holds_no_formula(text: str) -> None:
    assert str(_dead(text)).startswith("'")
