"""What a report carries away with it: its figures by name, the rows they were measured on, and its verdicts."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tightrope.asked import is_for_a_report
from tightrope.claims.export import Judged, as_object, plain_only
from tightrope.claims.files import ARTICLES
from tightrope.claims.flip import flip
from tightrope.claims.history import NAME as HISTORY
from tightrope.claims.judge import tables_of
from tightrope.claims.verdict import Verdict
from tightrope.evidence import Evidence
from tightrope.evidence.excerpt import excerpt
from tightrope.evidence.inputs import inputs_of
from tightrope.evidence.package import DESCRIPTOR
from tightrope.measures import Measure, find_measure
from tightrope.narrative.display import Record
from tightrope.narrative.report import Report
from tightrope.narrative.trace import Ledger, current

NUMBERS = "numbers.json"
VERDICTS = "verdicts.json"
# Frames beyond this length go as a hash: they are whole tables, not figures.
MOST_ROWS = 400
_CSV = "text/csv"
_JSON = "application/json"


def carry(evidence: Evidence) -> Record:
    """Give figures and rows for a report to carry, and what it read; an empty record where no report is made.

    Parameters
    ----------
    evidence : Evidence
        Its reads, and the ledger's measures, are those of the whole report: call it last.
    """
    if not is_for_a_report():
        return Record({})
    return Record({"attachments": _files(evidence), "inputs": inputs_of(evidence)})


def carry_article(report: Report) -> Record:
    """Give figures, rows, verdicts and the article's records for a report to carry."""
    if not is_for_a_report():
        return Record({})
    verdicts = [
        # A verdict's rows are those of its readings and would be told twice.
        {**as_object(Judged(v, flip(report.evidence, v), None, plain_only(v))), "rows": None, "tables": _tables(v)}
        for v in report.verdicts
    ]
    said = "Every claim's verdict with all readings, and the rows that each stands on"
    attached = [_entry(VERDICTS, _JSON, said, _dump(verdicts), relationship="Data")]
    folder = ARTICLES / report.folder.article.slug
    records = {}
    for path in sorted((report.evidence.root / folder).glob("*.toml")):
        records[path.name] = path.read_bytes()
        attached.append(
            _entry(
                path.name,
                "application/toml",
                "The article's records",
                records[path.name],
                place=str(folder / path.name),
            )
        )
    history = report.evidence.root / folder / HISTORY
    files = _files(report.evidence)
    if history.is_file():
        # The stored history says what it was made from; beside the excerpt that is the excerpt's descriptor.
        body = json.loads(history.read_text(encoding="utf-8"))
        descriptor = next(base64.b64decode(f["base64"]) for f in files if f["name"] == DESCRIPTOR.name)
        of = (records.get("article.toml", b""), records.get("claims.toml", b""), descriptor)
        body["made_from"] = hashlib.sha256(b"".join(of)).hexdigest()
        said = "When each claim held over the years, as stored; a rerun reads it and does not judge those years again"
        attached.append(_entry(HISTORY, _JSON, said, _dump(body), place=str(folder / HISTORY)))
    return Record({"attachments": [*attached, *files], "inputs": read_by(report)})


def read_by(report: Report) -> dict[str, str]:
    """Give what an article's report read: a hash by name.

    Tables behind its claims count whole: its history judges them on other days, by rows that nothing else may show. What
    a measure gave from such tables alone is no input besides.
    """
    whole = {table for claim in report.folder.claims for table in tables_of(claim)}
    found = inputs_of(report.evidence, whole)
    calls = {name: name.partition("(")[0] for name in found if "({" in name}
    return {n: h for n, h in found.items() if n not in calls or not whole.issuperset(find_measure(calls[n]).tables)}


def _tables(verdict: Verdict) -> list[str]:
    """Give every table that a verdict's measures may read."""
    measures = {r.measure for r in verdict.readings}
    named = {table for name in measures for table in find_measure(name).tables}
    return sorted(named | {*(verdict.rows or {})})


def _files(evidence: Evidence) -> list[dict[str, Any]]:
    ledger = current()
    said = "Every figure that the report uses, by the name of its measure, and every number that it says"
    files = [_entry(NUMBERS, _JSON, said, _dump(numbers(ledger) if ledger else {}), relationship="Data")]
    taken = excerpt(evidence)
    for name, content in taken.files.items():
        place = str(Path("data") / name)
        if name == DESCRIPTOR.name:
            said = "Describes the tables beside it: fields, units, sources, licences, and of what each is an excerpt"
            files.append(_entry(name, _JSON, said, content, relationship="Data", place=place))
        else:
            files.append(_entry(name, _CSV, taken.about[name], content, relationship="Data", place=place))
    return files


def _entry(
    name: str, mime: str, description: str, content: bytes, relationship: str = "Supplement", place: str = ""
) -> dict[str, Any]:
    return {
        "name": name, "mime": mime, "description": description, "relationship": relationship, "place": place,
        "base64": base64.b64encode(content).decode(),
    }  # fmt: skip


def numbers(ledger: Ledger) -> dict[str, Any]:
    """Give the figures and the numbers of a report.

    Returns
    -------
    dict
        ``figures``: for each measure that was looked at, its ``measure``, ``arguments``, ``unit``, ``tables`` (all that
        it may read), ``value`` (main column), ``columns`` and ``rows``; where it found nothing, ``missing``.
        ``said``: for each passage its ``texts`` in order, and the places in ``figures`` of the ``measures`` behind it.
    """
    texts: dict[int, list[str]] = {}
    for one in ledger.said:
        texts.setdefault(id(one.ground), []).append(one.text)
    said = [
        {"passage": ground.name, "texts": texts[id(ground)], "measures": ground.measures}
        for ground in ledger.grounds
        if id(ground) in texts
    ]
    return {"figures": [_figure(found) for found in ledger.measures], "said": said}


def _figure(found: Measure) -> dict[str, Any]:
    body = {
        "measure": found.name,
        "arguments": {name: _plain(value) for name, value in sorted(found.arguments.items())},
        "unit": found.unit,
        "value": found.value,
        "tables": sorted({*find_measure(found.name).tables, *found.rows}),
    }
    if found.missing is not None:
        return {**body, "missing": str(found.missing.kind)}
    rows = [[_plain(value) for value in row] for row in found.frame.itertuples(index=False, name=None)]
    if len(rows) > MOST_ROWS:
        return {**body, "n_rows": len(rows), "sha256": hashlib.sha256(_dump(rows)).hexdigest()}
    return {**body, "columns": list(map(str, found.frame.columns)), "rows": rows}


def _plain(value: Any) -> Any:
    """Give a value that JSON can hold; twelve digits, as sums differ from machine to machine in the last ones."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, str) or not isinstance(value, Iterable):
        if hasattr(value, "isoformat"):
            text = value.isoformat()
            return None if text == "NaT" else text[:10]
        if hasattr(value, "item"):
            value = value.item()
        if isinstance(value, float):
            return float(f"{value:.12g}") if math.isfinite(value) else None
        return value if isinstance(value, (str, int, bool)) else None
    return [_plain(entry) for entry in value]


def _dump(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"
