"""The server of warm kernels: one process with libraries loaded, of which every kernel is a fork.

It runs as ``python -m tightrope.publish.forkserver SOCKET OWNER PRELOAD FOLDER`` and is started and spoken to by
`tightrope.publish.warm`. It keeps no thread, no event loop and no zmq socket, so a fork of it is whole. It ends with
its owner; its kernels end with it, and with the connection of whoever asked for them.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import random
import selectors
import shutil
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_TALK_S = 30.0  # the longest a client may take to say its few kilobytes
_PR_SET_PDEATHSIG = 1


@dataclass
class Kernel:
    """A running fork: its process, the handle that tells of its end, and the connection of whoever asked for it."""

    pid: int
    handle: int
    talk: socket.socket


@dataclass(frozen=True)
class Order:
    """What a kernel is to be: command line, environment, folder, memory, and its standard files."""

    argv: list[str]
    environment: dict[str, str]
    folder: str
    memory_mb: int | None
    preload: list[str]
    files: list[int]
    talk: socket.socket


@dataclass
class Server:
    """Waits for orders, forks, and tells how each fork ended."""

    address: Path
    owner: int
    loaded: set[str] = field(default_factory=set)
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    kernels: dict[int, Kernel] = field(default_factory=dict)
    is_stale: bool = False
    is_threaded: bool = False
    n_settled: int = -1

    @property
    def left_out(self) -> Path:
        """File that tells the servers to come what cannot be loaded ahead."""
        return self.address.with_suffix(".skip")

    def open(self) -> None:
        """Start to listen; clients may connect before anything is loaded, and wait."""
        self.owner_handle = os.pidfd_open(self.owner)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(str(self.address))
        self.listener.listen(64)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.owner_handle, selectors.EVENT_READ, "owner")
        self.selector.register(self.listener, selectors.EVENT_READ, "order")

    def serve(self) -> Order:
        """Wait and fork for as long as the owner lives. It returns in a fork only, with that fork's order."""
        while not (self.is_stale and not self.kernels):
            for key, _ in self.selector.select():
                if key.data == "owner":
                    self.end()
                elif key.data == "order":
                    order = self._take()
                    if order is not None:
                        return order
                else:
                    self._tend(key.data)
        sys.exit(0)

    def end(self) -> None:
        """Kill every kernel, leave no file and exit."""
        for kernel in self.kernels.values():
            _kill(kernel.pid)
        shutil.rmtree(self.address.parent, ignore_errors=True)
        sys.exit(0)

    def load(self, preload: Iterable[str]) -> None:
        """Import modules and call hooks (``module:function``), each once.

        What cannot be imported is left to fail in the notebook that wants it, where its author sees it.
        """
        for entry in preload:
            if entry in self.loaded:
                continue
            self.loaded.add(entry)
            module, _, function = entry.partition(":")
            before = dict(os.environ)
            try:
                found = importlib.import_module(module)
                if function:
                    getattr(found, function)()
            except BaseException:
                print(f"preload {entry}", file=sys.stderr)
                traceback.print_exc()
            _set_by_imports.update({k: v for k, v in os.environ.items() if before.get(k) != v})
            if not self.is_threaded and len(list(Path("/proc/self/task").iterdir())) > 1:
                # Forks would lack the thread and might wait for it, so the next server goes without this entry.
                print(f"preload {entry} started a thread; it is left to the kernels", file=sys.stderr)
                self.is_threaded = True
                with self.left_out.open("a") as file:
                    file.write(entry + "\n")
        matplotlib = sys.modules.get("matplotlib")
        if matplotlib is not None:
            _settings.setdefault("matplotlibrc", matplotlib.matplotlib_fname())

    def load_in(self, folder: str, preload: Iterable[str]) -> None:
        """Load from a folder, where a hook may look for its files."""
        before = Path.cwd()
        with suppress(OSError):
            os.chdir(folder)
        self.load(preload)
        os.chdir(before)

    def changed(self) -> str:
        """Give a file of a loaded module that was edited since, or an empty text."""
        for name, module in list(sys.modules.items()):
            path = getattr(module, "__file__", None)
            if not path:
                continue
            try:
                stat = os.stat(path)  # noqa: PTH116  # some two thousand a fork
            except OSError:
                continue
            now = (stat.st_mtime_ns, stat.st_size)
            if self.seen.setdefault(name, now) != now:
                return str(path)
        return ""

    def _take(self) -> Order | None:
        talk, _ = self.listener.accept()
        try:
            order = _read_order(talk)
        except (OSError, ValueError):  # it hung up, or only looked whether someone is here
            talk.close()
            return None
        edited = self.changed()
        if edited:
            print(f"edited since it was loaded: {edited}", file=sys.stderr)
            # What is loaded is no longer what a new process would load, so a new server takes over.
            self._retire()
            self._answer(order, {"stale": True})
            return None
        n_loaded = len(self.loaded)
        self.load_in(order.folder, order.preload)
        if len(self.loaded) != n_loaded:
            self.changed()
        if self.is_threaded:
            self._retire()
            self._answer(order, {"stale": True})
            return None
        if len(self.loaded) != self.n_settled:
            self.n_settled = len(self.loaded)
            gc.collect()
            gc.freeze()  # what all forks share stays out of their collections, and so stays shared
        try:
            pid = os.fork()
        except OSError as error:
            self._answer(order, {"failed": f"no kernel could be forked: {error.strerror}"})
            return None
        if pid == 0:
            self._leave(keep=talk)
            return order
        for file in order.files:
            os.close(file)
        kernel = Kernel(pid, os.pidfd_open(pid), talk)
        self.kernels[pid] = kernel
        self.selector.register(kernel.handle, selectors.EVENT_READ, kernel)
        self.selector.register(talk, selectors.EVENT_READ, kernel)
        return None

    def _answer(self, order: Order, words: dict[str, Any]) -> None:
        for file in order.files:
            os.close(file)
        with suppress(OSError), order.talk:
            say(order.talk, words)

    def _retire(self) -> None:
        """Take no more orders; what runs may end in peace."""
        self.is_stale = True
        self.selector.unregister(self.listener)
        self.listener.close()
        self.address.unlink(missing_ok=True)

    def _tend(self, kernel: Kernel) -> None:
        if kernel.pid not in self.kernels:  # both of its handles spoke in one turn
            return
        pid, status = os.waitpid(kernel.pid, os.WNOHANG)
        if pid == 0:
            # The client says nothing after its order, so it hung up: nobody is left to use the kernel.
            _kill(kernel.pid)
            pid, status = os.waitpid(kernel.pid, 0)
        del self.kernels[pid]
        self.selector.unregister(kernel.handle)
        self.selector.unregister(kernel.talk)
        os.close(kernel.handle)
        with suppress(OSError), kernel.talk:
            say(kernel.talk, {"returncode": os.waitstatus_to_exitcode(status)})

    def _leave(self, keep: socket.socket) -> None:
        """Close, in a fork, everything that is the server's."""
        self.selector.close()
        self.listener.close()
        os.close(self.owner_handle)
        for kernel in self.kernels.values():
            os.close(kernel.handle)
            kernel.talk.close()
        self.kernels.clear()
        keep.set_inheritable(False)


