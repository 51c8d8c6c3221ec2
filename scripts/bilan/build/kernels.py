"""Kernels: real ones, over sockets in a private folder, and where it can be had forked from a process that is ready.

An ordinary kernel spends most of a notebook's time on importing the same libraries again. A forked one (see forkserver)
starts with them, in milliseconds, and is still a process of its own, with its own names, random numbers and folder.
"""

import asyncio
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from queue import Empty

from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from bilan.build.forkserver import SERVER


class PrivateKernelClient(AsyncKernelClient):
    """A client that is ready as soon as the kernel is, instead of after a fifth of a second of silence."""

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        until = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < until:
            asked = self.kernel_info()
            try:
                reply = await self.get_shell_msg(timeout=1)
                while reply["parent_header"].get("msg_id") != asked:
                    reply = await self.get_shell_msg(timeout=1)
                while True:  # until this very request is done with, so that nothing of it is taken for a cell's
                    said = await self.get_iopub_msg(timeout=0.05)  # lost, if said before this client was heard
                    if (
                        said["parent_header"].get("msg_id") == asked
                        and said["content"].get("execution_state") == "idle"
                    ):
                        self._handle_kernel_info_reply(reply)
                        return
            except Empty:
                if not await self._async_is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    wait_for_ready = _async_wait_for_ready


class PrivateKernelManager(AsyncKernelManager):
    """Kernels whose channels are sockets in a private folder: no port of theirs to race for or to listen in on."""

    client_factory = PrivateKernelClient

    def __init__(self, **settings):
        self._sockets = None
        if hasattr(socket, "AF_UNIX"):
            self._sockets = tempfile.TemporaryDirectory(prefix="bilan-")  # a short path: sockets allow 108 bytes
            settings |= {"transport": "ipc", "ip": f"{self._sockets.name}/k"}
        super().__init__(**settings)

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

    def __init__(self, request: dict):
        self._server = socket.socket(socket.AF_UNIX)
        self._server.connect(os.environ[SERVER])
        self._server.sendall(json.dumps(request).encode() + b"\n")
        self._said = self._server.makefile("rb")
        line = self._said.readline()
        if not line:
            raise ChildProcessError("the process that kernels are forked from has ended")
        self.pid, self.returncode = int(line), None  # no process id: it was refused

    def poll(self) -> int | None:
        """Return the exit status, or None while it runs; the server's own end has killed it."""
        if self.returncode is None and select.select([self._server], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self) -> int:
        """Wait for the end and return the exit status."""
        if self.returncode is None:
            line = self._said.readline()
            self.returncode = int(line) if line else -signal.SIGKILL
            self._said.close()
            self._server.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class ForkProvisioner(LocalProvisioner):
    """Starts kernels by forking; any other command, or an environment the server was not started in, as usual."""

    async def launch_kernel(self, cmd: list[str], **kwargs) -> dict:
        """Fork a kernel for `python -m ipykernel_launcher …` and return its connection."""
        if SERVER not in os.environ or cmd[:3] != [sys.executable, "-m", "ipykernel_launcher"]:
            return await super().launch_kernel(cmd, **kwargs)
        folder = str(kwargs.get("cwd") or Path.cwd())
        request = {"argv": cmd, "env": dict(kwargs.get("env") or os.environ), "cwd": folder}
        process = await asyncio.to_thread(_ForkedProcess, request)
        if not process.pid:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid = process, process.pid, process.pid  # it leads a session, so a group too
        self.cwd = folder
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the end of the process; LocalProvisioner would look only each tenth of a second."""
        while self.process and await self.poll() is None:
            await asyncio.sleep(0.002)
        return await super().wait()
