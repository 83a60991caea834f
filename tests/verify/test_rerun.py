"""Measured again: on the attached rows, on the checkout's tables where those are the same, and never unasked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell
from tests.verify import conftest
from tests.verify.conftest import ROOT

from tightrope.errors import BadRecord
from tightrope.publish import attach_pdf
from tightrope.publish.attach import Attachment
from tightrope.publish.record import RECORD_MIME
from tightrope.verify import rerun as module
from tightrope.verify.command import verify
from tightrope.verify.figures import figures, is_same
from tightrope.verify.opened import Report, open_report
from tightrope.verify.rerun import ROWS, TABLES, Rerun, rerun

SAYS = """
import base64, csv, json, os, pathlib
rows = list(csv.DictReader(open(pathlib.Path(os.environ["TIGHTROPE_ROOT"]) / "data" / "trade.csv")))
numbers = json.loads({numbers!r})
numbers["figures"][0]["rows"] = [[int(r["year"]), float(r["exports_musd"])] for r in rows]
pathlib.Path({marker!r}).write_text(os.getcwd())
entry = {{"name": "numbers.json", "mime": "application/json", "text": json.dumps(numbers)}}
display({{"{mime}": {{"attachments": [entry]}}, "text/plain": ""}}, raw=True)
"""


def report(folder: Path, rows: bytes = conftest.ROWS) -> tuple[Path, Path]:
    """Write a report whose notebook reads the attached rows, and gives where it leaves a mark when it runs."""
    marker = folder / "it-ran"
    nb = conftest.notebook()
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.source = "pass"
    numbers = json.dumps(conftest.numbers())
    nb.cells.append(new_code_cell(SAYS.format(numbers=numbers, marker=str(marker), mime=RECORD_MIME)))
    files = [one for one in conftest.carried() if one.name not in ("trade.csv", "verdicts.json")]
    files.append(Attachment("trade.csv", "text/csv", "Trade", "Data", rows, "data/trade.csv"))
    path = folder / "small.pdf"
    path.write_bytes(conftest.seal("pdf", nb, files))
    return path, marker


def test_nothing_runs_unless_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, marker = report(tmp_path)
    assert verify(path) == 0
    assert verify(path, in_json=True) == 0
    assert not marker.exists()
    assert verify(path, again=True) == 0
    ran_in = Path(marker.read_text())
    assert "tightrope-rerun-" in str(ran_in)
    assert not ran_in.exists(), "the temporary folder is still there"
    told = capsys.readouterr()
    assert "code from the file is executed here" in told.err
    assert "Measured again on the attached rows: 2 figures, 3 numbers said." in told.out
    assert "All of them come out the same." in told.out


def test_rows_that_do_not_give_the_figures_are_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody who swaps rows and makes a new manifest is found by measuring again."""
    path, _ = report(tmp_path, conftest.ROWS.replace(b"6900", b"9600"))
    assert verify(path) == 0
    assert verify(path, again=True) == 1
    out = capsys.readouterr().out
    key = "figure trade_flow(flow=export, reporter=KOR)[year=2020].exports_musd"
    assert f"{key}: the report has 6900.0, the new run gives 9600.0" in out
    assert out.count("The new run differs") == 1


def test_a_swapped_notebook_is_not_run(tmp_path: Path) -> None:
    path, marker = report(tmp_path)
    opened = attach_pdf.read(path.read_bytes())
    n_bytes = json.loads(opened.files["manifest.json"].content)["page"]["bytes"]
    files = [
        Attachment(
            one.name, one.mime, one.description, one.relationship, one.content + b" " * (name == "notebook.ipynb")
        )
        for name, one in opened.files.items()
    ]
    path.write_bytes(attach_pdf.append(path.read_bytes()[:n_bytes], files))
    with pytest.raises(BadRecord, match=r"notebook\.ipynb is not the one"):
        rerun(open_report(path), ROOT)
    assert not marker.exists()


@pytest.mark.parametrize("place", ["../outside.csv", "/tmp/outside.csv", "data/../../outside.csv"])
def test_no_attachment_is_put_outside_its_folder(tmp_path: Path, place: str) -> None:
    path, marker = report(tmp_path)
    found = open_report(path)
    for one in found.manifest["attachments"]:
        if one["name"] == "trade.csv":
            one["place"] = place
    result = rerun(found, tmp_path)
    assert any("outside its folder" in note for note in result.notes)
    assert not marker.exists()


def test_no_attachment_is_written_into_this_checkout(tmp_path: Path) -> None:
    """Beside whole tables the folder of the run holds links into the checkout, and a place could lead through one."""
    path, _ = report(tmp_path)
    checkout, run = tmp_path / "checkout", tmp_path / "run"
    (checkout / "data" / "evidence").mkdir(parents=True)
    (checkout / "data" / "evidence" / "trade.csv").write_text("ours")
    run.mkdir()
    found = open_report(path)
    for one in found.manifest["attachments"]:
        if one["name"] == "trade.csv":
            one["place"] = "data/evidence/trade.csv"
    with pytest.raises(BadRecord, match="outside its folder"):
        module._lay_out(found, run, module._data_of(checkout, checkout / "data"))
    assert (checkout / "data" / "evidence" / "trade.csv").read_text() == "ours"


