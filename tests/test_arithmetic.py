from decimal import Decimal
from fractions import Fraction

import numpy
import pytest
from bilan.analysis.arithmetic import (
    Range,
    change_pct,
    exact,
    how_shortened,
    not_stated,
    persons_from_share,
    quotient,
    rounding_range,
    share_range,
)
from hypothesis import assume, given
from hypothesis import strategies as st

percents = st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10)
places = st.integers(0, 3)
roundings = st.sampled_from(["half even", "half up", "half down"])
# a ledger holds floats, which keep no zeros at the end
kinds = st.sampled_from([Decimal, float])
# halves, thirds and what lies beside a half, where roundings differ
truths = st.builds(
    lambda whole, divisor, beside: Fraction(whole, divisor) + Fraction(beside, 10**9),
    st.integers(-(10**6), 10**6),
    st.sampled_from([1, 2, 3, 20, 200, 2000]),
    st.integers(-1, 1),
)


def in_print(truth: Fraction, decimals: int, rounding: str) -> Decimal:
    """Return a truth as a source prints it: rounded in one of three ways, or "cut off"."""
    sign = -1 if truth < 0 else 1
    whole, rest = divmod(abs(truth) * 10**decimals, 1)
    if rest == Fraction(1, 2):
        whole += {"half even": whole % 2, "half up": 1, "half down": 0, "cut off": 0}[rounding]
    elif rounding != "cut off":
        whole += rest > Fraction(1, 2)
    return Decimal(sign * int(whole)).scaleb(-decimals)


def holds(spread: Range, truth: Fraction) -> bool:
    return (spread.low is None or spread.low <= truth) and (spread.high is None or truth <= spread.high)


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
    with pytest.raises(ValueError, match=f"growth needs a positive starting value, found {before}"):
        change_pct(5, before)


def test_a_ratio_of_a_lower_bound_is_a_lower_bound():
    assaults = Range(Fraction(14), Fraction(14), Fraction(14))
    ratio = quotient(Range(Fraction(4290), Fraction(4290), None), assaults)
    assert (ratio.value, ratio.low, ratio.high) == (Fraction(2145, 7), Fraction(2145, 7), None)


def _spread(truth: int, less: int, more: int, kind: str) -> Range:
    """Return a range that holds a truth, as a figure with each qualifier leaves it."""
    low, high = (max(truth - less, 0), truth + more) if kind != "exact" else (truth, truth)
    bounds = {"exact": (low, high), "spread": (low, high), "at_least": (low, None), "about": (None, None)}[kind]
    return Range(Fraction(truth), *(None if bound is None else Fraction(bound) for bound in bounds))


