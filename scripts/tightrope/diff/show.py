"""Changes for people on a terminal and for programs as JSON."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console, JustifyMethod
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tightrope.diff.changes import Changes, Moved, Turned, say
from tightrope.verify.terminal import harmless

# More than this is for the JSON or the HTML report; a terminal shows the largest.
MOST_NUMBERS = 20
MOST_REASONS = 4
MOST_LISTED = 8
MOST_TEXT = 60
NO_READING = "no reading turned: what it rests on did"
BARE = "One of them carries neither figures nor verdicts, so that nothing can be compared."
_YEARS = (".year", ".first_year", ".last_year")
# Each column of such a measure has its own, which its name says.
_UNITS_UNSAID = {"as in the column unit"}


def show(found: Sequence[Changes], console: Console | None = None) -> None:
    """Print the changes of each pair of reports, and what is the same in one line."""
    out = console or Console(highlight=False)
    changed = [one for one in found if not one.is_none]
    if not changed:
        _say(out, "Nothing changed: verdicts, figures, claims and sources are the same.")
        return
    for one in changed:
        _show_one(one, out)
    if len(found) > 1:
        _say(out, f"{len(changed)} of {len(found)} reports changed; reports with the same bytes are not counted.")


def _show_one(one: Changes, out: Console) -> None:
    _say(out, one.title, style="bold")
    if one.old is None or one.new is None:
        _say(out, "new report" if one.old is None else "gone", 2)
        return
    _say(out, f"from {one.old.name} to {one.new.name}", 2)
    if one.is_bare:
        _say(out, BARE, 2)
        return
    for title, turned in (("Verdicts that changed", one.verdicts), ("Same verdict, other readings", one.firmer)):
        if turned:
            out.print(_verdicts(title, turned))
    if one.numbers:
        out.print(_numbers(one.numbers))
    for label, n, texts in lists(one):
        shown = "; ".join(texts[:MOST_LISTED]) + (
            f" and {len(texts) - MOST_LISTED} more" if texts[MOST_LISTED:] else ""
        )
        _say(out, f"{label} ({n:,}): {shown}", 2)
    _say(out, f"{one.n_same:,} figures and readings are the same.", 2)


def _say(out: Console, text: str, indent: int = 0, style: str = "") -> None:
    """Print a text: on a terminal in lines that it can hold, elsewhere in one, to be searched."""
    said = Text(harmless(text), style)
    if out.is_terminal:
        out.print(Padding(said, (0, 0, 0, indent), expand=False))
    else:
        out.print(Text(" " * indent) + said, soft_wrap=True)


def _table(title: str, columns: Sequence[str], right: Sequence[int] = ()) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for i, column in enumerate(columns):
        justify: JustifyMethod = "right" if i in right else "left"
        # A name that a value of many words has pressed together is read by nobody.
        sizes = {0: (32, None), 1: (None, 20), 2: (None, 20), 3: (8, None)} if right else {}
        least, most = sizes.get(i, (None, None))
        table.add_column(column, justify=justify, overflow="fold", min_width=least, max_width=most)
    return table


def _verdicts(title: str, turned: Sequence[Turned]) -> Table:
    table = _table(title, ["Claim", "Then", "Now", "Why"])
    for one in turned:
        lines = [*one.reasons[:MOST_REASONS]]
        if len(one.reasons) > MOST_REASONS:
            lines.append(more_readings(len(one.reasons) - MOST_REASONS))
        why = "\n".join(map(harmless, lines)) or NO_READING
        table.add_row(*(Text(harmless(text)) for text in (one.claim, one.old, one.new)), Text(why))
    return table


def more_readings(n: int) -> str:
    """Say how many readings are not shown."""
    return f"and {n} more reading{'' if n == 1 else 's'}"


def _numbers(moved: Sequence[Moved]) -> Table:
    title = "Numbers that moved"
    if len(moved) > MOST_NUMBERS:
        title += f": the {MOST_NUMBERS} largest changes of {len(moved)}, all of them with --json"
    table = _table(title, ["Figure", "Then", "Now", "Change"], right=(1, 2, 3))
    for one in largest(moved)[:MOST_NUMBERS]:
        table.add_row(*(Text(harmless(text)) for text in row_of(one)))
    return table


def row_of(one: Moved) -> tuple[str, str, str, str]:
    """Give a number that moved in four texts: name with unit, then, now, and by how much."""
    named = f"{one.key} ({one.unit})" if one.unit and one.unit not in _UNITS_UNSAID else one.key
    is_year = one.key.endswith(_YEARS)
    texts = (str(value) if is_year and value is not None else say(value) for value in (one.old, one.new))
    then, now = (textwrap.shorten(text, MOST_TEXT, placeholder=" …") for text in texts)
    return (named, then, now, _change(one))


def _change(one: Moved) -> str:
    """Say by how much: places of a rank and points of a share are no percentages of themselves."""
    if one.change_pct is None:
        return "–"
    column, by = one.key.rpartition(".")[2], one.new - one.old
    if one.unit == "rank" or column in ("rank", "n_equal") or one.key.endswith(_YEARS):
        said = f"{by:+,.0f}"
    elif one.unit == "percent" or column == "percentile" or column.endswith("_pct"):
        said = f"{by:+,.1f} points"
    else:
        said = f"{one.change_pct:+,.1f}%"
    return said.replace("-", "−")


def largest(moved: Sequence[Moved]) -> list[Moved]:
    """Put what came, went or cannot be said in percent first, then the largest changes."""
    return sorted(moved, key=lambda one: (one.change_pct is not None, -abs(one.change_pct or 0.0), one.key))


def lists(one: Changes) -> Iterator[tuple[str, int, list[str]]]:
    """Give what was added and what is gone: a label, how many, and the names; of figures, how many each measure has."""
    for label, names in (
        ("Claims added", one.claims_added),
        ("Claims gone", one.claims_gone),
        ("Sources added", one.sources_added),
        ("Sources gone", one.sources_gone),
        ("Sources with other contents", one.sources_changed),
        ("Parameters that differ", [f"{p.key}: {say(p.old)} → {say(p.new)}" for p in one.parameters]),
    ):
        if names:
            yield label, len(names), names
    for label, names in (("Figures added", one.numbers_added), ("Figures gone", one.numbers_gone)):
        if names:
            # A thousand names are for programs.
            counts = Counter(name.partition("(")[0] for name in names)
            yield label, len(names), [f"{measure} {n:,}" for measure, n in counts.most_common()]


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
        "is_bare": one.is_bare,
    }
