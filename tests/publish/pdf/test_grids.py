"""A table of plain texts is set the same, whether pandoc reads it as HTML or it comes as a grid."""

from __future__ import annotations

import pytest

from tightrope.publish import markup
from tightrope.publish.grids import read_grid
from tightrope.publish.markup import Piece, to_typst

HEAD = "<table><caption>Goods &amp; more</caption><thead><tr><th>State</th><th>2020</th></tr></thead><tbody>"
ROWS = {
    "plain": "<tr><td>Korea</td><td>1,185</td></tr><tr><td>Russia</td><td>–</td></tr>",
    "entities and a hard space": "<tr><td>R&amp;D &lt; 5</td><td>11,052&nbsp;km</td></tr>",
    "empty cells": "<tr><td></td><td>&nbsp;</td></tr><tr><td>a</td><td>1</td></tr>",
    "spaces and lines": "<tr>\n<td> two\n words </td>\n<td>1</td>\n</tr>\n",
    "signs of Typst": '<tr><td>#let x = "1" \\ [a] $b$</td><td>*2*</td></tr>',
    "row headings": '<tr><th scope="row">Korea</th><td>1</td></tr>',
    "attributes": '<tr><td class="number" title="of 2020">Korea</td><td lang="ko">대한민국</td></tr>',
}


def by_pandoc(html: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    with monkeypatch.context() as patch:
        patch.setattr(markup, "read_grid", lambda text: None)
        return to_typst([Piece("html", html, 1)]).texts


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS.keys())
@pytest.mark.parametrize("source", ["", '<p class="source">Source: IMF &amp; UN.</p>'], ids=["bare", "sourced"])
def test_a_grid_is_set_as_pandoc_would(rows: str, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    html = f"{HEAD}{rows}</tbody></table>{source}"
    assert read_grid(html) is not None
    assert to_typst([Piece("html", html, 1)]).texts == by_pandoc(html, monkeypatch)


def test_the_sides_of_columns_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = [
        (f'<{tag} style="text-align: left">{one}</{tag}><{tag} style="text-align: right">{two}</{tag}>'
         f"<{tag}>{one}</{tag}>")
        for tag, one, two in (("th", "State", "Rank"), ("td", "Korea", "twelfth"), ("td", "Chile", "third"))
    ]  # fmt: skip
    head, *body = [f"<tr>{line}</tr>" for line in cells]
    html = f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>"
    (text,) = to_typst([Piece("html", html, 1)]).texts
    assert "align: (left, right, left,)" in text
    assert (text,) == by_pandoc(html, monkeypatch)


@pytest.mark.parametrize(
    "html",
    [
        HEAD + "<tr><td>a<br>b</td><td>1</td></tr></tbody></table>",
        HEAD + '<tr><td colspan="2">a</td></tr></tbody></table>',
        HEAD + "<tr><td>a</td></tr></tbody></table>",
        HEAD + '<tr><td>a</td><td style="text-align: right">1</td></tr></tbody></table>',
        HEAD + "<tr><td>a</td><td>1</td></tr></tbody></table><p>More.</p>",
        HEAD + "</tbody></table>",
        HEAD + "<tr><td>a</td><td>1</td></tr>stray</tbody></table>",
        "<p>No table.</p>",
    ],
    ids=["markup", "span", "short row", "two sides", "text after", "no rows", "stray text", "no table"],
)
def test_anything_else_is_left_to_pandoc(html: str) -> None:
    assert read_grid(html) is None


def test_a_number_traced_to_its_rows_is_set_as_text() -> None:
    traced = '<span class="traced" tabindex="-1" data-origin="gdp rows 1">12</span>'
    texts = to_typst([Piece("markdown", f"It is ${traced} m and ${traced} m.", 1),
                      Piece("html", f"<p>It is {traced}\u00a0km.</p>", 2)]).texts  # fmt: skip
    assert texts == ('#"It is $";#"12";#" m and $";#"12";#" m.";', '#"It is 12\u00a0km.";')