spreads = st.builds(
    _spread,
    st.integers(1, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.sampled_from(["exact", "spread", "at_least", "about"]),
)


@given(spreads, spreads, st.integers(0, 100))
def test_a_quotient_is_bounded_by_what_its_parts_may_be_and_by_nothing_else(number, divisor, percent):
    ratio = quotient(number, divisor)
    assert ratio.value == number.value / divisor.value and holds(ratio, ratio.value)
    ends = [[number.low, number.high], [divisor.low, divisor.high]]
    for above in (end for end in ends[0] if end is not None):
        for below in (end for end in ends[1] if end):
            assert holds(ratio, above / below)
    assert (ratio.low is None) == (number.low is None or divisor.high is None)
    assert (ratio.high is None) == (number.high is None or not divisor.low)
    known = [ratio.low, ratio.high]
    assert known == [ratio.value] * 2 or None in known or ratio.low < ratio.high
    assert ratio.low is None or ratio.low in (number.low / divisor.high,)
    assert ratio.high is None or ratio.high in (number.high / divisor.low,)


def test_a_quotient_by_nothing_is_refused():
    with pytest.raises(ZeroDivisionError):
        quotient(_spread(5, 0, 0, "exact"), _spread(0, 0, 0, "exact"))


def test_a_range_is_scaled_with_its_bounds_and_never_turned_round():
    assert Range(Fraction(2), Fraction(1), None).scaled(0.1) == Range(Fraction(1, 5), Fraction(1, 10), None)
    assert Range(Fraction(2), None, Fraction(3)).scaled(0) == Range(Fraction(0), None, Fraction(0))
    with pytest.raises(ValueError, match=r"factor must not be negative, found -1/10"):
        Range(Fraction(2), Fraction(1), Fraction(3)).scaled(-0.1)


@pytest.mark.parametrize(
    ("printed", "full", "how"),
    [
        (4.6, 4.6566, "truncated"),
        (10.8, 10.8634, "truncated"),
        (4.7, 4.6566, "rounded"),
        (6, 6.2206, "both"),
        (-62, -62.5, "both"),  # a tie: half-down rounding and cutting off agree
        (1.2, 1.25, "both"),
        (44, 46.0, "neither"),
        (-20.7, -20.76, "truncated"),
        (-20.8, -20.76, "rounded"),
    ],
)
def test_how_a_rate_was_shortened(printed, full, how):
    assert how_shortened(printed, full) == how


def test_shares_beyond_the_whole_are_refused_only_where_rounding_cannot_explain_them():
    over = not_stated([rounding_range(51), rounding_range(50)])
    assert (over.value, over.low, over.high) == (-1, -1, 0)
    with pytest.raises(ValueError, match="shares add up to 102 percent, more than rounding can explain"):
        not_stated([rounding_range(52), rounding_range(50)])


@given(truths, places, roundings, kinds)
def test_a_rounding_range_holds_every_truth_that_prints_as_its_figure(truth, decimals, rounding, kind):
    assert holds(rounding_range(kind(in_print(truth, decimals, rounding))), truth)


@given(st.integers(-(10**6), 10**6), places)
def test_a_rounding_range_is_as_wide_as_the_last_printed_place(units, decimals):
    printed = Decimal(units).scaleb(-decimals)
    interval = rounding_range(printed)
    assert interval.high - interval.value == interval.value - interval.low == Fraction(1, 2 * 10**decimals)
    assert interval.value == exact(printed)


@pytest.mark.parametrize("printed", [58, 58.0, Decimal("58"), Fraction(58).numerator])
def test_a_whole_number_is_read_as_printed_without_decimals(printed):
    assert rounding_range(printed) == Range(Fraction(58), Fraction(115, 2), Fraction(117, 2))
    assert rounding_range(Decimal("6E+1")).high - 60 == Fraction(1, 2)
    assert rounding_range(5e22).high - rounding_range(5e22).value == Fraction(1, 2)
    assert rounding_range(Decimal("58.0")).high == Fraction(1161, 20)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=6).filter(any), places, roundings, kinds)
def test_shares_persons_and_the_rest_hold_the_counts_they_were_printed_from(counts, decimals, rounding, kind):
    total = sum(counts)
    printed = [kind(in_print(Fraction(100 * count, total), decimals, rounding)) for count in counts[:-1]]
    stated = [share_range(share) for share in printed]
    rest = not_stated(stated)
    assert rest.value + sum(one.value for one in stated) == 100
    for count, share in zip(counts, [*stated, rest], strict=True):
        assert holds(share, Fraction(100 * count, total)) and share.low <= share.value <= share.high <= 100
        assert share.low >= min(share.value, 0)
        for whole, base in ((total, 1), (total * 3, Fraction(1, 3)), (Range(total, total - 1, None), 1)):
            assert holds(persons_from_share(share, whole, base), count)


