"""Figures of reports by name: a key says what a figure is, so that two reports can be held against each other."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Sums differ from machine to machine in their last digits.
TOLERANCE = 1e-9
_DATING = ("year", "date", "month", "day", "period")


@dataclass(frozen=True)
class Figure:
    """One value.

    Attributes
    ----------
    key : str
        ``trade_flow(flow=export, reporter=KOR)[year=2020].value_musd``.
    value : number, text, bool or None
        None where the measure says that it is missing.
    unit : str
    tables : frozenset of str
        Tables that it may rest on.
    """

    key: str
    value: Any
    unit: str
    tables: frozenset[str]


def figures(numbers: Mapping[str, Any]) -> dict[str, Figure]:
    """Give every figure of ``numbers.json`` by its key."""
    found: dict[str, Figure] = {}
    for entry in numbers.get("figures", ()):
        for figure in _of(entry):
            found[figure.key] = figure
    return found


def name_of(entry: Mapping[str, Any]) -> str:
    """Give a measure's name with its arguments."""
    given = ", ".join(f"{name}={_text(value)}" for name, value in sorted(entry.get("arguments", {}).items()))
    return f"{entry['measure']}({given})"


def _of(entry: Mapping[str, Any]) -> Iterator[Figure]:
    name, unit = name_of(entry), str(entry.get("unit", ""))
    tables = frozenset(map(str, entry.get("tables", ())))
    if "missing" in entry:
        yield Figure(name, None, unit, tables)
        return
    if "sha256" in entry:
        yield Figure(f"{name} as a whole", f"{entry['n_rows']} rows, sha256 {entry['sha256'][:12]}", unit, tables)
        return
    columns, rows = entry["columns"], entry["rows"]
    naming = _naming(columns, rows, str(entry.get("value", "")))
    seen: dict[str, int] = {}
    for row in rows:
        at = ", ".join(f"{columns[i]}={_text(row[i])}" for i in naming)
        seen[at] = seen.get(at, 0) + 1
        # Rows that nothing tells apart are counted.
        place = f"[{at}{f', no. {seen[at]}' if seen[at] > 1 else ''}]" if at or len(rows) > 1 else ""
        for i, column in enumerate(columns):
            if i not in naming:
                yield Figure(f"{name}{place}.{column}", row[i], unit if column == entry.get("value") else "", tables)


def _naming(columns: list[str], rows: list[list[Any]], value: str) -> list[int]:
    """Choose the columns that tell rows apart: what dates them first, then texts; the main column never."""
    if len(rows) < 2:
        return []
    dating = [i for i, column in enumerate(columns) if column in _DATING and column != value]
    texts = [
        i for i, column in enumerate(columns)
        if i not in dating and column != value and all(isinstance(row[i], str) for row in rows)
    ]  # fmt: skip
    chosen: list[int] = []
    for i in (*dating, *texts):
        if len({json.dumps([row[j] for j in chosen]) for row in rows}) == len(rows):
            break
        if len({json.dumps(row[i]) for row in rows}) > 1:
            chosen.append(i)
    return sorted(chosen)


def _text(value: Any) -> str:
    if isinstance(value, list):
        texts = [_text(entry) for entry in value]
        return "+".join(texts) if len(texts) <= 6 else f"{texts[0]}+…+{texts[-1]} ({len(texts)})"
    return str(value) if not isinstance(value, float) else f"{value:g}"


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two values are equal, but for the last digits of a float."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=1e-12)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    return bool(one == other)
