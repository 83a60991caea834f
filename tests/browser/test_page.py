"""The page as a reader meets it: at a desk and on a phone, by day and by night."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from tests.axe import violations

from tightrope.publish.html import TightropeHTMLExporter
from tightrope.publish.render import render

pytestmark = pytest.mark.browser

SIZES = [(1280, False), (1280, True), (390, False), (390, True)]

# Relative luminance and contrast as WCAG 2.2 defines them, over every element that sets text of its own.
CONTRAST = """() => {
  const parse = c => {
    const m = c.match(/[\\d.]+/g).map(Number);
    return {rgb: m.slice(0, 3), a: m.length > 3 ? m[3] : 1}; };
  const part = c => c / 255 <= .04045 ? c / 255 / 12.92 : ((c / 255 + .055) / 1.055) ** 2.4;
  const lum = rgb => { const v = rgb.map(part);
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  const ground = e => { for (; e; e = e.parentElement) { const b = parse(getComputedStyle(e).backgroundColor);
    if (b.a > 0) return b.rgb; } return [255, 255, 255]; };
  const low = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.getClientRects().length || e.closest('.skip, style')) continue;
    const style = getComputedStyle(e), inSvg = e.closest('svg');
    const a = lum(parse(inSvg ? style.fill : style.color).rgb), b = lum(ground(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const name = `${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 30)}`;
    if (ratio < (inSvg ? 3 : 4.5)) low.push(`${name} ${ratio.toFixed(2)}`);
  }
  return low;
}"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, notebooks: Path) -> Path:
    out = tmp_path_factory.mktemp("browser")
    return render(notebooks / "every_output.ipynb", {}, formats=["html"], out=out).files["html"]


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory, notebooks: Path) -> Path:
    out = tmp_path_factory.mktemp("outside")
    return render(notebooks / "outside.ipynb", {}, formats=["html"], out=out).files["html"]


@pytest.mark.parametrize(("width", "dark"), SIZES)
def test_page_is_quiet_and_fits(report: Path, open_page, width: int, dark: bool) -> None:
    opened = open_page(report, width, dark)
    assert opened.errors == []
    assert opened.requests == []
    wide, inner = opened.page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert wide <= inner
    opened.page.check("#tr-code")
    wide, inner = opened.page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert wide <= inner, "code must wrap inside the page"


@pytest.mark.parametrize(("width", "dark"), SIZES)
def test_text_stands_out_from_its_ground(report: Path, open_page, width: int, dark: bool) -> None:
    page = open_page(report, width, dark).page
    page.check("#tr-code")
    assert page.evaluate(CONTRAST) == []


def test_contrast_check_sees_a_fault(report: Path, open_page) -> None:
    page = open_page(report).page
    page.add_style_tag(content=".kicker { color: #bbbbbb !important }")
    assert [line for line in page.evaluate(CONTRAST) if "kicker" in line]


@pytest.mark.parametrize("width", [1280, 390])
def test_one_toggle_shows_all_code(report: Path, open_page, width: int) -> None:
    page = open_page(report, width).page
    code = page.locator(".code")
    assert code.count() > 5
    assert not any(code.nth(i).is_visible() for i in range(code.count()))
    page.get_by_label("Show the code").focus()
    page.keyboard.press("Space")
    assert all(code.nth(i).is_visible() for i in range(code.count()))
    page.keyboard.press("Space")
    assert not code.first.is_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_contents_land_on_their_headings(report: Path, open_page, width: int) -> None:
    page = open_page(report, width).page
    if width < 900:
        page.locator("nav summary").click()
    links = page.locator("nav a:visible")
    assert links.count() == 9
    for i in range(links.count()):
        links.nth(i).click()
        anchor = page.evaluate("decodeURIComponent(location.hash.slice(1))")
        heading = page.evaluate("id => document.getElementById(id).textContent", anchor)
        assert heading == links.nth(i).text_content()
        top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", anchor)
        assert -1 <= top < 900
        page.evaluate("scrollTo(0, 0)")


def test_skip_link_is_first_and_lands_in_the_text(report: Path, open_page) -> None:
    page = open_page(report).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#tr-main"


def test_a_link_opens_what_is_folded_around_its_target(tmp_path: Path, open_page) -> None:
    source = "## A\n\n" + "x\n\n" * 80 + "<details><summary>More</summary><h4 id='C24'>C24</h4></details>"
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(source)])
    html, _ = TightropeHTMLExporter().from_notebook_node(nb)
    path = tmp_path / "folded.html"
    path.write_text(html, encoding="utf-8")
    page = open_page(path).page
    assert not page.locator("#C24").is_visible()
    page.goto("about:blank")
    page.goto(path.as_uri() + "#C24")
    assert page.locator("#C24").is_visible()
    assert page.evaluate("document.querySelector('#C24').getBoundingClientRect().top < innerHeight")


