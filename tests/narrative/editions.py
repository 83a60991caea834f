"""What the tests on languages share: the letters of each, and how English that was left is found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

HANGUL, CYRILLIC = r"[\uac00-\ud7a3]", r"[\u0400-\u04ff]"
# Producers, projects, codes and names that no language translates.
NAMES = {
    "ATOP", "BACI", "CC BY", "CEPII", "CShapes", "Code: MIT", "Correlates of War", "DESTA", "EU", "GDELT", "GDP",
    "GSDB", "Global Sanctions Data Base", "IMF", "ISO", "MIT", "OECD", "Passport Index", "Pew", "SHA", "SIPRI",
    "Tightrope", "UNESCO",
}  # fmt: skip


def prose(html: str | None) -> str:
    """Give what a reader reads, without citations, sources and whatever is marked as English."""
    quoted = r'<span lang="en">.*?</span>|<p class="source">.*?</p>|<code>.*?</code>|<ul class="reference">.*?</ul>'
    return re.sub(r"<[^>]*>", " ", re.sub(quoted, "", str(html), flags=re.DOTALL))


def english_prose(text: str) -> list[str]:
    """Give runs of three English words or more that are no names."""
    for name in sorted(NAMES, key=len, reverse=True):
        text = text.replace(name, "#")
    return re.findall(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}", text)


def left_in_english(html: str | None, translated: Iterable[str]) -> list[str]:
    """Give the texts marked as English that a catalogue of the evidence has words for."""
    bare = re.sub(r'<span class="traced"[^>]*>(.*?)</span>', r"\1", str(html))
    found = re.findall(r'<span lang="en">(.*?)</span>', bare, flags=re.DOTALL)
    plain = (unescape(re.sub(r"<[^>]*>", "", text)) for text in found)
    known = {text.rstrip(".") for text in translated}
    return [text for text in plain if text.rstrip(".") in known]
