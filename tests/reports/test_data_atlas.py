"""The data atlas as its reader gets it: the whole report, a theme, an earlier day, the same bytes twice, bad input."""

from __future__ import annotations

import json
import re

import pypdf
import pytest
from bs4 import BeautifulSoup
from pybtex.database import parse_file
from tests.reports.conftest import ROOT, AsStored, Run, tightrope
from tests.reports.whole import faults, leaps, pdf_title, read_page, sections, text_of, untraced, wordless

from tightrope.evidence import load_package

pytestmark = pytest.mark.report
STEM = "data-atlas-as-of-2026-11-24"
SECTIONS = [
    "At a glance", "Which states, which years", "Gaps, by kind", "Where sources disagree", "Who may pass the tables on",
    "How old the tables are", "Known errors of sources", "Table by table", "How to read this atlas",
    "Where the numbers come from", "Sources",
]  # fmt: skip


@pytest.fixture(scope="module")
def atlas(as_stored: AsStored) -> Run:
    return as_stored("data_atlas")


@pytest.fixture(scope="module")
def page(atlas: Run) -> BeautifulSoup:
    return read(atlas, STEM)


def read(run: Run, stem: str) -> BeautifulSoup:
    return read_page(run.folder / "data-atlas" / f"{stem}.html")


def test_every_section_is_there_in_order(page: BeautifulSoup) -> None:
    assert list(sections(page, SECTIONS)) == SECTIONS
    assert leaps(page) == []


def test_every_table_has_its_card_and_its_citation(page: BeautifulSoup) -> None:
    cards = [h.text.strip() for h in page.main.find_all("h4")]
    resources = load_package(ROOT).resources
    assert sorted(cards) == sorted(resource.title for resource in resources)
    listed = page.main.find_all(class_="reference")[-1].get_text(" ")
    for resource in resources:
        assert resource.name in listed, resource.name


def test_the_page_says_what_the_package_says(page: BeautifulSoup) -> None:
    text = text_of(page)
    finding = re.sub(r"\s+", " ", page.find(class_="finding").text)
    assert 10 < len(finding.split()) <= 60
    resources = load_package(ROOT).resources
    assert f"the {len(resources)} tables" in finding
    for table in page.main.find_all("table"):
        caption = table.caption.get_text(" ") if table.caption else ""
        rows = {
            cells[0].text: [c.text.strip() for c in cells[1:]] for tr in table.find_all("tr") if (cells := tr("td"))
        }
        if caption.startswith("Cells of state and year"):
            # Taiwan and Kosovo vote on nothing; South Sudan from 2011: few gaps in the votes of 193 members.
            assert rows["Visa regimes for ordinary passports, dated runs"][1] == "100%"
        if caption.startswith("Ages of the tables"):
            korea = rows["Arrivals in South Korea by nationality and purpose, monthly"]
            assert korea == ["31 May 2020", "not known", "6.5†", "30 June 2020"]
            assert rows["Gross domestic product"][-1] == "20 June 2026"
            assert rows["Embassies that Wikipedia pages state"][-1] == "no cadence stated"
    assert "141 of “Korea with every partner (Korean customs)”" in text


def test_charts_are_few_enough_and_have_their_words(page: BeautifulSoup) -> None:
    figures = page.find_all("figure")
    assert 8 <= len(figures) <= 14
    assert wordless(figures, "24 November 2026") == []


def test_nothing_missing_is_printed_as_a_number_or_a_fault(page: BeautifulSoup) -> None:
    assert faults(page) == []


def test_every_number_in_the_text_is_traced(page: BeautifulSoup) -> None:
    beside = ".reference, table, pre, svg, style, h1, h2, h3, h4, code, details"
    assert untraced(page, 500, beside=beside, with_names=False) == []


def test_the_files_are_within_reason_and_the_pdf_is_tagged(atlas: Run) -> None:
    folder = atlas.folder / "data-atlas"
    assert (folder / f"{STEM}.html").stat().st_size <= 3_000_000
    assert len(pypdf.PdfReader(folder / f"{STEM}.pdf").pages) <= 50
    is_tagged, title, _ = pdf_title(folder / f"{STEM}.pdf")
    assert is_tagged
    assert title == "The evidence"


def test_every_work_stands_beside_the_atlas(atlas: Run) -> None:
    folder = atlas.folder / "data-atlas"
    works = {work["id"] for resource in load_package(ROOT).resources for work in resource.details.cite}
    assert {item["id"] for item in json.loads((folder / f"{STEM}.csl.json").read_text(encoding="utf-8"))} == works
    assert set(parse_file(str(folder / f"{STEM}.bib"), "bibtex", encoding="utf-8").entries) == works


def test_a_theme_on_an_earlier_day_twice(tmp_path_factory: pytest.TempPathFactory) -> None:
    stem = "data-atlas-as-of-2021-03-25-mobility"
    kept = []
    for name in ("first", "second"):
        options = ("-p", "as_of=2021-03-25", "-p", "theme=mobility", "--formats", "html")
        run = tightrope("render", "data_atlas", *options, out=tmp_path_factory.mktemp(name))
        assert run.code == 0, run.text
        kept.append({path.name: path.read_bytes() for path in (run.folder / "data-atlas").iterdir()})
    assert sorted(kept[0]) == sorted(f"{stem}.{e}" for e in ("bib", "csl.json", "html", "ipynb", "manifest.json"))
    assert kept[0] == kept[1]
    text = BeautifulSoup(kept[0][f"{stem}.html"].decode(), "html5lib").main.get_text(" ")
    text = re.sub(r"\s+", " ", text)
    # The students of 2022 and later were not there yet.
    assert "Not yet: on this day “Foreign students in South Korea by origin and programme, monthly” had no row." in text
    assert "Goods trade" not in text


def test_bad_input_stops_the_render_in_a_few_lines(tmp_path_factory: pytest.TempPathFactory) -> None:
    for given, said in (("theme=trad", "trade"), ("as_of=2031-01-01", "outside the evidence")):
        run = tightrope("render", "data_atlas", "-p", given, out=tmp_path_factory.mktemp("bad"))
        assert run.code == 2, run.text
        assert said in run.err
        assert "Traceback" not in run.text
        assert len([line for line in run.err.splitlines() if "running" not in line]) <= 5
