"""The bodies that the sanctions table names are said in every language."""

from __future__ import annotations

from pathlib import Path

from tightrope.evidence import Evidence
from tightrope.language import catalogue
from tightrope.profile.security import BODIES, GSDB

ROOT = Path(__file__).parents[2]


def test_every_body_of_the_sanctions_table_has_a_name_in_every_language() -> None:
    cases = Evidence(ROOT, as_of="2024-12-31").select(GSDB, ["sender", "iso3_sender"])
    assert set(cases.loc[cases["iso3_sender"].isna(), "sender"]) == set(BODIES)
    said = {body: (catalogue("ru").gettext(body), catalogue("ko").gettext(body)) for body in BODIES}
    assert said["EU"] == ("ЕС", "EU")
    assert said["League of Arab States"] == ("Лига арабских государств", "아랍연맹")
    assert [body for body, names in said.items() if body in names and len(body) > 2] == []
