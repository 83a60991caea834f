"""``tightrope verify``: say what was found, for people or as JSON, and give the exit code."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tightrope.publish.render import find_root
from tightrope.publish.sign import trusted
from tightrope.verify import identity as identities
from tightrope.verify.checks import NO_CHECKOUT, Checked, check_report, compare_inputs
from tightrope.verify.opened import Unreadable, open_report
from tightrope.verify.rerun import Rerun, rerun
from tightrope.verify.terminal import harmless

INTACT, ALTERED, UNREADABLE = 0, 1, 2
_WIDEST = 100
_STATUS = {"intact": "intact", "untrusted": "intact, but NOT SIGNED AS ASKED", "altered": "ALTERED"}
_PLURAL = {"figure": "figures", "number said": "numbers said", "reading": "readings", "verdict": "verdicts"}
UNSIGNED = (
    "It carries no signature. That nothing was changed is shown against the file's own manifest: whoever can write a "
    "manifest anew could change everything and leave no trace here, and nothing shows who made it."
)


def verify(
    file: Path, again: bool = False, in_json: bool = False, trust: Path | None = None, identity: str = "",
    issuer: str = "",
) -> int:  # fmt: skip
    """Check a report file and print what was found.

    Parameters
    ----------
    file : Path
    again : bool
        Whether to run the attached notebook again.
    in_json : bool
        Whether to print one JSON object.
    trust : Path, optional
        Folder of public keys: then a report counts as intact only where one of them signed it.
    identity, issuer : str
        Whom a Sigstore bundle beside the file must name, and who must have vouched for that; empty for anybody.

    Returns
    -------
    int
        0 intact, 1 altered or not signed as asked, 2 not readable or no report of ours.
    """
    keys = trusted(trust) if trust else {}
    whom = identities.wanted(identity, issuer)
    try:
        report = open_report(file)
    except Unreadable as error:
        if in_json:
            click.echo(json.dumps({"file": file.name, "status": "unreadable", "findings": [error.what]}, indent=1))
        else:
            _say(f"not readable: {error}".splitlines())
        return UNREADABLE
    root = find_root()
    found = check_report(report)
    if found.signature is not None and found.signature.is_valid:
        found.signer = keys.get(found.signature.fingerprint, "")
    if trust and not found.signer:
        found.add("trust", "No key in the folder of trusted keys has signed it.")
    _identify(found, whom)
    compare_inputs(found, root)
    result = None
    if again:
        if not in_json:
            click.echo(
                "Running the attached notebook in a temporary folder: code from the file is executed here.", err=True
            )
        result = rerun(report, root)
        for text in result.differing:
            found.add("rerun", f"The new run differs: {text}.")
    if in_json:
        click.echo(_as_json(found, result))
    else:
        _say(_lines(found, result))
    return INTACT if found.is_intact else ALTERED


def _say(lines: list[str]) -> None:
    """Print lines, on a terminal no wider than it; elsewhere each stays one line, to be searched."""
    lines = [harmless(line) for line in lines]
    if not sys.stdout.isatty():
        click.echo("\n".join(lines))
        return
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        click.echo(
            textwrap.fill(
                line.lstrip(), max(width, 40), initial_indent=indent, subsequent_indent=f"{indent}  ",
                break_long_words=False, break_on_hyphens=False,
            )
        )  # fmt: skip


def _identify(found: Checked, whom: tuple[str, str] | None) -> None:
    """See whose identity a Sigstore bundle beside the file names."""
    found.identity = one = identities.look(found.report.path, found.report.data)
    if one is not None and one.fault:
        text = f"The Sigstore bundle beside it, {one.bundle}, is not one of this file: {one.fault.rstrip('.')}."
        found.add("signature", text)
    elif whom is not None and one is None:
        text = f"No Sigstore bundle lies beside it: {found.report.path.name}{identities.SUFFIX} is not there."
        found.add("trust", text)
    elif whom is not None and one is not None and (one.who, one.issuer) != whom:
        found.add("trust", f"By Sigstore {whom[0]}, for whom {whom[1]} vouches, has not signed it.")


def _lines(found: Checked, result: Rerun | None) -> list[str]:
    report = found.report
    status = "TRUNCATED" if report.is_cut else _STATUS[found.status]
    lines = [f"{report.path.name}: {status}", f"  {report.title}"]
    lines += [f"  {one.text}" for one in found.findings if one.level == "altered"]
    if found.status != "altered":
        lines.append(f"  {_accounted(found)}")
    lines += [f"  {text}" for text in _said_by(found)]
    lines += [f"  {text}" for text in _not_recorded(found)]
    notes = [one.text for one in found.findings if one.level == "note"]
    if notes == [NO_CHECKOUT]:
        lines.append(f"  {NO_CHECKOUT}")
    elif notes:
        lines += ["  Since then, in this checkout:", *(f"    {text}" for text in notes)]
    elif found.is_intact and not report.manifest.get("unknown"):
        lines.append("  Its notebook, lock and tables are those of this checkout.")
    if result:
        return lines + _rerun_lines(result)
    return [*lines, "  Nothing was run; --rerun measures everything again."] if found.is_intact else lines


def _accounted(found: Checked) -> str:
    n_files = len(found.report.manifest["attachments"])
    counts = [(found.n_numbers, "number"), (found.n_verdicts, "verdict word")]
    said = " and ".join(f"{n:,} {what}{'' if n == 1 else 's'}" for n, what in counts if n)
    read = f", and {said} read as they were said" if said else ""
    what = f"{n_files} attachments are those" if n_files != 1 else "its one attachment are those"
    return f"Every byte is accounted for: the pages and {what} that the manifest names{read}."


def _not_recorded(found: Checked) -> list[str]:
    """Say of a report that plain nbconvert made what nobody can know of it."""
    report = found.report
    if not report.manifest.get("unknown"):
        return []
    lines = [
        "It was made by nbconvert from a notebook that had been run before: from which files, and with which versions "
        "of the package and its libraries, is not recorded."
    ]
    if not {"numbers.json", "verdicts.json"} & report.files.keys() and not report.is_cut:
        lines.append("It carries its notebook without rows, figures or verdicts, so no run can be held against it.")
    return lines


def _said_by(found: Checked) -> list[str]:
    signature, identity = found.signature, found.identity
    lines = []
    if signature is not None and not signature.is_valid:
        lines.append(f"The signature is invalid; the key is {signature.fingerprint or 'not readable'}.")
    elif signature is not None:
        who = f"{found.signer}, whose key you trust" if found.signer else "a key that you have not named as trusted"
        lines.append(f"Its manifest is signed by {who}: {signature.fingerprint}.")
    if identity is not None and identity.is_valid:
        lines.append(
            f"By Sigstore the file is signed by {identity.who}, for whom {identity.issuer} vouched on {identity.day}."
        )
    elif identity is not None and not identity.is_checked:
        lines.append(
            f"Beside it lies a Sigstore bundle, {identity.bundle}, that was not looked at: "
            "pip install 'tightrope[sigstore]'."
        )
    if signature is None and (identity is None or not identity.is_valid):
        lines.append(UNSIGNED if found.is_intact else UNSIGNED.partition(". ")[0] + ".")
    return lines


def _rerun_lines(result: Rerun) -> list[str]:
    lines = [f"  {text}" for text in result.notes]
    for on, counts in result.compared.items():
        listed = ", ".join(f"{n} {_PLURAL.get(kind, kind)}" for kind, n in sorted(counts.items()))
        lines.append(f"  Measured again on {on}: {listed or 'nothing'}.")
    if not result.differing and result.compared:
        lines.append("  All of them come out the same.")
    if result.left:
        lines.append(f"  Not compared: {len(result.left)}, because {next(iter(result.left.values()))}.")
    return lines


def _as_json(found: Checked, result: Rerun | None) -> str:
    report, signature = found.report, found.signature
    body: dict[str, Any] = {
        "file": report.path.name,
        "title": report.title,
        "status": found.status,
        "findings": [{"code": one.code, "text": one.text} for one in found.findings if one.level == "altered"],
        "not_recorded": list(report.manifest.get("unknown") or ()),
        "inputs_that_differ": [one.text for one in found.findings if one.level == "note"],
        "numbers": found.n_numbers,
        "verdicts": found.n_verdicts,
        "attachments": [one["name"] for one in report.manifest["attachments"]],
        "signature": None
        if signature is None
        else {"is_valid": signature.is_valid, "fingerprint": signature.fingerprint, "trusted_as": found.signer or None},
        "sigstore": None if found.identity is None else {**asdict(found.identity), "is_valid": found.identity.is_valid},
        "rerun": None
        if result is None
        else {
            "compared": result.compared, "differing": result.differing, "not_compared": result.left,
            "notes": result.notes,
        },
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False, indent=1)
