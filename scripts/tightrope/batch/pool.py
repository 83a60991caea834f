"""Worker processes apart from each other: one that crashes, hangs or swells takes down its own report and no other."""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver as forkserver
import os
import shutil
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from tightrope.batch.child import Kernel, Kind, Outcome, Setup, Task, serve
from tightrope.errors import RenderFailed

_LOOK_S = 1.0
ATTEMPTS = 2
# A worker grows by about half a megabyte a report, so it is replaced now and then: memory stays level over any number.
_WORKER_REPORTS = 100
_WORKER_MB = 1500
_FALSE_STARTS = 3
LEAST_MEMORY_MB = 4096


@dataclass
class _Worker:
    process: Any
    talk: Connection
    log: Path
    is_ready: bool = False
    task: Task | None = None
    since: float = 0.0
    n_reports: int = 0
    is_gone: bool = False

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.since


class Pool:
    """A number of workers.

    Parameters
    ----------
    setup : Setup
        What all reports share.
    n_workers : int
    folder : Path
        A folder for the workers' own logs.
    timeout : float
        Seconds after which a report counts as hung.
    memory_mb : float
        Memory that a worker and its kernel may take together.
    attempts : int
        How often a report is begun that crashes.
    """

    def __init__(
        self, setup: Setup, n_workers: int, folder: Path, timeout: float, memory_mb: float, attempts: int = ATTEMPTS
    ) -> None:
        self.setup, self.n_workers, self.folder, self.attempts = setup, n_workers, folder, attempts
        self.timeout, self.memory_mb = timeout, memory_mb
        self.is_stopping = False
        # Workers are forks of a process that has loaded what they need and set nothing: threads do not survive a fork.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tightrope.batch.nursery"])
        forkserver.ensure_running()  # it loads while the kernels' server does
        self.waiting: deque[Task] = deque()
        self._workers: list[_Worker] = []
        self._n_started = self._n_false = 0

    def run(self, tasks: Iterable[Task]) -> Generator[tuple[Task, Outcome], None, None]:
        """Give each task with what came of it, as they end; a crashed one comes once as such, then again.

        After `stop` no task is begun; what is in flight still ends.
        """
        self.waiting.extend(tasks)
        self._workers = [self._start() for _ in range(self._n_wanted())]
        try:
            while not self._is_over():
                for worker in self._workers:
                    if worker.is_ready and worker.task is None and self.waiting and not self.is_stopping:
                        self._give(worker, self.waiting.popleft())
                for task, outcome in self._turn():
                    if outcome.kind == "crashed" and task.attempt < self.attempts:
                        self.waiting.appendleft(replace(task, attempt=task.attempt + 1))
                    yield task, outcome
        finally:
            self.close()

    def _n_wanted(self) -> int:
        return min(self.n_workers, len(self.waiting))

    def _is_over(self) -> bool:
        return not self.n_busy and (self.is_stopping or not self.waiting)

    def stop(self) -> None:
        """Begin no more tasks."""
        self.is_stopping = True

    def close(self) -> None:
        """End the workers: at once where they are busy."""
        for worker in self._workers:
            if worker.task is None and worker.is_ready:
                with suppress(OSError):
                    worker.talk.send(None)
            else:
                _kill(worker)
        for worker in self._workers:
            self._bury(worker)
        self._workers = []

    @property
    def n_busy(self) -> int:
        """How many reports are in flight."""
        return sum(worker.task is not None for worker in self._workers)

    def _start(self) -> _Worker:
        self._n_started += 1
        here, there = self._context.Pipe()
        log = self.folder / f"worker-{self._n_started}.log"
        # That process may be older than this run, and has the environment that it was started in.
        process = self._context.Process(target=serve, args=(there, self.setup, log, dict(os.environ)), daemon=True)
        process.start()
        there.close()
        return _Worker(process, here, log)

    def _give(self, worker: _Worker, task: Task) -> None:
        worker.task, worker.since, worker.n_reports = task, time.monotonic(), worker.n_reports + 1
        with suppress(OSError):  # it died in between, which the next turn finds out
            worker.talk.send(task)

    def _turn(self) -> list[tuple[Task, Outcome]]:
        """Wait a moment and give what ended."""
        handles = [item for worker in self._workers for item in (worker.talk, worker.process.sentinel)]
        handles += self._more_handles()
        spoken = set(map(id, wait(handles, _LOOK_S)))
        ended = []
        for place, worker in enumerate(self._workers):
            outcome = None
            if id(worker.talk) in spoken or worker.talk.poll():
                outcome = self._hear(worker)
            elif not worker.process.is_alive():
                outcome = self._died(worker)
            elif worker.task is not None:
                outcome = self._too_much(worker)
            if outcome is not None and worker.task is not None:
                ended.append((worker.task, outcome))
                worker.task = None
            # One that dies from here on is found out in the next turn: replaced now, it would take its report along.
            if outcome is not None and (worker.is_gone or _is_spent(worker, outcome)):
                self._workers[place] = self._replace(worker)
        return ended

    def _more_handles(self) -> list[Any]:
        """Give what else ends the wait of a turn."""
        return []

    def _hear(self, worker: _Worker) -> Outcome | None:
        try:
            said = worker.talk.recv()
        except (EOFError, OSError):
            worker.process.join(5)
            return self._died(worker)
        if said == "ready":
            worker.is_ready, self._n_false = True, 0
            return None
        assert isinstance(said, Outcome)
        return said

    def _died(self, worker: _Worker) -> Outcome:
        worker.is_gone = True
        code = worker.process.exitcode
        if not worker.is_ready:
            self._n_false += 1
            if self._n_false >= _FALSE_STARTS * self.n_workers:
                raise RenderFailed("the workers end as they start", why=_last_line(worker.log))
        how = f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"
        return self._failure(worker, "crashed", f"its worker ended {how}")

    def _too_much(self, worker: _Worker) -> Outcome | None:
        if worker.seconds > self.timeout:
            worker.is_gone = True
            _kill(worker)
            return self._failure(worker, "hung", f"it took more than {self.timeout:g} seconds and was stopped")
        memory = _memory_mb(worker)
        if memory > self.memory_mb:
            worker.is_gone = True
            _kill(worker)
            return self._failure(
                worker, "memory", f"it took {memory:.0f} MB of memory, more than {self.memory_mb:.0f}, and was stopped"
            )
        return None

    def _failure(self, worker: _Worker, kind: Kind, text: str) -> Outcome:
        log = worker.log.read_text(errors="replace") if worker.log.is_file() else ""
        return Outcome(kind, text, f"{text}\n\n{log}".strip(), round(worker.seconds, 3))

    def _replace(self, worker: _Worker) -> _Worker:
        if worker.process.is_alive():
            with suppress(OSError):
                worker.talk.send(None)
        self._bury(worker)
        return self._start()

    def _bury(self, worker: _Worker) -> None:
        """See a worker end, and clear away what it leaves: its log and what it had half written."""
        worker.process.join(5)
        if worker.process.is_alive():
            _kill(worker)
        worker.talk.close()
        worker.log.unlink(missing_ok=True)
        if worker.process.exitcode != 0:
            for path in self.setup.out.glob(f".tightrope-{worker.process.pid}-*"):
                shutil.rmtree(path, ignore_errors=True)


