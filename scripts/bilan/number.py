"""A number that knows how it was made: its bounds, unit, sources, formula and assumptions follow from what was written.

`share / 100 * attempts` is a Number; so is a figure that was not published, which names itself in whatever it enters.
Nothing is rounded here: values are exact, only pages round. A number without a formula is *published*, one with a
formula *recomputed*, one that rests on an assumption *derived*.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import partialmethod
from numbers import Integral
from typing import Any

from bilan.bounds import Bound, apply, bounds_of

Exact = int | float | Decimal | Fraction
_COUNTED = "attempt person network assault return detection arrival year reading figure euro"
# What is counted, in the plural and the singular. What is not here can't be set over anything else.
UNITS = {f"{one}s": one for one in _COUNTED.split()}
PURE = "times"  # a ratio of two numbers of the same unit; 100 times it is "percent"
# How a formula shows an operator, how tightly that binds, and what an error says.
_SIGNS = {"+": ("+", 1, "added to"), "-": ("−", 1, "less"), "*": ("×", 2, "multiplied by"), "/": ("/", 2, "divided by")}


class UnitError(TypeError):
    """Two numbers that count different things were added, or multiplied to something that has no name."""


def exact(number: Exact) -> Fraction:
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


def plain(number: Exact | None) -> int | float | None:
    """Return a number as JSON holds it: an int where it is whole, else the nearest float; never rounded."""
    if number is None:
        return None
    number = exact(number)
    return int(number) if number.denominator == 1 else float(number)


def last_place(printed: Exact) -> Fraction:
    """Return one unit of the last printed decimal; a float can't tell 58 from 58.0, and is read as 58."""
    if isinstance(printed, float) and printed.is_integer():
        return Fraction(1)
    exponent = Decimal(str(printed)).as_tuple().exponent
    return Fraction(10) ** min(exponent if isinstance(exponent, int) else 0, 0)


def as_sure(number: "Number") -> Fraction:
    """Return the value to show: two figures of one worked out from an approximation, whose bounds nobody knows."""
    value = number.known
    if not number.formula or number.qualifier != "about" or number.low is not None or number.high is not None:
        return value
    return two_figures(value)


def two_figures(value: Fraction) -> Fraction:
    """Return a number rounded to its first two figures: 13,009 becomes 13,000."""
    place = Fraction(10) ** (math.floor(math.log10(abs(value))) - 1) if value else Fraction(1)
    return round(value / place) * place


def _operated(self: "Number", sign: str, other: "Number | Exact", swapped: bool = False) -> "Number":
    """Return what an operator makes of a number and another one, which stands to the left where `swapped`."""
    if sign == "+" and not isinstance(other, Number) and other == 0:  # sum() begins with it
        return self
    beside = other if isinstance(other, Number) else _constant(other, self.unit if sign in "+-" else PURE)
    return _made(sign, beside, self) if swapped else _made(sign, self, beside)


