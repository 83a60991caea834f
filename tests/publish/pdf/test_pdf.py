"""The PDF as its readers meet it: text, structure, faces, escapes, refusals."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
import urllib.parse
from collections.abc import Callable, Iterator
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pikepdf
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pdfua import Validator
from PIL import Image
from pypdf import PdfReader
from tests.checkers import standard_faults

from tightrope.errors import RenderFailed
from tightrope.publish import attach_pdf
from tightrope.publish.faces import faces, font_files
from tightrope.publish.markup import quoted
from tightrope.publish.pdf import Document, TightropePDFExporter, notebook_to_typst, plain
from tightrope.publish.record import RECORD_MIME
from tightrope.publish.typesetter import templates

NOTEBOOKS = Path(__file__).parents[2] / "fixtures" / "notebooks"
MM = 72 / 25.4
SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='9'><text y='9'>{}</text></svg>"


@cache
def fixture(name: str) -> bytes:
    nb = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    return notebook_to_typst(nb, name).to_pdf()


@cache
def text_of(name: str) -> str:
    return words(fixture(name))


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def render(*cells: Any) -> bytes:
    return notebook_to_typst(new_notebook(cells=list(cells))).to_pdf()


def shown(data: dict[str, Any], **metadata: Any) -> Any:
    return new_code_cell("", outputs=[new_output("display_data", data, metadata=metadata)])


def html(source: str, plain: str = "") -> Any:
    return shown({"text/html": source, "text/plain": plain})


def elements(pdf: bytes) -> list[tuple[str, pikepdf.Dictionary]]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:

        def walk(node: Any) -> Iterator[tuple[str, dict[str, str]]]:
            if isinstance(node, pikepdf.Array):
                for child in node:
                    yield from walk(child)
            elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
                yield str(node.S), {key: str(node[key]) for key in node.keys() if key in ("/Alt", "/Lang")}  # noqa: SIM118
                if "/K" in node:
                    yield from walk(node.K)

        return list(walk(opened.Root.StructTreeRoot.K))


def tags(pdf: bytes) -> list[str]:
    return [tag for tag, _ in elements(pdf)]


# ---------------------------------------------------------------- the report


def test_document_says_what_it_is() -> None:
    with pikepdf.open(io.BytesIO(fixture("pdf_report"))) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo.Title) == "Arandia walks between two powers"
        assert str(pdf.docinfo.Author) == "Tightrope"
        assert str(pdf.docinfo.Keywords) == "arandia-boria-2021"
        assert str(pdf.docinfo.CreationDate).startswith("D:20210325")
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["pdfaid:part"] + metadata["pdfaid:conformance"] == "3A"


def test_bookmarks_are_the_headings_without_the_title() -> None:
    with pikepdf.open(io.BytesIO(fixture("pdf_report"))) as pdf, pdf.open_outline() as outline:
        tree = {entry.title: [child.title for child in entry.children] for entry in outline.root}
    assert {"Summary", "Claim by claim", "Method", "Sources"} <= set(tree)
    assert tree["Trade and industry"] == ["What is traded", "Between two powers"]
    assert "Arandia walks between two powers" not in tree


def test_every_picture_has_its_alt_text() -> None:
    alts = [found["/Alt"] for tag, found in elements(fixture("pdf_report")) if tag == "/Figure"]
    assert len(alts) == 6
    assert alts[0].startswith("Line chart of goods trade from 2000 to 2020.")
    formulas = [found["/Alt"] for tag, found in elements(fixture("pdf_report")) if tag == "/Formula"]
    assert formulas == [r"s_{ij} = x_{ij} / \sum_k x_{ik}", r"b = 1 - \frac{|s_1 - s_2|}{s_1 + s_2}."]


def test_tables_keep_header_cells_rows_and_marks() -> None:
    found = tags(fixture("pdf_report"))
    assert found.count("/Table") == 5  # the wide one stands in two halves
    # 3 + 5 + 2 * 8 + 6 columns; 7 + 2 + 2 * 4 + 34 rows, and one line of names in each table
    assert found.count("/TH") == 30
    assert found.count("/TR") == 51 + 5
    text = text_of("pdf_report")
    assert all(f"C{n:02d} " in text for n in range(1, 35))
    assert "not checkable" in text
    assert "29,868.4" in text


def test_header_cells_are_drawn_again_on_the_next_page() -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(fixture("pdf_report"))).pages]
    carrying = [page for page in pages if "What it says" in page]
    assert len(carrying) == 2


def places(pdf: bytes) -> dict[str, tuple[float, float]]:
    """Give where each piece of the first page's text begins, in points from the lower left."""
    found: dict[str, tuple[float, float]] = {}

    def note(text: str, outer: list[float], own: list[float], *_: Any) -> None:
        if text.strip():
            found.setdefault(text.strip(), (outer[4] + own[4] * outer[0], outer[5]))

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=note)
    return found


