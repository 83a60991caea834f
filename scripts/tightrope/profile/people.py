"""People: who may enter without a visa, who lives, studies and travels there, what publics think, and dated events."""

from __future__ import annotations

from datetime import date

import pandas as pd

from tightrope.language import nt, pt, t
from tightrope.measures import Measure, Missing
from tightrope.narrative.display import Table, quoted
from tightrope.narrative.rules import say_rule
from tightrope.narrative.trace import recorded, stand
from tightrope.narrative.wording import worded_cell
from tightrope.narrative.words import cap, say_date, say_list, say_number, say_percent, say_year
from tightrope.profile.parts import FEWEST_POINTS, Page, say_below, say_nth, say_standing, section

# Before the pandemic, in it, and the last New Year's Eve of the table; beside them stands the day itself.
VISA_DAYS = (date(2020, 3, 9), date(2021, 5, 13), date(2024, 12, 31))
MOST_EVENTS = 14
# Fewer directed pairs than these say nothing of a place: Pew asked about eight in 2004.
FEWEST_POLLED = 10
VISAS = "visa_regimes"


@section
def people(page: Page) -> None:
    """Say who may enter without a visa, and who lives, studies and travels in the other state."""
    _visas(page)
    _migrants(page)
    _students(page)
    _arrivals(page)


@section
def opinion(page: Page) -> None:
    """Say what each public thinks of the other state, how the news scores the pair, and what is dated."""
    _favourability(page)
    _news(page)
    _events(page)


def _visas(page: Page) -> None:
    profile = page.profile
    days = [day for day in VISA_DAYS if day < profile.as_of] + [profile.as_of]
    rows, missing = [], None
    for passport, destination in profile.ways:
        found = page.look("visa_regime", passport=passport, destination=destination)
        runs = profile.evidence.select(VISAS, iso3_passport=passport, iso3_destination=destination)
        stand({VISAS: runs.index})
        cells = [_rule_on(runs, day) for day in days[:-1]]
        cells.append(t("no data") if found.missing else say_rule(found.frame.iloc[0]["category"]))
        rows.append([profile.head(passport), profile.name(destination), *cells])
        missing = missing or found.missing
    if all(cell == t("no data") for row in rows for cell in row[2:]):
        if missing is not None:
            page.lacks(t("Visas"), missing)
        return
    standing = page.look("pair_standing", state_a=profile.a, state_b=profile.b, figure="visa_ease")
    if standing.missing is None:
        row = standing.frame.iloc[0]
        n = int(row["value"])
        fields = {"n": say_number(row["n_equal"]), "of": say_number(row["n_pairs"])}
        page.say(
            (
                t(
                    "On the day a tourist could go without a visa from a consulate in neither direction; so it is with {n} of "
                    "{of} pairs.",
                    **fields,
                ),
                t(
                    "On the day a tourist could go without a visa from a consulate in one direction of the two; so it is with "
                    "{n} of {of} pairs.",
                    **fields,
                ),
                t(
                    "On the day a tourist could go without a visa from a consulate in both directions; so it is with {n} of "
                    "{of} pairs.",
                    **fields,
                ),
            )[n]
        )
    keep = [k for k, _ in enumerate(days) if any(row[2 + k] != t("no data") for row in rows)]
    columns = [t("Passport"), t("Entering"), *[say_date(days[k]) for k in keep]]
    cells_kept = [[*row[:2], *[row[2 + k] for k in keep]] for row in rows]
    caption = recorded(t("Entry for a short tourist stay on an ordinary passport, by day"))
    source = recorded(profile.source_line(profile.evidence.source(VISAS)))
    page.parts.append(Table(caption, columns, cells_kept, (), source))


def _rule_on(runs: pd.DataFrame, day: date) -> str:
    """Give the rule of the latest run that had begun on a day."""
    begun = runs[runs["first_seen"] <= pd.Timestamp(day)].sort_values("first_seen")
    return t("no data") if begun.empty else say_rule(begun.iloc[-1]["category"])


def _migrants(page: Page) -> None:
    profile = page.profile
    parts, used = [], []
    for one, other in profile.ways:
        names = {"one": profile.name(one), "other": profile.name(other)}
        what = t("People from {one} in {other}", **names)
        found = page.find(what, "migrants", origin=one, destination=other)
        if found is not None:
            parts.append((t("From {one} in {other}", **names), found.frame.set_index("year")["n_migrants"]))
            used.append(found)
    if not used:
        return
    standing = page.look("pair_standing", state_a=profile.a, state_b=profile.b, figure="migrants")
    if standing.missing is None:
        row = standing.frame.iloc[0]
        page.say(
            t(
                "By the UN's estimates {n} people from one of the two lived in the other in {year}, {standing}.",
                n=say_number(row["value"]), year=say_year(int(row["last_year"])), standing=say_standing(row, "people"),
            )
        )  # fmt: skip
    years = sorted({int(y) for _, series in parts for y in series.index})
    rows = [
        [label, *[say_number(series[y]) if y in series.index else t("no data") for y in years]]
        for label, series in parts
    ]
    columns = [t("People"), *[say_year(y) for y in years]]
    caption = t("People from one state who live in the other, estimates of the United Nations")
    page.table(caption, columns, rows, range(1, len(columns)), used)


