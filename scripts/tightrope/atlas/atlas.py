"""The tables of a theme on a day, and what every section of the atlas needs of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence, Resource, find_root
from tightrope.language import LANGUAGES, N_, speaking, t, use_language
from tightrope.measures.diplomacy_common import last_full_year
from tightrope.measures.percentiles import states_of
from tightrope.measures.statehood import spans_of_states, was_state
from tightrope.narrative.trace import Ground, standing_on, start
from tightrope.narrative.wording import worded
from tightrope.narrative.words import say_list

ALL = "all"
THEMES = {
    "trade": N_("Trade and economy"),
    "diplomacy": N_("Diplomacy"),
    "security": N_("Security"),
    "mobility": N_("Mobility"),
    "society": N_("Opinion, news and events"),
    "states": N_("States"),
}
# The headings of the atlas that no other page has.
HEADINGS = (
    N_("Which states, which years"), N_("Gaps, by kind"), N_("Where sources disagree"), N_("Who may pass the tables on"),
    N_("How old the tables are"), N_("Known errors of sources"), N_("Table by table"), N_("How to read this atlas"),
)  # fmt: skip
REGIONS = (N_("Africa"), N_("Americas"), N_("Asia"), N_("Europe"), N_("Oceania"), N_("Other"))
DESCRIPTOR = "data/datapackage.json"
# The maps of coverage begin where the evidence does.
FIRST_YEAR = 1946
# A number on more tables than this names them all by the descriptor.
MOST_PLACES = 2


@dataclass(frozen=True)
class Atlas:
    """The evidence on a day.

    Attributes
    ----------
    evidence : Evidence
        The tables as of the day.
    tables : tuple of Resource
        Those of the theme, by theme and title.
    states : tuple of str
        Members of the United Nations, Taiwan and Kosovo, by region and code.
    regions : dict of str to str
        State to region.
    """

    evidence: Evidence
    theme: str
    tables: tuple[Resource, ...]
    states: tuple[str, ...]
    regions: dict[str, str]
    language: str = "en"
    _visible: dict[str, pa.Table] = field(default_factory=dict, repr=False, compare=False)
    _made: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def as_of(self) -> date:
        """The day."""
        return self.evidence.as_of

    @property
    def last_year(self) -> int:
        """The last year that had ended on the day."""
        return last_full_year(self.as_of)

    def rows(self, table: str) -> pa.Table:
        """Give a table's visible rows as they are stored, with their numbers in the last column, read once."""
        if table not in self._visible:
            self._visible[table] = self.evidence.visible(table)
        return self._visible[table]

    def grid(self, table: Resource) -> Any:
        """Give the table's grid of states and years (see ``grid.grid``), laid out once."""
        from tightrope.atlas.grid import grid

        key = f"grid {table.name}"
        if key not in self._made:
            self._made[key] = grid(self, table)
        return self._made[key]

    def on(self, *tables: str, records: Sequence[str] = (DESCRIPTOR,)) -> AbstractContextManager[Ground]:
        """Stand on all visible rows of some tables, or else on records; the ground names rows without listing each."""
        if len(tables) > MOST_PLACES:
            places = [t("every visible row of {n} tables, their hashes in {file}", n=len(tables), file=DESCRIPTOR)]
        else:
            places = [self.place(table) for table in tables] or list(records)
        return standing_on(", ".join(tables) or "the package", records=places)

    def place(self, table: str) -> str:
        """Give ``gdp rows 0 to 11128 (11129), sha256 1234abcd``: what stands behind a number about a whole table."""
        rows = self.rows(table)["row"]
        digest = self.evidence.source(table).hash.removeprefix("sha256:")[:8]
        if not len(rows):
            return t("{table} rows 0 (none on this day), sha256 {digest}", table=table, digest=digest)
        return t(
            "{table} rows {first} to {last} ({n}), sha256 {digest}",
            table=table, first=rows[0].as_py(), last=rows[-1].as_py(), n=len(rows), digest=digest,
        )  # fmt: skip

    def there(self, first: int, last: int) -> npt.NDArray[np.bool_]:
        """Give, state by state and year by year, whether the tables know the state at the end of the year."""
        if "there" not in self._made:
            has = {r.name for r in self.evidence.package.resources}
            spans = spans_of_states(self.evidence) if "us_missions" in has else {}
            days = [date(year, 12, 31) for year in range(FIRST_YEAR, self.as_of.year + 1)]
            self._made["there"] = np.array([[was_state(spans, s, day) for day in days] for s in self.states])
        whole: npt.NDArray[np.bool_] = self._made["there"]
        return whole[:, first - FIRST_YEAR : last - FIRST_YEAR + 1]


def quoted(titles: Sequence[str]) -> str:
    """Give titles of tables in quotation marks, as a list."""
    return say_list([t("“{title}”", title=worded(title)) for title in titles])


def theme_of(resource: Resource) -> str:
    """Give the folder that a table stands in: its theme."""
    return resource.path.split("/")[1]


def open_atlas(as_of: str, language: str = "en", theme: str = ALL, root: Path | None = None) -> Atlas:
    """Open the evidence on a day and begin the report's ledger of numbers.

    Parameters
    ----------
    as_of : str
        The day, ``2026-11-24``: rows that describe a later one are not seen.
    language : str
        Language of the report: ``en``, ``ko`` or ``ru``.
    theme : str
        ``"all"``, or one of ``THEMES``.

    Raises
    ------
    UnknownName
        An unknown language or theme; the nearest are named.
    BadParameter
        The day is no date, or outside the evidence.
    """
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    if theme not in (ALL, *THEMES):
        raise UnknownName("theme", theme, [ALL, *THEMES])
    use_language(language)
    # What is wrong is said in English, whatever the report's language.
    with speaking("en"):
        evidence = Evidence(root or find_root(), as_of=as_of)
    order = list(THEMES)
    chosen = [r for r in evidence.package.resources if theme in (ALL, theme_of(r))]
    chosen.sort(key=lambda r: (order.index(theme_of(r)), r.title))
    regions = evidence.select("states", ["iso3", "region"]).set_index("iso3")["region"].fillna("Other").to_dict()
    states = sorted(states_of(evidence), key=lambda iso3: (regions.get(iso3, "Other"), iso3))
    start(evidence)
    of_states = {s: str(regions.get(s, "Other")) for s in states}
    return Atlas(evidence, theme, tuple(chosen), tuple(states), of_states, language)
