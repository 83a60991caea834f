"""Arrivals, students and migrants: numbers worked by hand, and the known ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers import make_evidence

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures.mobility import arrivals, arrivals_change, arrivals_reported, migrants, students

ARRIVALS = """year, origin, iso3_origin, n_months, n_total, n_tourism, basis
2013, Russia, RUS, 12, 200, 50, months
2013, Japan, JPN, 12, 500, 400, months
2013, Other Asia, , 12, 300, 100, months
2014, Russia, RUS, 12, 250, 200, months
2014, Japan, JPN, 12, 250, 150, months
2014, China, CHN, 12, 500, 450, months
2020, Russia, RUS, 5, 10, 5, months
2012, Russia, RUS, 12, 100, , previous_year_column
"""


@pytest.fixture
def small(tmp_path: Path) -> Evidence:
    return make_evidence(tmp_path, {"arrivals_korea_annual": ARRIVALS}, as_of="2021-03-25")


@pytest.fixture(scope="module")
def real() -> Evidence:
    return Evidence(as_of="2026-11-24")


def test_share_is_of_everyone_and_rank_among_named_nationalities(small: Evidence) -> None:
    found = arrivals(small, origin="RUS", years=[2013, 2014])
    assert list(found.frame["n_arrivals"]) == [200, 250]
    assert list(found.frame["share_pct"]) == [20.0, 25.0]
    # 300 arrivals of 'other Asia' are no nationality: Russia is second of two in 2013, and ties for second in 2014.
    assert list(found.frame["rank"]) == [2, 2]
    assert list(found.frame["n_origins"]) == [2, 3]
    assert found.rows == {"arrivals_korea_annual": [0, 1, 2, 3, 4, 5]}


def test_a_part_year_is_marked_and_not_compared(small: Evidence) -> None:
    assert bool(arrivals(small, origin="RUS", years=2020).only("is_part_year")) is True
    found = arrivals_change(small, origin="RUS", before=2014, after=2020)
    assert found.missing is not None
    assert found.missing.kind == MissingKind.NOT_APPLICABLE
    assert "5 months" in found.missing.detail


def test_change_is_in_percent_of_the_first_year(small: Evidence) -> None:
    found = arrivals_change(small, origin="RUS", before=2013, after=2014)
    assert found.only() == 25.0
    assert bool(found.only("is_comparable")) is True
    assert found.rows == {"arrivals_korea_annual": [0, 3]}
    tourism = arrivals_change(small, origin="RUS", before=2013, after=2014, purpose="tourism")
    assert (tourism.only(), bool(tourism.only("is_comparable"))) == (300.0, False)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"origin": "RUS", "years": 2021}, MissingKind.NOT_YET),
        ({"origin": "RUS", "years": 2011}, MissingKind.NOT_COLLECTED),
        ({"origin": "RUS", "years": 2012, "purpose": "tourism"}, MissingKind.NOT_COLLECTED),
        ({"origin": "CHN", "years": 2013}, MissingKind.NOT_COLLECTED),
        ({"origin": "KOR", "destination": "RUS"}, MissingKind.NOT_COLLECTED),
    ],
)
def test_each_kind_of_nothing(small: Evidence, arguments: dict[str, object], kind: MissingKind) -> None:
    found = arrivals(small, **arguments)  # type: ignore[arg-type]
    assert found.frame.empty
    assert found.missing is not None
    assert found.missing.kind == kind


def test_the_series_ends(real: Evidence) -> None:
    found = arrivals(real, origin="RUS", years=2022)
    assert found.missing is not None
    assert found.missing.kind == MissingKind.SERIES_ENDED


def test_a_wrong_purpose_names_the_right_ones(small: Evidence) -> None:
    with pytest.raises(UnknownName, match="tourism"):
        arrivals(small, origin="RUS", purpose="turism")


def test_known_arrivals_from_russia(real: Evidence) -> None:
    found = arrivals(real, origin="RUS").frame.set_index("year")
    assert list(found.loc[[2009, 2010, 2013, 2014, 2019], "n_arrivals"]) == [137054, 150730, 175360, 214366, 343057]
    assert found.loc[2019, "rank"] == 10
    assert found.index[found["is_part_year"]].tolist() == [2020]
    assert arrivals_change(real, origin="RUS", before=2013, after=2014).only() == pytest.approx(22.24, abs=0.01)


def test_years_are_the_sum_of_their_months(real: Evidence) -> None:
    months = real.select("arrivals_korea")
    summed = months.assign(year=months["month"].str[:4].astype(int)).groupby(["origin", "year"])["n_total"].sum()
    years = real.select("arrivals_korea_annual", basis="months").set_index(["origin", "year"])["n_total"]
    assert summed.to_dict() == years.to_dict()


def test_reported_visits_flip_and_carry_their_page(real: Evidence) -> None:
    there = arrivals_reported(real, origin="KOR", destination="RUS", measure="FSB")
    assert list(there.frame["n_visits"]) == [169600, 413300]
    assert there.frame["source_url"].str.startswith("http").all()
    back = arrivals_reported(real, origin="RUS", destination="KOR")
    assert set(back.rows["arrivals_reported"]) & set(there.rows["arrivals_reported"]) == set()
    both = arrivals_reported(real, origin="KOR", destination="RUS", measure="two-way")
    assert both.rows == arrivals_reported(real, origin="RUS", destination="KOR", measure="two-way").rows
    assert bool(both.only("is_both_ways")) is True


def test_students_share_is_of_the_destinations_total(tmp_path: Path) -> None:
    evidence = make_evidence(
        tmp_path,
        {
            "students_uis_pairs": """year, iso3_origin, iso3_destination, n_students
                2005, RUS, KOR, 30
                2005, CHN, KOR, 90
                2006, RUS, KOR, 40""",
            "students_uis_total": "year, iso3_destination, n_students\n2005, KOR, 300",
            "students_oecd": """year, iso3_origin, iso3_destination, n_students
                2015, RUS, KOR, 25
                2015, CHN, KOR, 75""",
            "students_korea_monthly": """month, origin, iso3_origin, programme, n_students
                2022-11, RUS, RUS, degree, 1
                2022-12, RUS, RUS, degree, 10
                2022-12, RUS, RUS, language, 20
                2022-12, CHN, CHN, degree, 70""",
        },
    )
    uis = students(evidence, origin="RUS", destination="KOR")
    assert list(uis.frame["share_pct"].fillna(-1)) == [10.0, -1.0]
    assert uis.rows == {"students_uis_pairs": [0, 2], "students_uis_total": [0]}
    assert students(evidence, origin="RUS", destination="KOR", source="oecd").only("share_pct") == 25.0
    korea = students(evidence, origin="RUS", destination="KOR", source="korea")
    assert (korea.only(), korea.only("share_pct"), korea.only("month")) == (30, 30.0, "2022-12")
    degree = students(evidence, origin="RUS", destination="KOR", source="korea", programme="degree")
    assert (degree.only(), degree.only("share_pct")) == (10, 12.5)
    away = students(evidence, origin="KOR", destination="RUS", source="korea")
    assert away.missing is not None
    assert away.missing.kind == MissingKind.NOT_COLLECTED


def test_oecd_students_are_half_of_the_doubled_figure(real: Evidence) -> None:
    table = real.select("students_oecd")
    assert (table["n_students"] * 2 == table["n_published_doubled"]).all()
    shared = table.merge(real.select("students_uis_pairs"), on=["year", "iso3_origin", "iso3_destination"])
    near = (shared["n_students_x"] / shared["n_students_y"] - 1).abs() < 0.02
    assert len(shared) == 5792
    assert near.mean() == pytest.approx(0.979, abs=0.001)


def test_known_migrants(real: Evidence) -> None:
    assert migrants(real, origin="RUS", destination="KOR", years=2019).only() == 4545
    assert migrants(real, origin="KOR", destination="RUS", years=2019).only() == 3720
    absent = migrants(real, origin="RUS", destination="KOR", years=2018)
    assert absent.missing is not None
    assert "never zero" in absent.missing.detail


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_swapping_a_pair_gives_the_other_direction(real: Evidence, data: st.DataObject) -> None:
    table = real.select("migrants", year=2019)
    stock = dict(
        zip(zip(table["iso3_origin"], table["iso3_destination"], strict=True), table["n_migrants"], strict=True)
    )
    a, b = data.draw(st.sampled_from(sorted(stock)))
    for origin, destination in ((a, b), (b, a)):
        found = migrants(real, origin=origin, destination=destination, years=2019).only()
        assert found == stock.get((origin, destination))
    one = students(real, origin=a, destination=b).frame
    other = students(real, origin=b, destination=a).frame
    assert pd.concat([one, other]).duplicated(["iso3_origin", "iso3_destination", "year"]).sum() == 0
