"""What the charts share: reading their tables, the few words they draw, numbers for people, and room for labels."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from tightrope.charts.style import LABEL_PT, text_inches
from tightrope.errors import TightropeError, nearest
from tightrope.language import N_, pt, spoken, t, written

MAX_EVENTS = 5
Span = tuple[float, float]
Box = tuple[float, float, float, float]


# The columns that the tables of charts' numbers may have.
HEADERS = {
    "class": N_("Class of reading"),
    "claim": N_("In our words"),
    "date": N_("Date"),
    "from": N_("From"),
    "holds": N_("Holds"),
    "id": N_("Claim"),
    "in_force": N_("In force"),
    "leads_to": N_("Leads to"),
    "n_claims": N_("Claims"),
    "name": N_("Name"),
    "observed": N_("Evidence shows"),
    "rank": N_("Rank"),
    "reading": N_("Reading"),
    "resolution": N_("Resolution"),
    "series": N_("Series"),
    "state": N_("State"),
    "theme": N_("Theme"),
    "to": N_("To"),
    "value": N_("Value"),
    "verdict": N_("Verdict"),
    "year": N_("Year"),
}


@dataclass(frozen=True)
class Words:
    """Every word a chart itself draws, so that an edition in another language passes its own."""

    no_data: str = "no data"
    claimed: str = "claimed: {value}"
    plain: str = "plain reading"
    strained: str = "strained, not counted"
    holds: str = "holds"
    fails: str = "fails"
    to: str = "{name}, to {last}"
    as_of: str = "as of {date}"
    open: str = "open"
    alone: str = "not part of the argument"
    relations: Mapping[str, str] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(default_factory=dict)
    votes: Mapping[str, str] = field(default_factory=lambda: {"yes": "Y", "no": "N", "abstain": "A", "none": "–"})

    vote_words: Mapping[str, str] = field(
        default_factory=lambda: {"yes": "yes", "no": "no", "abstain": "abstained", "none": "did not vote"}
    )

    headers: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """Give the header of a column in the table of a chart's numbers."""
        return self.headers.get(name, HEADERS[name])

    def reading_class(self, word: str) -> str:
        """Give the class of a reading in the edition's language."""
        return self.classes.get(word, word)

    def relation(self, word: str) -> str:
        """Give the relation of two claims in the edition's language."""
        return self.relations.get(word, word)

    def verdict(self, word: str) -> str:
        """Give the verdict in the edition's language."""
        return self.verdicts.get(word, word)


ENGLISH = Words()
RELATIONS = (N_("supports"), N_("concedes"), N_("answers"), N_("explains"))
CLASSES = (N_("plain"), N_("defensible"), N_("strained"))
VERDICT_WORDS = (
    N_("supported"), N_("fragile"), N_("contested"), N_("contradicted"), N_("outdated"), N_("untested"),
    N_("not checkable"),
)  # fmt: skip


@cache
def words_in(language: str) -> Words:
    """Give the words that charts draw in a language; the catalogue of the language that is spoken has them."""
    if language == "en":
        return ENGLISH
    return Words(
        no_data=t("no data"),
        claimed=t("claimed: {value}"),
        plain=t("plain reading"),
        strained=t("strained, not counted"),
        holds=t("holds"),
        fails=t("fails"),
        to=t("{name}, to {last}"),
        as_of=t("as of {date}"),
        open=pt("end of a stretch", "open"),
        alone=t("not part of the argument"),
        relations={word: t(word) for word in RELATIONS},
        verdicts={word: t(word) for word in VERDICT_WORDS},
        votes={
            "yes": pt("vote in a cell", "Y"), "no": pt("vote in a cell", "N"), "abstain": pt("vote in a cell", "A"),
            "none": "–",
        },
        vote_words={
            "yes": pt("vote", "yes"), "no": pt("vote", "no"), "abstain": t("abstained"), "none": t("did not vote"),
        },
        headers={name: t(word) for name, word in HEADERS.items()},
        classes={word: t(word) for word in CLASSES},
    )  # fmt: skip


class _Spoken(Words):
    """The words of the language that is being spoken when a chart is drawn."""

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__"):
            return object.__getattribute__(self, name)
        return getattr(words_in(spoken()), name)


SPOKEN: Words = _Spoken()


def require(frame: pd.DataFrame, columns: Iterable[str], chart: str) -> None:
    """Refuse a table that is empty or lacks a column.

    Raises
    ------
    TightropeError
        The caller says 'we found no data' instead of drawing an empty chart.
    """
    for column in columns:
        if column not in frame.columns:
            near = nearest(column, map(str, frame.columns))
            hint = f"; the nearest here is {near[0]!r}" if near else ""
            raise TightropeError(
                f"the table has no column {column!r}{hint}",
                where=f"charts.{chart}",
                fix="name the column in the call, or rename it in the table",
            )
    if frame.empty:
        raise nothing(chart)


