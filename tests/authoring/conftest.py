"""A root of its own for each test: the real tables, and room for an article that may be spoilt."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.authoring.shared import ROOT, Run

from tightrope.cli import main

TURKEY = ROOT / "data" / "articles" / "turkey-2019"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the project's tables and the second article, and no other."""
    (tmp_path / "data" / "articles" / "turkey-2019").mkdir(parents=True)
    (tmp_path / "reports").mkdir()
    for name in ("evidence", "datapackage.json"):
        (tmp_path / "data" / name).symlink_to(ROOT / "data" / name)
    for path in TURKEY.iterdir():
        if path.is_file():
            (tmp_path / "data" / "articles" / "turkey-2019" / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIGHTROPE_ROOT", str(tmp_path))
    return tmp_path


@pytest.fixture
def run() -> Run:
    """Run the command in this process."""

    def run_one(*words: str, **options: object) -> Result:
        return CliRunner().invoke(main, list(words), **options)  # type: ignore[arg-type]

    return run_one
