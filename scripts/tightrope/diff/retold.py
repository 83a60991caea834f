"""A side told in another language: an article's own catalogues know its statements and labels in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from tightrope.diff.sides import Side
from tightrope.errors import TightropeError

_YEAR = re.compile(r"(?:1[89]|20)\d\d")
# What stands in a label for the year before the day that a claim is judged on.
_LAST_YEAR = "{Y-1}"


def retold(side: Side | None, language: str) -> Side | None:
    """Give a side with its title, statements and labels in another language.

    That takes the article in this checkout, with its catalogues: elsewhere, and for a report that is about no article,
    the side stays as it is, and says so in its ``language``.
    """
    if side is None or side.language == language or not side.article:
        return side
    known = _known(side.article, side.language, language)
    if not known:
        return side

    def say(text: str) -> str:
        return _said(text, known)

    verdicts = {name: _verdict(one, say) for name, one in side.verdicts.items()}
    return replace(side, title=say(side.title), verdicts=verdicts, language=language)


@cache
def _known(article: str, old: str, new: str) -> Mapping[str, str]:
    """Give each text of an article's records in one language by what it is in another; nothing where there are none."""
    from tightrope.claims.files import load_article
    from tightrope.evidence import find_root
    from tightrope.narrative.article import article_catalogue, readers_words

    try:
        root = find_root()
        words = list(readers_words(load_article(root, article)))
        one, other = (article_catalogue(root, article, language) for language in (old, new))
    except TightropeError:
        return {}
    return {one.gettext(text): other.gettext(text) for text in words}


def _said(text: str, known: Mapping[str, str]) -> str:
    """Give a text in the other language; what is not known stays as it is.

    A label may name the year before the day, or be put together of parts that are known each.
    """
    if text in known:
        return known[text]
    for year in _YEAR.findall(text):
        template = text.replace(year, _LAST_YEAR)
        if template in known:
            return known[template].replace(_LAST_YEAR, year)
    parts = text.split(", ")
    if len(parts) > 1 and all(part in known or part.isdigit() for part in parts):
        return ", ".join(known.get(part, part) for part in parts)
    return text


def _verdict(verdict: Mapping[str, Any], say: Callable[[str], str]) -> dict[str, Any]:
    readings = [{**one, "label": say(str(one["label"]))} for one in verdict["readings"]]
    return {**verdict, "statement": say(str(verdict["statement"])), "readings": readings}
