"""Independent sources beside the ministry's figures, held against the check totals published with them."""

import pandas as pd
import pytest
from bilan.analysis.communique import figures
from bilan.analysis.cross_check import (
    Reading,
    deaths_by_caminando,
    deaths_by_iom,
    departures,
    detections_by_region,
    detections_by_route,
    footing_table,
    how_many,
    how_many_led_by,
    iom_report,
    not_identified,
    quoted,
    readings,
    returns_by_iom,
    spanish_arrivals,
)
from bilan.analysis.origins import shares_of
from bilan.data.tables import read_outlines, read_table
from bilan.show.map import LAND, PARALLEL, PLACES, ROUTES, _projection, draw_map, map_table, outlines_of
from bilan.show.marks import Sheet
from bilan.show.shares import draw_footing
from bilan.show.theme import STYLES
from matplotlib.path import Path
from test_number import ends, share

DAYS = "2024-09-11/2024-09-16"
MELILLA = "2022-06-24/2022-06-24"


@pytest.mark.parametrize(
    ("read", "value", "unit", "period", "qualifier", "source", "place"),
    [
        (
            lambda: detections_by_route(2024)["western_african"],
            46820,
            "detections",
            "2024",
            "exact",
            "Frontex, as of 3",
            {},
        ),
        (
            lambda: detections_by_route(2025)["western_african"],
            *(17280, "detections", "2025", "exact", "La Ciutat", {"basis": "preliminary"}),
        ),
        (lambda: not_identified(2024), 0, "detections", "2024", "exact", "Frontex", {}),
        (lambda: detections_by_region(2024)["maghreb"], 10053, "detections", "2024", "exact", "Frontex", {}),
        (
            lambda: spanish_arrivals(2024)["total_revised"],
            *(64019, "arrivals", "2024", "exact", "Ministerio del Interior", {"basis": "following_balance"}),
        ),
        (
            lambda: spanish_arrivals(2024)["land_ceuta"],
            *(2531, "arrivals", "2024", "exact", "Ministerio del Interior", {"basis": "first_balance"}),
        ),
        (lambda: departures(2024)["MRT"], 25081, "arrivals", "2024", "exact", "Pressdigital", {}),
        (lambda: departures(2024)["total"], 61372, "arrivals", "2024", "exact", "Pressdigital", {}),
        (lambda: deaths_by_iom(2024)["atlantic"], 1215, "persons", "2024", "at_least", "IOM Missing Migrants", {}),
        (
            lambda: deaths_by_iom(2025)["atlantic"],
            1214,
            "persons",
            "2025",
            "at_least",
            "Qazinform",
            {"basis": "preliminary"},
        ),
        (lambda: deaths_by_caminando(2023), 6618, "persons", "2023", "exact", "Caminando Fronteras", {}),
        (lambda: returns_by_iom(2021), 2370, "returns", "2021", "about", "Yabiladi (EFE)", {}),
        (lambda: returns_by_iom(2024), 2196, "returns", "2024", "exact", "Aujourd’hui le Maroc", {}),
        (lambda: iom_report(2024)["networks_dismantled"], 210, "networks", "2024", "exact", "Le Matin", {}),
        (lambda: iom_report(2024)["rescued_at_sea"], 14260, "persons", "2024", "at_least", "Le Matin", {}),
        (lambda: quoted(2024)["fnideq_mass_attempts"], 6, "assaults", DAYS, "exact", "Le360", {}),
        # what happened at Melilla is told of in later years, too
        (lambda: quoted(2022)["melilla_deaths_ngo"], 37, "persons", MELILLA, "at_least", "Amnesty International", {}),
        (lambda: quoted(2024)["melilla_deaths_ngo"], 37, "persons", MELILLA, "at_least", "Amnesty International", {}),
        (
            lambda: quoted(2027)["eu_funding_morocco"],
            *(5 * 10**8, "euros", "2021-01-01/2027-12-31", "about", "The Olive Press", {"basis": "planned"}),
        ),
    ],
)
def test_what_a_source_gives_is_what_it_prints(read, value, unit, period, qualifier, source, place):
    one = read()
    assert (one.value, one.unit, one.period, one.qualifier) == (value, unit, period, qualifier)
    assert len(one.sources) == 1 and one.sources[0]["title"].startswith(source)
    assert one.sources[0]["place"] == place and set(one.sources[0]) == {"title", "url", "key", "place"}
    assert one.sources[0]["url"].startswith("https://") or source.startswith(("Frontex", "IOM Missing"))


