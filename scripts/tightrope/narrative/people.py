"""Visas and travel, society and opinion, and the third state that the article is about."""

from __future__ import annotations

import pandas as pd

from tightrope.evidence import Source
from tightrope.language import N_, pt, t
from tightrope.narrative.display import Prose, Table
from tightrope.narrative.names import other_powers, pair, say_state, whose
from tightrope.narrative.passage import Passage, captioned, chart_words, grounded, look, nothing
from tightrope.narrative.report import Report
from tightrope.narrative.rules import say_rule
from tightrope.narrative.wording import own_words
from tightrope.narrative.words import say_date, say_list, say_number, say_ordinal, say_percent, say_year

WAIVER = "Visa waiver in force"
# The two sources of students, as a table's column names them.
STUDENTS = {"oecd": N_("OECD"), "uis": N_("UNESCO")}
BEFORE_PANDEMIC = "2020-03-09"


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
                cells.append(t("no data") if found.missing else say_rule(found.frame.iloc[0]["category"]))
            if any(cell != t("no data") for cell in cells):
                rows.append([say_state(report, passport), say_state(report, destination), *cells])
    columns = [t("Passport"), t("Entering"), *[say_date(d) for d in days]]
    caption = t("Entry for a short tourist stay on an ordinary passport, as the Passport Index recorded it")
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
        return nothing(t("Arrivals from {name} in {where}", name=name_b, where=name_a), found)
    whole = found.frame[~found.frame["is_part_year"].astype(bool)]
    if len(whole) < 2:
        return nothing(t("Arrivals from {name} in {where}", name=name_b, where=name_a), found)
    first, last = whole.iloc[0], whole.iloc[-1]
    parts = [
        t(
            "{n} arrivals from {name} were counted in {where} in {year}, {share} of all, the {nth}-largest origin; in {begin} "
            "there were {first}.",
            n=say_number(last["n_arrivals"]), name=name_b, where=name_a, year=last["year"],
            share=say_percent(last["share_pct"]), nth=say_ordinal(int(last["rank"])), begin=first["year"],
            first=say_number(first["n_arrivals"]),
        )
    ]  # fmt: skip
    waiver = look(report, "events", actors=[a, b], text=WAIVER)
    if waiver.missing is None:
        year = int(str(waiver.frame.iloc[0]["date"])[:4])
        change = look(report, "arrivals_change", origin=b, destination=a, before=year - 1, after=year)
        if change.missing is None:
            moved = change.only()
            fields = {"year": say_year(year), "share": say_percent(abs(moved))}
            if moved > 0:
                parts.append(
                    t("In {year}, the first year in which no visa was needed, {share} more came than the year before.", **fields)
                )  # fmt: skip
            else:
                parts.append(
                    t("In {year}, the first year in which no visa was needed, {share} fewer came than the year before.", **fields)
                )  # fmt: skip
    parts.append(t("Arrivals are counted at the border and include crews; they say nothing of home regions."))
    frame = whole.assign(thousands=whole["n_arrivals"].astype(float) / 1000)[["year", "thousands"]]
    words = {
        "name": name_b, "where": name_a, "first": say_number(first["n_arrivals"]), "last": say_number(last["n_arrivals"]),
        "begin": first["year"], "end": last["year"],
    }  # fmt: skip
    if last["n_arrivals"] > first["n_arrivals"]:
        title = t("Arrivals from {name} rose from {first} to {last} between {begin} and {end}", **words)
    else:
        title = t("Arrivals from {name} fell from {first} to {last} between {begin} and {end}", **words)
    again = {"first": say_number(first["n_arrivals"]), "last": say_number(last["n_arrivals"])}
    alt = t(
        "Line chart of arrivals from {name} in {where} by year, {begin} to {end}, in thousands: from {first} to {last}.",
        **{**words, **again},
    )
    subtitle = t(
        "Arrivals by nationality, all purposes, thousands a year, {begin}–{end}", begin=first["year"], end=last["year"]
    )
    prose = Prose(" ".join(parts))
    return Passage(prose, frame, chart_words(report, "arrivals", title, subtitle, alt, [found]))


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
        parts.append(found.frame.assign(of=t("of {name}", name=name)))
        said.append((name, last["favourable_pct"], int(last["year"]), found))
    name_a = say_state(report, a)
    if not parts:
        return nothing(t("Opinion in {where}", where=name_a), found)
    frame = pd.concat(parts)[["year", "of", "favourable_pct"]]
    told = [
        t("{share} had a good opinion of {name} ({year})", share=say_percent(value), name=name, year=year)
        for name, value, year, _ in said
    ]
    prose = t(
        "In the last Pew survey before the day, in {where} {shares}; adults of all ages, those who did not answer included.",
        where=name_a, shares=say_list(told),
    )  # fmt: skip
    back = look(report, "polls", respondent=b, target=a)
    if back.missing is None:
        row = back.frame[back.frame["unit"] == "percent"].iloc[-1]
        prose += " " + t(
            "The other way the tables hold single polls only, such as {pollster} in {year}: {share} in {where} for “{question}”.",
            pollster=row["pollster"], year=row["period"][:4], share=say_percent(row["value"]), where=say_state(report, b),
            question=own_words(row["question"]),
        )  # fmt: skip
    name, value, year, found = said[0]
    of_name = t("of {name}", name=name)
    low, high = (frame[frame["of"] == of_name]["favourable_pct"].agg(f) for f in ("min", "max"))
    title = t(
        "{share} of adults in {one} had a good opinion of {other} in {year}",
        share=say_percent(value), one=name_a, other=name, year=year,
    )  # fmt: skip
    first, last_year = frame["year"].min(), frame["year"].max()
    alt = t(
        "Line chart of the share of adults in {where} with a good opinion of {names}, by year of survey, {first} to {last}, with "
        "gaps where the question was not asked. For {name} it lies between {low} and {high}.",
        where=name_a, names=say_list([s[0] for s in said]), first=first, last=last_year, name=name, low=say_percent(low),
        high=say_percent(high),
    )  # fmt: skip
    subtitle = t("Very or somewhat favourable, percent of adults, {first}–{last}", first=first, last=last_year)
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
                    [say_state(report, origin), say_state(report, destination), t(STUDENTS[source]), str(last["year"]),
                     say_number(last["n_students"])]
                )  # fmt: skip
    caption = t("Students in higher education from one state in the other, last year in each source")
    columns = [pt("origin", "From"), t("In"), t("Source"), t("Year"), t("Students")]
    return Table(caption, columns, rows or [[t("no data"), "", "", "", ""]], [4], report.source_line(*sources))


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
            return nothing(t("Trade of {name}", name=say_state(report, third)), found)
        parts.append(found.frame.assign(partner=say_state(report, partner)))
        founds.append(found)
    frame = pd.concat(parts)[["year", "partner", "share_pct"]]
    year = int(frame["year"].max())
    at = frame[frame["year"] == year].set_index("partner")["share_pct"]
    big, small = say_state(report, "CHN"), say_state(report, b)
    name = say_state(report, third)
    first = int(frame["year"].min())
    begin = frame[frame["year"] == first].set_index("partner")["share_pct"]
    words = {"big": big, "small": small, "name": name, "year": year, "first": first}

    def ends() -> dict[str, str]:
        shares = {"big_now": at[big], "small_now": at[small], "big_then": begin[big], "small_then": begin[small]}
        return {key: say_percent(value) for key, value in shares.items()}

    prose = t(
        "On BACI's reconciled figures {big} had {big_now} of {whose} recorded goods trade in {year} and {small} {small_now}; in "
        "{first} it was {big_then} and {small_then}. {name} publishes no trade figures: these are its partners' reports, and "
        "trade that nobody reports is not in them.",
        whose=whose(name), **words, **ends(),
    )  # fmt: skip
    title = t(
        "{small} had {small_now} of {whose} recorded trade in {year}, {big} {big_now}",
        small=small, small_now=say_percent(at[small]), whose=whose(name), year=year, big=big, big_now=say_percent(at[big]),
    )  # fmt: skip
    alt = t(
        "Line chart of the shares of {big} and {small} in {whose} recorded goods trade by year, {first} to {year}: {big} from "
        "{big_then} to {big_now}, {small} from {small_then} to {small_now}.",
        whose=whose(name), **{key: text for key, text in words.items() if key != "name"}, **ends(),
    )  # fmt: skip
    subtitle = t("Share of exports and imports together, percent, {first}–{last}", first=first, last=year)
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
            return nothing(t("Security Council votes on North Korea"), found)
        name = say_state(report, state)
        rows = found.frame.assign(state=name, resolution=found.frame["document"].str.replace("S/RES/", ""))
        parts.append(rows)
        bits.append(t("{name} yes on {n} of {of}", name=name, n=(rows["vote"] == "yes").sum(), of=len(rows)))
    frame = pd.concat(parts)[["state", "resolution", "vote", "date"]]
    years = frame["date"].astype(str).str[:4]
    span = {"first": years.min(), "last": years.max()}
    n, votes = frame["resolution"].nunique(), say_list(bits)
    prose = t(
        "The tables hold {n} Security Council votes on North Korea from {first} to {last}: {votes}.",
        n=n,
        votes=votes,
        **span,
    )
    title = t("In {n} Security Council votes on North Korea from {first} to {last}, {votes}", n=n, votes=votes, **span)
    who = say_list(list(frame["state"].unique()))
    alt = t(
        "Table chart of {n} Security Council votes on North Korea, {first} to {last}, by {names}: {votes}.",
        n=n, names=who, votes=votes, **span,
    )  # fmt: skip
    subtitle = t("Vote on drafts put to the vote, {first} to {last}", **span)
    return Passage(Prose(prose), frame, chart_words(report, "council-votes", title, subtitle, alt, [found]))
