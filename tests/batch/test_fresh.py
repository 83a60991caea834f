"""A report is rendered again where, and only where, something it was made from has changed."""

from __future__ import annotations

import copy
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tightrope.batch.fresh import Circumstances, Freshness, circumstances
from tightrope.batch.jobs import Job
from tightrope.batch.store import FolderStore
from tightrope.errors import BadRecord

NOW = Circumstances(
    "n.ipynb", {"n.ipynb": "h1", "data/package.json": "h2", "data/words.toml": "h3"}, "p1", "l1", {"pandas": "3.0"},
    "resolver:look_up", ("data/package.json",),
)  # fmt: skip
JOB = Job("a", {"year": 1}, "")
PAGE = b"<p>page</p>"


@pytest.fixture(autouse=True)
def trust(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIGHTROPE_TRUSTS", "another, resolver")


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Give the manifest's line of a report that is up to date, in ``tmp_path``."""
    import hashlib

    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "a.html").write_bytes(PAGE)
    (tmp_path / "resolver.py").write_text(
        "import json\n"
        "def look_up(root, names):\n"
        "    known = json.loads((root / 'rows.json').read_text())\n"
        "    return {name: known.get(name) for name in names}\n"
    )
    (tmp_path / "rows.json").write_text('{"t@d:KOR": "r1", "t@d:RUS": "r2"}')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    said = {
        "bytes": len(PAGE),
        "sha256": hashlib.sha256(PAGE).hexdigest(),
        "mtime_ns": (tmp_path / "a" / "a.html").stat().st_mtime_ns,
    }
    return {
        "name": "a", "status": "done", "parameters": {"year": 1}, "made_from": copy.deepcopy(NOW.made_from()),
        "inputs": {"t@d:KOR": "r1"}, "outputs": {"a.html": said},
    }  # fmt: skip


def reasons(
    out: Path,
    entry: dict[str, Any] | None,
    now: Circumstances = NOW,
    job: Job = JOB,
    formats: tuple[str, ...] = ("html",),
) -> list[str]:
    fresh = Freshness(FolderStore(out), now, {"a": entry} if entry else {}, formats, out)
    fresh.look_up([job])
    return fresh.reasons(job)


def test_a_report_of_the_same_inputs_is_up_to_date(tmp_path: Path, entry: dict[str, Any]) -> None:
    assert reasons(tmp_path, entry) == []


def test_one_never_rendered_is_stale(tmp_path: Path) -> None:
    assert reasons(tmp_path, None) == ["it was never rendered"]


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (replace(NOW, files={**NOW.files, "n.ipynb": "h9"}), ["the notebook changed"]),
        (replace(NOW, files={**NOW.files, "data/words.toml": "h9"}), ["data/words.toml changed"]),
        (replace(NOW, files={**NOW.files, "data/new.toml": "h9"}), ["data/new.toml changed"]),
        (replace(NOW, package="p2"), ["the package changed"]),
        (replace(NOW, lock="l2"), ["the lock changed"]),
        (replace(NOW, software={"pandas": "3.1"}), ["pandas was '3.0'"]),
        (replace(NOW, notebook="m.ipynb"), ["it was made by n.ipynb"]),
        # What was read says it more exactly than this file …
        (replace(NOW, files={**NOW.files, "data/package.json": "h9"}), []),
        # … but not where nobody can look it up.
        (replace(NOW, files={**NOW.files, "data/package.json": "h9"}, call=""), ["data/package.json changed"]),
    ],
)
def test_what_changed_is_said(tmp_path: Path, entry: dict[str, Any], now: Circumstances, says: list[str]) -> None:
    assert reasons(tmp_path, entry, now) == says


def test_a_report_without_a_record_of_its_rows_stands_on_whole_files(tmp_path: Path, entry: dict[str, Any]) -> None:
    entry["inputs"] = {}
    now = replace(NOW, files={**NOW.files, "data/package.json": "h9"})
    assert reasons(tmp_path, entry, now) == ["data/package.json changed"]


def test_a_change_in_other_rows_does_not_touch_it(tmp_path: Path, entry: dict[str, Any]) -> None:
    (tmp_path / "rows.json").write_text('{"t@d:KOR": "r1", "t@d:RUS": "changed"}')
    assert reasons(tmp_path, entry) == []
    (tmp_path / "rows.json").write_text('{"t@d:KOR": "changed", "t@d:RUS": "r2"}')
    assert reasons(tmp_path, entry) == ["rows changed: t@d:KOR"]
    (tmp_path / "rows.json").write_text("{}")
    assert reasons(tmp_path, entry) == ["rows changed: t@d:KOR"]


