"""The numbers behind a chart stand at the end of the PDF, and the chart leads to them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader

from tightrope.publish.pdf import TightropePDFExporter
from tightrope.publish.record import RECORD_MIME

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt" viewBox="0 0 72 36"></svg>'
NUMBERS = {
    "columns": ["Year", "Trade"],
    "kinds": ["year", "number"],
    "rows": [[2014, 12345.678], [2015, None]],
    "n_rows": 900,
}


def chart(title: str, numbers: Any = None) -> Any:
    words = {"alt": "A line.", "title": title, "subtitle": "US$ bn", **({"numbers": numbers} if numbers else {})}
    return new_output("display_data", {"image/svg+xml": SVG}, metadata={"image/svg+xml": words})


def pages(*outputs: Any, language: str = "en") -> tuple[PdfReader, list[str]]:
    record = new_output("display_data", {RECORD_MIME: {"title": "T", "language": language}, "text/plain": ""})
    cells = [new_code_cell("x", outputs=[record, *outputs]), new_markdown_cell("## Sources\n\nThe end.")]
    data, _ = TightropePDFExporter().from_notebook_node(new_notebook(cells=cells))
    reader = PdfReader(io.BytesIO(data))
    return reader, [" ".join(page.extract_text().split()) for page in reader.pages]


def test_the_table_stands_after_everything_else() -> None:
    _, (text,) = pages(chart("It rose", NUMBERS), chart("It fell", NUMBERS), chart("Nobody counted"))
    assert text.count("The numbers: page 1") == 2
    annex = text.partition("The numbers behind the charts")[2]
    assert "The end." not in annex
    assert annex.index("It rose") < annex.index("It fell")
    assert "Nobody counted" not in annex
    assert annex.count("2014 12,346 2015 no data") == 2
    assert "The first 2 of 900 rows" in annex


def test_the_chart_leads_to_its_table_by_a_link() -> None:
    reader, _ = pages(chart("It rose", NUMBERS))
    links = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert [link["/Subtype"] for link in links] == ["/Link"]


def test_a_report_without_numbers_has_no_annex() -> None:
    _, (text,) = pages(chart("It rose"))
    assert "numbers" not in text


@pytest.mark.parametrize(("language", "said"), [("ko", "차트의 수치"), ("ru", "Числа к графикам")])
def test_the_annex_speaks_the_reports_language(language: str, said: str) -> None:
    _, (text,) = pages(chart("It rose", NUMBERS), language=language)
    assert said in text
