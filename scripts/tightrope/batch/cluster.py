"""Reports rendered by the workers of an existing Dask cluster; the manifest stays with the client.

A worker renders only where what a report is made from is the same there as here; others are left out, and said so. A
Dask worker that is lost in mid-report has it rendered again elsewhere, by Dask's own means.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import warnings
from collections import deque
from collections.abc import Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tightrope.batch import node
from tightrope.batch.child import Outcome, Task
from tightrope.batch.pool import ATTEMPTS
from tightrope.batch.store import Note
from tightrope.errors import BadParameter, RenderFailed

if TYPE_CHECKING:
    from tightrope.batch.run import Plan, Settings

CONNECT_S = 6.0
_LOOK_S = 2.0
_FETCH_S = 60.0
# Enough reports wait on the cluster that it sees work and grows; no more, so that its scheduler stays lean.
_AHEAD = 1000


@dataclass
class _Flight:
    """A report that the cluster has, and the workers it may go to; None where all of them are fit."""

    task: Task
    future: Any
    workers: frozenset[str] | None


class Cluster:
    """The cluster as a run sees it: as `Pool`, but elsewhere.

    Parameters
    ----------
    address : str
        Of the scheduler, ``tcp://host:port`` or ``tls://host:port``. Keys for TLS come from Dask's own configuration.
    plan : Plan
    settings : Settings
    folder : Path
        A folder that ends with the run, beside the reports where these lie in a folder.
    note : callable
        Told of workers that are left out, lost, or that cannot reach the reports.

    Raises
    ------
    BadParameter
        Where `distributed` is not installed, the scheduler cannot be reached, or no worker of those it has is fit.
    """

    def __init__(self, address: str, plan: Plan, settings: Settings, folder: Path, note: Note) -> None:
        self.address, self._note, self._store = address, note, plan.store
        self._here = plan.now.made_from()
        self.is_stopping = False
        token = secrets.token_hex(6)
        root, notebook, home = plan.file.root, plan.notebook, plan.store.folder
        inside = notebook.is_relative_to(root)
        self._probe = f"{folder.name}/{token}.probe" if home is not None else f"manifest/{token}.probe"
        self._run = node.Run(
            token, str(notebook.relative_to(root) if inside else notebook), str(root), plan.store.address, self._probe,
            plan.formats, settings.kernel, settings.timeout, settings.memory_mb, plan.key is not None,
        )  # fmt: skip
        self._client = _connect(address)
        self._fit: dict[str, int] = {}
        self._unfit: dict[str, str] = {}
        self._ended: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._flights: dict[str, _Flight] = {}
        self._waiting: deque[Task] = deque()
        self._n_sent = 0
        self._is_closed, self._looking = threading.Event(), threading.Lock()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        try:
            plan.store.write(self._probe, token.encode())
            self._look()
            if self._unfit and not self._fit:
                worker, reason = next(iter(self._unfit.items()))
                more = f" (and {len(self._unfit) - 1} more)" if len(self._unfit) > 1 else ""
                raise BadParameter(
                    f"no worker of {address} would make the same reports", f"{worker}{more}", reason,
                    "give the workers this very checkout and lock",
                )  # fmt: skip
        except BaseException:
            self.close()
            raise
        if not self._fit:
            note(f"{address} has no worker yet; the reports wait for one")

    @property
    def n_threads(self) -> int:
        """How many reports the workers that are fit render at a time."""
        return sum(self._fit.values())

    @property
    def n_busy(self) -> int:
        """How many reports are in flight, as far as is known here."""
        return min(len(self._flights), self.n_threads)

    def run(self, tasks: Iterable[Task]) -> Generator[tuple[Task, Outcome], None, None]:
        """Give each task with what came of it, as they end; a crashed one comes once as such, then again.

        Raises
        ------
        RenderFailed
            Where the scheduler is lost.
        """
        self._waiting.extend(tasks)
        self._watcher.start()
        is_recalled = False
        while self._flights or (self._waiting and not self.is_stopping):
            if self.is_stopping and not is_recalled:
                is_recalled = True
                self._recall()
            elif not self.is_stopping:
                self._fill()
            for task, outcome in self._next():
                if outcome.kind == "crashed" and task.attempt < ATTEMPTS:
                    self._waiting.appendleft(replace(task, attempt=task.attempt + 1))
                yield task, outcome

    def stop(self) -> None:
        """Begin no more reports."""
        self.is_stopping = True

    def close(self) -> None:
        """Free the cluster of all that this run has there."""
        self._is_closed.set()
        with suppress(Exception):  # the scheduler may be gone, and then nothing is left to free
            if self._client.status == "running":
                self._client.cancel([flight.future for flight in self._flights.values()], force=True)
                self._client.run(node.close, self._run.token, workers=list(self._fit), on_error="ignore")
        with suppress(Exception):
            self._client.close(timeout=3)
        with suppress(Exception):
            self._store.remove(self._probe)

    def _fill(self) -> None:
        fit = None if not self._unfit else frozenset(self._fit)
        # Where some are left out, reports are bound to the others, and do not wait on the cluster for one that goes.
        ahead = _AHEAD if fit is None else self.n_threads
        while self._waiting and len(self._flights) < ahead:
            task = self._waiting.popleft()
            self._n_sent += 1
            key = f"tightrope-{self._run.token}-{task.name}-{self._n_sent}"
            future = self._client.submit(
                node.render, self._run, task, key=key, pure=False, priority=task.attempt,
                workers=None if fit is None else sorted(fit), allow_other_workers=False,
            )  # fmt: skip
            self._flights[key] = _Flight(task, future, fit)
            future.add_done_callback(lambda done: self._ended.put(done.key))

    def _next(self) -> list[tuple[Task, Outcome]]:
        """Wait a moment and give what ended."""
        found = []
        try:
            keys = [self._ended.get(timeout=0.5)]
            while not self._ended.empty():
                keys.append(self._ended.get())
        except queue.Empty:
            self._rebind()
            keys = []
        for key in keys:
            flight = self._flights.get(key)
            if flight is None:  # called back
                continue
            outcome = self._outcome(flight)
            del self._flights[key]
            if outcome is None:
                self._waiting.appendleft(flight.task)
            else:
                found.append((flight.task, outcome))
            flight.future.release()
        return found

    def _outcome(self, flight: _Flight) -> Outcome | None:
        """Read a future that ended; None where the report must be sent again."""
        future = flight.future
        try:
            status = future.status
            if status == "finished":
                return _checked(future.result(timeout=_FETCH_S))
            error = future.exception(timeout=_FETCH_S) if status == "error" else None
        except Exception as fault:  # its result went with the worker, or the scheduler is gone
            error, status = fault, "lost"
        if self._client.status != "running" or status in ("cancelled", "lost"):
            if self._is_reachable():
                return None
            raise RenderFailed(
                "the scheduler was lost in mid-run", self.address, "what was finished stays",
                "see to the cluster and run again: it goes on from there",
            )  # fmt: skip
        if type(error).__name__ == "KilledWorker":
            return Outcome("crashed", "the Dask workers that rendered it were lost, one after the other", str(error))
        if _is_missing(error):  # on a worker that came late
            self._look()
            if self._unfit:
                return None
        return Outcome("raised", f"{type(error).__name__}: {error}", "".join(_trace(error)))

    def _is_reachable(self) -> bool:
        try:
            return self._client.status == "running" and self._client.nthreads() is not None
        except Exception:
            return False

    def _recall(self) -> None:
        """Take back what no worker has begun."""
        try:
            stacks = self._client.call_stack(keys=list(self._flights))
            running = {key for by_key in stacks.values() for key in by_key}
        except Exception:  # then all of them end first
            return
        idle = [key for key in self._flights if key not in running and self._flights[key].future.status == "pending"]
        futures = [self._flights.pop(key).future for key in idle]
        self._client.cancel(futures, force=True)

    def _rebind(self) -> None:
        """Send again what is bound to workers that are all gone."""
        for key, flight in list(self._flights.items()):
            if flight.workers is not None and not flight.workers & set(self._fit):
                del self._flights[key]
                flight.future.cancel(force=True)
                self._waiting.appendleft(flight.task)

    def _watch(self) -> None:
        while not self._is_closed.wait(_LOOK_S):
            with suppress(Exception):  # the run finds out itself where the scheduler is gone
                self._look()

    def _look(self) -> None:
        """See which workers there are, and whether those that are new are fit."""
        with self._looking:  # the watcher and the run itself may both look
            self._see()

    def _see(self) -> None:
        now = dict(self._client.nthreads())
        for worker in [worker for worker in self._fit if worker not in now]:
            del self._fit[worker]
            if not self._is_closed.is_set():
                self._note(f"worker {worker} was lost; what it had in hand is rendered elsewhere")
        for worker in [worker for worker in self._unfit if worker not in now]:
            del self._unfit[worker]
        new = [worker for worker in now if worker not in self._fit and worker not in self._unfit]
        if not new:
            return
        answers = self._client.run(node.look, self._run, workers=new, on_error="return")
        far = []
        for worker, answer in answers.items():
            reason = _unfitness(self._here, answer)
            if reason:
                self._unfit[worker] = reason
            else:
                self._fit[worker] = now[worker]
                if not answer["reaches_out"] and not self._run.comes_home:
                    far.append(worker)
        if self._fit:
            for worker in new:
                if worker in self._unfit:
                    self._note(f"worker {worker} is left out: {self._unfit[worker]}")
        if far:
            self._note(
                f"{len(far)} of the workers cannot reach {self._run.out}; their reports come home through the cluster"
            )


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise BadParameter(
            "a Dask cluster needs the package distributed", "--scheduler", fix="pip install 'tightrope[cluster]'"
        ) from None

    class Quiet(Client):  # type: ignore[misc]  # it has no types
        """One that could not connect tries for long to say good-bye when it is thrown away."""

        def __del__(self) -> None:
            pass  # `Cluster.close` has done it

    # Its own words on a lost connection are many lines; this module says it in one.
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":  # it sets the level of each of them
            logging.getLogger(name).setLevel(logging.CRITICAL)
    found: list[Any] = []

    def connect() -> None:
        try:
            found.append(Quiet(address, timeout=CONNECT_S, set_as_default=False))
        except Exception as error:  # each transport has its own
            found.append((str(error).splitlines() or [type(error).__name__])[0][:200])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # versions are compared more closely below
        # In a thread, for a server that is no scheduler may never answer.
        thread = threading.Thread(target=connect, daemon=True)
        thread.start()
        thread.join(CONNECT_S + 2)
    client = found[0] if found else "something answers there, but not as a scheduler does"
    if isinstance(client, str):
        raise BadParameter(
            "the scheduler cannot be reached",
            f"--scheduler {address}",
            client,
            "start it, or mend the address; for tls:// name the keys in Dask's configuration",
        )
    return client


def _unfitness(here: dict[str, Any], answer: Any) -> str:
    """Say why a worker cannot render for this run; empty where it can."""
    if _is_missing(answer):
        return f"tightrope is missing there, or is another version: {str(answer)[:200]}"
    if isinstance(answer, Exception):
        return (str(answer).splitlines() or [type(answer).__name__])[0]
    found = node.differences(here, answer)
    more = f", and {len(found) - 3} more" if len(found) > 3 else ""
    return ", ".join(found[:3]) + more


def _is_missing(error: Any) -> bool:
    """Say whether a worker could not find this package, or this part of it; Dask may send the mere text of that."""
    text = repr(error)
    return isinstance(error, Exception) and (
        isinstance(error, ImportError)
        or ("tightrope" in text and any(kind in text for kind in ("ModuleNotFoundError", "AttributeError")))
    )


def _checked(outcome: Any) -> Outcome:
    if not isinstance(outcome, Outcome):
        raise TypeError(f"a worker gave {type(outcome).__name__}")
    return outcome


def _trace(error: BaseException | None) -> list[str]:
    import traceback

    return traceback.format_exception(error) if error is not None else []
