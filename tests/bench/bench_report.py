"""Times one report, cold and warm, beside the plain way on the same notebook, in one run.

The plain way is what its users would type: ``papermill`` and then ``jupyter nbconvert --to html``. *Cold* is a new
process, as at the command line; *warm* is a later render in a process that has rendered before. The ways take turns
within each round, so that a machine that slows down slows all of them; read the ratios, not the seconds.

Peak memory is the sum of resident memory over the process and all it started, sampled twenty times a second: pages
shared by two processes count twice. Run it with ``make bench``, or ``python tests/bench/bench_report.py --help``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SAMPLE_EVERY_S = 0.05


@dataclass
class Way:
    """One way to a report, and what was measured of it, one entry a round."""

    name: str
    measure: Callable[[Path], tuple[float, float]]
    seconds: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)

    def summary(self, base: Way) -> dict[str, Any]:
        """Give medians, spread, and how many times faster than ``base`` it is."""
        median = statistics.median(self.seconds)
        return {
            "way": self.name,
            "median_s": round(median, 3),
            "min_s": round(min(self.seconds), 3),
            "max_s": round(max(self.seconds), 3),
            "times_faster": round(statistics.median(base.seconds) / median, 2),
            "peak_mb": round(max(self.peak_mb)),
        }


def resident_mb(process: psutil.Process) -> float:
    """Give resident memory of a process and its descendants; those that end meanwhile count as nothing."""
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        for each in [process, *process.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                total += each.memory_info().rss
    return total / 1e6


def run(command: list[str]) -> tuple[float, float, str]:
    """Run a command from the root; give its seconds, its peak memory in MB and its standard output."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        begun = time.perf_counter()
        process = psutil.Popen(command, cwd=ROOT, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, resident_mb(process))
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(timeout=SAMPLE_EVERY_S)
        seconds = time.perf_counter() - begun
        if process.returncode:
            err.seek(0)
            raise SystemExit(f"{' '.join(command)}\nended with {process.returncode}:\n{err.read()[-2000:]}")
        out.seek(0)
        return seconds, peak, out.read()


def plain(notebook: Path, folder: Path) -> tuple[float, float]:
    executed = folder / "plain.ipynb"
    commands = [
        [str(BIN / "papermill"), str(notebook), str(executed), "--cwd", str(notebook.parent), "--no-progress-bar"],
        [str(BIN / "jupyter-nbconvert"), "--to", "html", str(executed)],
    ]
    runs = [run(command) for command in commands]
    return sum(seconds for seconds, _, _ in runs), max(peak for _, peak, _ in runs)


def cold(notebook: Path, folder: Path, formats: str) -> tuple[float, float]:
    command = [str(BIN / "tightrope"), "render", str(notebook), "--formats", formats, "--out", str(folder), "--force"]
    seconds, peak, _ = run(command)
    return seconds, peak


def warm(notebook: Path, folder: Path, formats: str) -> tuple[float, float]:
    command = [sys.executable, __file__, "--inner-warm", formats, "--notebook", str(notebook), "--out", str(folder)]
    _, peak, printed = run(command)
    return float(printed.split()[-1]), peak


def second_render_s(notebook: Path, folder: Path, formats: str) -> float:
    """Render twice in this process and give the seconds of the second time."""
    from tightrope.publish.render import render

    for _ in range(2):
        begun = time.perf_counter()
        render(notebook, {}, formats=formats.split(","), out=folder, root=ROOT, force=True)
    return time.perf_counter() - begun


def compare(notebook: Path, runs: int) -> list[dict[str, Any]]:
    """Let the ways take turns for ``runs`` rounds and give one summary each, the plain way first."""
    ways = [
        Way("papermill, then nbconvert (HTML)", lambda out: plain(notebook, out)),
        Way("tightrope, cold (HTML)", lambda out: cold(notebook, out, "html")),
        Way("tightrope, cold (HTML + PDF)", lambda out: cold(notebook, out, "html,pdf")),
        Way("tightrope, warm (HTML)", lambda out: warm(notebook, out, "html")),
        Way("tightrope, warm (HTML + PDF)", lambda out: warm(notebook, out, "html,pdf")),
    ]
    for number in range(1, runs + 1):
        for way in ways:
            print(f"  round {number} of {runs}: {way.name}", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory(prefix="tightrope-bench-") as folder:
                seconds, peak = way.measure(Path(folder))
            way.seconds.append(seconds)
            way.peak_mb.append(peak)
    return [way.summary(ways[0]) for way in ways]


def table(rows: list[dict[str, Any]]) -> str:
    lines = [f"{'way':<34}{'median s':>10}{'min-max s':>16}{'× plain':>9}{'peak MB':>9}"]
    for row in rows:
        spread = f"{row['min_s']:.2f}-{row['max_s']:.2f}"
        lines.append(
            f"{row['way']:<34}{row['median_s']:>10.2f}{spread:>16}{row['times_faster']:>9.2f}{row['peak_mb']:>9}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--notebook", type=Path, default=ROOT / "notebooks" / "article_report.ipynb")
    parser.add_argument("--runs", type=int, default=5, help="rounds; each way runs once a round (default 5)")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    parser.add_argument("--inner-warm", metavar="FORMATS", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    notebook = options.notebook.resolve()
    if not notebook.is_file():
        parser.error(f"no such notebook: {options.notebook}")
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    if options.inner_warm:
        print(second_render_s(notebook, options.out, options.inner_warm))
        return
    rows = compare(notebook, options.runs)
    print(f"{notebook.name}, median of {options.runs} runs; '× plain' above 1 is faster than papermill and nbconvert")
    print(table(rows))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
