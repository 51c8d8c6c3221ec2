"""Nothing is done twice: what runs again is what something it uses has changed, and the command can say so."""

import hashlib
import json
import os
import re
import subprocess
import sys

import pytest
from bilan.build.imports import modules_of
from conftest import ROOT, copy_results, run_bilan

WORKING = ["01_communique", "02_origins", "03_borders", "04_sea_and_returns", "05_networks", "06_years"]
WORKING += ["07_cross_check"]


def ran(done: subprocess.CompletedProcess) -> list[str]:
    """Return the names of what ran, from the lines that say how long it took."""
    assert done.returncode == 0, done.stdout + done.stderr
    return re.findall(r"(\S+) +\d+\.\d s$", done.stdout.rpartition("Done")[0], re.M)


def would_run(done: subprocess.CompletedProcess) -> dict[str, str]:
    """Return what a dry run says would run: name → why."""
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(re.findall(r"(\S+) +would run: (.*)$", done.stdout, re.M))


def test_what_a_change_reaches_runs_again_and_nothing_else(edition, checkout, tmp_path):
    results, site = tmp_path / "results", tmp_path / "site"

    def bilan(*options):
        given = ("build", "--lang", "fr", "--out", str(site), *options)
        return run_bilan(*given, results=results, root=checkout, pdf=False)

    assert set(would_run(bilan("--dry-run"))) == {*WORKING, "08_narrative.fr", "published"} and not site.exists()
    copy_results(edition("--lang", "fr"), results)
    assert ran(bilan()) == ["published"]
    published = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}

    assert bilan().stdout.startswith("Nothing to do, nothing has changed")
    assert set(would_run(bilan("--force", "--dry-run"))) == {*WORKING, "08_narrative.fr", "published"}
    for notebook in (checkout / "notebooks").glob("*.ipynb"):  # saved in JupyterLab with what a run left
        held = json.loads(notebook.read_text(encoding="utf-8"))
        held["metadata"]["language_info"]["version"] = "3.99"
        for cell in held["cells"]:
            cell["metadata"]["scrolled"] = True
            if cell["cell_type"] == "code":
                output = {"output_type": "stream", "name": "stdout", "text": ["as it was run"]}
                cell.update(execution_count=7, outputs=[output])
        notebook.write_text(json.dumps(held), encoding="utf-8")
    assert bilan("--dry-run").stdout.count("up to date") >= 8
    (site / "2024" / "fr" / "limits.html").unlink()
    assert ran(bilan()) == ["published"]
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == published

    prose = checkout / "scripts" / "bilan" / "text" / "narrative.fr.md"
    prose.write_text(prose.read_text(encoding="utf-8").replace("davantage que de", "plus que de"), encoding="utf-8")
    assert would_run(bilan("--dry-run"))["08_narrative.fr"] == "changed: prose"
    assert ran(bilan()) == ["08_narrative.fr", "published"]
    assert "plus que de" in (site / "2024" / "fr" / "index.html").read_text(encoding="utf-8")

    assert set(would_run(bilan("--set", "mauritania=maghreb", "--dry-run"))) == {
        "02_origins", "07_cross_check", "08_narrative.fr", "published",
    }  # fmt: skip

    # a table that two notebooks read: Frontex's figures, and through 07 the narrative
    change_table(checkout, "frontex_detections", lambda text: text + "")  # the same bytes change nothing
    assert bilan("--dry-run").stdout.count("up to date") == 8
    change_table(checkout, "iom_returns", lambda text: text.replace(",2196,", ",2197,"))
    planned = would_run(bilan("--dry-run"))
    assert planned["04_sea_and_returns"] == "changed: data (iom_returns)"
    assert planned["08_narrative.fr"] == "after 04_sea_and_returns"
    assert set(planned) == {"04_sea_and_returns", "08_narrative.fr", "published"}


