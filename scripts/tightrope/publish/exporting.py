"""What both exporters share: they read a notebook and change nothing in it, so they need not copy it."""

from __future__ import annotations

import copy
from typing import Any

from traitlets import Bool, default

from tightrope.publish.foreign import mend
from tightrope.publish.lean import lean_imports
from tightrope.publish.markup import Notice
from tightrope.publish.record import is_report
from tightrope.publish.words import words_of

with lean_imports():
    import nbformat
    from nbconvert.exporters.exporter import Exporter
    from nbformat import v4

__all__ = ["ReadingExporter", "v4"]


class ReadingExporter(Exporter):  # type: ignore[misc]  # nbconvert is untyped
    """nbconvert's exporter without its three copies of the notebook, where no preprocessor would change it."""

    strict = Bool(None, allow_none=True, help="Refuse what a report may not hold; by default in reports alone.").tag(
        config=True
    )

    @default("optimistic_validation")  # type: ignore[untyped-decorator]
    def _optimistic_validation_default(self) -> bool:
        return True  # nbconvert looks the notebook over once at the end, and not after each of eleven steps

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Give the notebook to set, which is not to be changed, and the resources."""
        # A plain function is a preprocessor too, and says nothing of whether it is enabled.
        if any(getattr(one, "enabled", True) for one in self._preprocessors):
            return super().from_notebook_node(nb, resources, **kw)  # type: ignore[no-any-return]
        nbformat.validate(nb, relax_add_props=True)
        return nb, copy.deepcopy(self._init_resources(resources))

    def mended(self, nb: Any) -> tuple[Any, bool, list[Notice]]:
        """Give the notebook to set, whether it is held to a report's promises, and what was mended where it is not."""
        strict = is_report(nb) if self.strict is None else self.strict
        if strict:
            return nb, True, []
        nb = copy.deepcopy(nb)
        return nb, False, mend(nb, words_of("en"))
