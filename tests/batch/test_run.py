"""Whole runs in processes of their own: what fails, is killed or interrupted touches nothing else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tightrope.batch import manifest
from tightrope.batch.say import EVENTS

pytestmark = pytest.mark.report

Make = Callable[[str], Path]
Command = Callable[..., "subprocess.CompletedProcess[str]"]


def entries(project: Path) -> dict[str, dict[str, Any]]:
    return manifest.read(project / "reports" / "build")[0]


def half_written(project: Path) -> list[str]:
    """Give what a run may not leave: hidden files, and folders without all that the manifest says."""
    out = project / "reports" / "build"
    faults = [path.name for path in out.rglob(".*")]
    for name, entry in entries(project).items():
        for file, said in entry.get("outputs", {}).items():
            path = out / name / file
            if not path.is_file() or path.stat().st_size != said["bytes"]:
                faults.append(f"{name}/{file}")
    return faults


def wait_for(true: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


@pytest.fixture
def start(project: Path, command: Callable[..., list[str]]) -> Callable[..., subprocess.Popen[str]]:
    """Give a function that starts a run and lets it go on."""

    def begin(*words: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command(*words), cwd=project, stdout=pipe, stderr=pipe, text=True, start_new_session=True
        )

    return begin


Start = Callable[..., "subprocess.Popen[str]"]


def test_one_that_raises_dies_hangs_or_kills_its_worker_touches_no_other(
    order: Make, batch: Command, project: Path
) -> None:
    order('[grid]\nwhat = ["fine", "raises", "exits", "hangs", "kills", "good"]\n')
    done = batch("order", "--timeout", "6", "--workers", "2")
    assert done.returncode == 1, done.stderr
    assert "2 rendered, 0 up to date, 4 failed" in done.stdout
    found = {name.removeprefix("behaves-"): entry for name, entry in entries(project).items()}
    assert {name: (e["status"], e.get("kind"), e["attempts"]) for name, e in found.items()} == {
        "fine": ("done", None, 1),
        "good": ("done", None, 1),
        "raises": ("failed", "raised", 1),
        "exits": ("failed", "crashed", 2),
        "kills": ("failed", "crashed", 2),
        "hangs": ("failed", "hung", 1),
    }
    out = project / "reports" / "build"
    logs = {path.stem.removeprefix("behaves-"): path.read_text() for path in (out / "logs").iterdir()}
    assert sorted(logs) == ["exits", "hangs", "kills", "raises"]
    assert "ZeroDivisionError: division by zero" in logs["raises"]
    assert "what = 'raises'" in logs["raises"]
    assert "by signal 9" in logs["kills"]
    assert "more than 6 seconds" in logs["hangs"]
    assert half_written(project) == []
    assert sorted(p.name for p in out.iterdir() if p.is_dir()) == ["behaves-fine", "behaves-good", "logs"]
    assert "failed: behaves-raises: ZeroDivisionError" in done.stderr
    assert "again: behaves-exits: the kernel died" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr

    again = batch("order")
    assert again.returncode == 1, "what failed from these very inputs stays failed"
    assert "0 rendered, 2 up to date, 4 failed" in again.stdout
    listed = batch("order", "--retry-failed", "--explain")
    assert (listed.returncode, listed.stdout.splitlines()[0]) == (0, "behaves-raises: it failed the last time")


def test_kill_9_in_mid_run_loses_nothing_and_the_next_run_goes_on(
    order: Make, batch: Command, start: Start, project: Path
) -> None:
    ran = project / "ran.txt"
    years = list(range(2001, 2009))
    order(f'[[parameters]]\nwhat = "slow"\nlog_to = "{ran}"\n[grid]\nyear = {years}\n')
    running = start("order", "--workers", "2")
    wait_for(lambda: len(entries(project)) >= 2)
    family = psutil.Process(running.pid).children(recursive=True)
    assert len(family) >= 3, "two workers and a server of kernels"
    running.kill()
    running.communicate(timeout=30)
    wait_for(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in family), 15)
    before = entries(project)
    assert 2 <= len(before) < 8
    with (project / "reports" / "build" / manifest.NAME).open("ab") as book:
        book.write(b'{"name":"behaves-2008","status":"do')
    done = batch("order", "--json")
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert {event["event"] for event in events} <= set(EVENTS)
    assert events[0]["event"] == "start"
    assert (events[0]["n_current"], events[0]["n_stale"]) == (len(before), 8 - len(before))
    assert (events[-1]["event"], events[-1]["n_done"], events[-1]["n_left"]) == ("end", 8 - len(before), 0)
    assert any("torn line" in event.get("text", "") for event in events)
    assert [e["status"] for e in entries(project).values()] == ["done"] * 8
    assert half_written(project) == []
    assert len(ran.read_text().splitlines()) <= 8 + 2, "only what was in flight ran twice"
    assert all(entry == before[name] for name, entry in entries(project).items() if name in before)
    assert "8 up to date" in batch("order", "--dry-run").stderr


def test_ctrl_c_ends_what_is_in_flight_and_says_how_to_go_on(
    order: Make, batch: Command, start: Start, project: Path
) -> None:
    order('[[parameters]]\nwhat = "slow"\n[grid]\nyear = [2001, 2002, 2003, 2004, 2005, 2006]\n')
    running = start("order", "--workers", "2")
    wait_for(lambda: len(entries(project)) >= 1)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does it: to all in its foreground
    stdout, stderr = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "stopping: " in stderr
    assert "Traceback" not in stderr
    n_done = len(entries(project))
    assert 2 <= n_done < 6
    assert f"{n_done} rendered, 0 up to date, {6 - n_done} left" in stdout
    assert stdout.splitlines()[-1].startswith("to go on: tightrope batch order")
    out = project / "reports" / "build"
    assert sorted(p.name for p in out.iterdir() if p.is_dir()) == sorted(entries(project))
    assert half_written(project) == []
    assert f"{6 - n_done} to render" in batch("order", "--dry-run").stderr
    assert not (out / "logs").exists()


def test_one_that_leaks_is_stopped_and_touches_no_other(order: Make, batch: Command, project: Path) -> None:
    order('[grid]\nwhat = ["leaks", "fine"]\n')
    done = batch("order", "--memory", "700", "--workers", "1", "--kernel", "plain")
    assert done.returncode == 1, done.stderr
    found = entries(project)
    assert found["behaves-leaks"]["kind"] == "memory"
    assert "MB of memory, more than 700, and was stopped" in found["behaves-leaks"]["error"]
    assert found["behaves-fine"]["status"] == "done"
    assert half_written(project) == []


def test_only_one_run_at_a_time_writes_to_a_folder(order: Make, batch: Command, project: Path) -> None:
    order('[[parameters]]\nwhat = "fine"\n')
    (project / "reports" / "build").mkdir()
    with manifest.Manifest(project / "reports" / "build"):
        done = batch("order")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "error: another run writes its reports here"


@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        ("[grid]\nyear = [1]\n", ["odrer"], "unknown order 'odrer'"),
        ("[grid]\nyaer = [1]\n", ["order"], "unknown parameter 'yaer'"),
        ("[grid]\nyear = [1]\n", ["order", "--only", "x*"], "no report of the order is named like 'x*'"),
        ("[grid]\nyear = [1]\n", ["order", "--formats", "pfd"], "unknown format 'pfd'"),
        ("[grid]\nyear = [1]\n", ["order", "--out", "pyproject.toml"], "a file stands where a folder should be"),
    ],
)
def test_bad_input_exits_2_and_writes_nothing(
    order: Make, batch: Command, project: Path, text: str, words: list[str], says: str
) -> None:
    order(text)
    done = batch(*words)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("error: ")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "reports" / "build").exists()
