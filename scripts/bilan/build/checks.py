"""What is looked at before anything is published: data, notebooks, libraries, words, templates and the font.

Each check raises InputError for the first fault, naming the file and the place in it, what was expected and what was
found. A build and a sweep begin with `ready`; `bilan check` asks for all of them.
"""

import re
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from bilan.build.results import NARRATIVE, NOTEBOOKS, declared, read_notebook, working_notebooks
from bilan.data import package
from bilan.data import tables as data
from bilan.data.description import LEDGERS
from bilan.data.ledgers import load_communique
from bilan.data.printed import parse_number
from bilan.errors import InputError
from bilan.files import LOCK, ROOT, read_limited
from bilan.languages import LANGUAGES, TEXT, catalog
from bilan.number import exact

# What draws, runs and prints an edition, and so may change what it looks like.
TOOLS = ("pandas", "seaborn", "matplotlib", "papermill", "nbconvert", "ipykernel", "Babel")
SHOWN = LOCK.relative_to(ROOT).as_posix()
TEMPLATES = ("_foot", "_head", "_key", "_numbers", "chart", "narrative", "notebook", "page", "site", "sources", "sweep")
ASSETS = ("conf.json", "style.css")
# Tables of figures beside the ledgers: the number as printed, in one of the four formats, and the column it is of.
FIGURES = {"printed_by": "value", "other_bodies": "value", "quoted_figures": "value", "departures": "persons"}
FIGURES |= {"spain_arrivals": "persons", "iom_returns": "persons", "caminando_fronteras": "dead_and_missing"}
COUNTRIES = {"iom_returns": "origin", "departures": "country"}  # tables with a country in a column


def ready(languages: Iterable[str] = LANGUAGES) -> list[tuple[str, int]]:
    """Check all that a run in these languages needs; return (path, rows) of each table, see `check_all`."""
    check_tools()
    check_words(languages)
    check_notebooks()
    return check_all()


def check_all() -> list[tuple[str, int]]:
    """Check every table of data/, every ledger and every number as printed; return (path, rows) of each table.

    Raises InputError for a table under data/ that datapackage.json does not describe, too.
    """
    resources = package.datapackage()["resources"]
    paths = {resource["name"]: resource["path"] for resource in resources}
    for place in _tables_in(package.DATA):
        if place not in paths.values():
            raise InputError(f"data/{place}: expected a description in data/datapackage.json, found none")
    outlines = [resource["name"] for resource in resources if resource["format"] == "geojson"]
    read = {name: data.read_outlines() if name in outlines else data.read_table(name) for name in paths}
    for year in package.years():
        load_communique(year)
    for name, table in read.items():
        if name in FIGURES or name.startswith(LEDGERS):
            _check_printed(table, FIGURES.get(name, "value"), f"data/{paths[name]}")
        if name in COUNTRIES:
            _check_countries(table, COUNTRIES[name], f"data/{paths[name]}")
    return [(f"data/{paths[name]}", len(table)) for name, table in read.items()]


def _tables_in(folder: Path) -> list[str]:
    """Return the files of a folder that look like tables; hidden ones, links to nowhere and others' are passed over."""
    paths = [path for path in folder.rglob("*") if path.suffix in (".csv", ".geojson") and path.is_file()]
    places = sorted(path.relative_to(folder).as_posix() for path in paths)
    return [place for place in places if place.isprintable() and "/." not in f"/{place}"]


def _check_printed(table: pd.DataFrame, column: str, shown: str) -> None:
    """Compare each value with the number as printed; growth rates without their sign, which sources put in words."""
    for line, row in zip(table.attrs["lines"], table.itertuples(index=False), strict=True):
        if row.as_printed == data.NOT_RECORDED:
            continue
        formats = [row.number_format] if "number_format" in table else list(LANGUAGES)
        value = exact(float(getattr(row, column)))
        wanted = abs(value) if getattr(row, "indicator", "").endswith("_yoy_change") else value
        read = list(filter(None, (_number(row.as_printed, one) for one in formats)))
        if not any(exact(number) == wanted for number, _ in read):
            found = f"a number that reads {read[0][0]}" if read else f"no number in the format {', '.join(formats)}"
            expected = f"as_printed: expected {getattr(row, column):g}, as the value says"
            raise InputError(f"{shown}, line {line}, {expected}, found {row.as_printed!r}, {found}")
        qualifiers = {qualifier for _, qualifier in read} - {"exact"}
        qualifier = getattr(row, "qualifier", "exact")  # what has no such column counts
        if qualifiers and qualifier not in qualifiers:  # what stands beside the number may qualify it, too
            expected = f"qualifier: expected {qualifiers.pop()}, as {row.as_printed!r} says"
            raise InputError(f"{shown}, line {line}, {expected}, found {qualifier}")


