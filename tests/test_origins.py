"""Origins: people of each share in every reading of its base, and which countries a region holds."""

import math
from fractions import Fraction

import pandas as pd
import pytest
from bilan.analysis.origins import (
    PARTS,
    extremes,
    foreigners_among_arrested,
    foreigners_part,
    origins_table,
    regions_table,
    shares_of,
)
from bilan.data.tables import read_table
from bilan.number import two_figures
from bilan.show.shares import draw_origins
from conftest import ROOT
from test_number import ends, figure, share

STATED = {"share_west_africa": 58, "share_maghreb": 12, "share_central_east_africa": 9}


def _shares(qualifier: str = "exact", **changed) -> dict:
    figures = {name: share(value, id=name) for name, value in (STATED | changed).items()}
    return shares_of(figures | {"share_west_africa": share(58, qualifier, "share_west_africa")})


def test_the_part_not_stated_is_what_the_three_shares_leave():
    shares = _shares()
    assert tuple(shares) == PARTS
    assert ends(shares["not_stated"]) == (21, Fraction(39, 2), Fraction(45, 2))
    assert sum(one.value for one in shares.values()) == 100


@pytest.mark.parametrize(
    ("part", "whole", "share_bounds", "person_bounds"),
    [
        ("exact", "exact", (57.5, 58.5), (575, 585)),
        ("at_least", "exact", (58, 100), (580, 1000)),
        ("about", "exact", (0, 100), (0, 1000)),
        ("exact", "at_least", (57.5, 58.5), (575, None)),
        ("exact", "about", (57.5, 58.5), (None, None)),
    ],
)
def test_a_table_of_origins_has_the_bounds_of_what_it_is_made_from(part, whole, share_bounds, person_bounds):
    shares = _shares(part)
    attempts = figure("attempts", 1000, "attempts", whole)
    persons = {region: one.within(0, 100) / 100 * attempts for region, one in shares.items()}
    frame = origins_table(tuple(shares.values()), tuple(persons.values()), "intercepted")
    row = frame.set_index("region").loc["west_africa"]
    assert (row["share_low"], row["share_high"]) == share_bounds and row["persons"] == 580
    assert [None if pd.isna(x) else x for x in (row["persons_low"], row["persons_high"])] == list(person_bounds)
    rest = frame.set_index("region").loc["not_stated"]
    # 100 less the three, at their highest and at their lowest
    assert rest["share_low"] == max(100 - share_bounds[1] - 12.5 - 9.5, 0)
    assert rest["share_high"] == 100 - share_bounds[0] - 11.5 - 8.5
    line = {585: "580 people (575 to 585)", 1000: "580 people"}.get(person_bounds[1], "about 580 people")
    titles = [mark.title for mark in draw_origins(frame, "en").laid_out(800).marks]
    assert any(title.startswith(f"West Africa · {line}") for title in titles)


def test_the_three_readings_of_the_base(numbers_of):
    intercepted, foreign, assumed = (
        numbers_of(2024),
        numbers_of(2024, share_base="foreign"),
        numbers_of(2024, share_base="foreign", foreign_share=0.8),
    )
    assert float(intercepted["origin_west_africa_persons"].known) == 45637.3
    assert float(assumed["origin_west_africa_persons"].known) == pytest.approx(45637.3 * 0.8)
    assert {id for id in intercepted if intercepted[id] and not foreign[id]} == {
        f"origin_{part}_persons" for part in PARTS
    }
    assert foreign["origin_maghreb_persons"].missing == (("foreign_share", "2024"),)
    assert foreign["share_not_stated"].value == 21


@pytest.mark.parametrize(("parameters", "base"), [({}, 1), ({"share_base": "foreign", "foreign_share": 0.75}, 0.75)])
def test_persons_of_all_origins_make_up_the_whole(parameters, base, numbers_of):
    numbers = numbers_of(2024, **parameters)
    persons = [float(numbers[f"origin_{part}_persons"].known) for part in PARTS]
    assert math.isclose(sum(persons), 78685 * base)


