"""The changes from one report to another: each verdict with its reasons, each figure by its key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tightrope.diff.sides import Side
from tightrope.verify.figures import is_same

_CLASSES = ("plain", "defensible", "strained")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d(?:-\d\d-\d\d)?\b")
# Columns in which a measure repeats what it was asked for.
_ASKED = {"on", "year", "first_year", "last_year"}


@dataclass(frozen=True)
class Turned:
    """A verdict that changed.

    Attributes
    ----------
    claim, statement, old, new : str
    reasons : tuple of str
        Which readings turned, each with what it showed then and now and the rows that it stands on.
    """

    claim: str
    statement: str
    old: str
    new: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """A number that moved: its key, both values, and by how much in percent where that can be said."""

    key: str
    old: Any
    new: Any
    unit: str = ""

    @property
    def change_pct(self) -> float | None:
        """Change in percent of the old value; None for texts and for an old value of zero."""
        if any(isinstance(v, bool) or not isinstance(v, (int, float)) for v in (self.old, self.new)) or not self.old:
            return None
        return float(100 * (self.new - self.old) / abs(self.old))


@dataclass
class Changes:
    """All that changed from ``old`` to ``new``.

    Attributes
    ----------
    verdicts : list of Turned
    firmer : list of Turned
        Claims whose verdict is the same while readings turned.
    numbers : list of Moved
        Figures that both have under the same key, with other values.
    numbers_added, numbers_gone : list of str
        Keys that one of them has.
    claims_added, claims_gone, sources_added, sources_gone, sources_changed : list of str
    parameters : list of Moved
    n_same : int
        Figures and readings that are the same.
    is_bare : bool
        Whether one of them carries neither figures nor verdicts, so that there is nothing to compare.
    """

    old: Side | None
    new: Side | None
    verdicts: list[Turned] = field(default_factory=list)
    firmer: list[Turned] = field(default_factory=list)
    numbers: list[Moved] = field(default_factory=list)
    numbers_added: list[str] = field(default_factory=list)
    numbers_gone: list[str] = field(default_factory=list)
    claims_added: list[str] = field(default_factory=list)
    claims_gone: list[str] = field(default_factory=list)
    sources_added: list[str] = field(default_factory=list)
    sources_gone: list[str] = field(default_factory=list)
    sources_changed: list[str] = field(default_factory=list)
    parameters: list[Moved] = field(default_factory=list)
    n_same: int = 0
    is_bare: bool = False

    @property
    def title(self) -> str:
        """Title of the report."""
        side = self.new or self.old
        return side.title if side else ""

    @property
    def is_none(self) -> bool:
        """Whether nothing changed."""
        lists = (v for k, v in vars(self).items() if k not in ("old", "new", "n_same"))
        return self.old is not None and self.new is not None and not any(lists)


def changes(old: Side | None, new: Side | None) -> Changes:
    """Compare two reports; with one of them, there is only its coming or going to tell."""
    found = Changes(old, new)
    if old is None or new is None:
        return found
    found.is_bare = any(not (side.figures or side.verdicts) for side in (old, new))
    if found.is_bare:
        return found
    _verdicts(found, old.verdicts, new.verdicts)
    _figures(found, old, new)
    found.sources_added = _only(new.sources, old.sources)
    found.sources_gone = _only(old.sources, new.sources)
    found.sources_changed = sorted(
        n for n in old.sources.keys() & new.sources.keys() if old.sources[n] != new.sources[n]
    )
    names = sorted(old.parameters.keys() | new.parameters.keys())
    both = [Moved(name, old.parameters.get(name), new.parameters.get(name)) for name in names]
    found.parameters = [one for one in both if one.old != one.new]
    return found


def _only(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return sorted(set(one) - set(other))


def _verdicts(found: Changes, old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> None:
    found.claims_added = [f"{name}: {new[name]['statement']}" for name in _only(new, old)]
    found.claims_gone = [f"{name}: {old[name]['statement']}" for name in _only(old, new)]
    for name in sorted(old.keys() & new.keys()):
        then, now = old[name], new[name]
        reasons = tuple(_reasons(found, then, now))
        turned = Turned(name, str(now["statement"]), str(then["verdict"]), str(now["verdict"]), reasons)
        if turned.old != turned.new:
            found.verdicts.append(turned)
        elif reasons:
            found.firmer.append(turned)


def _reasons(found: Changes, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterable[str]:
    """Tell which readings turned, and note every reading whose value moved."""
    before, after = _by_name(then["readings"]), _by_name(now["readings"])
    names = [*after, *(n for n in before if n not in after)]
    # What decides comes first.
    names.sort(key=lambda name: _CLASSES.index((after.get(name) or before[name])["class"]))
    for name in names:
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            reading = other or one or {}
            word = "gone" if other is None else "new"
            yield f"{reading['class']} reading “{reading['label']}” is {word}: {_outcome(reading)}"
            continue
        if one["holds"] != other["holds"]:
            rows = _rows(one) if _rows(one) == _rows(other) else f"{_rows(one)} → {_rows(other)}"
            label = shifted(str(one["label"]), str(other["label"]))
            yield f"{other['class']} reading “{label}”: {_outcome(one)} → {_outcome(other)} [{rows}]"
        if not is_same(one["observed"], other["observed"]):
            key = f"{now['id']} · {shifted(str(one['label']), str(other['label']))}"
            found.numbers.append(Moved(key, one["observed"], other["observed"], str(other["unit"])))
        else:
            found.n_same += 1


def _by_name(readings: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Name readings by their labels without the years in them, which move with the day; counted where alike."""
    found: dict[str, Mapping[str, Any]] = {}
    for reading in readings:
        name = label = re.sub(r"\s+", " ", _YEAR.sub("year", str(reading["label"]))).strip()
        n = 1
        while name in found:
            n += 1
            name = f"{label} (no. {n})"
        found[name] = reading
    return found


