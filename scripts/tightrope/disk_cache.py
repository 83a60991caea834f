"""Keep between processes what is slow to make, each thing under the hash of all that it was made from.

It holds tables written out, what measures compute over all pairs, and the faces that pages carry. The folder is
``TIGHTROPE_CACHE``, else ``tightrope`` under the user's cache folder. ``TIGHTROPE_CACHE=off``, or a folder that cannot
be written, keeps nothing: all is made anew, with the same result. It may be deleted at any time, and written by many
processes at once: a file appears whole.

A name is the hash of what the thing is made from: tables' own hashes, arguments, code, versions of libraries. A file
ends with the hash of its body, which is checked whenever it is opened: one that is torn or edited counts as none.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

FOLDER = "TIGHTROPE_CACHE"
# What nobody asked for in so many days, and the oldest beyond so many bytes, goes when something new is kept.
KEEP_DAYS = 30
KEEP_BYTES = 2 << 30
_DAY_S = 86400.0
_SEAL = 32  # bytes of a SHA-256


def folder() -> Path | None:
    """Give the folder; None where it is switched off or there is no home."""
    given = os.environ.get(FOLDER, "")
    if given == "off":
        return None
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME", "")
    with suppress(RuntimeError):
        return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "tightrope"  # noqa: PTH117  # Path("") is no address
    return None


def name_for(kind: str, *makings: Any) -> str:
    """Give the name of a thing of a kind, from all that it is made from (what JSON can say, and dates)."""
    said = json.dumps([kind, makings], sort_keys=True, default=str)
    return f"{kind}-{hashlib.sha256(said.encode()).hexdigest()}"


def has(name: str) -> bool:
    """Tell whether something is kept under a name."""
    home = folder()
    return home is not None and (home / name).is_file()


def load(name: str) -> memoryview | None:
    """Give what is kept under a name, mapped into memory; None where there is nothing, or it is not whole."""
    home = folder()
    if home is None:
        return None
    path = home / name
    try:
        with path.open("rb") as file:
            age = time.time() - os.fstat(file.fileno()).st_mtime
            body = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):  # not there, or empty
        return None
    if len(body) <= _SEAL or hashlib.sha256(body[:-_SEAL]).digest() != bytes(body[-_SEAL:]):
        with suppress(OSError):
            path.unlink()
        return None
    if age > _DAY_S:
        with suppress(OSError):
            os.utime(path)
    return body[:-_SEAL]


def save(name: str, body: bytes | memoryview) -> None:
    """Keep a thing; where the folder cannot be written, nothing is kept and nothing said."""
    home = folder()
    if home is None:
        return
    seal = hashlib.sha256(body).digest()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=".", dir=home)
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.write(seal)
        Path(beside).replace(home / name)
    except OSError:
        with suppress(OSError):
            Path(beside).unlink()
        return
    _forget(home)


def _forget(home: Path) -> None:
    """Remove what was not asked for in a long time, what is too much, and what a killed process left half written."""
    found = []
    with suppress(OSError):
        for entry in os.scandir(home):
            with suppress(OSError):
                found.append((entry.stat().st_mtime, entry.stat().st_size, entry.path))
    now, total = time.time(), 0
    for changed, size, path in sorted(found, reverse=True):
        is_half = Path(path).name.startswith(".")
        total += 0 if is_half else size
        if now - changed > (_DAY_S if is_half else KEEP_DAYS * _DAY_S) or (total > KEEP_BYTES and not is_half):
            with suppress(OSError):
                Path(path).unlink()
