"""Verdicts as plain objects (JSON) and as the rows of a terminal table."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tightrope.claims.context import Context, Sentence, resolve_context
from tightrope.claims.files import load_article
from tightrope.claims.flip import Flip, flip
from tightrope.claims.judge import FALLEN, STANDING, judge_claim
from tightrope.claims.validate import validate_claims
from tightrope.claims.verdict import Indicator, Reading, Verdict, VerdictWord, weigh
from tightrope.evidence import Evidence, Source
from tightrope.measures import Missing

Say = Callable[[Any, str], str]


@dataclass(frozen=True)
class Judged:
    """A claim's verdict with its flip, its context (None until asked for) and the verdict on plain readings alone."""

    verdict: Verdict
    flip: Flip
    context: Context | None
    plain_only: VerdictWord


def judge_all(
    root: Path, slug: str, as_of: str | date | None = None, claims: Sequence[str] = (), with_context: bool = False
) -> list[Judged]:
    """Read an article, check its records and judge its claims.

    Parameters
    ----------
    root : Path
        The checkout.
    slug : str
        The article's folder under data/articles.
    as_of : date or str, optional
        The day; the article's own when not given.
    claims : sequence of str
        Ids; all when empty.
    with_context : bool
        Whether the two sentences of context are measured too.

    Raises
    ------
    UnknownName
        An unknown article or claim.
    BadParameter
        A malformed day, or one outside the evidence.
    BadRecord, BadTable
        Records or tables that do not hold.
    """
    folder = load_article(root, slug)
    chosen = [folder.claim(name) for name in claims] or folder.claims
    evidence = Evidence(root, as_of=as_of or folder.article.date)
    validate_claims(root, folder, evidence)
    found = []
    for claim in chosen:
        verdict = judge_claim(evidence, folder, claim)
        context = resolve_context(evidence, claim) if with_context else None
        found.append(Judged(verdict, flip(evidence, verdict), context, plain_only(verdict)))
    return found


def plain_only(verdict: Verdict) -> VerdictWord:
    """Give the verdict on the plain readings alone; a claim that is not tested keeps its word."""
    if not verdict.readings:
        return verdict.word
    word = weigh(verdict.plain)[0]
    return VerdictWord.OUTDATED if verdict.then in STANDING and word in FALLEN else word


def as_object(judged: Judged, say: Say = lambda value, unit: str(value)) -> dict[str, Any]:
    """Give one claim as an object of plain values.

    Keys: ``id``, ``statement``, ``kind``, ``theme``, ``locator``, ``verdict``, ``then`` (the verdict on the article's
    own day where ``as_of`` is later), ``plain_only``, ``as_of``, ``share`` (of the counted readings that hold, None
    when none has evidence), ``n_holding``, ``n_counted``, ``reason``, ``readings``, ``indicators``, ``flip``,
    ``context``, ``rows`` (see ``row_spans``). A missing value is None and ``missing`` says why; it is never zero.

    Parameters
    ----------
    judged : Judged
        From ``judge_all``.
    say : callable
        Writes a value in its unit, for the sentences of context.
    """
    v = judged.verdict
    return {
        "id": v.claim.id,
        "statement": v.claim.statement,
        "kind": v.claim.kind,
        "theme": v.claim.theme,
        "locator": v.claim.locator,
        "verdict": str(v.word),
        "then": str(v.then) if v.then else None,
        "plain_only": str(judged.plain_only),
        "as_of": v.as_of.isoformat(),
        "share": v.share,
        "n_holding": v.n_holding,
        "n_counted": v.n_counted,
        "reason": v.reason or None,
        "readings": [_reading(r) for r in v.readings],
        "indicators": [_indicator(i) for i in v.indicators],
        "flip": flip_object(judged.flip),
        "context": _context(judged.context, say),
        "rows": row_spans(v.rows),
    }


def as_json(judged: Sequence[Judged], say: Say = lambda value, unit: str(value)) -> str:
    """Give claims as a JSON array; the same claims and tables give the same bytes."""
    return json.dumps([as_object(j, say) for j in judged], ensure_ascii=False, indent=2, allow_nan=False)


