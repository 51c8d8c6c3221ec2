"""What a notebook is begun with: by papermill with names that there are not, and forms, more than one in a kernel."""

import json

import nbformat
import pytest
from bilan.build import checks
from bilan.errors import InputError
from conftest import ROOT
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_notebook
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
OWN = "year, lang, languages"


def run_notebook(name, folder, **parameters):
    """Run a notebook of the collection by plain papermill; return the error of the cell that stopped it."""
    path = ROOT / "notebooks" / f"{name}.ipynb"
    with pytest.raises(PapermillExecutionError) as stopped:
        execute_notebook(path, folder / "out.ipynb", parameters, progress_bar=False)
    done = nbformat.read(folder / "out.ipynb", as_version=4)
    (error,) = (one for cell in done.cells for one in cell.get("outputs", []) if one.output_type == "error")
    assert not any("data" in one for cell in done.cells for one in cell.get("outputs", []) if cell.source[0] != "#")
    return stopped.value, error


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("05_networks", {"yaer": 2023}, f"parameter yaer: expected one of {OWN}; found an unknown name"),
        (
            "05_networks",
            {"yaer": 2023, "languages": [], "lagn": "fr"},
            f"parameters yaer, lagn: expected one of {OWN}; found unknown names",
        ),
        (
            "05_networks",
            {"yaer": 2023, "lang": "de"},
            f"parameter yaer: expected one of {OWN}; found an unknown name; "
            "parameter lang: input should be 'fr', 'en', 'es' or 'ar', found 'de'",
        ),
        (
            "08_narrative",
            {"moritania": 1},
            f"parameter moritania: expected one of {OWN}, share_base, foreign_share, mauritania; found an unknown name",
        ),
    ],
)
def test_papermill_stops_at_names_that_no_notebook_has(tmp_path, monkeypatch, name, parameters, expected):
    monkeypatch.setenv("BILAN_RESULTS", str(tmp_path / "results"))
    stopped, error = run_notebook(name, tmp_path, **parameters)
    assert (stopped.ename, stopped.evalue) == ("InputError", expected)
    assert error.traceback == [f"Input error: {expected}"]
    assert not (tmp_path / "results").exists()


def test_where_results_cannot_be_left_one_message_says_so_and_the_way_out(tmp_path, monkeypatch):
    (tmp_path / "full").touch()  # stands for a folder that is read-only, which root can write to all the same
    monkeypatch.setenv("BILAN_RESULTS", str(tmp_path / "full" / "results"))
    _, error = run_notebook("05_networks", tmp_path)
    expected = f"results: expected a folder that can be written to, found {tmp_path}/full/results: not a directory"
    assert error.traceback == [f"Input error: {expected}. Set BILAN_RESULTS to a folder of yours"]


def test_a_kernel_of_another_python_is_refused_by_name(tmp_path, monkeypatch):
    spec = {"argv": ["/opt/other/bin/python3", "-m", "ipykernel_launcher"], "display_name": "x", "language": "python"}
    (tmp_path / "kernels" / "python3").mkdir(parents=True)
    (tmp_path / "kernels" / "python3" / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    checks._kernels.cache_clear()
    try:
        with pytest.raises(
            InputError, match=r"01_communique.*found /opt/other/bin/python3\. `.* remove python3` removes"
        ):
            checks.check_notebooks()
    finally:
        checks._kernels.cache_clear()


def run_cells(folder, *cells):
    """Run cells as a notebook by papermill; return what each printed."""
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata=KERNEL), folder / "in.ipynb")
    done = execute_notebook(folder / "in.ipynb", folder / "out.ipynb", progress_bar=False)
    return ["".join(one.get("text", "") for one in cell.outputs).strip() for cell in done.cells]


def test_the_cell_of_papermill_counts_for_the_run_that_follows_it_and_for_no_other(tmp_path, monkeypatch):
    monkeypatch.setenv("BILAN_RESULTS", str(tmp_path / "results"))
    begin = "try:\n    print(start('05_networks', globals()).year)\nexcept Exception as error:\n    print(error)"
    parameters = "year, lang, languages = 2024, 'en', []"
    said = run_cells(
        tmp_path,
        "from bilan.notebook.run import start",
        parameters,
        "# Parameters\nyear = 2023\nmauritania = 'maghreb'\n",  # another notebook's: a file of them serves all
        begin,
        "# Parameters\nyaer = 2022\n",
        "between = 1",
        begin,
        parameters,
        begin,
    )
    assert said[3] == "2023" and said[6].startswith("parameter yaer: ") and said[8] == "2024"


def test_two_forms_in_a_kernel_are_each_shown_and_answer_for_themselves():
    # spoken to directly: nbclient, sending what an Output widget asks for, now and then misses the kernel's reply
    manager, client = start_new_kernel(kernel_name="python3", cwd=ROOT / "notebooks")
    shown, said = [], []

    def hear(message: dict) -> None:
        content = message["content"]
        if message["msg_type"] == "stream":
            said.append(content["text"])
        elif view := content.get("data", {}).get("application/vnd.jupyter.widget-view+json"):
            shown.append(view["model_id"])

    try:
        for cell in (
            "from bilan.notebook.form import form\nfirst = form()\nfirst",
            "second = form()\nsecond",
            "for one, share in ((first, 'x'), (second, '2')):\n    one.children[3].children[1].value = share",
            "first.children[-2].click()",
            "second.children[-2].click()",
            "for one in (first, second):\n    print(one.children[-2].disabled)",
            "from bilan.notebook.form import form\nform()",
        ):
            reply = client.execute_interactive(cell, output_hook=hear, timeout=60)
            assert reply["content"]["status"] == "ok", reply
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    first, second, *rest = "".join(said).splitlines()
    assert first == "Not published: parameter foreign_share: expected a number, found 'x'"
    assert second == "Not published: parameter foreign_share: input should be less than or equal to 1, found 2.0"
    assert rest == ["False", "False"]
    assert len(set(shown)) == 3
