"""Drawings side by side on one page."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tightrope.publish import svg
from tightrope.publish.figures import Figure

SOURCE = """<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "http://www.w3.org/y.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="72pt" height="36pt" viewBox="0 0 72 36" id="old" onload="x()">
<metadata><date>2026</date></metadata><defs><style type="text/css">*{stroke-linejoin: round; }</style>
<clipPath id="p1"><rect/></clipPath><path id="m" d="M0 0"/></defs>
<g clip-path="url(#p1)"><use xlink:href="#m" style="stroke: #b8bcc2; fill: #0072B2"/>
<text style="fill: #0a5c45">ab</text><text fill="#1A1A1A">#5f6368</text>
<a xlink:href="https://example.org/"><rect style="fill:#123456"/></a></g></svg>"""


def figure(inks: bool = True) -> Figure:
    return Figure("image/svg+xml", SOURCE, alt='A "line" & more', inks=inks)


def test_ids_and_references_move_together() -> None:
    one, two = svg.inline(figure(), "f1"), svg.inline(figure(), "f2")
    page = BeautifulSoup(one + two, "html.parser")
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids)) == 6
    assert 'clip-path="url(#f2-p1)"' in two
    assert 'xlink:href="#f2-m"' in two
    assert 'href="https://example.org/"' in two


def test_root_says_what_it_is() -> None:
    root = BeautifulSoup(svg.inline(figure(), "f1"), "html.parser").svg
    assert root is not None
    assert (root["role"], root["aria-label"], root["id"]) == ("img", 'A "line" & more', "f1")
    assert root["viewbox"] == "0 0 72 36"
    assert not root.has_attr("width")
    assert not root.has_attr("onload")


def test_clock_prolog_and_global_styles_are_gone() -> None:
    markup = svg.inline(figure(), "f1")
    assert markup.startswith("<svg")
    assert "2026" not in markup
    assert "#f1 *{stroke-linejoin: round;}" in markup
    assert ">*{" not in markup


def test_inks_become_variables_only_where_the_drawing_says_so() -> None:
    markup = svg.inline(figure(), "f1")
    assert "stroke: var(--soft,#b8bcc2)" in markup
    assert 'fill="var(--ink,#1A1A1A)"' in markup
    assert "fill:#123456" in markup
    assert ">#5f6368<" in markup, "text is no colour"
    assert "var(--" not in svg.inline(figure(inks=False), "f1")


def test_size_comes_in_css_pixels() -> None:
    assert svg.size_px(SOURCE) == (96.0, 48.0)
    assert svg.size_px("<svg viewBox='0 0 1 1'>") is None


@pytest.mark.parametrize(
    ("inner", "outside"),
    [
        ('<image href="https://example.org/a.png"/>', True),
        ('<use xlink:href="//example.org/a.svg#b"/>', True),
        ("<style>@import 'x'</style>", True),
        ('<rect style="fill: url(https://example.org/#a)"/>', True),
        ('<a xlink:href="https://example.org/"><rect/></a>', False),
        ('<rect fill="url(#a)"/>', False),
    ],
)
def test_outside_is_seen(inner: str, outside: bool) -> None:
    assert svg.has_outside(f"<svg>{inner}</svg>") is outside


def test_labels_too_dark_for_the_night_get_a_lighter_shade_there_only() -> None:
    markup = svg.inline(figure(), "f1")
    assert "fill: var(--t-0a5c45,#0a5c45)" in markup
    assert "@media screen and (prefers-color-scheme:dark){#f1{--t-0a5c45:" in markup
    assert "--t-123456" not in markup, "a mark is no label"


def test_lighter_shade_is_just_light_enough_and_keeps_its_hue() -> None:
    assert svg.readable_on_dark("#ffd700") == "#ffd700"
    shade = svg.readable_on_dark("#0000ff")
    assert shade[1:3] == shade[3:5] < shade[5:7] == "ff"
    # 4.5:1 on #15181c (luminance 0.0090): a luminance of at least 0.2153, by hand
    red, green, blue = (int(shade[i : i + 2], 16) / 255 for i in (1, 3, 5))
    light = sum(w * ((c + 0.055) / 1.055) ** 2.4 for w, c in ((0.2126, red), (0.7152, green), (0.0722, blue)))
    assert 0.2153 <= light < 0.26
