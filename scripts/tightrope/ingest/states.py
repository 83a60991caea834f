"""States: the list that every other table refers to, and the names by which people call them."""

from __future__ import annotations

import pandas as pd

from tightrope.ingest.recipe import Raw, recipe

# UN observers are states to the General Assembly although neither votes there.
OBSERVERS = {"PSE", "VAT"}

# Codes of the sources that ISO 3166-1 does not list (any more): code, name, kind, COW code, note.
FORMER: tuple[tuple[str, str, str, int | None, str], ...] = (
    ("ANT", "Netherlands Antilles", "former", None, "Dissolved in 2010 into CUW, SXM and BES"),
    ("CSK", "Czechoslovakia", "former", 315, "Until 1992; then CZE and SVK"),
    ("CTE", "Canton and Enderbury Islands", "former", None, "Now part of KIR"),
    ("DDR", "German Democratic Republic", "former", 265, "Until 1990; then part of DEU"),
    ("FXX", "Metropolitan France", "former", None, "An old statistical code beside FRA"),
    ("JTN", "Johnston Island", "former", None, "Now within UMI"),
    ("MID", "Midway Islands", "former", None, "Now within UMI"),
    ("NHB", "New Hebrides", "former", None, "Now VUT"),
    ("NTZ", "Neutral Zone (Iraq and Saudi Arabia)", "former", None, "Divided between IRQ and SAU"),
    ("PCI", "Pacific Islands (Trust Territory)", "former", None, "Now FSM, MHL, MNP and PLW"),
    ("PCZ", "Panama Canal Zone", "former", None, "Now part of PAN"),
    ("SCG", "Serbia and Montenegro", "former", None, "2003 to 2006; COW counts it under 345; then SRB and MNE"),
    ("SUN", "Soviet Union", "former", None, "UN and COW series carry it under RUS; trade and sanctions tables keep it"),
    ("VNM_S", "South Vietnam", "former", 817, "Until 1975; then part of VNM"),
    ("WAK", "Wake Island", "former", None, "Now within UMI"),
    ("XDN", "Sudan before 2011", "former", None, "Code of the UNESCO Institute for Statistics; then SDN and SSD"),
    ("YAR", "Yemen Arab Republic", "former", None, "Until 1990; COW counts it under YEM (678)"),
    ("YMD", "South Yemen", "former", 680, "People's Democratic Republic, until 1990; then part of YEM"),
    ("YUG", "Yugoslavia", "former", None, "COW counts it under SRB (345)"),
    ("ZNZ", "Zanzibar", "former", 511, "1963 to 1964; then part of TZA"),
    ("ABKHAZIA", "Abkhazia", "territory", None, "Recognised by few states; the code is ours"),
    ("NORTHERN_CYPRUS", "Northern Cyprus", "territory", None, "Recognised by one state; the code is ours"),
    ("SOUTH_OSSETIA", "South Ossetia", "territory", None, "Recognised by few states; the code is ours"),
    ("MYS_W", "West Malaysia", "territory", None, "Part of MYS, reported apart in old trade tables"),
    ("BLX", "Belgium and Luxembourg", "group", None, "One reporter in trade tables to 1998, one party to treaties"),
    ("CHI", "Channel Islands", "group", None, "GGY and JEY together; the code is the UN's and the World Bank's"),
    ("EUU", "European Union", "group", None, "The code is the World Bank's; members differ by year"),
    ("SACCA", "Southern African customs area", "group", None, "BWA, LSO, NAM, SWZ and ZAF as one trade reporter"),
    ("SMOM", "Sovereign Military Order of Malta", "group", None, "An order with diplomatic relations, no territory"),
    ("UNO", "United Nations", "group", None, "As a target of opinion polls and as a body that acts"),
    ("WLD", "World", "group", None, "All partners together, as the source sums them"),
)  # fmt: skip


@recipe("states")
def states(raw: Raw) -> pd.DataFrame:
    """Make the states table: the countries file, then the codes of former and special reporters."""
    frame = raw.read("politics/countries.csv")
    in_cow = frame["cown"].notna()
    made = pd.DataFrame(
        {
            "iso3": frame["iso3"],
            "iso2": frame["iso2"],
            "name": frame["name"],
            "official_name": frame["official_name"],
            "kind": (frame["un_member"] | in_cow | frame["iso3"].isin(OBSERVERS)).map(
                {True: "state", False: "territory"}
            ),
            "is_un_member": frame["un_member"],
            "is_unsc_permanent": frame["unsc_permanent_member"],
            "region": frame["region"],
            "subregion": frame["subregion"],
            "wb_region": frame["wb_region"],
            "capital": frame["capital"],
            # The source writes -1 where it has no area.
            "area_km2": frame["area_km2"].astype("float64").where(frame["area_km2"] > 0),
            "lat": frame["lat"].astype("float64"),
            "lng": frame["lng"].astype("float64"),
            "cow_code": frame["cown"].astype("Int64"),
            "m49": frame["un_m49"].astype("Int64"),
            "first_unga_vote_year": frame["first_unga_vote_year"].astype("Int64"),
            "note": None,
        }
    )
    former = pd.DataFrame(FORMER, columns=["iso3", "name", "kind", "cow_code", "note"])
    former = former.assign(is_un_member=False, is_unsc_permanent=False, cow_code=former["cow_code"].astype("Int64"))
    return pd.concat([made, former.reindex(columns=made.columns).astype(made.dtypes.to_dict())], ignore_index=True)
