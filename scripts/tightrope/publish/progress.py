"""Say what is going on: a bar on a terminal, plain lines off one, nothing in a batch."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Progress(Protocol):
    """What a render tells while it works."""

    def cell(self, number: int, total: int, heading: str) -> None:
        """A cell starts; ``heading`` is the latest heading above it, perhaps empty."""

    def step(self, text: str) -> None:
        """Another step starts, such as ``writing HTML``."""

    def note(self, text: str) -> None:
        """Something the person should know, once."""


class Silent:
    """Say nothing."""

    def cell(self, number: int, total: int, heading: str) -> None:
        """Say nothing."""

    def step(self, text: str) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""


class Lines:
    """Plain lines: one a heading, not one a cell, so a log stays short."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._heading: str | None = None

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._stream.flush()

    def cell(self, number: int, total: int, heading: str) -> None:
        """Write a line where the heading is another one."""
        if heading != self._heading:
            self._heading = heading
            self.step(cell_text(number, total, heading))

    def step(self, text: str) -> None:
        """Write a line."""
        print(text, file=self._stream, flush=True)

    def note(self, text: str) -> None:
        """Write a line."""
        self.step(f"note: {text}")


class Terminal:
    """A bar that names the step and vanishes when done."""

    def __init__(self, stream: TextIO | None = None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self._bar: Bar = RichProgress(
            BarColumn(bar_width=24),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            console=Console(file=stream or sys.stderr),
            transient=True,
        )
        self._task: TaskID = self._bar.add_task("starting the kernel", total=None)

    def __enter__(self) -> Terminal:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._bar.stop()

    def cell(self, number: int, total: int, heading: str) -> None:
        """Move the bar to this cell."""
        self._bar.update(self._task, total=total, completed=number - 1, description=cell_text(number, total, heading))

    def step(self, text: str) -> None:
        """Name the step; the bar stands full, since no cell is left."""
        total = self._bar.tasks[0].total
        self._bar.update(self._task, completed=total or 0, description=text)

    def note(self, text: str) -> None:
        """Write a line above the bar."""
        self._bar.console.print(f"note: {text}", markup=False, highlight=False)


def cell_text(number: int, total: int, heading: str) -> str:
    """Word a cell's start."""
    return f"running cell {number} of {total}" + (f": {heading}" if heading else "")


def for_stream(stream: TextIO | None = None) -> Lines | Terminal:
    """Choose the bar where ``stream`` (stderr by default) is a terminal, else plain lines."""
    out = stream or sys.stderr
    return Terminal(out) if out.isatty() else Lines(out)
