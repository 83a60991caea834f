"""What no line may break: numbers with a written ending, such as the Russian 12-е, and groups of digits."""

from __future__ import annotations

import re

# Neither text face has the hyphen that does not break, and a copy would carry it along: the parts are held together.
_ENDED = r"\d[\d\u00a0\u202f]*-[а-яё]{1,2}(?![\w-])"
_PIECE = re.compile(
    rf"""<(script|style|svg|title|pre|textarea)\b.*?</\1>      # no running text
       | (?P<marked><span\ class="traced)(?P<rest>"[^>]*>[^<]*{_ENDED}[^<]*</span>)
       | <[^>]*>
       | (?P<ended>{_ENDED})""",
    re.VERBOSE | re.DOTALL,
)
# What each of them holds; to look for this takes no time.
_ANY = re.compile("-[а-яё]")


def single_spaced(text: str) -> str:
    """Give a text on one line; a space that does not break, as between the digits of 12 932, stays as it is."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", text).strip()


def keep_whole(html: str) -> str:
    """Hold each number with a written ending together, with the class ``whole``; what the page says stays the same.

    Parameters
    ----------
    html : str
        A page or a part of one, its attributes and texts escaped.
    """
    return _PIECE.sub(_held, html) if _ANY.search(html) else html


def _held(found: re.Match[str]) -> str:
    if found["ended"]:
        return f'<span class="whole">{found["ended"]}</span>'
    if found["marked"]:  # a marked number has its own span, within which others look for nothing but text
        return f"{found['marked']} whole{found['rest']}"
    return found[0]
