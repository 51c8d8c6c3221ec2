"""CSV files for download: whatever spreadsheet opens one, no text in it is a formula. Numbers stay numbers."""

import re
from pathlib import Path

import pandas as pd

# What spreadsheets begin a formula with, or read over before one (OWASP, CSV injection), after any apostrophes.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def neutral(value: object) -> object:
    """Return a cell as it is written: a text that could be a formula with an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def restored(value: object) -> object:
    """Return a cell as it was before `neutral`."""
    return value[1:] if isinstance(value, str) and value[:1] == "'" and _FORMULA.match(value) else value


def _in_texts(change, frame: pd.DataFrame) -> pd.DataFrame:
    texts = frame.select_dtypes(exclude=["number", "bool"])
    return frame.assign(**{name: column.map(change) for name, column in texts.items()})


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame for download, its texts neutral."""
    _in_texts(neutral, frame).to_csv(path, index=False, lineterminator="\n")


def read_csv(path: Path) -> pd.DataFrame:
    """Return a frame as `write_csv` was given it."""
    return _in_texts(restored, pd.read_csv(path))
