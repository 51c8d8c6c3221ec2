"""Reading a table row by row as its schema in data/datapackage.json says.

The tests hold this reader against the frictionless library, which takes ten times as long.
"""

import csv
import io
import json
import re
from datetime import date
from functools import cache, partial
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, BeforeValidator, Field, ValidationError, create_model

from bilan.data.description import describe
from bilan.errors import InputError
from bilan.files import decoded
from bilan.untrusted import brief

_TYPES = {"string": str, "integer": int, "year": int, "number": float, "date": str, "boolean": bool}
_DTYPES = {"integer": "Int64", "year": "int64", "number": "float64", "boolean": "boolean"}
# How a text of a type is written, and what it is called: pydantic would take "1_000", "١٢" and "inf" too.
_WHOLE = (r"[+-]?[0-9]+", "a whole number such as 332")
_WRITTEN = {
    "integer": _WHOLE,
    "year": _WHOLE,
    "number": (r"[+-]?[0-9]+(\.[0-9]+)?", "a number such as 58 or 4.6"),
    "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day such as 2024-12-31"),
}


def _cell(field: dict, text: str) -> str | None:
    """Return a field's text if it is written as its type is, None where it is empty and may be."""
    rules = field.get("constraints", {})
    if not text.strip():
        if rules.get("required"):
            raise ValueError(f"expected a value, found {brief(text)}")
        return None
    pattern, expected = _WRITTEN.get(field["type"], (".*", ""))
    if "enum" not in rules and not re.fullmatch(pattern, text, re.DOTALL):
        raise ValueError(f"expected {expected}, found {brief(text)}")
    if field["type"] == "date":
        try:
            date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"expected a day of the calendar, found {brief(text)}") from None
    return text


def _field_type(field: dict) -> tuple:
    """Return (type, default) for pydantic's create_model from one field of a table's schema."""
    rules = field.get("constraints", {})
    limits = Field(ge=rules.get("minimum"), le=rules.get("maximum"), pattern=rules.get("pattern"))
    read = Literal[tuple(rules["enum"])] if "enum" in rules else Annotated[_TYPES[field["type"]], limits]
    return Annotated[read | None, BeforeValidator(partial(_cell, field))], ...


@cache
def _row_model(fields: str) -> type[BaseModel]:
    """Return the model of a table's rows from its fields as JSON; the ledgers of all years have the same."""
    types: dict[str, Any] = {field["name"]: _field_type(field) for field in json.loads(fields)}
    return create_model("Row", **types)


class Lines(tuple):
    """The lines of a file that a table's rows end on: pandas copies them with every cut, which need not be deep."""

    def __deepcopy__(self, memo: dict) -> "Lines":
        return self


def parse(schema: dict, shown: str, raw: bytes) -> pd.DataFrame:
    """Return a CSV table from its bytes, checked by its schema; empty fields are missing values.

    Its attrs["lines"] hold the line of the file that each row ends on. Raises InputError naming the file as `shown`,
    the line and the field, what was expected and what was found.
    """
    lines = csv.reader(io.StringIO(_text(raw, shown), newline=""), strict=True)
    fields = schema["fields"]
    names = [field["name"] for field in fields]
    row_model = _row_model(json.dumps(fields))
    rows, places = [], []
    try:
        _check_columns(names, next(lines, []), f"{shown}, line 1")
        for cells in lines:
            if len(cells) != len(names):
                fault = f"expected {len(names)} fields, found {len(cells)}"
                raise InputError(f"{shown}, line {lines.line_num}: {fault}")
            rows.append(row_model.model_validate(dict(zip(names, cells, strict=True))).model_dump())
            places.append(lines.line_num)
    except ValidationError as error:
        raise InputError(f"{shown}, line {lines.line_num}, {describe(error)}") from None
    except csv.Error as error:
        raise InputError(f"{shown}, line {lines.line_num}: expected CSV, found: {error}") from None
    if not rows:
        raise InputError(f"{shown}: expected at least one row below the names of the columns, found none")
    columns = {field["name"]: [row[field["name"]] for row in rows] for field in fields}
    typed = {f["name"]: pd.array(columns[f["name"]], dtype=_DTYPES[f["type"]]) for f in fields if f["type"] in _DTYPES}
    table = pd.DataFrame(columns | typed)
    table.attrs["lines"] = Lines(places)
    _check_unique(table, schema, shown)
    return table


def _text(raw: bytes, shown: str) -> str:
    if not raw:
        raise InputError(f"{shown}: expected a table, found an empty file")
    for mark, name in (("\ufeff", "a byte order mark"), ("\0", "a NUL byte: UTF-16 or no text"), ("\r", "CR")):
        before, found, _ = raw.partition(mark.encode())
        if found:
            line = before.count(b"\n") + 1
            raise InputError(f"{shown}, line {line}: expected UTF-8 whose lines end in LF, found {name}")
    return decoded(raw, shown)


def _check_columns(expected: list[str], found: list[str], shown: str) -> None:
    missing = [name for name in expected if name not in found]
    added = [name for name in found if name not in expected]
    faults = [f"{word} {', '.join(names)}" for word, names in (("no", missing), ("also", added)) if names]
    if found != expected:
        order = "" if faults else ", each once and in this order"
        said = " and ".join(faults) or ", ".join(found)
        raise InputError(f"{shown}: expected the columns {', '.join(expected)}{order}, found {said}")


def _check_unique(table: pd.DataFrame, schema: dict, shown: str) -> None:
    keys = [[field["name"]] for field in schema["fields"] if field.get("constraints", {}).get("unique")]
    for key in filter(None, [*keys, schema.get("primaryKey")]):
        for at, row in table[table.duplicated(key)].iterrows():
            where = f"{shown}, line {table.attrs['lines'][at]}, {' and '.join(key)}"
            raise InputError(f"{where}: expected each once, found {', '.join(map(str, row[key]))} again")
