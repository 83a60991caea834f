"""Words of the title block in another language than the report's, such as an article's own title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from markupsafe import Markup, escape

from tightrope.publish.markup import quoted


def as_html(text: str, passages: Mapping[str, str]) -> Markup:
    """Give a text as HTML, each of the passages in it with its language."""
    return Markup("").join(
        Markup('<span lang="{}">{}</span>').format(language, part) if language else escape(part)
        for part, language in _parts(text, passages)
    )


def as_typst(text: str, passages: Mapping[str, str]) -> str:
    """Give a text as a Typst expression, each of the passages in it with its language."""
    parts = [
        f"text(lang: {quoted(language.partition('-')[0].lower())}, {quoted(part)})" if language else quoted(part)
        for part, language in _parts(text, passages)
    ]
    return parts[0] if len(parts) == 1 else f"[#{';#'.join(parts)};]"


def _parts(text: str, passages: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    wanted = "|".join(re.escape(passage) for passage in sorted(passages, key=len, reverse=True) if passage)
    if not wanted or not text:
        yield text, ""
        return
    for part in re.split(f"({wanted})", text):
        if part:
            yield part, passages.get(part, "")