def test_parameters_are_named(tmp_path: Path, entry: dict[str, Any]) -> None:
    found = reasons(tmp_path, entry, job=Job("a", {"year": 2, "what": "x"}, ""))
    assert found == ["parameter year was 1", "parameter what was not given"]


def test_another_format_is_made(tmp_path: Path, entry: dict[str, Any]) -> None:
    assert reasons(tmp_path, entry, formats=("html", "pdf")) == ["pdf was not made"]


@pytest.mark.parametrize("spoil", ["edit", "same size", "remove"])
def test_an_output_that_was_edited_or_removed_is_found(tmp_path: Path, entry: dict[str, Any], spoil: str) -> None:
    path = tmp_path / "a" / "a.html"
    if spoil == "remove":
        path.unlink()
    else:
        path.write_bytes(b"longer than it was" if spoil == "edit" else PAGE[::-1])
    assert reasons(tmp_path, entry) == ["a.html is gone or was edited"]


def test_a_file_only_touched_is_the_same(tmp_path: Path, entry: dict[str, Any]) -> None:
    os.utime(tmp_path / "a" / "a.html", (1, 1))
    assert reasons(tmp_path, entry) == []


def test_a_failed_one_is_told_from_one_that_changed(tmp_path: Path, entry: dict[str, Any]) -> None:
    failed = {**entry, "status": "failed", "outputs": {}, "inputs": {}}
    assert reasons(tmp_path, failed) == ["it failed the last time"]
    assert reasons(tmp_path, failed, replace(NOW, package="p2")) == ["the package changed"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("def look_up(root, names): raise ValueError('no table')", "ValueError: no table"),
        ("def other(): pass", "look_up"),
        ("print('noise')\ndef look_up(root, names): return {}", "it gave no object of hashes"),
    ],
)
def test_a_resolver_that_fails_is_a_clear_error(tmp_path: Path, entry: dict[str, Any], body: str, says: str) -> None:
    (tmp_path / "resolver.py").write_text(body)
    with pytest.raises(BadRecord, match="cannot say what the reports read") as caught:
        reasons(tmp_path, entry)
    assert says in str(caught.value)


@pytest.mark.parametrize("trusts", ["", "resolvers", "resolver.inner"])
@pytest.mark.parametrize("told", [True, False])
def test_a_plan_runs_nothing_that_only_a_notebook_names(
    tmp_path: Path, entry: dict[str, Any], monkeypatch: pytest.MonkeyPatch, trusts: str, told: bool
) -> None:
    monkeypatch.setenv("TIGHTROPE_TRUSTS", trusts)
    (tmp_path / "resolver.py").write_text(
        f"open({str(tmp_path / 'ran')!r}, 'w')\ndef look_up(root, names): return {{}}"
    )
    with pytest.raises(BadRecord, match="asks batch to run resolver:look_up") as caught:
        reasons(tmp_path, entry if told else None)
    assert "set TIGHTROPE_TRUSTS=resolver" in str(caught.value)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("call", ["tightrope.evidence.store:drop", "tightropes.inputs:current_inputs", "os:system"])
def test_only_one_function_of_the_package_answers(tmp_path: Path, entry: dict[str, Any], call: str) -> None:
    with pytest.raises(BadRecord, match="asks batch to run"):
        reasons(tmp_path, entry, replace(NOW, call=call))


def test_the_folder_of_the_call_lends_no_module(
    tmp_path: Path, entry: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONPATH")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadRecord, match="No module named 'resolver'"):
        reasons(tmp_path, entry)


def test_circumstances_are_read_from_project_and_notebook(project: Path) -> None:
    path = project / "notebooks" / "behaves.ipynb"
    nb = nbformat.read(path, as_version=4)
    nb.metadata["tightrope"]["inputs"] = ["lists/*.csv"]
    nb.metadata["tightrope"]["inputs_of"] = {"call": "a.b:c", "instead_of": ["lists/*"]}
    (project / "lists" / "x.csv").write_text("x")
    found = circumstances(path, nb, project)
    assert sorted(found.files) == ["behaves.ipynb", "lists/x.csv"]
    assert (found.call, found.instead_of) == ("a.b:c", ("lists/*",))
    assert len(found.lock) == len(found.package) == 64
    assert "papermill" in found.software


@pytest.mark.parametrize("rule", ["x", {"call": "no colon"}, {"cal": "a:b"}])
def test_a_bad_rule_is_a_clear_error(project: Path, rule: Any) -> None:
    nb = nbformat.read(project / "notebooks" / "behaves.ipynb", as_version=4)
    nb.metadata["tightrope"]["inputs_of"] = rule
    with pytest.raises(BadRecord, match="inputs_of does not read"):
        circumstances(project / "notebooks" / "behaves.ipynb", nb, project)
