"""An article's report is stale where a table behind it changed, and not where another did."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from tests.reports.conftest import AsStored
from tests.stale import changed, stale

from tightrope.evidence import find_root, load_package
from tightrope.publish.record import read_record
from tightrope.verify.opened import open_report

pytestmark = pytest.mark.report


@pytest.fixture(scope="module")
def inputs(as_stored: AsStored) -> dict[str, str]:
    (path,) = as_stored("article_report").folder.rglob("*.ipynb")
    return read_record(nbformat.read(path, 4)).inputs


def tables(names: dict[str, str]) -> set[str]:
    return {name.partition("?")[0] for name in names if not set("#(") & set(name)}


def test_every_table_that_it_carries_is_among_its_inputs(as_stored: AsStored, inputs: dict[str, str]) -> None:
    """What it carries is enough to make it again, as the tests of a rerun show."""
    (page,) = as_stored("article_report").folder.rglob("*.html")
    descriptor = json.loads(open_report(page).files["datapackage.json"])
    carried = {resource["name"] for resource in descriptor["resources"]}
    assert len(carried) > 40
    known = {resource.name for resource in load_package(find_root()).resources}
    assert carried - {name.partition("#")[0] for name in inputs} == set()
    assert known - tables(inputs) > {"gdp", "migrants", "embassies"}
    assert stale(find_root(), inputs) == []


def test_it_stands_on_its_own_tables_and_no_other(tmp_path: Path, inputs: dict[str, str]) -> None:
    # It names neither state; the claims' history may show a day on which the ranks among all partners turn.
    changed(tmp_path, "trade_imf", ("iso3_reporter", "JPN"), "exports_fob_usd")
    assert "trade_imf" in stale(tmp_path, inputs)
    changed(tmp_path, "migrants", ("iso3_origin", "RUS"), "n_migrants")
    assert stale(tmp_path, inputs) == []


def test_batch_is_told_to_ask_for_them_instead_of_the_whole_package() -> None:
    nb = nbformat.read(find_root() / "notebooks" / "article_report.ipynb", 4)
    rule = nb.metadata.tightrope.inputs_of
    assert rule == {"call": "tightrope.measures.inputs:current_inputs", "instead_of": ["data/datapackage.json"]}
    assert set(rule["instead_of"]) < set(nb.metadata.tightrope.inputs)


def test_no_number_of_a_table_that_counts_whole_is_an_input_besides(inputs: dict[str, str]) -> None:
    assert not [name for name in inputs if name.startswith(("partner_rank(", "region_share("))]
    assert not [name for name in inputs if "?" in name and name.partition("?")[0] in inputs]
