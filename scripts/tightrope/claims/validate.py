"""Hold every claim record against the measures it names, before anything is judged."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tightrope.claims.files import ARTICLES, list_articles, load_article, locate
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
    for i, claim in enumerate(folder.claims):
        for state in claim.states:
            if state not in states:
                raise _fault(root, folder, claim, i, "states", "state", state, states)
        for measure, column, arguments in _uses(claim):
            spec = REGISTRY.get(measure)
            if spec is None:
                raise _fault(root, folder, claim, i, "measure", "measure", measure, REGISTRY)
            if column not in spec.columns:
                raise _fault(root, folder, claim, i, "column", f"column of {measure}", column, spec.columns)
            for name in arguments:
                if name not in spec.parameters:
                    raise _fault(root, folder, claim, i, "arguments", f"argument of {measure}", name, spec.parameters)
            needed = [n for n, p in spec.parameters.items() if p.default is inspect.Parameter.empty]
            lacking = [n for n in needed if n not in arguments]
            if lacking:
                raise BadRecord(
                    f"claim {claim.id} does not give {lacking[0]!r} to {measure}",
                    f"{ARTICLES / folder.article.slug / 'claims.toml'}, line {locate(root, folder, i, 'arguments')}",
                    "the measure cannot run without it", f"add {lacking[0]} to its arguments",
                )  # fmt: skip


def check_articles(root: Path) -> str:
    """Read every article under data/articles and hold its claims against the measures; give one line that says so.

    Raises
    ------
    BadRecord
        The first fault found, with file and line.
    """
    parts = []
    for slug in list_articles(root):
        folder = load_article(root, slug)
        validate_claims(root, folder, Evidence(root, as_of=folder.article.date))
        n_readings = sum(len(list(expand(claim.check))) for claim in folder.claims if claim.check)
        parts.append(f"{slug}: {len(folder.claims)} claims, {n_readings} readings: all valid")
    return "\n".join(parts) or "no article under data/articles"


def _uses(claim: ClaimRecord) -> Iterator[tuple[str, str, dict[str, Any]]]:
    choices: list[Choice] = list(expand(claim.check)) if claim.check else []
    for choice in choices:
        yield choice.measure, choice.column, choice.arguments
    for indicator in claim.indicators:
        yield indicator.measure, indicator.column, indicator.arguments
    for value in claim.context.values.values() if claim.context else ():
        yield value.measure, value.column, value.arguments


def _fault(
    root: Path, folder: ArticleFolder, claim: ClaimRecord, i: int, key: str, kind: str, name: str, known: Any
) -> BadRecord:
    error = UnknownName(kind, name, known)
    near = nearest(name, known)
    return BadRecord(
        f"claim {claim.id} names the unknown {kind} {name!r}",
        f"{ARTICLES / folder.article.slug / 'claims.toml'}, line {locate(root, folder, i, key, name)}",
        "its verdict would rest on nothing",
        f"did you mean {' or '.join(near)}?" if near else error.fix,
    )
