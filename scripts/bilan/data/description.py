"""What data/datapackage.json may say.

The description is a Frictionless Data Package; of Table Schema it holds what the collection uses (types, required,
enum, minimum, maximum, pattern, unique, primaryKey). `data/rows.py` reads a table as its schema says.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from bilan.errors import InputError
from bilan.files import read_regular
from bilan.untrusted import brief

DESCRIPTION = "datapackage.json"
LARGEST_TABLE = 5_000_000  # bytes; the largest now has 67 thousand
# What every ledger has, because the package reads it.
LEDGER = ("year", "period_start", "period_end", "period_qualifier", "indicator", "value", "unit", "qualifier")
LEDGER += ("as_printed", "number_format", "counted", "share_base", "source_key", "source", "source_url")
LEDGER += ("paragraph", "sentence", "note")

_MEANT = {  # pydantic's kinds of faults that a reader of JSON would call by other names
    "missing": "expected a value",
    "model_type": "expected an object",
    "model_attributes_type": "expected an object",
    "list_type": "expected a list",
    "too_short": "expected at least one",
    "extra_forbidden": "expected a name of those there are",
}


def describe(error: ValidationError) -> str:
    """Return the first fault of a pydantic error as "name: what was expected, found what"."""
    fault = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, fault['loc']))}: {_expected(fault)}, found {brief(fault['input'])}"


def _expected(fault: dict) -> str:
    if fault["type"] == "string_pattern_mismatch":
        return f"expected a text that matches {fault['ctx']['pattern']}"
    return fault["msg"][:1].lower() + fault["msg"][1:]


def _refuse(expected: str, found: object = None) -> PydanticCustomError:
    """Return a fault; `found` is what was found where that is not the whole of what was looked at."""
    return PydanticCustomError("refused", "expected {expected}", {"expected": expected, "found": found})


def _a_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise _refuse(f"a regular expression ({error})") from None
    return pattern


def _inside(path: str, info: ValidationInfo) -> str:
    """Let a path lead to a file in the folder, and nowhere else."""
    plain = re.fullmatch(r"[\w./ -]+", path) and not PurePosixPath(path).is_absolute()
    if not plain or ".." in PurePosixPath(path).parts:
        raise _refuse("a file in data/")
    folder = info.context.resolve()
    if not (folder / path).resolve().is_relative_to(folder):
        raise _refuse("a file in data/", f"{path!r}, a link that leads out of it")
    return path


def _each_once(what: str, known: Iterable[str]) -> None:
    seen = list(known)
    if doubled := next((one for one in seen if seen.count(one) > 1), None):
        raise _refuse(f"{what} once", f"{doubled!r} twice")


class _Constraints(BaseModel):
    model_config = ConfigDict(extra="forbid")
    required: bool = False
    unique: bool = False
    enum: Annotated[list, Field(min_length=1)] | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: Annotated[str, AfterValidator(_a_pattern)] | None = None


class _Field(BaseModel):
    name: Annotated[str, Field(min_length=1)]
    type: Literal["string", "integer", "year", "number", "date", "boolean"]
    constraints: _Constraints = _Constraints()


class _Schema(BaseModel):
    fields: Annotated[list[_Field], Field(min_length=1)]
    primaryKey: list[str] = []

    @model_validator(mode="after")
    def _named(self):
        names = [one.name for one in self.fields]
        _each_once("each field", names)
        if unknown := [one for one in self.primaryKey if one not in names]:
            raise _refuse("names of fields in primaryKey", unknown)
        return self


class _Source(BaseModel):
    title: Annotated[str, Field(min_length=1)]
    path: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None


class _Resource(BaseModel):
    name: Annotated[str, Field(pattern=r"^[a-z0-9_.-]+$")]
    path: Annotated[str, AfterValidator(_inside)]
    hash: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(ge=0, strict=True)]
    format: Literal["csv", "geojson"]
    sources: Annotated[list[_Source], Field(min_length=1)]
    table: Annotated[_Schema | None, Field(alias="schema")] = None

    @model_validator(mode="after")
    def _whole(self):
        if self.format == "csv" and self.table is None:
            raise _refuse("a schema", "none")
        if self.name.startswith("communique_"):
            if not re.fullmatch(r"communique_\d{4}", self.name) or self.table is None:
                raise _refuse("communique_ and a year for the name of a ledger, which has a schema", self.name)
            names = [one.name for one in self.table.fields]
            if lacking := [one for one in LEDGER if one not in names]:
                raise _refuse("all fields of a ledger", f"none called {', '.join(lacking)}")
        return self


class _Package(BaseModel):
    version: str
    created: str
    resources: Annotated[list[_Resource], Field(min_length=1)]

    @model_validator(mode="after")
    def _apart(self):
        for key in ("name", "path"):
            _each_once(f"each {key}", (getattr(one, key) for one in self.resources))
        return self


def read_description(folder: Path) -> dict:
    """Return the description of all tables of a folder, checked.

    Raises InputError naming the table and the property, what was expected and what was found.
    """
    shown = f"data/{DESCRIPTION}"
    raw = read_regular(folder / DESCRIPTION, shown, LARGEST_TABLE)
    try:
        described = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{shown}: expected UTF-8, found another encoding at byte {error.start}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{shown}: expected JSON, found {error}") from None
    try:
        _Package.model_validate(described, context=folder)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        expected = _MEANT.get(fault["type"]) or _expected(fault)
        found = "none" if fault["type"] == "missing" else (fault.get("ctx") or {}).get("found")
        place = ", ".join([shown, *_steps(described, fault["loc"])])
        raise InputError(f"{place}: {expected}, found {found or brief(fault['input'])}") from None
    return described


def _steps(described: object, place: tuple) -> list[str]:
    """Return where in the description a fault is, tables and fields by their names: "countries", "field iso3"."""
    steps, parent = [], ""
    for step in place:
        if isinstance(step, str):
            described = described.get(step) if isinstance(described, dict) else None
            parent = step
            steps += [] if step in ("resources", "fields", "sources") and step != place[-1] else [step]
            continue
        described = described[step] if isinstance(described, list) else None
        name = described.get("name") if isinstance(described, dict) else None
        named = isinstance(name, str) and name.isprintable() and name
        word = {"resources": "resource", "fields": "field", "sources": "source"}.get(parent, parent)
        steps.append((name if word == "resource" else f"{word} {name}") if named else f"{word} {step + 1}")
    return steps
