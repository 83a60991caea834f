"""Whole renders with a real kernel."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from tightrope.errors import RenderFailed, TightropeError
from tightrope.publish import attach_html, execute
from tightrope.publish.record import RECORD_MIME
from tightrope.publish.render import Rendered, find_notebook, find_root, render

pytestmark = pytest.mark.report


BOTH = ("html", "pdf")


class Listener:
    """Keeps what a render tells."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def cell(self, number: int, total: int, heading: str) -> None:
        self.said.append(f"{number}/{total} {heading}")

    def step(self, text: str) -> None:
        self.said.append(text)

    def note(self, text: str) -> None:
        self.said.append(f"note {text}")


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def make(notebook: Path, out: Path, given: dict[str, object] | None = None, **more: object) -> Rendered:
    return render(notebook, given or {}, **{"formats": ["html"], "out": out, **more})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory, notebooks: Path) -> tuple[Rendered, Listener, Path]:
    out = tmp_path_factory.mktemp("quick")
    listener = Listener()
    return make(notebooks / "quick.ipynb", out, {"year": 2019}, formats=BOTH, progress=listener), listener, out


def test_report_stands_where_its_record_says(quick: tuple[Rendered, Listener, Path]) -> None:
    report, _, out = quick
    assert sorted(tree(out)) == [f"quick/quick.{ending}" for ending in ("html", "ipynb", "manifest.json", "pdf")]
    assert (report.title, report.folder, report.is_new) == ("How quick it goes", out / "quick", True)
    assert report.summary.rows == (("C1", "supported"), ("C2", "contested"))
    assert "KOR 2020" in report.files["html"].read_text()


def test_render_tells_its_steps_in_the_authors_numbers(quick: tuple[Rendered, Listener, Path]) -> None:
    assert quick[1].said == [
        "2/7 Quick", "3/7 Quick", "4/7 Quick", "6/7 Numbers", "7/7 Numbers", "writing HTML",
        "writing PDF",
    ]  # fmt: skip


def test_executed_notebook_holds_no_clock_id_or_machine(quick: tuple[Rendered, Listener, Path]) -> None:
    text = quick[0].files["ipynb"].read_text()
    nb = nbformat.reads(text, as_version=4)
    nbformat.validate(nb)
    lines = text.split("\n")[1 : len(nb.cells) + 1]
    assert [json.loads(line.rstrip(",")) for line in lines] == nb.cells, "each cell is a line"
    assert [cell["id"] for cell in nb.cells] == [f"cell-{n:03d}" for n in range(1, len(nb.cells) + 1)]
    for word in ("start_time", "iopub", "duration", "papermill", str(Path.cwd())):
        assert word not in text.replace('"injected-parameters"', "")


def test_manifest_names_inputs_and_outputs(quick: tuple[Rendered, Listener, Path], notebooks: Path) -> None:
    body = json.loads(quick[0].files["manifest.json"].read_text())
    assert body["parameters"] == {"year": 2019}
    assert list(body["inputs"]) == ["quick.ipynb"]
    assert set(body["outputs"]) == {"quick.html", "quick.pdf", "quick.ipynb"}
    assert body["outputs"]["quick.html"]["bytes"] == quick[0].files["html"].stat().st_size
    assert {"python", "papermill", "nbconvert"} <= set(body["software"])


def test_two_renders_in_two_folders_are_the_same_bytes(
    quick: tuple[Rendered, Listener, Path], tmp_path: Path, notebooks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Seoul")
    monkeypatch.setenv("MPLBACKEND", "pdf")
    make(notebooks / "quick.ipynb", tmp_path, {"year": 2019}, formats=BOTH)
    for name, data in tree(quick[2]).items():
        if not name.endswith("manifest.json"):  # it hashes the package, which may be under work beside the tests
            assert data == (tmp_path / name).read_bytes(), name
    assert os.environ["MPLBACKEND"] == "pdf", "the caller's environment comes back"


def test_current_report_is_left_until_something_changes(
    tmp_path: Path, notebooks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tightrope.publish import stamp

    monkeypatch.setattr(stamp, "_package", lambda: "fixed")
    runs: list[int] = []
    real = execute.execute

    def counted(*args: object, **kwargs: object) -> object:
        runs.append(1)
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(execute, "execute", counted)
    notebook = Path(shutil.copy(notebooks / "quick.ipynb", tmp_path))
    out = tmp_path / "out"
    assert make(notebook, out).is_new
    before = {path: path.stat().st_mtime_ns for path in (out / "quick").iterdir()}
    again = make(notebook, out)
    assert not again.is_new
    assert again.summary.rows[0] == ("C1", "supported")
    assert {path: path.stat().st_mtime_ns for path in (out / "quick").iterdir()} == before
    assert len(runs) == 1
    assert make(notebook, out, force=True).is_new
    assert make(notebook, out, {"year": 2001}).is_new, "another parameter"
    (out / "quick" / "quick.html").write_text("edited by hand")
    assert make(notebook, out, {"year": 2001}).is_new, "an output was edited"
    monkeypatch.setattr(stamp, "_package", lambda: "changed")
    assert make(notebook, out, {"year": 2001}).is_new, "the package changed"
    assert len(runs) == 5
    assert "KOR 2002" in (out / "quick" / "quick.html").read_text()


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("raises", 1, ["ZeroDivisionError: division by zero", "cell 5: # dividing"]),
        ("raises_own", 2, ["unknown state 'KRO'", "did you mean 'KOR'", "cell 3: from tightrope.errors"]),
        ("no_alt", 1, ["a picture has no alt text", "cell 4,"]),
        ("stops_early", 1, ["stopped before its end", "cell 2: import sys"]),
    ],
)
def test_a_failed_run_leaves_the_earlier_report_and_nothing_else(
    tmp_path: Path, notebooks: Path, name: str, code: int, says: list[str]
) -> None:
    earlier = tmp_path / name
    earlier.mkdir()
    (earlier / f"{name}.html").write_text("earlier")
    given = {} if name == "stops_early" else {"name": "KRO"}
    with pytest.raises(TightropeError) as caught:
        make(notebooks / f"{name}.ipynb", tmp_path, given)
    assert caught.value.exit_code == code
    for text in says:
        assert text in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert tree(tmp_path) == {f"{name}/{name}.html": b"earlier"}
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_plain_tools_give_the_same_page(
    quick: tuple[Rendered, Listener, Path], tmp_path: Path, notebooks: Path
) -> None:
    tools = Path(sys.executable).parent
    source = str(notebooks / "quick.ipynb")
    for command in (
        [tools / "papermill", source, "out.ipynb", "-p", "year", "2019", "--no-progress-bar"],
        [tools / "jupyter-nbconvert", "--to", "tightrope-html", "out.ipynb"],
    ):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    made = attach_html.read(quick[0].files["html"].read_text(encoding="utf-8"))
    plain = attach_html.read((tmp_path / "out.html").read_text(encoding="utf-8"))
    assert plain.page == made.page
    assert made.is_whole
    assert plain.is_whole
    unseen = ("requirements.lock", "manifest.json")  # of a run that it did not see it knows less
    kept = {name: content for name, content in made.files.items() if name not in unseen}
    assert {name: content for name, content in plain.files.items() if name not in unseen} == kept


