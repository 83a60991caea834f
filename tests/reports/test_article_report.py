"""The article's report, read as its reader gets it: HTML parsed, PDF text and structure."""

from __future__ import annotations

import json
import re
from contextlib import closing
from copy import copy
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from tests.reports.conftest import ROOT, SLUG, Run, tightrope
from tests.reports.whole import ORIGIN, label_of, leaps, read_page, untraced

from tightrope.claims import judge_article, load_article
from tightrope.evidence import Evidence
from tightrope.narrative.report import open_report
from tightrope.narrative.sentences import say_share

pytestmark = pytest.mark.report
VERDICTS = ("supported", "fragile", "contested", "contradicted", "outdated", "untested", "not checkable")


@pytest.fixture(scope="module")
def page(report: Run) -> BeautifulSoup:
    return read_page(report.folder / SLUG / f"{SLUG}.html")


@pytest.fixture(scope="module")
def pdf(report: Run) -> Path:
    return report.folder / SLUG / f"{SLUG}.pdf"


@pytest.fixture(scope="module")
def pdf_text(pdf: Path) -> str:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_bounded() for page in document))


@pytest.fixture(scope="module")
def expected() -> dict[str, tuple[str, str]]:
    """What the claims room says, without any notebook: claim to verdict and share."""
    folder = load_article(ROOT, SLUG)
    verdicts = judge_article(Evidence(ROOT, as_of="2021-03-25"), folder)
    return {v.claim.id: (str(v.word), say_share(v)) for v in verdicts}


def test_every_claim_has_its_verdict_in_the_html(page: BeautifulSoup, expected: dict[str, tuple[str, str]]) -> None:
    rows = {}
    for table in page.find_all("table"):
        if table.caption and "claims and their verdicts" in table.caption.text:
            rows = {r.find_all("td")[0].text: [c.text for c in r.find_all("td")] for r in table.tbody.find_all("tr")}
    assert len(rows) == 34
    for claim, (word, share) in expected.items():
        assert rows[claim][2].split(" ", 1)[1] == word
        assert rows[claim][3] == share


def test_every_claim_has_a_card_with_its_verdict(page: BeautifulSoup, expected: dict[str, tuple[str, str]]) -> None:
    for claim, (word, _) in expected.items():
        heading = page.find(id=claim)
        assert heading is not None, claim
        mark = heading.find_next(class_="verdict")
        assert mark.text.split(" ", 1)[1] == word, claim


def test_the_pdf_says_the_same(pdf_text: str, expected: dict[str, tuple[str, str]]) -> None:
    for claim, (word, share) in expected.items():
        assert f"{claim} ·" in pdf_text or f"{claim}·" in pdf_text, claim
        assert word in pdf_text
        assert share in pdf_text, share
    assert "paragraph and sentence" in pdf_text


def test_known_truths_stand_in_the_text(page: BeautifulSoup) -> None:
    blocks = page.main.find_all(["p", "li", "td", "figcaption"])
    text = " ".join(re.sub(r"\s+", " ", block.get_text()) for block in blocks)
    assert "30 September 1990" in text
    assert re.search(r"Korean customs, 2020, total trade\) gives 12th, as claimed", text)
    assert "26,414 US troops" in text
    assert re.search(r"Brunei, Chile, Palau and South Korea travelled visa-free to both", text)
    assert "8 September 2010" in text
    assert "South Korea voted yes on 1 of 9 resolutions" in text
    assert "Russia yes on 11 of 11" in text


def test_every_chart_has_alternative_text_title_unit_and_source(page: BeautifulSoup) -> None:
    figures = page.find_all("figure")
    assert len(figures) >= 12
    for figure in figures:
        label = label_of(figure)
        assert len(label.split()) >= 8
        assert re.search(r"\d", label), label
        caption = figure.get_text(" ")
        assert re.search(r"Sources?: .+\. As of \d+ \w+ \d{4}\.", re.sub(r"\s+", " ", caption)), caption
        assert figure.find("figcaption").strong.text


def test_the_html_asks_for_nothing_from_outside(page: BeautifulSoup, report: Run) -> None:
    for tag, attribute in (("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")):
        for element in page.find_all(tag):
            value = element.get(attribute) or ""
            assert not re.match(r"(https?:)?//", value), element
    source = (report.folder / SLUG / f"{SLUG}.html").read_text(encoding="utf-8")
    assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", source)


def test_nothing_of_a_traceback_or_of_a_gap_is_left(page: BeautifulSoup, pdf_text: str) -> None:
    shown = copy(page.main)
    for code in shown.find_all(["pre", "style"]):
        code.decompose()
    for text in (shown.get_text(" "), pdf_text):
        assert "Traceback" not in text
        assert not re.search(r"\b(nan|NaN|<NA>|None|NaT|inf)\b", text)
        assert "{" not in pdf_text


def test_every_number_in_the_narrative_is_traced(page: BeautifulSoup) -> None:
    origin = ORIGIN + r"|\.toml|verdicts of this report"
    assert untraced(page, 300, origin=origin, said_in=("p", "li", "h2", "h3", "h4")) == []


