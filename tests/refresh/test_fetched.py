"""Sources that are fetched: the whole way from an answer to a swapped release, on copies of the real tables."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from tests.refresh.conftest import QUICK
from tests.refresh.producers import Answer, Asked, Server, economies, indicator

from tightrope.errors import BadTable
from tightrope.evidence import Evidence, load_package
from tightrope.refresh import assembly, comtrade, passports, stage
from tightrope.refresh.changes import verdict_changes
from tightrope.refresh.command import run_refresh
from tightrope.refresh.feed import Release, find_feed
from tightrope.refresh.ground import Ground
from tightrope.refresh.wire import Wire

TODAY = date(2026, 11, 25)


def refresh(source: str, server: Server, apply: bool = False, accept: tuple[str, ...] = ()) -> int:
    return run_refresh((source,), None, apply, accept, True, server.address, QUICK, TODAY)


@cache
def worldbank() -> dict[str, bytes]:
    """Give the stored figures, Korea's GDP of 2023 revised and one year more, and a group that must be left out."""
    ground = Ground(Path(__file__).parents[2], TODAY)
    pages = {"/country": economies(["WLD", "EUU"], sorted(ground.codes()))}
    for code, table in (("NY.GDP.MKTP.CD", "gdp"), ("SP.POP.TOTL", "population")):
        column = "gdp_usd" if table == "gdp" else "population"
        stored = ground.stored(table)
        rows = [(r.iso3, str(r.year), getattr(r, column)) for r in stored.itertuples()]
        if table == "gdp":
            rows = [(c, y, 1.9e12 if (c, y) == ("KOR", "2023") else v) for c, y, v in rows]
            rows += [("KOR", "2025", 1.87e12), ("WLD", "2025", 1e14), ("AND", "2025", None)]
        pages[f"/country/all/indicator/{code}"] = indicator(rows)
    return {path: json.dumps(page).encode() for path, page in pages.items()}


def serve_worldbank(server: Server) -> None:
    for path, content in worldbank().items():
        server.always(path, content)


def test_a_new_year_is_staged_then_applied_and_the_old_release_kept(
    server: Server, root: Path, untouched: Callable[[], bool], capsys: pytest.CaptureFixture[str]
) -> None:
    serve_worldbank(server)
    assert refresh("worldbank", server) == 0
    said = json.loads(capsys.readouterr().out)
    gdp = said["tables"][0]
    assert [gdp[k] for k in ("table", "n_added", "n_changed", "n_gone")] == ["gdp", 1, 1, 0]
    assert "KOR 2023: gdp_usd" in gdp["examples"][0]
    assert len(said["tables"]) == 1, "the population is unchanged, so it is no change"
    assert not said["applied"]
    assert untouched()
    old = load_package(root)
    assert run_refresh((), None, True, (), True) == 0
    new = load_package(root)
    assert new.version == "2026.11.25"
    assert old.version != new.version
    table = new.table("gdp")
    assert (table.details.released, table.details.retrieved) == (date(2026, 10, 7), TODAY)
    assert table.details.cadence is not None
    assert table.details.cadence.months == 3
    assert new.table("trade_baci").hash == old.table("trade_baci").hash
    kept = root / "data" / "releases" / old.version
    assert pd.read_parquet(kept / table.path).equals(pd.read_parquet(Path(__file__).parents[2] / "data" / table.path))
    assert [p.name for p in kept.rglob("*.parquet")] == ["gdp.parquet"]
    found = Evidence(root, as_of="2026-06-01").select("gdp", iso3="KOR", year=2025)
    assert found["gdp_usd"].tolist() == [1.87e12]


