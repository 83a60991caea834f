"""A passage: a paragraph, the rows it speaks of, and the words around their chart, all from the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from tightrope.measures import Measure
from tightrope.narrative.display import Prose
from tightrope.narrative.report import Report, source_line


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


def nothing(what: str, measure: Measure) -> Passage:
    """Give the passage for a measure without data: which kind of nothing it is, in one line."""
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
