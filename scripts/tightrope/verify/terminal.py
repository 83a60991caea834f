"""Text for a terminal: of files that others sent, in signs of any width, in the language that is being spoken."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Sequence
from datetime import date

import click
from babel.dates import format_date
from babel.lists import format_list
from rich.cells import cell_len

from tightrope.language import locale, written

_NARROWEST, _WIDEST = 40, 100


def harmless(text: str) -> str:
    """Take out what would move a terminal's cursor, turn its text round or begin a line."""
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else "\N{REPLACEMENT CHARACTER}"
        for char in text
    )


def filled(line: str, width: int) -> str:
    """Break a line between words so that none is wider than a terminal, where a Hangul syllable takes two places."""
    words = line.split(" ")
    indent = " " * (len(line) - len(line.lstrip(" ")))
    lines, now = [], indent
    for word in words[len(indent) :]:
        if now.strip() and cell_len(now) + 1 + cell_len(word) > width:
            lines.append(now)
            now = f"{indent}  {word}"
        else:
            now = f"{now} {word}" if now.strip() else f"{now}{word}"
    return "\n".join([*lines, now])


def number(value: int) -> str:
    """Give a whole number with its thousands apart."""
    return written(f"{value:,}")


def listing(items: Sequence[str]) -> str:
    """Give ``a, b and c``."""
    return str(format_list(list(items), locale=locale()))


def day(value: str) -> str:
    """Give ``28 July 2026`` for a day of a file that others sent; what is no day stays as it is."""
    try:
        return str(format_date(date.fromisoformat(value), "long", locale=locale()))
    except ValueError:
        return value


def say_lines(lines: Sequence[str]) -> None:
    """Print lines, on a terminal no wider than it; elsewhere each stays one line, to be searched."""
    shown = [harmless(line) for line in lines]
    if sys.stdout.isatty():
        width = max(min(shutil.get_terminal_size().columns, _WIDEST), _NARROWEST)
        shown = [filled(line, width) for line in shown]
    click.echo("\n".join(shown))
