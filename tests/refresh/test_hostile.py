"""Every bad answer is refused with a clear message, and data/ stays byte for byte what it was."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests.refresh.conftest import QUICK
from tests.refresh.producers import Answer, Server, indicator, serving
from tests.refresh.test_fetched import TODAY, refresh, serve_worldbank, voting

from tightrope.errors import BadParameter, BadTable, TightropeError
from tightrope.evidence import load_package
from tightrope.refresh import assembly, comtrade, files, passports, stage
from tightrope.refresh.command import run_refresh
from tightrope.refresh.feed import find_feed
from tightrope.refresh.ground import Ground
from tightrope.refresh.sound import hold
from tightrope.refresh.wire import Terms, Wire

GDP = "/country/all/indicator/NY.GDP.MKTP.CD"
Untouched = Callable[[], bool]


def wire_to(server: Server, root: Path, max_mb: int = 64, terms: Terms = QUICK) -> Wire:
    feed = find_feed("worldbank")
    return Wire(type(feed)(**{**feed.__dict__, "address": server.address, "max_mb": max_mb}), root / "answers", terms)


# --- the wire ---


@pytest.mark.parametrize(
    ("status", "said"),
    [(429, "too often (429)"), (500, "error (500)"), (503, "error (503)"), (404, "error (404)"), (403, "access (403)")],
)
def test_a_status_that_stays_bad_is_named(server: Server, root: Path, status: int, said: str) -> None:
    server.always("/x", b"no", status=status, headers={"Retry-After": "86400"})
    with pytest.raises(BadTable, match=said.replace("(", r"\(").replace(")", r"\)")):
        wire_to(server, root).get(f"{server.address}/x")
    # Tried again where that can help, and only so often; a day's pause that the server asks for is not taken.
    assert len(server.log) == (3 if status in (429, 500, 503) else 1)


def test_a_busy_moment_is_waited_out(server: Server, root: Path) -> None:
    server.pages["/x"] = lambda query, asked: Answer(b"busy", 503) if asked.number == 0 else Answer(b"[1]")
    assert wire_to(server, root).json(f"{server.address}/x") == [1]


def test_an_answer_without_end_is_given_up(server: Server, root: Path) -> None:
    server.always("/x", b"x" * 4000, slow=0.02)
    with pytest.raises(BadTable, match="more than 1 s"):
        wire_to(server, root, terms=replace(QUICK, seconds=1)).get(f"{server.address}/x")


def test_a_silent_server_is_given_up(server: Server, root: Path) -> None:
    server.always("/x", b"x" * 10, slow=5)
    with pytest.raises(BadTable, match=r"cut off each time|does not answer"):
        wire_to(server, root, terms=replace(QUICK, read=0.3)).get(f"{server.address}/x")


def test_a_cut_off_answer_goes_on_where_it_stopped(server: Server, root: Path) -> None:
    whole = bytes(range(256)) * 40

    def page(query: dict[str, str], asked: object) -> Answer:
        start = getattr(asked, "headers", {}).get("Range")
        if start is None:
            return Answer(whole, headers={"ETag": '"one"'}, cut=1000)
        at = int(start.removeprefix("bytes=").rstrip("-"))
        return Answer(whole[at:], 206, {"ETag": '"one"'})

    server.pages["/x"] = page
    assert wire_to(server, root).get(f"{server.address}/x").read_bytes() == whole
    assert [status for _, status, _ in server.log] == [200, 206]
    assert server.log[1][2]["If-Range"] == '"one"'


def test_an_answer_always_cut_off_is_refused(server: Server, root: Path) -> None:
    server.always("/x", b"x" * 5000, cut=10)
    with pytest.raises(BadTable, match="cut off"):
        wire_to(server, root).get(f"{server.address}/x")
    assert not [p for p in (root / "answers").iterdir() if p.suffix == ""], "half an answer passes as a whole one"


def test_an_unchanged_answer_is_not_sent_again(server: Server, root: Path) -> None:
    def page(query: dict[str, str], asked: object) -> Answer:
        same = getattr(asked, "headers", {}).get("If-None-Match") == '"one"'
        return Answer(b"", 304) if same else Answer(b"[2]", headers={"ETag": '"one"'})

    server.pages["/x"] = page
    assert wire_to(server, root).json(f"{server.address}/x") == [2]
    assert wire_to(server, root).json(f"{server.address}/x") == [2]
    assert [status for _, status, _ in server.log] == [200, 304]


@pytest.mark.parametrize("announced", [True, False])
def test_an_answer_beyond_the_limit_is_refused(server: Server, root: Path, announced: bool) -> None:
    headers = {}
    body = b"x" * 1_500_000
    if not announced:
        body = b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
        headers = {"Transfer-Encoding": "chunked", "content-length": "0"}
    server.always("/x", body, headers=headers)
    with pytest.raises(BadTable, match="larger than 1 MB"):
        wire_to(server, root, max_mb=1).get(f"{server.address}/x")


def test_plain_http_is_for_this_machine_only(server: Server, root: Path) -> None:
    with pytest.raises(BadTable, match="not https"):
        wire_to(server, root).get("http://example.org/x")
    server.pages["/x"] = lambda query, asked: Answer(b"", 302, {"Location": "http://example.org/y"})
    with pytest.raises(BadTable):
        wire_to(server, root).get(f"{server.address}/x")


def test_a_redirect_takes_no_key_to_another_host_and_is_never_followed_to_plain_http(
    server: Server, root: Path
) -> None:
    with serving() as other:
        other.always("/y", "[1]")
        server.always("/z", "[1]")
        server.pages["/x"] = lambda query, asked: Answer(b"", 302, {"Location": f"{other.address}/y"})
        server.pages["/w"] = lambda query, asked: Answer(b"", 302, {"Location": f"{server.address}/z"})
        key = {"Ocp-Apim-Subscription-Key": "secret"}
        wire_to(server, root).get(f"{server.address}/x", headers=key)
        wire_to(server, root).get(f"{server.address}/w", headers=key)
        assert [headers.get("Ocp-Apim-Subscription-Key") for _, _, headers in other.log] == [None]
        kept = {path: headers.get("Ocp-Apim-Subscription-Key") for path, _, headers in server.log}
        assert kept == {"/x": "secret", "/w": "secret", "/z": "secret"}
    # This address leads nowhere: had it been asked, the error would be that it does not answer.
    server.pages["/v"] = lambda query, asked: Answer(b"", 302, {"Location": "http://192.0.2.1/y"})
    with pytest.raises(BadTable, match="not https"):
        wire_to(server, root).get(f"{server.address}/v")


# --- answers in the wrong shape ---


def spoiled(server: Server, change: Callable[[list[dict[str, object]]], object]) -> None:
    """Serve the World Bank well, but for one change to the page of GDP."""
    serve_worldbank(server)
    page = json.loads(server.pages[GDP]({}, None).body)  # type: ignore[arg-type]  # the page looks at neither
    server.always(GDP, change(page))


CHANGES: dict[str, tuple[Callable[[object], object], str]] = {
    "html": (lambda page: "<!DOCTYPE html><html>Maintenance</html>", "a page of HTML, not JSON"),
    "empty": (lambda page: "", "empty, not JSON"),
    "not a page": (lambda page: {"data": []}, "not a page of an indicator"),
    "a message": (lambda page: [{"message": [{"id": "1", "value": "Invalid indicator"}]}], "Invalid indicator"),
    "a missing page": (lambda page: [page[0] | {"total": page[0]["total"] + 5}, page[1]], "were announced"),  # type: ignore[index]
    "a page twice": (lambda page: [page[0] | {"pages": 2}, page[1]], "page 1 came where page 2"),  # type: ignore[index]
    "too many pages": (lambda page: [page[0] | {"pages": 4000}, page[1]], "4000 pages"),  # type: ignore[index]
    "a row twice": (lambda page: [page[0] | {"total": page[0]["total"] + 1}, page[1] + page[1][:1]], "comes twice"),  # type: ignore[index]
    "wrong columns": (lambda page: [page[0], [{"iso": r["countryiso3code"]} for r in page[1]]], "lacks indicator"),  # type: ignore[index]
    "a word for a number": (lambda page: [page[0], [page[1][0] | {"value": "n/a"}, *page[1][1:]]], "not a number"),  # type: ignore[index]
    "a new code": (lambda page: [page[0], [page[1][0] | {"countryiso3code": "QQZ"}, *page[1][1:]]], "codes: QQZ"),  # type: ignore[index]
    "a negative amount": (lambda page: [page[0], [page[1][0] | {"value": -5.0}, *page[1][1:]]], "gdp_usd"),  # type: ignore[index]
    "thousands for units": (
        lambda page: [page[0], [r | {"value": r["value"] and r["value"] / 1000} for r in page[1]]],  # type: ignore[index]
        "jumps a thousandfold",
    ),
    "half the states": (
        lambda page: [page[0] | {"total": len(page[1]) // 2}, page[1][: len(page[1]) // 2]],  # type: ignore[index]
        "stored rows are gone",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_spoiled_answer_is_refused(name: str, server: Server, untouched: Untouched) -> None:
    change, said = CHANGES[name]
    spoiled(server, change)  # type: ignore[arg-type]
    with pytest.raises(TightropeError, match=said) as caught:
        refresh("worldbank", server, apply=True)
    assert caught.value.exit_code == 2
    assert untouched()


def test_what_a_person_accepts_is_noted(ground: Ground, root: Path) -> None:
    """A waived rule leaves its mark in the descriptor of the table."""
    feed = find_feed("worldbank")
    stored = ground.stored("gdp")
    notes = hold(feed, load_package(root).table("gdp"), stored, stored.head(4000), frozenset({"gone"}))
    assert notes[0].startswith("Accepted by hand: ")
    assert "rows are gone" in notes[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>sign in</html>", "a page of HTML"),
        (b"Passport,Destination\nKOR,RUS\n", "lacks Requirement"),
        (b"Passport,Destination,Requirement\nKOR,RUS,0\n", "requirement '0'"),
        (b"Passport,Destination,Requirement\nKOR,RUS,90000\n", "requirement '90000'"),
        (b"Passport,Destination,Requirement\nKOR,RUS,60\nKOR,RUS,30\n", "come twice"),
        (b"Passport,Destination,Requirement\nSouth Korea,RUS,60\n", "unknown codes: South Korea"),
        (b'Passport,Destination,Requirement\n"KOR,RUS,60\n', "not CSV"),
    ],
)
def test_a_bad_matrix_of_visas_is_refused(content: bytes, said: str, ground: Ground) -> None:
    with pytest.raises(BadTable, match=said):
        passports.snapshot(find_feed("passports"), content, ground)


def test_a_short_matrix_of_visas_cannot_end_the_runs_of_others(
    server: Server, ground: Ground, untouched: Untouched
) -> None:
    """Runs are only ever lengthened or begun: a missing passport loses nothing that is stored."""
    server.always("/", b"Passport,Destination,Requirement\nKOR,RUS,60\n")
    seen = passports.snapshot(find_feed("passports"), b"Passport,Destination,Requirement\nKOR,RUS,60\n", ground)
    stored = ground.stored("visa_regimes")
    made = passports.lengthened(stored, seen, TODAY)
    assert len(made) in (len(stored), len(stored) + 1)
    assert untouched()


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (voting([("KOR", "Y"), ("RUS", "N")], (5, 1, 0)), "1 votes are listed and 5 announced"),
        (voting([("KOR", "Y"), ("KOR", "Y")], (2, 0, 0)), "votes twice"),
        (voting([("KOR", "yes")], (1, 0, 0)), "a vote is 'yes'"),
        (voting([("ZZZ", "Y")], (1, 0, 0)), "unknown codes: ZZZ"),
    ],
)
def test_bad_votes_are_refused(frame: pd.DataFrame, said: str, ground: Ground) -> None:
    with pytest.raises(BadTable, match=said):
        assembly.added(find_feed("assembly"), frame, ground)


def test_a_page_in_place_of_the_votes_is_refused(server: Server, untouched: Untouched) -> None:
    server.always(f"/{assembly.NAME}", "<html>captcha</html>")
    with pytest.raises(BadTable, match="a page of HTML, not CSV"):
        refresh("assembly", server, apply=True)
    assert untouched()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"data": None}, "no list of data"),
        ({"data": [], "error": "rate limit"}, "rate limit"),
        ({"data": [{}] * 500, "count": 500}, "the most of one answer"),
        ({"data": [{}], "count": 7}, "7 were announced"),
        ({"data": [{"period": "2021"}], "count": 1}, "lacks reporterCode"),
        ({"count": 1, "data": [{"period": "1999", "reporterCode": 643, "partnerISO": "KOR", "flowCode": "X",
                                "cmdCode": "TOTAL", "primaryValue": 1}]}, "another reporter or year"),
    ],
)  # fmt: skip
def test_a_bad_answer_of_comtrade_is_refused(answer: object, said: str, server: Server, untouched: Untouched) -> None:
    server.always(f"/{comtrade.PREVIEW}", answer)
    with pytest.raises(BadTable, match=said):
        refresh("comtrade", server, apply=True)
    assert untouched()


# --- archives ---


def zipped(path: Path, members: dict[str, bytes], link: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        if link:
            info = zipfile.ZipInfo(link)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, "/etc/passwd")
    return path


CODES = (
    b"country_code,country_name,country_iso2,country_iso3\n"
    b"410,Rep. of Korea,KR,KOR\n643,Russian Federation,RU,RUS\n490,Other,,S19\n"
)
YEAR = (
    b"t,i,j,k,v,q\n2022,410,643,270900,1.5,   NA\n2022,410,643,870323,2.25,1\n"
    b"2022,643,410,270900,10,2\n2022,490,410,1,0.004,1\n"
)
GOOD = {"BACI_HS17_Y2022_V202501.csv": YEAR, "country_codes_V202501.csv": CODES, "Readme.txt": b"hello"}


def test_baci_is_added_up_by_pair_and_year(tmp_path: Path, ground: Ground) -> None:
    release = files.baci(find_feed("baci"), zipped(tmp_path / "BACI_HS17_V202501.zip", GOOD), ground)
    made = release.tables["trade_baci"]
    new = made[made["year"] == 2022].set_index(["iso3_exporter", "iso3_importer"])["exports_usd"].to_dict()
    assert new == {("KOR", "RUS"): 3750, ("RUS", "KOR"): 10_000, ("TWN", "KOR"): 4}
    assert len(made) == len(ground.stored("trade_baci")) + 3
    assert release.version == "BACI V202501"
    assert "2022 to 2022 are of release V202501 (HS17)" in release.notes[0]


ARCHIVES = {
    "a path outside": ({**GOOD, "../../evil.csv": b"x"}, "", "leads outside"),
    "an absolute path": ({**GOOD, "/etc/evil": b"x"}, "", "leads outside"),
    "a Windows path": ({**GOOD, "C:\\evil": b"x"}, "", "leads outside"),
    "a link": (GOOD, "link.csv", "holds a link"),
    "a bomb": ({**GOOD, "bomb.csv": b"0" * 9_000_000}, "", "packed beyond reason"),
    "no year": ({"country_codes_V202501.csv": CODES}, "", "no member matches"),
    "no codes": ({"BACI_HS17_Y2022_V202501.csv": YEAR}, "", "no member matches"),
    "another layout": ({**GOOD, "BACI_HS17_Y2022_V202501.csv": b"year,from,to\n1,2,3\n"}, "", "lacks t, i, j"),
    "words for numbers": ({**GOOD, "BACI_HS17_Y2022_V202501.csv": YEAR + b"2022,410,643,1,much,1\n"}, "", "layout"),
    "another year inside": ({**GOOD, "BACI_HS17_Y2021_V202501.csv": YEAR}, "", "not that of the file's name"),
    "a code without a state": ({**GOOD, "BACI_HS17_Y2022_V202501.csv": YEAR + b"2022,999,643,1,1,1\n"}, "", "lacks"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_bad_archive_is_refused(name: str, tmp_path: Path, root: Path, untouched: Untouched) -> None:
    members, link, said = ARCHIVES[name]
    path = zipped(tmp_path / "BACI_HS17_V202501.zip", members, link)
    before = sorted(p.name for p in tmp_path.iterdir())
    with pytest.raises(BadTable, match=said):
        run_refresh(("baci",), path, True, (), True, today=TODAY)
    assert untouched()
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_cut_archive_and_a_page_in_its_place_are_refused(tmp_path: Path, root: Path, untouched: Untouched) -> None:
    whole = zipped(tmp_path / "a.zip", GOOD).read_bytes()
    for content in (whole[: len(whole) // 2], b"<html>log in</html>", b""):
        (tmp_path / "b.zip").write_bytes(content)
        with pytest.raises(BadTable, match="not a whole zip archive"):
            run_refresh(("baci",), tmp_path / "b.zip", True, (), True, today=TODAY)
    assert untouched()


# --- downloaded files ---


def register(lines: list[str]) -> str:
    head = ["Trade register", "Information generated: 14 March 2026"] + ["about"] * 9
    names = "SIPRI AT Database ID,Supplier,Recipient,Designation,Delivery year,TIV delivery values,Local production;"
    return "\r\n".join([*head, names, *lines])


def test_the_trade_register_is_added_up(tmp_path: Path, ground: Ground) -> None:
    path = tmp_path / "trade-register.csv"
    path.write_text(
        register(["1,United States,South Korea,F-35,2025,1.5,No;", "2,United States,South Korea,AIM,2025,2,No;"])
    )
    release = files.arms(find_feed("arms"), path, ground)
    row = release.tables["arms_transfers"].iloc[0]
    assert (row["iso3_supplier"], row["iso3_recipient"], row["tiv_millions"], row["n_deliveries"]) == (
        "USA",
        "KOR",
        3.5,
        2,
    )
    assert str(release.released) == "2026-03-14"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (register(["1,Atlantis,South Korea,X,2025,1,No;"]), "unknown names: Atlantis"),
        (register(["1,United States,South Korea,X,soon,1,No;"]), "no year or value"),
        ("a,b\n1,2\n", "no line of column names"),
        ("<html></html>", "a page of HTML"),
    ],
)
def test_a_bad_register_is_refused(text: str, said: str, tmp_path: Path, root: Path, untouched: Untouched) -> None:
    (tmp_path / "r.csv").write_text(text)
    with pytest.raises(BadTable, match=said):
        run_refresh(("arms",), tmp_path / "r.csv", True, (), True, today=TODAY)
    assert untouched()


def test_ideal_points_are_replaced_whole(tmp_path: Path, ground: Ground) -> None:
    path = tmp_path / "IdealpointsJuly2026.tab"
    path.write_text("iso3c\tyear\tidealpointfp\tnvotesfp\tidealpointall\tnvotesall\tQ5%All\tQ95%All\n"
                    "KOR\t2025\t0.7\t80\t\t\t\t\nRUS\t2025\t-0.9\t81\t-1.0\t100\t-1.2\t-0.8\n")  # fmt: skip
    made = files.ideal_points(find_feed("idealpoints"), path, ground).tables["unga_ideal_points"].set_index("iso3")
    assert made.loc["RUS", ["ideal_point_all", "ideal_point_all_q5", "n_votes_fp"]].tolist() == [-1.0, -1.2, 81]
    assert pd.isna(made.loc["KOR", "ideal_point_all"])
    assert made.loc["KOR", "ideal_point_fp"] == 0.7


# --- the command and the swap ---


def test_the_command_says_what_is_wrong_with_its_words(root: Path) -> None:
    for sources, file, said in (
        (("baci",), None, "publishes archives"),
        (("worldbank",), Path("x.csv"), "not read from a file"),
        (("worldbonk",), None, "worldbank"),
    ):
        with pytest.raises(TightropeError, match=said):
            run_refresh(sources, file, False, (), False)
    with pytest.raises(BadTable, match="nothing is staged"):
        run_refresh((), None, True, (), False)
    with pytest.raises(TightropeError, match="jumps"):
        run_refresh(("worldbank",), None, False, ("jump",), False)
    with pytest.raises(BadParameter, match="one source"):
        run_refresh(("worldbank", "assembly"), None, False, (), False, "http://127.0.0.1:9")


def test_data_changed_since_it_was_staged_is_not_overwritten(root: Path) -> None:
    with stage.only_one(root) as folder:
        staged = stage.begin(root, folder)
        path = root / "data" / "datapackage.json"
        path.write_bytes(path.read_bytes() + b"\n")
        with pytest.raises(BadTable, match="has changed since"):
            stage.apply(root, staged)


def test_the_next_version_is_the_day_with_a_number() -> None:
    assert stage.next_version("2026.11.24", TODAY) == "2026.11.25"
    assert stage.next_version("2026.11.25", TODAY) == "2026.11.25.1"
    assert stage.next_version("2026.11.25.1", TODAY) == "2026.11.25.2"


def test_an_economy_list_of_another_shape_is_refused(server: Server, untouched: Untouched) -> None:
    server.always("/country", [{"page": 1, "pages": 1, "per_page": "1", "total": 1}, [{"id": "KOR"}]])
    server.always(GDP, indicator([("KOR", "2023", 1.0)]))
    with pytest.raises(BadTable, match="list of economies"):
        refresh("worldbank", server)
    assert untouched()
