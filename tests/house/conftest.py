"""What every repository test reads: the root, and the files git keeps or would keep."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def kept_files(root: Path) -> list[Path]:
    """Give every file under version control or about to be (not ignored), relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    ).stdout.decode()
    names = sorted(Path(name) for name in set(listed.split("\0")) if name)
    return [name for name in names if (root / name).is_file()]


@pytest.fixture(scope="session")
def kept_texts(root: Path, kept_files: list[Path]) -> dict[Path, str]:
    """Give the text of every kept file that is text, by its path relative to the root."""
    texts: dict[Path, str] = {}
    for name in kept_files:
        raw = (root / name).read_bytes()
        if b"\0" in raw[:4096]:
            continue
        try:
            texts[name] = raw.decode("utf-8")
        except UnicodeDecodeError:
            continue
    assert Path("pyproject.toml") in texts
    return texts
