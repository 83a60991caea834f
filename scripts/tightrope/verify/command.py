"""``tightrope verify``: say what was found, for people or as JSON, and give the exit code."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tightrope.language import speaking, t
from tightrope.publish.render import find_root
from tightrope.publish.sign import trusted
from tightrope.verify import identity as identities
from tightrope.verify.checks import Checked, check_report
from tightrope.verify.identity import Asked
from tightrope.verify.inputs import compare_inputs
from tightrope.verify.opened import Report, Unreadable, language_of, open_report
from tightrope.verify.rerun import Rerun, rerun
from tightrope.verify.terminal import say_lines
from tightrope.verify.told import lines_of, unreadable_lines

INTACT, ALTERED, UNREADABLE = 0, 1, 2


def verify(
    file: Path, again: bool = False, in_json: bool = False, trust: Path | None = None, identity: str = "",
    issuer: str = "", language: str = "", trust_config: Path | None = None,
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
    language : str
        Language to speak; the report's own where none is given. JSON is in English whatever is asked.
    trust_config : Path, optional
        Keys of a private instance of Sigstore: then a bundle of that instance must lie beside the file.

    Returns
    -------
    int
        0 intact, 1 altered or not signed as asked, 2 not readable or no report of ours.
    """
    keys = trusted(trust) if trust else {}
    asked = identities.Asked.of(identity, issuer, trust_config)
    try:
        # What cannot be opened says nothing of its language.
        with speaking("en" if in_json else language or "en"):
            report = open_report(file)
    except Unreadable as error:
        if in_json:
            click.echo(json.dumps({"file": file.name, "status": "unreadable", "findings": [error.what]}, indent=1))
        else:
            with speaking(language or "en"):
                say_lines(unreadable_lines(error))
        return UNREADABLE
    with speaking("en" if in_json else language or language_of(report)):
        found, result = _found(report, again, in_json, (trust is not None, keys), asked)
        if in_json:
            click.echo(_as_json(found, result))
        else:
            say_lines(lines_of(found, result))
    return INTACT if found.is_intact else ALTERED


def _found(
    report: Report, again: bool, in_json: bool, trust: tuple[bool, dict[str, str]], asked: Asked
) -> tuple[Checked, Rerun | None]:
    """Check all that is asked for, in the language that is being spoken."""
    root = find_root()
    found = check_report(report)
    is_asked, keys = trust
    if found.signature is not None and found.signature.is_valid:
        found.signer = keys.get(found.signature.fingerprint, "")
    if is_asked and not found.signer:
        found.add("trust", t("No key in the folder of trusted keys has signed it."))
    _identify(found, asked)
    compare_inputs(found, root)
    if not again:
        return found, None
    if not in_json:
        said = t("Running the attached notebook in a temporary folder: code from the file is executed here.")
        click.echo(said, err=True)
    result = rerun(report, root)
    for text in result.differing:
        found.add("rerun", t("The new run differs. {difference}", difference=text))
    return found, result


def _identify(found: Checked, asked: Asked) -> None:
    """See whose identity a Sigstore bundle beside the file names."""
    found.identity = one = identities.look(found.report.path, found.report.data, asked.keys)
    if one is not None and one.fault:
        # One of strangers is as none: nothing is wrong with the file, unless somebody's signature was asked for.
        if one.fault_in != "instance":
            found.add("signature", one.complaint)
        elif asked.for_some:
            found.add("trust", one.complaint)
    elif asked.for_some and one is None:
        bundle = f"{found.report.path.name}{identities.SUFFIX}"
        found.add("trust", t("No Sigstore bundle lies beside it: {bundle} is not there.", bundle=bundle))
    elif asked.whom is not None and one is not None and (one.who, one.issuer) != asked.whom:
        who, issuer = asked.whom
        text = t("By Sigstore {who}, for whom {issuer} vouches, has not signed it.", who=who, issuer=issuer)
        found.add("trust", text)


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
