"""Visas and travel, society and opinion, and the third state that the article is about."""

from __future__ import annotations

import pandas as pd

from tightrope.evidence import Source
from tightrope.narrative.display import Prose, Table
from tightrope.narrative.names import other_powers, pair, say_state
from tightrope.narrative.passage import Passage, captioned, chart_words, grounded, look, nothing
from tightrope.narrative.report import Report
from tightrope.narrative.words import say_date, say_list, say_number, say_ordinal, say_percent, say_year

WAIVER = "Visa waiver in force"
BEFORE_PANDEMIC = "2020-03-09"
CATEGORIES = {
    "visa_free": "visa-free", "eta": "electronic authorisation", "e_visa_or_eta": "electronic authorisation or visa",
    "e_visa": "electronic visa", "visa_on_arrival": "visa on arrival", "visa_required": "visa required",
    "covid_ban": "closed in the pandemic", "no_admission": "no admission", "other_permit": "other permit",
}  # fmt: skip


@captioned
def visas_table(report: Report) -> Table:
    """Give the entry rule each way between the focus state and the powers, before the pandemic and on the day."""
    a, b = pair(report)
    days = [d for d in (BEFORE_PANDEMIC, report.as_of.isoformat()) if d <= report.as_of.isoformat()]
    rows: list[list[str]] = []
    sources: tuple[Source, ...] = ()
    for other in dict.fromkeys([b, *other_powers(report)]):
        for passport, destination in ((a, other), (other, a)):
            cells = []
            for day in days:
                found = look(report, "visa_regime", passport=passport, destination=destination, on=day)
                sources = found.sources or sources
                cells.append("no data" if found.missing else CATEGORIES.get(found.frame.iloc[0]["category"], "other"))
            rows.append([say_state(report, passport), say_state(report, destination), *cells])
    columns = ["Passport", "Entering", *[say_date(d) for d in days]]
    caption = "Entry for a short tourist stay on an ordinary passport, as the Passport Index recorded it"
    return Table(caption, columns, rows, (), report.source_line(*sources))


@grounded
def arrivals_over_time(report: Report) -> Passage:
    """Say how many visitors came from the other state to the focus state.

    The frame has ``year`` and ``thousands``; a year with fewer than twelve months is left out.
    """
    a, b = pair(report)
    found = look(report, "arrivals", origin=b, destination=a)
    name_a, name_b = say_state(report, a), say_state(report, b)
    if found.missing:
        return nothing(f"Arrivals from {name_b} in {name_a}", found)
    whole = found.frame[~found.frame["is_part_year"].astype(bool)]
    if len(whole) < 2:
        return nothing(f"Arrivals from {name_b} in {name_a}", found)
    first, last = whole.iloc[0], whole.iloc[-1]
    prose = (
        f"{say_number(last['n_arrivals'])} arrivals from {name_b} were counted in {name_a} in {last['year']}, "
        f"{say_percent(last['share_pct'])} of all, the {say_ordinal(int(last['rank']))}-largest origin; "
        f"in {first['year']} there were {say_number(first['n_arrivals'])}."
    )
    waiver = look(report, "events", actors=[a, b], text=WAIVER)
    if waiver.missing is None:
        year = int(str(waiver.frame.iloc[0]["date"])[:4])
        change = look(report, "arrivals_change", origin=b, destination=a, before=year - 1, after=year)
        if change.missing is None:
            moved = change.only()
            way = "more" if moved > 0 else "fewer"
            prose += (
                f" In {say_year(year)}, the first year in which no visa was needed, {say_percent(abs(moved))} {way} came than "
                "the year before."
            )
    prose += " Arrivals are counted at the border and include crews; they say nothing of home regions."
    frame = whole.assign(thousands=whole["n_arrivals"].astype(float) / 1000)[["year", "thousands"]]
    rose = "rose" if last["n_arrivals"] > first["n_arrivals"] else "fell"
    title = f"Arrivals from {name_b} {rose} from {say_number(first['n_arrivals'])} to {say_number(last['n_arrivals'])}"
    title += f" between {first['year']} and {last['year']}"
    alt = (
        f"Line chart of arrivals from {name_b} in {name_a} by year, {first['year']} to {last['year']}, in thousands: "
        f"from {say_number(first['n_arrivals'])} to "
        f"{say_number(last['n_arrivals'])}."
    )
    subtitle = f"Arrivals by nationality, all purposes, thousands a year, {first['year']}–{last['year']}"
    return Passage(Prose(prose), frame, chart_words(report, "arrivals", title, subtitle, alt, [found]))


