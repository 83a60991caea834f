"""Sentences that state a verdict, out of its readings. No number here is typed by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tightrope.claims import Indicator, Reading, Verdict, VerdictWord
from tightrope.claims.flip import Flip
from tightrope.language import N_, nt, spoken, t, written
from tightrope.narrative.context import say_shown
from tightrope.narrative.trace import plain
from tightrope.narrative.words import percent_text, say_date, say_list, say_value, say_verdict_word, say_yes

_SAID = {
    "eq": N_("exactly {value}"), "ne": N_("anything but {value}"), "lt": N_("less than {value}"), "le": N_("{value} at most"),
    "gt": N_("more than {value}"), "ge": N_("{value} or more"), "in": N_("one of {value}"), "before": N_("before {value}"),
    "after": N_("after {value}"),
}  # fmt: skip


def say_expected(reading: Reading) -> str:
    """Give what the claim says a reading must show."""
    if reading.operator in ("is_true", "is_false"):
        return say_yes(reading.operator == "is_true")
    if reading.operator == "between":
        low, high = (say_shown(value, reading.unit) for value in reading.expected)
        return t("{low} to {high}", low=low, high=high)
    if isinstance(reading.expected, list):
        return t(_SAID[reading.operator], value=say_list([say_shown(v, reading.unit) for v in reading.expected]))
    said = say_shown(reading.expected, reading.unit)
    if reading.unit == "rank" and reading.operator in ("le", "lt"):
        return t("{place} or better", place=said) if reading.operator == "le" else t("better than {place}", place=said)
    return said if reading.operator == "eq" else t(_SAID[reading.operator], value=said)


def say_outcome(reading: Reading) -> str:
    """Give ``holds``, ``fails`` or ``no data``."""
    if reading.holds is None:
        return t("no data")
    return t("holds") if reading.holds else t("fails")


def say_share(verdict: Verdict) -> str:
    """Give ``holds in 4 of 16 readings``, or the kind of nothing."""
    if verdict.word is VerdictWord.NOT_CHECKABLE:
        return t("an opinion or a cause: shown, not judged")
    if not verdict.n_counted:
        return t("no reading has evidence")
    if verdict.n_counted == 1:
        return t("holds in the one reading") if verdict.n_holding else t("fails in the one reading")
    return t("holds in {n} of {of} readings", n=verdict.n_holding, of=verdict.n_counted)


def say_verdict(verdict: Verdict) -> str:
    """Give the one sentence that states a verdict and the plain reading it stands on."""
    if verdict.word in (VerdictWord.NOT_CHECKABLE, VerdictWord.UNTESTED):
        return _reason(verdict)
    parts = []
    for reading in verdict.plain:
        if reading.holds is None:
            parts.append(t("For the plain reading ({label}) we found no data.", label=reading.label))
        elif reading.operator in ("is_true", "is_false"):
            if reading.holds:
                parts.append(t("The plain reading ({label}) comes out as claimed.", label=reading.label))
            else:
                parts.append(t("The plain reading ({label}) comes out not as claimed.", label=reading.label))
        else:
            seen, said = say_shown(reading.observed, reading.unit), say_expected(reading)
            if reading.holds and reading.operator == "eq":
                parts.append(t("The plain reading ({label}) gives {seen}, as claimed.", label=reading.label, seen=seen))
            else:
                parts.append(
                    t(
                        "The plain reading ({label}) gives {seen}, where the claim needs {said}.",
                        label=reading.label, seen=seen, said=said,
                    )
                )  # fmt: skip
    if verdict.then and verdict.word is VerdictWord.OUTDATED:
        parts.append(t("On the article's own date the claim was {verdict}.", verdict=t(str(verdict.then))))
    return " ".join(parts)


def say_indicator(indicator: Indicator) -> str:
    """Give an indicator as ``label: value``; missing says why."""
    if indicator.observed is None:
        if spoken() != "en":
            return t("{label}: we found no data", label=indicator.label)
        detail = indicator.missing.detail if indicator.missing else t("no data")
        return t("{label}: we found no data ({detail})", label=indicator.label, detail=detail)
    return t("{label}: {value}", label=indicator.label, value=say_shown(indicator.observed, indicator.unit))


def count_words(verdicts: Sequence[Verdict]) -> dict[VerdictWord, int]:
    """Count verdicts in the fixed order of the seven words; words that do not occur count zero."""
    seen = Counter(v.word for v in verdicts)
    return {word: seen[word] for word in VerdictWord}


def say_counts(verdicts: Sequence[Verdict]) -> str:
    """Give ``9 supported, 1 fragile and 3 contradicted``."""
    return say_list([t("{n} {verdict}", n=n, verdict=t(str(word))) for word, n in count_words(verdicts).items() if n])


def say_finding(subject: str, verdicts: Sequence[Verdict]) -> str:
    """Give the finding of a report in at most sixty words."""
    day = say_date(verdicts[0].as_of)
    if len(verdicts) == 1:
        word = say_verdict_word(verdicts[0].word)
        return t("The article's one claim is {verdict}, as of {date}.", verdict=word, date=day)
    counts = count_words(verdicts)
    tested = [v for v in verdicts if v.word not in (VerdictWord.UNTESTED, VerdictWord.NOT_CHECKABLE)]
    good = counts[VerdictWord.SUPPORTED]
    fallen = [v for v in tested if v.word in (VerdictWord.CONTRADICTED, VerdictWord.OUTDATED)]
    fields = {
        "n": len(verdicts), "tested": len(tested), "date": day, "supported": good,
        "fragile": counts[VerdictWord.FRAGILE], "contested": counts[VerdictWord.CONTESTED], "fallen": len(fallen),
    }  # fmt: skip
    if counts[VerdictWord.OUTDATED]:
        text = nt(
            "Of the article's {n} claims, {tested} can be tested on open data. As of {date}, {supported} is supported, {fragile} "
            "fragile, {contested} contested and {fallen} contradicted or outdated.",
            "Of the article's {n} claims, {tested} can be tested on open data. As of {date}, {supported} are supported, {fragile} "
            "fragile, {contested} contested and {fallen} contradicted or outdated.",
            good, **fields,
        )  # fmt: skip
    else:
        text = nt(
            "Of the article's {n} claims, {tested} can be tested on open data. As of {date}, {supported} is supported, {fragile} "
            "fragile, {contested} contested and {fallen} contradicted.",
            "Of the article's {n} claims, {tested} can be tested on open data. As of {date}, {supported} are supported, {fragile} "
            "fragile, {contested} contested and {fallen} contradicted.",
            good, **fields,
        )  # fmt: skip
    rest = len(verdicts) - len(tested)
    if rest:
        text += " " + nt(
            "The other {rest} is an opinion or a cause, or lacks data.",
            "The other {rest} are opinions or causes, or lack data.",
            rest, rest=rest,
        )  # fmt: skip
    return text


def say_flip(found: Flip, names: Mapping[str, str] | None = None) -> str:
    """Give the smallest change that would give another verdict, in one sentence."""
    if found.word_after is None or found.n_readings is None:
        return t("No change of the evidence would give another verdict.")
    after = t(str(found.word_after))
    if found.value is None or found.reading is None:
        return nt(
            "No single value would change the verdict: {n} reading would have to come out otherwise.",
            "No single value would change the verdict: {n} readings would have to come out otherwise.",
            found.n_readings,
        )
    label = found.reading.label
    if found.value == "record":
        n = found.n_records or 0
        if n == 1:
            return t(
                "The other way round, one record in the reading “{label}” would make it {verdict}.",
                label=label,
                verdict=after,
            )
        return nt(
            "The other way round, {n} record in the reading “{label}” would make it {verdict}.",
            "The other way round, {n} records in the reading “{label}” would make it {verdict}.",
            n, label=label, verdict=after,
        )  # fmt: skip
    fields = {"change": _amount(found), "label": label, "verdict": after}
    if found.rival:
        return t(
            "A change of {change} in the reading “{label}”, the place of {rival}, would make it {verdict}.",
            rival=(names or {}).get(found.rival, found.rival), **fields,
        )  # fmt: skip
    return t("A change of {change} in the reading “{label}” would make it {verdict}.", **fields)


def _reason(verdict: Verdict) -> str:
    """Give why a claim is not judged: its record's own reason, or what would settle it."""
    if spoken() == "en":
        return verdict.reason.rstrip(".") + "."
    claim = verdict.claim
    silent = [reading for reading in verdict.plain if reading.holds is None]
    if claim.reason:
        parts = [claim.reason.rstrip(".") + "."]
    elif verdict.n_counted and silent:
        parts = [t("For the plain reading ({label}) we found no data.", label=reading.label) for reading in silent]
    else:
        parts = [t("No reading has evidence") + "."] if claim.check else []
    if claim.settled_by:
        parts.append(t("What would settle it: {data}", data=claim.settled_by).rstrip(".") + ".")
    return " ".join(parts)


def _amount(found: Flip) -> str:
    change = float(found.change or 0)
    sign = "+" if change > 0 else "−"
    unit = str(found.unit or "")
    if unit in ("percent", "percentage points"):
        size = t("{number} percentage points", number=written(f"{abs(change):.1f}"))
    else:
        size = plain(say_value(abs(change), unit))
    pct = found.change_pct
    if pct is None or unit == "days":
        return f"{sign}{size}"
    share = percent_text(float(f"{abs(pct):.1f}"), 1) if abs(pct) < 10 else percent_text(abs(pct), 0)
    return f"{sign}{size} ({'+' if pct > 0 else '−'}{share})"
