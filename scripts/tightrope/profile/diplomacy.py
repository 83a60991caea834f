"""Votes and diplomacy: UN agreement beside the world's, ideal points, named votes, relations and treaties."""

from __future__ import annotations

import pandas as pd

from tightrope.narrative.words import say_date, say_list, say_number, say_percent, say_year
from tightrope.profile.pair import predecessors
from tightrope.profile.parts import BESIDE, FEWEST_POINTS, STATE_A, Page, say_nth, say_standing, section

LEAST_VOTES = 20
# As many resolutions and as long a name as one chart holds; a longer name gives way to its code.
MOST_VOTES, LONGEST_NAME = 21, 24
USSR_ENDS = (1991, "USSR ends")


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
    found = page.find("UN votes", "unga_agreement", state_a=profile.a, state_b=profile.b)
    if found is None:
        return
    rows = found.frame[found.frame["n_both_voted"] >= LEAST_VOTES]
    if rows.empty:
        page.say(
            f"{profile.title} both voted in {say_number(found.frame['n_both_voted'].sum())} roll calls of the UN General "
            f"Assembly up to {say_year(int(found.frame['year'].max()))}, too few in any year for a share."
        )
        return
    world = page.look("unga_agreement_spread").frame.set_index("year")
    last = rows.iloc[-1]
    year, now = int(last["year"]), last["agreement_pct"]
    median = float(world["median_pct"].get(year, float("nan")))
    side = "above" if now > median else "below"
    is_or_was = "is" if year == profile.last_year else "was"
    text = (
        f"Of the {say_number(last['n_both_voted'])} votes of the UN General Assembly in {say_year(year)} in which both took part, "
        f"{profile.both} cast {say_percent(now)} alike, an abstention against a yes or a no counting half; that {is_or_was} {side} "
        f"the median of all pairs, {say_percent(median)}."
    )
    standing = page.look("pair_standing", state_a=profile.a, state_b=profile.b, figure="agreement")
    if standing.missing is None:
        row = standing.frame.iloc[0]
        text += (
            f" Pooled over {say_year(int(row['first_year']))} to {say_year(int(row['last_year']))} it is "
            f"{say_percent(row['value'])}, {say_standing(row, 'highest', over='above')}."
        )
    share = rows["agreement_pct"].to_numpy(dtype=float)
    low, high = rows.iloc[int(share.argmin())], rows.iloc[int(share.argmax())]
    if len(rows) >= FEWEST_POINTS:
        text += (
            f" It was lowest in {say_year(int(low['year']))}, at {say_percent(low['agreement_pct'])}, and highest in "
            f"{say_year(int(high['year']))}, at {say_percent(high['agreement_pct'])}."
        )
    page.say(text + " Agreement says how two states vote on the same texts, not how they get on.")
    if len(rows) < FEWEST_POINTS:
        return
    first = int(rows["year"].iloc[0])
    own = rows.assign(of="this pair", value=rows["agreement_pct"].astype(float))
    beside = world.loc[first:year].reset_index().assign(of="median of all pairs")
    beside = beside.rename(columns={"median_pct": "value"})
    frame = pd.concat([own[["year", "of", "value"]], beside[["year", "of", "value"]]])
    n_above = int((own.set_index("year")["value"] > world["median_pct"].reindex(own["year"])).sum())
    title = f"{profile.title} voted more alike than the median pair in {n_above} of {len(own)} years"
    if n_above in (0, len(own)):
        title = f"{profile.title} voted {'more' if n_above else 'less'} alike than the median pair in every year"
    subtitle = f"Share of votes cast alike, percent, an abstention counting half, {first}–{year}"
    alt = (
        f"Line chart of the share of UN General Assembly votes cast alike by year, {first} to {year}: {profile.both} between "
        f"{say_percent(low['agreement_pct'])} in {int(low['year'])} and {say_percent(high['agreement_pct'])} in "
        f"{int(high['year'])}, {say_percent(now)} at the end; the median of all pairs ends at {say_percent(median)}."
    )
    events = [USSR_ENDS] if "RUS" in (profile.a, profile.b) else []
    colours = {"this pair": STATE_A, "median of all pairs": BESIDE}
    options = {"y": "value", "by": "of", "fmt": "percent", "events": events, "colours": colours}
    page.draw("line", frame, "votes-alike", title, subtitle, alt, [found], **options)


def _ideal_points(page: Page) -> None:
    profile = page.profile
    pair = {"state_a": profile.a, "state_b": profile.b}
    standing = page.find("Ideal points", "pair_standing", figure="ideal_distance", **pair)
    if standing is None:
        return
    row = standing.frame.iloc[0]
    found = page.look("ideal_point_distance", **pair)
    year = int(row["last_year"])
    text = (
        f"Their ideal points, places on the line that best explains all votes, lay {say_number(row['value'], 2)} apart in "
        f"{say_year(year)}, {say_standing(row, 'largest distance')}."
    )
    if found.missing is None and len(found.frame) >= FEWEST_POINTS:
        first = found.frame.iloc[0]
        text += f" In {say_year(int(first['year']))} it was {say_number(first['distance'], 2)}."
    page.say(text)


