"""What every test shares: browser tests stand aside where there is no Chromium, and the last lines say so."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_CHROMIUM = "no Chromium on this machine"


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave browser tests out where they cannot run; in CI they stay in, and fail."""
    if find_chromium() or in_ci():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that were left out, and how to get them."""
    skipped = terminalreporter.stats.get("skipped", [])
    names = sorted(r.nodeid for r in skipped if isinstance(r.longrepr, tuple) and NO_CHROMIUM in r.longrepr[2])
    if not names:
        return
    terminalreporter.section("left out", yellow=True)
    for name in names:
        terminalreporter.line(f"  {name}")
    terminalreporter.line(
        f"{len(names)} browser tests were left out: {NO_CHROMIUM}. To run them, install one "
        f"(Debian: sudo apt-get install chromium) so that one of {', '.join(CHROMIUM_NAMES)} is on PATH."
    )


@pytest.fixture(scope="session")
def notebooks() -> Path:
    """Give the folder of small notebooks named by behaviour."""
    return Path(__file__).parent / "fixtures" / "notebooks"
