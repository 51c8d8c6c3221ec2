"""Breakdown, comparison and claims, held against answers worked out by hand."""

import math
import re
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cache

import pandas as pd
import pytest
from bilan.analysis.claims import CLAIMS, claims_table, holds
from bilan.analysis.communique import (
    attempts_per_network,
    change_values,
    compare_years,
    iom_returns,
    other_bodies,
    participants_per_assault,
    published_rates,
    published_values,
)
from bilan.analysis.cross_check import (
    central_east_times,
    count_readings,
    deaths,
    frontex_shares,
    frontex_totals,
    one_footing,
    spain_arrivals,
)
from bilan.analysis.origins import breakdown, regions_table, third_country_share
from bilan.analysis.values import Value
from bilan.analysis.years import partial_values, standing
from bilan.data.ledgers import INDICATORS, PUBLISHED_RATES, load_communique, load_previous, years
from bilan.data.tables import read_table
from bilan.errors import InputError
from bilan.languages import LANGUAGES
from bilan.show.chart import quantity
from bilan.show.numbers import Shown, name_of, values_table
from bilan.show.shares import draw_origins
from bilan.show.words import part_of_year
from hypothesis import given
from hypothesis import strategies as st


def values_of(year: int) -> dict[str, Value]:
    """Return all values the notebooks make for a year."""
    return dict(_values_of(year))


@cache
def _values_of(year: int) -> dict[str, Value]:
    ledger, previous = load_communique(year), load_previous(year)
    detections = read_table("frontex_detections")
    made = [
        *published_values(ledger, previous),
        *breakdown(ledger)[1],
        *third_country_share(load_communique(2018)),
        *change_values(ledger, previous, INDICATORS),
        *participants_per_assault(ledger),
        *attempts_per_network(ledger),
        *other_bodies(read_table("other_bodies"), year)[1],
        *iom_returns(read_table("iom_returns"), ledger, year),
        *frontex_totals(detections, year),
        *frontex_shares(detections, year),
        *count_readings(one_footing(ledger, detections, year)),
        *spain_arrivals(read_table("spain_arrivals"), ledger, year),
        *deaths(read_table("iom_deaths"), read_table("caminando_fronteras"), year),
        *partial_values(year),
        *(value for name in INDICATORS for value in standing(year, name)),
    ]
    values = {value.id: value for value in made}
    return values | {value.id: value for value in central_east_times(ledger, values)}


def test_growth_of_2024_recomputed():
    values = values_of(2024)
    by_hand = {
        "attempts_prevented": 4.66,
        "rescued_at_sea": 10.86,
        "voluntary_returns": 4.98,
        "networks_dismantled": -20.76,
        "assaults": 133.33,
    }
    assert {name: round(values[f"{name}_change_pct"].value, 2) for name in by_hand} == by_hand
    assert {values[f"{name}_change_pct"].status for name in by_hand} == {"recomputed"}
    assert "assault_participants_change_pct" not in values  # two lower bounds have no growth


def test_published_rates_of_2024_are_cut_off():
    rates = published_rates(load_communique(2024), load_previous(2024)).set_index("indicator")
    assert rates["published_rate"].to_dict() == {"attempts_prevented": 4.6, "rescued_at_sea": 10.8}
    assert set(rates["shortened"]) == {"cut off, not rounded"}


def test_a_published_rate_without_its_year_before_cannot_be_checked():
    rates = published_rates(load_communique(2023), load_previous(2023)).set_index("indicator")
    assert rates.loc["voluntary_returns", "shortened"] == "cannot be checked"
    assert rates.loc["attempts_prevented", "shortened"] == "rounded (cutting off gives the same)"


def _ledger(year: int, **figures: tuple) -> pd.DataFrame:
    """Return a ledger of figures, each a value, or a value and its qualifier; shares and rates are percents."""
    rows = {}
    for name, (value, *qualifier) in figures.items():
        unit = "percent" if name.startswith("share_") or name in PUBLISHED_RATES else "count"
        kind = qualifier[0] if qualifier else "exact"
        rows[name] = {"year": year, "value": float(value), "unit": unit, "qualifier": kind, "source": "made up"}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("indicator")


