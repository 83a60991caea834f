"""Votes and diplomacy: UN agreement beside the world's, ideal points, named votes, relations and treaties."""

from __future__ import annotations

import pandas as pd

from tightrope.language import N_, nt, pt, t
from tightrope.measures.percentiles import latest_named
from tightrope.narrative.names import local_name
from tightrope.narrative.wording import own_words
from tightrope.narrative.words import say_date, say_list, say_number, say_percent, say_year
from tightrope.profile.pair import predecessors
from tightrope.profile.parts import BESIDE, FEWEST_POINTS, STATE_A, Page, say_below, say_nth, say_standing, section

LEAST_VOTES = 20
# As long a name as a chart of votes holds; a longer one gives way to its code.
LONGEST_NAME = 24
USSR_ENDS = (1991, N_("USSR ends"))
# What a state's list of its ties with Korea calls an event.
TIE_EVENTS = {
    "established": N_("established {year}"), "cut": N_("cut {year}"), "no_ties": N_("no ties {year}"),
    "reestablished": N_("reestablished {year}"),
}  # fmt: skip


@section
def votes(page: Page) -> None:
    """Say how often the two states voted alike in the General Assembly, and how all pairs did."""
    _agreement(page)
    _ideal_points(page)
    _named_votes(page)


@section
def relations(page: Page) -> None:
    """Say since when the two states have relations, and which treaties bind them."""
    _former(page)
    _ties(page)


def _agreement(page: Page) -> None:
    profile = page.profile
    found = page.find(t("UN votes"), "unga_agreement", state_a=profile.a, state_b=profile.b)
    if found is None:
        return
    rows = found.frame[found.frame["n_both_voted"] >= LEAST_VOTES]
    if rows.empty:
        n = int(found.frame["n_both_voted"].sum())
        page.say(
            nt(
                "{both} both voted in {n} roll call of the UN General Assembly up to {year}, too few in any year for a share.",
                "{both} both voted in {n} roll calls of the UN General Assembly up to {year}, too few in any year for a share.",
                n, both=profile.title, n=say_number(n), year=say_year(int(found.frame["year"].max())),
            )
        )  # fmt: skip
        return
    world = page.look("unga_agreement_spread").frame.set_index("year")
    last = rows.iloc[-1]
    year, now = int(last["year"]), last["agreement_pct"]
    median = float(world["median_pct"].get(year, float("nan")))
    fields = {
        "n": say_number(last["n_both_voted"]), "year": say_year(year), "both": profile.both, "share": say_percent(now),
    }  # fmt: skip
    said = [
        t(
            "Of the {n} votes of the UN General Assembly in {year} in which both took part, {both} cast {share} alike, an "
            "abstention against a yes or a no counting half; {beside}.",
            **fields, beside=_beside_the_median(now > median, year == profile.last_year, say_percent(median)),
        )
    ]  # fmt: skip
    standing = page.look("pair_standing", state_a=profile.a, state_b=profile.b, figure="agreement")
    if standing.missing is None:
        row = standing.frame.iloc[0]
        said.append(
            t(
                "Pooled over {first} to {last} it is {share}, {standing}.",
                first=say_year(int(row["first_year"])), last=say_year(int(row["last_year"])),
                share=say_percent(row["value"]), standing=say_standing(row, "score"),
            )
        )  # fmt: skip
    share = rows["agreement_pct"].to_numpy(dtype=float)
    low, high = rows.iloc[int(share.argmin())], rows.iloc[int(share.argmax())]
    if len(rows) >= FEWEST_POINTS:
        said.append(
            t(
                "It was lowest in {low_year}, at {low}, and highest in {high_year}, at {high}.",
                low_year=say_year(int(low["year"])), low=say_percent(low["agreement_pct"]),
                high_year=say_year(int(high["year"])), high=say_percent(high["agreement_pct"]),
            )
        )  # fmt: skip
    said.append(t("Agreement says how two states vote on the same texts, not how they get on."))
    page.say(" ".join(said))
    if len(rows) < FEWEST_POINTS:
        return
    first = int(rows["year"].iloc[0])
    pair, others = t("this pair"), t("median of all pairs")
    own = rows.assign(of=pair, value=rows["agreement_pct"].astype(float))
    beside = world.loc[first:year].reset_index().assign(of=others)
    beside = beside.rename(columns={"median_pct": "value"})
    frame = pd.concat([own[["year", "of", "value"]], beside[["year", "of", "value"]]])
    n_above = int((own.set_index("year")["value"] > world["median_pct"].reindex(own["year"])).sum())
    if n_above == len(own):
        title = t("{both} voted more alike than the median pair in every year", both=profile.title)
    elif n_above == 0:
        title = t("{both} voted less alike than the median pair in every year", both=profile.title)
    else:
        title = t(
            "{both} voted more alike than the median pair in {n} of {of} years",
            both=profile.title,
            n=n_above,
            of=len(own),
        )
    subtitle = t(
        "Share of votes cast alike, percent, an abstention counting half, {first}–{last}", first=first, last=year
    )
    alt = t(
        "Line chart of the share of UN General Assembly votes cast alike by year, {first} to {last}: {both} between {low} in "
        "{low_year} and {high} in {high_year}, {share} at the end; the median of all pairs ends at {median}.",
        first=first, last=year, both=profile.both, low=say_percent(low["agreement_pct"]), low_year=int(low["year"]),
        high=say_percent(high["agreement_pct"]), high_year=int(high["year"]), share=say_percent(now),
        median=say_percent(median),
    )  # fmt: skip
    events = [(USSR_ENDS[0], t(USSR_ENDS[1]))] if "RUS" in (profile.a, profile.b) else []
    colours = {pair: STATE_A, others: BESIDE}
    options = {"y": "value", "by": "of", "fmt": "percent", "events": events, "colours": colours}
    page.draw("line", frame, "votes-alike", title, subtitle, alt, [found], **options)


