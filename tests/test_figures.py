"""The charts under figures/ are those that the notebooks draw now, mark for mark and number for number."""

import sys

import pytest
from bilan.build.results import folder_of, working_notebooks
from bilan.parameters import check_parameters
from bilan.show.chart import FORMS
from conftest import ROOT, execute_cells


@pytest.mark.parametrize("notebook", working_notebooks())
def test_the_committed_charts_are_those_that_are_drawn(notebook, tmp_path, monkeypatch):
    monkeypatch.setenv("BILAN_RESULTS", str(tmp_path))
    parameters = check_parameters({"languages": ["fr", "ar"], "lang": "fr"})
    execute_cells(notebook, parameters)
    figures, kept = folder_of(notebook, parameters) / "figures", ROOT / "figures" / "2024"
    stems = {path.name.partition(".")[0] for path in figures.glob("*/*.csv")}
    assert stems
    for place in (f"{lang}/{stem}.{end}" for lang in ("fr", "ar") for stem in stems for end in (*FORMS, "share.png")):
        # elsewhere another build of the same libraries may round a pixel otherwise
        if sys.platform == "linux" or place.endswith(("svg", "csv")):
            assert (figures / place).read_bytes() == (kept / place).read_bytes(), (
                f"figures/2024/{place}: `make figures`"
            )
