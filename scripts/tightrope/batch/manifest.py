"""The manifest of a folder of reports: one JSON line a report, only ever appended to.

A line is on the disk before the next report is told of, and the last line of a name counts. A run that is killed may
leave a torn last line; it is cut off when the manifest is opened to write, and skipped when it is only read.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from tightrope.errors import OutputError
from tightrope.publish.output import writing

NAME = "manifest.jsonl"


def read(out: Path) -> tuple[dict[str, dict[str, Any]], int]:
    """Give the last line of each report by name, and how many lines could not be read."""
    try:
        data = (out / NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}, 0
    except OSError as error:
        raise OutputError(f"the manifest cannot be read: {error.strerror}", str(out / NAME)) from None
    return read_lines(data)


def read_lines(data: bytes) -> tuple[dict[str, dict[str, Any]], int]:
    """Give the last line of each report by name, and how many lines could not be read."""
    entries: dict[str, dict[str, Any]] = {}
    n_bad = 0
    for line in data.split(b"\n"):
        if not line.strip():
            continue
        entry = _parse(line)
        if entry is None:
            n_bad += 1
        else:
            # Taken out first, so that the order of names is that of their last lines.
            entries.pop(entry["name"], None)
            entries[entry["name"]] = entry
    return entries, n_bad


def as_line(entry: Mapping[str, Any]) -> bytes:
    """Write a report's line."""
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and isinstance(entry.get("name"), str) else None


class Manifest:
    """The manifest open for writing; one run at a time.

    Parameters
    ----------
    out : Path
        Folder of all reports, which exists.

    Raises
    ------
    OutputError
        Where another run writes here, or the file cannot be written.
    """

    def __init__(self, out: Path) -> None:
        self.path = out / NAME
        with writing(self.path):
            self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            # The system drops the lock however the run ends.
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._handle)
            raise OutputError(
                "another run writes its reports here", str(out), "two runs would overwrite each other",
                "wait for it, or choose another folder with --out",
            ) from None  # fmt: skip
        except OSError:
            pass  # a file system without locks
        with writing(self.path):
            self.n_repaired = self._repair()

    def _repair(self) -> int:
        """Cut a torn last line off, or end a whole one; give how many bytes went."""
        size = os.fstat(self._handle).st_size
        tail, start = b"", size
        while start > 0 and b"\n" not in tail:
            step = min(65536, start)
            start -= step
            tail = os.pread(self._handle, step, start) + tail
        last = tail.rpartition(b"\n")[2]
        if last and _parse(last) is not None:
            os.lseek(self._handle, 0, os.SEEK_END)
            _write_all(self._handle, b"\n")
            os.fsync(self._handle)
            return 0
        if last:
            os.ftruncate(self._handle, size - len(last))
            os.fsync(self._handle)
        os.lseek(self._handle, 0, os.SEEK_END)
        return len(last)

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write one line and see it on the disk; where that fails, nothing of it stays."""
        line = as_line(entry)
        end = os.fstat(self._handle).st_size
        with writing(self.path):
            try:
                _write_all(self._handle, line)
                os.fsync(self._handle)
            except OSError:
                os.ftruncate(self._handle, end)
                os.lseek(self._handle, end, os.SEEK_SET)
                raise

    def close(self) -> None:
        """Let the next run in."""
        os.close(self._handle)

    def __enter__(self) -> Manifest:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
