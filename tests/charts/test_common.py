"""Numbers for people, and room for labels."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from tightrope.charts.common import number, ordinal, percent, require, rows, spread, wrap
from tightrope.charts.labels import Wish, find_spots
from tightrope.charts.palette import MUTED, STATE_A, STATE_B, THIRD, state_colours
from tightrope.charts.style import text_inches
from tightrope.errors import TightropeError
from tightrope.publish.faces import hangul_folder


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (17.64, "17.6"), (0.312, "0.312"), (12345.6, "12,346"), (-4496, "−4,496"), (999.6, "1,000"), (30, "30")],
)
def test_number(value: float, written: str) -> None:
    assert number(value) == written


def test_a_missing_number_is_a_dash_not_a_zero() -> None:
    assert number(math.nan) == "–"
    assert percent(54.13) == "54.1%"


@pytest.mark.parametrize(
    ("rank", "written"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
     (112, "112th"), (122, "122nd")],
)  # fmt: skip
def test_ordinal(rank: int, written: str) -> None:
    assert ordinal(rank) == written


def test_spread_moves_two_equal_things_apart_by_half_each() -> None:
    assert spread([5, 5], [2, 2], 0, 10) == pytest.approx([4, 6])


def test_spread_leaves_what_has_room_where_it_is() -> None:
    assert spread([1, 5, 9], [1, 1, 1], 0, 10) == pytest.approx([1, 5, 9])


def test_spread_stays_inside() -> None:
    assert spread([9.9, 9.9], [2, 2], 0, 10) == pytest.approx([7, 9])


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 5)), min_size=1, max_size=12))
def test_spread_never_overlaps_and_keeps_the_order(things: list[tuple[float, float]]) -> None:
    wanted, sizes = [t[0] for t in things], [t[1] for t in things]
    placed = spread(wanted, sizes, -100, 200)
    order = sorted(range(len(things)), key=lambda i: (wanted[i], i))
    for a, b in pairwise(order):
        assert placed[b] - placed[a] >= (sizes[a] + sizes[b]) / 2 - 1e-6


def test_rows_stack_only_what_meets() -> None:
    assert rows([(0, 1), (0.5, 1.5), (2, 3), (0.6, 2.5)]) == [0, 1, 0, 2]


def test_wrap_keeps_every_word_and_the_width() -> None:
    text = "mineral fuels, oils and products of their distillation"
    lines = wrap(text, 1.2)
    assert " ".join(lines) == text
    assert len(lines) > 1
    assert all(text_inches(line) <= 1.2 for line in lines)


@pytest.mark.parametrize("size", [7.5, 9.0])
@pytest.mark.parametrize(("name", "weight"), [("NanumGothic", "normal"), ("NanumGothicBold", "bold")])
def test_a_label_in_hangul_has_room_for_its_own_face_throughout(name: str, weight: str, size: float) -> None:
    """The PDF takes even its spaces and figures from that face; a label with less room was cut at the page's edge."""
    face = TTFont(hangul_folder() / f"{name}.ttf")
    label = "수입 ← 러시아: 230억 달러"
    advances = sum(face["hmtx"][face.getBestCmap()[ord(letter)]][0] for letter in label)
    # What is drawn ends a little before the last letter's advance does.
    assert advances * size / face["head"].unitsPerEm / 72 == pytest.approx(text_inches(label, size, weight), abs=0.02)


def test_require_names_the_nearest_column() -> None:
    with pytest.raises(TightropeError, match="the nearest here is 'value'"):
        require(pd.DataFrame({"value": [1]}), ["valu"], "x")


def test_require_refuses_an_empty_table() -> None:
    with pytest.raises(TightropeError, match="nothing to draw"):
        require(pd.DataFrame({"value": []}), ["value"], "x")


def test_state_colours_are_fixed_by_the_report() -> None:
    assert state_colours(["KOR", "RUS", "USA", "CHN"]) == {"KOR": STATE_A, "RUS": STATE_B, "USA": THIRD, "CHN": MUTED}
    again = state_colours(["RUS", "JPN"], {"RUS": STATE_B, "KOR": STATE_A})
    assert again["RUS"] == STATE_B
    assert again["JPN"] == THIRD, "blue is Korea's throughout the report, drawn here or not"


def test_labels_avoid_each_other_and_the_dots() -> None:
    rng = np.random.default_rng(7)
    points = np.vstack([rng.normal((1.5, 2.5), 0.25, (80, 2)), rng.normal((4, 2), 0.3, (60, 2))])
    radii = np.full(len(points), 0.03)
    wishes = [Wish(str(i), 0.6, 0.13, (i,)) for i in range(0, 140, 10)]
    spots = find_spots(wishes, points, radii, (0, 0, 6, 4))
    for n, one in enumerate(spots):
        left, bottom, right, top = one.box
        assert left >= 0
        assert right <= 6
        covered = (points[:, 0] > left) & (points[:, 0] < right) & (points[:, 1] > bottom) & (points[:, 1] < top)
        assert not covered.any()
        for other in spots[n + 1 :]:
            apart = right <= other.box[0] or other.box[2] <= left or top <= other.box[1] or other.box[3] <= bottom
            assert apart
