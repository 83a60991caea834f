"""The case for the author and the context left out: templates filled from measured numbers, each with its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import Formatter
from typing import Any

from tightrope.claims.judge import ask, on_day, reduce, unit_of
from tightrope.claims.records import ClaimRecord, ContextValueRecord
from tightrope.errors import TightropeError
from tightrope.evidence import Evidence, Source
from tightrope.measures import Missing

_YEARS = ("year", "first_year", "last_year", "cut_year", "up_to_year", "year_before", "year_after")


@dataclass(frozen=True)
class ContextValue:
    """One number of a sentence: its id (``C24.rank``), what was observed, in what unit, and the rows behind it.

    ``observed`` is None, and ``missing`` says why, where there is no evidence on the day. A year is text, since
    nobody writes 2,020.
    """

    id: str
    observed: Any
    unit: str
    measure: str
    column: str
    arguments: dict[str, Any]
    rows: dict[str, list[int]]
    sources: tuple[Source, ...]
    missing: Missing | None


@dataclass(frozen=True)
class Sentence:
    """A template and the values for its places, in the order in which they stand."""

    template: str
    values: dict[str, ContextValue]

    @property
    def missing(self) -> Missing | None:
        """The first kind of nothing among its values: the sentence cannot be said then."""
        return next((v.missing for v in self.values.values() if v.missing), None)

    def parts(self) -> list[str | ContextValue]:
        """Give text and values in turn, so that a writer can mark each number with its source."""
        parts: list[str | ContextValue] = []
        for text, name, _, _ in Formatter().parse(self.template):
            if text:
                parts.append(text)
            if name is not None:
                parts.append(self.values[name])
        return parts

    def fill(self, say: Callable[[Any, str], str]) -> str:
        """Give the sentence with each value as ``say(observed, unit)`` writes it; empty where a value is missing."""
        if self.missing:
            return ""
        return "".join(p if isinstance(p, str) else say(p.observed, p.unit) for p in self.parts())


@dataclass(frozen=True)
class Context:
    """Both sentences of a claim; ``is_missing`` marks "literally true, context missing"."""

    for_author: Sentence
    missing_context: Sentence
    is_missing: bool

    @property
    def values(self) -> dict[str, ContextValue]:
        """Every value of both sentences by its id."""
        both = [*self.for_author.values.values(), *self.missing_context.values.values()]
        return {value.id: value for value in both}


def resolve_context(evidence: Evidence, claim: ClaimRecord) -> Context | None:
    """Measure the values of a claim's two sentences on the day of ``evidence``; None where the record has none.

    Raises
    ------
    TightropeError
        A measure refused its arguments; the claim and the value are named.
    """
    record = claim.context
    if record is None:
        return None
    found = {name: _value(evidence, claim.id, name, value) for name, value in record.values.items()}
    sentences = []
    for template in (record.for_author, record.missing_context):
        template = str(on_day(template, evidence.as_of))
        names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
        sentences.append(Sentence(template, {name: found[name] for name in names}))
    return Context(sentences[0], sentences[1], record.is_missing)


def _value(evidence: Evidence, claim: str, name: str, record: ContextValueRecord) -> ContextValue:
    arguments = {key: on_day(value, evidence.as_of) for key, value in record.arguments.items()}
    try:
        result = ask(evidence, record.measure, arguments)
        observed, missing = reduce(result, record.column, record.reduce)
    except TightropeError as error:
        error.where = f"context of {claim}, value {name}" + (f": {error.where}" if error.where else "")
        raise
    unit = record.unit if record.unit is not None else unit_of(result, record.column, record.reduce)
    if record.column in _YEARS and observed is not None:
        observed, unit = str(int(observed)), "year"
    elif hasattr(observed, "isoformat"):
        observed = observed.isoformat()[:10]
    return ContextValue(
        f"{claim}.{name}",
        observed,
        unit,
        record.measure,
        record.column,
        arguments,
        result.rows,
        result.sources,
        missing,
    )
