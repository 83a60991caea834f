"""The arithmetic of the benchmark of many reports, on numbers worked by hand; and one true measurement."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import psutil
import pytest


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_batch", Path(__file__).with_name("bench_batch.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_batch"] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


def test_a_way_is_told_by_the_report_with_its_spread(bench: ModuleType) -> None:
    way = bench.Way("ours", 40, [bench.Took(60.0, 80.0, 50.0), bench.Took(30.0, 60.0), bench.Took(120.0, 70.0)])
    found = way.summary()
    assert found["per_minute"] == {"min": 20.0, "median": 40.0, "max": 80.0}
    assert found["wall_s"] == {"min": 0.75, "median": 1.5, "max": 3.0}
    assert found["cpu_s"] == {"min": 1.5, "median": 1.75, "max": 2.0}


def test_ratios_are_of_one_round_and_of_one_report(bench: ModuleType) -> None:
    one = bench.Way("plain", 10, [bench.Took(100.0, 50.0), bench.Took(90.0, 40.0)])
    other = bench.Way("ours", 20, [bench.Took(40.0, 50.0), bench.Took(60.0, 20.0)])
    found = bench.ratios(one, other)
    assert found["wall"] == {"min": 3.0, "median": 4.0, "max": 5.0}
    assert found["cpu"] == {"min": 2.0, "median": 3.0, "max": 4.0}


def test_pairs_differ_and_begin_with_the_g20(bench: ModuleType) -> None:
    found = bench.pairs_of(18_528)
    assert len({frozenset(pair) for pair in found}) == 18_528
    assert found[:3] == [("ARG", "AUS"), ("ARG", "BRA"), ("AUS", "BRA")]
    assert len({code for pair in found[:171] for code in pair}) == 19
    with pytest.raises(SystemExit, match="18528 pairs"):
        bench.pairs_of(18_529)


def test_memory_is_compared_after_it_has_settled(bench: ModuleType) -> None:
    samples = [(10, 900.0), (55, 100.0), (60, 100.0), (100, 105.0), (185, 109.0), (199, 109.0), (200, 50.0)]
    assert bench.flatness(samples, 200) == {"settled_mb": 100, "end_mb": 109, "growth_percent": 9.0, "peak_mb": 900}
    with pytest.raises(SystemExit, match="too few"):
        bench.flatness(samples[:3], 200)


def test_pss_counts_what_a_process_and_its_child_hold(bench: ModuleType) -> None:
    child = "held = bytearray(40_000_000); print('held', flush=True); input()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    process = subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    assert 40 < bench.pss_mb(psutil.Process(process.pid)) < 120
    process.communicate("\n")
    assert bench.pss_mb(psutil.Process()) > 0
