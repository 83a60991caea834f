"""A render as the command line shows it: progress while it works, paths and the summary when it is done."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from tightrope.errors import BadParameter
from tightrope.publish.lean import load_papermill
from tightrope.publish.parameters import read_assignments
from tightrope.publish.progress import for_stream
from tightrope.publish.record import Summary
from tightrope.publish.render import KERNELS, Rendered, check_formats, find_notebook, find_root, render
from tightrope.publish.sign import read_key

# An address as a path is left of it: two slashes have become one. One letter alone is a drive.
_ADDRESS = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+):/+")


def render_with_progress(
    notebook: str,
    pairs: Sequence[str],
    formats: str,
    out: Path | None,
    force: bool = False,
    kernel: str = "plain",
    sign_key: Path | None = None,
) -> Rendered:
    """Render from the texts of a command line, saying how it goes on stderr and what came out on stdout.

    Raises
    ------
    BadParameter
        A parameter, format or key that does not fit, or an address where a folder belongs.
    """
    if out is not None and _ADDRESS.match(str(out)):
        address = _ADDRESS.sub(r"\1://", str(out))
        raise BadParameter(
            "render writes to a folder of this machine", f"--out {address}",
            "as a folder's name the address would only make a folder here called after it",
            "give a folder, or write to an object store with tightrope batch --out",
        )  # fmt: skip
    given = read_assignments(pairs)
    wanted = check_formats([name.strip() for name in formats.split(",") if name.strip()])
    root = find_root()
    path = find_notebook(notebook, root)
    key = read_key(sign_key) if sign_key else None
    target = (out or root / "reports" / "build").absolute()
    load_papermill()
    with for_stream() as progress:
        report = render(
            path, given, formats=wanted, out=target, root=root, force=force, texts=True, progress=progress,
            kernel_name=KERNELS[kernel], key=key,
        )  # fmt: skip
    show(report)
    return report


def show(report: Rendered) -> None:
    """Print the paths with their sizes, then the summary the notebook gave."""
    print(report.title if report.is_new else f"{report.title}: up to date")
    for path in report.files.values():
        print(f"  {_size(path.stat().st_size):>9}  {_short(path)}")
    if not report.summary:
        return
    print()
    if sys.stdout.isatty():
        _show_rich(report.summary)
    else:
        print("\n".join(plain_table(report.summary)))


def cells(text: str) -> int:
    """Count the cells a terminal gives a text: a Korean syllable takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def plain_table(summary: Summary) -> list[str]:
    """Give a summary as lines of text in columns; the last column is not padded."""
    rows = [summary.columns, *summary.rows]
    widths = [max(cells(row[i]) for row in rows) for i in range(len(summary.columns))]
    lines = [
        "  ".join(text + " " * (width - cells(text)) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]


def _show_rich(summary: Summary) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in summary.columns:
        table.add_column(column)
    for row in summary.rows:
        table.add_row(*(Text(text) for text in row))
    Console().print(table)


def _short(path: Path) -> str:
    """Give a path from here where it lies below, else whole."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1024:.0f} KB" if n_bytes < 1024 * 1024 else f"{n_bytes / 1024 / 1024:.1f} MB"
