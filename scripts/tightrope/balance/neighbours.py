"""Which states stand between the two powers as the focus does."""

from __future__ import annotations

from tightrope.balance.between import Balance, of, see
from tightrope.balance.words import capital
from tightrope.measures.between_neighbours import COLUMNS
from tightrope.narrative.words import say_list, say_number
from tightrope.profile.parts import Page, section

SHOWN = 10
FIGURES = ("votes", "trade", "visas", "alliance", "arms", "sanctions")
COLUMN_WORDS = {
    "agreement_pct": "votes", "trade_share_pct": "trade share", "is_free_to": "visa-free going", "is_free_from": "visa-free coming",
    "is_ally": "defence pact", "arms_share_pct": "arms share", "has_sanctions": "sanctions",
}  # fmt: skip


@section
def neighbours(page: Page) -> None:
    """Say what distance is, draw the nearest, and name on what each differs most."""
    balance = of(page)
    name = balance.name(balance.focus)
    found = see(page, "between_neighbours", FIGURES, focus=balance.focus)
    if found.missing is not None:
        page.lacks(f"Neighbours of {name}", found.missing)
        return
    frame = found.frame
    n_figures, n_ranked = int(frame["n_figures"].iloc[0]), int(frame["n_ranked"].iloc[0])
    far = frame.iloc[-1]
    near = frame.head(3)
    page.say(
        f"Nearest to {name} are {say_list([balance.name(s) for s in near['iso3']])}; farthest of {say_number(n_ranked)} is "
        f"{balance.name(far['iso3'])}."
    )
    page.say(
        f"The distance is taken over {say_number(n_figures)} figures that the day's tables give, of {say_number(2 * len(COLUMNS))}: with "
        f"each power {say_list(list(COLUMN_WORDS.values()))}. Each figure is set on one scale, less its mean over all states "
        "and divided by its standard deviation, a yes counting as one and a no as nought; the distance is the root of the mean squared "
        "difference over the figures that both states have. A missing figure adds nothing and takes nothing away, and two states that "
        "share fewer than two thirds of the figures are not compared. Another choice of figures would give other neighbours."
    )
    head = frame.head(SHOWN)
    title = f"{balance.head(near.iloc[0]['iso3'])} stands nearest to where {name} stands between {balance.both}"
    subtitle = f"Distance from {name} in standard deviations, the {len(head)} nearest of {n_ranked} states; {n_figures} figures"
    alt = (
        f"Dot chart of the {len(head)} states nearest to {name}: {say_list([str(x) for x in head['name'].head(3)])} at "
        f"{', '.join(f'{d:.2f}' for d in head['distance'].head(3))}, the last shown, {head.iloc[-1]['name']}, at "
        f"{head.iloc[-1]['distance']:.2f} standard deviations."
    )
    page.draw("ranks", frame[["iso3", "name", "distance", "rank"]], "balance-neighbours", title, subtitle, alt, [found],
              value="distance", top=SHOWN, fmt="number")  # fmt: skip
    rows = [
        [
            balance.head(r["iso3"]), say_number(r["distance"], 2), f"{say_number(r['n_shared'])} of {say_number(n_figures)}",
            f"{_differs(balance, str(r['furthest_on']))}, {say_number(r['furthest_sd'], 1)}",
        ]
        for _, r in head.iterrows()
    ]  # fmt: skip
    columns = ["State", "Distance", "Figures shared", "Differs most on, by standard deviations"]
    page.table(f"The states that stand most like {name}, the nearest first", columns, rows, (1,), [found])


def _differs(balance: Balance, column: str) -> str:
    figure, letter = column[:-2], column[-1]
    return f"{capital(COLUMN_WORDS[figure])} with {balance.power(letter)}"
