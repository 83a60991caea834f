"""What a report carries with it: attachments, and a manifest that names each by its hash."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tightrope.errors import RenderFailed

FORMAT = "tightrope-report-1"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.json.sig"
# Key of the manifest's hash of itself, without this key.
CHECK = "check"
LOCK = "requirements.lock"
NOTEBOOK = "notebook.ipynb"
JSON = "application/json"
LARGE = 200_000
# Type, description and relationship of what no manifest lists.
ABOUT = {
    MANIFEST: (JSON, "What this report was made from, and the hash of everything in it", "Data"),
    SIGNATURE: (JSON, "Signature over manifest.json", "Supplement"),
}
# What a file carries may unpack to so much in all: a sender could pack a thousandfold.
MOST_UNPACKED = 128_000_000
# The words of PDF/A-3 for what a file is to the document.
RELATIONSHIPS = ("Source", "Data", "Alternative", "Supplement", "Unspecified")
_NAME = re.compile(r"[\w][\w.-]{0,119}")
_PLACE = re.compile(r"(?:[\w][\w.-]*/)*[\w][\w.-]*")
_MIME = re.compile(r"[\w.+-]+/[\w.+-]+")
_KEYS = {"name", "mime", "description", "relationship", "text", "base64", "place"}


class TooLarge(ValueError):
    """What a file carries unpacks to more than `MOST_UNPACKED` bytes."""


@dataclass(frozen=True)
class Attachment:
    """One file that a report carries.

    Attributes
    ----------
    name : str
        File name, unique in the report.
    mime : str
    description : str
        What it holds, in a line for a reader.
    relationship : str
        What it is to the document, in the words of PDF/A-3: one of `RELATIONSHIPS`.
    content : bytes
    place : str
        Where it stands in a checkout, so that a rerun can put it there; empty for what no notebook reads.
    """

    name: str
    mime: str
    description: str
    relationship: str
    content: bytes
    place: str = ""

    @cached_property
    def sha256(self) -> str:
        """Hash of its content."""
        return sha256(self.content)

    @cached_property
    def packed(self) -> bytes:
        """Its content as both PDF and HTML pack it."""
        # What is large is worth the time that a tighter packing takes.
        return zlib.compress(self.content, 9 if len(self.content) > LARGE else 6)


def sha256(data: bytes) -> str:
    """Give the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def as_json(body: Any) -> bytes:
    """Write an object as JSON whose bytes depend on nothing but what it holds."""
    return (json.dumps(body, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n").encode()


def read_attachments(value: object, where: str) -> tuple[Attachment, ...]:
    """Read what a notebook's record wants attached.

    Parameters
    ----------
    value : list of mapping
        Each with ``name``, ``mime`` and ``text`` or ``base64``; ``description``, ``relationship`` and ``place`` may
        be there.
    where : str
        Cell, for messages.

    Raises
    ------
    RenderFailed
        Where an entry does not read, or a name stands twice.
    """
    if not isinstance(value, (list, tuple)):
        raise RenderFailed("the report's attachments are not a list", where=where)
    found = tuple(_read(entry, where) for entry in value)
    names = [one.name for one in found]
    twice = sorted({name for name in names if names.count(name) > 1} | ({MANIFEST, SIGNATURE} & set(names)))
    if twice:
        raise RenderFailed(f"the report's attachment {twice[0]!r} has a name that is taken", where=where)
    return found


def _read(entry: object, where: str) -> Attachment:
    if not isinstance(entry, Mapping) or not {"name", "mime"} <= set(entry) <= _KEYS or not _has_content(entry):
        fix = "give name, mime, and text or base64; description, relationship and place may be there"
        raise RenderFailed("an attachment of the report's record does not read", where=where, fix=fix)
    name, mime, place = str(entry["name"]), str(entry["mime"]), str(entry.get("place", ""))
    relationship = str(entry.get("relationship", "Supplement"))
    for is_right, what in (
        (_NAME.fullmatch(name), f"{name!r} is no file name"),
        (_MIME.fullmatch(mime), f"{mime!r} is no media type"),
        (not place or _PLACE.fullmatch(place), f"{place!r} is no place inside a checkout"),
        (relationship in RELATIONSHIPS, f"{relationship!r} is none of {', '.join(RELATIONSHIPS)}"),
    ):
        if not is_right:
            raise RenderFailed(f"an attachment of the report's record: {what}", where=where)
    if "text" in entry:
        content = str(entry["text"]).encode()
    else:
        try:
            content = base64.b64decode(str(entry["base64"]), validate=True)
        except binascii.Error:
            raise RenderFailed(f"the attachment {name} is not base64", where=where) from None
    return Attachment(name, mime, str(entry.get("description", "")), relationship, content, place)


def _has_content(entry: Mapping[str, Any]) -> bool:
    return ("text" in entry) != ("base64" in entry)


def describe(attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
    """List attachments for a manifest: name, hashes and size of each, and what it is.

    ``sha256`` is of the content and ``packed`` of the bytes that it is packed in, since the same content can be packed
    in more than one way and every byte of a file is to be accounted for.
    """
    return [
        {
            "name": one.name, "sha256": one.sha256, "packed": sha256(one.packed), "bytes": len(one.content),
            "mime": one.mime, "relationship": one.relationship, "description": one.description,
            **({"place": one.place} if one.place else {}),
        }
        for one in attachments
    ]  # fmt: skip


def manifest(body: Mapping[str, Any], page: Mapping[str, Any], attachments: Sequence[Attachment]) -> Attachment:
    """Make the manifest of one file.

    Parameters
    ----------
    body : mapping
        What the report was made from, the same for every format.
    page : mapping
        What the file shows, as its format hashes it.
    attachments : sequence of Attachment
        All others; the signature, which signs the manifest, is not listed in it.
    """
    whole = {"format": FORMAT, **body, "page": dict(page), "attachments": describe(attachments)}
    return Attachment(MANIFEST, *ABOUT[MANIFEST], as_json({**whole, CHECK: sha256(as_json(whole))}))


def read_manifest(content: bytes) -> dict[str, Any] | None:
    """Read a manifest; None where the bytes are none of ours, or lack what every manifest has."""
    try:
        body = json.loads(content)
    except ValueError:
        return None
    is_ours = (
        isinstance(body, dict)
        and body.get("format") == FORMAT
        and isinstance(body.get("attachments"), list)
        and all(isinstance(one, dict) for one in body["attachments"])
        and isinstance(body.get("page"), dict)
        and isinstance(body["page"].get("bytes"), int)
    )
    return body if is_ours else None


def is_as_written(content: bytes, body: Mapping[str, Any]) -> bool:
    """Tell whether a manifest is byte for byte as one is written, and agrees with its own check.

    The check is against accident: whoever edits a manifest on purpose can write it anew.
    """
    rest = {key: value for key, value in body.items() if key != CHECK}
    try:
        return content == as_json(body) and body.get(CHECK) == sha256(as_json(rest))
    except ValueError:  # a number that JSON has no word for
        return False
