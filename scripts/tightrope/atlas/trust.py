"""How far the tables can be trusted and used: where sources disagree, who may pass them on, how old they are."""

from __future__ import annotations

import pandas as pd

from tightrope.atlas.ages import Age, age
from tightrope.atlas.atlas import Atlas
from tightrope.atlas.disagree import LARGE, LEAST_MUSD, LEAST_PERSONS, Compared, apart, comparisons
from tightrope.atlas.licences import Licence, Reuse, licences
from tightrope.atlas.parts import Drawing, Part, words
from tightrope.evidence.corrections import load_corrections
from tightrope.evidence.states import name_of
from tightrope.narrative.display import Prose, Table
from tightrope.narrative.trace import recorded, stand, told
from tightrope.narrative.words import say_date, say_list, say_money, say_number, say_percent, say_year

CLOSE, FAR = 0.10, 0.50
QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


def disagreement(atlas: Atlas) -> list[Part]:
    """Draw how far sources of the same thing lie apart, how two books of trade drifted, and name the worst cases."""
    found = comparisons(atlas)
    if not found:
        return [Prose("No two tables of this theme state the same thing on this day.")]
    parts: list[Part] = [_spread(atlas, found)]
    mirror = next((c for c in found if c.one.table == c.other.table == "trade_imf"), None)
    if mirror is not None and mirror.pairs["year"].nunique() > 2:
        parts.append(_drift(atlas, mirror))
    parts += [_worst(atlas, found), _how(atlas)]
    return parts


def _ground(atlas: Atlas, compared: Compared) -> list[str]:
    return list(dict.fromkeys([compared.one.table, compared.other.table]))


def _spread(atlas: Atlas, found: list[Compared]) -> Drawing:
    frame = pd.DataFrame(
        [
            {"one": c.one.label, "other": c.other.label, **{k: c.quantile(q) for k, q in QUANTILES.items()},
             "note": f"{c.within(CLOSE):.0f}% of {len(c.pairs):,}"}
            for c in found
        ]
    )  # fmt: skip
    table = pd.DataFrame(
        {
            "First source": frame["one"], "Second source": frame["other"],
            "First year": [int(c.pairs["year"].min()) for c in found],
            "Last year": [int(c.pairs["year"].max()) for c in found],
            "Compared": [len(c.pairs) for c in found],
            **{f"Ratio, {name}": frame[key].round(3) for key, name in
               {"p5": "5th percentile", "p50": "median", "p95": "95th percentile"}.items()},
            "Within 10%, %": [round(c.within(CLOSE), 1) for c in found],
            "Within 50%, %": [round(c.within(FAR), 1) for c in found],
        }
    )  # fmt: skip
    least, best = min(found, key=lambda c: c.within(CLOSE)), max(found, key=lambda c: c.within(CLOSE))
    tables = dict.fromkeys(t for c in found for t in _ground(atlas, c))
    with atlas.on(*tables):
        if least is best:
            title = f"{_cap(least.one.label)} and {least.other.label} agree within {say_percent(100 * CLOSE)} in "
            title += f"{say_percent(least.within(CLOSE))} of cases"
        else:
            title = f"Two sources agree within {say_percent(100 * CLOSE)} in {say_percent(least.within(CLOSE))} to "
            title += f"{say_percent(best.within(CLOSE))} of cases, by what is compared"
        said = words(
            atlas,
            name="disagreement",
            title=title,
            subtitle="Second source over first, by pair and year: median (dot), middle half (thick) and middle nine tenths "
            "(thin); at the right the share within a tenth, and how many were compared",
            alt=f"Spread of ratios for {len(found)} pairs of sources on a doubling scale. Furthest apart: "
            f"{least.one.label} and {least.other.label}, {least.within(CLOSE):.0f}% within a tenth. Closest: "
            f"{best.one.label} and {best.other.label}, {best.within(CLOSE):.0f}%, of {len(best.pairs):,} compared.",
            unit="ratio",
            sources=[atlas.evidence.source(t) for t in tables],
        )
    return Drawing("ratios", frame, said, {"table": table, "years": ["First year", "Last year"]})


