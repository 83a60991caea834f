"""The table of numbers behind a picture: read strictly, written in the reader's language, set under the figure."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tightrope.errors import RenderFailed
from tightrope.publish.html import TightropeHTMLExporter
from tightrope.publish.numbers import MOST_ROWS, read_numbers
from tightrope.publish.words import words_of

SVG = '<svg width="72pt" height="36pt" viewBox="0 0 72 36"></svg>'
TABLE = {
    "columns": ["Year", "Trade", "In force", "Since", "Who"],
    "kinds": ["year", "number", "flag", "date", "text"],
    "rows": [[2014, 12345.678, True, "2014-03-18", "A <b>"], [2015, None, False, None, None]],
}


def one_row(**changes: Any) -> dict[str, Any]:
    return {"columns": ["Year", "Trade"], "kinds": ["year", "number"], "rows": [[2014, 1.5]], **changes}


def page(numbers: Any, strict: bool | None = None) -> BeautifulSoup:
    words = {"alt": "A line.", "title": "It rose", "subtitle": "US$ bn", "numbers": numbers}
    output = new_output("display_data", {"image/svg+xml": SVG}, metadata={"image/svg+xml": words})
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    html, _ = TightropeHTMLExporter(strict=strict).from_notebook_node(notebook)
    return BeautifulSoup(html, "html5lib")


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", ["2014", "12,346", "yes", "18 March 2014", "A <b>"], ["2015", "no data", "no", "no data", "no data"]),
        ("ru", ["2014", "12\xa0346", "да", "18 марта 2014\u202fг.", "A <b>"],
         ["2015", "нет данных", "нет", "нет данных", "нет данных"]),
        ("ko", ["2014", "12,346", "예", "2014년 3월 18일", "A <b>"],
         ["2015", "자료 없음", "아니요", "자료 없음", "자료 없음"]),
    ],
)  # fmt: skip
def test_values_are_written_as_the_language_does(language: str, first: list[str], second: list[str]) -> None:
    cells = read_numbers(TABLE, "cell 1").cells(language, words_of(language))
    assert [cell.replace("\xa0г.", "\u202fг.") for cell in cells[0]] == first
    assert cells[1] == second


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-3, "−3"), (1234567, "1,234,567"), (0.00041234, "0.0004123"), (29.47761, "29.48"),
     (-0.639458, "−0.6395"), (999.96, "1,000"), (12345.678, "12,346"), (2.5, "2.5")],
)  # fmt: skip
def test_a_fraction_has_four_digits_and_a_whole_number_all_of_its_own(value: float, text: str) -> None:
    assert read_numbers(one_row(rows=[[2014, value]]), "cell 1").cells("en", words_of("en")) == [["2014", text]]


@pytest.mark.parametrize(
    ("numbers", "fault"),
    [
        (None, "no numbers"),
        ({}, "no numbers"),
        (one_row(rows=[]), "no numbers"),
        (one_row(columns=["Year", ""]), "without a name"),
        (one_row(rows=[[2014]]), "not one value a column"),
        (one_row(kinds=["year", "money"]), "unknown kind 'money'"),
        (one_row(rows=[[2014, "much"]]), "not of its column's kind"),
        (one_row(rows=[[2014.5, 1]]), "not of its column's kind"),
        (one_row(kinds=["date", "number"]), "not of its column's kind"),
    ],
)
def test_numbers_that_are_none_stop_the_report_and_name_the_cell(numbers: Any, fault: str) -> None:
    with pytest.raises(RenderFailed, match=fault) as caught:
        page(numbers, strict=True)
    assert caught.value.where == "cell 1"
    # A notebook of somebody else's keeps its picture and loses the table.
    assert page(numbers).select_one("figure svg") is not None
    assert page(numbers).select_one("details.numbers") is None


def test_the_table_stands_under_its_picture_and_the_picture_points_to_it() -> None:
    found = page(TABLE)
    details = found.select_one("figure > details.numbers")
    assert details is not None
    assert not details.has_attr("open")
    assert found.select_one("figure svg")["aria-details"] == details["id"]  # type: ignore[index]
    assert details.summary.get_text() == "Show the numbers"  # type: ignore[union-attr]
    assert details.summary["aria-label"] == "Show the numbers: It rose"  # type: ignore[index]
    assert details.p.get_text() == "A line."  # type: ignore[union-attr]
    assert details.caption.get_text() == "US$ bn"  # type: ignore[union-attr]
    assert [th.get_text() for th in details.select("thead th[scope=col]")] == TABLE["columns"]
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in details.select("tbody tr")]
    assert rows[0] == ["2014", "12,346", "yes", "18 March 2014", "A <b>"]
    assert [th["scope"] for th in details.select("tbody th")] == ["row", "row"]


def test_a_foreign_picture_is_not_asked_for_numbers() -> None:
    words = {"alt": "A line."}
    output = new_output("display_data", {"image/svg+xml": SVG}, metadata={"image/svg+xml": words})
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    html, _ = TightropeHTMLExporter().from_notebook_node(notebook)
    assert "<details" not in html


def test_a_long_table_is_cut_and_says_so() -> None:
    rows = [[2000, n] for n in range(MOST_ROWS + 1)]
    found = page(one_row(rows=rows, n_rows=5000))
    assert len(found.select("details.numbers tbody tr")) == MOST_ROWS
    assert "The first 200 of 5000 rows" in found.select_one("details.numbers").get_text()  # type: ignore[union-attr]
    assert "The first" not in page(one_row(rows=rows[:-1])).get_text()


def test_claims_carry_a_link_to_themselves_and_other_headings_do_not() -> None:
    card = '<h3 id="x">Other</h3><div class="claim-card"><h4 id="C24">C24 · Twelfth</h4><h5>Unnamed</h5></div>'
    output = new_output("display_data", {"text/html": card})
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    html, _ = TightropeHTMLExporter().from_notebook_node(notebook)
    links = BeautifulSoup(html, "html5lib").select("main a")
    assert [(a["href"], a.get_text()) for a in links] == [("#C24", "Link to C24")]
