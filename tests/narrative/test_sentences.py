"""The finding adds up, stays short, and says nothing that the verdicts do not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tightrope.claims import VerdictWord, judge_article, load_article
from tightrope.claims.flip import flip
from tightrope.evidence import Evidence
from tightrope.narrative.sentences import count_words, say_finding, say_flip, say_share, say_verdict

ROOT = Path(__file__).parents[2]
SLUG = "korea-russia-2021"


@pytest.mark.parametrize("day", ["2021-03-25", "2022-06-01", "2014-06-01"])
def test_the_finding_adds_up(day: str) -> None:
    folder = load_article(ROOT, SLUG)
    verdicts = judge_article(Evidence(ROOT, as_of=day), folder)
    text = say_finding(folder.article.subject, verdicts)
    assert len(text.split()) <= 60
    counts = count_words(verdicts)
    total, tested, *_ = (int(n) for n in re.findall(r"\d+", text)[:2])
    silent = counts[VerdictWord.UNTESTED] + counts[VerdictWord.NOT_CHECKABLE]
    assert (total, tested) == (34, 34 - silent)
    assert f"{counts[VerdictWord.SUPPORTED]} are supported" in text
    assert ("outdated" in text) == (counts[VerdictWord.OUTDATED] > 0)
    assert (f"The other {silent} " in text) == (silent > 0)


def test_every_verdict_has_a_sentence_without_a_gap() -> None:
    evidence = Evidence(ROOT, as_of="2021-03-25")
    for verdict in judge_article(evidence, load_article(ROOT, SLUG)):
        for text in (say_verdict(verdict), say_share(verdict), say_flip(flip(evidence, verdict))):
            assert text
            assert not re.search(r"\b(None|nan|True|False)\b|[{}]|\.\.", text), text
        assert say_verdict(verdict).endswith(".")


def test_an_opinion_is_never_said_to_fail() -> None:
    for verdict in judge_article(Evidence(ROOT, as_of="2021-03-25"), load_article(ROOT, SLUG)):
        if verdict.claim.kind in ("causal", "evaluative"):
            assert verdict.word is VerdictWord.NOT_CHECKABLE
            assert "fail" not in say_verdict(verdict)
            assert "readings" not in say_share(verdict)
