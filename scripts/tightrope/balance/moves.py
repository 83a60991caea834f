"""How states moved between the two powers: votes by year, who moved most, and the focus state's trade."""

from __future__ import annotations

import pandas as pd

from tightrope.balance.between import Balance, of, say_former
from tightrope.balance.words import capital, named
from tightrope.evidence import known_states
from tightrope.measures.diplomacy_common import covered_years
from tightrope.measures.statehood import spans_of_states
from tightrope.narrative.words import say_number, say_percent, say_year
from tightrope.profile.parts import BESIDE, FEWEST_POINTS, STATE_A, STATE_B, Page, section

MOST = 4
BOOKS = {"trade_cow": "Correlates of War", "trade_baci": "BACI"}
BOTH = "#009E73"
# Half of the states lie above each median; of two unrelated halves a quarter lies in both.
UNRELATED_PCT = 25.0
EVENTS = ((1991, "USSR ends"), (2003, "Iraq"), (2014, "Crimea"), (2022, "invasion"))


@section
def moves(page: Page) -> None:
    """Say and draw how the field between the two powers changed, and who moved."""
    _former(page)
    _near(page)
    _movers(page)
    _trade(page)


def _former(page: Page) -> None:
    """Say whose votes and trade stand under a state's code before it was there."""
    balance = of(page)
    first = balance.span["first_year"]
    say_former(page, first)
    spans = spans_of_states(balance.evidence)
    for iso3 in (balance.a, balance.b, balance.focus):
        begun = spans[iso3][-1][0].year if iso3 in spans else first
        if begun > first:
            page.say(f"{balance.head(iso3)} is a state from {say_year(begun)} on; there is nothing on it before.")


def _near(page: Page) -> None:
    balance = of(page)
    found = page.find("Votes by year", "between_near_counts", **balance.powers, **balance.span)
    if found is None or len(found.frame) < FEWEST_POINTS:
        return
    frame = found.frame
    first, last = frame.iloc[0], frame.iloc[-1]
    share = frame["n_both"] / frame["n_states"]
    top, low = frame.iloc[int(share.to_numpy().argmax())], frame.iloc[int(share.to_numpy().argmin())]
    page.say(
        f"In each year a state is near to a power when it votes with it at least as often as the median state does. Near to both "
        f"were {say_number(first['n_both'])} of {say_number(first['n_states'])} states in {say_year(int(first['year']))} and "
        f"{say_number(last['n_both'])} of {say_number(last['n_states'])} in {say_year(int(last['year']))}; their share was largest in "
        f"{say_year(int(top['year']))} ({say_number(top['n_both'])} of {say_number(top['n_states'])}) and smallest in "
        f"{say_year(int(low['year']))} ({say_number(low['n_both'])} of {say_number(low['n_states'])}). Were votes with the "
        f"two unrelated, {say_percent(UNRELATED_PCT)} would be near to both; fewer means that voting with the one mostly goes with voting "
        "apart from the other. Since a median halves the states, about as many are near to neither as to both."
    )
    start, end = int(first["year"]), int(last["year"])
    pct = 100 * share
    both, unrelated = "near to both", "if unrelated"
    tidy = pd.concat(
        [
            pd.DataFrame({"year": frame["year"], "of": both, "value": pct.astype("float64")}),
            pd.DataFrame({"year": frame["year"], "of": unrelated, "value": UNRELATED_PCT}),
        ]
    )
    title = (
        f"{say_percent(pct.max())} of states voted with both powers at or above the median in {say_year(int(top['year']))}, "
        f"{say_percent(pct.iloc[-1])} in {say_year(end)}"
    )
    if int(top["year"]) == end:
        title = f"More states than in any year since {start} voted with both powers at or above the median in {end}"
    subtitle = (
        f"States at or above the year's median agreement with both {balance.both} in the UN General Assembly, percent of states, "
        f"{start}–{end}; grey: what votes unrelated to each other would give"
    )
    alt = (
        f"Line chart, {start} to {end}: percent of states that voted with both powers at or above the median, from {pct.iloc[0]:.0f}% to "
        f"{pct.iloc[-1]:.0f}%, most in {int(top['year'])} ({pct.max():.0f}%), least in {int(low['year'])} ({pct.min():.0f}%); a flat line at "
        f"{UNRELATED_PCT:.0f}% shows what unrelated votes would give."
    )
    events = [event for event in EVENTS if start <= event[0] <= end] if "RUS" in (balance.a, balance.b) else []
    options = {
        "y": "value",
        "by": "of",
        "fmt": "percent",
        "colours": {both: BOTH, unrelated: BESIDE},
        "events": events,
        "zero": True,
    }
    page.draw("line", tidy, "balance-near", title, subtitle, alt, [found], **options)


