"""Contrast that is judged once for each look of text: whatever is wrong with one text alone is found all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.axe import LOOKS, script, violations
from tests.conftest import OpenPage

pytestmark = pytest.mark.browser

STYLE = "body { background: #fff; color: #222 } td { padding: 2px 8px } .under { position: absolute; z-index: -1 }"
ROWS = "".join(f"<tr><td>Number {row} of many</td><td>{'–' * (row % 2)}{row}</td></tr>" for row in range(60))
PAGE = f"""<!doctype html><html lang="en"><head><title>Many cells</title><style>{STYLE}</style></head><body><main>
<h1>Many cells</h1><table><thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>
<tbody>{ROWS}</tbody></table></main></body></html>"""

CELL = "document.querySelectorAll('td')[82]"
UNDER = f"""{{ const box = document.createElement('div'), at = {CELL}.getBoundingClientRect(); box.className = 'under';
  box.style.cssText = `background: #555; width: 300px; height: 90px; left: 0; top: ${{at.top + scrollY - 30}}px`;
  document.body.append(box); }}"""
SPOILT = {
    "a pale cell": f"{CELL}.style.color = '#bbb'",
    "a cell that is hardly there": f"{CELL}.style.opacity = '.4'",
    "a row on a dark ground": f"{CELL}.parentElement.style.background = '#555'",
    "a pale filling": f"{CELL}.style.webkitTextFillColor = '#bbb'",
    "a ground that the text does not stand in": UNDER,
}


@pytest.mark.parametrize("how", SPOILT)
def test_one_text_among_many_that_is_hard_to_read_is_found(tmp_path: Path, open_page: OpenPage, how: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    page = open_page(path).page
    assert violations(page) == []
    # The page may change between two runs.
    page.evaluate(SPOILT[how])
    found = violations(page)
    assert found
    assert all(line.startswith("color-contrast") for line in found)
    page.reload()
    page.evaluate(SPOILT[how])
    page.evaluate(script())
    # With axe-core there already, nothing is put before its rule.
    assert violations(page) == found


def test_the_rule_is_asked_a_few_times_and_no_more(tmp_path: Path, open_page: OpenPage) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    page = open_page(path).page
    page.evaluate(script())
    page.evaluate(
        """() => { const check = axe._audit.checks['color-contrast'], judge = check.evaluate; window.asked = 0;
          check.evaluate = function (...all) { window.asked += 1; return judge.apply(this, all); }; }"""
    )
    page.evaluate(LOOKS.read_text(encoding="utf-8"))
    assert violations(page) == []
    assert 3 <= page.evaluate("asked") <= 6