@dataclass(frozen=True, eq=False)
class Number:
    """One number of the collection. Make figures with `published`, all else with operators.

    `low` and `high` bound it (None: nothing is known on that side); `value` is None where a figure it needs was not
    published, and `missing` then has their names and periods. `qualifier` is exact, at_least or about. `name` is what
    the catalogs call it, `id` the same with the year where it is not the edition's. `formula` has ids in braces, words
    of the catalogs as {formula.…}; `inputs` are the ids in it; `assumptions` are keys of the catalogs' [assumption].
    `notebook` and `cell` say where it was kept.

    >>> 2 * published("networks", 332, "networks", "2024", {})
    664 networks = 2 × networks
    """

    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    unit: str
    period: str = ""
    qualifier: str = "exact"
    id: str = ""
    name: str = ""
    sources: tuple[dict, ...] = ()
    formula: str = ""
    inputs: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    notebook: str = ""
    cell: int | None = None
    made: tuple = field(default=(), repr=False)  # operator and operands, or () for what was not made by one

    def __bool__(self) -> bool:
        """Say whether it is known: a figure that was not published is false."""
        return self.value is not None

    def __repr__(self) -> str:
        """Say what it is, and how it was made: "21 percent (19.5 to 22.5) = 100 − share_stated"."""
        if self.value is None:
            return f"not known for want of {', '.join(' '.join(pair) for pair in self.missing)}"
        ends = ["?" if end is None else f"{plain(end):,}" for end in (self.low, self.high)]
        between = "" if self.low == self.high else f" ({' to '.join(ends)})"
        made = self.formula.replace("{", "").replace("}", "").replace("formula.", "")
        return f"{plain(self.value):,} {self.unit}{between}" + (f" = {made}" if made else "")

    @property
    def status(self) -> str:
        """Return published, recomputed or derived, as its formula and assumptions say."""
        return "derived" if self.assumptions else "recomputed" if self.formula else "published"

    @property
    def known(self) -> Fraction:
        """Its value. Raises ValueError where it is not known."""
        if self.value is None:
            raise ValueError(f"expected a number that is known, found one {self!r}")
        return self.value

    @property
    def bounds(self) -> tuple[Bound, Bound]:
        """Its bounds, infinite where unknown."""
        return (-math.inf if self.low is None else self.low), (math.inf if self.high is None else self.high)

    def kept(self, id: str, name: str = "") -> "Number":
        """Return it under an id, by which later formulas call it, and a name of the catalogs (the id if none)."""
        unpublished = self.missing and not self.formula
        missing = ((name or id, self.period),) if unpublished else self.missing
        return replace(self, id=id, name=name or id, missing=missing)

    def assuming(self, assumption: str, unit: str = "") -> "Number":
        """Return it with a step that is not arithmetic, named in the catalogs; it may count something else then."""
        assumptions = tuple(dict.fromkeys((*self.assumptions, assumption)))
        about: dict[str, Any] = {"assumptions": assumptions, "unit": unit or self.unit}
        if self.id:  # it is a step in a formula
            about |= {"formula": f"{{{self.id}}}", "inputs": (self.id,), "id": "", "name": "", "made": ("as", self)}
        return replace(self, **about)

    def withheld(self, result: "Number") -> "Number":
        """Return a result as one that is not known, because this number of those it is made from does not allow it."""
        missing = (self.name or self.formula, self.period)
        return replace(result, value=None, low=None, high=None, missing=(missing,))

    def within(self, low: Exact, high: Exact) -> "Number":
        """Return it with what is known of its kind: a share is not below 0, nor above 100. Its value stays."""
        if self.value is None:
            return self
        low, high = min(exact(low), self.value), max(exact(high), self.value)
        return replace(self, low=_known(max(self.bounds[0], low)), high=_known(min(self.bounds[1], high)))

    __add__, __radd__ = partialmethod(_operated, "+"), partialmethod(_operated, "+", swapped=True)
    __sub__, __rsub__ = partialmethod(_operated, "-"), partialmethod(_operated, "-", swapped=True)
    __mul__, __rmul__ = partialmethod(_operated, "*"), partialmethod(_operated, "*", swapped=True)
    __truediv__, __rtruediv__ = partialmethod(_operated, "/"), partialmethod(_operated, "/", swapped=True)


def published(
    id: str,
    value: Exact | None,
    unit: str,
    period: str,
    source: dict,
    qualifier: str = "exact",
    name: str = "",
    bounded: bool = True,
) -> Number:
    """Return a figure as its source prints it, {"title", "url", "place"}; without a value, one that was not published.

    An exact count bounds itself; an exact share is bounded by its rounding, a whole percent hiding up to half a point
    either way; "more than" bounds below; "about" does not bound at all, nor does a growth rate (not `bounded`), since
    nobody says whether it was rounded or cut off. `name` is its name in the catalogs, the id if none. Raises ValueError
    for nan and infinities.
    """
    about: dict[str, Any] = {"unit": unit, "period": period, "id": id, "name": name or id, "qualifier": qualifier}
    if value is None:
        return Number(None, None, None, missing=((name or id, period),), **about)
    number = exact(value)
    half = last_place(value) / 2 if unit == "percent" else 0
    low = number - half if qualifier == "exact" else number if qualifier == "at_least" else None
    high = number + half if qualifier == "exact" else None
    if not bounded:
        return Number(number, None, None, sources=(source,), **about)
    made = Number(number, low, high, sources=(source,), **about)
    return made.within(0, 100) if unit == "percent" and qualifier == "exact" else made


def given(id: str, value: Exact, assumption: str, period: str) -> Number:
    """Return a part of a whole (0 to 1) that no source gives: whoever runs the notebook assumes it."""
    number = exact(value)
    return Number(number, number, number, PURE, period, id=id, name=id, assumptions=(assumption,))


def total(values: Iterable[int], unit: str, period: str, source: dict, qualifier: str = "exact") -> Number:
    """Return the sum of a table's rows; `at_least` where the table is known to hold a part only."""
    number = Fraction(sum(map(int, values)))
    high = number if qualifier == "exact" else None
    return Number(number, number, high, unit, period, qualifier, sources=(source,), formula="{formula.sum_of_rows}")


