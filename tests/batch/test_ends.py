"""How a run ends where the disk, the workers or an earlier run fail it; with workers that only pretend."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tightrope.batch import manifest, run
from tightrope.batch.child import Outcome, Task
from tightrope.batch.run import Settings, Tally, make_plan
from tightrope.batch.say import EVENTS, Events, Lines, Terminal, closing_text, duration, progress_text
from tightrope.errors import OutputError, RenderFailed

Make = Callable[[str], Path]


class FakePool:
    """Gives each task the outcome that the test wrote down, done where it wrote none."""

    outcomes: ClassVar[dict[str, list[Outcome]]] = {}
    n_busy = 0

    def __init__(self, setup: Any, *_: Any) -> None:
        self.setup, self.is_stopping = setup, False

    def run(self, tasks: list[Task]) -> Iterator[tuple[Task, Outcome]]:
        for task in tasks:
            if self.is_stopping:
                return
            page = self.setup.out / task.name / f"{task.name}.html"
            page.parent.mkdir(exist_ok=True)
            if not page.exists():
                page.write_text("page")
            for attempt, outcome in enumerate(self.outcomes.get(task.name, [done(self.setup.out, task.name)]), start=1):
                yield Task(task.name, task.parameters, attempt), outcome

    def stop(self) -> None:
        self.is_stopping = True


def done(out: Path, name: str) -> Outcome:
    stat = (out / name / f"{name}.html").stat()
    return Outcome(
        "done",
        seconds=1.0,
        record={"title": name},
        outputs={f"{name}.html": {"bytes": stat.st_size, "sha256": "", "mtime_ns": stat.st_mtime_ns}},
    )


@pytest.fixture
def go(
    order: Make, project: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Tally, list[dict[str, Any]]]]:
    """Give a function that runs four reports, r1 to r4, and gives tally and events."""
    from tightrope.publish import stamp

    monkeypatch.setattr(stamp, "_package", lambda: "fixed")
    monkeypatch.setattr(run, "Pool", FakePool)
    path = order('name = "r{year}"\n[grid]\nyear = [1, 2, 3, 4]\n')

    def start(outcomes: dict[str, list[Outcome]] | None = None, **more: Any) -> tuple[Tally, list[dict[str, Any]]]:
        FakePool.outcomes = outcomes or {}
        said = io.StringIO()
        settings = Settings(project / "out", kernel="plain", **more)
        try:
            tally = run.run(make_plan(path, project, settings), settings, Events(said))
        finally:
            events = [json.loads(line) for line in said.getvalue().splitlines()]
            start.events = events  # type: ignore[attr-defined]  # for a run that raises
        return tally, events

    return start


def test_a_full_disk_stops_the_run_and_keeps_what_is_done(go: Any, project: Path) -> None:
    with pytest.raises(OutputError, match="disk is full") as caught:
        go({"r3": [Outcome("disk", "the report cannot be written: the disk is full\n  where: x")]})
    assert caught.value.exit_code == 2
    assert "2 reports were finished and stay; 2 are left" in str(caught.value)
    assert list(manifest.read(project / "out")[0]) == ["r1", "r2"]
    assert not list((project / "out").glob(".tightrope-*"))
    tally, events = go()
    assert (tally.n_done, tally.n_current, tally.exit_code) == (2, 2, 0)
    assert {event["event"] for event in events} <= set(EVENTS)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_worker_that_meets_a_full_disk_says_so_and_leaves_nothing(
    order: Make, project: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    from tightrope.batch.child import attempt
    from tightrope.publish import output
    from tightrope.publish.worker import Worker

    def no_room(path: Path, data: bytes) -> None:
        path.write_bytes(data[: len(data) // 2])
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(output, "write_bytes", no_room)
    out = project / "out"
    worker = Worker(out, ("html",), kernel="plain", root=project)
    outcome = attempt(worker, project / "notebooks" / "behaves.ipynb", Task("a", {"year": 2001}))
    assert outcome.kind == "disk", outcome.error
    assert outcome.error.startswith("the report cannot be written: the ")
    assert not out.exists() or not list(out.rglob("*"))


def test_a_line_that_does_not_fit_on_the_disk_leaves_the_manifest_whole(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    with manifest.Manifest(project) as book:
        book.append({"name": "a"})

        def half(handle: int, data: bytes) -> int:
            write(handle, data[:5])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patch:
            patch.setattr(os, "write", half)
            with pytest.raises(OutputError, match="disk is full"):
                book.append({"name": "b"})
        book.append({"name": "c"})
    assert (project / manifest.NAME).read_bytes() == b'{"name":"a"}\n{"name":"c"}\n'


def test_what_crashed_once_is_done_and_what_crashed_twice_is_failed(go: Any, project: Path) -> None:
    crash = Outcome("crashed", "its worker ended by signal 11", "its worker ended by signal 11\n\nstack")
    (project / "out" / "r1").mkdir(parents=True)
    (project / "out" / "r1" / "r1.html").write_text("page")
    tally, events = go({"r1": [crash, done(project / "out", "r1")], "r2": [crash, crash]})
    assert (tally.n_done, tally.failed, tally.exit_code) == (3, ["r2"], 1)
    assert [e["name"] for e in events if e["event"] == "retry"] == ["r1", "r2"]
    assert "stack" in (project / "out" / "logs" / "r2.log").read_text()
    entries = manifest.read(project / "out")[0]
    assert (entries["r1"]["attempts"], entries["r2"]["attempts"]) == (2, 2)

    tally, _ = go()
    assert (tally.n_done, tally.n_current, tally.failed, tally.exit_code) == (0, 3, ["r2"], 1)
    tally, _ = go(retry_failed=True)
    assert (tally.n_done, tally.n_current, tally.exit_code) == (1, 3, 0)
    assert not (project / "out" / "logs" / "r2.log").exists(), "a good report has no log of a failure"


def test_only_what_matches_is_rendered(go: Any, project: Path) -> None:
    tally, _ = go(only="r[12]")
    assert (tally.n_done, tally.n_left) == (2, 0)
    assert list(manifest.read(project / "out")[0]) == ["r1", "r2"]
    (project / "requirements.lock").write_text("one==2\n")
    settings = Settings(project / "out", kernel="plain")
    plan = make_plan(project / "reports" / "order.toml", project, settings)
    assert plan.stale == {
        "r1": ["the lock changed"], "r2": ["the lock changed"],
        "r3": ["it was never rendered"], "r4": ["it was never rendered"],
    }  # fmt: skip


def test_what_dead_runs_left_is_swept_and_what_lives_is_not(go: Any, project: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    out = project / "out"
    for name in (f".tightrope-{ended.pid}-abc", f".tightrope-{os.getpid()}-abc"):
        (out / name / "report").mkdir(parents=True)
    go()
    assert [path.name for path in out.glob(".tightrope-*")] == [f".tightrope-{os.getpid()}-abc"]


def test_workers_that_end_as_they_start_end_the_run(order: Make, project: Path) -> None:
    from tightrope.batch.child import Setup
    from tightrope.batch.pool import Pool

    out = project / "out"
    out.mkdir()
    setup = Setup(project / "notebooks" / "behaves.ipynb", project, out, ("nonsense",), "plain")
    with pytest.raises(RenderFailed, match="the workers end as they start") as caught:
        list(Pool(setup, 1, out, 10, 4000).run([Task("a", {})]))
    assert "choose one of html, pdf" in caught.value.why


@pytest.mark.report
def test_a_worker_is_replaced_after_its_share_and_nothing_is_lost(
    order: Make, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tightrope.batch import pool
    from tightrope.batch.child import Setup

    monkeypatch.setattr(pool, "_WORKER_REPORTS", 1)
    out = project / "out"
    out.mkdir()
    one = pool.Pool(Setup(project / "notebooks" / "behaves.ipynb", project, out, ("html",), "plain"), 1, out, 60, 4000)
    tasks = [Task("a", {"year": 2001}), Task("b", {"year": 2002})]
    found = [(task.name, outcome.kind, outcome.error) for task, outcome in one.run(tasks)]
    assert found == [("a", "done", ""), ("b", "done", "")]
    assert one._n_started in (2, 3)
    assert [path.name for path in sorted(out.iterdir())] == ["a", "b"]


@pytest.mark.report
def test_a_worker_that_dies_while_it_is_looked_at_takes_no_report_along(
    order: Make, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tightrope.batch import pool
    from tightrope.batch.child import Setup

    out = project / "out"
    out.mkdir()
    one = pool.Pool(Setup(project / "notebooks" / "behaves.ipynb", project, out, ("html",), "plain"), 1, out, 60, 4000)
    look, killed = one._too_much, []

    def late(worker: Any) -> Outcome | None:
        found = look(worker)
        if not killed:  # right after it was seen alive, and before anybody looks again
            killed.append(worker.process.pid)
            worker.process.kill()
            worker.process.join()
        return found

    monkeypatch.setattr(one, "_too_much", late)
    found = [(task.attempt, outcome.kind) for task, outcome in one.run([Task("a", {"what": "slow"})])]
    assert found == [(1, "crashed"), (2, "done")]
    assert killed


def test_progress_says_done_failed_rate_and_time_left() -> None:
    values = {"n_done": 30, "n_failed": 2, "n_stale": 18_528}
    assert progress_text(values, 60) == "32 of 18,528 · 2 failed · 32 a minute · 9 h 38 min left"
    assert [duration(s) for s in (0, 59.6, 125, 7500)] == ["0 s", "1 min 00 s", "2 min 05 s", "2 h 05 min"]


def test_off_a_terminal_failures_are_lines_and_the_rest_is_not() -> None:
    stream = io.StringIO()
    say = Lines(stream)
    start = {"n_reports": 9, "n_current": 1, "n_failed_before": 0, "n_stale": 8, "workers": 1, "kernel": "warm"}
    say("start", **start)
    for n in range(5):
        say("done", name=f"r{n}", n_done=n, n_failed=0, n_stale=8)
    say("failed", name="r9", kind="raised", error="KeyError: 'x'\n  in: cell 3", log="logs/r9.log", n_done=5)
    assert stream.getvalue().splitlines() == [
        "9 reports, 1 up to date, 8 to render with 1 worker (warm kernels)",
        "failed: r9: KeyError: 'x'",
        "  log: logs/r9.log",
    ]


def test_on_a_terminal_a_bar_shows_the_rate_and_brackets_stay_text() -> None:
    stream = io.StringIO()
    say = Terminal(stream)
    say("start", n_reports=2, n_current=0, n_failed_before=0, n_stale=2, workers=2, kernel="warm")
    say("done", name="a", n_done=1, n_failed=0, n_stale=2)
    say("failed", name="[b]", kind="raised", error="x", log="l", n_done=1, n_failed=1, n_stale=2)
    say.close()
    assert "failed: [b]: x" in stream.getvalue()


def test_the_end_says_how_to_go_on_only_where_something_is_left() -> None:
    values = {
        "n_done": 3, "n_current": 1, "n_failed": 0, "n_left": 0, "seconds": 90.0, "per_minute": 2.0, "index": "i.html",
    }  # fmt: skip
    assert (
        closing_text(values, "tightrope batch g20") == "3 rendered, 1 up to date in 1 min 30 s (2 a minute)\n  i.html"
    )
    assert closing_text({**values, "n_left": 4}, "tightrope batch g20").endswith("\nto go on: tightrope batch g20")
