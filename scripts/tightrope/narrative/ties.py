"""Diplomacy, history, alliance and sanctions."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tightrope.narrative.display import Prose, Table
from tightrope.narrative.names import other_powers, pair, say_state
from tightrope.narrative.passage import Passage, captioned, chart_words, grounded, look, nothing
from tightrope.narrative.report import Report
from tightrope.narrative.words import say_date, say_list, say_number, say_ordinal, say_percent

FIRST_YEAR = 1991
WITNESSES = ("USA", "JPN", "CHN")
UKRAINE = ("territory", "crimea", "invasion", "membership", "reparation", "nuclear_safety")


@grounded
def relations(report: Report) -> Passage:
    """Say when relations were opened and how they stand."""
    a, b = pair(report)
    opened = look(report, "diplomatic_relations", state_a=a, state_b=b)
    name_a, name_b = say_state(report, a), say_state(report, b)
    if opened.missing:
        return nothing(f"Relations of {name_a} and {name_b}", opened)
    day = opened.frame.iloc[0]["established_on"]
    prose = f"{name_a} and {name_b} have had diplomatic relations since {say_date(day)}"
    held = look(report, "relations_unbroken", state_a=a, state_b=b)
    if held.missing is None and held.only():
        prose += ", and no rupture is on record"
    prose += "."
    met = look(report, "summits", state_a=a, state_b=b)
    if met.missing is None:
        dates = met.frame["date"].astype(str).sort_values()
        prose += (
            f" The record has {len(met.frame)} meetings of their leaders, the first in {dates.iloc[0][:4]} and the "
            f"last in {dates.iloc[-1][:4]}; the list is not complete."
        )
    return Passage(Prose(prose), opened.frame)


@captioned
def events_table(report: Report, theme: str, most: int = 14) -> Table:
    """Give dated events between the article's two states, the latest last."""
    a, b = pair(report)
    found = look(report, "events", actors=[a, b], theme=theme, first=f"{FIRST_YEAR - 1}-01-01")
    frame = found.frame.tail(most)
    rows = [[say_date(r["date"]), r["event"], r["source_title"]] for _, r in frame.iterrows()]
    left = len(found.frame) - len(frame)
    earlier = f"; {left} earlier ones are in the table" if left > 0 else ""
    caption = f"{len(rows)} dated events in the tables up to {say_date(report.as_of)}{earlier}"
    return Table(caption, ["Date", "Event", "Page"], rows)


@grounded
def votes_over_time(report: Report) -> Passage:
    """Say how often the focus state voted like the other state and like the other powers.

    The frame has ``year``, ``with`` (state) and ``agreement_pct``.
    """
    a, b = pair(report)
    others = [b, *other_powers(report)]
    parts, last = [], {}
    for other in others:
        found = look(report, "unga_agreement", state_a=a, state_b=other)
        if found.missing:
            return nothing(f"UN votes of {say_state(report, a)}", found)
        rows = found.frame[(found.frame["year"] >= FIRST_YEAR) & (found.frame["n_both_voted"] >= 20)]
        parts.append(rows.assign(**{"with": f"with {say_state(report, other)}"}))
        last[other] = rows.iloc[-1]
    frame = pd.concat(parts)[["year", "with", "agreement_pct"]]
    name = say_state(report, a)
    year = int(last[b]["year"])
    said = [f"{say_percent(last[o]['agreement_pct'])} like {say_state(report, o)}" for o in others]
    spread = frame.groupby("with")["agreement_pct"].agg(["min", "max"])
    prose = (
        f"Of the UN General Assembly votes in {year} in which both took part, {name} cast {say_list(said)}; an "
        f"abstention against a yes or a no counts half. Agreement says how two states vote on the same texts, not how they get on."
    )
    title = f"{name} voted {say_list(said)} in {year}"
    ranges = [f"{w} between {say_percent(r['min'])} and {say_percent(r['max'])}" for w, r in spread.iterrows()]
    alt = (
        f"Line chart of the share of UN General Assembly votes cast alike by year, {FIRST_YEAR} to {year}: {name} "
        f"{say_list(ranges)}. In {year}: {say_list(said)}."
    )
    subtitle = f"Share of votes cast alike, percent, an abstention counting half, {FIRST_YEAR}–{year}"
    return Passage(Prose(prose), frame, chart_words(report, "votes-alike", title, subtitle, alt, [found]))


