"""A text's sentences and rows of tables, and the words of interest in each."""

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property, wraps
from itertools import pairwise

from bilan.data.folding import CELLS, Folded
from bilan.data.printed import PrintedNumber
from bilan.press.periods import Mention
from bilan.press.text import Vocabulary, vocabulary

LONGEST = 1500  # characters of a sentence that are looked at together
Stretch = tuple[int, int]


def sentences(folded: Folded, whole: list[Stretch]) -> list[Stretch]:
    """Return the sentences of a folded text; none ends within one of the stretches `whole`.

    A line that ends without a full stop goes on in the next one where most of the text's lines do so.
    """
    text, inside = folded.text, set()
    for start, end in whole:
        inside.update(range(start, end))
    lines = [line for line, after in pairwise(text.split("\n")) if line and after]
    open_ended = sum(40 <= len(line) <= 130 and not line.rstrip().endswith((".", "!", "?", ":")) for line in lines)
    wrapped = len(lines) > 2 and open_ended * 2 > len(lines)
    cuts = [0]
    for match in re.finditer(r"[.!?]+[\"»”')\]]*(?=\s|$)|\n[ \n]*\n|\n", text):
        at = match.end()
        following = re.compile(r"\s{0,99}[\"«“'(\[-]{0,9}").match(text, at).end()
        after = folded.original[folded.at[following]] if following < len(text) else ""
        line = text[max(0, match.start() - 140) : match.start()].rpartition("\n")[2]
        # a line of a usual length is broken, not ended; in a script without capitals nothing else tells
        goes_on = wrapped or after.islower() or (80 <= len(line) <= 130 and after.upper() == after.lower())
        bullet = re.compile(r" {0,9}(?:[•·*▪‣◦●■➢✓]|-(?= ?\S))").match(text, at)
        row = CELLS in line or CELLS in text[at : at + 200].partition("\n")[0]
        if match.start() in inside or (match[0] == "\n" and goes_on and not (bullet or row)):
            continue
        bare = "\n" not in match[0] and not re.search(r"[^\W\d]", text[max(cuts[-1], at - 40) : at])
        if match[0].startswith(".") and (after.islower() or bare):  # "5. 4,022. People who went home"
            continue
        cuts.append(at)
    cuts.append(len(text))
    found = []
    for start, end in pairwise(cuts):
        found += [(at, min(at + LONGEST, end)) for at in range(start, end, LONGEST)]
    return [(start, end) for start, end in found if text[start:end].strip()]


def cells_of(text: str, start: int, end: int) -> list[Stretch]:
    """Return the stretches of a table row's cells, none for what is no row."""
    row = text[start:end]
    start, end = start + len(row) - len(row.lstrip()), start + len(row.rstrip())
    start, end = start + text.startswith(CELLS, start), end - text.endswith(CELLS, start, end)
    marks = [at for at in range(start, end) if text[at] == CELLS]
    return list(zip([start, *(at + 1 for at in marks)], [*marks, end], strict=True)) if marks else []


def _kept(method: Callable[["Sentence", int], Stretch]) -> Callable[["Sentence", int], Stretch]:
    """Return a method of a sentence that finds a number's stretch once."""

    @wraps(method)
    def found(self: "Sentence", at: int) -> Stretch:
        key = (method.__name__, at)
        if key not in self.stretches:
            self.stretches[key] = method(self, at)
        return self.stretches[key]

    return found


