"""The real report in a real Chromium: nothing asked for, nothing complained of, nothing wider than the phone."""

from __future__ import annotations

import pytest
from tests.conftest import OpenPage
from tests.reports.conftest import SLUG, Run

pytestmark = [pytest.mark.report, pytest.mark.browser]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_report_keeps_to_itself(report: Run, open_page: OpenPage, width: int, dark: bool) -> None:
    opened = open_page(report.folder / SLUG / f"{SLUG}.html", width=width, dark=dark)
    page = opened.page
    assert page.title()
    overflow = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
    assert overflow <= 0
    page.evaluate("document.querySelector('#C24').scrollIntoView()")
    assert page.locator("#C24").is_visible()
    drawn = page.evaluate("[...document.querySelectorAll('figure svg')].map(s => s.getBoundingClientRect().width)")
    assert len(drawn) >= 12
    assert all(size > 100 for size in drawn)
    assert opened.errors == []
    assert opened.requests == []


def test_a_verdict_leads_to_its_card(report: Run, open_page: OpenPage) -> None:
    page = open_page(report.folder / SLUG / f"{SLUG}.html").page
    page.locator("td a[href='#C30']").first.click()
    assert page.evaluate("location.hash") == "#C30"
    top = page.evaluate("document.querySelector('#C30').getBoundingClientRect().top")
    assert -5 <= top <= 900


def test_the_code_can_be_shown(report: Run, open_page: OpenPage) -> None:
    page = open_page(report.folder / SLUG / f"{SLUG}.html").page
    code = page.locator("main pre").first
    assert not code.is_visible()
    page.get_by_text("Show the code").click()
    assert code.is_visible()
