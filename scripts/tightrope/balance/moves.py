"""How states moved between the two powers: votes by year, who moved most, and the focus state's trade."""

from __future__ import annotations

import pandas as pd

from tightrope.balance.between import Balance, of, say_former
from tightrope.balance.words import capital, named, whole_percent
from tightrope.language import N_, t
from tightrope.measures.diplomacy_common import covered_years
from tightrope.measures.statehood import spans_of_states
from tightrope.narrative.names import local_names
from tightrope.narrative.words import say_number, say_percent, say_year
from tightrope.profile.parts import BESIDE, FEWEST_POINTS, STATE_A, STATE_B, Page, section

MOST = 4
BOOKS = {"trade_cow": N_("Correlates of War"), "trade_baci": "BACI"}
BOTH = "#009E73"
# Half of the states lie above each median; of two unrelated halves a quarter lies in both.
UNRELATED_PCT = 25.0
EVENTS = ((1991, N_("USSR ends")), (2003, N_("Iraq")), (2014, N_("Crimea")), (2022, N_("invasion")))


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
            page.say(
                t(
                    "{state} is a state from {year} on; there is nothing on it before.",
                    state=balance.head(iso3),
                    year=say_year(begun),
                )
            )


def _near(page: Page) -> None:
    balance = of(page)
    found = page.find(t("Votes by year"), "between_near_counts", **balance.powers, **balance.span)
    if found is None or len(found.frame) < FEWEST_POINTS:
        return
    frame = found.frame
    first, last = frame.iloc[0], frame.iloc[-1]
    share = frame["n_both"] / frame["n_states"]
    top, low = frame.iloc[int(share.to_numpy().argmax())], frame.iloc[int(share.to_numpy().argmin())]
    fields: dict[str, str] = {}
    for name, r in (("first", first), ("last", last)):
        fields |= {f"{name}_n": say_number(r["n_both"]), f"{name}_of": say_number(r["n_states"])}
        fields |= {f"{name}_year": say_year(int(r["year"]))}
    for name, r in (("top", top), ("low", low)):
        fields |= {f"{name}_year": say_year(int(r["year"]))}
        fields |= {f"{name}_n": say_number(r["n_both"]), f"{name}_of": say_number(r["n_states"])}
    page.say(
        t(
            "In each year a state is near to a power when it votes with it at least as often as the median state does. Near to both "
            "were {first_n} of {first_of} states in {first_year} and {last_n} of {last_of} in {last_year}; their share was largest in "
            "{top_year} ({top_n} of {top_of}) and smallest in {low_year} ({low_n} of {low_of}). Were votes with the two unrelated, "
            "{unrelated} would be near to both; fewer means that voting with the one mostly goes with voting apart from the other. "
            "Since a median halves the states, about as many are near to neither as to both.",
            unrelated=say_percent(UNRELATED_PCT), **fields,
        )
    )  # fmt: skip
    start, end = int(first["year"]), int(last["year"])
    pct = 100 * share
    both, unrelated = t("near to both"), t("if unrelated")
    tidy = pd.concat(
        [
            pd.DataFrame({"year": frame["year"], "of": both, "value": pct.astype("float64")}),
            pd.DataFrame({"year": frame["year"], "of": unrelated, "value": UNRELATED_PCT}),
        ]
    )
    title = t(
        "{high} of states voted with both powers at or above the median in {year}, {share} in {last}",
        high=say_percent(pct.max()), year=say_year(int(top["year"])), share=say_percent(pct.iloc[-1]), last=say_year(end),
    )  # fmt: skip
    if int(top["year"]) == end:
        title = t(
            "More states than in any year since {start} voted with both powers at or above the median in {end}",
            start=start, end=end,
        )  # fmt: skip
    subtitle = t(
        "States at or above the year's median agreement with both {both} in the UN General Assembly, percent of states, "
        "{first}–{last}; grey: what votes unrelated to each other would give",
        both=balance.both, first=start, last=end,
    )  # fmt: skip
    alt = t(
        "Line chart, {first} to {last}: percent of states that voted with both powers at or above the median, from {one} to {other}, "
        "most in {high_year} ({high}), least in {low_year} ({low}); a flat line at {flat} shows what unrelated votes would give.",
        first=start, last=end, one=whole_percent(pct.iloc[0]), other=whole_percent(pct.iloc[-1]), high_year=int(top["year"]),
        high=whole_percent(pct.max()), low_year=int(low["year"]), low=whole_percent(pct.min()), flat=whole_percent(UNRELATED_PCT),
    )  # fmt: skip
    events = (
        [(year, t(what)) for year, what in EVENTS if start <= year <= end] if "RUS" in (balance.a, balance.b) else []
    )
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
        reason = t(
            "too few years with votes from {first} to {last}", first=balance.span["first_year"], last=balance.last_year
        )
        page.gaps.append((t("Who moved"), reason))
        return
    frame = found.frame
    towards_a = list(frame[frame["change_pp"] > 0].head(MOST)["iso3"])
    towards_b = list(frame[frame["change_pp"] < 0].tail(MOST)["iso3"])[::-1]
    n = int(frame["n_ranked"].iloc[0])
    row = frame[frame["iso3"] == balance.focus]
    text = t(
        "Against the median state, and from the first five to the last five years of each, {moved_a}; {moved_b}.",
        moved_a=_moved(balance, towards_a, "a"), moved_b=_moved(balance, towards_b, "b"),
    )  # fmt: skip
    if len(row):
        ranked, mine = say_number(n), row.iloc[0]
        way = "a" if mine["change_pp"] >= 0 else "b"
        rank = int(mine["rank"]) if way == "a" else n + 1 - int(mine["rank"])
        rest = t(
            "{n} states voted in enough years to be ranked; {state} moved {points} percentage points towards {power}, more than "
            "{n_less} of the others.",
            n=ranked, state=balance.name(balance.focus), points=say_number(abs(mine["change_pp"]), 1), power=balance.power(way),
            n_less=say_number(n - rank),
        )  # fmt: skip
    else:
        rest = t("{n} states voted in enough years to be ranked.", n=say_number(n))
    page.say(f"{text} {rest}")
    paths = page.look("between_paths", **balance.powers, **balance.span).frame
    names = local_names(balance.evidence)
    chosen = [s for s in [balance.focus, *towards_a, *towards_b] if s in set(paths["iso3"])]
    chosen = list(dict.fromkeys(chosen))
    label = {letter: t("with {power}", power=balance.power(letter)) for letter in ("a", "b")}
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
    title = capital(
        "; ".join(
            t("{states} moved most towards {power}", states=names[who[0]], power=balance.power(letter))
            for who, letter in both_ways
        )
    )
    subtitle = t(
        "Share of UN General Assembly votes cast alike with each power, percent, {first}–{last}: {state}, and the {n} states that "
        "moved most towards each",
        first=start, last=end, state=balance.name(balance.focus), n=MOST,
    )  # fmt: skip
    ends = []
    for iso3 in chosen[:1] + towards_a[:1] + towards_b[:1]:
        own = paths[paths["iso3"] == iso3]
        one, two = own.iloc[0], own.iloc[-1]
        ends.append(
            t(
                "{state} from {one_a} and {one_b} in {one} to {two_a} and {two_b} in {two}",
                state=names[iso3], one_a=whole_percent(one["agreement_a_pct"]), one_b=whole_percent(one["agreement_b_pct"]),
                one=int(one["year"]), two_a=whole_percent(two["agreement_a_pct"]), two_b=whole_percent(two["agreement_b_pct"]),
                two=int(two["year"]),
            )
        )  # fmt: skip
    alt = t(
        "Small line charts of {n} states' agreement with {both}, {first} to {last}: {ends}.",
        n=len(chosen), both=balance.both, first=start, last=end, ends="; ".join(dict.fromkeys(ends)),
    )  # fmt: skip
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
        return t("no state moved towards {power}", power=balance.power(letter))
    return t("{states} moved most towards {power}", states=named(balance, codes), power=balance.power(letter))


