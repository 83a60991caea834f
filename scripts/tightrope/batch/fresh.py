"""Which reports are up to date, and why the others are not.

A report is up to date where all it was made from is as it was: the notebook, the parameters, the package, the lock,
the versions of the libraries, the files the notebook declares, and the rows it read. What it read comes from its record
(``inputs``: a hash by name). Whoever wrote those names can look them up again: the notebook's metadata says who ::

    {"tightrope": {"inputs_of": {
        "call": "tightrope.evidence.inputs:current_inputs",
        "instead_of": ["data/datapackage.json"]}}}

``call`` takes the project's root and a mapping, to each name the hashes that reports carry, and gives each name's hash
now, or a list of those given that still hold; it runs in a process of its own, so that batch needs to know nothing of
it. ``instead_of`` names declared files that what was read says more exactly; they count for a report that has no such
record.

A notebook may come from anywhere, and a plan alone runs nothing of it: ``call`` is a ``current_inputs`` of this
package, or a function of a module that whoever runs the batch names in ``TIGHTROPE_TRUSTS``.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tightrope.batch.jobs import Job
from tightrope.batch.store import Store
from tightrope.errors import BadRecord
from tightrope.publish import stamp as stamps

LOCK = "requirements.lock"
# Names of modules, between commas, whose functions a notebook's ``inputs_of`` may call.
TRUSTS = "TIGHTROPE_TRUSTS"

_CALL = """
import importlib, json, sys
from pathlib import Path
module, _, name = sys.argv[1].partition(":")
found = getattr(importlib.import_module(module), name)(Path(sys.argv[2]), json.load(sys.stdin))
json.dump(dict(found), sys.stdout)
"""


@dataclass(frozen=True)
class Circumstances:
    """What all reports of one notebook share.

    Attributes
    ----------
    notebook : str
        Its file name.
    files : dict
        SHA-256 by path: the notebook and the files it declares.
    package, lock : str
        SHA-256 of the package's sources and of requirements.lock, empty where there is none.
    software : dict
        Version by name.
    call : str
        Who can look up what was read, ``module:function``, or empty.
    instead_of : tuple of str
        Globs of files that what was read says more exactly.
    """

    notebook: str
    files: dict[str, str]
    package: str
    lock: str
    software: dict[str, str]
    call: str = ""
    instead_of: tuple[str, ...] = ()

    def made_from(self) -> dict[str, Any]:
        """Give what a report's line in the manifest says of this."""
        return {
            "notebook": self.notebook,
            "files": self.files,
            "package": self.package,
            "lock": self.lock,
            "software": self.software,
        }


def circumstances(path: Path, nb: Mapping[str, Any], root: Path) -> Circumstances:
    """Hash what all reports of a notebook share.

    Raises
    ------
    BadRecord
        Where the notebook's own metadata has a fault.
    """
    stamp = stamps.make_stamp(path, nb, {}, root)
    lock = root / LOCK
    rule = (nb.get("metadata", {}).get("tightrope") or {}).get("inputs_of") or {}
    place = f"{path.name}, metadata tightrope.inputs_of"
    if (
        not isinstance(rule, Mapping)
        or set(rule) - {"call", "instead_of"}
        or (rule and ":" not in rule.get("call", ""))
    ):
        raise BadRecord(
            "inputs_of does not read", place, fix='write {"call": "module:function", "instead_of": [globs]}'
        )
    return Circumstances(
        path.name,
        stamp.inputs,
        stamp.package,
        hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else "",
        stamp.software,
        str(rule.get("call", "")),
        tuple(map(str, rule.get("instead_of", ()))),
    )


