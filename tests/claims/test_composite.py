"""The argument stands as far as its parts do; what nobody knows stays unknown."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.claims.perturb import DAY, FOLDER

from tightrope.claims import VerdictWord
from tightrope.claims.composite import FACTS, OWN, Argument, State, all_of, standing
from tightrope.claims.records import ArticleFolder
from tightrope.claims.verdict import Verdict
from tightrope.evidence import parse_date

IDS = [c.id for c in FOLDER.claims]
WORDS = st.fixed_dictionaries({name: st.sampled_from(list(VerdictWord)) for name in IDS})
RANK = {State.FALLEN: 0, State.UNKNOWN: 1, State.STANDS: 2}


def argued(words: dict[str, VerdictWord], folder: ArticleFolder = FOLDER) -> Argument:
    day = parse_date(DAY)
    return standing(folder, [Verdict(folder.claim(name), word, day) for name, word in words.items()])


def all_words(word: VerdictWord, **others: VerdictWord) -> dict[str, VerdictWord]:
    return {**dict.fromkeys(IDS, word), **others}


@pytest.mark.parametrize(
    ("states", "together"),
    [
        ("SS", "S"), ("SU", "U"), ("UU", "U"), ("SF", "F"), ("UF", "F"), ("FF", "F"),
    ],
)  # fmt: skip
def test_and_with_three_values(states: str, together: str) -> None:
    letters = {"S": State.STANDS, "U": State.UNKNOWN, "F": State.FALLEN}
    assert all_of([letters[s] for s in states]) is letters[together]


def test_one_fallen_pillar_fells_the_thesis_through_the_map() -> None:
    """C11 falls; C05 needs it, C06 needs C05, and C07 needs C06."""
    found = argued(all_words(VerdictWord.SUPPORTED, C11=VerdictWord.CONTRADICTED, C07=VerdictWord.NOT_CHECKABLE))
    assert found.status is State.FALLEN
    assert found.fallen == ("C06",)
    assert found.claims["C06"].fallen_roots == ("C11",)
    assert found.claims["C05"].own is State.STANDS
    assert found.claims["C05"].status is State.FALLEN
    assert "C13" in found.carrying


def test_a_fact_that_was_tested_stands_by_its_own_test() -> None:
    """Ties opened earlier than claimed (C02), and still never broke (C03)."""
    found = argued(all_words(VerdictWord.SUPPORTED, C02=VerdictWord.CONTRADICTED))
    assert found.claims["C03"].parts is State.FALLEN
    assert found.claims["C03"].status is State.STANDS
    untested = argued(all_words(VerdictWord.SUPPORTED, C02=VerdictWord.CONTRADICTED, C03=VerdictWord.UNTESTED))
    assert untested.claims["C03"].status is State.FALLEN


def test_unknown_parts_leave_the_thesis_unknown() -> None:
    found = argued(all_words(VerdictWord.SUPPORTED, C14=VerdictWord.UNTESTED, C07=VerdictWord.NOT_CHECKABLE))
    assert found.status is State.UNKNOWN
    assert found.unknown == ("C14",)
    assert found.claims["C07"].unknown_roots == ("C14",)
    assert argued(all_words(VerdictWord.UNTESTED)).status is State.UNKNOWN


def test_concessions_weaken_and_are_answered() -> None:
    found = argued(all_words(VerdictWord.SUPPORTED))
    assert found.claims["C05"].weakened_by == ("C12",)
    assert set(found.claims["C07"].answered) == {"C21", "C22"}
    assert found.claims["C07"].answered["C22"] == ("C28", "C29", "C30")
    unmet = argued(all_words(VerdictWord.SUPPORTED, C28=VerdictWord.NOT_CHECKABLE, C34=VerdictWord.CONTRADICTED,
                             C29=VerdictWord.CONTESTED, C30=VerdictWord.CONTRADICTED))  # fmt: skip
    assert unmet.claims["C07"].weakened_by == ("C22",)
    assert unmet.status is State.STANDS


def test_a_claim_without_a_verdict_is_unknown() -> None:
    assert argued({}).claims["C04"].status is State.UNKNOWN


@given(WORDS, st.sampled_from(IDS))
def test_a_better_verdict_never_harms_what_it_supports(words: dict[str, VerdictWord], name: str) -> None:
    better = {**words, name: VerdictWord.SUPPORTED}
    before, after = argued(words), argued(better)
    for claim in IDS:
        if FOLDER.claim(claim).kind in FACTS and claim == name:
            continue
        assert RANK[after.claims[claim].status] >= RANK[before.claims[claim].status], claim


@given(WORDS, st.integers(0, 999))
def test_the_order_of_edges_and_verdicts_does_not_matter(words: dict[str, VerdictWord], seed: int) -> None:
    edges = list(FOLDER.argument.edges)
    items = list(words.items())
    random.Random(seed).shuffle(edges)
    random.Random(seed).shuffle(items)
    other = FOLDER.model_copy(update={"argument": FOLDER.argument.model_copy(update={"edges": edges})})
    assert argued(dict(items), other) == argued(words)


@given(WORDS)
def test_every_fall_and_every_doubt_has_a_root(words: dict[str, VerdictWord]) -> None:
    found = argued(words)
    for claim, s in found.claims.items():
        assert s.own is OWN[words[claim]]
        if s.status is State.FALLEN:
            assert s.fallen_roots, claim
            assert all(found.claims[root].own is State.FALLEN for root in s.fallen_roots)
        if s.status is State.UNKNOWN:
            assert s.unknown_roots, claim
        if s.status is State.STANDS:
            assert not s.fallen_roots, claim
