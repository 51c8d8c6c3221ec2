"""Reading data/: every table is read through its description in data/datapackage.json, and checked.

A table whose checksum, types or constraints do not fit the description stops whoever asked for it. What was read is
known afterwards, with what it held: a result is made again when one of these has changed.
"""

import hashlib
import json
from functools import cache, lru_cache
from typing import Any

import pandas as pd

from bilan.data.package import PUBLICATIONS, note_use, read_bytes, resource_of
from bilan.data.rows import parse
from bilan.errors import InputError

NOT_RECORDED = "not recorded"  # where it is not known how a number was printed, or a date, or an address


def source_of(name: str) -> dict:
    """Return the source of a table all of whose rows have the same one: {"title", "url", "key", "place"}.

    Its title says the date the table is as of, its key is the table's name, which is its publication's, its place {}.
    Raises InputError where no publication has that key.
    """
    row = publications(name).loc[name]
    return {"title": row["title"], "url": "" if row["url"] == NOT_RECORDED else row["url"], "key": name, "place": {}}


def publications(*keys: str) -> pd.DataFrame:
    """Return the publications, indexed by key: publisher, title, published, read, url, licence, version, checksum.

    What is not known is "not recorded". Raises InputError for a key of those given that there is not.
    """
    resource, shown, raw = _read(PUBLICATIONS)
    table = _by_key(json.dumps(resource, sort_keys=True), shown, raw).copy(deep=False)
    if lacking := [key for key in keys if key not in table.index]:
        raise InputError(f"{shown}: expected a publication with the key {lacking[0]}, found none")
    return table


@lru_cache(1)
def _by_key(described: str, shown: str, raw: bytes) -> pd.DataFrame:
    return _parsed(described, shown, raw).set_index("key")


def _read(name: str) -> tuple[dict, str, bytes]:
    """Return a resource's description, the path to show in messages, and its bytes, their checksum compared."""
    if name != PUBLICATIONS:  # those a table names are a part of it, see `state`
        note_use(name)
    resource = resource_of(name)
    shown, raw = f"data/{resource['path']}", read_bytes(resource)
    found = "sha256:" + hashlib.sha256(raw).hexdigest()
    if found != resource["hash"]:
        if "sha256:" + hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest() == resource["hash"]:
            fault = "expected lines that end in LF, found CR LF, which git or a spreadsheet has put there"
            raise InputError(f"{shown}: {fault}")
        advice = "If the change is meant, put the new checksum in data/datapackage.json."
        raise InputError(f"{shown}: expected checksum {resource['hash']}, found {found}. {advice}")
    if len(raw) != resource["bytes"]:
        raise InputError(f"{shown}: expected {resource['bytes']} bytes, as datapackage.json says, found {len(raw)}")
    return resource, shown, raw


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows by column, "" for what is missing."""
    columns = {name: zip(column.tolist(), column.isna(), strict=True) for name, column in table.items()}
    said = [["" if missing else value for value, missing in column] for column in columns.values()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*said, strict=True)]


def read_outlines() -> list[dict]:
    """Return the country outlines as GeoJSON features; properties iso_a3 and name, coordinates in degrees (WGS84).

    Raises InputError where the file is not as datapackage.json describes it.
    """
    _, shown, raw = _read("outlines")
    return _features(shown, raw)


@lru_cache(1)
def _features(shown: str, raw: bytes) -> list[dict]:
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

    Columns and units are those datapackage.json gives; one with a source_key has `source` and `source_url` besides,
    title and address of the publication (missing where not recorded). Raises InputError naming the file, the line and
    the field, what was expected and what was found.
    """
    resource, shown, raw = _read(name)
    return _checked(json.dumps(resource, sort_keys=True), shown, raw, _read(PUBLICATIONS)[2]).copy(deep=False)


@lru_cache(100)
def _checked(described: str, shown: str, raw: bytes, _publications: bytes) -> pd.DataFrame:
    """Return a table with its sources; the same bytes and publications are put together once in a process."""
    table = _parsed(described, shown, raw)
    return _with_sources(table, shown) if "source_key" in table else table


def _with_sources(table: pd.DataFrame, shown: str) -> pd.DataFrame:
    known = publications()
    titles, urls = (dict(zip(known.index, known[name], strict=True)) for name in ("title", "url"))
    for line, key in zip(table.attrs["lines"], table["source_key"], strict=True):
        if key not in titles:
            fault = f"expected a key of data/{resource_of(PUBLICATIONS)['path']}, found {key}"
            raise InputError(f"{shown}, line {line}, source_key: {fault}")
    sources = [titles[key] for key in table["source_key"]]
    addresses = [None if urls[key] == NOT_RECORDED else urls[key] for key in table["source_key"]]
    return table.assign(source=pd.array(sources, dtype="str"), source_url=pd.array(addresses, dtype="str"))


@cache
def _parsed(described: str, shown: str, raw: bytes) -> pd.DataFrame:
    """Return a table from its bytes; the same bytes, described in the same way, are parsed once in a process."""
    return parse(json.loads(described)["schema"], shown, raw)
