"""The short HTML report of changes: one file, no script, readable by eye and by ear, light and dark, on a phone too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import count
from typing import Any

from tightrope.diff.changes import Changes, Moved, Turned
from tightrope.diff.show import MOST_LISTED, MOST_REASONS
from tightrope.diff.words import (
    BARE,
    NO_READING,
    READINGS_TURNED,
    VERDICTS_CHANGED,
    bare_key,
    largest,
    lists,
    name_of,
    row_of,
    say,
    say_more,
    say_reason,
    say_same,
    say_span,
    say_turn,
)
from tightrope.language import nt, spoken, t
from tightrope.publish.fonts import HANGUL, font_css
from tightrope.verify.terminal import number

_CSS = """
:root{color-scheme:light dark;--ink:#1a1a1a;--muted:#5f6368;--paper:#fff;--line:#c9cdd2}
@media (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--muted:#b0b5bb;--paper:#16181b;--line:#4a4f55}}
body{font:1rem/1.5 "@HANGUL@",system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;
margin:0 auto;padding:1.5rem}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2.5rem;border-top:1px solid var(--line);
padding-top:1rem}h3{font-size:1.05rem}
h4{font-size:1rem;margin:1.2rem 0 .2rem}h4+p{margin:0}ul{margin:.3rem 0;padding-left:1.2rem}
table{border-collapse:collapse;width:100%}body{overflow-wrap:break-word}:lang(ko){word-break:keep-all}
th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line)}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td.text{white-space:normal;overflow-wrap:anywhere;min-width:9rem}
th[scope=row]{font-weight:normal;overflow-wrap:anywhere;min-width:14rem}code{font:inherit}
.muted{color:var(--muted)}summary{cursor:pointer}
@media (max-width:48rem){
table,tbody{display:block}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody tr{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.2rem .8rem;padding:.6rem 0;
border-bottom:1px solid var(--line)}
tbody th,tbody td{padding:0;border:0;min-width:0}th[scope=row]{grid-column:1/-1}
td.num,td.text{text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:0}
td::before{display:block;font-size:.875rem;color:var(--muted);content:attr(data-column);content:attr(data-column)/""}}
@media print{body{max-width:none;padding:0}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
# Beyond this a page is no short report; the JSON has all.
MOST_NUMBERS = 60


def page(found: Sequence[Changes]) -> str:
    """Write the changes of one or more reports as a page in the language that is being spoken."""
    changed = [one for one in found if not one.is_none]
    heading = title = t("Nothing changed")
    if len(changed) == 1:
        title = t("What changed: {title}", title=changed[0].title)
        heading = _with(title, changed[0].title, changed[0])
    elif changed:
        heading = title = nt(
            "What changed in {n} report", "What changed in {n} reports", len(changed), n=number(len(changed))
        )
    numbers = count(1)
    # The page's own title names a single report already.
    sections = "\n".join(_section(one, len(changed) > 1, numbers) for one in changed)
    lead = escape(_lead(found, changed))
    css = _CSS.replace("@HANGUL@", HANGUL) + _hangul(f"{title}{lead}{sections}")
    return (
        f'<!DOCTYPE html>\n<html lang="{spoken()}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{css}</style>\n</head>\n<body>\n<main>\n<h1>{heading}</h1>\n"
        f"<p>{lead}</p>\n{sections}\n</main>\n</body>\n</html>\n"
    )


def _hangul(text: str) -> str:
    """Give the faces of a page's Hangul, for a machine that has none would draw boxes; nothing where there is none."""
    letters = "".join(sorted({letter for letter in text if "\uac00" <= letter <= "\ud7a3"}))
    if not letters:
        return ""
    return "\n".join(rule for rule in font_css(letters).splitlines() if f'"{HANGUL}"' in rule) + "\n"


def _lead(found: Sequence[Changes], changed: Sequence[Changes]) -> str:
    if not changed:
        return t("Verdicts, figures, claims and sources are the same.")
    n_verdicts = sum(len(one.verdicts) for one in changed)
    n_numbers = sum(len(one.numbers) for one in changed)
    verdicts = nt("{n} verdict", "{n} verdicts", n_verdicts, n=number(n_verdicts))
    numbers = nt("{n} number", "{n} numbers", n_numbers, n=number(n_numbers))
    if not any(side and side.verdicts for one in changed for side in (one.old, one.new)) and len(found) == 1:
        return t("{numbers} moved.", numbers=numbers)
    if len(found) == 1:
        return t("{verdicts} changed and {numbers} moved.", verdicts=verdicts, numbers=numbers)
    return t(
        "{verdicts} changed and {numbers} moved, in {n} of {of} reports.",
        verdicts=verdicts, numbers=numbers, n=number(len(changed)), of=number(len(found)),
    )  # fmt: skip


def _with(sentence: str, words: str, one: Changes) -> str:
    """Give a sentence as HTML; words of a report in it that are in another language say so to the reader's voice."""
    side = one.new or one.old
    html, told = escape(sentence), escape(words)
    if side is None or side.language == spoken() or not told:
        return html
    return html.replace(told, f'<span lang="{escape(side.language)}">{told}</span>', 1)


def _section(one: Changes, is_named: bool, numbers: Iterator[int]) -> str:
    title = _with(one.title, one.title, one)
    if one.old is None or one.new is None:
        said = t("This report is new.") if one.old is None else t("This report is gone.")
        return f"<section><h2>{title}</h2><p>{escape(said)}</p></section>"
    span = escape(say_span(one))
    parts = [f"<section><h2>{title if is_named else span}</h2>"]
    if is_named:
        parts.append(f'<p class="muted">{span}</p>')
    if one.is_bare:
        return f"{''.join(parts)}<p>{escape(t(BARE))}</p></section>"
    parts += [
        _verdicts(t(VERDICTS_CHANGED), one.verdicts, one),
        _verdicts(t(READINGS_TURNED), one.firmer, one),
        _numbers(one, f"numbers-{next(numbers)}"),
    ]
    for label, names in lists(one):
        items = "".join(f"<li>{escape(name)}</li>" for name in names)
        body = f"<ul>{items}</ul>"
        if len(names) > MOST_LISTED:
            said = t("show all {n}", n=number(len(names)))
            body = f"<details><summary>{escape(said)}</summary>{body}</details>"
        parts.append(f"<h3>{escape(label)}</h3>{body}")
    parts.append(f'<p class="muted">{escape(say_same(one))}</p></section>')
    return "\n".join(part for part in parts if part)


def _verdicts(title: str, turned: Sequence[Turned], one: Changes) -> str:
    """Write verdicts one below the other: their reasons are too long for a column, on a phone above all."""
    if not turned:
        return ""
    blocks = []
    for entry in turned:
        items = [f"<li>{_with(say_reason(reason), reason.label, one)}</li>" for reason in entry.reasons]
        first, rest = items[:MOST_REASONS], items[MOST_REASONS:]
        why = f"<ul>{''.join(first)}</ul>" if first else f"<p>{escape(t(NO_READING))}</p>"
        if rest:
            why += f"<details><summary>{escape(say_more(len(rest)))}</summary><ul>{''.join(rest)}</ul></details>"
        statement = _with(entry.statement, entry.statement, one)
        heading = escape(f"{entry.claim}: {say_turn(entry.old, entry.new)}")
        blocks.append(f'<h4>{heading}</h4><p class="muted">{statement}</p>{why}')
    return f"<h3>{escape(title)}</h3>" + "\n".join(blocks)


def _numbers(one: Changes, name: str) -> str:
    if not one.numbers:
        return ""
    title = t("Numbers that moved")
    if len(one.numbers) > MOST_NUMBERS:
        title = t("Numbers that moved: the {n} largest changes of {of}", n=MOST_NUMBERS, of=number(len(one.numbers)))
    columns = (t("Figure"), t("Then"), t("Now"), t("Change"))
    rows = [_row(moved, columns[1:], one) for moved in largest(one.numbers)[:MOST_NUMBERS]]
    head = "".join(
        f'<th scope="col" role="columnheader"{_NUM if i else ""}>{escape(column)}</th>'
        for i, column in enumerate(columns)
    )
    # On a phone a row is set as a block of its own, and only the roles still tell that this is a table.
    return (
        f'<h3 id="{name}">{escape(title)}</h3><table role="table" aria-labelledby="{name}">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table>'
    )


_NUM, _KEY = ' class="num"', "\ue000"


def _row(moved: Moved, columns: Sequence[str], one: Changes) -> str:
    name, *values = row_of(moved)
    cells = "".join(
        f'<td role="cell" data-column="{escape(column)}" class="num{" text" if len(value) > 24 else ""}">'
        f"{_in_english(value, raw)}</td>"
        for column, value, raw in zip(columns, values, (moved.old, moved.new, None), strict=True)
    )
    if moved.is_figure:
        # A name for programs, which no voice should read as words of this language; it breaks where its parts meet.
        code = escape(bare_key(moved)).replace("(", "(<wbr>").replace(").", ")<wbr>.").replace("].", "]<wbr>.")
        # Through a sign of private use: what is put into a message must not be escaped with it.
        html = escape(name_of(moved, _KEY)).replace(_KEY, f'<code translate="no">{code}</code>')
    else:
        html = _with(name, moved.key.partition(" · ")[2], one)
    return f'<tr role="row"><th scope="row" role="rowheader">{html}</th>{cells}</tr>'


def _in_english(said: str, value: Any) -> str:
    """Words in a table are in its producer's English, which a page in another language tells the reader's voice."""
    # A day, and how many rows a table has, are told in any language.
    is_told = not isinstance(value, str) or say(value) != value or spoken() == "en"
    return escape(said) if is_told else f'<span lang="en">{escape(said)}</span>'
