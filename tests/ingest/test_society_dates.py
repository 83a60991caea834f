"""Partial dates: each form the sources write, and what they can mean at most."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from tightrope.errors import BadTable
from tightrope.ingest.society_dates import dated, span


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2004-09-21", "day", date(2004, 9, 21), date(2004, 9, 21)),
        ("2004-02", "month", date(2004, 2, 1), date(2004, 2, 29)),
        ("2004-12", "month", date(2004, 12, 1), date(2004, 12, 31)),
        ("2014-Q1", "quarter", date(2014, 1, 1), date(2014, 3, 31)),
        ("2014-Q4", "quarter", date(2014, 10, 1), date(2014, 12, 31)),
        ("2019-H1", "half", date(2019, 1, 1), date(2019, 6, 30)),
        ("2019-H2", "half", date(2019, 7, 1), date(2019, 12, 31)),
        ("2017-01/09", "months", date(2017, 1, 1), date(2017, 9, 30)),
        ("1884", "year", date(1884, 1, 1), date(1884, 12, 31)),
        ("2014/2015", "years", date(2014, 1, 1), date(2015, 12, 31)),
    ],
)
def test_each_form(text: str, precision: str, first: date, last: date) -> None:
    assert span(text) == (precision, first, last)


@pytest.mark.parametrize("text", ["21 September 2004", "2004-9", "", "2004-Q5"])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(BadTable, match="not a date"):
        span(text)


def test_an_empty_date_stays_empty() -> None:
    made = dated(pd.DataFrame({"period": ["2019", None]}), "period")
    assert made["date_last"].tolist() == [pd.Timestamp("2019-12-31"), pd.NaT]
    assert made["date_precision"].isna().tolist() == [False, True]
