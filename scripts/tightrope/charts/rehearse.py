"""Draw once before the first chart is wanted: libraries look for fonts and writers only when something is drawn."""

from __future__ import annotations

import pandas as pd

from tightrope.charts import bars, series
from tightrope.charts.contract import Chart, Texts


def rehearse() -> None:
    """Draw one chart of each common kind and throw it away; for a process that will be forked."""
    words = Texts("One rehearsal is drawn", "Persons by year", "nobody", "A line and a bar", "persons", "rehearsal")
    lines = pd.DataFrame({"year": [2000, 2001, 2002, 2003], "persons": [1.0, 3.0, 2.0, 4.0], "of": list("aabb")})
    drawn: list[Chart] = [
        series.line(lines, words, y="persons", by="of"),
        bars.horizontal(pd.DataFrame({"name": ["One", "Two"], "share_pct": [60.0, 40.0]}), words, value="share_pct"),
    ]
    for chart in drawn:
        chart._repr_mimebundle_()
