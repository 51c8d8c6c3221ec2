"""What the server that kernels are forked from loads: imported there alone, and for what the import does.

Where something fails, or leaves a thread, with which a process can't be forked safely, the server ends without a word:
kernels are then ordinary ones, in which the same fault shows itself.
"""

import gc
import io
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

# not matplotlib_inline, whose hook into IPython is to run in the kernel
LIBRARIES = ("ipykernel.kernelapp", "ipykernel.debugger", "tornado.platform.asyncio", "numpy", "pandas", "seaborn")
# what a kernel imports as it starts or shows its first table
LIBRARIES += ("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect")
LIBRARIES += ("IPython.extensions.storemagic", "pandas.io.formats.html", "pandas.io.formats.string")
LIBRARIES += ("psutil", "sqlite3")
# what ipykernel and seaborn import where it is installed, for a debugger and for widgets
LEFT_OUT = ("debugpy", "ipywidgets")


def load() -> None:
    """Import what a kernel and the notebooks need, and draw once, so that fonts and file writers are loaded too."""
    gc.disable()  # little of what is loaded can be thrown away again
    command, package = os.getppid(), Path(__file__).parents[1]
    own = [f"bilan.{name}.{path.stem}" for name in ("analysis", "show") for path in package.glob(f"{name}/[!_]*.py")]
    sys.modules |= dict.fromkeys(LEFT_OUT)
    # the last is what every child of the script `bilan` imports
    for name in (*LIBRARIES, *own, "bilan.notebook.story", "bilan.build.output", "bilan.__main__"):
        import_module(name)
        if os.getppid() != command:  # it has ended meanwhile
            raise SystemExit
    for name in LEFT_OUT:
        del sys.modules[name]  # a notebook may import it
    _draw()
    _read()
    gc.freeze()  # so that no collection in a child touches, and copies, what it shares
    gc.enable()


def _read() -> None:
    """Read the data once for all kernels: what a kernel finds changed on the disk it reads again by itself."""
    from bilan.data import ledgers, package, prints, tables
    from bilan.errors import InputError

    with suppress(InputError):  # the command says what is wrong with them
        for resource in package.datapackage()["resources"]:
            tables.read_outlines() if resource["format"] == "geojson" else tables.read_table(resource["name"])
        for year in package.years():
            ledgers.load_communique(year)
            prints.printed_by("", year)


def _draw() -> None:
    from babel.numbers import format_decimal
    from matplotlib.figure import Figure

    from bilan.languages import LANGUAGES, catalog

    figure = Figure()
    for lang in LANGUAGES:
        catalog(lang)
        figure.text(0, 0, format_decimal(1234.5, locale=lang), fontweight="bold" if lang == "ar" else "normal")
    for kind in ("pdf", "png"):
        figure.savefig(io.BytesIO(), format=kind)


signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C is the command's, here as later
try:
    load()
except Exception:
    raise SystemExit from None
if len(list(Path("/proc/self/task").iterdir())) > 1:
    raise SystemExit
