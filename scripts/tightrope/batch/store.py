"""Where reports land: a folder, or a place on an object store. Either way a report lands whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from tightrope.batch import manifest
from tightrope.errors import BadParameter, OutputError
from tightrope.publish.output import Staging, write_bytes, writing
from tightrope.publish.stamp import SUFFIX

Note = Callable[[str], None]


class Unreachable(OutputError):
    """A store that does not answer, or lets nobody write: no other report can be kept there either."""


class Book(Protocol):
    """The manifest open for writing."""

    n_repaired: int

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write one report's line and see it stored."""

    def __enter__(self) -> Book: ...

    def __exit__(self, *_: Any) -> None: ...


class Store(Protocol):
    """All reports of one output root. Paths in it are written with ``/`` and relative to the root.

    Attributes
    ----------
    address : str
        The root as a person writes it.
    folder : Path, optional
        The root as a folder of this machine, where it is one.
    """

    address: str
    folder: Path | None

    def make(self) -> None:
        """Make the root where needed, and see that it can be written."""

    def read(self, path: str) -> bytes:
        """Give a file's bytes; FileNotFoundError where there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Write one file, whole or not at all."""

    def remove(self, path: str) -> None:
        """Remove one file, if it is there."""

    def land(self, name: str, files: Mapping[str, bytes], last: str) -> dict[str, dict[str, Any]]:
        """Put a report's files into the folder ``name``, ``last`` at the end, and take away what it had besides.

        Returns
        -------
        dict
            By file, what tells later, without reading it, that it is the same.
        """

    def has(self, path: str) -> bool:
        """Say whether a file is there."""

    def is_intact(self, path: str, said: Mapping[str, Any]) -> bool:
        """Say whether a file is as its line in the manifest says."""

    def know(self, name: str, outputs: Mapping[str, Mapping[str, Any]]) -> None:
        """Learn that somebody else, a worker, has landed these files of a report."""

    def reports(self) -> list[str]:
        """Give the names of all reports that stand there, whoever made them."""

    def place(self, path: str) -> str:
        """Give a path as a person would open it."""

    def entries(self) -> tuple[dict[str, dict[str, Any]], int]:
        """Give the last line of each report by name, and how many lines could not be read."""

    def book(self, note: Note) -> Book:
        """Open the manifest to write; one run at a time."""


def open_store(out: Path | str) -> Store:
    """Open the root of all reports: a path, ``file://…``, or the address of an object store. Nothing is written.

    Raises
    ------
    TightropeError
        Where the address is of no known kind, or the package for its kind is not installed.
    """
    text = str(out)
    scheme, separator, rest = text.partition("://")
    if isinstance(out, Path) or not separator:
        return FolderStore(Path(text).absolute())
    if scheme in ("file", "local"):
        if not rest.startswith("/"):
            raise BadParameter(f"{text} names no folder of this machine", "--out", fix="write file:///folder")
        return FolderStore(Path(rest))
    from tightrope.batch.objects import ObjectStore

    return ObjectStore(text)


class FolderStore:
    """A folder of this machine, or one that several machines share."""

    def __init__(self, folder: Path) -> None:
        self.folder: Path | None = folder
        self.address = str(folder)
        self._out = folder

    def make(self) -> None:
        """Make the folder where needed."""
        with writing(self._out):
            self._out.mkdir(parents=True, exist_ok=True)

    def read(self, path: str) -> bytes:
        """Give a file's bytes."""
        return (self._out / path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        """Write one file beside its place, then rename it."""
        target = self._out / path
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        with writing(target):
            try:
                target.parent.mkdir(exist_ok=True)
                write_bytes(beside, data)
                beside.replace(target)
            finally:
                with suppress(OSError):
                    beside.unlink(missing_ok=True)

    def remove(self, path: str) -> None:
        """Remove one file, if it is there."""
        with writing(self._out / path):
            (self._out / path).unlink(missing_ok=True)

    def land(self, name: str, files: Mapping[str, bytes], last: str) -> dict[str, dict[str, Any]]:
        """Write a report's files beside, then move them into place; what stood there is put back if that fails."""
        target = self._out / name
        before = [path.name for path in target.glob(f"{name}.*")] if target.is_dir() else []
        with Staging(self._out) as staging:
            for file, data in files.items():
                staging.write(file, data)
            staging.land(name, last=last, stale=tuple(file for file in before if file not in files))
        return {file: {"mtime_ns": (target / file).stat().st_mtime_ns} for file in files}

    def has(self, path: str) -> bool:
        """Say whether a file is there."""
        return (self._out / path).is_file()

    def is_intact(self, path: str, said: Mapping[str, Any]) -> bool:
        """Trust a file whose size and time are as they were, and hash it where only the time differs."""
        try:
            stat = (self._out / path).stat()
            if stat.st_size != said.get("bytes"):
                return False
            if stat.st_mtime_ns == said.get("mtime_ns"):
                return True
            return hashlib.sha256(self.read(path)).hexdigest() == said.get("sha256")
        except OSError:
            return False

    def know(self, name: str, outputs: Mapping[str, Mapping[str, Any]]) -> None:
        """Nothing to learn: the folder itself is asked each time."""

    def reports(self) -> list[str]:
        """Give the names of all reports that stand there."""
        found = (path.parent.name for path in self._out.glob(f"*/*{SUFFIX}"))
        return sorted(name for name in set(found) if self.has(f"{name}/{name}{SUFFIX}"))

    def place(self, path: str) -> str:
        """Give a path of this machine."""
        return str(self._out / path)

    def entries(self) -> tuple[dict[str, dict[str, Any]], int]:
        """Read the manifest."""
        return manifest.read(self._out)

    def book(self, note: Note) -> Book:
        """Open the manifest, locked for this run."""
        return manifest.Manifest(self._out)