@dataclass
class Sentence:
    """A sentence of a folded text: its numbers, the periods it mentions, and in a table its cells and the headings."""

    text: str
    words: Vocabulary
    start: int
    end: int
    numbers: list[PrintedNumber]
    spoken: list[Mention]
    cells: list[Stretch] = field(default_factory=list)
    headings: list[Stretch] = field(default_factory=list)
    heading_mentions: list[Mention] = field(default_factory=list)
    before: "Sentence | None" = None

    def __post_init__(self) -> None:
        self._marks: dict[tuple[str, str], list[re.Match]] = {}
        self.stretches: dict[tuple[str, int], Stretch] = {}

    def marks(self, table: str, name: str) -> list[re.Match]:
        """Return where words of one kind stand in the sentence."""
        if (table, name) not in self._marks:
            pattern = getattr(self.words, table)[name]
            self._marks[table, name] = list(pattern.finditer(self.text, self.start, self.end))
        return self._marks[table, name]

    def has(self, table: str, name: str, stretch: Stretch, last: bool = False) -> re.Match | None:
        """Return the first (or last) word of a kind that begins and ends within a stretch."""
        if not self.start <= stretch[0] <= stretch[1] <= self.end:  # of a table's heading
            return getattr(self.words, table)[name].search(self.text, *stretch)
        marks = self._marks.get((table, name))
        marks = self.marks(table, name) if marks is None else marks
        if not marks:
            return None
        at = bisect_left(marks, stretch[0], key=lambda one: one.start())
        inside = [one for one in marks[at : at + 30] if one.end() <= stretch[1]]
        return inside[-1 if last else 0] if inside else None

    @property
    def span(self) -> Stretch:
        """Return the sentence's stretch."""
        return self.start, self.end

    @cached_property
    def tells(self) -> bool:
        """Say whether a noun that is counted, a region, a body or a period is named, or it is a table's row."""
        tables = (self.words.heads, self.words.shares, self.words.bodies)
        named = (pattern.search(self.text, *self.span) for table in tables for pattern in table.values())
        return bool(self.cells or self.spoken) or any(named)

    @property
    def said(self) -> str:
        """Return the sentence's own text."""
        return self.text[self.start : self.end]

    @_kept
    def left(self, at: int) -> Stretch:
        """Return the stretch from the number of the same unit before to this one; in a row, what labels it."""
        if self.cells:
            return self.label(at)
        begins = self.numbers[at].begins
        for one in reversed(self.numbers[max(0, at - 8) : at]):
            if one.unit == self.numbers[at].unit:
                return min(one.ends, begins), begins
        return self.start, begins

    @_kept
    def right(self, at: int) -> Stretch:
        """Return the stretch from a number to the next one of its unit; in a row, the rest of its cell."""
        ends = self.numbers[at].ends
        if self.cells:
            return ends, max(self.cells[self.column(at)][1], ends)
        for one in self.numbers[at + 1 : at + 9]:
            if one.unit == self.numbers[at].unit:
                return ends, max(one.begins, ends)
        return ends, max(self.end, ends)

    @_kept
    def near_right(self, at: int) -> Stretch:
        """Return the stretch from a number to the end of its clause."""
        start, end = self.right(at)
        cut = self.words.scope["stop"].search(self.text, start, end)
        return start, cut.start() if cut else end

    @_kept
    def near_left(self, at: int) -> Stretch:
        """Return the stretch from the beginning of a number's clause to it."""
        start, end = self.left(at)
        cuts = self.words.scope["stop"].finditer(self.text, start, end)
        return max([start, *(cut.end() if cut["mark"] else cut.start() for cut in cuts)]), end

    def column(self, at: int) -> int:
        """Return which of a row's cells holds a number."""
        return max(0, sum(start <= self.numbers[at].start for start, _ in self.cells) - 1)

    def label(self, at: int) -> Stretch:
        """Return the cell that says what a number in a row is: the row's first, or its column's heading."""
        first, column = self.cells[0], self.column(at)
        named = any(mention.start < first[1] for mention in self.spoken)
        if (named or not self.text[slice(*first)].strip()) and column < len(self.headings):
            return self.headings[column]
        return first

    def just_before(self, name: str, at: int, words_between: int, stops: str = ",;:.") -> re.Match | None:
        """Return a small word that stands just before a number, with few words and none of the stops between."""
        start, end = self.left(at)
        return _leading(self.words.lang, name, words_between, stops).search(self.text[max(start, end - 60) : end])


@cache
def _leading(lang: str, name: str, words_between: int, stops: str) -> re.Pattern:
    """Return the pattern of a small word that leads to the end of a text."""
    tail = rf"(?:[^\w{stops}]+[\w']+){{0,{words_between}}}[^\w{stops}]*$"
    return re.compile(f"{vocabulary(lang).scope[name].pattern}{tail}")
