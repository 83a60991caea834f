"""The short HTML report of changes: one file, no script, readable by eye and by ear, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tightrope.diff.changes import Changes, Turned
from tightrope.diff.show import largest, lists, row_of

_CSS = """
:root{color-scheme:light dark;--ink:#1a1a1a;--muted:#5f6368;--paper:#fff;--line:#c9cdd2}
@media (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--muted:#b0b5bb;--paper:#16181b;--line:#4a4f55}}
body{font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:0 auto;
padding:1.5rem}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2.5rem;border-top:1px solid var(--line);
padding-top:1rem}h3{font-size:1.05rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}caption{text-align:left;color:var(--muted)}
th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line)}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td ul{margin:0;padding-left:1.1rem}
li,th[scope=row]{overflow-wrap:anywhere}.word{white-space:nowrap}.muted{color:var(--muted)}
@media print{body{max-width:none;padding:0}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
MOST_NUMBERS = 500


def page(found: Sequence[Changes]) -> str:
    """Write the changes of one or more reports as a page."""
    changed = [one for one in found if not one.is_none]
    title = f"What changed: {changed[0].title}" if len(changed) == 1 else f"What changed in {len(changed)} reports"
    if not changed:
        title = "Nothing changed"
    sections = "\n".join(_section(one) for one in changed)
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


def _section(one: Changes) -> str:
    parts = [f"<section><h2>{escape(one.title)}</h2>"]
    if one.old is None or one.new is None:
        return f"{parts[0]}<p>{'This report is new.' if one.old is None else 'This report is gone.'}</p></section>"
    parts.append(f'<p class="muted">From {escape(one.old.name)} to {escape(one.new.name)}.</p>')
    parts += [
        _verdicts("Verdicts that changed", one.verdicts),
        _verdicts("Same verdict, other readings", one.firmer),
        _numbers(one),
    ]
    for label, names in lists(one):
        items = "".join(f"<li>{escape(name)}</li>" for name in names[:MOST_NUMBERS])
        parts.append(f"<h3>{escape(label)} ({len(names):,})</h3><ul>{items}</ul>")
    parts.append(f'<p class="muted">{_count(one.n_same, "figure or reading")} the same in both.</p></section>'.replace(
        "figure or readings", "figures and readings"))  # fmt: skip
    return "\n".join(part for part in parts if part)


def _verdicts(title: str, turned: Sequence[Turned]) -> str:
    if not turned:
        return ""
    rows = []
    for one in turned:
        reasons = "".join(f"<li>{escape(reason)}</li>" for reason in one.reasons)
        why = f"<ul>{reasons}</ul>" if reasons else "no reading turned: what it rests on did"
        rows.append(
            f'<tr><th scope="row">{escape(one.claim)}</th><td>{escape(one.statement)}</td>'
            f'<td class="word">{escape(one.old)}</td>'
            f'<td class="word">{escape(one.new)}</td><td>{why}</td></tr>'
        )
    return _table(title, ("Claim", "In our words", "Then", "Now", "Why"), rows)


def _numbers(one: Changes) -> str:
    if not one.numbers:
        return ""
    rows = []
    for moved in largest(one.numbers)[:MOST_NUMBERS]:
        key, *values = (escape(text) for text in row_of(moved))
        cells = "".join(f'<td class="num">{value}</td>' for value in values)
        rows.append(f'<tr><th scope="row">{key}</th>{cells}</tr>')
    title = "Numbers that moved"
    if len(one.numbers) > MOST_NUMBERS:
        title += f", the {MOST_NUMBERS} largest changes of {len(one.numbers):,}"
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