def say(talk: socket.socket, words: dict[str, Any]) -> None:
    """Send one line of JSON."""
    talk.sendall(json.dumps(words).encode() + b"\n")


def _read_order(talk: socket.socket) -> Order:
    talk.settimeout(_TALK_S)
    data, files, _, _ = socket.recv_fds(talk, 1 << 16, 3)
    while data and not data.endswith(b"\n"):
        more = talk.recv(1 << 16)
        data = data + more if more else b""
    talk.settimeout(None)
    if not data:
        raise ValueError("no order")
    said = json.loads(data)
    return Order(**said, files=list(files), talk=talk)


def _kill(pid: int) -> None:
    """End a kernel and what it started in its session."""
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            end(pid, signal.SIGKILL)


def become_kernel(order: Order, server: int) -> None:
    """Turn this fork into the process that ``python -m ipykernel_launcher`` would have been, and run the kernel."""
    _die_with(server)
    os.setsid()
    for target, file in enumerate(order.files):
        os.dup2(file, target)
        os.close(file)
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else _at_start[number])
    sys.stdout.reconfigure(line_buffering=os.isatty(1))  # type: ignore[union-attr]  # a text file at start-up
    os.environ.clear()
    os.environ.update({**_set_by_imports, **order.environment})
    time.tzset()
    os.chdir(order.folder)
    if order.memory_mb is not None:
        import resource

        limit = order.memory_mb * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    _reseed()
    gc.set_threshold(50_000)  # a report makes many objects and few cycles: after each 700, looking took 0.03 s
    import ipykernel_launcher

    sys.argv[:] = [str(ipykernel_launcher.__file__), *order.argv]
    _run(order, server)


