"""The pair's trade beside what the gravity model of all pairs predicts."""

from __future__ import annotations

from typing import Any

from tightrope.language import t
from tightrope.narrative.words import say_number, say_percent, say_year
from tightrope.profile.glance import say_times
from tightrope.profile.parts import Page, say_musd, say_standing

CONFIDENCE = 95


def gravity(page: Page) -> None:
    """Set the pair's trade against what size, distance and a border predict, and show the model."""
    profile = page.profile
    found = page.find(t("Trade against size and distance"), "gravity_residual", state_a=profile.a, state_b=profile.b)
    if found is None:
        return
    model = page.look("gravity_model")
    row, terms = found.frame.iloc[0], model.frame.set_index("term")
    fields = {
        "year": say_year(int(row["year"])),
        "predicted": say_musd(row["predicted_musd"]),
        "recorded": say_musd(row["trade_musd"]),
        "times": say_times(row["ratio"]),
        "standing": say_standing(row, "ratio"),
        "explained": say_percent(100 * terms["r_squared"].iloc[0]),
    }
    if row["ratio"] >= 1:
        text = t(
            "Over all pairs with trade in {year}, trade grows with the size of the two economies and falls with distance. For "
            "a pair of this size and distance the model predicts {predicted}; the recorded {recorded} is {times} that and lies "
            "above the line: {standing}. The model explains {explained} of the variance of the logarithm of trade; a gap says "
            "that something else is at work, not what.",
            **fields,
        )
    else:
        text = t(
            "Over all pairs with trade in {year}, trade grows with the size of the two economies and falls with distance. For "
            "a pair of this size and distance the model predicts {predicted}; the recorded {recorded} is {times} that and lies "
            "below the line: {standing}. The model explains {explained} of the variance of the logarithm of trade; a gap says "
            "that something else is at work, not what.",
            **fields,
        )
    page.say(text)
    labels = {
        "size": t("both GDPs, multiplied (log)"), "distance": t("kilometres between the capitals (log)"),
        "border": t("a land border"), "constant": t("constant"),
    }  # fmt: skip
    rows = [
        [label, _plain(terms.loc[term, "coefficient"]), _plain(terms.loc[term, "standard_error"]),
         _interval(terms.loc[term, "low_95"], terms.loc[term, "high_95"])]
        for term, label in labels.items()
    ]  # fmt: skip
    caption = t(
        "The gravity model of {year}: ordinary least squares on the logarithm of trade both ways, {n_pairs} pairs, errors "
        "robust to unequal variance (HC1)",
        year=int(row["year"]), n_pairs=say_number(row["n_pairs"]),
    )  # fmt: skip
    columns = [
        t("Term"), t("Coefficient"), t("Standard error"), t("{percent} interval", percent=say_percent(CONFIDENCE)),
    ]  # fmt: skip
    page.table(caption, columns, rows, (1, 2, 3), [model])


def _interval(low: Any, high: Any) -> str:
    return t("{low} to {high}", low=_plain(low), high=_plain(high))


def _plain(value: Any) -> str:
    return say_number(float(value), 3).replace("-", "−")
