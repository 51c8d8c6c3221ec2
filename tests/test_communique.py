"""A year's figures as numbers: read again from print, beside the year before, with the growth that is in print."""

from decimal import Decimal
from fractions import Fraction

import pytest
from bilan.analysis.communique import (
    SHORTENED,
    figures,
    figures_of_other_bodies,
    figures_of_parts,
    growth,
    how_shortened,
    not_found,
    previous_figures,
    published_rates,
    reproduce,
    same_months,
    side_by_side,
    table_of_other_bodies,
)
from bilan.data.ledgers import INDICATORS, PUBLISHED_RATES, load_communique, load_partial, years
from bilan.number import Number
from bilan.show.chart import quantity
from bilan.show.numbers import Shown
from hypothesis import given
from hypothesis import strategies as st
from test_number import bounds_hold, ends, figure, in_print, kinds, places

WAYS = {"both": (True, True), "rounded": (True, False), "cut off": (False, True), "neither": (False, False)}
roundings = st.sampled_from(["half even", "half up", "half down"])
# halves, thirds and what lies beside a half, where roundings differ
truths = st.builds(
    lambda whole, divisor, beside: Fraction(whole, divisor) + Fraction(beside, 10**9),
    st.integers(-(10**6), 10**6),
    st.sampled_from([1, 2, 3, 20, 200, 2000]),
    st.integers(-1, 1),
)


def test_the_figures_of_2024_are_those_the_source_article_has():
    found = figures(2024)
    assert {name: (float(found[name].known), found[name].unit) for name in INDICATORS} == {
        "attempts_prevented": (78685, "attempts"),
        "networks_dismantled": (332, "networks"),
        "share_west_africa": (58, "percent"),
        "share_maghreb": (12, "percent"),
        "share_central_east_africa": (9, "percent"),
        "assaults": (14, "assaults"),
        "assault_participants": (4290, "persons"),
        "rescued_at_sea": (18645, "persons"),
        "voluntary_returns": (6135, "returns"),
    }
    assert ends(found["assault_participants"]) == (4290, 4290, None)
    assert ends(found["share_west_africa"]) == (58, Fraction(115, 2), Fraction(117, 2))
    assert ends(found["attempts_yoy_change"]) == (Fraction(46, 10), None, None)  # nobody says how it was shortened
    assert {one.status for one in found.values()} == {"published"}
    assert all(source["title"] for one in found.values() for source in one.sources)
    assert all(len(one.sources) == bool(one) for one in found.values())
    assert {name: one.period for name, one in found.items() if one} == dict.fromkeys(filter(found.get, found), "2024")


@pytest.mark.parametrize("year", years())
def test_what_the_ministry_did_not_publish_is_there_and_names_itself(year):
    found, ledger = figures(year), load_communique(year)
    assert {*INDICATORS, *PUBLISHED_RATES, "attempts_third_country_nationals"} <= set(found)
    assert {name for name, one in found.items() if one} == set(ledger.index)
    assert all(one.missing == ((name, str(year)),) for name, one in found.items() if not one)
    before = previous_figures(year)
    assert all(one.id == f"{name}_{year - 1}" and one.name == name for name, one in before.items())
    assert [one.period for one in before.values() if one] == [str(year - 1)] * sum(map(bool, before.values()))


def test_a_year_without_a_ledger_published_nothing():
    assert not any(previous_figures(min(years())).values())
    assert figures(1999)["assaults"].missing == (("assaults", "1999"),)


def test_parts_of_a_year_have_ids_of_their_own_and_say_which_part():
    parts = figures_of_parts(2020)
    attempts = parts["attempts_prevented"]
    assert (attempts.id, attempts.name, attempts.value) == ("attempts_prevented_part", "attempts_prevented", 26800)
    assert attempts.period.startswith("2020-01-01/") and not parts["assaults"]
    assert parts["assaults"].missing == (("assaults", "2020"),)
    # every other indicator in parts of 2024 has its full-year figure
    of_2024 = {name: one.value for name, one in figures_of_parts(2024).items() if one}
    assert of_2024 == {"voluntary_returns_with_iom": 1664}