PACKAGE = {
    "__init__": "def figures():\n    from tiny.data import table",
    "data/__init__": "",
    "data/table": "import json",
    "show/__init__": "",
    "show/theme": "from tiny.data.table import read",
    "show/map": "import tiny.show.theme as theme",
    "show/bars": "from tiny.show import theme\nfrom tiny.show.theme import INK",
    "lazy/__init__": "def __getattr__(name):\n    return import_module(name)",
    "lazy/late": "def draw():\n    from tiny.show import map",
}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("import pandas as pd\nfrom bilan import errors", []),
        ("from tiny.data.table import read", ["__init__", "data/__init__", "data/table"]),
        ("from tiny.show import bars", [
            "__init__", "data/__init__", "data/table", "show/__init__", "show/bars", "show/theme"]),
        ("%matplotlib inline\nif True:\n    import tiny.show.map", [
            "__init__", "data/__init__", "data/table", "show/__init__", "show/map", "show/theme"]),
        ("from tiny.lazy.late import draw", [
            "__init__", "data/__init__", "data/table", "lazy/__init__", "lazy/late", "show/__init__", "show/map",
            "show/theme"]),
        ("from tiny import figures", ["__init__", "data/__init__", "data/table"]),
        # what can't be followed counts as all
        ("from tiny.lazy import anything", sorted(PACKAGE)),
        ("from tiny.show import bars\nfrom tiny.gone import x", sorted(PACKAGE)),
        ("name = 'tiny.data'\n__import__(name)", sorted(PACKAGE)),
        ("%%bash\necho all of it", sorted(PACKAGE)),
    ],
)  # fmt: skip
def test_the_modules_that_a_notebook_runs_are_those_its_imports_lead_to(tmp_path, cells, expected):
    for name, content in PACKAGE.items():
        path = tmp_path / "tiny" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    found = modules_of(cells, tmp_path / "tiny")
    assert [path.relative_to(tmp_path / "tiny").with_suffix("").as_posix() for path in found] == expected


def change_table(checkout, name, change):
    """Rewrite a table of data/, its checksum with it."""
    package = checkout / "data" / "datapackage.json"
    described = json.loads(package.read_text(encoding="utf-8"))
    resource = next(one for one in described["resources"] if one["name"] == name)
    path = checkout / "data" / resource["path"]
    path.write_bytes(change(path.read_text(encoding="utf-8")).encode())
    resource["hash"] = "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    resource["bytes"] = path.stat().st_size
    package.write_text(json.dumps(described, ensure_ascii=False, indent=2), encoding="utf-8")


def test_a_narrative_runs_again_only_if_what_it_tells_of_changed(edition, tmp_path):
    results = tmp_path / "results"
    copy_results(edition("--lang", "fr"), results)
    state = results / "2024.fr" / "03_borders" / "state.json"
    state.write_text(state.read_text().replace('"notebook": "', '"notebook": "0'))  # as if 03 had changed
    done = run_bilan("build", "--lang", "fr", "--out", str(tmp_path / "site"), results=results, pdf=False)
    assert set(ran(done)) == {"03_borders", "published"}  # which left what it had left before


def test_where_nothing_changed_nothing_large_is_imported(edition):
    folder = edition("--lang", "fr").parent
    environment = os.environ | {"BILAN_RESULTS": str(folder.parent / "results")}
    command = [sys.executable, "-X", "importtime", "-m", "bilan", "build", "--out", str(folder), "--lang", "fr"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.startswith("Nothing to do")
    imported = set(re.findall(r"\| +(\S+)$", done.stderr, re.M))
    assert "bilan.build.stamps" in imported
    large = {"click", "logging", "pandas", "numpy", "pydantic", "nbformat", "IPython", "jupyter_client", "jinja2"}
    assert not imported & large


def test_a_plan_of_every_edition_names_each_step_once(tmp_path):
    done = run_bilan("build", "--all", "--dry-run", "--out", str(tmp_path / "site"), results=tmp_path / "results")
    steps = re.findall(r"^  (\d{4}) +(\S+) +would run: ", done.stdout, re.M)
    assert len(steps) == len(set(steps)) == 9 * (7 + 4 + 1) and not (tmp_path / "site").exists()
