"""The catalogues are whole, and three editions say the same: equal numbers, equal verdicts, no English left."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from tests.narrative.editions import CYRILLIC, HANGUL, english_prose, left_in_english, prose

from tightrope.claims import VerdictWord
from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import Evidence
from tightrope.language import LANGUAGES, catalogue, nt, pt, speaking, spoken, t, use_language, written
from tightrope.measures import MissingKind
from tightrope.measures.trade_products import SITC
from tightrope.measures.uniqueness_predicates import PREDICATES
from tightrope.narrative import landmarks, method, predicates, products, words
from tightrope.narrative.names import local_list, local_name
from tightrope.narrative.report import open_report
from tightrope.narrative.trace import current, plain, standing_on, start
from tightrope.narrative.wording import DOMAIN, evidence_words
from tightrope.profile import Drawing, closing, diplomacy, open_profile, parts, people, security, trade
from tightrope.profile.glance import glance

ROOT = Path(__file__).parents[2]
SECTIONS = (trade.trade, diplomacy.votes, diplomacy.relations, security.security, people.people, people.opinion)


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "scripts" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = _tool()
EVIDENCE_WORDS = set(evidence_words(ROOT))
FILES = [pytest.param(*one, id=f"{one[0].parent.name}-{one[0].name}-{one[1]}") for one in tool.catalogues(ROOT)]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_language("en")


def texts(message: Message) -> list[tuple[str, str]]:
    """Pair every translated form with the English form that it stands for."""
    said = [message.string] if isinstance(message.string, str) else list(message.string or ())
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    return [(ids[min(i, len(ids) - 1)], text) for i, text in enumerate(said)]


# ---------------------------------------------------------------- the catalogues


@pytest.mark.parametrize(("path", "language", "wanted"), FILES)
def test_no_message_is_missing_unused_or_unsure(path: Path, language: str, wanted: Any) -> None:
    with path.open("rb") as file:
        held = read_po(file, locale=language)
    keys = {(m.id, m.context) for m in wanted if m.id}
    assert {(m.id, m.context) for m in held if m.id} == keys
    assert tool.waiting(held) == []
    assert [m.id for m in held if m.fuzzy and m.id] == []
    assert list(held.obsolete) == []
    assert path.read_bytes() == tool.text_of(tool.merged(held, wanted, language)), "run `make messages`"


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# The words of the evidence are held to their numbers in test_wording, by value.
@pytest.mark.parametrize(
    ("path", "language", "wanted"), [one for one in FILES if Path(str(one.values[0])).stem != DOMAIN]
)
def test_fields_numbers_and_markup_are_those_of_the_english(path: Path, language: str, wanted: Any) -> None:
    wrong = []
    for message in (m for m in tool.read(path, language) if m.id):
        for english, text in texts(message):
            every = english if isinstance(message.id, str) else " ".join(message.id)
            if fields(text) - fields(every) or fields(english) - fields(text):
                wrong.append(("fields", english, text))
            if numbers(english) != numbers(text) and not numbers(text) - numbers(english) <= MONTHS:
                wrong.append(("numbers", english, text))
            if numbers(english) - numbers(text):
                wrong.append(("numbers", english, text))
            if english.count("*") != text.count("*") or english.count("`") != text.count("`"):
                wrong.append(("markup", english, text))
            if text != text.strip() or ".." in text or "  " in text:
                wrong.append(("spacing", english, text))
    assert wrong == []


# A month that English writes as a word is a number in Korean.
MONTHS = Counter({str(month): 9 for month in range(1, 13)})


def numbers(text: str) -> Counter[str]:
    """Count the numbers of a text, thousands unparted; the n of {Y-1} and of C28 is no number."""
    bare = re.sub(r"\{[^}]*\}|C\d\d|(?<=\d)[,\u00a0](?=\d{3})", "", text)
    return Counter(re.findall(r"(?<![A-Za-z\d-])\d+(?:[./]\d+)*", bare))


@pytest.mark.parametrize("room", ["charts", "narrative", "profile", "balance", "atlas", "verify", "diff"])
def test_every_call_is_collected_even_within_a_formatted_string(room: str) -> None:
    """The collector does not look into f-strings: a message there would never be translated."""
    held = {(m.id if isinstance(m.id, str) else m.id[0], m.context) for m in tool.program_messages(ROOT)}
    lost: list[tuple[str, int, object]] = []
    for path in (ROOT / "scripts" / "tightrope" / room).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            name, first = node.func.id, node.args[0]
            if name in ("t", "nt", "N_", "nN_", "pt") and isinstance(first, ast.JoinedStr):
                lost.append((path.name, node.lineno, "a formatted string is no message"))
            if name in ("t", "nt", "N_", "nN_") and isinstance(first, ast.Constant) and (first.value, None) not in held:
                lost.append((path.name, node.lineno, first.value))
            second = node.args[1] if name == "pt" else None
            if isinstance(first, ast.Constant) and isinstance(second, ast.Constant):
                if (second.value, first.value) in held:
                    continue
                lost.append((path.name, node.lineno, second.value))
    assert lost == []


def test_words_that_are_chosen_by_name_are_all_held() -> None:
    said = [str(word) for word in VerdictWord]
    said += [*words.CLAIM_KINDS, *words.READING_CLASSES, *landmarks.HEADINGS, *predicates.TITLES.values()]
    said += products.PRODUCTS
    said += [parts.KINDS[kind] for kind in MissingKind]
    for language in ("ko", "ru"):
        known = catalogue(language)
        assert [text for text in said if known.gettext(text) == text] == []


def test_passages_and_sections_are_named_in_every_language() -> None:
    """What numbers stand on is named by the function that says them."""
    import tightrope.narrative as room

    decorated = set()
    for path in Path(room.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                names = {d.id for d in node.decorator_list if isinstance(d, ast.Name)}
                if names & {"grounded", "captioned"}:
                    decorated.add(node.name.replace("_", " "))
    assert decorated <= set(method.PASSAGES)
    assert {section.__name__ for section in SECTIONS} <= set(closing.SECTIONS)


def test_products_and_signs_are_called_as_the_tables_call_them() -> None:
    evidence = Evidence(ROOT, as_of="2021-03-25")
    assert set(products.PRODUCTS) == {*evidence.select("hs_chapters")["name"], *SITC.values()}
    assert set(predicates.TITLES) == set(PREDICATES)
    powers = {"a": "A", "b": "B", "year": "2014"}
    for name, one in PREDICATES.items():
        assert predicates.say_title(name, **powers) == one.title.format(**powers)


def test_what_was_asked_is_known_word_for_word() -> None:
    source = inspect.getsource(importlib.import_module("tightrope.measures.uniqueness_predicates"))
    assert source.count("asked = f") == 8, "a new wording needs a message in narrative/predicates.py"
    english = (
        "UN votes like USA's, 2015–2019, an abstention counted half, at or above the median of all UN members, "
        "33.4 per cent"
    )
    assert predicates.say_asked(english) == english
    with speaking("ru"):
        assert "33,4" in predicates.say_asked(english)
        assert "USA" in predicates.say_asked(english)
    assert predicates.say_asked("something new") == "something new"


# ---------------------------------------------------------------- one language at a time


def test_a_language_lasts_until_the_next_report() -> None:
    with speaking("ko"):
        assert (spoken(), t("Trade")) == ("ko", "무역")
        with speaking("ru"):
            assert t("Trade") == "Торговля"
        assert spoken() == "ko"
    assert t("Trade") == "Trade"
    with pytest.raises(UnknownName, match="kr"):
        use_language("kr")
    assert spoken() == "en"


def test_each_report_sets_its_own_language_and_errors_stay_english() -> None:
    open_profile("KOR", "RUS", "2024-12-31", "ko", root=ROOT)
    assert spoken() == "ko"
    with pytest.raises(BadParameter, match="a profile is of two states"):
        open_profile("KOR", "KOR", "2024-12-31", "ru", root=ROOT)
    open_profile("KOR", "RUS", "2024-12-31", root=ROOT)
    assert spoken() == "en"


def test_an_article_without_a_catalogue_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name in ("evidence", "datapackage.json"):
        (tmp_path / "data" / name).symlink_to(ROOT / "data" / name)
    named = Path("data") / "articles" / "turkey-2019"
    shutil.copytree(ROOT / named, tmp_path / named, ignore=shutil.ignore_patterns("ko.po"))
    with pytest.raises(BadParameter, match="'turkey-2019' is not translated into 'ko'"):
        open_report("turkey-2019", "2019-07-20", "ko", root=tmp_path)
    shutil.rmtree(tmp_path / named / "locale")
    with pytest.raises(BadParameter, match="is not translated into 'ru'"):
        open_report("turkey-2019", "2019-07-20", "ru", root=tmp_path)


def test_every_article_here_is_in_every_language() -> None:
    """A language that the notebook offers must not be refused for an article of our own."""
    articles = {path.parent for path in (ROOT / "data" / "articles").glob("*/article.toml")}
    assert len(articles) >= 2
    held = {path for path, _, _ in tool.catalogues(ROOT)}
    assert {folder / "locale" / f"{language}.po" for folder in articles for language in LANGUAGES[1:]} <= held


# ---------------------------------------------------------------- numbers, dates, names


@pytest.mark.parametrize(
    ("musd", "english", "korean", "russian"),
    [
        (17592.4, "$17.6 bn", "176억 달러", "17,6\u00a0млрд долларов"),
        (1_234_560.0, "$1.2 tn", "1.2조 달러", "1,2\u00a0трлн долларов"),
        (420.4, "$420 m", "4.2억 달러", "420\u00a0млн долларов"),
        (42.3, "$42 m", "4,200만 달러", "42\u00a0млн долларов"),
        (0.72, "$0.7 m", "70만 달러", "0,7\u00a0млн долларов"),
        (-3782.0, "−$3.8 bn", "−38억 달러", "−3,8\u00a0млрд долларов"),
        (0.0034, "$3,400", "3,400달러", "3\u00a0400\u00a0долл. США"),
    ],
)
def test_money_is_counted_as_each_language_counts(musd: float, english: str, korean: str, russian: str) -> None:
    found = []
    for language in LANGUAGES:
        with speaking(language):
            found.append(parts.say_musd(musd))
    assert found == [english, korean, russian]


def test_numbers_dates_and_places() -> None:
    with speaking("ru"):
        assert words.say_number(1234567.5, 1) == "1\u00a0234\u00a0567,5"
        assert words.say_percent(2.35) == "2,4\u00a0%"
        assert words.say_date("2021-03-25") == "25 марта 2021 года"
        assert words.say_date("2004-09") == "сентябрь 2004 года"
        assert words.say_ordinal(12) == "12-е"
        assert [nt("{n} state", "{n} states", n) for n in (1, 2, 5, 21)] == [
            "1 государство", "2 государства", "5 государств", "21 государство",
        ]  # fmt: skip
        assert words.say_value(1.5, "tonnes") == "1,5 тонны"
        assert pt("vote", "yes") == "за"
    with speaking("ko"):
        assert words.say_date("2021-03-25") == "2021년 3월 25일"
        assert words.say_date("2004-09") == "2004년 9월"
        assert words.say_ordinal(1234) == "1,234위"
        assert written("1,234.5") == "1,234.5"
    assert written("1,234.5") == "1,234.5"


def test_states_are_called_by_their_own_names() -> None:
    evidence = Evidence(ROOT, as_of="2024-12-31")
    with speaking("ko"):
        assert [local_name(evidence, s) for s in ("KOR", "USA", "SUN")] == ["대한민국", "미국", "소련"]
        assert local_list(evidence, "Brunei, Chile and Palau") == ["브루나이", "칠레", "팔라우"]
    with speaking("ru"):
        assert local_name(evidence, "KOR") == "Республика Корея"
        assert local_list(evidence, "United States and Türkiye") == ["США", "Турция"]


# ---------------------------------------------------------------- three editions


def edition(language: str, a: str, b: str, day: str = "2024-12-31") -> tuple[Counter[Any], list[str]]:
    """Give the values that a pair's page says, and its texts."""
    profile = open_profile(a, b, day, language, root=ROOT)
    first = glance(profile)
    shown: list[str | None] = [first.finding._repr_html_(), first.table._repr_html_()]
    for section in SECTIONS:
        for part in section(profile):
            if isinstance(part, Drawing):
                shown += [part.words["title"], part.words["subtitle"], part.words["alt"]]
            else:
                shown.append(part._repr_markdown_() if hasattr(part, "_repr_markdown_") else part._repr_html_())
    shown.append(closing.method(profile)._repr_markdown_())
    faults = closing.known_faults(profile)._repr_html_()
    shown += [faults, closing.sources(profile)._repr_html_()]
    ledger = current()
    assert ledger is not None
    values = Counter((s.ground.name, repr(s.value)) for s in ledger.said if not isinstance(s.value, str))
    values["faults that name either state"] = str(faults).count("<li>")
    if language != "en":
        assert [found for text in shown for found in left_in_english(text, EVIDENCE_WORDS)] == []
    return values, [prose(text) for text in shown]


@pytest.mark.parametrize(("a", "b", "day"), [("KOR", "RUS", "2024-12-31"), ("USA", "VUT", "2019-06-30")])
def test_the_three_editions_of_a_pair_state_equal_numbers(a: str, b: str, day: str) -> None:
    english, _ = edition("en", a, b, day)
    assert len(english) > 40
    for language, letters in (("ko", HANGUL), ("ru", CYRILLIC)):
        values, shown = edition(language, a, b, day)
        assert values == english
        assert [text for text in shown if not re.search(letters, text)] == []
        assert [found for text in shown for found in english_prose(text)] == []


def test_marks_pass_through_a_translation() -> None:
    start(Evidence(ROOT, as_of="2021-03-25"))
    with speaking("ru"), standing_on("here", {"states": [0]}):
        text = t("{nth} of {of}", nth=words.say_ordinal(12), of=words.say_number(13694))
    ledger = current()
    assert ledger is not None
    assert plain(text) == "12-е из 13\u00a0694"
    assert [s.value for s in ledger.said] == [12, 13694]
