"""Numbers, dates and names as a person reads them."""

from __future__ import annotations

import pytest

from tightrope.narrative.words import say_date, say_list, say_money, say_number, say_ordinal, say_percent, say_value


@pytest.mark.parametrize(
    ("value", "said"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
     (22, "22nd"), (101, "101st"), (111, "111th"), (112, "112th")],
)  # fmt: skip
def test_ordinals(value: int, said: str) -> None:
    assert say_ordinal(value) == said


@pytest.mark.parametrize(
    ("musd", "said"),
    [
        (17592.4, "$17.6 bn"),
        (7000, "$7.0 bn"),
        (999.4, "$999 m"),
        (420.4, "$420 m"),
        (0.72, "$0.7 m"),
        (-3782, "−$3.8 bn"),
    ],
)
def test_money(musd: float, said: str) -> None:
    assert say_money(musd) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(61.4, "61%"), (9.96, "10%"), (1.83, "1.8%"), (0.006, "under 0.1%"), (0, "0%"), (-45.2, "−45%"), (100, "100%")],
)
def test_percentages_round_without_losing_the_small(value: float, said: str) -> None:
    assert say_percent(value) == said


def test_dates_keep_their_precision() -> None:
    assert say_date("2021-03-25") == "25 March 2021"
    assert say_date("2004-09") == "September 2004"
    assert say_date("1990") == "1990"


def test_nothing_is_never_zero() -> None:
    assert say_value(None, "rank") == "no data"
    assert say_value(0, "measures") == "0 measures"
    assert say_value(1, "measures") == "1 measure"
    assert say_value(True, "yes or no") == "yes"
    assert say_value(22.4, "percent change") == "+22%"
    assert say_value(-22.4, "percent change") == "−22%"
    assert say_value(650.1, "million current US dollars") == "$650 m"


def test_lists_and_groups() -> None:
    assert say_list(["a", "b", "c"]) == "a, b and c"
    assert say_number(1234567) == "1,234,567"
