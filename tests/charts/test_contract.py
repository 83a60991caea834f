"""A chart without its texts, or too wide, or in small type, is refused; what passes is the same in every process."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter

from tightrope.charts.contract import Chart
from tightrope.charts.palette import DARK, DARK_PAPER, STATE_A, STATE_B, THIRD, VERDICTS, contrast, text_colour
from tightrope.charts.style import blank, place, style
from tightrope.errors import TightropeError


def make(size: float = 9, width: float = 6.3, label: str = "Korea & Russia, $5 to $6", **texts: Any) -> Chart:
    with style():
        figure = blank(2, width)
        axes = place(figure, 0.5, 0.4, 0.2, 0.2)
        axes.scatter([1, 2], [1, 2], gid="dots")
        axes.text(1, 1, label, fontsize=size)
    given: dict[str, Any] = {
        "title": "Russia was the 12th partner",
        "subtitle": "Rank, 2020",
        "source": "Korean customs. As of 25 March 2021.",
        "alt": "Dots: rank 12 in 2020.",
        "unit": "rank",
        "name": "trade-rank",
        "data": pd.DataFrame({"year": [2020], "rank": [12]}),
    }
    return Chart(figure=figure, **{**given, **texts})


@pytest.mark.parametrize("missing", ["title", "unit", "source", "alt"])
def test_an_empty_text_is_refused(missing: str) -> None:
    with pytest.raises(TightropeError, match=f"no {missing}"):
        make(**{missing: "  "})


def test_alt_text_may_have_80_words_and_not_81() -> None:
    make(alt="word " * 80)
    with pytest.raises(TightropeError, match="81 words"):
        make(alt="word " * 81)


@pytest.mark.parametrize(
    "title",
    [
        "Trade rank",
        "Chart of Korean trade by partner",
        "Which partner does Korea trade with most?",
        "South Korean Trade With Russia",
        "What the readings say:",
    ],
)
def test_a_title_that_is_a_label_is_refused(title: str) -> None:
    with pytest.raises(TightropeError, match="title"):
        make(title=title)


@pytest.mark.parametrize(
    "title",
    [
        "Russia was Korea's 12th partner in 6 of 48 readings",
        "4 of 191 states travelled visa-free to both powers",
        "Торговля с Россией упала в 2015 году",
        "한국은 러시아를 제재하지 않았다",
        "성립하지 않게 된 주장: C07(2020년), C10(2019년), C14(2021년)",
    ],
)
def test_a_finding_is_taken(title: str) -> None:
    assert make(title=title).title == title


def test_small_type_is_refused_and_named() -> None:
    make(size=7.5)
    with pytest.raises(TightropeError, match="'tiny' is 7 pt"):
        make(size=7, label="tiny")


def test_a_wide_figure_is_refused() -> None:
    with pytest.raises(TightropeError, match=r"6\.5 in wide"):
        make(width=6.5)
    make(width=3, panel=True)
    with pytest.raises(TightropeError, match=r"3\.2 in wide"):
        make(width=3.2, panel=True)


@pytest.mark.parametrize("data", [None, pd.DataFrame({"year": []})])
def test_a_chart_without_its_numbers_is_refused(data: pd.DataFrame | None) -> None:
    with pytest.raises(TightropeError, match="has no numbers"):
        make(data=data)


def test_the_numbers_travel_once_with_the_picture() -> None:
    _, metadata = make()._repr_mimebundle_()
    assert metadata["image/svg+xml"]["numbers"]["rows"] == [[2020, 12]]
    assert "numbers" not in metadata["image/png"]
    _, metadata = make()._repr_mimebundle_(exclude=["image/svg+xml"])
    assert metadata["image/png"]["numbers"]["rows"] == [[2020, 12]]


@pytest.mark.parametrize("name", ["Trade", "trade rank", "", "../trade"])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(TightropeError, match="no chart name"):
        make(name=name)


def test_bundle_carries_text_and_metadata() -> None:
    data, metadata = make()._repr_mimebundle_()
    assert set(data) == {"image/svg+xml", "image/png", "text/html", "text/plain"}
    about = metadata["image/svg+xml"]
    assert about["alt"] == "Dots: rank 12 in 2020." == data["text/plain"]
    assert about["title"] == "Russia was the 12th partner"
    assert about["source"].startswith("Korean customs")
    assert about["width_in"] == 6.3
    assert about["inks"] is True
    assert {colour in data["image/svg+xml"] for colour in about["dark"]} == {True}
    assert about["dark"]["#1a1a1a"] == DARK["#1a1a1a"]
    assert metadata["image/png"]["alt"] == about["alt"]
    assert "Russia was the 12th partner" in data["text/html"]
    assert 'alt="Dots: rank 12 in 2020."' in data["text/html"]


def test_bundle_gives_only_what_is_asked_for() -> None:
    data, metadata = make()._repr_mimebundle_(include=["text/plain"])
    assert set(data) == {"text/plain"}
    assert metadata == {}
    data, _ = make()._repr_mimebundle_(exclude=["image/png"])
    assert "image/png" not in data


def test_a_report_gets_the_drawing_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_in, _ = make()._repr_mimebundle_()
    monkeypatch.setenv("TIGHTROPE_CARRY", "1")
    data, metadata = make()._repr_mimebundle_()
    assert set(data) == set(worked_in) - {"image/png"}
    assert set(metadata) == {"image/svg+xml"}
    assert data["image/svg+xml"] == worked_in["image/svg+xml"]
    drawn = data["text/html"].partition("data:image/svg+xml;base64,")[2].partition('"')[0]
    assert base64.b64decode(drawn).decode() == data["image/svg+xml"]
    assert "Russia was the 12th partner" in data["text/html"]


def test_svg_text_stays_text_in_the_house_font() -> None:
    svg = make().svg()
    root = ElementTree.fromstring(svg)
    assert "Korea & Russia, $5 to $6" in {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert "font-family: 'Source Sans Pro', 'DejaVu Sans'" in root.get("style", "")
    families = {part for node in root.iter() for part in node.get("style", "").split("; ") if "font-family" in part}
    assert families == {"font-family: 'Source Sans Pro', 'DejaVu Sans'"}, "no text may ask for another font"
    assert "Russia was the 12th partner" not in svg, "the title is set by the page, not drawn"
    assert "<style" not in svg, "a style sheet would leak into the page"


def test_ids_of_two_charts_do_not_meet() -> None:
    def ids(svg: str) -> set[str]:
        return {value for node in ElementTree.fromstring(svg).iter() if (value := node.get("id"))}

    first, second = ids(make(name="first").svg()), ids(make(name="second").svg())
    assert first
    assert not first & second


def test_every_reference_in_the_svg_has_its_target() -> None:
    root = ElementTree.fromstring(make().svg())
    ids = {node.get("id") for node in root.iter()}
    uses = [node.get("{http://www.w3.org/1999/xlink}href", "") for node in root.iter() if node.tag.endswith("use")]
    assert uses
    assert all(use[1:] in ids for use in uses)


def test_hover_texts_stand_at_their_points() -> None:
    root = ElementTree.fromstring(make(tips={"dots": ["Korea <1>", "Russia"]}).svg())
    titles = [node.text for node in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ["Korea <1>", "Russia"]


def test_hover_texts_that_do_not_match_the_points_are_refused() -> None:
    with pytest.raises(TightropeError, match="3 hover texts for 2 points"):
        make(tips={"dots": ["a", "b", "c"]}).svg()


def test_same_bytes_twice_and_in_another_process() -> None:
    here = make().svg()
    assert here == make().svg()
    code = (
        "import sys, runpy, hashlib; sys.stdout.write(hashlib.sha256("
        f"runpy.run_path({__file__!r})['make']().svg().encode()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert there == hashlib.sha256(here.encode()).hexdigest()


def test_the_readers_own_settings_do_not_reach_a_chart() -> None:
    plain = make().svg()
    with plt.rc_context({"font.size": 22, "axes.facecolor": "red", "lines.linewidth": 9}):
        assert make().svg() == plain
        assert plt.rcParams["font.size"] == 22


def test_no_pyplot_figure_is_left() -> None:
    make()._repr_mimebundle_()
    assert plt.get_fignums() == []


def test_verdict_colours_can_be_read_on_both_papers() -> None:
    assert len(VERDICTS) == 7
    for verdict in VERDICTS.values():
        assert contrast(verdict.colour) >= 4.5, verdict.word
        assert contrast(verdict.dark, DARK_PAPER) >= 4.5, verdict.word
    for state in (STATE_A, STATE_B, THIRD):
        assert contrast(text_colour(state)) >= 4.5
        assert contrast(DARK[state], DARK_PAPER) >= 4.5


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#777777") == pytest.approx(4.48, abs=0.01)


def test_ipython_publishes_the_bundle_once_with_its_metadata() -> None:
    data, metadata = DisplayFormatter().format(make())
    assert set(data) == {"image/svg+xml", "image/png", "text/html", "text/plain"}
    assert metadata["image/svg+xml"]["alt"] == data["text/plain"]
