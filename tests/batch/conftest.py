"""A small project with one notebook that behaves as it is told."""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest

BEHAVES = """
import os, time
from pathlib import Path
from IPython.display import display
counts = {"held": year - 2000, "failed": 0}
told = {"title": f"{what} in {year}", "kicker": "A test", "date": f"{year}-01-02", "counts": counts}
display({"application/vnd.tightrope.record+json": told, "text/plain": ""}, raw=True)
print("pid", os.getpid())
Path(log_to).open("a").write(f"{what} {year}\\n") if log_to else None
if what == "raises":
    1 / 0
if what == "exits":
    os._exit(3)
if what == "hangs":
    time.sleep(600)
kept = []
while what == "leaks":
    kept.append(bytearray(10_000_000))
    time.sleep(0.05)
if what == "slow":
    time.sleep(0.8)
if what == "kills":
    os.kill(int(os.environ["JPY_PARENT_PID"]), 9)
"""

# The package may be under work beside the tests; what it is now does not count here.
TIGHTROPE = """
import tightrope.publish.stamp
tightrope.publish.stamp._package = lambda: "fixed"
from tightrope.cli import main
main()
"""

Make = Callable[[str], Path]
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project's folder with notebooks/behaves.ipynb, and stand in it."""
    for name in ("notebooks", "reports", "lists"):
        (tmp_path / name).mkdir()
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "requirements.lock").write_text("one==1\n")
    rules = {"parameters": {"what": {"pattern": "[a-z]+"}, "state_b": {"choices": ["KOR", "RUS", "USA", "CHN"]}}}
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    parameters = 'what: str = "fine"\nyear: int = 2020\nlog_to: str = ""\nstate_a: str = "KOR"\nstate_b: str = "RUS"'
    cell = nbformat.v4.new_code_cell
    notebook = nbformat.v4.new_notebook(
        cells=[cell(parameters, id="one", metadata={"tags": ["parameters"]}), cell(BEHAVES, id="two")],
        metadata={"kernelspec": kernel, "tightrope": rules},
    )
    nbformat.write(notebook, tmp_path / "notebooks" / "behaves.ipynb")
    monkeypatch.delenv("TIGHTROPE_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def order(project: Path) -> Make:
    """Give a function that writes reports/order.toml."""

    def write(text: str) -> Path:
        path = project / "reports" / "order.toml"
        path.write_text('notebook = "behaves"\nformats = ["html"]\n' + text)
        return path

    return write


@pytest.fixture
def command() -> Callable[..., list[str]]:
    """Give a function that words the command ``tightrope batch``."""
    return lambda *words: [sys.executable, "-c", TIGHTROPE, "batch", *words]


@pytest.fixture
def batch(project: Path, command: Callable[..., list[str]]) -> Command:
    """Give a function that runs ``tightrope batch`` in a process of its own."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*words),
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=dict(os.environ),
        )

    return run


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Give the address of an S3 server of its own on the loopback."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """Give the address of an empty bucket; the environment names its server, keys and a proxy that leads nowhere."""
    settings = {
        "AWS_ENDPOINT_URL": s3_server, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    import s3fs

    name = "b-" + hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]
    s3fs.S3FileSystem(skip_instance_cache=True).mkdir(name)
    return f"s3://{name}"
