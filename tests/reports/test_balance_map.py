"""The balance map as its reader gets it: a whole report, a sparse one, the notebook for other powers, and bad input."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from tests.reports.conftest import ROOT, AsStored, Run, tightrope
from tests.reports.whole import (
    faults,
    keeps_no_path,
    leaps,
    pdf_title,
    read_page,
    refused,
    run_cells,
    sections,
    text_of,
    untraced,
    wordless,
)

pytestmark = pytest.mark.report
PATH = ROOT / "notebooks" / "balance_map.ipynb"
SECTIONS = [
    "At a glance", "Close to both, to one, to neither", "Votes in the United Nations", "Trade",
    "Visas, pacts, arms and sanctions", "How it moved", "Nearest neighbours", "Every state", "How to read this page",
    "Where the numbers come from", "Sources",
]  # fmt: skip
RICH, SPARSE = "kor-between-usa-rus-as-of-2024-12-31", "plw-between-nru-tuv-as-of-2024-12-31"


@pytest.fixture(scope="module")
def rich(as_stored: AsStored) -> Run:
    return as_stored("balance_map")


@pytest.fixture(scope="module")
def sparse(tmp_path_factory: pytest.TempPathFactory) -> Run:
    given = [part for text in ("power_a=NRU", "power_b=TUV", "focus=PLW") for part in ("-p", text)]
    run = tightrope("render", "balance_map", *given, "--formats", "html", out=tmp_path_factory.mktemp("sparse"))
    assert run.code == 0, run.text
    return run


@pytest.fixture(scope="module")
def pages(rich: Run, sparse: Run) -> dict[str, BeautifulSoup]:
    files = {RICH: rich.folder / "balance-usa-rus", SPARSE: sparse.folder / "balance-nru-tuv"}
    return {stem: read_page(folder / f"{stem}.html") for stem, folder in files.items()}


@pytest.mark.parametrize("stem", [RICH, SPARSE])
def test_every_section_has_content_in_order(pages: dict[str, BeautifulSoup], stem: str) -> None:
    found = sections(pages[stem], SECTIONS)
    assert list(found) == SECTIONS
    assert min(list(found.values())[:-1]) > 10, found
    assert leaps(pages[stem]) == []


def test_the_rich_page_says_what_the_measures_say(pages: dict[str, BeautifulSoup]) -> None:
    text = text_of(pages[RICH])
    finding = re.sub(r"\s+", " ", pages[RICH].find(class_="finding").text)
    assert 10 < len(finding.split()) <= 60
    assert (
        "10 are close to both, 72 to the United States only, 29 to Russia only, 77 to neither; 5 cannot be told"
        in finding
    )
    assert "South Korea is close to the United States only: 5 of 5 signs hold" in finding
    assert "Malaysia (visas with Russia)" in text
    assert "82 of 172" in text
    figures = pages[RICH].main.find_all("figure")
    assert len(figures) == 6
    assert wordless(figures, "31 December 2024") == []


def test_the_annex_has_every_state_with_the_focus_first(pages: dict[str, BeautifulSoup]) -> None:
    table = next(
        t
        for t in pages[RICH].main.find_all("table")
        if t.caption and t.caption.text.startswith("Every state between the United")
    )
    codes = [row.find(["td", "th"]).get_text(strip=True) for row in table.tbody.find_all("tr")]
    assert len(codes) == len(set(codes)) == 193
    assert codes[0] == "KOR"


def test_the_sparse_page_is_honest(pages: dict[str, BeautifulSoup]) -> None:
    text = re.sub(r"\s+", " ", pages[SPARSE].main.get_text(" "))
    assert "Nauru is a state from 1999 on" in text
    assert "tabled for the United States only" in text
    assert "declared no trade with it" in text


@pytest.mark.parametrize("stem", [RICH, SPARSE])
def test_nothing_missing_is_printed_as_a_number_or_a_fault(pages: dict[str, BeautifulSoup], stem: str) -> None:
    assert faults(pages[stem]) == []


@pytest.mark.parametrize("stem", [RICH, SPARSE])
def test_every_number_in_the_text_is_traced(pages: dict[str, BeautifulSoup], stem: str) -> None:
    beside = ".reference, table, pre, svg, style, details"
    assert untraced(pages[stem], 100, beside=beside, has_annex=False) == []


def test_the_pdf_is_tagged_and_titled(rich: Run) -> None:
    is_tagged, title, bookmarks = pdf_title(rich.folder / "balance-usa-rus" / f"{RICH}.pdf")
    assert is_tagged
    assert title == "South Korea between the United States and Russia"
    assert set(SECTIONS) <= bookmarks


def test_the_terminal_closes_with_the_groups_and_no_path_is_kept(rich: Run) -> None:
    assert re.search(r"Close to both +10\b", rich.out)
    assert re.search(r"No data +5\b", rich.out)
    assert keeps_no_path(rich.folder / "balance-usa-rus" / f"{RICH}.manifest.json")


def test_the_notebook_runs_for_other_powers() -> None:
    charts = run_cells(PATH, power_b="China", focus="Australia").charts
    assert len(charts) == 6, [chart.title for chart in charts]


def test_the_notebook_is_thin() -> None:
    cells = [cell for cell in nbformat.read(PATH, as_version=4).cells if cell.cell_type == "code"]
    assert max(len(cell.source.splitlines()) for cell in cells) <= 15
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)


def test_bad_input_is_one_clear_error_and_leaves_nothing(tmp_path: Path) -> None:
    run = tightrope("render", "balance_map", "-p", "focus=Rusia", out=tmp_path / "out")
    assert refused(run, ["unknown state 'Rusia'", "'Russia'", "focus"]) == [], run.text
