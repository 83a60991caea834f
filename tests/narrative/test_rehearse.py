"""What is asked ahead is the same for every report, is not asked again, and leaves nothing else behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tightrope.evidence import Evidence, states, store, stored
from tightrope.evidence import inputs as stored_inputs
from tightrope.language import spoken
from tightrope.measures import inputs
from tightrope.measures.measure import REGISTRY
from tightrope.narrative.rehearse import rehearse


def test_what_is_rehearsed_is_not_asked_again() -> None:
    caches = (states._index, stored_inputs._hash_about, inputs._tables, store.versions)
    for each in caches:
        each.cache_clear()
    stored.preload()
    language, threads = spoken(), threading.active_count()
    rehearse()
    assert (spoken(), threading.active_count()) == (language, threads)
    asked = [each.cache_info().misses for each in caches]
    assert all(asked)
    evidence = Evidence(as_of="2020-06-30")
    assert states.resolve(evidence, "South Korea") == "KOR"
    for spec in REGISTRY.values():
        inputs._tables(evidence.root, spec.tables, inputs._state(evidence.root))
    store.versions()
    assert [each.cache_info().misses for each in caches] == asked


@pytest.mark.parametrize("kept", ["off", "empty"])
def test_it_starts_no_thread_whatever_is_kept(kept: str, tmp_path: Path) -> None:
    """A thread would retire the server of warm kernels, and the first report with it."""
    script = """
import os
from tightrope.narrative.rehearse import rehearse
rehearse()
print(len(os.listdir("/proc/self/task")))
"""
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
    environment = {**os.environ, **single, "TIGHTROPE_CACHE": "off" if kept == "off" else str(tmp_path)}
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "1", run.stderr
