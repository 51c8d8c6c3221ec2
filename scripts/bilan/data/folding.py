"""A text folded so that patterns need one spelling: lower case, no accents, one kind of space, digits 0 to 9.

A folded text knows where each of its characters stood in the original.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

CELLS = "|"  # between the cells of a table's row
LINES = "\n\v\f\x85\u2028\u2029"
ALIKE = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "−": "-", "ى": "ي", "ة": "ه", "ـ": None, "œ": "oe", "æ": "ae"}
    | {"٪": "%", "٬": ",", "٫": ".", "،": ",", "؛": ";", "؟": "?"}
)


@dataclass(frozen=True)
class Folded:
    """A folded text, where each of its characters stood in the original, and the original."""

    text: str
    at: list[int]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the original of a stretch that is not empty."""
        return self.at[start], self.at[end - 1] + 1

    def printed(self, start: int, end: int) -> str:
        """Return a stretch as it is printed."""
        return self.original[slice(*self.span(start, end))]


@cache
def _plain(character: str) -> str:
    if character in LINES:
        return "\n"
    if character == "\t":
        return CELLS
    if character.isspace():
        return "" if character == "\r" else " "
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    plain = unicodedata.normalize("NFKD", character.lower().translate(ALIKE)).translate(ALIKE)
    return "".join(one for one in plain if unicodedata.category(one) not in ("Mn", "Cf", "Cc"))


def fold(text: str, original: str | None = None) -> Folded:
    """Return a text folded; `original` is what it stands for, of the same length, where it is not the text itself."""
    pieces = list(map(_plain, text))
    at = [place for place, piece in enumerate(pieces) for _ in piece]
    return Folded("".join(pieces), at, text if original is None else original)


def plain(pattern: str) -> str:
    """Return a word or a pattern as a folded text has it; the capitals of a pattern's own signs stay."""
    return "".join(one if one.isascii() else _plain(one) for one in pattern)