def nothing(chart: str) -> TightropeError:
    """Give the error for a table in which there is nothing to draw."""
    return TightropeError(
        "there is nothing to draw: no row holds a value",
        where=f"charts.{chart}",
        why="an empty chart would look like a zero",
        fix="say that we found no data, and why, instead of the chart",
    )


def number(value: float) -> str:
    """Write a number for people: at most three significant figures under 1,000, whole above."""
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 1000 or value == int(value):
        return written(f"{value:,.0f}").replace("-", "−")
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(digits, 3)}f}"
    return written(text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def percent(value: float) -> str:
    """Write a share already in per cent."""
    return t("{number}%", number=number(value))


def ordinal(value: float) -> str:
    """Write a rank: 1st, 2nd, 3rd, 11th."""
    whole = round(value)
    if spoken() == "ko":
        return f"{whole}위"
    if spoken() == "ru":
        return f"{whole}-е"
    suffix = "th" if whole % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(whole % 10, "th")
    return f"{whole}{suffix}"


def billions(value: float) -> str:
    """Write billions of dollars: ``$7.92 bn``."""
    return _dollars("bn", value, number(value))


def whole_billions(value: float) -> str:
    """Write billions of dollars without a fraction, for an axis: ``$8 bn``."""
    return _dollars("bn", float(f"{value:.0f}"), written(f"{value:,.0f}"))


def millions(value: float) -> str:
    """Write millions of dollars: ``$420 m``."""
    return _dollars("m", value, number(value))


def _dollars(unit: str, value: float, text: str) -> str:
    if spoken() == "ko":
        # Korean counts in hundred millions (억) and ten thousands (만) of dollars.
        man = value * (100_000 if unit == "bn" else 100)
        return f"{number(man / 10_000)}억 달러" if abs(man) >= 10_000 or not man else f"{number(man)}만 달러"
    sign, amount = ("−", text[1:]) if text.startswith("−") else ("", text)
    if unit == "bn":
        return pt("axis", "{sign}${amount} bn", sign=sign, amount=amount)
    return pt("axis", "{sign}${amount} m", sign=sign, amount=amount)


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Move centres apart as little as possible, so that things of these sizes do not overlap.

    Least squares under the order of ``wanted`` (isotonic regression), then pushed inside ``low`` to ``high``.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    offsets: list[float] = []
    for n, i in enumerate(order):
        gap = 0.0 if n == 0 else (sizes[order[n - 1]] + sizes[i]) / 2
        offsets.append((offsets[-1] if offsets else 0.0) + gap)
    blocks: list[tuple[float, int]] = []
    for i, offset in zip(order, offsets, strict=True):
        total, count = wanted[i] - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
            before = blocks.pop()
            total, count = total + before[0], count + before[1]
        blocks.append((total, count))
    flat = [total / count for total, count in blocks for _ in range(count)]
    if not flat:
        return []
    floor = low + sizes[order[0]] / 2
    ceiling = high - sizes[order[-1]] / 2 - offsets[-1]
    result = [0.0] * len(wanted)
    for i, offset, base in zip(order, offsets, flat, strict=True):
        result[i] = max(floor, min(base, ceiling)) + offset
    return result


def rows(spans: Sequence[Span], gap: float = 0.08) -> list[int]:
    """Give each horizontal span the first row in which it meets no earlier one."""
    taken: list[list[Span]] = []
    found: list[int] = []
    for left, right in spans:
        for row, others in enumerate(taken):
            if all(right + gap <= a or left - gap >= b for a, b in others):
                others.append((left, right))
                found.append(row)
                break
        else:
            taken.append([(left, right)])
            found.append(len(taken) - 1)
    return found


def inside(centre: float, width: float, low: float, high: float) -> float:
    """Move a centre so that a thing of this width stays between ``low`` and ``high``."""
    return min(max(centre, low + width / 2), high - width / 2)


def wrap(text: str, width: float, size: float = LABEL_PT, weight: str = "normal") -> list[str]:
    """Break a text into lines of at most this many inches; a single longer word keeps its own line."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_inches(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def shorten(text: str, width: float, size: float = LABEL_PT, weight: str = "normal") -> str:
    """Cut a text that is wider than this many inches, and show that it was cut."""
    if text_inches(text, size, weight) <= width:
        return text
    shorter = [text]
    while shorter[-1]:
        shorter.append(shorter[-1][:-1].rstrip(" ,;:"))
    fits = bisect_left(shorter, -width, key=lambda cut: -text_inches(f"{cut}…", size, weight))
    return f"{shorter[min(fits, len(shorter) - 1)]}…"


def overlap(one: Box, other: Box) -> float:
    """Give the area two boxes (left, bottom, right, top) share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    up = min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0.0) * max(up, 0.0)
