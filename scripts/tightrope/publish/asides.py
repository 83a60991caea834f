"""Set simple spans aside while a fragment is tidied: a report marks hundreds of numbers, and each would be a node."""

from __future__ import annotations

import re
from functools import lru_cache

# Tags and texts that every parser reads alike; anything else, such as a comment or a lone sign, is left to the parser.
_PLAIN = re.compile(r'(?:[^<>]++|</[a-z][a-z0-9]*+>|<[a-z][a-z0-9]*+(?: [a-z-]++="[^"<>]*+")*+ ?/?>)*+')
# In these a tag is text, for one parser or another.
_RAW = re.compile(r"<(?:script|style|textarea|title|xmp|iframe|noembed|noframes|noscript|plaintext)\b")
# The parser makes one sign of spaces that stand alone between tags, and would not where a span is text.
_SPACES = re.compile(r"(?:\A|>)(?:[ \t\n\r\f]{2,}|[\t\r\f])(?:<|\Z)")
_ATTRIBUTE = r'(?:class|lang|tabindex|title|data-[a-z-]+)="[^"<>&]*"'
_SPAN = re.compile(rf"<span((?: {_ATTRIBUTE})+)>([^<>&]*[^<>&\s][^<>&]*)</span>")
_OPEN, _SHUT, _CLOSE = "\ue002", "\ue003", "\ue004"
_PLACE = re.compile(f"{_OPEN}(\\d+){_SHUT}|{_CLOSE}")
# The signs themselves, or as an entity that the parser would make one of.
_SIGNS = re.compile(f"[{_OPEN}{_SHUT}{_CLOSE}]|&#(?:x0*e00[2-4]|0*5734[6-8])", re.IGNORECASE)


def set_aside(html: str) -> tuple[str, list[str]]:
    """Put a sign in the place of each end of a span that holds nothing but text, and give the beginnings.

    Parameters
    ----------
    html : str
        A fragment. What is not plain, or holds the signs already, is given as it came.
    """
    if "<span" not in html or not _PLAIN.fullmatch(html) or _RAW.search(html) or _SPACES.search(html):
        return html, []
    if _SIGNS.search(html):
        return html, []
    starts: list[str] = []

    def place(span: re.Match[str]) -> str:
        starts.append(span[1])
        return f"{_OPEN}{len(starts) - 1}{_SHUT}{span[2]}{_CLOSE}"

    return _SPAN.sub(place, html), starts


def put_back(html: str, starts: list[str]) -> str:
    """Put the spans back where their signs stand, written as the parser writes them."""
    return _PLACE.sub(lambda sign: _start(starts[int(sign[1])]) if sign[1] else "</span>", html) if starts else html


def without_signs(text: str) -> str:
    """Give a text as a reader would see it."""
    return _PLACE.sub("", text)


@lru_cache(maxsize=1024)
def _start(attributes: str) -> str:
    found = dict(re.findall(r'([a-z-]+)="([^"]*)"', attributes))
    if "class" in found:
        found["class"] = " ".join(found["class"].split())
    return "<span " + " ".join(f'{name}="{value}"' for name, value in sorted(found.items())) + ">"
