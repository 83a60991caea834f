"""What the README and the changelog promise is there: commands, verbs, files, sections."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from tightrope.cli import main


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def targets(root: Path) -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (root / "Makefile").read_text(encoding="utf-8"), re.M))


@pytest.fixture(scope="module")
def verbs() -> dict[str, click.Command]:
    assert isinstance(main, click.Group)
    return dict(main.commands)


def commands(text: str, program: str) -> set[str]:
    """Give the verbs after ``program`` in code: fenced lines, and spans in backticks."""
    code = re.findall(r"^(?: {4}|\$ )?(.+)$", "\n".join(re.findall(r"^```.*?\n(.*?)^```", text, re.M | re.S)), re.M)
    code += re.findall(r"`([^`\n]+)`", text)
    return {m[1] for line in code if (m := re.match(rf"(?:\$ )?{program} ([a-z][a-z-]*)", line))}


def test_readme_opens_with_the_two_commands(readme: str) -> None:
    first = commands("\n".join(readme.splitlines()[:25]), "make")
    assert {"report", "test", "lab"} <= first


def test_every_make_command_of_the_readme_exists(readme: str, targets: set[str]) -> None:
    used = commands(readme, "make")
    assert used
    assert used - targets == set()


def test_the_readme_names_every_verb_and_no_other(readme: str, verbs: dict[str, click.Command]) -> None:
    assert commands(readme, "tightrope") == set(verbs)


def options(text: str, verbs: dict[str, click.Command]) -> list[tuple[str, str]]:
    """Give each (verb, option) that a document writes: in fenced lines and in spans that begin with the verb.

    A span that holds an option alone has the verb ``""``. What belongs to another program is not looked at.
    """
    fenced = "\n".join(re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S))
    prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    found = []
    for line in fenced.splitlines():
        for call in re.split(r"\s&\s|&&|;", line.split(" #")[0]):
            if m := re.search(r"(?:^|[\s/])tightrope ([a-z]+)(.*)", call):
                found += [(m[1], option) for option in re.findall(r"(?<!\S)(--?[a-z][\w-]*)", m[2])]
    for span in re.findall(r"`([^`\n]+)`", prose):
        words = span.removeprefix("tightrope ").split()
        verb = words[0] if words[0] in verbs else ""
        if verb or words[0].startswith("-"):
            found += [(verb, word) for word in words if re.fullmatch(r"--?[a-z][\w-]*", word)]
    return found


def known(verbs: dict[str, click.Command]) -> dict[str, set[str]]:
    """Give the options of each verb as ``--help`` prints them; under ``""`` those of all and of the command."""

    def printed(*words: str) -> set[str]:
        return set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", CliRunner().invoke(main, [*words, "--help"]).output))

    found = {name: printed(name) for name in verbs}
    return {**found, "": printed().union(*found.values())}


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_every_option_that_a_document_names_is_in_the_help_of_its_verb(
    name: str, root: Path, verbs: dict[str, click.Command]
) -> None:
    given, printed = options((root / name).read_text(encoding="utf-8"), verbs), known(verbs)
    assert len(given) > 20 or name != "README.md"
    assert [pair for pair in given if pair[1] not in printed.get(pair[0], set())] == []


def test_an_option_that_is_none_is_found(verbs: dict[str, click.Command]) -> None:
    text = "```sh\n$ tightrope render x --format html # --no\n```\nUse `verify --rerum`, `--stale` or `pip --x`.\n"
    given = options(text, verbs)
    assert given == [("render", "--format"), ("verify", "--rerum"), ("", "--stale")]
    printed = known(verbs)
    assert [pair for pair in given if pair[1] not in printed[pair[0]]] == given[:2]


def test_the_readme_tells_four_ways_of_use_in_their_order(readme: str) -> None:
    ways = re.findall(r"^\*\*(\d)\. ([^*]+)\.\*\*", readme.split("## Ways to use it")[1].split("\n## ")[0], re.M)
    assert ways == [
        ("1", "Interactively"), ("2", "One report"), ("3", "Many at once"), ("4", "An article of your own"),
    ]  # fmt: skip


def test_every_verb_and_option_has_help(verbs: dict[str, click.Command]) -> None:
    assert verbs
    assert [name for name, verb in verbs.items() if not verb.get_short_help_str()] == []
    without = [
        f"{name} {param.opts[0]}"
        for name, verb in verbs.items()
        for param in verb.params
        if isinstance(param, click.Option) and not param.help
    ]
    assert without == []


def test_every_link_of_the_readme_leads_to_a_kept_file(readme: str, root: Path, kept_files: list[Path]) -> None:
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", readme) if "://" not in link]
    assert links
    kept = {str(path) for path in kept_files}
    folders = {str(parent) for path in kept_files for parent in path.parents}
    assert [link for link in links if link.rstrip("/") not in kept | folders] == []


def test_changelog_keeps_methodology_apart_from_code_and_tells_this_version(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    assert list(sections) == ["Methodology", "Code"]
    for name, body in sections.items():
        assert f"### {version}" in body, f"{name} says nothing of {version}"


def test_citation_names_the_version_of_the_package(root: Path) -> None:
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (citation["version"], citation["license"]) == (project["version"], project["license"])
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= citation.keys()
