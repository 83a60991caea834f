"""How jupyter_client comes by a warm kernel: the provisioner ``tightrope-warm``, and a manager that does not wait."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from tightrope.publish import warm

_LAUNCHER = ["-m", "ipykernel_launcher"]
_NO_HISTORY = "--HistoryManager.hist_file=:memory:"
_SOCKET_PATH_MAX = 100  # the system takes 107 characters
_STEP_S = 0.004


class WarmProvisioner(LocalProvisioner):  # type: ignore[misc]  # jupyter_client is untyped here
    """Forks a kernel where the local provisioner would start one.

    Its sockets are files in a folder of its own: no port can be taken by another in between. Where a kernel cannot be
    forked (not Linux, or its command is no ipykernel), an ordinary one is started.
    """

    sockets: Path | None = None
    process: Any = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the sockets' place before the connection file is written."""
        manager = self.parent
        if warm.is_supported() and manager is not None and self.sockets is None and manager.transport == "tcp":
            folder = warm.private_folder()
            if len(str(folder)) < _SOCKET_PATH_MAX:
                self.sockets = folder
                manager.transport, manager.ip = "ipc", str(folder / "s")
            else:
                shutil.rmtree(folder)
        elif self.sockets is not None:  # a restart keeps its addresses
            self.sockets.mkdir(exist_ok=True)
        found: dict[str, Any] = await super().pre_launch(**kwargs)
        return found

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork the kernel."""
        if not warm.is_supported() or cmd[1:3] != _LAUNCHER:
            return await super().launch_kernel(cmd, **kwargs)
        environment = dict(kwargs.get("env") or os.environ)
        environment["JPY_PARENT_PID"] = str(os.getpid())
        arguments = cmd[3:]
        if not any(argument.startswith("--HistoryManager.hist_file") for argument in arguments):
            arguments.append(_NO_HISTORY)  # nbclient asks for it, of kernels named python3 only
        folder = str(kwargs.get("cwd") or Path.cwd())
        with ExitStack() as stack:
            nothing = stack.enter_context(Path(os.devnull).open("rb"))
            files = (nothing.fileno(), _handle(kwargs.get("stdout"), 1), _handle(kwargs.get("stderr"), 2))
            self.process = await asyncio.to_thread(warm.launch, arguments, environment, folder, files)
        self.pid = self.pgid = self.process.pid
        self.cwd = folder
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the kernel's end in small steps."""
        if not isinstance(self.process, warm.WarmProcess):
            ended: int | None = await super().wait()
            return ended
        while self.process.poll() is None:
            await asyncio.sleep(_STEP_S)
        code = self.process.returncode
        self.process = None
        return code

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Give the kernel, asked to end, its time, and notice at once when it has."""
        process, left = self.process, self.get_shutdown_wait_time(5.0) / 2
        while process is not None and process.poll() is None and left > 0:
            await asyncio.sleep(_STEP_S)
            left -= _STEP_S

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the sockets' folder."""
        await super().cleanup(restart=restart)
        if not restart:
            if isinstance(self.process, warm.WarmProcess):
                self.process.close()
            if self.sockets is not None:
                shutil.rmtree(self.sockets, ignore_errors=True)


def _handle(file: int | IO[Any] | None, otherwise: int) -> int:
    """Give the handle of what Popen would take as a standard file."""
    if file is None:
        return otherwise
    return file if isinstance(file, int) else file.fileno()


class QuickClient(AsyncKernelClient):  # type: ignore[misc]  # jupyter_client is untyped here
    """A client that goes on when the kernel is ready, and not a fifth of a second of silence later."""

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + (timeout if timeout is not None else 3600)
        asked = {self.kernel_info()}
        is_answered = is_idle = False
        knock = loop.time() + 1
        while not (is_answered and is_idle):
            if not is_answered and await self.shell_channel.socket.poll(20):
                message = await self.shell_channel.get_msg(timeout=1)
                is_answered = message["msg_type"] == "kernel_info_reply"
                if is_answered:
                    self._handle_kernel_info_reply(message)
            # The idle that follows the question is the last that the kernel says unasked.
            while not is_idle and await self.iopub_channel.socket.poll(20 if is_answered else 0):
                message = await self.iopub_channel.get_msg(timeout=1)
                is_idle = (
                    message["msg_type"] == "status"
                    and message["content"]["execution_state"] == "idle"
                    and message["parent_header"].get("msg_id") in asked
                )
            now = loop.time()
            if now > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")
            if now > knock:
                # Its first words may have gone out before this client listened, so ask again.
                if not await self.is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info")
                asked.add(self.kernel_info())
                is_answered, knock = False, now + 1

    wait_for_ready = _async_wait_for_ready


class QuickManager(AsyncKernelManager):  # type: ignore[misc]  # jupyter_client is untyped here
    """A kernel manager that looks often whether the kernel has ended, and knows this package's kernels uninstalled."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.client_factory = QuickClient
        self.kernel_spec_manager = KernelSpecManager(data_dir=self.data_dir)
        self.kernel_spec_manager.kernel_dirs += [str(Path(__file__).parent / "kernels")]

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        await super()._async_launch_kernel(kernel_cmd, **kw)
        limit, process = warm.memory_limit(kw.get("env") or os.environ), self.provisioner.process
        if limit is not None and isinstance(process, subprocess.Popen) and sys.platform == "linux":
            # A warm kernel has taken its limit already; an ordinary one is given it here.
            resource.prlimit(process.pid, resource.RLIMIT_AS, (limit * 1024 * 1024,) * 2)

    async def _async_finish_shutdown(
        self, waittime: float | None = None, pollinterval: float = 0.01, restart: bool = False
    ) -> None:
        await super()._async_finish_shutdown(waittime, pollinterval, restart)

    finish_shutdown = _async_finish_shutdown
