"""The stored notebook, run as JupyterLab runs it: no papermill, no edits."""

from __future__ import annotations

from html import escape
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from tests.reports.conftest import ROOT

pytestmark = pytest.mark.report
PATH = ROOT / "notebooks" / "article_report.ipynb"


def run(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    return client.execute()


def test_run_all_shows_charts_and_tables() -> None:
    notebook = run(nbformat.read(PATH, as_version=4), PATH.parent)
    outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    assert not [o for o in outputs if o.output_type in ("error", "stream")]
    charts = [o for o in outputs if "image/svg+xml" in o.get("data", {})]
    assert len(charts) >= 12
    # JupyterLab shows text/html before SVG: title and source must be in it.
    for chart in charts:
        assert escape(chart.metadata["image/svg+xml"]["title"]) in chart.data["text/html"]
        assert "As of " in chart.data["text/html"]
    tables = [o for o in outputs if "<table" in o.get("data", {}).get("text/html", "")]
    assert len(tables) >= 20


def test_a_wrong_name_is_two_lines_and_no_traceback() -> None:
    notebook = nbformat.read(PATH, as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    cell.source = cell.source.replace("korea-russia-2021", "korea-rusia-2021")
    notebook.cells = notebook.cells[: notebook.cells.index(cell) + 2]
    client = NotebookClient(notebook, timeout=60, allow_errors=True, resources={"metadata": {"path": str(PATH.parent)}})
    done = client.execute()
    (error,) = [o for o in done.cells[-1].outputs if o.output_type == "error"]
    assert error.ename == "UnknownName"
    shown = "\n".join(error.traceback)
    assert "korea-russia-2021" in shown
    assert "File" not in shown
    assert len(shown.splitlines()) == 2
