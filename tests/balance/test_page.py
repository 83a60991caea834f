"""Opening a balance, what is refused and how, and every section for a spread of powers, states and days."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tightrope.balance import Balance, annex, closing, figures, groups, moves, neighbours, open_balance, overview
from tightrope.errors import TightropeError
from tightrope.narrative.trace import current, plain
from tightrope.profile import Drawing

ROOT = Path(__file__).parents[2]
AS_OF = "2024-12-31"
CASES = [
    ("CHN", "RUS", "KAZ", "2014-12-31"),
    ("FRA", "NRU", "TUV", AS_OF),
    ("USA", "TWN", "XKX", AS_OF),
    ("USA", "RUS", "KOR", "1995-12-31"),
    ("GBR", "RUS", "SSD", "2021-03-25"),
]


def opened(*case: str) -> Balance:
    return open_balance(*case, root=ROOT)


def page(balance: Balance) -> list[object]:
    """Give everything that the page of a balance shows, in its order."""
    first = overview.overview(balance)
    parts: list[object] = [first.finding, first.map, first.table]
    sections = (groups.groups, figures.votes, figures.trade, figures.ties, moves.moves, neighbours.neighbours)
    for section in sections:
        shown = section(balance)
        assert shown, section.__name__
        parts += shown
    parts += [*annex.annex(balance), closing.method(balance), closing.known_faults(balance)]
    return [*parts, closing.numbers(balance), closing.sources(balance), closing.citing(balance)]


def texts(parts: list[object]) -> list[str]:
    return [text for part in parts for text in (part.words.values() if isinstance(part, Drawing) else [repr(part)])]


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_every_section_is_written_for_a_spread_of_powers(case: tuple[str, ...]) -> None:
    balance = opened(*case)
    parts = page(balance)
    for text in texts(parts):
        assert text.strip()
        assert not re.search(r"\b(nan|NaN|None|<NA>|NaT)\b", text), text
    assert len(plain(repr(parts[0])).split()) <= 60
    charts = [part for part in parts if isinstance(part, Drawing)]
    assert all(not chart.frame.empty for chart in charts)
    assert all(len(chart.words["alt"].split()) <= 80 for chart in charts)
    tiles = charts[0].frame
    assert len(tiles) == 195


def test_russia_before_1992_is_said_to_be_the_soviet_union_and_only_then() -> None:
    early = " ".join(texts(groups.groups(opened("USA", "RUS", "KOR", "1995-12-31"))))
    assert "what is said of Russia before 1992 counts the Soviet Union" in early
    late = " ".join(texts(groups.groups(opened("USA", "RUS", "KOR", AS_OF))))
    assert "Soviet Union" not in late


def test_the_focus_heads_the_table_of_every_state_and_nobody_is_lost() -> None:
    table = annex.annex(opened("USA", "RUS", "KOR", AS_OF))[-1]
    assert table.rows[0][:2] == ["KOR", "South Korea"]
    codes = [row[0] for row in table.rows]
    assert len(codes) == len(set(codes)) == 193
    by_code = {row[0]: row for row in table.rows}
    kosovo = dict(zip(table.columns, by_code["XKX"], strict=True))
    assert (kosovo["Close to"], kosovo["Votes USA"], kosovo["Trade RUS"]) == ("no data", "no data", "no data")
    # Andorra imported no major arms: none recorded, which is no nought.
    assert dict(zip(table.columns, by_code["AND"], strict=True))["Arms USA"] == "none"


def test_swapping_the_powers_changes_no_count() -> None:
    there, back = (
        overview.overview(opened(*case)) for case in (("USA", "RUS", "KOR", AS_OF), ("RUS", "USA", "KOR", AS_OF))
    )
    assert there.record.data["counts"] == back.record.data["counts"]
    mapped = {"a": "b", "b": "a"}
    groups_there = dict(zip(there.map.frame["iso3"], there.map.frame["group"], strict=True))
    groups_back = dict(zip(back.map.frame["iso3"], back.map.frame["group"], strict=True))
    assert groups_there == {state: mapped.get(group, group) for state, group in groups_back.items()}


def test_the_same_balance_says_the_same_twice() -> None:
    one, two = (texts(page(opened("CHN", "RUS", "KAZ", "2014-12-31"))) for _ in range(2))
    assert one == two


def test_every_number_of_a_paragraph_stands_on_rows_or_records() -> None:
    balance = opened("USA", "RUS", "KOR", AS_OF)
    page(balance)
    ledger = current()
    assert ledger is not None
    assert len(ledger.said) > 200
    assert all(said.ground.rows or said.ground.records for said in ledger.said)


def test_the_record_names_file_and_counts() -> None:
    balance = opened("미국", "Россия", "ROK", AS_OF)
    assert (balance.a, balance.b, balance.focus) == ("USA", "RUS", "KOR")
    record = overview.overview(balance).record.data
    assert (record["slug"], record["stem"]) == ("balance-usa-rus", "kor-between-usa-rus-as-of-2024-12-31")
    assert sum(record["counts"].values()) == 193
    assert record["title"] == "South Korea between the United States and Russia"


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (("USA", "America", "KOR", AS_OF), ["power_a and power_b are both United States (USA)", "name another state"]),
        (("USA", "RUS", "Россия", AS_OF), ["focus and power_b are both Russia (RUS)"]),
        (("USA", "RUS", "USA", AS_OF), ["focus and power_a are both"]),
        (("USA", "Rusia", "KOR", AS_OF), ["unknown state 'Rusia'", "power_b", "'Russia'"]),
        (("USA", "RUS", "Korea", AS_OF), ["South Korea (KOR) or North Korea (PRK)", "focus"]),
        (("USA", "Soviet Union", "KOR", AS_OF), ["Soviet Union (SUN) is not a member", "power_b"]),
        (("USA", "RUS", "GRL", AS_OF), ["Greenland (GRL) is not a member", "focus"]),
        (("SSD", "RUS", "KOR", "2005-06-30"), ["South Sudan (SSD) was no state on 30 June 2005", "power_a"]),
        (("USA", "RUS", "EST", "1980-01-01"), ["Estonia (EST) was no state on 1 January 1980", "focus"]),
        (("USA", "RUS", "KOR", "1900-01-01"), ["outside the evidence"]),
        (("USA", "RUS", "KOR", "soon"), ["is not a date"]),
        (("USA", "RUS", "KOR", AS_OF, "tlh"), ["language"]),
    ],
)
def test_what_cannot_be_is_refused_in_a_few_clear_lines(case: tuple[str, ...], words: list[str]) -> None:
    with pytest.raises(TightropeError) as caught:
        opened(*case)
    assert caught.value.exit_code == 2
    assert len(str(caught.value).splitlines()) <= 4
    for word in words:
        assert word in str(caught.value)
