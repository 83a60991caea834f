"""Keep costly imports out of this process, where their absence is provided for.

jsonschema registers checkers for the ``iri`` formats when it finds rfc3987_syntax, which builds a lark parser as it is
imported: about a second at every start, and no notebook schema uses those formats. papermill loads what reads notebooks
from object stores, if it is installed: another second, and two threads. Blocking a name while its importer loads is the
absence that jsonschema and papermill themselves provide for; afterwards the name imports as ever.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_COSTLY = "rfc3987_syntax"
_STORES = ("boto3", "gcsfs", "pyarrow", "azure", "github")


@contextmanager
def absent(*names: str) -> Iterator[None]:
    """Make the import of modules fail within this block; those that are loaded already stay."""
    blocked = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(blocked))  # type: ignore[arg-type]  # the documented way to make an import fail
    try:
        yield
    finally:
        for name in blocked:
            if sys.modules.get(name, ...) is None:
                del sys.modules[name]


@contextmanager
def lean_imports() -> Iterator[None]:
    """Import papermill, nbformat or nbconvert within this block, before anything else imports jsonschema."""
    if "jsonschema" in sys.modules:
        yield
        return
    with absent(_COSTLY):
        importlib.import_module("jsonschema")
        yield


def load_papermill() -> None:
    """Import papermill without what reads notebooks from object stores.

    For a process that is this package's own, where nobody else calls papermill: there it would say that they are not
    installed.
    """
    with absent(*_STORES):
        importlib.import_module("tightrope.publish.execute")