_at_start: dict[int, Any] = {}

# Variables that modules set as they were imported; they would set them in an ordinary kernel too.
_set_by_imports: dict[str, str] = {}


def _die_with(server: int) -> None:
    """Have the system kill this process when the server ends, however it ends."""
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server:  # it ended in between
        os._exit(1)


def _reseed() -> None:
    """Give this fork random numbers of its own; numpy's global state would else be every fork's."""
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _run(order: Order, server: int) -> None:
    from ipykernel.kernelapp import IPKernelApp
    from traitlets import Integer

    class WarmKernelApp(IPKernelApp):  # type: ignore[misc]  # ipykernel is untyped here
        """An ipykernel that says when its sockets are bound, so that no client need knock and wait."""

        # ipykernel read its parent from the environment when the server imported it.
        parent_handle = Integer(server).tag(config=True)

        def init_heartbeat(self) -> None:
            super().init_heartbeat()
            with suppress(OSError), order.talk:
                say(order.talk, {"bound": os.getpid()})

        def init_gui_pylab(self) -> None:
            super().init_gui_pylab()
            _settle_matplotlib()

        def start(self) -> None:
            super().start()
            # At exit ipykernel stops the output thread first; a control thread that still has a last word for it then
            # waits for ever, and the exit for the control thread. Under load that was one kernel in ten.
            if self.control_thread and self.control_thread.is_alive():
                self.control_thread.stop()
                self.control_thread.join()

    WarmKernelApp.launch_instance()


def _settle_matplotlib() -> None:
    """Let matplotlib, loaded before there was a kernel, take backend and settings as if it were loaded now."""
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is None:
        return
    if os.environ.get("MPLBACKEND"):
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
    here = matplotlib.matplotlib_fname()
    if here != _settings.get("matplotlibrc"):  # a matplotlibrc in the kernel's folder counts before all others
        found = matplotlib.rc_params_from_file(here)
        matplotlib.rcParams.update({key: found[key] for key in found if key != "backend"})
    # As it loads, it looks for the kernel that it shall draw into.
    sys.modules.pop("matplotlib_inline.backend_inline", None)
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.install_repl_displayhook()


_settings: dict[str, str] = {}


def main() -> None:
    """Serve until the owner ends."""
    address, owner, preload, folder = sys.argv[1:]
    atexit.register(_end_quickly)  # the first registered is the last to run
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGTERM, signal.SIGCHLD):
        _at_start[number] = signal.getsignal(number)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.path and sys.path[0] in ("", str(Path.cwd())):
        del sys.path[0]
    server = Server(Path(address), int(owner))
    try:
        server.open()
    except ProcessLookupError:
        sys.exit(0)
    if server.left_out.exists():
        server.loaded.update(server.left_out.read_text().split())
    server.load_in(folder, [entry for entry in preload.split(",") if entry])
    server.changed()
    pid = os.getpid()
    order = server.serve()
    _ending["code"] = 1
    become_kernel(order, pid)
    _ending["code"] = 0


# How a fork ends; empty in the server.
_ending: dict[str, int] = {}


def _end_quickly() -> None:
    """End a fork after its last exit handler: to take every module apart would copy every page it shares."""
    if _ending:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(_ending["code"])


if __name__ == "__main__":
    main()
