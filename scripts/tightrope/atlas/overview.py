"""The first page of the atlas: the finding, the tables by theme, and the record that publish reads."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from tightrope.atlas.ages import last_described
from tightrope.atlas.atlas import ALL, THEMES, Atlas, theme_of
from tightrope.atlas.licences import Reuse, licences
from tightrope.narrative.display import Html, Record, Table
from tightrope.narrative.trace import plain
from tightrope.narrative.words import say_date, say_number, say_year

MANY = 150
# A table counts as recent when it describes something of the last five years.
RECENT = 5


@dataclass(frozen=True)
class Glance:
    """Finding, table by theme and record."""

    finding: Html
    table: Table
    record: Record


def glance(atlas: Atlas) -> Glance:
    """Say how much there is, how far it reaches and what of it may be passed on."""
    with atlas.on():
        text = _finding(atlas)
    table = _themes(atlas)
    title = "The evidence" if atlas.theme == ALL else f"The evidence: {THEMES[atlas.theme].lower()}"
    stem = f"data-atlas-as-of-{atlas.as_of}" + ("" if atlas.theme == ALL else f"-{atlas.theme}")
    record = Record(
        {
            "title": title,
            "subtitle": "An atlas of the data package: coverage, gaps, disagreement, licences, ages",
            "kicker": f"Data atlas · evidence package {atlas.evidence.package.version} · "
            f"as of {plain(say_date(atlas.as_of))}",
            "slug": "data-atlas",
            "stem": stem,
            "language": atlas.language,
            "date": atlas.as_of.isoformat(),
            "authors": ["Tightrope"],
            "description": plain(text),
            "summary": {
                "columns": list(table.columns),
                "rows": [[plain(str(cell)) for cell in row] for row in table.rows],
            },
            "counts": {"tables": len(atlas.tables)},
        }
    )
    return Glance(Html(f'<p class="finding">{escape(text)}</p>', text), table, record)


def _finding(atlas: Atlas) -> str:
    found = {table.name: last_described(atlas, table) for table in atlas.tables}
    n_rows = sum(atlas.rows(table.name).num_rows for table in atlas.tables)
    grids = [grid for grid in map(atlas.grid, atlas.tables) if grid]
    n_wide = sum(grid.n_states >= MANY for grid in grids)
    n_old = sum(last is not None and last.year < atlas.as_of.year - RECENT for last in found.values())
    n_dated = sum(last is not None for last in found.values())
    n_unverified = sum(len(one.tables) for one in licences(atlas) if one.reuse is Reuse.UNVERIFIED)
    n_states = len(atlas.states)
    return (
        f"As of {say_date(atlas.as_of)} the {say_number(len(atlas.tables))} tables hold {say_number(n_rows)} rows. "
        f"{say_number(n_wide)} of the {say_number(len(grids))} that count by state and year reach {say_number(MANY)} or "
        f"more of {say_number(n_states)} states. {say_number(n_old)} of {say_number(n_dated)} describe nothing after "
        f"{say_year(atlas.as_of.year - RECENT - 1)}. For {say_number(n_unverified)} the terms of reuse are not verified."
    )


def _themes(atlas: Atlas) -> Table:
    reuse = {table.name: one.reuse for one in licences(atlas) for table in one.tables}
    rows = []
    for theme, title in THEMES.items():
        tables = [table for table in atlas.tables if theme_of(table) == theme]
        if not tables:
            continue
        with atlas.on(*(table.name for table in tables)):
            ends = [last for table in tables if (last := last_described(atlas, table))]
            firsts = [grid.first for grid in map(atlas.grid, tables) if grid]
            n_rows = sum(atlas.rows(table.name).num_rows for table in tables)
            counts = [sum(reuse[table.name] is kind for table in tables) for kind in Reuse]
            rows.append(
                [title, say_number(len(tables)), say_number(n_rows),
                 say_year(min(firsts)) if firsts else "undated", say_year(max(ends).year) if ends else "undated",
                 *map(say_number, counts)]
            )  # fmt: skip
    columns = ["Theme", "Tables", "Rows", "First year", "Last year", "Open licence", "Producer's terms", "Not verified"]
    caption = "The tables by theme: rows visible on the day, first year by state, and what the recorded licences say"
    return Table(caption, columns, rows, (1, 2, 3, 4, 5, 6, 7))
