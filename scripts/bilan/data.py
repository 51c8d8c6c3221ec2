"""Reading data/ and checking it: every table is read through its description in data/datapackage.json.

A table whose checksum, types or constraints do not fit the description stops whoever asked for it. The description
is a Frictionless Data Package; `bilan check` reads the part of Table Schema the collection uses (types, required,
enum, minimum, maximum, pattern, unique, primaryKey), and the tests hold it against the frictionless library.
"""

import csv
import hashlib
import io
import json
from functools import cache
from typing import Annotated, Literal

import pandas as pd
from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, create_model

from .errors import InputError
from .files import ROOT
from .foreign import brief

DATA = ROOT / "data"

# The nine indicators of a communiqué, in the order in which the source article gives them.
INDICATORS = (
    "attempts_prevented",
    "networks_dismantled",
    "share_west_africa",
    "share_maghreb",
    "share_central_east_africa",
    "assaults",
    "assault_participants",
    "rescued_at_sea",
    "voluntary_returns",
)
SHARES = tuple(name for name in INDICATORS if name.startswith("share_"))
# Published growth rates, and the indicator each one is about.
PUBLISHED_RATES = {
    "attempts_yoy_change": "attempts_prevented",
    "networks_yoy_change": "networks_dismantled",
    "rescued_yoy_change": "rescued_at_sea",
    "returns_yoy_change": "voluntary_returns",
    "assaults_yoy_change": "assaults",
}

YEARS = "years"  # how `used` calls the list of years that have a ledger
_used: set[str] = set()

_TYPES = {"string": str, "integer": int, "year": int, "number": float, "date": str, "boolean": bool}
_DTYPES = {"integer": "Int64", "year": "int64", "number": "float64", "boolean": "boolean"}


def _empty_to_none(text: str) -> str | None:
    return text or None


def _field_type(field: dict) -> tuple:
    """Return (type, default) for pydantic's create_model from one field of a table's schema."""
    rules = field.get("constraints", {})
    kind = Literal[tuple(rules["enum"])] if "enum" in rules else _TYPES[field["type"]]
    pattern = rules.get("pattern") or (r"^\d{4}-\d{2}-\d{2}$" if field["type"] == "date" else None)
    limits = Field(ge=rules.get("minimum"), le=rules.get("maximum"), pattern=pattern)
    kind = Annotated[kind, limits] if "enum" not in rules else kind
    if rules.get("required"):
        return Annotated[kind, BeforeValidator(_empty_to_none)], ...
    return Annotated[kind | None, BeforeValidator(_empty_to_none)], None


def describe(error: ValidationError) -> str:
    """Return the first fault of a pydantic error as "name: what was expected, found what"."""
    fault = error.errors(include_url=False)[0]
    expected = fault["msg"][:1].lower() + fault["msg"][1:]
    return f"{'.'.join(map(str, fault['loc']))}: {expected}, found {brief(fault['input'])}"


@cache
def datapackage() -> dict:
    """Return data/datapackage.json as a dictionary.

    Raises InputError where it is missing or not JSON.
    """
    path = DATA / "datapackage.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: expected the description of all tables, found {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path}: expected JSON, found {error}") from error


def _described(name: str) -> dict:
    resource = next((r for r in datapackage()["resources"] if r["name"] == name), None)
    if resource is None:
        raise InputError(f"data/datapackage.json: expected a table named {name!r}, found none")
    return resource


def begin_use() -> None:
    """Forget what was read until now: what `used` says from here on is about what follows."""
    _used.clear()


def used() -> dict[str, str]:
    """Return what was read since `begin_use`: name of a table, or "years" → checksum of what it held, see `state`."""
    return {name: state(name) for name in sorted(_used)}


def state(name: str) -> str:
    """Return a checksum of a table and its description, or of the list of years; "" for a table there is none of."""
    if name == YEARS:
        return hashlib.sha256(repr(_years()).encode()).hexdigest()
    resource = next((one for one in datapackage()["resources"] if one["name"] == name), None)
    if resource is None:
        return ""
    described = json.dumps(resource, sort_keys=True).encode()
    return hashlib.sha256(described + (DATA / resource["path"]).read_bytes()).hexdigest()


def _read(name: str) -> tuple[dict, str, bytes]:
    """Return a resource's description, the path to show in messages, and its bytes, their checksum compared."""
    _used.add(name)
    resource = _described(name)
    shown = f"data/{resource['path']}"
    try:
        raw = (DATA / resource["path"]).read_bytes()
    except OSError as error:
        raise InputError(f"{shown}: expected a file, found {error.strerror}") from error
    found = "sha256:" + hashlib.sha256(raw).hexdigest()
    if found != resource["hash"]:
        raise InputError(
            f"{shown}: expected checksum {resource['hash']}, found {found}. If the change is meant, "
            "put the new checksum in data/datapackage.json."
        )
    return resource, shown, raw


def read_outlines() -> list[dict]:
    """Return the country outlines as GeoJSON features; properties iso_a3 and name, coordinates in degrees (WGS84).

    Raises InputError where the file is not as datapackage.json describes it.
    """
    _, shown, raw = _read("outlines")
    try:
        return json.loads(raw)["features"]
    except (ValueError, KeyError) as error:
        raise InputError(f"{shown}: expected GeoJSON features, found {error}") from error


