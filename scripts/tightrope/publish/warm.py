"""Warm kernels: real ipykernels, forked from one process that has loaded the libraries already.

A kernel named ``tightrope-warm`` is one, for papermill, ``jupyter nbconvert --execute`` and JupyterLab alike; nothing
need be started by hand. `start` is for a program that runs notebooks from several processes: they share one server.

    from tightrope.publish import warm

    warm.start(preload=["scipy.stats", "my.package:read_tables"])

A warm kernel differs from an ordinary one in this: modules of the preload are imported already, so what they print or
warn as they are imported is not seen again; numerical libraries run on one thread; its parent process is the server;
matplotlib, if loaded, is interactive in the first cell already; cyclic garbage is looked for less often; objects left
at the very end are not taken apart (exit handlers run). A server is asked for by what a process reads only as it starts
(the ``PYTHON…`` variables, locale, home), so another hash seed gets another server; and one whose modules were edited
is replaced. Needs Linux; elsewhere the same name gives an ordinary kernel.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tightrope.errors import RenderFailed

KERNEL_NAME = "tightrope-warm"
DEFAULT_PRELOAD = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger",
    "IPython.extensions.storemagic", "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger",
    "IPython.core.oinspect", "IPython.core.pylabtools", "matplotlib_inline.config", "sqlite3",
    "tornado.platform.asyncio", "zmq.utils.garbage", "psutil", "numpy", "pandas", "pyarrow",
    "matplotlib", "matplotlib.pyplot",
)  # fmt: skip
NEST = "TIGHTROPE_WARM"
PRELOAD = "TIGHTROPE_PRELOAD"
MEMORY = "TIGHTROPE_KERNEL_MEMORY_MB"

_READ_AT_START = ("PYTHON", "LC_", "LANG", "HOME", "XDG_", "LD_", "MATPLOTLIBRC", "MPLCONFIGDIR", "ARROW_")
# Libraries start no thread in the server: a fork would lack it.
_SINGLE = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"),
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
_START_S = 60.0
_TRIES = 6


# A unix socket's whole path has at most 107 bytes; the nest and a kernel's own folder need about forty of them.
_LONGEST_BASE = 60


def _short_folder() -> str:
    """Give the folder for temporary files, or a shorter one where its sockets' paths would be too long."""
    usual = tempfile.gettempdir()
    shorter = [f for f in (os.environ.get("XDG_RUNTIME_DIR", ""), "/tmp") if f and os.access(f, os.W_OK)]
    if len(usual.encode()) <= _LONGEST_BASE:
        return usual
    return next((f for f in shorter if len(f.encode()) <= _LONGEST_BASE), usual)


