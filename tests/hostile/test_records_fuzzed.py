"""Records are untrusted: whatever is done to a file, it loads or names its fault, within limits of time and size."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tightrope.batch.jobs import expand
from tightrope.batch.order import OrderFile
from tightrope.claims import load_article
from tightrope.claims.validate import validate_claims
from tightrope.errors import TightropeError
from tightrope.evidence import Evidence, find_root
from tightrope.evidence.states import resolve
from tightrope.publish.parameters import Parameter, declared, read_assignments, validate

QUICK = settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
ARTICLE = "korea-russia-2021"
NASTY = [
    "\x00", "\ufeff", "\u202e", '"""', "'''", "[[", "]]", "{", "}", "=", "\n\n[[claims]]\n", "../../../etc/passwd",
    "9" * 400, "-1e999", "nan", "true", "1979-05-27", "[" * 50, "\\u0000", "💥", "<script>", "#eval", "{0}", "%s",
]  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn, text: str) -> str:
    """Cut, double, swap and overwrite pieces of a file."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 80)))
        piece = draw(st.one_of(st.sampled_from(NASTY), st.text(max_size=12), st.just(text[at:end] * 2), st.just("")))
        text = text[:at] + piece + text[end:]
    return text


def refused_or(call: object, *arguments: object) -> object:
    """Call; our own error is an answer too, if it says what and has no traceback in it."""
    try:
        return call(*arguments)  # type: ignore[operator]
    except TightropeError as error:
        caught = error
    assert caught.exit_code == 2
    assert 0 < len(str(caught).splitlines()) <= 40, str(caught)[:400]
    return None


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return Evidence(find_root(), as_of="2021-03-25")


@QUICK
@given(data=st.data())
def test_a_spoilt_article_loads_or_names_its_fault(data: st.DataObject, tmp_path: Path, evidence: Evidence) -> None:
    folder = tmp_path / "data" / "articles" / ARTICLE
    folder.mkdir(parents=True, exist_ok=True)
    whole = {p.name: p.read_text(encoding="utf-8") for p in (find_root() / "data/articles" / ARTICLE).glob("*.toml")}
    name = data.draw(st.sampled_from(sorted(whole)))
    text = whole[name]
    # A short file is spoilt more thoroughly than one of two thousand lines.
    if name == "claims.toml":
        records = text.split("[[claims]]")
        text = "[[claims]]".join(
            [records[0], *data.draw(st.lists(st.sampled_from(records[1:]), min_size=1, max_size=2))]
        )
    whole[name] = data.draw(spoilt(text))
    for item, content in whole.items():
        (folder / item).write_text(content, encoding="utf-8", errors="surrogatepass")
    found = refused_or(load_article, tmp_path, ARTICLE)
    if found is not None:
        refused_or(validate_claims, tmp_path, found, evidence)


@QUICK
@given(data=st.data())
def test_a_spoilt_order_expands_or_names_its_fault(data: st.DataObject, tmp_path: Path) -> None:
    root = find_root()
    names = sorted(p.name for p in (root / "reports").glob("*.toml") if p.stem != "all-pairs")
    text = (root / "reports" / data.draw(st.sampled_from(names))).read_text(encoding="utf-8")
    path = tmp_path / "order.toml"
    path.write_text(data.draw(spoilt(text)), encoding="utf-8", errors="surrogatepass")
    file = refused_or(OrderFile, path, root)
    if isinstance(file, OrderFile) and (root / "notebooks" / f"{file.order.notebook}.ipynb").is_file():
        nb = nbformat.read(root / "notebooks" / f"{file.order.notebook}.ipynb", as_version=4)
        refused_or(expand, file, nb, file.order.notebook)


@pytest.mark.parametrize("of", ["../../../../etc/passwd", "/etc/passwd", "data/../../secret.csv"])
def test_an_order_reads_no_file_outside_the_project(of: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "reports").mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("state_a,state_b\nKOR,RUS\n")
    path = root / "reports" / "o.toml"
    path.write_text(f'notebook = "pair_profile"\n[rows]\nof = "{of}"\n')
    nb = nbformat.read(find_root() / "notebooks/pair_profile.ipynb", as_version=4)
    with pytest.raises(TightropeError, match="outside the project"):
        expand(OrderFile(path, root), nb, "pair_profile")


def test_an_order_of_too_many_reports_is_refused_before_they_are_named(tmp_path: Path) -> None:
    """Three lists of a thousand would be a thousand million reports."""
    path = tmp_path / "o.toml"
    days = ", ".join(f'"{y}-01-{d:02d}"' for y in range(1950, 1990) for d in range(1, 26))
    path.write_text(f'notebook = "x"\nname = "{{a}}"\n[grid]\na = [{days}]\nb = [{days}]\nc = [{days}]\n')
    nb = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell('a = ""\nb = ""\nc = ""', metadata={"tags": ["parameters"]})]
    )
    with pytest.raises(TightropeError, match="reports at most"):
        expand(OrderFile(path, tmp_path), nb, "x")


@pytest.mark.parametrize(
    "text", ["x = " + "[" * 5000, "x = " + '{a = ' * 3000, "a." * 3000 + "b = 1", "# " + "x" * 3_000_000],
    ids=["arrays", "tables", "dots", "large"],
)  # fmt: skip
def test_a_record_file_made_to_exhaust_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "o.toml").write_text(text)
    with pytest.raises(TightropeError):
        OrderFile(tmp_path / "o.toml", tmp_path)


TYPES = ["int", "float", "bool", "str", "date", "list", "any"]


@QUICK
@given(
    text=st.one_of(st.text(max_size=60), st.sampled_from([*NASTY, "[" * 3000, '{"a":' * 3000, "1e400", "0x10", "١٢"])),
    kind=st.sampled_from(TYPES),
    item=st.sampled_from(TYPES),
    optional=st.booleans(),
    pattern=st.sampled_from([None, r"[A-Z]{3}"]),
)  # fmt: skip
def test_any_text_is_a_value_or_a_named_fault(
    text: str, kind: str, item: str, optional: bool, pattern: str | None
) -> None:
    parameter = Parameter("p", kind, item, optional, pattern=pattern)
    found = refused_or(lambda: validate({"p": text}, {"p": parameter}, "a notebook", texts=True))
    if isinstance(found, dict) and kind == "int" and found["p"] is not None:
        assert isinstance(found["p"], int)
        assert not isinstance(found["p"], bool)


@QUICK
@given(pairs=st.lists(st.text(max_size=30), max_size=4))
def test_any_assignment_is_read_or_refused(pairs: list[str]) -> None:
    found = refused_or(read_assignments, pairs)
    if isinstance(found, dict):
        assert all(name.isidentifier() for name in found)


@QUICK
@given(
    source=st.one_of(
        st.text(max_size=120), st.sampled_from(["x = __import__('os').system('true')", "x = " + "(" * 500])
    )
)
def test_a_parameters_cell_is_read_and_never_run(source: str, tmp_path: Path) -> None:
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})])
    refused_or(declared, nb, tmp_path, "a notebook")


@QUICK
@given(name=st.one_of(st.text(max_size=40), st.sampled_from([*NASTY, "Korea", "x" * 100_000])))
def test_any_name_of_a_state_is_known_or_refused(name: str, evidence: Evidence) -> None:
    found = refused_or(resolve, evidence, name)
    if found is not None:
        assert isinstance(found, str)
        assert len(found) <= 5


def test_the_spoiling_spoils() -> None:
    """Of a hundred spoilt articles most must be refused, or the tests above try nothing."""
    text = (find_root() / "data/articles" / ARTICLE / "article.toml").read_text(encoding="utf-8")
    rng = random.Random(1)
    bad = 0
    for _ in range(100):
        at = rng.randrange(len(text))
        spoiled = text[:at] + rng.choice(NASTY) + text[at + rng.randrange(30) :]
        try:
            tomllib.loads(spoiled)
        except tomllib.TOMLDecodeError:
            bad += 1
    assert bad > 50
