"""Numbers and verdict words that a notebook marks, and whether pages show them: in their place, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tightrope.publish.visible import bare, digest, missing_from, visible


def notebook(data: dict[str, Any], tags: list[str] | None = None) -> Any:
    output = new_output("display_data", {"text/plain": "", **data})
    return new_notebook(cells=[new_code_cell("x", outputs=[output], metadata={"tags": tags or []})])


def traced(text: str) -> str:
    return f'<span class="traced" tabindex="-1" data-origin="trade row 3">{text}</span>'


SAID = f"<p>Both traded {traced('$17.6 bn')} in {traced('2020')}, the twelfth largest sum &amp; a fifth less.</p>"
PAGE = "Both traded $17.6 bn in 2020, the twelfth\nlargest sum & a fifth less."


def test_marked_texts_are_found_in_html_and_markdown() -> None:
    marks = '<td><span class="verdict verdict-not-checkable">◌ not checkable</span></td>'
    found = visible(notebook({"text/html": SAID + marks}))
    assert [(one.kind, one.text) for one in found] == [
        ("number", "$17.6 bn"), ("number", "2020"), ("verdict", "◌ not checkable")
    ]  # fmt: skip
    assert found[0].quote.startswith("Both traded $17.6 bn in 2020")
    markdown = visible(notebook({"text/markdown": f"A **rise** of {traced('&#36;3')}"}))
    assert [one.text for one in markdown] == ["$3"]
    assert visible(notebook({"text/html": SAID}, ["remove-output"])) == []


def test_the_digest_tells_order_and_wording() -> None:
    one, other = (visible(notebook({"text/html": f"{traced(a)} {traced(b)}"})) for a, b in (("1", "2"), ("2", "1")))
    assert digest(one)["numbers"] == digest(other)["numbers"] == 2
    assert digest(one)["sha256"] != digest(other)["sha256"]


def test_what_is_on_the_page_is_not_missing() -> None:
    found = visible(notebook({"text/html": SAID}))
    assert missing_from([PAGE], found) == []
    # hyphenation, a running head in the middle, quotes and line ends make no difference
    assert missing_from(["Both traded $17.6\nbn in 2020, the twelfth lar-\ngest sum & a fifth less."], found) == []


@pytest.mark.parametrize(
    ("page", "text", "instead"),
    [
        (PAGE.replace("17.6", "71.6"), "$17.6 bn", "$71.6bn"),
        (PAGE.replace("17.6", "1.76"), "$17.6 bn", "$1.76bn"),
        (PAGE.replace("17.6", "176"), "$17.6 bn", "$176bn"),
        (PAGE.replace("2020", "2021"), "2020", "2021"),
        ("another page altogether", "2020", ""),
    ],
)
def test_a_changed_number_is_missing_and_what_stands_there_is_said(page: str, text: str, instead: str) -> None:
    lost = {one.text: there for one, there in missing_from([page], visible(notebook({"text/html": SAID})))}
    assert lost[text] == instead


def test_a_number_that_breaks_over_two_pages_is_there() -> None:
    """As in Russian: the sum ends a page and its unit begins the next, with foot and running head between."""
    source = f"<p>Торговля за год, {traced('20,4 млрд долларов')}, – самая большая сумма.</p>"
    found = visible(notebook({"text/html": source}))
    pages = ["Торговля за год, 20,4 млрд\n1 из 18", "Республика Корея и Россия\nдолларов, – самая большая сумма."]
    assert missing_from(pages, found) == []
    edited = [pages[0].replace("20,4", "24,0"), pages[1]]
    assert [one.text for one, _ in missing_from(edited, found)] == ["20,4 млрд долларов"]


def test_signs_of_numbers_are_kept() -> None:
    assert bare("−3.5 %, “a-b”") == "−3.5%,ab"
