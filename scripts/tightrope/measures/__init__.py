"""Measures: numbers out of evidence. Pure functions, one shape: (evidence, states, dates) to a ``Measure``."""

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