@given(
    st.integers(1, 10**7),
    st.integers(0, 10**7),
    st.integers(0, 3),
    st.sampled_from([ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_DOWN]),
    st.sampled_from([-2, -1, 1, 2]),
)
def test_a_rate_in_print_is_consistent_with_its_two_figures_or_flagged(before, now, decimals, way, moved):
    full = (Decimal(now) / before - 1) * 100
    place = Decimal(1).scaleb(-decimals)
    for printed in (full.quantize(place, way), full.quantize(place, way) + moved * place):
        ledger = _ledger(2030, attempts_prevented=(now,), attempts_yoy_change=(printed,))
        (said,) = published_rates(ledger, _ledger(2029, attempts_prevented=(before,)))["shortened"]
        # a ledger's number has no zeros at the end: 5.0 is 5
        places = max(-Decimal(repr(float(printed))).normalize().as_tuple().exponent, 0)
        unit = Decimal(1).scaleb(-places)
        rounded = abs(full - printed) <= unit / 2
        cut = full.quantize(unit, ROUND_DOWN) == printed
        words = {
            (True, True): "rounded (cutting",
            (True, False): "rounded",
            (False, True): "cut off",
            (False, False): "does",
        }
        assert said.startswith(words[rounded, cut])


def test_a_year_with_nothing_to_divide_by_has_no_ratio_and_no_growth():
    none = _ledger(2029, assaults=(0,), assault_participants=(0,), attempts_prevented=(10,), networks_dismantled=(0,))
    some = _ledger(2030, assaults=(3,), assault_participants=(90,), attempts_prevented=(10,), networks_dismantled=(2,))
    assert participants_per_assault(none) == attempts_per_network(none) == []
    values = change_values(some, none, ["assaults", "attempts_prevented", "networks_dismantled"])
    assert [(value.id, value.value) for value in values] == [("attempts_prevented_change_pct", 0)]
    assert [value.value for value in change_values(none, some, ["assaults"])] == [-100]
    table = pd.DataFrame([{"year": 2029, "origin": "total", "persons": 5, "qualifier": "about", "source": "IOM"}])
    (iom,) = iom_returns(table, _ledger(2029, voluntary_returns=(0,)), 2029)
    assert (iom.id, iom.qualifier) == ("iom_assisted_returns", "about")


@pytest.mark.parametrize(
    ("participants", "assaults", "ratio"),
    [
        ((90,), (3,), (30, 30, "exact")),
        ((90, "at_least"), (3,), (30, None, "at_least")),
        ((90, "about"), (3,), (None, None, "about")),
        ((90,), (3, "at_least"), (None, 30, "about")),  # more assaults, fewer people in each
        ((90, "at_least"), (3, "at_least"), (None, None, "about")),
        ((90, "at_least"), (3, "about"), (None, None, "about")),
    ],
)
def test_a_ratio_is_a_lower_bound_only_where_it_is_one(participants, assaults, ratio):
    (value,) = participants_per_assault(_ledger(2030, assault_participants=participants, assaults=assaults))
    assert (value.low, value.high, value.qualifier) == ratio and value.value == 30
    assert Shown(value, "en").bound == {"exact": "30", "at_least": "at least 30", "about": "about 30"}[ratio[2]]


SHARES_2030 = {"share_west_africa": (58,), "share_maghreb": (12,), "share_central_east_africa": (9,)}


