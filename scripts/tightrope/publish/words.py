"""The page's own words, in HTML and PDF alike: contents, source, page n of N; what a report says is the notebook's."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parent / "templates" / "words.toml"


def words_of(language: str) -> dict[str, Any]:
    """Give the page's own words in a language (BCP 47 tag), in English where it is not known."""
    catalogue = all_words()
    return {**catalogue["en"], **catalogue.get(language.partition("-")[0].lower(), {})}


@cache
def all_words() -> dict[str, dict[str, Any]]:
    """Give the words by language."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