def test_a_share_is_no_more_than_the_whole_nor_is_what_is_not_stated():
    for qualifier, west, rest in (("at_least", (58, 100), (0, 22)), ("about", (0, 100), (0, 80))):
        shares = _shares(qualifier)
        assert ends(shares["west_africa"])[1:] == west and ends(shares["not_stated"])[1:] == rest
    unsure = {name: share(value, "about", name) for name, value in STATED.items()}
    assert ends(shares_of(unsure)["not_stated"])[1:] == (0, 100)


def test_the_lowest_and_the_highest_of_other_readings_stand_beside_west_africa_alone():
    shares = tuple(_shares().values())
    unsure = {"about": figure("attempts", 1000, qualifier="about"), "exact": figure("attempts", 1000)}
    people = [one / 100 * unsure["exact"] for one in shares]
    readings = [(people[0] * part).assuming("first").assuming(how) for part, how in ((0.8, "high"), (0.3, "low"))]
    middle = (people[0] * 0.5).assuming("middle")
    table = origins_table(shares, people, "intercepted", (readings[0], middle, figure("none", None), readings[1]))
    columns = ["elsewise_low", "elsewise_high", "elsewise_low_as", "elsewise_high_as"]
    assert table.loc[0, columns].tolist() == [170, 460, "low", "high"]  # 174 and 464, to two figures
    assert table.loc[1:, columns].isna().all(axis=None) and list(table["base"].unique()) == ["intercepted"]
    assert table["region"].tolist() == list(PARTS) and table["year"].unique().tolist() == [2024]
    assert origins_table(shares, people, "intercepted")[columns].isna().all(axis=None)
    without = (*shares[:3], figure("share_not_stated", None, "percent"))
    assert origins_table(without, people, "foreign").empty


def test_the_part_of_foreigners_is_given_for_each_year_the_police_counted_both():
    found = foreigners_among_arrested(2024)
    shares = {one.id: round(float(one.known), 1) for one in found if one.name == "dgsn_foreign_share"}
    # 20,141 of 27,317, 28,146 of 32,733, 18,820 of 28,863, 7,008 of 34,211; the edition's, 9,250 of 32,449, comes last
    assert shares == {
        "dgsn_foreign_share_2019": 73.7,
        "dgsn_foreign_share_2022": 86.0,
        "dgsn_foreign_share_2023": 65.2,
        "dgsn_foreign_share_2025": 20.5,
        "dgsn_foreign_share": 28.5,
    }
    assert list(shares) == [one.id for one in found if one.id in shares] and found[-1].id == "dgsn_foreign_share"
    # the counts of 2023 and 2024 the edition has anyway
    assert [one.id for one in found if one.id not in shares] == [
        f"{name}_{year}" for year in (2019, 2022, 2025) for name in ("dgsn_candidates_arrested", "dgsn_foreigners")
    ]
    low, high = extremes([*found, figure("other", 10**6), figure("dgsn_foreign_share", None)], "dgsn_foreign_share")
    assert (low.period, high.period) == ("2025", "2022")
    without = foreigners_among_arrested(2020)[-1]
    assert not without and (without.id, without.unit) == ("dgsn_foreign_share", "percent")


def test_a_part_of_attempts_is_known_only_where_it_is_assumed():
    assert not foreigners_part(None, 2024) and foreigners_part(None, 2024).missing == (("foreign_share", "2024"),)
    part = foreigners_part(0.8, 2024)
    assert (part.value, part.unit, part.status) == (Fraction(4, 5), "times", "derived")
    assert (part.id, part.assumptions, part.period) == ("foreign_share", ("foreign_share_given",), "2024")
    assert foreigners_part(None, 2024).unit == "times"


