"""The article as data: typed records of the article, its claims, their checks and the argument."""

from __future__ import annotations

import re
from datetime import date
from string import Formatter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tightrope.errors import UnknownName

ClaimKind = Literal["quantitative", "legal", "historical", "comparative", "perception", "causal", "evaluative"]
ReadingClass = Literal["plain", "defensible", "strained"]
Operator = Literal["eq", "ne", "lt", "le", "gt", "ge", "is_true", "is_false", "in", "between", "before", "after"]
Reduce = Literal["only", "all", "any", "count", "sum", "mean", "min", "max", "first", "last"]
Relation = Literal["supports", "concedes", "answers", "explains"]


LOCATOR = r"^\d+\.\d+(, \d+\.\d+)*$"


class Record(BaseModel):
    """A record that refuses a key it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Actor(Record):
    """A person, state or body the article speaks of."""

    id: str
    name: str
    kind: Literal["person", "state", "body", "public"]
    iso3: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")


class Theme(Record):
    """A section of the report."""

    id: str = Field(pattern=r"^[a-z_]+$")
    title: str


class Article(Record):
    """Who wrote the article, where, when, and the day on which it is judged."""

    slug: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str
    author: str
    published_in: str | None = None
    language: str
    date: date
    date_basis: Literal["stated", "inferred"]
    date_reason: str = Field(min_length=10)
    subject: str
    states: list[str] = Field(min_length=2)
    powers: list[str] = []
    actors: list[Actor] = []
    themes: list[Theme] = Field(min_length=1)


def check_threshold(operator: str | None, expected: Any) -> None:
    """Refuse a comparison without the number it compares with, or a range that runs backwards."""
    if operator in ("lt", "le", "gt", "ge", "eq", "ne", "before", "after") and expected is None:
        raise ValueError(f"operator {operator!r} compares with `expected`, which is missing")
    if operator in ("in", "between") and not isinstance(expected, list):
        raise ValueError(f"operator {operator!r} wants a list in `expected`")
    if operator == "between" and (len(expected) != 2 or not expected[0] <= expected[1]):
        raise ValueError("a range in `expected` is [lowest, highest], in this order")


def check_hashes(locator: str, hashes: dict[str, str]) -> None:
    """Refuse a hash of a place that the locator does not name, or one that is no SHA-256."""
    for place, value in hashes.items():
        if place not in locator.split(", "):
            raise ValueError(f"hashes: {place} is not in the locator {locator!r}")
        if not re.fullmatch("[0-9a-f]{64}", value):
            raise ValueError(f"hashes: {value!r} is no SHA-256 in lower-case hexadecimal digits")


class Overrides(Record):
    """What a reading, or a grid of them, says in place of its check; what it does not say it takes from the check."""

    kind: ReadingClass = Field(alias="class")
    reason: str = Field(min_length=5)
    measure: str | None = None
    column: str | None = None
    operator: Operator | None = None
    expected: Any = None
    reduce: Reduce | None = None
    unit: str | None = None
    arguments: dict[str, Any] | None = None


class ReadingRecord(Overrides):
    """One defensible way to test a claim; ``choices`` are arguments that mark what distinguishes it from the others."""

    label: str | None = None
    choices: dict[str, Any] = {}


class GridRecord(Overrides):
    """Readings for every combination of ``vary``, all of one class, for one reason."""

    vary: dict[str, list[Any]] = Field(min_length=1)


class CheckRecord(Record):
    """What tests a claim: a measure by name, its column, the comparison, and the readings."""

    measure: str
    column: str
    operator: Operator
    expected: Any = None
    reduce: Reduce = "only"
    unit: str | None = None
    arguments: dict[str, Any] = {}
    readings: list[ReadingRecord] = []
    grids: list[GridRecord] = []

    @model_validator(mode="after")
    def _has_plain(self) -> CheckRecord:
        parts: list[Overrides] = [*self.readings, *self.grids]
        for part in parts:
            says = part.operator is not None or part.expected is not None
            check_threshold(part.operator or self.operator, part.expected if says else self.expected)
        classes = [r.kind for r in self.readings] + [g.kind for g in self.grids]
        if "plain" not in classes:
            raise ValueError("a check needs a plain reading: what an ordinary reader takes the claim to mean")
        if sum(r.kind == "plain" for r in self.readings) > 2 or any(g.kind == "plain" for g in self.grids):
            raise ValueError("a check has one plain reading, at most two")
        return self


class IndicatorRecord(Record):
    """A number that bears on a claim without deciding it."""

    label: str
    measure: str
    column: str
    reduce: Reduce = "only"
    arguments: dict[str, Any] = {}
    unit: str | None = None


class ContextValueRecord(Record):
    """A number that stands in a sentence of context: a measure by name, its column and arguments."""

    measure: str
    column: str
    reduce: Reduce = "only"
    arguments: dict[str, Any] = {}
    unit: str | None = None


class ContextRecord(Record):
    """The strongest case for the author and the most important missing context, one sentence each.

    Sentences are templates: every number, year, name of a state counted or date stands as ``{name}`` and is taken from
    ``values``; no digit is typed. ``is_missing`` marks a claim that is literally true and leaves its context out.
    """

    for_author: str = Field(min_length=20)
    missing_context: str = Field(min_length=20)
    is_missing: bool = False
    values: dict[str, ContextValueRecord] = {}

    @model_validator(mode="after")
    def _is_measured(self) -> ContextRecord:
        used: set[str] = set()
        for key in ("for_author", "missing_context"):
            template: str = getattr(self, key)
            try:
                parts = list(Formatter().parse(template))
            except ValueError as error:
                raise ValueError(f"{key} is no template: {error}") from None
            if any(c.isdigit() for text, *_ in parts for c in text):
                raise ValueError(f"{key} types a number by hand: put a placeholder and measure it in `values`")
            used |= {name for _, name, _, _ in parts if name is not None}
        for name in sorted(used - set(self.values)):
            raise ValueError(f"{{{name}}} has no entry in `values`")
        for name in sorted(set(self.values) - used):
            raise ValueError(f"the value {name!r} stands in no sentence")
        return self


class ClaimRecord(Record):
    """One claim in our own words.

    ``hashes`` holds the SHA-256 of the sentence at each place of ``locator``: enough to know the sentence again in a
    text that a reader brings, not enough to read it.
    """

    id: str = Field(pattern=r"^C\d{2,3}$")
    locator: str = Field(pattern=LOCATOR)
    hashes: dict[str, str] = {}
    kind: ClaimKind
    theme: str
    states: list[str] = Field(min_length=1)
    label: str = Field(min_length=1, max_length=32)
    statement: str = Field(min_length=15)
    note: str | None = None
    key: bool = False
    check: CheckRecord | None = None
    indicators: list[IndicatorRecord] = []
    reason: str | None = None
    settled_by: str | None = None
    context: ContextRecord | None = None

    @model_validator(mode="after")
    def _can_be_judged(self) -> ClaimRecord:
        check_hashes(self.locator, self.hashes)
        opinion = self.kind in ("causal", "evaluative")
        if opinion and self.check:
            raise ValueError(f"a {self.kind} claim has no true or false: give it indicators instead of a check")
        if opinion and not self.reason:
            raise ValueError(f"a {self.kind} claim says in `reason` why it cannot be checked")
        if not opinion and not (self.check or self.settled_by or self.reason):
            raise ValueError("a claim has a check, or `settled_by` (the data that would settle it), or `reason`")
        return self


class CandidateRecord(BaseModel):
    """A place of the text that may hold a claim, with whatever its author has filled in so far; it is not judged yet.

    ``hint`` says what made the place stand out, ``suggest`` names measures that may test it.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    id: str = Field(pattern=r"^C\d{2,3}$")
    status: Literal["candidate"]
    locator: str = Field(pattern=LOCATOR)
    hashes: dict[str, str] = {}
    hint: str = ""
    suggest: list[str] = []

    @model_validator(mode="after")
    def _is_placed(self) -> CandidateRecord:
        check_hashes(self.locator, self.hashes)
        return self


