"""Sentences that look like claims: of which kind, by which signs, and which measures may test them.

The signs are words in ``signs.toml``. In a language that has none there, digits still speak.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from tightrope.claims.text import Sentence
from tightrope.measures import REGISTRY

DIGITS = {"signs": [{"hint": "number", "kind": "quantitative", "pattern": r"\d"}], "topics": []}
# A year or a day of the month is a date, not a number.
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек"
_DATE = re.compile(
    rf"(?i)\b\d{{1,2}}\s+(?:{_MONTHS})\w*|"
    r"\b(\d{1,2}(\.|st|nd|rd|th)?\s+)?(of\s+)?[^\W\d]{3,12}\s+(1[5-9]|20)\d\d\b|\b(1[5-9]|20)\d\d(?!\d)"
)
_NAME = re.compile(r"\b[A-ZА-Я]{1,3}-?\d+\b")


@dataclass(frozen=True)
class Candidate:
    """A sentence that may be a claim.

    Attributes
    ----------
    sentence : Sentence
        Where it stands, with its text, which is never written down.
    kind : str
        The kind of claim it looks like.
    hint : str
        What made it stand out: ``"rank, number"``.
    suggest : tuple of str
        Names of measures that may test it.
    """

    sentence: Sentence
    kind: str
    hint: str
    suggest: tuple[str, ...]


def propose(sentences: Sequence[Sentence], language: str = "en") -> list[Candidate]:
    """Give the sentences that look like claims, in the order of the text; titles are looked at too.

    >>> from tightrope.claims.text import split_text
    >>> [one] = propose(split_text("The weather was fine. Russia is the third largest trade partner."))
    >>> one.sentence.place, one.kind, one.hint, one.suggest[0]
    ('1.2', 'comparative', 'only, first or most, rank', 'partner_rank')
    """
    words = _words(language)
    found = []
    for sentence in sentences:
        signs = [sign for sign in words["signs"] if _speaks(sign, sentence.text)]
        if signs:
            named = [
                n for topic in words["topics"] if topic["pattern"].search(sentence.text) for n in topic["measures"]
            ]
            suggest = tuple(name for name in dict.fromkeys(named) if name in REGISTRY)
            hint = ", ".join(dict.fromkeys(sign["hint"] for sign in signs))
            found.append(Candidate(sentence, signs[0]["kind"], hint, suggest))
    return found


def _speaks(sign: dict[str, Any], text: str) -> bool:
    if sign["hint"] == "number":
        text = _NAME.sub(" ", _DATE.sub(" ", text))
    return bool(sign["pattern"].search(text))


@functools.cache
def _words(language: str) -> dict[str, list[dict[str, Any]]]:
    table = tomllib.loads((files(__package__) / "signs.toml").read_text(encoding="utf-8"))
    return {
        key: [{**one, "pattern": re.compile(one["pattern"], re.IGNORECASE)} for one in part]
        for key, part in table.get(language, DIGITS).items()
    }
