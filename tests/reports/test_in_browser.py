"""Every notebook's report in a real Chromium: quiet, without a barrier, by day and night, at a desk and on a phone."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld
from tests.axe import violations
from tests.conftest import OpenPage
from tests.reports.conftest import KOREA_AND_RUSSIA, ROOT, AsStored, tightrope
from tests.reports.whole import read_page

pytestmark = [pytest.mark.report, pytest.mark.browser]

NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
# Two pages in each other language; TIGHTROPE_EDITIONS=all takes every notebook.
IN_OTHERS = NOTEBOOKS if os.environ.get("TIGHTROPE_EDITIONS") == "all" else ["pair_profile", "start_here"]
EDITIONS = [f"{name}-{language}" for name in IN_OTHERS for language in ("ko", "ru")]
# Other files read these too, with their PDF.
WHOLE = {"article_report": (), "balance_map": (), "data_atlas": (), "pair_profile": KOREA_AND_RUSSIA}
PLACES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
LARGEST = 3_000_000
PRINTED_PX = 673  # A4 less the margins that the style sheet asks for, at 96 pixels to the inch
# Words that stand in a sentence, and in no name of a work, a producer or a place.
ENGLISH = r"\b(?:the|is|are|was|were|which|that|this|these|its)\b"
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"

Html = Callable[[str], Path]
# A page is read once for all tests, which change nothing in it.
parsed = cache(read_page)


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory, as_stored: AsStored) -> Html:
    """Give the report of a notebook, as in ``start_here-ko``, rendered by the command when first asked for."""

    @cache
    def render(name: str) -> Path:
        notebook, _, language = name.partition("-")
        if name in WHOLE:
            run = as_stored(name, *WHOLE[name])
        else:
            asked = ["-p", f"language={language}"] if language else []
            run = tightrope("render", notebook, *asked, "--formats", "html", out=tmp_path_factory.mktemp(name))
            assert run.code == 0, run.text
        (path,) = run.folder.rglob("*.html")
        return path

    return render


@pytest.mark.parametrize("name", [*NOTEBOOKS, *EDITIONS])
def test_no_barrier_by_day_and_night_at_a_desk_and_on_a_phone(html: Html, open_page: OpenPage, name: str) -> None:
    opened = open_page(html(name), width=1280)
    page = opened.page
    page.check("#tr-code")
    page.evaluate(OPEN_ALL)
    # axe-core decides nothing of a text before a gradient, here the shade at the sides of every table.
    page.add_style_tag(content=".table-scroll { background: none !important }")
    # The editions share elements and styles, so that the suite looks at each from one side alone, and not the same.
    few = {} if IN_OTHERS == NOTEBOOKS else {"ko": PLACES[3:], "ru": PLACES[:1]}
    places = few.get(name.rpartition("-")[2], PLACES)
    for width, scheme in places:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert violations(page) == [], f"{scheme}, {width} pixels wide"
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    assert opened.errors == []
    assert opened.requests == []


@pytest.mark.parametrize("name", EDITIONS)
def test_a_passage_in_another_language_than_the_pages_says_so(html: Html, name: str) -> None:
    language = name.rpartition("-")[2]
    page = parsed(html(name))
    assert page.html is not None
    assert page.html["lang"] == language
    said: dict[str, list[str]] = {}
    for text in page.body.find_all(string=True):  # type: ignore[union-attr]
        if not text.find_parent(["pre", "code", "script", "style"]) and text.strip():
            said.setdefault(str(text.find_parent(lang=True)["lang"]), []).append(" ".join(text.split()))
    own = {"en": ENGLISH, "ko": "[\uac00-\ud7a3]", "ru": "[\u0400-\u04ff]"}
    strange = [
        (mine, text)
        for mine, texts in said.items()
        for other, letters in own.items()
        for text in texts
        if other != mine and re.search(letters, text)
    ]
    assert strange == []
    assert sum(len(re.findall(own[language], text)) for text in said[language]) > 200
    # Sources keep their own words.
    assert "en" in said


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_fits_320_pixels_and_the_printed_page(html: Html, open_page: OpenPage, name: str) -> None:
    page = open_page(html(name), width=320).page
    page.check("#tr-code")
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    page.set_viewport_size({"width": PRINTED_PX, "height": 900})
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("document.querySelectorAll('details.numbers').forEach(d => d.open = false)")
    cut = page.evaluate(
        """width => [...document.querySelectorAll('main :is(table, svg.drawing, img, pre, p)')]
          .filter(e => e.getClientRects().length && !e.closest('.numbers'))
          .filter(e => e.getBoundingClientRect().right > width + 1 || e.getBoundingClientRect().left < -1)
          .map(e => e.tagName + ' ' + e.textContent.slice(0, 60))""",
        PRINTED_PX,
    )
    assert cut == []
    hidden = ".contents, .skip, .toggle, .here, .numbers > summary"
    assert not page.evaluate(f"[...document.querySelectorAll('{hidden}')].some(e => e.getClientRects().length)")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", "no dark print"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_chart_has_its_numbers_and_the_file_stays_small(html: Html, name: str) -> None:
    path = html(name)
    assert path.stat().st_size < LARGEST
    page = parsed(path)
    for figure in page.select("figure"):
        numbers = figure.select_one("details.numbers")
        assert numbers is not None, figure.get_text()[:80]
        assert figure.select_one("svg, img")["aria-details"] == numbers["id"]  # type: ignore[index]
        assert numbers.select("tbody tr")
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    levels = [int(tag.name[1]) for tag in page.find_all(["h1", "h2", "h3", "h4", "h5", "h6"])]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for link in page.select("a[href^='#']"):
        assert str(link["href"])[1:] in ids, link


def test_every_stop_of_the_keyboard_is_seen_and_none_is_a_trap(html: Html, open_page: OpenPage) -> None:
    page = open_page(html("pair_profile"), width=1280).page
    stops = page.evaluate(
        """() => [...document.querySelectorAll('a[href], input, summary, [tabindex="0"]')]
          .filter(e => e.getClientRects().length && !e.closest('details:not([open]) > :not(summary)'))
          .map((e, i) => { e.dataset.stop = i; return i; })"""
    )
    assert len(stops) > 40
    faults, reached = [], []
    for _ in stops:
        page.keyboard.press("Tab")
        stop, is_seen, place = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getClientRects()[0];
              const bar = getComputedStyle(e, '::after');
              const foot = bar.position === 'fixed' ? innerHeight - parseFloat(bar.height) - 20 : innerHeight;
              return [e.dataset.stop, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
                      r.bottom > 0 && r.top < foot]; }"""
        )
        reached.append(int(stop) if stop is not None else -1)
        if not is_seen or not place:
            faults.append((stop, is_seen, place))
    assert reached == stops, "in the order of the page, none left out"
    assert faults == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.body"), "the last stop leads out of the page"