@pytest.mark.parametrize("year", years())
def test_a_part_stands_for_a_year_only_where_the_year_has_no_figure(year):
    full, parts = figures(year), figures_of_parts(year)
    assert not [name for name, one in parts.items() if one and full[name]]
    listed = load_partial(year).groupby("indicator")["value"].last()
    assert {name: float(one.known) for name, one in parts.items() if one} == {
        name: value for name, value in listed.items() if name not in load_communique(year).index
    }


def test_other_bodies_count_persons():
    now, before = figures_of_other_bodies(2024), figures_of_other_bodies(2023, edition=2024)
    assert ends(now["dgsn_candidates_arrested"]) == (32449, 32449, 32449)
    assert ends(before["far_interceptions"]) == (87000, None, None)
    assert before["far_interceptions"].id == "far_interceptions_2023" and not now["far_interceptions"]
    assert now["dgsn_foreigners"].value == 9250 and now["dgsn_networks"].unit == "networks"
    assert {one.unit for name, one in (*now.items(), *before.items()) if "networks" not in name} == {"persons"}
    assert set(table_of_other_bodies(2024)["year"]) == {2023, 2024}


def test_indicators_without_a_figure_are_named():
    assert not_found(figures(2024)).empty
    few = dict.fromkeys(INDICATORS, figure("one", None)) | {"assaults": figure("one", 3)}
    assert set(not_found(few)) == set(INDICATORS) - {"assaults"}


# Growth


def test_growth_of_2024_by_hand(numbers_of):
    numbers = numbers_of(2024)
    # 18,645 / 16,818 = 1.10863…, 332 / 419 = 0.79236…
    by_hand = {
        "attempts_prevented": 4.66,
        "rescued_at_sea": 10.86,
        "voluntary_returns": 4.98,
        "networks_dismantled": -20.76,
    }
    rates = {name: numbers[f"{name}_change_pct"] for name in by_hand}
    assert {name: round(float(rate.known), 2) for name, rate in rates.items()} == by_hand
    assert {rate.status for rate in rates.values()} == {"recomputed"}
    assert rates["networks_dismantled"].formula == "({networks_dismantled} / {networks_dismantled_2023} − 1) × 100"


@pytest.mark.parametrize(("now", "before"), [(19, 20), (20, 19), (14, 6), (0, 200)])
def test_counts_below_twenty_have_no_growth_but_where_a_rate_in_print_is_checked(now, before):
    now, before = figure("now", now, "assaults"), figure("before", before, "assaults")
    assert not growth(now, before) and growth(now, before, least=0).value == (now.value / before.value - 1) * 100
    assert growth(figure("now", 20), figure("before", 20)).value == 0


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_growth_leads_back(before, now):
    rate = growth(figure("now", now), figure("before", before), least=0)
    assert before * (1 + rate.known / 100) == now and rate.unit == "percent"


@pytest.mark.parametrize(
    ("now", "before", "bounds"),
    [
        (("exact", 290), ("exact", 200), (45, 45, 45)),
        (("about", 290), ("exact", 200), (45, None, None)),
        (("exact", 290), ("about", 200), (45, None, None)),
        (("at_least", 290), ("exact", 200), (None, None, None)),
        (("exact", 290), ("at_least", 200), (None, None, None)),  # a ratio of two bounds is bounded on neither side
        (("at_least", 290), ("at_least", 200), (None, None, None)),
        (("exact", 20), ("exact", 200), (-90, -90, -90)),
        (("exact", 5), ("exact", 0), (None, None, None)),  # from nothing there is no growth
    ],
)
def test_growth_is_as_sure_as_the_two_figures(now, before, bounds):
    now, before = (figure(name, number, "networks", kind) for name, (kind, number) in (("now", now), ("old", before)))
    rate = growth(now, before)
    assert ends(rate) == bounds
    assert rate or rate.missing[0][0] in {"now", "old"}


def test_growth_from_an_approximation_is_an_approximation(numbers_of):
    rate = numbers_of(2023)["networks_dismantled_change_pct"]
    assert (rate.qualifier, rate.low, rate.high) == ("about", None, None)
    assert Shown(rate, "en").change == "up about 44%"  # of "about 290": two figures, no more


