"""What the tests share: the command as a user runs it, and editions built once for all of them."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_PRINTED = Path(tempfile.mkdtemp(prefix="bilan-printed-"))
atexit.register(shutil.rmtree, _PRINTED, ignore_errors=True)


def pytest_addoption(parser):
    """Let test_refusals write the page it otherwise compares with."""
    parser.addoption("--write-refused", action="store_true", help="write docs/refused.md again")


def run_bilan(*arguments: str, results: Path, root: Path = ROOT) -> subprocess.CompletedProcess:
    """Run the command in a process of its own on the checkout `root`, its results kept under `results`."""
    environment = os.environ | {"BILAN_RESULTS": str(results), "PYTHONPATH": str(root / "scripts")}
    command = [sys.executable, "-m", "bilan", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300)


def share_printed(results: Path) -> None:
    """Let a build find the PDFs of earlier ones: what was printed once need not be printed for every test."""
    results.mkdir(parents=True)
    (results / "pdf").symlink_to(_PRINTED)


@pytest.fixture(scope="session")
def edition(tmp_path_factory):
    """Return a function that publishes an edition once and returns its folder: edition("--year", "2023")."""
    base = tmp_path_factory.mktemp("editions")
    built = {}

    def build(*arguments: str) -> Path:
        if arguments not in built:
            out = base / str(len(built))
            share_printed(out / "results")
            done = run_bilan("build", "--out", str(out / "site"), *arguments, results=out / "results")
            assert done.returncode == 0, done.stdout + done.stderr
            (built[arguments],) = (path for path in (out / "site").iterdir() if path.is_dir())
        return built[arguments]

    return build


@pytest.fixture
def checkout(tmp_path):
    """Return a copy of the collection that a test may damage."""
    copy = tmp_path / "checkout"
    for name in ("data", "notebooks", "scripts"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    shutil.copy(ROOT / "requirements.txt", copy)
    return copy
