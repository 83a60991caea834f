"""Distances to flip, worked by hand, and true: making the change does change the word."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.claims.perturb import FOLDER, add, edit, fresh, perturbed

from tightrope.claims import VerdictWord, judge_article, judge_claim
from tightrope.claims.distance import nearest_number, nearest_rank
from tightrope.claims.flip import Flip, flip, flip_table, flips, from_fragile_to_solid
from tightrope.claims.judge import OPERATORS


@pytest.fixture(scope="module")
def found() -> dict[str, Flip]:
    evidence = fresh()
    return {f.claim: f for f in flips(evidence, judge_article(evidence, FOLDER))}


@pytest.mark.parametrize(
    ("operator", "expected", "observed", "holds", "answer"),
    [
        ("eq", 0, 0, True, (1, False)), ("eq", 0, 5, False, (0, False)), ("ne", 3, 4, True, (3, False)),
        ("lt", 5, 3, True, (5, False)), ("lt", 5, 7, False, (4, False)), ("le", 5, 3, True, (6, False)),
        ("le", 5, 7, False, (5, False)), ("gt", 5, 7, True, (5, False)), ("gt", 5, 3, False, (6, False)),
        ("ge", 5, 7, True, (4, False)), ("ge", 5, 3, False, (5, False)),
        ("lt", 5.0, 3.5, True, (5.0, False)), ("le", 5.0, 3.5, True, (5.0, True)), ("ge", 50, 39.0, False, (50, False)),
        ("gt", 50, 68.2, True, (50, False)), ("ge", 50, 52.8, True, (50, True)), ("in", [3, 9], 7, False, (9.0, False)),
    ],
)  # fmt: skip
def test_the_nearest_number_that_turns_a_comparison(
    operator: str, expected: Any, observed: float, holds: bool, answer: tuple[float, bool]
) -> None:
    assert nearest_number(operator, expected, observed, holds) == answer


@given(st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]), st.integers(-9, 9), st.integers(-9, 9))
def test_it_turns_at_that_number_and_not_before(operator: str, expected: int, observed: int) -> None:
    compare = OPERATORS[operator]
    now = compare(observed, expected)
    found = nearest_number(operator, expected, observed, now)
    assert found is not None
    to, is_limit = found
    assert not is_limit
    assert compare(to, expected) is not now
    between = range(min(int(to), observed) + 1, max(int(to), observed))
    assert all(compare(v, expected) is now for v in between)


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=12), st.integers(1, 60), st.integers(1, 14),
    st.sampled_from(["eq", "le", "ge"]),
)  # fmt: skip
def test_the_nearest_rank_is_the_nearest(others: list[int], own: int, claimed: int, operator: str) -> None:
    """Against every whole and half value tried one by one."""
    ranked = sorted(map(float, others), reverse=True)

    def holds(rank: int) -> bool:
        return OPERATORS[operator](rank, claimed)

    def at(value: float) -> bool:
        return holds(1 + sum(v > value for v in ranked))

    found = nearest_rank(ranked, float(own), holds)
    tried = [v / 2 for v in range(130)]
    turned = [v for v in tried if at(v) is not at(float(own))]
    if found is None:
        assert not turned
        return
    to, place, is_limit = found
    assert ranked[place] == to
    assert at(to - 0.25 if is_limit else to) is not at(float(own))
    assert abs(to - own) <= min(abs(v - own) for v in turned)


def test_the_twelfth_partner_is_388_million_from_the_eleventh(found: dict[str, Flip]) -> None:
    """Russia 17,582.658 and Malaysia 17,970.714 million dollars with Korea in 2020, on Korean customs."""
    c24 = found["C24"]
    assert (c24.word, c24.word_after) == (VerdictWord.FRAGILE, VerdictWord.CONTESTED)
    assert c24.is_single
    assert c24.rival == "MYS"
    assert c24.from_value == pytest.approx(17582.658)
    assert c24.to_value == pytest.approx(17970.714)
    assert c24.change == pytest.approx(388.056)
    assert c24.change_pct == pytest.approx(100 * 388.056 / 17582.658)
    assert not c24.is_limit
    assert c24.table == "trade_korea_customs"
    assert c24.rows is not None
    assert len(c24.rows["trade_korea_customs"]) == 1


@pytest.mark.parametrize(("enough", "word"), [(True, VerdictWord.CONTESTED), (False, VerdictWord.FRAGILE)])
def test_the_change_turns_the_word_and_less_does_not(enough: bool, word: VerdictWord, found: dict[str, Flip]) -> None:
    change = (found["C24"].change or 0) * 1_000_000 + (1 if enough else -1_000_000)
    more = edit(lambda f: f["iso3_partner"].eq("RUS") & f["year"].eq(2020), exports_usd=lambda v: v + round(change))
    with perturbed({"trade_korea_customs": more}):
        assert judge_claim(fresh(), FOLDER, FOLDER.claim("C24")).word is word


def test_a_share_moves_with_the_whole(found: dict[str, Flip]) -> None:
    """North Korea's trade with Russia at 5 per cent of a total that grows with it."""
    c29 = found["C29"]
    others = 100 * c29.from_value / 1.568800088116992 - c29.from_value
    assert 100 * c29.to_value / (others + c29.to_value) == pytest.approx(5)
    assert c29.is_limit


