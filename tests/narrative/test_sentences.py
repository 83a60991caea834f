"""The finding adds up, stays short, and says nothing that the verdicts do not."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tightrope.claims import VerdictWord, judge_article, load_article
from tightrope.claims.flip import flip
from tightrope.claims.verdict import Verdict
from tightrope.evidence import Evidence
from tightrope.language import speaking
from tightrope.narrative.sentences import count_words, say_finding, say_flip, say_share, say_verdict
from tightrope.narrative.trace import plain
from tightrope.narrative.words import say_verdict_word

ROOT = Path(__file__).parents[2]
SLUG = "korea-russia-2021"
DAY = "2021-03-25"
FOLDER = load_article(ROOT, SLUG)
EVIDENCE = Evidence(ROOT, as_of=DAY)


@cache
def judged(day: str = DAY) -> list[Verdict]:
    """Judge the article on a day, once for all that is said of it."""
    return judge_article(EVIDENCE.at(day), FOLDER)


@pytest.mark.parametrize("day", ["2021-03-25", "2022-06-01", "2014-06-01"])
def test_the_finding_adds_up(day: str) -> None:
    verdicts = judged(day)
    text = say_finding(FOLDER.article.subject, verdicts)
    assert len(text.split()) <= 60
    counts = count_words(verdicts)
    total, tested, *_ = (int(n) for n in re.findall(r"\d+", text)[:2])
    silent = counts[VerdictWord.UNTESTED] + counts[VerdictWord.NOT_CHECKABLE]
    assert (total, tested) == (34, 34 - silent)
    assert f"{counts[VerdictWord.SUPPORTED]} are supported" in text
    assert ("outdated" in text) == (counts[VerdictWord.OUTDATED] > 0)
    assert (f"The other {silent} " in text) == (silent > 0)


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "The article's one claim is {}, as of 25 March 2021."),
        ("ko", "기사의 주장은 한 건이며, 2021년 3월 25일 기준 판정은 ‘{}’입니다."),
        ("ru", "Тезис статьи один; вердикт на 25 марта 2021 года: {}."),
    ],
)
def test_one_claim_is_not_counted(language: str, says: str) -> None:
    for verdict in judged()[:3]:
        with speaking(language):
            said = plain(say_finding(FOLDER.article.subject, [verdict]))
            assert said == says.format(say_verdict_word(verdict.word))


def test_what_is_one_of_many_is_said_in_the_singular() -> None:
    verdicts = judged()
    by = {word: [v for v in verdicts if v.word is word] for word in VerdictWord}
    few = [by[VerdictWord.SUPPORTED][0], *by[VerdictWord.CONTRADICTED][:2], by[VerdictWord.NOT_CHECKABLE][0]]
    said = plain(say_finding(FOLDER.article.subject, few))
    assert "Of the article's 4 claims, 3 can be tested on open data. As of 25 March 2021, 1 is supported, " in said
    assert said.endswith("The other 1 is an opinion or a cause, or lacks data.")


def test_every_verdict_has_a_sentence_without_a_gap() -> None:
    for verdict in judged():
        for text in (say_verdict(verdict), say_share(verdict), say_flip(flip(EVIDENCE, verdict))):
            assert text
            assert not re.search(r"\b(None|nan|True|False)\b|[{}]|\.\.", text), text
        assert say_verdict(verdict).endswith(".")


def test_an_opinion_is_never_said_to_fail() -> None:
    for verdict in judged():
        if verdict.claim.kind in ("causal", "evaluative"):
            assert verdict.word is VerdictWord.NOT_CHECKABLE
            assert "fail" not in say_verdict(verdict)
            assert "readings" not in say_share(verdict)
