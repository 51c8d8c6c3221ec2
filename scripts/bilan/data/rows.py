"""Reading a table row by row as its schema in data/datapackage.json says.

The tests hold this reader against the frictionless library, which takes ten times as long.
"""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

import pandas as pd
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from pydantic_core import PydanticCustomError

from bilan.data.description import describe
from bilan.errors import InputError

_TYPES = {"string": str, "integer": int, "year": int, "number": float, "date": str, "boolean": bool}
_DTYPES = {"integer": "Int64", "year": "int64", "number": "float64", "boolean": "boolean"}
_WHOLE, _NUMBER = r"[+-]?[0-9]+", r"[+-]?[0-9]+(\.[0-9]+)?"
_WRITTEN = {"integer": _WHOLE, "year": _WHOLE, "number": _NUMBER, "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}"}


def _given(text: str) -> str | None:
    return text if text.strip() else None


def _required(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("required", "expected a value")
    return text


def _written(kind: str) -> Callable[[object], object]:
    """Return a check that a text is written as its type is: pydantic would take "1_000", "١٢" and "inf" too."""

    def check(text: object) -> object:
        if isinstance(text, str) and not re.fullmatch(_WRITTEN[kind], text):
            example = {"number": "a number such as 58 or 4.6", "date": "a day such as 2024-12-31"}.get(kind)
            raise PydanticCustomError("written", "expected {what}", {"what": example or "a whole number such as 332"})
        return text

    return check


def _a_day(text: str | None) -> str | None:
    try:
        date.fromisoformat(text or "2000-01-01")
    except ValueError:
        raise PydanticCustomError("day", "expected a day of the calendar") from None
    return text


def _field_type(field: dict) -> tuple:
    """Return (type, default) for pydantic's create_model from one field of a table's schema."""
    rules, kind = field.get("constraints", {}), field["type"]
    if "enum" in rules:
        read = Literal[tuple(rules["enum"])]
    else:
        limits = Field(ge=rules.get("minimum"), le=rules.get("maximum"), pattern=rules.get("pattern"))
        checks = [AfterValidator(_a_day)] if kind == "date" else []
        read = Annotated[_TYPES[kind], limits, *checks]
    before = [BeforeValidator(_written(kind))] if kind in _WRITTEN and "enum" not in rules else []
    # of several, pydantic runs the last first
    if rules.get("required"):
        return Annotated[read, *before, BeforeValidator(_required)], ...
    return Annotated[read | None, *before, BeforeValidator(_given)], None


def parse(schema: dict, shown: str, raw: bytes) -> pd.DataFrame:
    """Return a CSV table from its bytes, checked by its schema; empty fields are missing values.

    Its attrs["lines"] hold the line of the file that each row ends on. Raises InputError naming the file as `shown`,
    the line and the field, what was expected and what was found.
    """
    lines = csv.reader(io.StringIO(_text(raw, shown), newline=""), strict=True)
    fields = schema["fields"]
    names = [field["name"] for field in fields]
    row_model = create_model(
        "Row", __config__=ConfigDict(extra="forbid"), **{f["name"]: _field_type(f) for f in fields}
    )
    rows, places = [], []
    try:
        header = next(lines, [])
        if header != names:
            raise InputError(f"{shown}, line 1: {_columns(names, header)}")
        for cells in lines:
            if len(cells) != len(names):
                fault = f"expected {len(names)} fields, found {len(cells)}"
                raise InputError(f"{shown}, line {lines.line_num}: {fault}")
            try:
                rows.append(row_model.model_validate(dict(zip(names, cells, strict=True))).model_dump())
            except ValidationError as error:
                raise InputError(f"{shown}, line {lines.line_num}, {describe(error)}") from None
            places.append(lines.line_num)
    except csv.Error as error:
        raise InputError(f"{shown}, line {lines.line_num}: expected CSV, found: {error}") from None
    if not rows:
        raise InputError(f"{shown}: expected at least one row below the names of the columns, found none")
    table = pd.DataFrame(rows, columns=names)
    table.attrs["lines"] = places
    _check_unique(table, schema, shown)
    return table.astype({f["name"]: _DTYPES[f["type"]] for f in fields if f["type"] in _DTYPES})


def _text(raw: bytes, shown: str) -> str:
    if not raw:
        raise InputError(f"{shown}: expected a table, found an empty file")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise InputError(f"{shown}, line 1: expected UTF-8 without a byte order mark, found one")
    for byte, name in ((b"\0", "a NUL byte: UTF-16 or no text"), (b"\r", "CR")):
        if byte in raw:
            line = raw[: raw.index(byte)].count(b"\n") + 1
            raise InputError(f"{shown}, line {line}: expected UTF-8 whose lines end in LF, found {name}")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(
            f"{shown}, line {line}: expected UTF-8, found another encoding at byte {error.start}"
        ) from None


def _columns(expected: list[str], found: list[str]) -> str:
    """Return what is wrong with the names of a table's columns."""
    missing = [name for name in expected if name not in found]
    added = [name for name in found if name not in expected]
    if not missing and not added:
        return f"expected the columns {', '.join(expected)}, each once and in this order, found {', '.join(found)}"
    faults = [f"{word} {', '.join(names)}" for word, names in (("no", missing), ("also", added)) if names]
    return f"expected the columns {', '.join(expected)}, found {' and '.join(faults)}"


def _check_unique(table: pd.DataFrame, schema: dict, shown: str) -> None:
    keys = [[f["name"]] for f in schema["fields"] if f.get("constraints", {}).get("unique")]
    if schema.get("primaryKey"):
        keys.append(schema["primaryKey"])
    for key in keys:
        doubled = table[table.duplicated(key)]
        if len(doubled):
            row = doubled.iloc[0]
            where = f"{shown}, line {table.attrs['lines'][row.name]}, {' and '.join(key)}"
            raise InputError(f"{where}: expected each once, found {', '.join(map(str, row[key]))} again")
