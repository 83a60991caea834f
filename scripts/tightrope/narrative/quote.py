"""The article's own sentences beside its claims, where a reader has brought the text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tightrope.claims.text import Quote, State
from tightrope.language import t


def say_quotes(quotes: Sequence[Quote]) -> list[str]:
    """Give the article's own sentences, or say why one is not shown."""
    lines = []
    for quote in quotes:
        if quote.text is not None:
            lines.append(f"<blockquote><p>{escape(quote.text)}</p></blockquote>")
        if quote.state is State.MOVED:
            said = t("In this text it stands at {place}.", place=quote.now_at)
        elif quote.text is None:
            said = t(
                "At {place} this text has another sentence than the one judged; it is not shown.", place=quote.place
            )
        else:
            continue
        lines.append(f'<p class="note">{escape(said)}</p>')
    return lines
