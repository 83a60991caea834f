"""Changes in words, for a terminal and a page alike, in the language that is being spoken."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tightrope.diff.changes import Changes, Moved, Reason
from tightrope.diff.units import unit_name, with_unit
from tightrope.language import N_, nt, pt, spoken, t, written
from tightrope.verify.terminal import day, number

MOST_TEXT = 60
NO_READING = N_("no reading turned: what it rests on did")
BARE = N_("One of them carries neither figures nor verdicts, so that nothing can be compared.")
VERDICTS_CHANGED = N_("Verdicts that changed")
READINGS_TURNED = N_("Same verdict, other readings")
VERDICTS = (
    N_("supported"), N_("fragile"), N_("contested"), N_("contradicted"), N_("outdated"), N_("untested"),
    N_("not checkable"),
)  # fmt: skip
READINGS = {
    "plain": N_("plain reading “{label}”"), "defensible": N_("defensible reading “{label}”"),
    "strained": N_("strained reading “{label}”"),
}  # fmt: skip
OUTCOMES = {True: N_("holds ({value})"), False: N_("fails ({value})"), None: N_("is not counted ({value})")}
# Kinds of nothing; a measure's own detail is in English.
MISSING = {
    "not_collected": N_("not collected"), "series_ended": N_("the series has ended"), "suppressed": N_("suppressed"),
    "not_applicable": N_("none recorded"), "not_yet": N_("not yet"),
}  # fmt: skip
_YEARS = (".year", ".first_year", ".last_year")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# A whole table among the figures, see `tightrope.verify.figures`.
_WHOLE = re.compile(r"(\d+) rows, sha256 ([0-9a-f]+)")
_AS_A_WHOLE = " as a whole"


def say(value: Any) -> str:
    """Write a value for a reader."""
    if value is None:
        return t("no value")
    if isinstance(value, bool):
        return pt("answer", "yes") if value else pt("answer", "no")
    if isinstance(value, (int, float)):
        is_long = abs(value) >= 100_000 or (float(value).is_integer() and abs(value) >= 10_000)
        return written(f"{value:,.0f}" if is_long else f"{value:,.6g}").replace("-", "−")
    if isinstance(value, list):
        return ", ".join(map(say, value[:6])) + (" …" if len(value) > 6 else "")
    text = str(value)
    if whole := _WHOLE.fullmatch(text):
        return t("{n} rows, sha256 {digest}", n=number(int(whole[1])), digest=whole[2])
    return day(text) if _DAY.fullmatch(text) else text


def say_verdict(word: str) -> str:
    """Give a verdict's word; one that is none of the seven as it stands."""
    return t(word) if word in VERDICTS else word


def say_turn(old: str, new: str) -> str:
    """Give a verdict's old and new word, one where it is the same."""
    return say_verdict(new) if old == new else " → ".join(map(say_verdict, (old, new)))


def say_side(name: str) -> str:
    """Give what a side is called: a file's name, or a day as the language writes it."""
    return day(name) if _DAY.fullmatch(name) else name


def say_span(one: Changes) -> str:
    """Say what is compared with what."""
    old, new = one.old, one.new
    return t("From {old} to {new}", old=say_side(old.name), new=say_side(new.name)) if old and new else ""


def say_reason(reason: Reason) -> str:
    """Say which reading turned, with what it showed then and now and the rows that it stands on."""
    one, other = reason.then, reason.now
    kind = str(reason.reading["class"])
    reading = t(READINGS[kind], label=reason.label)
    if one is None or other is None:
        words = N_("{reading} is gone: {outcome}") if other is None else N_("{reading} is new: {outcome}")
        return t(words, reading=reading, outcome=_outcome(reason.reading))
    rows = _rows(one) if _rows(one) == _rows(other) else f"{_rows(one)} → {_rows(other)}"
    return f"{reading}: {_outcome(one)} → {_outcome(other)} [{rows}]"


def _outcome(reading: Mapping[str, Any]) -> str:
    missing = reading["missing"]
    if missing is not None:
        kind = str(missing.get("kind"))
        why = str(missing["detail"]) if spoken() == "en" or kind not in MISSING else t(MISSING[kind])
        return t("no data ({why})", why=why)
    value, unit = reading["observed"], str(reading["unit"])
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    words = OUTCOMES[reading["holds"]]
    return t(words, value=with_unit(value, say(value), unit) if is_number else say(value))


