"""How far the tables can be trusted and used: where sources disagree, who may pass them on, how old they are."""

from __future__ import annotations

import pandas as pd

from tightrope.atlas.ages import Age, age
from tightrope.atlas.atlas import Atlas
from tightrope.atlas.disagree import LARGE, LEAST_MUSD, LEAST_PERSONS, Compared, apart, comparisons
from tightrope.atlas.licences import Licence, Reuse, licences
from tightrope.atlas.parts import Drawing, Part, words
from tightrope.evidence.corrections import load_corrections
from tightrope.language import pt, t, written
from tightrope.narrative.display import Prose, Raw, Table
from tightrope.narrative.names import local_name
from tightrope.narrative.trace import recorded, stand, told
from tightrope.narrative.wording import worded
from tightrope.narrative.wording import worded_cell as titled
from tightrope.narrative.words import say_date, say_list, say_money, say_number, say_percent, say_year

CLOSE, FAR = 0.10, 0.50
QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


def disagreement(atlas: Atlas) -> list[Part]:
    """Draw how far sources of the same thing lie apart, how two books of trade drifted, and name the worst cases."""
    found = comparisons(atlas)
    if not found:
        return [Prose(t("No two tables of this theme state the same thing on this day."))]
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
             "note": t("{share} of {n}", share=_whole(c.within(CLOSE)), n=written(f"{len(c.pairs):,}"))}
            for c in found
        ]
    )  # fmt: skip
    table = pd.DataFrame(
        {
            t("First source"): frame["one"], t("Second source"): frame["other"],
            t("First year"): [int(c.pairs["year"].min()) for c in found],
            t("Last year"): [int(c.pairs["year"].max()) for c in found],
            t("Compared"): [len(c.pairs) for c in found],
            t("Ratio, 5th percentile"): frame["p5"].round(3),
            t("Ratio, median"): frame["p50"].round(3),
            t("Ratio, 95th percentile"): frame["p95"].round(3),
            t("Within 10%, %"): [round(c.within(CLOSE), 1) for c in found],
            t("Within 50%, %"): [round(c.within(FAR), 1) for c in found],
        }
    )  # fmt: skip
    least, best = min(found, key=lambda c: c.within(CLOSE)), max(found, key=lambda c: c.within(CLOSE))
    tables = dict.fromkeys(table for c in found for table in _ground(atlas, c))
    with atlas.on(*tables):
        if least is best:
            title = t(
                "{one} and {other} agree within {close} in {share} of cases",
                one=_cap(least.one.label), other=least.other.label, close=say_percent(100 * CLOSE),
                share=say_percent(least.within(CLOSE)),
            )  # fmt: skip
        else:
            title = t(
                "Two sources agree within {close} in {low} to {high} of cases, by what is compared",
                close=say_percent(100 * CLOSE), low=say_percent(least.within(CLOSE)), high=say_percent(best.within(CLOSE)),
            )  # fmt: skip
        said = words(
            atlas,
            name="disagreement",
            title=title,
            subtitle=t(
                "Second source over first, by pair and year: median (dot), middle half (thick) and middle nine tenths (thin); at the "
                "right the share within a tenth, and how many were compared"
            ),
            alt=t(
                "Spread of ratios for {n} pairs of sources on a doubling scale. Furthest apart: {far_one} and {far_other}, {far} within "
                "a tenth. Closest: {near_one} and {near_other}, {near}, of {n_near} compared.",
                n=len(found),
                far_one=least.one.label,
                far_other=least.other.label,
                far=_whole(least.within(CLOSE)),
                near_one=best.one.label,
                near_other=best.other.label,
                near=_whole(best.within(CLOSE)),
                n_near=written(f"{len(best.pairs):,}"),
            ),
            unit="ratio",
            sources=[atlas.evidence.source(table) for table in tables],
        )
    return Drawing("ratios", frame, said, {"table": table, "years": [t("First year"), t("Last year")]})