def shifted(old: str, new: str) -> str:
    """Write two texts that differ in years as one: ``imports, 2017→2020``; others one after the other."""
    years = _YEAR.findall(old)
    if old == new:
        return new
    if _YEAR.sub("year", old) != _YEAR.sub("year", new):
        return f"{old}” → “{new}"
    then = iter(years)
    return _YEAR.sub(lambda now: _both(next(then), now.group()), new)


def _both(then: str, now: str) -> str:
    return now if then == now else f"{then}→{now}"


def _outcome(reading: Mapping[str, Any]) -> str:
    if reading["missing"] is not None:
        return f"no data ({reading['missing']['detail']})"
    word = {True: "holds", False: "fails", None: "is not counted"}[reading["holds"]]
    value, unit = say(reading["observed"]), str(reading["unit"])
    said = {"yes or no": value, "rank": f"rank {value}", "percent": f"{value}%"}.get(unit, f"{value} {unit}")
    return f"{word} ({said})"


def _rows(reading: Mapping[str, Any]) -> str:
    """Name the rows: one by one where they are few, else how many."""
    parts = [
        f"{table} {'row' if spans.isdigit() else 'rows'} {spans}"
        if len(spans) <= 24
        else f"{_n_rows(spans):,} rows of {table}"
        for table, spans in (reading["rows"] or {}).items()
        if spans
    ]
    return "; ".join(parts) or "no rows"


def _n_rows(spans: str) -> int:
    ends = (span.split("-") for span in spans.split(","))
    return sum(int(end[-1]) - int(end[0]) + 1 for end in ends)


def _figures(found: Changes, old: Side, new: Side) -> None:
    then, now = old.figures, new.figures
    pairs = {key: key for key in sorted(then.keys() & now.keys())}
    pairs |= _moved_along(set(then) - set(now), set(now) - set(then))
    for before, after in pairs.items():
        one, other = then[before].value, now[after].value
        if is_same(one, other) or _is_the_day(old, new, one, other) or _is_asked(before, after):
            found.n_same += 1
        else:
            found.numbers.append(Moved(shifted(before, after), one, other, now[after].unit))
    found.numbers_gone = _only(then, pairs)
    found.numbers_added = _only(now, pairs.values())


def _moved_along(gone: set[str], added: set[str]) -> dict[str, str]:
    """Pair figures whose measure is asked for other years on the later day, as the last ten or the last full one."""

    def by_name(keys: Iterable[str]) -> dict[str, str]:
        found: dict[str, list[str]] = {}
        for key in keys:
            # Years of a measure's arguments only: those of its rows say which figure of a series it is.
            asked, bracket, rest = key.partition(")")
            found.setdefault(_YEAR.sub("year", asked) + bracket + rest, []).append(key)
        return {name: same[0] for name, same in found.items() if len(same) == 1}

    before, after = by_name(gone), by_name(added)
    return {before[name]: after[name] for name in sorted(before.keys() & after.keys()) if "year" in name}


def _is_the_day(old: Side, new: Side, one: Any, other: Any) -> bool:
    """Tell whether a value only repeats the day that each report was made on."""
    return bool(old.as_of) and (str(one), str(other)) == (old.as_of, new.as_of)


def _is_asked(before: str, after: str) -> bool:
    """Tell whether a figure only repeats the years that its measure was asked for."""
    return before != after and after.rpartition(".")[2] in _ASKED


def say(value: Any) -> str:
    """Write a value for a reader."""
    if value is None:
        return "no value"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:,.0f}" if float(value).is_integer() and abs(value) >= 10_000 else f"{value:,.6g}"
    if isinstance(value, list):
        return ", ".join(map(say, value[:6])) + (" …" if len(value) > 6 else "")
    return str(value)
