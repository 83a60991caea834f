"""Run an order: what is stale goes to the workers, what ends goes to the manifest, and the index is made anew."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Protocol

from tightrope.batch.child import Kernel, Outcome, Setup, Task, land
from tightrope.batch.fresh import Circumstances, Freshness, circumstances
from tightrope.batch.jobs import Job, expand
from tightrope.batch.order import OrderFile
from tightrope.batch.passing import passing_folder, sweep
from tightrope.batch.pool import ATTEMPTS, Pool, kernels, share_of_memory
from tightrope.batch.say import Say
from tightrope.batch.signing import sign_files
from tightrope.batch.store import Book, Store, open_store
from tightrope.errors import BadParameter, OutputError, RenderFailed
from tightrope.publish.notebooks import read_notebook
from tightrope.publish.render import check_formats, find_notebook
from tightrope.publish.sign import Key

LOGS = "logs"


@dataclass(frozen=True)
class Settings:
    """How to run an order.

    Attributes
    ----------
    out : Path or str
        Folder of all reports, or an address that `tightrope.batch.store` knows.
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
    scheduler : str
        Address of a Dask cluster's scheduler to render there; empty to render on this machine.
    key : Key, optional
        Signs every report.
    """

    out: Path | str
    only: str = ""
    formats: tuple[str, ...] = ()
    n_workers: int = 0
    kernel: Kernel = "warm"
    timeout: float = 600.0
    memory_mb: float = 0.0
    retry_failed: bool = False
    scheduler: str = ""
    key: Key | None = None


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
    store : Store
        Where the reports are.
    key : Key, optional
        Signs every report.
    n_to_lose : int
        Reports that were signed and will not be.
    """

    file: OrderFile
    notebook: Path
    now: Circumstances
    jobs: list[Job]
    stale: dict[str, list[str]]
    failed_before: list[Job]
    formats: tuple[str, ...]
    n_bad_lines: int
    store: Store
    key: Key | None = None
    n_to_lose: int = 0


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
    store = open_store(settings.out)
    entries, n_bad = store.entries()
    fresh = Freshness(store, now, entries, formats, root, settings.key.fingerprint if settings.key else "")
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
    n_to_lose = 0 if settings.key else sum("signed_by" in entries.get(name, {}) for name in stale)
    return Plan(file, notebook, now, jobs, stale, failed_before, formats, n_bad, store, settings.key, n_to_lose)


def run(plan: Plan, settings: Settings, say: Say) -> Tally:
    """Render what is stale.

    Returns
    -------
    Tally
        Every failure is in the manifest, with its log under ``logs/``.

    Raises
    ------
    OutputError
        Where the disk is full, the store does not answer, or another run writes there. What was done stays done.
    BadParameter
        Where the scheduler cannot be reached, or has no worker that is fit.
    """
    from tightrope.batch.index import write_index

    store = plan.store
    tally = Tally(
        n_failed=len(plan.failed_before), n_current=len(plan.jobs) - len(plan.stale) - len(plan.failed_before)
    )
    tally.failed = [job.name for job in plan.failed_before]
    start = time.monotonic()
    store.make()
    with store.book(lambda text: say("note", text=text)) as book:
        if store.folder is not None:
            sweep(store.folder)
        try:
            with _renderer(plan, settings, say) as (pool, n_workers):
                say(
                    "start", n_reports=len(plan.jobs), n_current=tally.n_current, n_stale=len(plan.stale),
                    n_failed_before=len(plan.failed_before), workers=n_workers, kernel=settings.kernel,
                    scheduler=settings.scheduler, out=store.address,
                )  # fmt: skip
                if book.n_repaired or plan.n_bad_lines:
                    text = "the manifest held a torn line, from a run that was killed; its report is rendered again"
                    say("note", text=text)
                if plan.n_to_lose:
                    text = f"{plan.n_to_lose} of these reports were signed; without --sign-key they will not be"
                    say("note", text=text)
                if pool is not None:
                    _render(plan, pool, book, tally, say)
        finally:
            tally.seconds = round(time.monotonic() - start, 1)
        index = write_index(store)
    n_new = tally.n_done
    say(
        "end", n_done=n_new, n_failed=tally.n_failed, n_current=tally.n_current, n_left=tally.n_left,
        seconds=tally.seconds, per_minute=round(60 * n_new / max(tally.seconds, 0.001), 1), index=index,
    )  # fmt: skip
    return tally


class Renders(Protocol):
    """Whoever renders: workers of this machine, or a cluster."""

    is_stopping: bool

    @property
    def n_busy(self) -> int:
        """How many reports are in flight."""

    def run(self, tasks: Iterable[Task]) -> Generator[tuple[Task, Outcome], None, None]:
        """Give each task with what came of it, as they end; a crashed one comes once as such, then again."""

    def stop(self) -> None:
        """Begin no more tasks."""


