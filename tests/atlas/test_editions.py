"""The atlas in three languages: equal numbers, and no words of the descriptor left in English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.narrative.editions import left_in_english

from tightrope.atlas import Drawing, closing, coverage, open_atlas, overview, trust
from tightrope.atlas.atlas import HEADINGS, REGIONS, THEMES
from tightrope.errors import UnknownName
from tightrope.language import catalogue, spoken, use_language
from tightrope.narrative.trace import current
from tightrope.narrative.wording import evidence_words

ROOT = Path(__file__).parents[2]
WORDS = set(evidence_words(ROOT))
LETTERS = {"ko": r"[\uac00-\ud7a3]", "ru": r"[\u0400-\u04ff]"}
SECTIONS = (coverage.coverage, coverage.gaps, trust.disagreement, trust.reuse, trust.ages, trust.corrections)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_language("en")


def edition(language: str, day: str, theme: str) -> tuple[Counter[Any], list[str]]:
    """Give the values said and the texts, each chart's words one by one."""
    atlas = open_atlas(day, language, theme, root=ROOT)
    first = overview.glance(atlas)
    parts: list[Any] = [first.finding, first.table]
    for section in SECTIONS:
        parts += section(atlas)
    parts += [closing.method(atlas), closing.tables(atlas), closing.citing(atlas)]
    ledger = current()
    assert ledger is not None
    values = Counter((s.ground.name, repr(s.value)) for s in ledger.said if not isinstance(s.value, str))
    texts = []
    for part in parts:
        if isinstance(part, Drawing):
            texts += [part.words[key] for key in ("title", "subtitle", "alt", "source")]
        else:
            texts.append(part._repr_markdown_() if hasattr(part, "_repr_markdown_") else part._repr_html_())
    return values, texts


@pytest.mark.parametrize(("day", "theme"), [("2010-06-30", "trade"), ("2026-11-24", "mobility")])
def test_the_three_editions_of_an_atlas_state_equal_numbers(day: str, theme: str) -> None:
    english, _ = edition("en", day, theme)
    assert sum(english.values()) > 50
    for language, letters in LETTERS.items():
        values, texts = edition(language, day, theme)
        assert values == english
        assert [text for text in texts if not re.search(letters, text)] == []
        assert [found for text in texts for found in left_in_english(text, WORDS)] == []
        assert [text for text in texts if re.search("as collected in|arranged by", text)] == [], "in a source line"


def test_a_caption_and_every_head_of_a_table_are_translated() -> None:
    for language, letters in LETTERS.items():
        _, texts = edition(language, "2026-11-24", "trade")
        heads = [cell for text in texts for cell in re.findall(r"<(?:caption|th)[^>]*>(.*?)</", text)]
        assert len(heads) > 30
        assert [cell for cell in heads if not re.search(letters, cell)] == []


@pytest.mark.parametrize("language", ["ko", "ru"])
def test_headings_regions_and_themes_are_held(language: str) -> None:
    known = catalogue(language)
    assert [word for word in (*HEADINGS, *REGIONS, *THEMES.values()) if known.gettext(word) == word] == []
    notebook = (ROOT / "notebooks" / "data_atlas.ipynb").read_text(encoding="utf-8")
    headings = re.findall(r'heading\(\\"(.*?)\\"\)', notebook)
    assert len(headings) == 11
    assert [word for word in headings if known.gettext(word) == word] == []


def test_an_edition_has_its_own_file_and_unknown_languages_are_refused() -> None:
    record = overview.glance(open_atlas("2026-11-24", "ru", "states", root=ROOT)).record
    assert record.data["stem"] == "data-atlas-as-of-2026-11-24-states-ru"
    with pytest.raises(UnknownName, match="kr"):
        open_atlas("2026-11-24", "kr", root=ROOT)
    assert spoken() == "ru"