def test_a_year_without_shares_makes_nothing_up(numbers_of):
    numbers = numbers_of(2023)
    made = [numbers[f"origin_{part}_persons"] for part in PARTS] + [
        numbers["share_stated"],
        numbers["share_not_stated"],
    ]
    assert not any(made) and all(("share_maghreb", "2023") in one.missing for one in made[3:])
    shares = (*tuple(_shares().values())[:3], figure("share_not_stated", None, "percent"))
    assert origins_table(shares, shares, "foreign").empty


def test_2018_has_the_one_published_foreign_share(numbers_of):
    for year in (2018, 2024):
        found = numbers_of(year)["third_country_share_2018"]
        assert round(float(found.known), 1) == 79.5  # 70,571 of 88,761
        assert all(numbers_of(year)[id].period == "2018" for id in found.inputs)


@pytest.mark.parametrize(("choice", "home"), [("western_africa", "west_africa"), ("maghreb", "maghreb")])
def test_mauritania_is_where_the_parameter_says_and_nowhere_else(choice, home):
    table = regions_table(read_table("countries"), choice)
    assert list(table.loc[table["names"].str.contains("Mauritania"), "region"]) == [home]
    assert not table["names"].str.contains("Morocco").any()
    assert table.loc[1, "names"] == "Algeria, Libya, " + ("Mauritania, " if choice == "maghreb" else "") + "Tunisia"
    assert list(table["count"]) == [len(names.split(", ")) for names in table["names"]]


def test_the_other_reading_of_the_base_is_given_beside_the_people(numbers_of):
    numbers = numbers_of(2024)
    assert float(numbers["dgsn_foreign_share"].value) == pytest.approx(9250 / 32449 * 100)
    arrested, then = (numbers[f"origin_west_africa_persons_as_{how}"] for how in ("arrested", "in_2018"))
    assert float(arrested.value) == pytest.approx(0.58 * 78685 * 9250 / 32449)
    assert float(then.value) == pytest.approx(0.58 * 78685 * 70571 / 88761)
    assert "foreigners_as_among_arrested" in arrested.assumptions and arrested.status == "derived"
    years = {one.period for one in numbers.values() if one and one.name == "dgsn_foreign_share"}
    assert years == {"2019", "2022", "2023", "2024", "2025"}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for one in (numbers["origin_west_africa_persons"], arrested, then):
        assert f"{int(two_figures(one.known)):,}" in readme, one
    shares = shares_of({name: numbers[name] for name in STATED})
    table = origins_table(tuple(shares.values()), tuple(shares.values()), "intercepted", (then, arrested))
    assert table.loc[0, ["elsewise_low", "elsewise_high"]].tolist() == [13_000, 36_000]
    assumed = ["foreigners_as_among_arrested", "foreigners_as_in_2018"]
    assert table.loc[0, ["elsewise_low_as", "elsewise_high_as"]].tolist() == assumed
    assert table.loc[1:, "elsewise_low"].isna().all()
    chart = draw_origins(table, "en")
    assert "about 13,000 to 36,000 people from West Africa" in chart.alt
    sheet = chart.laid_out(800)
    said = [mark.said for mark in sheet.marks]
    assert "about 13,000 to 36,000 people from West Africa" in " ".join(said)
    bars = ["Foreigners alone, their part as in 2018 (ministry)", "about 36,000"]
    bars += ["Foreigners alone, their part as in the police’s arrests", "about 13,000"]
    assert [one for one in said if one in bars] == bars


def test_what_an_assumed_foreign_share_leaves_over_is_said(numbers_of):
    numbers = numbers_of(2024, share_base="foreign", foreign_share=0.8)
    assert numbers["attempts_not_by_foreigners"].value == 15737
    assert not numbers_of(2024)["attempts_not_by_foreigners"]


@pytest.mark.parametrize("edition", [2019, 2020, 2024])
def test_the_extremes_are_of_the_known_numbers_of_a_name(edition, numbers_of):
    low, high = extremes(numbers_of(edition).values(), "dgsn_foreign_share")
    assert (low.period, high.period) == ("2025", "2022") and low.value < high.value
