"""Times many reports: ``tightrope batch`` beside the plain way and beside the floor, and its memory and growth.

====== ===============================================================================================================
part   what it measures
====== ===============================================================================================================
speed  N pairs with HTML and PDF by ``tightrope batch``; the same pairs by ``papermill`` and ``jupyter nbconvert --to
       html``, as many at a time as there are workers (they make no PDF); and the floor: the same cells' code run in as
       many processes that are warm already, with no notebook machinery. The three take turns within each round. With
       ``--formats html`` batch makes no PDF either.
memory a long run: proportional set size (PSS) of all its processes together, after the first 50 reports and at the end
growth 10, 100 and 1,000 reports of a small notebook: seconds a report, size of the manifest and of the index
====== ===============================================================================================================

Read the ratios, not the seconds. Wall time is what a person waits. Processor time is that of the whole machine, so keep
it quiet. What is kept between processes starts empty: the first round fits the models that later ones find. Each round
is listed.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import psutil

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PARTS = ("speed", "memory", "growth")
FORMATS = ("html", "pdf")
AS_OF = "2024-12-31"
ALL_PAIRS = 18_528
SAMPLE_EVERY_S = 1.0
SETTLED = 50
SMALL = """
from IPython.display import display
told = {"title": f"Number {number}", "date": "2024-12-31", "counts": {"held": number % 7}}
display({"application/vnd.tightrope.record+json": told, "text/plain": ""}, raw=True)
print(sum(range(number)))
"""
Pair = tuple[str, str]


@dataclass(frozen=True)
class Took:
    """One run: seconds by the clock, seconds of processors, and seconds from its first report to its last."""

    wall: float
    cpu: float
    steady: float = 0.0


@dataclass
class Way:
    """One way to N reports, and what each round took."""

    name: str
    n: int
    runs: list[Took] = field(default_factory=list)

    def spread(self, of: Callable[[Took], float]) -> dict[str, float]:
        """Give the least, the median and the most of something over the rounds."""
        values = [of(run) for run in self.runs]
        return {"min": min(values), "median": statistics.median(values), "max": max(values)}

    def summary(self) -> dict[str, Any]:
        """Give reports a minute, and seconds of clock and processors a report."""
        return {
            "way": self.name,
            "reports": self.n,
            "per_minute": _round(self.spread(lambda run: 60 * self.n / run.wall)),
            "wall_s": _round(self.spread(lambda run: run.wall / self.n)),
            "cpu_s": _round(self.spread(lambda run: run.cpu / self.n)),
            "rounds": [run.__dict__ for run in self.runs],
        }


def ratios(one: Way, other: Way) -> dict[str, dict[str, float]]:
    """Give how many times ``one`` takes of what ``other`` takes a report, round by round, and from those the spread."""
    both = list(zip(one.runs, other.runs, strict=True))
    made = {
        "wall": [(a.wall / one.n) / (b.wall / other.n) for a, b in both],
        "cpu": [(a.cpu / one.n) / (b.cpu / other.n) for a, b in both],
    }
    return {name: _round({"min": min(v), "median": statistics.median(v), "max": max(v)}) for name, v in made.items()}


def _round(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in values.items()}


def pairs_of(n: int) -> list[Pair]:
    """Give ``n`` different pairs: of the G20 first, then with the other members of the United Nations."""
    with (ROOT / "data" / "groups" / "g20.csv").open(encoding="utf-8") as file:
        codes = [row["iso3"] for row in csv.DictReader(line for line in file if not line.startswith("#"))]
    with (ROOT / "data" / "evidence" / "states" / "states.csv").open(encoding="utf-8") as file:
        codes += [r["iso3"] for r in csv.DictReader(file) if r["is_un_member"] == "true" and r["iso3"] not in codes]
    # In the order of the later state, so that a few states do not stand for all.
    found = [(a, b) for k, b in enumerate(codes) for a in codes[:k]]
    if n > len(found):
        raise SystemExit(f"there are {len(found)} pairs")
    return found[:n]


def busy_s() -> float:
    """Give the seconds that this machine's processors have worked, for whomever.

    Not all that a command starts is its child, or waited for: the process that workers are forked from is neither.
    """
    used = psutil.cpu_times()
    return float(used.user + used.nice + used.system + used.irq + used.softirq)


def timed(work: Callable[[], float]) -> Took:
    """Time something that starts processes and waits for them; it gives its steady seconds."""
    cpu, begun = busy_s(), time.perf_counter()
    steady = work()
    return Took(time.perf_counter() - begun, busy_s() - cpu, steady)


def call(command: Sequence[str], environment: dict[str, str] | None = None) -> str:
    """Run a command to its end and give what it printed."""
    run = subprocess.run(
        list(command), cwd=ROOT, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if run.returncode:
        raise SystemExit(f"{' '.join(command)}\nended with {run.returncode}:\n{run.stderr[-3000:]}{run.stdout[-2000:]}")
    return run.stdout


def write_order(
    path: Path, notebook: str, rows: Iterable[dict[str, Any]], name: str, formats: Sequence[str] = FORMATS
) -> None:
    lines = [f'notebook = "{notebook}"', f"formats = {json.dumps(list(formats))}", f'name = "{name}"']
    for row in rows:
        lines += ["[[parameters]]", *(f"{key} = {json.dumps(value)}" for key, value in row.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def pair_order(folder: Path, pairs: Sequence[Pair], formats: Sequence[str] = FORMATS) -> Path:
    path = folder / "order.toml"
    rows = [{"state_a": a, "state_b": b, "as_of": AS_OF} for a, b in pairs]
    write_order(path, "pair_profile", rows, "{state_a}-{state_b}", formats)
    return path


def batch(order: Path, out: Path, workers: int) -> float:
    """Run an order and give the seconds from its first report to its last, one report more."""
    command = [str(BIN / "tightrope"), "batch", str(order), "--out", str(out), "--workers", str(workers), "--json"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
    )
    assert process.stdout is not None
    done, n_failed = [], 0
    for line in process.stdout:
        event = json.loads(line) if line.startswith("{") else {}
        if event.get("event") == "done":
            done.append(time.perf_counter())
        n_failed += event.get("event") == "failed"
    _, err = process.communicate()
    if process.returncode or n_failed or not done:
        raise SystemExit(f"tightrope batch ended with {process.returncode}, {n_failed} failed:\n{err[-3000:]}")
    return (done[-1] - done[0]) * len(done) / max(len(done) - 1, 1)


def plain(pairs: Sequence[Pair], out: Path, workers: int) -> float:
    """Run the two commands for every pair, ``workers`` pairs at a time."""
    notebook = ROOT / "notebooks" / "pair_profile.ipynb"

    def one(pair: Pair) -> None:
        executed = out / f"{pair[0]}-{pair[1]}.ipynb"
        given = itertools.chain.from_iterable(
            ("-p", name, value) for name, value in zip(("state_a", "state_b", "as_of"), (*pair, AS_OF), strict=True)
        )
        papermill = [str(BIN / "papermill"), str(notebook), str(executed), "--cwd", str(notebook.parent)]
        call([*papermill, "--no-progress-bar", *given])
        call([str(BIN / "jupyter-nbconvert"), "--to", "html", str(executed)])

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, pairs))
    return 0.0


def floor(pairs: Sequence[Pair], workers: int) -> Took:
    """Run the cells' code in ``workers`` processes that have made one report each before the clock starts."""
    environment = {**os.environ, "TIGHTROPE_CARRY": "1", "SOURCE_DATE_EPOCH": "315532800"}
    environment |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    command = [sys.executable, __file__, "--inner-floor"]
    started = [
        subprocess.Popen(command, cwd=ROOT / "notebooks", env=environment, text=True, stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE)
        for _ in range(workers)
    ]  # fmt: skip
    warm_up = pairs_of(len(pairs) + workers)[-workers:]
    for process, pair in zip(started, warm_up, strict=True):
        _tell(process, [pair])
    for process in started:
        _answer(process)
    begun = time.perf_counter()
    for k, process in enumerate(started):
        _tell(process, pairs[k::workers])
    cpu = sum(_answer(process) for process in started)
    wall = time.perf_counter() - begun
    for process in started:
        process.communicate()
    return Took(wall, cpu, wall)