@given(st.lists(percents, max_size=3), st.sampled_from([-300, -2, -1, 0, 1]), st.integers(0, 10**7), st.fractions(0, 1))
def test_parts_and_the_rest_make_the_whole_whatever_was_printed(shares, over, total, base):
    assume(sum(shares) <= 70)
    shares = [*shares, 100 - sum(shares) + Decimal(over) / 10]  # so that all but a few, or a few too many, are stated
    assume(over <= len(shares) // 2)
    ranges = [rounding_range(share) for share in shares]
    rest = not_stated(ranges)
    assert rest.value + sum(one.value for one in ranges) == 100
    assert rest.low <= rest.value <= rest.high == 100 - sum(one.low for one in ranges)
    assert rest.low == 100 - sum(one.high for one in ranges) or rest.low == min(rest.value, 0)
    persons = [persons_from_share(one, total, base) for one in [*ranges, rest]]
    assert sum(one.value for one in persons) == total * base
    assert all(one.low <= one.value <= one.high for one in persons)


@given(percents, places)
def test_a_share_is_never_below_nothing_nor_above_the_whole(printed, decimals):
    share, spread = share_range(printed), rounding_range(printed)
    assert (share.value, share.low, share.high) == (spread.value, max(spread.low, 0), min(spread.high, 100))
    assert share_range(printed + 101).high == rounding_range(printed + 101).value  # no share, and no order is lost
    assert share_range(-printed - 1).low == -printed - 1


def test_persons_have_the_bounds_that_share_and_total_leave():
    share, rest = share_range(58), Range(Fraction(-1), Fraction(-1), Fraction(0))
    at_least, about = Range(Fraction(1000), Fraction(1000), None), Range(Fraction(1000), None, None)
    assert persons_from_share(share, at_least) == Range(Fraction(580), Fraction(575), None)
    assert persons_from_share(share, about, 0.5) == Range(Fraction(290), None, None)
    assert persons_from_share(rest, at_least) == Range(Fraction(-10), None, None)
    assert persons_from_share(share_range(0), at_least) == Range(Fraction(0), Fraction(0), None)
    assert persons_from_share(share_range(1), at_least) == Range(Fraction(10), Fraction(5), None)
    assert persons_from_share(rest, 1000) == Range(Fraction(-10), Fraction(-10), Fraction(0))


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_growth_leads_back(before, now):
    assert exact(before) * (1 + change_pct(now, before) / 100) == now


@given(
    st.integers(1, 10**6), st.integers(0, 10**6), places, st.sampled_from(["half even", "half up", "half down"]), kinds
)
def test_a_rate_that_was_rounded_or_cut_off_is_seen_as_such(before, now, decimals, rounding, kind):
    full = change_pct(now, before)
    assert how_shortened(kind(in_print(full, decimals, rounding)), full) in ("rounded", "both")
    assert how_shortened(kind(in_print(full, decimals, "cut off")), full) in ("truncated", "both")


@given(truths, places, st.integers(-2, 2))
def test_a_rate_is_said_to_follow_in_the_ways_it_does_and_in_no_other(full, decimals, moved):
    printed = in_print(full, decimals, "half up") + Decimal(moved).scaleb(-decimals)
    rounded = printed in {in_print(full, decimals, rounding) for rounding in ("half even", "half up", "half down")}
    ways = {(True, True): "both", (True, False): "rounded", (False, True): "truncated", (False, False): "neither"}
    assert how_shortened(printed, full) == ways[rounded, printed == in_print(full, decimals, "cut off")]


@given(st.integers(-(2**62), 2**62))
def test_a_count_of_numpy_is_exact_and_does_not_overflow(number):
    assert exact(numpy.int64(number)) ** 3 == number**3


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_float_is_read_as_it_is_written(number):
    assert exact(number) == Fraction(Decimal(str(number)))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("nan"), Decimal("-inf")])
def test_no_number_is_refused(number):
    with pytest.raises(ValueError):
        exact(number)
    with pytest.raises(ValueError):
        rounding_range(number)


def test_an_endless_number_is_named():
    with pytest.raises(ValueError, match="not a finite number: Infinity"):
        exact(float("inf"))
