"""Changes for people on a terminal and for programs as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tightrope.diff.changes import Changes, Moved, Turned, say

# More than this is for the JSON or the HTML report; a terminal shows the largest.
MOST_NUMBERS = 20
MOST_REASONS = 4


def show(found: Sequence[Changes], console: Console | None = None) -> None:
    """Print the changes of each pair of reports, and what is the same in one line."""
    out = console or Console(highlight=False, soft_wrap=True)
    changed = [one for one in found if not one.is_none]
    if not changed:
        out.print("Nothing changed: verdicts, figures, claims and sources are the same.")
        return
    for one in changed:
        _show_one(one, out)
    if len(found) > 1:
        out.print(f"{len(changed)} of {len(found)} reports changed; reports with the same bytes are not counted.")


def _show_one(one: Changes, out: Console) -> None:
    out.print(Text(one.title, style="bold"))
    if one.old is None or one.new is None:
        out.print("  new report" if one.old is None else "  gone")
        return
    out.print(f"  from {one.old.name} to {one.new.name}")
    for title, turned in (("Verdicts that changed", one.verdicts), ("Same verdict, other readings", one.firmer)):
        if turned:
            out.print(_verdicts(title, turned))
    if one.numbers:
        out.print(_numbers(one.numbers))
    for label, names in lists(one):
        shown = "; ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        out.print(Text(f"  {label} ({len(names)}): {shown}"))
    out.print(f"  {one.n_same} figures and readings are the same.")


def _table(title: str, columns: Sequence[str], right: Sequence[int] = ()) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for i, column in enumerate(columns):
        table.add_column(column, justify="right" if i in right else "left", overflow="fold")
    return table


def _verdicts(title: str, turned: Sequence[Turned]) -> Table:
    table = _table(title, ["Claim", "Then", "Now", "Why"])
    for one in turned:
        lines = [*one.reasons[:MOST_REASONS]]
        if len(one.reasons) > MOST_REASONS:
            lines.append(f"and {len(one.reasons) - MOST_REASONS} more readings")
        why = "\n".join(lines) or "no reading turned: what it rests on did"
        table.add_row(Text(one.claim), Text(one.old), Text(one.new), Text(why))
    return table


def _numbers(moved: Sequence[Moved]) -> Table:
    title = "Numbers that moved"
    if len(moved) > MOST_NUMBERS:
        title += f": the {MOST_NUMBERS} largest changes of {len(moved)}, all of them with --json or --html"
    table = _table(title, ["Figure", "Then", "Now", "Change"], right=(1, 2, 3))
    for one in largest(moved)[:MOST_NUMBERS]:
        table.add_row(*(Text(text) for text in row_of(one)))
    return table


def row_of(one: Moved) -> tuple[str, str, str, str]:
    """Give a number that moved in four texts: name with unit, then, now, change in percent or a dash."""
    change = "–" if one.change_pct is None else f"{one.change_pct:+,.1f}%"
    return (f"{one.key} ({one.unit})" if one.unit else one.key, say(one.old), say(one.new), change)


def largest(moved: Sequence[Moved]) -> list[Moved]:
    """Put what came, went or cannot be said in percent first, then the largest changes."""
    return sorted(moved, key=lambda one: (one.change_pct is not None, -abs(one.change_pct or 0.0), one.key))


def lists(one: Changes) -> Iterator[tuple[str, list[str]]]:
    """Give what was added and what is gone, list by list, with a label."""
    for label, names in (
        ("Claims added", one.claims_added),
        ("Claims gone", one.claims_gone),
        ("Sources added", one.sources_added),
        ("Sources gone", one.sources_gone),
        ("Sources with other contents", one.sources_changed),
        ("Parameters that differ", [f"{p.key}: {say(p.old)} → {say(p.new)}" for p in one.parameters]),
        ("Figures added", one.numbers_added),
        ("Figures gone", one.numbers_gone),
    ):
        if names:
            yield label, names


def as_json(found: Sequence[Changes]) -> str:
    """Give all changes as a JSON array, one object a pair of reports; None where a side has no report."""
    return json.dumps([_object(one) for one in found], ensure_ascii=False, indent=1, allow_nan=False)


def _object(one: Changes) -> dict[str, Any]:
    def turned(entries: Sequence[Turned]) -> list[dict[str, Any]]:
        return [
            {"claim": t.claim, "statement": t.statement, "old": t.old, "new": t.new, "reasons": list(t.reasons)}
            for t in entries
        ]

    def moved(entries: Sequence[Moved]) -> list[dict[str, Any]]:
        return [
            {"key": m.key, "old": m.old, "new": m.new, "unit": m.unit or None, "change_pct": m.change_pct}
            for m in entries
        ]

    return {
        "title": one.title,
        "old": one.old.name if one.old else None,
        "new": one.new.name if one.new else None,
        "verdicts": turned(one.verdicts),
        "readings_under_the_same_verdict": turned(one.firmer),
        "numbers": moved(one.numbers),
        "numbers_added": one.numbers_added,
        "numbers_gone": one.numbers_gone,
        "claims_added": one.claims_added,
        "claims_gone": one.claims_gone,
        "sources_added": one.sources_added,
        "sources_gone": one.sources_gone,
        "sources_changed": one.sources_changed,
        "parameters": moved(one.parameters),
        "n_same": one.n_same,
    }
