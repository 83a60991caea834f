"""Keep one costly import out of this process.

jsonschema registers checkers for the ``iri`` formats when it finds rfc3987_syntax, which builds a lark parser as it is
imported: about a second at every start, and no notebook schema uses those formats. Blocking that one name while
jsonschema loads is the absence jsonschema itself provides for; afterwards the name imports as ever.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_COSTLY = "rfc3987_syntax"


@contextmanager
def lean_imports() -> Iterator[None]:
    """Import papermill, nbformat or nbconvert within this block, before anything else imports jsonschema."""
    if "jsonschema" in sys.modules or _COSTLY in sys.modules:
        yield
        return
    sys.modules[_COSTLY] = None  # type: ignore[assignment]  # the documented way to make an import fail
    try:
        importlib.import_module("jsonschema")

        yield
    finally:
        if sys.modules.get(_COSTLY, ...) is None:
            del sys.modules[_COSTLY]