def _beside_the_median(is_above: bool, is_last_year: bool, median: str) -> str:
    if is_above:
        return (
            t("that is above the median of all pairs, {median}", median=median)
            if is_last_year
            else t("that was above the median of all pairs, {median}", median=median)
        )
    return (
        t("that is below the median of all pairs, {median}", median=median)
        if is_last_year
        else t("that was below the median of all pairs, {median}", median=median)
    )


def _ideal_points(page: Page) -> None:
    profile = page.profile
    pair = {"state_a": profile.a, "state_b": profile.b}
    standing = page.find(t("Ideal points"), "pair_standing", figure="ideal_distance", **pair)
    if standing is None:
        return
    row = standing.frame.iloc[0]
    found = page.look("ideal_point_distance", **pair)
    year = int(row["last_year"])
    said = [
        t(
            "Their ideal points, places on the line that best explains all votes, lay {distance} apart in {year}, {standing}.",
            distance=say_number(row["value"], 2), year=say_year(year), standing=say_standing(row, "distance"),
        )
    ]  # fmt: skip
    if found.missing is None and len(found.frame) >= FEWEST_POINTS:
        first = found.frame.iloc[0]
        said.append(
            t(
                "In {year} it was {distance}.",
                year=say_year(int(first["year"])), distance=say_number(first["distance"], 2),
            )
        )  # fmt: skip
    page.say(" ".join(said))


def _named_votes(page: Page) -> None:
    profile = page.profile
    names = page.profile.evidence.select("unga_named_votes", ["resolution", "date"], iso3=[profile.a, profile.b])
    if names.empty:
        return
    resolutions = latest_named(names)
    parts = []
    for iso3 in (profile.a, profile.b):
        found = page.look("votes_on", state=iso3, resolutions=resolutions)
        if found.missing is None:
            parts.append(found.frame.assign(state=_label(profile.head(iso3).removeprefix("The "), iso3)))
    if len(parts) < 2:
        return
    frame = pd.concat(parts)
    # The source lists absences and, for one resolution, unknown abstentions: neither is a vote.
    frame["vote"] = frame["vote"].replace({"no_vote_recorded": "none", "abstain_or_absent": "none"})
    wide = frame.drop_duplicates(["resolution", "state"]).pivot(index="resolution", columns="state", values="vote")
    cast = wide[(wide != "none").all(axis=1)].dropna()
    years = frame["date"].astype(str).str[:4]
    span = f"{years.min()}–{years.max()}"
    same = int((cast.iloc[:, 0] == cast.iloc[:, 1]).sum())
    tallies = []
    for state, own in frame.groupby("state", sort=False):
        counts = [(int((own["vote"] == vote).sum()), vote) for vote in ("yes", "abstain", "no")]
        tally = say_list([_counted(vote, n) for n, vote in counts if n]) or t("no vote")
        tallies.append(t("{state}: {votes}", state=state, votes=tally))
    if cast.empty:
        return
    n = frame["resolution"].nunique()
    same_of = {"same": same, "of": len(cast)}
    said = [
        t(
            "On the {n} latest resolutions on Ukraine, Crimea and Russia that the tables hold by name up to the day, they cast "
            "the same vote on {same} of the {of} on which both voted.",
            n=n, **same_of,
        )
    ]  # fmt: skip
    standing = page.look("pair_standing", state_a=profile.a, state_b=profile.b, figure="named_votes")
    if standing.missing is None:
        said.append(_place_of_named_votes(standing.frame.iloc[0]))
    page.say(" ".join(said))
    title = t("On Ukraine, Crimea and Russia they voted the same way on {same} of {of} resolutions", **same_of)
    subtitle = t("Vote by state and resolution of the General Assembly, {span}", span=span)
    alt = t(
        "Table chart of votes on {n} resolutions on Ukraine, Crimea and Russia, {span}: Y yes, N no, A abstention, dash none "
        "recorded. {tallies}.",
        n=n, span=span, tallies="; ".join(tallies),
    )  # fmt: skip
    page.draw("votes", frame, "named-votes", title, subtitle, alt, [found])


