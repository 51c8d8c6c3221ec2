"""The years and the independent sources, held against the check totals published with them."""

import pytest
from bilan.analysis.cross_check import (
    central_east_times,
    count_readings,
    deaths,
    frontex_shares,
    frontex_totals,
    not_identified_share,
    one_footing,
    spain_arrivals,
)
from bilan.analysis.origins import breakdown
from bilan.analysis.years import all_published_rates, all_years, latest_parts, partial_values, standing
from bilan.data.ledgers import load_communique
from bilan.data.tables import read_outlines, read_table
from bilan.show.charts import draw_all_years, draw_footing
from bilan.show.map import PLACES, ROUTES, _shared_line, draw_map, map_table


@pytest.fixture(scope="module")
def detections():
    return read_table("frontex_detections")


def test_frontex_totals_of_2024(detections):
    totals = {value.id: value.value for value in frontex_totals(detections, 2024)}
    assert totals == {
        "frontex_detections": 63877,
        "frontex_detections_western_african": 46820,
        "frontex_detections_western_mediterranean": 17057,
    }
    west = detections[(detections["year"] == 2024) & (detections["route"] == "Western Mediterranean Route")]
    assert west.groupby("border_type")["detections"].sum().to_dict() == {"Land": 2369, "Sea": 14688}


@pytest.mark.parametrize(
    ("mauritania", "moroccans", "shares"),
    [
        ("western_africa", False, [77.9, 18.2, 1.8, 2.1]),
        ("maghreb", False, [72.3, 23.8, 1.8, 2.1]),
        ("western_africa", True, [67.5, 29.2, 1.6, 1.8]),
        ("maghreb", True, [62.6, 34.0, 1.6, 1.8]),
    ],
)
def test_frontex_shares_of_2024_in_every_reading(detections, mauritania, moroccans, shares):
    values = frontex_shares(detections, 2024, mauritania, moroccans)
    assert [round(value.value, 1) for value in values] == shares
    assert sum(value.value for value in values) == pytest.approx(100)
    assert (detections[detections["year"] == 2024].query("origin_block != 'Morocco'")["detections"].sum()) == 55296


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2022])
def test_shares_of_years_without_nationalities_are_refused(detections, year):
    assert not_identified_share(detections, year) > 15
    assert frontex_shares(detections, year) == []


def test_one_footing_leaves_out_the_source_that_has_nothing(detections):
    assert set(one_footing(load_communique(2024), detections, 2024)["source"]) == {"ministry", "frontex"}
    assert set(one_footing(load_communique(2023), detections, 2023)["source"]) == {"frontex"}
    assert one_footing(load_communique(2021), detections, 2021).empty


def test_west_africa_leads_in_all_six_readings_and_would_not_if_the_numbers_moved(detections):
    footing = one_footing(load_communique(2024), detections, 2024)
    assert [value.value for value in count_readings(footing)] == [6, 6]
    moved = footing.copy()
    moved.loc[(moved["source"] == "ministry") & (moved["region"] == "not_stated"), "share_high"] = 60
    assert [value.value for value in count_readings(moved)] == [6, 4]
    assert count_readings(footing.iloc[:0]) == []


def test_central_and_east_africa_is_about_five_times_larger_with_the_ministry(detections):
    frontex = {value.id: value for value in frontex_shares(detections, 2024)}
    (times,) = central_east_times(load_communique(2024), frontex)
    # 9 / 1.8193, and 8.5 and 9.5 over it
    assert [round(bound, 2) for bound in (times.value, times.low, times.high)] == [4.95, 4.67, 5.22]
    assert central_east_times(load_communique(2023), frontex) == []


def test_spain_in_2024(detections):
    values = {
        value.id: value.value for value in spain_arrivals(read_table("spain_arrivals"), load_communique(2024), 2024)
    }
    assert (values["spain_arrivals"], values["spain_arrivals_revised"]) == (63970, 64019)
    assert values["spain_sea_arrivals"] + values["spain_land_arrivals"] == values["spain_arrivals"]
    assert values["spain_canary_arrivals"] == 46843
    assert values["attempts_per_spain_arrival"] == pytest.approx(78685 / 63970)


def test_deaths_of_2024():
    values = {value.id: value for value in deaths(read_table("iom_deaths"), read_table("caminando_fronteras"), 2024)}
    assert values["iom_deaths_atlantic"].value == 1215 and values["iom_deaths_western_mediterranean"].value == 572
    assert values["iom_deaths"].value == 1787
    assert values["caminando_deaths"].period == "2024-01-01/2024-12-15"
    assert values["iom_deaths"].high is None  # what was recorded is a minimum
    assert (values["caminando_deaths"].value, values["caminando_deaths"].qualifier) == (10457, "exact")


def test_parts_of_years_stay_apart():
    series = all_years()
    assert not series.duplicated(["indicator", "year"]).any()
    parts = series[series["period"] != "full year"]
    assert set(parts["year"]) >= {2017, 2020, 2025}
    assert partial_values(2020)[0].id == "attempts_prevented_partial"
    assert latest_parts(2024).empty  # every indicator in parts of 2024 has its full-year figure
    assert (series[series["indicator"] == "attempts_prevented"].query("period == 'full year'")["year"]).tolist() == [
        2018,
        2019,
        2021,
        2022,
        2023,
        2024,
    ]


