"""Texts are untrusted: what looks like a program in HTML, Typst or a spreadsheet is shown as the text that it is."""

from __future__ import annotations

import csv
import io
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader

from tightrope.batch.index import _dead
from tightrope.errors import RenderFailed
from tightrope.publish.html import TightropeHTMLExporter
from tightrope.publish.pdf import TightropePDFExporter
from tightrope.publish.record import RECORD_MIME

SECRET = "root:x:0:0"
TYPST = [
    '#eval("1234567+1")', '#read("/etc/passwd")', '#include "/etc/passwd"', "#panic()", "#let x = 4711; #x",
    "$ #eval(\"1\") $", "*/ #sys.version /*", "\\#read(\"/etc/passwd\")", "<label> @ref",
]  # fmt: skip
DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs="
HTML = [
    "<script>alert(1)</script>", f"<img alt=x src={DOT} onerror=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
    "<svg onload=alert(1)></svg>",
    "<iframe src='https://evil.example'></iframe>",
    "<style>@import url(//evil.example)</style>",
    f"<math><mtext><img alt=x src={DOT} onerror=alert(1)></mtext></math>",
    "<form action=//evil.example><button>go</button></form>",
    "<div style=\"background:url(https://evil.example/x)\">x</div>", "<template><script>alert(1)</script></template>",
    f'<noscript><p title="</noscript><img alt=x src={DOT} onerror=alert(1)>">',
    "<a href=\"&#106;avascript:alert(1)\">x</a>",
    "[x](javascript:alert(1))", "![x](https://evil.example/x.png)", "<base href=//evil.example>",
]  # fmt: skip
SIGNS = list("#$*_`@<>[](){}\\/~^=+-\"'|:;.,!%& \n\tab1é가\u202e\u00ad")
SPREADSHEET = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("https://evil.example")']
LOADING = {"src", "href", "xlink:href", "data", "action", "formaction", "poster", "srcset", "background"}


def html_of(cells: list[Any]) -> str:
    return str(TightropeHTMLExporter().from_notebook_node(new_notebook(cells=cells))[0])


def shown(kind: str, text: str) -> Any:
    return new_code_cell("", outputs=[new_output("display_data", {kind: text})])


def harmless(html: str) -> None:
    """Nothing runs but the page's own script, and nothing is loaded from elsewhere."""
    page = BeautifulSoup(html, "html5lib")
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert isinstance(policy, Tag)
    assert "default-src 'none'" in str(policy["content"])
    scripts = [s for s in page.find_all("script") if s.get("type") not in ("application/json", "application/ld+json")]
    assert all("alert(1)" not in s.get_text() for s in scripts)
    for item in page.find_all(True):
        assert not [name for name in item.attrs if name.lower().startswith("on")], item
        for name in LOADING & set(item.attrs):
            value = str(item[name]).strip().lower().replace("\x00", "")
            assert not value.startswith(("javascript:", "vbscript:", "data:text")), item
            if name != "href" or item.name not in ("a",):
                assert not value.startswith(("http:", "https:", "//")), item
        assert item.name not in ("iframe", "object", "embed", "base", "form", "link") or item.name == "link", item
        assert "evil.example" not in str(item.get("style", ""))
    for style in page.find_all("style"):
        assert "evil.example" not in style.get_text()


@pytest.mark.parametrize("kind", ["text/markdown", "text/html", "cell", "text/plain", "image/svg+xml"])
def test_nothing_in_a_text_runs_or_loads(kind: str) -> None:
    if kind == "cell":
        cells = [new_markdown_cell("# T"), *(new_markdown_cell(text) for text in HTML)]
    elif kind == "image/svg+xml":
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g onclick="alert(1)"/>'
            '<script>alert(1)</script><a href="javascript:alert(1)"><text>x</text></a><g onload=alert(1) />'
            '<a xlink:href=" java&#115;cript:alert(1)"/><set attributeName="href" to="javascript:alert(1)"/>'
            "<foreignObject><p onload='alert(1)'>x</p></foreignObject></svg>"
        )
        meta = {kind: {"alt": "a", "title": "t", "subtitle": "s", "source": "s"}}
        cells = [new_code_cell("", outputs=[new_output("display_data", {kind: svg}, metadata=meta)])]
    else:
        cells = [shown(kind, text) for text in HTML]
    harmless(html_of(cells))


