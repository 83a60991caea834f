"""The first page of the atlas: the finding, the tables by theme, and the record that publish reads."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from tightrope.atlas.ages import last_described
from tightrope.atlas.atlas import ALL, THEMES, Atlas, theme_of
from tightrope.atlas.licences import Reuse, licences
from tightrope.language import t
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
    title = t("The evidence")
    if atlas.theme != ALL:
        title = t("The evidence: {theme}", theme=t(THEMES[atlas.theme]).lower())
    stem = f"data-atlas-as-of-{atlas.as_of}" + ("" if atlas.theme == ALL else f"-{atlas.theme}")
    stem += "" if atlas.language == "en" else f"-{atlas.language}"
    record = Record(
        {
            "title": title,
            "subtitle": t("An atlas of the data package: coverage, gaps, disagreement, licences, ages"),
            "kicker": t(
                "Data atlas · evidence package {version} · as of {date}",
                version=atlas.evidence.package.version,
                date=plain(say_date(atlas.as_of)),
            ),
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
            "counts": {t("tables"): len(atlas.tables)},
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
    return t(
        "As of {date} the {n} tables hold {n_rows} rows. {n_wide} of the {n_grids} that count by state and year reach {many} or more of "
        "{n_states} states. {n_old} of {n_dated} describe nothing after {year}. For {n_unverified} the terms of reuse are not verified.",
        date=say_date(atlas.as_of), n=say_number(len(atlas.tables)), n_rows=say_number(n_rows), n_wide=say_number(n_wide),
        n_grids=say_number(len(grids)), many=say_number(MANY), n_states=say_number(n_states), n_old=say_number(n_old),
        n_dated=say_number(n_dated), year=say_year(atlas.as_of.year - RECENT - 1), n_unverified=say_number(n_unverified),
    )  # fmt: skip


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
                [t(title), say_number(len(tables)), say_number(n_rows),
                 say_year(min(firsts)) if firsts else t("undated"), say_year(max(ends).year) if ends else t("undated"),
                 *map(say_number, counts)]
            )  # fmt: skip
    columns = [
        t("Theme"), t("Tables"), t("Rows"), t("First year"), t("Last year"), t("Open licence"), t("Producer's terms"),
        t("Not verified"),
    ]  # fmt: skip
    caption = t("The tables by theme: rows visible on the day, first year by state, and what the recorded licences say")
    return Table(caption, columns, rows, (1, 2, 3, 4, 5, 6, 7))
