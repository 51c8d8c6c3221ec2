"""A year's figures as numbers: read again from print, beside the year before, with the growth that is in print."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from bilan.analysis.communique import (
    SHORTENED,
    _figures,
    definitions,
    every_figure,
    figures,
    figures_of_other_bodies,
    figures_of_parts,
    growth,
    how_many,
    how_shortened,
    nine_months,
    not_found,
    part_above_year,
    previous_figures,
    published_rates,
    reproduce,
    returns_with_iom,
    same_months,
    side_by_side,
    statements,
    table_of_other_bodies,
    with_place,
)
from bilan.data.ledgers import INDICATORS, PUBLISHED_RATES, load_communique, load_partial
from bilan.data.package import years
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
    assert {name: one.id for name, one in found.items()} == {name: name for name in found}
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
    assert attempts.period.startswith("2020-01-01/") and attempts.unit == "attempts"
    without = parts["assaults"]
    assert not without and (without.id, without.name, without.unit) == ("assaults_part", "assaults", "assaults")
    assert without.missing == (("assaults", "2020"),)
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
    assert not_found(figures(2024)).empty and not_found(figures(2024)).dtype == not_found(figures(1999)).dtype
    assert not_found(figures(1999)).name == "indicator"
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
    assert before["assaults"].missing == (("assaults", "2024"),)
    assert [(one.name, one.unit) for one in before.values()] == [(one.name, one.unit) for one in parts.values()]
    attempts = replace(figures_of_parts(2020)["attempts_prevented"], period="2018-01-01/2018-08-31")
    assert same_months({"attempts_prevented": attempts}, 2018)["attempts_prevented"].value == 39_000
    # of the year before there is no ledger
    assert not any(same_months(figures_of_parts(2017), 2017).values())


def test_months_whose_last_one_is_not_stated_are_the_same_as_no_others(monkeypatch):
    parts = {name: one for name, one in figures_of_parts(2020).items() if one}
    assert {one.period for one in parts.values()} == {"2020-01-01/"}
    before = load_partial(2020).assign(year=2019, period="2019-01-01/")
    monkeypatch.setattr("bilan.analysis.communique.load_partial", lambda year: before)
    assert not any(same_months(parts, 2020).values())
    before["period"] = "2019-01-01/2019-06-30"
    parts = {name: one.kept(name) for name, one in figures_of_parts(2020).items() if one}
    parts = {name: replace(one, period="2020-01-01/2020-06-30") for name, one in parts.items()}
    assert all(same_months(parts, 2020).values())


def test_a_share_in_print_that_is_more_than_so_much_is_no_more_than_the_whole(monkeypatch):
    monkeypatch.setattr("bilan.analysis.communique._figures", _figures.__wrapped__)  # which would remember the ledger
    for qualifier, bounds in (("at_least", (58, 100)), ("about", (0, 100))):
        ledger = load_communique(2024).assign(qualifier=qualifier)
        monkeypatch.setattr("bilan.analysis.communique.load_communique", lambda year, ledger=ledger: ledger)
        assert ends(figures(2024)["share_west_africa"])[1:] == bounds


def test_what_counts_otherwise_and_what_the_text_says_are_told_by_year():
    assert definitions(2024) == {"assaults": "attempted_assaults"}
    assert definitions(2022) == {"assaults_part": "melilla_only", "voluntary_returns_part": "removals"}
    assert definitions(2021) == {
        "voluntary_returns_part": "removals",
        "attempts_prevented": "immigration_and_emigration",
        **dict.fromkeys(("spain_arrivals", "spain_land_arrivals"), "excludes_17_18_may"),
    }
    assert {"human_dignity", "said_foiled"} < statements(2024) and statements(2023) == set()


def test_every_figure_of_a_year_is_there_with_its_row_parts_last():
    found = every_figure(2024)
    assert len(found) == len(load_communique(2024)) + len(load_partial(2024)) == 19
    assert all((one.name, float(one.known)) == (row["indicator"], row["value"]) for one, row in found)
    parts = [one.period != "2024" for one, _ in found]
    assert parts == sorted(parts) and sum(parts) == 8
    assert {one.period for one, _ in found} == {"2024", "2024-01-01/2024-08-31", "2024-01-01/2024-09-30"}


def test_a_part_of_a_year_above_the_whole_is_found():
    above = part_above_year(2021, "voluntary_returns")  # 8,890 removals in eight months, 3,500 returns in twelve
    assert (above.value, above.period, above.unit) == (8890, "2021-01-01/2021-08-31~", "returns")
    for year, name in ((2024, "voluntary_returns"), (2020, "attempts_prevented"), (2021, "attempts_prevented")):
        none = part_above_year(year, name)
        assert not none and none.missing == ((name, str(year)),)


def test_a_part_equal_to_the_whole_is_not_above_it_and_of_two_above_the_last_counts(monkeypatch):
    parts = pd.concat([load_partial(2021).query("indicator == 'voluntary_returns'")] * 2, ignore_index=True)
    monkeypatch.setattr("bilan.analysis.communique.load_partial", lambda year: parts)
    for values, found in (([3500.0, 3500.0], None), ([3501.0, 3502.0], 3502), ([3502.0, 3500.0], 3502)):
        parts["value"] = values
        assert part_above_year(2021, "voluntary_returns").value == found


def test_what_is_kept_for_january_to_september_and_for_returns_with_iom():
    months = nine_months(2024)
    found = {name: (one.value, one.unit, one.period) for name, one in months.items()}
    period = "2024-01-01/2024-09-30"
    assert found == {
        "networks_dismantled": (210, "networks", period),
        "rescued_at_sea": (14_260, "persons", period),
    }
    without = nine_months(2019)
    assert [one.missing for one in without.values()] == [((name, "2019"),) for name in months]
    assert [one.unit for one in without.values()] == ["networks", "persons"]
    # of 2024 a part has both counts, of 2021 the whole year, of 2023 nothing
    returns = {year: [(one.value, one.period) for one in returns_with_iom(year)] for year in (2024, 2021, 2023)}
    assert returns == {
        2024: [(1664, period), (4388, period)],
        2021: [(2300, "2021"), (3500, "2021")],
        2023: [(None, "2023"), (None, "2023")],
    }
    for year in returns:
        with_iom, all_of_them = returns_with_iom(year)
        assert (with_iom.id, with_iom.unit) == ("voluntary_returns_with_iom", "returns")
        assert (all_of_them.id, all_of_them.unit) == ("voluntary_returns", "returns")


def test_returns_with_iom_are_of_the_last_period_that_has_both(monkeypatch):
    real = load_partial(2024)
    rows = real[real["indicator"].str.startswith("voluntary_returns")]
    assert list(rows["indicator"]) == ["voluntary_returns", "voluntary_returns_with_iom"]
    early, again, late = rows.assign(period="early"), rows.assign(period="early"), rows.iloc[1:].assign(period="late")
    again["value"] = [4000.0, 1000.0]  # printed again, for the same months
    parts = pd.concat([early, again, late], ignore_index=True)
    monkeypatch.setattr("bilan.analysis.communique.load_partial", lambda year: parts)
    monkeypatch.setattr("bilan.analysis.communique.load_communique", lambda year: load_communique(2024).iloc[:1])
    assert [(one.value, one.period) for one in returns_with_iom(2024)] == [(1000, "early"), (4000, "early")]


def test_how_many_figures_there_are_is_counted_among_them():
    found = figures(2024)
    assert with_place(found) == set(INDICATORS) and with_place(figures(2022)) == set()
    everyone, placed = how_many(found, 2024, "figures_published"), how_many(found, 2024, "placed", with_place(found))
    assert (everyone.value, placed.value, placed.unit, placed.period) == (11, 9, "figures", "2024")
    assert everyone.formula.startswith("{formula.figures_published}: {attempts_prevented} · {networks_dismantled} · ")
    assert placed.formula.startswith("{formula.placed}: ") and placed.inputs == everyone.inputs
    assert how_many(found, 2024, "none", ()).value == 0
    none = how_many(figures(1999), 1999, "figures_published")
    assert not none and (none.id, none.unit, none.period) == ("figures_published", "figures", "1999")


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
    exact = (figure("persons", 900, "persons") / figure("assaults", 30, "assaults")).kept("per_assault")
    assert side_by_side([(exact, exact)])["change_pct"].isna().all()


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
        again, named = reproduce(ledger), ledger.reset_index()
        assert set(again["agrees"]) <= {"yes"} and list(again["indicator"]) == list(named["indicator"])
        assert list(again["as_printed"]) == list(named["as_printed"]) and list(again["value"]) == list(named["value"])
        assert list(again["reproduced"].abs()) == list(named["value"].abs())


def test_a_wrong_digit_a_wrong_sign_and_a_text_without_a_number_are_told():
    ledger = load_communique(2024).copy()
    ledger.loc["rescued_at_sea", "value"] = 18654
    ledger.loc["assaults", "as_printed"] = "beaucoup"
    ledger.loc["share_maghreb", "value"] *= -1
    ledger.loc["attempts_yoy_change", "value"] *= -1  # whose sign the source puts in words
    said = reproduce(ledger).set_index("indicator")["agrees"]
    assert said["rescued_at_sea"] == "no: printed 18645, ledger 18654"
    assert reproduce(ledger).set_index("indicator")["reproduced"].isna().pipe(lambda one: list(one[one].index)) == [
        "assaults"
    ]
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
    assert rates["recomputed_rate"].round(2).to_dict() == {"attempts_prevented": 4.66, "rescued_at_sea": 10.86}


def test_a_published_rate_without_its_year_before_cannot_be_checked():
    rates = published_rates(2023).set_index("indicator")
    assert rates.loc["voluntary_returns", "shortened"] == "unchecked"
    assert rates.loc["attempts_prevented", "shortened"] == "either"
    assert rates.loc[["voluntary_returns"], "recomputed_rate"].isna().all()
    assert rates.loc["assaults", "recomputed_rate"] == -62.5  # 6 after 16: checked, however few
    assert published_rates(2019).empty


def test_the_bounds_of_growth_hold_whatever_the_two_figures_truly_are():
    west, before = figure("now", 58, "percent"), figure("before", 50, "percent")
    rate = growth(west, before)
    assert bounds_hold(rate, Fraction(100 * 575, 505) - 100) and bounds_hold(rate, Fraction(100 * 585, 495) - 100)
    assert ends(rate)[1:] == (Fraction(100 * 575, 505) - 100, Fraction(100 * 585, 495) - 100)
