"""Coverage and gaps: which states and years each table has, and which kind of nothing the rest is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from tightrope.atlas.atlas import FIRST_YEAR, THEMES, Atlas, quoted, theme_of
from tightrope.atlas.grid import Cell, Grid, ordered, runs
from tightrope.atlas.parts import Drawing, Part, words
from tightrope.language import t, written
from tightrope.narrative.display import Prose, Table
from tightrope.narrative.names import local_name
from tightrope.narrative.trace import recorded
from tightrope.narrative.wording import worded
from tightrope.narrative.wording import worded_cell as titled
from tightrope.narrative.words import cap, say_date, say_list, say_number, say_percent, say_year

# Maps on one figure, so that it fits a printed page.
PANELS = 12
# A map of fewer states is an empty square: such a table is named instead.
FEWEST_STATES = 8
# A table that lacks more states than this is of a region or a topic; one that lacks fewer has holes.
MOST_LACKING = 20
LEVELS = 4


def coverage(atlas: Atlas) -> list[Part]:
    """Draw how many tables know a state in a year, then a map of each table."""
    grids = [grid for grid in map(atlas.grid, atlas.tables) if grid]
    if not grids:
        return [Prose(t("No table of this theme has rows by state and year on this day."))]
    parts: list[Part] = [_world(atlas, grids)]
    for theme, title in THEMES.items():
        mine = [grid for grid in grids if theme_of(grid.table) == theme and grid.n_states >= FEWEST_STATES]
        for start in range(0, len(mine), PANELS):
            parts.append(_maps(atlas, mine[start : start + PANELS], t(title), start, len(mine)))
    parts.append(_others(atlas, grids))
    return parts


def _world(atlas: Atlas, grids: Sequence[Grid]) -> Drawing:
    first, last = min(g.first for g in grids), max(g.last for g in grids)
    total = np.zeros((len(atlas.states), last - first + 1), dtype=int)
    for grid in grids:
        total[:, grid.first - first : grid.last - first + 1] += grid.covered
    order, regions = ordered(atlas, total)
    most = int(total.max())
    levels = np.ceil(LEVELS * total / max(most, 1)).astype(int)
    by_year = total.mean(axis=0)
    peak = int(by_year.argmax())
    frame = pd.DataFrame(runs(levels[order], first), columns=["row", "first", "last", "level"]).assign(panel="all")
    table = pd.DataFrame(
        {t("Year"): range(first, last + 1), t("Tables by state, mean"): by_year.round(1), t("Most"): total.max(axis=0),
         t("States in no table"): (total == 0).sum(axis=0)}
    )  # fmt: skip
    least = atlas.states[int(total.sum(axis=1).argmin())]
    with atlas.on(*(grid.table.name for grid in grids)):
        mean = say_number(by_year[peak], 1)
        said = words(
            atlas,
            name="coverage-world",
            title=t(
                "The evidence is thickest in {year}: {mean} tables know the average state",
                year=say_year(first + peak),
                mean=mean,
            ),
            subtitle=t(
                "Tables with a row, by state and year, {first}–{last}; in a region the best covered states stand first; four shades, "
                "in quarters of the largest number",
                first=say_year(first),
                last=say_year(last),
            ),
            alt=t(
                "Map of states in {n} regions by years from {first} to {last}, shaded by number of tables. The mean is highest in "
                "{peak} with {high}, and {now} in {end}. The largest number is {most}. The state in fewest is {state}.",
                n=len(regions),
                first=first,
                last=last,
                peak=first + peak,
                high=plain_one(by_year[peak]),
                now=plain_one(by_year[-1]),
                end=last,
                most=most,
                state=local_name(atlas.evidence, least),
            ),
            unit="tables",
        )
    return Drawing("world", frame, said, {"regions": called(regions), "table": table, "years": [t("Year")]})


def called(regions: dict[str, int]) -> dict[str, int]:
    """Give the regions by their names in the report's language."""
    return {t(region): n for region, n in regions.items()}


def plain_one(value: float) -> str:
    """Give one decimal."""
    return written(f"{value:.1f}")