def test_plain_nbconvert_refuses_a_picture_without_alt(tmp_path: Path) -> None:
    output = nbformat.v4.new_output("display_data", {"image/svg+xml": "<svg/>"})
    record = nbformat.v4.new_output("display_data", {RECORD_MIME: {"title": "A report"}, "text/plain": ""})
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[output, record])])
    nbformat.write(nb, tmp_path / "bad.ipynb")
    command = [Path(sys.executable).parent / "jupyter-nbconvert", "--to", "tightrope-html", "bad.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "a picture has no alt text" in done.stderr
    assert not (tmp_path / "bad.html").exists()


def test_interrupt_leaves_nothing(tmp_path: Path, notebooks: Path) -> None:
    command = [sys.executable, "-m", "tightrope.cli", "render", str(notebooks / "slow.ipynb"), "--formats", "html"]
    running = subprocess.Popen(
        [*command, "--out", str(tmp_path / "out")], stderr=subprocess.PIPE, text=True,
        # Tests that a shell runs in the background were born deaf to Ctrl-C, and so would be this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert running.stderr is not None
    assert running.stderr.readline().startswith("running cell 2 of 2")
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=30)[1]
    assert running.returncode != 0
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_kernel_that_dies_is_a_clear_error(tmp_path: Path) -> None:
    cells = [nbformat.v4.new_code_cell("import os\nos.write(2, b'out of luck\\n')\nos._exit(3)")]
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), tmp_path / "dies.ipynb")
    with pytest.raises(RenderFailed, match="the kernel died"):
        make(tmp_path / "dies.ipynb", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_unknown_kernel_is_a_clear_error(tmp_path: Path, notebooks: Path) -> None:
    with pytest.raises(RenderFailed, match="no kernel named 'nope'"):
        make(notebooks / "quick.ipynb", tmp_path, kernel_name="nope")
    assert list(tmp_path.iterdir()) == []


def test_a_name_given_stands_for_the_records_own(tmp_path: Path, notebooks: Path) -> None:
    report = make(notebooks / "quick.ipynb", tmp_path, name="other")
    assert sorted(tree(tmp_path)) == ["other/other.html", "other/other.ipynb", "other/other.manifest.json"]
    assert report.record is not None
    assert (report.record.title, report.record.slug) == ("How quick it goes", "other")


def test_a_format_left_from_other_inputs_goes(tmp_path: Path, notebooks: Path) -> None:
    make(notebooks / "no_record.ipynb", tmp_path)
    folder = tmp_path / "no_record"
    body = json.loads((folder / "no_record.manifest.json").read_text())
    body["outputs"]["no_record.pdf"] = {"sha256": "", "bytes": 1}
    (folder / "no_record.manifest.json").write_text(json.dumps(body))
    (folder / "no_record.pdf").write_text("old")
    (folder / "notes.txt").write_text("a person's own")
    report = make(notebooks / "no_record.ipynb", tmp_path, force=True)
    assert report.title == "A plain notebook"
    assert sorted(p.name for p in folder.iterdir()) == [
        "no_record.html",
        "no_record.ipynb",
        "no_record.manifest.json",
        "notes.txt",
    ]


def test_root_is_found_upwards_or_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notebooks" / "deep").mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "notebooks" / "mine.ipynb").touch()
    monkeypatch.delenv("TIGHTROPE_ROOT", raising=False)
    assert find_root(tmp_path / "notebooks" / "deep") == tmp_path
    assert find_notebook("mine", tmp_path) == find_notebook("mine.ipynb", tmp_path)
    monkeypatch.setenv("TIGHTROPE_ROOT", str(tmp_path / "notebooks"))
    assert find_root() == tmp_path / "notebooks"
    monkeypatch.setenv("TIGHTROPE_ROOT", str(tmp_path / "none"))
    with pytest.raises(TightropeError, match="TIGHTROPE_ROOT"):
        find_root()
