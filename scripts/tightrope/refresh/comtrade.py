"""UN Comtrade: annual totals and HS chapters of one reporter, with a key or on the public preview."""

from __future__ import annotations

import os
from typing import Any

import pandas as pd

from tightrope.refresh.feed import Feed, Release, held_columns, refused
from tightrope.refresh.ground import Ground
from tightrope.refresh.wire import Wire

REPORTER = {"code": 643, "iso3": "RUS"}
PREVIEW, KEYED = "public/v1/preview/C/A/HS", "data/v1/get/C/A/HS"
# The most rows of one answer, as Comtrade states them; an answer of just so many is a cut one.
MOST = {PREVIEW: 500, KEYED: 100_000}
FLOWS = {"X": "exports_usd", "M": "imports_usd"}
# All partners together; and Taiwan, which Comtrade may not name.
CODES = {"W00": "WLD", "S19": "TWN"}
# Bunkers, free zones, areas not specified, special categories: trade that no state stands behind.
NOWHERE = {"_X", "X1", "X2", "F19", "F97", "E19", "A79", "A49", "A59", "XX", "R20", "R4"}


def fetch(feed: Feed, wire: Wire, ground: Ground) -> Release:
    """Fetch every year after the last stored one; years that Comtrade does not hold yet are left as they are."""
    tables, years = {}, set()
    for table, command, keys in (
        ("trade_russia_comtrade", "TOTAL", ["iso3_partner", "year"]),
        ("trade_hs_russia", "AG2", ["iso3_partner", "hs2", "year"]),
    ):
        stored = ground.stored(table)
        fresh = [stored]
        for year in range(int(stored["year"].max()) + 1, ground.today.year):
            rows = _year(feed, wire, year, command)
            if rows:
                fresh.append(_wide(feed, rows, year, command, keys, ground))
                years.add(year)
        tables[table] = pd.concat(fresh, ignore_index=True)
    said = ", ".join(map(str, sorted(years))) or "no new year"
    return Release(f"UN Comtrade, fetched {ground.today.isoformat()}: {said}", None, tables)


def _year(feed: Feed, wire: Wire, year: int, command: str) -> list[dict[str, Any]]:
    key = os.environ.get(feed.key, "")
    path = KEYED if key else PREVIEW
    url = f"{feed.address}/{path}"
    rows: list[dict[str, Any]] = []
    for flow in FLOWS:
        asked = {
            "reporterCode": REPORTER["code"], "period": year, "flowCode": flow, "cmdCode": command,
            "partner2Code": 0, "customsCode": "C00", "motCode": 0, "includeDesc": "true",
        }  # fmt: skip
        answer = wire.json(url, asked, {"Ocp-Apim-Subscription-Key": key} if key else {})
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
            raise refused(feed, "the answer holds no list of data", where=f"{url} for {year}")
        if answer.get("error"):
            raise refused(feed, f"Comtrade answers: {str(answer['error'])[:120]}", where=f"{url} for {year}")
        if len(answer["data"]) >= MOST[path]:
            raise refused(
                feed, f"{len(answer['data'])} rows of {year} came, the most of one answer", where=f"{url}, {command}",
                why="the rest was cut off", fix=f"set {feed.key} to a key of comtradeplus.un.org",
            )  # fmt: skip
        if answer.get("count") not in (None, len(answer["data"])):
            raise refused(feed, f"{len(answer['data'])} rows came and {answer['count']} were announced", where=url)
        rows += answer["data"]
    return rows


def _wide(
    feed: Feed, rows: list[dict[str, Any]], year: int, command: str, keys: list[str], ground: Ground
) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    held_columns(feed, list(frame.columns), f"year {year}")
    other = frame[(frame["reporterCode"] != REPORTER["code"]) | (frame["period"].astype(str) != str(year))]
    if len(other):
        raise refused(feed, "rows of another reporter or year came", where=str(other.iloc[0].to_dict())[:160])
    frame["iso3_partner"] = frame["partnerISO"].replace(CODES)
    frame = frame[ground.known(feed, frame["iso3_partner"], NOWHERE)].assign(year=year)
    if "hs2" in keys:
        frame["hs2"] = frame["cmdCode"].astype(str).str.zfill(2)
    if frame.duplicated([*keys, "flowCode"]).any():
        twice = frame[frame.duplicated([*keys, "flowCode"])].iloc[0]
        raise refused(feed, "a flow came twice", where=f"{twice['iso3_partner']} {year} {twice['flowCode']}")
    wide = frame.set_index([*keys, "flowCode"])["primaryValue"].unstack("flowCode").reindex(columns=list(FLOWS))
    return wide.rename(columns=FLOWS).round().astype("Int64").reset_index().rename_axis(columns=None)
