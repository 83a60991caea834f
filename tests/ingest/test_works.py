"""Citations in the descriptors: every table names its works, and a work is the same wherever it is named."""

from __future__ import annotations

from typing import Any

import pytest

from tightrope.errors import UnknownName
from tightrope.evidence import find_root, load_package
from tightrope.evidence.cite import initials, say_work, works_behind
from tightrope.ingest.recipe import read_descriptors
from tightrope.ingest.works import PAGES, read_works, works_of

# Those of the CSL 1.0.2 schema that works.toml uses.
TYPES = {"article-journal", "book", "dataset", "entry-encyclopedia", "legislation", "report", "software"}
KEYS = {
    "id", "type", "title", "author", "container-title", "number", "volume", "issue", "page", "version", "issued",
    "note", "DOI", "URL", "accessed",
}  # fmt: skip


def all_works() -> list[tuple[str, dict[str, Any]]]:
    return [(name, work) for name, entry in read_descriptors().items() for work in works_of(name, entry)]


def test_every_table_of_the_package_carries_the_works_of_its_descriptor() -> None:
    entries = read_descriptors()
    for resource in load_package(find_root()).resources:
        assert resource.details.cite == works_of(resource.name, entries[resource.name]), resource.name
        assert resource.details.cite, resource.name


def test_a_work_is_the_same_wherever_it_is_named() -> None:
    seen: dict[str, dict[str, Any]] = {}
    for table, work in all_works():
        assert seen.setdefault(work["id"], work) == work, f"{table}: {work['id']}"
    assert set(read_works()) <= set(seen), "a work that no table cites"


def test_items_are_csl() -> None:
    for table, work in all_works():
        assert set(work) <= KEYS, table
        assert work["type"] in TYPES, table
        assert {"id", "type", "title", "author"} <= set(work)
        for author in work["author"]:
            assert set(author) in ({"family", "given"}, {"literal"}), table
        for key in ("issued", "accessed"):
            (parts,) = work.get(key, {"date-parts": [[2000]]})["date-parts"]
            assert 1 <= len(parts) <= 3
            assert all(isinstance(part, int) for part in parts)


def test_only_lists_of_our_own_name_no_work() -> None:
    own = {name for name, entry in read_descriptors().items() if entry["cites"] == PAGES}
    for name, entry in read_descriptors().items():
        columns = {f["name"] for f in entry["fields"]}
        assert (name in own) == ("source_title" in columns), name


def test_a_misspelt_work_is_named_with_its_neighbours() -> None:
    with pytest.raises(UnknownName, match="imf-dots"):
        works_of("trade_imf", {**read_descriptors()["trade_imf"], "cites": ["imf-dotz"]})


def test_a_work_in_words() -> None:
    work = {
        "id": "a", "type": "article-journal", "title": "On trade", "container-title": "A Journal", "volume": "26",
        "issue": "5", "page": "471-491", "issued": {"date-parts": [[2009, 3]]}, "version": "4.0",
        "author": [{"family": "Voeten", "given": "Erik"}, {"family": "Long", "given": "A. G."}, {"literal": "A body"}],
        "note": "copy of commit abc", "DOI": "10.1000/x", "URL": "https://x.org",
        "accessed": {"date-parts": [[2026, 11, 24]]},
    }  # fmt: skip
    assert say_work(work) == (
        "Voeten, E., Long, A. G. and A body (2009). On trade. A Journal 26(5): 471-491. Version: 4.0; copy of "
        "commit abc. doi:10.1000/x, accessed 24 November 2026."
    )
    assert say_work({"id": "b", "title": "A list", "note": "ours", "author": [{"literal": "B"}]}) == (
        "B (no date). A list. Ours."
    )
    several = [{"family": "Schvitz", "given": "G."}, {"literal": "others"}]
    assert say_work({"id": "c", "title": "Maps", "author": several}) == "Schvitz, G. et al. (no date). Maps."
    assert initials("Jean Paul") == "J. P."


class Source:
    def __init__(self, *names: str) -> None:
        self.works = tuple({"id": name, "title": name} for name in names)


def test_works_come_once_each_in_the_order_of_use() -> None:
    found = works_behind([Source("b", "a"), Source("c"), Source("a", "d")])
    assert [work["id"] for work in found] == ["b", "a", "c", "d"]
