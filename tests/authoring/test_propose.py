"""Which sentences look like claims, of which kind, and what could measure them."""

from __future__ import annotations

import pytest

from tightrope.authoring.propose import propose
from tightrope.claims.text import split_text
from tightrope.measures import REGISTRY


@pytest.mark.parametrize(
    ("sentence", "language", "kind", "suggested"),
    [
        ("Trade came to 26 billion dollars.", "en", "quantitative", "partner_rank"),
        ("It is Russia's 12th trading partner.", "en", "quantitative", "partner_rank"),
        ("Relations were opened in 1924.", "en", "historical", None),
        ("No other state stands so well with both.", "en", "comparative", "others_meeting"),
        ("Koreans travel there without a visa.", "en", "legal", "visa_regime"),
        ("In a poll a third had trust in them.", "en", "perception", "favourability"),
        ("It bought them because nobody else would sell arms.", "en", "causal", "arms_share"),
        ("The government is right to keep its distance.", "en", "evaluative", None),
        ("Турция не ввела санкций.", "ru", "legal", "sanctions_in_force"),
        ("러시아는 터키의 2위 무역 상대국이다.", "ko", "quantitative", "partner_rank"),
        ("Kauppa oli 26 miljardia.", "fi", "quantitative", None),
    ],
)
def test_a_sentence_is_proposed_with_its_kind(sentence: str, language: str, kind: str, suggested: str | None) -> None:
    [found] = propose(split_text(sentence, language), language)
    assert found.kind == kind
    assert suggested is None or suggested in found.suggest


@pytest.mark.parametrize(
    "sentence", ["The weather was fine.", "The F-35 flew over the bay.", "Such is life in the capital."]
)
def test_a_sentence_without_a_sign_is_left_alone(sentence: str) -> None:
    assert propose(split_text(sentence)) == []


def test_a_year_is_a_date_and_no_number() -> None:
    [found] = propose(split_text("The talks ended on 12 July 2019."))
    assert (found.kind, found.hint) == ("historical", "date")


def test_every_suggested_measure_exists() -> None:
    # propose drops what is not registered, so the list itself is read.
    import tomllib
    from importlib.resources import files

    table = tomllib.loads((files("tightrope.authoring") / "signs.toml").read_text(encoding="utf-8"))
    named = {name for part in table.values() for topic in part["topics"] for name in topic["measures"]}
    assert named
    assert named - REGISTRY.keys() == set()