def row_spans(rows: dict[str, list[int]] | None) -> dict[str, str] | None:
    """Give rows as ``{table: "7,12-40"}``: numbers counted from 0 in the stored table, both ends included.

    >>> row_spans({"events": [3, 4, 5, 9]})
    {'events': '3-5,9'}
    """
    if rows is None:
        return None
    found: dict[str, str] = {}
    for table, numbers in rows.items():
        runs: list[list[int]] = []
        for n in sorted(numbers):
            if runs and n == runs[-1][1] + 1:
                runs[-1][1] = n
            else:
                runs.append([n, n])
        found[table] = ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
    return found


def flip_object(found: Flip) -> dict[str, Any] | None:
    """Give a flip as an object; None for a claim that no reading tests."""
    if found.n_readings is None:
        return None
    return {
        "word_after": str(found.word_after) if found.word_after else None,
        "is_single": found.is_single,
        "n_readings": found.n_readings,
        "n_records": found.n_records,
        "reading": found.reading.label if found.reading else None,
        "value": found.value,
        "unit": found.unit,
        "from_value": _plain(found.from_value),
        "to_value": _plain(found.to_value),
        "change": _plain(found.change),
        "change_pct": _plain(found.change_pct),
        "is_limit": found.is_limit,
        "rival": found.rival,
        "table": found.table,
        "rows": row_spans(found.rows),
    }


def say_flip(found: Flip) -> str:
    """Give a flip in a few signs for a narrow table: ``-0.6%``, ``1 record``, ``8 readings``; a dash for none."""
    if found.n_readings is None:
        return "–"
    if found.value is None:
        return f"{found.n_readings} reading{'s' if found.n_readings > 1 else ''}"
    if found.value == "record":
        return f"{found.n_records} record{'s' if (found.n_records or 0) > 1 else ''}"
    if found.unit == "days":
        return f"{found.change:+.0f} days"
    if found.change_pct is None:
        return f"{found.change:+.4g} {found.unit}"
    return f"{found.change_pct:+.{1 if abs(found.change_pct) < 10 else 0}f}%"


def _reading(r: Reading) -> dict[str, Any]:
    return {
        "label": r.label,
        "class": r.kind,
        "reason": r.reason,
        "choices": _plain(r.choices),
        "measure": r.measure,
        "column": r.column,
        "arguments": _plain(r.arguments),
        "unit": r.unit,
        "observed": _plain(r.observed),
        "operator": r.operator,
        "expected": _plain(r.expected),
        "holds": r.holds,
        "missing": _missing(r.missing),
        "sources": [_source(s) for s in r.sources],
        "rows": row_spans(r.rows),
    }


def _indicator(i: Indicator) -> dict[str, Any]:
    return {
        "label": i.label,
        "unit": i.unit,
        "observed": _plain(i.observed),
        "missing": _missing(i.missing),
        "sources": [_source(s) for s in i.sources],
        "rows": row_spans(i.rows),
    }


def _missing(missing: Missing | None) -> dict[str, str] | None:
    return {"kind": str(missing.kind), "detail": missing.detail} if missing else None


def _source(s: Source) -> dict[str, Any]:
    return {
        "table": s.table,
        "producer": s.producer,
        "title": s.title,
        "version": s.version or None,
        "address": s.address or None,
        "licence": s.licence or None,
        "released": s.released.isoformat() if s.released else None,
        "hash": s.hash,
    }


def _context(context: Context | None, say: Say) -> dict[str, Any] | None:
    if context is None:
        return None

    def sentence(s: Sentence) -> dict[str, Any]:
        values = {
            name: {"id": v.id, "observed": _plain(v.observed), "unit": v.unit, "measure": v.measure,
                   "missing": _missing(v.missing), "rows": row_spans(v.rows)}
            for name, v in s.values.items()
        }  # fmt: skip
        return {"text": s.fill(say) or None, "missing": _missing(s.missing), "values": values}

    return {
        "for_author": sentence(context.for_author),
        "missing_context": sentence(context.missing_context),
        "is_missing": context.is_missing,
    }


def _plain(value: Any) -> Any:
    """Give a value that JSON can hold: dates as text, numpy's numbers as Python's, NaN as None."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(v) for v in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