def _students(page: Page) -> None:
    profile = page.profile
    rows: list[list[str]] = []
    used: list[Measure] = []
    for one, other in profile.ways:
        gap = None
        for source in ("uis", "oecd"):
            found = page.look("students", origin=one, destination=other, source=source)
            if found.missing is not None:
                gap = gap or found.missing
                continue
            yearly = found.frame.dropna(subset=["n_students"])
            first, last = yearly.iloc[0], yearly.iloc[-1]
            before = "" if len(yearly) < 2 else _in_year(first)
            now = _in_year(last)
            rows.append(
                [profile.head(one), profile.name(other), t("UNESCO") if source == "uis" else t("OECD"), before, now]
            )
            used.append(found)
        if gap is not None and not any(row[0] == profile.head(one) for row in rows):
            page.lacks(t("Students from {one} in {other}", one=profile.name(one), other=profile.name(other)), gap)
    if not rows:
        return
    standing = page.look("pair_standing", state_a=profile.a, state_b=profile.b, figure="students")
    if standing.missing is None:
        row = standing.frame.iloc[0]
        page.say(
            t(
                "{n} students from one of the two studied in the other in {year}, {standing}.",
                n=say_number(row["value"]), year=say_year(int(row["last_year"])), standing=say_standing(row, "students"),
            )
        )  # fmt: skip
    caption = t("Students in higher education from one state in the other, first and last year of each source")
    columns = [pt("origin", "From"), t("In"), t("Source"), t("First"), t("Last")]
    page.table(caption, columns, rows, (3, 4), used)


def _in_year(row: pd.Series) -> str:
    return t("{n} ({year})", n=say_number(row["n_students"]), year=say_year(int(row["year"])))


def _arrivals(page: Page) -> None:
    """Give arrivals in South Korea, the one state whose border counts the tables hold."""
    profile = page.profile
    for origin, destination in profile.ways:
        if destination != "KOR":
            continue
        found = page.find(
            t("Arrivals in {where}", where=profile.name(destination)),
            "arrivals",
            origin=origin,
            destination=destination,
        )
        if found is None:
            return
        whole = found.frame[~found.frame["is_part_year"].astype(bool)]
        if whole.empty:
            return
        first, last = whole.iloc[0], whole.iloc[-1]
        name, where = profile.name(origin), profile.name(destination)
        page.say(
            t(
                "{n} arrivals from {name} were counted in {where} in {year}, {share} of all, the {nth}-largest origin of {of}; in "
                "{begin} there were {first}.",
                n=say_number(last["n_arrivals"]), name=name, where=where, year=say_year(int(last["year"])),
                share=say_percent(last["share_pct"]), nth=say_nth(int(last["rank"])), of=say_number(last["n_origins"]),
                begin=say_year(int(first["year"])), first=say_number(first["n_arrivals"]),
            )
        )  # fmt: skip
        if len(whole) < FEWEST_POINTS:
            return
        frame = whole.assign(value=whole["n_arrivals"].astype(float) / 1000)[["year", "value"]]
        begin, end = int(first["year"]), int(last["year"])
        fields = {
            "name": name, "where": where, "first": say_number(first["n_arrivals"]), "last": say_number(last["n_arrivals"]),
            "begin": begin, "end": end,
        }  # fmt: skip
        if last["n_arrivals"] > first["n_arrivals"]:
            title = t("Arrivals from {name} in {where} rose from {first} to {last} between {begin} and {end}", **fields)
        else:
            title = t("Arrivals from {name} in {where} fell from {first} to {last} between {begin} and {end}", **fields)
        alt = t(
            "Line chart of arrivals from {name} in {where} by year, {begin} to {end}, in thousands: from {first} to {last}.",
            **{**fields, "first": say_number(first["n_arrivals"]), "last": say_number(last["n_arrivals"])},
        )
        subtitle = t("Arrivals by nationality, all purposes, thousands a year, {begin}–{end}", begin=begin, end=end)
        unit = t("thousand arrivals")
        page.draw("line", frame, "arrivals", title, subtitle, alt, [found], unit, y="value", fmt="number", zero=True)