def _maps(atlas: Atlas, grids: Sequence[Grid], theme: str, start: int, n_all: int) -> Drawing:
    made, notes, rows = [], {}, []
    regions: dict[str, int] = {}
    for grid in grids:
        order, regions = ordered(atlas, grid.covered)
        title = worded(grid.table.title)
        made += [(title, *run[:3], LEVELS) for run in runs(grid.covered[order], grid.first)]
        span = str(grid.first) if grid.first == grid.last else f"{grid.first}–{grid.last}"
        notes[title] = t("{span} · {n} of {of} states", span=span, n=grid.n_states, of=len(atlas.states))
        share = 100 * grid.covered.sum() / max(int(grid.there.sum()), 1)
        rows.append([title, grid.first, grid.last, grid.n_states, round(min(float(share), 100.0), 1)])
    frame = pd.DataFrame(made, columns=["panel", "row", "first", "last", "level"])
    columns = [t("Table"), t("First year"), t("Last year"), t("States"), t("State-years covered, %")]
    fullest = max(grids, key=lambda g: (g.n_states, g.covered.shape[1]))
    scarce = min(grids, key=lambda g: (g.n_states, g.covered.shape[1]))
    fields = {"theme": theme, "n": n_all}
    if n_all > len(grids):
        subtitle = t(
            "{theme}, tables {first} to {last} of {n}: a blue line is a state with a row in the year; in a region the best covered "
            "states stand first",
            first=start + 1, last=start + len(grids), **fields,
        )  # fmt: skip
    else:
        subtitle = t(
            "{theme}, {n} tables: a blue line is a state with a row in the year; in a region the best covered states stand first",
            **fields,
        )
    with atlas.on(*(grid.table.name for grid in grids)):
        said = words(
            atlas,
            name=f"coverage-{theme_of(grids[0].table)}-{start // PANELS + 1}",
            title=cap(_title(atlas, theme, fullest, scarce)),
            subtitle=subtitle,
            alt=t(
                "{n} maps of states in {n_regions} regions by years, blue where the table has a row. Fullest: {fullest}, {n_fullest} "
                "states, {fullest_first} to {fullest_last}. Scarcest: {scarce}, {n_scarce} states, {scarce_first} to {scarce_last}.",
                n=len(grids),
                n_regions=len(regions),
                fullest=worded(fullest.table.title),
                n_fullest=fullest.n_states,
                fullest_first=fullest.first,
                fullest_last=fullest.last,
                scarce=worded(scarce.table.title),
                n_scarce=scarce.n_states,
                scarce_first=scarce.first,
                scarce_last=scarce.last,
            ),
            unit="covered or not",
            sources=[atlas.evidence.source(grid.table.name) for grid in grids],
        )
    options = {"regions": called(regions), "notes": notes, "table": pd.DataFrame(rows, columns=columns)}
    return Drawing("maps", frame, said, {**options, "years": [t("First year"), t("Last year")]})


def _title(atlas: Atlas, theme: str, fullest: Grid, scarce: Grid) -> str:
    whole = len(atlas.states)
    if fullest is scarce:
        return t(
            "“{title}” reaches {n} of {of} states",
            title=worded(fullest.table.title), n=say_number(fullest.n_states), of=say_number(whole),
        )  # fmt: skip
    return t(
        "In {theme} the tables reach from {low} to {high} of {of} states",
        theme=theme.lower(), low=say_number(scarce.n_states), high=say_number(fullest.n_states), of=say_number(whole),
    )  # fmt: skip


def _others(atlas: Atlas, grids: Sequence[Grid]) -> Prose:
    drawn = {grid.table.name for grid in grids}
    few = [grid.table.title for grid in grids if grid.n_states < FEWEST_STATES]
    unseen = [table.title for table in atlas.tables if not atlas.rows(table.name).num_rows]
    rest = [table.title for table in atlas.tables if table.name not in drawn and table.title not in unseen]
    with atlas.on():
        said = []
        if few:
            said.append(
                t("Not drawn, since they are of fewer than {n} states: {tables}.", n=FEWEST_STATES, tables=quoted(few))
            )
        if rest:
            said.append(t("Not drawn, since they have no rows by state and year: {tables}.", tables=quoted(rest)))
        if unseen:
            said.append(t("Not yet: on this day {tables} had no row.", tables=quoted(unseen)))
        text = " ".join(said) or t("Every table of this theme is drawn.")
        begin = t("Maps begin in {year} at the earliest.", year=FIRST_YEAR)
        return Prose(recorded(f"{text} {begin}"))


