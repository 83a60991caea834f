"""Run an order: what is stale goes to the workers, what ends goes to the manifest, and the index is made anew."""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tightrope.batch import manifest
from tightrope.batch.child import Kernel, Outcome, Setup, Task
from tightrope.batch.fresh import Circumstances, Freshness, circumstances
from tightrope.batch.jobs import Job, expand
from tightrope.batch.order import OrderFile
from tightrope.batch.pool import Pool
from tightrope.batch.say import Say
from tightrope.errors import BadParameter, OutputError
from tightrope.publish.execute import read_notebook
from tightrope.publish.output import writing
from tightrope.publish.render import check_formats, find_notebook

LOGS = "logs"
_STAGING = re.compile(r"\.tightrope-(\d+)-")
_LEAST_MEMORY_MB = 4096


@dataclass(frozen=True)
class Settings:
    """How to run an order.

    Attributes
    ----------
    out : Path
        Folder of all reports.
    only : str
        Glob that a report's name must match; empty for all.
    formats : tuple of str
        Instead of the order's, where not empty.
    n_workers : int
        0 for one a processor.
    kernel : str
        ``warm`` or ``plain``.
    timeout : float
        Seconds after which a report counts as hung.
    memory_mb : float
        Memory one report may take; 0 for a fair share of the machine's.
    retry_failed : bool
        Whether reports that failed, and whose inputs are as they were, are tried again.
    """

    out: Path
    only: str = ""
    formats: tuple[str, ...] = ()
    n_workers: int = 0
    kernel: Kernel = "warm"
    timeout: float = 600.0
    memory_mb: float = 0.0
    retry_failed: bool = False


@dataclass(frozen=True)
class Plan:
    """What a run will do.

    Attributes
    ----------
    file : OrderFile
    notebook : Path
    now : Circumstances
    jobs : list of Job
        Every report of the order that ``only`` lets through.
    stale : dict
        Reasons by name, of the reports to render.
    failed_before : list of Job
        Reports that failed from the very same inputs, and are left.
    formats : tuple of str
    n_bad_lines : int
        Lines of the manifest that could not be read.
    """

    file: OrderFile
    notebook: Path
    now: Circumstances
    jobs: list[Job]
    stale: dict[str, list[str]]
    failed_before: list[Job]
    formats: tuple[str, ...]
    n_bad_lines: int


