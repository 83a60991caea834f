"""Names to codes: whatever a person writes, one state, or a question which of two."""

from __future__ import annotations

import pytest

from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import Evidence
from tightrope.evidence.states import name_of, resolve


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return Evidence(as_of="2026-11-24")


@pytest.mark.parametrize(
    ("name", "iso3"),
    [
        ("KOR", "KOR"), ("kor", "KOR"), ("KR", "KOR"), ("South Korea", "KOR"), ("south  korea", "KOR"), ("ROK", "KOR"),
        ("Republic of Korea", "KOR"), ("Korea, South", "KOR"), ("한국", "KOR"), ("대한민국", "KOR"),
        ("Южная Корея", "KOR"),
        ("DPRK", "PRK"), ("북한", "PRK"), ("КНДР", "PRK"),
        ("Russia", "RUS"), ("the Russian Federation", "RUS"), ("러시아", "RUS"), ("Россия", "RUS"),
        ("US", "USA"), ("U.S.", "USA"), ("USA", "USA"), ("the United States", "USA"), ("미국", "USA"), ("США", "USA"),
        ("UK", "GBR"), ("Turkey", "TUR"), ("Türkiye", "TUR"), ("Turkiye", "TUR"), ("Cote d'Ivoire", "CIV"),
        ("Côte d’Ivoire", "CIV"), ("Czech Republic", "CZE"), ("USSR", "SUN"), ("NA", "NAM"), ("Namibia", "NAM"),
        ("Hong Kong", "HKG"), ("European Union", "EUU"), ("vnm_s", "VNM_S"),
    ],
)  # fmt: skip
def test_names_in_use(evidence: Evidence, name: str, iso3: str) -> None:
    assert resolve(evidence, name) == iso3


@pytest.mark.parametrize(
    ("name", "codes"), [("Korea", ("KOR", "PRK")), ("Корея", ("KOR", "PRK")), ("Congo", ("COD", "COG"))]
)
def test_an_ambiguous_name_asks_which(evidence: Evidence, name: str, codes: tuple[str, str]) -> None:
    with pytest.raises(BadParameter) as caught:
        resolve(evidence, name, "state_a")
    assert all(code in str(caught.value) for code in codes)
    assert "state_a" in str(caught.value)


@pytest.mark.parametrize(("name", "near"), [("Rusia", "Russia"), ("South Koera", "South Korea"), ("Россея", "Россия")])
def test_an_unknown_name_shows_the_nearest(evidence: Evidence, name: str, near: str) -> None:
    with pytest.raises(UnknownName) as caught:
        resolve(evidence, name)
    assert near in str(caught.value)


def test_every_state_is_found_by_its_own_names(evidence: Evidence) -> None:
    names = evidence.select("state_names")
    ambiguous = set()
    for name, iso3 in zip(names["name"], names["iso3"], strict=True):
        try:
            assert resolve(evidence, name) == iso3, name
        except BadParameter:
            ambiguous.add(name)
    assert ambiguous == {"Korea", "Корея", "Congo", "Virgin Islands"}


def test_a_two_letter_word_in_small_letters_is_no_code(evidence: Evidence) -> None:
    with pytest.raises(UnknownName):
        resolve(evidence, "no")


def test_names_in_three_languages(evidence: Evidence) -> None:
    assert [name_of(evidence, "RUS", language) for language in ("en", "ko", "ru")] == ["Russia", "러시아", "Россия"]
    # CLDR does not know the Soviet Union: the English name stands in.
    assert name_of(evidence, "DDR", "ru") == "German Democratic Republic"
    for iso3, language in (("XXX", "en"), ("KOR", "de")):
        with pytest.raises(UnknownName):
            name_of(evidence, iso3, language)


def test_looking_a_name_up_is_not_reading_evidence(evidence: Evidence) -> None:
    fresh = Evidence(as_of="2026-11-24")
    resolve(fresh, "South Korea")
    assert fresh.reads == []
