"""The notebooks as they are committed, and each one run alone as a reader would."""

import ast
import json
import os
import subprocess
import sys

import nbformat
import pytest
from bilan.parameters import Parameters
from bilan.results import declared
from conftest import ROOT
from papermill.inspection import inspect_notebook

EVERY = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTEBOOKS = [path for path in EVERY if path.stem[:2] != "00"]  # 00 is before them, and has parameters of its own
every = pytest.mark.parametrize("path", EVERY, ids=[path.stem for path in EVERY])
names = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@every
def test_committed_without_outputs_or_traces_of_a_run(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.outputs and cell.execution_count is None for cell in code_cells(notebook))
    assert "papermill" not in notebook.metadata and all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)


@names
def test_the_first_code_cell_holds_the_parameters_typed_explained_and_as_the_model_has_them(path):
    notebook = nbformat.read(path, as_version=4)
    first, *others = code_cells(notebook)
    assert first.metadata.get("tags") == ["parameters"]
    assert not any("parameters" in cell.metadata.get("tags", []) for cell in others)
    found = inspect_notebook(str(path))
    model = Parameters()
    assert {"year", "lang", "languages"} <= set(found) <= set(Parameters.model_fields)
    assert found.keys() == set(declared(path.stem))
    used = " ".join(cell.source for cell in others)
    assert all(f"{name}={name}" in used for name in found)  # each is handed on, so that it is checked
    for name, seen in found.items():
        assert seen["inferred_type_name"] not in ("", "None") and seen["help"]
        assert ast.literal_eval(seen["default"]) == getattr(model, name), name


@every
def test_cells_are_short_and_call_the_package(path):
    for cell in code_cells(nbformat.read(path, as_version=4)):
        tree = ast.parse(cell.source)
        assert not [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda))]
        lines = [line for line in cell.source.splitlines() if line.strip() and not line.strip().startswith("#")]
        assert len(lines) <= 12, cell.source


@every
def test_a_question_stands_before_each_result(path):
    notebook = nbformat.read(path, as_version=4)
    headings = [cell.source.splitlines()[0] for cell in notebook.cells if cell.cell_type == "markdown"]
    asked = [heading for heading in headings if heading.startswith("## ")]
    assert asked and all(heading.endswith("?") or heading == "## What this notebook hands on" for heading in asked)


@names
def test_runs_alone_by_plain_papermill(path, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "BILAN_RESULTS"}
    environment["BILAN_RESULTS"] = str(tmp_path / "results")
    executed = tmp_path / "out.ipynb"
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(path),
        str(executed),
        "-p",
        "year",
        "2024",
        "-p",
        "mauritania",
        "maghreb",
    ]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    outputs = [output for cell in code_cells(nbformat.read(executed, as_version=4)) for output in cell.outputs]
    assert outputs and not any(output.output_type == "error" or output.get("name") == "stderr" for output in outputs)
    if path.stem == "02_origins":
        shown = json.dumps([output.get("data", {}) for output in outputs])
        assert "Mauritania is counted in maghreb" in shown


def test_the_notebook_for_a_new_communique_proposes_and_saves_only_when_told(tmp_path, checkout):
    executed = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(checkout / "notebooks/00_new_communique.ipynb"), str(executed)]
    environment = os.environ | {"PYTHONPATH": str(checkout / "scripts")}
    ledger = checkout / "data/communiques/2030.csv"
    for saved in (False, True):
        given = ["-y", f"save: {saved}"]
        done = subprocess.run(
            [*command, *given], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240
        )
        assert done.returncode == 0, done.stderr
        assert ledger.exists() == saved
    shown = executed.read_text(encoding="utf-8")
    assert "<mark>61,450</mark>" in shown and "Figures proposed for 2030" in shown
    assert "61450" in ledger.read_text(encoding="utf-8")


def test_a_wrong_parameter_stops_a_notebook_with_the_message_of_the_command_line(tmp_path):
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(ROOT / "notebooks" / "02_origins.ipynb"),
        str(tmp_path / "out.ipynb"),
    ]
    done = subprocess.run(
        [*command, "-p", "mauritania", "sahara"], cwd=tmp_path, capture_output=True, text=True, timeout=240
    )
    assert done.returncode != 0
    assert "parameter mauritania: input should be 'western_africa' or 'maghreb', found 'sahara'" in done.stderr
