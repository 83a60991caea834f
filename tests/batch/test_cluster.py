"""A run on a real Dask scheduler with real workers: whatever dies, every report is there, and once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from tightrope.batch.objects import ObjectStore
from tightrope.batch.store import Store, open_store

pytestmark = pytest.mark.report

Make = Callable[[str], Path]
Command = Callable[..., "subprocess.CompletedProcess[str]"]

SLEEPS = """
import os, time
from pathlib import Path
from IPython.display import display
display({"application/vnd.tightrope.record+json": {"title": f"{what} {year}"}, "text/plain": ""}, raw=True)
if log_to:
    Path(log_to).open("a").write(f"{year}\\n")
time.sleep({"fine": 0.4}.get(what, 0))
if what == "raises":
    1 / 0
if what == "exits":
    os._exit(3)
year * 2
"""
FIXED = "import tightrope.publish.stamp as stamp\nstamp._package = lambda: 'fixed'\n"
PRELOADS = {
    "good": FIXED,
    "older": "import tightrope.publish.stamp as stamp\nstamp._package = lambda: 'older'\n",
    "bare": "import sys\nfor name in [n for n in sys.modules if n.startswith('tightrope')]: del sys.modules[name]\n"
    "sys.modules['tightrope'] = None\n",
    "far": FIXED + "import tightrope.batch.node as node\nnode._reaches = lambda run: False\n",
}


def wait_for(true: Callable[[], Any], seconds: float = 120) -> Any:
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.3)  # each look may list a store
    return found


class Cluster:
    """A scheduler of its own on the loopback, and the workers a test asks for."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._n = folder, 0
        self.processes: list[subprocess.Popen[bytes]] = []
        self.file = folder / "scheduler.json"
        self.scheduler = self._start("dask_scheduler", "--port", "0", "--dashboard-address", "127.0.0.1:0")
        self.address: str = wait_for(self._address)

    def worker(self, kind: str = "good", nanny: str = "--no-nanny") -> subprocess.Popen[bytes]:
        """Start a worker and wait until the scheduler knows it."""
        script = self.folder / f"{kind}.py"
        script.write_text(PRELOADS[kind])
        local = self.folder / f"local-{self._n}"
        process = self._start(
            "dask_worker", "--nthreads", "1", "--local-directory", str(local), "--preload", str(script), nanny
        )
        log = self.folder / f"{self._n}.log"
        wait_for(lambda: "Starting established connection" in log.read_text())
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Take a machine away: the nanny, the worker and what they started."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.remove(process)

    def _start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        self._n += 1
        run = [sys.executable, "-m", f"distributed.cli.{name}", "--scheduler-file", str(self.file), "--no-dashboard"]
        with (self.folder / f"{self._n}.log").open("wb") as log:
            process = subprocess.Popen(
                [*run, "--host", "127.0.0.1", *words], stdout=log, stderr=log, start_new_session=True, cwd=self.folder
            )
        self.processes.append(process)
        return process

    def _address(self) -> str:
        try:
            return str(json.loads(self.file.read_text())["address"])
        except (OSError, ValueError):
            return ""

    def close(self) -> None:
        for process in list(self.processes):
            self.kill(process)


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    yield started
    started.close()


@pytest.fixture(autouse=True)
def sleeper(project: Path) -> None:
    """Let the notebook say nothing of its own process, so that two runs give the same bytes."""
    path = project / "notebooks" / "behaves.ipynb"
    nb = nbformat.read(path, as_version=4)
    nb.cells[1].source = SLEEPS
    nbformat.write(nb, path)


def lines(store: Store) -> list[dict[str, Any]]:
    """Give every line of a manifest, those that stand alone on an object store too."""
    if isinstance(store, ObjectStore):
        return [json.loads(line) for line in store._lines(store.parts())]
    try:
        return [json.loads(line) for line in store.read("manifest.jsonl").splitlines()]
    except FileNotFoundError:
        return []


def folders(store: Store) -> set[str]:
    assert isinstance(store, ObjectStore)
    found = (path.removeprefix(f"{store._root}/") for path in store.fs.find(store._root))
    return {path.partition("/")[0] for path in found if "/" in path}


def beside() -> set[int]:
    """Give the processes that stand beside Dask workers, of this user's all."""
    found = set()
    for process in psutil.process_iter(["cmdline"]):
        if any("tightrope.batch.node" in word for word in process.info["cmdline"] or ()):
            found.add(process.pid)
    return found


