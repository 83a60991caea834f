"""What each measure says it takes is what it takes."""

from __future__ import annotations

import json

import pytest
from tests.authoring.shared import ROOT, Run

from tightrope.authoring.codebook import CODEBOOK, codebook
from tightrope.authoring.command import newest
from tightrope.authoring.offer import coverage, example_of, offer
from tightrope.errors import UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import REGISTRY


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return newest(ROOT)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_measure_has_an_example_with_an_answer(evidence: Evidence, name: str) -> None:
    spec = REGISTRY[name]
    example = example_of(spec)
    assert example is not None, "give @measure(example=…) arguments that have an answer"
    found = spec.function(evidence, **example)
    assert found.missing is None
    assert len(found.frame) > 0
    assert set(found.rows) <= set(spec.tables)
    assert found.rows


def test_values_and_states_are_told_apart(evidence: Evidence) -> None:
    arguments = {a.name: a for a in offer(evidence, "alliance").arguments}
    assert (arguments["state_a"].type, arguments["state_a"].is_required) == ("state", True)
    assert (arguments["source"].allowed, arguments["source"].default) == (("atop", "cow"), "atop")
    assert arguments["years"].type == "year or list of years"
    for value in arguments["source"].allowed or ():
        assert not REGISTRY["alliance"].function(evidence, state_a="TUR", state_b="USA", source=value).frame.empty
    with pytest.raises(UnknownName, match="cow"):
        REGISTRY["alliance"].function(evidence, state_a="TUR", state_b="USA", source="cows")


def test_coverage_is_that_of_the_tables(evidence: Evidence) -> None:
    # SIPRI's copy runs from 2000 to 2023; distances has no dates and does not count.
    assert coverage(evidence, REGISTRY["arms_share"]) == ("2000", "2023")
    assert coverage(evidence, REGISTRY["distance"]) is None


def test_the_list_names_every_measure_once(run: Run) -> None:
    lines = run("measures").output.splitlines()
    assert [line.split()[0] for line in lines[1:]] == sorted(REGISTRY)


def test_json_gives_the_same_as_an_object(run: Run) -> None:
    [found] = json.loads(run("measures", "arms_share", "--json").output)
    assert (found["unit"], found["coverage"]) == ("percent", ["2000", "2023"])
    assert found["example"]["recipient"] == "TUR"


def test_an_unknown_measure_names_the_nearest(run: Run) -> None:
    done = run("measures", "arm_share")
    assert done.exit_code == 2
    assert "arms_share" in done.output


def test_the_codebook_is_in_step() -> None:
    assert (ROOT / CODEBOOK).read_text(encoding="utf-8") == codebook(ROOT), "run make codebook"
