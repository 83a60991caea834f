"""Our check against frictionless, the row-wise reader of the standard: the same verdict, the same cell."""

from __future__ import annotations

from pathlib import Path

import frictionless
import pytest
from tests.faults.spoil import CSV, edit, make_root, rehash

from tightrope.evidence import find_root
from tightrope.evidence.check import check_package

# Frictionless counts no bytes of a Parquet file.
PARQUET = frictionless.Checklist(skip_errors=["byte-count", "hash-count"])
SMALL = 300_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_root(tmp_path)


def _cells(root: Path) -> list[tuple[int, str]]:
    """Give line and column of what frictionless finds in the spoilt table."""
    package = frictionless.Package(str(root / "data" / "datapackage.json"))
    report = package.get_resource(Path(CSV).stem).validate()
    return [(line, column) for line, column in report.flatten(["rowNumber", "fieldName"]) if line]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2013,Japan", "20x3,Japan"),
        ("2013,Japan", "2013.5,Japan"),
        ("2013,Japan", "2003,Japan"),
        ("2013,Japan", "2033,Japan"),
        ("JPN,12,500", "JPN,12,-5"),
        ("JPN,12,500", "JPN,12,"),
        ("JPN,12,500", "JPN,13,500"),
        ("250,,,,,,months", "250,,,,,,guess"),
        ("2014,Russia", "2014,Россия"),
    ],
)
def test_both_find_the_same_cell(root: Path, old: str, new: str) -> None:
    edit(root, old, new)
    rehash(root)
    assert _cells(root) == [(fault.line, fault.column) for fault in check_package(root)]


@pytest.mark.parametrize(("old", "new"), [("Japan,JPN", "Japan,JPX"), ("2014,Russia", "2013,Russia")])
def test_both_find_the_same_row_of_a_key(root: Path, old: str, new: str) -> None:
    edit(root, old, new)
    rehash(root)
    assert [line for line, _ in _cells(root)] == [fault.line for fault in check_package(root)]


def test_the_standards_own_reader_finds_our_tables_valid() -> None:
    package = frictionless.Package(str(find_root() / "data" / "datapackage.json"))
    seen = 0
    for resource in package.resources:
        if resource.format == "csv" and (resource.bytes or 0) < SMALL:
            report = resource.validate()
            assert report.valid, (resource.name, report.flatten(["rowNumber", "fieldName", "note"])[:3])
            seen += 1
    assert seen > 20
    assert package.get_resource("opinion_pew").validate(PARQUET).valid
