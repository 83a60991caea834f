"""Put a finished page, what it stands on and a manifest of it all into one file, and sign it where a key is given."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tightrope.errors import RenderFailed
from tightrope.publish import attach_html, attach_pdf
from tightrope.publish.attach import LOCK, MANIFEST, NOTEBOOK, SIGNATURE, Attachment, manifest, read_manifest, sha256
from tightrope.publish.record import Record
from tightrope.publish.sign import Key, sign
from tightrope.publish.stamp import Stamp
from tightrope.publish.visible import digest, visible

NOTEBOOK_MIME = "application/x-ipynb+json"
# What of the manifest is empty where a notebook was run elsewhere, and nobody saw it.
UNKNOWN = ("inputs", "package", "software", "key", "lock")


@dataclass(frozen=True)
class Bundle:
    """What every format of one report carries.

    Attributes
    ----------
    nb : mapping
        The executed notebook, as it is shared.
    record : Record
    stamp : Stamp
        What the report was made from.
    carried : sequence of Attachment
        What the notebook wants attached.
    root : Path
        The project's root, for the lock.
    key : Key, optional
        Signs the manifest.
    unknown : sequence of str
        Fields of the manifest that nobody can fill in.
    """

    nb: Mapping[str, Any]
    record: Record
    stamp: Stamp
    carried: Sequence[Attachment]
    root: Path
    key: Key | None = None
    unknown: Sequence[str] = ()

    def seal(self, name: str, page: bytes) -> bytes:
        """Give the file of a format with all that it carries."""
        if name == "pdf":
            return attach_pdf.append(page, self._files("pdf", attach_pdf.page_of(page)))
        html = page.decode()
        return attach_html.append(html, self._files("html", attach_html.page_of(html))).encode()

    def _files(self, name: str, page: Mapping[str, object]) -> list[Attachment]:
        others = [self._notebook(with_outputs=name == "pdf"), *self.carried, *self._lock]
        first = manifest(self.body, page, others)
        return [first, *([sign(first.content, self.key)] if self.key else []), *others]

    @cached_property
    def body(self) -> dict[str, Any]:
        """What the manifest of every format says."""
        record, stamp = self.record, self.stamp
        body = {
            "title": record.title, "slug": record.slug, "stem": record.stem, "language": record.language,
            "date": record.date, "notebook": stamp.notebook, "parameters": stamp.parameters, "inputs": stamp.inputs,
            "read": record.inputs, "package": stamp.package, "software": stamp.software, "key": stamp.key,
            "lock": sha256(self._lock_file.read_bytes()) if self._lock_file else "",
            "visible": digest(visible(self.nb)),
        }  # fmt: skip
        return {**body, "key": "", "unknown": list(self.unknown)} if self.unknown else body

    @property
    def _lock_file(self) -> Path | None:
        path = self.root / LOCK
        return path if "lock" not in self.unknown and path.is_file() else None

    @cached_property
    def _lock(self) -> list[Attachment]:
        """The versions of the lock: the hashes of their files make up nine tenths of it and pack badly."""
        path = self._lock_file
        if path is None:
            return []
        lines = [line.removesuffix("\\").rstrip() for line in path.read_text(encoding="utf-8").splitlines()]
        pins = "\n".join(line for line in lines if line and not line.startswith(" ")) + "\n"
        said = "The version of every package; the manifest has the hash of the whole lock"
        return [Attachment(LOCK, "text/plain", said, "Supplement", pins.encode())]

    def _notebook(self, with_outputs: bool) -> Attachment:
        said = "The notebook as it was run, with its outputs; pictures as drawings only"
        if not with_outputs:
            said = "The notebook as it was run; its outputs are what this page shows"
        cells = [
            {**cell, "outputs": [_drawn(output) for output in cell["outputs"]] if with_outputs else []}
            if cell["cell_type"] == "code" else cell
            for cell in self.nb["cells"]
        ]  # fmt: skip
        name = re.sub(r"[^\w.-]", "-", self.stamp.notebook) or NOTEBOOK
        content = write_notebook({**self.nb, "cells": cells})
        return Attachment(NOTEBOOK, NOTEBOOK_MIME, said, "Source", content, f"notebooks/{name}")


def write_notebook(nb: Mapping[str, Any]) -> bytes:
    """Write a notebook as a file, each cell and each other key on one line.

    Parameters
    ----------
    nb : mapping
        A valid notebook (nbformat 4), as one is read.
    """
    # nbformat indents, which json does in Python: it takes ten times as long.
    encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
    cells = ",\n".join(map(encode, nb["cells"]))
    others = (f",\n{encode(key)}: {encode(value)}" for key, value in sorted(nb.items()) if key != "cells")
    return f'{{"cells": [\n{cells}\n]{"".join(others)}}}\n'.encode()


def _drawn(output: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out the copies of a drawing, for viewers that cannot draw: they would fill two thirds of the file."""
    about = output.get("metadata") or {}
    if not (about.get("image/svg+xml") or {}).get("alt"):
        return output
    kept = {key: output.get(key) or {} for key in ("data", "metadata")}
    return {
        **output,
        **{key: {m: v for m, v in of.items() if m not in ("image/png", "text/html")} for key, of in kept.items()},
    }


def signed(kind: str, data: bytes, key: Key) -> bytes:
    """Sign a file that was sealed without a key: the same bytes as if it had been sealed with it.

    Parameters
    ----------
    kind : {"html", "pdf"}
    data : bytes
        A sealed file.
    key : Key

    Raises
    ------
    RenderFailed
        Where the file is not whole, or is signed already.
    """
    return _signed_pdf(data, key) if kind == "pdf" else _signed_html(data.decode(), key).encode()


def _signed_pdf(data: bytes, key: Key) -> bytes:
    opened = attach_pdf.read(data)
    files = list(opened.files.values())
    body = (read_manifest(files[0].content) if files else None) or {}
    n_bytes = body.get("page", {}).get("bytes", 0)
    if SIGNATURE in opened.files or not attach_pdf.is_whole(data, n_bytes, opened):
        raise RenderFailed("the PDF to sign is not as it was made, or is signed already")
    page = data[:n_bytes]
    return page + attach_pdf.update(page, [files[0], attach_pdf.embedded(sign(files[0].content, key)), *files[1:]])


def _signed_html(html: str, key: Key) -> str:
    opened = attach_html.read(html)
    body = read_manifest(opened.files.get(MANIFEST, b"")) or {}
    is_page = body.get("page", {}).get("sha256") == sha256(opened.page.encode())
    if SIGNATURE in opened.files or not opened.is_whole or not is_page:
        raise RenderFailed("the HTML page to sign is not as it was made, or is signed already")
    one = sign(opened.files[MANIFEST], key)
    first = attach_html.block(MANIFEST, opened.mimes[MANIFEST], opened.files[MANIFEST], b"")
    # Found from the end, as the reader finds it: the page itself may quote a manifest.
    head, _, tail = html.rpartition(first)
    return head + first + attach_html.block(one.name, one.mime, one.content, one.packed) + tail