def test_verdicts_that_would_change_are_named_with_their_readings(ground: Ground, root: Path) -> None:
    """Russia's trade with Korea in 2020 cut to a third: Russia is no longer Korea's twelfth partner."""
    stored = ground.stored("trade_korea_customs")
    rows = (stored["iso3_partner"] == "RUS") & (stored["year"] == 2020)
    fresh = stored.assign(
        exports_usd=stored["exports_usd"].mask(rows, stored["exports_usd"] // 3),
        imports_usd=stored["imports_usd"].mask(rows, stored["imports_usd"] // 3),
    )
    shutil.rmtree(root / "data" / "articles" / "turkey-2019", ignore_errors=True)
    with stage.only_one(root) as folder:
        staged = stage.begin(root, folder)
        release = Release("a try", None, {"trade_korea_customs": fresh})
        stage.put(staged, find_feed("comtrade"), release, TODAY, {"trade_korea_customs": []})
        changes = {(c.claim, c.as_of): c for c in verdict_changes(root, staged)}
    twelfth = changes["C24", "2021-03-25"]
    assert (twelfth.word_old, twelfth.word_new) == ("fragile", "contested")
    assert any("12 (holds) → " in reading and "(fails)" in reading for reading in twelfth.readings), twelfth.readings
    assert ("C01", "2021-03-25") not in changes


def test_nothing_new_is_said_as_such(server: Server, ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    stored = ground.stored("unga_rollcalls")
    lines = stored[stored["date"].astype(str) > "2026-06-01"]
    frame = pd.DataFrame({"undl_id": "1", "ms_code": "KOR", "ms_vote": "Y", "date": lines["date"].astype(str),
                          "session": "80", "resolution": lines["rollcall"], "title": "t", "total_yes": "1",
                          "total_no": "0", "total_abstentions": "0"})  # fmt: skip
    server.always(f"/{assembly.NAME}", frame.to_csv(index=False))
    assert run_refresh(("assembly",), None, True, (), False, server.address, QUICK, TODAY) == 0
    assert capsys.readouterr().out.startswith("Nothing new")


def test_agreement_counted_from_votes_is_the_stored_one(ground: Ground) -> None:
    """The same count on two ways: the source collection's own for 2025, and ours from the votes."""
    stored = ground.stored("unga_agreement")
    keys = ["iso3_a", "iso3_b"]
    stored = stored[stored["year"] == 2025].set_index(keys).sort_index()
    ours = assembly.agreed(ground.stored("unga_votes"), 2025).set_index(keys).sort_index()[list(stored.columns)]
    pd.testing.assert_frame_equal(ours, stored, check_dtype=False)


def voting(rows: list[tuple[str, str]], totals: tuple[int, int, int], resolution: str = "A/RES/81/1") -> pd.DataFrame:
    return pd.DataFrame(
        [{"undl_id": "9", "ms_code": code, "ms_vote": vote, "date": "2026-10-01", "session": "81",
          "resolution": resolution, "title": "Sport for peace : resolution / adopted", "total_yes": f"{totals[0]}.0",
          "total_no": f"{totals[1]}.0", "total_abstentions": f"{totals[2]}.0"} for code, vote in rows]
    )  # fmt: skip


def test_a_new_resolution_is_added_with_its_votes_and_agreement(ground: Ground) -> None:
    frame = voting([("KOR", "Y"), ("RUS", "N"), ("GER", "A"), ("USA", "X")], (1, 1, 1))
    release = assembly.added(find_feed("assembly"), frame, ground)
    call = release.tables["unga_rollcalls"].iloc[-1]
    assert (call["resolution"], call["title"], call["n_yes"], call["source"]) == (
        "81/1", "Sport for peace", 1, "digital_library",
    )  # fmt: skip
    votes = release.tables["unga_votes"]
    assert votes[votes["rollcall"] == "A/RES/81/1"].set_index("iso3")["vote"].to_dict() == {
        "KOR": "yes", "RUS": "no", "DEU": "abstain",
    }  # fmt: skip
    before, after = (
        t[(t["iso3_a"] == "KOR") & (t["iso3_b"] == "RUS") & (t["year"] == 2026)].iloc[0]
        for t in (ground.stored("unga_agreement"), release.tables["unga_agreement"])
    )
    assert after["n_both_voted"] == before["n_both_voted"] + 1
    assert after["n_opposite"] == before["n_opposite"] + 1


def test_comtrade_adds_the_years_after_the_stored_ones(
    server: Server, ground: Ground, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_keys = []

    def page(query: dict[str, str], asked: Asked) -> Answer:
        asked_keys.append(asked.headers.get("Ocp-Apim-Subscription-Key"))
        rows = []
        if query["period"] == "2021":
            code = "TOTAL" if query["cmdCode"] == "TOTAL" else "27"
            rows = [
                {"period": "2021", "reporterCode": 643, "partnerISO": partner, "flowCode": query["flowCode"],
                 "cmdCode": code, "primaryValue": value}
                for partner, value in (("W00", 4.9e11), ("KOR", 1.69e10), ("S19", 5e9), ("_X", 7.0))
            ]  # fmt: skip
        return Answer(json.dumps({"elapsedTime": "0.1", "count": len(rows), "data": rows, "error": ""}).encode())

    server.pages[f"/{comtrade.KEYED}"] = page
    monkeypatch.setenv("COMTRADE_KEY", "a-key")
    feed = find_feed("comtrade")
    wire = Wire(type(feed)(**{**feed.__dict__, "address": server.address}), root / "answers", QUICK)
    release = comtrade.fetch(wire.feed, wire, ground)
    total = release.tables["trade_russia_comtrade"]
    rows = total[total["year"] == 2021].set_index("iso3_partner")["exports_usd"].to_dict()
    assert rows == {"WLD": 490_000_000_000, "KOR": 16_900_000_000, "TWN": 5_000_000_000}
    assert len(total) == len(ground.stored("trade_russia_comtrade")) + 3
    assert set(release.tables["trade_hs_russia"].query("year == 2021")["hs2"]) == {"27"}
    assert set(asked_keys) == {"a-key"}
    assert release.version.endswith("2021")


def test_a_snapshot_lengthens_runs_and_begins_others(ground: Ground) -> None:
    stored = ground.stored("visa_regimes")
    last = stored[stored["last_seen"].astype(str) == "2025-01-12"]
    pairs = last[last["iso3_passport"] == "KOR"]
    lines = [f"{r.iso3_passport},{r.iso3_destination},{'30' if r.iso3_destination == 'RUS' else r.value}"
             for r in pairs.itertuples()]  # fmt: skip
    content = "\n".join(["Passport,Destination,Requirement", "KOR,KOR,-1", *lines]).encode()
    seen = passports.snapshot(find_feed("passports"), content, ground)
    made = passports.lengthened(stored, seen, date(2026, 11, 1))
    korea = made[made["iso3_passport"] == "KOR"]
    russia = korea[korea["iso3_destination"] == "RUS"].sort_values("first_seen")
    assert russia.iloc[-1][["value", "category", "n_snapshots"]].tolist() == ["30", "visa_free", 1]
    assert str(russia.iloc[-1]["first_seen"].date()) == "2026-11-01"
    assert str(russia.iloc[-2]["last_seen"].date()) == "2025-01-12"
    china = korea[(korea["iso3_destination"] == "JPN")].sort_values("first_seen").iloc[-1]
    assert str(china["last_seen"].date()) == "2026-11-01"
    before = stored[(stored["iso3_passport"] == "KOR") & (stored["iso3_destination"] == "JPN")]
    assert china["n_snapshots"] == before["n_snapshots"].iloc[-1] + 1
    assert len(made) == len(stored) + 1


def test_the_key_never_stands_in_an_address_or_error(server: Server, ground: Ground, root: Path) -> None:
    feed = find_feed("comtrade")
    wire = Wire(type(feed)(**{**feed.__dict__, "address": server.address}), root / "answers", QUICK)
    with pytest.raises(BadTable) as caught:
        wire.json(f"{server.address}/nowhere", {"a": 1}, {"Ocp-Apim-Subscription-Key": "secret-key"})
    assert "secret-key" not in str(caught.value)
