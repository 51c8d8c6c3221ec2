"""Reading data/: every table is read through its description in data/datapackage.json, and checked.

A table whose checksum, types or constraints do not fit the description stops whoever asked for it, and so does a
ledger whose rows break the rules of ledgers: units, whole counts, periods, shares.
"""

import hashlib
import json
from functools import cache

import pandas as pd

from bilan.data.description import LARGEST_TABLE, parse, read_description
from bilan.errors import InputError
from bilan.files import ROOT, read_limited

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


@cache
def datapackage() -> dict:
    """Return data/datapackage.json as a dictionary, checked: what it describes lies in data/ and can be read.

    Raises InputError naming the table and the property, what was expected and what was found.
    """
    return read_description(DATA)


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
    raw = read_limited(DATA / resource["path"], shown, LARGEST_TABLE)
    found = "sha256:" + hashlib.sha256(raw).hexdigest()
    if b"\r\n" in raw and hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest() == resource["hash"][7:]:
        raise InputError(
            f"{shown}: expected lines that end in LF, found CR LF, which git or a spreadsheet has put there"
        )
    if found != resource["hash"]:
        raise InputError(
            f"{shown}: expected checksum {resource['hash']}, found {found}. If the change is meant, "
            "put the new checksum in data/datapackage.json."
        )
    if len(raw) != resource["bytes"]:
        raise InputError(f"{shown}: expected {resource['bytes']} bytes, as datapackage.json says, found {len(raw)}")
    return resource, shown, raw


def read_outlines() -> list[dict]:
    """Return the country outlines as GeoJSON features; properties iso_a3 and name, coordinates in degrees (WGS84).

    Raises InputError where the file is not as datapackage.json describes it.
    """
    _, shown, raw = _read("outlines")
    try:
        features = json.loads(raw)["features"]
        whole = [{"iso_a3", "name"} <= one["properties"].keys() and one["geometry"]["coordinates"] for one in features]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{shown}: expected GeoJSON features, found {error!r}") from error
    if not whole or not all(whole):
        raise InputError(f"{shown}: expected features with iso_a3, name and coordinates, found one without")
    return features


def read_table(name: str) -> pd.DataFrame:
    """Return a table of data/ by its name in datapackage.json, checked; empty fields are missing values.

    Columns, units and sources are those datapackage.json gives. Raises InputError naming the file, the line and the
    field, what was expected and what was found.
    """
    resource, shown, raw = _read(name)
    return _parsed(json.dumps(resource, sort_keys=True), shown, raw).copy()


@cache
def _parsed(described: str, shown: str, raw: bytes) -> pd.DataFrame:
    """Return a table from its bytes; the same bytes, described in the same way, are parsed once in a process."""
    return parse(json.loads(described)["schema"], shown, raw)


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
    rows = table.astype(object).where(table.notna(), "").itertuples(index=False)
    for line, row in zip(table.attrs["lines"], rows, strict=True):
        if fault := _fault(row, year):
            raise InputError(f"data/communiques/{year}.csv, line {line}, {fault}")
    for period, rows in table[table["indicator"].isin(SHARES)].groupby("period"):
        if rows["value"].sum() > 100 + len(rows) / 2:  # what rounding may add
            lines = " and ".join(str(table.attrs["lines"][at]) for at in rows.index)
            raise InputError(
                f"data/communiques/{year}.csv, lines {lines}, value: expected shares of at most 100 % together "
                f"({period}), found {rows['value'].sum():g}"
            )
    return table


def _fault(row: tuple, year: int) -> str:
    """Return what is wrong with a row of a ledger that its description does not say: "field: expected …, found …"."""
    if row.year != year:
        return f"year: expected year {year}, found {row.year}"
    share, rate = row.indicator in SHARES, row.indicator in PUBLISHED_RATES
    unit = "percent" if share or rate else "count"
    if row.unit != unit:
        return f"unit: expected {unit} for {row.indicator}, found {row.unit}"
    if share and not 0 <= row.value <= 100:
        return f"value: expected a share from 0 to 100 %, found {row.value:g}"
    if unit == "count" and (row.value < 0 or row.value % 1):
        return f"value: expected a whole number of at least 0 for {row.indicator}, found {row.value:g}"
    if row.share_base and not share:
        return f"share_base: expected none for {row.indicator}, found {row.share_base}"
    start, end = row.period_start, row.period_end
    if row.period == "full year" and (start, end) != (f"{year}-01-01", f"{year}-12-31"):
        return f"period: expected a full year from {year}-01-01 to {year}-12-31, found {start or '?'} to {end or '?'}"
    if bool(start) != bool(end):
        return f"period_end: expected both days of a period or none, found {start or 'none'} and {end or 'none'}"
    if start > end:
        return f"period_end: expected a day not before period_start {start}, found {end}"
    if start and {start[:4], end[:4]} != {str(year)}:
        return f"period_start: expected a period within {year}, found {start} to {end}"
    return ""


def load_communique(year: int) -> pd.DataFrame:
    """Return a year's ledger: one row a figure for the full year, the nine indicators first, indexed by indicator.

    Columns: value (float; count or percent as `unit` says), qualifier (exact, at_least or about), as_printed,
    number_format (whose separators the print uses), counted (what the source says it counts), share_base, source,
    source_url, place, note. A figure that was not published has no row. Raises InputError where the year has no
    ledger or a row breaks the rules of the ledger.
    """
    table = _ledger(year)
    table = table[table["period"] == "full year"]
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
