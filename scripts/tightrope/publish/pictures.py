"""Pictures that texts name: attachments, data addresses and files beside the notebook, as files for Typst."""

from __future__ import annotations

import base64
import binascii
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tightrope.errors import RenderFailed
from tightrope.publish.figures import MAGIC
from tightrope.publish.foreign import joined
from tightrope.publish.markup import Converted, Notice, Picture

SUFFIXES = {
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
}


def pictures_of(
    converted: Converted,
    files: dict[str, bytes],
    notices: list[Notice],
    attachments: Mapping[int, Mapping[str, Any]],
    folder: str | None,
    undescribed: str | None = None,
) -> dict[str, tuple[str, str]]:
    """Find the pictures that texts name: attachments, data addresses and files beside the notebook.

    Parameters
    ----------
    converted : Converted
        The texts, with the pictures they name.
    files, notices : dict, list
        Take the pictures by file name, and what could not be found.
    attachments : mapping
        What each Markdown cell carries along, by the cell's number.
    folder : str or None
        Folder whose files may be read; none are read from elsewhere.
    undescribed : str, optional
        Stands in for an alt text that is missing; without it that is refused.

    Returns
    -------
    dict
        File name and alt text by key; an empty file name where the alt text stands in.

    Raises
    ------
    RenderFailed
        Where a picture has no alt text and nothing stands in.
    """
    found: dict[str, tuple[str, str]] = {}
    for picture in converted.pictures:
        if not picture.alt.strip() and undescribed is not None:
            notices.append(Notice(picture.cell, "an image has no alt text"))
            picture = replace(picture, alt=undescribed.format(cell=picture.cell))
        if not picture.alt.strip():
            raise RenderFailed(
                "a picture in a text has no alt text",
                where=f"cell {picture.cell}",
                why="a reader who cannot see it, and the tagged PDF, would get nothing",
                fix="write what it shows between the brackets: ![what it shows](file.png)",
            )
        data = _picture_data(picture, attachments.get(picture.cell, {}), folder)
        suffix = suffix_of(data)
        if data and suffix:
            name = f"{picture.key}.{suffix}"
            files[name] = data
            found[picture.key] = (name, picture.alt)
        else:
            notices.append(Notice(picture.cell, f"the picture {picture.src[:80]} (its alt text stands in)"))
            found[picture.key] = ("", picture.alt)
    return found


def _picture_data(picture: Picture, attachments: Mapping[str, Any], folder: str | None) -> bytes:
    if picture.src.startswith("attachment:"):
        bundle = attachments.get(urllib.parse.unquote(picture.src.removeprefix("attachment:")), {})
        mime = next((mime for mime in SUFFIXES if mime in bundle), "")
        text = joined(bundle.get(mime, ""))
        return text.encode() if mime == "image/svg+xml" and text.lstrip().startswith("<") else _base64(text)
    if picture.src.startswith("data:"):
        head, _, body = picture.src.partition(",")
        return (
            _base64(urllib.parse.unquote(body))
            if head.rstrip().endswith("base64")
            else urllib.parse.unquote_to_bytes(body)
        )
    if re.match(r"[a-zA-Z][\w+.-]*:", picture.src) or not folder:
        return b""
    root = Path(folder).resolve()
    try:
        path = (root / urllib.parse.unquote(picture.src)).resolve()
        return path.read_bytes() if path.is_relative_to(root) and path.is_file() else b""
    except (OSError, ValueError):  # no name a file can have, or one that may not be read
        return b""


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""


def suffix_of(data: bytes) -> str:
    """Give the ending of a picture's true kind, or an empty text where it is none."""
    if b"<svg" in data[:2000]:
        return "svg"
    return next((SUFFIXES[mime] for magic, mime in MAGIC.items() if data.startswith(magic)), "")
