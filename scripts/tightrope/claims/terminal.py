"""The verdicts as a table for a terminal, or as aligned plain text where there is none."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tightrope.claims.export import Judged, say_flip
from tightrope.claims.verdict import VerdictWord

if TYPE_CHECKING:
    from rich.table import Table

HEADER = ("claim", "verdict", "plain only", "holds in", "flips at", "what it says")
STYLES = {
    VerdictWord.SUPPORTED: "blue",
    VerdictWord.FRAGILE: "cyan",
    VerdictWord.CONTESTED: "yellow",
    VerdictWord.CONTRADICTED: "red",
    VerdictWord.OUTDATED: "magenta",
    VerdictWord.UNTESTED: "dim",
    VerdictWord.NOT_CHECKABLE: "dim",
}


def table_rows(judged: Sequence[Judged]) -> list[tuple[str, ...]]:
    """Give a row a claim under ``HEADER``; a claim that no reading tests has dashes."""
    rows: list[tuple[str, ...]] = []
    for j in judged:
        v = j.verdict
        share = f"{v.n_holding} of {v.n_counted}" if v.n_counted else "–"
        alone = "–" if not v.readings else "same" if j.plain_only is v.word else str(j.plain_only)
        rows.append((v.claim.id, str(v.word), alone, share, say_flip(j.flip), v.claim.label))
    return rows


def as_text(judged: Sequence[Judged]) -> str:
    """Give the table as aligned lines without colour, for a file or a pipe."""
    lines: list[tuple[str, ...]] = [HEADER, *table_rows(judged)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADER))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _rich(judged: Sequence[Judged]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=f"as of {judged[0].verdict.as_of}", title_justify="left")
    for name in HEADER:
        table.add_column(name, no_wrap=name != HEADER[-1], justify="right" if name in HEADER[3:5] else "left")
    for j, row in zip(judged, table_rows(judged), strict=True):
        table.add_row(row[0], f"[{STYLES[j.verdict.word]}]{row[1]}[/]", *row[2:])
    return table


def show(judged: Sequence[Judged]) -> None:
    """Print the table: with colour on a terminal, plain off it."""
    if not sys.stdout.isatty():
        print(as_text(judged))
        return
    from rich.console import Console

    Console().print(_rich(judged))
