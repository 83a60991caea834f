"""A real Chromium that opens any HTML file and keeps an eye on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUIET += ["--disable-sync", "--no-first-run"]


@dataclass
class Opened:
    """A page, with what went wrong on it and what it asked for beyond its own file."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


OpenPage = Callable[..., Opened]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    import shutil

    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail(f"no Chromium: none of {', '.join(names)} is on PATH")
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
