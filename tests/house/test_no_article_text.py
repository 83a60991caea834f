"""The project holds the article's claims in its own words, and no sentence of the article.

The article is not in the repository, so it cannot be compared with directly. Instead ``article_shingles.txt`` holds
a hash of every run of eight words in it: enough to recognise a copied sentence anywhere, not enough to read one back.
The author line and the title are facts about the article, and are left out.

To make the list for the article anew: ``python tests/house/test_no_article_text.py ARTICLE.txt``
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

WORDS_IN_A_RUN = 8
HEAD_LINES = 2
LIST = Path(__file__).with_name("article_shingles.txt")


def shingles(text: str) -> dict[str, str]:
    """Give hash -> words for every run of eight words; case, punctuation and line breaks do not count."""
    # A stored notebook or a wrapped string breaks lines inside quotes; its escapes must not become words.
    words = re.findall(r"\w+", text.replace("\\n", " ").casefold())
    runs = (" ".join(words[i : i + WORDS_IN_A_RUN]) for i in range(len(words) - WORDS_IN_A_RUN + 1))
    return {hashlib.sha256(run.encode()).hexdigest()[:16]: run for run in runs}


def test_no_file_holds_a_sentence_of_the_article(kept_texts: dict[Path, str]) -> None:
    article = set(LIST.read_text(encoding="ascii").split())
    copied = {}
    for path, text in kept_texts.items():
        if path.name in {LIST.name, "requirements.lock"}:
            continue
        found = shingles(text)
        if same := article & found.keys():
            copied[str(path)] = found[min(same)]
    assert copied == {}


def test_the_list_is_there() -> None:
    listed = LIST.read_text(encoding="ascii").split()
    assert len(listed) > 300
    assert all(re.fullmatch(r"[0-9a-f]{16}", entry) for entry in listed)


def test_a_copied_run_is_seen_through_case_punctuation_and_line_breaks() -> None:
    own = "A tightrope walker looks ahead, never down, and keeps the pole level."
    copied = 'text = "…a TIGHTROPE walker\\n"\n"looks ahead never down and keeps going"'
    # Words 1-8 are the same up to 'and'; words 2-9 too ('keeps'); the third run differs ('the' against 'going').
    in_common = shingles(own).keys() & shingles(copied.replace('"', " ")).keys()
    assert len(in_common) == 2


def test_the_same_facts_in_other_words_are_not_a_copy() -> None:
    own = "A tightrope walker looks ahead, never down, and keeps the pole level."
    told = "Walkers on a tightrope look ahead and not down; the pole stays level."
    assert not shingles(own).keys() & shingles(told).keys()


if __name__ == "__main__":
    body = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()[HEAD_LINES:]
    LIST.write_text("\n".join(sorted(shingles("\n".join(body)))) + "\n", encoding="ascii")
