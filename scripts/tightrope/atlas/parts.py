"""The parts of a section of the atlas: text, tables and drawings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from tightrope.atlas.atlas import Atlas
from tightrope.evidence import Source
from tightrope.language import t
from tightrope.narrative.display import Html, Prose, Raw, Table
from tightrope.narrative.trace import plain, recorded
from tightrope.narrative.wording import worded
from tightrope.narrative.words import say_date


@dataclass(frozen=True)
class Drawing:
    """A chart that the notebook draws.

    Attributes
    ----------
    kind : str
        ``cover`` (states by years), ``spread`` (ratios of two sources) or ``line``.
    frame : DataFrame
        Tidy rows.
    words : dict
        Title, subtitle, source, alt, unit and name.
    options : dict
        Further arguments of the chart.
    """

    kind: str
    frame: pd.DataFrame
    words: dict[str, str]
    options: dict[str, Any] = field(default_factory=dict)


Part = Prose | Table | Html | Raw | Drawing


def words(
    atlas: Atlas, *, name: str, title: str, subtitle: str, alt: str, unit: str, sources: Iterable[Source] = ()
) -> dict[str, str]:
    """Give the words around a chart; every number in them is traced to the ground that stands."""
    said = {"title": title, "subtitle": subtitle, "alt": alt, "source": source_line(atlas, sources)}
    return {**{key: plain(recorded(text)) for key, text in said.items()}, "unit": unit, "name": name}


def source_line(atlas: Atlas, sources: Iterable[Source] = ()) -> str:
    """Name the producers, or the package where a chart is of all its tables, and the day."""
    producers = list(dict.fromkeys(worded(source.producer) for source in sources))
    if not producers:
        return t("Source: the tables of the evidence package. As of {date}.", date=say_date(atlas.as_of))
    return t("Sources: {producers}. As of {date}.", producers="; ".join(producers), date=say_date(atlas.as_of))
