"""Alliance, sanctions either way, troops and arms."""

from __future__ import annotations

import pandas as pd

from tightrope.measures.diplomacy_common import covered_years
from tightrope.narrative.words import say_date, say_list, say_number, say_percent, say_year
from tightrope.profile.pair import HOST
from tightrope.profile.parts import FEWEST_POINTS, Page, say_nth, say_standing, section, whose

GSDB = "sanctions_gsdb_counts"
ARMS = "arms_transfers"
ARMS_YEARS = 10


@section
def security(page: Page) -> None:
    """Say what the tables hold of pacts, sanctions, troops and arms between the two states."""
    _alliance(page)
    _sanctions(page)
    _troops(page)
    _arms(page)


def _last(page: Page, table: str) -> int | None:
    """Give the last year of a table that had ended on the day; None when it had not begun."""
    first, last = covered_years(page.profile.evidence, table)
    year = min(last, page.profile.last_year)
    return year if year >= first else None


def _alliance(page: Page) -> None:
    profile = page.profile
    year = _last(page, "alliances_atop")
    if year is None:
        return
    found = page.find("Alliance", "alliance", state_a=profile.a, state_b=profile.b, years=year)
    if found is None:
        return
    is_ally = bool(found.only())
    text = f"In {say_year(year)}, the last year of ATOP that is seen, {profile.both} were "
    text += "bound by a defence pact" if is_ally else "not bound by a defence pact"
    whole = page.look("alliance", state_a=profile.a, state_b=profile.b)
    coded = whole.frame[whole.frame["is_defense_ally"].astype(bool)] if whole.missing is None else pd.DataFrame()
    if len(coded):
        first, last = int(coded["year"].min()), int(coded["year"].max())
        text += f"; the list has one in {say_number(len(coded))} years from {say_year(first)} to {say_year(last)}"
    page.say(text + ".")


def _sanctions(page: Page) -> None:
    profile = page.profile
    year = _last(page, GSDB)
    rows, used = [], []
    for sender, target in profile.ways if year else ():
        found = page.look("sanctions_in_force", sender=sender, target=target, source="gsdb", on=str(year))
        if found.missing is not None:
            page.lacks(f"Sanctions of {profile.name(sender)} on {profile.name(target)}", found.missing)
            continue
        row = found.frame.iloc[0]
        own = int(row["n_in_force"])
        since = f"since {say_year(row['first_date'])}" if own else ""
        kinds = str(row["measures"]) if own and pd.notna(row["measures"]) else ""
        bodies = str(row["bodies"]) if pd.notna(row["bodies"]) else "none"
        state = say_number(own) if own else "none"
        rows.append(
            [
                f"{profile.head(sender)} on {profile.name(target)}",
                state,
                "; ".join(x for x in (since, kinds) if x),
                bodies,
            ]
        )
        used.append(found)
    if year and rows and all(row[1] == "none" and row[3] == "none" for row in rows):
        page.say(f"The Global Sanctions Data Base has no sanction of either on the other in force in {say_year(year)}.")
    elif year and rows:
        caption = (
            f"Sanctions in force in {say_year(year)}, the last year of the Global Sanctions Data Base that is seen"
        )
        columns = ["Way", "Cases that name the sender", "Since, and kinds", "Bodies with cases against the target"]
        page.table(caption, columns, rows, (1,), used)
    _dated(page)
    _unfriendly(page)


def _dated(page: Page) -> None:
    """Give South Korea's own dated measures, where the pair was collected."""
    profile = page.profile
    for sender, target in profile.ways:
        if sender != "KOR":
            continue
        found = page.look("sanctions_in_force", sender=sender, target=target, source="dated")
        if found.missing is not None:
            continue
        n = int(found.only())
        if not n:
            page.say(
                f"Of {whose(profile.name(sender))} own dated measures none was on {profile.name(target)} on the day."
            )
            continue
        begun = page.look("sanctions_begin", sender=sender, target=target)
        page.say(
            f"By its own announcements {profile.name(sender)} had {say_number(n)} dated measures on {profile.name(target)} on the "
            f"day, the first announced on {say_date(begun.frame.iloc[0]['first_date'])}."
        )


def _unfriendly(page: Page) -> None:
    profile = page.profile
    if "RUS" not in (profile.a, profile.b):
        return
    other = profile.b if profile.a == "RUS" else profile.a
    found = page.look("unfriendly", state=other)
    if found.missing is None:
        row = found.frame.iloc[0]
        word = "listed" if row["is_listed"] else "did not list"
        page.say(f"On {say_date(str(row['date'])[:10])} Russia {word} {profile.name(other)} as unfriendly.")


def _troops(page: Page) -> None:
    profile = page.profile
    if HOST not in (profile.a, profile.b):
        return
    host = profile.b if profile.a == HOST else profile.a
    found = page.find(f"US troops in {profile.name(host)}", "us_troops", host=host)
    if found is None:
        return
    last = found.frame.iloc[-1]
    peak = found.frame.iloc[int(found.frame["n_troops"].to_numpy().argmax())]
    rank = f", the {say_nth(int(last['rank']))}-largest number abroad" if pd.notna(last["rank"]) else ""
    page.say(
        f"{say_number(last['n_troops'])} US troops were stationed in {profile.name(host)} in {say_year(int(last['year']))}{rank}; "
        f"the most were {say_number(peak['n_troops'])}, in {say_year(int(peak['year']))}."
    )
    frame = found.frame[["year", "n_troops"]].rename(columns={"n_troops": "value"}).astype({"value": float})
    if len(frame) < FEWEST_POINTS or frame["value"].max() < 100:
        return
    first, end = int(frame["year"].min()), int(last["year"])
    title = f"{say_number(last['n_troops'])} US troops were stationed in {profile.name(host)} in {end}"
    subtitle = f"US military personnel in {profile.name(host)}, persons, {first}–{end}"
    alt = (
        f"Line chart of US troops in {profile.name(host)} by year, {first} to {end}: most in {int(peak['year'])} with "
        f"{say_number(peak['n_troops'])}, {say_number(last['n_troops'])} at the end."
    )
    page.draw("line", frame, "us-troops", title, subtitle, alt, [found], y="value", fmt="number", zero=True)


def _arms(page: Page) -> None:
    profile = page.profile
    year = _last(page, ARMS)
    if year is None:
        return
    said = []
    for supplier, recipient in profile.ways:
        first = max(year - ARMS_YEARS + 1, covered_years(profile.evidence, ARMS)[0])
        found = page.look("arms_share", supplier=supplier, recipient=recipient, first_year=first, last_year=year)
        if found.missing is None and found.only() is not None and found.frame.iloc[0]["tiv_millions"] > 0:
            row = found.frame.iloc[0]
            said.append(
                f"{profile.name(supplier)} supplied {say_percent(row['share_pct'])} of {whose(profile.name(recipient))} imports of major "
                f"arms, {say_number(row['tiv_millions'])} million of SIPRI's volume units"
            )
    standing = page.look("pair_standing", state_a=profile.a, state_b=profile.b, figure="arms")
    if not said or standing.missing is not None:
        if standing.missing is not None:
            page.lacks("Arms", standing.missing)
        return
    row = standing.frame.iloc[0]
    page.say(
        f"From {say_year(int(row['first_year']))} to {say_year(int(row['last_year']))} {say_list(said)}. Both ways together that is "
        f"{say_standing(row, 'largest', 'pairs with a delivery')}."
    )
