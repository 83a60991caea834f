"""A warm kernel gives what an ordinary one gives: the same cells both ways, compared."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from tightrope.errors import RenderFailed, TightropeError
from tightrope.publish import warm
from tightrope.publish.execute import execute
from tightrope.publish.provisioner import QuickManager
from tightrope.publish.worker import Worker

pytestmark = [
    pytest.mark.report,
    pytest.mark.skipif(not warm.is_supported(), reason="kernels are forked on Linux only"),
]

# Cells whose outputs must not depend on how the kernel came to be.
ALIKE = {
    "arguments": "import os, sys; print(os.path.basename(sys.argv[0]), [a for a in sys.argv[1:] if '.json' not in a])",
    "surroundings": """
        import locale, signal, time
        private = {"JPY_PARENT_PID", "TIGHTROPE_WARM"}
        print({k: v for k, v in sorted(os.environ.items()) if k not in private})
        print(os.getcwd(), sys.path, __name__, sys.flags, sys.executable, time.tzname, locale.getlocale())
        print([str(signal.getsignal(s)).split(" at ")[0] for s in (signal.SIGTERM, signal.SIGPIPE, signal.SIGCHLD)])
        print(os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid(), repr(sys.stdin.read()))
        print(type(sys.stdout), type(sys.__stdout__), sys.__stdout__.encoding, hash("seed"))
    """,
    "warnings": """
        import warnings
        def f():
            warnings.warn("old", DeprecationWarning); warnings.warn("think"); warnings.warn("think")
        f(); f()
        print([w[:1] + w[2:3] for w in warnings.filters if w[2].__name__ in ("DeprecationWarning", "UserWarning")][:6])
    """,
    "streams": "print('out'); print('err', file=sys.stderr); print('more', end='')",
    "file descriptors": """
        import subprocess
        os.write(1, b'one\\n'); os.write(2, b'two\\n')
        subprocess.run(['echo', 'three'], check=True); subprocess.run('echo four >&2', shell=True, check=True)
        sys.stdout.flush(); time.sleep(0.3)
    """,
    "display": """
        from IPython.display import HTML, display
        display(HTML('<b>x</b>'), metadata={'a': 1}); handle = display('first', display_id='d'); handle.update('second')
        {'a': [1, 2]}
    """,
    "table": "import pandas as pd; pd.DataFrame({'a': [1, 2], 'b': ['x', None]})",
    "first figure": "import matplotlib, matplotlib.pyplot as plt; plt.plot([1, 2]);",
    "figure": """
        print(matplotlib.get_backend(), hash(str(sorted(map(str, matplotlib.rcParams.items())))))
        plt.plot([1, 2, 4]); plt.title('t');
    """,
    "interactive": "plt.ioff(); fig, ax = plt.subplots(figsize=(2, 1)); print(plt.isinteractive(), plt.get_fignums())",
    "settings": "print(plt.rcParams['figure.dpi'], plt.rcParams['axes.grid'], plt.rcParams['lines.linewidth'])",
    "widget": "import ipywidgets; slider = ipywidgets.IntSlider(value=3); print(repr(slider)); slider",
    "input": "input('?')",
    "error": """
        def g(x):
            return 1 / x
        g(0)
    """,
    "exit": "import atexit; atexit.register(lambda: open('ended', 'w').write('yes')); sys.exit(3)",
}


def notebook(*sources: str) -> Any:
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(textwrap.dedent(s).strip()) for s in sources])
    spec = {"name": "python3", "display_name": "p", "language": "python"}
    nb.metadata = {"kernelspec": spec, "language_info": {"name": "python"}}
    return nb


def run(*sources: str, kernel: str = warm.KERNEL_NAME, folder: Path | None = None, **more: Any) -> list[Any]:
    """Run cells in nbclient as anyone would; give each cell's outputs."""
    nb = notebook(*sources)
    more = {"allow_errors": True, **more}
    NotebookClient(
        nb, kernel_name=kernel, resources={"metadata": {"path": str(folder or Path.cwd())}}, **more
    ).execute()
    return [plain(cell.outputs) for cell in nb.cells]


def plain(outputs: list[Any]) -> list[Any]:
    """Give outputs as they compare: streams joined by name, ids of widgets and of the process left out."""
    found: list[Any] = []
    streams: dict[str, str] = {}
    for output in outputs:
        if output.output_type == "stream":
            text = re.sub(r"ipykernel_\d+", "ipykernel", output.text)
            streams[output.name] = streams.get(output.name, "") + text
            continue
        body = {k: v for k, v in output.items() if k != "execution_count"}
        body.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
        found.append(body)
    return [*sorted(streams.items()), *found]