@pytest.mark.parametrize(
    "read",
    [
        *(detections_by_route, detections_by_region, spanish_arrivals, departures, deaths_by_iom, iom_report, quoted),
        *(deaths_by_caminando, returns_by_iom, not_identified),
    ],
)
def test_what_a_source_does_not_have_counts_the_same_and_names_itself(read):
    known, unknown = (one if isinstance(one, dict) else {"": one} for one in (read(2024), read(1999)))
    assert list(unknown) == list(known) and not any(unknown.values()) and any(known.values())
    assert [one.unit for one in unknown.values()] == [one.unit for one in known.values()]
    names = {
        detections_by_region: ["frontex_detections"] * 4,
        not_identified: ["frontex_detections"],
        detections_by_route: [f"frontex_detections_{code}" for code in known],
        deaths_by_iom: [f"iom_deaths_{code}" for code in known],
        spanish_arrivals: [f"spain_{name}" for name in known],
        departures: ["departures"] * 7,
        iom_report: ["iom_report"] * 2,
    }.get(read, [one.name for one in known.values()])
    assert [one.name or name for one, name in zip(known.values(), names, strict=True)] == names
    assert {one.qualifier for one in unknown.values()} == {"exact"}
    assert [one.missing for one in unknown.values()] == [((name, "1999"),) for name in names]
    assert {one.period for one in unknown.values()} == {"1999"}
    assert all(one.name == name for name, one in quoted(1999).items())


def test_what_the_press_quotes_of_a_time_is_told_of_no_other():
    assert not quoted(2021)["melilla_deaths_ngo"] and not quoted(2020)["eu_funding_morocco"]
    assert not quoted(2028)["eu_funding_morocco"] and not quoted(2025)["fnideq_adults"]


def test_a_figure_that_is_not_exact_in_its_table_is_none_here(monkeypatch):
    changed = read_table("departures").assign(qualifier="at_least")
    monkeypatch.setattr("bilan.analysis.cross_check.read_table", lambda name: changed)
    assert ends(departures(2024)["MRT"]) == (25081, 25081, None)


def test_of_two_figures_in_print_for_one_time_the_last_counts(monkeypatch):
    table = read_table("caminando_fronteras")
    twice = pd.concat([table, table.assign(dead_and_missing=table["dead_and_missing"] + 1)], ignore_index=True)
    monkeypatch.setattr("bilan.analysis.cross_check.read_table", lambda name: twice)
    assert deaths_by_caminando(2024).value == 10458


def test_frontex_totals_of_2024(numbers_of):
    numbers = numbers_of(2024)
    totals = {id: numbers[f"frontex_detections{id}"].value for id in ("", "_western_african", "_western_mediterranean")}
    assert totals == {"": 63877, "_western_african": 46820, "_western_mediterranean": 17057}
    assert {one.unit for one in detections_by_route(2024).values()} == {"detections"}
    detections = read_table("frontex_detections")
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
def test_frontex_shares_of_2024_in_every_reading(mauritania, moroccans, shares):
    regions = detections_by_region(2024, mauritania, moroccans)
    everyone = sum(regions.values())
    assert [round(float((one / everyone * 100).known), 1) for one in regions.values()] == shares
    assert everyone.value == (63877 if moroccans else 55296)
    assert all(one.assumptions == (f"mauritania_in_{mauritania}",) for one in regions.values())


