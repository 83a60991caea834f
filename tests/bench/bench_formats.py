"""Times each format of each report beside nbconvert's own, on one executed notebook, in one run.

Every notebook is executed once with its declared values. Then each way converts that same notebook in this process,
once unmeasured (so that all ways are warm) and then once a round, the ways taking turns. *CPU* counts this process and
all it started; on a machine that others use too, read it and the ratios, not the seconds.

nbconvert's webpdf needs Chromium, its pdf needs xelatex; a way whose program is missing is left out and said. Run it
with ``make bench``, or ``python tests/bench/bench_formats.py --help``.
"""

from __future__ import annotations

import argparse
import functools
import json
import logging
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import psutil

from tightrope.errors import TightropeError
from tightrope.publish.execute import execute
from tightrope.publish.html import TightropeHTMLExporter
from tightrope.publish.notebooks import read_notebook
from tightrope.publish.parameters import declared, validate
from tightrope.publish.pdf import TightropePDFExporter

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ("article_report", "pair_profile", "balance_map", "data_atlas")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
Convert = Callable[[Any, dict[str, Any]], bytes]


def through(exporter: Any) -> Convert:
    def convert(nb: Any, resources: dict[str, Any]) -> bytes:
        body, _ = exporter.from_notebook_node(nb, resources)
        return body if isinstance(body, bytes) else str(body).encode()

    return convert


def webpdf(browser: str) -> Convert:
    """Let nbconvert print with the machine's Chromium; it knows only the one that playwright downloads."""
    from nbconvert import WebPDFExporter
    from playwright.async_api import BrowserType

    setattr(BrowserType, "launch", functools.partialmethod(BrowserType.launch, executable_path=browser))  # noqa: B010
    return through(WebPDFExporter(disable_sandbox=True))


def ways() -> tuple[dict[str, Convert], list[str]]:
    """Give the ways there are on this machine by name, and what is missing for the others."""
    from nbconvert import HTMLExporter, PDFExporter

    found: dict[str, Convert] = {
        "tightrope html": through(TightropeHTMLExporter()),
        "nbconvert html": through(HTMLExporter()),
        "tightrope pdf": through(TightropePDFExporter()),
    }
    missing = []
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser:
        found["nbconvert webpdf"] = webpdf(browser)
    else:
        missing.append("webpdf: no Chromium")
    if shutil.which("xelatex"):
        found["nbconvert xelatex"] = through(PDFExporter())
    else:
        missing.append("xelatex: not installed")
    return found, missing


def cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    total = sum(one.ru_utime + one.ru_stime for one in used)
    for child in psutil.Process().children(recursive=True):  # pandoc stays from one report to the next
        with suppress(psutil.Error):
            spent = child.cpu_times()
            total += spent.user + spent.system
    return total


def executed(name: str) -> Any:
    path = ROOT / "notebooks" / f"{name}.ipynb"
    nb = read_notebook(path)
    return execute(nb, validate({}, declared(nb, ROOT, path.name), path.name), folder=path.parent)


def measure(name: str, nb: Any, found: dict[str, Convert], runs: int) -> list[dict[str, Any]]:
    """Convert one executed notebook each way for ``runs`` rounds; a way that fails is said and not timed."""
    seconds: dict[str, list[float]] = {way: [] for way in found}
    cpus: dict[str, list[float]] = {way: [] for way in found}
    sizes: dict[str, int] = {}
    failed: dict[str, str] = {}
    for number in range(runs + 1):
        for way, convert in found.items():
            if way in failed:
                continue
            print(f"  {name}, round {number} of {runs}: {way}", file=sys.stderr, flush=True)
            begun, cpu = time.perf_counter(), cpu_s()
            try:
                body = convert(nb, {"metadata": {"name": name, "path": str(ROOT / "notebooks")}})
            except (TightropeError, OSError, RuntimeError) as error:
                failed[way] = str(error).splitlines()[0][:200]
                continue
            if number:
                seconds[way].append(time.perf_counter() - begun)
                cpus[way].append(cpu_s() - cpu)
            sizes[way] = len(body)
    rows = []
    for way in found:
        row: dict[str, Any] = {"report": name, "way": way}
        if way in failed:
            row["failed"] = failed[way]
        else:
            row |= {
                "median_s": round(statistics.median(seconds[way]), 3),
                "min_s": round(min(seconds[way]), 3),
                "cpu_s": round(statistics.median(cpus[way]), 3),
                "kb": round(sizes[way] / 1000),
            }
        rows.append(row)
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    lines = [f"{'report':<16}{'way':<20}{'median s':>10}{'min s':>8}{'CPU s':>8}{'kB':>8}"]
    for row in rows:
        head = f"{row['report']:<16}{row['way']:<20}"
        if "failed" in row:
            lines.append(f"{head}  failed: {row['failed']}")
        else:
            lines.append(f"{head}{row['median_s']:>10.2f}{row['min_s']:>8.2f}{row['cpu_s']:>8.2f}{row['kb']:>8}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--report", action="append", choices=REPORTS, help="one notebook (default: all four)")
    parser.add_argument("--runs", type=int, default=5, help="rounds after the first, unmeasured one (default 5)")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    logging.disable(logging.CRITICAL)
    found, missing = ways()
    rows = []
    with tempfile.TemporaryDirectory(prefix="tightrope-bench-") as folder:
        os.chdir(folder)  # xelatex leaves files where it stands
        for name in options.report or REPORTS:
            print(f"  {name}: executing", file=sys.stderr, flush=True)
            nb = nbformat.from_dict(executed(name))
            rows += measure(name, nb, found, options.runs)
    print(f"one executed notebook a report, warm, median of {options.runs} rounds; left out: {missing or 'nothing'}")
    print(table(rows))
    if options.json:
        options.json.write_text(json.dumps({"rows": rows, "left_out": missing}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