def test_a_year_among_the_years():
    attempts = {value.id: value.value for value in standing(2024, "attempts_prevented")}
    assert attempts == {
        "attempts_prevented_full_years": 6,
        "attempts_prevented_years_above": 1,
        "attempts_prevented_peak": 88761,
    }
    assert [value.value for value in standing(2018, "attempts_prevented")] == [6, 0]
    assert standing(2020, "attempts_prevented") == []


def test_every_published_rate_is_checked():
    rates = all_published_rates()
    assert len(rates) == 7
    assert rates["shortened"].value_counts().to_dict() == {
        "rounded (cutting off gives the same)": 3,
        "cut off, not rounded": 2,
        "rounded": 1,
        "cannot be checked": 1,
    }


def _lines(chart, axis: int) -> list[int]:
    """Return how many points each drawn line of a panel joins."""
    return [
        len(line.get_xdata())
        for line in chart.figure.axes[axis].lines
        if line.get_linestyle() == "-" and len(line.get_xdata()) > 1
    ]


def test_lines_join_only_full_years_that_follow_each_other():
    chart = draw_all_years(all_years().query("unit == 'count'"), "en")
    assert _lines(chart, 0) == [2, 4]  # attempts: 2018 to 2019, 2021 to 2024; 2017, 2020 and 2025 are parts
    assert _lines(chart, 3) == []  # participants: two lower bounds are not joined
    assert "26,800 in part of 2020" in chart.alt and "more than 4,290 in 2024" in chart.alt


def test_a_footing_chart_says_what_it_shows(detections):
    chart = draw_footing(one_footing(load_communique(2024), detections, 2024), "en")
    assert "West Africa, Frontex: 77.9% (from 62.6% to 77.9%)." in chart.alt
    assert "West Africa, ministry: 58% (from 57.5% to 58.5%)." in chart.alt


def _map_of(year, detections, mauritania="western_africa"):
    routes = {value.id: value for value in frontex_totals(detections, year)}
    return map_table(breakdown(load_communique(year))[0], routes, year, mauritania)


def test_the_map_shows_shares_routes_and_the_part_not_stated(detections):
    table = _map_of(2024, detections)
    assert table.set_index("code")["value"].dropna().to_dict() == {
        "west_africa": 58, "maghreb": 12, "central_east_africa": 9, "not_stated": 21,
        "western_african": 46820, "western_mediterranean": 17057,
    }  # fmt: skip
    assert table.set_index("code").loc["not_stated", ["low", "high"]].tolist() == [19.5, 22.5]
    assert set(table.loc[table["kind"] == "place", "code"]) == set(PLACES)
    chart = draw_map(table, "en")
    assert "Not stated: 21% (between 19.5% and 22.5%)" in chart.alt and "46,820 detections" in chart.alt
    shown = [words.get_text() for words in chart.figure.axes[0].texts]
    assert {"58%", "12%", "9%", "46,820", "17,057", "Ceuta", "Melilla", "Canary Islands"} <= set(shown)
    assert chart.figure.axes[0].get_legend().get_texts()[0].get_text() == "21% not stated\n(19.5% to 22.5%)"
    assert "imply no position" in chart.figure.get_supxlabel() and "Natural Earth" in chart.figure.get_supxlabel()


def test_a_map_without_shares_shades_nothing_and_names_no_source_of_shares(detections):
    chart = draw_map(_map_of(2018, detections), "en")
    fills = {tuple(fill) for fill in chart.figure.axes[0].collections[0].get_facecolors()}
    assert len(fills) == 1 and chart.figure.axes[0].get_legend() is None
    assert "Ministry" not in chart.figure.get_supxlabel() and "Origins" not in chart.title
    assert _map_of(2025, detections).empty  # neither shares nor detections


def test_the_map_shades_mauritania_as_the_parameter_says(detections):
    def shade(mauritania, country):
        drawn = draw_map(_map_of(2024, detections, mauritania), "en").figure.axes[0].collections[0]
        codes = [feature["properties"]["iso_a3"] for feature in read_outlines()]
        return tuple(drawn.get_facecolors()[codes.index(country)])

    assert shade("western_africa", "MRT") == shade("western_africa", "SEN") != shade("western_africa", "DZA")
    assert shade("maghreb", "MRT") == shade("maghreb", "DZA") != shade("maghreb", "SEN")
    assert shade("maghreb", "MAR") == shade("maghreb", "ESH") == shade("maghreb", "ESP")


def test_western_saharas_boundary_is_one_line():
    outlines = {feature["properties"]["iso_a3"]: feature for feature in read_outlines()}
    line = _shared_line(outlines["MAR"], outlines["ESH"])
    assert len(line) == 30 and max(abs(line[1:] - line[:-1]).max(axis=1)) < 1.5  # degrees: no jump across the country
    assert {tuple(line[0]), tuple(line[-1])} == {(-8.685, 27.657), (-17.005, 21.421)}


def test_arrows_start_and_end_in_the_map():
    from bilan.show.map import EXTENT

    west, east, south, north = EXTENT
    for start, end, _ in ROUTES.values():
        assert all(west < x < east and south < y < north for x, y in (start, end))
