"""What a Dask worker does for a batch: it keeps a process beside itself, and that one keeps workers and warm kernels.

Dask's workers may have no children of their own and run many threads, and a report may crash, hang or swell. So the
reports are rendered by the same pool as on one machine, in a process that is started with the first report and ends
with the run, with the Dask worker, or after a while without work.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tightrope.batch.child import HOME, Kernel, Outcome, Setup, Task
from tightrope.batch.fresh import circumstances
from tightrope.batch.pool import Pool, kernels, share_of_memory
from tightrope.batch.store import open_store
from tightrope.errors import BadParameter, TightropeError
from tightrope.publish.notebooks import read_notebook
from tightrope.publish.render import find_root

# A client that was killed says no good-bye; what it left then frees the memory by itself.
IDLE_S = 600.0


@dataclass(frozen=True)
class Run:
    """What every Dask worker is told of a run.

    Attributes
    ----------
    token : str
        Tells this run from others on the same cluster.
    notebook : str
        Its path under the project's root, or a whole path.
    root : str
        The project's root where the client runs.
    out : str
        Address of all reports.
    probe : str
        A file there that holds the token: who can read it is at the same place.
    formats : tuple of str
    kernel : str
    timeout : float
        Seconds after which a report counts as hung.
    memory_mb : float
        Memory one report may take; 0 for a fair share.
    comes_home : bool
        Whether reports go to the client even where ``out`` can be reached: it signs them, and keeps its key.
    """

    token: str
    notebook: str
    root: str
    out: str
    probe: str
    formats: tuple[str, ...]
    kernel: Kernel
    timeout: float
    memory_mb: float
    comes_home: bool = False


def look(run: Run) -> dict[str, Any]:
    """Say what a report would be made from here: as `Circumstances.made_from`, and whether ``out`` can be reached.

    Raises
    ------
    TightropeError
        Where this machine has no such project or notebook.
    """
    root = _root(run)
    notebook = root / run.notebook
    made_from = circumstances(notebook, read_notebook(notebook), root).made_from()
    return {**made_from, "reaches_out": _reaches(run)}


def differences(here: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """Say in what a worker's circumstances differ from the client's; nothing where reports would come out the same."""
    found = []
    if here["package"] != there["package"]:
        found.append("tightrope itself is another version there")
    for name in dict.fromkeys([*here["software"], *there["software"]]):
        mine, its = here["software"].get(name, "absent"), there["software"].get(name, "absent")
        if mine != its:
            found.append(f"{name} is {its} there and {mine} here")
    if here["lock"] != there["lock"]:
        found.append("requirements.lock differs")
    for name in dict.fromkeys([*here["files"], *there["files"]]):
        if here["files"].get(name) != there["files"].get(name):
            found.append(f"{name} {'is missing there' if name not in there['files'] else 'differs'}")
    return found


def render(run: Run, task: Task) -> Outcome:
    """Render one report. Dask calls this in a thread of its worker; it waits for the process beside."""
    for _ in range(2):
        node = _node(run)
        try:
            return node.do(task)
        except OSError:  # it went to sleep in this very moment
            _forget(run.token, node)
    return Outcome("crashed", "the process beside the Dask worker cannot be started", node.log())


def close(token: str) -> None:
    """End what a run keeps here."""
    with _LOCK:
        node = _NODES.pop(token, None)
    if node is not None:
        node.close()


_NODES: dict[str, _Node] = {}
_LOCK = threading.Lock()


def _node(run: Run) -> _Node:
    with _LOCK:
        if run.token not in _NODES:
            _NODES[run.token] = _Node(run)
        return _NODES[run.token]


def _forget(token: str, node: _Node) -> None:
    with _LOCK:
        if _NODES.get(token) is node:
            del _NODES[token]
    node.close()


class _Node:
    """The process beside a Dask worker, as the worker sees it."""

    def __init__(self, run: Run) -> None:
        from distributed import get_worker

        worker = get_worker()
        limit = worker.memory_manager.memory_limit
        n_workers = worker.state.nthreads
        memory_mb = run.memory_mb or (limit / 2**20 / n_workers if limit else share_of_memory(n_workers))
        root = _root(run)
        self._folder = Path(tempfile.mkdtemp(prefix="tightrope-", dir=worker.local_directory))
        (self._folder / "reports").mkdir()
        to = run.out if not run.comes_home and _reaches(run) else HOME
        setup = Setup(root / run.notebook, root, self._folder / "reports", run.formats, run.kernel, to)
        self._talk, there = multiprocessing.Pipe()
        self._waiting: dict[str, queue.SimpleQueue[Outcome]] = {}
        self._lock = threading.Lock()
        with (self._folder / "node.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", f"from tightrope.batch.node import main; main({there.fileno()})"],
                pass_fds=[there.fileno()], start_new_session=True, cwd=root,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        there.close()
        self._talk.send((setup, n_workers, self._folder, run.timeout, memory_mb))
        self._token = run.token
        threading.Thread(target=self._listen, daemon=True).start()

    def do(self, task: Task) -> Outcome:
        """Render a report and wait for what comes of it."""
        answer: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        with self._lock:
            self._waiting[task.name] = answer
            self._talk.send(task)
        return answer.get()

    def log(self) -> str:
        """Give what the process said."""
        path = self._folder / "node.log"
        return path.read_text(errors="replace")[-20_000:] if path.is_file() else ""

    def close(self) -> None:
        """Let it end; it sees the connection close."""
        # The thread that listens would keep a connection open that is merely closed, and the process with it.
        with suppress(OSError), socket.socket(fileno=os.dup(self._talk.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)
        threading.Thread(target=self._bury, daemon=True).start()

    def _bury(self) -> None:
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _listen(self) -> None:
        with suppress(EOFError, OSError), self._talk:
            while True:
                task, outcome = self._talk.recv()
                with self._lock:
                    answer = self._waiting.pop(task.name, None)
                if answer is not None:
                    answer.put(outcome)
        log = self.log()
        lost = Outcome("crashed", "the process beside the Dask worker ended", log)
        with self._lock:
            for answer in self._waiting.values():
                answer.put(lost)
            self._waiting.clear()
        _forget(self._token, self)


class _FedPool(Pool):
    """A pool that is given its tasks one by one, and ends when nobody is left to give any."""

    def __init__(
        self, talk: Connection, setup: Setup, n_workers: int, folder: Path, timeout: float, memory_mb: float
    ) -> None:
        # Attempts are counted by the client, which tries again, perhaps elsewhere.
        super().__init__(setup, n_workers, folder, timeout, memory_mb, attempts=1)
        self._source, self._is_alone, self._since = talk, False, time.monotonic()

    def _n_wanted(self) -> int:
        return self.n_workers

    def _more_handles(self) -> list[Any]:
        return [self._source]

    def _is_over(self) -> bool:
        with suppress(OSError):
            while not self._is_alone and self._source.poll():
                try:
                    self.waiting.append(self._source.recv())
                except EOFError:
                    self._is_alone = True
        if self.n_busy or self.waiting:
            self._since = time.monotonic()
        return self._is_alone or time.monotonic() - self._since > IDLE_S


def main(handle: int) -> None:
    """Render what comes through a connection until it closes: the body of the process beside a Dask worker."""
    os.set_inheritable(handle, False)
    talk = Connection(handle)
    setup, n_workers, folder, timeout, memory_mb = talk.recv()
    with kernels(setup.kernel, memory_mb, setup.notebook):
        for task, outcome in _FedPool(talk, setup, n_workers, folder, timeout, memory_mb).run(()):
            talk.send((task, replace(outcome, log=outcome.log[-200_000:])))


def _root(run: Run) -> Path:
    """Find the project here: TIGHTROPE_ROOT, the client's own path, or the folder the worker was started in."""
    places = [] if os.environ.get("TIGHTROPE_ROOT") else [Path(run.root)]
    with suppress(TightropeError):
        places.append(find_root())
    for place in places:
        if (place / run.notebook).is_file():
            return place
    raise BadParameter(
        f"the worker has no {run.notebook}", str(places[0]) if places else "", "it renders from a checkout of its own",
        "start the worker in a checkout of the same commit, or set TIGHTROPE_ROOT there",
    )  # fmt: skip


def _reaches(run: Run) -> bool:
    try:
        return open_store(run.out).read(run.probe) == run.token.encode()
    except (OSError, TightropeError):
        return False