def test_a_column_of_sentences_is_wide_and_a_mark_stays_beside_its_word() -> None:
    names = ("Thesis", "About", "Verdict", "Change", "Becomes")
    said = "Would one record be another, the verdict would change; " * 3
    now, then = (f"<span class='verdict'>{word}</span>" for word in ("○ опровергается данными", "● подтверждается"))
    cells = ("C25", "Sixth partner of all", now, said, then)
    head, row = ("".join(f"<{tag}>{one}</{tag}>" for one in line) for tag, line in (("th", names), ("td", cells)))
    at = places(render(html(f"<table><tr>{head}</tr>" + f"<tr>{row}</tr>" * 2 + "</table>")))
    left = [at[name][0] for name in names]
    widths = [b - a for a, b in pairwise([*left, (210 - 25) * MM])]
    assert widths[3] > 1.8 * max(*widths[:3], widths[4])
    assert min(widths) == widths[0] > 20
    assert abs(at["●"][1] - at["подтверждается"][1]) < 1
    assert abs(at["○"][1] - at["опровергается"][1]) < 1


def test_korean_is_set_in_one_face_and_its_short_phrases_keep_together() -> None:
    record = {RECORD_MIME: {"title": "한국", "language": "ko", "date": "2021-03-25"}, "text/plain": ""}
    said = "2021년 3월 25일 기준으로 34건 가운데 14건이 유지됨. " * 6
    row = f"<tr><td>2008년 9월 29일</td><td>평이한 해석</td><td>{said}</td></tr>"
    table = f"<table><tr><th>날짜</th><th>종류</th><th>말</th></tr>{row}</table>"
    pdf = render(shown(record), html(table))
    at = places(pdf)
    assert {"2008년 9월 29일", "평이한 해석"} <= at.keys()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fonts = [o for o in opened.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
        used = {str(font.FontName).partition("+")[2] for font in fonts}
    assert used == {"NanumGothic", "NanumGothicBold"}


def test_page_one_carries_title_block_and_summary_then_contents() -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(fixture("pdf_report"))).pages]
    for part in ("Evidence report on an invented article", "tested on the evidence", "25 March 2021", "Nine of 34"):
        assert part in pages[0]
    assert "Contents" not in pages[0]
    assert "Contents" in pages[1]
    assert f"1 of {len(pages)}" in pages[0]
    assert pages[2].startswith("Arandia walks between two powers")  # running head


def test_chart_words_are_text_around_and_inside_the_picture() -> None:
    text = text_of("pdf_report")
    assert "Only Arandia agrees this often with both powers Agreement in votes, standardised" in text
    assert text.count("Source: Invented Customs Office") == 7
    assert "Rank of the partner" in text  # drawn inside the SVG, still text


