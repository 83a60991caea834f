"""Ask once what every report asks first, whatever its states: for a process that will be forked."""

from __future__ import annotations

from tightrope.evidence import Evidence, store
from tightrope.evidence.package import find_root, load_package
from tightrope.evidence.states import resolve
from tightrope.evidence.stored import are_kept
from tightrope.language import LANGUAGES, speaking
from tightrope.measures.inputs import hash_tables_ahead
from tightrope.narrative.words import say_date


def rehearse() -> None:
    """Index the names of states, hash what the descriptor says, and read how each language writes a date.

    It comes after `tightrope.evidence.stored.preload`, which sees to it that tables are kept.
    """
    root = find_root()
    last = load_package(root).collected
    if are_kept(root):  # else to decode them would start a thread, which a fork would lack
        resolve(Evidence(root, as_of=last), "USA")
    store.versions()  # but not store.code(): a module that is written later must count
    hash_tables_ahead(root)
    for language in LANGUAGES:
        with speaking(language):
            say_date(last)
