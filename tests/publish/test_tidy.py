"""HTML a notebook wrote, made fit for one offline page."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from tightrope.errors import RenderFailed
from tightrope.publish.tidy import Tidier
from tightrope.publish.words import words_of

PIXEL = "data:image/png;base64,iVBORw0KGgo="


@pytest.fixture
def tidier(tmp_path: Path) -> Tidier:
    return Tidier(words_of("en"), tmp_path)


def soup(tidier: Tidier, html: str) -> BeautifulSoup:
    return BeautifulSoup(tidier.fragment(html, "cell 3"), "html.parser")


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://example.org/a.png" alt="x">',
        '<img src="//example.org/a.png">',
        '<script src="https://example.org/a.js"></script>',
        "<script>alert(1)</script>",
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<iframe src="https://example.org/"></iframe>',
        '<object data="https://example.org/"></object>',
        '<video src="https://example.org/a.mp4"></video>',
        '<video><source src="https://example.org/a.mp4"></video>',
        '<meta http-equiv="refresh" content="0;url=https://example.org/">',
        '<base href="https://example.org/">',
        "<style>@import 'https://example.org/a.css';</style>",
        '<p style="background: url(https://example.org/a.png)">x</p>',
        '<a href="javascript:alert(1)">x</a>',
        '<svg><image href="https://example.org/a.png"></image></svg>',
        '<form action="https://example.org/"><input></form>',
    ],
)
def test_nothing_loads_or_runs_and_it_is_said(tidier: Tidier, html: str) -> None:
    page = soup(tidier, html)
    assert tidier.left_out
    for tag in page.find_all(True):
        assert tag.name not in ("script", "link", "iframe", "object", "video", "source", "meta", "base", "form")
        for name, value in tag.attrs.items():
            assert "example.org" not in str(value), name
            assert "javascript" not in str(value), name
        if tag.name == "style":
            assert "example.org" not in tag.get_text()


def test_harmless_html_stays_and_nothing_is_said(tidier: Tidier) -> None:
    html = f'<p class="finding" id="x"><a href="https://example.org/">y</a> <img alt="z" src="{PIXEL}"/></p>'
    assert tidier.fragment(html, "cell 3") == html.replace('src="', 'src="')
    assert tidier.left_out == []


def test_handlers_and_remote_sets_are_dropped(tidier: Tidier) -> None:
    page = soup(tidier, f'<img alt="a" src="{PIXEL}" srcset="https://example.org/b.png 2x" onerror="x()">')
    assert set(page.img.attrs) == {"alt", "src"}  # type: ignore[union-attr]


def test_left_out_image_keeps_its_words(tidier: Tidier) -> None:
    text = soup(tidier, '<img src="https://example.org/a.png" alt="A map">').get_text()
    assert text == "A map [not loaded: https://example.org/a.png]"


def test_image_file_is_carried_in_the_page(tidier: Tidier, tmp_path: Path) -> None:
    (tmp_path / "a b.png").write_bytes(b"png")
    assert soup(tidier, '<img src="a%20b.png" alt="x">').img["src"] == "data:image/png;base64,cG5n"  # type: ignore[index]


@pytest.mark.parametrize("name", ["none.png", "../secret.png", "notes.txt", "file:x.png"])
def test_image_file_elsewhere_or_of_another_kind_is_refused(tidier: Tidier, tmp_path: Path, name: str) -> None:
    (tmp_path.parent / "secret.png").write_bytes(b"png")
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(RenderFailed, match="not found") as caught:
        tidier.fragment(f'<img src="{name}" alt="x">', "cell 3")
    assert caught.value.where == "cell 3"


@pytest.mark.parametrize("alt", ["", 'alt=""', 'alt="  "'])
def test_image_without_alt_is_refused(tidier: Tidier, alt: str) -> None:
    with pytest.raises(RenderFailed, match="no alt text"):
        tidier.fragment(f'<img src="{PIXEL}" {alt}>', "cell 3")


def test_headings_make_contents_and_first_title_goes(tidier: Tidier) -> None:
    page = soup(tidier, "<h1>T</h1><h2>One <em>x</em></h2><h3>Two</h3><h4>deep</h4><h1>Later</h1>")
    assert [(h.level, h.anchor, h.text) for h in tidier.headings] == [
        (2, "One-x", "One x"),
        (3, "Two", "Two"),
        (2, "Later", "Later"),
    ]
    assert page.h1 is None
    page = soup(tidier, "<h2>Two</h2><div class='claim-card' id='Two'><h3>C1</h3></div>")
    assert page.h2["id"] == "Two-2"  # type: ignore[index]
    assert page.div["id"] == "Two-3"  # type: ignore[index]
    assert [h.anchor for h in tidier.headings] == ["One-x", "Two", "Later", "Two-2"]


def test_what_an_unclosed_title_swallows_goes_with_it(tidier: Tidier) -> None:
    card = '<div class="claim-card"><h3 id="C1">C1</h3></div>'
    assert str(soup(tidier, f"<p>a</p><h1>T <h2>One</h2>{card}")) == "<p>a</p>"
    assert tidier.headings == []


def test_nothing_after_a_rewritten_style_is_passed_over(tidier: Tidier) -> None:
    page = soup(tidier, '<style>a{b:url(//c.d)}</style><p onclick="x()"><a href="javascript:x()">y</a></p>')
    assert str(page) == "<style>a{b:none}</style><p><a>y</a></p>"


TABLE = """<table border="1"><caption>Partners</caption>
<thead><tr><th></th><th>Year</th><th>Rank</th><th>Share</th></tr></thead>
<tbody><tr><th>Korea</th><td>2019</td><td>10</td><td>1.5 %</td></tr>
<tr><th>Japan</th><td>2020</td><td>–</td><td>few</td></tr></tbody></table>"""


def test_table_scrolls_in_a_named_box_with_real_headers(tidier: Tidier) -> None:
    page = soup(tidier, TABLE)
    box = page.div
    assert isinstance(box, Tag)
    assert (box["class"], box["role"], box["tabindex"], box["aria-label"]) == (
        ["table-scroll"],
        "region",
        "0",
        "Partners",
    )
    assert [th.get("scope") for th in page.find_all("th")] == ["col", "col", "col", "row", "row"]
    assert all(th.get_text(strip=True) for th in page.find_all("th"))


def test_numbers_stand_right_with_their_header(tidier: Tidier) -> None:
    rows = soup(tidier, TABLE).find_all("tr")
    kinds = [["num" in (cell.get("class") or []) for cell in row.find_all(["td", "th"])] for row in rows]
    assert kinds == [[False, True, True, False]] * 3


def test_joined_cells_are_left_alone(tidier: Tidier) -> None:
    page = soup(tidier, "<table><tr><td>a</td><td>1</td></tr><tr><td colspan=2>2</td></tr></table>")
    assert not page.find_all(class_="num")


def test_a_cell_of_sentences_is_known_so_that_its_column_stays_wide(tidier: Tidier) -> None:
    texts = ("short", "A sentence of some words. " * 4, "word " * 17)
    cells = "".join(f"<td>{text}</td>" for text in texts)
    page = BeautifulSoup(tidier.fragment(f"<table><tbody><tr>{cells}</tr></tbody></table>", "cell 1"), "html.parser")
    assert [cell.get_attribute_list("class") == ["long"] for cell in page.find_all("td")] == [False, True, False]
