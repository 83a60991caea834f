"""The balance map as its reader gets it: a whole report, a sparse one, the notebook for other powers, and bad input."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pikepdf
import pytest
from bs4 import BeautifulSoup
from tests.reports.conftest import ROOT, Run, tightrope

from tightrope.narrative.trace import TOKEN

pytestmark = pytest.mark.report
PATH = ROOT / "notebooks" / "balance_map.ipynb"
SECTIONS = [
    "At a glance", "Close to both, to one, to neither", "Votes in the United Nations", "Trade",
    "Visas, pacts, arms and sanctions", "How it moved", "Nearest neighbours", "Every state", "How to read this page",
    "Where the numbers come from", "Sources",
]  # fmt: skip
RICH, SPARSE = "kor-between-usa-rus-as-of-2024-12-31", "plw-between-nru-tuv-as-of-2024-12-31"


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = tightrope("render", "balance_map", out=tmp_path_factory.mktemp("rich"))
    assert run.code == 0, run.text
    return run


@pytest.fixture(scope="module")
def sparse(tmp_path_factory: pytest.TempPathFactory) -> Run:
    given = [part for text in ("power_a=NRU", "power_b=TUV", "focus=PLW") for part in ("-p", text)]
    run = tightrope("render", "balance_map", *given, "--formats", "html", out=tmp_path_factory.mktemp("sparse"))
    assert run.code == 0, run.text
    return run


@pytest.fixture(scope="module")
def pages(rich: Run, sparse: Run) -> dict[str, BeautifulSoup]:
    files = {RICH: rich.folder / "balance-usa-rus", SPARSE: sparse.folder / "balance-nru-tuv"}
    return {
        stem: BeautifulSoup((folder / f"{stem}.html").read_text(encoding="utf-8"), "html5lib")
        for stem, folder in files.items()
    }


@pytest.mark.parametrize("stem", [RICH, SPARSE])
def test_every_section_has_content_in_order(pages: dict[str, BeautifulSoup], stem: str) -> None:
    headings = [h for h in pages[stem].main.find_all("h2") if h.text.strip() in SECTIONS]
    assert [h.text.strip() for h in headings] == SECTIONS
    for heading, following in pairwise(headings):
        between = []
        for element in heading.next_elements:
            if element is following:
                break
            between.append(str(element) if isinstance(element, str) else "")
        assert len("".join(between).split()) > 10, heading.text


def test_the_rich_page_says_what_the_measures_say(pages: dict[str, BeautifulSoup]) -> None:
    text = re.sub(r"\s+", " ", pages[RICH].main.get_text(" "))
    finding = re.sub(r"\s+", " ", pages[RICH].find(class_="finding").text)
    assert 10 < len(finding.split()) <= 60
    assert (
        "10 are close to both, 72 to the United States only, 29 to Russia only, 77 to neither; 5 cannot be told"
        in finding
    )
    assert "South Korea is close to the United States only: 5 of 5 signs hold" in finding
    assert "Malaysia (visas with Russia)" in text
    assert "82 of 172" in re.sub(r"\s+([,.)])", r"\1", text)
    figures = pages[RICH].main.find_all("figure")
    assert len(figures) == 6
    for figure in figures:
        image = figure.find(attrs={"role": "img"}) or figure.find("img")
        label = image.get("aria-label") or image.get("alt") or (image.find("desc") and image.find("desc").text)
        assert len(label.split()) >= 8
        assert re.search(r"Sources?: .+\. As of 31 December 2024\.", re.sub(r"\s+", " ", figure.get_text(" ")))


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
    shown = BeautifulSoup(str(pages[stem].main), "html5lib")
    for code in shown.find_all(["pre", "style"]):
        code.decompose()
    text = shown.get_text(" ")
    assert "Traceback" not in text
    assert not re.search(r"\b(nan|NaN|<NA>|None|NaT|inf)\b", text)


@pytest.mark.parametrize("stem", [RICH, SPARSE])
def test_every_number_in_the_text_is_traced(pages: dict[str, BeautifulSoup], stem: str) -> None:
    main = BeautifulSoup(str(pages[stem].main), "html5lib")
    spans = main.select(".traced")
    assert len(spans) > 100
    for span in spans:
        assert re.search(r"rows? \d+.*, sha256 [0-9a-f]{8}|\.json", span["data-origin"]), span["data-origin"]
        span.decompose()
    # Sources and known faults quote their producers.
    for other in main.select(".reference, table, pre, svg, style, details"):
        other.decompose()
    untraced = []
    for element in main.find_all(["p", "li"]):
        if "source" not in element.get("class", []):
            untraced += [(n, element.get_text(" ")[:80]) for n in TOKEN.findall(element.get_text(" "))]
    assert untraced == []


def test_the_pdf_is_tagged_and_titled(rich: Run) -> None:
    with pikepdf.open(rich.folder / "balance-usa-rus" / f"{RICH}.pdf") as document:
        assert bool(document.Root.MarkInfo.Marked)
        assert str(document.docinfo["/Title"]) == "South Korea between the United States and Russia"
        with document.open_outline() as outline:
            assert set(SECTIONS) <= {item.title for item in outline.root}


def test_the_terminal_closes_with_the_groups_and_no_path_is_kept(rich: Run) -> None:
    assert re.search(r"Close to both +10\b", rich.out)
    assert re.search(r"No data +5\b", rich.out)
    manifest = json.loads((rich.folder / "balance-usa-rus" / f"{RICH}.manifest.json").read_text())
    assert str(ROOT) not in json.dumps(manifest)


class Shown(list[Any]):
    """What a notebook displays, drawn as JupyterLab and publish would ask for it."""

    def __call__(self, *things: Any) -> None:
        for thing in things:
            for form in ("_repr_mimebundle_", "_repr_html_", "_repr_markdown_"):
                if hasattr(thing, form):
                    self.append(getattr(thing, form)())


def run_cells(**given: str) -> Shown:
    """Run the stored notebook's code for other parameters, without kernel or rendering."""
    shown = Shown()
    names: dict[str, Any] = {"display": shown}
    for cell in nbformat.read(PATH, as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "cell", "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= given
    return shown


def test_the_notebook_runs_for_other_powers() -> None:
    shown = run_cells(power_b="China", focus="Australia")
    charts = [part for part in shown if isinstance(part, tuple) and "image/svg+xml" in part[0]]
    assert len(charts) == 6, [part[0]["text/plain"] for part in charts]


def test_the_notebook_is_thin() -> None:
    cells = [cell for cell in nbformat.read(PATH, as_version=4).cells if cell.cell_type == "code"]
    assert max(len(cell.source.splitlines()) for cell in cells) <= 15
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)


def test_bad_input_is_one_clear_error_and_leaves_nothing(tmp_path: Path) -> None:
    run = tightrope("render", "balance_map", "-p", "focus=Rusia", out=tmp_path / "out")
    assert run.code == 2, run.text
    assert "Traceback" not in run.text
    for words in ("unknown state 'Rusia'", "'Russia'", "focus"):
        assert words in run.text
    assert not (tmp_path / "out").exists() or not any((tmp_path / "out").rglob("*.*"))