@pytest.fixture
def start(
    project: Path, command: Callable[..., list[str]], cluster: Cluster
) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Give a function that starts a run on the cluster and lets it go on."""
    begun: list[subprocess.Popen[str]] = []

    def begin(*words: str) -> subprocess.Popen[str]:
        whole = command(*words, "--scheduler", cluster.address)
        pipe = subprocess.PIPE
        begun.append(subprocess.Popen(whole, cwd=project, stdout=pipe, stderr=pipe, text=True, start_new_session=True))
        return begun[-1]

    yield begin
    for process in begun:  # where a test failed in between
        if process.returncode is None:
            process.kill()
            process.communicate()


Start = Callable[..., "subprocess.Popen[str]"]


def test_ctrl_c_and_a_killed_worker_cost_no_report_and_double_none(
    order: Make, batch: Command, start: Start, project: Path, bucket: str, cluster: Cluster
) -> None:
    ran, out = project / "ran.txt", f"{bucket}/reports"
    store = open_store(out)
    years = list(range(2001, 2013))
    order(f'[[parameters]]\nlog_to = "{ran}"\n[grid]\nyear = {years}\n')
    before = beside()
    doomed = cluster.worker("good", "--nanny")
    cluster.worker()

    running = start("order", "--out", out)
    wait_for(lambda: len(lines(store)) >= 1)
    assert len(beside() - before) == 2, "one process beside each worker"
    os.killpg(running.pid, signal.SIGINT)
    stdout, stderr = running.communicate(timeout=100)
    assert running.returncode == 130, stderr
    n_done = len(lines(store))
    assert 1 <= n_done <= 8, "what no worker had begun was called back"
    assert f"{n_done} rendered, 0 up to date, {12 - n_done} left" in stdout
    assert stdout.splitlines()[-1].startswith("to go on: tightrope batch order --out s3://")
    assert folders(store) == {one["name"] for one in lines(store)}
    assert len(ran.read_text().splitlines()) == n_done

    running = start("order", "--out", out)
    wait_for(lambda: len(lines(store)) >= n_done + 1)
    cluster.kill(doomed)
    stdout, stderr = running.communicate(timeout=150)
    assert running.returncode == 0, stderr
    assert f"{12 - n_done} rendered, {n_done} up to date" in stdout
    assert "was lost; what it had in hand is rendered elsewhere" in stderr
    assert "Traceback" not in stderr
    assert Counter(one["name"] for one in lines(store)) == Counter(f"behaves-{year}" for year in years)
    assert {one["status"] for one in lines(store)} == {"done"}
    assert len(ran.read_text().splitlines()) <= 12 + 2, "only what was in its hand ran twice"
    wait_for(lambda: not beside() - before, 12)  # each is told that the run is over; after 20 s they would be killed
    assert folders(store) == {f"behaves-{year}" for year in years}, "no lock, no probe, no line of its own"

    here = batch("order", "--out", "here", "--only", "behaves-2001", "--workers", "1")
    assert here.returncode == 0, here.stderr
    assert all(sorted(one["outputs"]) == [f"{one['name']}.html", f"{one['name']}.ipynb"] for one in lines(store))
    said = "behaves-2001/behaves-2001.manifest.json"
    packages = {json.loads(data)["package"] for data in (store.read(said), (project / "here" / said).read_bytes())}
    if len(packages) > 1:
        pytest.skip("the package was edited while this test ran")  # its hash is in every report
    compared = [path.relative_to(project / "here").as_posix() for path in (project / "here").glob("behaves-*/*")]
    assert len(compared) == 3
    for path in compared:
        assert (project / "here" / path).read_bytes() == store.read(path), path


def test_unfit_workers_are_left_out_reports_come_home_and_a_lost_scheduler_ends_the_run(
    order: Make, batch: Command, start: Start, project: Path, cluster: Cluster
) -> None:
    order('[grid]\nwhat = ["fine", "raises", "exits"]\n')
    older = cluster.worker("older")
    refused = batch("order", "--scheduler", cluster.address)
    assert refused.returncode == 2, refused.stderr
    assert refused.stderr.startswith(f"error: no worker of {cluster.address} would make the same reports")
    assert "tightrope itself is another version there" in refused.stderr
    assert len(refused.stderr.splitlines()) == 4

    cluster.worker("bare")
    cluster.worker("far")
    done = batch("order", "--scheduler", cluster.address)
    assert done.returncode == 1, done.stderr
    assert "is left out: tightrope itself is another version there" in done.stderr
    assert "is left out: tightrope is missing there, or is another version" in done.stderr
    assert "1 of the workers cannot reach" in done.stderr
    out = project / "reports" / "build"
    store = open_store(out)
    found = {one["name"].removeprefix("behaves-"): one for one in lines(store)}
    assert len(lines(store)) == 3
    assert {name: (one["status"], one.get("kind"), one["attempts"]) for name, one in found.items()} == {
        "fine": ("done", None, 1),
        "raises": ("failed", "raised", 1),
        "exits": ("failed", "crashed", 2),
    }
    assert "ZeroDivisionError: division by zero" in (out / "logs" / "behaves-raises.log").read_text()
    assert (out / "behaves-fine" / "behaves-fine.html").is_file()
    assert older.poll() is None, "a worker that is not fit for this run is let alone"

    order("[grid]\nyear = [2001, 2002, 2003, 2004, 2005, 2006, 2007]\n")
    cluster.worker()
    running = start("order")
    wait_for(lambda: len(lines(store)) >= 3 + 1)
    cluster.kill(cluster.scheduler)
    _, stderr = running.communicate(timeout=150)
    assert running.returncode == 1, stderr
    assert "error: the scheduler was lost in mid-run" in stderr
    assert "Traceback" not in stderr
    n_done = len(lines(store)) - 3
    assert f"{7 - n_done} to render, {n_done} up to date" in batch("order", "--dry-run").stderr

    gone = batch("order", "--scheduler", cluster.address)
    assert gone.returncode == 2
    assert gone.stderr.startswith("error: the scheduler cannot be reached")
    assert len(gone.stderr.splitlines()) == 4


def test_a_run_on_this_machine_loads_nothing_of_a_cluster_or_a_store() -> None:
    code = (
        "import sys, tightrope.batch.command, tightrope.batch.child, tightrope.publish.html, tightrope.publish.pdf\n"
        "print(sorted({'distributed', 'dask', 'fsspec', 's3fs', 'aiohttp'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
