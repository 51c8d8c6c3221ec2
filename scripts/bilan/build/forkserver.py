"""Forked kernels, and writers of pages: Python's own fork server imports what they need, once, and forks them.

What it imports stands in `bilan.build.preload`. On Linux alone, where that is safe. A kernel that can't be had this way
is an ordinary one: `fork_kernel` returns None; pages are then written by the command itself.
"""

import multiprocessing
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess

# What Python and the libraries read from the environment when they start or are imported.
READ_ONCE = ("PYTHON", "MPL", "OMP_", "OPENBLAS_", "MKL_", "LC_", "LANG")
LONGEST = 60  # bytes of a folder's path that sockets may lie in: with their names they may have 107

_server: dict[str, str] | None = None  # the environment the server was started in, while kernels are to be forked
_kernels: list[BaseProcess] = []


def available() -> bool:
    """Say whether kernels can be forked here: Linux alone, where that is safe."""
    return sys.platform == "linux"


def forks() -> bool:
    """Say whether kernels are being forked."""
    return _server is not None


def short_folder() -> str | None:
    """Return a temporary folder whose path leaves room for the names of sockets, or None where there is none."""
    folders = (tempfile.gettempdir(), "/tmp")
    return next((one for one in folders if len(os.fsencode(one)) <= LONGEST and os.access(one, os.W_OK)), None)


@contextmanager
def forking() -> Iterator[None]:
    """Have kernels forked: start the server, which loads meanwhile; at the end no forked kernel is left."""
    global _server
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy would start threads; notebooks run side by side instead
    folder, usual, environment = short_folder(), tempfile.tempdir, dict(os.environ)
    if folder:
        forkserver.set_forkserver_preload(["bilan.build.preload"])
        tempfile.tempdir = folder
        os.environ["PYTHONSAFEPATH"] = "1"  # a kernel imports nothing from the folder the command is called in
        try:
            forkserver.ensure_running()
            _server = environment
        finally:
            tempfile.tempdir = usual
            os.environ.pop("PYTHONSAFEPATH")
            os.environ.update(environment)
    try:
        yield
    finally:
        _server = None
        while _kernels:
            kernel = _kernels.pop()
            if kernel.is_alive():
                with suppress(ProcessLookupError):
                    os.killpg(kernel.pid, signal.SIGKILL)
                kernel.kill()


def fork_kernel(arguments: list[str], environment: dict[str, str], folder: str) -> BaseProcess | None:
    """Start the kernel that `python -m ipykernel_launcher` with these arguments would start.

    Returns None where it has to be an ordinary one: no server, or an environment it would have had to start in.
    """
    if _server is None or _read_once(environment) != _read_once(_server):
        return None
    path = sys.path[not sys.flags.safe_path :]  # without the folder of the script, or the one the command is called in
    if kernel := _forked(run_kernel, arguments, environment, folder, path):
        _kernels.append(kernel)
    return kernel


def _forked(call: Callable, *given: object) -> BaseProcess | None:
    """Return a process forked from the server that calls a function, None where there is no server any more."""
    global _server
    process = multiprocessing.get_context("forkserver").Process(target=call, args=given)
    try:
        process.start()
    except (OSError, EOFError):  # it has ended: a module that it loads failed, or started a thread
        _server = None
        return None
    return process


@contextmanager
def workers(count: int) -> Iterator[Executor]:
    """Give what calls functions in so many processes forked from the server, or in this one where there is none.

    Raises OSError where such a process is killed.
    """
    if _server is None or not _forked(int):
        with ThreadPoolExecutor(1) as pool:  # one, as matplotlib draws in one thread alone
            yield pool
        return
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("forkserver"), initializer=_lead)
    try:
        yield pool
    except BrokenProcessPool:
        raise OSError("a process that wrote pages was ended from outside: killed, or out of memory") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _lead() -> None:
    """Make a process one that ends with the command, and all that it started with it."""
    os.setsid()
    threading.Thread(target=_end_with_command, daemon=True).start()


def _read_once(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(READ_ONCE)}


def run_kernel(arguments: list[str], environment: dict[str, str], folder: str, path: list[str]) -> None:
    """Make this forked process what a kernel started afresh would be, and run it."""
    _lead()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment, JPY_PARENT_PID=str(os.getppid()))
    time.tzset()
    os.chdir(folder)
    random.seed()
    sys.modules["numpy"].random.seed()
    from bilan.build.output import KernelApp

    sys.path[:], sys.argv = path, ["ipykernel_launcher", *arguments]
    # any other parent it would watch, without one say how to reach it
    app = KernelApp.instance(parent_handle=1, outstream_class="bilan.build.output.Output")
    app.initialize(arguments)
    app.log.setLevel(app.log_level)  # else a record is made of each message, for no one
    app.start()


def _end_with_command() -> None:
    """Wait for the end of the command, however it ends, and end this kernel with all it started."""
    multiprocessing.parent_process().join()
    os.killpg(0, signal.SIGKILL)
