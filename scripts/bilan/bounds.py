"""The bounds of a result: what the bounds of the figures in its formula leave open, and no more.

Where every figure enters once, interval arithmetic on the operands is exact. Where one enters twice, as in x / (x + y),
it would be too wide: the formula is then looked at as a fraction that is linear in each figure above and below the
stroke, whose largest and smallest values lie in corners of the figures' bounds. What is neither is refused.
"""

import math
import operator
from collections import Counter
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bilan.number import Number

Bound = Fraction | float  # a float is an infinity: nothing is known on that side
_OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
UNKNOWN: tuple[Bound, Bound] = (-math.inf, math.inf)


def bounds_of(made: "Number") -> tuple[Bound, Bound]:
    """Return the bounds of what an operator made, infinite where unknown.

    Raises ValueError where a figure that is not exact is multiplied by itself.
    """
    sign, left, right = made.made
    inexact = [leaf for leaf in _leaves(made) if leaf.low is None or leaf.low != leaf.high]
    if max(Counter(map(_key, inexact)).values(), default=1) == 1:
        return _combined(sign, left.bounds, right.bounds)
    figures = {_key(leaf): leaf for leaf in inexact}
    if max(max(_degrees(made, key)) for key in figures) > 1:
        raise ValueError(f"{made.formula}: a figure is multiplied by itself: its bounds do not give the result's")
    ends = [figure.bounds for figure in figures.values()]
    if any(math.isinf(end) for both in ends for end in both):
        return UNKNOWN
    fractions = [_fraction(made, dict(zip(figures, corner, strict=True))) for corner in product(*ends)]
    if len({under > 0 for _, under in fractions}) > 1 or not all(under for _, under in fractions):
        return UNKNOWN
    found = [over / under for over, under in fractions]
    return min(found), max(found)


def apply(sign: str, one: Bound, other: Bound) -> Bound:
    """Return two numbers added, subtracted, multiplied or divided; 0 times an infinity is 0."""
    return Fraction(0) if sign == "*" and 0 in (one, other) else _OPERATORS[sign](one, other)


def _combined(sign: str, left: tuple[Bound, Bound], right: tuple[Bound, Bound]) -> tuple[Bound, Bound]:
    """Return the bounds of a result whose operands have no figure in common."""
    if sign == "/":
        if right[0] < 0 < right[1]:
            return UNKNOWN
        # over what is unbounded, or may be 0, nothing is said of a side
        ends = [math.inf if math.isinf(end) or not end else 1 / Fraction(end) for end in right]
        right = (-math.inf if math.isinf(ends[1]) else ends[1], ends[0])
    if sign == "-":
        sign, right = "+", (-right[1], -right[0])
    if sign == "+":
        return left[0] + right[0], left[1] + right[1]
    corners = [apply("*", *pair) for pair in product(left, right)]
    return min(corners), max(corners)


def _operands(number: "Number") -> list["Number"]:
    return [] if number.made[:1] in (("constant",), ("counted",)) else list(number.made[1:])


def _leaves(number: "Number") -> list["Number"]:
    """Return the figures a number was made from, each as often as it occurs."""
    parts = _operands(number)
    return [leaf for part in parts for leaf in _leaves(part)] if parts else [number]


def _key(leaf: "Number") -> object:
    return leaf.id or id(leaf)


def _fraction(number: "Number", corner: dict[object, Bound]) -> tuple[Fraction, Fraction]:
    """Return what stands above and below the stroke when a formula is one fraction, for other values of its figures."""
    parts = _operands(number)
    if len(parts) < 2:
        own = Fraction(corner.get(_key(number), number.value or 0))
        return _fraction(parts[0], corner) if parts else (own, Fraction(1))
    (a, b), (c, d) = (_fraction(part, corner) for part in parts)
    match number.made[0]:
        case "*":
            return a * c, b * d
        case "/":
            return a * d, b * c
        case sign:
            return _OPERATORS[sign](a * d, c * b), b * d


def _degrees(number: "Number", key: object) -> tuple[int, int]:
    """Return how often at most a figure is multiplied by itself above and below the stroke."""
    parts = _operands(number)
    if len(parts) < 2:
        return _degrees(parts[0], key) if parts else (int(_key(number) == key), 0)
    (a, b), (c, d) = (_degrees(part, key) for part in parts)
    match number.made[0]:
        case "*":
            return a + c, b + d
        case "/":
            return a + d, b + c
        case _:
            return max(a + d, c + b), b + d
