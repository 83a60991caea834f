"""Hangul and Cyrillic as a browser sets them: in the page's own faces at every weight, ordinals on one line."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page
from tests.conftest import OpenPage

from tightrope.publish.html import TightropeHTMLExporter

pytestmark = pytest.mark.browser

TEXTS = """## 제목

본문 **굵게** *기울임* <span class="verdict">판정</span> `코드`

| 이름 | x |
|---|---|
| 값 | y |

<svg width="100" height="20"><text y="15" style="font: 600 9px 'Source Sans Pro', 'NanumGothic'">그림</text></svg>
"""


def opened(folder: Path, source: str, open_page: OpenPage) -> Page:
    cells = [nbformat.v4.new_markdown_cell(source), nbformat.v4.new_code_cell("x = 1  # 주석")]
    html, _ = TightropeHTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    return open_page(path).page


def test_hangul_of_every_weight_is_set_in_the_face_that_the_page_carries(tmp_path: Path, open_page: OpenPage) -> None:
    page = opened(tmp_path, TEXTS, open_page)
    page.check("#tr-code")
    weights = page.evaluate(
        """() => [...document.querySelectorAll('main *, nav *')]
          .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && /[\\uac00-\\ud7a3]/.test(n.data)))
          .filter(e => e.getClientRects().length)
          .map((e, i) => { e.dataset.said = i; return getComputedStyle(e).fontWeight; })"""
    )
    assert set(weights) == {"400", "600", "700"}
    asked = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        asked.send(f"{domain}.enable")
    root = asked.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    others = []
    for number, weight in enumerate(weights):
        selector = f"[data-said='{number}']"
        node = asked.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        fonts = asked.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        if not any(font["familyName"] == "NanumGothic" and font["isCustomFont"] for font in fonts):
            others.append((page.locator(selector).text_content(), weight, fonts))
    assert others == []


def test_no_line_breaks_within_an_ordinal_however_wide_the_page(tmp_path: Path, open_page: OpenPage) -> None:
    page = opened(tmp_path, "## Места\n\n" + "место 12\u00a0932-е и 5-го числа " * 12, open_page)
    whole = page.locator("main .whole")
    assert whole.count() == 24
    copied = page.evaluate("getSelection().selectAllChildren(document.querySelector('main p')) || `${getSelection()}`")
    assert copied == " ".join(["место 12\u00a0932-е и 5-го числа"] * 12)
    broken = {}
    for held in (True, False):
        if not held:
            page.add_style_tag(content=".whole { white-space: normal !important; }")
        broken[held] = 0
        for width in range(320, 420, 10):
            page.set_viewport_size({"width": width, "height": 900})
            broken[held] += whole.evaluate_all("all => all.filter(e => e.getClientRects().length > 1).length")
    assert broken[True] == 0
    assert broken[False] > 0, "without help some of them break"
