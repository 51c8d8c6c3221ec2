"""Tables for people: HTML with caption, scopes and a language's numbers, and a plain-text twin for terminals."""

import re
from dataclasses import dataclass, field
from textwrap import shorten

import pandas as pd
from markupsafe import escape
from pandas.api.types import is_bool, is_bool_dtype, is_numeric_dtype

from bilan.languages import format_number, format_share, is_rtl, text
from bilan.show.words import in_words

# How a column's numbers are shown where not as counts. "share": percent; "change": signed percent, one decimal;
# "derived": a count of what may not be derived; "id": as it is; "blank": a count, or nothing to be expected.
FORMATS = {
    "year": "id",
    **dict.fromkeys(("change_pct", "published_rate", "recomputed_rate"), "change"),
    **dict.fromkeys(("share", "share_low", "share_high"), "share"),
    **dict.fromkeys(("persons", "persons_low", "persons_high"), "derived"),
    **dict.fromkeys(("mauritania", "moroccans", "unit", "base", "share_base", "longitude", "latitude"), "blank"),
    **dict.fromkeys(("elsewise_low", "elsewise_high", "elsewise_low_as", "elsewise_high_as"), "blank"),
}
# What stands in the place of a missing value, where it is not said to be not published.
_MISSING = {"change": "blank", "blank": "blank", "derived": "not_derived"}


@dataclass(frozen=True)
class Table:
    """A data frame shown in a language: Jupyter takes `_repr_html_`, a terminal the plain text.

    Headings, codes and the words for missing values come from the language's catalog (`column.<name>`, `in_words`);
    how a number is shown follows from its column (`FORMATS`), unless `formats` says otherwise. `anchors` are the rows'
    ids, which links may point at. Text is escaped, but for `markupsafe.Markup`, which is HTML already.
    """

    frame: pd.DataFrame
    caption: str
    lang: str
    formats: dict[str, str] = field(default_factory=dict)
    anchors: tuple[str, ...] = ()

    def _format(self, column: str) -> str:
        return self.formats.get(column, FORMATS.get(column, "count"))

    def cell(self, column: str, value: object) -> str:
        """Return one value as text."""
        shown = self._format(column)
        if value is None or (not isinstance(value, (str, list)) and pd.isna(value)):
            return text(_MISSING.get(shown, "not_published"), self.lang)
        if isinstance(value, str):
            return in_words(column, value, self.lang) if value or shown != "blank" else text("blank", self.lang)
        if is_bool(value):
            return text("yes" if value else "no", self.lang)
        decimals = 0 if shown == "derived" or float(value).is_integer() else 1
        match shown:
            case "id":
                return str(value)
            case "share":
                return format_share(value, self.lang, decimals)
            case "change":
                return format_share(value, self.lang, decimals=1, signed=True)
        return format_number(value, self.lang, decimals)

    def _is_number(self, column: str) -> bool:
        kind = self.frame[column].dtype
        return is_numeric_dtype(kind) and not is_bool_dtype(kind) and self._format(column) != "id"

    def _shown(self) -> pd.DataFrame:
        """Return the frame in the language, headings and cells."""
        rows = self.frame.itertuples(index=False)
        cells = [[self.cell(column, value) for column, value in zip(self.frame, row, strict=True)] for row in rows]
        names = [text(f"column.{column}", self.lang) for column in self.frame]
        return pd.DataFrame(cells, columns=names, dtype=object)

    def _repr_html_(self) -> str:
        shown = self._shown()
        # the style is for JupyterLab, whose own aligns all cells to the right; published pages drop it
        sides = [' class="number"' if self._is_number(one) else ' style="text-align: start"' for one in self.frame]
        heads = [f'<th scope="col"{side}>{escape(name)}</th>' for side, name in zip(sides, shown, strict=True)]
        body, direction = [], "rtl" if is_rtl(self.lang) else "ltr"
        for number, (first, *others) in enumerate(shown.itertuples(index=False)):
            anchor = f' id="{escape(self.anchors[number])}"' if self.anchors else ""
            cells = [f"<td{side}>{escape(said)}</td>" for side, said in zip(sides[1:], others, strict=True)]
            body.append(f'<tr{anchor}><th scope="row"{sides[0]}>{escape(first)}</th>{"".join(cells)}</tr>')
        return (
            f'<table dir="{direction}" lang="{self.lang}"><caption>{escape(self.caption)}</caption>'
            f"<thead><tr>{''.join(heads)}</tr></thead><tbody>{''.join(body)}</tbody></table>"
        )

    def __repr__(self) -> str:
        plain = self._shown().map(lambda said: shorten(re.sub("<[^>]+>", " ", said), 60, placeholder="…"))
        return f"{self.caption}\n{plain.to_string(index=False)}"


def show_table(frame: pd.DataFrame, caption: str, lang: str = "en", **formats: str) -> Table:
    """Return a frame ready to be shown in `lang`; `formats` are for columns shown otherwise than `FORMATS` says."""
    return Table(frame, caption, lang, formats)
