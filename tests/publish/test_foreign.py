"""Notebooks that are no reports of ours: whatever they hold is set, or becomes text and one warning."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pikepdf
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from pypdf import PdfReader

from tightrope.errors import RenderFailed
from tightrope.publish.foreign import MOST_LINES, fenced, one_line, without_glyph
from tightrope.publish.html import TightropeHTMLExporter
from tightrope.publish.markup import Notice
from tightrope.publish.pdf import TightropePDFExporter
from tightrope.publish.record import RECORD_MIME, is_report

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
GIF = "R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs="
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><text x="1" y="12">{}</text></svg>'
TITLE = new_markdown_cell("# Elsewhere")


def shows(data: dict[str, Any], **metadata: Any) -> Any:
    return new_code_cell("x", outputs=[new_output("display_data", data, metadata=metadata)])


def to_html(*cells: Any, folder: Path | None = None) -> tuple[BeautifulSoup, str]:
    where = {"metadata": {"name": "n", "path": str(folder or "/nowhere")}}
    html, found = TightropeHTMLExporter().from_notebook_node(new_notebook(cells=[TITLE, *cells]), where)
    return BeautifulSoup(html, "html5lib"), "; ".join(found.get("tightrope_warnings", []))


def to_pdf(*cells: Any, folder: Path | None = None) -> tuple[str, str, list[str]]:
    """Give the text of the pages, the warnings, and the alt texts of figures and formulas."""
    where = {"metadata": {"name": "n", "path": str(folder or "/nowhere")}}
    body, found = TightropePDFExporter().from_notebook_node(new_notebook(cells=[TITLE, *cells]), where)
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).split())
    with pikepdf.open(io.BytesIO(body)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        alts = [
            str(item["/Alt"])
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and "/Alt" in item and "/S" in item
        ]
    return text, "; ".join(found.get("tightrope_warnings", [])), alts


def both(*cells: Any, folder: Path | None = None) -> tuple[str, str, str]:
    """Give the HTML's text, the PDF's text, and the warnings of both."""
    page, said = to_html(*cells, folder=folder)
    text, said_too, _ = to_pdf(*cells, folder=folder)
    main = page.find("main")
    assert main is not None
    return " ".join(main.get_text().split()), text, f"{said}; {said_too}"


# ---------------------------------------------------------------- who is held to what


def test_the_record_makes_a_report_and_a_report_is_refused_what_others_are_not() -> None:
    picture = shows({"image/png": PNG})
    record = shows({RECORD_MIME: {"title": "T"}, "text/plain": ""})
    assert is_report(new_notebook(cells=[record]))
    assert not is_report(new_notebook(cells=[picture]))
    for exporter in (TightropeHTMLExporter, TightropePDFExporter):
        exporter().from_notebook_node(new_notebook(cells=[TITLE, picture]))
        with pytest.raises(RenderFailed, match="no alt text"):
            exporter().from_notebook_node(new_notebook(cells=[TITLE, picture, record]))
        with pytest.raises(RenderFailed, match="no alt text"):
            exporter(strict=True).from_notebook_node(new_notebook(cells=[TITLE, picture]))


# ---------------------------------------------------------------- pictures


@pytest.mark.parametrize(("mime", "data"), [("image/png", PNG), ("image/svg+xml", SVG.format("a")), ("image/gif", GIF)])
def test_a_picture_without_alt_text_says_where_it_is_from(mime: str, data: str) -> None:
    cells = [new_markdown_cell("## Rainfall"), shows({mime: data, "text/plain": "<Figure size 640x480 with 1 Axes>"})]
    page, said = to_html(*cells)
    picture = page.select_one("figure img, figure svg")
    assert picture is not None
    alt = "Picture from cell 3, Rainfall; its author gave no description."
    assert picture.get("alt") == alt or picture.get("aria-label") == alt
    assert said == "set otherwise than meant: cell 3: a picture has no alt text"
    _, said, alts = to_pdf(*cells)
    assert alts == [alt]
    assert said == "cell 3: a picture has no alt text"


def test_words_beside_a_picture_become_its_alt_text() -> None:
    _, _, alts = to_pdf(shows({"image/png": PNG, "text/plain": "Passengers by month"}))
    assert alts[0].startswith("Passengers by month (")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"image/png": "aGVsbG8="}, "does not decode"),
        ({"image/png": "a"}, "does not decode"),
        ({"image/svg+xml": "<svg><"}, "is no drawing that is well formed"),
        ({"image/svg+xml": "<p>no drawing</p>"}, "is no drawing that is well formed"),
    ],
)
def test_a_broken_picture_becomes_its_text(data: dict[str, str], says: str) -> None:
    web, paper, said = both(shows({**data, "text/plain": "a picture of rain"}))
    assert "a picture of rain" in web
    assert "a picture of rain" in paper
    assert said.count(says) == 2


def test_a_picture_cut_off_in_the_middle_becomes_its_alt_text_in_the_pdf() -> None:
    cut = base64.b64encode(base64.b64decode(PNG)[:40]).decode()
    text, said, _ = to_pdf(new_markdown_cell("before"), shows({"image/png": cut}), new_markdown_cell("after"))
    assert "[Picture from cell 3" in text
    assert text.index("before") < text.index("[Picture") < text.index("after")
    assert "could not be drawn" in said


def test_a_picture_under_the_wrong_type_is_shown_under_its_own() -> None:
    page, _ = to_html(shows({"image/png": GIF}))
    assert str(page.select("figure img")[0]["src"]).startswith("data:image/gif;")
    assert len(to_pdf(shows({"image/png": GIF}))[2]) == 1


def test_a_drawing_loses_what_it_would_load_and_keeps_the_rest() -> None:
    inner = 'kept</text><image href="https://example.org/x.png"/><text>'
    cell = shows({"image/svg+xml": SVG.format(inner)})
    page, said = to_html(cell)
    assert "kept" in page.get_text()
    assert "example.org" not in str(page.find("main"))
    assert "would load something from outside" in said
    assert "kept" in to_pdf(cell)[0]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("![a map](gone.png)", "a map"),
        ("![a map](https://example.org/map.png)", "a map"),
        ("<img src='gone.png' alt='a map'>", "a map"),
        ("![a map](attachment:gone.png)", "a map"),
        (f"![a map](data:image/png;base64,{'A' * 5000})", ""),
        (f"![a map](<{'x' * 5000}.png>)", "a map"),
    ],
)
def test_an_image_that_is_not_there_becomes_its_words(source: str, words: str, tmp_path: Path) -> None:
    web, paper, said = both(new_markdown_cell(source), folder=tmp_path)
    assert words in web
    assert words in paper
    assert said.strip("; ")


def test_images_of_texts_without_alt_text_get_one(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(base64.b64decode(PNG))
    cells = [
        new_markdown_cell("![](a.png)"),
        new_markdown_cell("![](attachment:b.png)", attachments={"b.png": {"image/png": PNG}}),
        shows({"text/html": f'<img src="data: image/png; base64,{PNG}">'}),
    ]
    page, said = to_html(*cells, folder=tmp_path)
    assert [str(image["alt"])[:19] for image in page.select("main img")] == [
        f"Picture from cell {n}" for n in (2, 3, 4)
    ]
    assert all(str(image["src"]).startswith("data:image/png;base64,") for image in page.select("main img"))
    assert "cell 2, 3, 4: an image has no alt text" in said
    _, said, alts = to_pdf(*cells, folder=tmp_path)
    assert [alt[:19] for alt in alts] == [f"Picture from cell {n}" for n in (2, 3, 4)]
    assert said.count("no alt text") == 3


# ---------------------------------------------------------------- programs


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"application/vnd.plotly.v1+json": {}, "text/html": "<div id='p'></div><script>go()</script>"}, "plotly"),
        ({"application/vnd.vegalite.v5+json": {}, "text/plain": "alt.Chart(...)"}, "alt.Chart(...)"),
        (
            {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "IntSlider(value=3)"},
            "IntSlider",
        ),
        ({"application/vnd.bokehjs_exec.v0+json": "", "application/javascript": "go()"}, "bokehjs"),
        ({"text/html": "<script src='https://cdn.example.org/x.js'></script>"}, "text/html with a script"),
        ({"application/x-odd": "?"}, "application/x-odd"),
    ],
)
def test_what_only_a_program_can_show_becomes_its_text_and_a_warning(data: dict[str, Any], words: str) -> None:
    web, paper, said = both(shows(data))
    assert words in web
    assert words in paper
    assert said.count("an output of kind") == 2
    assert "go()" not in web + paper


def test_a_program_with_a_picture_beside_it_is_that_picture() -> None:
    data = {"application/vnd.plotly.v1+json": {}, "image/png": PNG, "text/html": "<script></script>"}
    page, said = to_html(shows(data))
    assert page.select("figure img")
    assert "output of kind" not in said


# ---------------------------------------------------------------- formulas


def test_sympys_picture_of_a_formula_gives_way_to_the_formula() -> None:
    cell = shows({"image/png": PNG, "text/latex": r"$\displaystyle \frac{x^{2}}{2}$", "text/plain": "x**2/2"})
    page, said = to_html(cell)
    assert page.select("main math mfrac")
    assert not page.select("main img")
    assert said == ""
    assert to_pdf(cell)[2] == [r"\displaystyle \frac{x^{2}}{2}"]


@pytest.mark.parametrize("tex", [r"\frac{1", r"\notacommand{x}", r"x^{(i"])
def test_a_formula_nobody_can_read_is_shown_as_tex(tex: str) -> None:
    web, paper, said = both(new_markdown_cell(f"before $${tex}$$ after"))
    for text in (web, paper):
        assert tex.replace(" ", "") in text.replace(" ", "").replace("\u200b", "")
        assert text.index("before") < text.index("after")
    assert "shown as TeX" in said or "$$" in web


@pytest.mark.parametrize(
    "tex",
    [
        r"A \cap B", r"\bigcap_i A_i", r"a \otimes b \odot c \ominus d", r"\sqcap", r"\llbracket x \rrbracket",
        r"\begin{vmatrix}a&b\\c&d\end{vmatrix}", r"\begin{Vmatrix}a\end{Vmatrix}", r"30\degree",
        r"a \bmod b", r"{\rm d}x", r"\label{eq:1} x", r"\textcolor{red}{x}", r"a = 1 \\ b = 2",
        r"c_t = d_t \tag{3}", r"\large[ Z \large]", r"1 \space m",
        r"\begin{cases}a & t \lt 1 \cr b & t \gt 1\end{cases}",
        r"\begin{align} & a = 1 \\ & b = 2 \\ \end{align}", r"\text{sect \"a\" times.circle} \cap B",
    ],
)  # fmt: skip
def test_formulas_that_mathjax_sets_are_set(tex: str) -> None:
    page, said = to_html(new_markdown_cell(f"$${tex}$$"))
    assert len(page.select("main math")) == 1
    assert said == ""
    _, said, alts = to_pdf(new_markdown_cell(f"$${tex}$$"))
    assert len(alts) == 1
    assert said == ""


def test_words_in_a_formula_keep_the_names_of_signs() -> None:
    text, _, _ = to_pdf(new_markdown_cell(r"$$\text{sect times.circle} \cap B$$"))
    assert "sect times.circle" in text
    assert "∩" in text


def test_a_formula_that_typst_refuses_leaves_its_neighbours_alone() -> None:
    bad = r"\begin{align} & a( {\textbf 0} ) \\\\ & b( c , \begin{cases} 1 \\ 2 \end{cases} ) \end{align}"
    text, _, alts = to_pdf(new_markdown_cell(rf"good $x^2$ and $${bad}$$ and $y^3$"))
    assert {"x^2", "y^3"} <= set(alts)
    assert "good" in text


# ---------------------------------------------------------------- what Markdown has beside


def test_footnotes_are_linked_both_ways_in_every_cell() -> None:
    cells = [new_markdown_cell(f"A claim[^1] here.\n\n[^1]: Note *{n}*, with $x^2$.") for n in ("one", "two")]
    page, _ = to_html(*cells)
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for number, note in enumerate(page.select("section.footnotes li")):
        back = note.select_one("a.footnote")
        assert back is not None
        there = page.find(id=str(back["href"])[1:])
        assert there is not None
        assert there.select(f'a[href="#{note["id"]}"]')
        assert ("one", "two")[number] in note.get_text()
        assert note.select("em, math")
    text, _, _ = to_pdf(*cells)
    assert "Note one" in text
    assert "[^1]" not in text + page.get_text()


def test_task_lists_are_marks_and_no_dead_controls() -> None:
    page, _ = to_html(new_markdown_cell("- [x] done\n- [ ] open"))
    assert [item.get_text() for item in page.select("main li")] == ["☒ done", "☐ open"]
    assert not page.select("main input")


# ---------------------------------------------------------------- streams and errors


def test_an_error_is_shown_as_the_kernel_printed_it() -> None:
    error = new_output(
        "error", ename="ValueError", evalue="no", traceback=["\x1b[31mTraceback\x1b[0m", "ValueError: no"]
    )
    web, paper, said = both(new_code_cell("x", outputs=[error]))
    for text in (web, paper):
        assert "Traceback ValueError: no" in text
        assert "\x1b" not in text
    assert said.count("it raised ValueError, which is shown") == 2


def test_the_error_stream_is_left_out_and_said() -> None:
    stream = new_output("stream", name="stderr", text="Loading required package: dplyr")
    web, paper, said = both(new_code_cell("x", outputs=[stream]))
    assert "dplyr" not in web + paper
    assert said.count("what it wrote to the error stream is left out") == 2


def test_a_progress_bar_is_shown_as_it_ended() -> None:
    stream = new_output("stream", text=" 10%|#\r 50%|##\r100%|###\r\ndone\r\n")
    web, paper, _ = both(new_code_cell("x", outputs=[stream]))
    for text in (web, paper):
        assert "100%|### done" in text
        assert "50%" not in text


def test_a_long_stream_keeps_its_beginning_and_its_end() -> None:
    lines = [f"line-{n}-" for n in range(MOST_LINES + 500)]
    web, _ = to_html(new_code_cell("x", outputs=[new_output("stream", text="\n".join(lines))]))
    text = web.get_text()
    assert lines[0] in text
    assert lines[-1] in text
    assert sum(line in text for line in lines) == MOST_LINES
    assert "[… 500 …]" in text


# ---------------------------------------------------------------- characters


def test_characters_without_a_glyph_are_replaced_and_said() -> None:
    cells = [
        new_markdown_cell("Launch \U0001f680 of \U00012000"),
        shows({"text/html": "<table><tr><th>a</th></tr><tr><td>\U0001f468\u200d\U0001f4bb x</td></tr></table>"}),
        new_code_cell("x", outputs=[new_output("stream", text="done \U0001f44d\U0001f3fd")]),
        shows({"image/svg+xml": SVG.format("\U0001f680 up")}, **{"image/svg+xml": {"alt": "x"}}),
    ]
    text, said, _ = to_pdf(*cells)
    assert "Launch [rocket] of \N{REPLACEMENT CHARACTER}" in text
    assert "[man][personal computer] x" in text
    assert "done [thumbs up sign]" in text
    assert "U+1F680" in said
    assert "\U0001f680" in to_html(*cells)[0].get_text(), "a browser has faces of its own"


def test_scripts_of_the_world_are_set() -> None:
    words = ["한국어", "Русский", "中文", "日本", "العربية", "Ελληνικά"]
    text, _, _ = to_pdf(new_markdown_cell(" / ".join(words)))
    for word in ("한국어", "Русский", "Ελληνικά"):
        assert word in text


@pytest.mark.parametrize(
    ("char", "stand_in"), [("\u200d", ""), ("\ufe0f", ""), ("\U0001f680", "[rocket]"), ("\U00012000", "\ufffd")]
)
def test_what_stands_in_for_a_character(char: str, stand_in: str) -> None:
    assert without_glyph(char) == stand_in


# ---------------------------------------------------------------- kinds of cells and files


def test_raw_cells_are_set_or_said() -> None:
    cells = [
        new_raw_cell("*leaning*", metadata={"raw_mimetype": "text/markdown"}),
        new_raw_cell("<b>bold</b>", metadata={"raw_mimetype": "text/html"}),
        new_raw_cell(".. note:: ```kept```", metadata={"raw_mimetype": "text/restructuredtext"}),
        new_raw_cell("plain <b>"),
    ]
    page, said = to_html(*cells)
    assert page.select("main em, main b")
    web, paper, _ = both(*cells)
    for text in (web, paper):
        assert "leaning" in text
        assert ".. note:: ```kept```" in text
        assert "plain <b>" in text
    assert "cell 4: a raw cell of type text/restructuredtext is set as text" in said


def test_html_that_pandoc_has_no_word_for_is_no_fault() -> None:
    """pandas writes ``<style scoped>`` before a table; within a block pandoc hands it on raw."""
    table = "<table><thead><tr><th>a</th></tr></thead><tr><td>7</td></tr></table>"
    html = f"<div>\n<style scoped>\n .x {{}}\n</style>\n{table}\n</div>"
    text, said, _ = to_pdf(new_markdown_cell("t"), shows({"text/html": html + "<p>now <button>press</button></p>"}))
    assert "7" in text
    assert "press" in text
    assert said == ""


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}},
        {"language_info": {"name": "julia"}},
        {"language_info": {"name": "no-such"}},
    ],
)
def test_any_language_or_none(metadata: dict[str, Any]) -> None:
    nb = new_notebook(cells=[TITLE, new_code_cell("x <- c(1, 2)")], metadata=metadata)
    html, _ = TightropeHTMLExporter().from_notebook_node(nb)
    assert "x <- c(1, 2)" in BeautifulSoup(html, "html5lib").get_text()
    TightropePDFExporter().from_notebook_node(nb)


@pytest.mark.parametrize("cells", [[], [new_code_cell("")], [new_markdown_cell("")], [new_raw_cell("")]])
def test_an_empty_notebook_is_a_page(cells: list[Any]) -> None:
    nb = new_notebook(cells=cells)
    for exporter in (TightropeHTMLExporter, TightropePDFExporter):
        body, found = exporter().from_notebook_node(nb, {"metadata": {"name": "empty_one"}})
        assert len(body) > 1000
        assert not found.get("tightrope_warnings")


def test_a_notebook_of_format_3_goes_through_plain_nbconvert(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Old"]},
        {"cell_type": "markdown", "metadata": {}, "source": ["Text with $x^2$.\n"]},
        {"cell_type": "code", "collapsed": False, "input": ["1+1"], "language": "python", "metadata": {},
         "prompt_number": 1, "outputs": [
             {"output_type": "pyout", "prompt_number": 1, "text": ["two"], "png": PNG, "metadata": {}},
             {"output_type": "stream", "stream": "stdout", "text": ["said\n"]}]},
    ]  # fmt: skip
    old = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": cells, "metadata": {}}],
    }
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    for name in ("html", "pdf"):
        command = [Path(sys.executable).parent / "jupyter-nbconvert", "--to", f"tightrope-{name}", "old.ipynb"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stderr.count("a picture has no alt text") == 1
    page = BeautifulSoup((tmp_path / "old.html").read_text(), "html5lib")
    assert [h.get_text() for h in page.find_all("h1")] == ["Old"]
    assert "said" in page.get_text()
    assert (tmp_path / "old.pdf").read_bytes().startswith(b"%PDF")


def test_odd_files_of_format_4_are_read() -> None:
    """Lists for texts and no metadata: what other programs write and nbformat lets through."""
    table = {"output_type": "display_data", "metadata": {}, "data": {"text/html": ["<b>c</b>", "<i>d</i>"]}}
    stream = {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]}
    code = {"cell_type": "code", "metadata": {}, "execution_count": None, "source": ["x\n", "y"]}
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# One\n", "two"]},
        {**code, "outputs": [stream, table]},
    ]
    nb = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})
    html, _ = TightropeHTMLExporter().from_notebook_node(nb)
    text = " ".join(BeautifulSoup(html, "html5lib").get_text().split())
    assert "a b" in text
    assert "cd" in text
    TightropePDFExporter().from_notebook_node(nb)


# ---------------------------------------------------------------- small things


def test_like_notices_are_said_together_and_the_line_stays_short() -> None:
    notices = [Notice(n, "same") for n in (1, 2, 2, 3)] + [Notice(5, f"kind {n}") for n in range(20)]
    line = one_line(notices)
    assert line.startswith("cell 1, 2, 3: same; cell 5: kind 0; ")
    assert line.endswith("; and 9 more")


def test_a_fence_is_longer_than_any_in_the_text() -> None:
    assert fenced("a ```` b") == "`````\na ```` b\n`````"
