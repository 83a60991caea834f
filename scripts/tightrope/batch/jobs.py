"""From an order to its reports: every parameter set checked, every report named, nothing twice."""

from __future__ import annotations

import ast
import itertools
import math
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tightrope.batch.order import Listed, OrderFile
from tightrope.errors import BadParameter, BadRecord, UnknownName
from tightrope.publish.parameters import Parameter, declared, validate

# What stands in the folder of all reports beside them.
RESERVED = {"logs", "manifest", "index.html", "index.csv", "index.json", "manifest.jsonl"}
_LONGEST = 120
# Ten times all pairs of states: more than that is a slip, and would fill memory before the first report.
_MOST = 200_000


@dataclass(frozen=True)
class Job:
    """One report to make.

    Attributes
    ----------
    name : str
        Folder and file name.
    parameters : dict
        Values given to the notebook, checked.
    place : str
        File and line the parameter set stands at.
    """

    name: str
    parameters: dict[str, Any]
    place: str


def expand(file: OrderFile, nb: Mapping[str, Any], notebook: str) -> list[Job]:
    """Give every report of an order, in the order's order.

    Parameters
    ----------
    file : OrderFile
    nb : mapping
        Its notebook, as read.
    notebook : str
        The notebook's name, for messages and names.

    Raises
    ------
    TightropeError
        For a parameter set that does not fit the notebook, stands twice, or has the name of another; with its line.
    """
    known = declared(nb, file.root, notebook)
    sets = [(_checked(given, known, place, notebook, texts), place) for given, place, texts in _sets(file)]
    if not sets:
        raise file.fault("the order holds no parameter set", (), "add [[parameters]], [rows], [pairs] or [grid]")
    defaults = {name: _default(parameter) for name, parameter in known.items()}
    pattern = file.order.name or _pattern(Path(notebook).stem, [values for values, _ in sets], known)
    fields = _fields(pattern, known, file)
    jobs, by_name, by_values = [], dict[str, Job](), dict[str, str]()
    for values, place in sets:
        whole = {**defaults, **values}
        job = Job(_name(pattern, fields, whole, place), values, place)
        key = repr(sorted(whole.items()))
        if key in by_values:
            raise BadRecord(
                f"the parameter set {_said(values)} stands twice", place, f"first at {by_values[key]}", "remove one"
            )
        by_values[key] = place
        other = by_name.setdefault(job.name.casefold(), job)
        if other is not job:
            raise BadRecord(
                f"two reports would have the name {job.name!r}", place, f"the other stands at {other.place}",
                "put a parameter that differs into the order's name, as {parameter}",
            )  # fmt: skip
        jobs.append(job)
    return jobs


def _sets(file: OrderFile) -> Iterator[tuple[dict[str, Any], str, set[str]]]:
    """Give each parameter set, its place, and the names whose values are a CSV's texts."""
    grid = []
    for name, entry in file.order.grid.items():
        loc = ("grid", name)
        listed = entry if isinstance(entry, Listed) else Listed.model_construct(of=entry)
        values = file.values(listed, loc)
        if not values:
            raise file.fault(f"the grid has no value for {name}", loc, "list one at least")
        grid.append([(name, value, isinstance(listed.of, str)) for value, _ in values])
    bases = list(itertools.islice(_bases(file), _MOST + 1))
    if not bases and grid:
        bases = [({}, file.place(("grid",)), False)]
    if len(bases) * math.prod(len(values) for values in grid) > _MOST:
        raise file.fault(f"the order asks for too many: {_MOST:,} reports at most", (), "split it into several orders")
    for base, place, is_text in bases:
        both = next((name for name in file.order.grid if name in base), None)
        if both is not None:
            raise file.fault(f"{both} is set in the grid and outside it", ("grid", both), "set it in one of them")
        for cells in itertools.product(*grid):
            texts = {name for name in base if is_text} | {name for name, _, from_csv in cells if from_csv}
            yield {**base, **{name: value for name, value, _ in cells}}, place, texts


def _bases(file: OrderFile) -> Iterator[tuple[dict[str, Any], str, bool]]:
    order = file.order
    for i, row in enumerate(order.parameters):
        yield row, file.place(("parameters", i)), False
    if order.rows is not None:
        for text_row, place in file.table(order.rows.of, order.rows.where, ("rows",)):
            yield text_row, place, True
    if order.pairs is not None:
        values = file.values(order.pairs, ("pairs",))
        seen: dict[Any, str] = {}
        for value, place in values:
            if value in seen:
                raise BadRecord(f"{value!r} stands twice in the list", place, f"first at {seen[value]}", "remove one")
            seen[value] = place
        if len(values) < 2:
            raise file.fault("a list of fewer than two has no pair", ("pairs",), "list two at least")
        first, second = order.pairs.names
        from_csv, place = isinstance(order.pairs.of, str), file.place(("pairs",))
        for (a, _), (b, _) in itertools.combinations(values, 2):
            yield {first: a, second: b}, place, from_csv


def _checked(
    given: Mapping[str, Any], known: Mapping[str, Parameter], place: str, notebook: str, texts: set[str]
) -> dict[str, Any]:
    try:
        values = {
            **validate({n: v for n, v in given.items() if n not in texts}, known, notebook),
            **validate({n: v for n, v in given.items() if n in texts}, known, notebook, texts=True),
        }
    except (BadParameter, UnknownName, BadRecord) as error:
        error.where = f"{place}: {error.where}" if error.where else place
        raise
    return {name: values[name] for name in given}


def _default(parameter: Parameter) -> Any:
    try:
        return ast.literal_eval(parameter.default)
    except (ValueError, SyntaxError):
        return None


def _pattern(stem: str, sets: Sequence[Mapping[str, Any]], known: Mapping[str, Parameter]) -> str:
    """Name reports by what differs between them."""
    differs = [name for name in known if len({repr(values.get(name)) for values in sets}) > 1]
    return "-".join([stem, *(f"{{{name}}}" for name in differs)])


def _fields(pattern: str, known: Mapping[str, Parameter], file: OrderFile) -> list[str]:
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise file.fault(f"the name pattern does not read: {error}", ("name",), "write {parameter}") from None
    fields = [name for _, name, _, _ in parts if name is not None]
    for (_, name, spec, conversion), place in itertools.product(parts, [file.place(("name",))]):
        if name is not None and (spec or conversion or not name.isidentifier()):
            raise BadRecord(f"{{{name}}} in the name is more than a parameter's name", place, fix="write {parameter}")
        if name is not None and name not in known:
            raise UnknownName("parameter", name, known, place)
    return fields


def _name(pattern: str, fields: Sequence[str], values: Mapping[str, Any], place: str) -> str:
    parts = {field: re.sub(r"[^\w.-]+", "-", str(values.get(field))).strip("-.") for field in fields}
    empty = next((field for field, text in parts.items() if not text), None)
    if empty is not None:
        raise BadRecord(f"{empty} leaves nothing for the report's name", place, fix="take it out of the order's name")
    name = pattern.format_map(parts)
    if not re.fullmatch(r"\w[\w.-]*", name) or len(name) > _LONGEST or name.casefold() in RESERVED:
        raise BadRecord(
            f"{name!r} cannot be a report's name", place, fix=f"at most {_LONGEST} letters, digits, '-', '_' and '.'"
        )
    return name


def _said(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in values.items()) or "without any value"
