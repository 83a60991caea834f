"""A checkout of its own for every test that refreshes, and a server in the producers' place."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.refresh.producers import Server, serving

from tightrope.evidence import find_root
from tightrope.refresh.ground import Ground
from tightrope.refresh.wire import Terms

QUICK = Terms(connect=2, read=1, seconds=3, tries=2, backoff=0.01, longest_wait=0.05)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as served:
        yield served


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a whole copy of the real data, which a refresh may write to."""
    # Without the stored histories, whose renewal takes as many seconds as all the rest.
    shutil.copytree(find_root() / "data", tmp_path / "checkout" / "data", ignore=shutil.ignore_patterns("history.json"))
    monkeypatch.setenv("TIGHTROPE_ROOT", str(tmp_path / "checkout"))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "COMTRADE_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "checkout"


@pytest.fixture
def ground(root: Path) -> Ground:
    return Ground(root, date(2026, 11, 25))


@pytest.fixture
def untouched(root: Path) -> Callable[[], bool]:
    """Say whether data/ is byte for byte what it was."""
    before = _bytes_of(root / "data")
    return lambda: _bytes_of(root / "data") == before


def _bytes_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