def test_two_lower_bounds_stand_side_by_side_without_growth():
    def participants(number: int, year: int) -> Number:
        return figure("assault_participants", number, "persons", "at_least", str(year))

    years = side_by_side([(participants(4290, 2024), participants(1400, 2023))])
    assert list(years["year"]) == [2023, 2024] and list(years["value"]) == [1400, 4290]
    assert list(years["qualifier"]) == ["at_least"] * 2 and years["change_pct"].isna().all()


def test_a_lower_bound_in_either_year_leaves_no_growth_and_is_named():
    def attempts(value: int, year: int, qualifier: str = "exact") -> Number:
        return figure(f"attempts_{year}", value, "attempts", qualifier, str(year))

    rate = growth(attempts(150, 2024), attempts(120, 2023))
    assert (ends(rate), rate.period, rate.unit) == ((25, 25, 25), "2024", "percent")  # of the year it leads to
    before = growth(attempts(150, 2024), attempts(120, 2023, "at_least"))
    assert not before and before.missing == (("attempts_2023", "2023"),) and before.period == "2024"
    now = growth(attempts(150, 2024, "at_least"), attempts(120, 2023))
    assert not now and now.missing == (("attempts_2024", "2024"),)
    about = growth(attempts(150, 2024), attempts(120, 2023, "about"))
    assert (ends(about), about.qualifier) == ((25, None, None), "about")


def test_a_part_of_a_year_is_set_beside_the_same_months_and_no_others():
    parts = figures_of_parts(2025)
    before = same_months(parts, 2025)
    found = {name: before[name].value for name in ("attempts_prevented", "networks_dismantled", "rescued_at_sea")}
    assert found == {"attempts_prevented": 45_015, "networks_dismantled": 177, "rescued_at_sea": 10_589}
    one = before["attempts_prevented"]
    assert (one.id, one.period) == ("attempts_prevented_part_2024", "2024-01-01/2024-08-31")
    assert not before["assaults"] and set(before) == set(parts)


def test_the_growth_beside_a_year_is_its_own():
    table = side_by_side(
        [(figure("assaults", 30, "assaults", period="2024"), figure("assaults", 24, period="2023", unit="assaults"))]
    )
    assert table["year"].tolist() == [2023, 2024] and table["qualifier"].tolist() == ["exact", "exact"]
    assert table["change_pct"].isna().tolist() == [True, False] and table["change_pct"].iloc[1] == 25


def test_side_by_side_leaves_out_what_is_not_known_and_gives_no_growth_of_what_was_worked_out():
    now, before = figures(2023), previous_figures(2023)
    names = ("voluntary_returns", "assault_participants", "rescued_at_sea")
    table = side_by_side([(now[name], before[name]) for name in names])
    assert list(table["year"]) == [2023, 2023, 2022, 2023] and list(table["change_pct"].isna()) == [True] * 3 + [False]
    assert side_by_side([(figure("assaults", None), figure("assaults", 6, period="2023"))]).empty
    ratio = (figure("persons", 90, "persons", "at_least") / figure("assaults", 3, "assaults")).kept("per_assault")
    (row,) = side_by_side([(ratio, ratio)]).drop_duplicates().itertuples()
    assert (row.indicator, row.qualifier, row.value) == ("per_assault", "bound", 30)
    assert quantity(row.value, row.qualifier, "en") == "at least 30"


def test_participants_per_assault_is_at_least_306(numbers_of):
    ratio = numbers_of(2024)["participants_per_assault"]
    assert float(ratio.known) == 4290 / 14 and ends(ratio)[1:] == (ratio.value, None)
    assert (ratio.qualifier, ratio.status) == ("at_least", "recomputed")
    assert Shown(ratio, "en").bound == "at least 306"


def test_a_count_says_what_its_qualifier_is():
    assert quantity(4290, "at_least", "fr") == "plus de 4\u202f290"
    assert quantity(306.9, "bound", "en") == "at least 306"
    assert quantity(290, "about", "en") == "about 290"


# Figures read again from print


@pytest.mark.parametrize("year", years())
def test_every_figure_is_read_again_as_the_ledger_has_it(year):
    for ledger in (load_communique(year), load_partial(year)):
        assert set(reproduce(ledger)["agrees"]) <= {"yes"} and len(reproduce(ledger)) == len(ledger)


