"""As of a day, nothing later is seen: not by a table, not by a verdict."""

from __future__ import annotations

import calendar
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.claims.perturb import FOLDER, ROOT, Change, drop, edit, fresh, perturbed

from tightrope.claims import judge_article
from tightrope.evidence import Evidence, load_package

PACKAGE = load_package(ROOT)
DATED = [r.name for r in PACKAGE.resources if r.details.describes.kind != "none"]
DAYS = st.dates(date(1946, 1, 1), PACKAGE.collected)


def latest(frame: pd.DataFrame, name: str) -> list[date]:
    """Give the last day that each row of a table describes, worked out from the row alone."""
    describes = PACKAGE.table(name).details.describes
    assert describes.field
    values = frame[describes.last or describes.field].dropna()
    if describes.kind == "year":
        return [date(int(v), 12, 31) for v in values.unique()]
    if describes.kind == "month":
        days = [tuple(map(int, str(v).split("-"))) for v in values.unique()]
        return [date(y, m, calendar.monthrange(y, m)[1]) for y, m in days]
    return [v.date() for v in values.unique()]


@given(st.sampled_from(DATED), DAYS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_table_shows_a_later_row(name: str, day: date) -> None:
    details = PACKAGE.table(name).details
    dated = (details.describes.field, details.describes.last, details.published.field)
    columns = list(dict.fromkeys(c for c in dated if c))
    frame = Evidence(ROOT, as_of=day).select(name, columns)
    assert all(seen <= day for seen in latest(frame, name))
    if details.describes.last:
        assert (frame[details.describes.field] <= pd.Timestamp(day)).all()
    if details.published.field:
        assert (frame[details.published.field].dropna() <= pd.Timestamp(day)).all()


@given(st.sampled_from(DATED), DAYS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_seen_early_is_seen_later_too(name: str, day: date) -> None:
    field = PACKAGE.table(name).details.describes.field
    assert field
    early = Evidence(ROOT, as_of=day).select(name, [field]).index
    late = Evidence(ROOT, as_of=PACKAGE.collected).select(name, [field]).index
    assert set(early) <= set(late)


# What a name is checked against is known before its day comes; everything else of a later row is wiped out.
NAMES = ("event_id", "topic", "resolution", "metric", "measure")


def without(day: date, name: str) -> Change:
    """Wipe out all but the names in every row that describes a later day, by another road than the as-of cut."""
    describes = PACKAGE.table(name).details.describes

    def is_later(frame: pd.DataFrame) -> pd.Series:
        values = frame[describes.field]
        if describes.kind == "year":
            return values > (day.year if (day.month, day.day) == (12, 31) else day.year - 1)
        if describes.kind == "month":
            return values.map(lambda v: (int(v[:4]), int(v[5:7])) >= (day.year, day.month)).astype(bool)
        return values > pd.Timestamp(day)

    fields = [f.name for f in PACKAGE.table(name).table_schema.fields]
    if not set(NAMES) & set(fields):
        return drop(is_later, may_match_none=True)
    return edit(is_later, True, **{f: None for f in fields if f not in (*NAMES, describes.field)})


@pytest.mark.parametrize("day", ["2015-05-20", "2021-03-25"])
def test_a_verdict_is_the_same_when_the_future_is_cut_out_of_the_files(day: str) -> None:
    before = judge_article(fresh(day), FOLDER)
    moment = date.fromisoformat(day)
    used = {table for v in before for table in v.rows}
    ends = {r.name: r.details.coverage.last or "" for r in PACKAGE.resources}
    later = [name for name in used if name in DATED and ends[name][:10] > day[: len(ends[name][:10])]]
    assert len(later) > 5
    with perturbed({name: without(moment, name) for name in later}):
        after = judge_article(fresh(day), FOLDER)
    for was, now in zip(before, after, strict=True):
        assert (now.word, now.n_holding, now.n_counted) == (was.word, was.n_holding, was.n_counted), was.claim.id
        assert [r.observed for r in now.readings] == [r.observed for r in was.readings], was.claim.id
