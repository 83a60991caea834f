"""Verdicts at a glance: the strip of all claims, the counts, and what held from when to when."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from babel.dates import format_date
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tightrope.charts.common import MAX_EVENTS, SPOKEN, Words, inside, require, rows, wrap
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.marks import draw_mark, touch
from tightrope.charts.numbers import Numbers, columns_of
from tightrope.charts.palette import GRID, INK, MUTED, SOFT, STATE_A, VERDICTS, verdict_style
from tightrope.charts.style import SMALL_PT, TICK_PT, WIDTH_IN, bare, blank, place, style, text_inches
from tightrope.errors import TightropeError
from tightrope.language import locale, spoken

CELL_IN = 0.37
ROW_IN = 0.42
KEY_IN = 0.22
THEME_IN = 1.55
BAR_IN = 0.19
LINE_IN = 0.155
UNDER_IN = 0.14


_DAYS = {"ko": "y. M. d.", "ru": "d MMM y"}


def _written(value: Any) -> str:
    date = pd.Timestamp(value)
    if spoken() == "en":
        return f"{date.day} {date.strftime('%b %Y')}"
    return str(format_date(date.date(), _DAYS[spoken()], locale=locale()))


def inch_axes(figure: Figure) -> Axes:
    """Give axes over the whole figure whose unit is the inch, the origin at the top left."""
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, figure.get_figwidth())
    axes.set_ylim(figure.get_figheight(), 0)
    axes.set_axis_off()
    return axes


def strip(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    links: bool = False,
    key: bool = True,
    words: Words = SPOKEN,
) -> Chart:
    """Draw every claim's mark in the article's order, one row a theme, its id below, the counts as the key.

    Parameters
    ----------
    frame : pandas.DataFrame
        In the article's order: ``id``, ``theme``, ``verdict``; with ``statement`` a mark names its claim on hover.
    links : bool
        Make each id a link to ``#<id>`` in the page.
    key : bool
        Write the counts by verdict below, which also says what the marks mean.

    Raises
    ------
    TightropeError
        No claim, or a column is missing.
    UnknownName
        A word that is none of the seven verdicts.
    """
    require(frame, ["id", "theme", "verdict"], "verdicts.strip")
    per_row = int((WIDTH_IN - THEME_IN - 0.05) / CELL_IN)
    lines: list[tuple[list[str], pd.DataFrame]] = []
    for theme, part in frame.groupby("theme", sort=False):
        for start in range(0, len(part), per_row):
            lines.append((wrap(str(theme), THEME_IN - 0.1) if start == 0 else [], part.iloc[start : start + per_row]))
    counted = _counts(frame)
    key_rows = _key_rows(counted, words) if key else []
    height = 0.06 + len(lines) * ROW_IN + (0.1 + KEY_IN * len(key_rows) if key_rows else 0)
    tips: dict[str, str] = {}
    with style():
        figure = blank(height)
        axes = inch_axes(figure)
        for i, (theme_lines, part) in enumerate(lines):
            y = 0.06 + i * ROW_IN + 0.1
            axes.text(0.04, y + 0.07, "\n".join(theme_lines), va="center", linespacing=1.0)
            if theme_lines and i:
                axes.plot([0.04, WIDTH_IN - 0.04], [y - 0.14, y - 0.14], color=GRID, linewidth=0.8)
            for j, (claim, verdict) in enumerate(zip(part["id"], part["verdict"], strict=True)):
                x = THEME_IN + (j + 0.5) * CELL_IN
                draw_mark(axes, x, y, 0.085, str(verdict))
                text = axes.text(x, y + 0.17, str(claim), fontsize=7.5, color=MUTED, ha="center", va="center")
                gid = f"mark-{claim}"
                touch(axes, x - CELL_IN / 2, y - 0.12, CELL_IN, 0.38, gid)
                if links:
                    text.set_url(f"#{claim}")
                    axes.patches[-1].set_url(f"#{claim}")
                said = f": {part['statement'].iloc[j]}" if "statement" in part else ""
                tips[gid] = f"{claim}, {words.verdict(str(verdict))}{said}"
        y = 0.06 + len(lines) * ROW_IN + 0.1
        for row in key_rows:
            for x, verdict, label in row:
                draw_mark(axes, x + 0.07, y + 0.06, 0.06, verdict)
                axes.text(x + 0.18, y + 0.06, label, fontsize=TICK_PT, va="center_baseline")
            y += KEY_IN
    named = frame.assign(verdict=[words.verdict(str(verdict)) for verdict in frame["verdict"]])
    headers = {"id": "id", "statement": "claim", "theme": "theme", "verdict": "verdict"}
    shown = columns_of(named, {column: words.header(header) for column, header in headers.items()})
    return texts.chart(figure, frame, numbers=shown, tips=tips)


def counts(frame: pd.DataFrame, texts: Texts, *, words: Words = SPOKEN) -> Chart:
    """Draw how many claims have each verdict: mark, word, bar from zero, number; a verdict nobody has shows 0.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a claim, with ``verdict``.
    """
    require(frame, ["verdict"], "verdicts.counts")
    counted = _counts(frame, every=True)
    names = {verdict: words.verdict(verdict) for verdict in counted}
    left = 0.4 + max(text_inches(name) for name in names.values())
    scale = (WIDTH_IN - left - 0.4) / max(counted.values())
    with style():
        figure = blank(0.08 + 0.23 * len(counted))
        axes = inch_axes(figure)
        for i, (verdict, n) in enumerate(counted.items()):
            y = 0.15 + 0.23 * i
            colour = verdict_style(verdict).colour
            draw_mark(axes, 0.12, y, 0.075, verdict)
            axes.text(0.28, y, names[verdict], va="center_baseline")
            axes.barh(y, n * scale, left=left, height=0.13, color=colour, linewidth=0)
            axes.text(left + n * scale + 0.06, y, str(n), weight="bold", color=colour, va="center_baseline")
        axes.set_xlim(0, WIDTH_IN)
        axes.set_ylim(figure.get_figheight(), 0)
    table = pd.DataFrame({"verdict": list(counted), "n_claims": list(counted.values())})
    shown = pd.DataFrame({words.header("verdict"): list(names.values()), words.header("n_claims"): table["n_claims"]})
    return texts.chart(figure, table, numbers=Numbers(shown))


def timeline(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    as_of: Any,
    start: Any,
    end: Any,
    events: Sequence[tuple[Any, str]] = (),
    colours: Mapping[str, str] | None = None,
    date_fmt: Callable[[Any], str] = _written,
    words: Words = SPOKEN,
) -> Chart:
    """Draw dated states of law or verdicts as bars over time, one row a statement, the as-of date marked.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a period: ``id``, ``statement`` (rows are drawn in their order), ``start`` and ``end`` (dates; a
        missing start or end is open: the bar runs to the edge with a point), ``state`` (what was in force, written
        in the bar). A statement with a missing ``state`` says that there is no data.
    as_of, start, end : date
        The report's date, and the first and last day of the axis.
    events : sequence of (date, label)
        At most five thin labelled verticals.
    colours : mapping, optional
        Colour by state; a verdict takes its own, the first other state blue, the rest grey.
    date_fmt : callable
        Writes the as-of date.

    Raises
    ------
    TightropeError
        No row, more than five events, a period that ends before it starts, or a column is missing.
    """
    require(frame, ["id", "statement", "start", "end", "state"], "verdicts.timeline")
    if len(events) > MAX_EVENTS:
        raise TightropeError(f"{len(events)} events are too many for one chart", where="charts.verdicts.timeline",
                             fix=f"choose {MAX_EVENTS}")  # fmt: skip
    first, last, now = _day(start), _day(end), _day(as_of)
    groups = [(str(key[0]), str(key[1]), part) for key, part in frame.groupby(["id", "statement"], sort=False)]
    left = 1.75
    labels = [wrap(f"{claim} {statement}".strip(), left - 0.2, TICK_PT) for claim, statement, _ in groups]
    said = words.as_of.format(date=date_fmt(as_of))
    heads = [(now, said), *((_day(when), label) for when, label in events if first <= _day(when) <= last)]
    scale = (WIDTH_IN - left - 0.15) / (last - first)
    periods = [_periods(part, (first, last), now, scale, words) for _, _, part in groups]
    heights = [
        max(0.3, 0.125 * len(lines) + 0.12) + (UNDER_IN if any(bar.under for bar in bars) else 0)
        for lines, bars in zip(labels, periods, strict=True)
    ]
    spans = []
    for when, label in heads:
        size = text_inches(label, SMALL_PT, "bold" if label == said else "normal")
        centre = inside(left + (when - first) * scale, size, left - 0.4, WIDTH_IN - 0.03)
        spans.append((centre - size / 2, centre + size / 2))
    row = rows(spans)
    top = 0.1 + LINE_IN * (max(row) + 1)
    with style():
        figure = blank(top + sum(heights) + 0.3)
        axes = place(figure, left, 0.3, 0.15, top)
        axes.set_xlim(first, last)
        axes.set_ylim(sum(heights), 0)
        bare(axes, baseline=True)
        axes.set_yticks([])
        _years(axes, start, end)
        found = _tones(frame["state"], colours)
        y = 0.0
        for (_, _, part), lines, height, bars in zip(groups, labels, heights, periods, strict=True):
            middle = y + (height - (UNDER_IN if any(bar.under for bar in bars) else 0)) / 2
            axes.annotate("\n".join(lines), (0, middle), (-left * 72 + 4, 0), xycoords=("axes fraction", "data"),
                          textcoords="offset points", fontsize=TICK_PT, va="center", linespacing=1.0,
                          annotation_clip=False)  # fmt: skip
            if part["state"].isna().all():
                axes.text(first, middle, " " + words.no_data, color=MUTED, fontsize=SMALL_PT, va="center_baseline")
            axes.axhline(y + height, color=GRID, linewidth=0.7, zorder=0)
            for bar in bars:
                _draw_bar(axes, bar, middle, found[bar.state], (first, last))
            y += height
        for (when, label), (a, b), r in zip(heads, spans, row, strict=True):
            mine = label == said
            axes.axvline(when, color=INK if mine else SOFT, linewidth=1.2 if mine else 0.7, zorder=4 if mine else 0.5)
            up = 1 - (top - 0.05 - r * LINE_IN) / figure.get_figheight()
            figure.text((a + b) / 2 / WIDTH_IN, up, label, fontsize=SMALL_PT, ha="center", va="bottom",
                        color=INK if mine else MUTED, weight="bold" if mine else "normal")  # fmt: skip
    judged = all(str(state) in VERDICTS for state in frame["state"].dropna())
    headers = {"id": "id", "statement": "claim", "state": "verdict" if judged else "in_force", "start": "from"}
    dated = frame.assign(
        state=pd.Series(
            [None if pd.isna(s) else words.verdict(str(s)) for s in frame["state"]], index=frame.index, dtype=object
        ),
        # An end that is not known is open, which is not the same as no data.
        **{edge: [words.open if pd.isna(v) else date_fmt(v) for v in frame[edge]] for edge in ("start", "end")},
    )
    shown = columns_of(dated, {column: words.header(header) for column, header in {**headers, "end": "to"}.items()})
    return texts.chart(figure, frame, numbers=shown)


@dataclass(frozen=True)
class _Bar:
    """One period on the axis: days, whether its ends are known and shown, its word and where the word goes."""

    low: float
    high: float
    starts: bool
    ends: bool
    state: str
    text: str
    anchor: float
    align: str
    under: bool = False


def _periods(part: pd.DataFrame, bounds: tuple[float, float], now: float, scale: float, words: Words) -> list[_Bar]:
    """Cut the periods of one row to the axis and find room for their words: inside, beside, else under the bar."""
    first, last = bounds
    spans = []
    for begin, until, state in zip(part["start"], part["end"], part["state"], strict=True):
        if pd.isna(state):
            continue
        a = -math.inf if pd.isna(begin) else _day(begin)
        b = math.inf if pd.isna(until) else _day(until)
        if b < a:
            raise TightropeError(f"the period of {state!r} ends before it starts", where="charts.verdicts.timeline",
                                 fix=f"mend {begin} to {until}")  # fmt: skip
        if b >= first and a <= last:
            spans.append((max(a, first), min(b, last), a >= first, b <= last, str(state)))
    made: list[_Bar] = []
    taken = [(low, high) for low, high, *_ in spans]
    for low, high, starts, ends, state in sorted(spans):
        text = words.verdict(state)
        size, gap = text_inches(text, SMALL_PT) / scale, 0.06 / scale
        left, right = (low - gap - size, low - gap), (high + gap, high + gap + size)
        if size + 2 * gap <= high - low:
            made.append(_Bar(low, high, starts, ends, state, text, low + gap, "left"))
        elif right[1] <= last and _free(right, taken):
            made.append(_Bar(low, high, starts, ends, state, text, right[0], "left"))
            taken.append(right)
        elif left[0] >= first and _free(left, taken):
            made.append(_Bar(low, high, starts, ends, state, text, left[1], "right"))
            taken.append(left)
        else:
            centre = inside((low + high) / 2, size, first, last)
            if abs(centre - now) < size / 2 + gap:  # the as-of line would strike the word out
                before, after = now - size / 2 - gap, now + size / 2 + gap
                centre = before if centre <= now or after + size / 2 > last else after
            made.append(_Bar(low, high, starts, ends, state, text, centre, "center", under=True))
    return made


def _free(span: tuple[float, float], taken: Sequence[tuple[float, float]]) -> bool:
    return all(span[1] <= low or span[0] >= high for low, high in taken)


def _draw_bar(axes: Axes, bar: _Bar, middle: float, colour: str, bounds: tuple[float, float]) -> None:
    axes.barh(middle, bar.high - bar.low, left=bar.low, height=BAR_IN, color=colour, alpha=0.28, linewidth=0, zorder=2)
    # A solid edge where a period began or ended; an arrow where it runs on beyond the axis.
    for edge, known, arrow, limit in ((bar.low, bar.starts, "<", bounds[0]), (bar.high, bar.ends, ">", bounds[1])):
        if known:
            axes.plot([edge, edge], [middle - BAR_IN / 2, middle + BAR_IN / 2], color=colour, linewidth=1.6, zorder=3,
                      solid_capstyle="butt")  # fmt: skip
        else:
            axes.plot([limit], [middle], arrow, color=colour, markersize=5, clip_on=False, zorder=3)
    down = BAR_IN / 2 + 0.07 if bar.under else 0.0
    axes.text(bar.anchor, middle + down, bar.text, fontsize=SMALL_PT, ha=bar.align, va="center_baseline", zorder=5)


def _counts(frame: pd.DataFrame, *, every: bool = False) -> dict[str, int]:
    for verdict in frame["verdict"]:
        verdict_style(str(verdict))
    found = frame["verdict"].value_counts()
    return {word: int(found.get(word, 0)) for word in VERDICTS if every or word in found.index}


def _key_rows(counted: Mapping[str, int], words: Words) -> list[list[tuple[float, str, str]]]:
    items = [(verdict, f"{n} {words.verdict(verdict)}") for verdict, n in counted.items()]
    sizes = [0.18 + text_inches(label, TICK_PT) + 0.16 for _, label in items]
    n_rows = next(n for n in range(1, 9) if _fits(sizes, -(-len(items) // n)))
    each = -(-len(items) // n_rows)
    made = []
    for start in range(0, len(items), each):
        lefts = np.cumsum([0.04, *sizes[start : start + each]])
        made.append([(float(x), *item) for x, item in zip(lefts, items[start : start + each], strict=False)])
    return made


def _fits(sizes: Sequence[float], each: int) -> bool:
    return all(sum(sizes[i : i + each]) <= WIDTH_IN or each == 1 for i in range(0, len(sizes), each))


def _tones(states: pd.Series[Any], colours: Mapping[str, str] | None) -> dict[str, str]:
    given = dict(colours or {})
    names = [str(state) for state in states.dropna().unique()]
    plain = [name for name in names if name not in given and name not in VERDICTS]
    tones = dict(zip(plain, [STATE_A, *[MUTED] * len(plain)], strict=False))
    return {n: given[n] if n in given else VERDICTS[n].colour if n in VERDICTS else tones[n] for n in names}


def _day(value: Any) -> float:
    return float(pd.Timestamp(value).toordinal())


def _years(axes: Axes, first: Any, last: Any) -> None:
    years = range(pd.Timestamp(first).year, pd.Timestamp(last).year + 1)
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if len(years) / s <= 8)
    shown = [year for year in years if year % step == 0 and _day(first) <= _day(f"{year}-01-01") <= _day(last)]
    axes.set_xticks([_day(f"{year}-01-01") for year in shown], [str(year) for year in shown])