@dataclass
class Freshness:
    """Says of each report why it is stale.

    Parameters
    ----------
    store : Store
        All reports.
    now : Circumstances
    entries : mapping
        The manifest: the last line of each report.
    formats : sequence of str
        Formats wanted.
    root : Path
        The project's root.
    signer : str
        Fingerprint of the key that reports are to be signed with; empty where any or none will do.
    """

    store: Store
    now: Circumstances
    entries: Mapping[str, Mapping[str, Any]]
    formats: Sequence[str]
    root: Path
    signer: str = ""
    _read: dict[str, list[str]] = field(default_factory=dict)

    def look_up(self, jobs: Iterable[Job]) -> None:
        """Look up what the reports read, once for all of them.

        Raises
        ------
        BadRecord
            The function that the notebook names for it is not to be trusted, or fails.
        """
        if self.now.call:
            _refuse_foreign(self.now.call, self.now.notebook)
        told: dict[str, set[str]] = {}
        for job in jobs:
            for name, was in self.entries.get(job.name, {}).get("inputs", {}).items():
                told.setdefault(name, set()).add(was)
        if told and self.now.call:
            found = _current(self.now.call, self.root, {name: sorted(told[name]) for name in sorted(told)})
            self._read = {name: [now] if isinstance(now, str) else list(now or []) for name, now in found.items()}

    def reasons(self, job: Job) -> list[str]:
        """Give every reason why a report is stale, none where it is up to date."""
        entry = self.entries.get(job.name)
        if entry is None:
            return ["it was never rendered"]
        found = self.changes(job, entry)
        if entry.get("status") != "done":
            return found or ["it failed the last time"]
        missing = [name for name in self.formats if f"{job.name}.{name}" not in entry.get("outputs", {})]
        found += [f"{name} was not made" for name in missing]
        if self.signer and (signed_by := entry.get("signed_by", "")) != self.signer:
            found.append(f"it is signed with another key, {signed_by}" if signed_by else "it is not signed")
        for name, said in entry.get("outputs", {}).items():
            if not self.store.is_intact(f"{job.name}/{name}", said):
                found.append(f"{name} is gone or was edited")
        return found

    def changes(self, job: Job, entry: Mapping[str, Any]) -> list[str]:
        """Give what has changed of all that a report was made from."""
        then, now = entry.get("made_from", {}), self.now
        found = [f"parameter {n} was {was}" for n, was in _differences(entry.get("parameters", {}), job.parameters)]
        if then.get("notebook") != now.notebook:
            return [*found, f"it was made by {then.get('notebook')}"]
        inputs = entry.get("inputs", {})
        skipped = now.instead_of if inputs and now.call else ()
        for name, _ in _differences(then.get("files", {}), now.files):
            if not any(fnmatchcase(name, glob) for glob in skipped):
                found.append("the notebook changed" if name == now.notebook else f"{name} changed")
        found += [f"the {what} changed" for what in ("package", "lock") if then.get(what) != getattr(now, what)]
        found += [f"{name} was {was}" for name, was in _differences(then.get("software", {}), now.software)]
        if now.call:
            found += [f"rows changed: {name}" for name, was in inputs.items() if was not in self._read.get(name, [])]
        return found


def _differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, str]]:
    absent = object()
    names = dict.fromkeys([*then, *now])
    return [
        (name, repr(then[name]) if name in then else "not given")
        for name in names
        if then.get(name, absent) != now.get(name, absent)
    ]


def _refuse_foreign(call: str, notebook: str) -> None:
    """Raise unless a function is the package's own for this, or of a module that the environment trusts."""
    module, _, name = call.partition(":")
    trusted = {one.strip() for one in os.environ.get(TRUSTS, "").split(",")} - {""}
    if (name == "current_inputs" and module.startswith("tightrope.")) or module in trusted:
        return
    raise BadRecord(
        f"the notebook asks batch to run {call}", f"{notebook}, metadata tightrope.inputs_of",
        "that is no current_inputs of this package, and would run before any report is asked for",
        f"take inputs_of out: then whole files count; or read {module} and set {TRUSTS}={module}",
    )  # fmt: skip


def _current(call: str, root: Path, told: Mapping[str, Sequence[str]]) -> dict[str, str | list[str] | None]:
    run = subprocess.run(
        # -P: the folder that batch is called in gives no modules, least of all one called tightrope.
        [sys.executable, "-P", "-c", _CALL, call, str(root)],
        input=json.dumps(told), capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        found = json.loads(run.stdout) if run.returncode == 0 else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        last = (run.stderr.strip().splitlines() or ["it gave no object of hashes"])[-1]
        raise BadRecord(
            f"{call} cannot say what the reports read", "metadata tightrope.inputs_of", last[:200],
            "mend it, or take it out of the notebook: then whole files count",
        )  # fmt: skip
    return found
