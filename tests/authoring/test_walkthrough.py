"""The README's walk through a new article, command by command, in a folder of its own."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from pathlib import Path

from tests.authoring.shared import ROOT, Run, blocks

from tightrope.claims import judge_article, load_article
from tightrope.evidence import Evidence


def commands(block: str) -> list[tuple[str, str]]:
    """Give each command of a transcript with what it is said to print."""
    parts = re.split(r"^\$ ", block, flags=re.M)[1:]
    return [(part.split("\n", 1)[0], part.split("\n", 1)[1]) for part in parts]


def holds(said: str, seen: str) -> bool:
    """Compare an output, a line of … standing for any lines."""
    pattern = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in said.splitlines())
    return re.fullmatch(pattern, seen) is not None


def fill_in(path: Path, record: str) -> None:
    """Put a record in place of the candidate of the same id, with the candidate's hashes."""
    name = re.search(r'^id = "(C\d+)"$', record, re.M)
    assert name is not None
    old = re.search(
        rf'^\[\[claims\]\]\nid = "{name[1]}"\n.*?(?=^\[\[claims\]\]|\Z)', path.read_text(encoding="utf-8"), re.M | re.S
    )
    assert old is not None
    hashes = re.search(r"^hashes = .*\n", old[0], re.M)
    assert hashes is not None
    filled = record.replace('kind = "', f'{hashes[0]}kind = "', 1)
    path.write_text(path.read_text(encoding="utf-8").replace(old[0], filled + "\n"), encoding="utf-8")


def test_the_walk_through_is_true(root: Path, run: Run) -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## Your own article")[1].split("\n## ")[0]
    [record] = blocks(section, "toml")
    transcripts = blocks(section, "console")
    n = 0
    for i, block in enumerate(transcripts):
        if i == len(transcripts) - 1:
            fill_in(root / "data" / "articles" / "my-article" / "claims.toml", record)
        for command, said in commands(block):
            words = shlex.split(command)
            assert words[0] == "tightrope"
            done = run(*words[1:])
            assert done.exit_code == 0, done.output
            assert holds(said, done.output), f"{command}\n{done.output}"
            n += 1
    assert n == 5


def test_an_output_that_differs_is_seen() -> None:
    assert holds("a\n…\nd\n", "a\nb\nc\nd\n")
    assert not holds("a\n…\nd\n", "a\nb\nc\n")
    assert not holds("a\n", "a\nb\n")


def test_the_second_articles_verdicts_are_those_the_readme_tells() -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## Your own article")[1]
    folder = load_article(ROOT, "turkey-2019")
    verdicts = judge_article(Evidence(ROOT, as_of=folder.article.date), folder)
    counts = Counter(str(v.word) for v in verdicts)
    told = section.split("The finished example is `turkey-2019`: ")[1].split(".")[0]
    said = {
        word: int(n)
        for n, word in re.findall(
            r"(\d+) (?:are )?(supported|fragile|contested|contradicted|untested|not\scheckable)", told
        )
    }
    assert {re.sub(r"\s", " ", word): n for word, n in said.items()} == counts
    assert f"{len(verdicts)} claims" in told