def _rows(reading: Mapping[str, Any]) -> str:
    """Name the rows: one by one where they are few, else how many."""
    return "; ".join(_some(table, spans) for table, spans in (reading["rows"] or {}).items() if spans) or t("no rows")


def _some(table: str, spans: str) -> str:
    if spans.isdigit():
        return t("{table} row {rows}", table=table, rows=spans)
    if len(spans) <= 24:
        return t("{table} rows {rows}", table=table, rows=spans)
    ends = [span.split("-") for span in spans.split(",")]
    n = sum(int(end[-1]) - int(end[0]) + 1 for end in ends)
    return nt("{n} row of {table}", "{n} rows of {table}", n, n=number(n), table=table)


def row_of(one: Moved) -> tuple[str, str, str, str]:
    """Give a number that moved in four texts: name with unit, then, now, and by how much."""
    is_year = one.key.endswith(_YEARS)
    texts = (str(value) if is_year and value is not None else say(value) for value in (one.old, one.new))
    then, now = map(_short, texts)
    return (name_of(one), then, now, _change(one))


def _short(text: str) -> str:
    # A number stays as it is: what keeps its thousands together would be taken for a space between words.
    return text if len(text) <= MOST_TEXT else textwrap.shorten(text, MOST_TEXT, placeholder=" …")


def name_of(one: Moved, key: str = "") -> str:
    """Give the name of a number that moved, with its unit; ``key`` stands for a figure's own where it is given."""
    unit, own = unit_name(one.unit), key or bare_key(one)
    name = t("{figure} as a whole", figure=own) if one.is_figure and one.key.endswith(_AS_A_WHOLE) else own
    return t("{name} ({unit})", name=name, unit=unit) if unit else name


def bare_key(one: Moved) -> str:
    """Give a key without the words that it may end with."""
    return one.key.removesuffix(_AS_A_WHOLE) if one.is_figure else one.key


def _change(one: Moved) -> str:
    """Say by how much: places of a rank and points of a share are no percentages of themselves."""
    if one.change_pct is None:
        return "–"
    column, by = one.key.rpartition(".")[2], one.new - one.old
    if one.unit == "rank" or column in ("rank", "n_equal") or one.key.endswith(_YEARS):
        return _signed(f"{by:+,.0f}")
    if one.unit == "percent" or column == "percentile" or column.endswith("_pct"):
        return t("{number} points", number=_signed(f"{by:+,.1f}"))
    return t("{number}%", number=_signed(f"{one.change_pct:+,.1f}"))


def _signed(text: str) -> str:
    return written(text).replace("-", "−")


def largest(moved: Sequence[Moved]) -> list[Moved]:
    """Put what came, went or cannot be said in percent first, then the largest changes."""
    return sorted(moved, key=lambda one: (one.change_pct is not None, -abs(one.change_pct or 0.0), one.key))


def lists(one: Changes) -> Iterator[tuple[str, list[str]]]:
    """Give what was added and what is gone: a heading with how many, and the names; figures are counted by measure."""
    parameters = [f"{p.key}: {say(p.old)} → {say(p.new)}" for p in one.parameters]
    for label, names in (
        (N_("Claims added ({n})"), one.claims_added),
        (N_("Claims gone ({n})"), one.claims_gone),
        (N_("Sources added ({n})"), one.sources_added),
        (N_("Sources gone ({n})"), one.sources_gone),
        (N_("Sources with other contents ({n})"), one.sources_changed),
        (N_("Parameters that differ ({n})"), parameters),
    ):
        if names:
            yield t(label, n=number(len(names))), names
    for label, names in (
        (N_("Figures added ({n})"), one.numbers_added),
        (N_("Figures gone ({n})"), one.numbers_gone),
    ):
        if names:
            # A thousand names are for programs.
            counts = Counter(name.partition("(")[0] for name in names)
            yield t(label, n=number(len(names))), [f"{measure} {number(n)}" for measure, n in counts.most_common()]


def say_more(n: int) -> str:
    """Say how many readings are not shown."""
    return nt("and {n} more reading", "and {n} more readings", n, n=number(n))


def say_same(one: Changes) -> str:
    """Say how much is the same in both."""
    return nt(
        "{n} figure or reading is the same in both.", "{n} figures and readings are the same in both.",
        one.n_same, n=number(one.n_same),
    )  # fmt: skip