@contextmanager
def _renderer(plan: Plan, settings: Settings, say: Say) -> Iterator[tuple[Renders | None, int]]:
    """Give who renders, ready to, and how many reports at a time; nobody where none is stale."""
    store = plan.store
    n_workers = min(settings.n_workers or len(os.sched_getaffinity(0)), max(1, len(plan.stale)))
    if not plan.stale:
        yield None, n_workers
        return
    with ExitStack() as stack:
        # Beside the reports, so that nothing crosses file systems; for an object store, wherever this machine has room.
        folder = stack.enter_context(passing_folder(store.folder))
        if settings.scheduler:
            from tightrope.batch.cluster import Cluster

            cluster = Cluster(settings.scheduler, plan, settings, folder, lambda text: say("note", text=text))
            stack.callback(cluster.close)
            yield cluster, cluster.n_threads
            return
        memory_mb = settings.memory_mb or share_of_memory(n_workers)
        out, to = (store.folder, "") if store.folder is not None else (folder / "reports", store.address)
        out.mkdir(exist_ok=True)
        secret = plan.key.to_bytes() if plan.key else b""
        setup = Setup(plan.notebook, plan.file.root, out, plan.formats, settings.kernel, to, secret)
        pool = Pool(setup, n_workers, folder, settings.timeout, memory_mb)
        stack.enter_context(kernels(settings.kernel, memory_mb, plan.notebook))
        yield pool, n_workers


def _render(plan: Plan, pool: Renders, book: Book, tally: Tally, say: Say) -> None:
    store = plan.store
    tasks = [Task(job.name, job.parameters) for job in plan.jobs if job.name in plan.stale]
    n_failed_before, tally.n_left = tally.n_failed, len(tasks)
    disk = ""
    with _graceful(pool, tally, say), closing(pool.run(tasks)) as ended:
        for task, outcome in ended:
            counts = {"n_failed": tally.n_failed - n_failed_before, "n_stale": len(tasks)}
            if outcome.kind == "done" and outcome.files:
                outcome = _landed(store, task, outcome, plan.key)
            if outcome.kind == "disk":
                disk = outcome.error
                pool.stop()
                continue
            if outcome.kind == "crashed" and task.attempt < ATTEMPTS:
                if not pool.is_stopping:
                    say("retry", name=task.name, error=outcome.error)
                continue
            tally.n_left -= 1
            log = _write_log(task, outcome, plan)
            book.append(_entry(task, outcome, plan, log))
            store.know(task.name, outcome.outputs)
            if outcome.kind == "done":
                tally.n_done += 1
                files = [store.place(f"{task.name}/{name}") for name in outcome.outputs]
                say("done", name=task.name, seconds=outcome.seconds, files=files, n_done=tally.n_done, **counts)
            else:
                tally.n_failed += 1
                counts["n_failed"] += 1
                tally.failed.append(task.name)
                say(
                    "failed", name=task.name, kind=outcome.kind, error=outcome.error,
                    log=store.place(log), n_done=tally.n_done, **counts,
                )  # fmt: skip
            for note in outcome.notes:
                say("note", name=task.name, text=note)
    if disk:
        raise OutputError(
            disk.splitlines()[0], store.address,
            f"{tally.n_done} reports were finished and stay; {tally.n_left} are left",
            "free some space and run again" if store.folder is not None else "run again when the store answers",
        )  # fmt: skip


def _landed(store: Store, task: Task, outcome: Outcome, key: Key | None) -> Outcome:
    """Put a report that came home with its outcome where it belongs; what a cluster rendered is signed only here."""
    try:
        if key is not None:
            sign_files(task.name, outcome.files, outcome.outputs, key)
        land(store, task.name, outcome.files, outcome.outputs)
    except RenderFailed as error:
        return replace(outcome, kind="raised", error=str(error), files={})
    except OutputError as error:
        return replace(outcome, kind="disk", error=str(error), files={})
    return replace(outcome, files={})


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
        if plan.key is not None:
            entry["signed_by"] = plan.key.fingerprint
        return {**entry, "record": outcome.record, "inputs": outcome.inputs, "outputs": outcome.outputs}
    return {**entry, "kind": outcome.kind, "error": outcome.error, "log": log}


def _write_log(task: Task, outcome: Outcome, plan: Plan) -> str:
    """Write a failed report's log, and take away one that a good report had before; give its path under the root."""
    path = f"{LOGS}/{task.name}.log"
    if outcome.kind == "done":
        if plan.store.has(path):
            plan.store.remove(path)
        return ""
    values = "\n".join(f"  {name} = {value!r}" for name, value in task.parameters.items())
    parts = [
        f"{task.name}: {outcome.kind} after {outcome.seconds:g} seconds, attempt {task.attempt}",
        f"order: {plan.file.path}\nnotebook: {plan.notebook.name}\nparameters:\n{values}",
        outcome.log,
        "\n".join(f"note: {note}" for note in outcome.notes),
    ]
    plan.store.write(path, ("\n\n".join(part for part in parts if part) + "\n").encode())
    return path


@contextmanager
def _graceful(pool: Renders, tally: Tally, say: Say) -> Iterator[None]:
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
