"""data/CODEBOOK.md: every table with its fields, and every measure with its arguments.

Run ``python -m tightrope.authoring.codebook`` after a change (``make codebook``); a test holds the file in step.
"""

from __future__ import annotations

from pathlib import Path

from tightrope.authoring.command import newest
from tightrope.authoring.offer import Offer, inline, offer
from tightrope.evidence import Evidence, find_root
from tightrope.evidence.package import Resource
from tightrope.measures import REGISTRY

CODEBOOK = Path("data") / "CODEBOOK.md"
MOST = 24
_HEAD = """\
# Codebook

Written by `make codebook` from [datapackage.json](datapackage.json) and from the measures themselves; not edited by
hand. A number in a report is a measure of rows of these tables. An empty cell is never a zero: what it means stands in
the last column.
"""


def codebook(root: Path) -> str:
    """Give the whole codebook as Markdown; the same tables and measures give the same text."""
    evidence = newest(root)
    tables = sorted(evidence.package.resources, key=lambda r: (_theme(r), r.name))
    parts = [_HEAD, f"## Tables\n\n{len(tables)} tables, by theme.\n"]
    theme = ""
    for resource in tables:
        if _theme(resource) != theme:
            theme = _theme(resource)
            parts.append(f"### {theme.capitalize()}\n")
        parts.append(_table(resource))
    names = sorted(REGISTRY)
    parts.append(f"## Measures\n\n{len(names)} measures, by name. `tightrope measures NAME` says the same.\n")
    parts += [_measure(evidence, name) for name in names]
    return "\n".join(parts)


def _theme(resource: Resource) -> str:
    return resource.path.split("/")[1]


def _table(resource: Resource) -> str:
    details = resource.details
    span = f"{details.coverage.first} to {details.coverage.last}" if details.coverage.first else "no dates"
    released = f"released {details.released}" if details.released else "release date not known"
    lines = [
        f"#### `{resource.name}`\n",
        f"{_text(resource.title)}. {_text(resource.description)}.\n",
        f"{details.coverage.n_rows:,} rows, {span}. {_text(details.producer)}, "
        f"{_text(details.version or 'no version')}; {released}. {_text(details.licence)}.",
        f"Key: {', '.join(f'`{key}`' for key in resource.table_schema.primary_key) or 'none'}.\n",
        "| Field | Type | Unit | What it says | Empty means |",
        "|---|---|---|---|---|",
    ]
    for field in resource.table_schema.fields:
        missing = field.missing or ("never empty" if field.constraints.get("required") else "")
        lines.append(
            f"| `{field.name}` | {field.type} | {_cell(field.unit)} | {_cell(field.description)} | {_cell(missing)} |"
        )
    if details.notes:
        lines += ["", *(f"- {_text(note)}" for note in details.notes)]
    return "\n".join(lines) + "\n"


def _measure(evidence: Evidence, name: str) -> str:
    found: Offer = offer(evidence, name)
    span = " to ".join(found.coverage) if found.coverage else "no dates"
    lines = [
        f"#### `{name}`\n", f"{_text(found.summary)}.\n",
        f"Gives `{found.value}` ({_text(found.unit)}), with {', '.join(f'`{c}`' for c in found.columns)}. "
        f"Covers {span}, from {', '.join(f'`{t}`' for t in found.tables)}.\n",
    ]  # fmt: skip
    if found.arguments:
        lines += ["| Argument | Type | Default | Values |", "|---|---|---|---|"]
    for one in found.arguments:
        default = "required" if one.is_required else "none" if one.default is None else f"`{one.default}`"
        allowed = list(one.allowed or ())
        said = ", ".join(f"`{_cell(value)}`" for value in allowed[:MOST])
        said += f" and {len(allowed) - MOST} more" if len(allowed) > MOST else ""
        lines.append(f"| `{one.name}` | {one.type} | {default} | {said} |")
    if found.example is not None:
        lines.append(f"\nFor example `arguments = {inline(found.example)}`.")
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return " ".join(text.replace("``", "`").rstrip(".").split())


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|")


if __name__ == "__main__":
    home = find_root()
    (home / CODEBOOK).write_text(codebook(home), encoding="utf-8", newline="\n")
    print(f"{CODEBOOK}: {len(REGISTRY)} measures")