def said(outputs: list[Any]) -> str:
    return dict(o for o in outputs if isinstance(o, tuple)).get("stdout", "").strip()


@pytest.fixture(scope="module", autouse=True)
def served() -> Iterator[None]:
    """One server for the module, as a batch has."""
    warm.start()
    yield
    warm.stop()
    assert warm.NEST not in os.environ


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any, Path]]:
    folder = tmp_path_factory.mktemp("both")
    (folder / "matplotlibrc").write_text("axes.grid: True\nlines.linewidth: 4\n")
    found = []
    patch = pytest.MonkeyPatch()
    patch.setenv("PYTHONHASHSEED", "7")
    patch.setenv("TZ", "Asia/Seoul")
    patch.setenv("PYTHONWARNINGS", "default")
    patch.delenv("PYTEST_CURRENT_TEST")  # ipykernel leaves file descriptors alone where it sees it
    for kernel in ("python3", warm.KERNEL_NAME):
        (folder / "ended").unlink(missing_ok=True)
        found.append(run(*ALIKE.values(), kernel=kernel, folder=folder))
        assert (folder / "ended").read_text() == "yes", kernel
    patch.undo()
    return {name: (a, b, folder) for name, a, b in zip(ALIKE, *found, strict=True)}


@pytest.mark.parametrize("name", ALIKE)
def test_outputs_are_alike(both: dict[str, tuple[Any, Any, Path]], name: str) -> None:
    ordinary, forked, _ = both[name]
    assert forked == ordinary
    assert ordinary, "a cell that says nothing compares nothing"


def test_comparison_sees_what_it_should(both: dict[str, tuple[Any, Any, Path]]) -> None:
    assert "'TZ': 'Asia/Seoul'" in said(both["surroundings"][0])
    assert said(both["settings"][0]) == "100.0 True 4.0"
    assert "IntSlider(value=3)" in said(both["widget"][0])
    assert both["error"][0][-1]["ename"] == "ZeroDivisionError"
    assert {"one", "three"} <= set(said(both["file descriptors"][0]).split())


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def soon(condition: Any) -> bool:
    """Wait for what happens in another process."""
    end = time.monotonic() + 30
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(condition())


def server_pids() -> list[int]:
    return [int(note.read_text()) for note in Path(os.environ[warm.NEST]).glob("*.pid")]


def children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def server_of(kernel: int) -> int:
    return int(Path(f"/proc/{kernel}/stat").read_text().rpartition(")")[2].split()[1])


# Enough for a kernel; a test that needs a server of its own need not wait for more.
LEAST = "ipykernel.kernelapp,ipykernel.ipkernel,ipykernel.zmqshell,psutil"
ONE = "import os; print(os.getpid(), os.getppid())"
# In another process; what this package loads first spares it the two seconds that nbformat alone would take.
HERE = f"import sys; sys.path[:0] = [{str(Path(__file__).parent)!r}]; import tightrope.publish.execute, test_warm"


def test_kernels_are_forks_of_one_server() -> None:
    (first, server), (second, again) = (map(int, said(run(ONE)[0]).split()) for _ in range(2))
    assert first != second
    assert server == again
    assert len(list(Path(f"/proc/{server}/task").iterdir())) == 1, "a fork would lack the other threads"
    assert soon(lambda: not children(server)), "a kernel that ended was not reaped"


def test_random_numbers_differ_between_forks() -> None:
    cell = "import numpy, random; print(numpy.random.rand(), random.random())"
    first, second = (said(run(cell)[0]).split() for _ in range(2))
    assert set(first).isdisjoint(second)


def test_two_at_a_time_do_not_meet() -> None:
    cells = ("import os, time; x = os.getpid(); time.sleep(0.5)", "print(x, os.getpid())")
    script = f"{HERE}; print(test_warm.said(test_warm.run(*{cells!r})[1]))"
    command = [sys.executable, "-c", script]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    pids = [process.communicate()[0].split() for process in both]
    assert all(a == b for a, b in pids)
    assert pids[0] != pids[1]


def test_environment_and_folder_are_the_callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONLY_THIS_ONE", "here")
    cell = "import os; print(os.environ.get('ONLY_THIS_ONE'), os.getcwd(), 'TIGHTROPE_WARM' in os.environ)"
    assert said(run(cell, folder=tmp_path)[0]) == f"here {tmp_path} False"
    monkeypatch.delenv("ONLY_THIS_ONE")
    assert said(run(cell)[0]).startswith("None ")


