"""One real report, rendered by the command, for every test in this folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLUG = "korea-russia-2021"


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


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The article's report, HTML and PDF."""
    run = tightrope("render", "article_report", out=tmp_path_factory.mktemp("report"))
    assert run.code == 0, run.text
    return run


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
