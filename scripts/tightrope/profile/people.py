"""People: who may enter without a visa, who lives, studies and travels there, what publics think, and dated events."""

from __future__ import annotations

from datetime import date

import pandas as pd

from tightrope.measures import Measure, Missing
from tightrope.narrative.display import Table
from tightrope.narrative.people import CATEGORIES
from tightrope.narrative.trace import recorded, stand
from tightrope.narrative.words import say_date, say_list, say_number, say_percent, say_year
from tightrope.profile.parts import FEWEST_POINTS, Page, say_nth, say_standing, section

# Before the pandemic, in it, and the last New Year's Eve of the table; beside them stands the day itself.
VISA_DAYS = (date(2020, 3, 9), date(2021, 5, 13), date(2024, 12, 31))
MOST_EVENTS = 14
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
        cells.append("no data" if found.missing else _rule(found.frame.iloc[0]["category"]))
        rows.append([profile.head(passport), profile.name(destination), *cells])
        missing = missing or found.missing
    if all(cell == "no data" for row in rows for cell in row[2:]):
        if missing is not None:
            page.lacks("Visas", missing)
        return
    standing = page.look("pair_standing", state_a=profile.a, state_b=profile.b, figure="visa_ease")
    if standing.missing is None:
        row = standing.frame.iloc[0]
        n = int(row["value"])
        ways = ("in neither direction", "in one direction of the two", "in both directions")[n]
        page.say(
            f"On the day a tourist could go without a visa from a consulate {ways}; so it is with {say_number(row['n_equal'])} of "
            f"{say_number(row['n_pairs'])} pairs."
        )
    keep = [k for k, _ in enumerate(days) if any(row[2 + k] != "no data" for row in rows)]
    columns = ["Passport", "Entering", *[say_date(days[k]) for k in keep]]
    cells_kept = [[*row[:2], *[row[2 + k] for k in keep]] for row in rows]
    caption = recorded("Entry for a short tourist stay on an ordinary passport, by day")
    source = recorded(profile.source_line(profile.evidence.source(VISAS)))
    page.parts.append(Table(caption, columns, cells_kept, (), source))


def _rule_on(runs: pd.DataFrame, day: date) -> str:
    """Give the rule of the latest run that had begun on a day."""
    begun = runs[runs["first_seen"] <= pd.Timestamp(day)].sort_values("first_seen")
    return "no data" if begun.empty else _rule(begun.iloc[-1]["category"])


def _rule(category: object) -> str:
    return CATEGORIES.get(str(category), "other")


def _migrants(page: Page) -> None:
    profile = page.profile
    parts, used = [], []
    for one, other in profile.ways:
        what = f"People from {profile.name(one)} in {profile.name(other)}"
        found = page.find(what, "migrants", origin=one, destination=other)
        if found is not None:
            parts.append(
                (f"From {profile.name(one)} in {profile.name(other)}", found.frame.set_index("year")["n_migrants"])
            )
            used.append(found)
    if not used:
        return
    standing = page.look("pair_standing", state_a=profile.a, state_b=profile.b, figure="migrants")
    if standing.missing is None:
        row = standing.frame.iloc[0]
        page.say(
            f"By the UN's estimates {say_number(row['value'])} people from one of the two lived in the other in "
            f"{say_year(int(row['last_year']))}, "
            f"{say_standing(row, 'most', 'pairs with a figure')}."
        )
    years = sorted({int(y) for _, series in parts for y in series.index})
    rows = [
        [label, *[say_number(series[y]) if y in series.index else "no data" for y in years]] for label, series in parts
    ]
    columns = ["People", *[say_year(y) for y in years]]
    caption = "People from one state who live in the other, estimates of the United Nations"
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
            before = "" if len(yearly) < 2 else f"{say_number(first['n_students'])} ({say_year(int(first['year']))})"
            now = f"{say_number(last['n_students'])} ({say_year(int(last['year']))})"
            rows.append([profile.head(one), profile.name(other), "UNESCO" if source == "uis" else "OECD", before, now])
            used.append(found)
        if gap is not None and not any(row[0] == profile.head(one) for row in rows):
            page.lacks(f"Students from {profile.name(one)} in {profile.name(other)}", gap)
    if not rows:
        return
    standing = page.look("pair_standing", state_a=profile.a, state_b=profile.b, figure="students")
    if standing.missing is None:
        row = standing.frame.iloc[0]
        page.say(
            f"{say_number(row['value'])} students from one of the two studied in the other in {say_year(int(row['last_year']))}, "
            f"{say_standing(row, 'most', 'pairs in the UNESCO table of the largest flows')}."
        )
    caption = "Students in higher education from one state in the other, first and last year of each source"
    page.table(caption, ["From", "In", "Source", "First", "Last"], rows, (3, 4), used)


