"""The stored history is current, says what is known, and is never used when it is out of date."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tightrope.claims import load_article
from tightrope.claims.clocks import Timeline
from tightrope.claims.history import NAME, made_from, stored_spans
from tightrope.claims.verdict import VerdictWord
from tightrope.errors import BadRecord

ROOT = Path(__file__).parents[2]
SLUG = "korea-russia-2021"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with its own article and the real tables."""
    shutil.copytree(ROOT / "data" / "articles" / SLUG, tmp_path / "data" / "articles" / SLUG)
    shutil.copy(ROOT / "data" / "datapackage.json", tmp_path / "data")
    (tmp_path / "data" / "evidence").symlink_to(ROOT / "data" / "evidence")
    return tmp_path


def test_the_stored_history_was_made_from_what_is_here() -> None:
    text = (ROOT / "data" / "articles" / SLUG / NAME).read_text()
    assert made_from(ROOT, load_article(ROOT, SLUG)) in text, f"run: tightrope judge {SLUG} --history"


def test_what_is_stored_is_what_is_judged() -> None:
    folder = load_article(ROOT, SLUG)
    stored = stored_spans(ROOT, folder)
    for claim in ("C02", "C08", "C10", "C12", "C24"):
        fresh = Timeline(ROOT, folder).spans(claims=[claim])
        kept = stored[stored["id"] == claim].reset_index(drop=True)
        assert kept.to_dict("list") == fresh.to_dict("list"), claim


def test_known_turns() -> None:
    spans = stored_spans(ROOT, load_article(ROOT, SLUG)).set_index("id")
    ten = spans.loc["C10"]
    assert ten[ten["word"] == VerdictWord.OUTDATED]["first"].tolist() == [date(2022, 2, 28)]
    eight = spans.loc["C08"]
    assert eight[eight["word"] == VerdictWord.SUPPORTED]["first"].tolist() == [date(2014, 1, 1)]


def test_a_changed_record_makes_it_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    class Fake:
        def __init__(self, *_: object) -> None:
            made.append(1)

        def spans(self) -> str:
            return "anew"

    monkeypatch.setattr("tightrope.claims.history.Timeline", Fake)
    folder = load_article(root, SLUG)
    assert len(stored_spans(root, folder)) > 34
    assert not made
    path = root / "data" / "articles" / SLUG / "claims.toml"
    path.write_text(path.read_text(encoding="utf-8") + "# touched\n", encoding="utf-8")
    assert stored_spans(root, folder) == "anew"
    assert made


def test_a_torn_file_is_named(root: Path) -> None:
    path = root / "data" / "articles" / SLUG / NAME
    path.write_text(path.read_text()[:200])
    with pytest.raises(BadRecord, match="--history"):
        stored_spans(root, load_article(root, SLUG))