def _drift(atlas: Atlas, mirror: Compared) -> Drawing:
    frame = apart(mirror, FAR)
    first, last = frame.iloc[0], frame.iloc[-1]
    highest = frame.iloc[int(frame["apart_pct"].to_numpy().argmax())]
    with atlas.on("trade_imf"):
        rose = "rose from" if last["apart_pct"] > first["apart_pct"] else "went from"
        said = words(
            atlas,
            name="mirror-drift",
            title=f"Pairs whose two books of trade lie half or more apart {rose} {say_percent(first['apart_pct'])} in "
            f"{say_year(int(first['year']))} to {say_percent(last['apart_pct'])} in {say_year(int(last['year']))}",
            subtitle=f"Directed pairs with a million dollars or more in both books, whose larger figure exceeds the "
            f"smaller by more than {say_percent(100 * FAR)}; percent",
            alt=f"Line of the share of pairs whose books differ by more than half, from {int(first['year'])} "
            f"({first['apart_pct']:.0f}%) to {int(last['year'])} ({last['apart_pct']:.0f}%); highest in "
            f"{int(highest['year'])} with {highest['apart_pct']:.0f}%.",
            unit="percent",
            sources=[atlas.evidence.source("trade_imf")],
        )
    return Drawing("line", frame, said, {"x": "year", "y": "apart_pct", "fmt": "percent", "zero": True})


def _worst(atlas: Atlas, found: list[Compared]) -> Table:
    rows = []
    for c in found:
        case = c.worst()
        if case is None:
            continue
        with atlas.on(records=()):
            stand({c.one.table: [int(case["row_one"])]})
            stand({c.other.table: [int(case["row_other"])]})
            one, other = (name_of(atlas.evidence, str(case[key])) for key in ("iso3_a", "iso3_b"))
            factor = max(case["ratio"], 1 / case["ratio"])
            rows.append(
                [f"{one} to {other}" if c.unit != "share" else f"{one} and {other}", say_year(int(case["year"])),
                 f"{c.one.label}: {_value(case['one'], c.unit)}", f"{c.other.label}: {_value(case['other'], c.unit)}",
                 say_number(factor, 1 if factor < 100 else 0)]
            )  # fmt: skip
    caption = "The worst case of each comparison, by factor, where one of the two figures is large"
    note = "Large: a billion dollars, a thousand students; any share of votes. Re-exports and shell trade make many of them."
    return Table(caption, ["Pair", "Year", "First source", "Second source", "Factor"], rows, (1, 4), recorded(note))


def _value(value: float, unit: str) -> str:
    if unit == "million US dollars":
        return say_money(value)
    return say_percent(100 * value) if unit == "share" else say_number(value)


def _how(atlas: Atlas) -> Prose:
    text = f"""Compared are pairs and years for which both sources state (figures that the IMF estimated are left out) at least {say_number(LEAST_MUSD)} million dollars,
or {say_number(LEAST_PERSONS)} students: below that, rounding alone makes large ratios. Imports are counted with freight
and insurance and exports without, so that an importer's figure is the larger one where both are right. A worst case is
looked for where one figure reaches {say_number(LARGE["million US dollars"])} million dollars or
{say_number(LARGE["students"])} students. Which source a claim stands on is a choice, and the readings of a claim make
that choice in the open."""
    return Prose(told("how sources are compared", text, ["data/datapackage.json"]))


def _cap(text: str) -> str:
    return text[0].upper() + text[1:]