def _named_votes(page: Page) -> None:
    profile = page.profile
    names = page.profile.evidence.select("unga_named_votes", ["resolution", "date"], iso3=[profile.a, profile.b])
    if names.empty:
        return
    resolutions = list(names.sort_values("date")["resolution"].unique())[-MOST_VOTES:]
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
        tallies.append(f"{state}: {say_list([f'{n} {_noun(vote, n)}' for n, vote in counts if n]) or 'no vote'}")
    if cast.empty:
        return
    n = frame["resolution"].nunique()
    page.say(
        f"On the {n} latest resolutions on Ukraine, Crimea and Russia that the tables hold by name up to the day, they cast the "
        f"same vote on {same} of the {len(cast)} on which both voted."
    )
    title = f"On Ukraine, Crimea and Russia they voted the same way on {same} of {len(cast)} resolutions"
    subtitle = f"Vote by state and resolution of the General Assembly, {span}"
    alt = (
        f"Table chart of votes on {n} resolutions on Ukraine, Crimea and Russia, {span}: Y yes, N no, A abstention, dash none "
        f"recorded. {'; '.join(tallies)}."
    )
    page.draw("votes", frame, "named-votes", title, subtitle, alt, [found])


def _label(name: str, iso3: str) -> str:
    return name if len(name) <= LONGEST_NAME else iso3


def _noun(vote: str, n: int) -> str:
    return vote if vote != "abstain" else ("abstention" if n == 1 else "abstentions")


def _former(page: Page) -> None:
    """Say which former states the list of states ties to the pair, and who carries their series."""
    rows = predecessors(page.profile)
    if rows.empty:
        return
    notes = [f"{row['name']} ({row['note']})" for _, row in rows.iterrows()]
    page.say(f"Former states tied to this pair, in the words of the list of states: {say_list(notes)}.")


def _ties(page: Page) -> None:
    profile = page.profile
    pair = {"state_a": profile.a, "state_b": profile.b}
    rows, used = [], []
    opened = page.find("Diplomatic relations", "diplomatic_relations", **pair)
    if opened is not None:
        row = opened.frame.iloc[0]
        rows.append(["Diplomatic relations", f"established {say_date(row['established_on'])}"])
        used.append(opened)
    for iso3, korea in ((profile.a, profile.b), (profile.b, profile.a)):
        if korea in ("KOR", "PRK") and opened is None:
            ties = page.look("ties_with_korea", state=iso3, korea=korea)
            if ties.missing is None:
                said = [f"{row['event'].replace('_', ' ')} {say_year(row['year'])}" for _, row in ties.frame.iterrows()]
                rows.append(["Ties, in the table on Korea", say_list(said)])
                used.append(ties)
    for one, other in profile.ways:
        found = page.look("embassies", sender=one, host=other)
        if found.missing is None and found.only():
            rows.append([f"Embassy of {profile.name(one)}", f"stated in {found.frame.iloc[0]['city']}"])
            used.append(found)
    treaty = page.find("Investment treaty", "investment_treaty", **pair)
    if treaty is not None:
        row = treaty.frame.iloc[0]
        said_treaty = f"signed {say_year(int(row['first_year_signed']))}" if row["has_treaty"] else "none on the list"
        rows.append(["Bilateral investment treaty", said_treaty])
        used.append(treaty)
    agreement = page.find("Trade agreement", "trade_agreement", **pair)
    if agreement is not None:
        row = agreement.frame.iloc[0]
        up_to = say_year(int(row["up_to_year"]))
        if row["has_agreement"]:
            others = f", one of {say_number(row['n_in_force'])}" if row["n_in_force"] > 1 else ""
            text = f"in force since {say_year(int(row['first_year_in_force']))}{others}"
        else:
            text = f"none in force on the list, which ends in {up_to}"
        rows.append(["Trade agreement", text])
        used.append(agreement)
    held = page.look("agreements_in_force", **pair)
    if held.missing is None:
        rows.append(["Agreements between them", f"{say_number(len(held.frame))} dated ones in force in the table"])
        used.append(held)
    met = page.look("summits", **pair)
    if met.missing is None:
        days = met.frame["date"].astype(str).sort_values()
        rows.append(
            [
                "Meetings of the leaders",
                f"{say_number(len(days))} found, {say_date(days.iloc[0])} to {say_date(days.iloc[-1])}",
            ]
        )
        used.append(met)
    away = page.look("distance", **pair)
    border = page.look("land_border", source="mledoze", **pair)
    if away.missing is None:
        row = page.look("pair_standing", figure="distance", **pair).frame.iloc[0]
        land = ""
        if border.missing is None:
            land = "; a land border" if border.only() else "; no land border"
            used.append(border)
        rows.append(
            ["Distance of the capitals", f"{say_number(row['value'])} km, the {say_nth(int(row['rank']))} longest of "
             f"{say_number(row['n_pairs'])}{land}"]
        )  # fmt: skip
        used.append(away)
    if rows:
        page.table(f"What binds {profile.both}", ["Tie", "On the record"], rows, (), used)
