"""What runs in a worker: render one report after another, and tell of each what came of it."""

from __future__ import annotations

import base64
import binascii
import errno
import faulthandler
import io
import json
import os
import shutil
import signal
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import parent_process
from pathlib import Path
from typing import Any, Literal

from tightrope.batch.store import Store, Unreachable, open_store
from tightrope.errors import OutputError, RenderFailed, TightropeError
from tightrope.publish.output import write_bytes
from tightrope.publish.render import Rendered
from tightrope.publish.sign import Key
from tightrope.publish.stamp import SUFFIX, read_manifest
from tightrope.publish.typesetter import draw
from tightrope.publish.worker import Worker

Kernel = Literal["warm", "plain"]
Kind = Literal["done", "raised", "crashed", "hung", "memory", "disk"]
THUMBNAIL = ".thumb.png"
_THUMBNAIL_PX = (360, 240)
PNG, SVG = "image/png", "image/svg+xml"
SUMMARY_ROWS = 8
HOME = "home"
# With these no other report can be written either.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}


@dataclass(frozen=True)
class Setup:
    """What all reports of a run share.

    Attributes
    ----------
    notebook, root : Path
    out : Path
        Folder that reports are rendered in.
    formats : tuple of str
    kernel : str
    to : str
        Where a report is taken from there: nowhere if empty, `HOME` to tell its bytes with its outcome, else the
        address of a store.
    secret : bytes
        Of the key that signs the reports, empty for none. It goes through a pipe to the workers and nowhere else.
    """

    notebook: Path
    root: Path
    out: Path
    formats: tuple[str, ...]
    kernel: Kernel
    to: str = ""
    secret: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Task:
    """One report to make, and which attempt this is."""

    name: str
    parameters: dict[str, Any]
    attempt: int = 1


@dataclass(frozen=True)
class Outcome:
    """What came of a task.

    Attributes
    ----------
    kind : str
        ``done``, or why not: ``raised``, ``crashed``, ``hung``, ``memory``, ``disk``.
    error : str
        The message, empty where it is done.
    log : str
        All that is known, for the report's log.
    seconds : float
        From start to end.
    outputs : dict
        Size, SHA-256 and time by file name.
    record : dict
        What the notebook said of its report.
    inputs : dict
        What it read: a hash by name.
    notes : list of str
        What was noticed on the way.
    rss_mb : float
        Memory of the worker afterwards.
    files : dict
        The report's files themselves, where they come with this.
    """

    kind: Kind
    error: str = ""
    log: str = ""
    seconds: float = 0.0
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    rss_mb: float = 0.0
    files: dict[str, bytes] = field(default_factory=dict)


class _Notes:
    """Keeps what a render notes, and says nothing."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def cell(self, number: int, total: int, heading: str) -> None:
        pass

    def step(self, text: str) -> None:
        pass

    def note(self, text: str) -> None:
        self.lines.append(text)


def serve(talk: Connection, setup: Setup, log: Path, environment: Mapping[str, str]) -> None:
    """Render what comes through ``talk`` until it closes. The body of a worker process."""
    os.environ.clear()
    os.environ.update(environment)
    os.setsid()  # Ctrl-C is for the run, which lets the workers finish
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    faulthandler.enable()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    key = Key.from_bytes(setup.secret) if setup.secret else None
    worker = Worker(setup.out, setup.formats, kernel=setup.kernel, root=setup.root, key=key)
    take = _carrier(setup.to)
    with suppress(EOFError, BrokenPipeError):
        talk.send("ready")
        while (task := talk.recv()) is not None:
            os.ftruncate(handle, 0)
            talk.send(attempt(worker, setup.notebook, task, take))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


Take = Callable[[Rendered, str, dict[str, Any]], None]


def _carrier(to: str) -> Take | None:
    """Give what takes a finished report away from the folder it was rendered in, and adds to what is told of it."""
    if not to:
        return None
    store = open_store(to) if to != HOME else None

    def take(report: Rendered, name: str, found: dict[str, Any]) -> None:
        files = {path.name: path.read_bytes() for path in sorted(report.folder.iterdir()) if path.is_file()}
        if store is None:
            found["files"] = files
        else:
            land(store, name, files, found["outputs"])
        shutil.rmtree(report.folder, ignore_errors=True)

    return take


def land(store: Store, name: str, files: Mapping[str, bytes], outputs: Mapping[str, dict[str, Any]]) -> None:
    """Put a report's files into a store, the one that vouches for the rest last; say in ``outputs`` how they stand."""
    how = store.land(name, files, f"{name}{SUFFIX}")
    for file, said in outputs.items():
        said.pop("mtime_ns", None)
        said.update(how.get(file, {}))


