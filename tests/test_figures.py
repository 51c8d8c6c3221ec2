"""The charts under figures/ are those that the notebooks draw now, mark for mark and number for number."""

import pytest
from bilan.build.results import folder_of, working_notebooks
from bilan.parameters import check_parameters
from conftest import ROOT, execute_cells


@pytest.mark.parametrize("notebook", working_notebooks())
def test_the_committed_charts_are_those_that_are_drawn(notebook, tmp_path, monkeypatch):
    monkeypatch.setenv("BILAN_RESULTS", str(tmp_path))
    parameters = check_parameters({"languages": ["fr", "ar"], "lang": "fr"})
    execute_cells(notebook, parameters)
    figures = folder_of(notebook, parameters) / "figures"
    drawn = {path for end in ("svg", "csv") for path in figures.glob(f"*/*.{end}") if ".narrow" not in path.name}
    assert len(drawn) in (4, 8)  # a chart or two, two languages, two files
    for path in sorted(drawn):
        committed = ROOT / "figures" / "2024" / path.relative_to(figures)
        assert path.read_text(encoding="utf-8") == committed.read_text(encoding="utf-8"), f"{committed}: `make figures`"
