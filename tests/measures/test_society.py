"""Opinion and event scores: shares and ranks worked by hand, and the known ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers import make_evidence

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures.society import event_scores, favourability, figures_society, polls


@pytest.fixture(scope="module")
def real() -> Evidence:
    return Evidence(as_of="2026-11-24")


@pytest.fixture
def small(tmp_path: Path) -> Evidence:
    gdelt = """iso3_a, iso3_b, year, score, n_days_scored, n_days
        KOR, RUS, 2019, 50.0, 100, 362
        KOR, USA, 2019, 90.0, 300, 362
        CHN, KOR, 2019, -10.0, 200, 362
        RUS, USA, 2019, -80.0, 300, 362
        CHN, USA, 2019, 10.0, 300, 362
        KOR, RUS, 2020, -5.0, 20, 54"""
    kinds = ("n_verbal_cooperation", "n_material_cooperation", "n_verbal_conflict", "n_material_conflict")
    counts = {("KOR", "RUS"): (50, 10, 5, 5), ("RUS", "KOR"): (20, 0, 10, 0), ("RUS", "USA"): (1, 0, 0, 0)}
    icews = [
        {"year": 2014, "iso3_source": a, "iso3_target": b, **dict(zip(kinds, n, strict=True))}
        for (a, b), n in counts.items()
    ]
    return make_evidence(tmp_path, {"events_gdelt": gdelt, "events_icews": icews})


def test_gdelt_gives_sign_and_rank_among_each_sides_partners(small: Evidence) -> None:
    found = event_scores(small, state_a="RUS", state_b="KOR", years=2019)
    assert (found.only("iso3_a"), found.only("iso3_b")) == ("KOR", "RUS")
    assert bool(found.only("is_positive")) is True
    assert (found.only("rank_in_a"), found.only("n_partners_a")) == (2, 3)
    assert (found.only("rank_in_b"), found.only("n_partners_b")) == (1, 2)
    # China with the United States says nothing about either side's partners.
    assert found.rows == {"events_gdelt": [0, 1, 2, 3]}
    later = event_scores(small, state_a="KOR", state_b="RUS", years=2020)
    assert bool(later.only("is_positive")) is False
    assert bool(later.only("is_part_year")) is True


def test_icews_gives_the_share_of_cooperation_of_both_directions(small: Evidence) -> None:
    found = event_scores(small, state_a="KOR", state_b="RUS", source="icews")
    assert (found.only("n_cooperation"), found.only("n_conflict")) == (80, 20)
    assert found.only() == 80.0
    assert found.unit.startswith("percent")
    assert found.rows == {"events_icews": [0, 1]}


def test_no_row_is_not_neutral(small: Evidence) -> None:
    found = event_scores(small, state_a="CHN", state_b="RUS", years=2019)
    assert found.missing is not None
    assert found.missing.kind == MissingKind.NOT_COLLECTED
    assert "not neutral" in found.missing.detail
    with pytest.raises(UnknownName, match="gdelt"):
        event_scores(small, state_a="CHN", state_b="RUS", source="gdlet")


@settings(max_examples=20, deadline=None)
@given(st.data(), st.sampled_from(["gdelt", "icews"]))
def test_a_pair_has_no_direction(real: Evidence, data: st.DataObject, source: str) -> None:
    a, b = data.draw(st.lists(st.sampled_from(["KOR", "RUS", "USA", "CHN", "JPN", "PRK", "DEU", "FJI"]), min_size=2,
                              max_size=2, unique=True))  # fmt: skip
    one, other = (event_scores(real, state_a=x, state_b=y, source=source) for x, y in ((a, b), (b, a)))
    assert one.frame.equals(other.frame)
    assert one.rows == other.rows


def test_known_views_of_russia_in_korea(real: Evidence) -> None:
    found = favourability(real, respondent="KOR", target="RUS").frame.set_index("year")["favourable_pct"]
    assert [round(found[year]) for year in (2013, 2018, 2022, 2023)] == [53, 54, 13, 14]
    assert 2016 not in found.index


def test_what_pew_did_not_ask_is_not_collected(real: Evidence) -> None:
    for respondent, target, years in (("KOR", "RUS", 2016), ("RUS", "KOR", None)):
        found = favourability(real, respondent=respondent, target=target, years=years)
        assert found.missing is not None
        assert found.missing.kind == MissingKind.NOT_COLLECTED
    late = favourability(real, respondent="KOR", target="RUS", years=2025)
    assert late.missing is not None
    assert late.missing.kind == MissingKind.SERIES_ENDED
    early = favourability(Evidence(as_of="2021-03-25"), respondent="KOR", target="RUS", years=2022)
    assert early.missing is not None
    assert early.missing.kind == MissingKind.NOT_YET


def test_views_flip_with_the_pair(real: Evidence) -> None:
    there = favourability(real, respondent="USA", target="CHN", years=2015)
    back = favourability(real, respondent="CHN", target="USA", years=2015)
    table = real.select("opinion_pew", year=2015)
    for found, respondent, target in ((there, "USA", "CHN"), (back, "CHN", "USA")):
        row = table[table["iso3_respondent"].eq(respondent) & table["iso3_target"].eq(target)]
        assert found.only() == row["favourable_pct"].item()
        assert found.rows == {"opinion_pew": list(row.index)}
    assert there.only() != back.only()


def test_polls_are_cut_at_the_day_and_carry_question_and_page(real: Evidence) -> None:
    early = polls(Evidence(as_of="2018-05-30"), respondent="RUS", target="KOR").frame
    assert list(early["pollster"]) == ["Levada", "VCIOM"]
    late = polls(real, respondent="RUS", target="KOR").frame
    assert list(late["value"]) == [17.0, 48.0, 57.0, 56.0]
    assert late["source_url"].str.startswith("http").all()
    assert polls(real, respondent="JPN").missing is not None


def test_figures_are_found_by_word(real: Evidence) -> None:
    found = figures_society(real, host="RUS", text="kia brand").frame
    assert (found["measure"] == "Kia brand sales in Russia").all()
    assert list(found["period"]) == ["2020", "2021-01/07", "2022"]
    assert figures_society(Evidence(as_of="2021-03-25"), text="asylum").missing is not None
