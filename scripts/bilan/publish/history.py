"""What changed in an edition since it was first published in a folder: numbers revised, added, removed, sources."""

from datetime import date
from pathlib import Path

import pandas as pd
from babel.dates import format_date
from pydantic import BaseModel, TypeAdapter, ValidationError

from bilan.data.package import datapackage
from bilan.languages import LOCALES, text
from bilan.number import Number, Numbers, exact, plain
from bilan.publish.pages import table_html
from bilan.show.numbers import Shown, label_of, name_of

CHANGES = "changes.json"  # beside values.json


class _Source(BaseModel):
    title: str
    url: str


class _Value(BaseModel):
    """What is compared of a number that was published before."""

    id: str
    unit: str
    value: float
    low: float | None
    high: float | None
    qualifier: str
    period: str
    sources: list[_Source]


class Change(BaseModel):
    """What one version of the data changed: ids, and for those revised what they were."""

    data: str
    date: str
    revised: dict[str, _Value] = {}
    added: list[str] = []
    removed: list[str] = []
    sources: list[str] = []


_VALUES, _CHANGES = TypeAdapter(list[_Value]), TypeAdapter(list[Change])


def changes_since(published: Path, values: Numbers) -> list[Change]:
    """Return what changed, the latest first, given the edition's folder as it was published before.

    What can't be read there counts as nothing published.
    """
    try:
        before = {one.id: one for one in _VALUES.validate_json((published / "values.json").read_bytes())}
        earlier = read_changes(published)
    except (OSError, ValidationError):
        return []
    now = {number.id: _said(number) for number in values.values() if number}
    data = datapackage()
    both = now.keys() & before.keys()
    change = Change(
        data=data["version"],
        date=data["created"][:10],
        revised={id: before[id] for id in sorted(both) if _measure(before[id]) != _measure(now[id])},
        added=sorted(now.keys() - before.keys()),
        removed=sorted(before.keys() - now.keys()),
        sources=sorted(id for id in both if before[id].sources != now[id].sources),
    )
    any_change = change.revised or change.added or change.removed or change.sources
    return [change, *earlier] if any_change else earlier


def read_changes(edition: Path) -> list[Change]:
    """Return the changes that an edition's folder holds; none where it holds none that can be read."""
    try:
        return _CHANGES.validate_json((edition / CHANGES).read_bytes())
    except (OSError, ValidationError):
        return []


def _said(number: Number) -> _Value:
    """Return a number as `values.json` holds it."""
    ends = {end: plain(getattr(number, end)) for end in ("value", "low", "high")}
    about = {name: getattr(number, name) for name in ("id", "unit", "qualifier", "period", "sources")}
    return _Value.model_validate(ends | about)


def _measure(value: _Value) -> tuple:
    return value.value, value.low, value.high, value.qualifier, value.unit, value.period


def write_changes(changes: list[Change], folder: Path) -> None:
    """Write `folder`/changes.json."""
    folder.joinpath(CHANGES).write_bytes(_CHANGES.dump_json(changes, indent=1) + b"\n")


def entries(changes: list[Change], values: Numbers, lang: str) -> list[dict]:
    """Return the changes as a page shows them: place, title, a table of those revised, and (id, name) of the others."""
    numbered = zip(range(len(changes), 0, -1), changes, strict=True)  # the first keeps its number
    return [{"place": f"change-{number}"} | _entry(change, values, lang) for number, change in numbered]


def _entry(change: Change, values: Numbers, lang: str) -> dict:
    def named(id: str) -> str:
        if values.get(id):
            return label_of(values[id], lang)
        try:
            return name_of(id, lang)
        except KeyError:
            return id

    rows = []
    for id, before in change.revised.items():
        if values.get(id):
            was = Number(exact(before.value), None, None, before.unit, before.period, before.qualifier)
            rows.append([named(id), Shown(was, lang).qualified, Shown(values[id], lang).qualified])
    frame = pd.DataFrame(rows, columns=["id", "before", "after"])
    table = table_html(frame, text("changes.revised", lang), lang) if rows else ""
    when = format_date(date.fromisoformat(change.date), "long", LOCALES[lang])
    lists = {key: [(id, named(id)) for id in getattr(change, key)] for key in ("added", "removed", "sources")}
    title = text("changes.entry", lang, data=change.data, date=when)
    return {"title": title, "revised": table} | lists