def test_the_summary_is_at_most_sixty_words(page: BeautifulSoup) -> None:
    finding = page.find(class_="finding").text
    assert 10 < len(finding.split()) <= 60


def test_headings_are_in_order_and_in_the_contents(page: BeautifulSoup) -> None:
    levels = [h.name for h in page.find_all(re.compile(r"^h[1-6]$"))]
    assert levels[0] == "h1"
    assert levels.count("h1") == 1
    assert leaps(page) == []
    linked = " ".join(a.text for a in page.select("nav a"))
    for theme in load_article(ROOT, SLUG).article.themes:
        assert theme.title in linked


def test_the_pdf_is_tagged_titled_and_has_bookmarks(pdf: Path) -> None:
    with pikepdf.open(pdf) as document:
        root = document.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang).startswith("en")
        with document.open_outline() as outline:
            titles = [item.title for item in outline.root]
        assert any("Trade and industry" in title for title in titles)
        assert "South Korea between the United States and Russia" in str(document.docinfo["/Title"])
        figures = _elements(root.StructTreeRoot, "/Figure")
        assert len(figures) >= 12
        assert all(str(f.get("/Alt", "")) for f in figures)
        fonts = {str(f.get("/BaseFont")) for page in document.pages for f in _fonts(page)}
        assert any("SourceSansPro" in font for font in fonts)
        assert any("Libertinus" in font for font in fonts)


def _fonts(page: pikepdf.Page) -> list[pikepdf.Object]:
    return list(page.resources.get("/Font", {}).values())


def _elements(node: pikepdf.Object, kind: str) -> list[pikepdf.Object]:
    found, queue = [], [node]
    while queue:
        one = queue.pop()
        if isinstance(one, pikepdf.Array):
            queue.extend(one)
        elif isinstance(one, pikepdf.Dictionary):
            if str(one.get("/S", "")) == kind:
                found.append(one)
            if "/K" in one:
                queue.append(one["/K"])
    return found


def test_sizes_and_the_closing_table(report: Run) -> None:
    folder = report.folder / SLUG
    assert (folder / f"{SLUG}.html").stat().st_size < 3_000_000
    assert (folder / f"{SLUG}.pdf").stat().st_size < 2_000_000
    assert re.search(r"C24 +Korea's 12th partner +◕ fragile", report.out)
    assert f"{SLUG}.pdf" in report.out
    record = json.loads((folder / f"{SLUG}.manifest.json").read_text())
    assert record
    assert str(ROOT) not in json.dumps(record)


def test_no_absolute_path_reaches_the_reader(report: Run) -> None:
    for name in (f"{SLUG}.html", f"{SLUG}.ipynb"):
        text = (report.folder / SLUG / name).read_text(encoding="utf-8")
        assert str(ROOT) not in text
        assert str(report.folder) not in text


def test_a_second_run_gives_the_same_bytes(report: Run, tmp_path: Path) -> None:
    again = tightrope("render", "article_report", "--force", out=tmp_path / "again")
    assert again.code == 0, again.text
    for kind in ("html", "pdf"):
        name = f"{SLUG}/{SLUG}.{kind}"
        assert (again.folder / name).read_bytes() == (report.folder / name).read_bytes(), kind


def test_one_theme_on_a_later_day(tmp_path: Path) -> None:
    run = tightrope(
        "render", "article_report", "-p", "as_of=2022-06-01", "-p", "theme=security", "--formats", "html", out=tmp_path
    )
    assert run.code == 0, run.text
    (path,) = tmp_path.rglob("*.html")
    assert path.stem == "korea-russia-2021-as-of-2022-06-01-security"
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html5lib")
    headings = [h.text.strip() for h in page.find_all("h2")]
    assert "Alliance and sanctions" in headings
    assert "Trade and industry" not in headings
    assert page.find(id="C10").find_next(class_="verdict").text.endswith("outdated")
    assert re.search(r"C10 .*outdated", run.out)


@pytest.mark.parametrize(("article", "day"), [(SLUG, "2021-03-25"), ("turkey-2019", "2019-07-20")])
def test_without_a_day_the_report_is_of_the_articles_own(article: str, day: str) -> None:
    report = open_report(article, root=ROOT)
    assert report.as_of.isoformat() == day
    record = report.record()._repr_mimebundle_()["application/vnd.tightrope.record+json"]
    assert (record["stem"], record["date"]) == (article, day)


def test_the_notebook_leaves_the_day_to_the_article(tmp_path: Path) -> None:
    run = tightrope("render", "article_report", "-p", "article=turkey-2019", "-p", "theme=visas",
                    "--formats", "html", out=tmp_path)  # fmt: skip
    assert run.code == 0, run.text
    [made] = (tmp_path / "turkey-2019").glob("*.html")
    assert made.name == "turkey-2019-visas.html"
    assert "the world as of 20 July 2019" in made.read_text(encoding="utf-8")
