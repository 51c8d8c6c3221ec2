"""The charts under figures/ are those that notebooks draw now, and a sweep's and a link's are those looked at."""

import re
import sys
from pathlib import Path

import pandas as pd
import pytest
from bilan.build.results import folder_of, working_notebooks
from bilan.build.sweep import SWEPT
from bilan.parameters import check_parameters
from bilan.show.chart import FORMS, save_chart
from bilan.show.live import inline_svg
from bilan.show.printed import save_preview
from bilan.show.readings import draw_readings
from conftest import ROOT, execute_cells

GOLDEN = Path(__file__).parent / "golden"


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


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_chart_of_a_sweep_and_the_picture_of_a_link_are_those_that_were_looked_at(lang, tmp_path):
    rows = [
        ["a", 2024, "intercepted", None, "western_africa", 45_637.3, 45_243.9, 46_030.7],
        ["b", 2024, "foreign", 0.8, "western_africa", 36_509.8, 36_195.1, 36_824.6],
        ["c", 2024, "foreign", 0.8, "maghreb", 36_509.8, 36_195.1, 36_824.6],
        ["d", 2024, "foreign", 0.29, "maghreb", 13_234.8, 13_120.7, 13_348.9],
        ["e", 2023, "foreign", None, "maghreb", None, None, None],
    ]
    table = pd.DataFrame(rows, columns=["reading", *SWEPT, "value", "low", "high"])
    save_chart(draw_readings(table, lang), table, tmp_path, "readings")
    opened = inline_svg(tmp_path / "readings.svg").partition(">")[0]
    assert 'viewBox="0 0 ' in opened and not re.search(r' (width|height|xmlns)="', opened)  # a page gives its size
    save_preview(
        "Une année, et ce qui en est publié, de mois en mois",
        [("78 685", "Tentatives"), ("332", "Réseaux")],
        lang,
        tmp_path / "preview.png",
    )
    for name in ("readings.svg", "readings.narrow.svg", "preview.png"):
        drawn = (tmp_path / name).read_bytes()
        # elsewhere another build of the same libraries may round a pixel otherwise
        if sys.platform == "linux" or name.endswith("svg"):
            assert drawn == (GOLDEN / f"{lang}.{name}").read_bytes(), (
                f"look at {tmp_path / name}; keep it if it is right"
            )
