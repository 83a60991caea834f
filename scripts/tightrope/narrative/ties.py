"""Diplomacy, history, alliance and sanctions."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tightrope.language import nt, pt, t
from tightrope.measures import MissingKind
from tightrope.narrative.display import Prose, Raw, Table, quoted
from tightrope.narrative.names import other_powers, pair, say_state, whose
from tightrope.narrative.passage import Passage, captioned, chart_words, grounded, look, nothing
from tightrope.narrative.report import Report
from tightrope.narrative.wording import worded_cell
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
        return nothing(t("Relations of {a} and {b}", a=name_a, b=name_b), opened)
    day = say_date(opened.frame.iloc[0]["established_on"])
    held = look(report, "relations_unbroken", state_a=a, state_b=b)
    if held.missing is None and held.only():
        prose = t(
            "{a} and {b} have had diplomatic relations since {date}, and no rupture is on record.",
            a=name_a, b=name_b, date=day,
        )  # fmt: skip
    else:
        prose = t("{a} and {b} have had diplomatic relations since {date}.", a=name_a, b=name_b, date=day)
    met = look(report, "summits", state_a=a, state_b=b)
    if met.missing is None:
        dates = met.frame["date"].astype(str).sort_values()
        prose += " " + nt(
            "The record has {n} meeting of their leaders, the first in {first} and the last in {last}; the list is not complete.",
            "The record has {n} meetings of their leaders, the first in {first} and the last in {last}; the list is not complete.",
            len(met.frame), first=dates.iloc[0][:4], last=dates.iloc[-1][:4],
        )  # fmt: skip
    return Passage(Prose(prose), opened.frame)


@captioned
def events_table(report: Report, theme: str, most: int = 14) -> Table:
    """Give dated events between the article's two states, the latest last."""
    a, b = pair(report)
    found = look(report, "events", actors=[a, b], theme=theme, first=f"{FIRST_YEAR - 1}-01-01")
    frame = found.frame.tail(most)
    rows = [[say_date(r["date"]), worded_cell(r["event"]), quoted(r["source_title"])] for _, r in frame.iterrows()]
    left = len(found.frame) - len(frame)
    day = say_date(report.as_of)
    if left > 0:
        caption = nt(
            "{n} dated event in the tables up to {date}; {left} earlier ones are in the table",
            "{n} dated events in the tables up to {date}; {left} earlier ones are in the table",
            len(rows), date=day, left=left,
        )  # fmt: skip
    else:
        caption = nt(
            "{n} dated event in the tables up to {date}",
            "{n} dated events in the tables up to {date}",
            len(rows),
            date=day,
        )
    return Table(caption, [t("Date"), t("Event"), t("Page")], rows)


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
            return nothing(t("UN votes of {name}", name=say_state(report, a)), found)
        rows = found.frame[(found.frame["year"] >= FIRST_YEAR) & (found.frame["n_both_voted"] >= 20)]
        parts.append(rows.assign(**{"with": t("with {name}", name=say_state(report, other))}))
        last[other] = rows.iloc[-1]
    frame = pd.concat(parts)[["year", "with", "agreement_pct"]]
    name = say_state(report, a)
    year = int(last[b]["year"])
    said = [
        t("{share} like {name}", share=say_percent(last[o]["agreement_pct"]), name=say_state(report, o)) for o in others
    ]
    spread = frame.groupby("with")["agreement_pct"].agg(["min", "max"])
    shares = say_list(said)
    prose = t(
        "Of the UN General Assembly votes in {year} in which both took part, {name} cast {shares}; an abstention against a yes or "
        "a no counts half. Agreement says how two states vote on the same texts, not how they get on.",
        year=year, name=name, shares=shares,
    )  # fmt: skip
    title = t("{name} voted {shares} in {year}", name=name, shares=shares, year=year)
    ranges = [
        t("{name} between {low} and {high}", name=w, low=say_percent(r["min"]), high=say_percent(r["max"]))
        for w, r in spread.iterrows()
    ]
    alt = t(
        "Line chart of the share of UN General Assembly votes cast alike by year, {first} to {last}: {name} {ranges}. In {last}: "
        "{shares}.",
        first=FIRST_YEAR, last=year, name=name, ranges=say_list(ranges), shares=shares,
    )  # fmt: skip
    subtitle = t(
        "Share of votes cast alike, percent, an abstention counting half, {first}–{last}", first=FIRST_YEAR, last=year
    )
    return Passage(Prose(prose), frame, chart_words(report, "votes-alike", title, subtitle, alt, [found]))