def _arrivals(page: Page) -> None:
    """Give arrivals in South Korea, the one state whose border counts the tables hold."""
    profile = page.profile
    for origin, destination in profile.ways:
        if destination != "KOR":
            continue
        found = page.find(
            f"Arrivals in {profile.name(destination)}", "arrivals", origin=origin, destination=destination
        )
        if found is None:
            return
        whole = found.frame[~found.frame["is_part_year"].astype(bool)]
        if whole.empty:
            return
        first, last = whole.iloc[0], whole.iloc[-1]
        name, where = profile.name(origin), profile.name(destination)
        page.say(
            f"{say_number(last['n_arrivals'])} arrivals from {name} were counted in {where} in {say_year(int(last['year']))}, "
            f"{say_percent(last['share_pct'])} of all, the {say_nth(int(last['rank']))}-largest origin of "
            f"{say_number(last['n_origins'])}; in {say_year(int(first['year']))} there were {say_number(first['n_arrivals'])}."
        )
        if len(whole) < FEWEST_POINTS:
            return
        frame = whole.assign(value=whole["n_arrivals"].astype(float) / 1000)[["year", "value"]]
        begin, end = int(first["year"]), int(last["year"])
        rose = "rose" if last["n_arrivals"] > first["n_arrivals"] else "fell"
        title = (
            f"Arrivals from {name} in {where} {rose} from {say_number(first['n_arrivals'])} to {say_number(last['n_arrivals'])} "
            f"between {begin} and {end}"
        )
        alt = (
            f"Line chart of arrivals from {name} in {where} by year, {begin} to {end}, in thousands: from "
            f"{say_number(first['n_arrivals'])} to {say_number(last['n_arrivals'])}."
        )
        subtitle = f"Arrivals by nationality, all purposes, thousands a year, {begin}–{end}"
        page.draw("line", frame, "arrivals", title, subtitle, alt, [found], y="value", fmt="number", zero=True)


def _favourability(page: Page) -> None:
    profile = page.profile
    parts, told, used = [], [], []
    for one, other in profile.ways:
        what = f"Opinion in {profile.name(one)} of {profile.name(other)}"
        found = page.find(what, "favourability", respondent=one, target=other)
        if found is None:
            continue
        last = found.frame.iloc[-1]
        told.append(
            f"{say_percent(last['favourable_pct'])} of adults in {profile.name(one)} had a good opinion of {profile.name(other)} "
            f"in {say_year(int(last['year']))}"
        )
        parts.append(
            found.frame.assign(of=f"in {profile.name(one)}", value=found.frame["favourable_pct"].astype(float))
        )
        used.append(found)
    if not used:
        return
    text = say_list(told)
    page.say(f"In the last Pew surveys before the day {text}; those who did not answer are counted in.")
    frame = pd.concat(parts)[["year", "of", "value"]]
    if frame.groupby("of")["year"].nunique().max() < FEWEST_POINTS:
        return
    low, high = frame["value"].min(), frame["value"].max()
    first, end = int(frame["year"].min()), int(frame["year"].max())
    title = text[0].upper() + text[1:]
    subtitle = f"Very or somewhat favourable, percent of adults, {first}–{end}"
    alt = (
        f"Line chart of the share of adults with a good opinion of the other state by year of survey, {first} to {end}, with gaps "
        f"where nobody asked; between {say_percent(low)} and {say_percent(high)}. {title}."
    )
    page.draw("line", frame, "opinion", title, subtitle, alt, used, y="value", by="of", fmt="percent", markers=True)


def _news(page: Page) -> None:
    profile = page.profile
    standing = page.find("News", "pair_standing", state_a=profile.a, state_b=profile.b, figure="news")
    if standing is None:
        return
    row = standing.frame.iloc[0]
    side = "cooperation" if row["value"] > 0 else "conflict"
    page.say(
        f"In the news that GDELT scored in {say_year(int(row['last_year']))}, {side} outweighs for this pair; its score is "
        f"{say_standing(row, 'highest', over='above')}. The score grows with the amount of news: it measures attention as much as warmth."
    )


def _events(page: Page) -> None:
    profile = page.profile
    found = page.look("events", actors=[profile.a, profile.b])
    if found.missing is not None:
        detail = f"no event with both up to {profile.as_of}; the table is of South Korea, Russia and North Korea, and not complete"
        page.lacks("Dated events", Missing(found.missing.kind, detail))
        return
    frame = found.frame.tail(MOST_EVENTS)
    rows = [[say_date(r["date"]), r["event"], r["source_title"]] for _, r in frame.iterrows()]
    left = len(found.frame) - len(frame)
    earlier = f"; {left} earlier ones are in the table" if left > 0 else ""
    caption = f"{len(rows)} dated events in which both took part, up to {say_date(profile.as_of)}{earlier}"
    page.table(caption, ["Date", "Event", "Page"], rows, (), [found])
