"""Bounds of results: they hold whatever the figures truly are, and where each figure enters once they are reached."""

import math
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from bilan.number import Number, published, total
from hypothesis import assume, example, given
from hypothesis import strategies as st
from test_number import MINISTRY, bounds_hold, make, operations

FIGURES = "abcd"


def interval(id: str, value, low, high) -> Number:
    """Return a figure bounded so; None leaves a side open."""
    about = published(id, value, "times", "2024", MINISTRY, "about")
    if low is None and high is None:
        return about
    if high is None:
        return published(id, value, "times", "2024", MINISTRY, "at_least")
    return about.within(low, high)


tenths = st.integers(-60, 60).map(lambda number: Fraction(number, 10))
exact_figures = tenths.map(lambda value: (value, value, value))
bounded = st.tuples(tenths, tenths, tenths).map(sorted).map(lambda ends: (ends[1], ends[0], ends[2]))
at_least = tenths.map(lambda value: (value, value, None))
unbounded = tenths.map(lambda value: (value, None, None))
figures = st.lists(st.one_of(exact_figures, bounded, bounded, at_least, unbounded), min_size=4, max_size=4)
parts = st.lists(st.fractions(0, 1), min_size=4, max_size=4)


def value_of(expression, truths: dict[str, Fraction]) -> Fraction:
    """Work an expression out with other values of its figures. Raises ZeroDivisionError where it has none."""
    if not isinstance(expression, tuple):
        return truths.get(expression, expression) if isinstance(expression, str) else Fraction(expression)
    sign, left, right = expression
    one = value_of(left, truths)
    if sign in ("kept", "as"):
        return one
    if not _has_figure(left) and not _has_figure(right):
        return one  # `make` leaves out what is no operation on a figure
    other = value_of(right, truths)
    return {"+": one.__add__, "-": one.__sub__, "*": one.__mul__, "/": one.__truediv__}[sign](other)


def _has_figure(expression) -> bool:
    return any(name in FIGURES for name in _names(expression))


def _names(expression) -> list[str]:
    """Return the names in an expression, each as often as it occurs in what `make` makes of it."""
    if not isinstance(expression, tuple):
        return [expression] if isinstance(expression, str) else []
    sign, left, right = expression
    return _names(left) + ([] if sign in ("kept", "as") else _names(right))


def _between(low, high, part: Fraction) -> Fraction:
    """Return a value a part of the way between bounds; where a side is open, as far out as the part is small."""
    if low is None and high is None:
        return 1 / (part - Fraction(1, 2)) if part != Fraction(1, 2) else Fraction(0)
    if high is None:
        return low + (1 / part - 1 if part else 10**6)
    return low + (high - low) * part


def _made(expression, leaves: dict[str, Number]) -> Number | None:
    """Return what is made of an expression; None where a figure is multiplied by itself, which is refused."""
    try:
        made = make(expression, leaves, {})
    except ValueError as error:
        assert "a figure is multiplied by itself" in str(error)
        assert len(set(_names(expression))) < len(_names(expression))
        return None
    return made if isinstance(made, Number) else None


@given(operations, figures, st.lists(parts, min_size=1, max_size=4))
@example(("/", "a", ("+", "a", "b")), [(Fraction(5), Fraction(4), Fraction(6))] * 4, [[Fraction(1), Fraction(0)] * 2])
def test_whatever_the_figures_truly_are_the_result_is_within_its_bounds(expression, chosen, choices):
    leaves = {name: interval(name, *ends) for name, ends in zip(FIGURES, chosen, strict=True)}
    made = _made(expression, leaves)
    if not made:
        return
    assert bounds_hold(made, made.value)
    for choice in choices:
        truths = {
            name: _between(low, high, part) for (name, (_, low, high)), part in zip(_of(chosen), choice, strict=True)
        }
        try:
            assert bounds_hold(made, value_of(expression, truths)), (expression, truths)
        except ZeroDivisionError:
            continue


def _of(chosen):
    return zip(FIGURES, chosen, strict=True)


@given(operations, st.lists(st.one_of(exact_figures, bounded), min_size=4, max_size=4))
def test_where_each_figure_enters_once_the_bounds_are_reached(expression, chosen):
    names = _names(expression)
    assume(len(set(names)) == len(names))
    made = _made(expression, {name: interval(name, *ends) for name, ends in _of(chosen)})
    if not made or None in (made.low, made.high):
        return
    _reached(made, expression, chosen)


@given(st.sampled_from("+-*/"), st.sampled_from("+-*/"), bounded, bounded)
def test_so_they_are_in_fractions_in_which_a_figure_enters_twice(inner, outer, one, other):
    expression = (outer, "a", (inner, "a", "b"))
    chosen = [one, other, other, other]
    made = _made(expression, {name: interval(name, *ends) for name, ends in _of(chosen)})
    if not made or None in (made.low, made.high):
        return
    _reached(made, expression, chosen)


def _reached(made: Number, expression, chosen) -> None:
    """Check that corners of the figures' bounds give the result's."""
    found = []
    for corner in product(*((low, high) for _, low, high in chosen)):
        try:
            found.append(value_of(expression, dict(zip(FIGURES, corner, strict=True))))
        except ZeroDivisionError:
            return
    assert (min(found), max(found)) == (made.low, made.high), expression