def test_what_is_folded_away_is_printed(tmp_path: Path, open_page) -> None:
    source = "<details><summary>More</summary><p id='inner'>told</p></details>"
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(source)])
    html, _ = TightropeHTMLExporter().from_notebook_node(nb)
    path = tmp_path / "folded.html"
    path.write_text(html, encoding="utf-8")
    page = open_page(path).page
    seen = "document.querySelector('#inner').checkVisibility({contentVisibilityAuto: true})"
    assert not page.evaluate(seen)
    page.emulate_media(media="print")
    # The browser takes the style of what was hidden up with its next frame.
    page.wait_for_function(seen, timeout=5000)


def test_nothing_moves_for_whoever_asked_for_less_motion(report: Path, open_page) -> None:
    page = open_page(report).page
    moving = """() => [...document.querySelectorAll('*')].map(e => getComputedStyle(e)).filter(s =>
      s.scrollBehavior !== 'auto' || parseFloat(s.transitionDuration) > 0 || s.animationName !== 'none').length"""
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "smooth"


def test_dark_page_swaps_neutral_inks_and_keeps_others(report: Path, open_page) -> None:
    fills = {}
    for dark in (False, True):
        page = open_page(report, 1280, dark).page
        fills[dark] = page.evaluate("[...document.querySelectorAll('#f1 text')].map(t => getComputedStyle(t).fill)")
    assert "rgb(95, 99, 104)" in fills[False]
    assert "rgb(95, 99, 104)" not in fills[True]
    assert "rgb(163, 169, 177)" in fills[True]


def test_chart_text_keeps_the_font_it_was_measured_in(report: Path, open_page) -> None:
    page = open_page(report).page
    assert page.evaluate("document.fonts.check('12px \"Source Sans Pro\"')")
    assert "Source Sans Pro" in page.evaluate("getComputedStyle(document.querySelector('#f1 text')).fontFamily")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_a_notebook_smuggles_in_is_loaded_or_run(outside: Path, open_page, width: int) -> None:
    opened = open_page(outside, width)
    assert opened.requests == []
    assert opened.errors == []
    assert opened.page.title() == "Outside"


def test_helper_sees_a_request_and_an_error(tmp_path: Path, open_page) -> None:
    path = tmp_path / "bad.html"
    path.write_text("<!doctype html><title>x</title><img src='other.png'><script>nothing()</script>")
    opened = open_page(path)
    assert [url.rpartition("/")[2] for url in opened.requests] == ["other.png"]
    assert any("nothing is not defined" in error for error in opened.errors)


NOTED = "A treaty[^a] and another.[^b]\n\n[^a]: Signed in *Moscow*.\n[^b]: Of <https://example.org/an/address>."


@pytest.mark.parametrize(("width", "dark"), SIZES)
def test_footnotes_are_small_lead_there_and_back_and_show_where_one_is(
    tmp_path: Path, open_page, width: int, dark: bool
) -> None:
    cells = [nbformat.v4.new_markdown_cell(f"{head}\n\n{NOTED}") for head in ("# Notes\n\n## First", "## Second")]
    html, _ = TightropeHTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))
    path = tmp_path / "notes.html"
    path.write_text(html, encoding="utf-8")
    opened = open_page(path, width, dark)
    page = opened.page
    assert violations(page) == []
    assert page.evaluate(CONTRAST) == []
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert page.eval_on_selector(".footnotes li", size) < page.eval_on_selector("main p", size)
    shown = "e => getComputedStyle(e).outlineStyle"
    note = ".footnotes li[id^=t2]"
    assert page.eval_on_selector(note, shown) == "none"
    page.click(".footnote-ref[id^=t2] a")
    assert page.eval_on_selector(note, shown) == "solid"
    assert violations(page) == []
    page.click(f"{note} a.footnote")
    assert page.eval_on_selector(note, shown) == "none"
    assert page.eval_on_selector(".footnote-ref[id^=t2]", shown) == "solid"
    assert opened.errors == []


def test_a_figure_keeps_its_unit_on_its_line(open_page, tmp_path: Path) -> None:
    traced = '<span class="traced" data-origin="a table">$7.9 bn</span>'
    # Words of every length before it: at one of them at least the line would end within the figure.
    lines = "".join(f"<p>{'i' * before} {traced}</p>" for before in range(40, 110))
    cells = [
        nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("display_data", {"text/html": lines})], id="a")
    ]
    file = tmp_path / "page.html"
    file.write_text(
        TightropeHTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))[0], encoding="utf-8"
    )
    page = open_page(file, 360).page
    broken = "[...document.querySelectorAll('.traced')].filter(e => e.getClientRects().length > 1).length"
    assert page.evaluate(broken) == 0
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    page.add_style_tag(content=".traced { white-space: normal !important }")
    assert page.evaluate(broken) > 0, "else the lines above break elsewhere, and this test sees nothing"
