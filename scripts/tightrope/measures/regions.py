"""Regions as sets of states, cut so that no state is in two: shares of them can be added.

The subregions are those of the states table (UN M49, with Central and Southeast Europe apart). The fifteen
successors of the Soviet Union form a region of their own and are taken out of every other.
"""

from __future__ import annotations

from dataclasses import dataclass

from tightrope.evidence import Evidence
from tightrope.measures.measure import choose

SUCCESSORS = frozenset(
    ("ARM", "AZE", "BLR", "EST", "GEO", "KAZ", "KGZ", "LTU", "LVA", "MDA", "RUS", "TJK", "TKM", "UKR", "UZB")
)


@dataclass(frozen=True)
class Region:
    """A region's title for readers, the rule in words, and the rule."""

    title: str
    definition: str
    subregions: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    plus: frozenset[str] = frozenset()
    region: str = ""


REGIONS: dict[str, Region] = {
    "post_soviet": Region(
        "post-Soviet states", "the fifteen successor states of the Soviet Union, the Baltic states included",
        plus=SUCCESSORS,
    ),
    "eastern_europe": Region(
        "Eastern Europe",
        "Central and Southeast Europe without Austria: the formerly socialist states outside the Soviet Union",
        ("Central Europe", "Southeast Europe"), without=frozenset({"AUT"}),
    ),
    "western_europe": Region(
        "Western Europe", "Northern, Western and Southern Europe without the Baltic states, and Austria",
        ("Northern Europe", "Western Europe", "Southern Europe"), plus=frozenset({"AUT"}),
    ),
    "east_asia": Region(
        "East Asia", "China, Hong Kong, Japan, the two Koreas, Macao, Mongolia, Taiwan", ("Eastern Asia",)
    ),
    "southeast_asia": Region("Southeast Asia", "South-Eastern Asia of the UN", ("South-Eastern Asia",)),
    "south_asia": Region("South Asia", "Southern Asia of the UN, Iran included", ("Southern Asia",)),
    "middle_east": Region("Middle East", "Western Asia of the UN without the South Caucasus", ("Western Asia",)),
    "africa": Region("Africa", "Africa, Egypt included", region="Africa"),
    "north_america": Region("North America", "Canada, Mexico, the United States and islands", ("North America",)),
    "latin_america": Region(
        "Latin America and the Caribbean", "South and Central America and the Caribbean, without Mexico",
        ("South America", "Central America", "Caribbean"),
    ),
    "oceania": Region("Oceania", "Oceania", region="Oceania"),
}  # fmt: skip


def region_of(evidence: Evidence) -> dict[str, str]:
    """Give every state's region; a state in none (former states, Antarctica) is left out."""
    states = evidence.select("states", ["iso3", "region", "subregion"])
    found: dict[str, str] = {}
    for iso3, wide, narrow in zip(states["iso3"], states["region"], states["subregion"], strict=True):
        for name, rule in REGIONS.items():
            if iso3 in rule.plus or (
                iso3 not in SUCCESSORS
                and iso3 not in rule.without
                and ((rule.region and wide == rule.region) or narrow in rule.subregions)
            ):
                found[iso3] = name
                break
    return found


def members(evidence: Evidence, region: str) -> list[str]:
    """Give the codes of a region's states, sorted; raises ``UnknownName`` for an unknown region."""
    choose("region", region, REGIONS)
    return sorted(iso3 for iso3, name in region_of(evidence).items() if name == region)
