"""Where notebooks leave what they made: values and charts, one folder a run and notebook.

results/lab holds what was run by hand, in JupyterLab or by plain papermill; `bilan build` keeps its own under
results/build, named by BILAN_RESULTS, so that trying something out in a notebook never reaches a published page.
"""

import ast
import json
import os
import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path

from bilan.errors import InputError
from bilan.files import ROOT, read_limited
from bilan.languages import LANGUAGES
from bilan.number import Number, Numbers, exact, plain
from bilan.parameters import Parameters

NOTEBOOKS = ROOT / "notebooks"
NARRATIVE = "08_narrative"
# What other programs rely on, and what the narrative needs besides.
CONTRACT = ("id", "value", "unit", "low", "high", "qualifier", "status", "period", "sources", "printed_by")
KEPT = ("name", "formula", "inputs", "assumptions", "missing", "notebook", "cell")
BOUNDS = ("value", "low", "high")
LARGEST_NOTEBOOK = 50_000_000  # bytes: JupyterLab saves charts with it


def results_root() -> Path:
    """Return the folder of the results in use."""
    return Path(os.environ.get("BILAN_RESULTS") or ROOT / "results" / "lab")


def read_notebook(notebook: str) -> dict:
    """Return a notebook as its file holds it. Raises InputError where there is none, or no notebook in it."""
    shown = f"notebooks/{notebook}.ipynb"
    raw = read_limited(NOTEBOOKS / f"{notebook}.ipynb", shown, LARGEST_NOTEBOOK)
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{shown}: expected a notebook, which is JSON, found {error}") from None
    cells = content.get("cells") if isinstance(content, dict) and content.get("nbformat") == 4 else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) and "source" in cell for cell in cells):
        raise InputError(f"{shown}: expected a notebook of format 4 with cells, found other JSON")
    return content


@cache
def declared(notebook: str) -> tuple[str, ...]:
    """Return the names of a notebook's parameters.

    Raises InputError where it has no cell tagged parameters, or that holds other than typed names with their values.
    """
    for at, cell in enumerate(read_notebook(notebook)["cells"], 1):
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            return _typed("".join(cell["source"]), f"notebooks/{notebook}.ipynb, cell {at}")
    raise InputError(f"notebooks/{notebook}.ipynb: expected a cell tagged parameters, found none")


def _typed(source: str, where: str) -> tuple[str, ...]:
    expected = f"{where}: expected lines such as year: int = 2024, found"
    try:
        lines = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{expected} what is not Python: {error}") from None
    for line in lines:
        if not (isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value):
            raise InputError(f"{expected} {(ast.get_source_segment(source, line) or '').splitlines()[0]!r}")
    return tuple(line.target.id for line in lines)


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
    return sorted({path.stem for path in NOTEBOOKS.glob("0[1-9]_*.ipynb")} - {NARRATIVE})


def write_numbers(numbers: Iterable[Number], path: Path, contract_only: bool = False) -> None:
    """Write numbers as a JSON list; `contract_only` those that are known, with the keys other programs rely on."""
    known = (one for one in numbers if one or not contract_only)
    more = (lambda one: {name: getattr(one, name) for name in KEPT}) if not contract_only else None
    rows = [_row(one) | more(one) if more else contract_row(one) for one in known]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def contract_row(number: Number) -> dict:
    """Return a number as values.json holds it; `printed_by` is who printed it, see `data.prints.printed_by`."""
    from bilan.data.prints import prints_of  # slow to import, and not needed to run notebooks

    return _row(number) | {"printed_by": prints_of(number)}


def _row(number: Number) -> dict:
    bounds = {name: plain(getattr(number, name)) for name in BOUNDS}
    return {name: getattr(number, name) for name in CONTRACT[:-1]} | bounds


def read_numbers(path: Path) -> dict[str, Number]:
    """Return the numbers of a file by id; what they were made from is told by their formulas alone."""
    return {row["id"]: _number(json.dumps(row)) for row in json.loads(path.read_text(encoding="utf-8"))}


@lru_cache(1_000)
def _number(line: str) -> Number:
    """Return a number from its JSON; the readings of a sweep share most of theirs, which are then held once."""
    row = json.loads(line)
    del row["status"]  # it follows
    row |= {name: None if row[name] is None else exact(row[name]) for name in BOUNDS}
    row |= {name: tuple(row[name]) for name in ("inputs", "assumptions")}
    row["sources"] = tuple(_source(json.dumps(source)) for source in row["sources"])
    return Number(**row | {"missing": tuple(map(tuple, row["missing"]))})


@lru_cache(1_000)
def _source(line: str) -> dict:
    """Return a source from its JSON: what takes most of a number's place, and numbers share it."""
    return json.loads(line)


def load_numbers(parameters: Parameters, read: Callable[[Path], dict[str, Number]] = read_numbers) -> Numbers:
    """Return the numbers of all working notebooks of a run by id, those not known too.

    Raises FileNotFoundError where a notebook has left none, InputError where two keep a number under one id. `read`
    reads a notebook's file; one that remembers what it read serves many runs that share most of them.
    """
    numbers: dict[str, Number] = {}
    for notebook in working_notebooks():
        found = read(folder_of(notebook, parameters) / "values.json")
        for id in sorted(found.keys() & numbers.keys()):
            owners = f"{numbers[id].notebook} and {notebook}"
            raise InputError(f"notebooks, id {id}: expected one notebook to keep it, found {owners}")
        numbers |= found
    return Numbers(parameters.year, numbers)


def check_stem(stem: str) -> str:
    """Return the name a chart's files have. Raises InputError where it could lead out of their folder."""
    if not re.fullmatch(r"\w+", stem):
        raise InputError(f"chart {stem!r}: expected a name of letters, digits and _")
    return stem


def load_charts(parameters: Parameters) -> dict[str, dict]:
    """Return the charts of a run by stem: {"folder", "notebook", "words": {lang: {"title", "alt", "source"}}}."""
    charts = {}
    for notebook in working_notebooks():
        folder = folder_of(notebook, parameters)
        for stem, words in json.loads((folder / "charts.json").read_text(encoding="utf-8")).items():
            charts[check_stem(stem)] = {"folder": folder / "figures", "notebook": notebook, "words": words}
    return charts