class Edge(Record):
    """One link of the argument map: ``source`` supports, concedes to, answers or explains ``target``."""

    source: str
    target: str
    relation: Relation


class Argument(Record):
    """The argument map: the thesis and the links between claims; both are empty until someone has drawn it."""

    thesis: str | None = None
    edges: list[Edge] = []

    @model_validator(mode="after")
    def _is_whole(self) -> Argument:
        if self.thesis and not self.edges:
            raise ValueError("edges: a thesis needs at least one claim that supports it")
        if self.edges and not self.thesis:
            raise ValueError("thesis: links between claims lead to a thesis, which is missing")
        return self


class ArticleFolder(Record):
    """Everything under data/articles/<slug>/."""

    article: Article
    claims: list[ClaimRecord]
    candidates: list[CandidateRecord] = []
    labels: dict[str, dict[str, str]] = {}
    argument: Argument

    @property
    def has_argument(self) -> bool:
        """Whether the argument has been drawn as a map."""
        return self.argument.thesis is not None

    @property
    def thesis(self) -> ClaimRecord:
        """The claim that the argument leads to; raises ``UnknownName`` where no argument is drawn."""
        return self.claim(self.argument.thesis or "")

    def claim(self, name: str) -> ClaimRecord:
        """Give the claim called ``name``; raises ``UnknownName``."""
        for claim in self.claims:
            if claim.id == name:
                return claim
        raise UnknownName("claim", name, [c.id for c in self.claims], f"article {self.article.slug}")
