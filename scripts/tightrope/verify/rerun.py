"""Run the attached notebook again, on the attached rows, in a folder of its own, and compare what comes out.

This executes code that came with the file, with the rights of whoever asks for it; a temporary folder is no cage.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tightrope.errors import BadRecord, TightropeError
from tightrope.language import N_, t
from tightrope.publish.attach import Attachment, sha256
from tightrope.releases import files_of, release_with
from tightrope.verify.checks import tables_of, tables_then
from tightrope.verify.figures import figures, is_same
from tightrope.verify.opened import Report, listed

_PLACE = re.compile(r"(?:\w[\w.-]*/)*\w[\w.-]*")
# What a run was measured on, and what was compared: names for programs, which `told` says to people.
ROWS, TABLES = "the attached rows", "this checkout's tables"
STOPPED = {
    ROWS: N_("On the attached rows the notebook stopped: {error}."),
    TABLES: N_("On this checkout's tables the notebook stopped: {error}."),
}
_KINDS = {
    "figure": N_("figure {name}"), "number said": N_("number said {name}"), "verdict": N_("verdict {name}"),
    "reading": N_("reading {name}"),
}  # fmt: skip


@dataclass
class Rerun:
    """What a new run gave.

    Attributes
    ----------
    compared : dict
        How many figures, numbers said and verdicts were compared, by what they were measured on.
    left : dict
        What could not be compared, each with the reason.
    differing : list of str
        What came out otherwise.
    notes : list of str
        What a reader should know of the run.
    """

    compared: dict[str, dict[str, int]] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Item:
    """One thing to compare: what kind, its name, its value and the tables it may rest on."""

    kind: str
    name: str
    value: Any
    tables: frozenset[str]


def rerun(report: Report, checkout: Path) -> Rerun:
    """Run a report's notebook again.

    First on the attached rows; what rests on tables of which only a part is attached is compared on this checkout's
    tables where their hashes are those of the report's, and is else named as not compared.

    Raises
    ------
    BadRecord
        The notebook is not attached, or is not the one that the manifest names: it is not run.
    """
    _refuse(report)
    found = Rerun()
    then = {(one.kind, one.name): one for one in _items(report.files)}
    if not then:
        found.notes.append(t("The report carries no figures, numbers or verdicts to compare."))
        return found
    incomplete = _incomplete(report)
    waiting = set(then)
    try:
        files = _run(report, None)
    except TightropeError as error:
        found.notes.append(t(STOPPED[ROWS], error=_first(error)))
    else:
        # On rows of which a part is lacking, what rests on them is not wrong but unknown.
        ready = {key for key in waiting if not then[key].tables & incomplete.keys()}
        _compare(found, {key: then[key] for key in ready}, files, ROWS)
        waiting -= ready
    if not waiting:
        return found
    then_tables = tables_then(report)
    release = release_with(checkout, then_tables)
    if release is None:
        here = tables_of(checkout)
        other = [name for name, whole in then_tables.items() if here.get(name, {}).get("hash") != whole]
        shown = ", ".join(other[:6]) + (" …" if len(other) > 6 else "")
        for key in sorted(waiting):
            lacking = ", ".join(sorted(then[key].tables & incomplete.keys()))
            found.left[f"{key[0]} {key[1]}"] = (
                t(
                    "the attached rows of {tables} are not all, and this checkout has other tables ({others})",
                    tables=lacking, others=shown,
                )
                if lacking
                else t("the run stopped, and this checkout has other tables ({others})", others=shown)
            )  # fmt: skip
        return found
    try:
        files = _run(report, _data_of(checkout, release))
    except TightropeError as error:
        found.differing.append(t(STOPPED[TABLES], error=_first(error)))
        return found
    _compare(found, {key: then[key] for key in waiting}, files, TABLES)
    return found


def _first(error: TightropeError) -> str:
    return str(error).splitlines()[0].rstrip(".")


def _refuse(report: Report) -> None:
    said, content = listed(report), report.files.get("notebook.ipynb")
    if report.notebook() is None or content is None:
        raise BadRecord("no notebook is attached, so nothing can be run again", str(report.path))
    for name, one in said.items():
        if name in report.files and sha256(report.files[name]) != one.get("sha256") and one.get("place"):
            raise BadRecord(
                f"the attached {name} is not the one that the manifest names", str(report.path),
                "what was swapped or edited is not run", "get the report again from whoever made it",
            )  # fmt: skip


def _incomplete(report: Report) -> dict[str, str]:
    body = report.body("datapackage.json") or {}
    found = {}
    for one in body.get("resources", ()):
        part = (one.get("tightrope") or {}).get("excerpt") or {}
        if not part.get("is_complete", True):
            found[str(one["name"])] = str(part.get("why", ""))
    return found


def _items(files: Mapping[str, bytes]) -> Iterator[_Item]:
    """Give everything that is compared: figures, numbers as they are said, verdicts."""
    numbers = json.loads(files.get("numbers.json", b"{}"))
    entries = numbers.get("figures", [])
    verdicts = json.loads(files.get("verdicts.json", b"[]"))
    all_tables = frozenset(table for entry in (*entries, *verdicts) for table in entry.get("tables", ()))
    for figure in figures(numbers).values():
        yield _Item("figure", figure.key, figure.value, figure.tables)
    seen: dict[str, int] = {}
    for passage in numbers.get("said", []):
        name = str(passage["passage"])
        seen[name] = seen.get(name, 0) + 1
        name = f"{name} (no. {seen[name]})" if seen[name] > 1 else name
        behind = frozenset(t for i in passage["measures"] if i < len(entries) for t in entries[i].get("tables", ()))
        # Beside verdicts any number may be theirs, and what rests on no measure may count all tables.
        behind = all_tables if verdicts or not behind else behind
        for place, text in enumerate(passage["texts"], start=1):
            yield _Item("number said", f"{name}, no. {place}", text, behind)
    for verdict in verdicts:
        tables = frozenset(map(str, verdict.get("tables", ())))
        yield _Item("verdict", str(verdict["id"]), verdict["verdict"], tables)
        for reading in verdict.get("readings", ()):
            value = [reading.get("observed"), reading.get("holds")]
            yield _Item("reading", f"{verdict['id']}: {reading['label']}", value, tables)


def _compare(found: Rerun, then: Mapping[tuple[str, str], _Item], files: Mapping[str, bytes], on: str) -> None:
    now = {(one.kind, one.name): one for one in _items(files)}
    counts = found.compared.setdefault(on, {})
    for key, one in sorted(then.items()):
        counts[one.kind] = counts.get(one.kind, 0) + 1
        what = t(_KINDS[one.kind], name=one.name)
        if key not in now:
            found.differing.append(
                t("{what}: the report has {value}, the new run has none.", what=what, value=_say(one.value))
            )
        elif not is_same(one.value, now[key].value):
            found.differing.append(
                t(
                    "{what}: the report has {value}, the new run gives {now}.",
                    what=what, value=_say(one.value), now=_say(now[key].value),
                )
            )  # fmt: skip


def _say(value: Any) -> str:
    if value is None:
        return t("no value")
    return t("“{text}”", text=value) if isinstance(value, str) else json.dumps(value)


def _data_of(checkout: Path, release: Path) -> dict[str, Path]:
    """Give what stands under data/ by its place there: today's folders, or those of a kept release."""
    own = {path.name: path for path in (checkout / "data").iterdir() if path.name not in ("articles", "releases")}
    if release == checkout / "data":
        return own
    own.pop("evidence", None)
    return {**own, **files_of(checkout, release)}


