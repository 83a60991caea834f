"""What a stranger may expect of every committed file: small, portable, and with nothing of one machine in it."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

LINES_A_MODULE = 420
LINES_A_CELL = 15
MEGABYTES_OF_DATA = 30

# Written so that this file does not hold what it looks for.
ONE_MACHINE = re.compile(r"(?<![\w.:-])/(?:work|farm|root|Users|home/\w+|opt/pyp\w+|tmp/bash_\w+)/")
REGISTRY = re.compile(r"\bpypi[.]org|python[h]osted[.]|registry[.]npmjs|deb[.]debian[.]org", re.I)
WORKPLACE = re.compile(r"\bfarm-(?:bench|studio)|/[.]library|\bshared/(?:design|sources|article)")


def hits(pattern: re.Pattern[str], texts: dict[Path, str]) -> list[str]:
    return [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()}"
        for path, text in texts.items()
        for match in [pattern.search(text)]
        if match
    ]


@pytest.mark.parametrize("pattern", [ONE_MACHINE, REGISTRY, WORKPLACE], ids=["machine", "registry", "workplace"])
def test_no_file_names_one_machine_or_workplace(pattern: re.Pattern[str], kept_texts: dict[Path, str]) -> None:
    assert hits(pattern, kept_texts) == []


# The sign | is taken out before use: without it this file would hold what it looks for.
@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (ONE_MACHINE, "open('/wo|rk/main/data')"),
        (ONE_MACHINE, "see /ho|me/ada/tables"),
        (REGISTRY, "https://py|pi.org/simple"),
        (WORKPLACE, "run farm|-bench"),
    ],
)
def test_each_pattern_finds_what_it_is_for(pattern: re.Pattern[str], text: str) -> None:
    assert len(hits(pattern, {Path("x"): "one\n" + text.replace("|", "")})) == 1


@pytest.mark.parametrize(
    "text", ["scripts/work/tables", "our work/main job", "https://example.org/home/page/", "{root}/data/"]
)
def test_ordinary_text_is_let_through(text: str) -> None:
    assert hits(ONE_MACHINE, {Path("x"): text}) == []


def test_no_module_is_too_long_to_read_at_one_sitting(root: Path) -> None:
    lengths = {
        str(path.relative_to(root)): len(path.read_text(encoding="utf-8").splitlines())
        for path in sorted((root / "scripts").rglob("*.py"))
    }
    assert lengths
    assert {path: n for path, n in lengths.items() if n > LINES_A_MODULE} == {}


def test_data_stays_small_enough_to_clone(root: Path, kept_files: list[Path]) -> None:
    total = sum((root / path).stat().st_size for path in kept_files if path.parts[0] == "data")
    assert total < MEGABYTES_OF_DATA * 1_000_000


def stored_faults(name: str, notebook: nbformat.NotebookNode) -> list[str]:
    """Give what a stored notebook must not have: outputs, run numbers, long cells, a missing parameters cell."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    faults = [f"{name}: {cell.id} is stored with outputs" for cell in code if cell.outputs or cell.execution_count]
    for cell in code:
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if len(lines) > LINES_A_CELL:
            faults.append(f"{name}: {cell.id} has {len(lines)} lines; move what it does to the package")
    tagged = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        faults.append(f"{name}: {len(tagged)} cells are tagged 'parameters', not one")
    return faults


def test_notebooks_are_stored_without_outputs_and_with_short_cells(root: Path) -> None:
    paths = sorted((root / "notebooks").glob("*.ipynb"))
    assert paths
    faults = [fault for path in paths for fault in stored_faults(path.name, nbformat.read(path, as_version=4))]
    assert faults == []


def test_each_fault_of_a_stored_notebook_is_seen() -> None:
    cell = nbformat.v4.new_code_cell
    tagged = cell("a = 1", metadata={"tags": ["parameters"]})
    clean = nbformat.v4.new_notebook(cells=[tagged, cell("\n\n".join("x = 1" for _ in range(LINES_A_CELL)))])
    assert stored_faults("clean", clean) == []
    printed = cell("print(1)", outputs=[nbformat.v4.new_output("stream", text="1")], execution_count=1)
    long = cell("x = 1\n" * (LINES_A_CELL + 1))
    assert len(stored_faults("bad", nbformat.v4.new_notebook(cells=[printed, long]))) == 3