@grounded
def named_votes(report: Report, topics: Sequence[str] = UKRAINE, called: str = "Crimea and Ukraine") -> Passage:
    """Say how the focus state voted on the resolutions of some topics, beside a few others.

    The frame has ``state``, ``resolution`` and ``vote``.
    """
    a, b = pair(report)
    package = report.evidence.select("unga_named_votes", ["resolution", "date"], topic=list(topics), iso3=a)
    if package.empty:
        return Passage(Prose(f"No resolution on {called} stands in the tables up to this day."), pd.DataFrame())
    resolutions = list(package.sort_values("date")["resolution"])
    states = list(dict.fromkeys([a, *WITNESSES, b]))
    parts = []
    for state in states:
        found = look(report, "votes_on", state=state, resolutions=resolutions)
        if found.missing is None:
            parts.append(found.frame.assign(state=say_state(report, state).removeprefix("the ")))
    frame = pd.concat(parts)
    # The source lists absences and, for one resolution, unknown abstentions: neither is a vote.
    frame["vote"] = frame["vote"].replace({"no_vote_recorded": "none", "abstain_or_absent": "none"})
    own = frame[frame["iso3"] == a].sort_values("date")
    n_yes, n_abstain, n_no = ((own["vote"] == v).sum() for v in ("yes", "abstain", "no"))
    years = own["date"].astype(str).str[:4]
    name = say_state(report, a)
    bits = [f"{n} {word}" for n, word in ((n_yes, "yes"), (n_abstain, "abstentions"), (n_no, "no")) if n]
    prose = (
        f"On the {len(own)} General Assembly resolutions on {called} from {years.iloc[0]} to {years.iloc[-1]}, "
        f"{name}'s votes were: {say_list(bits)}."
    )
    yes = own[own["vote"] == "yes"]
    if len(yes):
        prose += f" Its yes votes date from {say_list(sorted({str(d)[:4] for d in yes['date']}))}."
    title = f"{name} voted yes on {n_yes} of {len(own)} resolutions on {called} and abstained on {n_abstain}"
    alt = (
        f"Table chart of votes on {len(own)} resolutions on {called}, {years.iloc[0]} to {years.iloc[-1]}, by "
        f"{say_list([say_state(report, s) for s in states])}: Y yes, N no, A abstention, dash none recorded. {name}: "
        f"{say_list(bits)}."
    )
    subtitle = f"Vote by state and resolution, {years.iloc[0]}–{years.iloc[-1]}"
    return Passage(Prose(prose), frame, chart_words(report, "named-votes", title, subtitle, alt, [found]))


@grounded
def alliance(report: Report) -> Passage:
    """Say what ties the focus state to the other power: pact, troops, arms.

    The frame has ``year`` and ``n_troops``.
    """
    a, _ = pair(report)
    power = other_powers(report)[0] if other_powers(report) else "USA"
    name, ally = say_state(report, a), say_state(report, power)
    pact = look(report, "alliance", state_a=a, state_b=power, source="atop")
    troops = look(report, "us_troops", host=a)
    prose = ""
    if pact.missing is None:
        row = pact.frame.iloc[-1]
        word = "are" if row["is_defense_ally"] else "are not"
        prose += f"On the ATOP list, which ends in {row['year']}, {name} and {ally} {word} bound by a defence pact. "
    if troops.missing or power != "USA":
        return Passage(Prose(prose + f"We found no troop figures for {ally} in {name}."), pd.DataFrame())
    last = troops.frame.iloc[-1]
    peak = troops.frame.sort_values("n_troops").iloc[-1]
    rank = f", the {say_ordinal(int(last['rank']))}-largest number abroad" if pd.notna(last["rank"]) else ""
    prose += f"{say_number(last['n_troops'])} US troops were stationed there in {last['year']}{rank}."
    year = report.as_of.year - 1
    arms = look(report, "arms_share", supplier=power, recipient=a, first_year=year - 9, last_year=year)
    if arms.missing is None and arms.only() is not None:
        prose += (
            f" From {year - 9} to {year}, {ally} supplied {say_percent(arms.only())} of {name}'s imports of major "
            "arms, by SIPRI's volume measure."
        )
    frame = troops.frame[["year", "n_troops"]].assign(thousands=troops.frame["n_troops"] / 1000)
    title = f"{say_number(last['n_troops'])} US troops were stationed in {name} in {last['year']}"
    alt = (
        f"Line chart of US troops in {name} by year, {troops.frame['year'].min()} to {last['year']}, in thousands: "
        f"a peak of {say_number(peak['n_troops'])} in {peak['year']}, then a decline to {say_number(last['n_troops'])}."
    )
    subtitle = f"US military personnel in {name}, thousands, {troops.frame['year'].min()}–{last['year']}"
    return Passage(Prose(prose), frame, chart_words(report, "us-troops", title, subtitle, alt, [troops]))


@captioned
def sanctions_table(report: Report) -> Table:
    """Give the focus state's own dated measures on others up to the day, by target."""
    a, _ = pair(report)
    found = look(report, "sanctioned_states", sender=a, source="dated")
    rows = []
    for target in [] if found.missing else sorted(found.frame["iso3_target"]):
        one = look(report, "sanctions_in_force", sender=a, target=target, source="dated")
        first = look(report, "sanctions_begin", sender=a, target=target)
        row = first.frame.iloc[0]
        rows.append([say_state(report, target), str(one.only()), say_date(row["first_date"]), row["measure"]])
    name = say_state(report, a)
    caption = f"States under {name}'s own sanctions as of {say_date(report.as_of)}, from dated announcements"
    source = report.source_line(*found.sources)
    columns = ["State", "Measures on record", "First", "First measure"]
    return Table(caption, columns, rows or [["none on record", "", "", ""]], [1], source)
