"""The process that kernels are forked from: it imports what notebooks import, once, and then only forks and waits.

`python -P -m bilan.build.forkserver FD` serves the listening Unix socket FD until its standard input is closed. A
request is one JSON line, {"argv", "env", "cwd"}, on a connection of its own; the answer is one line with the kernel's
process id, and another with its exit status (negative: the signal) once it has ended. A connection closed before that
ends the kernel. The answer 0 refuses an environment that this process would have had to start in. Linux alone: it
waits by process descriptors.
"""

import gc
import importlib
import json
import os
import pkgutil
import random
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SERVER = "BILAN_FORK_SERVER"  # environment: the path of the server's socket
# What Python and the libraries read from the environment when they start or are imported.
READ_ONCE = ("PYTHON", "MPL", "OMP_", "OPENBLAS_", "MKL_", "LC_", "LANG")
PRELOADED = ("bilan.analysis.", "bilan.show.", "bilan.notebook.")
PROVISIONER = "JUPYTER_DEFAULT_PROVISIONER_NAME"  # how jupyter_client is told which kernels to take


def available() -> bool:
    """Say whether kernels can be forked here: Linux alone, where that is safe and a process's end can be waited for."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


@contextmanager
def forking() -> Iterator[None]:
    """Have jupyter_client fork its kernels: start the server, which loads meanwhile; end it with all its kernels."""
    folder = tempfile.mkdtemp(prefix="bilan-")
    path = f"{folder}/fork"
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy would start threads; notebooks run side by side instead
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        command = [sys.executable, "-P", "-m", "bilan.build.forkserver", str(listener.fileno())]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[listener.fileno()])
    os.environ |= {SERVER: path, PROVISIONER: "bilan-fork"}
    try:
        yield
    finally:
        for name in (SERVER, PROVISIONER):
            os.environ.pop(name, None)
        server.stdin.close()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Import, then serve; in a forked child, become its kernel."""
    preload()
    request = serve(socket.socket(fileno=int(sys.argv[1])))
    if request is not None:
        run_kernel(request)


def preload() -> None:
    """Import what a kernel and the notebooks need, and draw once, so that fonts and file writers are loaded too."""
    # not matplotlib_inline, whose hook into IPython is to run in the kernel

    import bilan
    from bilan import languages
    from bilan.data import tables as data
    from bilan.show.bars import draw_years
    from bilan.show.chart import save_chart

    for found in pkgutil.walk_packages(bilan.__path__, "bilan."):
        if found.name.startswith(PRELOADED):
            importlib.import_module(found.name)
    data.datapackage()
    for lang in languages.LANGUAGES:
        languages.catalog(lang)
        languages.format_number(1234, lang)
    table = data.read_table("countries").head(1).assign(year=2024, indicator="assaults", value=1, qualifier="exact")
    with tempfile.TemporaryDirectory() as scratch:
        chart = draw_years(table.assign(change_pct=float("nan")), "fr", "borders")
        save_chart(chart, table, Path(scratch), "first")
    gc.collect()
    gc.freeze()  # so that no collection in a child touches, and copies, what it shares


def serve(listener: socket.socket) -> dict | None:
    """Fork on request until standard input ends; return None then, and in each child its request."""
    ready = selectors.DefaultSelector()
    ready.register(listener, selectors.EVENT_READ, "asked")
    ready.register(0, selectors.EVENT_READ, "over")
    children: dict[socket.socket, tuple[int, int]] = {}  # connection → process id and descriptor
    while True:
        for key, _ in ready.select():
            if key.data == "over":
                for pid, _ in children.values():
                    _kill(pid)
                return None
            if key.data == "asked":
                connection, _ = listener.accept()
                request = _line(connection)
                if request is None or _starts_otherwise(request["env"]):
                    with suppress(OSError):
                        connection.sendall(b"0\n")
                    connection.close()
                    continue
                assert threading.active_count() == 1, "a process with threads cannot be forked safely"
                pid = os.fork()
                if pid == 0:
                    ready.close()
                    for one in (listener, connection, *children):
                        one.close()
                    for _, descriptor in children.values():
                        os.close(descriptor)
                    return request
                descriptor = os.pidfd_open(pid)
                children[connection] = pid, descriptor
                connection.sendall(b"%d\n" % pid)
                ready.register(connection, selectors.EVENT_READ, connection)
                ready.register(descriptor, selectors.EVENT_READ, connection)
                continue
            connection = key.data
            if connection not in children:  # both its events came at once
                continue
            pid, descriptor = children.pop(connection)
            if key.fileobj is connection:  # its owner is gone
                _kill(pid)
            ready.unregister(connection)
            ready.unregister(descriptor)
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            os.close(descriptor)
            if key.fileobj is not connection:
                with suppress(OSError):
                    connection.sendall(b"%d\n" % status)
            connection.close()


def _starts_otherwise(environment: dict[str, str]) -> bool:
    """Say whether a kernel in an environment would have started otherwise than this process did."""
    names = {name for name in {*environment, *os.environ} if name.startswith(READ_ONCE)}
    return any(environment.get(name) != os.environ.get(name) for name in names)


def _line(connection: socket.socket) -> dict | None:
    """Return the request of a connection, or nothing where it was closed before it was complete."""
    received = b""
    while not received.endswith(b"\n"):
        some = connection.recv(65536)
        if not some:
            return None
        received += some
    return json.loads(received)


def _kill(pid: int) -> None:
    """End a kernel with all it started: it leads a process group."""
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError):
            end(pid, signal.SIGKILL)


def run_kernel(request: dict) -> None:
    """Make this forked process what a kernel started afresh would be, and run it."""
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(request["env"], JPY_PARENT_PID=str(os.getppid()))
    time.tzset()
    os.chdir(request["cwd"])
    random.seed()
    sys.modules["numpy"].random.seed()
    from ipykernel.kernelapp import IPKernelApp

    # python -m ipykernel_launcher ARGUMENTS, without the launcher
    sys.argv = request["argv"][2:]
    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(request["argv"][3:])
    app.start()


if __name__ == "__main__":
    main()
