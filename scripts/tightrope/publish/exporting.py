"""What both exporters share: they read a notebook and change nothing in it, so they need not copy it."""

from __future__ import annotations

import copy
from typing import Any

from tightrope.publish.lean import lean_imports

with lean_imports():
    import nbformat
    from nbconvert.exporters.exporter import Exporter
    from nbformat import v4

__all__ = ["ReadingExporter", "v4"]


class ReadingExporter(Exporter):  # type: ignore[misc]  # nbconvert is untyped
    """nbconvert's exporter without its three copies of the notebook, where no preprocessor would change it."""

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Give the notebook to set, which is not to be changed, and the resources."""
        # A plain function is a preprocessor too, and says nothing of whether it is enabled.
        if any(getattr(one, "enabled", True) for one in self._preprocessors):
            return super().from_notebook_node(nb, resources, **kw)  # type: ignore[no-any-return]
        nbformat.validate(nb, relax_add_props=True)
        return nb, copy.deepcopy(self._init_resources(resources))
