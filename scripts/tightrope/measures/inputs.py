"""Numbers that rest on whole tables, as inputs of a report: named by the measure, hashed by what it gave.

A pair's place among all pairs rests on every row of a year. Were the table the input, any state's row would make every
report stale. What a report shows is the place, so the place is the input: where a measure looked at a whole table, what
it *gave* is recorded (`Evidence.derived`) instead of that look, and it is asked again to find out whether a report is
stale. Looks for some states' rows inside the same measure count as they always do.

Two hashes stand for it, ``tables-result``. The first is of the tables that the measure declares: where they are as they
were, nothing need be asked. The second is of every column of the result and of the missing kind and its words, but not
of row numbers. Figures that are no whole numbers are hashed as they are written with one to four significant digits,
which is how reports write them: a model fitted on all pairs moves in the ninth digit with any row, and nobody sees it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tightrope.errors import TightropeError
from tightrope.evidence import Evidence, inputs

if TYPE_CHECKING:
    from tightrope.measures.measure import Measure

DIGITS = 4
_NAME = re.compile(r"(\w+)\((\{.*\})\) as of (\d{4}-\d\d-\d\d)(?:, known on (\d{4}-\d\d-\d\d))?")


def record(evidence: Evidence, before: int, found: Measure, tables: Sequence[str]) -> None:
    """Record what a measure gave instead of the whole tables that it looked at.

    Parameters
    ----------
    evidence : Evidence
        Its reads from ``before`` on are the measure's.
    before : int
    found : Measure
    tables : sequence of str
        What the measure declares. Where it looked at another table, or an argument cannot be written down, the whole
        tables stay what was read.
    """
    reads = evidence.reads
    package = evidence.package.package  # past the note that is taken of whoever asks for a table's description
    wide = [
        i for i in range(before, len(reads))
        if not reads[i].through and reads[i].table in inputs.names_of(reads[i], package.table(reads[i].table))
    ]  # fmt: skip
    declared = {*tables, *inputs.ALWAYS}
    if not wide or any(read.table not in declared for read in reads[before:]):
        return
    try:
        arguments = json.dumps(found.arguments, sort_keys=True, ensure_ascii=False, default=_date)
    except TypeError:
        return
    known = f", known on {evidence.known_on}" if evidence.known_on != evidence.as_of else ""
    name = f"{found.name}({arguments}) as of {evidence.as_of}{known}"
    evidence.derived[name] = f"{_tables(evidence.root, tuple(tables), _state(evidence.root))}-{hash_result(found)}"
    for i in wide:
        reads[i] = replace(reads[i], through=name)


def current_inputs(
    root: Path, names: Iterable[str] | Mapping[str, Sequence[str]]
) -> dict[str, str | list[str]]:  # fmt: skip
    """Give the hash that each name of a report's inputs has now; one that is no longer there is left out.

    Parameters
    ----------
    root : Path
    names : iterable of str, or mapping
        With the hashes that reports carry, where given: a measure whose tables are as they were is then not asked.

    Returns
    -------
    dict
        A hash by name, or all of those given that still hold.
    """
    told = names if isinstance(names, Mapping) else dict.fromkeys(names, ())
    plain = {name: was for name, was in told.items() if "(" not in name.partition("?")[0]}
    found = inputs.still_hold(inputs.current_inputs(root, plain), plain)
    for name, was in told.items():
        call = _NAME.fullmatch(name)
        now = _ask(root, call, was) if call is not None else ""
        if now:
            found[name] = now
    return found


def _ask(root: Path, call: re.Match[str], was: Sequence[str]) -> str | list[str]:
    """Give those of ``was`` that still hold; what holds now where none is given or none does."""
    from tightrope.measures.measure import REGISTRY

    spec = REGISTRY.get(call[1])
    if spec is None:
        return ""
    tables = _tables(root, spec.tables, _state(root))
    result = ""
    holding = []
    for each in was:
        if each.partition("-")[0] != tables:
            result = result or _result(root, call)
            if each.partition("-")[2] != result:
                continue
        holding.append(each)
    return holding or f"{tables}-{result or _result(root, call)}"


def _result(root: Path, call: re.Match[str]) -> str:
    from tightrope.measures.measure import REGISTRY

    try:
        evidence = Evidence(root, as_of=call[3], known_on=call[4])
        return hash_result(REGISTRY[call[1]].function(evidence, **json.loads(call[2])))
    except TightropeError:
        return "none"  # what can no longer be asked is no longer what it was


def hash_result(found: Measure) -> str:
    """Hash what a measure gave, as a report may show it."""
    frame = found.frame
    columns = {str(name): [_shown(value) for value in frame[name].tolist()] for name in frame}
    missing = None if found.missing is None else [str(found.missing.kind), found.missing.detail]
    said = json.dumps([columns, found.unit, missing], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _shown(value: Any) -> Any:
    if isinstance(value, float) and not value.is_integer():
        return [f"{value:.{digits}g}" for digits in range(1, DIGITS + 1)]
    return value if value is None or isinstance(value, str | bool) else str(value)


def _date(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _state(root: Path) -> tuple[int, int]:
    """Tell one state of the descriptor from another."""
    stat = (root / inputs.DESCRIPTOR).stat()
    return stat.st_mtime_ns, stat.st_size


def hash_tables_ahead(root: Path) -> None:
    """Hash the tables of every measure, for those that will ask after a fork."""
    from tightrope.measures.measure import REGISTRY

    for spec in REGISTRY.values():
        _tables(root, spec.tables, _state(root))


@lru_cache(maxsize=512)
def _tables(root: Path, tables: tuple[str, ...], _: tuple[int, int]) -> str:
    """Hash the tables of a measure and what the descriptor says of them."""
    known = sorted({*tables, *inputs.ALWAYS})
    found = inputs.current_inputs(root, [*known, *(f"{table}#about" for table in known)])
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:8]
