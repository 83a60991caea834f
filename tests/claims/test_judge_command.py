"""``tightrope judge``: a table or JSON, fast, without a chart library, and one clear error on bad input."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.claims.perturb import ROOT, SLUG

from tightrope.cli import main


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIGHTROPE_ROOT", str(ROOT))


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["judge", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_table() -> None:
    code, out, _ = run(SLUG)
    lines = out.splitlines()
    assert code == 0
    assert len(lines) == 35
    assert next(line for line in lines if line.startswith("C24")).split()[:3] == ["C24", "fragile", "supported"]
    assert "\x1b" not in out


def test_json_of_one_claim_on_another_day() -> None:
    code, out, _ = run(SLUG, "--claim", "C10", "--as-of", "2023-06-30", "--json")
    (c10,) = json.loads(out)
    assert code == 0
    assert (c10["id"], c10["verdict"], c10["as_of"]) == ("C10", "outdated", "2023-06-30")
    assert c10["readings"]
    assert c10["context"]


def test_claims_may_be_named_in_turn() -> None:
    _, out, _ = run(SLUG, "--claim", "C24", "--claim", "C02", "--json")
    assert [o["id"] for o in json.loads(out)] == ["C24", "C02"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["korea-russia-2012"], "did you mean 'korea-russia-2021'?"),
        ([SLUG, "--claim", "C240"], "unknown claim 'C240'"),
        ([SLUG, "--as-of", "2021-02-30"], "is not a date"),
        ([SLUG, "--as-of", "1800-01-01"], "outside the evidence"),
        ([SLUG, "--as-of", "2199-01-01"], "outside the evidence"),
    ],
)
def test_bad_input_is_one_clear_error(arguments: list[str], said: str) -> None:
    code, out, error = run(*arguments)
    assert code == 2
    assert out == ""
    assert error.startswith("error: ")
    assert said in error
    assert "Traceback" not in error
    assert len(error.splitlines()) <= 4


def test_a_truncated_table_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    table = tmp_path / "data" / "evidence" / "society" / "events.csv"
    table.write_bytes(table.read_bytes()[:-200])
    monkeypatch.setenv("TIGHTROPE_ROOT", str(tmp_path))
    code, _, error = run(SLUG, "--claim", "C01")
    assert code == 2
    assert "table events was truncated" in error
    assert "data/evidence/society/events.csv" in error


def test_it_needs_no_chart_library_and_no_notebook() -> None:
    """In a process of its own: nothing imports matplotlib, Jupyter or a typesetter on the way."""
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom tightrope.cli import main\n"
        f"done = CliRunner().invoke(main, ['judge', {SLUG!r}, '--claim', 'C24', '--json'])\n"
        "assert done.exit_code == 0, done.output\n"
        "heavy = ('matplotlib', 'papermill', 'nbconvert', 'nbformat', 'typst', 'IPython')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ}, cwd=ROOT
    )
    assert done.stdout.strip() == "[]", done.stderr
