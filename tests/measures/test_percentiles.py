"""Places among all pairs, against numbers worked on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.helpers import make_evidence

from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import Evidence
from tightrope.measures.percentiles_others import defence_pacts, opinion_standing, trade_weight, unga_agreement_spread
from tightrope.measures.standing import pair_standing
from tightrope.measures.trade import partner_rank

MEMBERS = ["AAA", "BBB", "CCC", "DDD"]


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    states = [{"iso3": s, "name": s, "is_un_member": True} for s in MEMBERS]
    states += [{"iso3": s, "name": s, "is_un_member": False} for s in ("TWN", "ISL", "WLD")]
    return make_evidence(
        tmp_path,
        {
            "states": states,
            "trade_baci": """year, iso3_exporter, iso3_importer, exports_usd
                2018, AAA, BBB, 9000000
                2019, AAA, BBB, 3000000
                2019, BBB, AAA, 1000000
                2019, AAA, CCC, 4000000
                2019, BBB, CCC, 2000000
                2019, CCC, DDD, 7000000
                2019, AAA, ISL, 50000000""",
            "unga_agreement": """iso3_a, iso3_b, year, n_both_voted, n_same, n_half, n_opposite
                AAA, BBB, 2013, 100, 100, 0, 0
                AAA, BBB, 2018, 40, 20, 10, 10
                AAA, BBB, 2019, 60, 30, 10, 20
                AAA, CCC, 2019, 80, 60, 10, 10
                AAA, DDD, 2019, 49, 49, 0, 0
                BBB, DDD, 2019, 19, 0, 0, 19""",
            "migrants": """year, iso3_origin, iso3_destination, n_migrants
                2015, AAA, BBB, 5
                2015, BBB, AAA, 6
                2015, CCC, DDD, 11""",
            "visa_regimes": """iso3_passport, iso3_destination, category, value, first_seen, last_seen, n_snapshots
                AAA, BBB, visa_free, 90, 2019-11-23, 2020-05-01, 3
                BBB, AAA, visa_required, visa required, 2019-11-23, 2020-05-01, 3
                CCC, AAA, e_visa, e-visa, 2019-11-23, 2020-05-01, 3
                AAA, CCC, visa_on_arrival, visa on arrival, 2019-11-23, 2020-05-01, 3
                CCC, DDD, visa_free, 30, 2019-11-23, 2020-05-01, 3""",
            "alliances_atop": """iso3_a, iso3_b, year, is_defense
                AAA, BBB, 2018, true
                BBB, AAA, 2018, true
                CCC, AAA, 2018, true
                BBB, CCC, 2018, false
                AAA, ISL, 2018, true
                AAA, BBB, 2019, true""",
            "opinion_pew": """year, iso3_respondent, iso3_target, favourable_pct
                2017, AAA, BBB, 90.0
                2018, AAA, BBB, 30.0
                2018, BBB, AAA, 50.0
                2018, CCC, AAA, 30.0
                2018, CCC, BBB, 20.5
                2018, DDD, BBB, 10.0
                2018, BBB, BBB, 5.0
                2018, CCC, EUU, 1.0
                2018, ISL, AAA, 2.0
                2019, DDD, BBB, 70.0
                2020, AAA, BBB, 1.0""",
            "distances": """iso3_a, iso3_b, capital_distance_km, has_land_border
                AAA, BBB, 100, true
                AAA, CCC, 300, false
                AAA, TWN, 900, false
                BBB, ISL, 5000, false""",
        },
        as_of="2020-06-01",
    )


def standing(evidence: Evidence, figure: str, a: str = "AAA", b: str = "BBB") -> dict[str, object]:
    return pair_standing(evidence, state_a=a, state_b=b, figure=figure).frame.iloc[0].to_dict()


def test_trade_is_both_ways_of_the_last_ended_year(evidence: Evidence) -> None:
    # Pairs of members in 2019: AB 4, AC 4, BC 2, CD 7; the island and 2018 do not count.
    row = standing(evidence, "trade")
    assert row["value"] == 4
    assert (row["first_year"], row["last_year"]) == (2019, 2019)
    assert (row["rank"], row["n_pairs"], row["n_equal"]) == (2, 4, 2)
    assert row["percentile"] == pytest.approx(100 / 3)
    assert standing(evidence, "trade", "CCC", "DDD")["percentile"] == 100
    assert standing(evidence, "trade", "BBB", "CCC")["percentile"] == 0


def test_the_rows_named_are_the_pairs_own(evidence: Evidence) -> None:
    assert pair_standing(evidence, state_a="AAA", state_b="BBB", figure="trade").rows == {"trade_baci": [1, 2]}
    assert pair_standing(evidence, state_a="BBB", state_b="AAA", figure="migrants").rows == {"migrants": [0, 1]}


def test_agreement_is_pooled_over_five_years_with_enough_votes(evidence: Evidence) -> None:
    # 2015 to 2019: (20 + 30 + 20/2) of 100; AD has 49 votes and BD 19, too few; 2013 is too long ago.
    row = standing(evidence, "agreement")
    assert row["value"] == 60
    assert (row["first_year"], row["last_year"], row["n_pairs"]) == (2015, 2019, 2)
    found = pair_standing(evidence, state_a="AAA", state_b="DDD", figure="agreement")
    assert found.missing is not None
    assert found.missing.kind == "not_collected"


def test_visas_count_ways_and_a_way_unknown_is_no_figure(evidence: Evidence) -> None:
    assert standing(evidence, "visa_ease")["value"] == 1
    assert standing(evidence, "visa_ease", "AAA", "CCC")["value"] == 2
    assert pair_standing(evidence, state_a="CCC", state_b="DDD", figure="visa_ease").frame.empty


def test_taiwan_counts_where_a_table_has_it_and_other_territories_do_not(evidence: Evidence) -> None:
    row = standing(evidence, "distance", "TWN", "AAA")
    assert (row["value"], row["rank"], row["n_pairs"]) == (900, 1, 3)
    found = pair_standing(evidence, state_a="BBB", state_b="ISL", figure="distance")
    assert found.missing is not None


@pytest.mark.parametrize("figure", ["trade", "agreement", "migrants", "visa_ease", "distance"])
def test_the_figure_is_the_pairs_whichever_comes_first(evidence: Evidence, figure: str) -> None:
    one = pair_standing(evidence, state_a="AAA", state_b="BBB", figure=figure)
    other = pair_standing(evidence, state_a="BBB", state_b="AAA", figure=figure)
    assert one.frame.equals(other.frame)
    assert one.rows == other.rows


def test_sanctions_count_cases_either_way_among_pairs_with_one(tmp_path: Path) -> None:
    evidence = make_evidence(tmp_path, {
        "sanctions_gsdb_counts": """sender, iso3_sender, target, iso3_target, year, n_cases_active
            USA, USA, RUS, RUS, 2022, 5
            RUS, RUS, USA, USA, 2022, 2
            USA, USA, PRK, PRK, 2022, 3
            USA, USA, CUB, CUB, 2021, 9
            EU, , RUS, RUS, 2022, 4""",
        "states": """iso3, name, is_un_member
            CUB, Cuba, true
            PRK, North Korea, true
            RUS, Russia, true
            USA, United States, true""",
    }, "2023-06-01")  # fmt: skip
    row = pair_standing(evidence, state_a="RUS", state_b="USA", figure="sanctions").frame.iloc[0]
    assert row[["value", "rank", "n_pairs", "last_year"]].tolist() == [7, 1, 2, 2022]
    none = pair_standing(evidence, state_a="CUB", state_b="USA", figure="sanctions").missing
    assert none is not None
    assert none.kind == "not_applicable"


def test_what_was_read_is_recorded_every_time(evidence: Evidence) -> None:
    looked = []
    for _ in range(2):
        again = Evidence(evidence.root, as_of=evidence.as_of)
        pair_standing(again, state_a="AAA", state_b="BBB", figure="trade")
        looked.append(again.reads)
    assert looked[0] == looked[1]
    assert ("trade_baci", (("year", (2019,)),)) in {(read.table, read.filter) for read in looked[0]}


def test_an_earlier_day_has_its_own_places(evidence: Evidence) -> None:
    earlier = Evidence(evidence.root, as_of="2019-06-01")
    assert standing(earlier, "trade")["value"] == 9
    assert standing(evidence, "trade")["value"] == 4
    before = Evidence(evidence.root, as_of="2018-06-01")
    found = pair_standing(before, state_a="AAA", state_b="BBB", figure="trade")
    assert found.missing is not None
    assert found.missing.kind == "not_yet"


def test_unknown_names_and_a_state_with_itself_are_refused(evidence: Evidence) -> None:
    with pytest.raises(UnknownName):
        pair_standing(evidence, state_a="AAA", state_b="BBB", figure="warmth")
    with pytest.raises(UnknownName):
        pair_standing(evidence, state_a="AAA", state_b="QQQ", figure="trade")
    with pytest.raises(BadParameter):
        pair_standing(evidence, state_a="AAA", state_b="AAA", figure="trade")


def test_the_spread_of_agreement_is_over_pairs_with_twenty_votes(evidence: Evidence) -> None:
    frame = unga_agreement_spread(evidence).frame.set_index("year")
    # 2019: AB 35/60, AC 65/80, AD 49/49; BD has 19 votes.
    assert frame.loc[2019, "n_pairs"] == 3
    assert frame.loc[2019, "median_pct"] == pytest.approx(81.25)
    assert frame.loc[2013, "median_pct"] == 100


def test_a_share_is_of_all_partners_and_its_place_among_members(evidence: Evidence) -> None:
    row = trade_weight(evidence, reporter="AAA", partner="BBB", flow="export").frame.iloc[0]
    # 3 of 57 million, the island's 50 included; shares AB 5.3, AC 7.0, BA 33.3, BC 66.7, CD 100.
    assert row["share_pct"] == pytest.approx(100 * 3 / 57)
    assert (row["rank"], row["n_pairs"], row["percentile"]) == (5, 5, 0)
    assert (row["partner_rank"], row["n_partners"], row["value_musd"]) == (3, 3, 3)
    ranked = partner_rank(evidence, focal="AAA", partner="BBB", flow="export", source="baci", years=2019)
    assert (ranked.only("rank"), ranked.only("n_partners")) == (3, 3)
    assert ranked.only("share_pct") == pytest.approx(row["share_pct"])
    back = trade_weight(evidence, reporter="BBB", partner="AAA", flow="import").frame.iloc[0]
    assert back["share_pct"] == 100
    found = trade_weight(evidence, reporter="DDD", partner="AAA", flow="export")
    assert found.missing is not None
    assert found.missing.kind == "not_collected"


def test_opinion_stands_among_the_directed_pairs_of_its_year(evidence: Evidence) -> None:
    # 2018: BA 50, AB 30, CA 30, CB 20.5, DB 10. A view of one's own state, the EU and the island are no pairs.
    row = opinion_standing(evidence, respondent="AAA", target="BBB").frame.iloc[0]
    assert (row["year"], row["favourable_pct"]) == (2018, 30)
    assert (row["rank"], row["n_pairs"], row["n_equal"], row["percentile"]) == (2, 5, 2, 50)
    back = opinion_standing(evidence, respondent="BBB", target="AAA")
    assert back.frame.iloc[0][["rank", "n_pairs", "n_equal", "percentile"]].tolist() == [1, 5, 1, 100]
    assert back.rows == {"opinion_pew": [2]}
    # The only pair of its year has nobody beside it.
    alone = opinion_standing(evidence, respondent="DDD", target="BBB").frame.iloc[0]
    assert (alone["year"], alone["rank"], alone["n_pairs"], alone["percentile"]) == (2019, 1, 1, 0)


def test_opinion_is_what_could_be_known_on_the_day(evidence: Evidence) -> None:
    earlier = Evidence(evidence.root, as_of="2018-06-01")
    row = opinion_standing(earlier, respondent="AAA", target="BBB").frame.iloc[0]
    assert (row["year"], row["favourable_pct"], row["n_pairs"]) == (2017, 90, 1)
    never = opinion_standing(evidence, respondent="AAA", target="DDD").missing
    assert never is not None
    assert never.kind == "not_collected"
    with pytest.raises(BadParameter):
        opinion_standing(evidence, respondent="BBB", target="BBB")


def test_named_votes_are_a_share_of_those_on_which_both_voted(tmp_path: Path) -> None:
    cast = {
        "AAA": "yes yes yes no abstain yes",
        "BBB": "yes yes no no abstain no_vote_recorded",
        "CCC": "no no no no no no",
        "DDD": "yes yes no_vote_recorded no_vote_recorded no_vote_recorded no_vote_recorded",
    }
    rows = [
        f"R{k}, {2015 + k}-03-01, crimea, {state}, {vote}"
        for state, votes in cast.items() for k, vote in enumerate(votes.split())
    ]  # fmt: skip
    states = [{"iso3": s, "name": s, "is_un_member": True} for s in MEMBERS]
    table = "\n".join(["resolution, date, topic, iso3, vote", *rows])
    evidence = make_evidence(tmp_path, {"states": states, "unga_named_votes": table}, as_of="2020-06-01")
    # AB 4 of 5, AC 1 of 6, BC 2 of 5; D voted on two of six with anybody, which is too few.
    row = standing(evidence, "named_votes")
    assert row["value"] == pytest.approx(80)
    assert (row["rank"], row["n_pairs"], row["percentile"]) == (1, 3, 100)
    assert standing(evidence, "named_votes", "CCC", "AAA")["value"] == pytest.approx(100 / 6)
    assert standing(evidence, "named_votes", "CCC", "BBB")["percentile"] == 50
    assert pair_standing(evidence, state_a="DDD", state_b="AAA", figure="named_votes").missing is not None
    # Four resolutions had been voted on by then.
    early = Evidence(evidence.root, as_of="2018-06-01")
    missing = pair_standing(early, state_a="AAA", state_b="BBB", figure="named_votes").missing
    assert missing is not None
    assert missing.kind == "not_yet"


def test_a_defence_pact_counts_once_whichever_side_owes_it(evidence: Evidence) -> None:
    # 2018: AB in both directions, CA in one; BC consults only, the island is no member; 2019 has one pair.
    assert defence_pacts(evidence, year=2018).only() == 2
    assert defence_pacts(evidence, year=2019).only() == 1
    found = [defence_pacts(evidence, year=year).missing for year in (2017, 2020)]
    assert [missing.kind for missing in found if missing] == ["not_collected", "not_yet"]
