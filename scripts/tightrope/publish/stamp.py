"""What a report was made from: the hashes that say whether it is still current."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import tightrope
from tightrope.errors import BadRecord

SUFFIX = ".manifest.json"


@dataclass(frozen=True)
class Stamp:
    """Everything a report depends on, in a form that two machines agree on.

    Attributes
    ----------
    notebook : str
        File name of the notebook.
    parameters : dict
        Values given to it.
    inputs : dict
        SHA-256 by path under the project's root: the notebook (by name) and the files it declares in its metadata as
        ``tightrope.inputs``, a list of globs.
    package : str
        SHA-256 over the sources of the package.
    software : dict
        Version by name: Python and what the package requires.
    """

    notebook: str
    parameters: dict[str, Any]
    inputs: dict[str, str]
    package: str
    software: dict[str, str]

    @property
    def key(self) -> str:
        """One hash over all of it."""
        return _sha256(json.dumps(self.__dict__, sort_keys=True, ensure_ascii=False).encode())


def make_stamp(path: Path, nb: Mapping[str, Any], parameters: Mapping[str, Any], root: Path) -> Stamp:
    """Hash what a notebook, run with these parameters, depends on."""
    globs = (nb.get("metadata", {}).get("tightrope") or {}).get("inputs") or []
    if not isinstance(globs, list) or not all(isinstance(glob, str) for glob in globs):
        raise BadRecord("tightrope.inputs is not a list of globs", where=f"{path.name}, metadata")
    inputs = {path.name: _sha256(path.read_bytes())}
    for glob in globs:
        if Path(glob).is_absolute() or ".." in Path(glob).parts:
            raise BadRecord(f"the glob {glob!r} leaves the project", where=f"{path.name}, metadata tightrope.inputs")
        for found in sorted(root.glob(glob)):
            if found.is_file():
                inputs[found.relative_to(root).as_posix()] = _sha256(found.read_bytes())
    return Stamp(path.name, dict(parameters), inputs, _package(), dict(software()))


def manifest(stamp: Stamp, title: str, outputs: Mapping[str, bytes]) -> bytes:
    """Give the manifest beside a report: its stamp, and each file's hash and size. No clock."""
    body = {
        "title": title,
        "key": stamp.key,
        **stamp.__dict__,
        "outputs": {name: entry_of(data) for name, data in outputs.items()},
    }
    return _as_text(body)


def with_outputs(content: bytes, changed: Mapping[str, bytes]) -> bytes:
    """Give the manifest beside a report with the hashes and sizes of files that were changed after it was written."""
    body = json.loads(content)
    for name, data in changed.items():
        body["outputs"][name] = entry_of(data)
    return _as_text(body)


def read_manifest(path: Path) -> dict[str, Any]:
    """Read a manifest; an unreadable one is an empty one, so the report counts as not current."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return body if isinstance(body, dict) and isinstance(body.get("outputs"), dict) else {}


def find_current(out: Path, stamp: Stamp, suffixes: Iterable[str]) -> Path | None:
    """Find the manifest of a report made from exactly this, whole and with all these file endings."""
    for path in sorted(out.glob(f"*/*{SUFFIX}")):
        body = read_manifest(path)
        if body.get("key") != stamp.key:
            continue
        names = body["outputs"]
        stem = path.name.removesuffix(SUFFIX)
        if all(f"{stem}{suffix}" in names for suffix in suffixes) and all(
            _is_intact(path.parent / name, said) for name, said in names.items()
        ):
            return path
    return None


def entry_of(data: bytes) -> dict[str, Any]:
    """Give what a manifest says of a file: its SHA-256 and its size in bytes."""
    return {"sha256": _sha256(data), "bytes": len(data)}


def _as_text(body: Mapping[str, Any]) -> bytes:
    return (json.dumps(body, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _is_intact(path: Path, said: Mapping[str, Any]) -> bool:
    try:
        return _sha256(path.read_bytes()) == said.get("sha256")
    except OSError:
        return False


def _package() -> str:
    """Hash the package's own files, wherever it is installed."""
    found = []
    for folder, folders, names in os.walk(Path(tightrope.__file__).parent):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for path in (Path(folder, name) for name in names if not name.endswith(".pyc")):
            if path.is_file():  # an editor's lock is a link to nowhere
                stat = path.stat()
                found.append((path, stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return _hash_of(tuple(sorted(found)))


@lru_cache(maxsize=1)  # many reports are made by one process, and seldom is a file edited between two
def _hash_of(files: tuple[tuple[Path, int, int, int], ...]) -> str:
    folder, total = Path(tightrope.__file__).parent, hashlib.sha256()
    for path, *_ in files:
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


@cache  # looked up among all that is installed: a twentieth of a second that each report need not spend
def software() -> dict[str, str]:
    """Give the versions of Python and of what the package requires."""
    versions = {"python": ".".join(map(str, sys.version_info[:3]))}
    for line in importlib.metadata.requires("tightrope") or []:
        if "extra ==" not in line:
            name = re.split(r"[\s\[<>=!~;]", line, maxsplit=1)[0]
            versions[name] = importlib.metadata.version(name)
    return versions


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
