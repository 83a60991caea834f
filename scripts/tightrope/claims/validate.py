"""Hold every claim record against the measures it names, before anything is judged."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tightrope.claims.files import ARTICLES, locate
from tightrope.claims.judge import Choice, expand
from tightrope.claims.records import ArticleFolder, ClaimRecord
from tightrope.errors import BadRecord, UnknownName, nearest
from tightrope.evidence import Evidence
from tightrope.measures import REGISTRY


def validate_claims(root: Path, folder: ArticleFolder, evidence: Evidence) -> None:
    """Check that states, measures, columns and arguments of every claim exist.

    Raises
    ------
    BadRecord
        With the file and line of the claim, the unknown name and the nearest valid ones.
    """
    states = set(evidence.select("states", ["iso3"])["iso3"])
    for claim in folder.claims:
        for fault in name_faults(root, folder.article.slug, claim, states):
            raise fault


def name_faults(root: Path, slug: str, claim: ClaimRecord, states: Iterable[str]) -> list[BadRecord]:
    """Give a fault for every unknown state, measure, column or argument of a claim, and for every missing argument."""
    known = set(states)
    faults = [_fault(root, slug, claim.id, "states", "state", s, known) for s in claim.states if s not in known]
    for measure, column, arguments in _uses(claim):
        spec = REGISTRY.get(measure)
        if spec is None:
            faults.append(_fault(root, slug, claim.id, "measure", "measure", measure, REGISTRY))
            continue
        if column not in spec.columns:
            faults.append(_fault(root, slug, claim.id, "column", f"column of {measure}", column, spec.columns))
        for name in arguments:
            if name not in spec.parameters:
                faults.append(
                    _fault(root, slug, claim.id, "arguments", f"argument of {measure}", name, spec.parameters)
                )
        needed = [n for n, p in spec.parameters.items() if p.default is inspect.Parameter.empty]
        faults += [
            BadRecord(
                f"claim {claim.id} does not give {name!r} to {measure}",
                f"{ARTICLES / slug / 'claims.toml'}, line {locate(root, slug, claim.id, 'arguments')}",
                "the measure cannot run without it", f"add {name} to its arguments",
            )
            for name in needed if name not in arguments
        ]  # fmt: skip
    return list({str(fault): fault for fault in faults}.values())


def _uses(claim: ClaimRecord) -> Iterator[tuple[str, str, dict[str, Any]]]:
    choices: list[Choice] = list(expand(claim.check)) if claim.check else []
    for choice in choices:
        yield choice.measure, choice.column, choice.arguments
    for indicator in claim.indicators:
        yield indicator.measure, indicator.column, indicator.arguments
    for value in claim.context.values.values() if claim.context else ():
        yield value.measure, value.column, value.arguments


def _fault(root: Path, slug: str, claim: str, key: str, kind: str, name: str, known: Any) -> BadRecord:
    error = UnknownName(kind, name, known)
    near = nearest(name, known)
    return BadRecord(
        f"claim {claim} names the unknown {kind} {name!r}",
        f"{ARTICLES / slug / 'claims.toml'}, line {locate(root, slug, claim, key, name)}",
        "its verdict would rest on nothing",
        f"did you mean {' or '.join(near)}?" if near else error.fix,
    )
