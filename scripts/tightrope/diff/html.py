"""The short HTML report of changes: one file, no script, readable by eye and by ear, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tightrope.diff.changes import Changes, Turned
from tightrope.diff.show import BARE, MOST_LISTED, MOST_REASONS, NO_READING, largest, lists, more_readings, row_of

_CSS = """
:root{color-scheme:light dark;--ink:#1a1a1a;--muted:#5f6368;--paper:#fff;--line:#c9cdd2}
@media (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--muted:#b0b5bb;--paper:#16181b;--line:#4a4f55}}
body{font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:0 auto;
padding:1.5rem}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2.5rem;border-top:1px solid var(--line);
padding-top:1rem}h3{font-size:1.05rem}
h4{font-size:1rem;margin:1.2rem 0 .2rem}h4+p{margin:0}ul{margin:.3rem 0;padding-left:1.2rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line)}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td.text{white-space:normal;min-width:9rem}
th[scope=row]{font-weight:normal;overflow-wrap:anywhere;min-width:14rem}li{overflow-wrap:break-word}
.muted{color:var(--muted)}summary{cursor:pointer}
@media print{body{max-width:none;padding:0}.scroll{overflow:visible}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
# Beyond this a page is no short report; the JSON has all.
MOST_NUMBERS = 60


def page(found: Sequence[Changes]) -> str:
    """Write the changes of one or more reports as a page."""
    changed = [one for one in found if not one.is_none]
    title = f"What changed: {changed[0].title}" if len(changed) == 1 else f"What changed in {len(changed)} reports"
    if not changed:
        title = "Nothing changed"
    # The page's own title names a single report already.
    sections = "\n".join(_section(one, len(changed) > 1) for one in changed)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_CSS}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        f"<p>{_lead(found, changed)}</p>\n{sections}\n</main>\n</body>\n</html>\n"
    )


def _lead(found: Sequence[Changes], changed: Sequence[Changes]) -> str:
    n_verdicts = sum(len(one.verdicts) for one in changed)
    n_numbers = sum(len(one.numbers) for one in changed)
    if not changed:
        return "Verdicts, figures, claims and sources are the same."
    lead = f"{_count(n_verdicts, 'verdict')} changed and {_count(n_numbers, 'number')} moved"
    return f"{lead}, in {len(changed)} of {len(found)} reports." if len(found) > 1 else f"{lead}."


def _count(n: int, word: str) -> str:
    return f"{n:,} {word}" if n == 1 else f"{n:,} {word}s"


def _section(one: Changes, is_named: bool) -> str:
    if one.old is None or one.new is None:
        said = "This report is new." if one.old is None else "This report is gone."
        return f"<section><h2>{escape(one.title)}</h2><p>{said}</p></section>"
    span = f"From {escape(one.old.name)} to {escape(one.new.name)}"
    parts = [f"<section><h2>{escape(one.title) if is_named else span}</h2>"]
    if is_named:
        parts.append(f'<p class="muted">{span}.</p>')
    if one.is_bare:
        return f"{''.join(parts)}<p>{BARE}</p></section>"
    parts += [
        _verdicts("Verdicts that changed", one.verdicts),
        _verdicts("Same verdict, other readings", one.firmer),
        _numbers(one),
    ]
    for label, n, names in lists(one):
        items = "".join(f"<li>{escape(name)}</li>" for name in names)
        body = f"<ul>{items}</ul>"
        if len(names) > MOST_LISTED:
            body = f"<details><summary>show all {len(names)}</summary>{body}</details>"
        parts.append(f"<h3>{escape(label)} ({n:,})</h3>{body}")
    parts.append(f'<p class="muted">{_count(one.n_same, "figure or reading")} the same in both.</p></section>'.replace(
        "figure or readings", "figures and readings"))  # fmt: skip
    return "\n".join(part for part in parts if part)


def _verdicts(title: str, turned: Sequence[Turned]) -> str:
    """Write verdicts one below the other: their reasons are too long for a column, on a phone above all."""
    if not turned:
        return ""
    blocks = []
    for one in turned:
        word = one.new if one.old == one.new else f"{one.old} → {one.new}"
        first, rest = ([f"<li>{escape(reason)}</li>" for reason in part] for part in _parted(one.reasons))
        why = f"<ul>{''.join(first)}</ul>" if first else f"<p>{NO_READING}</p>"
        if rest:
            why += f"<details><summary>{more_readings(len(rest))}</summary><ul>{''.join(rest)}</ul></details>"
        blocks.append(f'<h4>{escape(one.claim)}: {escape(word)}</h4><p class="muted">{escape(one.statement)}</p>{why}')
    return f"<h3>{escape(title)}</h3>" + "\n".join(blocks)


def _parted(reasons: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    return reasons[:MOST_REASONS], reasons[MOST_REASONS:]


def _numbers(one: Changes) -> str:
    if not one.numbers:
        return ""
    rows = []
    for moved in largest(one.numbers)[:MOST_NUMBERS]:
        key, *values = (escape(text) for text in row_of(moved))
        cells = "".join(f'<td class="num{" text" if len(value) > 24 else ""}">{value}</td>' for value in values)
        # A long name breaks where its parts meet.
        key = key.replace("(", "(<wbr>").replace(").", ")<wbr>.").replace("].", "]<wbr>.")
        rows.append(f'<tr><th scope="row">{key}</th>{cells}</tr>')
    title = "Numbers that moved"
    if len(one.numbers) > MOST_NUMBERS:
        title += f": the {MOST_NUMBERS} largest changes of {len(one.numbers):,}"
    return _table(title, ("Figure", "Then", "Now", "Change"), rows, numeric=3)


def _table(title: str, columns: Sequence[str], rows: Sequence[str], numeric: int = 0) -> str:
    first = len(columns) - numeric
    head = "".join(
        f'<th scope="col"{" class=" + chr(34) + "num" + chr(34) if i >= first else ""}>{column}</th>'
        for i, column in enumerate(columns)
    )
    label = escape(title, quote=True)
    return (
        f'<h3>{escape(title)}</h3><div class="scroll" role="region" tabindex="0" aria-label="{label}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