def _run(report: Report, tables: Mapping[str, Path] | None) -> dict[str, bytes]:
    """Lay a checkout out of the attachments, run the notebook in it, and give what it wants attached."""
    import nbformat

    from tightrope.publish.execute import execute
    from tightrope.publish.record import take_attachments

    with tempfile.TemporaryDirectory(prefix="tightrope-rerun-") as folder:
        root = Path(folder)
        _lay_out(report, root, tables)
        nb = nbformat.reads(report.files["notebook.ipynb"].decode(), as_version=4)
        (root / "notebooks").mkdir(exist_ok=True)
        with _at(root):
            done = execute(nb, {}, folder=root / "notebooks")
        carried: tuple[Attachment, ...] = take_attachments(done)
    return {one.name: one.content for one in carried}


def _lay_out(report: Report, root: Path, tables: Mapping[str, Path] | None) -> None:
    (root / "data").mkdir()
    (root / "notebooks").mkdir()
    # A package finds its root by these two.
    (root / "pyproject.toml").touch()
    for place, path in (tables or {}).items():
        (root / "data" / place).parent.mkdir(parents=True, exist_ok=True)
        (root / "data" / place).symlink_to(path)
    for name, one in listed(report).items():
        place = str(one.get("place") or "")
        if not place or name not in report.files:
            continue
        target = root / place
        if tables is not None and _PLACE.fullmatch(place) and target.parent == root / "data":
            continue  # the checkout's own tables stand there
        # Beside them there are links into the checkout, through which nothing may be written.
        if not _PLACE.fullmatch(place) or not target.resolve().is_relative_to(root.resolve()):
            raise BadRecord(f"the attachment {name} would be put outside its folder", str(report.path))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(report.files[name])


@contextmanager
def _at(root: Path) -> Iterator[None]:
    before = os.environ.get("TIGHTROPE_ROOT")
    os.environ["TIGHTROPE_ROOT"] = str(root)
    try:
        yield
    finally:
        if before is None:
            del os.environ["TIGHTROPE_ROOT"]
        else:
            os.environ["TIGHTROPE_ROOT"] = before