def read_table(name: str) -> pd.DataFrame:
    """Return a table of data/ by its name in datapackage.json, checked; empty fields are missing values.

    Columns, units and sources are those datapackage.json gives. Raises InputError naming the file, the line and the
    field, what was expected and what was found.
    """
    _, _, raw = _read(name)
    return _parsed(name, raw).copy()


@cache
def _parsed(name: str, raw: bytes) -> pd.DataFrame:
    """Return a table from its bytes; the same bytes are parsed once in a process."""
    resource = _described(name)
    shown = f"data/{resource['path']}"
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{shown}: expected UTF-8, found another encoding at byte {error.start}") from error
    fields = resource["schema"]["fields"]
    names = [field["name"] for field in fields]
    lines = csv.DictReader(io.StringIO(text, newline=""))
    if lines.fieldnames != names:
        raise InputError(f"{shown}, line 1: expected the columns {names}, found {lines.fieldnames}")
    row_model = create_model(name, __config__=ConfigDict(extra="forbid"), **{f["name"]: _field_type(f) for f in fields})
    rows = []
    for line in lines:
        if None in line or None in line.values():
            raise InputError(f"{shown}, line {lines.line_num}: expected {len(names)} fields, found another number")
        try:
            rows.append(row_model.model_validate(line).model_dump())
        except ValidationError as error:
            raise InputError(f"{shown}, line {lines.line_num}, {describe(error)}") from error
    table = pd.DataFrame(rows, columns=names)
    _check_unique(table, resource, shown)
    return table.astype({f["name"]: _DTYPES[f["type"]] for f in fields if f["type"] in _DTYPES})


def _check_unique(table: pd.DataFrame, resource: dict, shown: str) -> None:
    schema = resource["schema"]
    keys = [[f["name"]] for f in schema["fields"] if f.get("constraints", {}).get("unique")]
    if "primaryKey" in schema:
        keys.append(schema["primaryKey"])
    for key in keys:
        doubled = table[table.duplicated(key)]
        if len(doubled):
            row = doubled.iloc[0]
            raise InputError(f"{shown}, line {row.name + 2}: expected each {key} once, found {list(row[key])} again")


def years() -> list[int]:
    """Return the years that have a ledger, earliest first."""
    _used.add(YEARS)
    return _years()


def has_year(year: int) -> bool:
    """Say whether a year has a ledger."""
    _used.add(f"communique_{year}")
    return year in _years()


def _years() -> list[int]:
    names = (resource["name"] for resource in datapackage()["resources"])
    return sorted(int(name.removeprefix("communique_")) for name in names if name.startswith("communique_"))


def _ledger(year: int) -> pd.DataFrame:
    """Return a year's ledger as it lies in data/communiques/, checked."""
    if not has_year(year):
        raise InputError(f"year: expected one of {_years()}, found {year}")
    table = read_table(f"communique_{year}")
    wrong = table[table["year"] != year]
    if len(wrong):
        line = wrong.index[0] + 2
        raise InputError(f"data/communiques/{year}.csv, line {line}: expected year {year}, found {wrong.iloc[0].year}")
    return table


def load_communique(year: int) -> pd.DataFrame:
    """Return a year's ledger: one row a figure for the full year, the nine indicators first, indexed by indicator.

    Columns: value (float; count or percent as `unit` says), qualifier (exact, at_least or about), as_printed,
    number_format (whose separators the print uses), counted (what the source says it counts), share_base, source,
    source_url, place, note. A figure that was not published has no row. Raises InputError where the year has no
    ledger or a row breaks the rules of the ledger.
    """
    table = _ledger(year)
    table = table[table["period"] == "full year"]
    shares = table.loc[table["indicator"].isin(SHARES)]
    if len(shares) and shares["value"].sum() > 100 + len(shares) / 2:
        raise InputError(f"data/communiques/{year}.csv: expected shares of at most 100 %, found {shares.value.sum():g}")
    table = table.set_index("indicator")
    order = [name for name in INDICATORS if name in table.index]
    return table.loc[order + [name for name in table.index if name not in INDICATORS]]


def load_partial(year: int) -> pd.DataFrame:
    """Return what the ministry published for parts of a year: columns as in `load_communique`, and period, indicator.

    A part is never set beside a full year.
    """
    table = _ledger(year)
    return table[table["period"] != "full year"].reset_index(drop=True)


def load_previous(year: int) -> pd.DataFrame:
    """Return the ledger of the year before, or one without rows where there is none."""
    return load_communique(year - 1) if has_year(year - 1) else load_communique(year).iloc[:0]


def check_all() -> list[tuple[str, int]]:
    """Check every table, return (path, rows) of each.

    Raises InputError for the first fault, and for a CSV file under data/ that datapackage.json does not describe.
    """
    described = {resource["path"] for resource in datapackage()["resources"]} | {"datapackage.json"}
    for path in sorted(path for path in DATA.rglob("*.*") if path.is_file()):
        if path.relative_to(DATA).as_posix() not in described:
            raise InputError(f"data/{path.relative_to(DATA).as_posix()}: expected a description in datapackage.json")
    checked = []
    for resource in datapackage()["resources"]:
        read = read_table if resource["format"] == "csv" else lambda _: read_outlines()
        checked.append((f"data/{resource['path']}", len(read(resource["name"]))))
    for year in years():
        load_communique(year)
    return checked
