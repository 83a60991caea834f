"""The parts of a report share what measures gave: each is asked once of the same evidence, and stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from tightrope.evidence import Evidence, find_root
from tightrope.measures import REGISTRY, Result, find_measure, measure
from tightrope.measures import trade as module
from tightrope.measures.security import land_border
from tightrope.measures.standing import pair_standing
from tightrope.measures.trade import trade_balance

DAY = "2021-03-25"
PAIR = {"reporter": "KOR", "partner": "RUS", "source": "baci"}


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Give the books that were opened, one an entry."""
    opened: list[tuple[Any, ...]] = []
    usual = module.open_book

    def counted(evidence: Evidence, *args: Any) -> Any:
        opened.append((evidence.as_of, evidence.known_on, *args))
        return usual(evidence, *args)

    monkeypatch.setattr(module, "open_book", counted)
    return opened


def ask(evidence: Evidence, **arguments: Any) -> Any:
    return find_measure("trade_balance").function(evidence, **{**PAIR, **arguments})


def test_the_same_question_opens_one_book_whatever_the_order_of_its_words(books: list[Any]) -> None:
    evidence = Evidence(find_root(), as_of=DAY)
    first = ask(evidence)
    again = find_measure("trade_balance").function(evidence, **dict(reversed(PAIR.items())))
    assert len(books) == 1
    assert first.frame.equals(again.frame)
    assert (first.rows, first.sources, first.arguments) == (again.rows, again.sources, again.arguments)


@pytest.mark.parametrize("other", [{"source": "dots"}, {"years": 2019}, {"reporter": "RUS", "partner": "KOR"}])
def test_another_question_is_asked(books: list[Any], other: Mapping[str, Any]) -> None:
    evidence = Evidence(find_root(), as_of=DAY)
    assert not ask(evidence).frame.equals(ask(evidence, **other).frame)
    assert len(books) == 2


def test_the_same_days_share_answers_and_other_days_do_not(books: list[Any]) -> None:
    evidence = Evidence(find_root(), as_of=DAY)
    ask(evidence)
    ask(evidence.at(DAY))
    assert len(books) == 1
    ask(evidence.at("2015-12-31"))
    ask(evidence.at(DAY, "2022-01-01"))
    ask(Evidence(find_root(), as_of=DAY))
    assert len(books) == 4


def test_a_measure_that_is_written_anew_is_asked_anew() -> None:
    evidence, found = Evidence(find_root(), as_of=DAY), []
    try:
        for value in (1, 2):

            @measure(unit="rank", value="rank", columns=("rank",), tables=())
            def written(evidence: Evidence, add: list[int], value: int = value) -> Result:
                return Result(pd.DataFrame({"rank": [value + sum(add)]}), {})

            found += [find_measure("written").function(evidence, [10]).only() for _ in range(2)]
    finally:
        del REGISTRY["written"]
    assert found == [11, 11, 12, 12]


def test_what_an_asker_does_to_an_answer_is_its_own_affair() -> None:
    evidence = Evidence(find_root(), as_of=DAY)
    mine = trade_balance(evidence, **PAIR)
    before = mine.frame.copy()
    mine.frame["exports_musd"] = 0.0
    mine.arguments["source"] = "mine"
    again = trade_balance(evidence, **PAIR)
    assert again.frame.equals(before)
    assert again.arguments == PAIR


def test_an_answer_given_again_has_been_read_again() -> None:
    """A section's reads are told by their place in the list, whoever asked before it."""
    evidence = Evidence(find_root(), as_of=DAY)
    land_border(evidence, state_a="KOR", state_b="RUS")
    pair_standing(evidence, figure="trade", state_a="KOR", state_b="RUS")
    n, derived = len(evidence.reads), dict(evidence.derived)
    land_border(evidence, state_a="KOR", state_b="RUS")
    pair_standing(evidence, figure="trade", state_a="KOR", state_b="RUS")
    assert evidence.reads[n:] == evidence.reads[:n]
    assert any(read.through for read in evidence.reads[n:])
    assert evidence.derived == derived
