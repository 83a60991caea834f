"""What each measure offers: its arguments with the values they take, unit, coverage, tables and an example.

Which values an argument takes is asked of the measure itself, with a value that no list holds: what it refuses with
names its list, so that what is shown here can never differ from what the measure accepts.
"""

from __future__ import annotations

import functools
import inspect
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from tightrope.errors import TightropeError, UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import REGISTRY, Spec, find_measure

NOWHERE = "?"
STATE = "state"
_SAID = {
    "str": "text", "int": "whole number", "bool": "true or false", "Years": "year or list of years", "Day": "date",
    "day": "date", "date": "date", "Sequence[str]": "list of texts",
}  # fmt: skip
# Tables that give names and sizes to others; what a measure covers does not end with them.
_HELPERS = ("states", "hs_chapters", "distances")


@dataclass(frozen=True)
class Argument:
    """One argument: its type, whether it must be given, its default, and its values where they are a closed list."""

    name: str
    type: str
    is_required: bool
    default: Any = None
    allowed: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Offer:
    """A measure as an article's author meets it; ``coverage`` is the first and last period of its tables."""

    name: str
    summary: str
    unit: str
    value: str
    columns: tuple[str, ...]
    arguments: tuple[Argument, ...]
    coverage: tuple[str, str] | None
    tables: tuple[str, ...]
    example: dict[str, Any] | None

    def as_object(self) -> dict[str, Any]:
        """Give it as plain values."""
        return asdict(self)


def offer(evidence: Evidence, name: str) -> Offer:
    """Say what the measure called ``name`` offers; raises ``UnknownName`` with the nearest."""
    spec = find_measure(name)
    example = example_of(spec)
    arguments = tuple(_argument(evidence, spec, parameter, example) for parameter in spec.parameters.values())
    return Offer(
        name, said(spec), spec.unit, spec.value, spec.columns, arguments, coverage(evidence, spec), spec.tables,
        dict(example) if example is not None else None,
    )  # fmt: skip


def said(spec: Spec) -> str:
    """Give what a measure says, without the marks of its docstring."""
    return spec.summary.replace("``", "")


def example_of(spec: Spec) -> Mapping[str, Any] | None:
    """Give arguments that a measure has an answer to, None where nobody has written any."""
    return spec.example if spec.example is not None else _examples().get(spec.name)


@functools.cache
def _examples() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files(__package__) / "examples.toml").read_text(encoding="utf-8"))


def coverage(evidence: Evidence, spec: Spec) -> tuple[str, str] | None:
    """Give the first and last period of the tables a measure may read, None where they have no dates."""
    spans = [evidence.package.table(t).details.coverage for t in spec.tables if t not in _HELPERS]
    firsts, lasts = [s.first for s in spans if s.first], [s.last for s in spans if s.last]
    return (min(firsts), max(lasts)) if firsts and lasts else None


def _argument(
    evidence: Evidence, spec: Spec, parameter: inspect.Parameter, example: Mapping[str, Any] | None
) -> Argument:
    kind = str(parameter.annotation).strip("'")
    required = parameter.default is inspect.Parameter.empty
    said = [_SAID.get(part, part) for part in kind.split(" | ") if part != "None"]
    said = ["date"] if "date" in said and "text" in said and len(said) == 2 else said
    allowed = None
    if "str" in kind and example is not None:
        value: Any = [NOWHERE] if "Sequence" in kind else NOWHERE
        asked = _ask(evidence, spec, {**example, parameter.name: value})
        if asked and asked[0] == STATE:
            said = ["list of states"] if "Sequence" in kind else [STATE]
        elif asked:
            allowed = asked[1]
    default = None if required else parameter.default
    return Argument(parameter.name, " or ".join(dict.fromkeys(said)), required, default, allowed)


def _ask(evidence: Evidence, spec: Spec, arguments: Mapping[str, Any]) -> tuple[str, tuple[str, ...]] | None:
    try:
        spec.function(evidence, **arguments)
    except UnknownName as error:
        return (error.kind, error.choices) if error.name == NOWHERE else None
    except (TightropeError, ValueError):
        return None
    return None


def list_text(evidence: Evidence) -> str:
    """Give every measure on one line: name, unit, coverage, what it says."""
    rows = [
        (spec.name, spec.unit.split(",")[0], "–".join(year[:4] for year in coverage(evidence, spec) or ()),
         said(spec).split(". ")[0].rstrip("."))
        for spec in sorted(REGISTRY.values(), key=lambda s: s.name)
    ]  # fmt: skip
    head = ("measure", "unit", "covers", "what it says")
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(3)]
    return "\n".join(
        "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]])
        for row in [head, *rows]
    )


def offer_text(found: Offer, most: int = 12) -> str:
    """Give one measure whole, with a reading that a claim could hold."""
    lines = [f"{found.name}: {found.summary}", "", f"  unit      {found.unit} (column {found.value})"]
    lines.append(f"  columns   {', '.join(found.columns)}")
    lines.append(f"  covers    {' to '.join(found.coverage) if found.coverage else 'no dates'}")
    lines.append(f"  tables    {', '.join(found.tables)}")
    for i, one in enumerate(found.arguments):
        head = "arguments" if i == 0 else ""
        end = (
            "required" if one.is_required else f"default {toml(one.default)}" if one.default is not None else "optional"
        )
        lines.append(f"  {head:<10}{one.name}: {one.type}, {end}{_allowed(one, most)}")
    if found.example is not None:
        lines += ["", "  for example, in a claim's check:", ""]
        lines += [f'    measure = "{found.name}"', f'    column = "{found.value}"']
        lines.append(f"    arguments = {inline(found.example)}")
    return "\n".join(lines)


def _allowed(argument: Argument, most: int) -> str:
    if not argument.allowed:
        return ""
    more = len(argument.allowed) - most
    return ": " + ", ".join(argument.allowed[:most]) + (f" … and {more} more" if more > 0 else "")


def toml(value: Any) -> str:
    """Give a plain value as TOML writes it."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def inline(values: Mapping[str, Any]) -> str:
    """Give arguments as an inline table of TOML."""
    return "{ " + ", ".join(f"{key} = {toml(value)}" for key, value in values.items()) + " }" if values else "{}"
