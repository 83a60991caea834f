"""Investment, the size of economies, and figures as pages print them."""

from __future__ import annotations

import pandas as pd

from tightrope.ingest.recipe import Raw, recipe
from tightrope.ingest.trade import IMF_CODES, IMF_WORLD, renamed

# Names that the source's codes put under another economy.
UNCTAD_NAMES = {
    "Moldova": "MDA", "Macao, China": "MAC", "Yugoslavia (former)": "YUG", "Reunion": "REU",
    "Serbia and Montenegro": "SCG", "World": "WLD",
}  # fmt: skip


@recipe("fdi_unctad")
def fdi_unctad(raw: Raw) -> pd.DataFrame:
    """Make UNCTAD's flows abroad by home and host; flows that the source gives as ``..`` are left out."""
    frame = raw.read("trade/unctad_fdi_outflows_dyads_2001_2012.csv.gz")
    for side in ("home", "host"):
        frame[f"iso3_{side}"] = frame[f"{side}_name"].map(UNCTAD_NAMES).fillna(frame[f"{side}_iso3"])
    frame = frame.dropna(subset=["iso3_home", "iso3_host", "fdi_outflow_musd"])
    # Some sheets list a host twice with the same flow.
    keys = ["year", "iso3_home", "iso3_host", "fdi_outflow_musd"]
    return renamed(
        frame.drop_duplicates(keys), year="year", iso3_home="iso3_home", iso3_host="iso3_host",
        flow_musd="fdi_outflow_musd",
    )  # fmt: skip


@recipe("fdi_aisbett")
def fdi_aisbett(raw: Raw) -> pd.DataFrame:
    """Make the longer series of net flows, hosts mainly developing and in transition."""
    frame = raw.read("trade/fdi_flows_aisbett_1980_2012.csv.gz")
    # The codes of Romania to 2002 and of Zaire.
    frame["host_iso3"] = frame["host_iso3"].replace({"ROM": "ROU", "ZAR": "COD"})
    return renamed(frame, year="year", iso3_home="home_iso3", iso3_host="host_iso3", flow_musd="fdi_net_flow_musd")


@recipe("fdi_positions")
def fdi_positions(raw: Raw) -> pd.DataFrame:
    """Make direct investment positions of five reporters; groups other than the world are left out."""
    frame = raw.read("trade/imf_dip_fdi_positions_5_reporters_2014_2024.csv.gz")
    frame = frame[~frame["is_aggregate"] | (frame["counterpart_code"] == IMF_WORLD)]
    basis = {"Reported official data": "reported", "Derived using counterparty information": "derived"}
    made = renamed(
        frame, year="year", iso3_reporter="reporter_iso3", direction="direction", position_musd="position_musd"
    )
    return made.assign(iso3_partner=frame["counterpart_code"].replace(IMF_CODES), basis=frame["basis"].map(basis))


@recipe("gdp")
def gdp(raw: Raw) -> pd.DataFrame:
    """Make GDP by state and year; regions and income groups are left out."""
    frame = raw.read("trade/wdi_gdp_current_usd.csv")
    return renamed(frame[~frame["is_aggregate"]], year="year", iso3="iso3", gdp_usd="gdp_current_usd")


@recipe("population")
def population(raw: Raw) -> pd.DataFrame:
    """Make population by state and year; regions and income groups are left out."""
    frame = raw.read("trade/wdi_population.csv")
    return renamed(frame[~frame["is_aggregate"]], year="year", iso3="iso3", population="population")


@recipe("figures_reported")
def figures_reported(raw: Raw) -> pd.DataFrame:
    """Make the figures read off pages; a date in the page's title is the day it was published."""
    frame = pd.concat(
        [raw.read("trade/reported_figures.csv", dtype={"year": str}),
         raw.read("trade/reported_figures_2.csv", dtype={"year": str})], ignore_index=True,
    )  # fmt: skip
    made = renamed(
        frame, metric="claim_or_metric", iso3_reporter="reporter", iso3_partner="partner", period="year",
        value="value", unit="unit", source_title="source_title", source_url="source_url", note="note",
    )  # fmt: skip
    day = frame["source_title"].str.extract(r"(\d{4}-\d{2}-\d{2})", expand=False)
    return made.assign(
        year_last=made["period"].str[-4:].astype(int), published=pd.to_datetime(day, format="%Y-%m-%d").dt.date
    )
