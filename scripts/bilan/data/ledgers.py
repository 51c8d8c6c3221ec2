"""The ledgers: a year's figures as published, the rules they keep, their periods and the places they stand at."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import pandas as pd

from bilan.data.description import LEDGERS
from bilan.data.package import has_year, ledger_years, state
from bilan.data.tables import read_table, records
from bilan.errors import InputError

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
FULL_YEAR = "full year"


def period_of(start: str | None, end: str | None, qualifier: str | None = "exact") -> str:
    """Return a period as the collection writes it: "full year", or days as ISO 8601 and EDTF write them.

    A part is "2024-01-01/2024-08-31"; "2017-01-01/2017-11-30~" where its last day follows from when it was said;
    "2020-01-01/" where it is not stated; "" where nothing is. `parse_period` reads it.
    """
    start, end = (day if isinstance(day, str) else "" for day in (start, end))
    if (start, end) == (f"{start[:4]}-01-01", f"{start[:4]}-12-31"):
        return FULL_YEAR
    return f"{start}/{end}{'~' if qualifier == 'about' else ''}" if start else ""


def parse_period(period: str) -> tuple[date, date | None, bool] | None:
    """Return first day, last day (None: not stated) and whether the last is approximate; None for any other text."""
    start, slash, end = period.partition("/")
    try:
        last = date.fromisoformat(end.rstrip("~")) if end else None
        return (date.fromisoformat(start), last, end.endswith("~")) if slash else None
    except ValueError:
        return None


def with_periods(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table that has the columns period_start and period_end with a column `period`, see `period_of`."""
    about = table["period_qualifier"] if "period_qualifier" in table else ["exact"] * len(table)
    days = zip(table["period_start"], table["period_end"], about, strict=True)
    return table.assign(period=[period_of(*one) for one in days])


def row_source(row: pd.Series) -> dict:
    """Return where a row of a table of figures was read: {"title", "url", "key", "place"}, "" where there is none.

    The place is of machine fields, for a display to say in words: {"paragraph", "sentence"} of a ledger, None where
    not recorded, {"basis"} of Spain's balances, and {} where the table has neither.
    """
    named = {"title": "source", "url": "source_url", "key": "source_key"}
    source = {key: said if isinstance(said := row.get(name), str) else "" for key, name in named.items()}
    place = {name: None if pd.isna(row[name]) else int(row[name]) for name in ("paragraph", "sentence") if name in row}
    if "basis" in row:
        place["basis"] = row["basis"]
    return source | {"place": place}


def _ledger(year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a year's ledger, checked: what it has for the full year, and what for parts of it."""
    if not has_year(year):
        raise InputError(f"year: expected one of {', '.join(map(str, ledger_years()))}, found {year!r}")
    return _kept_to_rules(year, state(f"{LEDGERS}{year}"))


@lru_cache(100)
def _kept_to_rules(year: int, _state: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a ledger whose rows keep to the rules, see `_ledger`; the same rows are looked at once in a process."""
    table, shown = with_periods(read_table(f"{LEDGERS}{year}")), f"data/communiques/{year}.csv"
    for line, record in zip(table.attrs["lines"], records(table), strict=True):
        row = SimpleNamespace(**record)
        for field, fits, expected in _rules(row, year):
            if not fits:
                found = getattr(row, field)
                said = f"{found:g}" if field == "value" else found or "none"
                raise InputError(f"{shown}, line {line}, {field}: expected {expected}, found {said}")
    for period, rows in table[table["indicator"].isin(SHARES)].groupby("period"):
        whole = rows["value"].sum()
        if whole > 100 + len(rows) / 2:  # what rounding may add
            lines = " and ".join(str(table.attrs["lines"][at]) for at in rows.index)
            expected = f"shares of at most 100 % together ({period})"
            raise InputError(f"{shown}, lines {lines}, value: expected {expected}, found {whole:g}")
    whole_year = table["period"] == FULL_YEAR
    full, parts = table[whole_year].set_index("indicator"), table[~whole_year].reset_index(drop=True)
    order = [name for name in INDICATORS if name in full.index]
    return full.loc[order + [name for name in full.index if name not in INDICATORS]], parts


def _rules(row: Any, year: int) -> Iterator[tuple[str, bool, str]]:
    """Give what the description of a ledger does not say of its rows: field, whether it fits, what is expected."""
    share, of = row.indicator in SHARES, f"for {row.indicator}"
    unit = "percent" if share or row.indicator in PUBLISHED_RATES else "count"
    start, end = row.period_start, row.period_end
    yield "year", row.year == year, f"year {year}"
    yield "unit", row.unit == unit, f"{unit} {of}"
    yield "value", not share or 0 <= row.value <= 100, "a share from 0 to 100 %"
    whole = row.value >= 0 and row.value % 1 == 0
    yield "value", unit == "percent" or whole, f"a whole number of at least 0 {of}"
    yield "share_base", share or not row.share_base, f"none {of}"
    yield "period_qualifier", bool(end) == bool(row.period_qualifier), "one beside a period_end alone"
    yield "period_end", not end or start <= end, f"a day not before period_start {start}"
    yield "period_start", start[:4] == str(year), f"a day of {year}"
    yield "period_end", not end or end[:4] == str(year), f"a day of {year}"


def load_communique(year: int) -> pd.DataFrame:
    """Return a year's ledger: one row a figure for the full year, the nine indicators first, indexed by indicator.

    Columns: value (float; count or percent as `unit` says), qualifier (exact, at_least or about), as_printed,
    number_format (whose separators the print uses), counted (what the source says it counts), share_base, definition
    (where it counts otherwise than other years), producer, source_key, source, source_url, paragraph and sentence
    (where it stands in the source, missing where not recorded), note, the period's days and `period` (see `period_of`).
    A figure that was not published has no row. Raises InputError where the year has no ledger or a row breaks the
    rules of the ledger.
    """
    return _ledger(year)[0].copy(deep=False)


def load_partial(year: int) -> pd.DataFrame:
    """Return what the ministry published for parts of a year: columns as in `load_communique`, and indicator.

    A part is never set beside a full year.
    """
    return _ledger(year)[1].copy(deep=False)
