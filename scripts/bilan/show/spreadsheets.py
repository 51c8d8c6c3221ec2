"""CSV files for download: whatever spreadsheet opens one, no text in it is a formula. Numbers stay numbers."""

import re
from pathlib import Path

import pandas as pd

# What a spreadsheet takes for a formula, or reads over before one (OWASP, CSV injection): at a text's beginning, and
# where a program that takes ; or tabs for the ends of cells would begin another.
_BEGINS, _FORMULA = r"(?:\A|(?<=[;\t\n]))", "(?=[=+\\-@\t\n\uff1d\uff0b\uff0d\uff20])"


def neutral(value: object) -> object:
    """Return a cell as it is written: a text with an apostrophe before what could be a formula, its line ends \\n."""
    if not isinstance(value, str):
        return value
    return re.sub(f"{_BEGINS}('*){_FORMULA}", r"'\1", re.sub("\r\n?", "\n", value))


def restored(value: object) -> object:
    """Return a cell as it was before `neutral`."""
    return re.sub(f"{_BEGINS}'('*){_FORMULA}", r"\1", value) if isinstance(value, str) else value


def _in_texts(change, frame: pd.DataFrame) -> pd.DataFrame:
    texts = frame.select_dtypes(exclude=["number", "bool"])
    return frame.assign(**{name: column.map(change) for name, column in texts.items()})


def _whole(number: float) -> float | int:
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame for download, its texts neutral, whole numbers without a point."""
    whole = {name: column.map(_whole).astype(object) for name, column in frame.select_dtypes("float").items()}
    _in_texts(neutral, frame).assign(**whole).to_csv(path, index=False, lineterminator="\n")


def read_csv(path: Path) -> pd.DataFrame:
    """Return a frame as `write_csv` was given it."""
    return _in_texts(restored, pd.read_csv(path))
