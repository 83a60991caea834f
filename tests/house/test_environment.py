"""One list of packages, told in three files: pyproject.toml, environment.yml and requirements.lock."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# In environment.yml and not a dependency of the package: what conda itself needs, and the package.
NOT_A_DEPENDENCY = {"python", "pip"}
THE_PACKAGE_ITSELF = "--editable ."


def described(lines: list[str]) -> dict[str, tuple[frozenset[str], str]]:
    """Give name -> (extras, range) with names and ranges in their canonical form."""
    found: dict[str, tuple[frozenset[str], str]] = {}
    for line in lines:
        wanted = Requirement(line)
        name = canonicalize_name(wanted.name)
        assert name not in found, f"{name} is listed twice"
        found[name] = (frozenset(wanted.extras), str(wanted.specifier))
    return found


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def environment(root: Path) -> list[Any]:
    return yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


def test_environment_names_the_packages_and_ranges_of_pyproject(
    project: dict[str, Any], environment: list[Any]
) -> None:
    wanted = described(project["dependencies"] + project["optional-dependencies"]["test"])
    from_conda = [entry for entry in environment if isinstance(entry, str)]
    (from_pip,) = [entry["pip"] for entry in environment if isinstance(entry, dict)]
    assert THE_PACKAGE_ITSELF in from_pip
    given = described(from_conda + [line for line in from_pip if line != THE_PACKAGE_ITSELF])
    assert {name: what for name, what in given.items() if name not in NOT_A_DEPENDENCY} == wanted


def test_environment_asks_for_the_same_python(project: dict[str, Any], environment: list[Any]) -> None:
    (python,) = [entry for entry in environment if isinstance(entry, str) and Requirement(entry).name == "python"]
    assert str(Requirement(python).specifier) == project["requires-python"]


def pins(lock: str) -> list[tuple[Requirement, int]]:
    """Give each pinned requirement of the lock with the number of its hashes."""
    entries = re.split(r"\n(?=\S)", lock.strip())
    return [(Requirement(entry.split(" \\\n")[0]), entry.count("--hash=sha256:")) for entry in entries]


def test_lock_pins_each_dependency_inside_its_range(root: Path, project: dict[str, Any]) -> None:
    locked: dict[str, list[str]] = {}
    for pin, _ in pins((root / "requirements.lock").read_text(encoding="utf-8")):
        (exact,) = pin.specifier
        assert exact.operator == "==", f"{pin.name} is not pinned"
        locked.setdefault(canonicalize_name(pin.name), []).append(exact.version)
    build = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    for line in project["dependencies"] + project["optional-dependencies"]["test"] + build:
        wanted = Requirement(line)
        versions = locked.get(canonicalize_name(wanted.name))
        assert versions, f"{wanted.name} is missing from requirements.lock: run make lock"
        outside = [version for version in versions if not wanted.specifier.contains(version)]
        assert not outside, f"{wanted.name} {outside} is outside {wanted.specifier}: run make lock"


def test_lock_hashes_every_file_and_names_no_address(root: Path) -> None:
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    found = pins(text)
    assert len(found) > 100
    assert [pin.name for pin, hashes in found if hashes == 0] == []
    assert not re.search(r"https?://|file:|--index-url|--find-links| @ ", text)