@grounded
def named_votes(report: Report, topics: Sequence[str] = UKRAINE) -> Passage:
    """Say how the focus state voted on the resolutions of some topics, beside a few others.

    The frame has ``state``, ``resolution`` and ``vote``.
    """
    a, b = pair(report)
    if not {"RUS", "UKR"} & {a, b, *other_powers(report)}:
        return Passage(Prose(""), pd.DataFrame())
    package = report.evidence.select("unga_named_votes", ["resolution", "date"], topic=list(topics), iso3=a)
    if package.empty:
        return Passage(
            Prose(t("No resolution on Crimea and Ukraine stands in the tables up to this day.")), pd.DataFrame()
        )
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
    bits = say_list(
        [
            text
            for n, text in (
                (n_yes, pt("votes cast", "{n} yes", n=n_yes)),
                (n_abstain, nt("{n} abstention", "{n} abstentions", n_abstain)),
                (n_no, pt("votes cast", "{n} no", n=n_no)),
            )
            if n
        ]
    )
    span = {"first": years.iloc[0], "last": years.iloc[-1]}
    prose = t(
        "On the {n} General Assembly resolutions on Crimea and Ukraine from {first} to {last}, {whose} votes were: {votes}.",
        n=len(own), whose=whose(name), votes=bits, **span,
    )  # fmt: skip
    yes = own[own["vote"] == "yes"]
    if len(yes):
        prose += " " + t("Its yes votes date from {years}.", years=say_list(sorted({str(d)[:4] for d in yes["date"]})))
    title = t(
        "{name} voted yes on {yes} of {of} resolutions on Crimea and Ukraine and abstained on {abstained}",
        name=name, yes=n_yes, of=len(own), abstained=n_abstain,
    )  # fmt: skip
    alt = t(
        "Table chart of votes on {n} resolutions on Crimea and Ukraine, {first} to {last}, by {names}: Y yes, N no, A abstention, "
        "dash none recorded. {name}: {votes}.",
        n=len(own), names=say_list([say_state(report, s) for s in states]), name=name, votes=bits, **span,
    )  # fmt: skip
    subtitle = t("Vote by state and resolution, {first}–{last}", **span)
    return Passage(Prose(prose), frame, chart_words(report, "named-votes", title, subtitle, alt, [found]))


@grounded
def alliance(report: Report) -> Passage:
    """Say what ties the focus state to the other power: pact, troops, arms.

    The frame has ``year`` and ``n_troops``.
    """
    a, _ = pair(report)
    if not other_powers(report):
        return Passage(Prose(""), pd.DataFrame())
    power = other_powers(report)[0]
    name, ally = say_state(report, a), say_state(report, power)
    pact = look(report, "alliance", state_a=a, state_b=power, source="atop")
    troops = look(report, "us_troops", host=a)
    said = []
    if pact.missing is None:
        row = pact.frame.iloc[-1]
        fields = {"year": row["year"], "name": name, "ally": ally}
        if row["is_defense_ally"]:
            said.append(
                t("On the ATOP list, which ends in {year}, {name} and {ally} are bound by a defence pact.", **fields)
            )
        else:
            said.append(
                t(
                    "On the ATOP list, which ends in {year}, {name} and {ally} are not bound by a defence pact.",
                    **fields,
                )
            )
    if troops.missing or power != "USA":
        said.append(t("We found no troop figures for {ally} in {name}.", ally=ally, name=name))
        return Passage(Prose(" ".join(said)), pd.DataFrame())
    last = troops.frame.iloc[-1]
    peak = troops.frame.sort_values("n_troops").iloc[-1]
    if pd.notna(last["rank"]):
        said.append(
            t(
                "{n} US troops were stationed there in {year}, the {nth}-largest number abroad.",
                n=say_number(last["n_troops"]), year=last["year"], nth=say_ordinal(int(last["rank"])),
            )
        )  # fmt: skip
    else:
        said.append(
            t("{n} US troops were stationed there in {year}.", n=say_number(last["n_troops"]), year=last["year"])
        )
    year = report.as_of.year - 1
    arms = look(report, "arms_share", supplier=power, recipient=a, first_year=year - 9, last_year=year)
    if arms.missing is None and arms.only() is not None:
        said.append(
            t(
                "From {first} to {last}, {ally} supplied {share} of {whose} imports of major arms, by SIPRI's volume measure.",
                first=year - 9, last=year, ally=ally, share=say_percent(arms.only()), whose=whose(name),
            )
        )  # fmt: skip
    frame = troops.frame[["year", "n_troops"]].assign(thousands=troops.frame["n_troops"] / 1000)
    title = t(
        "{n} US troops were stationed in {host} in {year}", n=say_number(last["n_troops"]), host=name, year=last["year"]
    )
    first_year = troops.frame["year"].min()
    alt = t(
        "Line chart of US troops in {host} by year, {first} to {last}, in thousands: a peak of {most} in {peak}, then a decline "
        "to {now}.",
        host=name, first=first_year, last=last["year"], most=say_number(peak["n_troops"]), peak=peak["year"],
        now=say_number(last["n_troops"]),
    )  # fmt: skip
    subtitle = t(
        "US military personnel in {host}, thousands, {first}–{last}", host=name, first=first_year, last=last["year"]
    )
    return Passage(Prose(" ".join(said)), frame, chart_words(report, "us-troops", title, subtitle, alt, [troops]))


@captioned
def sanctions_table(report: Report) -> Table:
    """Give the focus state's own dated measures on others up to the day, by target."""
    a, _ = pair(report)
    found = look(report, "sanctioned_states", sender=a, source="dated")
    rows: list[list[str | Raw]] = []
    for target in [] if found.missing else sorted(found.frame["iso3_target"]):
        one = look(report, "sanctions_in_force", sender=a, target=target, source="dated")
        first = look(report, "sanctions_begin", sender=a, target=target)
        row = first.frame.iloc[0]
        rows.append(
            [say_state(report, target), str(one.only()), say_date(row["first_date"]), worded_cell(row["measure"])]
        )
    if found.missing and found.missing.kind is not MissingKind.NOT_COLLECTED:
        rows = [[t("none on record"), "", "", ""]]
    name = say_state(report, a)
    caption = t(
        "States under {whose} own sanctions as of {date}, from dated announcements",
        whose=whose(name), date=say_date(report.as_of),
    )  # fmt: skip
    source = report.source_line(*found.sources)
    columns = [t("State"), t("Measures on record"), t("First"), t("First measure")]
    return Table(caption, columns, rows, [1], source)
