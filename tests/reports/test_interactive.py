"""The notebooks as people use them: run from the stored file, and in a real JupyterLab with other parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import Browser
from tests.reports.conftest import ROOT
from tests.reports.lab import Lab, serving

pytestmark = pytest.mark.report
PATH = ROOT / "notebooks" / "article_report.ipynb"


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


# What a reader changes in the first cell of each notebook, and how many charts there are at least to see then.
CHANGES = {
    "start_here": ({"state": "Росс", "language": "ru"}, 0),
    "article_report": ({"theme": "trade", "as_of": "2022-06-01"}, 4),
    "pair_profile": ({"state_a": "Japan", "state_b": "대한민국"}, 5),
    "balance_map": ({"power_b": "China", "focus": "Australia"}, 2),
    "data_atlas": ({"as_of": "2022-12-31"}, 1),
}


@pytest.fixture(scope="module")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with serving(tmp_path_factory.mktemp("lab")) as address:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        yield Lab(page, address)
        page.close()


def changed(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text, n = re.subn(rf'(?m)^({name}: str = )"[^"]*"', rf'\1"{value}"', text)
        assert n == 1, f"no parameter {name} in\n{text}"
    return text


def stored_parameters(name: str) -> str:
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    return str(next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])).source)


def test_every_notebook_is_tried_in_jupyterlab() -> None:
    assert {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} <= CHANGES.keys()


@pytest.mark.browser
@pytest.mark.parametrize("name", [n for n in CHANGES if (ROOT / "notebooks" / f"{n}.ipynb").exists()])
def test_other_parameters_and_run_all(lab: Lab, name: str) -> None:
    values, n_charts = CHANGES[name]
    lab.open(f"{name}.ipynb")
    lab.write(changed(stored_parameters(name), values))
    assert all(value in lab.parameters() for value in values.values())
    lab.run_all(timeout=120)
    assert lab.errors == []
    widths = lab.charts.evaluate_all("all => all.map(i => [i.clientWidth, i.naturalWidth, i.alt])")
    assert len(widths) >= n_charts
    for shown, drawn, alt in widths:
        assert shown > 200
        assert drawn >= 1.9 * shown, "a chart is drawn at twice the pixels it is shown at"
        assert alt
    formulas = lab.page.locator(".jp-Notebook .jp-OutputArea :is(mjx-container, .MathJax)").all_inner_texts()
    assert formulas == [], "a sum in dollars is no formula"
    words = lab.page.locator(".jp-Notebook figure.tightrope-chart").evaluate_all(
        "all => all.map(f => [...f.querySelectorAll('p, figcaption')].map(part => part.textContent))"
    )
    assert all(len(parts) == 3 and all(parts) for parts in words), "title, measure and source stand with each chart"
    assert all("As of " in source for _, _, source in words)
    sides = "all => [...new Set(all.map(cell => getComputedStyle(cell).textAlign))]"
    assert lab.page.locator(".jp-Notebook .jp-OutputArea table").count()
    assert "left" in lab.page.locator(".jp-Notebook .jp-OutputArea td").evaluate_all(sides), "words are set left"


@pytest.mark.browser
def test_a_wrong_name_in_jupyterlab_is_two_lines_with_the_near_names(lab: Lab) -> None:
    lab.open("pair_profile.ipynb")
    lab.write(changed(stored_parameters("pair_profile"), {"state_a": "Sout Korea"}))
    lab.run_all()
    (shown,) = lab.errors
    first, second = shown.strip().splitlines()
    assert first == "UnknownName: unknown state 'Sout Korea' (state_a)"
    assert "did you mean 'South Korea'" in second