def _movers(page: Page) -> None:
    balance = of(page)
    found = page.look("between_movers", **balance.powers, **balance.span)
    if found.missing is not None:
        page.gaps.append(
            ("Who moved", f"too few years with votes from {balance.span['first_year']} to {balance.last_year}")
        )
        return
    frame = found.frame
    towards_a = list(frame[frame["change_pp"] > 0].head(MOST)["iso3"])
    towards_b = list(frame[frame["change_pp"] < 0].tail(MOST)["iso3"])[::-1]
    n = int(frame["n_ranked"].iloc[0])
    row = frame[frame["iso3"] == balance.focus]
    text = (
        f"Against the median state, and from the first five to the last five years of each, {_moved(balance, towards_a, 'a')}; "
        f"{_moved(balance, towards_b, 'b')}. {say_number(n)} states voted in enough years to be ranked"
    )
    if len(row):
        mine = row.iloc[0]
        way = "a" if mine["change_pp"] >= 0 else "b"
        rank = int(mine["rank"]) if way == "a" else n + 1 - int(mine["rank"])
        text += (
            f"; {balance.name(balance.focus)} moved {say_number(abs(mine['change_pp']), 1)} percentage points towards {balance.power(way)}, "
            f"more than {say_number(n - rank)} of the others"
        )
    page.say(text + ".")
    paths = page.look("between_paths", **balance.powers, **balance.span).frame
    names = known_states(balance.evidence)
    chosen = [s for s in [balance.focus, *towards_a, *towards_b] if s in set(paths["iso3"])]
    chosen = list(dict.fromkeys(chosen))
    label = {"a": f"with {balance.power('a')}", "b": f"with {balance.power('b')}"}
    parts = []
    for iso3 in chosen:
        own = paths[paths["iso3"] == iso3]
        for letter in ("a", "b"):
            values = own[["year"]].assign(
                panel=names[iso3], of=label[letter], value=own[f"agreement_{letter}_pct"].astype(float)
            )
            parts.append(values)
    tidy = pd.concat(parts).reset_index(drop=True)
    start, end = int(paths["year"].min()), int(paths["year"].max())
    both_ways = [x for x in ((towards_a, "a"), (towards_b, "b")) if x[0]]
    title = "; ".join(f"{names[who[0]]} moved most towards {balance.power(letter)}" for who, letter in both_ways)
    subtitle = (
        f"Share of UN General Assembly votes cast alike with each power, percent, {start}–{end}: "
        f"{balance.name(balance.focus)}, and the {MOST} states that moved most towards each"
    )
    ends = []
    for iso3 in chosen[:1] + towards_a[:1] + towards_b[:1]:
        own = paths[paths["iso3"] == iso3]
        one, two = own.iloc[0], own.iloc[-1]
        ends.append(
            f"{names[iso3]} from {one['agreement_a_pct']:.0f}% and {one['agreement_b_pct']:.0f}% in {int(one['year'])} to "
            f"{two['agreement_a_pct']:.0f}% and {two['agreement_b_pct']:.0f}% in {int(two['year'])}"
        )
    alt = f"Small line charts of {len(chosen)} states' agreement with {balance.both}, {start} to {end}: {'; '.join(dict.fromkeys(ends))}."
    colours = {label["a"]: STATE_A, label["b"]: STATE_B}
    page.draw(
        "multiples",
        tidy,
        "balance-movers",
        title,
        subtitle,
        alt,
        [found],
        y="value",
        by="of",
        fmt="percent",
        colours=colours,
    )


def _moved(balance: Balance, codes: list[str], letter: str) -> str:
    if not codes:
        return f"no state moved towards {balance.power(letter)}"
    return f"{named(balance, codes)} moved most towards {balance.power(letter)}"


def _trade(page: Page) -> None:
    balance = of(page)
    what = f"Trade of {balance.name(balance.focus)} by year"
    found = page.find(what, "between_trade_path", state=balance.focus, **balance.powers, **balance.span)
    if found is None:
        return
    frame, begin = found.frame, covered_years(balance.evidence, "trade_baci")[0]
    ends = []
    for letter, power in (("a", balance.a), ("b", balance.b)):
        own = frame[frame["power"] == power]
        if own.empty:
            page.gaps.append(
                (f"Trade of {balance.name(balance.focus)} with {balance.power(letter)} by year", "none recorded")
            )
            continue
        one, two = own.iloc[0], own.iloc[-1]
        ends.append(
            f"{balance.power(letter)} from {say_percent(one['share_pct'])} in {say_year(int(one['year']))} to "
            f"{say_percent(two['share_pct'])} in {say_year(int(two['year']))}"
        )
    if not ends:
        return
    page.say(
        f"Of the goods trade of {balance.name(balance.focus)} the share of {' and that of '.join(ends)}. Figures to "
        f"{say_year(begin - 1)} are those of the Correlates of War, later ones of BACI: they are drawn apart, since two sources do not make one line."
    )
    label = {balance.a: capital(balance.power("a")), balance.b: capital(balance.power("b"))}
    tidy = frame.sort_values(
        ["power", "year"], key=lambda c: c.map({balance.a: 0, balance.b: 1}) if c.name == "power" else c
    ).assign(of=frame["power"].map(label), value=frame["share_pct"].astype(float))[["year", "of", "value", "source"]]
    if frame["year"].nunique() < FEWEST_POINTS or tidy["value"].max() < 1:
        return
    tidy["source"] = tidy["source"].map(BOOKS)
    start, end = int(frame["year"].min()), int(frame["year"].max())
    last = {
        p: frame[frame["power"] == p].iloc[-1]["share_pct"]
        for p in (balance.a, balance.b)
        if (frame["power"] == p).any()
    }
    lead = max(last, key=lambda p: float(last[p]))
    title = f"{balance.head(lead)} had {say_percent(last[lead])} of the goods trade of {balance.name(balance.focus)} in {end}"
    if len(last) == 2:
        other = balance.b if lead == balance.a else balance.a
        title += f", {balance.name(other)} {say_percent(last[other])}"
    subtitle = f"Share of the state's goods trade, exports and imports together, percent, {start}–{end}"
    alt = f"Line chart of the shares of {balance.both} in the goods trade of {balance.name(balance.focus)}, {start} to {end}: {'; '.join(ends)}."
    colours = {label[balance.a]: STATE_A, label[balance.b]: STATE_B}
    options = {"y": "value", "by": "of", "fmt": "percent", "colours": colours, "zero": True}
    if tidy["source"].nunique() > 1:
        page.draw(
            "multiples", tidy, "balance-trade", title, subtitle, alt, [found], panel="source", columns=2, **options
        )
    else:
        page.draw("line", tidy, "balance-trade", title, subtitle, alt, [found], **options)
