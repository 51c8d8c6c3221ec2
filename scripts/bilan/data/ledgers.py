"""The ledgers: a year's figures as published, the rules they keep, their periods and the places they stand at."""

from datetime import date

import pandas as pd

from bilan.data.description import LEDGERS
from bilan.data.tables import YEARS, ledger_years, note_use, read_table
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


def years() -> list[int]:
    """Return the years that have a ledger, earliest first."""
    note_use(YEARS)
    return ledger_years()


def has_year(year: int) -> bool:
    """Say whether a year has a ledger."""
    note_use(f"{LEDGERS}{year}")
    return year in ledger_years()


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


def _ledger(year: int) -> pd.DataFrame:
    """Return a year's ledger as it lies in data/communiques/, checked, and its column `period`."""
    if not has_year(year):
        raise InputError(f"year: expected one of {ledger_years()}, found {year}")
    table = with_periods(read_table(f"{LEDGERS}{year}"))
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
    return _fault_of_period(row.period_start, row.period_end, row.period_qualifier, year)


def _fault_of_period(start: str, end: str, qualifier: str, year: int) -> str:
    if bool(end) != bool(qualifier):
        return f"period_qualifier: expected one beside a period_end alone, found {qualifier or 'none'}"
    if end and start > end:
        return f"period_end: expected a day not before period_start {start}, found {end}"
    if {start[:4], end[:4] or str(year)} != {str(year)}:
        return f"period_start: expected a period within {year}, found {start} to {end or 'an end not stated'}"
    return ""


def load_communique(year: int) -> pd.DataFrame:
    """Return a year's ledger: one row a figure for the full year, the nine indicators first, indexed by indicator.

    Columns: value (float; count or percent as `unit` says), qualifier (exact, at_least or about), as_printed,
    number_format (whose separators the print uses), counted (what the source says it counts), share_base, source_key,
    source, source_url, paragraph and sentence (where it stands in the source, missing where not recorded), note, the
    period's days and `period` (see `period_of`). A figure that was not published has no row. Raises InputError where
    the year has no ledger or a row breaks the rules of the ledger.
    """
    table = _ledger(year)
    table = table[table["period"] == FULL_YEAR].set_index("indicator")
    order = [name for name in INDICATORS if name in table.index]
    return table.loc[order + [name for name in table.index if name not in INDICATORS]]


def load_partial(year: int) -> pd.DataFrame:
    """Return what the ministry published for parts of a year: columns as in `load_communique`, and indicator.

    A part is never set beside a full year.
    """
    table = _ledger(year)
    return table[table["period"] != FULL_YEAR].reset_index(drop=True)


def load_previous(year: int) -> pd.DataFrame:
    """Return the ledger of the year before, or one without rows where there is none."""
    return load_communique(year - 1) if has_year(year - 1) else load_communique(year).iloc[:0]
