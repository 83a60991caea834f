"""What every worker needs, loaded once: the process that workers are forked from imports this module and no more.

Nothing here may start a thread, so nothing is set by Typst: a fork would have the thread's locks without the thread.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from importlib import import_module

LOADED = (
    "tightrope.publish.html", "tightrope.publish.pdf", "tightrope.publish.sealed",
    "tightrope.publish.worker", "tightrope.batch.child", "nbformat.validator", "PIL.Image", "PIL.PngImagePlugin",
    "psutil", "IPython.paths",
)  # fmt: skip


def load() -> None:
    """Import what a worker would, and make a page and a reference, which loads the rest."""
    with suppress(Exception):  # what does not load fails again, and is told, in the report that needs it
        import_module("tightrope.publish.lean").load_papermill()
        for name in LOADED:
            import_module(name)
        import_module("tightrope.publish.stamp").software()
        import_module("tightrope.publish.html").TightropeHTMLExporter.warm()
        import_module("tightrope.publish.references").write_references([{"id": "a", "type": "book", "title": "A"}])
    # What all workers share stays out of their collections, and so stays shared.
    gc.collect()
    gc.freeze()


load()
