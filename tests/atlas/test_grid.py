"""Coverage, gaps by kind and ages on small packages, worked out on paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.helpers import make_package

from tightrope.atlas import Atlas, open_atlas
from tightrope.atlas.ages import age
from tightrope.atlas.coverage import gaps, suppressed
from tightrope.atlas.grid import Cell, ordered, runs
from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import find_root

# Four members; South Sudan votes first in 2011, so that the tables know it from then on.
STATES = """iso3, name, region, is_un_member, first_unga_vote_year
    FRA, France, Europe, true, 1946
    KOR, South Korea, Asia, true, 1991
    RUS, Russia, Europe, true, 1946
    SSD, South Sudan, Africa, true, 2011"""
MISSIONS = """iso3, code_cow, state_name, first_date, last_date, status
    FRA, 220, France, 1816-01-01, 2024-12-31, embassy
    KOR, 732, South Korea, 1949-01-01, 2024-12-31, embassy
    RUS, 365, Russia, 1816-01-01, 2024-12-31, embassy
    SSD, 626, South Sudan, 2011-07-09, 2024-12-31, embassy"""
GDP = """iso3, year, gdp_usd
    FRA, 2009, 1
    RUS, 2009, 2
    KOR, 2010, 3
    FRA, 2012, 4
    SSD, 2012, 5
    RUS, 2015, 6"""


def package(tmp_path: Path, **tables: str) -> Path:
    return make_package(tmp_path, {"states": STATES, "us_missions": MISSIONS, **tables})


def atlas_of(tmp_path: Path, as_of: str, **tables: str) -> Atlas:
    return open_atlas(as_of, root=package(tmp_path, **tables))


def table(atlas: Atlas, name: str):  # type: ignore[no-untyped-def]
    return atlas.evidence.package.table(name)


def test_every_cell_of_a_table_that_counts_is_of_one_kind(tmp_path: Path) -> None:
    atlas = atlas_of(tmp_path, "2014-06-30", gdp=GDP)
    grid = atlas.grid(table(atlas, "gdp"))
    # By region and code: South Sudan (Africa), South Korea (Asia), France, Russia (Europe).
    assert atlas.states == ("SSD", "KOR", "FRA", "RUS")
    assert (grid.first, grid.last, grid.n_states) == (2009, 2012, 4)
    assert grid.covered.astype(int).tolist() == [[0, 0, 0, 1], [0, 1, 0, 0], [1, 0, 0, 1], [1, 0, 0, 0]]
    # South Sudan was no state at the end of 2009 and 2010.
    assert grid.there.astype(int).tolist() == [[0, 0, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]
    # The row of 2015 describes a later day; while there is one, the series has not ended.
    assert (grid.n_later, grid.ended) == (1, 0)
    # 16 cells: 5 with a row, 2 before South Sudan; 9 are left.
    assert grid.count(4) == {
        Cell.COVERED: 5, Cell.NOT_COLLECTED: 9, Cell.NONE_LISTED: 0, Cell.SERIES_ENDED: 0, Cell.NO_STATE: 2,
    }  # fmt: skip


def test_a_series_ends_once_nothing_is_stored_after_it(tmp_path: Path) -> None:
    atlas = atlas_of(tmp_path, "2018-12-31", gdp=GDP)
    grid = atlas.grid(table(atlas, "gdp"))
    # 2016, 2017 and 2018, which ends on the day itself.
    assert (grid.last, grid.n_later, grid.ended) == (2015, 0, 3)
    assert grid.count(4)[Cell.SERIES_ENDED] == 12


def test_a_list_says_none_where_a_table_that_counts_says_nothing(tmp_path: Path) -> None:
    rows = "iso3_a, iso3_b, year, is_defense\nFRA, RUS, 2010, true\nFRA, KOR, 2011, true"
    atlas = atlas_of(tmp_path, "2011-12-31", alliances_cow=rows)
    counts = atlas.grid(table(atlas, "alliances_cow")).count(4)
    # 2010: France and Russia of three states; 2011: France and South Korea of four. Three cells stay empty.
    assert (counts[Cell.COVERED], counts[Cell.NONE_LISTED], counts[Cell.NOT_COLLECTED]) == (4, 3, 0)
    assert counts[Cell.NO_STATE] == 1


def test_a_reporter_is_whose_row_it_is(tmp_path: Path) -> None:
    rows = "iso3_reporter, iso3_partner, year, exports_fob_usd\nKOR, RUS, 2010, 7"
    atlas = atlas_of(tmp_path, "2011-12-31", trade_imf=rows)
    grid = atlas.grid(table(atlas, "trade_imf"))
    assert [atlas.states[i] for i in np.flatnonzero(grid.covered[:, 0])] == ["KOR"]


def test_a_run_covers_every_year_that_it_touches_up_to_the_day(tmp_path: Path) -> None:
    atlas = atlas_of(tmp_path, "2012-06-30")
    grid = atlas.grid(table(atlas, "us_missions"))
    assert (grid.first, grid.last) == (1946, 2012)
    assert grid.covered.sum(axis=1).tolist() == [2, 64, 67, 67]
    assert grid.n_later == 0


def test_what_is_not_there_on_the_day_is_not_yet(tmp_path: Path) -> None:
    atlas = atlas_of(tmp_path, "2008-12-31", gdp=GDP)
    assert atlas.grid(table(atlas, "gdp")) is None
    assert "2009" not in str(gaps(atlas)[1])
    found = age(atlas, table(atlas, "gdp"))
    # The copy came out on 20 March 2026.
    assert (found.last, found.years, found.is_later, found.stale_since) == (None, None, True, None)


def test_withheld_figures_are_counted(tmp_path: Path) -> None:
    rows = """iso3_partner, year, exports_usd, imports_usd, is_import_error
        RUS, 2018, 5, , true
        FRA, 2018, 5, 6, false
        RUS, 2019, 5, , true"""
    atlas = atlas_of(tmp_path, "2019-12-31", trade_korea_customs=rows)
    assert "2 of “Korea with every partner" in repr(suppressed(atlas))
    other = atlas_of(tmp_path / "other", "2019-12-31", gdp=GDP)
    assert "no figure of these tables is withheld" in repr(suppressed(other))


def test_a_table_goes_stale_when_the_next_release_was_due(tmp_path: Path) -> None:
    rows = "month, origin, iso3_origin, n_total\n2020-04, Russia, RUS, 3\n2020-05, Russia, RUS, 1"
    atlas = atlas_of(tmp_path, "2020-12-31", arrivals_korea=rows, gdp=GDP)
    found = age(atlas, table(atlas, "arrivals_korea"))
    # Monthly by its producer, no release on record: May was described, so June was due at its end.
    assert (found.last, found.released, found.stale_since) == (date(2020, 5, 31), None, date(2020, 6, 30))
    assert found.years == pytest.approx(214 / 365.25)
    before = open_atlas("2020-06-29", root=tmp_path)
    assert age(before, table(before, "arrivals_korea")).stale_since is None
    assert age(atlas, table(atlas, "gdp")).stale_since is None, "a cadence that nobody stated is not assumed"


def test_runs_and_order(tmp_path: Path) -> None:
    assert runs(np.array([[0, 1, 1, 0, 2], [0, 0, 0, 0, 0], [1, 0, 0, 0, 0]]), 2000) == [
        (0, 2001, 2002, 1), (0, 2004, 2004, 2), (2, 2000, 2000, 1),
    ]  # fmt: skip
    atlas = atlas_of(tmp_path, "2014-06-30", gdp=GDP)
    order, regions = ordered(atlas, np.array([[1], [0], [1], [3]]))
    assert [atlas.states[i] for i in order] == ["SSD", "KOR", "RUS", "FRA"]
    assert regions == {"Africa": 1, "Asia": 1, "Europe": 2}


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [({"theme": "trad"}, UnknownName, "'trade'"), ({"language": "fr"}, UnknownName, "language"),
     ({"as_of": "1938-01-01"}, BadParameter, "outside the evidence"),
     ({"as_of": "soon"}, BadParameter, "is not a date")],
)  # fmt: skip
def test_bad_input_is_refused_with_what_would_fit(given: dict[str, str], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said) as raised:
        open_atlas(**{"as_of": "2020-12-31", "root": find_root(), **given})  # type: ignore[arg-type]
    assert len(str(raised.value).splitlines()) <= 4
