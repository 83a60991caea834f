"""One shape for every measure: a small tidy result with its unit, rows, sources and coverage."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Concatenate, ParamSpec

import pandas as pd

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence, Source
from tightrope.evidence.cite import say_work, works_behind
from tightrope.measures.inputs import record


class MissingKind(StrEnum):
    """Which kind of nothing an empty result is."""

    NOT_COLLECTED = "not_collected"
    SERIES_ENDED = "series_ended"
    SUPPRESSED = "suppressed"
    NOT_APPLICABLE = "not_applicable"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Missing:
    """Why a measure has no value: the kind, and a sentence with the table and years."""

    kind: MissingKind
    detail: str


@dataclass(frozen=True)
class Measure:
    """What a measure found.

    Attributes
    ----------
    name : str
        The measure's name.
    arguments : dict
        The arguments it was asked with.
    frame : DataFrame
        Tidy rows, one an observation; ``value`` names the main column.
    unit : str
        Unit of the main column, with its currency year where there is one.
    value : str
        Name of the main column.
    rows : dict of str to list of int
        Table name to the numbers of the stored rows that the result stands on.
    sources : tuple of Source
        The producers of those tables.
    missing : Missing or None
        The kind of nothing, when ``frame`` is empty.
    """

    name: str
    arguments: dict[str, Any]
    frame: pd.DataFrame
    unit: str
    value: str
    rows: dict[str, list[int]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    missing: Missing | None = None

    @property
    def coverage(self) -> tuple[str, str] | None:
        """First and last year or date of the result, None when it is empty or undated."""
        for column in ("year", "date", "month"):
            if column in self.frame and len(self.frame):
                seen = self.frame[column].dropna()
                if len(seen):
                    return str(seen.min())[:10], str(seen.max())[:10]
        return None

    def cite(self) -> tuple[str, ...]:
        """Give the producers' own citations, with version and year: one a work, in order, once each."""
        return tuple(map(say_work, self.works()))

    def works(self) -> list[dict[str, Any]]:
        """Give the same as CSL-JSON items."""
        return works_behind(self.sources)

    def only(self, column: str | None = None) -> Any:
        """Give the single value of a one-row result, or None when it is missing."""
        if len(self.frame) == 0:
            return None
        if len(self.frame) > 1:
            raise ValueError(f"{self.name} gave {len(self.frame)} rows where one was asked for")
        found = self.frame.iloc[0][column or self.value]
        return None if pd.isna(found) else found


@dataclass(frozen=True)
class Result:
    """What a measure's function returns; ``measure`` wraps it into a ``Measure``.

    ``used`` maps a table's name to the stored row numbers, usually ``frame.index`` of what ``select`` gave.
    """

    frame: pd.DataFrame
    used: Mapping[str, Iterable[int]]
    missing: Missing | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Spec:
    """A registered measure: its function, unit, main column and the tables it may read."""

    name: str
    function: Callable[..., Measure]
    unit: str
    value: str
    columns: tuple[str, ...]
    tables: tuple[str, ...]
    summary: str
    parameters: Mapping[str, inspect.Parameter]
    example: Mapping[str, Any] | None = None


REGISTRY: dict[str, Spec] = {}
P = ParamSpec("P")


def measure(
    *,
    unit: str,
    value: str,
    columns: Iterable[str],
    tables: Iterable[str],
    example: Mapping[str, Any] | None = None,
) -> Callable[[Callable[Concatenate[Evidence, P], Result]], Callable[Concatenate[Evidence, P], Measure]]:
    """Register a function as a measure.

    Parameters
    ----------
    unit : str
        Unit of the main column (``"rank"``, ``"million current USD"``, ``"percent"``, ``"yes or no"``).
    value : str
        The main column.
    columns : iterable of str
        Every column of the result; a result with others raises ``ValueError``.
    tables : iterable of str
        The tables it may read, for ``tightrope measures`` and the codebook.
    example : mapping, optional
        Arguments that have an answer; a test asks them. Older measures have theirs in authoring/examples.toml.
    """
    columns, tables = tuple(columns), tuple(tables)

    def wrap(function: Callable[Concatenate[Evidence, P], Result]) -> Callable[Concatenate[Evidence, P], Measure]:
        name = function.__name__

        @functools.wraps(function)
        def run(evidence: Evidence, /, *args: P.args, **kwargs: P.kwargs) -> Measure:
            # The function and not its name: one that its author has written anew in a notebook is asked anew.
            key = (function, repr((args, sorted(kwargs.items()))), evidence.root, evidence.as_of, evidence.known_on)
            if key in evidence.answers:
                found, reads = evidence.answers[key]
                evidence.reads.extend(reads)
                return _handed_out(found)
            before = len(evidence.reads)
            result = function(evidence, *args, **kwargs)
            unknown = [c for c in result.frame.columns if c not in columns]
            if unknown or value not in result.frame:
                raise ValueError(f"{name} gave columns {list(result.frame.columns)}, declared {list(columns)}")
            if result.frame.empty and result.missing is None:
                raise ValueError(f"{name} found nothing and does not say which kind of nothing")
            used = {table: sorted({int(r) for r in rows}) for table, rows in result.used.items()}
            sources = tuple(evidence.source(table) for table in used)
            frame = result.frame.reset_index(drop=True)
            found = Measure(name, dict(kwargs), frame, result.unit or unit, value, used, sources, result.missing)
            if not args:
                record(evidence, before, found, tables)
            evidence.answers[key] = found, evidence.reads[before:]
            return _handed_out(found)

        parameters = dict(list(inspect.signature(function).parameters.items())[1:])
        summary = (inspect.getdoc(function) or "").split("\n", 1)[0]
        REGISTRY[name] = Spec(name, run, unit, value, columns, tables, summary, parameters, example)
        return run

    return wrap


def _handed_out(found: Measure) -> Measure:
    """Give an answer that is the asker's own: what they write into its frame is not the next one's."""
    return replace(found, arguments=dict(found.arguments), frame=found.frame.copy(deep=False))


def find_measure(name: str, where: str = "") -> Spec:
    """Give the measure called ``name``; raises ``UnknownName`` with the nearest."""
    if name not in REGISTRY:
        raise UnknownName("measure", name, REGISTRY, where)
    return REGISTRY[name]


def choose(kind: str, name: str, choices: Iterable[str]) -> str:
    """Give ``name`` back when it is one of ``choices``; raises ``UnknownName``."""
    known = list(choices)
    if name not in known:
        raise UnknownName(kind, name, known)
    return name
