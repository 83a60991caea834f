"""Goods trade by pair of states and year: BACI, IMF, COW, Korean customs, Russian books."""

from __future__ import annotations

import pandas as pd

from tightrope.ingest.recipe import Raw, recipe

DOTS_FILES = ("1960_1994", "1995_2007", "2008_2020")
# Comtrade may not name Taiwan: its trade stands under this name, with little else in it.
TAIWAN = "Other Asia, nes"


def whole_dollars(values: pd.Series, unit: float) -> pd.Series:
    """Give ``values``, counted in ``unit`` US dollars, as whole US dollars; missing stays missing."""
    return (values.astype("Float64") * unit).round().astype("Int64")


def renamed(frame: pd.DataFrame, **names: str) -> pd.DataFrame:
    """Give the columns named as new=old, codes as plain strings."""
    made = frame[list(names.values())].rename(columns={old: new for new, old in names.items()})
    for column in made.columns:
        if isinstance(made[column].dtype, pd.CategoricalDtype):
            made[column] = made[column].astype("str")
    return made


def by_flow(frame: pd.DataFrame, keys: list[str], flow: str, value: str, names: dict[str, str]) -> pd.DataFrame:
    """Put the two flows of a row's key side by side; ``names`` maps a flow to its column."""
    kept = frame[frame[flow].isin(list(names))]
    wide = kept.set_index([*keys, flow])[value].unstack(flow)
    return wide.rename(columns=names).reset_index().rename_axis(columns=None)


@recipe("trade_baci")
def trade_baci(raw: Raw) -> pd.DataFrame:
    """Make the all-pairs table of BACI; its three decimals of a thousand dollars are whole dollars."""
    frame = raw.read("trade/baci_dyads_2000_2020.parquet")
    made = renamed(frame, year="year", iso3_exporter="exporter_iso3", iso3_importer="importer_iso3")
    return made.assign(exports_usd=whole_dollars(frame["export_value_thousand_usd"], 1e3))


@recipe("trade_baci_19")
def trade_baci_19(raw: Raw) -> pd.DataFrame:
    """Make the second BACI copy: 21 economies, one year more."""
    frame = raw.read("trade/baci_19_economies_2005_2021.csv")
    made = renamed(frame, year="year", iso3_exporter="exporter_iso3", iso3_importer="importer_iso3")
    return made.assign(exports_usd=whole_dollars(frame["export_value_thousand_usd"], 1e3))


@recipe("trade_imf")
def trade_imf(raw: Raw) -> pd.DataFrame:
    """Make the DOTS table out of its three files, each side as it reports."""
    frame = pd.concat([raw.read(f"trade/imf_dots_dyads_{years}.parquet") for years in DOTS_FILES], ignore_index=True)
    made = renamed(
        frame, year="year", iso3_reporter="reporter_iso3", iso3_partner="partner_iso3",
        is_exports_estimated="exports_estimated", is_imports_estimated="imports_estimated",
    )  # fmt: skip
    return made.assign(
        exports_fob_usd=whole_dollars(frame["exports_fob_musd"], 1e6),
        imports_cif_usd=whole_dollars(frame["imports_cif_musd"], 1e6),
    )


@recipe("trade_imf_monthly")
def trade_imf_monthly(raw: Raw) -> pd.DataFrame:
    """Make the monthly table of fifteen economies."""
    frame = raw.read("trade/imf_dots_monthly_15_countries_2011_2020.csv.gz")
    frame["month"] = frame["year"].astype(str) + "-" + frame["month"].astype(str).str.zfill(2)
    names = {"export": "exports_fob_musd", "import": "imports_cif_musd"}
    wide = by_flow(frame, ["month", "reporter_iso3", "partner_iso3"], "flow", "value_musd", names)
    return wide.rename(columns={"reporter_iso3": "iso3_reporter", "partner_iso3": "iso3_partner"})


@recipe("trade_imts_2025")
def trade_imts_2025(raw: Raw) -> pd.DataFrame:
    """Make the exports of 2025, all pairs."""
    frame = raw.read("trade/imf_imts_exports_dyads_2025.csv.gz")
    return renamed(
        frame, year="year", iso3_exporter="exporter_iso3", iso3_importer="importer_iso3",
        exports_fob_musd="export_fob_musd",
    )  # fmt: skip