def attempt(worker: Worker, notebook: Path, task: Task, take: Take | None = None) -> Outcome:
    """Render one report and give what came of it, whatever that is."""
    import psutil

    notes, start = _Notes(), time.perf_counter()
    try:
        # Whether it is current, the run has decided.
        report = worker.render(notebook, task.parameters, name=task.name, force=True, progress=notes)
        found = _harvest(report, task.name)
        if take is not None:
            take(report, task.name, found)
    except TightropeError as error:
        found = {"kind": _kind(error), "error": str(error), "log": str(error)}
    except Exception as error:  # a fault of ours or of a library is this report's alone
        first = (str(error).splitlines() or [""])[0]
        # jupyter_client has no class of its own for a kernel that ends, or says nothing, as it starts.
        kind = "crashed" if isinstance(error, RuntimeError) and first.startswith("Kernel di") else "raised"
        found = {"kind": kind, "error": f"{type(error).__name__}: {first}", "log": traceback.format_exc()}
    seconds = round(time.perf_counter() - start, 3)
    memory = psutil.Process().memory_info().rss / 2**20
    return Outcome(**found, seconds=seconds, notes=notes.lines, rss_mb=round(memory, 1))


def _kind(error: TightropeError) -> Kind:
    if isinstance(error, OutputError):
        cause = error.__cause__
        is_full = isinstance(cause, OSError) and cause.errno in _NO_ROOM
        return "disk" if is_full or isinstance(error, Unreachable) else "raised"
    return "crashed" if isinstance(error, RenderFailed) and error.what == "the kernel died" else "raised"


def _harvest(report: Rendered, name: str) -> dict[str, Any]:
    """Give what the manifest says of a report that stands."""
    outputs = read_manifest(report.folder / f"{name}{SUFFIX}").get("outputs", {})
    for file, said in outputs.items():
        said["mtime_ns"] = (report.folder / file).stat().st_mtime_ns
    record: dict[str, Any] = asdict(report.record) if report.record is not None else {"title": report.title}
    inputs = record.pop("inputs", {})
    record = {key: value for key, value in record.items() if value and key not in ("slug", "stem", "citations")}
    # The manifest is read whole at every start, so it keeps what the index shows and no more.
    summary = record.pop("summary", {})
    if 0 < len(summary.get("rows", ())) <= SUMMARY_ROWS:
        record["summary"] = summary
    if _write_thumbnail(report.folder / f"{name}.ipynb", report.folder / f"{name}{THUMBNAIL}"):
        record["has_thumbnail"] = True
    return {"kind": "done", "outputs": outputs, "record": record, "inputs": inputs}


def _write_thumbnail(executed: Path, target: Path) -> bool:
    """Write the report's first picture, small; a report without one has none."""
    try:
        picture = _first_picture(json.loads(executed.read_bytes()))
        if picture is None:
            target.unlink(missing_ok=True)
            return False
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        write_bytes(beside, _shrink(picture))
        beside.replace(target)
    except (OSError, ValueError):  # an index without a picture is no fault of the report
        return False
    return True


def _first_picture(nb: Mapping[str, Any]) -> bytes | None:
    """Give the first picture of an executed notebook as PNG; a drawing is set small by Typst."""
    for cell in nb["cells"]:
        for output in cell.get("outputs", []):
            data, about = output.get("data", {}), output.get("metadata", {}).get(SVG, {})
            if data.get(PNG):
                with suppress(binascii.Error):
                    return base64.b64decode("".join(data[PNG]))
            if data.get(SVG) and about.get("alt"):
                with suppress(RenderFailed):
                    return draw("".join(data[SVG]).encode(), _THUMBNAIL_PX[0])
    return None


def _shrink(png: bytes) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(png)) as opened:
        image = opened.convert("RGBA")
    image.thumbnail(_THUMBNAIL_PX, Image.Resampling.LANCZOS, reducing_gap=2.0)
    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image, mask=image.getchannel("A"))
    buffer = io.BytesIO()
    sheet.quantize(64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