def _drift(atlas: Atlas, mirror: Compared) -> Drawing:
    frame = apart(mirror, FAR)
    first, last = frame.iloc[0], frame.iloc[-1]
    highest = frame.iloc[int(frame["apart_pct"].to_numpy().argmax())]
    with atlas.on("trade_imf"):
        fields = {
            "low": say_percent(first["apart_pct"]), "first": say_year(int(first["year"])),
            "high": say_percent(last["apart_pct"]), "last": say_year(int(last["year"])),
        }  # fmt: skip
        if last["apart_pct"] > first["apart_pct"]:
            title = t(
                "Pairs whose two books of trade lie half or more apart rose from {low} in {first} to {high} in {last}",
                **fields,
            )
        else:
            title = t(
                "Pairs whose two books of trade lie half or more apart went from {low} in {first} to {high} in {last}",
                **fields,
            )
        said = words(
            atlas,
            name="mirror-drift",
            title=title,
            subtitle=t(
                "Directed pairs with a million dollars or more in both books, whose larger figure exceeds the smaller by more than "
                "{share}; percent",
                share=say_percent(100 * FAR),
            ),
            alt=t(
                "Line of the share of pairs whose books differ by more than half, from {first} ({low}) to {last} ({high}); highest in "
                "{peak} with {most}.",
                first=int(first["year"]),
                low=_whole(first["apart_pct"]),
                last=int(last["year"]),
                high=_whole(last["apart_pct"]),
                peak=int(highest["year"]),
                most=_whole(highest["apart_pct"]),
            ),
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
            one, other = (local_name(atlas.evidence, str(case[key])) for key in ("iso3_a", "iso3_b"))
            factor = max(case["ratio"], 1 / case["ratio"])
            pair = t("{one} to {other}", one=one, other=other)
            if c.unit == "share":
                pair = t("{a} and {b}", a=one, b=other)
            year = say_year(int(case["year"]))
            values = [f"{s.label}: {_value(case[key], c.unit)}" for s, key in ((c.one, "one"), (c.other, "other"))]
            rows.append(
                [pair, year, *values,
                 say_number(factor, 1 if factor < 100 else 0)]
            )  # fmt: skip
    caption = t("The worst case of each comparison, by factor, where one of the two figures is large")
    note = t(
        "Large: a billion dollars, a thousand students; any share of votes. Re-exports and shell trade make many of them."
    )
    columns = [t("Pair"), t("Year"), t("First source"), t("Second source"), t("Factor")]
    return Table(caption, columns, rows, (1, 4), recorded(note))


def _whole(value: float) -> str:
    return t("{number}%", number=f"{value:.0f}")


def _value(value: float, unit: str) -> str:
    if unit == "million US dollars":
        return say_money(value)
    return say_percent(100 * value) if unit == "share" else say_number(value)


def _how(atlas: Atlas) -> Prose:
    text = t(
        "Compared are pairs and years for which both sources state (figures that the IMF estimated are left out) at least {musd} million "
        "dollars, or {n} students: below that, rounding alone makes large ratios. Imports are counted with freight and insurance and "
        "exports without, so that an importer's figure is the larger one where both are right. A worst case is looked for where one "
        "figure reaches {large_musd} million dollars or {large_n} students. Which source a claim stands on is a choice, and the "
        "readings of a claim make that choice in the open.",
        musd=say_number(LEAST_MUSD), n=say_number(LEAST_PERSONS), large_musd=say_number(LARGE["million US dollars"]),
        large_n=say_number(LARGE["students"]),
    )  # fmt: skip
    return Prose(told("how sources are compared", text, ["data/datapackage.json"]))


def _cap(text: str) -> str:
    return text[0].upper() + text[1:]


def reuse(atlas: Atlas) -> list[Part]:
    """Say who may pass the tables on, licence by licence, and name every table whose terms are not verified."""
    found = licences(atlas)
    with atlas.on():
        counts = {kind: sum(len(one.tables) for one in found if one.reuse is kind) for kind in Reuse}
        text = t(
            "By the licences on record, {n_open} of {n} tables may be republished by anyone, {n_terms} stand under terms of their "
            "producer's own, and for {n_unverified} the terms are not verified: the copy that was read states none, or a doubt is on "
            "record. This is what descriptors say; it is no legal advice.",
            n_open=say_number(counts[Reuse.OPEN]), n=say_number(len(atlas.tables)), n_terms=say_number(counts[Reuse.TERMS]),
            n_unverified=say_number(counts[Reuse.UNVERIFIED]),
        )  # fmt: skip
        rows = [[t(str(one.reuse)), _licence(one), ", ".join(table.name for table in one.tables)] for one in found]
    caption = t("Licences as the descriptors word them, what they ask, and the tables under each")
    return [
        Prose(text),
        Table(
            caption,
            [t("Reuse"), t("Licence"), t("Tables")],
            [[recorded(c) if i < 2 else c for i, c in enumerate(r)] for r in rows],
        ),
    ]


def _licence(one: Licence) -> str:
    # What a licence asks is moot where it is not the data's own, or in doubt.
    return (
        t("{title} ({asks})", title=worded(one.title), asks=t(one.asks))
        if one.asks and one.reuse is Reuse.OPEN
        else worded(one.title)
    )


def ages(atlas: Atlas) -> list[Part]:
    """Say how old every table is on the day, and since when a newer release has been due where that is known."""
    found = [age(atlas, table) for table in atlas.tables]
    dated = sorted((a for a in found if a.released), key=lambda a: a.table.title)
    with atlas.on():
        n_cadence = sum(a.table.details.cadence is not None for a in found)
        stated = [_due(a) for a in found if a.table.details.cadence]
        later = sum(a.is_later for a in found)
        fields = {"n": say_number(len(dated)), "of": say_number(len(found)), "n_stated": say_number(n_cadence)}
        if stated:
            text = t(
                "For {n} of {of} tables the release of our copy is on record. How often a producer brings out a new one is stated for "
                "{n_stated} ({stated}); for the others it is not, so nothing can be said of when they went stale, and none is assumed.",
                stated=say_list(stated), **fields,
            )  # fmt: skip
        else:
            text = t(
                "For {n} of {of} tables the release of our copy is on record. How often a producer brings out a new one is stated for "
                "{n_stated}; for the others it is not, so nothing can be said of when they went stale, and none is assumed.",
                **fields,
            )
        if later:
            text += " " + t(
                "{n} copies came out after the day: they may hold revisions that nobody had then.", n=say_number(later)
            )
    rows = []
    for one in sorted(found, key=_by_age):
        with atlas.on(one.table.name):
            rows.append(
                [titled(one.table.title), say_date(one.last) if one.last else t("undated"),
                 say_date(one.released) if one.released else t("not known"), _years(one), _stale(one)]
            )  # fmt: skip
    columns = [t("Table"), t("Describes to"), t("Copy released"), t("Age, years"), t("Stale since")]
    caption = t(
        "Ages of the tables, the oldest first: years since the release of the copy, or since the last day described (†) where "
        "no release is on record"
    )
    return [Prose(text), Table(caption, columns, rows, (3,))]


def _by_age(one: Age) -> tuple[float, str]:
    return (-(one.years if one.years is not None else -1.0), one.table.title)


def _years(one: Age) -> str:
    if one.years is None:
        return pt("released", "later") if one.is_later else t("not known")
    return say_number(one.years, 1) + ("" if one.released else "†")


def _due(one: Age) -> str:
    cadence = one.table.details.cadence
    assert cadence is not None, "asked of a table with a cadence"
    if cadence.months == 1:
        return t("“{title}”, every month", title=worded(one.table.title))
    return t("“{title}”, every {n} months", title=worded(one.table.title), n=say_number(cadence.months))


def _stale(one: Age) -> str:
    if one.table.details.cadence is None:
        return t("no cadence stated")
    return say_date(one.stale_since) if one.stale_since else t("not yet")


def _fault(title: str, reason: str) -> Raw:
    cells = [titled(title, recorded), titled(reason, recorded)]
    return Raw(". ".join(cell.html for cell in cells), ". ".join(cell.text for cell in cells))


def corrections(atlas: Atlas) -> list[Part]:
    """Name the errors of sources that are put right here, or can only be told."""
    names = {table.name for table in atlas.tables}
    found = [record for record in load_corrections(atlas.evidence.root) if record.table in names]
    if not found:
        return [Prose(t("No error of a source is on record for these tables."))]
    with atlas.on(records=["data/datapackage.json", "data/corrections/*.toml"]):
        rows = [
            [titled(atlas.evidence.source(one.table).title, recorded), _fault(one.title, one.reason),
             t("put right") if one.applied == "recipe" else t("told only"), titled(one.reference, recorded)]
            for one in found
        ]  # fmt: skip
        text = t(
            "{n} errors of sources are on record. Each record says what must still show that the source is wrong: where it no longer "
            "does, building the table stops.",
            n=say_number(len(found)),
        )
    caption = t("Errors of sources: what is wrong, whether it could be put right, and how it was found")
    return [Prose(text), Table(caption, [t("Table"), t("What is wrong"), t("Here"), t("How it was found")], rows)]
