"""The table of verdicts, case by case, and what it must never do."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.claims.verdict import Reading, VerdictWord, weigh
from tightrope.measures import Missing, MissingKind


def reading(kind: str, holds: bool | None) -> Reading:
    missing = Missing(MissingKind.SERIES_ENDED, "the series ended in 2018") if holds is None else None
    return Reading(
        "label", kind, "a reason", {}, "m", "c", {}, "eq", 1, None if holds is None else 1, holds, "", missing, {}, ()
    )


def readings(plain: list[bool | None], others: list[bool | None], strained: list[bool | None] = ()) -> list[Reading]:
    return (
        [reading("plain", h) for h in plain]
        + [reading("defensible", h) for h in others]
        + [reading("strained", h) for h in strained]
    )


@pytest.mark.parametrize(
    ("plain", "others", "word"),
    [
        ([True], [], VerdictWord.SUPPORTED),
        ([True], [True, False], VerdictWord.SUPPORTED),
        ([True], [True, False, False], VerdictWord.FRAGILE),
        ([True], [False, False], VerdictWord.FRAGILE),
        ([False], [True, False, False, False], VerdictWord.CONTESTED),
        ([False], [True, False, False, False, False], VerdictWord.CONTRADICTED),
        ([False], [True, True], VerdictWord.CONTESTED),
        ([False], [], VerdictWord.CONTRADICTED),
        ([True, True], [False, False], VerdictWord.FRAGILE),
        ([True, False], [], VerdictWord.CONTESTED),
        ([True, False], [False, False, False, False, False], VerdictWord.CONTESTED),
        ([None], [True, True], VerdictWord.UNTESTED),
        ([None, True], [True], VerdictWord.SUPPORTED),
    ],
)
def test_each_row_of_the_table(plain, others, word) -> None:
    assert weigh(readings(plain, others))[0] is word


def test_strained_and_missing_readings_are_never_counted() -> None:
    word, holding, counted = weigh(readings([True], [False, None], [False, False, False, True]))
    assert (word, holding, counted) == (VerdictWord.FRAGILE, 1, 2)


@given(
    st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=2),
    st.lists(st.sampled_from([True, False, None]), max_size=8),
    st.integers(0, 999),
)
def test_order_does_not_matter_and_silly_readings_cannot_move_a_verdict(plain, others, seed) -> None:
    base = readings(plain, others)
    shuffled = [*base, *readings([], [], [True] * 5 + [False] * 5 + [None] * 3)]
    random.Random(seed).shuffle(shuffled)
    assert weigh(shuffled) == weigh(base)


@given(st.lists(st.booleans(), max_size=10))
def test_missing_is_not_a_failure(others) -> None:
    assert weigh(readings([True], [*others, None, None])) == weigh(readings([True], others))