@pytest.mark.parametrize(
    ("share", "total", "share_bounds", "person_bounds"),
    [
        ((58,), (1000,), (57.5, 58.5), (575, 585)),
        ((58, "at_least"), (1000,), (58, 100), (580, 1000)),
        ((58, "about"), (1000,), (0, 100), (0, 1000)),
        ((58,), (1000, "at_least"), (57.5, 58.5), (575, None)),
        ((58,), (1000, "about"), (57.5, 58.5), (None, None)),
    ],
)
def test_people_of_a_share_are_as_uncertain_as_what_they_are_made_from(share, total, share_bounds, person_bounds):
    ledger = _ledger(2030, **SHARES_2030 | {"share_west_africa": share}, attempts_prevented=total)
    frame, values = breakdown(ledger)
    row = frame.set_index("region").loc["west_africa"]
    assert (row["share_low"], row["share_high"]) == share_bounds and row["persons"] == 580
    (value,) = (value for value in values if value.id == "origin_west_africa_persons")
    assert (value.low, value.high) == person_bounds
    assert [None if pd.isna(x) else x for x in (row["persons_low"], row["persons_high"])] == list(person_bounds)
    rest = next(value for value in values if value.id == "share_not_stated")
    assert (rest.value, rest.low, rest.high) == (21, max(79 - share_bounds[1] - 1, 0), 100 - share_bounds[0] - 20)
    line = {585: "580 people (575 to 585)", 1000: "580 people"}.get(person_bounds[1], "about 580 people")
    assert line in " ".join(said.get_text() for said in draw_origins(frame, "en").figure.axes[0].texts)


def test_shares_that_exceed_the_whole_by_more_than_rounding_name_the_ledger():
    shares = {"share_west_africa": (33.4,), "share_maghreb": (33.4,), "share_central_east_africa": (33.5,)}
    with pytest.raises(
        InputError, match=r"^data/communiques/2030.csv: expected shares of 100 %, found shares add up to"
    ):
        breakdown(_ledger(2030, **shares))


def test_participants_per_assault_is_at_least_306():
    (value,) = participants_per_assault(load_communique(2024))
    assert (value.low, value.high, value.qualifier, value.status) == (4290 / 14, None, "at_least", "derived")
    assert Shown(value, "en").bound == "at least 306"


def test_the_three_readings_of_the_base():
    ledger = load_communique(2024)
    assert breakdown(ledger)[0].set_index("region").loc["west_africa", "persons"] == 45637.3
    frame, values = breakdown(ledger, "foreign")
    assert frame["persons"].isna().all() and [value.id for value in values] == ["share_stated", "share_not_stated"]
    frame, _ = breakdown(ledger, "foreign", 0.8)
    assert frame.set_index("region").loc["west_africa", "persons"] == pytest.approx(45637.3 * 0.8)


@pytest.mark.parametrize("base", [None, 0.75])
def test_persons_of_all_origins_make_up_the_whole(base):
    frame, _ = breakdown(load_communique(2024), "foreign" if base else "intercepted", base)
    assert frame["share"].sum() == 100
    assert math.isclose(frame["persons"].sum(), 78685 * (base or 1))


def test_a_year_without_shares_makes_nothing_up():
    frame, values = breakdown(load_communique(2023))
    assert frame.empty and values == []


def test_an_indicator_published_in_one_year_alone_has_no_growth():
    years = compare_years(load_communique(2023), load_previous(2023), ["voluntary_returns", "assault_participants"])
    assert list(years["year"]) == [2023, 2023] and years["change_pct"].isna().all()


def test_growth_from_an_approximation_is_an_approximation():
    (value,) = change_values(load_communique(2023), load_previous(2023), ["networks_dismantled"])
    assert (value.qualifier, value.low, value.high) == ("about", None, None)
    assert Shown(value, "en").change == "up about 44.5%"


def test_2018_has_the_one_published_foreign_share():
    values = {value.id: value for value in third_country_share(load_communique(2018))}
    assert round(values["third_country_share_2018"].value, 1) == 79.5
    assert third_country_share(load_communique(2024)) == []


def test_iom_is_set_beside_the_ministry():
    values = {value.id: value for value in iom_returns(read_table("iom_returns"), load_communique(2024), 2024)}
    assert values["iom_assisted_returns"].value == 2196
    assert round(values["iom_share_of_returns"].value, 1) == 35.8
    assert iom_returns(read_table("iom_returns"), load_communique(2023), 2023) == []


