"""Opening a pair: names in three languages, what is refused and how, the record and its file names."""

from __future__ import annotations

from datetime import date

import pytest
from tests.profile.whole import AS_OF, ROOT

from tightrope.errors import BadParameter, TightropeError, UnknownName
from tightrope.evidence import Evidence
from tightrope.language import LANGUAGES, speaking
from tightrope.narrative.trace import current
from tightrope.profile import diplomacy, open_profile
from tightrope.profile.glance import glance
from tightrope.profile.pair import known_as_state, predecessors
from tightrope.profile.parts import Page
from tightrope.publish.record import read_record


@pytest.mark.parametrize(
    ("one", "other"),
    [("KOR", "RUS"), ("Russia", "ROK"), ("Россия", "대한민국"), ("러시아", "Республика Корея"), ("ru", "South Korea")],
)
def test_a_pair_is_one_page_whatever_the_names_and_their_order(one: str, other: str) -> None:
    if one == "ru":
        one = "RU"
    profile = open_profile(one, other, AS_OF, root=ROOT)
    assert (profile.a, profile.b) == ("KOR", "RUS")
    assert profile.title == "South Korea and Russia"
    assert (profile.slug, profile.stem) == ("pairs-kor", "kor-rus-as-of-2024-12-31")


def test_korea_alone_is_refused_with_both_choices() -> None:
    with pytest.raises(BadParameter) as caught:
        open_profile("Korea", "Russia", AS_OF, root=ROOT)
    text = str(caught.value)
    assert "South Korea (KOR)" in text
    assert "North Korea (PRK)" in text
    assert "state_a" in text
    assert len(text.splitlines()) <= 4


@pytest.mark.parametrize(
    ("one", "other", "as_of", "words"),
    [
        ("Russia", "Россия", AS_OF, ["state_a and state_b are both Russia (RUS)", "name another state"]),
        ("Soth Korea", "Russia", AS_OF, ["unknown state 'Soth Korea'", "'South Korea'"]),
        ("Russia", "Soviet Union", AS_OF, ["Soviet Union (SUN) is not a member of the United Nations"]),
        ("GRL", "DNK", AS_OF, ["Greenland (GRL) is not a member"]),
        ("SSD", "SDN", "2005-06-30", ["South Sudan (SSD) was no state on 30 June 2005", "from 9 July 2011"]),
        ("EST", "USA", "1980-01-01", ["Estonia (EST) was no state on 1 January 1980", "to 16 June 1940"]),
        ("KOR", "RUS", "2030-01-01", ["as_of = 2030-01-01 is outside the evidence"]),
        ("KOR", "RUS", "1939-01-01", ["outside the evidence"]),
        ("KOR", "RUS", "yesterday", ["is not a date"]),
    ],
)
def test_what_cannot_be_is_refused_in_a_few_clear_lines(one: str, other: str, as_of: str, words: list[str]) -> None:
    with pytest.raises(TightropeError) as caught:
        open_profile(one, other, as_of, root=ROOT)
    assert caught.value.exit_code == 2
    assert len(str(caught.value).splitlines()) <= 4
    for word in words:
        assert word in str(caught.value)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownName, match="language"):
        open_profile("KOR", "RUS", AS_OF, "fr", ROOT)


def test_a_state_is_known_from_its_first_day_in_the_tables() -> None:
    evidence = Evidence(ROOT, as_of=AS_OF)
    assert known_as_state(evidence, "SSD") == [(date(2011, 7, 9), date.max)]
    assert known_as_state(evidence, "EST")[0] == (date(1918, 2, 24), date(1940, 6, 16))
    assert evidence.reads == []


def test_a_former_state_that_a_series_counts_is_said() -> None:
    profile = open_profile("DEU", "RUS", AS_OF, root=ROOT)
    assert set(predecessors(profile)["iso3"]) == {"DDR", "SUN"}
    told = {}
    for language in LANGUAGES:
        with speaking(language):
            page = Page(profile)
            diplomacy._former(page)
            told[language] = repr(page.parts)
    assert "Soviet Union (UN and COW series carry it under RUS" in told["en"]
    # What became of them is told in every language, in words of the list of states.
    assert "소련 (유엔과 COW의 계열은 RUS에 넣음" in told["ko"]
    assert "Германская Демократическая Республика (До 1990\u00a0года; затем часть DEU)" in told["ru"]
    assert predecessors(open_profile("KOR", "JPN", AS_OF, root=ROOT)).empty


def test_the_record_is_one_that_publish_takes() -> None:
    profile = open_profile("TUV", "NRU", AS_OF, root=ROOT)
    bundle = glance(profile).record._repr_mimebundle_()
    record = read_record({"cells": [{"cell_type": "code", "outputs": [{"data": bundle}]}]})
    assert record.title == "Nauru and Tuvalu"
    assert (record.slug, record.stem) == ("pairs-nru", "nru-tuv-as-of-2024-12-31")
    assert record.date == AS_OF
    assert len(record.summary.rows) == 6
    assert "87% of their UN votes alike" in record.description


def test_each_page_begins_its_own_ledger() -> None:
    glance(open_profile("TUV", "NRU", AS_OF, root=ROOT))
    first = current()
    glance(open_profile("KOR", "RUS", AS_OF, root=ROOT))
    assert current() is not first
