"""What data/datapackage.json may say, and reading a table as it says.

The description is a Frictionless Data Package; of Table Schema it holds what the collection uses (types, required,
enum, minimum, maximum, pattern, unique, primaryKey), and the tests hold this reader against the frictionless library.
"""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

import pandas as pd
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from pydantic_core import PydanticCustomError

from bilan.errors import InputError
from bilan.files import read_limited
from bilan.untrusted import brief

DESCRIPTION = "datapackage.json"
LARGEST_TABLE = 5_000_000  # bytes; the largest now has 67 thousand
# What every ledger has, because the package reads it.
LEDGER = ("year", "period", "period_start", "period_end", "indicator", "value", "unit", "qualifier", "as_printed")
LEDGER += ("number_format", "counted", "share_base", "source", "source_url", "place", "note")

_TYPES = {"string": str, "integer": int, "year": int, "number": float, "date": str, "boolean": bool}
_DTYPES = {"integer": "Int64", "year": "int64", "number": "float64", "boolean": "boolean"}
_WHOLE, _NUMBER = r"[+-]?[0-9]+", r"[+-]?[0-9]+(\.[0-9]+)?"
_WRITTEN = {"integer": _WHOLE, "year": _WHOLE, "number": _NUMBER, "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}"}
_CONSTRAINTS = {"required", "unique", "enum", "minimum", "maximum", "pattern"}


def describe(error: ValidationError) -> str:
    """Return the first fault of a pydantic error as "name: what was expected, found what"."""
    fault = error.errors(include_url=False)[0]
    expected = fault["msg"][:1].lower() + fault["msg"][1:]
    if fault["type"] == "string_pattern_mismatch":
        expected = f"expected a text that matches {fault['ctx']['pattern']}"
    return f"{'.'.join(map(str, fault['loc']))}: {expected}, found {brief(fault['input'])}"


def read_description(folder: Path) -> dict:
    """Return the description of all tables of a folder, checked.

    Raises InputError naming the table and the property, what was expected and what was found.
    """
    shown = f"data/{DESCRIPTION}"
    raw = read_limited(folder / DESCRIPTION, shown, LARGEST_TABLE)
    try:
        described = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{shown}: expected UTF-8, found another encoding at byte {error.start}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{shown}: expected JSON, found {error}") from None
    _expect(isinstance(described, dict), shown, "an object", type(described).__name__)
    for key in ("version", "created"):
        _expect(isinstance(described.get(key), str), f"{shown}, {key}", "a text", described.get(key))
    resources = described.get("resources")
    _expect(isinstance(resources, list) and resources, f"{shown}, resources", "a list of tables", resources)
    for at, resource in enumerate(resources, 1):
        _check_resource(resource, f"{shown}, resource {at}", folder)
    for key in ("name", "path"):
        known = [resource[key] for resource in resources]
        doubled = next((one for one in known if known.count(one) > 1), None)
        _expect(doubled is None, f"{shown}, {key}", "each once", f"{doubled!r} twice")
    return described


def _expect(held: object, where: str, expected: str, found: object) -> None:
    if not held:
        raise InputError(f"{where}: expected {expected}, found {'none' if found is None else found}")


def _check_resource(resource: object, where: str, folder: Path) -> None:
    _expect(isinstance(resource, dict), where, "an object", type(resource).__name__)
    name = resource.get("name")
    _expect(isinstance(name, str) and re.fullmatch(r"[a-z0-9_.-]+", name), f"{where}, name", "a name", name)
    where = f"{where.partition(', ')[0]}, {name}"
    _check_path(resource.get("path"), f"{where}, path", folder)
    known = resource.get("hash")
    held = isinstance(known, str) and re.fullmatch("sha256:[0-9a-f]{64}", known)
    _expect(held, f"{where}, hash", "sha256: and 64 digits", known)
    size = resource.get("bytes")
    _expect(type(size) is int and size >= 0, f"{where}, bytes", "the file's size", size)
    kind = resource.get("format")
    _expect(kind in ("csv", "geojson"), f"{where}, format", "csv or geojson", kind)
    if kind == "csv":
        fields = _check_schema(resource.get("schema"), where)
        if name.startswith("communique_"):
            _expect(re.fullmatch(r"communique_\d{4}", name), f"{where}, name", "communique_ and a year", name)
            lacking = [one for one in LEDGER if one not in fields]
            _expect(not lacking, f"{where}, schema", "all fields of a ledger", f"none called {', '.join(lacking)}")


def _check_path(path: object, where: str, folder: Path) -> None:
    """Let a path lead to a file in the folder, and nowhere else."""
    held = isinstance(path, str) and re.fullmatch(r"[\w./ -]+", path) and not PurePosixPath(path).is_absolute()
    _expect(held and ".." not in PurePosixPath(path).parts, where, "a file in data/", repr(path))
    target = (folder / path).resolve()
    _expect(target.is_relative_to(folder.resolve()), where, "a file in data/", f"{path!r}, a link that leads out of it")


def _check_schema(schema: object, where: str) -> list[str]:
    """Return the names of a schema's fields."""
    fields = schema.get("fields") if isinstance(schema, dict) else None
    _expect(isinstance(fields, list) and fields, f"{where}, schema", "a list of fields", fields)
    names = []
    for field in fields:
        name = field.get("name") if isinstance(field, dict) else None
        _expect(isinstance(name, str) and name, f"{where}, schema", "fields with a name", field)
        place = f"{where}, field {name}"
        names.append(name)
        kind = field.get("type")
        _expect(isinstance(kind, str) and kind in _TYPES, f"{place}, type", f"one of {', '.join(_TYPES)}", kind)
        rules = field.get("constraints", {})
        _expect(isinstance(rules, dict), f"{place}, constraints", "an object", rules)
        unknown = sorted(rules.keys() - _CONSTRAINTS)
        _expect(not unknown, f"{place}, constraints", f"some of {', '.join(sorted(_CONSTRAINTS))}", ", ".join(unknown))
        if "enum" in rules:
            _expect(isinstance(rules["enum"], list) and rules["enum"], f"{place}, enum", "a list", rules["enum"])
        if "pattern" in rules:
            try:
                re.compile(rules["pattern"])
            except (re.error, TypeError) as error:
                raise InputError(f"{place}, pattern: expected a regular expression, found {error}") from None
    doubled = next((name for name in names if names.count(name) > 1), None)
    _expect(doubled is None, f"{where}, schema", "each field once", f"{doubled!r} twice")
    key = schema.get("primaryKey", [])
    _expect(isinstance(key, list) and set(key) <= set(names), f"{where}, primaryKey", "names of fields", key)
    return names


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
