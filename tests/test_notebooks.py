"""The notebooks as they are committed, and each one run alone as a reader would."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bilan.build.jobs import without_run_traces
from bilan.build.results import NARRATIVE, declared
from bilan.languages import catalog
from bilan.notebook.run import Picture
from bilan.parameters import Parameters
from conftest import ROOT
from jupyter_client.manager import run_kernel as kernel
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from papermill.inspection import inspect_notebook

INDEX = ROOT / "notebooks" / "index.ipynb"
EVERY = sorted((ROOT / "notebooks").glob("0*.ipynb"))
NOTEBOOKS = [path for path in EVERY if path.stem[:2] != "00"]  # 00 is before them, and has parameters of its own
every = pytest.mark.parametrize("path", EVERY, ids=[path.stem for path in EVERY])
FIRST = ("01_communique", "07_cross_check")  # by plain papermill without --thorough
names = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@every
def test_committed_without_outputs_or_traces_of_a_run(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.outputs and cell.execution_count is None for cell in code_cells(notebook))
    assert "papermill" not in notebook.metadata and all(
        set(cell.metadata) <= {"tags", "jupyter"} for cell in notebook.cells
    )


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
    # all are handed on, so that each is checked
    handed_on = "tell(globals())" if path.stem == NARRATIVE else f'start("{path.stem}", globals())'
    assert sum(handed_on in cell.source for cell in others) == 1
    for name, seen in found.items():
        assert seen["inferred_type_name"] not in ("", "None") and seen["help"]
        assert ast.literal_eval(seen["default"]) == getattr(model, name), name


def test_the_start_page_leads_to_every_notebook_with_its_parameters_and_each_to_its_neighbours():
    index = nbformat.read(INDEX, as_version=4)
    nbformat.validate(index)
    assert all(not cell.outputs and cell.execution_count is None for cell in code_cells(index))
    (table,) = (cell.source for cell in index.cells if "| notebook |" in cell.source)
    rows = [line for line in table.splitlines() if ".ipynb" in line]
    assert len(rows) == len(EVERY)
    for at, (row, path) in enumerate(zip(rows, EVERY, strict=True)):
        assert f"({path.name})" in row
        assert re.findall(r"`(\w+)`", row) == list(declared(path.stem))
        last = nbformat.read(path, as_version=4).cells[-1]
        assert last.metadata["tags"] == ["navigation"]
        beside = [other.name for other in EVERY[max(0, at - 1) : at + 2] if other != path]
        assert re.findall(r"\]\(([^)]+)\)", last.source) == [*beside, "index.ipynb"]


def run_cells(*cells):
    """Run cells of code in a fresh kernel, one after another; return the outputs of the last."""
    with kernel(kernel_name="python3") as client:
        for cell in cells:
            outputs = []
            client.execute_interactive(cell, output_hook=outputs.append, timeout=60)
    return [message["content"] for message in outputs]


STARTED = (
    "from bilan.analysis import communique; from bilan.notebook.run import start",
    "year, lang, languages = 2024, 'en', []",
    "run = start('03_borders', globals())",
)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            ["year = 2023", "run.year"],
            "InputError.*parameter year: expected 2024, with which this run began, found 2023",
        ),
        (["year = 2023", "run.finding('assaults')"], "Run all cells from the top to take the new one"),
        (
            ["run.finding('no_such')"],
            "03_borders: expected sentence.no_such in scripts/bilan/text/en.toml, found none",
        ),
        (["run.table('no_such', None)"], "03_borders: expected caption.no_such or chart.no_such.title in"),
        (["year = 2023", "run.save()"], "Run all cells from the top to take the new one"),
        (["year = 2023", "run.keep(x=communique.figures(2024)['assaults'])"], "parameter year: expected 2024"),
        (
            [
                "a, b = communique.figures(2024)['assaults'], communique.figures(2023)['assaults']",
                "run.keep(x=a, y=a); run.keep(x=b)",
            ],
            "03_borders, id x: expected one number under it, found 2024 and 2023",
        ),
        (
            ["communique.reproduce(ledger)"],
            "name 'ledger' is not defined. If a cell above makes it, run the cells from the top",
        ),
    ],
)
def test_cells_out_of_order_get_a_message_and_no_old_result(cells, message):
    outputs = run_cells(*STARTED, *cells)
    (error,) = (one for one in outputs if "evalue" in one)
    assert re.search(message, f"{error['ename']}: {error['evalue']} {' '.join(error['traceback'])}")
    assert len(error["traceback"]) == 1 and not any("data" in one for one in outputs)


def test_a_cell_may_run_again_and_a_number_says_which_cell_kept_it():
    again = "kept = run.keep(twice=communique.figures(2024)['assaults'] * 2); kept.notebook, kept.cell, kept.formula"
    (shown,) = (one["data"]["text/plain"] for one in run_cells(*STARTED, again, again) if "data" in one)
    assert ast.literal_eval(shown) == ("03_borders", len(STARTED) + 2, "{assaults} × 2")


@pytest.mark.parametrize(
    ("year", "said"),
    [
        (
            2019,
            "Not published, or not found: Assaults and attempted assaults on Ceuta and Melilla (2019). "
            "Nothing is put in its place.",
        ),
        (2023, "Assaults and attempted assaults on Ceuta and Melilla: 6. Attempts prevented: 78,685."),
    ],
)
def test_a_finding_without_one_of_its_figures_says_which_was_not_published(year, said):
    cells = (
        f"run.keep(assaults=communique.figures({year})['assaults'])",
        "attempts = communique.figures(2024)['attempts_prevented']",
        "run.finding('assaults', participants=attempts)",
    )
    (shown,) = (one["data"]["text/markdown"] for one in run_cells(*STARTED, *cells) if "data" in one)
    assert shown == f"**Finding.** {said}"


def test_the_same_kernel_runs_a_notebook_again_with_other_parameters():
    again = ["year = 2023", STARTED[2], "run.year"]
    (shown,) = (one["data"]["text/plain"] for one in run_cells(*STARTED, *again) if "data" in one)
    assert shown == "2023"


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


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem, marks=() if path.stem in FIRST else pytest.mark.thorough) for path in NOTEBOOKS],
)
def test_runs_alone_by_plain_papermill_and_finds_in_the_language_asked_for(path, tmp_path):
    executed, environment = tmp_path / "out.ipynb", os.environ | {"BILAN_RESULTS": str(tmp_path / "results")}
    command = [sys.executable, "-m", "papermill", str(path), str(executed), "-p", "lang", "ar", "-y", "languages: []"]
    command += ["-p", "mauritania", "maghreb"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    outputs = [output for cell in code_cells(nbformat.read(executed, as_version=4)) for output in cell.outputs]
    assert outputs and not any(output.output_type == "error" or output.get("name") == "stderr" for output in outputs)
    shown = [output.data for output in outputs if "data" in output]
    if path.stem == "02_origins":
        assert re.search("موريتانيا محسوبة ضمن .{0,20}البلدان المغاربية", json.dumps(shown, ensure_ascii=False))
    findings = [one["text/html"] for one in shown if "text/markdown" in one]
    tables = [one["text/html"] for one in shown if "<caption>" in one.get("text/html", "")]
    assert findings and tables
    assert all(re.match('<div dir="rtl" lang="ar"', one) for one in findings)
    # of a narrative's checks the words are ids, and its sources name what they print in their own letters
    told = [] if path.stem == NARRATIVE else findings
    captions = [re.search("<caption>(.*)</caption>", one)[1] for one in tables if 'lang="ar"' in one]
    assert len(captions) == len(tables) - (path.stem == NARRATIVE)
    for said in (*told, *captions):
        assert not re.search("[A-Za-z]{2,}", re.sub("<[^>]+>", "", said)), said


def test_the_catalogs_hold_the_sentences_and_captions_of_the_notebooks_and_no_others():
    source = "\n".join(cell.source for path in NOTEBOOKS for cell in code_cells(nbformat.read(path, as_version=4)))
    asked = {f"sentence.{key}" for key in re.findall(r"run\.finding\(\s*\"(\w+)", source)}
    asked |= {f"caption.{key}" for key in re.findall(r"run\.table\(\s*\"(\w+)", source)} | {"caption.handed_on"}
    held = {key for key in catalog("en") if key.startswith(("sentence.", "caption."))}
    assert held <= asked and {key for key in asked - held if f"chart.{key[8:]}.title" not in catalog("en")} == set()


def test_a_published_notebook_keeps_the_words_for_its_pictures_in_any_nbconvert():
    picture = Picture(ROOT / "figures" / "2024" / "fr" / "origins.svg", "Ce que l’image montre", "origins")
    output = new_output("display_data", **_bundle(picture))
    notebook = without_run_traces(new_notebook(cells=[new_code_cell("picture", outputs=[output])]))
    for template in ("lab", "classic"):
        html, _ = HTMLExporter(template_name=template).from_notebook_node(notebook)
        assert 'alt="Ce que l’image montre"' in html and "No description" not in html


def _bundle(picture):
    data, metadata = picture._repr_mimebundle_()
    return {"data": data, "metadata": metadata}


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
    assert ">61,450</mark>" in shown and "Figures proposed for 2030" in shown
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


def test_notebooks_are_kept_as_gits_filter_leaves_them(tmp_path):
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    copies = [shutil.copy(path, tmp_path) for path in paths]
    subprocess.run([Path(sys.executable).with_name("nbstripout"), "--keep-id", *copies], check=True)
    assert [path.name for path in paths if (tmp_path / path.name).read_bytes() != path.read_bytes()] == []