def test_faces_are_embedded_and_come_from_packages() -> None:
    names = set()
    for page in PdfReader(io.BytesIO(fixture("pdf_report"))).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            low = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = low["/FontDescriptor"].get_object()
            assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
            names.add(low["/BaseFont"].split("+")[1].split("-Identity")[0])
    families = {name.split("-")[0] for name in names}
    assert families <= {"LibertinusSerif", "SourceSansPro", "NewCMMath", "DejaVuSansMono"}
    assert {"LibertinusSerif-Regular", "SourceSansPro-Regular", "SourceSansPro-Semibold"} <= names


def pages_as_pictures(document: Document) -> list[Image.Image]:
    with tempfile.TemporaryDirectory() as root:
        for name, data in document.files.items():
            (Path(root) / name).write_bytes(data)
        (Path(root) / "main.typ").write_text(document.main, encoding="utf-8")
        for name, data in templates().items():
            (Path(root) / name).write_bytes(data)
        pages = typst.compile(Path(root) / "main.typ", format="png", ppi=72, font_paths=faces(), root=root)
    return [Image.open(io.BytesIO(page)).convert("L") for page in (pages if isinstance(pages, list) else [pages])]


def wide_things() -> Any:
    names = "".join(f"<th>A rather long name {n}</th>" for n in range(12))
    cells = "<td>" + "w" * 60 + "</td><td>https://example.org/a/very/long/address/that/never/ends</td>" * 11
    spans = f"<table><tr><th colspan='12'>All</th></tr><tr>{names}</tr><tr>{cells}</tr></table>"
    return new_notebook(cells=[
        html(f"<table><tr>{names}</tr><tr>{cells}</tr></table>"), html(spans),
        new_code_cell("", outputs=[new_output("stream", text="x" * 400 + " " + "y " * 400)]),
        new_markdown_cell("`" + "z" * 300 + "` and https://example.org/" + "a" * 300 + " and " + "B" * 200),
        new_markdown_cell(f"![x](data:image/svg+xml,{urllib.parse.quote(SVG.format('wide').replace('90', '3000'))})"),
    ])  # fmt: skip


@pytest.mark.parametrize("name", ["pdf_report", "pdf_kinds", "wide"])
def test_nothing_is_drawn_in_the_margins(name: str) -> None:
    nb = wide_things() if name == "wide" else nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    for page in pages_as_pictures(notebook_to_typst(nb, name)):
        width, height = page.size
        for left, right in ((0, round(24 * MM)), (round((210 - 24) * MM), width)):
            assert page.crop((left, 0, right, height)).getextrema() == (255, 255)
        assert page.getextrema()[0] < 128


@pytest.mark.parametrize("name", ["pdf_report", "pdf_kinds"])
def test_checker_finds_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(fixture(name))
    assert standard_faults(path) == []
    report = Validator().validate(path)
    assert list(report.findings) == []


def test_same_notebook_same_bytes() -> None:
    nb = nbformat.read(NOTEBOOKS / "pdf_kinds.ipynb", as_version=4)
    assert notebook_to_typst(nb, "pdf_kinds").to_pdf() == fixture("pdf_kinds")


