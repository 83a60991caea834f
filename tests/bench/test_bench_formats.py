"""The benchmark of formats: what it writes for given figures, and one true measurement."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from tightrope.errors import RenderFailed


@pytest.fixture(scope="module")
def bench() -> dict[str, Any]:
    return runpy.run_path(str(Path(__file__).with_name("bench_formats.py")))


def test_the_first_round_is_not_measured_and_a_way_that_fails_is_said(bench: dict[str, Any]) -> None:
    calls: list[str] = []

    def sound(nb: Any, resources: dict[str, Any]) -> bytes:
        calls.append("sound")
        return b"x" * 2500

    def broken(nb: Any, resources: dict[str, Any]) -> bytes:
        calls.append("broken")
        raise RenderFailed("no such face", where="cell 3")

    rows = bench["measure"]("a", {}, {"sound": sound, "broken": broken}, 2)
    assert calls == ["sound", "broken", "sound", "sound"]
    assert rows[0]["kb"] == 2
    assert 0 <= rows[0]["min_s"] <= rows[0]["median_s"] < 0.5
    assert rows[1] == {"report": "a", "way": "broken", "failed": "no such face"}
    text = bench["table"](rows)
    assert "failed: no such face" in text
    assert text.splitlines()[0].split() == ["report", "way", "median", "s", "min", "s", "CPU", "s", "kB"]


def test_processor_time_counts_what_a_process_starts(bench: dict[str, Any]) -> None:
    import subprocess
    import sys

    begun = bench["cpu_s"]()
    subprocess.run([sys.executable, "-c", "import time\nwhile time.process_time() < 0.3: pass"], check=True)
    assert bench["cpu_s"]() - begun >= 0.3
