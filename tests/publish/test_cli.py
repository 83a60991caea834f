"""The command ``tightrope render`` as a person types it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tightrope.cli import main
from tightrope.publish import closing
from tightrope.publish.progress import Lines, Terminal, for_stream
from tightrope.publish.record import Summary
from tightrope.publish.render import Rendered


@pytest.fixture
def home(tmp_path: Path, notebooks: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project with the fixture notebooks, with one article, and stand in it."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "notebooks").symlink_to(notebooks)
    (tmp_path / "data" / "articles" / "korea-russia").mkdir(parents=True)
    (tmp_path / "data" / "articles" / "korea-russia" / "article.toml").touch()
    monkeypatch.delenv("TIGHTROPE_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["render", *words])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["paramters"], ["unknown notebook 'paramters'", "did you mean 'parameters'"]),
        (["elsewhere/none.ipynb"], ["no notebook", "elsewhere"]),
        (["parameters", "-p", "yaer=1"], ["unknown parameter 'yaer'", "did you mean 'year'", "parameters.ipynb"]),
        (["parameters", "-p", "year=oops"], ["'oops' is not a whole number", "parameter year"]),
        (["parameters", "-p", "year"], ["'year' is not NAME=VALUE"]),
        (["parameters", "-p", "as_of=25.3.2021"], ["is not a date, YYYY-MM-DD"]),
        (["parameters", "-p", "as_of=2021-02-30"], ["no date of the calendar"]),
        (["parameters", "-p", "as_of=1950-01-01"], ["is before 1990-01-01"]),
        (["parameters", "-p", "article=korea-rusia"], ["unknown article", "did you mean 'korea-russia'"]),
        (["parameters", "-p", "states=kor"], ["does not have the form"]),
        (["parameters", "--formats", "html,pfd"], ["unknown format 'pfd'", "did you mean 'pdf'"]),
        (["parameters", "--formats", ","], ["no format is named"]),
        (["quick", "--formats", "html", "--out", "a-file"], ["a file stands where a folder should be", "a-file"]),
        (["broken.ipynb"], ["a file that is no notebook", "broken.ipynb"]),
        (["quick", "--out", "s3://bucket/folder"], ["--out s3://bucket/folder", "tightrope batch --out"]),
    ],
)
def test_bad_input_is_one_clear_error(home: Path, words: list[str], says: list[str]) -> None:
    (home / "a-file").write_text("mine")
    (home / "broken.ipynb").write_text("{")
    before = sorted(path.name for path in home.iterdir())
    result = run(*words)
    assert result.exit_code == 2, result.output
    for text in ("error: ", *says):
        assert text in result.stderr
    assert "Traceback" not in result.output
    assert len(result.stderr.strip().splitlines()) <= 5
    assert sorted(path.name for path in home.iterdir()) == before


def test_missing_notebook_word_is_a_usage_error(home: Path) -> None:
    assert run().exit_code == 2


@pytest.mark.report
def test_a_good_run_ends_with_paths_sizes_and_the_table(home: Path) -> None:
    result = run("quick", "--formats", "html", "-p", "name=RUS")
    assert result.exit_code == 0, result.output
    assert (home / "reports" / "build" / "quick" / "quick.html").is_file()
    lines = result.stdout.splitlines()
    assert lines[0] == "How quick it goes"
    assert lines[1].split() == [lines[1].split()[0], "KB", "reports/build/quick/quick.html"]
    assert lines[-4:] == ["claim  verdict", "-----  ---------", "C1     supported", "C2     contested"]
    assert result.stderr.splitlines() == [
        "running cell 2 of 7: Quick",
        "running cell 6 of 7: Numbers",
        "writing HTML",
    ]


@pytest.mark.report
def test_a_raising_notebook_exits_1(home: Path) -> None:
    result = run("raises", "--formats", "html")
    assert result.exit_code == 1
    assert "error: ZeroDivisionError: division by zero\n  in: cell 5: # dividing\n" in result.stderr
    assert not (home / "reports").exists()


def test_up_to_date_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "x.html").write_bytes(bytes(2048))
    (tmp_path / "x.pdf").write_bytes(bytes(3 * 1024 * 1024))
    files = {"html": tmp_path / "x.html", "pdf": tmp_path / "x.pdf"}
    closing.show(Rendered(tmp_path, files, "T", Summary(), is_new=False))
    said = capsys.readouterr().out
    assert said.startswith("T: up to date\n")
    assert " 2 KB " in said
    assert " 3.0 MB " in said


def test_on_a_terminal_there_is_a_bar_and_off_it_lines() -> None:
    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert isinstance(for_stream(io.StringIO()), Lines)
    screen = Tty()
    bar = for_stream(screen)
    assert isinstance(bar, Terminal)
    with bar:
        bar.cell(12, 40, "Trade [and] industry")
        bar._bar.refresh()
        bar.note("said once")
        bar.step("writing HTML")
        bar._bar.refresh()
    assert "running cell 12 of 40: Trade [and] industry" in screen.getvalue()
    assert "writing HTML" in screen.getvalue()
    assert "note: said once" in screen.getvalue()


def test_summary_on_a_terminal_shows_brackets_as_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    closing.show(Rendered(tmp_path, {}, "T", Summary(("claim",), (("[red]x",),)), is_new=True))
    assert "[red]x" in capsys.readouterr().out


def fresh(code: str) -> Any:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    return done.stdout.split()


def test_help_imports_nothing_heavy() -> None:
    heavy = "{'papermill', 'nbconvert', 'pandas', 'matplotlib', 'rich', 'jsonschema'}"
    assert fresh(f"import sys, tightrope.cli; print(*{heavy} & set(sys.modules))") == []


def test_parameter_check_needs_no_papermill() -> None:
    assert fresh("import sys, tightrope.publish.render; print(*{'papermill', 'nbconvert'} & set(sys.modules))") == []


def test_costly_format_checker_stays_out_and_comes_back() -> None:
    code = "import sys, tightrope.publish.execute, tightrope.publish.html; print('rfc3987_syntax' in sys.modules)"
    assert fresh(code) == ["False"]
    again = "import tightrope.publish.execute, importlib.util as u; print(u.find_spec('json') is not None)"
    assert fresh(again) == ["True"]
    blocked = "import sys, tightrope.publish.execute; print(sys.modules.get('rfc3987_syntax', 'free'))"
    assert fresh(blocked) == ["free"]