@pytest.mark.parametrize(("mauritania", "west", "maghreb"), [("western_africa", 77.9, 18.2), ("maghreb", 72.3, 23.8)])
def test_the_shares_of_an_edition_are_those_of_its_reading(mauritania, west, maghreb, numbers_of):
    numbers = numbers_of(2024, mauritania=mauritania)
    named = ("west_africa", "maghreb", "central_east_africa", "other")
    found = {name: numbers[f"frontex_share_{name}"] for name in named}
    assert [round(float(found[name].known), 1) for name in named[:2]] == [west, maghreb]
    assert sum(float(one.known) for one in found.values()) == pytest.approx(100)
    assert all(one.status == "derived" and one.low == one.high == one.value for one in found.values())


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2022])
def test_shares_of_years_without_nationalities_are_refused(year, numbers_of):
    assert numbers_of(year)["frontex_share_not_identified"].known > 15
    assert not any(detections_by_region(year).values()) and detections_by_route(year)["western_african"]
    assert not numbers_of(year)["frontex_share_maghreb"]
    assert not_identified(year).value and not not_identified(2030)


def test_ten_in_a_hundred_without_a_country_are_few_enough(monkeypatch):
    table = read_table("frontex_detections").query("year == 2024").iloc[:2].copy()
    table["origin_block"] = ["Algeria", "Sub-Saharan Africa, country not identified"]
    monkeypatch.setattr("bilan.analysis.cross_check.read_table", lambda name: table)
    for many, known in ((10, True), (11, False)):
        table["detections"] = [100 - many, many]
        assert bool(detections_by_region(2024)["maghreb"]) is known


def _readings(year: int) -> list:
    return readings(shares_of(figures(year)), year)


def _footing(year: int, mauritania: str = "western_africa") -> pd.DataFrame:
    return footing_table(_readings(year), year, mauritania)


def test_one_footing_leaves_out_the_source_that_has_nothing():
    assert set(_footing(2024)["source"]) == {"ministry", "frontex"}
    assert set(_footing(2023)["source"]) == {"frontex"}
    assert _footing(2021).empty
    table = _footing(2024, "maghreb").drop_duplicates(["source", "mauritania", "moroccans"])
    assert table[["source", "mauritania", "moroccans", "shown"]].to_numpy().tolist() == [
        ["ministry", "", "", True],
        ["frontex", "western_africa", "out", False],
        ["frontex", "western_africa", "in", False],
        ["frontex", "maghreb", "out", True],
        ["frontex", "maghreb", "in", False],
    ]
    # what no region holds is elsewhere with Frontex, and not stated with the ministry
    assert _footing(2024)["region"].tolist()[3:8:4] == ["not_stated", "elsewhere"]


def test_west_africa_leads_in_all_six_readings_and_would_not_if_the_numbers_moved():
    found = _readings(2024)
    assert [how_many(found, 2024).value, how_many_led_by("west_africa", found, 2024).value] == [6, 6]
    moved = shares_of(figures(2024))
    moved["not_stated"] = moved["not_stated"].within(0, 100) + share(37, id="more") - share(1, id="less")
    assert moved["not_stated"].bounds[1] > moved["west_africa"].bounds[0] > moved["not_stated"].value
    assert how_many_led_by("west_africa", readings(moved, 2024), 2024).value == 4
    assert how_many_led_by("maghreb", found, 2024).value == 0
    for one in (how_many(found, 2024), how_many_led_by("west_africa", found, 2024)):
        assert (one.unit, one.period) == ("readings", "2024")
        assert one.formula.startswith("{formula.count_of_readings}: {share_west_africa} · {share_maghreb} · ")
    for none in (how_many([], 2024), how_many_led_by("west_africa", [], 2024)):
        assert not none and none.missing == (("readings", "2024"),) and none.unit == "readings"


