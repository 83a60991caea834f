"""Who stands between two powers: known truths, three-valued answers, any state and any powers."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures import uniqueness as room
from tightrope.measures.uniqueness import (
    nearest_neighbours,
    others_meeting,
    predicates_met,
    uniqueness,
    uniqueness_predicates,
)
from tightrope.measures.uniqueness_predicates import PREDICATES, to_bits

BEFORE = "2020-03-09"
KOREA = {"state": "KOR", "power_a": "USA", "power_b": "RUS", "on": BEFORE}
VISAS = ["visa_free_to_a", "visa_free_to_b"]


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return Evidence(as_of="2021-03-25")


def test_before_the_pandemic_four_states_were_visa_free_to_both(evidence: Evidence) -> None:
    row = others_meeting(evidence, predicates=VISAS, **KOREA).frame.iloc[0]
    assert (row["n_others"], row["names"]) == (3, "Brunei, Chile, Palau")


def test_with_the_alliance_and_no_sanctions_chile_is_left(evidence: Evidence) -> None:
    wanted = ["ally_a", *VISAS, "no_sanctions_b"]
    assert others_meeting(evidence, predicates=wanted, **KOREA).frame.iloc[0]["names"] == "Chile"


def test_with_a_thousand_troops_only_korea(evidence: Evidence) -> None:
    row = others_meeting(evidence, predicates=["ally_a", "troops_a", *VISAS, "no_sanctions_b"], **KOREA).frame.iloc[0]
    assert row["n_others"] == 0
    assert row["is_only"]
    assert row["n_unknown"] == 0


def test_palau_is_visa_free_to_both_and_no_treaty_ally_on_the_list(evidence: Evidence) -> None:
    met = predicates_met(evidence, **KOREA).frame
    palau = met[met["iso3"] == "PLW"].set_index("predicate")["is_met"]
    assert palau["visa_free_to_a"]
    assert palau["visa_free_to_b"]
    assert not palau["ally_a"]


def test_smallest_combination_is_troops_and_a_visa_free_trip_to_russia(evidence: Evidence) -> None:
    found = uniqueness(evidence, **KOREA).frame
    smallest = set(found.loc[found["is_smallest"], "predicates"])
    assert smallest == {"troops_a + visa_free_to_b", "troops_a + visa_free_with_b"}
    # Each half alone is met by many: the pair is minimal.
    for name, least in (("troops_a", 10), ("visa_free_to_b", 50)):
        assert others_meeting(evidence, predicates=[name], **KOREA).only() >= least


def test_every_combination_agrees_with_the_single_count(evidence: Evidence) -> None:
    found = uniqueness(evidence, **KOREA).frame
    for row in found.sample(12, random_state=3).itertuples():
        one = others_meeting(evidence, predicates=row.predicates.split(" + "), **KOREA).frame.iloc[0]
        assert one["n_unknown"] == row.n_unknown
        assert one["names"] == row.names
        assert pd.isna(one["n_others"]) if pd.isna(row.is_only) else one["n_others"] == row.n_others


def test_a_larger_combination_is_never_met_by_more(evidence: Evidence) -> None:
    found = uniqueness(evidence, **KOREA).frame
    counts = {frozenset(p.split(" + ")): n for p, n in zip(found["predicates"], found["n_others"], strict=True)}
    assert all(
        counts[names] <= counts[names - {one}] for names in counts for one in names if names - {one} in counts
    )  # fmt: skip


def test_combinations_speak_of_both_powers_and_name_nothing_twice(evidence: Evidence) -> None:
    for text in uniqueness(evidence, **KOREA).frame["predicates"]:
        names = text.split(" + ")
        assert {"a", "b"} <= {PREDICATES[n].side for n in names}
        assert not {"visa_free_to_a", "visa_free_with_a"} <= set(names)


def test_unknown_is_counted_apart_and_never_as_failing() -> None:
    values = pd.DataFrame({"p": [True, pd.NA, False], "q": [True, True, pd.NA]}, dtype="boolean")
    yes, no = to_bits(values)
    assert yes.tolist() == [3, 2, 0]
    assert no.tolist() == [0, 0, 1]
    assert room._all(values).tolist() == [True, pd.NA, False]


def test_no_other_known_but_some_unknown_gives_no_number(evidence: Evidence) -> None:
    # Some UN members have no whole book with Russia in BACI: nobody may say that they are not among the largest.
    asked = uniqueness_predicates(evidence, **KOREA).frame.set_index("predicate")
    assert asked.loc["top20_b", "n_unknown"] > 0
    loose = uniqueness(evidence, **KOREA).frame
    open_ones = loose[(loose["n_others"] == 0) & (loose["n_unknown"] > 0)]
    assert len(open_ones)
    assert open_ones["is_only"].isna().all()
    assert not open_ones["is_minimal"].any()
    one = others_meeting(evidence, predicates=open_ones["predicates"].iloc[0].split(" + "), **KOREA)
    assert one.only() is None


def test_a_state_that_fails_the_test_itself_is_not_alone(evidence: Evidence) -> None:
    # Japan had sanctions on Russia in 2014: that no other state passes would say nothing for Japan.
    japan = others_meeting(
        evidence, state="JPN", power_a="USA", power_b="RUS", predicates=["troops_a", "visa_free_to_b"], on=BEFORE
    )
    assert japan.frame.iloc[0]["names"] == "South Korea"
    empty = others_meeting(
        evidence, state="JPN", power_a="USA", power_b="RUS", on=BEFORE,
        predicates=["troops_a", "visa_free_with_a", "no_sanctions_b", "visa_free_to_b", "top20_a", "near_b"],
    )  # fmt: skip
    assert empty.missing
    assert empty.missing.kind is MissingKind.NOT_APPLICABLE
    assert "JPN itself does not meet" in empty.missing.detail


def test_a_day_after_the_clock_or_before_the_lists_is_missing() -> None:
    early = Evidence(as_of="2015-01-01")
    later = others_meeting(early, predicates=VISAS, **KOREA)
    assert later.missing
    assert later.missing.kind is MissingKind.NOT_YET
    before = others_meeting(early, state="KOR", power_a="USA", power_b="RUS", predicates=VISAS)
    assert before.missing
    assert before.missing.kind is MissingKind.NOT_COLLECTED


def test_a_series_that_ended_long_ago_leaves_everyone_unknown() -> None:
    late = Evidence(as_of="2026-06-01")
    trade = uniqueness_predicates(late, state="KOR", power_a="USA", power_b="RUS", predicates=["top20_a"]).frame.iloc[0]
    assert trade["n_others"] == 0
    assert trade["n_unknown"] == 190
    assert "ends with 2020" in trade["missing"]


def test_australia_between_the_us_and_china(evidence: Evidence) -> None:
    asked = uniqueness_predicates(evidence, state="AUS", power_a="USA", power_b="CHN", on=BEFORE).frame
    by_name = asked.set_index("predicate")["is_met"]
    assert by_name["ally_a"]
    assert by_name["visa_free_to_a"]
    assert by_name["top20_b"]
    assert not by_name["visa_free_to_b"]
    met = predicates_met(evidence, state="AUS", power_a="USA", power_b="CHN", on=BEFORE).frame
    sanctions = met[met["predicate"] == "no_sanctions_b"].set_index("iso3")["is_met"]
    # The EU's arms embargo of 1989 was in force; GSDB has no case of Australia's.
    assert not sanctions["FRA"]
    assert sanctions["AUS"]
    assert len(uniqueness(evidence, state="AUS", power_a="USA", power_b="CHN", on=BEFORE).frame) > 100


def test_troops_of_another_power_are_not_applicable(evidence: Evidence) -> None:
    found = others_meeting(evidence, state="KAZ", power_a="RUS", power_b="USA", predicates=["troops_a"], on=BEFORE)
    assert found.missing
    assert found.missing.kind is MissingKind.NOT_APPLICABLE
    whole = uniqueness(evidence, state="KAZ", power_a="RUS", power_b="USA", on=BEFORE).frame
    assert not whole["predicates"].str.contains("troops_a").any()


def test_neighbours_share_most_and_say_what_they_lack(evidence: Evidence) -> None:
    found = nearest_neighbours(evidence, **KOREA).frame
    assert found["n_shared"].is_monotonic_decreasing
    assert len(found) == 190
    chile = found[found["iso3"] == "CHL"].iloc[0]
    assert chile["rank"] == 1
    assert "troops_a" in chile["lacking"]
    assert (found["n_shared"] + found["n_lacking"] + found["n_unknown"]).nunique() == 1


def test_rows_are_named_and_reads_are_recorded_every_time(evidence: Evidence) -> None:
    one = others_meeting(evidence, predicates=["no_sanctions_b"], **KOREA)
    assert len(one.rows["sanctions_on_russia_senders"]) == 40
    evidence.reads.clear()
    again = others_meeting(evidence, predicates=["no_sanctions_b"], **KOREA)
    assert again.rows == one.rows
    assert "sanctions_on_russia_senders" in {read.table for read in evidence.reads}


def test_bad_arguments_are_refused(evidence: Evidence) -> None:
    with pytest.raises(UnknownName, match="ally_a"):
        others_meeting(evidence, predicates=["ally"], **KOREA)
    with pytest.raises(BadParameter, match="one of the two powers"):
        uniqueness(evidence, state="USA", power_a="USA", power_b="RUS")
    with pytest.raises(BadParameter, match="each once"):
        others_meeting(evidence, predicates=["ally_a", "ally_a"], **KOREA)
    with pytest.raises(BadParameter):
        uniqueness(evidence, state="KOR", power_a="USA", power_b="USA")


def test_it_answers_within_a_second_once_the_tables_are_read(evidence: Evidence) -> None:
    uniqueness(evidence, **KOREA)
    start = time.process_time()
    uniqueness(Evidence(as_of="2021-03-25"), **KOREA)
    assert time.process_time() - start < 1.0