def reuse(atlas: Atlas) -> list[Part]:
    """Say who may pass the tables on, licence by licence, and name every table whose terms are not verified."""
    found = licences(atlas)
    with atlas.on():
        counts = {kind: sum(len(one.tables) for one in found if one.reuse is kind) for kind in Reuse}
        text = (
            f"By the licences on record, {say_number(counts[Reuse.OPEN])} of {say_number(len(atlas.tables))} tables may be "
            f"republished by anyone, {say_number(counts[Reuse.TERMS])} stand under terms of their producer's own, and for "
            f"{say_number(counts[Reuse.UNVERIFIED])} the terms are not verified: the copy that was read states none, or a "
            "doubt is on record. This is what descriptors say; it is no legal advice."
        )
        rows = [[str(one.reuse), _licence(one), ", ".join(table.name for table in one.tables)] for one in found]
    caption = "Licences as the descriptors word them, what they ask, and the tables under each"
    return [
        Prose(text),
        Table(
            caption,
            ["Reuse", "Licence", "Tables"],
            [[recorded(c) if i < 2 else c for i, c in enumerate(r)] for r in rows],
        ),
    ]


def _licence(one: Licence) -> str:
    # What a licence asks is moot where it is not the data's own, or in doubt.
    return f"{one.title} ({one.asks})" if one.asks and one.reuse is Reuse.OPEN else one.title


def ages(atlas: Atlas) -> list[Part]:
    """Say how old every table is on the day, and since when a newer release has been due where that is known."""
    found = [age(atlas, table) for table in atlas.tables]
    dated = sorted((a for a in found if a.released), key=lambda a: a.table.title)
    with atlas.on():
        n_cadence = sum(a.table.details.cadence is not None for a in found)
        stated = [f"“{a.table.title}”, every {_due(a)}" for a in found if a.table.details.cadence]
        later = sum(a.is_later for a in found)
        text = (
            f"For {say_number(len(dated))} of {say_number(len(found))} tables the release of our copy is on record. How "
            f"often a producer brings out a new one is stated for {say_number(n_cadence)}{f' ({say_list(stated)})' if stated else ''}; for the others it is not, so "
            "nothing can be said of when they went stale, and none is assumed."
        )
        if later:
            text += f" {say_number(later)} copies came out after the day: they may hold revisions that nobody had then."
    rows = []
    for one in sorted(found, key=_by_age):
        with atlas.on(one.table.name):
            rows.append(
                [one.table.title, say_date(one.last) if one.last else "undated",
                 say_date(one.released) if one.released else "not known", _years(one), _stale(one)]
            )  # fmt: skip
    columns = ["Table", "Describes to", "Copy released", "Age, years", "Stale since"]
    caption = (
        "Ages of the tables, the oldest first: years since the release of the copy, or since the last day described (†) where "
        "no release is on record"
    )
    return [Prose(text), Table(caption, columns, rows, (3,))]


def _by_age(one: Age) -> tuple[float, str]:
    return (-(one.years if one.years is not None else -1.0), one.table.title)


def _years(one: Age) -> str:
    if one.years is None:
        return "later" if one.is_later else "not known"
    return say_number(one.years, 1) + ("" if one.released else "†")


def _due(one: Age) -> str:
    cadence = one.table.details.cadence
    assert cadence is not None, "asked of a table with a cadence"
    return "month" if cadence.months == 1 else f"{say_number(cadence.months)} months"


def _stale(one: Age) -> str:
    if one.table.details.cadence is None:
        return "no cadence stated"
    return say_date(one.stale_since) if one.stale_since else "not yet"


def corrections(atlas: Atlas) -> list[Part]:
    """Name the errors of sources that are put right here, or can only be told."""
    names = {table.name for table in atlas.tables}
    found = [record for record in load_corrections(atlas.evidence.root) if record.table in names]
    if not found:
        return [Prose("No error of a source is on record for these tables.")]
    with atlas.on(records=["data/datapackage.json", "data/corrections/*.toml"]):
        rows = [
            [recorded(atlas.evidence.source(one.table).title), recorded(f"{one.title}. {one.reason}"),
             "put right" if one.applied == "recipe" else "told only", recorded(one.reference)]
            for one in found
        ]  # fmt: skip
        text = (
            f"{say_number(len(found))} errors of sources are on record. Each record says what must still show that the "
            "source is wrong: where it no longer does, building the table stops."
        )
    caption = "Errors of sources: what is wrong, whether it could be put right, and how it was found"
    return [Prose(text), Table(caption, ["Table", "What is wrong", "Here", "How it was found"], rows)]
