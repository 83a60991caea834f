"""The pair profile as its reader gets it: two whole reports, the notebook on a spread of pairs, and bad input."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pypdf
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from tests.reports.conftest import KOREA_AND_RUSSIA, ROOT, AsStored, Run, tightrope
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
PATH = ROOT / "notebooks" / "pair_profile.ipynb"
SECTIONS = [
    "At a glance", "Trade", "Votes in the United Nations", "Relations and treaties", "Alliance, sanctions and arms",
    "People and travel", "Opinion, news and events", "How to read this page", "Where the numbers come from", "Sources",
]  # fmt: skip
RICH, SPARSE = "kor-rus-as-of-2024-12-31", "nru-tuv-as-of-2024-12-31"


def read(run: Run, slug: str, stem: str) -> BeautifulSoup:
    return read_page(run.folder / slug / f"{stem}.html")


@pytest.fixture(scope="module")
def rich(as_stored: AsStored) -> Run:
    return as_stored("pair_profile", *KOREA_AND_RUSSIA)


@pytest.fixture(scope="module")
def sparse(as_stored: AsStored) -> Run:
    return as_stored("pair_profile", "state_a=TUV", "state_b=NRU")


@pytest.fixture(scope="module")
def pages(rich: Run, sparse: Run) -> dict[str, BeautifulSoup]:
    return {RICH: read(rich, "pairs-kor", RICH), SPARSE: read(sparse, "pairs-nru", SPARSE)}


@pytest.mark.parametrize("stem", [RICH, SPARSE])
def test_every_section_has_content_in_order(pages: dict[str, BeautifulSoup], stem: str) -> None:
    found = sections(pages[stem], SECTIONS)
    assert list(found) == SECTIONS
    assert min(list(found.values())[:-1]) > 10, found
    assert leaps(pages[stem]) == []


def test_the_rich_page_says_what_the_measures_say(pages: dict[str, BeautifulSoup]) -> None:
    text = text_of(pages[RICH])
    finding = pages[RICH].find(class_="finding").text
    assert 10 < len(finding.split()) <= 60
    assert "traded $20.4 bn of goods in 2020" in finding
    assert "90% of the other pairs agreed more often" in finding
    assert "the 129th largest of 13,694 pairs with trade" in text
    assert "Of the 114 directed pairs of states that Pew polled in 2023, the share in South Korea is the 101st" in text
    assert "The gravity model of 2020" in text
    assert "Soviet Union" in text
    figures = pages[RICH].find_all("figure")
    assert len(figures) >= 7
    assert wordless(figures, "31 December 2024") == []


def test_the_sparse_page_is_short_and_says_which_nothing_it_is(
    pages: dict[str, BeautifulSoup], sparse: Run, rich: Run
) -> None:
    text = re.sub(r"\s+", " ", pages[SPARSE].main.get_text(" "))
    assert text.count("not collected") >= 6
    assert "none recorded" in text
    assert len(pages[SPARSE].find_all("figure")) == 2
    lengths = [len(pypdf.PdfReader(run.folder / slug / f"{stem}.pdf").pages)
               for run, slug, stem in ((sparse, "pairs-nru", SPARSE), (rich, "pairs-kor", RICH))]  # fmt: skip
    assert lengths[0] <= 8 < lengths[1] <= 18


@pytest.mark.parametrize("stem", [RICH, SPARSE])
def test_nothing_missing_is_printed_as_a_number_or_a_fault(pages: dict[str, BeautifulSoup], stem: str) -> None:
    assert faults(pages[stem]) == []


@pytest.mark.parametrize("stem", [RICH, SPARSE])
def test_every_number_in_the_text_is_traced(pages: dict[str, BeautifulSoup], stem: str) -> None:
    assert untraced(pages[stem], 100) == []


def test_the_pdf_is_tagged_and_titled(rich: Run) -> None:
    is_tagged, title, bookmarks = pdf_title(rich.folder / "pairs-kor" / f"{RICH}.pdf")
    assert is_tagged
    assert title == "South Korea and Russia"
    assert set(SECTIONS) <= bookmarks


def test_the_terminal_closes_with_the_six_numbers(sparse: Run) -> None:
    assert re.search(r"UN votes cast alike +87% +2020 to 2024 +8,399th of 18,527", sparse.out)
    assert re.search(r"Goods trade, both ways +no data +not collected", sparse.out)
    assert keeps_no_path(sparse.folder / "pairs-nru" / f"{SPARSE}.manifest.json")


@pytest.mark.parametrize(
    ("one", "other", "n_charts"),
    [
        ("USA", "CHN", 7), ("PRK", "RUS", 6), ("SMR", "BTN", 2), ("SSD", "SDN", 4), ("DEU", "RUS", 7),
        ("TWN", "USA", 6), ("XKX", "SRB", 0), ("UKR", "VCT", 5),
    ],
)  # fmt: skip
def test_the_notebook_runs_on_a_spread_of_pairs(one: str, other: str, n_charts: int) -> None:
    charts = run_cells(PATH, state_a=one, state_b=other).charts
    assert len(charts) == n_charts, [c.title for c in charts]
    assert "no data" not in " ".join(repr(c) for c in charts)


def test_a_wrong_name_in_jupyterlab_is_two_lines_and_no_traceback() -> None:
    notebook = nbformat.read(PATH, as_version=4)
    notebook.cells = notebook.cells[:2]
    notebook.cells[0].source = notebook.cells[0].source.replace('"South Korea"', '"Soth Korea"')
    where = {"metadata": {"path": str(PATH.parent)}}
    client = NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True, resources=where)
    (error,) = client.execute().cells[1].outputs
    shown = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
    assert "unknown state 'Soth Korea'" in shown
    assert "'South Korea'" in shown
    assert len(shown.splitlines()) <= 4
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["state_a=Korea"], ["South Korea (KOR) or North Korea (PRK)", "write KOR or PRK"]),
        (["state_a=Russia"], ["state_a and state_b are both Russia (RUS)"]),
        (["state_b=Rusia"], ["unknown state 'Rusia'", "'Russia'"]),
        (["state_a=SSD", "state_b=SDN", "as_of=2005-01-01"], ["South Sudan (SSD) was no state on 1 January 2005"]),
        (["language=tlh"], ["language"]),
    ],
)
def test_bad_input_is_one_clear_error_and_leaves_nothing(given: list[str], words: list[str], tmp_path: Path) -> None:
    pairs = [part for text in given for part in ("-p", text)]
    run = tightrope("render", "pair_profile", *pairs, out=tmp_path / "out")
    assert refused(run, words) == [], run.text
