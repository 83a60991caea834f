"""A small report made without a kernel, to be spoilt in every way, and one real pair profile."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tightrope.language import catalogue
from tightrope.publish.attach import Attachment
from tightrope.publish.html import TightropeHTMLExporter
from tightrope.publish.pdf import TightropePDFExporter
from tightrope.publish.record import RECORD_MIME, read_record
from tightrope.publish.sealed import Bundle
from tightrope.publish.sign import Key
from tightrope.publish.stamp import Stamp

ROOT = Path(__file__).parents[2]
NUMBER = '<span class="traced" data-origin="trade row 3">{}</span>'
VERDICT = '<span class="verdict verdict-{0}">● {0}</span>'
ROWS = b"iso3,year,exports_musd\nKOR,2019,7774\nKOR,2020,6900\n"


def notebook(trade: str = "17.6", word: str = "supported", language: str = "en") -> Any:
    word = catalogue(language).gettext(word)
    said = f"<p>South Korea and Russia traded {NUMBER.format(trade)} billion dollars in {NUMBER.format('2020')}, "
    said += f"less than the {NUMBER.format('22.3')} billion of the year before.</p>"
    table = "<table><caption>The claims</caption><thead><tr><th>Claim</th><th>Verdict</th></tr></thead><tbody>"
    table += f"<tr><td>C10 on sanctions</td><td>{VERDICT.format(word)}</td></tr></tbody></table>"
    record = {
        "title": "A small report", "slug": "small", "stem": "small", "date": "2021-03-25", "language": language,
        "summary": {"columns": ["claim", "about", "verdict"], "rows": [["C10", "Sanctions", f"● {word}"]]},
    }  # fmt: skip
    nb = new_notebook(
        cells=[
            new_code_cell("record", outputs=[new_output("display_data", {RECORD_MIME: record, "text/plain": ""})]),
            new_markdown_cell("## Trade"),
            new_code_cell("say()", outputs=[new_output("display_data", {"text/html": said, "text/plain": "said"})]),
            new_markdown_cell("## Verdicts"),
            new_code_cell("table()", outputs=[new_output("display_data", {"text/html": table, "text/plain": "table"})]),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    for number, cell in enumerate(nb.cells):
        cell.id = f"cell-{number}"
    return nb


def numbers(trade: str = "17.6") -> dict[str, Any]:
    figure = {
        "measure": "trade_flow", "arguments": {"reporter": "KOR", "flow": "export"},
        "unit": "million current US dollars", "value": "exports_musd", "tables": ["trade"],
        "columns": ["year", "exports_musd"], "rows": [[2019, 7774.0], [2020, 6900.0]],
    }  # fmt: skip
    return {"figures": [figure], "said": [{"passage": "trade", "texts": [trade, "2020", "22.3"], "measures": [0]}]}


def verdicts(word: str = "supported") -> list[dict[str, Any]]:
    return [{"id": "C10", "statement": "No sanctions", "verdict": word, "readings": [], "indicators": []}]


def carried(trade: str = "17.6", word: str = "supported") -> list[Attachment]:
    package = {
        "name": "excerpt",
        "resources": [
            {"name": "trade", "path": "trade.csv", "tightrope": {"excerpt": {"of": "sha256:00", "n_rows": 2}}}
        ],
    }
    return [
        Attachment("numbers.json", "application/json", "", "Data", json.dumps(numbers(trade)).encode()),
        Attachment("verdicts.json", "application/json", "", "Data", json.dumps(verdicts(word)).encode()),
        Attachment("datapackage.json", "application/json", "", "Data", json.dumps(package).encode()),
        Attachment("trade.csv", "text/csv", "Trade", "Data", ROWS, "data/trade.csv"),
    ]


def make(
    folder: Path, kind: str = "pdf", *, trade: str = "17.6", word: str = "supported", key: Key | None = None,
    inputs: Mapping[str, str] | None = None, language: str = "en",
) -> Path:  # fmt: skip
    """Write a whole report that agrees with itself, whatever it says."""
    path = folder / f"small.{kind}"
    path.write_bytes(seal(kind, notebook(trade, word, language), carried(trade, word), key, inputs))
    return path


def seal(
    kind: str,
    nb: Any,
    attachments: Sequence[Attachment],
    key: Key | None = None,
    inputs: Mapping[str, str] | None = None,
) -> bytes:
    """Set a notebook and put everything into one file."""
    exporter: Any = TightropePDFExporter() if kind == "pdf" else TightropeHTMLExporter()
    body, _ = exporter.from_notebook_node(nb)
    stamp = Stamp("small.ipynb", {"year": 2020}, dict(inputs or {}), "p", {"python": "3.11"})
    bundle = Bundle(nb, read_record(nb), stamp, attachments, ROOT, key)
    return bundle.seal(kind, body.encode() if isinstance(body, str) else body)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One small report as PDF and HTML; tests copy what they spoil."""
    folder = tmp_path_factory.mktemp("small")
    return {kind: make(folder, kind) for kind in ("pdf", "html")}


Render = Callable[..., Path]


@pytest.fixture(scope="session")
def render_pair(tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Give a function that renders the profile of South Korea and Russia in a process of its own."""

    def run(kernel: str = "plain", **environment: str) -> Path:
        out = tmp_path_factory.mktemp(f"pair-{kernel}")
        command = [
            sys.executable,
            "-m",
            "tightrope.cli",
            "render",
            "pair_profile",
            "--kernel",
            kernel,
            "--out",
            str(out),
        ]
        given = {**os.environ, "TIGHTROPE_ROOT": str(ROOT), **environment}
        done = subprocess.run(command, capture_output=True, text=True, env=given, cwd=out, timeout=240, check=False)
        assert done.returncode == 0, done.stderr
        return next(out.glob("*/*.pdf"))

    return run


@pytest.fixture(scope="session")
def pair(render_pair: Render, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The profile of South Korea and Russia, as a plain kernel makes it, once for all processes; it is to be read."""
    base = tmp_path_factory.getbasetemp()
    # Each process of xdist has a folder of its own within the one of the run.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    note = shared / "pair.txt"
    with (shared / "pair.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            note.write_text(str(render_pair(TZ="UTC", LC_ALL="C.UTF-8")), encoding="utf-8")
    return Path(note.read_text(encoding="utf-8"))
