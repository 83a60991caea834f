"""Verdicts as JSON: every key is there, nothing is typed twice, and missing is null."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from tests.claims.perturb import DAY, ROOT, SLUG

from tightrope.claims import VerdictWord
from tightrope.claims.export import Judged, as_json, as_object, judge_all, plain_only, row_spans, say_flip
from tightrope.claims.terminal import HEADER, as_text, table_rows
from tightrope.errors import UnknownName

ASKED = ("id", "statement", "kind", "verdict", "as_of", "share", "readings", "flip", "context")
ASKED_OF_READINGS = ("label", "class", "choices", "observed", "expected", "holds", "missing", "sources")


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return judge_all(ROOT, SLUG, with_context=True)


@pytest.fixture(scope="module")
def objects(judged: list[Judged]) -> dict[str, dict[str, Any]]:
    return {o["id"]: o for o in json.loads(as_json(judged))}


def test_every_claim_has_every_key(objects: dict[str, dict[str, Any]]) -> None:
    assert list(objects) == [f"C{n:02d}" for n in range(1, 35)]
    for o in objects.values():
        assert set(ASKED) <= set(o)
        assert o["as_of"] == DAY
        assert o["verdict"] in set(map(str, VerdictWord))
        for reading in o["readings"]:
            assert set(ASKED_OF_READINGS) <= set(reading)
            assert (reading["observed"] is None) is (reading["missing"] is not None)
            assert (reading["holds"] is None) is (reading["observed"] is None)
            if reading["holds"] is not None:
                assert reading["sources"], (o["id"], reading["label"])
                assert reading["rows"], (o["id"], reading["label"])


def test_the_twelfth_partner(objects: dict[str, dict[str, Any]]) -> None:
    c24 = objects["C24"]
    assert (c24["verdict"], c24["plain_only"]) == ("fragile", "supported")
    assert c24["share"] == c24["n_holding"] / c24["n_counted"]
    plain = next(r for r in c24["readings"] if r["class"] == "plain")
    assert (plain["observed"], plain["expected"], plain["holds"]) == (12, 12, True)
    assert plain["choices"] == {"source": "customs", "years": 2020, "flow": "total"}
    assert plain["sources"][0]["table"] == "trade_korea_customs"
    assert c24["flip"]["rival"] == "MYS"
    assert c24["flip"]["word_after"] == "contested"


def test_share_and_flip_are_null_where_nothing_was_tested(objects: dict[str, dict[str, Any]]) -> None:
    assert objects["C07"]["share"] is None
    assert objects["C07"]["flip"] is None
    assert objects["C07"]["readings"] == []
    assert objects["C07"]["indicators"]


def test_context_is_an_object_with_measured_values(objects: dict[str, dict[str, Any]]) -> None:
    context = objects["C24"]["context"]
    assert context["for_author"]["text"]
    assert all(v["rows"] for v in context["for_author"]["values"].values())


def test_the_same_claims_give_the_same_bytes_and_no_nan(judged: list[Judged]) -> None:
    text = as_json(judged)
    assert text == as_json(judge_all(ROOT, SLUG, with_context=True))
    assert "NaN" not in text
    assert str(ROOT) not in text


def test_rows_are_runs_that_lead_back(judged: list[Judged]) -> None:
    assert row_spans({"a": [3, 4, 5, 9], "b": [1]}) == {"a": "3-5,9", "b": "1"}
    for j in judged:
        for table, text in (row_spans(j.verdict.rows) or {}).items():
            back: list[int] = []
            for part in text.split(",") if text else []:
                first, _, last = part.partition("-")
                back += range(int(first), int(last or first) + 1)
            assert back == j.verdict.rows[table]


def test_the_plain_readings_alone(judged: list[Judged]) -> None:
    by_id = {j.verdict.claim.id: j for j in judged}
    assert by_id["C24"].plain_only is VerdictWord.SUPPORTED
    assert by_id["C19"].plain_only is VerdictWord.CONTRADICTED
    assert by_id["C07"].plain_only is VerdictWord.NOT_CHECKABLE
    assert plain_only(by_id["C10"].verdict) is VerdictWord.SUPPORTED


def test_an_outdated_claim_says_what_it_was() -> None:
    (late,) = judge_all(ROOT, SLUG, "2024-01-01", ["C10"])
    o = as_object(late)
    assert (o["verdict"], o["then"], o["plain_only"]) == ("outdated", "supported", "outdated")


def test_the_table_is_aligned_and_has_a_line_a_claim(judged: list[Judged]) -> None:
    lines = as_text(judged).splitlines()
    assert len(lines) == 35
    start = lines[0].index(HEADER[1])
    assert all(line[start - 1] == " " and line[start] != " " for line in lines)
    rows = {row[0]: row for row in table_rows(judged)}
    assert rows["C24"][1:5] == ("fragile", "supported", "5 of 16", "+2.2%")
    assert rows["C10"][4] == "1 record"
    assert rows["C07"][2:5] == ("–", "–", "–")


def test_flips_are_said_in_few_signs(judged: list[Judged]) -> None:
    assert all(len(say_flip(j.flip)) <= 12 for j in judged)
    percents = [j.flip.change_pct for j in judged if j.flip.change_pct is not None]
    assert all(math.isfinite(p) for p in percents)


def test_unknown_claims_are_named() -> None:
    with pytest.raises(UnknownName, match="C24"):
        judge_all(ROOT, SLUG, claims=["C240"])
