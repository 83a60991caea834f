"""pandoc, kept running: one process converts the texts of one report after another, and starts only once."""

from __future__ import annotations

import atexit
import functools
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from importlib import resources
from typing import IO, Any

import pypandoc

from tightrope.errors import RenderFailed

# What a long text made it take, it does not give back.
_LARGE = 4_000_000
_END_S = 5.0


@functools.cache
def _command() -> list[str]:
    script = resources.files("tightrope.publish") / "templates" / "typst" / "convert.lua"
    return [str(pypandoc.get_pandoc_path()), "lua", str(script)]


class _Running:
    """A pandoc that waits for requests, a line of JSON each, and answers with a line. It ends with its input."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # as long as the process
        self.process = subprocess.Popen(
            _command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints
        )

    def ask(self, request: bytes) -> bytes:
        """Give the answer; an empty one where pandoc ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write(request + b"\n")
            self.process.stdin.flush()
        return self.process.stdout.readline()

    def end(self) -> str:
        """End it, and give what it complained of."""
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()
        try:
            self.process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with self.complaints as file:
            file.seek(0)
            return file.read().decode("utf-8", "replace").strip()


_running: _Running | None = None
_lock = threading.Lock()


def ask(request: Mapping[str, Any]) -> dict[str, Any]:
    """Have ``convert.lua`` convert the pieces of a notebook.

    Parameters
    ----------
    request : mapping
        ``pieces`` (each with ``kind``, ``text``, ``cell``), ``title``, ``words``, ``contents``, ``simpler``.

    Returns
    -------
    dict
        ``pieces``, ``images``, ``warnings``, ``lost_tables``, ``n_headings``, ``contents_placed``.

    Raises
    ------
    RenderFailed
        Where pandoc fails. The next request starts another.
    """
    text = json.dumps(request, ensure_ascii=False).encode("utf-8", "replace")
    with _lock:
        is_fresh = _running is None or _running.pid != os.getpid()
        answer, complaint = _asked(text)
        if not answer and not is_fresh:  # one that was killed meanwhile is no fault of this text
            answer, complaint = _asked(text)
    if not answer:
        raise RenderFailed(
            "the notebook's text could not be converted for the PDF",
            why=" ".join(complaint.splitlines()[:2]) or "pandoc ended without a word",
        )
    found: dict[str, Any] = json.loads(answer)
    return found


def _asked(text: bytes) -> tuple[bytes, str]:
    global _running
    one = _running if _running is not None and _running.pid == os.getpid() else _Running()
    _running = None
    try:
        answer = one.ask(text)
    except BaseException:  # a half-read answer would be taken for that to the next request
        one.process.kill()
        one.end()
        raise
    if answer and len(text) < _LARGE:
        _running = one
        return answer, ""
    return answer, one.end()


def end() -> None:
    """End this process's pandoc, if it has one."""
    global _running
    one, _running = _running, None
    if one is not None and one.pid == os.getpid():
        one.end()


atexit.register(end)
