"""Which of a report's inputs differ from those of a checkout; a difference is no alteration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tightrope.language import N_, t
from tightrope.publish.attach import sha256
from tightrope.releases import release_with
from tightrope.verify.checks import Checked, tables_of, tables_then
from tightrope.verify.terminal import listing

NO_CHECKOUT = N_("Its inputs are compared with nothing: this folder is in no checkout of a project.")
_ABSENT = "absent"


def compare_inputs(found: Checked, root: Path) -> None:
    """Note every input that is not in a checkout, or is another there."""
    if not any((root / folder).is_dir() for folder in ("notebooks", "data")):
        found.add("input", t(NO_CHECKOUT), "note")
        return
    for text in (*_files(found, root), *_tables(found, root)):
        found.add("input", text, "note")


def _files(found: Checked, root: Path) -> Iterator[str]:
    manifest = found.report.manifest
    for name, digest_then in sorted((manifest.get("inputs") or {}).items()):
        path = root / "notebooks" / name if "/" not in name else root / name
        if name == "data/datapackage.json":
            continue
        if not path.is_file():
            yield t("{name} is not in this checkout.", name=name)
        elif sha256(path.read_bytes()) != digest_then:
            yield t("{name} differs.", name=name)
    lock = root / "requirements.lock"
    if manifest.get("lock") and (not lock.is_file() or sha256(lock.read_bytes()) != manifest["lock"]):
        yield t("{name} differs.", name=lock.name)


def _tables(found: Checked, root: Path) -> Iterator[str]:
    here = tables_of(root)
    other: dict[Path | str, list[str]] = {}
    for name, whole in tables_then(found.report).items():
        if name not in here:
            other.setdefault(_ABSENT, []).append(name)
        elif here[name].get("hash") != whole:
            other.setdefault(release_with(root, {name: whole}) or "", []).append(name)
    for kept, names in other.items():
        tables, is_one = listing(names), len(names) == 1
        if kept == _ABSENT:
            one, many = N_("table {tables} is not in this checkout."), N_("tables {tables} are not in this checkout.")
        elif isinstance(kept, Path):
            one = N_("table {tables} differs; as it was then it is in {place}.")
            many = N_("tables {tables} differ; as they were then they are in {place}.")
        else:
            one, many = N_("table {tables} differs."), N_("tables {tables} differ.")
        place = str(kept.relative_to(root)) if isinstance(kept, Path) else ""
        yield t(one if is_one else many, tables=tables, place=place)
