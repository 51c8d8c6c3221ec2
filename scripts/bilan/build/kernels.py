"""Kernels: real ones, over sockets in a private folder, and where it can be had forked from a process that is ready.

An ordinary kernel spends most of a notebook's time on importing the same libraries again. A forked one (see forkserver)
starts with them, in milliseconds, and is still a process of its own, with its own names, random numbers and folder.
"""

import asyncio
import os
import socket
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty

from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from bilan.build.forkserver import fork_kernel, short_folder

LISTENS = 30  # seconds within which a kernel listens, or is asked all the same


class PrivateKernelClient(AsyncKernelClient):
    """A client that is ready as soon as the kernel is, instead of after a fifth of a second of silence."""

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        until = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < until:
            asked, status = self.kernel_info(), ""
            try:
                reply = await self._answer(self.get_shell_msg, 1, asked)
                while status != "idle":  # this very request is done with: nothing of it is to be taken for a cell's
                    said = await self._answer(self.get_iopub_msg, 0.05, asked)  # lost, if said before it was heard
                    status = said["content"].get("execution_state")
                self._handle_kernel_info_reply(reply)
                return
            except Empty:
                if not await self._async_is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    @staticmethod
    async def _answer(channel: Callable, timeout: float, asked: str) -> dict:
        """Return the next message that answers a request. Raises Empty if the channel is silent for so long."""
        while (message := await channel(timeout=timeout))["parent_header"].get("msg_id") != asked:
            pass
        return message

    wait_for_ready = _async_wait_for_ready


class PrivateKernelManager(AsyncKernelManager):
    """Kernels whose channels are sockets in a private folder: no port of theirs to race for or to listen in on."""

    client_factory = PrivateKernelClient

    def __init__(self, **settings):
        self._sockets = None
        if hasattr(socket, "AF_UNIX") and (folder := short_folder()):
            self._sockets = tempfile.TemporaryDirectory(prefix="bilan-", dir=folder)
            settings |= {"transport": "ipc", "ip": f"{self._sockets.name}/k"}
        super().__init__(**settings)

    async def _async_pre_start_kernel(self, **settings) -> tuple:
        if self.provisioner is None:
            self.kernel_id = self.kernel_id or str(uuid.uuid4())
            self.provisioner = ForkProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
        return await super()._async_pre_start_kernel(**settings)

    pre_start_kernel = _async_pre_start_kernel

    async def _async_post_start_kernel(self, **settings) -> None:
        """Wait until the kernel listens: who asks before is told a tenth of a second later at the earliest."""
        last, until = Path(f"{self.ip}-{self.hb_port}"), time.monotonic() + LISTENS  # the last of its sockets
        while self._sockets and not last.exists() and time.monotonic() < until and await self._async_is_alive():
            await asyncio.sleep(0.001)
        await super()._async_post_start_kernel(**settings)

    post_start_kernel = _async_post_start_kernel

    async def _async_interrupt_kernel(self) -> None:
        if not self.shutting_down:  # an idle kernel that is only asked to end need not be interrupted
            await super()._async_interrupt_kernel()

    interrupt_kernel = _async_interrupt_kernel

    async def _async_wait(self, pollinterval: float = 0.1) -> None:
        await super()._async_wait(min(pollinterval, 0.005))

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart)
        if self._sockets and not restart:
            self._sockets.cleanup()

    cleanup_resources = _async_cleanup_resources


class _ForkedProcess:
    """A forked kernel as LocalProvisioner sees a process: the part of subprocess.Popen it uses."""

    stdin = stdout = stderr = None

    def __init__(self, kernel: BaseProcess):
        self._kernel = kernel
        self.pid, self.terminate, self.kill = kernel.pid, kernel.terminate, kernel.kill

    def poll(self) -> int | None:
        """Return the exit status, or None while it runs."""
        return self._kernel.exitcode

    def wait(self) -> int:
        """Wait for the end and return the exit status."""
        self._kernel.join()
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


class ForkProvisioner(LocalProvisioner):
    """Starts kernels by forking where that can be done, as usual otherwise."""

    async def launch_kernel(self, cmd: list[str], **kwargs) -> dict:
        """Fork a kernel for `python -m ipykernel_launcher …` and return its connection."""
        kernel, folder = None, str(kwargs.get("cwd") or Path.cwd())
        if cmd[:3] == [sys.executable, "-m", "ipykernel_launcher"]:
            environment = dict(kwargs.get("env") or os.environ)
            kernel = await asyncio.to_thread(fork_kernel, cmd[3:], environment, folder)
        if kernel is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid = _ForkedProcess(kernel), kernel.pid, kernel.pid  # it leads a session
        self.cwd = folder
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the end of the process; LocalProvisioner would look only each tenth of a second."""
        while self.process and await self.poll() is None:
            await asyncio.sleep(0.002)
        return await super().wait()
