"""Where pages end: tables that go on, charts that miss their page by little, sources and captions left alone."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from pypdf import PdfReader
from tests.checkers import standard_faults
from tests.layout import pictures, table_pages, white_ends
from tests.publish.pdf.test_pdf import html, shown

from tightrope.publish import typesetter
from tightrope.publish.pdf import Document, notebook_to_typst

DRAWN = "<svg xmlns='http://www.w3.org/2000/svg' width='{}mm' height='{}mm'><rect width='99%' height='99%'/></svg>"
CELLS = {"numbers": "1", "markup": "<b>many words</b> in a cell " * 7}
ROWS = {"numbers": 40, "markup": 26, "spans": 40}


def filler(n_lines: int) -> Any:
    """A paragraph of as many lines."""
    return new_markdown_cell("\\\n".join(f"line {n}" for n in range(n_lines)))


def table(name: str, n_rows: int, cell: str = "1", *, spans: bool = False) -> Any:
    rows = [f"<tr><td>row {n}</td><td>{cell}</td></tr>" for n in range(n_rows)]
    if spans:
        rows[-4:-2] = ["<tr><td rowspan='2'>both</td><td>1</td></tr>", "<tr><td>2</td></tr>"]
    head = f"<caption>Table {name}</caption><thead><tr><th>a</th><th>b</th></tr></thead>"
    source = f"<p class='source'>Source: {name}. {'So it is said. ' * 12}</p>"
    return html(f"<table>{head}<tbody>{''.join(rows)}</tbody></table>{source}")


def chart(name: str, height: float) -> Any:
    drawn = DRAWN.format(160, height)
    return shown({"image/svg+xml": drawn, "text/plain": ""}, alt=name, title=f"Chart {name}", source="a test")


def document(*cells: Any) -> Document:
    return notebook_to_typst(new_notebook(cells=list(cells)))


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def pages_with(pdf: bytes, words: str) -> list[int]:
    return [number for number, text in enumerate(texts(pdf), start=1) if words in text]


@cache
def tables_all_over(kind: str) -> list[tuple[dict[int, int], int, int]]:
    """Tables that begin in many places on their pages: the rows by page, and the pages of caption and source."""
    cells = [
        one for n in range(6)
        for one in (filler(12 + n), table(f"n{n}.", ROWS[kind] + n % 5, CELLS.get(kind, "1"), spans=kind == "spans"))
    ]  # fmt: skip
    pdf = document(*cells).to_pdf()
    shown = texts(pdf)

    def page_of(words: str) -> int:
        (page,) = (number for number, text in enumerate(shown, start=1) if words in text)
        return page

    found = table_pages(pdf)
    return [(rows, page_of(f"Table n{n}."), page_of(f"Source: n{n}.")) for n, rows in enumerate(found)]


@pytest.mark.parametrize("kind", [*CELLS, "spans"])
def test_the_last_rows_of_a_table_stay_together_with_its_source(kind: str) -> None:
    found = tables_all_over(kind)
    split = [list(rows.values()) for rows, _, _ in found if len(rows) > 1]
    assert len(split) > 2, "else nothing is tried"
    least = 2 if kind == "spans" else 3
    assert min(rows[-1] for rows in split) >= least, split
    assert [rows for n, (rows, _, _) in enumerate(found) if sum(rows.values()) != ROWS[kind] + n % 5] == []
    assert [(rows, source) for rows, _, source in found if source != max(rows)] == []
    assert [(rows, caption) for rows, caption, _ in found if caption != min(rows)] == []


def test_a_short_table_stands_on_one_page() -> None:
    pdf = document(
        *(one for n in range(6) for one in (filler(23 + n), table(f"n{n}.", 4, "some words " * 20)))
    ).to_pdf()
    assert [rows for rows in table_pages(pdf) if len(rows) > 1] == []
    assert len(texts(pdf)) > 3


def test_few_rows_too_high_for_one_block_still_go_on() -> None:
    pdf = document(table("n", 4, "many words " * 300)).to_pdf()
    assert sum(table_pages(pdf)[0].values()) == 4
    assert len(re.findall(r"\bmany\b", " ".join(texts(pdf)))) == 4 * 300


@pytest.mark.parametrize(("height", "drawn", "page"), [(110, 110, 1), (120, 111, 1), (130, 111, 1), (145, 145, 2)])
def test_a_chart_shrinks_to_the_room_left_but_not_below_four_fifths(height: int, drawn: int, page: int) -> None:
    pdf = document(filler(22), chart("c", height), filler(3)).to_pdf()
    ((at, width, high),) = pictures(pdf)
    assert (at, round(high)) == (page, drawn)
    assert width == pytest.approx(160 * high / height, abs=0.1)
    assert white_ends(pdf)[0] < 0.01 if page == 1 else white_ends(pdf)[0] > 0.4


def test_a_chart_stays_with_its_heading() -> None:
    for height in (105, 125, 145):
        pdf = document(filler(22), new_markdown_cell("## Heading above"), chart("c", height)).to_pdf()
        assert pages_with(pdf, "Heading above")[-1] == pictures(pdf)[0][0]


def test_charts_that_keep_moving_each_other_are_set_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = typesetter._compiler()

    class Restless:
        """Says of every document whose charts may shrink that it never settled."""

        def compile_with_warnings(self, **given: Any) -> Any:
            asked.append(given["sys_inputs"]["charts"])
            pdf, _ = real.compile_with_warnings(**given)
            unsettled = [SimpleNamespace(message="document did not converge within five attempts")]
            return pdf, unsettled if asked[-1] == "shrink" else []

    monkeypatch.setattr(typesetter, "_compiler", Restless)
    pdf = document(filler(22), chart("c", 130)).to_pdf()
    assert asked == ["shrink", "natural"]
    assert [(page, round(high)) for page, _, high in pictures(pdf)] == [(2, 130)]


def test_pages_named_in_the_contents_are_right_after_many_charts_have_moved(tmp_path: Path) -> None:
    cells = [new_markdown_cell("# T")]
    for n in range(30):
        cells += [new_markdown_cell(f"## Part {n}."), filler(1 + n * 7 % 9), chart(f"c{n}", 95 + n * 11 % 40)]
    pdf = document(*cells).to_pdf()
    shrunk = [high for n, (_, _, high) in enumerate(pictures(pdf)) if high < 94 + n * 11 % 40]
    assert len(shrunk) > 2
    shown = texts(pdf)
    named = dict(re.findall(r"(Part \d+\.)[ .]*(\d+)\n", shown[0] + shown[1]))
    (contents,) = (number for number, text in enumerate(shown, start=1) if "Contents" in text)
    for name in (f"Part {n}." for n in range(30)):
        found = [number for number, text in enumerate(shown, start=1) if name in text]
        assert int(named[name]) == next((page for page in found if page != contents), contents)
    path = tmp_path / "many.pdf"
    path.write_bytes(pdf)
    assert standard_faults(path) == []


def numbers(cell: str = "<td>1.5</td>", n_rows: int = 60) -> Any:
    """A table of numbers over two pages, whose third row holds a cell of the caller's."""
    rows = [f"<tr><td>{1950 + n}</td>{cell if n == 2 else f'<td>{n}.25</td>'}</tr>" for n in range(n_rows)]
    return html(f"<table><thead><tr><th>Year</th><th>a</th></tr></thead><tbody>{''.join(rows)}</tbody></table>")


def test_rows_of_numbers_stand_where_typst_would_put_them() -> None:
    cells = [filler(9), numbers(), filler(3), numbers(n_rows=12)]
    found = document(*cells)
    assert found.main.count("even: true") == 2
    set_twice = replace(found, main=found.main.replace("even: true", "even: false"))
    assert texts(found.to_pdf()) == texts(set_twice.to_pdf())
    assert places(found.to_pdf()) == places(set_twice.to_pdf())


@pytest.mark.parametrize("cell", ["<td>a word</td>", "<td>1<sup>2</sup></td>", "<td rowspan='2'>1</td>"])
def test_rows_that_hold_more_than_numbers_are_as_high_as_they_need(cell: str) -> None:
    assert "even: false" in document(numbers(cell)).main


def places(pdf: bytes) -> list[tuple[str, float, float]]:
    """Each piece of text and where it stands, in hundredths of a point."""
    found: list[tuple[str, float, float]] = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        page.extract_text(visitor_text=lambda text, _, at, *__: found.append((text, round(at[4], 2), round(at[5], 2))))
    return found
