"""Keep between processes what is slow to make, each thing under the hash of all that it was made from.

It holds tables written out (they need no decoding then, and are shared in memory) and what measures compute over all
pairs. The folder is ``TIGHTROPE_CACHE``, else ``tightrope`` under the user's cache folder. ``TIGHTROPE_CACHE=off``, or
a folder that cannot be written, keeps nothing: all is made anew, with the same result. It may be deleted at any time,
and written by many processes at once: a file appears whole.

A name is the hash of what the thing is made from: tables' own hashes, arguments, code, versions of libraries. A file
ends with the hash of its body, which is checked whenever it is opened: one that is torn or edited counts as none.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import mmap
import os
import platform
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FOLDER = "TIGHTROPE_CACHE"
LIBRARIES = ("numpy", "pandas", "pyarrow", "scipy", "statsmodels")
# What nobody asked for in so many days, and the oldest beyond so many bytes, goes when something new is kept.
KEEP_DAYS = 30
KEEP_BYTES = 2 << 30
_DAY_S = 86400.0
_SEAL = 32  # bytes of a SHA-256
Array = npt.NDArray[Any]


def folder() -> Path | None:
    """Give the folder of the store; None where it is switched off or there is no home."""
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


def load_arrays(name: str) -> tuple[dict[str, Any], dict[str, Array]] | None:
    """Give the words and the arrays kept under a name; None where there is nothing."""
    body = load(name)
    if body is None:
        return None
    file = io.BytesIO(body)
    words: dict[str, Any] = json.loads(file.readline())
    return words, {each: np.lib.format.read_array(file, allow_pickle=False) for each in words.pop("arrays")}


def save_arrays(name: str, words: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Keep words (what JSON can say) and arrays."""
    file = io.BytesIO()
    file.write(json.dumps({**words, "arrays": list(arrays)}).encode() + b"\n")
    for array in arrays.values():
        np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
    save(name, file.getbuffer())


@cache
def code() -> list[str]:
    """Give what numbers come from besides the tables: a hash of evidence/ and measures/, and versions of libraries."""
    package, total = Path(__file__).parents[1], hashlib.sha256()
    for path in sorted([*package.glob("evidence/*.py"), *package.glob("measures/*.py")]):
        total.update(f"{path.parent.name}/{path.name}".encode() + b"\0" + path.read_bytes() + b"\0")
    versions = [importlib.metadata.version(name) for name in LIBRARIES]
    return [total.hexdigest(), sys.version, platform.machine(), *versions]