class Nest:
    """A private folder with the servers' sockets. It belongs to one process, and its servers end with that process.

    Parameters
    ----------
    folder : Path
        Made where it is not there yet.
    owner : int
        Process whose end ends all.
    """

    def __init__(self, folder: Path, owner: int) -> None:
        self.folder, self.owner = folder, owner
        (folder / "owner").write_text(str(owner))

    @classmethod
    def make(cls) -> Nest:
        """Make a nest for this process."""
        return cls(Path(tempfile.mkdtemp(prefix="tightrope-warm-", dir=_short_folder())), os.getpid())

    @classmethod
    def given(cls) -> Nest | None:
        """Find the nest that another process handed on through the environment."""
        folder = Path(os.environ.get(NEST) or "")
        try:
            owner = int((folder / "owner").read_text())
            os.kill(owner, 0)
        except (OSError, ValueError):
            return None
        nest = cls.__new__(cls)
        nest.folder, nest.owner = folder, owner
        return nest

    def clear(self) -> None:
        """End the servers and remove the folder."""
        for note in self.folder.glob("*.pid"):
            with suppress(OSError, ValueError):
                os.kill(int(note.read_text()), signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, environment: Mapping[str, str]) -> Path:
        """Give the socket of the server for an environment: one for each in which a process would start differently."""
        read = sorted((k, v) for k, v in environment.items() if k.startswith(_READ_AT_START))
        known = json.dumps([sys.executable, read]).encode()
        return self.folder / f"{hashlib.sha256(known).hexdigest()[:12]}.sock"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from starting a server at the same time."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def connect(
        self, environment: Mapping[str, str], preload: Iterable[str], folder: Path | None = None
    ) -> socket.socket:
        """Connect to the server for an environment, and start it where there is none."""
        address = self.address(environment)
        found = _connect(address)
        if found is None:
            with self.locked():
                found = _connect(address)
                if found is None:
                    address.unlink(missing_ok=True)
                    found = self._start(address, environment, preload, folder)
        return found

    def _start(
        self, address: Path, environment: Mapping[str, str], preload: Iterable[str], folder: Path | None
    ) -> socket.socket:
        clean = {k: v for k, v in environment.items() if k not in (NEST, PRELOAD, MEMORY, "MPLBACKEND")}
        log_path = address.with_suffix(".log")
        command = [sys.executable, "-m", "tightrope.publish.forkserver", str(address), str(self.owner)]
        with log_path.open("ab") as log:
            process = subprocess.Popen(
                [*command, ",".join(preload), str((folder or self.folder).absolute())],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, start_new_session=True,
                env={**clean, **_SINGLE},
            )  # fmt: skip
        _children.append(process)
        address.with_suffix(".pid").write_text(str(process.pid))
        waited = threading.Event()
        for _ in range(int(_START_S / 0.01)):
            found = _connect(address)
            if found is not None:
                return found
            if process.poll() is not None:
                break
            waited.wait(0.01)
        raise RenderFailed(
            "the server of warm kernels did not start",
            why=_last_line(log_path),
            fix="use an ordinary kernel: --kernel plain",
        )


_children: list[subprocess.Popen[bytes]] = []
_own: Nest | None = None


def is_supported() -> bool:
    """Tell whether this system can have warm kernels."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


def start(
    preload: Iterable[str] = (), environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> Path:
    """Start a server for this process and those it starts, and hand its place on through the environment.

    It returns at once; loading goes on meanwhile.

    Parameters
    ----------
    preload : iterable of str
        Modules to import besides `wanted_preload`'s, and hooks to call, written ``module:function``.
    environment : mapping, optional
        The environment that kernels will be started with; this process's where not given.
    folder : Path, optional
        Where hooks are called; one that holds nothing where not given.

    Returns
    -------
    Path
        Folder of the server's socket and log.
    """
    nest = _nest()
    os.environ[NEST] = str(nest.folder)
    of = dict(os.environ if environment is None else environment)
    nest.connect(of, [*wanted_preload(of), *preload], folder).close()
    return nest.folder


def stop() -> None:
    """End the servers of this process, and with them every kernel they forked."""
    global _own
    if _own is None or _own.owner != os.getpid():  # another process's, of which this may be a fork
        return
    _own.clear()
    if os.environ.get(NEST) == str(_own.folder):
        del os.environ[NEST]
    _own = None
    while _children:
        _children.pop().wait()


def wanted_preload(environment: Mapping[str, str]) -> list[str]:
    """Give what an environment wants loaded: TIGHTROPE_PRELOAD, comma-separated, else `DEFAULT_PRELOAD`."""
    given = environment.get(PRELOAD)
    names = DEFAULT_PRELOAD if given is None else [name.strip() for name in given.split(",")]
    return [name for name in names if name]


def _nest() -> Nest:
    global _own
    given = Nest.given()
    if given is not None:
        return given
    if _own is None or _own.owner != os.getpid() or not _own.folder.is_dir():
        _own = Nest.make()
        atexit.register(stop)
        _children.clear()
    return _own


def private_folder() -> Path:
    """Make a folder for one kernel's sockets; it goes with the server, or before."""
    return Path(tempfile.mkdtemp(prefix="k", dir=_nest().folder))