def test_a_region_leads_where_its_low_bound_is_above_every_high_bound():
    def leads(printed, qualifier="exact", beside=("exact", 41)) -> bool:
        others = {"maghreb": share(3), "not_stated": share(beside[1], beside[0])}
        return Reading("ministry", "", "", {"west_africa": share(printed, qualifier)} | others).led_by("west_africa")

    assert leads(43) and not leads(42)  # 42.5 is above 41.5, and 41.5 is not
    assert not leads(60, "about")  # nobody says how far it may be off
    assert leads(42, "at_least") and not leads(60, beside=("at_least", 41))  # "more than 41" may be 61


def test_central_and_east_africa_is_about_five_times_larger_with_the_ministry(numbers_of):
    times = numbers_of(2024)["central_east_times"]
    # 9 / 1.8193, and 8.5 and 9.5 over it
    assert [round(float(bound), 2) for bound in ends(times)] == [4.95, 4.67, 5.22] and times.unit == "times"
    without = numbers_of(2023)["central_east_times"]
    assert not without and without.missing == (("share_central_east_africa", "2023"),)


def test_spain_in_2024(numbers_of):
    found = {name: one.value for name, one in spanish_arrivals(2024).items()}
    assert (found["total"], found["total_revised"], found["sea_canary"]) == (63970, 64019, 46843)
    assert found["sea_total"] + found["land_total"] == found["total"]
    ratio = numbers_of(2024)["attempts_per_spain_arrival"]
    assert float(ratio.known) == pytest.approx(78685 / 63970) and ratio.unit == "attempts per arrival"
    assert not any(spanish_arrivals(1999).values())


def test_deaths_of_2024(numbers_of):
    by_iom = deaths_by_iom(2024)
    assert {route: one.value for route, one in by_iom.items()} == {"atlantic": 1215, "western_mediterranean": 572}
    both = numbers_of(2024)["iom_deaths"]
    assert ends(both) == (1787, 1787, None)  # what was recorded is a minimum
    caminando = deaths_by_caminando(2024)
    assert (caminando.value, caminando.qualifier, caminando.period) == (10457, "exact", "2024-01-01/2024-12-15")
    assert not any(deaths_by_iom(1999).values()) and not deaths_by_caminando(1999)


def test_iom_is_set_beside_the_ministry(numbers_of):
    iom, part = returns_by_iom(2024), numbers_of(2024)["iom_share_of_returns"]
    assert (iom.value, iom.unit, round(float(part.known), 1)) == (2196, "returns", 35.8)
    assert not returns_by_iom(2023) and not numbers_of(2023)["iom_share_of_returns"]
    about = [one for year in range(2017, 2026) if (one := returns_by_iom(year)) and one.qualifier == "about"]
    assert all(one.low is None and one.high is None for one in about)


def test_a_footing_chart_says_what_it_shows():
    chart = draw_footing(_footing(2024), "en")
    assert "West Africa, Frontex: 77.9% (from 62.6% to 77.9%)." in chart.alt
    assert "West Africa, ministry: 58% (from 57.5% to 58.5%)." in chart.alt


def _map_of(year: int, mauritania: str = "western_africa", **changed) -> pd.DataFrame:
    shares = shares_of(figures(year) | changed)
    return map_table(shares, detections_by_route(year), year, "intercepted", mauritania)


@pytest.mark.parametrize("qualifier", ["at_least", "about"])
def test_a_map_is_drawn_of_shares_that_are_no_more_than_bounds(qualifier):
    table = _map_of(2024, share_west_africa=share(58, qualifier, "share_west_africa")).set_index("code")
    low, high = {"at_least": (58, 100), "about": (0, 100)}[qualifier]
    assert table.loc["west_africa", ["value", "low", "high"]].tolist() == [58, low, high]
    draw_map(table.reset_index(), "en")


