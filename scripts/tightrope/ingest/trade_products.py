"""Goods trade by product: HS chapters, SITC sections, minerals and arms."""

from __future__ import annotations

import pandas as pd

from tightrope.ingest.recipe import Raw, recipe
from tightrope.ingest.trade import TAIWAN, by_flow, renamed, whole_dollars

BOTH = {"Export": "exports_usd", "Import": "imports_usd"}
WHOLE = {"exports_usd": "Int64", "imports_usd": "Int64"}
# Comtrade reporters and partners that the source's codes merge with a successor.
COMTRADE_FORMER = {
    "Belgium-Luxembourg": "BLX", "Fmr Arab Rep. of Yemen": "YAR", "So. African Customs Union": "SACCA", TAIWAN: "TWN",
}  # fmt: skip


@recipe("trade_hs_russia")
def trade_hs_russia(raw: Raw) -> pd.DataFrame:
    """Make Russia's trade by HS chapter with 62 partners."""
    frame = raw.read("trade/rus_hs2_62_partners_comtrade_2000_2020.parquet")
    codes = frame["partner_iso3"].astype("str")
    frame["iso3_partner"] = codes.where(frame["partner_name"] != TAIWAN, "TWN")
    frame["hs2"] = frame["hs2"].astype("str")
    frame["flow"] = frame["flow"].astype("str")
    return by_flow(frame, ["year", "iso3_partner", "hs2"], "flow", "trade_value_usd", BOTH).astype(WHOLE)


@recipe("trade_hs_fuel_wood")
def trade_hs_fuel_wood(raw: Raw) -> pd.DataFrame:
    """Make fuels and wood by reporter and partner; re-exports are inside the exports already."""
    frame = raw.read("trade/comtrade_hs27_hs44_dyads_1988_2017.parquet")
    for side in ("reporter", "partner"):
        names = frame[f"{side}_name"].astype("str")
        codes = frame[f"{side}_iso3"].astype("object")
        frame[f"iso3_{side}"] = names.map(COMTRADE_FORMER).fillna(codes)
    frame = frame.dropna(subset=["iso3_reporter", "iso3_partner"])
    frame["hs2"] = frame["hs2"].astype("str")
    frame["flow"] = frame["flow"].astype("str")
    keys = ["year", "iso3_reporter", "iso3_partner", "hs2"]
    return by_flow(frame, keys, "flow", "trade_value_usd", BOTH).astype(WHOLE)


@recipe("trade_hs_korea_2024")
def trade_hs_korea_2024(raw: Raw) -> pd.DataFrame:
    """Make Korea's trade by HS chapter, January to November 2024."""
    frame = raw.read("trade/korea_partners_hs2_kcs_2024_to_nov.csv.gz").dropna(subset=["partner_iso3"])
    made = renamed(
        frame, year="year", iso3_partner="partner_iso3", exports_kusd="korea_exports_thousand_usd",
        imports_kusd="korea_imports_thousand_usd", exports_ton="korea_exports_ton", imports_ton="korea_imports_ton",
    )  # fmt: skip
    return made.assign(hs2=frame["hs2"].astype(str).str.zfill(2), month_last="2024-11")


@recipe("trade_sitc")
def trade_sitc(raw: Raw) -> pd.DataFrame:
    """Make exports by SITC section; entities without a code are left out."""
    frame = raw.read("trade/unctad_exports_dyads_sitc_1995_2005_2015.parquet")
    frame = frame.dropna(subset=["exporter_iso3", "importer_iso3"])
    made = renamed(
        frame, year="year", iso3_exporter="exporter_iso3", iso3_importer="importer_iso3", sitc_section="sitc_section"
    )
    return made.assign(exports_usd=whole_dollars(frame["export_value_thousand_usd"], 1e3))


@recipe("trade_wto_imports")
def trade_wto_imports(raw: Raw) -> pd.DataFrame:
    """Make imports of minerals and metals, and of arms, as importers report to the WTO."""
    frame = raw.read("trade/wto_bilateral_imports_minerals_arms_2011_2022.csv.gz")
    made = renamed(
        frame, year="year", iso3_importer="importer_iso3", iso3_exporter="exporter_iso3", product_code="product_code"
    )
    return made.assign(imports_usd=whole_dollars(frame["import_value_usd"], 1))


@recipe("hs_chapters")
def hs_chapters(raw: Raw) -> pd.DataFrame:
    """Make the list of HS chapters; the names are nomenclature, shortened by us."""
    rows = [line.split(" ", 1) for line in HS_CHAPTERS.strip().splitlines()]
    return pd.DataFrame(rows, columns=["hs2", "name"])


HS_CHAPTERS = """
01 Live animals
02 Meat
03 Fish and seafood
04 Dairy, eggs, honey
05 Other animal products
06 Live plants and flowers
07 Vegetables
08 Fruit and nuts
09 Coffee, tea, spices
10 Cereals
11 Milled grain, malt, starch
12 Oil seeds and other plants
13 Gums and resins
14 Other vegetable products
15 Animal and vegetable fats
16 Preparations of meat and fish
17 Sugar
18 Cocoa
19 Preparations of cereals
20 Preparations of vegetables and fruit
21 Other food preparations
22 Beverages
23 Food residues and fodder
24 Tobacco
25 Salt, stone, cement
26 Ores, slag, ash
27 Mineral fuels and oils
28 Inorganic chemicals
29 Organic chemicals
30 Pharmaceuticals
31 Fertilisers
32 Dyes and paints
33 Perfume and cosmetics
34 Soaps and waxes
35 Albumins and glues
36 Explosives
37 Photographic goods
38 Other chemical products
39 Plastics
40 Rubber
41 Raw hides and leather
42 Leather goods
43 Furskins
44 Wood
45 Cork
46 Basketware
47 Wood pulp
48 Paper
49 Books and printed matter
50 Silk
51 Wool
52 Cotton
53 Other vegetable fibres
54 Man-made filaments
55 Man-made staple fibres
56 Wadding, felt, rope
57 Carpets
58 Special woven fabrics
59 Coated textiles
60 Knitted fabrics
61 Knitted clothing
62 Clothing, not knitted
63 Other textiles
64 Footwear
65 Headgear
66 Umbrellas
67 Feathers, artificial flowers
68 Articles of stone and cement
69 Ceramics
70 Glass
71 Precious stones and metals
72 Iron and steel
73 Articles of iron and steel
74 Copper
75 Nickel
76 Aluminium
78 Lead
79 Zinc
80 Tin
81 Other base metals
82 Tools and cutlery
83 Articles of base metal
84 Machinery
85 Electrical machinery
86 Railway vehicles
87 Vehicles
88 Aircraft and spacecraft
89 Ships and boats
90 Optical and medical instruments
91 Clocks and watches
92 Musical instruments
93 Arms and ammunition
94 Furniture
95 Toys and sports goods
96 Other manufactures
97 Art and antiques
99 Not classified
"""
