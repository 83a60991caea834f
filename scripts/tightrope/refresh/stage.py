"""A new release beside the stored one: built whole, checked, judged, and swapped in by one rename."""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from tightrope.claims import list_articles, load_article
from tightrope.claims.history import NAME, write_spans
from tightrope.errors import BadTable, OutputError
from tightrope.evidence import load_package
from tightrope.evidence.check import run_check
from tightrope.evidence.package import DESCRIPTOR
from tightrope.ingest.build import describe, packed, write_whole
from tightrope.ingest.recipe import read_descriptors
from tightrope.refresh.feed import Feed, Release
from tightrope.releases import RELEASES

FOLDER = ".refresh"
BASE = "base.txt"
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux


@contextmanager
def only_one(root: Path) -> Iterator[Path]:
    """Hold the checkout's refresh folder; a second refresh at the same time is refused."""
    folder = root / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        handle = (folder / "lock").open("w")
    except OSError as error:
        raise OutputError("the refresh folder cannot be written", where=f"{FOLDER}: {error.strerror}") from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise OutputError("another refresh is running", where=FOLDER, fix="wait for it to end") from None
        yield folder


def descriptor_hash(root: Path) -> str:
    """Give the hash of the data package's descriptor, which holds every table's hash."""
    return hashlib.sha256((root / DESCRIPTOR).read_bytes()).hexdigest()


def begin(root: Path, folder: Path) -> Path:
    """Lay out a checkout whose data/ is the stored one; unchanged files are links and take no room."""
    staged = folder / "staged"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir()
    try:
        shutil.copytree(
            root / "data", staged / "data", copy_function=_link, ignore=shutil.ignore_patterns("*.part", ".*")
        )
    except OSError as error:
        raise OutputError(
            "the stage cannot be written", where=f"{FOLDER}/staged: {error}", fix="free some space"
        ) from None
    (staged / BASE).write_text(descriptor_hash(root), encoding="utf-8")
    return staged


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def put(staged: Path, feed: Feed, release: Release, today: date, notes: dict[str, list[str]]) -> None:
    """Write a release's tables and their descriptors into the stage, whole files under their own names."""
    entries = read_descriptors()
    package = json.loads((staged / DESCRIPTOR).read_text(encoding="utf-8"))
    for name, frame in release.tables.items():
        at = next(n for n, r in enumerate(package["resources"]) if r["name"] == name)
        entry = _entry(entries[name], package["resources"][at], feed, release, today, notes[name])
        table, content = packed(name, entry, frame)
        path = package["resources"][at]["path"]
        # The stored file is linked here: it must be replaced, never written into.
        write_whole(staged / "data" / path, content)
        package["resources"][at] = describe(name, path, entry, table, content)
    package["version"] = next_version(package["version"], today)
    write_whole(staged / DESCRIPTOR, (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode())


def _entry(
    entry: dict[str, Any], stored: dict[str, Any], feed: Feed, release: Release, today: date, notes: list[str]
) -> dict[str, Any]:
    kept = [note for note in stored["tightrope"].get("notes", []) if not note.startswith("Accepted by hand")]
    made = {
        **entry, "version": release.version, "retrieved": today, "address": feed.address,
        "citation": f"{feed.producer}, {feed.title}. {release.version}.", "notes": [*kept, *release.notes, *notes],
        "fields": [_with_new_years(f, today) for f in entry["fields"]],
    }  # fmt: skip
    made.pop("released", None)
    if release.released:
        made["released"] = release.released
    if feed.months:
        made["cadence"] = {"months": feed.months, "stated": feed.stated}
    return made


def _with_new_years(field: dict[str, Any], today: date) -> dict[str, Any]:
    limits = field.get("constraints", {})
    if field["name"] != "year" or "maximum" not in limits:
        return field
    return {**field, "constraints": {**limits, "maximum": max(limits["maximum"], today.year)}}


def next_version(version: str, today: date) -> str:
    """Give the package's next version: the day, with a number when it is not the first of that day."""
    day = today.strftime("%Y.%m.%d")
    if not version.startswith(day):
        return day
    number = version.removeprefix(day).removeprefix(".")
    return f"{day}.{int(number or 0) + 1}"


def validate(staged: Path) -> None:
    """Hold every table of the stage against its descriptor, as ``tightrope check`` does.

    Raises
    ------
    BadTable
        With the list of faults; the stored data is untouched.
    """
    checked = run_check(staged)
    if checked.faults:
        raise BadTable(
            "the new tables break the rules of their descriptors", where=checked.text(),
            why="data/ stays as it is", fix="look at the staged tables in .refresh/staged/data",
        )  # fmt: skip


def apply(root: Path, staged: Path) -> Path:
    """Swap the stage in with one rename and keep the old release's changed tables under its version.

    Returns
    -------
    Path
        data/releases/<version> of the old release.

    Raises
    ------
    BadTable
        The stored data changed since the stage was laid out.
    """
    if (staged / BASE).read_text(encoding="utf-8") != descriptor_hash(root):
        raise BadTable("data/ has changed since this was staged", where=FOLDER, fix="run tightrope refresh again")
    for slug in list_articles(staged):
        if (staged / "data" / "articles" / slug / NAME).is_file():
            write_spans(staged, load_article(staged, slug))
    old = load_package(root)
    kept = staged / RELEASES / old.version
    kept.mkdir(parents=True, exist_ok=True)
    new_hashes = {r.path: r.hash for r in load_package(staged).resources}
    for resource in old.resources:
        if new_hashes.get(resource.path) != resource.hash:
            target = kept / resource.path
            target.parent.mkdir(parents=True, exist_ok=True)
            _link(str(root / "data" / resource.path), str(target))
    shutil.copy2(root / DESCRIPTOR, kept / "datapackage.json")
    _exchange(root / "data", staged / "data")
    shutil.rmtree(staged, ignore_errors=True)
    return RELEASES / old.version


def _exchange(one: Path, other: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    swap = getattr(libc, "renameat2", None)
    if swap and swap(-100, os.fsencode(one), -100, os.fsencode(other), _EXCHANGE) == 0:
        return
    # Without an exchange there is a moment between two renames; what was is put back if the second fails.
    aside = other.with_name("data.old")
    one.rename(aside)
    try:
        other.rename(one)
    except OSError:
        aside.rename(one)
        raise
    aside.rename(other)
