"""Where notebooks leave what they made: values and charts, one folder a run and notebook.

results/lab holds what was run by hand, in JupyterLab or by plain papermill; `bilan build` keeps its own under
results/build, named by BILAN_RESULTS, so that trying something out in a notebook never reaches a published page.
"""

import ast
import json
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from .errors import InputError
from .files import ROOT
from .language import LANGUAGES
from .parameters import Parameters
from .values import Value, read_values

NOTEBOOKS = ROOT / "notebooks"
NARRATIVE = "08_narrative"


def results_root() -> Path:
    """Return the folder of the results in use."""
    return Path(os.environ.get("BILAN_RESULTS") or ROOT / "results" / "lab")


@cache
def declared(notebook: str) -> tuple[str, ...]:
    """Return the names of a notebook's parameters. Raises InputError where it has no cell tagged parameters."""
    path = NOTEBOOKS / f"{notebook}.ipynb"
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if "parameters" in cell["metadata"].get("tags", []):
            assigned = (line for line in ast.parse("".join(cell["source"])).body if isinstance(line, ast.AnnAssign))
            return tuple(line.target.id for line in assigned)
    raise InputError(f"notebooks/{path.name}: expected a cell tagged parameters, found none")


def folder_of(notebook: str, parameters: Parameters) -> Path:
    """Return a notebook's result folder: one for each set of its own parameters, so that runs that differ only in
    others share it; charts in some languages alone have one of their own, and the narrative one a language.
    """
    own = parameters.only(declared(notebook))
    some = "" if set(own.languages) == set(LANGUAGES) else "." + ("-".join(own.languages) or "no-charts")
    name = f"{NARRATIVE}.{parameters.lang}" if notebook == NARRATIVE else notebook
    return results_root() / f"{own.edition}{some}" / name


def working_notebooks() -> list[str]:
    """Return the names of the working notebooks, 01 to 07, in order."""
    names = sorted(path.stem for path in NOTEBOOKS.glob("0[1-9]_*.ipynb"))
    return [name for name in names if name != NARRATIVE]


def load_values(parameters: Parameters, read: Callable[[Path], dict[str, Value]] = read_values) -> dict[str, Value]:
    """Return the values of all working notebooks of a run by id. Raises FileNotFoundError where one has none.

    `read` reads a notebook's file; one that remembers what it read serves many runs that share most of them.
    """
    values = {}
    for notebook in working_notebooks():
        values |= read(folder_of(notebook, parameters) / "values.json")
    return values


def check_stem(stem: str) -> str:
    """Return the name a chart's files have. Raises InputError where it could lead out of their folder."""
    if not re.fullmatch(r"\w+", stem):
        raise InputError(f"chart {stem!r}: expected a name of letters, digits and _")
    return stem


def load_charts(parameters: Parameters) -> dict[str, dict]:
    """Return the charts of a run by stem: {"folder": Path, "notebook": str, "words": {lang: {"title", "alt"}}}."""
    charts = {}
    for notebook in working_notebooks():
        folder = folder_of(notebook, parameters)
        for stem, words in json.loads((folder / "charts.json").read_text(encoding="utf-8")).items():
            charts[check_stem(stem)] = {"folder": folder / "figures", "notebook": notebook, "words": words}
    return charts
