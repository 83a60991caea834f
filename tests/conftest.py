"""What every test shares: browser tests stand aside where there is no Chromium, and the last lines say so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tightrope.publish.lean import lean_imports

# jsonschema's rules for addresses in other scripts take two seconds to load, in each process that tests run in.
with lean_imports():
    pass

# What is kept between processes is kept beside pytest's own, and not in the home of whoever runs the tests.
os.environ.setdefault("TIGHTROPE_CACHE", str(Path(__file__).parents[1] / ".pytest_cache" / "tightrope"))

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_CHROMIUM = "no Chromium on this machine"


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


# Begun first: begun last, a file of few long tests would keep one processor busy for minutes while the other waits.
LONGEST = (
    "test_all_pairs.py",
    "test_in_browser.py",
    "test_article_report.py",
    "test_interactive.py",
    "test_cluster.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, and leave browser tests out where they cannot run; in CI they stay in, and fail."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))
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


QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUIET += ["--disable-sync", "--no-first-run"]


@dataclass
class Opened:
    """A page, with what went wrong on it and what it asked for beyond its own file."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


OpenPage = Callable[..., Opened]


# One browser a process: a second Playwright beside it would not start.
@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.fail(f"no Chromium: none of {', '.join(CHROMIUM_NAMES)} is on PATH")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Give a function ``open_page(path, width=1280, dark=False)`` that opens an HTML file."""
    opened: list[Opened] = []

    def open_one(path: Path, width: int = 1280, dark: bool = False) -> Opened:
        scheme = "dark" if dark else "light"
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
        one = Opened(page)
        own = path.resolve().as_uri()

        def on_console(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                one.errors.append(message.text)

        def on_request(request: Request) -> None:
            if request.url.partition("#")[0] != own and not request.url.startswith("data:"):
                one.requests.append(request.url)

        page.on("console", on_console)
        page.on("pageerror", lambda error: one.errors.append(str(error)))
        page.on("request", on_request)
        page.goto(own)
        page.evaluate("document.fonts.ready")
        opened.append(one)
        return one

    yield open_one
    for one in opened:
        one.page.close()