def test_a_wrong_digit_a_wrong_sign_and_a_text_without_a_number_are_told():
    ledger = load_communique(2024).copy()
    ledger.loc["rescued_at_sea", "value"] = 18654
    ledger.loc["assaults", "as_printed"] = "beaucoup"
    ledger.loc["share_maghreb", "value"] *= -1
    ledger.loc["attempts_yoy_change", "value"] *= -1  # whose sign the source puts in words
    said = reproduce(ledger).set_index("indicator")["agrees"]
    assert said["rescued_at_sea"] == "no: printed 18645, ledger 18654"
    assert "expected a number as printed" in said["assaults"] and said["share_maghreb"].startswith("no: printed 12")
    assert set(said.drop(["rescued_at_sea", "assaults", "share_maghreb"])) == {"yes"}


def test_a_figure_whose_print_was_not_recorded_is_not_called_read_again():
    ledger = load_communique(2024).copy()
    ledger.loc["assaults", "as_printed"] = "not recorded"
    assert len(reproduce(ledger)) == len(ledger) - 1 and "assaults" not in set(reproduce(ledger)["indicator"])


# Growth in print


@pytest.mark.parametrize(
    ("printed", "full", "how"),
    [
        (4.6, 4.6566, "cut off"),
        (10.8, 10.8634, "cut off"),
        (4.7, 4.6566, "rounded"),
        (6, 6.2206, "both"),
        (-62, -62.5, "both"),  # a tie: half-down rounding and cutting off agree
        (1.2, 1.25, "both"),
        (44, 46.0, "neither"),
        (-20.7, -20.76, "cut off"),
        (-20.8, -20.76, "rounded"),
    ],
)
def test_how_a_rate_was_shortened(printed, full, how):
    assert how_shortened(printed, full) == SHORTENED[WAYS[how]]


@given(st.integers(1, 10**6), st.integers(0, 10**6), places, roundings, kinds)
def test_a_rate_that_was_rounded_or_cut_off_is_seen_as_such(before, now, decimals, rounding, kind):
    full = growth(figure("now", now), figure("before", before), least=0).known
    rounded, cut = (kind(in_print(full, decimals, way)) for way in (rounding, "cut off"))
    assert how_shortened(rounded, full) in (SHORTENED[True, True], SHORTENED[True, False])
    assert how_shortened(cut, full) in (SHORTENED[True, True], SHORTENED[False, True])


@given(truths, places, st.integers(-2, 2))
def test_a_rate_is_said_to_follow_in_the_ways_it_does_and_in_no_other(full, decimals, moved):
    printed = in_print(full, decimals, "half up") + Decimal(moved).scaleb(-decimals)
    # a ledger's number has no zeros at the end: 5.0 is 5
    decimals = max(-Decimal(repr(float(printed))).normalize().as_tuple().exponent, 0)
    rounded = printed in {in_print(full, decimals, rounding) for rounding in ("half even", "half up", "half down")}
    assert how_shortened(printed, full) == SHORTENED[rounded, printed == in_print(full, decimals, "cut off")]


def test_published_rates_of_2024_are_cut_off():
    rates = published_rates(2024).set_index("indicator")
    assert rates["published_rate"].to_dict() == {"attempts_prevented": 4.6, "rescued_at_sea": 10.8}
    assert set(rates["shortened"]) == {"cut_off"}


def test_a_published_rate_without_its_year_before_cannot_be_checked():
    rates = published_rates(2023).set_index("indicator")
    assert rates.loc["voluntary_returns", "shortened"] == "unchecked"
    assert rates.loc["attempts_prevented", "shortened"] == "either"
    assert rates.loc[["voluntary_returns"], "recomputed_rate"].isna().all()
    assert published_rates(2019).empty


def test_the_bounds_of_growth_hold_whatever_the_two_figures_truly_are():
    west, before = figure("now", 58, "percent"), figure("before", 50, "percent")
    rate = growth(west, before)
    assert bounds_hold(rate, Fraction(100 * 575, 505) - 100) and bounds_hold(rate, Fraction(100 * 585, 495) - 100)
    assert ends(rate)[1:] == (Fraction(100 * 575, 505) - 100, Fraction(100 * 585, 495) - 100)
