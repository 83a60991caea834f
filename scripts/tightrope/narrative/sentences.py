"""Sentences that state a verdict, out of its readings. No number here is typed by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tightrope.claims import Indicator, Reading, Verdict, VerdictWord
from tightrope.claims.flip import Flip
from tightrope.narrative.trace import plain
from tightrope.narrative.words import say_date, say_list, say_value

_SAID = {
    "eq": "exactly {}", "ne": "anything but {}", "lt": "less than {}", "le": "{} at most", "gt": "more than {}",
    "ge": "{} or more", "in": "one of {}", "before": "before {}", "after": "after {}",
}  # fmt: skip


def say_expected(reading: Reading) -> str:
    """Give what the claim says a reading must show."""
    if reading.operator in ("is_true", "is_false"):
        return "yes" if reading.operator == "is_true" else "no"
    if reading.operator == "between":
        low, high = (say_value(value, reading.unit) for value in reading.expected)
        return f"{low} to {high}"
    if isinstance(reading.expected, list):
        return _SAID[reading.operator].format(say_list([say_value(v, reading.unit) for v in reading.expected]))
    said = say_value(reading.expected, reading.unit)
    if reading.unit == "rank" and reading.operator in ("le", "lt"):
        return f"{said} or better" if reading.operator == "le" else f"better than {said}"
    return said if reading.operator == "eq" else _SAID[reading.operator].format(said)


def say_outcome(reading: Reading) -> str:
    """Give ``holds``, ``fails`` or ``no data``."""
    if reading.holds is None:
        return "no data"
    return "holds" if reading.holds else "fails"


def say_share(verdict: Verdict) -> str:
    """Give ``holds in 4 of 16 readings``, or the kind of nothing."""
    if verdict.word is VerdictWord.NOT_CHECKABLE:
        return "an opinion or a cause: shown, not judged"
    if not verdict.n_counted:
        return "no reading has evidence"
    if verdict.n_counted == 1:
        return "holds in the one reading" if verdict.n_holding else "fails in the one reading"
    return f"holds in {verdict.n_holding} of {verdict.n_counted} readings"


def say_verdict(verdict: Verdict) -> str:
    """Give the one sentence that states a verdict and the plain reading it stands on."""
    if verdict.word in (VerdictWord.NOT_CHECKABLE, VerdictWord.UNTESTED):
        return verdict.reason.rstrip(".") + "."
    parts = []
    for reading in verdict.plain:
        if reading.holds is None:
            parts.append(f"For the plain reading ({reading.label}) we found no data.")
        elif reading.operator in ("is_true", "is_false"):
            end = "as claimed" if reading.holds else "not as claimed"
            parts.append(f"The plain reading ({reading.label}) comes out {end}.")
        else:
            seen, said = say_value(reading.observed, reading.unit), say_expected(reading)
            end = "as claimed" if reading.holds and reading.operator == "eq" else f"where the claim needs {said}"
            parts.append(f"The plain reading ({reading.label}) gives {seen}, {end}.")
    if verdict.then and verdict.word is VerdictWord.OUTDATED:
        parts.append(f"On the article's own date the claim was {verdict.then}.")
    return " ".join(parts)


def say_indicator(indicator: Indicator) -> str:
    """Give an indicator as ``label: value``; missing says why."""
    if indicator.observed is None:
        detail = indicator.missing.detail if indicator.missing else "no data"
        return f"{indicator.label}: we found no data ({detail})"
    return f"{indicator.label}: {say_value(indicator.observed, indicator.unit)}"


def count_words(verdicts: Sequence[Verdict]) -> dict[VerdictWord, int]:
    """Count verdicts in the fixed order of the seven words; words that do not occur count zero."""
    seen = Counter(v.word for v in verdicts)
    return {word: seen[word] for word in VerdictWord}


def say_counts(verdicts: Sequence[Verdict]) -> str:
    """Give ``9 supported, 1 fragile and 3 contradicted``."""
    return say_list([f"{n} {word}" for word, n in count_words(verdicts).items() if n])


def say_finding(subject: str, verdicts: Sequence[Verdict]) -> str:
    """Give the finding of a report in at most sixty words."""
    counts = count_words(verdicts)
    tested = [v for v in verdicts if v.word not in (VerdictWord.UNTESTED, VerdictWord.NOT_CHECKABLE)]
    good = counts[VerdictWord.SUPPORTED]
    fallen = [v for v in tested if v.word in (VerdictWord.CONTRADICTED, VerdictWord.OUTDATED)]
    day = say_date(verdicts[0].as_of)
    text = (
        f"Of the article's {len(verdicts)} claims, {len(tested)} can be tested on open data. As of {day}, {good} are "
        f"supported, {counts[VerdictWord.FRAGILE]} fragile, {counts[VerdictWord.CONTESTED]} contested and "
        f"{len(fallen)} contradicted{' or outdated' if counts[VerdictWord.OUTDATED] else ''}."
    )
    rest = len(verdicts) - len(tested)
    if rest:
        text += f" The other {rest} are opinions or causes, or lack data."
    return text


def say_flip(found: Flip, names: Mapping[str, str] | None = None) -> str:
    """Give the smallest change that would give another verdict, in one sentence."""
    if found.word_after is None or found.n_readings is None:
        return "No change of the evidence would give another verdict."
    after = f"would make it {found.word_after}"
    if found.value is None or found.reading is None:
        return (
            f"No single value would change the verdict: {found.n_readings} readings would have to come out otherwise."
        )
    if found.value == "record":
        records = "one record" if found.n_records == 1 else f"{found.n_records} records"
        return f"The other way round, {records} in the reading “{found.reading.label}” {after}."
    change = _amount(found)
    rival = f", the place of {(names or {}).get(found.rival, found.rival)}," if found.rival else ""
    return f"A change of {change} in the reading “{found.reading.label}”{rival} {after}."


def _amount(found: Flip) -> str:
    change = float(found.change or 0)
    sign = "+" if change > 0 else "−"
    unit = str(found.unit or "")
    if unit in ("percent", "percentage points"):
        size = f"{abs(change):.1f} percentage points"
    else:
        size = plain(say_value(abs(change), unit))
    pct = found.change_pct
    if pct is None or unit == "days":
        return f"{sign}{size}"
    return f"{sign}{size} ({'+' if pct > 0 else '−'}{abs(pct):.{1 if abs(pct) < 10 else 0}f}%)"
