"""What is asked ahead is the same for every report, is not asked again, and leaves nothing else behind."""

from __future__ import annotations

import threading

from tightrope.evidence import Evidence, states, store
from tightrope.evidence import inputs as stored_inputs
from tightrope.language import spoken
from tightrope.measures import inputs
from tightrope.measures.measure import REGISTRY
from tightrope.narrative.rehearse import rehearse


def test_what_is_rehearsed_is_not_asked_again() -> None:
    caches = (states._index, stored_inputs._hash_about, inputs._tables, store.versions)
    for each in caches:
        each.cache_clear()
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