@pytest.mark.parametrize(("choice", "home"), [("western_africa", "west_africa"), ("maghreb", "maghreb")])
def test_mauritania_is_where_the_parameter_says_and_nowhere_else(choice, home):
    table = regions_table(read_table("countries"), choice)
    assert list(table.loc[table["names"].str.contains("Mauritania"), "region"]) == [home]
    assert not table["names"].str.contains("Morocco").any()


def test_every_claim_holds_for_2024_and_has_a_year_where_it_is_not_made():
    assert set(claims_table(values_of(2024))["outcome"]) == {"holds"}
    assert not any(holds(name, values_of(2019)) for name in CLAIMS if "2018" not in CLAIMS[name].threshold)


def _value(id: str, value: float, low: float | None, high: float | None) -> Value:
    return Value(id, value, "percent", low, high, "exact", "published", "2024")


@pytest.mark.parametrize(
    ("claim", "id", "good", "bad"),
    [
        ("west_africa_majority", "share_west_africa", (51, 50.5, 51.5), (50, 49.5, 50.5)),
        ("not_stated_fifth", "share_not_stated", (20, 19.5, 20.5), (24, 22.5, 25.5)),
        ("rescued_up_tenth", "rescued_at_sea_change_pct", (10, 10, 10), (20, 20, 20)),
        ("networks_down_fifth", "networks_dismantled_change_pct", (-20, -20, -20), (20, 20, 20)),
        ("iom_over_a_third", "iom_share_of_returns", (35, 35, 35), (33, 33, 33)),
    ],
)
def test_a_claim_fails_when_its_number_moves(claim, id, good, bad):
    assert holds(claim, {id: _value(id, *good)})
    assert not holds(claim, {id: _value(id, *bad)})
    assert not holds(claim, {})


@pytest.mark.parametrize(
    ("first", "second", "made"),
    [((12, 12, 12), (6, 6, 6), False), ((13, 13, 13), (6, 6, 6), True), ((13, None, None), (6, 6, 6), False)],
)
def test_more_than_doubled_means_more_than_twice(first, second, made):
    values = {"assaults": _value("assaults", *first), "assaults_previous": _value("assaults_previous", *second)}
    assert holds("assaults_more_than_doubled", values) is made


@pytest.mark.parametrize("lang", ["fr", "en", "es"])
@pytest.mark.parametrize("year", [2018, 2020, 2022, 2024])
def test_every_value_has_a_name_in_every_language(year, lang):
    assert all(name_of(id, lang, value.period) for id, value in values_of(year).items())


def test_a_count_says_what_its_qualifier_is():
    assert quantity(4290, "at_least", "fr") == "plus de 4\u202f290"
    assert quantity(306.9, "bound", "en") == "at least 306"
    assert quantity(290, "about", "en") == "about 290"


@pytest.mark.parametrize(
    ("period", "lang", "said"),
    [
        ("full year", "fr", "année entière"),
        ("2024-01-01/2024-08-31", "fr", "de janvier à août"),
        ("2024-01-01/2024-08-31", "es", "de enero a agosto"),
        ("2018-01-01/2018-11-27", "en", "January to 27 November"),
        ("2023-01-01/2023-07-15~", "en", "January to mid-July"),
        ("2017-01-01/2017-11-30~", "fr", "de janvier à novembre"),
        ("2024-03-01/2024-03-31", "en", "March"),
        ("2020-01-01/", "es", "parte del año"),
    ],
)
def test_parts_of_a_year_are_said_in_words(period, lang, said):
    assert part_of_year(period, lang) == said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_value_of_every_year_has_a_name_and_a_formula_in_words(lang):
    codes = re.compile(r"[a-z]+_[a-z_]+")
    for year in years():
        frame = values_table(values_of(year).values(), lang, "").frame
        for said in frame.drop(columns="value").to_numpy().ravel():
            assert not codes.search(re.sub(r"<[^>]*>", " ", said)), (year, said)