def in_a_fork(work: Callable[[], bytes]) -> bytes:
    """Run in a fork, as a batch's workers may; the alarm ends a fork that waits for threads it does not have."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        os.close(reader)
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(work())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        data = pipe.read()
    assert os.waitpid(child, 0)[1] == 0
    return data


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_of_a_process_that_has_used_typst_still_sets_and_refuses() -> None:
    fixture("pdf_kinds")
    nb = nbformat.read(NOTEBOOKS / "pdf_kinds.ipynb", as_version=4)
    assert in_a_fork(lambda: notebook_to_typst(nb, "pdf_kinds").to_pdf()) == fixture("pdf_kinds")

    def refused() -> bytes:
        try:
            return render(new_markdown_cell("# T"), new_markdown_cell("\U00012000"))
        except RenderFailed as error:
            return str(error).encode()

    assert b"U+12000" in in_a_fork(refused)


@pytest.mark.report
def test_plain_nbconvert_from_another_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "pdf_report.ipynb"
    path.write_bytes((NOTEBOOKS / "pdf_report.ipynb").read_bytes())
    command = Path(sysconfig.get_path("scripts")) / "jupyter-nbconvert"
    environment = os.environ | {"TZ": "Asia/Seoul", "LC_ALL": "C", "PYTHONWARNINGS": "default"}
    subprocess.run(
        [sys.executable, str(command), "--to", "tightrope-pdf", str(path)],
        cwd=tmp_path, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    pdf = (tmp_path / "in" / "pdf_report.pdf").read_bytes()
    pages = fixture("pdf_report")
    assert pdf[: len(pages)] == pages
    carries = attach_pdf.read(pdf)
    assert attach_pdf.is_whole(pdf, len(pages), carries), "behind the pages stands what a report carries, and no more"
    for data in (pdf, *(one.content for one in carries.files.values())):
        assert str(tmp_path).encode() not in data


# ---------------------------------------------------------------- every kind of output


def test_texts_that_would_be_code_are_shown() -> None:
    text = text_of("pdf_kinds")
    for part in (
        '#include "x"', "#eval(1)", "$x$", "*b*", "_u_", "@nobody", "<label>", "//c", "[x]", '"q"', "back\\slash",
        "`tick`", '#panic("code")', "Nasty #texts", "bad value #1", "Trace line #1",
    ):  # fmt: skip
        assert part in text
    assert "panic()" not in text  # the attribute typst:… of a span


def test_streams_lose_their_colours_and_keep_the_last_state_of_a_line() -> None:
    text = text_of("pdf_kinds")
    assert "100% #eval(1)" in text
    assert "10%\r" not in text
    assert "[31m" not in text
    assert "a warning" not in text  # the error stream is for whoever runs the notebook
    assert plain("\x1b[1;31mred\x1b[0m\r\nx 1%\rx 2%\r") == "red\nx 2%"


def test_blank_header_cells_get_a_name_and_spans_close() -> None:
    text = text_of("pdf_kinds")
    assert "Row year change note 0 2019 -1.5 #eval(1)" in text
    assert "State" in text
    assert tags(fixture("pdf_kinds")).count("/TH") == 4 + 4 + 2


def test_raster_pictures_attachments_and_formulas_carry_alt_text() -> None:
    found = elements(fixture("pdf_kinds"))
    pictures = [e["/Alt"] for tag, e in found if tag == "/Figure"]
    assert pictures == ["A small PNG", "A small JPEG", "a dot", "the same dot"]
    assert [e["/Alt"] for tag, e in found if tag == "/Formula"] == [
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", r"\begin{align} a &= b \\ c &= d \end{align}",
    ]  # fmt: skip


def test_removed_cells_and_outputs_stay_away() -> None:
    assert "ever seen" not in text_of("pdf_kinds")


def test_html_that_shows_nothing_gives_way_to_its_plain_text() -> None:
    assert "the table in words" in words(render(html("<script>draw()</script>", "the table in words")))


def test_heading_levels_have_no_gaps() -> None:
    # the contents before the second section have a heading of their own
    pdf = render(new_markdown_cell("# T\n\n### Deep\n\n###### Deeper\n\n## Up"))
    assert [tag for tag in tags(pdf) if tag.startswith("/H")] == ["/H1", "/H2", "/H1", "/H1"]


def test_columns_align_by_what_their_cells_hold() -> None:
    source = (
        "<table><tr><th>a</th><th>b</th><th>c</th><th>d</th></tr>"
        "<tr><td>x</td><td>$17.6 bn</td><td>–</td><td>12th of 232</td></tr>"
        "<tr><td>1</td><td>−3</td><td>12.5%</td><td>7</td></tr></table>"
    )
    main = notebook_to_typst(new_notebook(cells=[html(source)])).main
    assert "align: (left, right, right, left,)" in main


def test_a_table_too_wide_is_set_in_groups_with_its_first_column() -> None:
    head = "".join(f"<th>column{n}</th>" for n in range(40))
    pdf = render(html(f"<table><thead><tr>{head}</tr></thead><tr>{'<td>123456.78</td>' * 40}</tr></table>"))
    text = words(pdf)
    assert all(f"column{n} " in text + " " for n in range(40))
    assert text.count("column0 ") == tags(pdf).count("/Table") > 1


def test_long_names_break_after_the_signs_that_join_them() -> None:
    name = "sanctions_korea_dated_by_day_and_by_measure"
    pdf = render(html(f"<table><tr><td>{name}</td>{'<td>a sentence long enough to want room</td>' * 6}</tr></table>"))
    lines = [line.strip() for page in PdfReader(io.BytesIO(pdf)).pages for line in page.extract_text().splitlines()]
    parts = [line for line in lines if "_" in line]
    assert "".join(parts) == name
    assert all(part.endswith("_") for part in parts[:-1])


def test_a_row_taller_than_a_page_goes_on() -> None:
    pdf = render(html(f"<table><tr><th>a</th></tr><tr><td>{'word ' * 3000}</td></tr></table>"))
    assert words(pdf).count("word") == 3000


def test_a_table_with_stray_tags_is_still_a_table() -> None:
    pdf = render(html("<table><tr><td>a</td></td><td>b</td></tr><tr><td>c<td>d</table>"))
    assert tags(pdf).count("/TD") == 4


def test_what_is_left_open_stays_in_its_cell() -> None:
    pdf = render(
        new_markdown_cell("# T"), new_markdown_cell("```\nnever closed"),
        new_markdown_cell("## Next\n\n<div class='x'>"), new_markdown_cell("### After\n\n<b>open"),
    )  # fmt: skip
    assert tags(pdf).count("/H1") == 1
    assert tags(pdf).count("/H2") == 1


def test_small_pictures_of_a_cell_stand_side_by_side() -> None:
    nb = nbformat.read(NOTEBOOKS / "pdf_report.ipynb", as_version=4)
    assert notebook_to_typst(nb).main.count("#multiples(chart(") == 1


def test_a_source_line_under_a_table_keeps_to_it() -> None:
    source = '<table><tr><td>1</td></tr></table><p class="source">By X</p>'
    main = notebook_to_typst(new_notebook(cells=[html(source)])).main
    assert 'source: [#"By X";]' in main


def test_footnotes_of_two_cells_do_not_mix() -> None:
    notes = (new_markdown_cell("a[^1]\n\n[^1]: first note"), new_markdown_cell("b[^1]\n\n[^1]: second note"))
    text = words(render(*notes))
    assert "first note" in text
    assert "second note" in text


def test_links_to_nowhere_and_to_scripts_are_text() -> None:
    pdf = render(new_markdown_cell("# T\n\n[a](#gone) [b](javascript:x) [c](https://example.org/?a=1&b=2#c)"))
    targets = [
        str(annotation.get_object()["/A"]["/URI"])
        for page in PdfReader(io.BytesIO(pdf)).pages
        for annotation in page.get("/Annots", [])
    ]
    assert targets == ["https://example.org/?a=1&b=2#c"]


def test_contents_stand_where_a_cell_says() -> None:
    cells = [new_markdown_cell(f"## S{n}") for n in range(4)]
    cells[3]["metadata"]["tags"] = ["contents"]
    main = notebook_to_typst(new_notebook(cells=cells)).main
    assert main.count("#contents()") == 1
    assert main.index("#contents()") > main.index('"S3"')


def test_pictures_from_outside_become_their_alt_text_with_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    nb = new_notebook(cells=[new_markdown_cell("![a map](https://example.org/map.png) ![b](../../etc/passwd)")])
    body, resources = TightropePDFExporter().from_notebook_node(nb, {"metadata": {"path": str(NOTEBOOKS)}})
    assert "[a map]" in words(body)
    assert len(resources["tightrope_warnings"]) == 2
    assert len(caplog.records) == 1


ASCII = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=12)
LATIN = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x2AF, exclude_categories=["Cc", "Cf", "Zs"]), max_size=60
)


@settings(max_examples=25, deadline=None)
@given(st.lists(ASCII, min_size=8, max_size=8))
def test_any_text_in_a_cell_is_set_as_it_stands(texts: list[str]) -> None:
    rows = "".join(f"<tr><td>{escape(text)}</td></tr>" for text in texts)
    main = notebook_to_typst(new_notebook(cells=[html(f"<table>{rows}</table>")])).main
    for text in texts:
        if shown := " ".join(text.split()):
            assert f"#{quoted(shown)};" in main


@settings(max_examples=15, deadline=None)
@given(LATIN)
def test_any_markdown_compiles(text: str) -> None:
    assert render(new_markdown_cell(text)).startswith(b"%PDF-1.7")


# ---------------------------------------------------------------- refusals


def test_a_picture_without_alt_text_is_refused() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    with pytest.raises(RenderFailed, match="no alt text") as caught:
        render(new_markdown_cell("a"), shown({"image/svg+xml": svg}))
    assert "cell 2" in caught.value.where
    with pytest.raises(RenderFailed, match="no alt text") as caught:
        render(new_markdown_cell("a"), new_markdown_cell("![](attachment:x.png)"))
    assert caught.value.where == "cell 2"


@pytest.mark.parametrize(
    "cell",
    [
        new_markdown_cell("b \U00012000 c"),
        html("<table><tr><td>\U00012000</td></tr></table>"),
        new_code_cell("", outputs=[new_output("stream", text="\U00012000")]),
        shown({"image/svg+xml": SVG.format("\U00012000")}, alt="x"),
    ],
    ids=["markdown", "table", "stream", "svg"],
)
def test_a_character_without_glyph_is_named_with_its_cell(cell: Any) -> None:
    with pytest.raises(RenderFailed) as caught:
        render(new_markdown_cell("# T"), cell)
    assert "\U00012000 (U+12000 CUNEIFORM SIGN A)" in caught.value.what
    assert caught.value.where == "cell 2"
    assert caught.value.exit_code == 1


def test_broken_pictures_are_named_with_their_cell() -> None:
    for data in ({"image/svg+xml": "<svg><"}, {"image/png": "aGVsbG8="}):
        with pytest.raises(RenderFailed) as caught:
            render(new_markdown_cell("# T"), shown(data, alt="x"))
        assert caught.value.where == "cell 2"


def test_a_cell_that_raised_is_refused_unless_tagged() -> None:
    error = new_output("error", ename="ValueError", evalue="no", traceback=[])
    with pytest.raises(RenderFailed, match="ValueError: no") as caught:
        render(new_markdown_cell("# T"), new_code_cell("", outputs=[error]))
    assert caught.value.where == "cell 2"


@pytest.mark.parametrize("source", ["x^2", "$x^2$", "$$x^2$$", r"\[x^2\]", r"\begin{equation} x^2 \end{equation}"])
def test_latex_outputs_are_formulas(source: str) -> None:
    formulas = [found["/Alt"] for tag, found in elements(render(shown({"text/latex": source}))) if tag == "/Formula"]
    assert len(formulas) == 1
    assert "x^2" in formulas[0]


@pytest.mark.parametrize(
    "tex", [r"\text{#panic()}", r"\text{a\"b#panic()}", "#panic()", r"a \# panic()", "x // y @a <b>"]
)
def test_tex_is_never_code(tex: str) -> None:
    assert render(new_markdown_cell(f"# T\n\n${tex}$")).startswith(b"%PDF")


def test_faces_have_no_twins() -> None:
    names = [path.stem for path in font_files()]
    assert len(names) == len(set(names))
    assert "SourceSansPro-Semibold" in names
