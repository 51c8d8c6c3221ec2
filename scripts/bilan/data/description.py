"""What data/datapackage.json may say.

The description is a Frictionless Data Package; of Table Schema it holds what the collection uses (types, required,
enum, minimum, maximum, pattern, unique, primaryKey). `data/rows.py` reads a table as its schema says.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError, ValidationInfo, model_validator

from bilan.errors import InputError
from bilan.files import decoded, read_limited
from bilan.untrusted import brief

DESCRIPTION = "datapackage.json"
LARGEST_TABLE = 5_000_000  # bytes; the largest now has 67 thousand
LEDGERS = "communique_"  # what the names of the ledgers begin with
# What every ledger has, because the package reads it.
LEDGER = [*("year", "period_start", "period_end", "period_qualifier", "indicator", "value", "unit", "qualifier")]
LEDGER += ("as_printed", "number_format", "counted", "share_base", "definition", "producer", "source_key")
LEDGER += ("paragraph", "sentence", "note")

_MEANT = {  # pydantic's kinds of faults that others would call by other names
    "missing": "expected a value",
    "model_type": "expected an object",
    "list_type": "expected a list",
    "too_short": "expected at least one",
    "extra_forbidden": "expected a name of those there are",
    "string_pattern_mismatch": "expected a text that matches {pattern}",
}


def describe(error: ValidationError, given: Any = None) -> str:
    """Return the first fault of a pydantic error, see `described`."""
    return described(error.errors(include_url=False)[0], given)


def described(fault: Any, given: Any = None) -> str:
    """Return a fault of a pydantic error as "place: what was expected, found what".

    The place is dotted; in `given`, what was looked at, parts of a list are called by their names, where they have
    one. A validator's own ValueError says what was expected and found itself.
    """
    steps: list[str] = []
    for step in fault["loc"]:
        try:
            given = given[step]
        except (LookupError, TypeError):
            given = None
        name = given.get("name") if isinstance(step, int) and isinstance(given, dict) else None
        numbered = f"#{step + 1}" if isinstance(step, int) else step
        steps.append(name if name and isinstance(name, str) else numbered)
    place, known = f"{'.'.join(steps)}: " if steps else "", fault.get("ctx", {})
    if fault["type"] == "value_error":
        return f"{place}{known['error']}"
    meant = _MEANT.get(fault["type"])
    expected = meant.format(**known) if meant else fault["msg"][:1].lower() + fault["msg"][1:]
    return f"{place}{expected}, found {'none' if fault['type'] == 'missing' else brief(fault['input'])}"


def twice(names: Iterable[str]) -> str | None:
    """Return the first of some names that stands there twice."""
    return next((name for name, times in Counter(names).items() if times > 1), None)


def _inside(path: str, info: ValidationInfo) -> str:
    """Let a path lead to a file in the folder, and nowhere else."""
    folder = Path(info.context or "").resolve()
    if ".." in path or not re.fullmatch(r"\w[\w./ -]*", path):
        raise ValueError(f"expected a file in data/, found {brief(path)}")
    if not (folder / path).resolve().is_relative_to(folder):
        raise ValueError(f"expected a file in data/, found {path!r}, a link that leads out of it")
    return path


class _Constraints(BaseModel, extra="forbid"):
    required: bool = False
    unique: bool = False
    enum: list | None = Field(default=None, min_length=1)
    minimum: float | None = None
    maximum: float | None = None
    pattern: re.Pattern | None = None


class _Field(BaseModel):
    name: str = Field(min_length=1)
    type: Literal["string", "integer", "year", "number", "date", "boolean"]
    constraints: _Constraints = _Constraints()


class _Schema(BaseModel):
    fields: list[_Field] = Field(min_length=1)
    primaryKey: list[str] = []

    @model_validator(mode="after")
    def _named(self):
        names = [one.name for one in self.fields]
        if doubled := twice(names):
            raise ValueError(f"expected each field once, found {doubled!r} twice")
        if unknown := set(self.primaryKey) - set(names):
            raise ValueError(f"expected names of fields in primaryKey, found {brief(sorted(unknown))}")
        return self


class _Source(BaseModel):
    title: str = Field(min_length=1)
    path: str | None = Field(None, pattern=r"^https?://\S+$")


class _Resource(BaseModel):
    name: str = Field(pattern=r"^[a-z0-9_.-]+$")
    path: Annotated[str, AfterValidator(_inside)]
    hash: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    bytes: int = Field(ge=0, strict=True)
    format: Literal["csv", "geojson"]
    sources: list[_Source] = Field(min_length=1)
    table: _Schema | None = Field(None, alias="schema")

    @model_validator(mode="after")
    def _whole(self):
        names = [one.name for one in self.table.fields] if self.table else []
        if self.format == "csv" and not names:
            raise ValueError("expected a schema, found none")
        if self.name.startswith(LEDGERS):
            if not re.fullmatch(r"\d{4}", self.name.removeprefix(LEDGERS)):
                raise ValueError(f"expected {LEDGERS} and a year for the name of a ledger, found {self.name}")
            if lacking := [one for one in LEDGER if one not in names]:
                raise ValueError(f"expected all fields of a ledger, found none called {', '.join(lacking)}")
        return self


class _Package(BaseModel):
    version: str
    created: str
    resources: list[_Resource] = Field(min_length=1)

    @model_validator(mode="after")
    def _apart(self):
        for key in ("name", "path"):
            if doubled := twice(getattr(one, key) for one in self.resources):
                raise ValueError(f"expected each {key} once, found {doubled!r} twice")
        return self


def read_description(folder: Path) -> dict:
    """Return the description of all tables of a folder, checked.

    Raises InputError naming the table and the property, what was expected and what was found.
    """
    shown = f"data/{DESCRIPTION}"
    text = decoded(read_limited(folder / DESCRIPTION, shown, LARGEST_TABLE, regular=True), shown)
    try:
        described = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{shown}: expected JSON, found {error}") from None
    try:
        _Package.model_validate(described, context=folder)
    except ValidationError as error:
        raise InputError(f"{shown}: {describe(error, described)}") from None
    return described
