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


def pytest_unconfigure(config: pytest.Config) -> None:
    """Name the tests that were left out, and how to get them, after all that pytest has to say."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    names = sorted(report.nodeid for report in skipped if NO_CHROMIUM in str(report.longrepr))
    if not names:
        return
    reporter.section("left out", yellow=True)
    for name in names:
        reporter.line(f"  {name}")
    reporter.line(
        f"{len(names)} browser tests were left out: {NO_CHROMIUM}. To run them, install one "
        f"(Debian: sudo apt-get install chromium) so that one of {', '.join(CHROMIUM_NAMES)} is on PATH."
    )


@pytest.fixture(scope="session")
def notebooks() -> Path:
    """Give the folder of small notebooks named by behaviour."""
    return Path(__file__).parent / "fixtures" / "notebooks"
