"""The specification chart of a claim: every reading, how it came out, and the choices behind it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tightrope.claims import Reading, Verdict
from tightrope.language import N_, t
from tightrope.narrative.context import say_shown
from tightrope.narrative.display import Prose
from tightrope.narrative.frames import readings_frame
from tightrope.narrative.passage import Passage, grounded
from tightrope.narrative.report import Report
from tightrope.narrative.trace import plain, stand
from tightrope.narrative.words import say_list, say_value

KINDS = ("quantitative", "comparative")
# The choices of a reading that a chart has a row for, by their names in the records.
CHOICES = {
    "years": N_("year"), "year": N_("year"), "first_year": N_("first year"), "last_year": N_("last year"),
    "flow": N_("flow"), "source": N_("source"), "tie": N_("tie"), "before": N_("before"), "after": N_("after"),
}  # fmt: skip


def with_chart(report: Report) -> list[Verdict]:
    """Give the quantitative and comparative claims whose readings no section has drawn already."""
    drawn = {v.claim.id for v in report.of_measure("partner_rank")}
    return [v for v in report.verdicts if v.claim.kind in KINDS and v.claim.id not in drawn and _any(v)]


def choice_words() -> dict[str, str]:
    """Give the names of a reading's choices in the report's language."""
    return {name: t(word) for name, word in CHOICES.items()}


def chosen(frame: pd.DataFrame) -> list[str]:
    """Give the choices that a rank's chart has rows for: flow, source and year, where they vary."""
    return [t(word) for word in ("flow", "source", "year") if t(word) in frame]


def _any(verdict: Verdict) -> bool:
    return any(r.observed is not None for r in verdict.readings)


def is_one_scale(verdict: Verdict) -> bool:
    """Say whether all readings with evidence observe the same number against the same claim."""
    seen = {(r.measure, r.column, r.operator, str(r.expected)) for r in verdict.readings if r.observed is not None}
    numbers = all(not isinstance(r.observed, bool | str) for r in verdict.readings if r.observed is not None)
    return len(seen) == 1 and numbers


@grounded
def specification(report: Report, claim: str) -> Passage:
    """Say how the readings of a claim came out; the frame is the one that the specification chart asks for.

    Where the readings observe different things, ``observed`` is empty throughout and the chart shows what holds.
    """
    verdict = report.verdict(claim)
    stand(verdict.rows)
    frame = readings_frame(report, verdict, choice_words())
    if not is_one_scale(verdict):
        frame = frame[["label", "class", "holds"]].assign(observed=float("nan"))
        frame[t("reading")] = frame["label"]
    elif any(isinstance(value, list) for r in verdict.readings for value in r.choices.values()):
        frame = frame[["label", "class", "holds", "observed"]].assign(**{t("reading"): frame["label"]})
    elif not set(frame.columns) - {"label", "class", "holds", "observed"}:
        frame = frame.assign(**{t("reading"): frame["label"]})
    known = [r for r in verdict.readings if r.observed is not None]
    missing = len(verdict.readings) - len(known)
    strained = sum(r.kind == "strained" for r in known)
    seen = [plain(_seen(r)) for r in known[:3]]
    title = t(
        "{claim} holds in {n} of {of} readings that count", claim=claim, n=verdict.n_holding, of=verdict.n_counted
    )
    alt = t(
        "Specification chart of claim {claim}: {readings} readings, the choices of each marked below. {n} of {of} counted readings "
        "hold; {strained} strained and {missing} without data are set apart. For example {examples}.",
        claim=claim, readings=len(verdict.readings), n=verdict.n_holding, of=verdict.n_counted, strained=strained,
        missing=missing, examples=say_list(seen),
    )  # fmt: skip
    words = {
        "title": title,
        "subtitle": verdict.claim.statement,
        "alt": " ".join(alt.split()[:78]),
        "unit": verdict.readings[0].unit or "readings",
        "name": f"readings-{claim.lower()}",
        "source": report.source_line(*verdict.sources),
    }
    return Passage(Prose(""), frame, words)


def _seen(reading: Reading) -> str:
    return t("{label} shows {value}", label=reading.label, value=say_shown(reading.observed, reading.unit))


def look_of(report: Report, claim: str, frame: pd.DataFrame) -> dict[str, Any]:
    """Give how a claim's specification chart is drawn: choices, what is claimed, which way is better, and the format."""
    verdict = report.verdict(claim)
    first = next(r for r in verdict.readings if r.observed is not None)
    choices = [c for c in frame.columns if c not in ("label", "class", "holds", "observed")]
    look: dict[str, Any] = {"choices": choices}
    if is_one_scale(verdict) and isinstance(first.expected, int | float):
        look["expected"] = first.expected
        look["better"] = "low" if first.unit == "rank" else "high"
        look["fmt"] = lambda value: plain(say_value(value, first.unit))
    return look
