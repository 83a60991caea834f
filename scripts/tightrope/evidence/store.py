"""What evidence and measures keep between processes (see `tightrope.disk_cache`): tables, and figures as arrays.

Tables are kept written out (they need no decoding then, and are shared in memory), and so is what measures compute over
all pairs.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import platform
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tightrope.disk_cache import FOLDER, folder, has, load, name_for, save

__all__ = ["FOLDER", "code", "folder", "has", "load", "load_arrays", "name_for", "save", "save_arrays", "versions"]

LIBRARIES = ("numpy", "pandas", "pyarrow", "scipy", "statsmodels")
Array = npt.NDArray[Any]


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
    return [total.hexdigest(), sys.version, platform.machine(), *versions()]


@cache
def versions() -> tuple[str, ...]:
    """Give the versions of the libraries that compute; to look them up takes longer than to hash the code."""
    return tuple(importlib.metadata.version(name) for name in LIBRARIES)
