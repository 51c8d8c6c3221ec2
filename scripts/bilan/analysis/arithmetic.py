"""Exact arithmetic on printed figures: rounding intervals, shares, persons, growth.

Every function is pure and works on `fractions.Fraction`; nothing is rounded here, only pages round.
A printed share is read as an interval because a whole percent hides up to half a point either way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from numbers import Integral

Number = int | float | Decimal | Fraction


def exact(number: Number) -> Fraction:
    """Return the number as written: 4.6 becomes 46/10, not the nearest binary float.

    Raises ValueError for nan and infinities.
    """
    if isinstance(number, float):
        number = Decimal(str(number))
    elif isinstance(number, Integral):
        number = int(number)  # numpy's would overflow
    try:
        return Fraction(number)
    except OverflowError as error:
        raise ValueError(f"not a finite number: {number}") from error


@dataclass(frozen=True)
class Range:
    """A value with the bounds it must lie between; `None` is a side on which nothing is known."""

    value: Fraction
    low: Fraction | None
    high: Fraction | None

    def scaled(self, factor: Number) -> "Range":
        """Return the range multiplied by a factor that is exact and not negative."""
        factor = exact(factor)
        if factor < 0:
            raise ValueError(f"factor must not be negative, found {factor}")
        low, high = (None if bound is None else bound * factor for bound in (self.low, self.high))
        return Range(self.value * factor, low, high)


def _last_place(printed: int | float | Decimal) -> Fraction:
    """Return one unit of the last printed decimal; a float can't tell 58 from 58.0, and is read as 58."""
    number = Decimal(str(printed))
    if isinstance(printed, float) and printed.is_integer():
        return Fraction(1)
    return Fraction(10) ** min(number.as_tuple().exponent, 0)


def rounding_range(printed: int | float | Decimal) -> Range:
    """Return the numbers that round to the printed one: 58 gives 57.5 to 58.5, 4.6 gives 4.55 to 4.65.

    The width is one unit of the last printed decimal, and both ends belong to it: nobody says which way a source
    rounds what lies halfway. Raises ValueError for nan and infinities.
    """
    value = exact(printed)
    half_unit = _last_place(printed) / 2
    return Range(value, value - half_unit, value + half_unit)


def share_range(printed: int | float | Decimal) -> Range:
    """Return the shares that round to the printed one (percent): a share is never below 0 nor above 100."""
    spread = rounding_range(printed)
    return Range(spread.value, max(spread.low, min(spread.value, 0)), min(spread.high, max(spread.value, 100)))


def not_stated(shares: Iterable[Range]) -> Range:
    """Return what is left of 100 percent once the stated shares, each with both bounds, are taken off.

    The bounds assume that all stated shares err the same way at once, so they are the widest possible. Where rounding
    makes the shares exceed 100 percent, what is left is as much below 0: the parts and the rest always make the whole.
    Raises ValueError where they exceed it by more than rounding can explain.
    """
    shares = list(shares)
    left = 100 - sum(share.value for share in shares)
    low, high = 100 - sum(share.high for share in shares), 100 - sum(share.low for share in shares)
    if high < 0:
        raise ValueError(f"shares add up to {float(100 - left):g} percent, more than rounding can explain")
    return Range(left, max(low, min(left, Fraction(0))), high)


def persons_from_share(share: Range, total: Range | Number, base_share: Number = 1) -> Range:
    """Return share (percent, with both bounds) × total × base_share, with the bounds the two leave.

    `total` is attempts prevented (count; a bare number is exact); `base_share` is the part of it the share speaks of (0
    to 1): 1 where the base is all those intercepted. Each attempt is counted as one person, which overstates persons.
    """
    whole = (total if isinstance(total, Range) else Range(*[exact(total)] * 3)).scaled(exact(base_share) / 100)
    least = whole.low if share.low >= 0 else whole.high
    low, high = (
        None if bound is None else bound * part for bound, part in ((least, share.low), (whole.high, share.high))
    )
    return Range(share.value * whole.value, low, high)


def change_pct(now: Number, before: Number) -> Fraction:
    """Return the growth from `before` to `now` in percent of `before`, unrounded.

    Raises ValueError where `before` is not positive.
    """
    if before <= 0:
        raise ValueError(f"growth needs a positive starting value, found {before}")
    return (exact(now) / exact(before) - 1) * 100


def quotient(number: Range, divisor: Range) -> Range:
    """Return a number that is not negative divided by a positive one, with the bounds the two leave.

    A lower bound divided by an exact count is a lower bound; divided by a lower bound, a number has no lower bound.
    Raises ZeroDivisionError where the divisor is 0.
    """
    low = None if number.low is None or divisor.high is None else number.low / divisor.high
    high = None if number.high is None or not divisor.low else number.high / divisor.low
    return Range(number.value / divisor.value, low, high)


def how_shortened(printed: int | float | Decimal, full: Number) -> str:
    """Say how a printed rate was shortened from the full one.

    Returns "rounded" (nearest, ties included), "truncated" (decimals cut off), "both" where the two agree, or
    "neither" where the printed rate follows from the full one in no such way.
    """
    interval, unit, full = rounding_range(printed), _last_place(printed), exact(full)
    rounded = interval.low <= full <= interval.high
    truncated = int(full / unit) * unit == interval.value  # int() cuts toward zero
    return {(True, True): "both", (True, False): "rounded", (False, True): "truncated"}.get(
        (rounded, truncated), "neither"
    )
