"""Exact arithmetic on printed figures: rounding intervals, shares, persons, growth.

Every function is pure and works on `fractions.Fraction`; nothing is rounded here, only pages round.
A printed share is read as an interval because a whole percent hides up to half a point either way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

Number = int | float | Decimal | Fraction


def exact(number: Number) -> Fraction:
    """Return the number as written: 4.6 becomes 46/10, not the nearest binary float.

    Raises ValueError for nan and infinities.
    """
    if isinstance(number, float):
        number = Decimal(str(number))
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


def rounding_range(printed: Number) -> Range:
    """Return the numbers that round to the printed one: 58 gives 57.5 to 58.5, 4.6 gives 4.55 to 4.65.

    The width is one unit of the last printed decimal; the upper end itself would round up, so it bounds the
    interval without belonging to it.
    """
    number = Decimal(str(printed))
    half_unit = exact(Decimal(1).scaleb(min(number.as_tuple().exponent, 0))) / 2
    value = exact(number)
    return Range(value, value - half_unit, value + half_unit)


def not_stated(shares: Iterable[Range]) -> Range:
    """Return what is left of 100 percent once the stated shares are taken off.

    The bounds assume that all stated shares err the same way at once, so they are the widest possible.
    Raises ValueError where the shares exceed 100 percent by more than rounding can explain.
    """
    shares = list(shares)
    left = 100 - sum(share.value for share in shares)
    low, high = 100 - sum(share.high for share in shares), 100 - sum(share.low for share in shares)
    if high < 0:
        raise ValueError(f"shares add up to {float(100 - left):g} percent, more than rounding can explain")
    return Range(left, max(low, Fraction(0)), high)


def persons_from_share(share: Range, total: Number, base_share: Number = 1) -> Range:
    """Return share (percent) × total × base_share, with the bounds the share's rounding gives.

    `total` is attempts prevented (count); `base_share` is the part of it the share speaks of (0 to 1): 1 where the
    base is all those intercepted. Each attempt is counted as one person, which overstates persons.
    """
    return share.scaled(exact(total) * exact(base_share) / 100)


def change_pct(now: Number, before: Number) -> Fraction:
    """Return the growth from `before` to `now` in percent of `before`, unrounded.

    Raises ValueError where `before` is not positive.
    """
    if before <= 0:
        raise ValueError(f"growth needs a positive starting value, found {before}")
    return (exact(now) / exact(before) - 1) * 100


def ratio_at_least(lower_bound: Number, divisor: Number) -> Range:
    """Return a lower bound divided by an exact count: itself a lower bound, with nothing known above it."""
    value = exact(lower_bound) / exact(divisor)
    return Range(value, value, None)


def how_shortened(printed: Number, full: Number) -> str:
    """Say how a printed rate was shortened from the full one.

    Returns "rounded" (nearest, ties included), "truncated" (decimals cut off), "both" where the two agree, or
    "neither" where the printed rate follows from the full one in no such way.
    """
    printed, full = Decimal(str(printed)), exact(full)
    interval = rounding_range(printed)
    unit = exact(Decimal(1).scaleb(min(printed.as_tuple().exponent, 0)))
    rounded = interval.low <= full <= interval.high
    truncated = int(full / unit) * unit == exact(printed)  # int() cuts toward zero
    return {(True, True): "both", (True, False): "rounded", (False, True): "truncated"}.get(
        (rounded, truncated), "neither"
    )
