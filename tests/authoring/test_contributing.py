"""CONTRIBUTING's worked examples: each is run as it stands."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from tests.authoring.shared import ROOT, Run, blocks

from tightrope.charts.contract import Texts
from tightrope.evidence import Evidence
from tightrope.evidence.check import run_check
from tightrope.ingest import __main__ as ingest
from tightrope.ingest import recipe, works
from tightrope.language import read_catalogue
from tightrope.measures import REGISTRY


@pytest.fixture(scope="module")
def text() -> str:
    return (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.fixture
def examples(text: str, tmp_path: Path) -> Iterator[dict[str, ModuleType]]:
    """The Python files of the text, loaded; what they registered is taken out again."""
    measures, recipes = dict(REGISTRY), dict(recipe.RECIPES)
    modules = {}
    for source in blocks(text, "python"):
        where = source.split("\n", 1)[0].removeprefix("# ")
        path = tmp_path / Path(where).name
        path.write_text(source, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(f"example_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        modules[where] = module
    yield modules
    for name in set(REGISTRY) - set(measures):
        del REGISTRY[name]
    for name in set(recipe.RECIPES) - set(recipes):
        del recipe.RECIPES[name]


def test_every_room_of_the_house_is_in_the_picture(text: str) -> None:
    rooms = {p.name for p in (ROOT / "scripts" / "tightrope").iterdir() if (p / "__init__.py").is_file()}
    named = set(re.findall(r"`([a-z]+)/`", text))
    assert rooms - named == set()


def test_the_measure_answers_and_is_listed(examples: dict[str, ModuleType], text: str, run: Run) -> None:
    # Turkey's neighbours by land: Armenia, Azerbaijan (Nakhchivan), Bulgaria, Georgia, Greece, Iran, Iraq and Syria.
    found = REGISTRY["land_neighbours"].function(Evidence(ROOT, as_of="2019-07-20"), state="TUR")
    assert found.only() == 8
    assert len(found.rows["land_borders"]) == 8
    island = REGISTRY["land_neighbours"].function(Evidence(ROOT, as_of="2019-07-20"), state="ISL")
    assert island.only() is None
    [transcript] = blocks(text, "console")
    command, said = transcript.removeprefix("$ ").split("\n", 1)
    assert run(*command.split()[1:]).output == said


def test_the_chart_draws_and_says_what_it_shows(examples: dict[str, ModuleType]) -> None:
    frame = pd.DataFrame({"name": ["Turkey", "Russia"], "value": [2.0, None]})
    texts = Texts(
        title="Turkey has two dots",
        subtitle="Units, 2019",
        source="Source: a test.",
        alt="Dot chart of 2 rows.",
        unit="units",
        name="dots",
    )
    chart = examples["scripts/tightrope/charts/dots.py"].dots(frame, texts)
    data, metadata = chart._repr_mimebundle_()
    assert "Turkey" in data["image/svg+xml"]
    assert "Russia" in data["image/svg+xml"]
    assert metadata["image/svg+xml"]["alt"] == "Dot chart of 2 rows."


def test_the_source_becomes_a_table_that_holds(
    examples: dict[str, ModuleType], text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor, work = blocks(text, "toml")
    cited = tmp_path / "works.toml"
    cited.write_text(works.FILE.read_text(encoding="utf-8") + work, encoding="utf-8")
    monkeypatch.setattr(works, "FILE", cited)
    works.read_works.cache_clear()
    folder = tmp_path / "descriptors"
    folder.mkdir()
    (folder / "diplomacy_moon.toml").write_text(descriptor, encoding="utf-8")
    states = (recipe.DESCRIPTORS / "states.toml").read_text(encoding="utf-8")
    (folder / "states.toml").write_text(states, encoding="utf-8")
    monkeypatch.setattr(recipe, "DESCRIPTORS", folder)
    raw = tmp_path / "sources" / "politics"
    raw.mkdir(parents=True)
    (raw / "moon_treaty.csv").write_text("state,since\nNLD,1983-02-17\nCHL,1981-11-12\n", encoding="utf-8")
    ingest.make(tmp_path / "sources", tmp_path / "data", ("moon_treaty",))
    made = (tmp_path / "data" / "evidence" / "diplomacy" / "moon_treaty.csv").read_text(encoding="utf-8")
    assert made.splitlines()[1:] == ["CHL,1981-11-12", "NLD,1983-02-17"]
    assert tomllib.loads(descriptor)["tables"]["moon_treaty"]["fields"][0]["name"] == "iso3"
    works.read_works.cache_clear()
    found = run_check(tmp_path, ["moon_treaty"])
    assert [str(f) for f in found.faults if "states" not in str(f)] == []


def test_the_catalogue_speaks(text: str, tmp_path: Path) -> None:
    [catalogue] = blocks(text, "po")
    path = tmp_path / "tr.po"
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
    path.write_text(head + catalogue, encoding="utf-8")
    said = read_catalogue(path, "tr")
    assert said.gettext("The verdicts") == "Hükümler"
    assert said.ngettext("{n} claim", "{n} claims", 3).format(n=3) == "3 iddia"
    known = (ROOT / "scripts/tightrope/locale/ru/LC_MESSAGES/tightrope.po").read_text(encoding="utf-8")
    for message in re.findall(r'^msgid "(.+)"$', catalogue, re.M)[:2]:
        assert message in known