def _is_spent(worker: _Worker, outcome: Outcome) -> bool:
    return worker.n_reports >= _WORKER_REPORTS or outcome.rss_mb > _WORKER_MB


@contextmanager
def kernels(kernel: Kernel, memory_mb: float, notebook: Path) -> Iterator[None]:
    """Start the server of warm kernels, which the workers share; their memory limit goes through the environment.

    It loads at once what the notebook wants loaded, so that its first report need not wait for that.
    """
    if kernel == "plain":
        yield
        return
    from tightrope.publish import warm
    from tightrope.publish.notebooks import preload_of, read_notebook
    from tightrope.publish.worker import warm_up

    before = os.environ.get(warm.MEMORY)
    os.environ[warm.MEMORY] = str(int(max(memory_mb, LEAST_MEMORY_MB)))
    try:
        warm_up(preload_of(read_notebook(notebook)), notebook.parent)
        yield
    finally:
        warm.stop()
        if before is None:
            del os.environ[warm.MEMORY]
        else:
            os.environ[warm.MEMORY] = before


def share_of_memory(n_workers: int) -> float:
    """Give what one of ``n_workers`` on this machine may take, in megabytes."""
    import psutil

    return max(LEAST_MEMORY_MB, 0.8 * float(psutil.virtual_memory().total) / 2**20 / n_workers)


def _family(worker: _Worker) -> list[Any]:
    import psutil

    try:
        process = psutil.Process(worker.process.pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _memory_mb(worker: _Worker) -> float:
    total = 0
    for process in _family(worker):
        with suppress(Exception):  # it ended in between
            total += process.memory_info().rss
    return total / 2**20


def _kill(worker: _Worker) -> None:
    """Kill a worker with all it started; a warm kernel ends with the connection."""
    for process in reversed(_family(worker)):
        with suppress(Exception):
            process.kill()
    worker.process.join(5)


def _last_line(path: Path) -> str:
    lines = path.read_text(errors="replace").strip().splitlines() if path.is_file() else []
    return lines[-1][:200] if lines else ""
