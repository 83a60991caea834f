"""A real JupyterLab in a real Chromium: one server for all tests, on copies of the notebooks."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

ROOT = Path(__file__).parents[2]
# Every cell stands in the page, whether or not it is in sight; nobody asks the network for news.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
PROMPTS = "() => [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')].map(e => e.textContent)"
# A traceback and whatever else goes to the error stream look alike here; a reader wants neither.
FAILED = ".jp-Notebook :is([data-mime-type$='jupyter.error'], [data-mime-type$='jupyter.stderr'])"
# Closes the notebook that is open, and its kernel, and opens another.
REPLACE = """async name => {
  const open = jupyterapp.shell.currentWidget;
  await open.context.save();
  await open.context.sessionContext.shutdown();
  open.dispose();
  await jupyterapp.commands.execute('docmanager:open', {path: name});
}"""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Start JupyterLab on copies of the notebooks and give its address; it ends with the block."""
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(path, folder / path.name)
    private = folder / ".private"
    for name, values in SETTINGS.items():
        path = private / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "TIGHTROPE_ROOT": str(ROOT),
        "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "IPYTHONDIR": str(private / "ipython"),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    command += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    # For `REPLACE`.
    command += ["--LabApp.expose_app_in_browser=True"]
    with (folder / ".server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/api/status", timeout=1).close()
                break
            except (OSError, urllib.error.URLError):
                assert server.poll() is None, (folder / ".server.log").read_text()[-2000:]
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@dataclass
class Lab:
    """A notebook that is open in JupyterLab."""

    page: Page
    address: str

    def open(self, name: str) -> None:
        """Open a notebook, in place of the one that is open, and wait until its kernel is idle."""
        if self.page.url.startswith(self.address):
            # To load JupyterLab anew costs as much as the notebook that it is loaded for.
            self.page.evaluate(REPLACE, name)
        else:
            self.page.goto(f"{self.address}/lab/tree/{name}?reset")
        self.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
        # Before that, the menu's command is there and does nothing.
        self.page.locator("#jp-main-statusbar", has_text="| Idle").wait_for(timeout=60_000)
        self.page.locator(".jp-Notebook .jp-CodeCell .cm-line").first.wait_for(timeout=60_000)

    def write(self, text: str) -> None:
        """Write the parameters cell anew, as a reader would."""
        self.page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def parameters(self) -> str:
        """Give the text of the parameters cell."""
        return self.page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.inner_text()

    def run_all(self, timeout: float = 60) -> float:
        """Choose Run, Run All Cells, wait until every cell ran or one failed, and give the seconds it took."""
        before = max(self._counts())
        start = time.perf_counter()
        self.page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").first.click()
        self.page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
        wanted = self.page.locator(".lm-Menu-item:not(.lm-mod-disabled) .lm-Menu-itemLabel", has_text="Run All Cells")
        wanted.first.click()
        while min(self._counts()) <= before and not self.errors:
            assert time.perf_counter() - start < timeout, self.page.evaluate(PROMPTS)
            self.page.wait_for_timeout(250)
        return time.perf_counter() - start

    def _counts(self) -> list[int]:
        """Give each code cell's run number; 0 for one that has not run, or runs."""
        return [int(text[1:-2]) if text[1:-2].isdigit() else 0 for text in self.page.evaluate(PROMPTS)]

    @property
    def errors(self) -> list[str]:
        """What cells failed with or warned of, as it is shown."""
        return self.page.locator(FAILED).all_inner_texts()

    @property
    def charts(self) -> Locator:
        """The charts that are shown."""
        return self.page.locator(".jp-Notebook figure.tightrope-chart img")
