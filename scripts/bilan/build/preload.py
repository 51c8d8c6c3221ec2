"""What the server that kernels are forked from loads: imported there alone, and for what the import does.

Where something fails, or leaves a thread, with which a process can't be forked safely, the server ends without a word:
kernels are then ordinary ones, in which the same fault shows itself.
"""

import gc
import io
import os
import pkgutil
import signal
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

# not matplotlib_inline, whose hook into IPython is to run in the kernel
LIBRARIES = ("ipykernel.kernelapp", "ipykernel.debugger", "tornado.platform.asyncio", "numpy", "pandas", "seaborn")
OWN = ("analysis", "show")


def load() -> None:
    """Import what a kernel and the notebooks need, and draw once, so that fonts and file writers are loaded too."""
    command = os.getppid()
    for name in _modules():
        import_module(name)
        if os.getppid() != command:  # it has ended meanwhile
            raise SystemExit
    _draw()
    gc.collect()
    gc.freeze()  # so that no collection in a child touches, and copies, what it shares


def _modules() -> Iterator[str]:
    yield from LIBRARIES
    for name in OWN:
        package = import_module(f"bilan.{name}")
        yield from (found.name for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."))
    yield from ("bilan.notebook.run", "bilan.cli")


def _draw() -> None:
    from babel.numbers import format_decimal
    from matplotlib.figure import Figure

    from bilan.languages import LANGUAGES, catalog

    figure = Figure(layout="constrained")
    axes = figure.subplots()
    axes.plot([1, 2])
    for lang in LANGUAGES:
        catalog(lang)
        axes.set_title(format_decimal(1234.5, locale=lang))
    for kind in ("svg", "png"):
        figure.savefig(io.BytesIO(), format=kind)


os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # a warning of the debugger that ipykernel loads
signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C is the command's, here as later
try:
    load()
except Exception:
    raise SystemExit from None
if len(list(Path("/proc/self/task").iterdir())) > 1:
    raise SystemExit
