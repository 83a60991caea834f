"""What `tightrope verify` tells people of what it found, a line each, in the language that is being spoken."""

from __future__ import annotations

from tightrope.language import N_, nN_, nt, t
from tightrope.verify.checks import Checked
from tightrope.verify.identity import ELSEWHERE
from tightrope.verify.inputs import NO_CHECKOUT
from tightrope.verify.opened import Unreadable
from tightrope.verify.rerun import ROWS, TABLES, Rerun
from tightrope.verify.terminal import day, listing, number

STATUS = {
    "intact": N_("{file}: intact"), "untrusted": N_("{file}: intact, but NOT SIGNED AS ASKED"),
    "altered": N_("{file}: ALTERED"), "truncated": N_("{file}: TRUNCATED"),
}  # fmt: skip
NOT_SIGNED = N_("It carries no signature.")
UNSIGNED = N_(
    "It carries no signature. That nothing was changed is shown against the file's own manifest: whoever can write a "
    "manifest anew could change everything and leave no trace here, and nothing shows who made it."
)
_KINDS = {
    "figure": nN_("{n} figure", "{n} figures"), "number said": nN_("{n} number said", "{n} numbers said"),
    "reading": nN_("{n} reading", "{n} readings"), "verdict": nN_("{n} verdict", "{n} verdicts"),
}  # fmt: skip
_MEASURED = {
    ROWS: N_("Measured again on the attached rows: {counts}."),
    TABLES: N_("Measured again on this checkout's tables: {counts}."),
}


def unreadable_lines(error: Unreadable) -> list[str]:
    """Say why a file cannot be read, where it is, and what to do."""
    more = []
    if error.where:
        more.append(t("where: {place}", place=error.where))
    if error.why:
        more.append(t("why: {reason}", reason=error.why))
    if error.fix:
        more.append(t("do: {fix}", fix=error.fix))
    return [t("not readable: {what}", what=error.what), *_indented(more)]


def lines_of(found: Checked, result: Rerun | None) -> list[str]:
    """Say everything that was found, the outcome first."""
    report = found.report
    status = "truncated" if report.is_cut else found.status
    texts = [report.title, *(one.text for one in found.findings if one.level == "altered")]
    if found.status != "altered":
        texts.append(_accounted(found))
    texts += [*_said_by(found), *_not_recorded(found)]
    notes = [one.text for one in found.findings if one.level == "note"]
    if notes == [t(NO_CHECKOUT)]:
        texts += notes
    elif notes:
        texts += [t("Since then, in this checkout:"), *_indented(notes)]
    elif found.is_intact and not report.manifest.get("unknown"):
        texts.append(t("Its notebook, lock and tables are those of this checkout."))
    if result:
        texts += _rerun_lines(result)
    elif found.is_intact:
        texts.append(t("Nothing was run; --rerun measures everything again."))
    return [t(STATUS[status], file=report.path.name), *_indented(texts)]


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _accounted(found: Checked) -> str:
    n_files = len(found.report.manifest["attachments"])
    text = nt(
        "Every byte is accounted for: the pages and the one attachment are those that the manifest names.",
        "Every byte is accounted for: the pages and {n} attachments are those that the manifest names.",
        n_files,
    )
    counts = []
    if found.n_numbers:
        counts.append(nt("{n} number", "{n} numbers", found.n_numbers, n=number(found.n_numbers)))
    if found.n_verdicts:
        counts.append(nt("{n} verdict word", "{n} verdict words", found.n_verdicts, n=number(found.n_verdicts)))
    return " ".join([text, t("{counts} read as they were said.", counts=listing(counts))]) if counts else text


def _not_recorded(found: Checked) -> list[str]:
    """Say of a report that plain nbconvert made what nobody can know of it."""
    report = found.report
    if not report.manifest.get("unknown"):
        return []
    lines = [
        t(
            "It was made by nbconvert from a notebook that had been run before: from which files, and with which "
            "versions of the package and its libraries, is not recorded."
        )
    ]
    if not {"numbers.json", "verdicts.json"} & report.files.keys() and not report.is_cut:
        lines.append(t("It carries its notebook without rows, figures or verdicts, so no run can be held against it."))
    return lines


def _said_by(found: Checked) -> list[str]:
    signature, identity = found.signature, found.identity
    lines = []
    if signature is not None and not signature.is_valid:
        lines.append(
            t("The signature is invalid; the key is {key}.", key=signature.fingerprint)
            if signature.fingerprint
            else t("The signature is invalid; the key is not readable.")
        )
    elif signature is not None and found.signer:
        lines.append(
            t(
                "Its manifest is signed by {signer}, whose key you trust: {key}.",
                signer=found.signer, key=signature.fingerprint,
            )
        )  # fmt: skip
    elif signature is not None:
        lines.append(
            t(
                "Its manifest is signed by a key that you have not named as trusted: {key}.",
                key=signature.fingerprint,
            )
        )  # fmt: skip
    if identity is not None and identity.is_valid:
        lines.append(
            t(
                "By Sigstore the file is signed by {who}, for whom {issuer} vouched on {day}.",
                who=identity.who, issuer=identity.issuer, day=day(identity.day),
            )
        )  # fmt: skip
    elif identity is not None and not identity.is_checked:
        lines.append(
            t(
                "Beside it lies a Sigstore bundle, {bundle}, that was not looked at: {command}.",
                bundle=identity.bundle, command="pip install 'tightrope[sigstore]'",
            )
        )  # fmt: skip
    elif identity is not None and identity.fault_in == "instance":
        if all(one.text != identity.complaint for one in found.findings):
            lines.append(identity.complaint)
        lines.append(t(ELSEWHERE))
    if signature is None and (identity is None or not identity.is_valid):
        lines.append(t(UNSIGNED) if found.is_intact else t(NOT_SIGNED))
    return lines


def _rerun_lines(result: Rerun) -> list[str]:
    lines = list(result.notes)
    for on, counts in result.compared.items():
        counted = [nt(*_KINDS[kind], n, n=number(n)) for kind, n in sorted(counts.items())]
        lines.append(t(_MEASURED[on], counts=", ".join(counted) or t("nothing")))
    if not result.differing and result.compared:
        lines.append(t("All of them come out the same."))
    if result.left:
        why = next(iter(result.left.values()))
        lines.append(t("Not compared: {n}, because {reason}.", n=number(len(result.left)), reason=why))
    return lines
