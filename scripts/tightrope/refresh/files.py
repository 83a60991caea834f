"""Producers that publish archives: SIPRI's trade register, the ideal points and BACI, from a downloaded file."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv

from tightrope.refresh import archive
from tightrope.refresh.feed import Feed, Release, held_columns, refused
from tightrope.refresh.ground import Ground
from tightrope.refresh.wire import kind_of

REGISTER = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")
# BACI files Taiwan under "Other Asia, not elsewhere specified", as the stored tables of Comtrade do.
BACI_CODES = {"S19": "TWN"}
BACI_OTHERS = {"R20", "R4", "ZA1", "EU2", "N/A", "SCG", "ANT", "YUG", "CSK", "DDR", "SUN"}


def arms(feed: Feed, path: Path, ground: Ground) -> Release:
    """Read SIPRI's trade register and add up the deliveries of each supplier, recipient and year."""
    text = _text(feed, path)
    lines = text.splitlines()
    at = next((n for n, line in enumerate(lines[:40]) if "Delivery year" in line), None)
    if at is None:
        raise refused(feed, "no line of column names in the first forty lines", where=path.name,
                      fix="export the trade register as CSV, one line a delivery year")  # fmt: skip
    frame = pd.read_csv(io.StringIO("\n".join(lines[at:])), dtype=str, keep_default_na=False)
    frame.columns = [name.strip().rstrip(";").strip() for name in frame.columns]
    held_columns(feed, list(frame.columns), path.name)
    value = pd.to_numeric(frame["TIV delivery values"], errors="coerce")
    year = pd.to_numeric(frame["Delivery year"], errors="coerce")
    if value.isna().any() or year.isna().any():
        bad = int((value.isna() | year.isna()).to_numpy().argmax())
        raise refused(feed, "a delivery has no year or value", where=f"{path.name}, line {at + bad + 2}")
    stored = ground.stored("arms_transfers")
    codes = _names(stored)
    made = pd.DataFrame({"supplier": frame["Supplier"].str.strip(), "recipient": frame["Recipient"].str.strip(),
                         "year": year.astype("int64"), "tiv_millions": value})  # fmt: skip
    strange = sorted((set(made["supplier"]) | set(made["recipient"])) - set(codes))
    if strange:
        raise refused(
            feed, f"unknown names: {', '.join(strange[:6])}", where=path.name, why="their deliveries would be lost",
            fix="give the names a code in refresh/files.py",
        )  # fmt: skip
    groups = made.groupby(["supplier", "recipient", "year"], as_index=False)
    whole = groups.agg(tiv_millions=("tiv_millions", "sum"), n_deliveries=("tiv_millions", "size"))
    whole["tiv_millions"] = whole["tiv_millions"].round(6)
    for side in ("supplier", "recipient"):
        whole[f"iso3_{side}"] = whole[side].map(codes)
    found = REGISTER.search("\n".join(lines[:at]))
    day = pd.to_datetime(found.group(), format="%d %B %Y").date() if found else None
    return Release(f"register of {found.group() if found else 'no stated day'}", day, {"arms_transfers": whole})


def _names(stored: pd.DataFrame) -> dict[str, str | None]:
    names: dict[str, str | None] = {}
    for side in ("supplier", "recipient"):
        names |= dict(
            zip(stored[side], stored[f"iso3_{side}"].where(stored[f"iso3_{side}"].notna(), None), strict=True)
        )
    return names


def ideal_points(feed: Feed, path: Path, ground: Ground) -> Release:
    """Read a release of the ideal points; the whole series is estimated anew each time, so all of it is replaced."""
    text = _text(feed, path)
    frame = pd.read_csv(io.StringIO(text), sep="\t" if "\t" in text[:2000] else ",")
    frame.columns = [re.sub(r"[^a-z0-9%]", "", name.lower()) for name in frame.columns]
    held_columns(feed, list(frame.columns), path.name)
    if "idealpointall" not in frame.columns:
        frame = frame.assign(idealpointall=np.nan, nvotesall=np.nan)
    # Releases differ in how they name the quantiles; a release without them leaves the columns empty.
    for quantile in ("q5", "q95"):
        known = [name for name in (f"{quantile}%all", f"{quantile}all") if name in frame.columns]
        frame[quantile] = frame[known[0]] if known else np.nan
    made = pd.DataFrame(
        {
            "year": frame["year"],
            "iso3": frame["iso3c"],
            "ideal_point_all": pd.to_numeric(frame["idealpointall"]),
            "ideal_point_all_q5": pd.to_numeric(frame["q5"]),
            "ideal_point_all_q95": pd.to_numeric(frame["q95"]),
            "n_votes_all": pd.to_numeric(frame["nvotesall"]).astype("Int64"),
            "ideal_point_fp": pd.to_numeric(frame["idealpointfp"]),
            "n_votes_fp": pd.to_numeric(frame["nvotesfp"]).astype("Int64"),
        }
    ).dropna(subset=["ideal_point_all", "ideal_point_fp"], how="all")
    made = made[ground.known(feed, made["iso3"])]
    return Release(f"release to {int(made['year'].max())}, {path.name}", None, {"unga_ideal_points": made})


