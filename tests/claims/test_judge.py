"""Readings are run, weighed on two days, and never confuse nothing with zero."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.helpers import make_evidence

from tightrope.claims.judge import expand, judge_claim, on_day, read, reduce
from tightrope.claims.records import Argument, Article, ArticleFolder, CheckRecord, ClaimRecord, Edge, Theme
from tightrope.claims.verdict import VerdictWord
from tightrope.errors import TightropeError
from tightrope.evidence import Evidence
from tightrope.measures import REGISTRY, Measure, Missing, MissingKind, Result, measure


@pytest.fixture
def value_of() -> Iterator[dict[int, Any]]:
    """A measure that gives what the test puts into a dict, year by year; a year not there is missing."""
    values: dict[int, Any] = {}

    @measure(unit="rank", value="rank", columns=("year", "rank"), tables=("states",))
    def told(evidence: Evidence, *, years: int, source: str = "a") -> Result:
        if years > evidence.as_of.year - 1:
            return Result(pd.DataFrame({"year": [], "rank": []}), {}, Missing(MissingKind.NOT_YET, "not yet over"))
        if years not in values:
            return Result(pd.DataFrame({"year": [], "rank": []}), {}, Missing(MissingKind.SERIES_ENDED, "ended"))
        return Result(pd.DataFrame({"year": [years], "rank": [values[years]]}), {"states": [1, 0, 1]})

    yield values
    del REGISTRY["told"]


def folder(claim: ClaimRecord, day: str = "2021-03-25") -> ArticleFolder:
    article = Article(
        slug="x", title="t", author="a", language="en", date=day, date_basis="stated", date_reason="it says so",
        subject="s", states=["KOR", "RUS"], themes=[Theme(id="trade", title="Trade")],
    )  # fmt: skip
    edge = Edge(source="C02", target="C01", relation="supports")
    return ArticleFolder(article=article, claims=[claim], argument=Argument(thesis="C01", edges=[edge]))


def claim(**check: Any) -> ClaimRecord:
    base = {"measure": "told", "column": "rank", "operator": "eq", "expected": 12}
    return ClaimRecord.model_validate(
        {
            "id": "C01", "locator": "1.1", "kind": "quantitative", "theme": "trade", "states": ["KOR"],
            "label": "partner", "statement": "Russia is the twelfth partner", "check": {**base, **check},
        }
    )  # fmt: skip


def plain(year: int | str = 2020) -> dict[str, Any]:
    return {"class": "plain", "reason": "the last full year", "choices": {"years": year}}


def grid(*years: int) -> dict[str, Any]:
    return {"class": "defensible", "reason": "other years", "vary": {"years": list(years)}}


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return make_evidence(
        tmp_path, {"states": [{"iso3": "KOR", "name": "K"}, {"iso3": "RUS", "name": "R"}]}, "2021-03-25"
    )


def judged(evidence: Evidence, record: ClaimRecord, day: str = "2021-03-25") -> Any:
    # The same evidence would answer as it did before a test changed what is told.
    return judge_claim(Evidence(evidence.root, as_of=day), folder(record), record)


def test_the_verdict_follows_the_readings(evidence: Evidence, value_of: dict[int, Any]) -> None:
    value_of.update({2017: 12, 2018: 10, 2019: 10, 2020: 12})
    verdict = judged(evidence, claim(readings=[plain()], grids=[grid(2017, 2018, 2019, 2020)]))
    assert verdict.word is VerdictWord.FRAGILE
    assert (verdict.n_holding, verdict.n_counted) == (2, 4)
    assert verdict.share == 0.5
    assert verdict.rows == {"states": [0, 1]}
    value_of[2020] = 11
    assert judged(evidence, claim(readings=[plain()], grids=[grid(2017, 2018, 2019)])).word is VerdictWord.CONTESTED


def test_nothing_is_not_zero_and_not_a_failure(evidence: Evidence, value_of: dict[int, Any]) -> None:
    value_of.update({2020: 12})
    verdict = judged(evidence, claim(readings=[plain()], grids=[grid(2018, 2019)]))
    assert verdict.word is VerdictWord.SUPPORTED
    assert [r.holds for r in verdict.readings] == [True, None, None]
    assert verdict.readings[1].missing.kind is MissingKind.SERIES_ENDED
    value_of.clear()
    verdict = judged(evidence, claim(readings=[plain()]))
    assert verdict.word is VerdictWord.UNTESTED
    assert "ended" in verdict.reason
    value_of[2020] = None
    assert judged(evidence, claim(readings=[plain()])).readings[0].observed is None


def test_a_claim_that_stood_and_fell_is_outdated(evidence: Evidence, value_of: dict[int, Any]) -> None:
    value_of.update({2020: 12, 2021: 12, 2022: 9})
    record = claim(readings=[plain("Y-1")])
    assert judged(evidence, record).word is VerdictWord.SUPPORTED
    assert judged(evidence, record, "2022-06-01").word is VerdictWord.SUPPORTED
    late = judged(evidence, record, "2023-06-01")
    assert (late.word, late.then) == (VerdictWord.OUTDATED, VerdictWord.SUPPORTED)
    # A series that ends dates nothing.
    assert judged(evidence, record, "2024-06-01").word is VerdictWord.UNTESTED


def test_what_never_stood_is_not_outdated(evidence: Evidence, value_of: dict[int, Any]) -> None:
    value_of.update({2020: 3, 2021: 3})
    assert judged(evidence, claim(readings=[plain("Y-1")]), "2022-06-01").word is VerdictWord.CONTRADICTED


def test_a_grid_skips_what_is_already_said() -> None:
    check = CheckRecord.model_validate(
        {"measure": "told", "column": "rank", "operator": "eq", "expected": 1, "readings": [plain(2020)],
         "grids": [{"class": "defensible", "reason": "others", "vary": {"years": [2019, 2020], "source": ["a", "b"]}}]}
    )  # fmt: skip
    made = [(c.kind, c.arguments) for c in expand(check)]
    assert len(made) == 5
    assert len({repr(sorted(a.items())) for _, a in made}) == 5


def test_adding_a_reading_changes_no_other(evidence: Evidence, value_of: dict[int, Any]) -> None:
    value_of.update({2018: 12, 2019: 5, 2020: 12})
    few = judged(evidence, claim(readings=[plain()], grids=[grid(2019)])).readings
    more = judged(evidence, claim(readings=[plain()], grids=[grid(2019), grid(2018)])).readings
    assert more[: len(few)] == few


@pytest.mark.parametrize(
    ("operator", "observed", "expected", "holds"),
    [
        ("eq", 12, 12, True), ("eq", 11, 12, False), ("ne", 11, 12, True), ("lt", 1.0, 2, True), ("lt", 2, 2, False),
        ("le", 2, 2, True), ("gt", 3, 2, True), ("gt", 2, 2, False), ("ge", 2, 2, True), ("ge", 1, 2, False),
        ("in", 3, [1, 3], True), ("in", 2, [1, 3], False),
    ],
)  # fmt: skip
def test_every_comparison(
    evidence: Evidence, value_of: dict[int, Any], operator: str, observed: Any, expected: Any, holds: bool
) -> None:
    value_of[2020] = observed
    check = claim(readings=[plain()], operator=operator, expected=expected).check
    assert check is not None
    assert read(evidence, next(expand(check)), {}).holds is holds


def found(values: list[Any], missing: Missing | None = None) -> Measure:
    return Measure("m", {}, pd.DataFrame({"v": values}), "", "v", {}, (), missing)


def test_reducing_never_fills_a_gap() -> None:
    assert reduce(found([2, 3]), "v", "sum") == (5, None)
    assert reduce(found([True, False]), "v", "all") == (False, None)
    assert reduce(found([True, False]), "v", "any") == (True, None)
    assert reduce(found(["a", "b"]), "v", "count") == (2, None)
    value, missing = reduce(found([2.0, None]), "v", "sum")
    assert value is None
    assert missing is not None
    gap = Missing(MissingKind.NOT_COLLECTED, "nobody counted")
    assert reduce(found([], gap), "v", "count") == (None, gap)
    with pytest.raises(TightropeError, match="needs one"):
        reduce(found([1, 2]), "v", "only")


def test_days_are_put_into_arguments() -> None:
    day = date(2021, 3, 25)
    assert on_day(["Y", "Y-1", "Y-10", "as_of", 7, "USA"], day) == [2021, 2020, 2011, "2021-03-25", 7, "USA"]
    assert on_day("trade in {Y-1}", day) == "trade in 2020"