def test_another_hash_seed_gets_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(warm.PRELOAD, LEAST)
    found = {}
    for seed in ("0", "1"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        found[seed] = said(run("import os; print(os.getppid(), hash('a'))")[0]).split()
        plain_hash = subprocess.run(
            [sys.executable, "-c", "print(hash('a'))"], capture_output=True, text=True, check=True
        )
        assert found[seed][1] == plain_hash.stdout.strip()
    assert found["0"][0] != found["1"][0]


def test_time_out_interrupts_the_cell_and_the_kernel_goes_on() -> None:
    cells = ("import time\ntime.sleep(30)", "print('still here')")
    outputs = run(*cells, timeout=1, interrupt_on_timeout=True)
    assert outputs[0][-1]["ename"] == "KeyboardInterrupt"
    assert said(outputs[1]) == "still here"


def test_time_out_ends_the_kernel(tmp_path: Path) -> None:
    with pytest.raises(CellTimeoutError):
        run("import os; open('pid', 'w').write(str(os.getpid()))\nwhile True: pass", timeout=1, folder=tmp_path)
    assert soon(lambda: not is_running(int((tmp_path / "pid").read_text())))


@pytest.mark.parametrize(
    "last_words",
    ["os._exit(7)", "import ctypes; ctypes.string_at(0)", "os.kill(os.getpid(), 9)", "os.abort()"],
)
def test_kernel_that_dies_does_not_take_the_server_along(last_words: str, capfd: pytest.CaptureFixture[str]) -> None:
    server = int(said(run(ONE)[0]).split()[1])
    with pytest.raises(DeadKernelError):
        run(f"import os; {last_words}")
    assert int(said(run(ONE)[0]).split()[1]) == server


def test_memory_limit_is_kept_by_both_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = "import numpy; numpy.empty(3 << 30, 'u1').nbytes"
    monkeypatch.setenv(warm.MEMORY, "3000")
    for kernel in ("python3", warm.KERNEL_NAME):
        outputs = run(cell, "print('still here')", kernel=kernel, kernel_manager_class=QuickManager)
        assert outputs[0][-1]["ename"] == "MemoryError", kernel
        assert said(outputs[1]) == "still here"
    monkeypatch.delenv(warm.MEMORY)
    assert run(cell)[0][-1]["data"]["text/plain"] == str(3 << 30)


def test_memory_limit_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RenderFailed, match="'much' is no number"):
        warm.memory_limit({warm.MEMORY: "much"})
    assert warm.memory_limit({warm.MEMORY: " "}) is None


def test_server_that_is_killed_gives_one_clear_error_and_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(warm.PRELOAD, LEAST)
    nb = notebook("import os; open('pid', 'w').write(str(os.getpid())); import time; time.sleep(30)")

    def kill() -> tuple[int, int]:
        assert soon((tmp_path / "pid").exists)
        kernel = int((tmp_path / "pid").read_text())
        server = server_of(kernel)
        os.kill(server, 9)
        return kernel, server

    with ThreadPoolExecutor(1) as pool:
        killing = pool.submit(kill)
        with pytest.raises(RenderFailed, match="the server of warm kernels was killed") as caught:
            execute(nb, {}, folder=tmp_path, kernel_name=warm.KERNEL_NAME)
        kernel, server = killing.result()
    assert len(str(caught.value).splitlines()) <= 4
    assert soon(lambda: not is_running(kernel)), "a kernel outlived its server"
    done = execute(notebook(ONE), {}, folder=tmp_path, kernel_name=warm.KERNEL_NAME)
    assert int(done.cells[0].outputs[0].text.split()[1]) not in (server, 1)


def test_a_server_that_retires_with_an_order_in_its_queue_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, lost = warm.Nest.connect, []

    def first_lost(*given: Any) -> socket.socket:
        if lost:
            return connect(*given)
        ours, theirs = socket.socketpair()
        theirs.close()
        lost.append(ours)
        return ours

    monkeypatch.setattr(warm.Nest, "connect", first_lost)
    assert said(run("print('here')")[0]) == "here"
    assert lost


def test_module_that_is_edited_is_loaded_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "edited_between.py"
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv(warm.PRELOAD, f"{LEAST},edited_between")
    found = []
    for value in ("1", "22"):
        module.write_text(f"import os\nLOADED_BY = os.getpid()\nVALUE = {value}\n")
        cell = "import os, edited_between as e; print(e.VALUE, e.LOADED_BY == os.getppid())"
        found.append(said(run(cell)[0]))
    assert found == ["1 True", "22 True"]


