"""What is done before a notebook runs: read it, and set what its kernel inherits. It imports nothing that runs one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tightrope.asked import FOR_A_REPORT
from tightrope.errors import BadRecord
from tightrope.publish.lean import lean_imports

with lean_imports():
    import nbformat

# 1980-01-01, the first day a zip file can name: a date nobody takes for the report's own.
SOURCE_DATE_EPOCH = "315532800"

# matplotlib's backend is left to ipykernel (inline), so a name inherited from the caller's shell has to go.
# A notebook that runs for a report may hand on files to attach; one that somebody works in had better not.
_SET = {"SOURCE_DATE_EPOCH": SOURCE_DATE_EPOCH, "PYTHONHASHSEED": "0", "TZ": "UTC", FOR_A_REPORT: "1"}
_UNSET = ("MPLBACKEND",)


def read_notebook(path: Path) -> Any:
    """Read a notebook of any format as nbformat 4.

    Raises
    ------
    BadRecord
        Where the file is not there or is no notebook.
    """
    try:
        nb = nbformat.read(path, as_version=4)
    except (OSError, UnicodeDecodeError) as error:
        raise BadRecord("a notebook that cannot be read", where=str(path), why=str(error)) from None
    except Exception as error:  # nbformat raises a family of its own, jsonschema's and plain KeyErrors
        line = (str(error).splitlines() or [type(error).__name__])[0]
        raise BadRecord("a file that is no notebook", where=str(path), why=line[:200]) from None
    return nb


def preload_of(nb: Any) -> list[str]:
    """Give what a notebook wants loaded before a warm kernel is forked: its metadata's ``tightrope.preload``.

    Raises
    ------
    BadRecord
        Where that is not a list of names.
    """
    named = (nb.metadata.get("tightrope") or {}).get("preload") or []
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        raise BadRecord("tightrope.preload is not a list of module names", where="the notebook's metadata")
    return named


@contextmanager
def steady_environment(more: Mapping[str, str] = MappingProxyType({})) -> Iterator[None]:
    """Set what the kernel inherits: fixed dates, fixed hashing, no inherited backend. One process, one run."""
    names = (*_SET, *more, *_UNSET)
    before = {name: os.environ.get(name) for name in names}
    os.environ.update({**_SET, **more})
    for name in _UNSET:
        os.environ.pop(name, None)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
