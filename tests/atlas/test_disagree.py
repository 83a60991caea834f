"""Sources held against each other, on flows worked out on paper; and licences by their words."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from tests.helpers import make_package

from tightrope.atlas import Atlas, open_atlas
from tightrope.atlas.disagree import Compared, apart, comparisons
from tightrope.atlas.licences import Reuse, licences, reuse_of
from tightrope.evidence import find_root

# Korea's book has 10 million to Russia in 2018, Russia's 15; 2019 the IMF estimated for Russia; 2020 is half a million.
HEAD = "iso3_reporter, iso3_partner, year, exports_fob_usd, is_exports_estimated, imports_cif_usd, "
IMF = f"""{HEAD}is_imports_estimated
    KOR, RUS, 2018, 10000000, false, 30000000, false
    RUS, KOR, 2018, 2500000000, false, 15000000, false
    KOR, RUS, 2019, 10000000, false, , false
    RUS, KOR, 2019, , false, 10000000, true
    KOR, RUS, 2020, 500000, false, , false
    RUS, KOR, 2020, , false, 900000, false
    KOR, WLD, 2018, 99000000, false, , false"""
BACI = """iso3_exporter, iso3_importer, year, exports_usd
    KOR, RUS, 2018, 10900000
    RUS, KOR, 2018, 2500000000"""


@pytest.fixture
def atlas(tmp_path: Path) -> Atlas:
    states = (
        "iso3, name, region, is_un_member\nKOR, South Korea, Asia, true\nRUS, Russia, Europe, true\nWLD, World,, false"
    )
    return open_atlas(
        "2020-12-31", root=make_package(tmp_path, {"states": states, "trade_imf": IMF, "trade_baci": BACI})
    )


def test_the_two_books_of_a_flow_are_laid_side_by_side(atlas: Atlas) -> None:
    mirror, baci = comparisons(atlas)
    assert (mirror.one.label, mirror.other.label) == ("IMF, the exporter's book", "IMF, the importer's book")
    pairs = mirror.pairs.set_index(["iso3_a", "iso3_b", "year"])
    # 2019 is an estimate, 2020 too small, the world no partner: only 2018 is left, both ways.
    assert list(pairs.index) == [("KOR", "RUS", 2018), ("RUS", "KOR", 2018)]
    assert pairs["ratio"].tolist() == [pytest.approx(1.5), pytest.approx(0.012)]
    assert pairs.loc[("KOR", "RUS", 2018), ["one", "other", "row_one", "row_other"]].tolist() == [10.0, 15.0, 0, 1]
    worst = mirror.worst()
    assert worst is not None
    assert (worst["iso3_a"], worst["row_one"], worst["row_other"]) == ("RUS", 1, 0)
    assert baci.pairs["ratio"].tolist() == [pytest.approx(1.09), pytest.approx(1.0)]
    assert baci.within(0.10) == 100
    assert baci.within(0.05) == 50


def test_how_far_is_far(atlas: Atlas) -> None:
    mirror = comparisons(atlas)[0]
    # 15 over 10 is half as much again, and no more; 0.03 over 2.5 billion is far apart.
    assert apart(mirror, 0.5).to_dict("records") == [{"year": 2018, "n_pairs": 2, "apart_pct": 50.0}]
    assert mirror.within(0.5) == 50.0
    assert mirror.quantile(0.5) == pytest.approx((1.5 + 0.012) / 2)


def test_known_disagreements_of_the_sources_are_found() -> None:
    found = {(c.one.label, c.other.label): c for c in comparisons(open_atlas("2026-11-24", theme="trade"))}
    copies: Compared = found["BACI", "BACI, the second copy"]
    # The descriptor: nine flows in ten within four percent, Russia to Korea in 2011 far apart (9.48 and 14.14 billion).
    quantiles = [copies.quantile(q) for q in (0.05, 0.95)]
    assert quantiles == [pytest.approx(0.966, abs=0.001), pytest.approx(1.043, abs=0.001)]
    row = copies.pairs.set_index(["iso3_a", "iso3_b", "year"]).loc[("RUS", "KOR", 2011)]
    assert (round(row["one"] / 1000, 2), round(row["other"] / 1000, 2)) == (9.48, 14.14)
    # COW took its figures from the IMF: half of them are the same to two in a hundred.
    cow = found["IMF, the importer's book", "Correlates of War, imports"]
    assert abs(math.log(cow.quantile(0.5))) < 0.001


@pytest.mark.parametrize(
    ("name", "title", "reuse"),
    [("MIT", "MIT", Reuse.OPEN), ("MIT", "MIT (the copy); KOSIS terms", Reuse.TERMS),
     ("CC-BY-4.0", "Package CC BY 4.0; DESTA terms unverified", Reuse.UNVERIFIED),
     ("not-stated", "No licence stated", Reuse.UNVERIFIED), ("IMF-data-terms", "IMF data terms of use", Reuse.TERMS),
     ("unheard-of", "Some licence", Reuse.TERMS)],
)  # fmt: skip
def test_doubt_counts_more_than_a_name(name: str, title: str, reuse: Reuse) -> None:
    assert reuse_of(name, title) is reuse


def test_every_table_has_one_licence_and_every_unverified_one_is_named() -> None:
    atlas = open_atlas("2026-11-24")
    found = licences(atlas)
    names = [table.name for one in found for table in one.tables]
    assert sorted(names) == sorted(resource.name for resource in atlas.evidence.package.resources)
    unverified = {table.name for one in found if one.reuse is Reuse.UNVERIFIED for table in one.tables}
    said = {r.name for r in atlas.tables if "unverified" in atlas.evidence.source(r.name).licence}
    assert said <= unverified
    assert find_root().is_dir()
