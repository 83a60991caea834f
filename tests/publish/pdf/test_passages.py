"""A passage in another language than the report's says so in the PDF, as it does in the HTML."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pikepdf
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from outloud.model import Document
from tests.checkers import standard_faults

from tightrope.publish.html import TightropeHTMLExporter
from tightrope.publish.pdf import TightropePDFExporter

RECORD = {
    "title": "Отчёт", "subtitle": "О статье «A Name & more»", "language": "ru", "date": "2021-03-25",
    "passages": {"A Name & more": "en-GB"},
}  # fmt: skip
HTML = """<p>Заголовок <span lang="en">Treaty on Basic Relations</span> и
<a href="https://e.org" lang="en">Report</a></p>
<p lang="ko">대한민국</p><p class="source" lang="en-GB">Colour</p><div lang="x-lost">ничей</div>
<table><thead><tr><th>дата</th><th>что</th></tr></thead>
<tbody><tr><td>2008</td><td><span lang="en">visit of state</span></td></tr></tbody></table>
<p class="source" lang="en">Beneath</p>"""
MARKDOWN = '**Текст** <span lang="en">Survey of Attitudes</span>'


def languages(path: Path) -> dict[str, str]:
    """Give each marked run of text with its language: its own, else its element's, else the document's."""
    found: dict[tuple[int, int], str] = {}
    with pikepdf.open(path) as pdf:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}
        waiting: list[tuple[Any, int, str]] = [(pdf.Root.StructTreeRoot.K, 0, str(pdf.Root.Lang))]
        while waiting:
            node, page, language = waiting.pop()
            if isinstance(node, int):
                found[page, node] = language
            elif isinstance(node, pikepdf.Array):
                waiting += [(child, page, language) for child in node]
            else:
                page = numbers[node.Pg.objgen] if "/Pg" in node else page
                language = str(node.get("/Lang", language))
                waiting += [(node[key], page, language) for key in ("/MCID", "/K") if key in node]
        for number, one in enumerate(pdf.pages):
            for operands, operator in pikepdf.parse_content_stream(one):
                if str(operator) == "BDC" and "/Lang" in operands[1]:
                    found[number, int(operands[1].MCID)] = str(operands[1].Lang)
    with closing(Document(str(path))) as document:
        said = {
            (page.index, mcid): text
            for page in document.pages
            for (_, mcid), text in document.content(page.index).mcid_text.items()
        }
    return {said[place].strip(): language for place, language in found.items() if place in said}


def test_each_passage_has_its_language_and_the_rest_the_reports(tmp_path: Path) -> None:
    outputs = [
        new_output("display_data", {"application/vnd.tightrope.record+json": RECORD, "text/plain": ""}),
        new_output("display_data", {"text/html": HTML, "text/plain": ""}),
    ]
    nb = new_notebook(cells=[new_code_cell("", outputs=outputs), new_markdown_cell(MARKDOWN)])
    path = tmp_path / "a.pdf"
    path.write_bytes(TightropePDFExporter().from_notebook_node(nb)[0])
    found = languages(path)
    english = {
        "A Name & more": "en",
        "Treaty on Basic Relations": "en",
        "Report": "en",
        "visit of state": "en",
        "Survey of Attitudes": "en",
    }
    assert english | {"대한민국": "ko", "Colour": "en-GB", "Beneath": "en"} == {
        text: language for text, language in found.items() if language != "ru"
    }
    assert {"Заголовок", "ничей", "что", "2008", "Текст"} <= found.keys()
    assert standard_faults(path) == []
    page = BeautifulSoup(TightropeHTMLExporter().from_notebook_node(nb)[0], "html5lib")
    assert [str(part) for part in page.select(".standfirst [lang]")] == ['<span lang="en-GB">A Name &amp; more</span>']
