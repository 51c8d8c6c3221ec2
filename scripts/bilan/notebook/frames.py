"""The collection as tables for whoever goes on with it: every published figure of all years, the values of an edition.

`bilan.figures()` and `bilan.values(2024)` give them as data frames; an edition has them under data/, as CSV, Parquet
and for Excel, with a dictionary of their columns.
"""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pandas as pd

from bilan.analysis.communique import every_figure
from bilan.build.jobs import ensure_results
from bilan.build.results import load_numbers
from bilan.data.package import years
from bilan.number import Number, plain
from bilan.parameters import check_parameters
from bilan.show.numbers import label_of, name_of
from bilan.show.spreadsheets import neutral, write_csv

DICTIONARY = {
    "id": "What the number is called in values.json and on the pages; one row has it.",
    "indicator": "What the figure measures, a code that is the same in all years.",
    "label": "The same in words.",
    "period": "The year, or the first and the last day of the part of it (EDTF; ~: approximate).",
    "period_start": "First day of the period the figure is of.",
    "period_end": "Last day of it; empty where the source does not state it. Parts are no years.",
    "value": "The number, in `unit`. A lower bound where `qualifier` is at_least.",
    "low": "The least it may be: a printed whole percent hides up to half a point either way. Empty: nothing is known.",
    "high": "The most it may be. Empty: nothing is known.",
    "unit": "What is counted, or percent. Attempts are events: one person may make several.",
    "qualifier": "exact; at_least, printed as 'more than'; about, printed as 'about', or worked out within bounds.",
    "status": "published: printed by the source; recomputed: worked out from such figures; derived: on an assumption.",
    "base": "Of origin shares, what they are shares of: intercepted, or foreign migrants alone.",
    "source": "The publication it was read in; of several, all, separated by |.",
    "address": "Its address, where one is recorded; of several, as for source.",
}
_FIGURES = [name for name in DICTIONARY if name not in ("id", "period")]
_VALUES = ["id", "label", "period", "value", "low", "high", "unit", "qualifier", "status", "source", "address"]


def figures(lang: str = "en") -> pd.DataFrame:
    """Return every figure the ministry published, a row each, all years and parts of years; labels in `lang`.

    The columns are explained in `DICTIONARY`: days are dates, numbers floats, missing where nothing is known.

    >>> table = figures()
    >>> table.loc[(table.indicator == "networks_dismantled") & (table.period_end == "2024-12-31"), "value"].item()
    332.0
    """
    rows = []
    for number, row in (pair for year in years() for pair in every_figure(year)):
        days = {name: row[name] for name in ("period_start", "period_end")}
        named = {"indicator": number.name, "label": name_of(number.name, lang), "base": row["share_base"]}
        rows.append(_row(number) | named | days)
    table = pd.DataFrame(rows)[_FIGURES]
    days = {name: pd.to_datetime(table[name]) for name in ("period_start", "period_end")}
    return table.assign(base=table["base"].astype("str").where(table["base"].notna()), **days)


def values(year: int = 2024, lang: str = "en", **parameters) -> pd.DataFrame:
    """Return every value of a year's edition, published, recomputed and derived, a row each; labels in `lang`.

    Takes the parameters of the notebooks, and runs those that have left no result for them. Raises InputError naming
    each that is wrong.

    >>> values(2024).set_index("id").at["share_not_stated", "status"]
    'recomputed'
    """
    checked = check_parameters({"year": year, "languages": [], **parameters})
    ensure_results(checked)
    return _values(load_numbers(checked).values(), lang)


def _values(numbers: Iterable[Number], lang: str) -> pd.DataFrame:
    return pd.DataFrame([_row(one) | {"label": label_of(one, lang)} for one in numbers if one])[_VALUES]


def _row(number: Number) -> dict:
    ends = {name: getattr(number, name) for name in ("value", "low", "high")}
    said = {name: None if end is None else float(plain(end)) for name, end in ends.items()}
    said |= {name: getattr(number, name) for name in ("id", "period", "unit", "qualifier", "status")}
    sources = {"source": "title", "address": "url"}
    return said | {name: " | ".join(one[key] for one in number.sources if one[key]) for name, key in sources.items()}


def write_frames(numbers: Iterable[Number], folder: Path) -> None:
    """Write all figures, an edition's values and the dictionary of their columns in a folder: CSV, Parquet, Excel."""
    import fastparquet  # both are slow to import, and only needed here
    import xlsxwriter

    explained = pd.DataFrame(DICTIONARY.items(), columns=["column", "meaning"])
    sheets = {"figures": figures(), "values": _values(numbers, "en"), "dictionary": explained}
    folder.mkdir()
    written = BytesIO()  # not the file, of whose faults, a full disk say, it makes others
    as_texts = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(written, as_texts | {"in_memory": True})
    book.set_properties({"title": "bilan", "created": datetime(2000, 1, 1)})  # the same inputs give the same bytes
    for name, frame in sheets.items():
        if frame is not explained:
            fastparquet.write(folder / f"{name}.parquet", frame, compression="ZSTD", write_index=False)
        days = frame.select_dtypes("datetime")
        frame = frame.assign(**{one: days[one].dt.strftime("%Y-%m-%d") for one in days})
        write_csv(frame, folder / f"{name}.csv")
        sheet = book.add_worksheet(name)
        for at, row in enumerate([list(frame), *frame.astype(object).where(frame.notna(), None).values.tolist()]):
            sheet.write_row(at, 0, map(neutral, row))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    book.close()
    (folder / "bilan.xlsx").write_bytes(written.getvalue())
