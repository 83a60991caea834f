"""Two sentences a claim: every number measured, none typed, and what is missing said."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tightrope.claims import load_article
from tightrope.claims.context import resolve_context
from tightrope.claims.records import ClaimRecord, ContextRecord
from tightrope.errors import TightropeError
from tightrope.evidence import Evidence, find_root
from tightrope.narrative.context import NOTHING, say_context, say_part
from tightrope.narrative.trace import plain

RANK: dict[str, Any] = {
    "measure": "partner_rank",
    "column": "rank",
    "arguments": {"focal": "KOR", "partner": "RUS", "years": 2020, "source": "customs"},
}


def claim(**context: Any) -> ClaimRecord:
    return ClaimRecord(
        id="C99", locator="1.1", kind="quantitative", theme="trade", states=["KOR"], label="made up",
        statement="A claim made up for this test.", settled_by="nothing at all", context=ContextRecord(**context),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("for_author", "values", "fault"),
    [
        ("Russia was 12th among the partners.", {}, "types a number by hand"),
        ("Russia was {rank} among partners.", {}, "has no entry in `values`"),
        ("Russia was high among the partners.", {"rank": RANK}, "stands in no sentence"),
        ("Russia was {rank among the partners.", {"rank": RANK}, "is no template"),
    ],
)
def test_a_template_that_cannot_be_traced_is_refused(for_author: str, values: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        ContextRecord(for_author=for_author, missing_context="There is more to say than that.", values=values)


def test_a_sentence_is_filled_and_names_table_and_rows() -> None:
    made = claim(
        for_author="In {year} Russia was {rank} among the partners.",
        missing_context="There is more to say than that.",
        values={"rank": RANK, "year": {**RANK, "column": "year"}},
    )
    found = resolve_context(Evidence(as_of="2021-03-25"), made)
    assert found is not None
    assert plain(say_context(found)[0]) == "In 2020 Russia was 12th among the partners."
    value = found.values["C99.rank"]
    assert value.observed == 12
    assert value.rows["trade_korea_customs"]
    assert [type(p).__name__ for p in found.for_author.parts()] == ["str", "ContextValue", "str", "ContextValue", "str"]


def test_a_sentence_without_evidence_says_which_kind_of_nothing() -> None:
    made = claim(
        for_author="Russia was {rank} among the partners.", missing_context="There is more to say than that.",
        values={"rank": RANK},
    )  # fmt: skip
    said, other = say_context(resolve_context(Evidence(as_of="2015-06-30"), made))
    assert said.startswith(NOTHING)
    assert "has not ended" in said
    assert other == "There is more to say than that."


def test_a_value_that_a_measure_refuses_names_claim_and_value() -> None:
    bad = {**RANK, "arguments": {**RANK["arguments"], "partner": "RSU"}}
    made = claim(for_author="It was {rank} of them all.", missing_context="There is more to say.", values={"rank": bad})
    with pytest.raises(TightropeError) as caught:
        resolve_context(Evidence(as_of="2021-03-25"), made)
    assert "C99, value rank" in caught.value.where


def test_a_month_is_written_out_and_a_record_without_context_says_nothing() -> None:
    assert plain(say_part("2010-05", "")) == "May 2010"
    assert say_context(None) == ("", "")


def test_every_claim_of_the_article_can_say_both_sentences_on_its_date() -> None:
    folder = load_article(find_root(), "korea-russia-2021")
    evidence = Evidence(as_of=folder.article.date)
    for record in folder.claims:
        found = resolve_context(evidence, record)
        assert found is not None, record.id
        assert found.for_author.missing is None, record.id
        assert found.missing_context.missing is None, record.id
        for value in found.values.values():
            assert any(value.rows.values()), value.id
        for text in say_context(found):
            assert text.endswith(".") and len(text.split()) <= 40, f"{record.id}: {text}"  # noqa: PT018