def test_one_record_turns_a_zero(found: dict[str, Flip]) -> None:
    c10 = found["C10"]
    assert (c10.value, c10.from_value, c10.to_value, c10.change, c10.change_pct) == ("record", 0, 1, 1, None)
    assert c10.word_after is VerdictWord.CONTESTED
    like = add(
        lambda f: f["iso3_target"].eq("IRN") & f["stage"].eq("measure") & ~f["is_repeat"], iso3_target="RUS", record=999
    )
    with perturbed({"sanctions_korea_dated": like}):
        assert judge_claim(fresh(), FOLDER, FOLDER.claim("C10")).word is VerdictWord.CONTESTED


def test_what_several_records_carry_is_not_single() -> None:
    evidence = fresh("2026-11-01")
    c10 = flip(evidence, judge_claim(evidence, FOLDER, FOLDER.claim("C10")))
    assert c10.word is VerdictWord.OUTDATED
    assert not c10.is_single
    assert c10.n_records is not None
    assert c10.n_records > 10


def test_one_record_turns_every_reading_that_stands_on_it(found: dict[str, Flip]) -> None:
    """A Russian no is a veto, and it is also fewer than all votes in favour: the counter-example gives it too."""
    assert (found["C30"].word_after, found["C30"].n_records) == (VerdictWord.SUPPORTED, 1)


def test_dates_flip_in_days(found: dict[str, Flip]) -> None:
    """From 30 September 1990 to 26 December 1991 there are 452 days."""
    c02 = found["C02"]
    assert (c02.from_value, c02.unit, c02.change) == (452, "days", -452)
    assert c02.word_after is VerdictWord.SUPPORTED


def test_losing_the_only_record_leaves_a_claim_untested(found: dict[str, Flip]) -> None:
    assert found["C01"].word_after is VerdictWord.UNTESTED


def test_where_no_reading_alone_is_enough_it_says_how_many() -> None:
    """Both plain readings fail and all four others hold: contested, until both plain ones turn."""
    evidence = fresh()
    verdict = judge_claim(evidence, FOLDER, FOLDER.claim("C25"))
    plain = [replace(r, holds=False) for r in verdict.plain]
    others = [replace(r, holds=True) for r in verdict.readings if r.kind == "defensible"][:4]
    assert len(plain) == 2
    made = replace(verdict, word=VerdictWord.CONTESTED, readings=(*plain, *others))
    found = flip(evidence, made)
    assert (found.n_readings, found.word_after) == (2, VerdictWord.SUPPORTED)
    assert (found.is_single, found.value, found.reading) == (False, None, None)


def test_every_tested_verdict_has_a_flip_and_no_other(found: dict[str, Flip]) -> None:
    evidence = fresh()
    for verdict in judge_article(evidence, FOLDER):
        tested = verdict.word not in (VerdictWord.UNTESTED, VerdictWord.NOT_CHECKABLE)
        flipped = found[verdict.claim.id]
        assert (flipped.n_readings is not None) is tested
        if tested:
            assert flipped.word_after is not verdict.word
            assert flipped.rows or flipped.value is None


def test_the_table_runs_from_fragile_to_solid(found: dict[str, Flip]) -> None:
    ordered = from_fragile_to_solid(list(found.values()))
    table = flip_table(list(found.values()))
    assert list(table["id"]) == [f.claim for f in ordered]
    percents = [abs(f.change_pct) for f in ordered if f.change_pct is not None and f.n_records == 1]
    assert percents == sorted(percents)
    assert ordered[0].claim == "C26"
    assert all(math.isfinite(p) for p in percents)
