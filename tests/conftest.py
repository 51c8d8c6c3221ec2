"""What the tests share: the command as a user runs it, and editions built once for all of them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from bilan.build.results import declared, folder_of, load_numbers, read_notebook, working_notebooks
from bilan.build.workers import Workers
from bilan.files import locked
from bilan.number import Numbers
from bilan.parameters import Parameters, check_parameters
from bilan.publish.publication import Site
from hypothesis import settings

# Modules are compiled once, not in each of the hundreds of processes that tests start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
ROOT = Path(__file__).resolve().parents[1]
CHECKPOINTS = shutil.ignore_patterns(".ipynb_checkpoints")
FRENCH = ("--lang", "fr")
# The modules that take longest begin first, so that the two workers of `make test` end at much the same time.
LONGEST = (
    "test_loss",
    "test_lab",
    "test_notebooks",
    "test_build",
    "test_reruns",
    "test_site",
    "test_security",
    "test_kernels",
)
# on a machine that others work on, an example may take its time
settings.register_profile("bilan", deadline=None)
settings.load_profile("bilan")


# A test that uses one of these runs notebooks or the command: `pytest -m "not runs"` leaves it out.
RUNS = {"numbers_of", "edition", "editions", "checkout", "disk", "swept"}


def pytest_collection_modifyitems(config, items):
    """Put the longest modules first, mark the tests that run notebooks, and leave out what is for `make thorough`."""
    for item in items:
        if item.get_closest_marker("thorough") and not config.getoption("thorough"):
            item.add_marker(pytest.mark.skip(reason="only with --thorough"))
        if RUNS.intersection(item.fixturenames):
            item.add_marker("runs")
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.module.__name__, len(order)))


def run_bilan(*arguments: str, results: Path, root: Path = ROOT, pdf: bool = True) -> subprocess.CompletedProcess:
    """Run the command in a process of its own on the checkout `root`, its results kept under `results`.

    Without `pdf` it finds no browser to print with, which saves two seconds a language.
    """
    environment = os.environ | {"BILAN_RESULTS": str(results), "PYTHONPATH": str(root / "scripts")}
    if not pdf:
        environment["PATH"] = str(Path(sys.executable).parent)
    command = [sys.executable, "-m", "bilan", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300)


def of_all_workers(temporary: Path) -> Path:
    """Return the folder that all workers of a run of the tests share, from a temporary folder of one of them."""
    above = (place for place in (temporary, *temporary.parents) if place.parent.name.startswith("pytest-of-"))
    return next(above, temporary)


def share_printed(results: Path) -> None:
    """Let a build find the PDFs of earlier ones: what was printed once need not be printed for every test."""
    printed = of_all_workers(results) / "printed"
    printed.mkdir(parents=True, exist_ok=True)
    results.mkdir(parents=True)
    (results / "pdf").symlink_to(printed)


def pytest_addoption(parser):
    """Let more be tried than `make test` has the time for, and test_refusals write the page it compares with."""
    parser.addoption(
        "--thorough", action="store_true", help="each page and notebook, not one of each kind (make thorough)"
    )
    parser.addoption("--write-refused", action="store_true", help="write docs/dev/refused.md again")
    parser.addoption("--kills", type=int, default=2, help="how many commands to kill at a random moment (2)")
    parser.addoption("--after", default="0", help="when test_power cuts the power: 0,3,7,15 seconds after the end (0)")


@pytest.fixture(scope="session")
def thorough(request) -> bool:
    """Return whether a test is to look at everything, not at one of each kind."""
    return request.config.getoption("thorough")


@pytest.fixture
def kills(request) -> int:
    """Return how many builds to kill."""
    return request.config.getoption("kills")


@pytest.fixture(scope="session")
def edition(tmp_path_factory):
    """Return a function that publishes an edition once and returns its folder: edition("--year", "2023")."""
    base = of_all_workers(tmp_path_factory.getbasetemp()) / "editions"

    def build(*arguments: str) -> Path:
        out = base / (" ".join(arguments) or "2024")
        with locked(base / f"{out.name}.lock"):
            if not (out / "site" / "index.html").exists():
                shutil.rmtree(out, ignore_errors=True)
                if arguments[:1] == ("--set",) and arguments[-2:] == FRENCH:  # what no other parameter reaches has run
                    copy_results(build(*FRENCH), out / "results")
                else:
                    share_printed(out / "results")
                done = run_bilan("build", "--out", str(out / "site"), *arguments, results=out / "results")
                assert done.returncode == 0, done.stdout + done.stderr
        (folder,) = (path for path in (out / "site").iterdir() if path.name[0].isdecimal())
        return folder

    return build


def published_here(out: Path, publish: Callable[[Site], object]) -> object:
    """Publish into a folder as the command does, but for the kernels: pages are written in this process."""
    with ExitStack() as opened:
        return publish(Site(out, "", print, Workers(1, opened), opened))


def copy_results(edition: Path, to: Path) -> None:
    """Copy what the notebooks of an edition left, for a build in which few of them are to run."""
    shutil.copytree(edition.parents[1] / "results", to, symlinks=True)


@pytest.fixture(scope="session")
def numbers_of(tmp_path_factory):
    """Return a function that gives an edition's numbers: numbers_of(2023, mauritania="maghreb").

    The cells of notebooks 01 to 07 are executed in this process, once for all tests, and no chart is drawn; what a
    kernel makes of them is tested where editions are built.
    """
    base = of_all_workers(tmp_path_factory.getbasetemp()) / "executed"

    @cache
    def numbers(year: int, **parameters) -> Numbers:
        checked = check_parameters({"year": year, "languages": [], **parameters})
        with pytest.MonkeyPatch.context() as patch, locked(base / "executed.lock"):
            patch.setenv("BILAN_RESULTS", str(base))
            for notebook in working_notebooks():
                if not (folder_of(notebook, checked) / "values.json").exists():
                    execute_cells(notebook, checked)
            return load_numbers(checked)

    return numbers


def execute_cells(notebook: str, parameters: Parameters) -> dict:
    """Execute a notebook's cells in this process with other parameters than its own; return the names they made."""
    names: dict = {}
    for at, cell in enumerate(read_notebook(notebook)["cells"]):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{notebook}, cell {at}", "exec"), names)
            if "parameters" in cell["metadata"].get("tags", []):
                names |= {name: getattr(parameters, name) for name in declared(notebook)}
    return names


def copy_collection(folder: Path) -> Path:
    """Copy what a build reads to a folder, with what Python has compiled of it, and return the folder."""
    for name in ("data", "notebooks", "scripts", "requirements"):
        shutil.copytree(ROOT / name, folder / name, ignore=CHECKPOINTS, dirs_exist_ok=True)
    return folder


@pytest.fixture
def checkout(tmp_path):
    """Return a copy of the collection that a test may damage."""
    return copy_collection(tmp_path / "checkout")