@dataclass
class Tally:
    """How a run ended."""

    n_done: int = 0
    n_failed: int = 0
    n_current: int = 0
    n_left: int = 0
    seconds: float = 0.0
    is_interrupted: bool = False
    failed: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 where every report stands, 1 where one failed, 130 where the run was interrupted."""
        if self.is_interrupted:
            return 130
        return 1 if self.n_failed else 0


def make_plan(order: Path, root: Path, settings: Settings) -> Plan:
    """Check all of an order, and find out what is stale. Nothing is written.

    Raises
    ------
    TightropeError
        For anything in the order, its notebook or a parameter set that does not fit.
    """
    file = OrderFile(order, root)
    notebook = find_notebook(file.order.notebook, root)
    nb = read_notebook(notebook)
    jobs = expand(file, nb, notebook.name)
    if settings.only:
        jobs = [job for job in jobs if fnmatchcase(job.name, settings.only)]
        if not jobs:
            raise BadParameter(
                f"no report of the order is named like {settings.only!r}", "--only", fix="see --dry-run for the names"
            )
    formats = check_formats(settings.formats or file.order.formats)
    now = circumstances(notebook, nb, root)
    entries, n_bad = manifest.read(settings.out)
    fresh = Freshness(settings.out, now, entries, formats, root)
    fresh.look_up(jobs)
    stale: dict[str, list[str]] = {}
    failed_before = []
    for job in jobs:
        entry = entries.get(job.name, {})
        if entry.get("status") == "failed" and not settings.retry_failed and not fresh.changes(job, entry):
            failed_before.append(job)
            continue
        reasons = fresh.reasons(job)
        if reasons:
            stale[job.name] = reasons
    return Plan(file, notebook, now, jobs, stale, failed_before, formats, n_bad)


def run(plan: Plan, settings: Settings, say: Say) -> Tally:
    """Render what is stale.

    Returns
    -------
    Tally
        Every failure is in the manifest, with its log under ``logs/``.

    Raises
    ------
    OutputError
        Where the disk is full, or another run writes to the same folder. What was done stays done.
    """
    from tightrope.batch.index import write_index

    n_workers = min(settings.n_workers or len(os.sched_getaffinity(0)), max(1, len(plan.stale)))
    tally = Tally(
        n_failed=len(plan.failed_before), n_current=len(plan.jobs) - len(plan.stale) - len(plan.failed_before)
    )
    tally.failed = [job.name for job in plan.failed_before]
    start = time.monotonic()
    with writing(settings.out):
        settings.out.mkdir(parents=True, exist_ok=True)
    with manifest.Manifest(settings.out) as book:
        _sweep(settings.out)
        say(
            "start", n_reports=len(plan.jobs), n_current=tally.n_current, n_stale=len(plan.stale),
            n_failed_before=len(plan.failed_before), workers=n_workers, kernel=settings.kernel, out=str(settings.out),
        )  # fmt: skip
        if book.n_repaired or plan.n_bad_lines:
            say("note", text="the manifest held a torn line, from a run that was killed; its report is rendered again")
        try:
            if plan.stale:
                _render(plan, settings, n_workers, book, tally, say)
        finally:
            tally.seconds = round(time.monotonic() - start, 1)
        index = write_index(settings.out)
    n_new = tally.n_done
    say(
        "end", n_done=n_new, n_failed=tally.n_failed, n_current=tally.n_current, n_left=tally.n_left,
        seconds=tally.seconds, per_minute=round(60 * n_new / max(tally.seconds, 0.001), 1), index=str(index),
    )  # fmt: skip
    return tally


def _render(plan: Plan, settings: Settings, n_workers: int, book: manifest.Manifest, tally: Tally, say: Say) -> None:
    tasks = [Task(job.name, job.parameters) for job in plan.jobs if job.name in plan.stale]
    setup = Setup(plan.notebook, plan.file.root, settings.out, plan.formats, settings.kernel)
    memory_mb = settings.memory_mb or _share_of_memory(n_workers)
    n_failed_before, tally.n_left = tally.n_failed, len(tasks)
    with writing(settings.out):
        folder = Path(tempfile.mkdtemp(prefix=f".tightrope-{os.getpid()}-", dir=settings.out))
    disk = ""
    try:
        with _kernels(settings.kernel, memory_mb):
            pool = Pool(setup, n_workers, folder, settings.timeout, memory_mb)
            with _graceful(pool, tally, say), ExitStack() as stack:
                for task, outcome in stack.enter_context(closing(pool.run(tasks))):
                    counts = {"n_failed": tally.n_failed - n_failed_before, "n_stale": len(tasks)}
                    if outcome.kind == "disk":
                        disk = outcome.error
                        pool.stop()
                        continue
                    if outcome.kind == "crashed" and task.attempt == 1:
                        if not pool.is_stopping:
                            say("retry", name=task.name, error=outcome.error)
                        continue
                    tally.n_left -= 1
                    log = _write_log(settings.out, task, outcome, plan)
                    book.append(_entry(task, outcome, plan, log))
                    if outcome.kind == "done":
                        tally.n_done += 1
                        files = [str(settings.out / task.name / name) for name in outcome.outputs]
                        say("done", name=task.name, seconds=outcome.seconds, files=files, n_done=tally.n_done, **counts)
                    else:
                        tally.n_failed += 1
                        counts["n_failed"] += 1
                        tally.failed.append(task.name)
                        say(
                            "failed", name=task.name, kind=outcome.kind, error=outcome.error,
                            log=str(settings.out / log), n_done=tally.n_done, **counts,
                        )  # fmt: skip
                    for note in outcome.notes:
                        say("note", name=task.name, text=note)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if disk:
        raise OutputError(
            disk.splitlines()[0], str(settings.out),
            f"{tally.n_done} reports were finished and stay; {tally.n_left} are left", "free some space and run again",
        )  # fmt: skip


def _entry(task: Task, outcome: Outcome, plan: Plan, log: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": task.name,
        "status": "done" if outcome.kind == "done" else "failed",
        "order": str(plan.file.path),
        "parameters": task.parameters,
        "made_from": plan.now.made_from(),
        "attempts": task.attempt,
        "seconds": outcome.seconds,
    }
    if outcome.kind == "done":
        return {**entry, "record": outcome.record, "inputs": outcome.inputs, "outputs": outcome.outputs}
    return {**entry, "kind": outcome.kind, "error": outcome.error, "log": log}


def _write_log(out: Path, task: Task, outcome: Outcome, plan: Plan) -> str:
    """Write a failed report's log, and take away one that a good report had before; give its path under ``out``."""
    path = out / LOGS / f"{task.name}.log"
    if outcome.kind == "done":
        path.unlink(missing_ok=True)
        return ""
    values = "\n".join(f"  {name} = {value!r}" for name, value in task.parameters.items())
    parts = [
        f"{task.name}: {outcome.kind} after {outcome.seconds:g} seconds, attempt {task.attempt}",
        f"order: {plan.file.path}\nnotebook: {plan.notebook.name}\nparameters:\n{values}",
        outcome.log,
        "\n".join(f"note: {note}" for note in outcome.notes),
    ]
    with writing(path):
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")
    return f"{LOGS}/{path.name}"


@contextmanager
def _kernels(kernel: Kernel, memory_mb: float) -> Iterator[None]:
    """Start the server of warm kernels, which the workers share; their memory limit goes through the environment."""
    if kernel == "plain":
        yield
        return
    from tightrope.publish import warm
    from tightrope.publish.worker import warm_up

    before = os.environ.get(warm.MEMORY)
    os.environ[warm.MEMORY] = str(int(max(memory_mb, _LEAST_MEMORY_MB)))
    try:
        warm_up()
        yield
    finally:
        warm.stop()
        if before is None:
            del os.environ[warm.MEMORY]
        else:
            os.environ[warm.MEMORY] = before


@contextmanager
def _graceful(pool: Pool, tally: Tally, say: Say) -> Iterator[None]:
    """Let the first Ctrl-C, or a polite end, finish what is in flight; the second drops it."""

    def on_signal(number: int, frame: object) -> None:
        if tally.is_interrupted:
            raise KeyboardInterrupt
        tally.is_interrupted = True
        pool.stop()
        say("stopping", in_flight=pool.n_busy)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _sweep(out: Path) -> None:
    """Remove what dead runs left half-written."""
    for path in out.glob(".tightrope-*"):
        owner = _STAGING.match(path.name)
        if owner is None or not _is_alive(int(owner[1])):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _share_of_memory(n_workers: int) -> float:
    import psutil

    return max(_LEAST_MEMORY_MB, 0.8 * float(psutil.virtual_memory().total) / 2**20 / n_workers)
