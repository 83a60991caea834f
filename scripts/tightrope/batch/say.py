"""Say how a run goes: a bar on a terminal, plain lines off one, JSON events where a program listens."""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Protocol, TextIO

from tightrope.publish.progress import Lines as PlainLines

# Off a terminal a log says how far it is at most this often.
_EVERY_S = 10.0


class Say(Protocol):
    """What a run tells. Each call names an event and its values; the events are listed in `EVENTS`."""

    def __call__(self, event: str, **values: Any) -> None:
        """Tell of an event."""

    def close(self) -> None:
        """Leave the terminal as it was."""


EVENTS = {
    "start": "n_reports, n_current (up to date), n_stale (to render), n_failed_before, workers, kernel, scheduler, out",
    "stale": "name, reasons (with --dry-run or --explain)",
    "current": "name, reasons (none; with --dry-run)",
    "done": "name, seconds, files, n_done, n_failed, n_stale",
    "failed": "name, kind, error, log, n_done, n_failed, n_stale",
    "retry": "name, error",
    "note": "text, perhaps name",
    "stopping": "in_flight",
    "end": "n_done, n_failed, n_current, n_left, seconds, per_minute, index",
}


class Events:
    """One JSON object a line."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def __call__(self, event: str, **values: Any) -> None:
        """Write one line."""
        print(json.dumps({"event": event, **values}, ensure_ascii=False), file=self._stream, flush=True)

    def close(self) -> None:
        """Nothing is to be left."""


class Lines:
    """Plain lines: failures at once, the rest as a count now and then, so that a log stays short."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._lines = PlainLines(stream or sys.stderr)
        self._start = self._said = time.monotonic()

    def __call__(self, event: str, **values: Any) -> None:
        """Write a line where the event is worth one."""
        now = time.monotonic()
        if event == "done":
            if now - self._said >= _EVERY_S:
                self._said = now
                self._lines.step(progress_text(values, now - self._start))
            return
        text = event_text(event, values)
        if text:
            self._lines.step(text)

    def close(self) -> None:
        """Nothing is to be left."""


class Terminal:
    """A bar with done, failed, rate and time left."""

    def __init__(self, stream: TextIO | None = None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._bar = Progress(
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            console=Console(file=stream or sys.stderr),
            transient=True,
        )
        self._task: Any = None
        self._start = time.monotonic()

    def __call__(self, event: str, **values: Any) -> None:
        """Move the bar, or write a line above it."""
        if event == "start" and values["n_stale"]:
            self._task = self._bar.add_task("starting the workers", total=values["n_stale"])
            self._bar.start()
        if "n_done" in values and self._task is not None:
            said = progress_text(values, time.monotonic() - self._start).partition(" · ")[2]
            self._bar.update(self._task, completed=values["n_done"] + values["n_failed"], description=said)
        text = event_text(event, values)
        if text:
            self._bar.console.print(text, markup=False, highlight=False)

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()


def for_stream(*, in_json: bool, stream: TextIO | None = None) -> Say:
    """Choose how to say it: ``stream`` is stderr where not given."""
    if in_json:
        return Events()
    out = stream or sys.stderr
    return Terminal(out) if out.isatty() else Lines(out)


def progress_text(values: dict[str, Any], seconds: float) -> str:
    """Word how far a run is: done of all, failed, rate, time left."""
    n_ended = values["n_done"] + values["n_failed"]
    parts = [f"{n_ended:,} of {values['n_stale']:,}"]
    if values["n_failed"]:
        parts.append(f"{values['n_failed']:,} failed")
    if n_ended and seconds > 0:
        parts.append(f"{60 * n_ended / seconds:.0f} a minute")
        left = (values["n_stale"] - n_ended) * seconds / n_ended
        parts.append(f"{duration(left)} left")
    return " · ".join(parts)


def event_text(event: str, values: dict[str, Any]) -> str:
    """Word an event as one line or more; empty for those that a bar shows."""
    if event == "start":
        parts = [f"{values['n_reports']:,} reports", f"{values['n_current']:,} up to date"]
        if values["n_failed_before"]:
            parts.append(f"{values['n_failed_before']:,} failed before (--retry-failed)")
        if values["n_stale"]:
            workers = f"{values['workers']} worker{'' if values['workers'] == 1 else 's'}"
            where = f" of {values['scheduler']}" if values.get("scheduler") else ""
            parts.append(f"{values['n_stale']:,} to render with {workers}{where} ({values['kernel']} kernels)")
        return ", ".join(parts)
    if event == "stale":
        return f"{values['name']}: " + "; ".join(values["reasons"])
    if event == "failed":
        return f"failed: {values['name']}: {first_line(values['error'])}\n  log: {values['log']}"
    if event == "retry":
        return f"again: {values['name']}: {first_line(values['error'])}"
    if event == "note":
        return f"note: {values['name']}: {values['text']}" if "name" in values else f"note: {values['text']}"
    if event == "stopping":
        return f"stopping: {values['in_flight']} in flight end first; Ctrl-C again drops them"
    return ""


def closing_text(values: dict[str, Any], command: str) -> str:
    """Word the end of a run."""
    parts = [f"{values['n_done']:,} rendered", f"{values['n_current']:,} up to date"]
    if values["n_failed"]:
        parts.append(f"{values['n_failed']:,} failed")
    if values["n_left"]:
        parts.append(f"{values['n_left']:,} left")
    text = ", ".join(parts) + f" in {duration(values['seconds'])}"
    if values["n_done"]:
        text += f" ({values['per_minute']:.0f} a minute)"
    lines = [text, f"  {values['index']}"]
    if values["n_left"]:
        lines.append(f"to go on: {command}")
    return "\n".join(lines)


def first_line(text: str) -> str:
    """Give the first line of a message."""
    return (text.splitlines() or [""])[0]


def duration(seconds: float) -> str:
    """Word a duration: 45 s, 3 min 20 s, 2 h 05 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
