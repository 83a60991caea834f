"""pandoc is kept between notebooks: nothing of one reaches the next, and a pandoc that is gone is started anew."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tightrope.errors import RenderFailed
from tightrope.publish import pandoc
from tightrope.publish.markup import Piece, to_typst

FIRST = [Piece("markdown", "# One\n\n[to it](#one) ![a cat](cat.png)\n\n## Two\n\nA note.[^1]\n\n[^1]: Below.", 1)]
SECOND = [Piece("markdown", "# Other\n\n## Two\n\n![a dog](dog.png)", 4), Piece("html", "<p>On and <b>on</b></p>", 5)]


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    pandoc.end()
    yield
    pandoc.end()


def process_id() -> int:
    assert pandoc._running is not None
    return pandoc._running.process.pid


def test_one_pandoc_serves_many_notebooks_and_mixes_none() -> None:
    alone = to_typst(SECOND, "Other")
    pandoc.end()
    first = to_typst(FIRST, "One")
    kept = process_id()
    assert to_typst(SECOND, "Other") == alone
    assert to_typst(FIRST, "One") == first
    assert process_id() == kept


def test_one_that_was_killed_is_started_anew() -> None:
    before = to_typst(FIRST)
    old = process_id()
    os.kill(old, signal.SIGKILL)
    assert to_typst(FIRST) == before
    assert process_id() != old


def test_one_that_fails_says_why_and_takes_no_other_with_it() -> None:
    before = to_typst(FIRST)
    with pytest.raises(RenderFailed, match="could not be converted") as caught:
        pandoc.ask({"pieces": "not a list"})
    assert caught.value.why
    assert to_typst(FIRST) == before


def test_after_a_long_text_it_does_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_LARGE", 10)
    assert to_typst(FIRST).texts
    assert pandoc._running is None


def test_a_fork_has_a_pandoc_of_its_own() -> None:
    before = to_typst(FIRST)
    old, pid = process_id(), os.fork()
    if pid == 0:
        is_fine = to_typst(FIRST) == before and process_id() != old
        pandoc.end()
        os._exit(0 if is_fine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert to_typst(FIRST) == before
    assert process_id() == old
