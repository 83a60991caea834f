"""Spans set aside while a fragment is tidied: the fragment comes out as if they had not been."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tightrope.publish import tidy
from tightrope.publish.asides import set_aside
from tightrope.publish.words import words_of

SPAN = '<span class="traced" tabindex="-1" data-origin="gdp rows 1 to 2">12,932</span>'
PIECES = [
    SPAN, SPAN.replace("traced", " num  traced "),
    '<span class="">x</span>', '<span data-b="1" data-a="2">3%</span>', "<span>", "</span>",
    '<span id="a">1</span>', '<span onclick="x()">1</span>', '<span style="color:red">1</span>',
    '<span class="a" class="b">2</span>', "<span class='a'>2</span>", "<SPAN CLASS=a>2</SPAN>",
    "<span title='\"'>1</span>", '<span title="a>b">1</span>', '<span title="&quot;">1</span>',
    '<span class="a"> </span>', '<span class="a"><b>1</b></span>', "text", " ", "\n", "\n\n", "\t", " & ",
    "&amp;", "&#x27;", "<", ">", "</", "<!--", "-->", "<!doctype x>", "<?x ?>", "<![CDATA[", "<p>", "</p>",
    "<br>", "<br />", "<i/>", "<pre>", "</pre>", "<h2>", "</h2>", "<h1>", "</h1>", '<h3 id="a">', "</h3>",
    "<table>", "</table>", "<thead>", "<tr>", "</tr>", "<th>", "</th>", "<td>", "</td>", '<td colspan="2">',
    "<caption>", "<script>", "</script>", "<style>", "</style>", "<textarea>", "</textarea>", "<title>",
    "</title>", "<svg>", "</svg>", '<a title="', '<a href="#a">', "</a>", '<a href="javascript:x()">', '">',
    "'", '"', "<form>", "</form>", "1", "–", "long " * 20,
]  # fmt: skip


def tidied(html: str) -> tuple[str, object, object]:
    tidier = tidy.Tidier(words_of("en"), Path(), strict=False)
    return tidier.fragment(html, "cell 1"), tidier.headings, tidier.left_out


@pytest.mark.parametrize("seed", range(3))
def test_a_fragment_is_tidied_as_if_nothing_had_been_set_aside(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hostile fragments, put together by chance of what opens, closes and hides a span."""
    chance = random.Random(seed)
    made = ["".join(chance.choices(PIECES, k=chance.randint(2, 12))) + SPAN for _ in range(200)]
    # Plain ones as well, of which most would hold a piece that is not.
    made += ["".join(p for p in chance.choices(PIECES, k=16) if set_aside(p + SPAN)[1]) + SPAN for _ in range(200)]
    n_aside = sum(bool(set_aside(html)[1]) for html in made)
    assert 50 < n_aside < 390
    found = [tidied(html) for html in made]
    monkeypatch.setattr(tidy, "set_aside", lambda html: (html, []))
    for html, one in zip(made, found, strict=True):
        assert one == tidied(html), html


def test_numbers_in_spans_are_seen_as_numbers() -> None:
    row = f"<tr><td>a</td><td>{SPAN}</td></tr>"
    made, _, _ = tidied(f"<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody>{row}{row}</tbody></table>")
    assert made.count('<td class="num">') == 2
    assert made.count('<span class="traced" data-origin="gdp rows 1 to 2" tabindex="-1">12,932</span>') == 2


def test_signs_that_a_text_holds_already_stay() -> None:
    html = f"<p>\ue0020\ue003x\ue004 {SPAN}</p>"
    assert set_aside(html) == (html, [])
    assert tidied(html)[0].startswith("<p>\ue0020\ue003x\ue004 <span")


@pytest.mark.parametrize("sign", ["&#57346;9&#57347;", "&#xE002;9&#x0e003", "&#057346 9&#57347;"])
def test_signs_written_as_entities_stay_too(sign: str) -> None:
    html = f"<p>{sign}x {SPAN}</p>"
    assert set_aside(html) == (html, [])
    assert tidied(html)[0].count("<span") == 1