def test_a_part_of_a_whole_it_belongs_to_is_bounded_as_worked_out_by_hand():
    part = interval("part", 5, 4, 6)
    rest = interval("rest", 15, 15, 16)
    share = part / (part + rest)
    # least with few of the part and many of the rest, 4 / (4 + 16); most the other way, 6 / (6 + 15)
    assert (share.value, share.low, share.high) == (Fraction(1, 4), Fraction(1, 5), Fraction(2, 7))
    growth = part / rest - 1
    assert (growth.low, growth.high) == (Fraction(4, 16) - 1, Fraction(6, 15) - 1)
    nothing = part - part
    assert (nothing.value, nothing.low, nothing.high, nothing.qualifier) == (0, 0, 0, "exact")


PART, REST, BOATS = interval("part", 5, 4, 6), interval("rest", 2, 2, 2), interval("boats", 3, 2, 4)


@pytest.mark.parametrize(
    ("made", "low", "high"),
    [
        (lambda: PART / BOATS / (PART + REST), Fraction(4, 4 * 6), Fraction(6, 2 * 8)),
        (lambda: PART / ((PART + REST) / BOATS), Fraction(4 * 2, 6), Fraction(6 * 4, 8)),
        (lambda: PART / (PART + REST) * (REST / BOATS), Fraction(4 * 2, 6 * 4), Fraction(6 * 2, 8 * 2)),
        (lambda: PART / (PART + 0 * REST), 1, 1),
        (lambda: REST / PART * PART, 2, 2),
        (lambda: PART.assuming("read") - PART, 0, 0),
        # over what may be none, and is below it or on both sides of it otherwise, nothing is said
        (lambda: PART / (PART - interval("more", 8, 6, 9)), None, None),
        (lambda: PART / (PART - interval("much", 5.5, 1, 9)), None, None),
    ],
)
def test_a_figure_that_enters_twice_is_the_same_both_times(made, low, high):
    assert (made().low, made().high) == (low, high)


@pytest.mark.parametrize(
    "made",
    [
        lambda: PART * PART,
        lambda: PART.assuming("read") * PART,
        lambda: PART / (PART + REST) * PART,
        lambda: PART / (REST / PART),
        lambda: REST / PART / PART,
        lambda: (REST / PART) * (REST / PART),
        lambda: PART + REST / PART,
        lambda: REST / PART + PART,
        lambda: REST / PART - BOATS / PART,
    ],
)
def test_a_figure_multiplied_by_itself_is_refused_where_its_bounds_do_not_give_the_results(made):
    with pytest.raises(ValueError, match=r"^.*\{part\}.*: a figure is multiplied by itself"):
        made()


def test_figures_without_an_id_are_as_many_as_there_are():
    one, other = (total([rows], "persons", "2024", MINISTRY, "at_least") for rows in (3, 4))
    assert ((one + other).low, (one + other).high) == (7, None)


def test_a_figure_is_the_same_figure_under_what_it_is_kept_as():
    share = published("share", 58, "percent", "2024", MINISTRY)
    rest = (100 - share).kept("rest")
    whole = share + rest
    assert (whole.value, whole.low, whole.high) == (100, 100, 100)
    assert (rest / 100 + share.assuming("read") / 100).low == (rest / 100 + share / 100).low == 1
    assert (100 - share.within(0, 100) + share).high == 100
    with pytest.raises(ValueError, match="multiplied by itself"):
        (share / 100).kept("part") * (share / 100)


def test_an_exact_figure_may_be_multiplied_by_itself():
    side = interval("side", 3, 3, 3)
    assert (side * side).low == 9 and (side / (side * side)).high == Fraction(1, 3)


@pytest.mark.parametrize(
    ("value", "bounds"),
    [
        (lambda open, two: open + two, (7, None)),
        (lambda open, two: two - open, (None, -3)),
        (lambda open, two: open * two, (10, None)),
        (lambda open, two: open * -2, (None, -10)),
        (lambda open, two: two * 0 * open, (0, 0)),
        (lambda open, two: interval("unknown", 5, None, None) * (two - 2), (0, 0)),
        (lambda open, two: two / interval("few", 1, 0, 4), (Fraction(1, 2), None)),
        (lambda open, two: two / interval("fewer", -1, -4, 0), (None, Fraction(-1, 2))),
        (lambda open, two: two / open, (None, Fraction(2, 5))),
        (lambda open, two: open / two, (Fraction(5, 2), None)),
        (lambda open, two: two / (open - two), (None, Fraction(2, 3))),
        (lambda open, two: two / (two - open), (Fraction(-2, 3), None)),
        (lambda open, two: open / (open + two), (None, None)),  # one that enters twice has corners, or bounds nothing
    ],
)
def test_a_side_that_is_open_stays_open_where_the_operation_leaves_it_so(value, bounds):
    made = value(interval("open", 5, 5, None), interval("two", 2, 2, 2))
    assert made and (made.low, made.high) == bounds


@given(bounded, bounded)
def test_over_what_may_be_none_nothing_is_said_of_a_side(above, below):
    assume(below[0] != 0)
    made = interval("a", *above) / interval("b", *below)
    if below[1] <= 0 <= below[2] and (below[1] < 0 < below[2] or above[1] < 0 < above[2]):
        assert made.bounds == (-math.inf, math.inf)
    elif below[1] > 0 or below[2] < 0:
        assert None not in (made.low, made.high)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from([0, 1]))
def test_shares_in_print_bound_the_ratio_of_two_of_them(one, other, decimals):
    whole = one + other
    shares = []
    for name, part in (("one", one), ("other", other)):
        printed = round(Decimal(100 * part) / whole, decimals)
        shares.append(published(name, printed, "percent", "2024", MINISTRY))
    assume(shares[1].value)
    assert bounds_hold(shares[0] / shares[1], Fraction(one, other))
    assert bounds_hold(shares[0] / (shares[0] + shares[1]) * 100, Fraction(100 * one, whole))
