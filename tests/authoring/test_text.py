"""Sentences have places and hashes; a sentence is quoted only where its hash is the recorded one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tightrope.claims.records import ClaimRecord
from tightrope.claims.text import MOST_BYTES, Sentence, State, hand_over, open_text, quotes, read_text, split_text
from tightrope.errors import BadParameter

TEXT = "A title\n\nIt began in 2019. Mr. Smith, i.e. the buyer, paid $2.5 bn.\nAnd went home.\n\nThe end."


def claim(locator: str, **hashes: str) -> ClaimRecord:
    found = {place.replace("_", "."): value for place, value in hashes.items()}
    return ClaimRecord.model_validate(
        {"id": "C01", "locator": locator, "hashes": found, "kind": "causal", "theme": "trade", "states": ["TUR"],
         "label": "x", "statement": "A claim of some length.", "reason": "a cause"}
    )  # fmt: skip


def test_places_count_paragraphs_and_sentences_from_one() -> None:
    assert [(s.place, s.text) for s in split_text(TEXT)] == [
        ("1.1", "A title"),
        ("2.1", "It began in 2019."),
        ("2.2", "Mr. Smith, i.e. the buyer, paid $2.5 bn."),
        ("2.3", "And went home."),
        ("3.1", "The end."),
    ]


def test_without_empty_lines_each_line_is_a_paragraph() -> None:
    assert [s.place for s in split_text("Author\nTitle\nOne. Two.\n")] == ["1.1", "2.1", "3.1", "3.2"]


@pytest.mark.parametrize(
    ("language", "text", "n"),
    [
        ("ru", "А. С. Пушкин был поэтом. Он жил в 1837 г. в Петербурге.", 2),
        ("ko", "터키는 2019년 7월 12일 S-400을 받았다. 그것은 사실인가?", 2),
        ("tr", "Dr. Ahmet geldi. Payı yüzde 5,1 oldu.", 2),
    ],
)
def test_other_languages_keep_their_abbreviations(language: str, text: str, n: int) -> None:
    assert len(split_text(text, language)) == n


def test_the_hash_is_of_the_words_whatever_the_typography() -> None:
    own = Sentence("1.1", 'He said "no" - twice.')
    assert own.sha256 == hashlib.sha256(b'He said "no" - twice.').hexdigest()
    assert Sentence("9.9", "He\u00a0said  “no” – twice.").sha256 == own.sha256
    assert Sentence("1.1", 'He said "yes" - twice.').sha256 != own.sha256


def test_a_sentence_is_quoted_only_under_its_hash() -> None:
    text = split_text(TEXT)
    by = {s.place: s.sha256 for s in text}
    [same] = quotes(claim("2.1", **{"2_1": by["2.1"]}), text)
    assert (same.state, same.text) == (State.SAME, "It began in 2019.")
    [moved] = quotes(claim("2.1", **{"2_1": by["3.1"]}), text)
    assert (moved.state, moved.text, moved.now_at) == (State.MOVED, "The end.", "3.1")
    [other] = quotes(claim("2.1", **{"2_1": "0" * 64}), text)
    assert (other.state, other.text) == (State.DIFFERS, None)
    [absent] = quotes(claim("7.7", **{"7_7": "0" * 64}), text)
    assert (absent.state, absent.text) == (State.ABSENT, None)
    [unknown] = quotes(claim("2.1"), text)
    assert (unknown.state, unknown.text) == (State.NO_HASH, None)


@pytest.mark.parametrize(
    ("content", "what"),
    [(None, "cannot be read"), (b"", "empty"), (b"\xff\xfe\x00", "UTF-8"), (b"a" * (MOST_BYTES + 1), "too long")],
)
def test_a_text_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None, what: str) -> None:
    path = tmp_path / "text.md"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadParameter, match=what):
        read_text(path)


def test_a_text_is_handed_over_by_hash_and_refused_once_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIGHTROPE_TEXT", "")
    path = tmp_path / "text.md"
    path.write_text(TEXT, encoding="utf-8")
    value = hand_over(path)
    assert value == "sha256:" + hashlib.sha256(TEXT.encode()).hexdigest()
    assert str(tmp_path) not in value
    assert len(open_text(value)) == 5
    path.write_text(TEXT + " More.", encoding="utf-8")
    with pytest.raises(BadParameter, match="not at hand"):
        open_text(value)
    assert open_text("") == []
