"""Values: every number the collection shows, with its id, unit, bounds, status and sources.

status is `published` (printed by the source), `recomputed` (the source prints it too, or could: worked out again from
its own figures) or `derived` (ours: it rests on a reading of the figures that the page states).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pandas as pd

from bilan.analysis.arithmetic import Number, Range, exact, share_range
from bilan.data.ledgers import row_source

CONTRACT = ("id", "value", "unit", "low", "high", "qualifier", "status", "period", "sources")


def plain(number: Number | None) -> int | float | None:
    """Return a number as JSON holds it: an int where it is whole, else the nearest float; never rounded."""
    if number is None:
        return None
    number = exact(number)
    return int(number) if number.denominator == 1 else float(number)


@dataclass(frozen=True)
class Value:
    """One number of the collection.

    `low` and `high` bound it (None: nothing is known on that side); `qualifier` is exact, at_least or about; `sources`
    are as `data.ledgers.row_source` gives them; `formula` says how it was made, in ids and words of the catalogs'
    [formula]; `inputs` are the ids it was made from, `notebook` and `cell` (its number as executed) where.
    """

    id: str
    value: int | float
    unit: str
    low: int | float | None
    high: int | float | None
    qualifier: str
    status: str
    period: str
    sources: list[dict] = field(default_factory=list)
    formula: str = ""
    inputs: list[str] = field(default_factory=list)
    notebook: str = ""
    cell: int | None = None

    @property
    def spread(self) -> Range:
        """The value with its bounds, exact."""
        low, high = (None if bound is None else exact(bound) for bound in (self.low, self.high))
        return Range(exact(self.value), low, high)


def published(row: pd.Series, id: str | None = None, period: str | None = None) -> Value:
    """Return a row of a ledger (or of another table of figures with the same columns) as a published value.

    An exact count bounds itself; a share is bounded by its rounding; "more than" bounds below; "about" does not bound
    at all, nor does a growth rate, since nobody says whether it was rounded or cut off.
    """
    number = exact(row["value"])
    unit = row.get("unit", "count")
    if str(row.name).endswith("_yoy_change"):
        spread = Range(number, None, None)
    elif row["qualifier"] == "exact":
        spread = share_range(plain(number)) if unit == "percent" else Range(number, number, number)
    else:
        spread = Range(number, number if row["qualifier"] == "at_least" else None, None)
    return Value(
        id=id or str(row.name),
        value=plain(spread.value),
        unit=unit,
        low=plain(spread.low),
        high=plain(spread.high),
        qualifier=row["qualifier"],
        status="published",
        period=period or str(row["year"]),
        sources=[row_source(row)],
    )


def worked_out(
    id: str,
    result: Range | Number,
    unit: str,
    inputs: Iterable[Value],
    formula: str,
    status: str = "derived",
    qualifier: str | None = None,
) -> Value:
    """Return a value made from others: it takes over their sources, and the period of the first.

    A Range keeps its bounds; a bare number bounds itself on the sides its qualifier knows. The qualifier follows from
    the inputs: an approximation where one went in, a lower bound where one went in and the result has a low bound and
    no high one. Where a Range has lost a bound, the qualifier says so whatever the inputs were.
    """
    inputs = list(inputs)
    qualifiers = {one.qualifier for one in inputs}
    if qualifier is None:
        qualifier = next((name for name in ("about", "at_least") if name in qualifiers), "exact")
        if isinstance(result, Range) and qualifier != "about" and None in (result.low, result.high):
            qualifier = "about" if result.low is None else "at_least"
    if not isinstance(result, Range):
        number = exact(result)
        result = Range(number, number if qualifier != "about" else None, number if qualifier == "exact" else None)
    elif qualifier == "at_least":
        result = Range(result.value, result.low, None)
    sources = []
    for one in inputs:
        sources += [source for source in one.sources if source not in sources]
    return Value(
        id=id,
        value=plain(result.value),
        unit=unit,
        low=plain(result.low),
        high=plain(result.high),
        qualifier=qualifier,
        status=status,
        period=inputs[0].period,
        sources=sources,
        formula=formula,
        inputs=[one.id for one in inputs],
    )


def write_values(values: Iterable[Value], path: Path, contract_only: bool = False) -> None:
    """Write values as a JSON list; `contract_only` keeps the keys that other programs rely on."""
    rows = [asdict(value) for value in values]
    if contract_only:
        rows = [{key: row[key] for key in CONTRACT} for row in rows]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_values(path: Path) -> dict[str, Value]:
    """Return the values of a file by id."""
    return {row["id"]: Value(**row) for row in json.loads(path.read_text(encoding="utf-8"))}
