"""What SECURITY.md states is what the code holds to: each limit, each policy, and what is refused."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import click
import pytest

from tightrope import records
from tightrope.batch import jobs
from tightrope.claims import text as article_text
from tightrope.cli import main
from tightrope.publish import attach, parameters
from tightrope.publish.html import POLICY
from tightrope.refresh import archive
from tightrope.refresh.feed import load_feeds
from tightrope.refresh.wire import Terms, Wire
from tightrope.verify import opened


@pytest.fixture(scope="module")
def said(root: Path) -> str:
    return " ".join((root / "SECURITY.md").read_text(encoding="utf-8").split())


def row(said: str, begins: str) -> str:
    """Give what the table of limits says of one thing."""
    found = re.search(rf"\| {re.escape(begins)}[^|]*\| ([^|]*) \|", said)
    assert found, begins
    return found[1]


def test_the_limits_are_those_of_the_code(said: str) -> None:
    assert row(said, "a file of records") == f"{records.MOST_BYTES // 1_000_000} MB"
    assert row(said, "an article's text") == f"{article_text.MOST_BYTES // 1_000_000} MB"
    assert row(said, "reports in one order") == f"{jobs._MOST:,}"
    assert row(said, "one parameter's value") == f"{parameters._LONGEST:,} characters"
    sizes = (opened.MOST_BYTES // 1_000_000, attach.MOST_UNPACKED // 1_000_000)
    assert row(said, "a report given to") == "{} MB, and {} MB of what it carries, unpacked".format(*sizes)
    assert (row(said, "an archive's packing"), archive.MOST_PACKED) == ("200 to one", 200)


def test_the_limits_of_refresh_are_those_of_its_feeds(said: str) -> None:
    most = [feed.max_mb for feed in load_feeds().values()]
    assert row(said, "an answer to `refresh`").endswith(f"{min(most)} to {max(most):,} MB")
    terms = Terms()
    assert row(said, "the time for one answer") == (
        f"{terms.seconds:,} seconds, with {terms.tries} tries and no pause longer than {terms.longest_wait} seconds"
    )


def test_batch_stops_a_report_after_the_time_that_is_said(said: str) -> None:
    assert isinstance(main, click.Group)
    defaults = {option.name: option.default for option in main.commands["batch"].params}
    assert f"({defaults['timeout']} seconds where none is given)" in said
    assert "timeout" not in {option.name for option in main.commands["render"].params}


def test_a_page_allows_no_script_and_no_request(root: Path) -> None:
    parts = dict(part.strip().split(" ", 1) for part in POLICY.split(";"))
    assert parts["default-src"] == "'none'"
    # Whatever is not named falls back to none: scripts, requests, frames.
    assert set(parts) <= {"default-src", "style-src", "img-src", "font-src", "base-uri", "form-action"}
    assert not re.search(r"https?:|\*|'self'|unsafe-eval", POLICY)
    index = (root / "scripts/tightrope/batch/templates/index.html.j2").read_text(encoding="utf-8")
    assert "script-src 'sha256-{{ digest }}'" in index


def test_certificates_are_checked(tmp_path: Path) -> None:
    wire = Wire(load_feeds()["worldbank"], tmp_path)
    assert wire.session.verify is True
    assert "verify=" not in inspect.getsource(inspect.getmodule(Wire))  # type: ignore[arg-type]


def test_records_and_tables_are_read_without_running_anything(root: Path) -> None:
    """No eval, exec or pickle where records, tables, orders and parameters are read."""
    rooms = ["claims", "evidence", "batch", "authoring", "refresh", "verify", "diff"]
    texts = {
        path: path.read_text(encoding="utf-8")
        for room in rooms for path in (root / "scripts" / "tightrope" / room).glob("*.py")
    }  # fmt: skip
    texts[root / "p"] = inspect.getsource(parameters)
    runs = re.compile(
        r"(?<![\w.])(?:eval|exec|compile|__import__)\(|\bimport (?:pickle|marshal|shelve)\b|allow_pickle=T"
    )
    assert len(texts) > 60
    assert [str(path) for path, text in texts.items() if runs.search(text)] == []
    assert runs.search("x = eval(y)")


def test_no_article_holds_python(root: Path) -> None:
    assert list((root / "data").rglob("*.py")) == []


def test_no_address_of_a_person_is_invented(said: str) -> None:
    assert "@" not in said
    assert "Report a vulnerability" in said