def baci(feed: Feed, path: Path, ground: Ground) -> Release:
    """Add up BACI's products for every exporter, importer and year, a block of lines at a time."""
    with archive.opened(feed, path) as zipped, tempfile.TemporaryDirectory() as folder:
        names = archive.matching(feed, zipped, r"BACI_HS\d\d_Y\d{4}_V\d{6}[a-z]?\.csv")
        release = names[0].rsplit("_", 1)[1].removesuffix(".csv")
        edition = re.search(r"HS\d\d", names[0].rsplit("/", 1)[-1])
        codes = _baci_codes(feed, zipped, archive.matching(feed, zipped, r"country_codes_V\d{6}[a-z]?\.csv")[0])
        years = [_baci_year(feed, archive.take(feed, zipped, name, Path(folder)), name) for name in names]
    frame = pd.concat(years, ignore_index=True)
    for side, column in (("i", "iso3_exporter"), ("j", "iso3_importer")):
        frame[column] = frame[side].map(codes)
        if frame[column].isna().any():
            lacking = sorted(frame.loc[frame[column].isna(), side].unique())
            raise refused(feed, f"the archive's list of codes lacks {lacking[:6]}", where=path.name)
        frame = frame[ground.known(feed, frame[column], BACI_OTHERS)]
    frame = frame.assign(year=frame["t"], exports_usd=(frame["v"] * 1000).round().astype("int64"))
    fresh = frame[["year", "iso3_exporter", "iso3_importer", "exports_usd"]]
    stored = ground.stored("trade_baci")
    kept = stored[~stored["year"].isin(set(fresh["year"]))]
    first, last = int(fresh["year"].min()), int(fresh["year"].max())
    said = edition.group() if edition else "HS"
    note = f"{first} to {last} are of release {release} ({said}); earlier years are of the copy before."
    return Release(f"BACI {release}", None, {"trade_baci": pd.concat([kept, fresh], ignore_index=True)}, [note])


def _baci_codes(feed: Feed, zipped: zipfile.ZipFile, member: str) -> dict[int, str]:
    with zipped.open(member) as handle:
        frame = pd.read_csv(handle, dtype=str, keep_default_na=False)
    for name in ("country_code", "country_iso3"):
        if name not in frame.columns:
            raise refused(feed, f"the list of codes lacks {name}", where=member)
    return dict(zip(frame["country_code"].astype(int), frame["country_iso3"].replace(BACI_CODES), strict=True))


def _baci_year(feed: Feed, path: Path, name: str) -> pd.DataFrame:
    # A year has ten million lines: each block is added up before the next is read.
    types = {"t": pa.int32(), "i": pa.int32(), "j": pa.int32(), "v": pa.float64()}
    sums: list[pa.Table] = []
    try:
        with pacsv.open_csv(path, convert_options=pacsv.ConvertOptions(column_types=types)) as reader:
            held_columns(feed, reader.schema.names, name)
            for block in reader:
                table = pa.table(block).select(["t", "i", "j", "v"])
                sums.append(table.group_by(["t", "i", "j"]).aggregate([("v", "sum")]))
    except pa.ArrowInvalid as error:
        raise refused(feed, "a line is not what BACI's layout says", where=f"{name}: {str(error)[:100]}") from None
    if not sums:
        raise refused(feed, "the year holds no line", where=name)
    whole = pa.concat_tables(sums).rename_columns(["t", "i", "j", "v"])
    whole = whole.group_by(["t", "i", "j"]).aggregate([("v", "sum")]).rename_columns(["t", "i", "j", "v"])
    frame: pd.DataFrame = whole.to_pandas()
    year = int(re.search(r"_Y(\d{4})_", name).group(1))  # type: ignore[union-attr]  # matched when it was chosen
    if set(frame["t"]) != {year}:
        raise refused(feed, "the year of the lines is not that of the file's name", where=name)
    return frame


def _text(feed: Feed, path: Path) -> str:
    if path.stat().st_size > feed.max_bytes:
        raise refused(feed, f"the file is larger than {feed.max_mb} MB", where=path.name)
    content = path.read_bytes()
    if content[:1] in (b"<", b"") or content[:2] == b"PK":
        raise refused(feed, f"the file is {kind_of(content)}, not CSV", where=path.name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # SIPRI's export comes in Western European letters.
        return content.decode("cp1252", errors="replace")