def test_the_keyboard_opens_numbers_and_code(html: Html, open_page: OpenPage) -> None:
    page = open_page(html("pair_profile")).page
    summary = page.locator("details.numbers > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.numbers table").first.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "table-scroll"
    page.get_by_label("Show the code").focus()
    page.keyboard.press("Space")
    assert page.locator("main pre").first.is_visible()


def test_a_link_to_a_claim_opens_there_and_can_be_copied(html: Html, open_page: OpenPage) -> None:
    path = html("article_report")
    page = open_page(path).page
    ids = page.locator(".claim-card > [id]").evaluate_all("all => all.map(e => e.id)")
    claims = [name for name in ids if re.fullmatch(r"C\d+", name)]
    assert len(claims) == 34
    links = page.locator(".claim-card > a.here").evaluate_all(
        "all => all.map(e => [e.getAttribute('href'), e.textContent, e.href, e.getClientRects().length])"
    )
    assert [(href, said) for href, said, _, _ in links] == [(f"#{claim}", f"Link to {claim}") for claim in claims]
    assert all(shown for _, _, _, shown in links)
    address = next(full for href, _, full, _ in links if href == "#C24")
    page.goto("about:blank")
    page.goto(address)
    top = page.evaluate("document.querySelector('#C24').getBoundingClientRect().top")
    assert -5 <= top <= 300
    ring = "getComputedStyle(document.querySelector('#C24').closest('.claim-card')).outlineStyle"
    assert page.evaluate(ring) == "solid"


def test_a_verdict_leads_to_its_card(html: Html, open_page: OpenPage) -> None:
    page = open_page(html("article_report")).page
    page.locator("td a[href='#C30']").first.click()
    assert page.evaluate("location.hash") == "#C30"
    top = page.evaluate("document.querySelector('#C30').getBoundingClientRect().top")
    assert -5 <= top <= 900


def nodes(path: Path) -> dict[str, dict[str, Any]]:
    """Read a page's linked data as a parser does: expanded, every word an address of schema.org."""
    page = parsed(path)
    (script,) = page.find_all("script", type="application/ld+json")
    data = json.loads(str(script.string))
    assert data["@context"] == "https://schema.org"
    context = {"@vocab": "https://schema.org/", "@base": "https://example.org/report", "url": {"@type": "@id"}}
    flat = jsonld.flatten(jsonld.expand({**data, "@context": context}))
    return {node["@id"].removeprefix("https://example.org/report"): node for node in flat}


def value(node: dict[str, Any], word: str) -> Any:
    (found,) = node[f"https://schema.org/{word}"]
    return found.get("@value", found.get("@id"))


def kind(node: dict[str, Any]) -> str:
    return str(node.get("@type", ["?"])[0]).removeprefix("https://schema.org/")


def test_what_the_page_says_to_machines(html: Html) -> None:
    found = nodes(html("article_report"))
    kinds = [kind(node) for node in found.values()]
    assert kinds.count("Report") == 1
    assert kinds.count("Claim") == kinds.count("ClaimReview") == 34
    assert kinds.count("Dataset") > 20
    assert "?" not in kinds, "nothing is named that is not described"
    assert value(found["#report"], "inLanguage") == "en"
    claim, review = found["#C24"], found["#C24-review"]
    assert value(review, "itemReviewed").endswith("#C24")
    assert value(review, "claimReviewed") == value(claim, "text")
    rating = found[value(review, "reviewRating")]
    assert (value(rating, "alternateName"), value(rating, "ratingValue"), value(rating, "bestRating")) == (
        "fragile",
        3,
        4,
    )
    unrated = found[value(found["#C07-review"], "reviewRating")]
    assert value(unrated, "alternateName") == "not checkable"
    assert "https://schema.org/ratingValue" not in unrated
    for node in found.values():
        if kind(node) == "Dataset":
            assert {"name", "description", "creator", "citation", "license", "identifier"} <= {
                word.removeprefix("https://schema.org/") for word in node
            }


@pytest.mark.parametrize("name", ["article_report", "pair_profile"])
def test_what_a_page_says_to_whoever_shares_it(html: Html, name: str) -> None:
    page = parsed(html(name))
    said = {str(tag["property"]): str(tag["content"]) for tag in page.select("meta[property]")}
    assert said.keys() == {"og:type", "og:title", "og:description", "og:locale"}, "no address is made up"
    assert said["og:title"] == page.h1.get_text()  # type: ignore[union-attr]
    assert said["og:locale"] == "en_GB"
