"""The HTML exporter on notebooks made here, without a kernel."""

from __future__ import annotations

import copy
import re
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import Config

from tightrope.errors import RenderFailed
from tightrope.publish.html import TightropeHTMLExporter
from tightrope.publish.maths import to_mathml
from tightrope.publish.pdf import TightropePDFExporter
from tightrope.publish.record import RECORD_MIME

SVG = '<svg width="72pt" height="36pt" viewBox="0 0 72 36"><defs><path id="m"/></defs><use href="#m"/></svg>'
WORDS = {"alt": "A line.", "title": "It <rises>", "subtitle": "US$ bn", "source": "BACI 2023", "width_in": 6.3}
RECORD = {
    "title": "A & B",
    "subtitle": "Sub",
    "kicker": "Kick",
    "slug": "a-b",
    "date": "2021-03-25",
    "authors": ["Ann"],
}

# What makes a notebook a report, held to its promises.
OF_A_REPORT = new_code_cell("", outputs=[new_output("display_data", {RECORD_MIME: RECORD, "text/plain": ""})])


def export(*cells: Any, **resources: Any) -> str:
    html, _ = TightropeHTMLExporter().from_notebook_node(new_notebook(cells=list(cells)), resources or None)
    return str(html)


def page(*cells: Any) -> BeautifulSoup:
    return BeautifulSoup(export(*cells), "html5lib")


def shows(data: Any, metadata: Any = None, **cell: Any) -> Any:
    return new_code_cell("x", outputs=[new_output("display_data", data, metadata=metadata or {})], **cell)


def test_frame_of_the_page() -> None:
    found = page(shows({RECORD_MIME: RECORD, "text/plain": ""}), new_markdown_cell("# T\n## One\n## Two"))
    html = found.html
    assert html is not None
    assert html["lang"] == "en"
    assert found.title.string == "A & B"  # type: ignore[union-attr]
    assert [h.get_text() for h in found.find_all("h1")] == ["A & B"]
    assert found.find("meta", attrs={"name": "description"})["content"] == "Sub"  # type: ignore[index]
    assert found.find("time")["datetime"] == "2021-03-25"  # type: ignore[index]
    assert found.find("time").get_text() == "25 March 2021"  # type: ignore[union-attr]
    assert found.select_one("a.skip")["href"] == "#tr-main"  # type: ignore[index]
    assert found.find("main")["id"] == "tr-main"  # type: ignore[index]
    policy = found.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]  # type: ignore[index]
    assert "default-src 'none'" in policy
    assert "script" not in policy, "no script of any kind"
    for nav in found.find_all("nav"):
        assert [a["href"] for a in nav.find_all("a")] == ["#One", "#Two"]
    assert [tag["type"] for tag in found.find_all("script")] == ["application/ld+json"], "data, and nothing that runs"


def test_page_speaks_the_reports_language() -> None:
    found = page(shows({RECORD_MIME: {**RECORD, "language": "ru"}}), new_markdown_cell("## Раз\n## Два"))
    assert found.html["lang"] == "ru"  # type: ignore[index]
    assert "25 марта 2021" in found.find("time").get_text()  # type: ignore[union-attr]
    assert "Содержание" in found.find("nav").get_text()  # type: ignore[union-attr]


def test_figure_has_its_words_as_text() -> None:
    found = page(shows({"image/svg+xml": SVG, "text/html": "<p>lab only</p>"}, {"image/svg+xml": WORDS}))
    figure = found.find("figure")
    assert figure is not None
    assert figure.svg["aria-label"] == "A line."
    assert figure.select_one("figcaption .title").get_text() == "It <rises>"  # type: ignore[union-attr]
    assert figure.select_one("figcaption .subtitle").get_text() == "US$ bn"  # type: ignore[union-attr]
    assert figure.select_one(".source").get_text() == "Source: BACI 2023"  # type: ignore[union-attr]
    assert figure.find(re.compile("^h[1-6]$")) is None
    assert "lab only" not in found.get_text()


