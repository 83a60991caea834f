"""Alliance, sanctions either way, troops and arms."""

from __future__ import annotations

import pandas as pd

from tightrope.language import N_, nt, t
from tightrope.measures.diplomacy_common import covered_years
from tightrope.narrative.names import whose
from tightrope.narrative.words import say_date, say_list, say_number, say_percent, say_year
from tightrope.profile.pair import HOST
from tightrope.profile.parts import FEWEST_POINTS, Page, say_nth, say_standing, section

GSDB = "sanctions_gsdb_counts"
ARMS = "arms_transfers"
ARMS_YEARS = 10
# The kinds of sanctions in the Global Sanctions Data Base, as the table writes them.
SANCTION_KINDS = (
    N_("trade"), N_("financial"), N_("travel"), N_("arms"), N_("military"), N_("other"),
)  # fmt: skip
# The bodies that have cases there, as the table writes them.
BODIES = (
    N_("African Union"), N_("ChinCom"), N_("CoCom"), N_("Commonwealth"), N_("CSCE"), N_("ECOWAS"), N_("EEC"), N_("EU"),
    N_("G7"), N_("G8"), N_("Kimberly Process Participants"), N_("League of Arab States"), N_("MERCOSUR"), N_("NAFTA"),
    N_("NATO"), N_("OAPEC"), N_("OIC"), N_("Organisation of African Unity"), N_("Organization of American States"),
    N_("Organization of Eastern Carribean States"), N_("OSCE"), N_("Pacific Islands Forum"),
    N_("Paris Agreement Signatories"), N_("SADC"), N_("UN"), N_("UNASUR"),
)  # fmt: skip


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
    found = page.find(t("Alliance"), "alliance", state_a=profile.a, state_b=profile.b, years=year)
    if found is None:
        return
    is_ally = bool(found.only())
    fields = {"year": say_year(year), "both": profile.both}
    if is_ally:
        text = t("In {year}, the last year of ATOP that is seen, {both} were bound by a defence pact", **fields)
    else:
        text = t("In {year}, the last year of ATOP that is seen, {both} were not bound by a defence pact", **fields)
    whole = page.look("alliance", state_a=profile.a, state_b=profile.b)
    coded = whole.frame[whole.frame["is_defense_ally"].astype(bool)] if whole.missing is None else pd.DataFrame()
    if coded.empty:
        said = t("{sentence}.", sentence=text)
    else:
        first, last, n = int(coded["year"].min()), int(coded["year"].max()), len(coded)
        said = nt(
            "{sentence}; the list has one in {n} year from {first} to {last}.",
            "{sentence}; the list has one in {n} years from {first} to {last}.",
            n, sentence=text, n=say_number(n), first=say_year(first), last=say_year(last),
        )  # fmt: skip
    n_pacts = int(page.look("defence_pacts", year=year).only())
    all_pacts = nt(
        "Such a pact bound {n} pair of states in {year}.", "Such pacts bound {n} pairs of states in {year}.",
        n_pacts, n=say_number(n_pacts), year=say_year(year),
    )  # fmt: skip
    page.say(f"{said} {all_pacts}")


def _sanctions(page: Page) -> None:
    profile = page.profile
    year = _last(page, GSDB)
    rows, used = [], []
    for sender, target in profile.ways if year else ():
        found = page.look("sanctions_in_force", sender=sender, target=target, source="gsdb", on=str(year))
        if found.missing is not None:
            what = t("Sanctions of {sender} on {target}", sender=profile.name(sender), target=profile.name(target))
            page.lacks(what, found.missing)
            continue
        row = found.frame.iloc[0]
        own = int(row["n_in_force"])
        since = t("since {year}", year=say_year(row["first_date"])) if own else ""
        kinds = (
            ", ".join(t(kind) for kind in str(row["measures"]).split(", ")) if own and pd.notna(row["measures"]) else ""
        )
        bodies = ", ".join(t(body) for body in str(row["bodies"]).split(", ")) if pd.notna(row["bodies"]) else t("none")
        rows.append(
            [
                t("{sender} on {target}", sender=profile.head(sender), target=profile.name(target)),
                say_number(own) if own else t("none"),
                "; ".join(x for x in (since, kinds) if x),
                bodies,
            ]
        )
        used.append(found)
    if year and rows and all(row[1] == t("none") and row[3] == t("none") for row in rows):
        page.say(
            t(
                "The Global Sanctions Data Base has no sanction of either on the other in force in {year}.",
                year=say_year(year),
            )
        )
    elif year and rows:
        caption = t(
            "Sanctions in force in {year}, the last year of the Global Sanctions Data Base that is seen",
            year=say_year(year),
        )
        columns = [
            t("Way"), t("Cases that name the sender"), t("Since, and kinds"), t("Bodies with cases against the target"),
        ]  # fmt: skip
        page.table(caption, columns, rows, (1,), used)
        _place_of_sanctions(page)
    _dated(page)
    _unfriendly(page)


