"""A report that plain nbconvert sets carries what its notebook has, and says what nobody recorded."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tests.verify.conftest import carried, notebook
from traitlets.config import Config

from tightrope.publish.attach import Attachment
from tightrope.publish.html import TightropeHTMLExporter
from tightrope.publish.pdf import TightropePDFExporter
from tightrope.publish.record import RECORD_MIME
from tightrope.verify.checks import check_report
from tightrope.verify.opened import Report, open_report

PLAIN: dict[str, Any] = {"pdf": TightropePDFExporter, "html": TightropeHTMLExporter}
CLOCK = "2026-07-28T10:00:00.123456"

ASKS = """
import os
from IPython.display import display
given = [{"name": "rows.csv", "mime": "text/csv", "text": "a,b\\n1,2\\n"}] if os.environ.get("TIGHTROPE_CARRY") else []
display({"application/vnd.tightrope.record+json": {"title": "Asked", "attachments": given}, "text/plain": ""}, raw=True)
"""


def as_entry(one: Attachment) -> dict[str, str]:
    return {"name": one.name, "mime": one.mime, "text": one.content.decode(), "place": one.place}


def run_elsewhere(clock: str = CLOCK) -> Any:
    """Give the small report as papermill would have left it, with its clocks and with rows and verdicts to carry."""
    nb = copy.deepcopy(notebook())
    record = nb.cells[0].outputs[0].data[RECORD_MIME]
    record |= {"attachments": [as_entry(one) for one in carried()], "inputs": {"trade@d:KOR": "abc"}}
    nb.metadata["papermill"] = {"parameters": {"year": 2020}, "start_time": clock, "input_path": "somewhere.ipynb"}
    for number, cell in enumerate(nb.cells):
        cell.id = f"id-{number}-{len(clock)}"
        cell.metadata["papermill"] = {"start_time": clock, "status": "completed"}
    return nb


def convert(kind: str, nb: Any, config: Config | None = None, name: str = "small") -> bytes:
    exporter = get_exporter(f"tightrope-{kind}")(config=config)
    made, _ = exporter.from_notebook_node(nb, {"metadata": {"name": name}})
    return made if isinstance(made, bytes) else made.encode()


def plain(kind: str, nb: Any) -> bytes:
    made, _ = PLAIN[kind]().from_notebook_node(nb, {"metadata": {"name": "small"}})
    return made if isinstance(made, bytes) else made.encode()


def opened(kind: str, data: bytes, folder: Path) -> Report:
    path = folder / f"small.{kind}"
    path.write_bytes(data)
    return open_report(path)


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_a_report_carries_what_its_notebook_has(kind: str, tmp_path: Path) -> None:
    report = opened(kind, convert(kind, run_elsewhere()), tmp_path)
    found = check_report(report)
    assert found.is_intact, found.findings
    assert report.is_whole
    assert found.n_numbers == 3
    assert {name: report.files[name] for name in ("trade.csv", "verdicts.json")} == {
        one.name: one.content for one in carried() if one.name in ("trade.csv", "verdicts.json")
    }
    nb = report.notebook()
    assert nb is not None
    assert CLOCK not in report.files["notebook.ipynb"].decode()
    assert report.manifest["unknown"] == ["inputs", "package", "software", "key", "lock"]
    assert [report.manifest[name] for name in report.manifest["unknown"]] == [{}, "", {}, "", ""]
    assert "requirements.lock" not in report.files
    assert report.manifest["parameters"] == {"year": 2020}
    assert report.manifest["read"] == {"trade@d:KOR": "abc"}


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_two_runs_of_the_same_give_the_same_bytes_around_the_page_as_it_was(kind: str, tmp_path: Path) -> None:
    made = convert(kind, run_elsewhere())
    assert made == convert(kind, run_elsewhere("2031-01-01T00:00:00.5"))
    report = opened(kind, made, tmp_path)
    page = made[: report.manifest["page"]["bytes"]] if kind == "pdf" else report.page.encode()
    assert page == plain(kind, notebook())


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_nothing_is_attached_to_what_is_no_report_or_where_it_is_not_wished(kind: str) -> None:
    foreign = new_notebook(cells=[new_markdown_cell("# Elsewhere"), new_code_cell("secret = 1")])
    assert convert(kind, foreign) == plain(kind, foreign)
    for section in (f"Tightrope{kind.upper()}Exporter", "Carrying"):
        assert convert(kind, run_elsewhere(), Config({section: {"carry": False}})) == plain(kind, notebook())


def test_cells_that_nbconvert_was_told_to_remove_do_not_ride_along(tmp_path: Path) -> None:
    nb = run_elsewhere()
    nb.cells.append(new_code_cell("password = 'hunter2'", metadata={"tags": ["private"]}))
    config = Config({"TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": ["private"]}})
    report = opened("pdf", convert("pdf", nb, config), tmp_path)
    assert b"say()" in report.files["notebook.ipynb"]
    assert b"hunter2" not in report.files["notebook.ipynb"]


def test_attachments_that_are_only_named_are_missed_and_no_fault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The notebook beside a rendered report names what that report carries."""
    nb = run_elsewhere()
    record = nb.cells[0].outputs[0].data[RECORD_MIME]
    record["attachments"] = [{"name": one.name, "sha256": one.sha256} for one in carried()]
    report = opened("pdf", convert("pdf", nb), tmp_path)
    assert check_report(report).is_intact
    assert sorted(report.files) == ["manifest.json", "notebook.ipynb"]
    assert "attachments that it does not hold: numbers.json, verdicts.json, datapackage.json and 1 more" in caplog.text


@pytest.mark.report
@pytest.mark.parametrize(
    ("words", "has_rows"), [([], True), (["--TightropeHTMLExporter.carry=False"], None)], ids=["carries", "refuses"]
)
def test_a_notebook_that_nbconvert_runs_is_asked_for_its_rows(
    words: list[str], has_rows: bool | None, tmp_path: Path
) -> None:
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(new_notebook(cells=[new_code_cell(ASKS)], metadata={"kernelspec": kernel}), tmp_path / "asks.ipynb")
    command = [
        str(Path(sys.executable).parent / "jupyter-nbconvert"),
        "--execute",
        "--to",
        "tightrope-html",
        "asks.ipynb",
    ]
    environment = {key: value for key, value in os.environ.items() if key != "TIGHTROPE_CARRY"}
    subprocess.run([*command, *words], cwd=tmp_path, env=environment, check=True, capture_output=True)
    html = (tmp_path / "asks.html").read_text(encoding="utf-8")
    assert ('id="tightrope-manifest"' in html) is bool(has_rows)
    if has_rows:
        assert open_report(tmp_path / "asks.html").files["rows.csv"] == b"a,b\n1,2\n"
