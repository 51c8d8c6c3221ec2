"""Tables for people: HTML with caption, scopes and a language's numbers, and a plain-text twin for terminals."""

import re
from dataclasses import dataclass
from textwrap import shorten

import pandas as pd
from markupsafe import escape
from pandas.api.types import is_bool, is_bool_dtype, is_numeric_dtype

from bilan.languages import format_number, format_share, text


@dataclass(frozen=True)
class Table:
    """A data frame shown in a language: Jupyter takes `_repr_html_`, a terminal the plain text.

    `formats` says how a column's numbers are shown: "count" (no decimals), "share" (percent), "change" (signed
    percent, one decimal), "derived" (a count), "id" (as it is), "blank" (a count, or nothing to be expected). A missing
    value reads "not derived" in a derived column, is a dash in a change or blank one, and reads "not published"
    elsewhere. Headings come from the language's catalog (`column.<name>`).
    `anchors` are the rows' ids, which links may point at. Text is escaped, but for
    `markupsafe.Markup`, which is HTML already.
    """

    frame: pd.DataFrame
    caption: str
    lang: str
    formats: dict[str, str]
    anchors: tuple[str, ...] = ()

    def cell(self, column: str, value: object) -> str:
        """Return one value as text."""
        if value is None or (not isinstance(value, (str, list)) and pd.isna(value)):
            missing = {"change": "blank", "blank": "blank", "derived": "not_derived"}
            return text(missing.get(self.formats.get(column), "not_published"), self.lang)
        if is_bool(value):
            return text("yes" if value else "no", self.lang)
        if isinstance(value, str):
            return value
        if self.formats.get(column) == "id":
            return str(value)
        match self.formats.get(column, "count"):
            case "share":
                return format_share(value, self.lang, decimals=0 if float(value).is_integer() else 1)
            case "change":
                return format_share(value, self.lang, decimals=1, signed=True)
            case _:
                return format_number(value, self.lang, decimals=0 if float(value).is_integer() else 1)

    def _is_number(self, column: str) -> bool:
        kind = self.frame[column].dtype
        return is_numeric_dtype(kind) and not is_bool_dtype(kind) and self.formats.get(column) != "id"

    def _repr_html_(self) -> str:
        heads = []
        for column in self.frame.columns:
            name = escape(text(f"column.{column}", self.lang))
            heads.append(f'<th scope="col"{_alignment(self._is_number(column))}>{name}</th>')
        body = []
        for number, row in enumerate(self.frame.itertuples(index=False)):
            cells = []
            for position, (column, value) in enumerate(zip(self.frame.columns, row, strict=True)):
                tag, scope = ("th", ' scope="row"') if position == 0 else ("td", "")
                shown = escape(self.cell(column, value))
                cells.append(f"<{tag}{scope}{_alignment(self._is_number(column))}>{shown}</{tag}>")
            anchor = f' id="{escape(self.anchors[number])}"' if self.anchors else ""
            body.append(f"<tr{anchor}>{''.join(cells)}</tr>")
        return (
            f"<table><caption>{escape(self.caption)}</caption>"
            f"<thead><tr>{''.join(heads)}</tr></thead><tbody>{''.join(body)}</tbody></table>"
        )

    def __repr__(self) -> str:
        shown = pd.DataFrame(
            {
                text(f"column.{column}", self.lang): [self.cell(column, value) for value in self.frame[column]]
                for column in self.frame.columns
            }
        )
        plain = shown.map(lambda said: shorten(re.sub("<[^>]+>", " ", said), 60, placeholder="…"))
        return f"{self.caption}\n{plain.to_string(index=False)}"


def _alignment(is_number: bool) -> str:
    # the style is for JupyterLab, whose own aligns all cells to the right; published pages drop it
    return ' class="number"' if is_number else ' style="text-align: start"'


def show_table(frame: pd.DataFrame, caption: str, lang: str = "en", **formats: str) -> Table:
    """Return a frame ready to be shown, its numbers and headings in `lang`; see `Table` for the formats."""
    return Table(frame, caption, lang, formats)