def _trade(page: Page) -> None:
    balance = of(page)
    what = t("Trade of {state} by year", state=balance.name(balance.focus))
    found = page.find(what, "between_trade_path", state=balance.focus, **balance.powers, **balance.span)
    if found is None:
        return
    frame, begin = found.frame, covered_years(balance.evidence, "trade_baci")[0]
    ends = []
    for letter, power in (("a", balance.a), ("b", balance.b)):
        own = frame[frame["power"] == power]
        if own.empty:
            lacks = t(
                "Trade of {state} with {power} by year", state=balance.name(balance.focus), power=balance.power(letter)
            )
            page.gaps.append((lacks, t("none recorded")))
            continue
        one, two = own.iloc[0], own.iloc[-1]
        ends.append(
            t(
                "{power} from {one} in {first} to {two} in {last}",
                power=balance.power(letter), one=say_percent(one["share_pct"]), first=say_year(int(one["year"])),
                two=say_percent(two["share_pct"]), last=say_year(int(two["year"])),
            )
        )  # fmt: skip
    if not ends:
        return
    if len(ends) == 2:
        text = t(
            "Of the goods trade of {state} the share of {one} and that of {other}.",
            state=balance.name(balance.focus), one=ends[0], other=ends[1],
        )  # fmt: skip
    else:
        text = t("Of the goods trade of {state} the share of {one}.", state=balance.name(balance.focus), one=ends[0])
    apart = t(
        "Figures to {year} are those of the Correlates of War, later ones of BACI: they are drawn apart, since two sources do not "
        "make one line.",
        year=say_year(begin - 1),
    )
    page.say(f"{text} {apart}")
    label = {balance.a: capital(balance.power("a")), balance.b: capital(balance.power("b"))}
    tidy = frame.sort_values(
        ["power", "year"], key=lambda c: c.map({balance.a: 0, balance.b: 1}) if c.name == "power" else c
    ).assign(of=frame["power"].map(label), value=frame["share_pct"].astype(float))[["year", "of", "value", "source"]]
    if frame["year"].nunique() < FEWEST_POINTS or tidy["value"].max() < 1:
        return
    tidy["source"] = tidy["source"].map({book: t(name) for book, name in BOOKS.items()})
    start, end = int(frame["year"].min()), int(frame["year"].max())
    last = {
        p: frame[frame["power"] == p].iloc[-1]["share_pct"]
        for p in (balance.a, balance.b)
        if (frame["power"] == p).any()
    }
    lead = max(last, key=lambda p: float(last[p]))
    fields = {"power": balance.head(lead), "share": say_percent(last[lead])}
    fields |= {"state": balance.name(balance.focus), "year": str(end)}
    if len(last) == 2:
        other = balance.b if lead == balance.a else balance.a
        title = t(
            "{power} had {share} of the goods trade of {state} in {year}, {other} {other_share}",
            other=balance.name(other), other_share=say_percent(last[other]), **fields,
        )  # fmt: skip
    else:
        title = t("{power} had {share} of the goods trade of {state} in {year}", **fields)
    subtitle = t(
        "Share of the state's goods trade, exports and imports together, percent, {first}–{last}", first=start, last=end
    )
    alt = t(
        "Line chart of the shares of {both} in the goods trade of {state}, {first} to {last}: {ends}.",
        both=balance.both, state=balance.name(balance.focus), first=start, last=end, ends="; ".join(ends),
    )  # fmt: skip
    colours = {label[balance.a]: STATE_A, label[balance.b]: STATE_B}
    options = {"y": "value", "by": "of", "fmt": "percent", "colours": colours, "zero": True}
    if tidy["source"].nunique() > 1:
        page.draw(
            "multiples", tidy, "balance-trade", title, subtitle, alt, [found], panel="source", columns=2, **options
        )
    else:
        page.draw("line", tidy, "balance-trade", title, subtitle, alt, [found], **options)
