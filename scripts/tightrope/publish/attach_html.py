"""Attachments of an HTML report: blocks of data at the end of the page, which nothing runs and nothing shows."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape, unescape

from tightrope.publish.attach import MANIFEST, Attachment, sha256

END = "</body>"
_FIRST = '<script type="application/json" id="tightrope-manifest">'
_BLOCK = re.compile(
    r'<script type="([^"]+)" id="tightrope-(?:manifest|([\w.-]+))"( data-packed="zlib")?>([^<]*)</script>\n'
)


@dataclass(frozen=True)
class Opened:
    """What an HTML report carries, as its text stands in the page, and the page without it."""

    files: dict[str, bytes]
    page: str
    is_whole: bool


def page_of(html: str) -> dict[str, object]:
    """Give what a manifest says of a finished page: its hash."""
    return {"kind": "html", "bytes": len(html.encode()), "sha256": sha256(html.encode())}


def append(html: str, attachments: Iterable[Attachment]) -> str:
    """Put files before the end of a page's body; the manifest, which comes first, stays text that anybody can read."""
    head, end, tail = html.rpartition(END)
    if not end:
        raise ValueError("the page has no end")
    return head + "".join(map(_block, attachments)) + end + tail


def _block(one: Attachment) -> str:
    if one.name == MANIFEST:
        # No sign may end the block early; JSON may write any character by its number.
        return f"{_FIRST}{one.content.decode().replace('<', chr(92) + 'u003c')}</script>\n"
    packed = base64.b64encode(one.packed).decode()
    return f'<script type="{escape(one.mime)}" id="tightrope-{one.name}" data-packed="zlib">{packed}</script>\n'


def read(html: str) -> Opened:
    """Read what a page carries; blocks that do not unpack are left out, and then the page is not whole."""
    start = html.rfind(_FIRST)
    end = html.rfind(END)
    if start < 0:
        return Opened({}, html, False)
    body = html[start : end if end > start else len(html)]
    files, place, is_whole = {}, 0, end > start
    for found in _BLOCK.finditer(body):
        is_whole = is_whole and found.start() == place
        place = found.end()
        _, name, is_packed, text = found.groups()
        try:
            content = zlib.decompress(base64.b64decode(text, validate=True)) if is_packed else _plain(text)
        except (binascii.Error, zlib.error):
            is_whole = False
            continue
        files[unescape(name or MANIFEST)] = content
    page = html[:start] + (html[end:] if end > start else "")
    return Opened(files, page, is_whole and place == len(body))


def _plain(text: str) -> bytes:
    return text.replace("\\u003c", "<").encode()