def test_source_word_is_not_doubled() -> None:
    words = {**WORDS, "source": "Sources: A; B"}
    assert ">Sources: A; B<" in export(shows({"image/svg+xml": SVG}, {"image/svg+xml": words}))


def test_two_drawings_share_no_id_and_small_ones_stand_in_a_row() -> None:
    small = {"image/svg+xml": {**WORDS, "width_in": 3}}
    cell = new_code_cell("x", outputs=[new_output("display_data", {"image/svg+xml": SVG}, metadata=small)] * 2)
    found = page(cell)
    ids = [tag["id"] for tag in found.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert len(found.select(".multiples > figure")) == 2


def test_picture_without_alt_names_the_cell() -> None:
    with pytest.raises(RenderFailed, match="no alt text") as caught:
        export(new_markdown_cell("x"), shows({"image/png": "AAAA"}), OF_A_REPORT)
    assert "cell 2" in caught.value.where


def test_tags_are_honoured() -> None:
    def cell(name: str, *tags: str) -> Any:
        outputs = [new_output("stream", text=f"out-{name}")]
        return new_code_cell(f"in_{name}", outputs=outputs, metadata={"tags": list(tags)})

    text = page(
        cell("a"), cell("b", "hide"), cell("c", "remove-cell"), cell("d", "remove-input"), cell("e", "remove-output")
    ).get_text()
    assert [name for name in "abcde" if f"in_{name}" in text] == ["a", "e"]
    assert [name for name in "abcde" if f"out-{name}" in text] == ["a", "d"]


def test_code_is_there_once_toggled_and_toggle_only_with_code() -> None:
    found = page(new_code_cell("a = 1"))
    assert found.select_one(".code pre code").get_text() == "a = 1"  # type: ignore[union-attr]
    assert found.find("input", id="tr-code", type="checkbox") is not None
    assert page(new_markdown_cell("x")).find("input") is None


def test_text_is_shown_as_text() -> None:
    cell = new_code_cell(
        "x",
        outputs=[
            new_output("stream", text="\x1b[31m<b>red</b>\x1b[0m"),
            new_output("stream", name="stderr", text="/a/path: FutureWarning"),
            new_output("execute_result", {"text/plain": "<Axes>"}, execution_count=1),
        ],
    )
    found = page(cell)
    assert [pre.get_text() for pre in found.select("pre.printed")] == ["<b>red</b>", "<Axes>"]
    assert "FutureWarning" not in found.get_text()


def test_an_error_is_never_published_unasked() -> None:
    error = new_output("error", ename="ValueError", evalue="no", traceback=["at /a/path"])
    with pytest.raises(RenderFailed, match="ValueError: no"):
        export(new_code_cell("x", outputs=[error]), OF_A_REPORT)
    asked = new_code_cell("x", outputs=[error], metadata={"tags": ["raises-exception"]})
    found = page(asked)
    assert "ValueError: no" in found.get_text()
    assert "/a/path" not in found.get_text()


def test_output_nobody_can_set_is_said() -> None:
    cell = shows({"application/x-odd": "?"})
    _, resources = TightropeHTMLExporter().from_notebook_node(new_notebook(cells=[cell]))
    assert "application/x-odd" in resources["tightrope_warnings"][0]


def test_markdown_inside_raw_html_stays_inside() -> None:
    found = page(shows({"text/markdown": '<article class="claim-card" id="C1">\n\nSome *text*.\n\n</article>'}))
    card = found.select_one("article#C1")
    assert card is not None
    assert card.find("em").get_text() == "text"  # type: ignore[union-attr]


def test_formulas_become_mathml_in_place_even_in_headings() -> None:
    found = page(
        new_markdown_cell("## With $x^2$\n\nand\n\n$$\\frac{a}{b}$$\n\n## Other"), shows({"text/latex": "$y$"})
    )
    assert [m.get("display") for m in found.select("main math")] == ["inline", "block", "block"]
    assert found.select_one("h2 math msup") is not None
    assert found.select_one("nav math") is not None
    assert "\ue000" not in str(found)
    assert "$" not in found.find("main").get_text().replace("annotation", "")  # type: ignore[union-attr]


def test_formulas_without_pandoc_stay_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    import pypandoc

    def missing(*args: Any, **kwargs: Any) -> str:
        raise OSError("no pandoc")

    monkeypatch.setattr(pypandoc, "convert_text", missing)
    assert to_mathml([("a < b", False)]) == ['<code class="tex">a &lt; b</code>']


def test_hostile_words_stay_words() -> None:
    bad = "<script>alert(1)</script>"
    html = export(
        shows({RECORD_MIME: {**RECORD, "title": bad, "kicker": bad, "authors": [f"{bad}<style>\n"]}}),
        shows({"image/svg+xml": SVG}, {"image/svg+xml": {**WORDS, "title": bad, "alt": f'"{bad}', "source": bad}}),
    )
    assert html.index("<style>") == html.index("<style>\n@font-face"), "the faces stand in the page's own style sheet"
    found = BeautifulSoup(html, "html5lib")
    assert [tag["type"] for tag in found.find_all("script")] == ["application/ld+json"], "data, and nothing that runs"
    assert found.h1.get_text() == bad  # type: ignore[union-attr]
    assert found.svg["aria-label"] == f'"{bad}'  # type: ignore[index]


@pytest.mark.parametrize("first", [OF_A_REPORT, new_markdown_cell("Elsewhere")])
@pytest.mark.parametrize("exporter", [TightropeHTMLExporter, TightropePDFExporter])
def test_a_notebook_stays_as_it_was_and_is_prepared_as_nbconvert_was_told(exporter: Any, first: Any) -> None:
    cells = [
        shows({"text/html": "<p>word</p>", "text/plain": "x\ry"}),
        new_markdown_cell("secret", metadata={"tags": []}),
    ]
    nb = new_notebook(cells=copy.deepcopy([first, *cells]))
    before = copy.deepcopy(nb)
    whole, _ = exporter().from_notebook_node(nb)
    config = Config({"RegexRemovePreprocessor": {"enabled": True, "patterns": ["secret"]}})
    less, _ = exporter(config=config).from_notebook_node(nb)
    assert nb == before
    nb.cells.pop()
    assert whole != less == exporter().from_notebook_node(nb)[0]
    nb.cells[1].outputs[0].data = "none"
    with pytest.raises(nbformat.ValidationError):
        exporter().from_notebook_node(nb)


def test_no_cell_id_or_count_or_clock_reaches_the_page() -> None:
    cells = [new_code_cell("1", id=f"random{i}", execution_count=77 + i) for i in range(2)]
    html = export(*cells)
    assert "random" not in html
    assert "77" not in BeautifulSoup(html, "html5lib").body.get_text()  # type: ignore[union-attr]


def test_marks_come_from_one_carried_face_and_italics_only_where_used() -> None:
    html = export(new_markdown_cell("●◕◐○◔◌"))
    assert html.count('font-family:"Tightrope Symbols"') == 1
    assert "font-style:italic" not in html
    assert "font-style:italic" in export(new_markdown_cell("*so*"))
    assert "U+43A" in export(new_markdown_cell("Корея")), "Cyrillic is carried where it is used"
    assert "unicode-range" not in export(new_markdown_cell("Korea"))


def test_any_page_is_valid_enough_for_a_strict_parser() -> None:
    import html5lib

    html = export(
        shows({RECORD_MIME: RECORD}),
        new_markdown_cell("# T\n\n## One\n\n| a | b |\n|---|---|\n| x | 1 |\n\n## Two"),
        shows({"image/svg+xml": SVG}, {"image/svg+xml": WORDS}),
    )
    html5lib.HTMLParser(strict=True).parse(html)


def test_old_formats_and_empty_notebooks_pass() -> None:
    assert "<main" in export()
    old = nbformat.reads('{"nbformat":4,"nbformat_minor":0,"metadata":{},"cells":[]}', as_version=4)
    assert TightropeHTMLExporter().from_notebook_node(old)[0]
