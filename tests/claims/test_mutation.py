"""Take evidence away, claim by claim, and something must move; put it in another order, and nothing may."""

from __future__ import annotations

from typing import Any

import pytest
from tests.claims.perturb import FOLDER, fresh, hide_rows, perturbed, shuffled

from tightrope.claims import VerdictWord, judge_article, judge_claim
from tightrope.claims.judge import tables_of
from tightrope.claims.verdict import Verdict, merge_rows
from tightrope.evidence import load_package
from tightrope.evidence.inputs import ALWAYS
from tightrope.measures import MissingKind, find_measure

CHECKED = [claim.id for claim in FOLDER.claims if claim.check]


@pytest.fixture(scope="module")
def looked() -> dict[str, set[str]]:
    """Give the tables that were read for each claim; `base` fills it."""
    return {}


@pytest.fixture(scope="module")
def base(looked: dict[str, set[str]]) -> dict[str, Verdict]:
    evidence, found = fresh(), {}
    for claim in FOLDER.claims:
        n_before = len(evidence.reads)
        found[claim.id] = judge_claim(evidence, FOLDER, claim)
        looked[claim.id] = {read.table for read in evidence.reads[n_before:]}
    return found


def outcome(verdict: Verdict) -> tuple[Any, ...]:
    return verdict.word, verdict.n_holding, verdict.n_counted


@pytest.mark.parametrize("name", CHECKED)
def test_removing_the_rows_of_the_readings_moves_the_verdict_or_the_share(name: str, base: dict[str, Verdict]) -> None:
    before = base[name]
    counted = [r for r in before.readings if r.holds is not None and r.kind != "strained"]
    rows = merge_rows([r.rows for r in counted])
    with perturbed({table: hide_rows(table, numbers) for table, numbers in rows.items() if table != "states"}):
        after = judge_claim(fresh(), FOLDER, FOLDER.claim(name))
    assert outcome(after) != outcome(before)


@pytest.mark.parametrize("name", CHECKED)
def test_removing_rows_makes_nothing_out_of_nothing(name: str, base: dict[str, Verdict]) -> None:
    """A reading without its rows is missing with a kind, or stands on other rows: it never counts an absence."""
    plain = next(r for r in base[name].readings if r.holds is not None)
    with perturbed({table: hide_rows(table, rows) for table, rows in plain.rows.items() if table != "states"}):
        after = judge_claim(fresh(), FOLDER, FOLDER.claim(name))
    for reading in after.readings:
        assert (reading.observed is None) is (reading.holds is None) is (reading.missing is not None)
        if reading.holds is not None:
            assert any(reading.rows.values()), f"{reading.label} stands on no row"
        elif reading.missing:
            assert isinstance(reading.missing.kind, MissingKind)
            assert reading.missing.detail


def test_a_claim_stands_on_tables_that_its_measures_declare(
    base: dict[str, Verdict], looked: dict[str, set[str]]
) -> None:
    """A refresh judges a claim again only where one of these has changed."""
    for claim in FOLDER.claims:
        shown = {table for one in claim.indicators for table in find_measure(one.measure).tables}
        assert looked[claim.id] <= {*tables_of(claim), *shown, *ALWAYS}, claim.id
    assert len(set().union(*looked.values())) > 20


@pytest.mark.parametrize("seed", [1, 2])
def test_a_verdict_does_not_depend_on_the_order_of_rows(seed: int, base: dict[str, Verdict]) -> None:
    root = fresh().root
    names = [r.name for r in load_package(root).resources if r.details.coverage.n_rows < 700_000]
    with perturbed({name: shuffled(seed) for name in names}):
        after = {v.claim.id: v for v in judge_article(fresh(), FOLDER)}
    for name, before in base.items():
        assert outcome(after[name]) == outcome(before), name
        for was, now in zip(before.readings, after[name].readings, strict=True):
            assert now.holds is was.holds, (name, was.label)
            assert now.observed == pytest.approx(was.observed) if isinstance(was.observed, float) else (
                now.observed == was.observed
            ), (name, was.label)  # fmt: skip


def test_a_series_that_ends_is_missing_not_a_refutation() -> None:
    """Korean customs have no imports from Russia in 2022, and the IMF's figures end in 2020: neither says anything."""
    verdict = judge_claim(fresh("2026-06-30"), FOLDER, FOLDER.claim("C24"))
    assert verdict.word is VerdictWord.UNTESTED
    assert verdict.n_counted == 0
    counted = [r for r in verdict.readings if r.kind != "strained"]
    assert all(r.holds is None and r.missing for r in counted)
    kinds = {(r.choices["source"], r.choices["years"]): r.missing.kind for r in verdict.readings if r.missing}
    assert kinds["imf", 2025] is MissingKind.SERIES_ENDED
    assert kinds["customs", 2022] is MissingKind.NOT_COLLECTED


def test_a_zero_before_the_first_record_is_missing() -> None:
    """In 2005 no Korean sanction had been collected on anybody: none on Russia would stand on no row."""
    verdict = judge_claim(fresh("2005-06-30"), FOLDER, FOLDER.claim("C10"))
    plain = verdict.plain[0]
    assert plain.holds is None
    assert plain.missing is not None
    assert plain.missing.kind is MissingKind.NOT_COLLECTED
    assert verdict.word is VerdictWord.UNTESTED
