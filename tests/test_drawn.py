"""What a chart draws is what the text says: each number of a chart that has an id in values.json is that value."""

import json

import pandas as pd
import pytest
from bilan.analysis import communique, cross_check, origins
from bilan.show.shares import draw_footing

EDITIONS = {
    "ordinary": (),
    "mauritania": ("--set", "mauritania=maghreb", "--lang", "fr"),
    "base": ("--set", "share_base=foreign", "--lang", "en"),
}


def _years(table: pd.DataFrame, year: int):
    """Give the numbers of a chart by year: those of full years, and the growth to the edition's."""
    if "period" in table:
        table = table[table["period"] == "full year"]
    for row in table.itertuples():
        yield row.indicator + (f"_{row.year}" if row.year != year else ""), {"value": row.value}
        if "change_pct" in table and row.year == year and not pd.isna(row.change_pct):
            yield f"{row.indicator}_change_pct", {"value": row.change_pct}


def _share(region: str) -> str:
    return "share_not_stated" if region == "not_stated" else f"share_{region}"


def _origins(table: pd.DataFrame, year: int):
    for row in table.itertuples():
        yield _share(row.region), {"value": row.share, "low": row.share_low, "high": row.share_high}
        if not pd.isna(row.persons):
            persons = {"value": row.persons, "low": row.persons_low, "high": row.persons_high}
            yield f"origin_{row.region}_persons", persons


def _footing(table: pd.DataFrame, year: int):
    for row in table[table["shown"]].itertuples():
        id = f"frontex_share_{row.region.replace('elsewhere', 'other')}" if row.source == "frontex" else None
        yield id or _share(row.region), {"value": row.share}


def _map(table: pd.DataFrame, year: int):
    for row in table.itertuples():
        bounds = {"value": row.value, "low": row.low, "high": row.high}
        if row.kind != "place":
            yield _share(row.code) if row.kind == "region" else f"frontex_detections_{row.code}", bounds


READ = dict.fromkeys(("key_figures", "borders", "sea_and_returns", "networks", "all_years"), _years)
READ |= {"origins": _origins, "footing": _footing, "map": _map}
# How many of a chart's numbers are values of an ordinary edition of 2024.
COUNTED = {"key_figures": 16, "borders": 6, "sea_and_returns": 6, "networks": 5, "all_years": 29}
COUNTED |= {"origins": 8, "footing": 8, "map": 6}


@pytest.mark.parametrize("changed", EDITIONS)
def test_each_number_drawn_is_the_value_the_text_has(edition, changed):
    folder = edition(*EDITIONS[changed])
    values = {one["id"]: one for one in json.loads((folder / "values.json").read_text(encoding="utf-8"))}
    for drawings in folder.glob("*/figures"):
        compared = {}
        for path in drawings.glob("*.csv"):
            drawn = [(id, one) for id, one in READ[path.stem](pd.read_csv(path), 2024) if id in values]
            compared[path.stem] = len(drawn)
            for id, numbers in drawn:
                said = {name: values[id][name] for name in numbers}
                assert numbers == pytest.approx(said), f"{changed}: {path.stem}, {id}"
        assert compared == COUNTED | ({"origins": 4} if changed == "base" else {})


@pytest.mark.parametrize(
    ("mauritania", "west", "maghreb"), [("western_africa", "77.9%", "18.2%"), ("maghreb", "72.3%", "23.8%")]
)
def test_the_chart_of_two_sources_marks_the_reading_of_its_edition(mauritania, west, maghreb):
    readings = cross_check.readings(origins.shares_of(communique.figures(2024)), 2024)
    table = cross_check.footing_table(readings, 2024, mauritania)
    chart = draw_footing(table, "en")
    assert f"West Africa, Frontex: {west} (from 62.6% to 77.9%)." in chart.alt
    assert f"Maghreb, Frontex: {maghreb} (from 18.2% to 34.0%)." in chart.alt
    marks = [line.get_xdata()[0] for line in chart.figure.axes[0].lines if len(line.get_xdata()) == 1]
    assert f"{marks[1]:.1f}%" == west and f"{marks[3]:.1f}%" == maghreb