def count(found: Iterable, of: Iterable[Number], unit: str, formula: str, period: str) -> Number:
    """Return how many were found among numbers, which become its inputs, in the words of `formula` in the catalogs."""
    number, numbers = Fraction(len(list(found))), list(of)
    merged = _merged(numbers) | {"made": ("counted", *numbers)}
    among = " · ".join(f"{{{id}}}" for id in merged["inputs"])
    merged |= {"period": period, "formula": f"{{formula.{formula}}}" + (f": {among}" if among else "")}
    return Number(number, number, number, unit, **merged)


def _constant(value: Exact, unit: str) -> Number:
    """Return a bare number as one of a unit: a share or a ratio, or else nothing."""
    number, shown = exact(value), plain(value)
    unit = unit if unit in (PURE, "percent") else ""
    return Number(number, number, number, unit, made=("constant", shown), formula=f"{shown:,}".replace(",", ""))


def _unit(sign: str, left: Number, right: Number) -> str:
    """Return the unit of a sum, difference, product or quotient. Raises UnitError where it has none."""
    hundred = any(one.made[:1] == ("constant",) and one.value == 100 for one in (left, right))
    match sign, left.unit, right.unit:
        case ("+" | "-", one, other) if one == other:
            return one
        case ("*", "times", "times") if hundred:
            return "percent"
        case ("*", "times", other) | ("*", other, "times") if other != "percent":
            return other
        case ("/", "percent", "times") if hundred:
            return PURE
        case ("/", one, "times") if one != "percent":
            return one
        case ("/", one, other) if one == other:
            return PURE
        case ("/", one, other) if one in UNITS and other in UNITS:
            return f"{one} per {UNITS[other]}"
    named = [one.unit or "a bare number" for one in (left, right)]
    raise UnitError(f"{named[0]} {_SIGNS[sign][2]} {named[1]} counts nothing")


def _made(sign: str, left: Number, right: Number) -> Number:
    """Return what an operator makes of two numbers."""
    unit = _unit(sign, left, right)
    formula = f"{_side(left, sign)} {_SIGNS[sign][0]} {_side(right, sign, on_right=True)}"
    made = Number(None, None, None, unit, formula=formula, made=(sign, left, right), **_merged([left, right]))
    if left.value is None or right.value is None:
        return made
    if sign == "/" and right.value == 0:  # nothing is known of a ratio to none
        return right.withheld(made)
    value = exact(apply(sign, left.value, right.value))
    low, high = map(_known, bounds_of(made))
    return replace(made, value=value, low=low, high=high, qualifier=_qualifier(value, low, high))


def _merged(parts: list[Number]) -> dict[str, Any]:
    """Return what a result takes over from its operands: period of the first that has one, all else of all."""
    inputs = [id for part in parts for id in ((part.id,) if part.id else part.inputs)]
    sources = [source for part in parts for source in part.sources]
    return {
        "period": next((part.period for part in parts if part.period), ""),
        "inputs": tuple(dict.fromkeys(inputs)),
        "sources": tuple(one for at, one in enumerate(sources) if one not in sources[:at]),
        "assumptions": tuple(dict.fromkeys(one for part in parts for one in part.assumptions)),
        "missing": tuple(dict.fromkeys(id for part in parts for id in part.missing)),
    }


def _side(part: Number, sign: str, on_right: bool = False) -> str:
    """Return an operand as a formula shows it: its id, or its own formula, in brackets where they are needed."""
    if part.id:
        return f"{{{part.id}}}"
    inner = _SIGNS.get(part.made[0] if part.made else "", ("", 3))[1]
    outer = _SIGNS[sign][1] + (on_right and sign in "-/")
    return f"({part.formula})" if inner < outer else part.formula


def _known(bound: Bound) -> Fraction | None:
    return None if isinstance(bound, float) else bound  # a float is an infinity


def _qualifier(value: Fraction, low: Fraction | None, high: Fraction | None) -> str:
    """Return exact where the bounds meet, at_least where the value is one and nothing is known above it, else about."""
    if low == value == high:
        return "exact"
    return "at_least" if low == value and high is None else "about"


class Numbers(dict[str, Number]):
    """The numbers of an edition by id, those that are not known too."""

    def __init__(self, year: int, numbers: Mapping[str, Number]):
        super().__init__(numbers)
        self.year = year

    def named(self, name: str) -> Number:
        """Return a number by its name, "assaults", that of the year before, "previous.assaults", of the longest part of
        the year, "part.assaults", where no full year was published, or of the same months of the year before,
        "part.previous.assaults". Raises KeyError where there is none.
        """
        when, _, base = name.rpartition(".")
        of_the_part = {"part": f"{base}_part", "part.previous": f"{base}_part_{self.year - 1}"}
        return self[{"": base, "previous": f"{base}_{self.year - 1}", **of_the_part}[when]]
