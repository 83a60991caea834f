"""Text of files that others sent, as a terminal may be shown it."""

from __future__ import annotations

import unicodedata


def harmless(text: str) -> str:
    """Take out what would move a terminal's cursor, turn its text round or begin a line."""
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else "\N{REPLACEMENT CHARACTER}"
        for char in text
    )