# COW states that the ISO list does not have; 300 and 730 ended before 1946.
COW_FORMER = {265: "DDR", 315: "CSK", 347: "XKX", 678: "YAR", 680: "YMD", 817: "VNM_S"}


@recipe("trade_cow")
def trade_cow(raw: Raw) -> pd.DataFrame:
    """Make COW trade directed: one row an importer, exporter and year, from 1946, unknown flows left out."""
    frame = raw.read("trade/cow_dyadic_trade_1870_2014.parquet")
    frame = frame[frame["year"] >= 1946]
    sides = [
        pd.DataFrame(
            {
                "year": frame["year"],
                "iso3_importer": _cow_code(frame, importer),
                "iso3_exporter": _cow_code(frame, exporter),
                "imports_musd": frame[f"imports_{importer}_from_{exporter}_musd"].astype("Int64"),
            }
        )
        for importer, exporter in (("1", "2"), ("2", "1"))
    ]
    return pd.concat(sides, ignore_index=True).dropna(subset=["imports_musd"])


def _cow_code(frame: pd.DataFrame, side: str) -> pd.Series:
    return frame[f"iso3_{side}"].astype("object").fillna(frame[f"ccode{side}"].map(COW_FORMER))


@recipe("trade_korea_customs")
def trade_korea_customs(raw: Raw) -> pd.DataFrame:
    """Make Korea's own books; the imports that repeat the exports stay missing and are flagged."""
    frame = raw.corrected("trade/korea_partners_kosis_cow_1949_2023.csv", "korea-customs-imports-repeat-exports")
    made = pd.DataFrame(
        {
            "year": frame["year"],
            "iso3_partner": frame["partner_iso3"],
            "exports_usd": whole_dollars(frame["korea_exports_usd"], 1),
            "imports_usd": whole_dollars(frame["korea_imports_usd"], 1),
            "is_import_error": frame["imports_flag"].notna(),
        }
    )
    # Rows that only the repository's COW columns fill are in trade_cow.
    return made[made["exports_usd"].notna() | made["imports_usd"].notna()]


@recipe("trade_korea_total")
def trade_korea_total(raw: Raw) -> pd.DataFrame:
    """Make Korea's trade with all partners together."""
    frame = raw.read("trade/korea_total_trade_kosis.csv")
    return renamed(frame, year="year", exports_usd="korea_total_exports_usd", imports_usd="korea_total_imports_usd")


# The IMF's own codes: all partners together, Kosovo, and the West Bank and Gaza.
IMF_WORLD = "G001"
IMF_CODES = {IMF_WORLD: "WLD", "KOS": "XKX", "WBG": "PSE"}


@recipe("trade_russia_imf")
def trade_russia_imf(raw: Raw) -> pd.DataFrame:
    """Make Russia's trade as the IMF gives it: reported to 2021, estimated after."""
    frame = raw.read("trade/rus_partners_imf_imts_2016_2024.csv")
    frame = frame[~frame["is_aggregate"] | (frame["partner_code"] == IMF_WORLD)]
    frame = frame.assign(iso3_partner=frame["partner_code"].replace(IMF_CODES))
    names = {"Export_FOB": "exports_fob_musd", "Import_CIF": "imports_cif_musd"}
    wide = by_flow(frame, ["year", "iso3_partner"], "flow", "value_musd", names)
    return wide.assign(is_estimated=wide["year"] >= 2022)


@recipe("trade_russia_comtrade")
def trade_russia_comtrade(raw: Raw) -> pd.DataFrame:
    """Make Russia's own books; trade that no state stands behind is left out, WLD holds all."""
    frame = raw.read("trade/rus_partners_comtrade_2000_2020.csv")
    frame["iso3_partner"] = frame["partner_iso3"].where(frame["partner_name"] != TAIWAN, "TWN")
    frame = frame[frame["iso3_partner"].notna()]
    names = {"Export": "exports_usd", "Import": "imports_usd"}
    return by_flow(frame, ["year", "iso3_partner"], "flow", "trade_value_usd", names).astype(
        {"exports_usd": "Int64", "imports_usd": "Int64"}
    )
