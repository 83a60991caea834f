"""Measures: numbers out of evidence. Pure functions, one shape: (evidence, states, dates) to a ``Measure``."""

import importlib
import pkgutil

from tightrope.measures.measure import (
    REGISTRY,
    Measure,
    Missing,
    MissingKind,
    Result,
    Spec,
    choose,
    find_measure,
    measure,
)

__all__ = ["REGISTRY", "Measure", "Missing", "MissingKind", "Result", "Spec", "choose", "find_measure", "measure"]

# Every module of this room registers its measures when it is imported; a new file needs no list.
for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