def gaps(atlas: Atlas) -> list[Part]:
    """Count every cell of state and year that has no row, by the kind of nothing that it is."""
    grids = [grid for grid in map(atlas.grid, atlas.tables) if grid]
    parts: list[Part] = [_kinds(atlas)]
    if grids:
        parts.append(_counts(atlas, grids))
        lacking = _lacking(atlas, grids)
        if lacking.rows:
            parts.append(lacking)
    parts.append(suppressed(atlas))
    return parts


def _kinds(atlas: Atlas) -> Prose:
    with atlas.on():
        text = t(
            "A cell is one state in one year, from the table's first year (at the earliest {year}) to its last. *Covered*: the table "
            "has a row. *Not collected*: the state was there and the table has none. *None listed*: the table lists only what there "
            "was, so that no row means no such thing was recorded. *No such state then*: before the tables know the state. *Series "
            "ended*: full years since the table's last one, one cell a state that is there now. *Not yet* counts rows, not cells: "
            "those that describe a later day than {date}. A row covers its state whether or not every figure in it is filled.",
            year=FIRST_YEAR, date=say_date(atlas.as_of),
        )  # fmt: skip
        return Prose(recorded(text))


def _counts(atlas: Atlas, grids: Sequence[Grid]) -> Table:
    alive = int(atlas.there(atlas.as_of.year, atlas.as_of.year).sum())
    rows = []
    for grid in grids:
        with atlas.on(grid.table.name):
            counts = grid.count(alive)
            inside = counts[Cell.COVERED] + counts[Cell.NOT_COLLECTED] + counts[Cell.NONE_LISTED]
            span = say_year(grid.first) if grid.first == grid.last else f"{say_year(grid.first)}–{say_year(grid.last)}"
            rows.append(
                [titled(grid.table.title), span, say_percent(100 * counts[Cell.COVERED] / max(inside, 1)),
                 *(say_number(counts[kind]) for kind in
                   (Cell.NOT_COLLECTED, Cell.NONE_LISTED, Cell.NO_STATE, Cell.SERIES_ENDED)),
                 say_number(grid.n_later)]
            )  # fmt: skip
    columns = [
        t("Table"), t("Years"), t("Covered"), t("Not collected"), t("None listed"), t("No such state"), t("Series ended"),
        t("Not yet"),
    ]  # fmt: skip
    caption = t(
        "Cells of state and year by the kind of nothing that they are, and the share covered of those that could be"
    )
    return Table(caption, columns, rows, range(2, 8))


def _lacking(atlas: Atlas, grids: Sequence[Grid]) -> Table:
    rows = []
    for grid in grids:
        without = ~grid.covered.any(axis=1) & grid.there.any(axis=1)
        n = int(without.sum())
        if 0 < n <= MOST_LACKING:
            with atlas.on(grid.table.name):
                named = sorted(local_name(atlas.evidence, atlas.states[i]) for i in np.flatnonzero(without))
                rows.append([titled(grid.table.title), say_number(n), say_list(named)])
    caption = t("States that a wide table lacks altogether, where there are at most {n} of them", n=MOST_LACKING)
    return Table(caption, [t("Table"), t("States"), t("Which")], rows, (1,))


def suppressed(atlas: Atlas) -> Prose:
    """Say which figures the source has and the table withholds, since they are errors: those under a flag ``…_error``."""
    said = []
    for table in atlas.tables:
        for field in table.table_schema.fields:
            if field.type != "boolean" or not field.name.endswith("_error"):
                continue
            with atlas.on(table.name):
                n = pc.sum(pc.cast(atlas.rows(table.name)[field.name], "int64")).as_py() or 0
                said.append(
                    t("{n} of “{title}” (`{column}`)", n=say_number(n), title=worded(table.title), column=field.name)
                )
    if not said:
        return Prose(t("*Suppressed*: no figure of these tables is withheld."))
    return Prose(t("*Suppressed* are figures that the source has wrong: {figures}.", figures=say_list(said)))
