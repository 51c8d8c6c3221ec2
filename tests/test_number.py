"""A number knows how it was made: bounds by hand, units, formulas, what it was made from and what is missing."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy
import pytest
from bilan.build.results import CONTRACT, read_numbers, write_numbers
from bilan.number import (
    Number,
    Numbers,
    UnitError,
    as_sure,
    count,
    exact,
    given,
    last_place,
    plain,
    published,
    total,
    two_figures,
)
from hypothesis import given as hold_for
from hypothesis import strategies as st

MINISTRY = {"title": "Ministry", "url": "https://example.org", "place": "line 2"}
FRONTEX = {"title": "Frontex", "url": "", "place": ""}


def figure(id: str, value, unit: str = "attempts", qualifier: str = "exact", period="2024", source=MINISTRY) -> Number:
    return published(id, value, unit, period, source, qualifier)


def share(value, qualifier: str = "exact", id: str = "share") -> Number:
    return figure(id, value, "percent", qualifier)


def ends(number: Number) -> tuple:
    return number.value, number.low, number.high


ATTEMPTS = figure("attempts", 78685)
NETWORKS = figure("networks", 332, "networks")
PERSONS = figure("persons", 4290, "persons", "at_least")
ASSAULTS = figure("assaults", 14, "assaults")
UNKNOWN = figure("returns", None, "attempts", period="2023")


# What a figure in print bounds

percents = st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10)
places = st.integers(0, 3)
roundings = st.sampled_from(["half even", "half up", "half down"])
# a ledger holds floats, which keep no zeros at the end
kinds = st.sampled_from([Decimal, float])


def in_print(truth: Fraction, decimals: int, rounding: str) -> Decimal:
    """Return a truth as a source prints it: rounded in one of three ways, or "cut off"."""
    sign = -1 if truth < 0 else 1
    whole, rest = divmod(abs(truth) * 10**decimals, 1)
    if rest == Fraction(1, 2):
        whole += {"half even": whole % 2, "half up": 1, "half down": 0, "cut off": 0}[rounding]
    elif rounding != "cut off":
        whole += rest > Fraction(1, 2)
    return Decimal(sign * int(whole)).scaleb(-decimals)


def bounds_hold(number: Number, truth: Fraction) -> bool:
    return number.bounds[0] <= truth <= number.bounds[1]


@pytest.mark.parametrize(
    ("value", "unit", "qualifier", "bounds"),
    [
        (78685, "attempts", "exact", (78685, 78685)),
        (4290, "persons", "at_least", (4290, None)),
        (290, "networks", "about", (None, None)),
        (12, "percent", "exact", (11.5, 12.5)),
        (12.0, "percent", "exact", (11.5, 12.5)),
        (12.4, "percent", "exact", (12.35, 12.45)),
        (Decimal("12.0"), "percent", "exact", (11.95, 12.05)),
        (0, "percent", "exact", (0, 0.5)),
        (100, "percent", "exact", (99.5, 100)),
        (12, "percent", "at_least", (12, None)),
        (12, "percent", "about", (None, None)),
        (0.5, "times", "exact", (0.5, 0.5)),
    ],
)
def test_what_a_published_figure_bounds(value, unit, qualifier, bounds):
    made = figure("one", value, unit, qualifier)
    assert (made.value, made.low, made.high) == (exact(value), *(None if end is None else exact(end) for end in bounds))
    assert (made.unit, made.qualifier, made.status, made.sources) == (unit, qualifier, "published", (MINISTRY,))
    assert (made.id, made.name, made.period, made.formula, made.inputs) == ("one", "one", "2024", "", ())


@pytest.mark.parametrize("qualifier", ["exact", "at_least"])
def test_a_growth_rate_in_print_bounds_nothing(qualifier):
    made = published("rate", 4.6, "percent", "2024", MINISTRY, qualifier, bounded=False)
    assert ends(made) == (Fraction(46, 10), None, None) and made.qualifier == qualifier
    assert made.sources == (MINISTRY,)


@hold_for(st.fractions(0, 100), places, roundings, kinds)
def test_a_share_holds_every_truth_that_prints_as_it(truth, decimals, rounding, kind):
    assert bounds_hold(share(kind(in_print(truth, decimals, rounding))), truth)


@hold_for(st.integers(0, 10**5), places)
def test_a_share_is_as_wide_as_its_last_printed_place_but_within_the_whole(units, decimals):
    printed = Decimal(units).scaleb(-decimals)
    half = Fraction(1, 2 * 10**decimals)
    made = share(printed)
    assert made.value == exact(printed)
    assert made.low == max(made.value - half, 0)
    # what is no share keeps its order
    assert made.high == max(min(made.value + half, 100), made.value)


@pytest.mark.parametrize("printed", [58, 58.0, Decimal("58"), Fraction(58).numerator, numpy.int64(58)])
def test_a_whole_number_is_read_as_printed_without_decimals(printed):
    assert last_place(printed) == 1 and ends(share(printed)) == (58, Fraction(115, 2), Fraction(117, 2))


def test_zeros_in_print_are_places_and_places_before_the_point_are_not():
    assert last_place(Decimal("58.0")) == Fraction(1, 10)
    assert last_place(Decimal("6E+1")) == last_place(5e22) == 1


@hold_for(st.integers(-(2**62), 2**62))
def test_a_count_of_numpy_is_exact_and_does_not_overflow(number):
    assert exact(numpy.int64(number)) ** 3 == number**3


@hold_for(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_float_is_read_as_it_is_written(number):
    assert exact(number) == Fraction(Decimal(str(number)))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("nan"), Decimal("-inf")])
def test_no_number_is_refused(number):
    for make in (exact, share, lambda it: ATTEMPTS * it, lambda it: given("part", it, "assumed", "2024")):
        with pytest.raises(ValueError):
            make(number)


def test_an_endless_number_is_named():
    with pytest.raises(ValueError, match="not a finite number: Infinity"):
        exact(float("inf"))


@pytest.mark.parametrize(("number", "held"), [(None, None), (6.0, 6), (Fraction(1, 3), 1 / 3), (10**20, 10**20)])
def test_a_number_is_held_whole_or_as_the_nearest_float(number, held):
    assert plain(number) == held and type(plain(number)) is type(held)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *((13_009, 13_000), (13_500, 14_000), (999, 1000), (100, 100), (-1_260, -1_300), (7, 7), (0, 0)),
        *((Fraction(1, 300), Fraction(33, 10_000)), (Fraction(10), 10), (Fraction(994, 10), 99)),
    ],
)
def test_two_figures_are_the_first_two(value, shown):
    assert two_figures(Fraction(value)) == shown


def test_only_what_is_worked_out_from_an_approximation_is_shown_with_two_figures():
    about = figure("all", 13_009, qualifier="about")
    assert as_sure(about) == 13_009  # as its source prints it
    assert as_sure(about * 1) == 13_000
    assert as_sure((about * 1).within(0, 20_000)) == 13_009  # bounds say how sure it is
    assert as_sure(replace(about * 1, low=Fraction(1))) == as_sure(replace(about * 1, high=Fraction(20_000))) == 13_009
    assert as_sure(figure("all", 13_009) * 1) == as_sure(figure("all", 13_009, qualifier="at_least") * 1) == 13_009


# Worked out by hand


def test_people_of_a_share_and_of_the_part_not_stated():
    west, maghreb, central_east = share(58, id="west"), share(12, id="maghreb"), share(9, id="central_east")
    people = west / 100 * ATTEMPTS
    # 0.58, 0.575 and 0.585 times 78,685
    assert [float(end) for end in ends(people)] == [45637.3, 45243.875, 46030.725]
    stated = (west + maghreb + central_east).kept("share_stated")
    rest = (100 - stated).within(0, 100)
    assert ends(rest) == (21, Fraction(39, 2), Fraction(45, 2)) and rest.formula == "100 − {share_stated}"
    # 0.21, 0.195 and 0.225 times 78,685
    people = rest.kept("share_not_stated") / 100 * ATTEMPTS
    assert [float(end) for end in ends(people)] == [16523.85, 15343.575, 17704.125]
    assert repr(rest) == "21 percent (19.5 to 22.5) = 100 − share_stated"


def test_a_ratio_of_a_lower_bound_is_a_lower_bound():
    ratio = PERSONS / ASSAULTS
    assert ends(ratio) == (Fraction(2145, 7), Fraction(2145, 7), None)
    assert (ratio.qualifier, ratio.unit, ratio.status) == ("at_least", "persons per assault", "recomputed")


@pytest.mark.parametrize(
    ("above", "below", "bounds", "qualifier"),
    [
        ("exact", "exact", (30, 30), "exact"),
        ("at_least", "exact", (30, None), "at_least"),
        ("about", "exact", (None, None), "about"),
        ("exact", "at_least", (None, 30), "about"),  # more assaults, fewer people in each
        ("at_least", "at_least", (None, None), "about"),
        ("at_least", "about", (None, None), "about"),
        ("exact", "about", (None, None), "about"),
    ],
)
def test_a_ratio_is_a_lower_bound_only_where_it_is_one(above, below, bounds, qualifier):
    ratio = figure("persons", 90, "persons", above) / figure("assaults", 3, "assaults", below)
    assert (ratio.value, ratio.low, ratio.high, ratio.qualifier) == (30, *bounds, qualifier)


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
def test_people_of_a_share_are_as_uncertain_as_what_they_are_made_from(part, whole, share_bounds, person_bounds):
    west = share(58, part).within(0, 100)
    people = west / 100 * figure("attempts", 1000, "attempts", whole)
    assert ends(west)[1:] == share_bounds and ends(people) == (580, *person_bounds)
    rest = 100 - west
    assert ends(rest) == (42, 100 - share_bounds[1], 100 - share_bounds[0])


def test_rounding_may_take_stated_shares_a_little_over_the_whole():
    over = (100 - (share(51, id="one") + share(50, id="other"))).within(0, 100)
    assert ends(over) == (-1, -1, 0)
    whole = figure("attempts", 1000, "attempts", "at_least")
    assert ends(over.kept("rest") / 100 * whole) == (-10, None, 0)


@pytest.mark.parametrize(
    ("number", "low", "high", "bounds"),
    [
        (share(58, "about"), 0, 100, (0, 100)),
        (share(58), 0, 100, (57.5, 58.5)),
        (share(58), 58, 58, (58, 58)),
        (PERSONS, 0, 10**6, (4290, 10**6)),
        (PERSONS, 5000, 6000, (4290, 6000)),  # the value stays
        (share(58), 60, 70, (58, 58.5)),
        (share(58), 10, 20, (57.5, 58)),
    ],
)
def test_what_is_known_of_a_kind_narrows_bounds_but_never_past_the_value(number, low, high, bounds):
    made = number.within(low, high)
    assert ends(made) == (number.value, *map(exact, bounds)) and (made.id, made.status) == (number.id, "published")
    assert not UNKNOWN.within(0, 1)


@hold_for(st.lists(st.integers(0, 10**6), min_size=2, max_size=6).filter(any), places, roundings, kinds)
def test_shares_people_and_the_rest_hold_the_counts_they_were_printed_from(counts, decimals, rounding, kind):
    everyone = sum(counts)
    printed = [kind(in_print(Fraction(100 * count, everyone), decimals, rounding)) for count in counts[:-1]]
    stated = [share(one, id=f"share_{place}") for place, one in enumerate(printed)]
    rest = (100 - sum(stated)).within(0, 100)
    assert rest.value + sum(one.value for one in stated) == 100
    wholes = (
        figure("all", everyone),
        figure("all", 3 * everyone) * given("part", Fraction(1, 3), "assumed", "2024"),
        figure("all", everyone - 1, "attempts", "at_least"),
    )
    for truth, one in zip(counts, [*stated, rest], strict=True):
        assert bounds_hold(one, Fraction(100 * truth, everyone)) and one.low <= one.value <= one.high <= 100
        assert one.low >= min(one.value, 0)
        for whole in wholes:
            assert bounds_hold(one / 100 * whole, truth)


# Units


@pytest.mark.parametrize(
    ("made", "unit"),
    [
        (lambda: ATTEMPTS + figure("more", 3), "attempts"),
        (lambda: sum([ATTEMPTS, figure("more", 3)]), "attempts"),
        (lambda: ATTEMPTS - figure("less", 3), "attempts"),
        (lambda: ATTEMPTS / NETWORKS, "attempts per network"),
        (lambda: PERSONS / ASSAULTS, "persons per assault"),
        (lambda: ATTEMPTS / figure("arrivals", 5, "arrivals"), "attempts per arrival"),
        (lambda: ATTEMPTS / NETWORKS / (figure("before", 9) / NETWORKS), "times"),
        (lambda: ATTEMPTS / figure("before", 75184), "times"),
        (lambda: (ATTEMPTS / figure("before", 75184) - 1) * 100, "percent"),
        (lambda: 100 * (ATTEMPTS / figure("before", 75184)), "percent"),
        (lambda: ATTEMPTS / figure("before", 75184) * 99, "times"),
        (lambda: share(58) / 100, "times"),
        (lambda: share(58) / 100 * ATTEMPTS, "attempts"),
        (lambda: ATTEMPTS * (share(58) / 100), "attempts"),
        (lambda: ATTEMPTS / (share(58) / 100), "attempts"),
        (lambda: share(58) / share(12, id="other"), "times"),
        (lambda: share(58) + share(12, id="other"), "percent"),
        (lambda: 100 - share(58), "percent"),
        (lambda: ATTEMPTS * 2, "attempts"),
        (lambda: ATTEMPTS / 2, "attempts"),
        (lambda: ATTEMPTS.assuming("one_attempt_one_person", unit="persons") + PERSONS, "persons"),
    ],
)
def test_a_result_counts_what_its_figures_count(made, unit):
    assert made().unit == unit


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: ATTEMPTS + PERSONS, "attempts added to persons"),
        (lambda: PERSONS - figure("detections", 5, "detections"), "persons less detections"),
        (lambda: sum([PERSONS, figure("detections", 5, "detections")]), "persons added to detections"),
        (lambda: share(58) * ATTEMPTS, "percent multiplied by attempts"),
        (lambda: ATTEMPTS * share(58), "attempts multiplied by percent"),
        (lambda: ATTEMPTS * NETWORKS, "attempts multiplied by networks"),
        (lambda: ATTEMPTS / share(58), "attempts divided by percent"),
        (lambda: share(58) / ATTEMPTS, "percent divided by attempts"),
        (lambda: share(58) / 99, "percent divided by times"),
        (lambda: share(58) * 100, "percent multiplied by times"),
        (lambda: 1 / ATTEMPTS, "times divided by attempts"),
        (lambda: ATTEMPTS + 1, "attempts added to a bare number"),
        (lambda: 1 - ATTEMPTS, "a bare number less attempts"),
        (lambda: ATTEMPTS / NETWORKS + ATTEMPTS, "attempts per network added to attempts"),
        (lambda: UNKNOWN + PERSONS, "attempts added to persons"),  # whether it is known or not
    ],
)
def test_what_counts_nothing_is_refused(made, said):
    with pytest.raises(UnitError, match=f"^{said} counts nothing$"):
        made()


# How it was made


def test_a_result_takes_over_period_inputs_sources_assumptions_and_says_its_status():
    detections = figure("detections", 5, "attempts", period="2019", source=FRONTEX)
    both = ATTEMPTS + detections + figure("more", 7)
    assert (both.formula, both.inputs) == ("{attempts} + {detections} + {more}", ("attempts", "detections", "more"))
    assert both.sources == (MINISTRY, FRONTEX) and (both.period, both.status) == ("2024", "recomputed")
    assert not both.id and not both.name
    part = given("part", 0.8, "part_given", "2024")
    assert (part.status, part.assumptions, ends(part)) == ("derived", ("part_given",), (Fraction(4, 5),) * 3)
    assert (part.id, part.name, part.period) == ("part", "part", "2024")
    people = both.kept("both").assuming("one_each", unit="persons") * part
    assert (people.formula, people.inputs) == ("{both} × {part}", ("both", "part"))
    assert (people.assumptions, people.status, people.unit) == (("one_each", "part_given"), "derived", "persons")
    assert (people.sources, people.value) == ((MINISTRY, FRONTEX), Fraction(4, 5) * 78697)
    assert people.assuming("one_each").assumptions == people.assumptions
    assert (people + people.kept("again")).assumptions == people.assumptions  # each once
    assert (figure("dateless", 1, period="") * 2).period == ""


def test_a_figure_that_is_assumed_to_be_another_names_the_one_it_was():
    people = ATTEMPTS.assuming("one_each", unit="persons")
    assert (people.formula, people.inputs, people.id, people.status) == ("{attempts}", ("attempts",), "", "derived")
    assert (
        people.name == ""
        and people.made == ("as", ATTEMPTS)
        and (ATTEMPTS.status, ATTEMPTS.assumptions) == ("published", ())
    )
    bracketed = (ATTEMPTS - figure("less", 3)).assuming("guess") / 2
    assert bracketed.formula == "({attempts} − {less}) / 2" and bracketed.inputs == ("attempts", "less")


@pytest.mark.parametrize(
    ("made", "formula"),
    [
        (lambda a, b: (a / b - 1) * 100, "({a} / {b} − 1) × 100"),
        (lambda a, b: 100 * (a / b - 1), "100 × ({a} / {b} − 1)"),
        (lambda a, b: a - (b - a), "{a} − ({b} − {a})"),
        (lambda a, b: a - (b + a), "{a} − ({b} + {a})"),
        (lambda a, b: a + (b - a), "{a} + {b} − {a}"),
        (lambda a, b: a / (b / a), "{a} / ({b} / {a})"),
        (lambda a, b: a / (b * 2), "{a} / ({b} × 2)"),
        (lambda a, b: a / (a + b), "{a} / ({a} + {b})"),
        (lambda a, b: (a + b).kept("sum") * 0.5, "{sum} × 0.5"),
        (lambda a, b: (a + b) * 12000, "({a} + {b}) × 12000"),
        (lambda a, b: sum([a, b]), "{a} + {b}"),
        (lambda a, b: a + 0, ""),
        (lambda a, b: a - b - a, "{a} − {b} − {a}"),
        (lambda a, b: b * 0, "{b} × 0"),
        (lambda a, b: a + total([1, 2], "attempts", "2024", FRONTEX), "{a} + {formula.sum_of_rows}"),
    ],
)
def test_a_formula_is_written_as_the_operation_was_with_brackets_where_they_are_needed(made, formula):
    assert made(figure("a", 6), figure("b", 7)).formula == formula


def test_what_is_kept_is_called_by_its_id_from_then_on():
    per_network = (ATTEMPTS / NETWORKS).kept("attempts_per_network_2023", "attempts_per_network")
    assert (per_network.id, per_network.name) == ("attempts_per_network_2023", "attempts_per_network")
    assert per_network.status == "recomputed" and per_network.formula == "{attempts} / {networks}"
    assert (per_network * 2).formula == "{attempts_per_network_2023} × 2"
    assert (per_network * 2).inputs == ("attempts_per_network_2023",)
    assert (ATTEMPTS / NETWORKS).kept("x").name == "x"
    assert (ATTEMPTS.kept("other").id, ATTEMPTS.kept("other").status) == ("other", "published")


# What is not known


def test_what_was_not_published_is_false_and_names_itself():
    assert not UNKNOWN and UNKNOWN.missing == (("returns", "2023"),) and ends(UNKNOWN) == (None, None, None)
    assert bool(figure("none", 0))  # none is a number
    named = published("returns_2023", None, "returns", "2023", {}, name="returns")
    assert named.missing == (("returns", "2023"),) and named.sources == ()
    assert named.kept("deaths").missing == (("deaths", "2023"),)
    assert named.kept("deaths_2023", "deaths").missing == (("deaths", "2023"),)
    assert repr(UNKNOWN) == "not known for want of returns 2023"
    with pytest.raises(ValueError, match="not known for want of returns 2023"):
        _ = UNKNOWN.known
    assert ATTEMPTS.known == 78685


def test_a_result_without_one_of_its_figures_names_what_is_missing_and_how_it_would_be_made():
    rate = ((ATTEMPTS / UNKNOWN - 1) * 100).kept("change")
    assert not rate and rate.missing == (("returns", "2023"),)
    assert rate.formula == "({attempts} / {returns} − 1) × 100"
    assert (rate.unit, rate.inputs, rate.bounds) == ("percent", ("attempts", "returns"), (-float("inf"), float("inf")))
    both = UNKNOWN + figure("more", None) + UNKNOWN
    assert both.missing == (("returns", "2023"), ("more", "2024"))
    assert (both - both).missing == both.missing
    assert repr(both) == "not known for want of returns 2023, more 2024"
    assert not UNKNOWN.assuming("one_each", unit="persons") and not 0 * UNKNOWN


def test_nothing_is_known_of_a_ratio_to_none():
    none = figure("assaults", 0, "assaults")
    ratio = PERSONS / none
    assert not ratio and ratio.missing == (("assaults", "2024"),) and ratio.formula == "{persons} / {assaults}"
    ratio = PERSONS / (ASSAULTS - ASSAULTS)
    assert not ratio and ratio.missing == (("{assaults} − {assaults}", "2024"),)
    assert ends(none / ASSAULTS) == (0, 0, 0)


def test_a_result_that_a_figure_does_not_allow_is_withheld_whole_and_names_it():
    ratio = (ATTEMPTS / NETWORKS).kept("ratio")
    withheld = PERSONS.withheld(ratio)
    assert ends(withheld) == (None, None, None) and withheld.missing == (("persons", "2024"),)
    assert (withheld.id, withheld.formula, withheld.unit) == (ratio.id, ratio.formula, ratio.unit)


# Rows and what was found among numbers


def test_a_total_of_rows_is_recomputed_and_has_its_source():
    made = total([3, numpy.int64(4)], "detections", "2024", FRONTEX)
    assert ends(made) == (7, 7, 7) and (made.qualifier, made.status, made.sources) == (
        "exact",
        "recomputed",
        (FRONTEX,),
    )
    assert (made.formula, made.inputs, made.period) == ("{formula.sum_of_rows}", (), "2024")
    part = total([3, 4], "persons", "2024", FRONTEX, "at_least")
    assert ends(part) == (7, 7, None) and part.qualifier == "at_least"
    sum_of_both = part.kept("one") + total([1], "persons", "2024", FRONTEX, "at_least").kept("other")
    assert (ends(sum_of_both), sum_of_both.qualifier) == ((8, 8, None), "at_least")
    assert ends(total([], "persons", "2024", FRONTEX)) == (0, 0, 0)


def test_a_count_has_those_it_was_found_among_as_inputs():
    among = [ATTEMPTS, figure("before", 75184, source=FRONTEX), (ATTEMPTS / NETWORKS) * 2]
    made = count(among[:1], among, "years", "years_with_more", "2025")
    assert ends(made) == (1, 1, 1) and (made.unit, made.period) == ("years", "2025")
    assert made.formula == "{formula.years_with_more}: {attempts} · {before} · {networks}"
    assert made.inputs == ("attempts", "before", "networks") and made.sources == (MINISTRY, FRONTEX)
    none = count([], [], "years", "years_with_more", "2025")
    assert made.status == none.status == "recomputed" and ends(none) == (0, 0, 0)
    assert none.formula == "{formula.years_with_more}"
    # how many were found is exact, though they themselves are not
    inexact = [PERSONS, figure("about", 5, "persons", "about")]
    one, both = (count(found, inexact, "years", "found", "2024") for found in (inexact[:1], inexact))
    assert ends(one / both) == (Fraction(1, 2),) * 3


def test_a_number_is_told_in_words():
    assert repr(ATTEMPTS) == "78,685 attempts"
    assert repr(PERSONS) == "4,290 persons (4,290 to ?)"
    assert repr(PERSONS / ASSAULTS).startswith("306.42857142857144 persons per assault (306.42857142857144 to ?) = ")
    assert repr(total([5], "persons", "2024", FRONTEX)) == "5 persons = sum_of_rows"


def test_numbers_of_an_edition_are_found_by_name():
    held = {"assaults": ASSAULTS, "assaults_2023": figure("assaults", 6), "attempts_part": UNKNOWN}
    held["attempts_part_2023"] = ATTEMPTS
    numbers = Numbers(2024, held)
    assert numbers.named("assaults") is ASSAULTS and numbers.named("previous.assaults").value == 6
    assert numbers.named("part.attempts") is UNKNOWN and numbers.named("part.previous.attempts") is ATTEMPTS
    for name in ("attempts", "previous.attempts", "part.assaults", "before.assaults"):
        with pytest.raises(KeyError):
            numbers.named(name)


# Random operations

_OPERATIONS = {"+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__"}
names = st.sampled_from("abc")
# 100 makes percent of times, which go with no other unit
constants = st.one_of(
    st.integers(1, 1000).filter(lambda one: one != 100), st.integers(1, 99).map(lambda tenths: Decimal(tenths) / 10)
)
expressions = st.recursive(
    st.one_of(names, names, constants),
    lambda inner: st.tuples(st.sampled_from([*_OPERATIONS, "kept", "as"]), inner, inner),
    max_leaves=7,
)
operations = expressions.filter(lambda one: isinstance(one, tuple))


def make(expression, leaves: dict[str, Number], kept: dict[str, Number]):
    """Return what operators make of an expression; what is kept in it is put in `kept`, too."""
    if not isinstance(expression, tuple):
        return leaves.get(expression, expression) if isinstance(expression, str) else expression
    sign, left, right = expression
    one = make(left, leaves, kept)
    if sign == "kept" and isinstance(one, Number):
        id = f"kept_{len(kept)}"
        kept[id] = one.kept(id)
        return kept[id]
    if sign == "as" and isinstance(one, Number):
        return one.assuming("assumed")
    if sign in ("kept", "as"):
        return one
    other = make(right, leaves, kept)
    if not isinstance(one, Number) and not isinstance(other, Number):
        return one
    swapped = {"__add__": "__radd__", "__sub__": "__rsub__", "__mul__": "__rmul__", "__truediv__": "__rtruediv__"}
    name = _OPERATIONS[sign]
    return getattr(one, name)(other) if isinstance(one, Number) else getattr(other, swapped[name])(one)


def read_formula(formula: str, values: dict[str, Fraction]) -> Fraction:
    """Work a formula out as it is written, with values in the place of its ids."""
    source = re.sub(r"\{(\w+)\}|(\d[\d.]*)", r"v('\1\2')", formula).translate(str.maketrans("×−", "*-"))
    return eval(source, {"v": lambda name: values[name] if name in values else Fraction(name)})


@hold_for(operations, st.lists(st.integers(-50, 50), min_size=3, max_size=3))
def test_a_formula_worked_out_as_it_is_written_gives_the_value(expression, values):
    leaves = {name: figure(name, value, "times") for name, value in zip("abc", values, strict=True)}
    kept: dict[str, Number] = {}
    made = make(expression, leaves, kept)
    if not isinstance(made, Number) or not made.formula:
        return
    known = {name: number.value for name, number in (leaves | kept).items()}
    named = set(re.findall(r"\{(\w+)\}", made.formula))
    assert named == set(made.inputs) and len(made.inputs) == len(named)
    assert made.status == ("derived" if made.assumptions else "recomputed")
    if made.value is None:
        assert made.missing
    else:
        assert read_formula(made.formula, known) == made.value == made.low == made.high


@hold_for(operations, names)
def test_a_figure_that_was_not_published_names_itself_through_any_arithmetic(expression, name):
    leaves = {one: figure(one, None if one == name else 3, "times", period="2019") for one in "abc"}
    kept: dict[str, Number] = {}
    made = make(expression, leaves, kept)
    if name in _leaves(expression):
        assert not made and ends(made) == (None, None, None)
        named = {
            name,
            *(id for id, one in kept.items() if not one.formula),
        }  # a figure kept is called what it is kept as
        assert made.missing and {period for _, period in made.missing} == {"2019"}
        assert {one for one, _ in made.missing} <= named


def _leaves(expression) -> list:
    if not isinstance(expression, tuple):
        return [expression]
    sign, left, right = expression
    bare = sign not in ("kept", "as") and not any(isinstance(one, str) for one in _leaves(left) + _leaves(right))
    return _leaves(left) + ([] if sign in ("kept", "as") or bare else _leaves(right))


# Files


def test_numbers_are_written_and_read_back_and_others_get_what_the_contract_says(tmp_path):
    accented = published("café", 6, "attempts", "2024", MINISTRY | {"title": "é"})
    people = (share(58) / 100 * ATTEMPTS).assuming("one_each", unit="persons").kept("people_2023", "people")
    numbers = [accented, people, PERSONS, UNKNOWN]
    path = tmp_path / "values.json"
    write_numbers(numbers, path)
    read = read_numbers(path)
    assert list(read) == ["café", "people_2023", "persons", "returns"]
    for number, again in zip(numbers, read.values(), strict=True):
        whole = replace(number, made=())
        assert vars(again) == vars(whole) and again.status == number.status
    write_numbers(numbers, path, contract_only=True)
    said = path.read_bytes().decode("utf-8")
    assert [tuple(row) for row in json.loads(said)] == [CONTRACT] * 3  # others are told of what is known alone
    assert [row["status"] for row in json.loads(said)] == ["published", "derived", "published"]
    assert "café" in said and said.startswith('[\n {\n  "id"') and said.endswith("]\n")
