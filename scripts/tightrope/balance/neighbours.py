"""Which states stand between the two powers as the focus does."""

from __future__ import annotations

from tightrope.balance.between import Balance, of, see
from tightrope.balance.words import capital
from tightrope.language import N_, pt, spoken, t, written
from tightrope.measures.between_neighbours import COLUMNS
from tightrope.narrative.names import local_names
from tightrope.narrative.words import say_list, say_number
from tightrope.profile.parts import Page, section

SHOWN = 10
FIGURES = ("votes", "trade", "visas", "alliance", "arms", "sanctions")
COLUMN_WORDS = {
    "agreement_pct": N_("votes"), "trade_share_pct": N_("trade share"), "is_free_to": N_("visa-free going"),
    "is_free_from": N_("visa-free coming"), "is_ally": N_("defence pact"), "arms_share_pct": N_("arms share"),
    "has_sanctions": N_("sanctions"),
}  # fmt: skip


@section
def neighbours(page: Page) -> None:
    """Say what distance is, draw the nearest, and name on what each differs most."""
    balance = of(page)
    name = balance.name(balance.focus)
    found = see(page, "between_neighbours", FIGURES, focus=balance.focus)
    if found.missing is not None:
        page.lacks(t("Neighbours of {state}", state=name), found.missing)
        return
    frame = found.frame.assign(name=found.frame["iso3"].map(local_names(balance.evidence)))
    n_figures, n_ranked = int(frame["n_figures"].iloc[0]), int(frame["n_ranked"].iloc[0])
    far = frame.iloc[-1]
    near = frame.head(3)
    page.say(
        t(
            "Nearest to {state} are {near}; farthest of {n} is {far}.",
            state=name, near=say_list([balance.name(s) for s in near["iso3"]]), n=say_number(n_ranked), far=balance.name(far["iso3"]),
        )
    )  # fmt: skip
    page.say(
        t(
            "The distance is taken over {n} figures that the day's tables give, of {of}: with each power {figures}. Each figure is set "
            "on one scale, less its mean over all states and divided by its standard deviation, a yes counting as one and a no as "
            "nought; the distance is the root of the mean squared difference over the figures that both states have. A missing figure "
            "adds nothing and takes nothing away, and two states that share fewer than two thirds of the figures are not compared. "
            "Another choice of figures would give other neighbours.",
            n=say_number(n_figures), of=say_number(2 * len(COLUMNS)), figures=say_list([t(w) for w in COLUMN_WORDS.values()]),
        )
    )  # fmt: skip
    head = frame.head(SHOWN)
    title = t(
        "{near} stands nearest to where {state} stands between {both}",
        near=balance.head(near.iloc[0]["iso3"]), state=name, both=balance.both,
    )  # fmt: skip
    subtitle = t(
        "Distance from {state} in standard deviations, the {n} nearest of {of} states; {n_figures} figures",
        state=name, n=len(head), of=n_ranked, n_figures=n_figures,
    )  # fmt: skip
    alt = t(
        "Dot chart of the {n} states nearest to {state}: {near} at {distances}, the last shown, {last}, at {distance} standard "
        "deviations.",
        n=len(head), state=name, near=say_list([str(x) for x in head["name"].head(3)]), last=head.iloc[-1]["name"],
        distances=_joined([written(f"{d:.2f}") for d in head["distance"].head(3)]),
        distance=written(f"{head.iloc[-1]['distance']:.2f}"),
    )  # fmt: skip
    page.draw("ranks", frame[["iso3", "name", "distance", "rank"]], "balance-neighbours", title, subtitle, alt, [found],
              value="distance", top=SHOWN, fmt="number")  # fmt: skip
    rows = [
        [
            balance.head(r["iso3"]), say_number(r["distance"], 2),
            pt("count", "{n} of {of}", n=say_number(r["n_shared"]), of=say_number(n_figures)),
            t("{figure}, {number}", figure=_differs(balance, str(r["furthest_on"])), number=say_number(r["furthest_sd"], 1)),
        ]
        for _, r in head.iterrows()
    ]  # fmt: skip
    columns = [t("State"), t("Distance"), t("Figures shared"), t("Differs most on, by standard deviations")]
    page.table(
        t("The states that stand most like {state}, the nearest first", state=name), columns, rows, (1,), [found]
    )


def _differs(balance: Balance, column: str) -> str:
    figure, letter = column[:-2], column[-1]
    return t("{figure} with {power}", figure=capital(t(COLUMN_WORDS[figure])), power=balance.power(letter))


def _joined(numbers: list[str]) -> str:
    # Decimals in Russian have a comma themselves.
    return ("; " if spoken() == "ru" else ", ").join(numbers)