def test_preload_that_starts_a_thread_is_left_to_the_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "starts_thread.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    )
    (tmp_path / "raises_early.py").write_text("raise RuntimeError('no')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv(warm.PRELOAD, f"{LEAST},starts_thread,raises_early,no_such_module,json:no_such_hook")
    cell = "import sys, os; print('starts_thread' in sys.modules, len(os.listdir(f'/proc/{os.getppid()}/task')))"
    outputs = run(cell, "import starts_thread; print('works')", "import raises_early")
    assert said(outputs[0]) == "False 1"
    assert said(outputs[1]) == "works"
    assert outputs[2][-1]["ename"] == "RuntimeError", "the author of the notebook must see it"


def test_notebook_names_what_it_wants_loaded(tmp_path: Path) -> None:
    nb = notebook("import sys; print('wave' in sys.modules)")
    for wanted, said_so in (([], "False"), (["wave"], "True")):
        nb.metadata["tightrope"] = {"preload": wanted}
        done = execute(nb, {}, folder=tmp_path, kernel_name=warm.KERNEL_NAME)
        assert done.cells[0].outputs[0].text.strip() == said_so
    nb.metadata["tightrope"] = {"preload": "wave"}
    with pytest.raises(TightropeError, match=r"tightrope\.preload is not a list"):
        execute(nb, {}, folder=tmp_path, kernel_name=warm.KERNEL_NAME)


@pytest.fixture
def short_tmp() -> Iterator[Path]:
    """A folder of its own whose path leaves room for the sockets in it."""
    with tempfile.TemporaryDirectory(prefix="tr-", dir="/tmp") as folder:
        yield Path(folder)


def test_a_long_folder_for_temporary_files_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("x" * 80)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    assert len(warm._short_folder()) <= 60


@pytest.mark.parametrize("tool", ["papermill", "nbconvert"])
def test_plain_tools_know_the_kernel_by_its_name(tool: str, tmp_path: Path, short_tmp: Path) -> None:
    nbformat.write(
        notebook("import os; print(os.getcwd(), 'wave' in __import__('sys').modules)"), tmp_path / "in.ipynb"
    )
    environment = {k: v for k, v in os.environ.items() if k != warm.NEST}
    environment |= {"TMPDIR": str(short_tmp), warm.PRELOAD: f"{LEAST},wave"}
    command = {
        "papermill": ["papermill", "--kernel", warm.KERNEL_NAME, "in.ipynb", "out.ipynb"],
        "nbconvert": [
            "nbconvert", "--execute", f"--ExecutePreprocessor.kernel_name={warm.KERNEL_NAME}", "--to", "notebook",
            "--output", "out.ipynb", "in.ipynb",
        ],
    }[tool]  # fmt: skip
    subprocess.run([sys.executable, "-m", *command], cwd=tmp_path, env=environment, check=True, capture_output=True)
    done = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert done.cells[0].outputs[0].text.strip() == f"{tmp_path} True"
    assert soon(lambda: not list(short_tmp.glob("tightrope-warm-*"))), "the server outlived its owner"


def test_owner_that_is_killed_takes_server_and_kernels_along(tmp_path: Path, short_tmp: Path) -> None:
    cell = "import os, time; print(os.getpid(), os.getppid(), file=open('pids', 'w')); time.sleep(60)"
    script = f"{HERE}; test_warm.run({cell!r})"
    environment = {k: v for k, v in os.environ.items() if k != warm.NEST}
    environment |= {"TMPDIR": str(short_tmp), warm.PRELOAD: LEAST}
    owner = subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env=environment)
    note = tmp_path / "pids"
    assert soon(lambda: note.exists() and note.read_text().endswith("\n"))
    kernel, server = map(int, note.read_text().split())
    assert is_running(kernel)
    assert is_running(server)
    owner.kill()
    owner.wait()
    assert soon(lambda: not is_running(kernel) and not is_running(server))
    assert soon(lambda: not list(short_tmp.glob("tightrope-warm-*")))


def test_worker_renders_report_after_report(tmp_path: Path, notebooks: Path) -> None:
    made = {}
    for kernel in ("plain", "warm"):
        worker = Worker(tmp_path / kernel, kernel=kernel)
        for year in (2018, 2019):
            report = worker.render(notebooks / "quick.ipynb", {"year": year}, name=f"quick-{year}")
            made[kernel, year] = {ending: path.read_bytes() for ending, path in report.files.items()}
    for year in (2018, 2019):
        assert made["warm", year] == made["plain", year]
    with pytest.raises(TightropeError, match="kernel"):
        Worker(tmp_path, kernel="warn")


def test_worker_stops_a_cell_that_takes_too_long(tmp_path: Path) -> None:
    path = tmp_path / "long.ipynb"
    nbformat.write(notebook("while True: pass"), path)
    with pytest.raises(RenderFailed, match="out of time"):
        Worker(tmp_path / "out", ["html"], cell_timeout=1).render(path, {})
    assert not list((tmp_path / "out").glob("*"))
