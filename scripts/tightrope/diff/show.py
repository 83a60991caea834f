"""Changes for people on a terminal and for programs as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console, JustifyMethod
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tightrope.diff.changes import Changes, Moved, Turned
from tightrope.diff.words import (
    BARE,
    NO_READING,
    READINGS_TURNED,
    VERDICTS_CHANGED,
    largest,
    lists,
    row_of,
    say_more,
    say_reason,
    say_same,
    say_span,
    say_verdict,
)
from tightrope.language import N_, speaking, t
from tightrope.verify.terminal import harmless, number

# More than this is for the JSON or the HTML report; a terminal shows the largest.
MOST_NUMBERS = 20
MOST_REASONS = 4
MOST_LISTED = 8


def show(found: Sequence[Changes], console: Console | None = None) -> None:
    """Print the changes of each pair of reports, and what is the same in one line."""
    out = console or Console(highlight=False)
    changed = [one for one in found if not one.is_none]
    if not changed:
        _say(out, t("Nothing changed: verdicts, figures, claims and sources are the same."))
        return
    for one in changed:
        _show_one(one, out)
    if len(found) > 1:
        words = N_("{n} of {of} reports changed; reports with the same bytes are not counted.")
        _say(out, t(words, n=number(len(changed)), of=number(len(found))))


def _show_one(one: Changes, out: Console) -> None:
    _say(out, one.title, style="bold")
    if one.old is None or one.new is None:
        _say(out, t("This report is new.") if one.old is None else t("This report is gone."), 2)
        return
    _say(out, say_span(one), 2)
    if one.is_bare:
        _say(out, t(BARE), 2)
        return
    for title, turned in ((VERDICTS_CHANGED, one.verdicts), (READINGS_TURNED, one.firmer)):
        if turned:
            out.print(_verdicts(t(title), turned))
    if one.numbers:
        out.print(_numbers(one.numbers))
    for label, texts in lists(one):
        shown = "; ".join(texts[:MOST_LISTED])
        if texts[MOST_LISTED:]:
            shown = t("{names} and {n} more", names=shown, n=number(len(texts) - MOST_LISTED))
        _say(out, f"{label}: {shown}", 2)
    _say(out, say_same(one), 2)


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
    table = _table(title, [t("Claim"), t("Then"), t("Now"), t("Why")])
    for one in turned:
        lines = [say_reason(reason) for reason in one.reasons[:MOST_REASONS]]
        if len(one.reasons) > MOST_REASONS:
            lines.append(say_more(len(one.reasons) - MOST_REASONS))
        why = "\n".join(map(harmless, lines)) or t(NO_READING)
        words = (one.claim, say_verdict(one.old), say_verdict(one.new))
        table.add_row(*(Text(harmless(text)) for text in words), Text(why))
    return table


def _numbers(moved: Sequence[Moved]) -> Table:
    title = t("Numbers that moved")
    if len(moved) > MOST_NUMBERS:
        title = t(
            "Numbers that moved: the {n} largest changes of {of}, all of them with --json",
            n=MOST_NUMBERS, of=number(len(moved)),
        )  # fmt: skip
    table = _table(title, [t("Figure"), t("Then"), t("Now"), t("Change")], right=(1, 2, 3))
    for one in largest(moved)[:MOST_NUMBERS]:
        table.add_row(*(Text(harmless(text)) for text in row_of(one)))
    return table


def as_json(found: Sequence[Changes]) -> str:
    """Give all changes as a JSON array, one object a pair of reports; None where a side has no report.

    Keys, words of ours and verdicts are English whatever is being spoken.
    """
    with speaking("en"):
        return json.dumps([_object(one) for one in found], ensure_ascii=False, indent=1, allow_nan=False)


def _object(one: Changes) -> dict[str, Any]:
    def turned(entries: Sequence[Turned]) -> list[dict[str, Any]]:
        return [
            {
                "claim": entry.claim, "statement": entry.statement, "old": entry.old, "new": entry.new,
                "reasons": list(map(say_reason, entry.reasons)),
            }
            for entry in entries
        ]  # fmt: skip

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