def _number(printed: str, number_format: str) -> tuple | None:
    try:
        return parse_number(printed, number_format)
    except ValueError:
        return None


def _check_countries(table: pd.DataFrame, column: str, shown: str) -> None:
    known = set(data.read_table("countries")["iso3"]) | {"total"}
    for line, code in zip(table.attrs["lines"], table[column], strict=True):
        if code not in known:
            expected = "total or a country of data/reference/countries.csv"
            raise InputError(f"{shown}, line {line}, {column}: expected {expected}, found {code!r}")


def check_notebooks() -> None:
    """Check that every notebook that is run can be read, has known parameters, and a kernel of this machine."""
    from bilan.parameters import Parameters

    known, kernels = ", ".join(Parameters.model_fields), _kernels()
    for name in (*working_notebooks(), NARRATIVE):
        shown = f"notebooks/{name}.ipynb"
        for parameter in declared(name):
            if parameter not in Parameters.model_fields:
                raise InputError(f"{shown}, parameter {parameter}: expected one of {known}; found an unknown name")
        spec = read_notebook(name).get("metadata", {}).get("kernelspec") or {}
        found = spec.get("name") if isinstance(spec, dict) else None
        if found not in kernels:
            there = ", ".join(sorted(kernels)) or "none; `make env` installs python3"
            raise InputError(f"{shown}: expected a kernel of this machine ({there}), found {found!r}")
        python = Path(kernels[found])
        if python.is_absolute() and python.parent != Path(sys.executable).parent:
            advice = f"`{sys.executable} -m jupyter kernelspec remove {found}` removes that one"
            raise InputError(f"{shown}: expected kernel {found!r} to run {sys.executable}, found {python}. {advice}")


@cache
def _kernels() -> dict[str, str]:
    """Return the kernels this machine has, each with the program it is; `python` alone is the one that asks."""
    from jupyter_client.kernelspec import KernelSpecManager  # slow to import

    return {name: kernel["spec"]["argv"][0] for name, kernel in KernelSpecManager().get_all_specs().items()}


def check_outputs() -> None:
    """Check that no notebook holds outputs or counts of a run: executed copies belong to what is published.

    A build does without this check, since somebody who tries a notebook in JupyterLab saves it with its outputs; they
    never reach a page. `bilan check` is for what is to be committed.
    """
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for at, cell in enumerate(read_notebook(path.stem)["cells"], 1):
            if cell.get("outputs") or cell.get("execution_count") is not None:
                found = f"{len(cell.get('outputs', []))} and the count {cell.get('execution_count')} of a run"
                advice = "In JupyterLab: Edit, Clear Outputs of All Cells, then save"
                raise InputError(f"notebooks/{path.name}, cell {at}: expected no outputs, found {found}. {advice}")


def check_tools() -> None:
    """Check that the libraries that make numbers and pages are the versions of the lock, since others give others."""
    lock = read_limited(LOCK, SHOWN, 5_000_000).decode("utf-8", "replace")
    for tool in TOOLS:
        expected = re.findall(rf"(?mi)^{re.escape(tool)}==([^ ;\\\s]+)", lock)
        if not expected:
            raise InputError(f"{SHOWN}: expected a version of {tool}, found none. `make lock` writes it")
        try:
            found = version(tool)
        except PackageNotFoundError:
            found = "none"
        if found not in expected:
            wanted = f"expected version {' or '.join(expected)}, as {SHOWN} says"
            raise InputError(f"{tool}: {wanted}, found {found}. `make env` installs what it says")


def check_words(languages: Iterable[str]) -> None:
    """Check the package's own files for some languages: texts, narratives, templates, and a font with their letters."""
    from bilan.show.theme import check_font  # slow to import

    for lang in languages:
        catalog(lang)  # says itself what is wrong with it
    files = [f"text/narrative.{lang}.md" for lang in languages]
    files += [f"publish/template/bilan/{name}" for name in (*(f"{one}.html.j2" for one in TEMPLATES), *ASSETS)]
    for place in files:
        if not (TEXT.parent / place).is_file():
            fault = "expected a file of the package, found none. `make env` installs it"
            raise InputError(f"scripts/bilan/{place}: {fault}")
    for lang in languages:
        check_font(lang)
