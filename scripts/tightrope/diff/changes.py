"""The changes from one report to another: each verdict with its reasons, each figure by its key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tightrope.diff.sides import Side
from tightrope.verify.figures import is_same

_CLASSES = ("plain", "defensible", "strained")
# A year ends also where Hangul begins: 2023년.
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d(?:-\d\d-\d\d)?\b", re.ASCII)
# Columns in which a measure repeats what it was asked for.
_ASKED = {"on", "year", "first_year", "last_year"}


@dataclass(frozen=True)
class Reason:
    """A reading that turned: as it was then, and as it is now; None where there is none.

    `tightrope.diff.words.say_reason` tells it.
    """

    then: Mapping[str, Any] | None
    now: Mapping[str, Any] | None

    @property
    def reading(self) -> Mapping[str, Any]:
        """The reading, as it is now where it still is."""
        return self.now or self.then or {}

    @property
    def label(self) -> str:
        """What the reading is called, with the years that moved."""
        if self.then is None or self.now is None:
            return str(self.reading["label"])
        return shifted(str(self.then["label"]), str(self.now["label"]))


@dataclass(frozen=True)
class Turned:
    """A verdict that changed.

    Attributes
    ----------
    claim, statement, old, new : str
        Verdicts by the words that are attached, which are English.
    reasons : tuple of Reason
        Which readings turned.
    """

    claim: str
    statement: str
    old: str
    new: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Moved:
    """A number that moved: its key, both values, and by how much in percent where that can be said.

    A figure's key is a name for programs, a reading's is in the language of its report.
    """

    key: str
    old: Any
    new: Any
    unit: str = ""
    is_figure: bool = False

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


def _reasons(found: Changes, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Reason]:
    """Give the readings that turned, and note every reading whose value moved."""
    is_one_language = found.old is not None and found.new is not None and found.old.language == found.new.language
    name_of = _by_label if is_one_language else _by_asking
    before, after = _by_name(then["readings"], name_of), _by_name(now["readings"], name_of)
    names = [*after, *(n for n in before if n not in after)]
    # What decides comes first.
    names.sort(key=lambda name: _CLASSES.index((after.get(name) or before[name])["class"]))
    for name in names:
        reason = Reason(before.get(name), after.get(name))
        one, other = reason.then, reason.now
        if one is None or other is None:
            yield reason
            continue
        if one["holds"] != other["holds"]:
            yield reason
        if not is_same(one["observed"], other["observed"]):
            key = f"{now['id']} · {reason.label}"
            found.numbers.append(Moved(key, one["observed"], other["observed"], str(other["unit"])))
        else:
            found.n_same += 1


def _by_name(
    readings: Iterable[Mapping[str, Any]], name_of: Callable[[Mapping[str, Any]], str]
) -> dict[str, Mapping[str, Any]]:
    """Name readings, those that are called alike by their number."""
    found: dict[str, Mapping[str, Any]] = {}
    for reading in readings:
        name = called = name_of(reading)
        n = 1
        while name in found:
            n += 1
            name = f"{called} (no. {n})"
        found[name] = reading
    return found


def _by_label(reading: Mapping[str, Any]) -> str:
    """Name a reading by its label without the years in it, which move with the day."""
    return re.sub(r"\s+", " ", _YEAR.sub("year", str(reading["label"]))).strip()


def _by_asking(reading: Mapping[str, Any]) -> str:
    """Name a reading by what it asks of which measure, without the years: that is alike in every language."""
    asked = [reading.get(name) for name in ("class", "measure", "column", "operator", "expected", "arguments")]
    return _YEAR.sub("year", json.dumps(asked, sort_keys=True, default=str))


def shifted(old: str, new: str) -> str:
    """Write two texts that differ in years as one: ``imports, 2017→2020``; others with an arrow between them."""
    years = _YEAR.findall(old)
    if old == new:
        return new
    if _YEAR.sub("year", old) != _YEAR.sub("year", new):
        return f"{old} → {new}"
    then = iter(years)
    return _YEAR.sub(lambda now: _both(next(then), now.group()), new)


def _both(then: str, now: str) -> str:
    return now if then == now else f"{then}→{now}"


def _figures(found: Changes, old: Side, new: Side) -> None:
    then, now = old.figures, new.figures
    pairs = {key: key for key in sorted(then.keys() & now.keys())}
    pairs |= _moved_along(set(then) - set(now), set(now) - set(then))
    for before, after in pairs.items():
        one, other = then[before].value, now[after].value
        if is_same(one, other) or _is_the_day(old, new, one, other) or _is_asked(before, after):
            found.n_same += 1
        else:
            found.numbers.append(Moved(shifted(before, after), one, other, now[after].unit, is_figure=True))
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