def test_titles_and_figures_of_a_record_are_text() -> None:
    record = {
        "title": HTML[0], "subtitle": HTML[1], "kicker": HTML[3], "slug": "a", "authors": [HTML[0]],
        "summary": {"columns": [HTML[0]], "rows": [[HTML[1]]]}, "description": "</script>" + HTML[0],
    }  # fmt: skip
    cell = new_code_cell("", outputs=[new_output("display_data", {RECORD_MIME: record, "text/plain": ""})])
    html = html_of([cell, new_markdown_cell("# x\n\ntext")])
    harmless(html)
    assert "&lt;script&gt;alert(1)" in html


def test_what_looks_like_typst_is_printed() -> None:
    record = {
        "title": TYPST[1],
        "subtitle": TYPST[0],
        "kicker": TYPST[2],
        "slug": "a",
        "date": "2021-03-25",
        "authors": [TYPST[3]],
    }
    raw = [f"```{{=typst}}\n{TYPST[1]}\n```", f"`{TYPST[1]}`{{=typst}}"]
    cells = [
        new_code_cell("", outputs=[new_output("display_data", {RECORD_MIME: record, "text/plain": ""})]),
        new_markdown_cell("# T\n\n" + "\n\n".join([*TYPST, *raw])),
        *(shown("text/markdown", f"- {text}") for text in [*TYPST, *raw]),
        *(shown("text/html", f"<p>{text}</p>") for text in TYPST),
        *(shown("text/plain", text) for text in TYPST),
        shown(
            "text/html", f"<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>{TYPST[1]}</td></tr></tbody></table>"
        ),
    ]
    pdf, _ = TightropePDFExporter().from_notebook_node(new_notebook(cells=cells))
    reader = PdfReader(io.BytesIO(pdf))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert SECRET not in text
    assert "1234568" not in text
    assert text.count('#read("/etc/passwd")') + text.count("#read(“/etc/passwd”)") >= 4, text[:1500]
    assert "#panic()" in text


@settings(max_examples=12, deadline=None, derandomize=True)
@given(texts=st.lists(st.text(alphabet=st.sampled_from(SIGNS), max_size=80), min_size=4, max_size=12))
def test_any_text_becomes_markup_that_compiles(texts: list[str]) -> None:
    cells = [
        new_markdown_cell("# T"),
        *(new_markdown_cell(text) for text in texts),
        *(shown("text/plain", t) for t in texts),
    ]
    nb = new_notebook(cells=cells)
    nbformat.validate(nb)
    harmless(html_of(cells))
    pdf, _ = TightropePDFExporter().from_notebook_node(nb)
    assert pdf.startswith(b"%PDF")


@pytest.mark.parametrize(
    "source", ["![x](../../../../etc/passwd)", "<img src='/etc/passwd' alt='y'>", "![x](file:///etc/passwd)"]
)
def test_a_picture_outside_the_notebooks_folder_is_not_read(source: str) -> None:
    cells = [new_markdown_cell(f"# T\n\n{source}")]
    for exporter in (TightropeHTMLExporter, TightropePDFExporter):
        try:
            made, _ = exporter().from_notebook_node(new_notebook(cells=cells))
        except RenderFailed as error:
            made = str(error)
        assert SECRET not in (made.decode("latin-1") if isinstance(made, bytes) else str(made))


@pytest.mark.parametrize(
    "inner", ['<image href="https://evil.example/x.png"/>', "<style>@import url(//evil.example)</style>"]
)
def test_a_drawing_that_loads_from_elsewhere_is_refused(inner: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{inner}</svg>'
    meta = {"image/svg+xml": {"alt": "a", "title": "t", "subtitle": "s", "source": "s"}}
    cell = new_code_cell("", outputs=[new_output("display_data", {"image/svg+xml": svg}, metadata=meta)])
    record = new_code_cell("", outputs=[new_output("display_data", {RECORD_MIME: {"title": "T"}, "text/plain": ""})])
    with pytest.raises(RenderFailed, match="from outside"):
        html_of([cell, record])


@pytest.mark.parametrize("text", SPREADSHEET)
def test_no_cell_of_an_exported_table_is_a_formula(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([_dead(text)])
    assert next(csv.reader(io.StringIO(out.getvalue())))[0].startswith("'")


def test_numbers_stay_numbers() -> None:
    assert [_dead(-5), _dead(1.5), _dead("plain")] == [-5, 1.5, "plain"]