def _place_of_named_votes(row: pd.Series) -> str:
    """Say on which side of most pairs the share of the same votes lies: a few resolutions give many pairs the same."""
    others = int(row["n_pairs"]) - 1
    if row["percentile"] >= 50:
        return t(
            "Of the {n} other pairs that both voted on at least half of these resolutions, {below} voted alike on a smaller share.",
            n=say_number(others), below=say_below(row["percentile"]),
        )  # fmt: skip
    above = 100 * (int(row["rank"]) - 1) / max(others, 1)
    return t(
        "Of the {n} other pairs that both voted on at least half of these resolutions, {above} voted alike on a larger share.",
        n=say_number(others), above=say_below(above),
    )  # fmt: skip


def _label(name: str, iso3: str) -> str:
    return name if len(name) <= LONGEST_NAME else iso3


def _counted(vote: str, n: int) -> str:
    if vote == "abstain":
        return nt("{n} abstention", "{n} abstentions", n)
    return pt("votes cast", "{n} yes", n=n) if vote == "yes" else pt("votes cast", "{n} no", n=n)


def _former(page: Page) -> None:
    """Say which former states the list of states ties to the pair, and who carries their series."""
    rows = predecessors(page.profile)
    if rows.empty:
        return
    evidence = page.profile.evidence
    notes = [f"{local_name(evidence, row['iso3'])} ({own_words(row['note'])})" for _, row in rows.iterrows()]
    page.say(t("Former states tied to this pair, in the words of the list of states: {names}.", names=say_list(notes)))


def _ties(page: Page) -> None:
    profile = page.profile
    pair = {"state_a": profile.a, "state_b": profile.b}
    rows, used = [], []
    opened = page.find(t("Diplomatic relations"), "diplomatic_relations", **pair)
    if opened is not None:
        row = opened.frame.iloc[0]
        rows.append([t("Diplomatic relations"), t("established {date}", date=say_date(row["established_on"]))])
        used.append(opened)
    for iso3, korea in ((profile.a, profile.b), (profile.b, profile.a)):
        if korea in ("KOR", "PRK") and opened is None:
            ties = page.look("ties_with_korea", state=iso3, korea=korea)
            if ties.missing is None:
                said = [t(TIE_EVENTS[row["event"]], year=say_year(row["year"])) for _, row in ties.frame.iterrows()]
                rows.append([t("Ties, in the table on Korea"), say_list(said)])
                used.append(ties)
    for one, other in profile.ways:
        found = page.look("embassies", sender=one, host=other)
        if found.missing is None and found.only():
            city = found.frame.iloc[0]["city"]
            rows.append([t("Embassy of {name}", name=profile.name(one)), t("stated in {city}", city=city)])
            used.append(found)
    treaty = page.find(t("Investment treaty"), "investment_treaty", **pair)
    if treaty is not None:
        row = treaty.frame.iloc[0]
        signed = t("none on the list")
        if row["has_treaty"]:
            signed = t("signed {year}", year=say_year(int(row["first_year_signed"])))
        rows.append([t("Bilateral investment treaty"), signed])
        used.append(treaty)
    agreement = page.find(t("Trade agreement"), "trade_agreement", **pair)
    if agreement is not None:
        rows.append([t("Trade agreement"), _agreement_in_force(agreement.frame.iloc[0])])
        used.append(agreement)
    held = page.look("agreements_in_force", **pair)
    if held.missing is None:
        dated = nt(
            "{n} dated one in force in the table", "{n} dated ones in force in the table", len(held.frame),
            n=say_number(len(held.frame)),
        )  # fmt: skip
        rows.append([t("Agreements between them"), dated])
        used.append(held)
    met = page.look("summits", **pair)
    if met.missing is None:
        days = met.frame["date"].astype(str).sort_values()
        dates = {"first": say_date(days.iloc[0]), "last": say_date(days.iloc[-1])}
        rows.append([t("Meetings of the leaders"), t("{n} found, {first} to {last}", n=say_number(len(days)), **dates)])
        used.append(met)
    away = page.look("distance", **pair)
    border = page.look("land_border", source="mledoze", **pair)
    if away.missing is None:
        row = page.look("pair_standing", figure="distance", **pair).frame.iloc[0]
        said_away = t(
            "{distance} km, the {nth} longest of {of}",
            distance=say_number(row["value"]), nth=say_nth(int(row["rank"])), of=say_number(row["n_pairs"]),
        )  # fmt: skip
        if border.missing is None:
            with_land, without = (
                t("{distance}; a land border", distance=said_away),
                t("{distance}; no land border", distance=said_away),
            )
            said_away = with_land if border.only() else without
            used.append(border)
        rows.append([t("Distance of the capitals"), said_away])
        used.append(away)
    if rows:
        page.table(t("What binds {both}", both=profile.both), [t("Tie"), t("On the record")], rows, (), used)


def _agreement_in_force(row: pd.Series) -> str:
    if not row["has_agreement"]:
        return t("none in force on the list, which ends in {year}", year=say_year(int(row["up_to_year"])))
    since = say_year(int(row["first_year_in_force"]))
    if row["n_in_force"] > 1:
        return t("in force since {year}, one of {n}", year=since, n=say_number(row["n_in_force"]))
    return t("in force since {year}", year=since)
