"""States: the list that every other table refers to."""

from __future__ import annotations

import pandas as pd

from tightrope.ingest.recipe import Raw, recipe


@recipe("states")
def states(raw: Raw) -> pd.DataFrame:
    """Make the states table from the countries file."""
    frame = raw.read("politics/countries.csv")
    return pd.DataFrame({"iso3": frame["iso3"], "name": frame["name"], "is_un_member": frame["un_member"]})
