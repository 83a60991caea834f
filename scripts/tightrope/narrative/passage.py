"""A passage: a paragraph, the rows it speaks of, and the words around their chart, all from the same numbers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Concatenate, ParamSpec

import pandas as pd

from tightrope.language import spoken, t
from tightrope.measures import Measure, find_measure
from tightrope.narrative.display import Prose, Table
from tightrope.narrative.report import Report, source_line
from tightrope.narrative.trace import plain, recorded, standing_on, used
from tightrope.narrative.words import cap


@dataclass(frozen=True)
class Passage:
    """What a section says and shows.

    Attributes
    ----------
    prose : Prose
        The paragraph.
    frame : DataFrame
        Tidy rows for the chart; empty when there is no data.
    words : dict or None
        Title, subtitle, source, alt, unit and name of the chart; None when there is nothing to draw.
    """

    prose: Prose
    frame: pd.DataFrame
    words: dict[str, str] | None = None


P = ParamSpec("P")


def grounded(say: Callable[Concatenate[Report, P], Passage]) -> Callable[Concatenate[Report, P], Passage]:
    """Trace every number of a passage and of its chart's words to the rows of the measures that it looks at."""

    @functools.wraps(say)
    def run(report: Report, /, *args: P.args, **kwargs: P.kwargs) -> Passage:
        with standing_on(_name(say)):
            made = say(report, *args, **kwargs)
            words = made.words and {key: plain(recorded(text)) for key, text in made.words.items()}
            if words:
                words["title"] = cap(words["title"])
            return replace(made, prose=Prose(recorded(made.prose.text)), words=words)

    return run


def captioned(make: Callable[Concatenate[Report, P], Table]) -> Callable[Concatenate[Report, P], Table]:
    """Trace every number of a table's caption and source line to the rows of the measures that it looks at."""

    @functools.wraps(make)
    def run(report: Report, /, *args: P.args, **kwargs: P.kwargs) -> Table:
        with standing_on(_name(make)):
            made = make(report, *args, **kwargs)
            return replace(made, caption=recorded(made.caption), source=recorded(made.source))

    return run


def _name(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__name__", "")).replace("_", " ")


def look(report: Report, measure: str, **arguments: Any) -> Measure:
    """Run a measure on the report's day and stand on its rows."""
    return used(find_measure(measure).function(report.evidence, **arguments))


def nothing(what: str, measure: Measure) -> Passage:
    """Give the passage for a measure without data: which kind of nothing it is, in one line."""
    # A measure says in English what it lacks.
    if spoken() != "en":
        return Passage(Prose(t("{what}: we found no data.", what=what)), pd.DataFrame())
    detail = measure.missing.detail if measure.missing else "no rows"
    return Passage(Prose(f"{what}: we found no data ({detail})."), pd.DataFrame())


def chart_words(
    report: Report, name: str, title: str, subtitle: str, alt: str, measures: Sequence[Measure]
) -> dict[str, str]:
    """Give the words around a chart; the source line names every producer behind the measures once."""
    sources = {s.table: s for m in measures for s in m.sources}
    return {
        "title": title,
        "subtitle": subtitle,
        "source": source_line([sources[t] for t in sorted(sources)], report.as_of),
        "alt": alt,
        "unit": measures[0].unit,
        "name": name,
    }
