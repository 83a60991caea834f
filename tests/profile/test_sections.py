"""What a page says: traced, symmetric, honest about nothing, and the same as the measures."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pandas as pd
import pytest
from tests.narrative.test_trace import spoken
from tests.profile.whole import AS_OF, ROOT, pages, texts

import tightrope.profile
from tightrope.measures import find_measure
from tightrope.narrative.display import Html, Prose, Table
from tightrope.narrative.names import whose
from tightrope.narrative.trace import TOKEN, current, plain
from tightrope.profile import Drawing, diplomacy, open_profile, people, security
from tightrope.profile.parts import say_below, say_musd, say_nth

MODULES = sorted(Path(tightrope.profile.__file__).parent.glob("*.py"))
# Markup, a licence, what the trace itself says, and the least that a share can be.
SWAPPED = [("KOR", "RUS"), ("TUV", "NRU"), ("TWN", "USA"), ("SSD", "SDN"), ("XKX", "SRB")]
ALLOWED = ("<h3>", "under 0.1%", "CC BY 4.0", "counted from 0", "SHA-256")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.stem)
def test_no_number_is_typed_into_a_sentence(path: Path) -> None:
    typed = [
        (line, text)
        for line, text in spoken(ast.parse(path.read_text(encoding="utf-8")))
        if TOKEN.search(text) and not any(allowed in text for allowed in ALLOWED)
    ]
    assert typed == []


@pytest.fixture(scope="module")
def korea_russia() -> dict[str, str]:
    profile = open_profile("KOR", "RUS", AS_OF, root=ROOT)
    first, sections = pages(profile)
    said = {name: plain("\n".join(texts(first, {name: parts}))) for name, parts in sections.items()}
    ledger = current()
    assert ledger is not None
    said["origins"] = "\n".join(ledger.origin(s.ground) for s in ledger.said)
    said["count"] = str(len(ledger.said))
    return said


def test_the_numbers_said_are_those_of_the_measures(korea_russia: dict[str, str]) -> None:
    evidence = open_profile("KOR", "RUS", AS_OF, root=ROOT).evidence
    trade = (
        find_measure("trade_balance").function(evidence, reporter="KOR", partner="RUS", source="baci").frame.iloc[-1]
    )
    assert f"{trade['exports_musd'] / 1000:.1f} bn and Russia sold South Korea goods" in korea_russia["trade"]
    rank = find_measure("partner_rank").function(
        evidence, focal="KOR", partner="RUS", years=2020, flow="export", source="baci"
    )
    assert f"{int(rank.only('rank'))}th of {int(rank.only('n_partners'))}" in korea_russia["trade"]
    votes = find_measure("unga_agreement").function(evidence, state_a="KOR", state_b="RUS", years=2024)
    assert f"cast {votes.only('agreement_pct'):.0f}% alike" in korea_russia["votes"]
    migrants = find_measure("migrants").function(evidence, origin="RUS", destination="KOR", years=2019)
    assert f"{int(migrants.only()):,}" in korea_russia["people"]
    residual = find_measure("gravity_residual").function(evidence, state_a="KOR", state_b="RUS")
    assert f"is {residual.only('ratio'):.1f} times that and lies above the line" in korea_russia["trade"]


def test_every_number_said_stands_on_rows_or_records(korea_russia: dict[str, str]) -> None:
    assert int(korea_russia["count"]) > 200
    for origin in korea_russia["origins"].splitlines():
        assert re.search(r"rows? \d+.*, sha256 [0-9a-f]{8}|datapackage\.json", origin)


def test_no_text_is_left_without_a_trace() -> None:
    profile = open_profile("KOR", "RUS", AS_OF, root=ROOT)
    first, sections = pages(profile)
    untraced = []
    for part in [first.finding, *(p for parts in sections.values() for p in parts)]:
        raw = part.text if isinstance(part, Prose | Html) else getattr(part, "caption", "")
        untraced += TOKEN.findall(re.sub("\ue000[^\ue002]*\ue002", "", raw))
    assert untraced == []


@pytest.mark.parametrize(
    ("one", "other"), [("KOR", "RUS"), ("TUV", "NRU"), ("TWN", "USA"), ("SSD", "SDN"), ("XKX", "SRB")]
)
def test_swapping_the_states_changes_no_word(one: str, other: str) -> None:
    said = [list(texts(*pages(open_profile(*pair, AS_OF, root=ROOT)))) for pair in ((one, other), (other, one))]
    assert [plain(text) for text in said[0]] == [plain(text) for text in said[1]]


@pytest.mark.parametrize(("one", "other"), [("TUV", "NRU"), ("SMR", "BTN")])
def test_a_sparse_pair_says_which_kind_of_nothing_it_is(one: str, other: str) -> None:
    first, sections = pages(open_profile(one, other, AS_OF, root=ROOT))
    said = {name: plain("\n".join(texts(first, {name: parts}))) for name, parts in sections.items()}
    assert "Arms: none recorded (“Transfers of major arms” records no delivery either way" in said["security"]
    assert re.search(r"Students from .+; students from .+: not collected \(no row", said["people"])
    assert "Trade against size and distance: not collected" in said["trade"]
    rows = {row[0]: row for row in first.table.rows}
    trade = rows["Goods trade, both ways"]
    assert trade[1].replace("\u00a0", " ") == "no data"
    assert plain(trade[3]).startswith("not collected (no row in “Goods trade, all pairs (BACI)”")
    assert not re.search(r"\b(nan|NaN|None|NaT|<NA>|inf)\b", "\n".join(said.values()))


def test_no_section_is_empty_and_no_chart_either() -> None:
    for pair in (("SMR", "BTN"), ("TWN", "XKX"), ("PRK", "TUV"), ("LIE", "MCO"), ("BLZ", "CAF")):
        first, sections = pages(open_profile(*pair, AS_OF, root=ROOT))
        assert len(repr(first.finding).split()) <= 60
        for name, parts in sections.items():
            assert parts, (pair, name)
            for part in parts:
                if isinstance(part, Drawing):
                    assert len(part.frame.dropna()) >= 3
                if isinstance(part, Table):
                    assert len(part.rows) > 0


def test_taiwan_has_trade_from_the_books_that_know_it() -> None:
    first, sections = pages(open_profile("TWN", "USA", AS_OF, root=ROOT))
    said = plain("\n".join(texts(first, {"trade": sections["trade"]})))
    assert "IMF, as the United States reports" in said
    assert "“Gross domestic product” has no figure for Taiwan" in said


def test_russia_says_that_its_series_count_the_soviet_union() -> None:
    _, sections = pages(open_profile("DEU", "RUS", AS_OF, root=ROOT))
    said = plain("\n".join(repr(part) for part in sections["relations"]))
    assert "Soviet Union (UN and COW series carry it under RUS" in said
    assert "German Democratic Republic (Until 1990; then part of DEU)" in said


def test_an_early_day_sees_nothing_later() -> None:
    first, sections = pages(open_profile("KOR", "RUS", "1995-06-30", root=ROOT))
    drawn = [part for parts in sections.values() for part in parts if isinstance(part, Drawing)]
    assert {part.words["name"] for part in drawn} >= {"trade-by-year", "votes-alike"}
    for part in drawn:
        if "year" in part.frame:
            assert part.frame["year"].max() == 1994, part.words["name"]
    places = {row[0]: plain(row[3]) for row in first.table.rows}
    assert places["Goods trade, both ways"].startswith("not yet (nothing in “Goods trade, all pairs (BACI)”")
    assert "1990 to 1994" in [plain(row[2]) for row in first.table.rows]
    assert "Visas: not collected" in plain("\n".join(texts(first, {"people": sections["people"]})))


def test_the_unit_of_a_chart_is_that_of_its_values() -> None:
    units = {}
    for pair in (("KOR", "RUS"), ("KOR", "FJI")):
        for parts in pages(open_profile(*pair, AS_OF, root=ROOT))[1].values():
            drawn = [part for part in parts if isinstance(part, Drawing)]
            units |= {(part.words["name"], pair[1]): (part.words["unit"], part) for part in drawn}
    for name in ("trade-by-year", "trade-balance"):
        unit, part = units[name, "RUS"]
        # Trade of Korea and Russia never reached a hundred billion dollars; it is not ten million either.
        assert unit == "billion current US dollars"
        assert 1 < part.frame["value"].abs().max() < 100
    assert units["trade-balance", "FJI"][0] == units["trade-balance", "FJI"][1].options["fmt"] + " current US dollars"
    unit, part = units["arrivals", "RUS"]
    arrivals = find_measure("arrivals").function(
        open_profile("KOR", "RUS", AS_OF, root=ROOT).evidence, origin="RUS", destination="KOR", years=2019
    )
    assert unit == "thousand arrivals"
    shown = part.frame.set_index("year")["value"][2019]
    assert shown * 1000 == arrivals.only("n_arrivals")


def test_opinion_has_its_place_among_the_pairs_polled_that_year() -> None:
    said = plain("\n".join(map(repr, people.opinion(open_profile("KOR", "USA", AS_OF, root=ROOT)))))
    table = pd.read_parquet(ROOT / "data" / "evidence" / "society" / "opinion_pew.parquet")
    polled = table[table["year"] == 2023]
    polled = polled[polled["iso3_respondent"] != polled["iso3_target"]]
    polled = polled[~polled["iso3_target"].isin(["EUU", "UNO"])].set_index(["iso3_respondent", "iso3_target"])
    own = polled.loc[("KOR", "USA"), "favourable_pct"]
    rank, n = int((polled["favourable_pct"] > own).sum()) + 1, len(polled)
    assert (
        f"Of the {n} directed pairs of states that Pew polled in 2023, the share in South Korea is the {rank}th" in said
    )


def test_a_year_with_few_polls_gives_no_place() -> None:
    # In 2004 Pew asked eight publics about the United States and nobody about another state.
    said = plain("\n".join(map(repr, people.opinion(open_profile("JOR", "USA", "2004-12-31", root=ROOT)))))
    assert "of adults in Jordan had a good opinion of the United States in 2004" in said
    assert "directed pairs" not in said


def test_named_votes_say_on_which_side_of_most_pairs_they_lie() -> None:
    for other, side in (("RUS", "larger"), ("JPN", "smaller")):
        said = plain("\n".join(map(repr, diplomacy.votes(open_profile("KOR", other, AS_OF, root=ROOT)))))
        assert re.search(
            rf"that both voted on at least half of these resolutions, \d+% voted alike on a {side} share", said
        )


def test_words_for_places_and_small_sums() -> None:
    assert [say_nth(n) for n in (1, 2, 3, 11, 12, 21, 10601, 112)] == [
        "1st", "2nd", "3rd", "11th", "12th", "21st", "10,601st", "112th",
    ]  # fmt: skip
    assert say_musd(0.003355) == "$3,355"
    assert say_musd(0) == "$0"
    assert say_musd(1_232_988.9) == "$1.2 tn"
    assert say_musd(float("nan")) == "no data"
    assert say_musd(20433.4) == "$20.4 bn"
    assert [say_below(p) for p in (100, 99.97, 98.9, 50.6, 0.97, 0.04, 0)] == [
        "100%", "99.9%", "98%", "50%", "0.9%", "under 0.1%", "0%",
    ]  # fmt: skip
    assert (whose("Russia"), whose("the United States")) == ("Russia's", "the United States'")


def test_a_pact_stands_beside_the_number_of_all_pacts() -> None:
    said = plain("\n".join(map(repr, security.security(open_profile("KOR", "USA", AS_OF, root=ROOT)))))
    table = pd.read_parquet(ROOT / "data" / "evidence" / "security" / "alliances_atop.parquet")
    bound = table[(table["year"] == 2018) & table["is_defense"]]
    pairs = {tuple(sorted(pair)) for pair in zip(bound["iso3_a"], bound["iso3_b"], strict=True)}
    assert f"Such pacts bound {len(pairs):,} pairs of states in 2018." in said
