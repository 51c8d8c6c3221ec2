"""Which tables data/ has, as data/datapackage.json describes them, and which of them were used, with what they held.

Nothing large is imported here: the command asks what a result was made from without reading a table.
"""

import hashlib
import json
from functools import lru_cache

from bilan.data.description import DESCRIPTION, LARGEST_TABLE, LEDGERS, read_description
from bilan.data.journal import JOURNAL, finish
from bilan.errors import InputError
from bilan.files import ROOT, read_limited

DATA = ROOT / "data"
PUBLICATIONS = "publications"  # the table of what figures were read in, by the key that rows have
STATEMENTS = "statements"  # the table of what the ministry says in words, of which narratives tell
YEARS = "years"  # how `used` calls the list of years that have a ledger
_used: set[str] = set()


def datapackage() -> dict:
    """Return data/datapackage.json as a dictionary, checked: what it describes lies in data/ and can be read.

    It is read again where it has changed, as when another notebook has saved a ledger. Raises InputError naming the
    table and the property, what was expected and what was found.
    """
    path = DATA / DESCRIPTION
    found = path.stat() if path.is_file() else None
    unfinished = (DATA / JOURNAL).is_file()
    return _datapackage(found and (found.st_ino, found.st_size, found.st_mtime_ns), unfinished)


@lru_cache(1)
def _datapackage(_found: tuple[int, int, int] | None, _unfinished: bool) -> dict:
    finish(DATA)
    return read_description(DATA)


def resource_of(name: str) -> dict:
    """Return the description of a table. Raises InputError where there is none of that name."""
    for resource in datapackage()["resources"]:
        if resource["name"] == name:
            return resource
    there = ", ".join(resource["name"] for resource in datapackage()["resources"])
    raise InputError(f"data/datapackage.json: expected one of the tables {there}; found none named {name!r}")


def ledger_years() -> list[int]:
    """Return the years that have a ledger, earliest first, without noting that they were asked for."""
    names = (resource["name"] for resource in datapackage()["resources"])
    return sorted(int(name.removeprefix(LEDGERS)) for name in names if name.startswith(LEDGERS))


def years() -> list[int]:
    """Return the years that have a ledger, earliest first."""
    note_use(YEARS)
    return ledger_years()


def has_year(year: int) -> bool:
    """Say whether a year has a ledger."""
    note_use(f"{LEDGERS}{year}")
    return year in ledger_years()


def begin_use() -> None:
    """Forget what was read until now: what `used` says from here on is about what follows."""
    _used.clear()


def note_use(name: str) -> None:
    """Note that a table, or the list of years, was looked at, even where it is not there."""
    _used.add(name)


def used() -> dict[str, str]:
    """Return what was read since `begin_use`: name of a table, or "years" → checksum of what it held, see `state`."""
    return {name: state(name) for name in sorted(_used)}


def state(name: str) -> str:
    """Return a checksum of a table and its description, or of the list of years; "" for a table there is none of."""
    if name == YEARS:
        return hashlib.sha256(repr(ledger_years()).encode()).hexdigest()
    try:
        resource = resource_of(name)
    except InputError:
        return ""
    raw = read_bytes(resource)
    return hashlib.sha256(json.dumps(resource, sort_keys=True).encode() + raw + _cited(name, raw)).hexdigest()


def _cited(name: str, raw: bytes) -> bytes:
    """Return the lines of the publications that a table names, itself among them: all it says of where it was read."""
    lines = read_bytes(resource_of(PUBLICATIONS)).splitlines()
    return b"\n".join(line for line in lines if (key := line.partition(b",")[0]) in raw or key == name.encode())


def read_bytes(resource: dict) -> bytes:
    """Return what a described file holds. Raises InputError where it is none, or a larger one than any table."""
    return read_limited(DATA / resource["path"], f"data/{resource['path']}", LARGEST_TABLE, regular=True)
