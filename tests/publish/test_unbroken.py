"""Russian ordinals stay on one line, in both formats, and are copied as they were written."""

from __future__ import annotations

import io
import re

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader

from tightrope.publish.html import TightropeHTMLExporter
from tightrope.publish.pdf import TightropePDFExporter
from tightrope.publish.unbroken import keep_whole, single_spaced
from tightrope.publish.visible import in_page

TRACED = '<span class="traced" data-origin="a, row 1">12\u00a0932-е</span>'


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("место 12-е,", 'место <span class="whole">12-е</span>,'),
        ("1\u202f012-го (2010-х)", '<span class="whole">1\u202f012-го</span> (<span class="whole">2010-х</span>)'),
        (TRACED, TRACED.replace('"traced"', '"traced whole"')),
        ('<span class="traced" id="x">12</span>', '<span class="traced" id="x">12</span>'),
        ('<p title="12-е">5-й</p>', '<p title="12-е"><span class="whole">5-й</span></p>'),
        ("<title>12-е</title><pre>12-е</pre><svg><text>12-е</text></svg>", ""),
        ("12-летний, 5-e with a Latin e, 10-ти-летний, −3-2", ""),
    ],
    ids=["one", "thousands", "marked", "marked, plain", "attribute", "no running text", "no ordinals"],
)
def test_an_ordinal_is_held_together_and_nothing_else(html: str, kept: str) -> None:
    assert keep_whole(html) == (kept or html)
    assert BeautifulSoup(keep_whole(html), "html5lib").get_text() == BeautifulSoup(html, "html5lib").get_text()


def test_a_marked_number_is_still_read_from_the_page() -> None:
    text = f"<p>Место {TRACED} из {TRACED}.</p>"
    assert [seen.text for seen in in_page(keep_whole(text))] == [seen.text for seen in in_page(text)]


def test_a_text_on_one_line_keeps_the_spaces_that_do_not_break() -> None:
    assert single_spaced(" с 137\u00a0054\n  до\t343\u202f057 ") == "с 137\u00a0054 до 343\u202f057"
    assert single_spaced("\u00a0 ") == "", "a title of nothing but spaces is none"


def test_every_part_of_a_page_holds_them() -> None:
    record = {"title": "На 12-м из 1\u00a0200 мест", "subtitle": "5-й год", "language": "ru", "date": "2021-03-25"}
    shown = new_output("display_data", {"application/vnd.tightrope.record+json": record, "text/plain": ""})
    source = "## Раздел 1-й\n\nтекст 2-й\n\n## Раздел 3-й из 2\u00a0400\n\n| а | б |\n|---|---|\n| 4-е | x |\n"
    nb = new_notebook(cells=[new_code_cell("", outputs=[shown]), new_markdown_cell(source)])
    page = BeautifulSoup(TightropeHTMLExporter().from_notebook_node(nb)[0], "html5lib")
    for place in ("h1", ".standfirst", "nav a", "h2", "main p", "td"):
        assert page.select(f"{place} .whole"), place
    assert page.h1 is not None
    assert page.h1.get_text() == record["title"]
    assert "2\u00a0400" in page.select("nav a")[1].get_text()


def test_no_line_of_a_pdf_ends_within_one() -> None:
    # Each text stands a little further to the right, so that without help some of them break at the hyphen.
    texts = ["и" * n + " 12\u00a0932-е место" * 9 for n in range(1, 15)]
    rows = "".join(f"<tr><td>{text}</td><td>{'слово ' * 60}</td></tr>" for text in texts)
    head = "<thead><tr><th>а</th><th>б</th></tr></thead>"
    cells = [new_markdown_cell("\n\n".join(texts)), new_markdown_cell(f"<table>{head}<tbody>{rows}</tbody></table>")]
    made, _ = TightropePDFExporter().from_notebook_node(new_notebook(cells=cells))
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert re.findall(r".*\d-\s*\n.*", text) == []
    assert len(re.findall(r"12\s932-е", text)) == 2 * 9 * len(texts), "copied as it was written"