def _favourability(page: Page) -> None:
    profile = page.profile
    parts, told, places, used = [], [], [], []
    for one, other in profile.ways:
        names = {"one": profile.name(one), "other": profile.name(other)}
        what = t("Opinion in {one} of {other}", **names)
        found = page.find(what, "favourability", respondent=one, target=other)
        if found is None:
            continue
        last = found.frame.iloc[-1]
        told.append(
            t(
                "{share} of adults in {one} had a good opinion of {other} in {year}",
                share=say_percent(last["favourable_pct"]), year=say_year(int(last["year"])), **names,
            )
        )  # fmt: skip
        place = page.look("opinion_standing", respondent=one, target=other).frame.iloc[0]
        if place["n_pairs"] >= FEWEST_POLLED:
            places.append(_place_of_opinion(place, names["one"]))
        parts.append(
            found.frame.assign(
                of=t("in {name}", name=profile.name(one)), value=found.frame["favourable_pct"].astype(float)
            )
        )
        used.append(found)
    if not used:
        return
    text = say_list(told)
    polled = t("In the last Pew surveys before the day {shares}; those who did not answer are counted in.", shares=text)
    page.say(" ".join([polled, *places]))
    frame = pd.concat(parts)[["year", "of", "value"]]
    if frame.groupby("of")["year"].nunique().max() < FEWEST_POINTS:
        return
    low, high = frame["value"].min(), frame["value"].max()
    first, end = int(frame["year"].min()), int(frame["year"].max())
    title = cap(text)
    subtitle = t("Very or somewhat favourable, percent of adults, {first}–{last}", first=first, last=end)
    alt = t(
        "Line chart of the share of adults with a good opinion of the other state by year of survey, {first} to {last}, with gaps "
        "where nobody asked; between {low} and {high}. {shares}.",
        first=first, last=end, low=say_percent(low), high=say_percent(high), shares=title,
    )  # fmt: skip
    page.draw("line", frame, "opinion", title, subtitle, alt, used, y="value", by="of", fmt="percent", markers=True)


def _place_of_opinion(place: pd.Series, one: str) -> str:
    """Say where a share of adults lies among those of all directed pairs polled in its year."""
    fields = {"n": say_number(place["n_pairs"]), "year": say_year(int(place["year"])), "one": one}
    if place["rank"] == 1:
        return t(
            "Of the {n} directed pairs of states that Pew polled in {year}, the share in {one} is the highest.",
            **fields,
        )
    if place["percentile"] == 0:
        return t(
            "Of the {n} directed pairs of states that Pew polled in {year}, the share in {one} is the lowest.", **fields
        )
    return t(
        "Of the {n} directed pairs of states that Pew polled in {year}, the share in {one} is the {nth} highest, above {below} of "
        "the others.",
        nth=say_nth(int(place["rank"])), below=say_below(place["percentile"]), **fields,
    )  # fmt: skip


def _news(page: Page) -> None:
    profile = page.profile
    standing = page.find(t("News"), "pair_standing", state_a=profile.a, state_b=profile.b, figure="news")
    if standing is None:
        return
    row = standing.frame.iloc[0]
    fields = {"year": say_year(int(row["last_year"])), "standing": say_standing(row, "score")}
    if row["value"] > 0:
        text = t(
            "In the news that GDELT scored in {year}, cooperation outweighs for this pair; its score is {standing}. The score "
            "grows with the amount of news: it measures attention as much as warmth.",
            **fields,
        )
    else:
        text = t(
            "In the news that GDELT scored in {year}, conflict outweighs for this pair; its score is {standing}. The score "
            "grows with the amount of news: it measures attention as much as warmth.",
            **fields,
        )
    page.say(text)


def _events(page: Page) -> None:
    profile = page.profile
    found = page.look("events", actors=[profile.a, profile.b])
    if found.missing is not None:
        detail = f"no event with both up to {profile.as_of}; the table is of South Korea, Russia and North Korea, and not complete"
        page.lacks(t("Dated events"), Missing(found.missing.kind, detail))
        return
    frame = found.frame.tail(MOST_EVENTS)
    rows = [[say_date(r["date"]), worded_cell(r["event"]), quoted(r["source_title"])] for _, r in frame.iterrows()]
    left, day = len(found.frame) - len(frame), say_date(profile.as_of)
    if left > 0:
        caption = nt(
            "{n} dated event in which both took part, up to {date}; {left} earlier ones are in the table",
            "{n} dated events in which both took part, up to {date}; {left} earlier ones are in the table",
            len(rows), date=day, left=left,
        )  # fmt: skip
    else:
        caption = nt(
            "{n} dated event in which both took part, up to {date}",
            "{n} dated events in which both took part, up to {date}",
            len(rows), date=day,
        )  # fmt: skip
    page.table(caption, [t("Date"), t("Event"), t("Page")], rows, (), [found])
