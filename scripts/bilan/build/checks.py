"""What is looked at before anything runs: data, notebooks, libraries, words, templates and the font.

Each check raises InputError for the first fault, naming the file and the place in it, what was expected and what was
found. A build and a sweep begin with `ready`; `bilan check` asks for all of them.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from bilan.analysis.arithmetic import exact
from bilan.build.results import NARRATIVE, NOTEBOOKS, declared, read_notebook, working_notebooks
from bilan.data import tables as data
from bilan.data.printed import parse_number
from bilan.errors import InputError
from bilan.files import LOCK, ROOT, read_limited
from bilan.languages import LANGUAGES, TEXT, catalog

# What draws, runs and prints an edition, and so may change what it looks like.
TOOLS = ("pandas", "seaborn", "matplotlib", "papermill", "nbconvert", "ipykernel", "Babel")
SHOWN = LOCK.relative_to(ROOT).as_posix()
TEMPLATES = ("_foot", "_head", "_key", "_numbers", "chart", "narrative", "notebook", "page", "site", "sources", "sweep")
# Tables of figures beside the ledgers: the number as printed stands beside the value, in one of the four formats.
FIGURES = ("other_readings", "other_bodies")


def ready(languages: Iterable[str] = LANGUAGES) -> list[tuple[str, int]]:
    """Check all that a run in these languages needs; return (path, rows) of each table, see `check_all`."""
    check_tools()
    check_words(languages)
    check_notebooks()
    return check_all()


def check_all() -> list[tuple[str, int]]:
    """Check every table of data/, every ledger and every number as printed; return (path, rows) of each table.

    Raises InputError for a file under data/ that datapackage.json does not describe, too.
    """
    described = {resource["path"] for resource in data.datapackage()["resources"]} | {"datapackage.json"}
    for path in sorted(path for path in data.DATA.rglob("*.*") if path.is_file()):
        place = path.relative_to(data.DATA).as_posix()
        if place not in described:
            raise InputError(f"data/{place}: expected a description in data/datapackage.json, found none")
    checked = []
    for resource in data.datapackage()["resources"]:
        read = data.read_table if resource["format"] == "csv" else lambda _: data.read_outlines()
        checked.append((f"data/{resource['path']}", len(read(resource["name"]))))
    for year in data.years():
        data.load_communique(year)
        _check_printed(data.read_table(f"communique_{year}"), f"data/communiques/{year}.csv")
    paths = {resource["name"]: resource["path"] for resource in data.datapackage()["resources"]}
    for name in filter(paths.get, FIGURES):
        _check_printed(data.read_table(name), f"data/{paths[name]}")
    if "iom_returns" in paths:
        _check_countries(data.read_table("iom_returns"), f"data/{paths['iom_returns']}")
    return checked


def _check_printed(table: pd.DataFrame, shown: str) -> None:
    """Compare each value with the number as printed; growth rates without their sign, which sources put in words."""
    for line, row in zip(table.attrs["lines"], table.itertuples(index=False), strict=True):
        formats = [row.number_format] if "number_format" in table else list(LANGUAGES)
        value = exact(row.value)
        wanted = abs(value) if row.indicator.endswith("_yoy_change") else value
        read = list(filter(None, (_number(row.as_printed, one) for one in formats)))
        if not any(exact(number) == wanted for number, _ in read):
            found = f"a number that reads {read[0][0]}" if read else f"no number in the format {', '.join(formats)}"
            raise InputError(
                f"{shown}, line {line}, as_printed: expected {row.value:g}, as the value says, "
                f"found {row.as_printed!r}, {found}"
            )
        qualifiers = {qualifier for _, qualifier in read} - {"exact"}
        if qualifiers and row.qualifier not in qualifiers:  # what stands beside the number may qualify it, too
            said = qualifiers.pop()
            raise InputError(
                f"{shown}, line {line}, qualifier: expected {said}, as {row.as_printed!r} says, found {row.qualifier}"
            )


def _number(printed: str, number_format: str) -> tuple | None:
    try:
        return parse_number(printed, number_format)
    except ValueError:
        return None


def _check_countries(returns: pd.DataFrame, shown: str) -> None:
    known = set(data.read_table("countries")["iso3"]) | {"total"}
    for line, origin in zip(returns.attrs["lines"], returns["origin"], strict=True):
        if origin not in known:
            expected = "total or a country of data/reference/countries.csv"
            raise InputError(f"{shown}, line {line}, origin: expected {expected}, found {origin!r}")


def check_notebooks() -> None:
    """Check that every notebook that is run can be read, has known parameters, and a kernel of this machine."""
    from bilan.parameters import Parameters

    names = [*working_notebooks(), NARRATIVE]
    for name in names:
        for parameter in declared(name):
            if parameter not in Parameters.model_fields:
                known = ", ".join(Parameters.model_fields)
                where = f"notebooks/{name}.ipynb, parameter {parameter}"
                raise InputError(f"{where}: expected one of {known}; found an unknown name")
    kernels = _kernels()
    for name in names:
        spec = read_notebook(name).get("metadata", {}).get("kernelspec") or {}
        found = spec.get("name") if isinstance(spec, dict) else None
        if found not in kernels:
            known = ", ".join(sorted(kernels)) or "none; `make env` installs python3"
            raise InputError(f"notebooks/{name}.ipynb: expected a kernel of this machine ({known}), found {found!r}")


@cache
def _kernels() -> frozenset[str]:
    """Return the names of the kernels this machine has."""
    from jupyter_client.kernelspec import KernelSpecManager  # slow to import

    return frozenset(KernelSpecManager().find_kernel_specs())


def check_outputs() -> None:
    """Check that no notebook holds outputs or counts of a run: executed copies belong to what is published.

    A build does without this check, since somebody who tries a notebook in JupyterLab saves it with its outputs; they
    never reach a page. `bilan check` is for what is to be committed.
    """
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for at, cell in enumerate(read_notebook(path.stem)["cells"], 1):
            if cell.get("outputs") or cell.get("execution_count") is not None:
                held = f"{len(cell.get('outputs', []))} and the count {cell.get('execution_count')} of a run"
                raise InputError(
                    f"notebooks/{path.name}, cell {at}: expected no outputs, found {held}. In JupyterLab: Edit, "
                    "Clear Outputs of All Cells, then save"
                )


def check_tools() -> None:
    """Check that the libraries that make numbers and pages are the versions of the lock, since others give others."""
    lock = read_limited(LOCK, SHOWN, 5_000_000).decode("utf-8", "replace")
    locked: dict[str, list[str]] = {}
    for name, locked_version in re.findall(r"(?m)^([\w.-]+)==([^ ;\\\s]+)", lock):
        locked.setdefault(name.lower(), []).append(locked_version)
    for tool in TOOLS:
        expected = locked.get(tool.lower())
        if not expected:
            raise InputError(f"{SHOWN}: expected a version of {tool}, found none. `make lock` writes it")
        try:
            found = version(tool)
        except PackageNotFoundError:
            found = "none"
        if found not in expected:
            raise InputError(
                f"{tool}: expected version {' or '.join(expected)}, as {SHOWN} says, found {found}. "
                "`make env` installs what it says"
            )


def check_words(languages: Iterable[str]) -> None:
    """Check the package's own files for some languages: texts, narratives, templates, and a font with their letters."""
    for lang in languages:
        catalog(lang)  # says itself what is wrong with it
        _check_there(TEXT / f"narrative.{lang}.md")
    for name in TEMPLATES:
        _check_there(TEXT.parent / "publish" / "template" / "bilan" / f"{name}.html.j2")
    _check_there(TEXT.parent / "publish" / "template" / "bilan" / "conf.json")
    _check_there(TEXT.parent / "publish" / "template" / "bilan" / "style.css")
    from bilan.show.charts import check_font  # slow to import

    for lang in languages:
        check_font(lang)


def _check_there(path: Path) -> None:
    place = path.relative_to(TEXT.parent).as_posix()
    if not path.is_file():
        raise InputError(f"scripts/bilan/{place}: expected a file of the package, found none. `make env` installs it")