def _place_of_sanctions(page: Page) -> None:
    standing = page.look("pair_standing", state_a=page.profile.a, state_b=page.profile.b, figure="sanctions")
    if standing.missing is not None:
        return
    row = standing.frame.iloc[0]
    page.say(
        nt(
            "Both ways together that is {n} case that names the two: {n_pairs} pairs have a case, {more} of them more.",
            "Both ways together that is {n} cases that name the two: {n_pairs} pairs have a case, {more} of them more.",
            int(row["value"]), n=say_number(row["value"]), n_pairs=say_number(row["n_pairs"]),
            more=say_number(row["rank"] - 1),
        )
    )  # fmt: skip


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
                t(
                    "Of {whose} own dated measures none was on {target} on the day.",
                    whose=whose(profile.name(sender)), target=profile.name(target),
                )
            )  # fmt: skip
            continue
        begun = page.look("sanctions_begin", sender=sender, target=target)
        page.say(
            nt(
                "By its own announcements {sender} had {n} dated measure on {target} on the day, the first announced on {date}.",
                "By its own announcements {sender} had {n} dated measures on {target} on the day, the first announced on {date}.",
                n, sender=profile.name(sender), n=say_number(n), target=profile.name(target),
                date=say_date(begun.frame.iloc[0]["first_date"]),
            )
        )  # fmt: skip


def _unfriendly(page: Page) -> None:
    profile = page.profile
    if "RUS" not in (profile.a, profile.b):
        return
    other = profile.b if profile.a == "RUS" else profile.a
    found = page.look("unfriendly", state=other)
    if found.missing is None:
        row = found.frame.iloc[0]
        fields = {"date": say_date(str(row["date"])[:10]), "name": profile.name(other)}
        if row["is_listed"]:
            page.say(t("On {date} Russia listed {name} as unfriendly.", **fields))
        else:
            page.say(t("On {date} Russia did not list {name} as unfriendly.", **fields))


def _troops(page: Page) -> None:
    profile = page.profile
    if HOST not in (profile.a, profile.b):
        return
    host = profile.b if profile.a == HOST else profile.a
    found = page.find(t("US troops in {host}", host=profile.name(host)), "us_troops", host=host)
    if found is None:
        return
    last = found.frame.iloc[-1]
    peak = found.frame.iloc[int(found.frame["n_troops"].to_numpy().argmax())]
    fields = {
        "n": say_number(last["n_troops"]), "host": profile.name(host), "year": say_year(int(last["year"])),
    }  # fmt: skip
    ranked = pd.notna(last["rank"])
    if ranked:
        fields |= {"nth": say_nth(int(last["rank"])), "of": say_number(last["n_hosts"])}
    fields |= {"most": say_number(peak["n_troops"]), "peak": say_year(int(peak["year"]))}
    if ranked:
        page.say(
            t(
                "{n} US troops were stationed in {host} in {year}, the {nth}-largest number of {of} hosts abroad; the most were "
                "{most}, in {peak}.",
                **fields,
            )
        )
    else:
        page.say(t("{n} US troops were stationed in {host} in {year}; the most were {most}, in {peak}.", **fields))
    frame = found.frame[["year", "n_troops"]].rename(columns={"n_troops": "value"}).astype({"value": float})
    if len(frame) < FEWEST_POINTS or frame["value"].max() < 100:
        return
    first, end = int(frame["year"].min()), int(last["year"])
    host_name = profile.name(host)
    title = t(
        "{n} US troops were stationed in {host} in {year}", n=say_number(last["n_troops"]), host=host_name, year=end
    )
    subtitle = t("US military personnel in {host}, persons, {first}–{last}", host=host_name, first=first, last=end)
    alt = t(
        "Line chart of US troops in {host} by year, {first} to {last}: most in {peak} with {most}, {now} at the end.",
        host=host_name, first=first, last=end, peak=int(peak["year"]), most=say_number(peak["n_troops"]),
        now=say_number(last["n_troops"]),
    )  # fmt: skip
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
                t(
                    "{supplier} supplied {share} of {whose} imports of major arms, {volume} million of SIPRI's volume units",
                    supplier=profile.name(supplier), share=say_percent(row["share_pct"]),
                    whose=whose(profile.name(recipient)), volume=say_number(row["tiv_millions"]),
                )
            )  # fmt: skip
    standing = page.look("pair_standing", state_a=profile.a, state_b=profile.b, figure="arms")
    if not said or standing.missing is not None:
        if standing.missing is not None:
            page.lacks(t("Arms"), standing.missing)
        return
    row = standing.frame.iloc[0]
    page.say(
        t(
            "From {first} to {last} {supplies}. Both ways together that is {standing}.",
            first=say_year(int(row["first_year"])), last=say_year(int(row["last_year"])), supplies=say_list(said),
            standing=say_standing(row, "arms"),
        )
    )  # fmt: skip