@grounded
def opinion_over_time(report: Report) -> Passage:
    """Say how the public of the focus state sees the other state and the other powers.

    The frame has ``year``, ``of`` (state) and ``favourable_pct``.
    """
    a, b = pair(report)
    parts, said = [], []
    for other in dict.fromkeys([b, *other_powers(report)]):
        found = look(report, "favourability", respondent=a, target=other)
        if found.missing:
            continue
        last = found.frame.iloc[-1]
        name = say_state(report, other)
        parts.append(found.frame.assign(of=f"of {name}"))
        said.append((name, last["favourable_pct"], int(last["year"]), found))
    name_a = say_state(report, a)
    if not parts:
        return nothing(f"Opinion in {name_a}", found)
    frame = pd.concat(parts)[["year", "of", "favourable_pct"]]
    told = [f"{say_percent(value)} had a good opinion of {name} ({year})" for name, value, year, _ in said]
    prose = (
        f"In the last Pew survey before the day, in {name_a} {say_list(told)}; adults of all ages, those who did not "
        "answer included."
    )
    back = look(report, "polls", respondent=b, target=a)
    if back.missing is None:
        row = back.frame[back.frame["unit"] == "percent"].iloc[-1]
        prose += (
            f" The other way the tables hold single polls only, such as {row['pollster']} in {row['period'][:4]}: "
            f"{say_percent(row['value'])} in {say_state(report, b)} for “{row['question']}”."
        )
    name, value, year, found = said[0]
    low, high = (frame[frame["of"] == f"of {name}"]["favourable_pct"].agg(f) for f in ("min", "max"))
    title = f"{say_percent(value)} of adults in {name_a} had a good opinion of {name} in {year}"
    alt = (
        f"Line chart of the share of adults in {name_a} with a good opinion of {say_list([s[0] for s in said])}, by "
        f"year of survey, {frame['year'].min()} to {frame['year'].max()}, with gaps where the question was not asked. "
        f"For {name} it lies between {say_percent(low)} and {say_percent(high)}."
    )
    subtitle = f"Very or somewhat favourable, percent of adults, {frame['year'].min()}–{frame['year'].max()}"
    return Passage(Prose(prose), frame, chart_words(report, "opinion", title, subtitle, alt, [s[3] for s in said]))


@captioned
def students_table(report: Report) -> Table:
    """Give students each way between the two states, by source and year."""
    a, b = pair(report)
    rows, sources = [], []
    for origin, destination in ((a, b), (b, a)):
        for source in ("oecd", "uis"):
            found = look(report, "students", origin=origin, destination=destination, source=source)
            if found.missing is None:
                last = found.frame.iloc[-1]
                sources += list(found.sources)
                rows.append(
                    [say_state(report, origin), say_state(report, destination), source.upper(), str(last["year"]),
                     say_number(last["n_students"])]
                )  # fmt: skip
    caption = "Students in higher education from one state in the other, last year in each source"
    columns = ["From", "In", "Source", "Year", "Students"]
    return Table(caption, columns, rows or [["no data", "", "", "", ""]], [4], report.source_line(*sources))


@grounded
def third_state_trade(report: Report, third: str) -> Passage:
    """Say how the trade of a third state divides between the article's state and its neighbour.

    The frame has ``year``, ``partner`` and ``share_pct``.
    """
    _, b = pair(report)
    parts, founds = [], []
    for partner in ("CHN", b):
        found = look(report, "trade_share", focal=third, partner=partner, flow="total", source="baci")
        if found.missing:
            return nothing(f"Trade of {say_state(report, third)}", found)
        parts.append(found.frame.assign(partner=say_state(report, partner)))
        founds.append(found)
    frame = pd.concat(parts)[["year", "partner", "share_pct"]]
    year = int(frame["year"].max())
    at = frame[frame["year"] == year].set_index("partner")["share_pct"]
    big, small = say_state(report, "CHN"), say_state(report, b)
    name = say_state(report, third)
    first = int(frame["year"].min())
    begin = frame[frame["year"] == first].set_index("partner")["share_pct"]
    prose = (
        f"On BACI's reconciled figures {big} had {say_percent(at[big])} of {name}'s recorded goods trade in {year} and "
        f"{small} {say_percent(at[small])}; in {first} it was {say_percent(begin[big])} and "
        f"{say_percent(begin[small])}. {name} publishes no trade figures: these are its partners' "
        "reports, and trade that nobody reports is not in them."
    )
    title = f"{small} had {say_percent(at[small])} of {name}'s recorded trade in {year}, {big} {say_percent(at[big])}"
    alt = (
        f"Line chart of the shares of {big} and {small} in {name}'s recorded goods trade by year, {first} to {year}: "
        f"{big} from {say_percent(begin[big])} to {say_percent(at[big])}, {small} from {say_percent(begin[small])} to "
        f"{say_percent(at[small])}."
    )
    subtitle = f"Share of exports and imports together, percent, {first}–{year}"
    return Passage(Prose(prose), frame, chart_words(report, "third-state-trade", title, subtitle, alt, founds))


@grounded
def council_votes(report: Report, states: tuple[str, ...] = ("RUS", "CHN")) -> Passage:
    """Say how the two powers voted in the Security Council on North Korea.

    The frame has ``state``, ``resolution`` and ``vote``.
    """
    parts, bits = [], []
    for state in states:
        found = look(report, "unsc_votes", state=state, first="2006-01-01")
        if found.missing:
            return nothing("Security Council votes on North Korea", found)
        name = say_state(report, state)
        rows = found.frame.assign(state=name, resolution=found.frame["document"].str.replace("S/RES/", ""))
        parts.append(rows)
        bits.append(f"{name} yes on {(rows['vote'] == 'yes').sum()} of {len(rows)}")
    frame = pd.concat(parts)[["state", "resolution", "vote", "date"]]
    years = frame["date"].astype(str).str[:4]
    span = f"{years.min()} to {years.max()}"
    n = frame["resolution"].nunique()
    prose = f"The tables hold {n} Security Council votes on North Korea from {span}: {say_list(bits)}."
    title = f"In {n} Security Council votes on North Korea from {span}, {say_list(bits)}"
    who = say_list(list(frame["state"].unique()))
    alt = f"Table chart of {n} Security Council votes on North Korea, {span}, by {who}: {say_list(bits)}."
    subtitle = f"Vote on drafts put to the vote, {span}"
    return Passage(Prose(prose), frame, chart_words(report, "council-votes", title, subtitle, alt, [found]))
