"""Pairs drawn once and for all pass every section without an exception; ``make test-all-pairs`` takes all of them."""

from __future__ import annotations

import os
import random

import pytest
from tests.profile.whole import AS_OF, ROOT, every_pair, pages, texts

from tightrope.profile import open_profile

N_PAIRS, N_PARTS = 1000, 6
WANTED = os.environ.get("TIGHTROPE_PAIRS", str(N_PAIRS))


def drawn() -> list[tuple[str, str]]:
    pairs = every_pair()
    return pairs if WANTED == "all" else random.Random(5).sample(pairs, int(WANTED))


def test_there_are_18528_pairs_of_members() -> None:
    assert len(every_pair()) == 193 * 192 // 2 == 18_528


@pytest.mark.timeout(0 if WANTED == "all" else 900)
@pytest.mark.parametrize("part", range(N_PARTS))
def test_pairs_pass_every_section(part: int) -> None:
    failed = []
    for one, other in drawn()[part::N_PARTS]:
        try:
            profile = open_profile(one, other, AS_OF, root=ROOT)
            first, sections = pages(profile)
            assert len(repr(first.finding).split()) <= 60
            for text in texts(first, sections):
                assert text.strip()
                assert "nan" not in text.split()
        except Exception as error:
            failed.append(f"{one}-{other}: {type(error).__name__}: {error}")
    assert failed == []