# ---------------------------------------------------------------- a real profile


class Runs:
    """Runs the attached notebook once on each side, however many tests ask for it."""

    def __init__(self) -> None:
        self.of: dict[bool, dict[str, bytes]] = {}
        self.run = module._run

    def __call__(self, report: Report, tables: Mapping[str, Path] | None) -> dict[str, bytes]:
        side = tables is not None
        if side not in self.of:
            self.of[side] = self.run(report, tables)
        return self.of[side]


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    with pytest.MonkeyPatch.context() as patch:
        kept = Runs()
        patch.setattr(module, "_run", kept)
        yield kept


@pytest.fixture(scope="module")
def again(pair: Path, runs: Runs) -> Rerun:
    return rerun(open_report(pair), ROOT)


def test_a_profile_comes_out_the_same(again: Rerun) -> None:
    assert again.differing == []
    assert again.left == {}
    assert again.notes == []
    # What the pair's own rows give, and what a place among all pairs needs whole tables for.
    assert again.compared[ROWS]["figure"] > 300
    assert again.compared[TABLES]["figure"] > 300
    assert sum(counts.get("number said", 0) for counts in again.compared.values()) > 200


def test_without_the_tables_it_says_what_it_could_not_compare(pair: Path, tmp_path: Path, again: Rerun) -> None:
    found = rerun(open_report(pair), tmp_path)
    assert found.differing == []
    assert found.compared.keys() == {ROWS}
    assert found.compared[ROWS] == again.compared[ROWS]
    assert len(found.left) == sum(again.compared[TABLES].values())
    why = next(reason for name, reason in found.left.items() if name.startswith("figure pair_standing(figure=trade"))
    assert "the attached rows of" in why
    assert "trade_baci" in why


def test_the_attached_rows_are_a_package_that_evidence_opens(pair: Path, tmp_path: Path) -> None:
    from tightrope.evidence import Evidence

    found = open_report(pair)
    (tmp_path / "data").mkdir()
    for one in found.manifest["attachments"]:
        if str(one.get("place", "")).startswith("data/"):
            (tmp_path / one["place"]).write_bytes(found.files[one["name"]])
    evidence, whole = Evidence(tmp_path, as_of="2024-12-31"), Evidence(ROOT, as_of="2024-12-31")
    rows = evidence.select("trade_imf", ["year", "exports_fob_usd"], iso3_reporter="KOR", iso3_partner="RUS")
    stored = whole.select("trade_imf", ["year", "exports_fob_usd"], iso3_reporter="KOR", iso3_partner="RUS")
    assert len(rows) > 20
    assert rows.reset_index(drop=True).equals(stored.reset_index(drop=True))
    part = evidence.package.table("trade_imf").details.model_extra["excerpt"]  # type: ignore[index]
    assert part["of"] == whole.package.table("trade_imf").hash
    assert part["of_n_rows"] == 1_131_228


def test_no_row_leaves_without_a_licence(pair: Path) -> None:
    body = open_report(pair).body("datapackage.json")
    assert all(one["licenses"] and one["sources"] for one in body["resources"])
    for one in body["resources"]:
        if any(licence["name"] == "not-stated" for licence in one["licenses"]):
            assert one["tightrope"]["excerpt"]["n_rows"] == 0


# ---------------------------------------------------------------- keys


def test_figures_are_named_by_what_they_are() -> None:
    entry: dict[str, Any] = {
        "measure": "partner_rank", "arguments": {"reporter": "KOR", "years": [2018, 2019]}, "unit": "rank",
        "value": "rank", "tables": ["trade_baci"], "columns": ["iso3_partner", "year", "rank", "value_musd"],
        "rows": [["RUS", 2018, 10, 24800.5], ["RUS", 2019, 9, None], ["JPN", 2018, 5, 85000.0]],
    }  # fmt: skip
    missing = {"measure": "opinion", "arguments": {}, "unit": "percent", "missing": "not_collected"}
    found = figures({"figures": [entry, missing]})
    name = "partner_rank(reporter=KOR, years=2018+2019)"
    assert found[f"{name}[iso3_partner=RUS, year=2018].rank"].value == 10
    assert found[f"{name}[iso3_partner=RUS, year=2019].value_musd"].value is None
    assert found[f"{name}[iso3_partner=JPN, year=2018].rank"].unit == "rank"
    assert found["opinion()"].value is None
    # The order of rows is no part of a name.
    turned = figures({"figures": [{**entry, "rows": entry["rows"][::-1]}]})
    assert {key: one.value for key, one in turned.items()} == {k: f.value for k, f in found.items() if k != "opinion()"}


def test_only_last_digits_are_forgiven() -> None:
    assert is_same(0.1 + 0.2, 0.3)
    assert is_same([1, {"a": 2.0}], [1, {"a": 2}])
    assert not is_same(17.6, 17.6001)
    assert not is_same(True, 1)
    assert not is_same(None, 0)
