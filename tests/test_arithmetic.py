from decimal import Decimal
from fractions import Fraction

import pytest
from bilan.arithmetic import (
    change_pct,
    exact,
    how_shortened,
    not_stated,
    persons_from_share,
    ratio_at_least,
    rounding_range,
)
from hypothesis import given
from hypothesis import strategies as st

percents = st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10)


def test_west_africa_and_the_part_not_stated_as_worked_out_by_hand():
    shares = [rounding_range(share) for share in (58, 12, 9)]
    west_africa = persons_from_share(shares[0], 78685)
    # 0.58, 0.575 and 0.585 times 78,685
    assert [float(x) for x in (west_africa.value, west_africa.low, west_africa.high)] == [45637.3, 45243.875, 46030.725]
    rest = not_stated(shares)
    assert (rest.value, rest.low, rest.high) == (21, Fraction(39, 2), Fraction(45, 2))
    persons = persons_from_share(rest, 78685)
    # 0.21, 0.195 and 0.225 times 78,685
    assert [float(x) for x in (persons.value, persons.low, persons.high)] == [16523.85, 15343.575, 17704.125]


def test_a_foreign_base_scales_persons_by_its_part():
    assert persons_from_share(rounding_range(50), 1000, 0.8).value == 400


def test_growth_by_hand():
    # 18,645 / 16,818 = 1.10863…, 332 / 419 = 0.79236…
    assert round(float(change_pct(18645, 16818)), 2) == 10.86
    assert round(float(change_pct(332, 419)), 2) == -20.76
    assert change_pct(14, 6) == Fraction(400, 3)


@pytest.mark.parametrize("before", [0, -3])
def test_growth_from_nothing_is_refused(before):
    with pytest.raises(ValueError, match="positive starting value"):
        change_pct(5, before)


def test_a_ratio_of_a_lower_bound_is_a_lower_bound():
    ratio = ratio_at_least(4290, 14)
    assert (ratio.value, ratio.low, ratio.high) == (Fraction(2145, 7), Fraction(2145, 7), None)


@pytest.mark.parametrize(
    ("printed", "full", "how"),
    [
        (4.6, 4.6566, "truncated"),
        (10.8, 10.8634, "truncated"),
        (4.7, 4.6566, "rounded"),
        (6, 6.2206, "both"),
        (-62, -62.5, "both"),  # a tie: half-down rounding and cutting off agree
        (44, 46.0, "neither"),
        (-20.7, -20.76, "truncated"),
        (-20.8, -20.76, "rounded"),
    ],
)
def test_how_a_rate_was_shortened(printed, full, how):
    assert how_shortened(printed, full) == how


def test_shares_beyond_the_whole_are_refused_only_where_rounding_cannot_explain_them():
    assert not_stated([rounding_range(51), rounding_range(50)]).low == 0
    with pytest.raises(ValueError, match="more than rounding can explain"):
        not_stated([rounding_range(52), rounding_range(50)])


@given(percents)
def test_a_rounding_range_holds_exactly_what_rounds_to_the_print(printed):
    interval = rounding_range(printed)
    assert interval.low < exact(printed) < interval.high
    unit = exact(Decimal(1).scaleb(printed.as_tuple().exponent)) if printed.as_tuple().exponent < 0 else Fraction(1)
    assert interval.high - interval.low == unit


@given(st.lists(percents, min_size=1, max_size=4).filter(lambda shares: sum(shares) <= 100))
def test_shares_and_the_part_not_stated_make_the_whole(shares):
    ranges = [rounding_range(share) for share in shares]
    rest = not_stated(ranges)
    assert rest.value + sum(one.value for one in ranges) == 100
    assert rest.low <= rest.value <= rest.high


@given(percents, st.integers(0, 10**7))
def test_persons_of_a_share_keep_its_order(printed, total):
    persons = persons_from_share(rounding_range(printed), total)
    assert persons.low <= persons.value <= persons.high


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_growth_leads_back(before, now):
    assert exact(before) * (1 + change_pct(now, before) / 100) == now


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_float_is_read_as_it_is_written(number):
    assert exact(number) == Fraction(Decimal(str(number)))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_no_number_is_refused(number):
    with pytest.raises(ValueError):
        exact(number)
