"""The folder beside the reports that a run works in, and what runs that were killed left of theirs."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tightrope.publish.output import writing

_STAGING = re.compile(r"\.tightrope-(\d+)-")


@contextmanager
def passing_folder(beside: Path | None) -> Iterator[Path]:
    """Give a folder of this run's own, which goes with it; in the system's place for such where ``beside`` is None."""
    with writing(beside or "the system's folder for passing files"):
        folder = Path(tempfile.mkdtemp(prefix=f".tightrope-{os.getpid()}-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(out: Path) -> None:
    """Remove what dead runs left half-written."""
    for path in out.glob(".tightrope-*"):
        owner = _STAGING.match(path.name)
        if owner is None or not _is_alive(int(owner[1])):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