class WarmProcess:
    """A forked kernel, with the methods of `subprocess.Popen` that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, talk: socket.socket, complaints: int | None) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._talk = talk
        self._complaints = complaints
        self._heard = b""

    def poll(self) -> int | None:
        """Give how the kernel ended; None while it runs."""
        if self.returncode is None and select.select([self._talk], [], [], 0)[0]:
            self._listen()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the kernel's end."""
        while self.returncode is None:
            if not select.select([self._talk], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("warm kernel", timeout or 0)
            self._listen()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the kernel has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the kernel."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def _listen(self) -> None:
        try:
            more = self._talk.recv(4096)
        except OSError:
            more = b""
        self._heard += more
        if more and not self._heard.endswith(b"\n"):
            return
        if self._heard:
            self.returncode = int(json.loads(self._heard)["returncode"])
        else:
            self.returncode = -signal.SIGKILL
            if self._complaints is not None:
                with suppress(OSError):
                    os.write(self._complaints, b"the server of warm kernels was killed, and the kernel with it\n")
        self.close()

    def close(self) -> None:
        """Hang up; a kernel that still runs is killed."""
        self._talk.close()
        if self._complaints is not None:
            os.close(self._complaints)
            self._complaints = None


def launch(
    argv: Sequence[str], environment: Mapping[str, str], folder: str, files: tuple[int, int, int]
) -> WarmProcess:
    """Fork a kernel; it has bound its sockets when this returns.

    Parameters
    ----------
    argv : sequence of str
        Arguments of ``ipykernel_launcher``.
    environment : mapping
        The kernel's. TIGHTROPE_PRELOAD and TIGHTROPE_KERNEL_MEMORY_MB (a limit on its address space) are read from it.
    folder : str
        Its working directory.
    files : tuple of int
        Handles of its standard input, output and error.

    Raises
    ------
    RenderFailed
        Where no kernel could be forked.
    """
    preload = wanted_preload(environment)
    order = {
        "argv": list(argv),
        "environment": {k: v for k, v in environment.items() if k not in (NEST, PRELOAD)},
        "folder": str(Path(folder).absolute()),
        "memory_mb": memory_limit(environment),
        "preload": preload,
    }
    heard: dict[str, Any] = {}
    nest = _nest()
    for _ in range(_TRIES):  # a stale server gives way to a new one, and one may die under us
        talk = nest.connect(environment, preload)
        try:
            talk.settimeout(_START_S)
            socket.send_fds(talk, [b" "], list(files))
            talk.sendall(json.dumps(order).encode() + b"\n")
            heard = _line(talk)
        except ConnectionError as error:  # it retired with us in its queue
            heard = {"lost": error.strerror or str(error)}
        except OSError as error:
            heard = {"failed": error.strerror or str(error)}
        if "bound" in heard:
            talk.settimeout(None)
            return WarmProcess(heard["bound"], talk, os.dup(files[2]))
        talk.close()
        if "failed" in heard:
            break
    ended = f"it ended with {heard.get('returncode', 'its server')} before it was ready"
    why = heard.get("failed") or heard.get("lost") or ended
    raise RenderFailed("no warm kernel could be started", why=str(why), fix="use an ordinary kernel: --kernel plain")


def memory_limit(environment: Mapping[str, str]) -> int | None:
    """Read TIGHTROPE_KERNEL_MEMORY_MB; None where there is no limit."""
    given = environment.get(MEMORY, "").strip()
    if not given:
        return None
    if not given.isdecimal() or int(given) == 0:
        raise RenderFailed(f"{MEMORY} = {given!r} is no number of megabytes", fix="write, for example, 4000")
    return int(given)


def _line(talk: socket.socket) -> dict[str, Any]:
    """Read one line of JSON; nothing where the other side hung up."""
    heard = b""
    while not heard.endswith(b"\n"):
        more = talk.recv(1)  # what follows the line belongs to whoever waits for the kernel's end
        if not more:
            return {}
        heard += more
    found: dict[str, Any] = json.loads(heard)
    return found


def _connect(address: Path) -> socket.socket | None:
    talk = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        talk.connect(str(address))
    except OSError:
        talk.close()
        return None
    return talk


def _last_line(path: Path) -> str:
    try:
        lines = path.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1][:200] if lines else ""
