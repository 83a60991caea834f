"""Real reports, each rendered once by the command for all tests of a run, whichever processes they are in."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLUG = "korea-russia-2021"
# The pair as the notebook has it stored, the other way round and in the words of its states.
KOREA_AND_RUSSIA = ("state_a=Россия", "state_b=대한민국")


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def text(self) -> str:
        return self.out + self.err


def tightrope(*arguments: str, out: Path | None = None, root: Path = ROOT) -> Run:
    """Run the command in a process of its own, as a person would."""
    command = [sys.executable, "-m", "tightrope.cli", *arguments]
    if out is not None:
        command += ["--out", str(out)]
    environment = {**os.environ, "TIGHTROPE_ROOT": str(root)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=root, timeout=240, check=False)
    return Run(done.returncode, done.stdout, done.stderr, out or root)


AsStored = Callable[..., Run]


@pytest.fixture(scope="session")
def as_stored(tmp_path_factory: pytest.TempPathFactory) -> AsStored:
    """Give a notebook's report as ``as_stored(name, *given)``, HTML and PDF; it is to be read, not written.

    What is not given, as in ``"state_a=Japan"``, is as the notebook has it stored.
    """
    base = tmp_path_factory.getbasetemp()
    # Each process of xdist has a folder of its own within the one of the run.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def give(name: str, *given: str) -> Run:
        key = f"stored-{name}" + "".join(f"-{part.rpartition('=')[2]}" for part in given)
        folder, record = shared / key, shared / f"{key}.json"
        with (shared / f"{key}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # What failed is kept too: it would fail for the next who asks.
            if record.exists():
                run = Run(*json.loads(record.read_text(encoding="utf-8")), folder)
            else:
                run = tightrope("render", name, *(word for part in given for word in ("-p", part)), out=folder)
                record.write_text(json.dumps([run.code, run.out, run.err]), encoding="utf-8")
        assert run.code == 0, run.text
        return run

    return give


@pytest.fixture(scope="session")
def report(as_stored: AsStored) -> Run:
    """The article's report."""
    return as_stored("article_report")


@pytest.fixture
def other_root(tmp_path: Path) -> Callable[[str], Path]:
    """A checkout whose tables are the real ones, but for one file that a test may spoil."""

    def make(spoilt: str) -> Path:
        root = tmp_path / "checkout"
        (root / "notebooks").mkdir(parents=True)
        (root / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
        (root / "scripts").symlink_to(ROOT / "scripts")
        notebook = ROOT / "notebooks" / "article_report.ipynb"
        (root / "notebooks" / notebook.name).write_bytes(notebook.read_bytes())
        for path in (ROOT / "data").rglob("*"):
            if not path.is_file():
                continue
            target = root / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            if str(path.relative_to(ROOT)) == spoilt:
                target.write_bytes(path.read_bytes())
            else:
                target.symlink_to(path)
        return root

    return make