def test_the_map_shows_shares_routes_and_the_part_not_stated():
    table = _map_of(2024)
    assert table.set_index("code")["value"].dropna().to_dict() == {
        "west_africa": 58, "maghreb": 12, "central_east_africa": 9, "not_stated": 21,
        "western_african": 46820, "western_mediterranean": 17057,
    }  # fmt: skip
    assert table.set_index("code").loc["not_stated", ["low", "high"]].tolist() == [19.5, 22.5]
    assert set(table.loc[table["kind"] == "place", "code"]) == set(PLACES)
    chart = draw_map(table, "en")
    assert "Not stated: 21% (between 19.5% and 22.5%)" in chart.alt and "46,820 detections" in chart.alt
    marks = chart.laid_out(800).marks
    shown = [mark.said for mark in marks]
    assert {"58%", "12%", "9%", "21%", "46,820", "17,057", "Ceuta", "Melilla", "Canary Islands"} <= set(shown)
    assert "No line on this map implies a position" in chart.source and "Natural Earth" in chart.source
    areas = {mark.cls: mark.at[2] ** 2 for mark in marks if mark.kind == "circle" and mark.title}
    assert areas["west_africa"] / areas["maghreb"] == pytest.approx(58 / 12)
    arrows = [mark.width for mark in marks if mark.cls == "route" and mark.title]
    assert arrows[0] / arrows[1] == pytest.approx(46820 / 17057)
    key = next(mark.width for mark in marks if mark.cls == "route" and not mark.title)
    assert key / arrows[0] == pytest.approx(10_000 / 46820) and "10,000 detections" in shown


def test_a_map_without_shares_shades_nothing_and_names_no_source_of_shares():
    chart = draw_map(_map_of(2018), "en")
    assert {mark.cls for mark in chart.laid_out(800).marks if mark.cls.endswith("land")} == {"land", "one-land"}
    assert "Ministry" not in chart.source and "Origins" not in chart.title
    assert _map_of(2026).empty  # neither shares nor detections
    assert set(_map_of(2025).query('kind == "route"')["value"]) == {17280, 19403}  # as the press has them


def _land_at(longitude: float, latitude: float, mauritania: str = "western_africa") -> str:
    """Return the class of what is drawn at a place."""
    marks, place = draw_map(_map_of(2024, mauritania), "en").laid_out(800).marks, _projection(Sheet(800, "en"))
    parallel = next(mark.paths[0] for mark in marks if mark.cls == "parallel" and mark.title)
    x, y = place(longitude, latitude)
    at = (x, y + parallel[0][1] - place(*PARALLEL[0])[1])
    land = (mark for mark in marks if mark.cls.endswith("land"))
    return next(mark.cls for mark in land if any(Path(part).contains_point(at) for part in mark.paths))


def test_the_map_shades_mauritania_as_the_parameter_says():
    mauritania, senegal, algeria = (-10, 20), (-15, 14.5), (3, 28)
    assert _land_at(*mauritania) == _land_at(*senegal) != _land_at(*algeria)
    assert _land_at(*mauritania, "maghreb") == _land_at(*algeria, "maghreb") != _land_at(*senegal, "maghreb")


def test_the_line_in_western_sahara_is_the_parallel_and_both_sides_have_one_colour():
    (west, latitude), (east, other) = PARALLEL
    assert (latitude, other) == pytest.approx((27 + 40 / 60,) * 2) and east == pytest.approx(-8.667, abs=0.001)
    outlines = {feature["properties"]["iso_a3"]: feature for feature in read_outlines()}
    rings = outlines_of(outlines["MAR"], lambda longitude, latitude: (100 * longitude, 100 * latitude))
    coast = min(x for ring in rings for x, y in ring if abs(y - 2766.7) < 50)
    assert west == pytest.approx(coast / 100, abs=0.5)  # it begins at the coast
    # the berm is not drawn: both sides are one shape, its line the colour of what it holds; its colour is no region's
    assert _land_at(-6, 32) == _land_at(-13.5, 25.5) == "one-land" and _land_at(-4, 40) == "land"
    assert STYLES["one-land"].fill == STYLES["one-land"].stroke == STYLES["land"].fill


def test_arrows_start_and_end_in_the_map():
    west, east, south, north = LAND
    for points in ROUTES.values():
        assert all(west < x < east and south < y < north for x, y in points)
