"""Figures over all pairs are the same for every pair's report: the first that needs one keeps it for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from tightrope.evidence import Evidence, read_table, store
from tightrope.evidence.tables import Read

Arrays = Mapping[str, npt.NDArray[Any]]
T = TypeVar("T")
Packed = tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]


def kept(
    evidence: Evidence,
    what: str,
    arguments: Sequence[Any],
    tables: Sequence[str],
    make: Callable[[Evidence], T],
    pack: Callable[[Any], Packed],
    unpack: Callable[[Mapping[str, Any], Arrays], Any],
) -> tuple[T, tuple[Read, ...]]:
    """Give what ``make`` computes out of whole tables on the evidence's days, and what it read for that.

    Parameters
    ----------
    evidence : Evidence
        Its reads are left alone; the caller adds those that are given.
    what, arguments
        What is computed.
    tables : sequence of str
        Every table that it is computed from. They are checked against their hashes though nothing may be read.
    make, pack, unpack : callable
        Computing it; taking it apart into words and arrays, and back, without loss. None is never taken apart.
    """
    resources = [evidence.package.table(table) for table in tables]
    dated = [(r.name, r.hash, r.details.coverage, r.details.describes, r.details.published) for r in resources]
    name = store.name_for(what, list(arguments), evidence.as_of, evidence.known_on, dated, store.code())
    found = store.load_arrays(name)
    if found is not None:
        words, arrays = found
        for resource in resources:
            read_table(evidence.root, resource)
        of = {r.name: r.hash for r in resources}
        reads = tuple(Read(t, of[t], tuple((c, tuple(v)) for c, v in chosen)) for t, chosen in words["reads"])
        thing: Any = unpack(words, arrays) if arrays else None
        return thing, reads
    fresh = Evidence(evidence.root, as_of=evidence.as_of, known_on=evidence.known_on)
    made = make(fresh)
    words, packed = ({}, {}) if made is None else pack(made)
    if all(read.table in tables for read in fresh.reads):
        words["reads"] = [[read.table, read.filter] for read in fresh.reads]
        store.save_arrays(name, words, packed)
    return made, tuple(fresh.reads)


def pack_frame(frame: pd.DataFrame) -> Packed:
    """Take a frame of numbers apart, column by column; its index is left out."""
    return {"columns": list(frame)}, {str(name): frame[name].to_numpy() for name in frame}


def unpack_frame(words: Mapping[str, Any], arrays: Arrays) -> pd.DataFrame:
    """Put it together again."""
    return pd.DataFrame({name: np.asarray(arrays[name]) for name in words["columns"]})
