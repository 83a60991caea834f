"""Attachments of an HTML report: blocks of data at the end of the page, which nothing runs and nothing shows."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape, unescape

from tightrope.publish.attach import MANIFEST, MOST_UNPACKED, Attachment, TooLarge, sha256

END = "</body>"
_FIRST = '<script type="application/json" id="tightrope-manifest">'
_BLOCK = re.compile(
    r'<script type="([^"]+)" id="tightrope-(?:manifest|([\w.-]+))"( data-packed="zlib")?>([^<]*)</script>\n'
)


@dataclass(frozen=True)
class Opened:
    """What an HTML report carries, and the page without it.

    Attributes
    ----------
    files : dict
        Content by name.
    packings : dict
        The bytes that each is packed in.
    mimes : dict
        The type that each says it is of.
    page : str
        The page without its blocks of data.
    is_whole : bool
        Whether those blocks are all that stands there, as they are written.
    """

    files: dict[str, bytes]
    packings: dict[str, bytes]
    mimes: dict[str, str]
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
    return head + "".join(block(one.name, one.mime, one.content, one.packed) for one in attachments) + end + tail


def block(name: str, mime: str, content: bytes, packed: bytes) -> str:
    """Write a file as a block of data: the same text for the same packing."""
    if name == MANIFEST:
        # No sign may end the block early; JSON may write any character by its number.
        return f"{_FIRST}{content.decode('utf-8', 'replace').replace('<', chr(92) + 'u003c')}</script>\n"
    text = base64.b64encode(packed).decode()
    return f'<script type="{escape(mime)}" id="tightrope-{name}" data-packed="zlib">{text}</script>\n'


def read(html: str) -> Opened:
    """Read what a page carries; where anything else stands among the blocks the page is not whole."""
    start = html.rfind(_FIRST)
    end = html.rfind(END)
    if start < 0:
        return Opened({}, {}, {}, html, False)
    body = html[start : end if end > start else len(html)]
    files: dict[str, bytes] = {}
    packings: dict[str, bytes] = {}
    mimes: dict[str, str] = {}
    again, left = "", MOST_UNPACKED
    for found in _BLOCK.finditer(body):
        mime, name, is_packed, text = found.groups()
        name = name or MANIFEST
        try:
            packed = base64.b64decode(text, validate=True) if is_packed else _plain(text)
            content = _unpacked(packed, left) if is_packed else packed
        except TooLarge:
            raise
        except (binascii.Error, ValueError, zlib.error):
            continue
        left -= len(content)
        files[name], packings[name], mimes[name] = content, packed, unescape(mime)
        again += block(name, unescape(mime), content, packed)
    page = html[:start] + (html[end:] if end > start else "")
    return Opened(files, packings, mimes, page, end > start and again == body)


def _unpacked(packed: bytes, most: int) -> bytes:
    """Unpack, and give up where it becomes more than ``most`` bytes."""
    unpacking = zlib.decompressobj()
    content = unpacking.decompress(packed, max(most, 0) + 1)
    if len(content) > most:
        raise TooLarge
    if not unpacking.eof or unpacking.unused_data:
        raise zlib.error("cut off, or more behind its end")
    return content


def _plain(text: str) -> bytes:
    return text.replace("\\u003c", "<").encode()