def _tell(process: subprocess.Popen[str], pairs: Sequence[Pair]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(pairs) + "\n")
    process.stdin.flush()


def _answer(process: subprocess.Popen[str]) -> float:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("cpu "):
            return float(line.split()[1])
    raise SystemExit("a process of the floor ended before its time")


def inner_floor() -> None:
    """Run the cells for each pair that is asked for, and say what that took."""
    import ast

    import matplotlib as mpl
    from IPython.core.formatters import DisplayFormatter

    mpl.use("agg")
    show: Any = DisplayFormatter()
    nb = nbformat.read(ROOT / "notebooks" / "pair_profile.ipynb", as_version=4)
    cells = [c for c in nb.cells if c.cell_type == "code"]
    codes = []
    for cell in cells:
        tree = ast.parse(cell.source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        shown = compile(ast.Expression(last.value), "cell", "eval") if last is not None else None
        codes.append((compile(tree, "cell", "exec"), shown, "parameters" in cell.metadata.get("tags", [])))

    def display(*things: Any) -> None:
        for thing in things:
            show.format(thing)

    for line in sys.stdin:
        begun = time.process_time()
        for state_a, state_b in json.loads(line):
            space: dict[str, Any] = {"display": display, "__name__": "__main__"}
            for code, shown, is_parameters in codes:
                exec(code, space)
                value = eval(shown, space) if shown is not None else None
                if value is not None:
                    display(value)
                if is_parameters:
                    space.update(state_a=state_a, state_b=state_b, as_of=AS_OF)
        print("cpu", time.process_time() - begun, flush=True)


def pss_mb(process: psutil.Process) -> float:
    """Give the memory of a process and its descendants, each shared page counted once."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        for each in [process, *process.children(recursive=True)]:
            with suppress(OSError):
                for line in Path(f"/proc/{each.pid}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        total += int(line.split()[1])
    return total / 1024


def flatness(samples: Sequence[tuple[int, float]], n: int) -> dict[str, float]:
    """Give memory once the run has settled and at its end, how much it grew between, and the most of all.

    ``samples`` are (reports done, MB); a tenth of the reports, 20 at least, count at either end.
    """
    window = max(20, n // 10)
    early = [mb for done, mb in samples if SETTLED <= done < SETTLED + window]
    late = [mb for done, mb in samples if n - window <= done < n]
    if not early or not late:
        raise SystemExit(f"{n} reports are too few to see whether memory grows: take 150 or more")
    first, last = statistics.median(early), statistics.median(late)
    return {
        "settled_mb": round(first), "end_mb": round(last), "growth_percent": round(100 * (last / first - 1), 1),
        "peak_mb": round(max(mb for _, mb in samples)),
    }  # fmt: skip


def measure_speed(n: int, rounds: int, workers: int, with_plain: bool, formats: Sequence[str]) -> dict[str, Any]:
    pairs = pairs_of(n)
    ours = Way(f"tightrope batch ({' + '.join(formats).upper()})", n)
    theirs, least = Way("papermill, then nbconvert (HTML)", n), Way("the floor: cells", n)
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory(prefix="tightrope-bench-") as name:
            folder = Path(name)
            order = pair_order(folder, pairs, formats)
            say(f"round {number} of {rounds}: tightrope batch, {n} reports")
            ours.runs.append(timed(lambda order=order, folder=folder: batch(order, folder / "out", workers)))  # type: ignore[misc]
            say(f"round {number} of {rounds}: the floor")
            least.runs.append(floor(pairs, workers))
            if with_plain:
                say(f"round {number} of {rounds}: papermill and nbconvert")
                theirs.runs.append(timed(lambda folder=folder: plain(pairs, folder, workers)))  # type: ignore[misc]
    steady = statistics.median(run.steady for run in ours.runs) / n
    found: dict[str, Any] = {
        "ways": [way.summary() for way in (ours, least, theirs) if way.runs],
        "times_the_floor": ratios(ours, least),
        "steady_s": round(steady, 3),
        "all_pairs_hours": round(ALL_PAIRS * steady / 3600, 1),
    }
    if with_plain:
        found["times_faster_than_plain"] = ratios(theirs, ours)
    return found


def measure_memory(n: int, workers: int) -> dict[str, Any]:
    say(f"memory: tightrope batch, {n} reports")
    with tempfile.TemporaryDirectory(prefix="tightrope-bench-") as name:
        folder = Path(name)
        order, out = pair_order(folder, pairs_of(n)), folder / "out"
        samples: list[tuple[int, float]] = []
        ended = threading.Event()

        def watch() -> None:
            me = psutil.Process()
            while not ended.wait(SAMPLE_EVERY_S):
                runs = [child for child in me.children() if child.is_running()]
                n_done = sum(1 for _ in out.glob("*/*.manifest.json"))
                samples.append((n_done, sum(map(pss_mb, runs))))

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            batch(order, out, workers)
        finally:
            ended.set()
            thread.join()
    return {"reports": n, **flatness(samples, n)}


def measure_growth(counts: Sequence[int], workers: int) -> list[dict[str, Any]]:
    rows = []
    for n in counts:
        say(f"growth: {n} reports of a small notebook")
        with tempfile.TemporaryDirectory(prefix="tightrope-bench-") as name:
            folder = Path(name)
            cell = nbformat.v4.new_code_cell
            cells = [cell("number: int = 1", id="one", metadata={"tags": ["parameters"]}), cell(SMALL, id="two")]
            kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
            nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "small.ipynb")
            order, out = folder / "order.toml", folder / "out"
            write_order(order, str(folder / "small.ipynb"), [{"number": k} for k in range(n)], "n{number}")
            took = timed(lambda order=order, out=out: batch(order, out, workers))  # type: ignore[misc]
            index = sum(path.stat().st_size for path in out.glob("index.*"))
            manifest = sum(path.stat().st_size for path in out.glob("*.jsonl"))
            rows.append({
                "reports": n, "steady_s": round(took.steady / n, 3), "cpu_s": round(took.cpu / n, 3),
                "index_bytes_a_report": round(index / n), "manifest_bytes_a_report": round(manifest / n),
            })  # fmt: skip
    return rows


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def _span(of: dict[str, float]) -> str:
    return f"{of['median']:.2f} ({of['min']:.2f}-{of['max']:.2f})"


def table(found: dict[str, Any]) -> str:
    """Give all that was measured as lines of text: medians, with the least and the most in brackets."""
    lines = []
    if speed := found.get("speed"):
        lines.append(f"{'way':<34}{'reports a minute':>24}{'wall s a report':>22}{'CPU s a report':>22}")
        for way in speed["ways"]:
            spans = _span(way["per_minute"]), _span(way["wall_s"]), _span(way["cpu_s"])
            lines.append(f"{way['way']:<34}{spans[0]:>24}{spans[1]:>22}{spans[2]:>22}")
        for name, said in (("times_faster_than_plain", "times faster than plain"), ("times_the_floor", "× floor")):
            if name in speed:
                lines.append(f"{said}: wall {_span(speed[name]['wall'])}, CPU {_span(speed[name]['cpu'])}")
        lines.append(
            f"from the first report to the last {speed['steady_s']:.2f} s a report, so all {ALL_PAIRS:,} pairs would "
            f"take {speed['all_pairs_hours']:.1f} hours (extrapolated)"
        )
    if m := found.get("memory"):
        lines.append(
            f"memory over {m['reports']} reports: {m['settled_mb']} MB after {SETTLED}, {m['end_mb']} MB at the end "
            f"({m['growth_percent']:+.1f}%), peak {m['peak_mb']} MB"
        )
    for row in found.get("growth", []):
        lines.append(
            f"{row['reports']:>6,} small reports: {row['steady_s']:.3f} s each (CPU {row['cpu_s']:.3f}), a report "
            f"takes {row['manifest_bytes_a_report']} bytes of manifest and {row['index_bytes_a_report']} of index"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part alone (repeatable)")
    parser.add_argument("--reports", type=int, default=40, help="pairs in each round of speed (default 40)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of speed (default 3)")
    parser.add_argument("--workers", type=int, default=2, help="reports at a time (default 2)")
    parser.add_argument("--no-plain", action="store_true", help="leave papermill and nbconvert out of speed")
    parser.add_argument("--formats", default=",".join(FORMATS), help="what batch makes in speed (default html,pdf)")
    parser.add_argument("--memory-reports", type=int, default=500, help="length of the long run (default 500)")
    parser.add_argument("--growth", default="10,100,1000", help="numbers of small reports (default 10,100,1000)")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    parser.add_argument("--inner-floor", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inner_floor:
        inner_floor()
        return
    if min(options.reports, options.rounds, options.workers) < 1:
        parser.error("--reports, --rounds and --workers must be at least 1")
    parts = options.only or PARTS
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="tightrope-bench-kept-") as kept:
        os.environ["TIGHTROPE_CACHE"] = kept
        # Where Python may not keep what it compiled, every plain command compiles its libraries anew.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        if "speed" in parts:
            found["speed"] = measure_speed(
                options.reports, options.rounds, options.workers, not options.no_plain, options.formats.split(",")
            )
        if "memory" in parts:
            found["memory"] = measure_memory(options.memory_reports, options.workers)
        if "growth" in parts:
            found["growth"] = measure_growth([int(n) for n in options.growth.split(",")], options.workers)
    print(table(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
