"""The arithmetic of the benchmark, on numbers worked by hand; and one true measurement."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def bench() -> dict[str, Any]:
    return runpy.run_path(str(Path(__file__).with_name("bench_report.py")))


def test_summary_takes_medians_and_the_highest_peak(bench: dict[str, Any]) -> None:
    plain = bench["Way"]("plain", None, seconds=[9.0, 6.0, 5.0], peak_mb=[10.0])
    ours = bench["Way"]("ours", None, seconds=[2.0, 100.0, 1.0], peak_mb=[30.4, 200.6, 20.0])
    assert ours.summary(plain) == {
        "way": "ours",
        "median_s": 2.0,
        "min_s": 1.0,
        "max_s": 100.0,
        "times_faster": 3.0,
        "peak_mb": 201,
    }
    assert plain.summary(plain)["times_faster"] == 1.0


def test_run_measures_time_and_the_memory_of_what_a_process_starts(bench: dict[str, Any]) -> None:
    grandchild = "import time; held = bytearray(80_000_000); time.sleep(0.5)"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}], check=True); print('done')"
    seconds, peak_mb, printed = bench["run"]([sys.executable, "-c", child])
    assert printed == "done\n"
    assert seconds >= 0.5
    assert 80 < peak_mb < 300


def test_a_failed_command_ends_the_benchmark_with_its_message(bench: dict[str, Any]) -> None:
    with pytest.raises(SystemExit, match=r"ended with 3:\n.*no kernel"):
        bench["run"]([sys.executable, "-c", "import sys; print('no kernel', file=sys.stderr); sys.exit(3)"])
