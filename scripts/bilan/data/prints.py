"""Who printed a figure of the ministry: the ledger's own source first, then the others, each held against it."""

from functools import cache

import pandas as pd

from bilan.data.description import LEDGERS
from bilan.data.ledgers import FULL_YEAR, with_periods
from bilan.data.package import datapackage, has_year, note_use
from bilan.data.tables import NOT_RECORDED, publications, read_table, records
from bilan.number import Number, plain

PRINTED_BY = "printed_by"  # the table of those beside the ledgers
COMPARED = ("value", "qualifier", "share_base", "definition")
SAID = ("as_printed", "number_format", "counted")


def printed_by(indicator: str, year: int, period: str = FULL_YEAR) -> list[dict]:
    """Return who printed a figure, the ledger's source first; nothing where the ledger has no such figure.

    Each has source_key, publisher, title, url, published and read (days, months or years, or "not recorded"), value,
    qualifier, share_base, definition, as_printed, number_format, counted, note ("" where there is none), and `differs`:
    in which of value, qualifier, share_base and definition it is not as the ledger's, and `left_open`: which of them
    the ledger's source says and this one does not, or it was not recorded.
    """
    for name in (f"{LEDGERS}{year}", PRINTED_BY):
        note_use(name)
    return list(_of_year(year, _data()).get((indicator, period), []))


def published_on(key: str) -> str:
    """Return when a publication came out: a day, month or year, "" where that is not recorded or there is none."""
    return _published(_data()).get(key, "")


def _data() -> str:
    """Return what tells the data that are there now from any others."""
    return str([one["hash"] for one in datapackage()["resources"]])


@cache
def _published(_data: str) -> dict[str, str]:
    dates = publications()["published"]
    return dates[dates != NOT_RECORDED].to_dict()


@cache
def _of_year(year: int, _data: str) -> dict[tuple[str, str], list[dict]]:
    """Return all prints of a year's ledger by indicator and period; the same data are read once in a process."""
    if not has_year(year):
        return {}
    others = read_table(PRINTED_BY)
    tables = read_table(f"{LEDGERS}{year}"), others[others["year"] == year]
    rows = records(with_periods(pd.concat(tables, ignore_index=True)))
    known = publications()
    found: dict[tuple[str, str], list[tuple[dict, pd.Series]]] = {}
    own = len(tables[0])
    for at, row in enumerate(rows):
        figure = row["indicator"], row["period"]
        if at < own or figure in found:
            found.setdefault(figure, []).append((row, known.loc[row["source_key"]]))
    return {figure: [_print(row, prints[0][0], said) for row, said in prints] for figure, prints in found.items()}


def _print(row: dict, own: dict, publication: pd.Series) -> dict:
    differs = [name for name in COMPARED if row[name] != own[name] and "" not in (row[name], own[name])]
    left_open = [name for name in COMPARED if row[name] == "" != own[name]]
    said = {name: publication[name] for name in ("publisher", "title", "url", "published", "read")}
    said["url"] = "" if said["url"] == NOT_RECORDED else said["url"]
    said |= {name: row[name] for name in (*COMPARED, *SAID, "note")} | {"value": plain(row["value"])}
    return {"source_key": row["source_key"], **said, "differs": differs, "left_open": left_open}


def prints_of(number: Number) -> list[dict]:
    """Return who printed a number of an edition, see `printed_by`; nothing for one that was worked out."""
    year, part = number.period[:4], "/" in number.period
    if number.formula or not number or not year.isdigit():
        return []
    return printed_by(number.name, int(year), number.period if part else FULL_YEAR)
