"""A text's sentences and rows of tables, the numbers in them, and the words of interest around each."""

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise

from bilan.data.folding import CELLS, Folded
from bilan.data.printed import PrintedNumber
from bilan.press.periods import Mention
from bilan.press.text import Marks, vocabulary

LINE = re.compile(r"^[^\n]++(?=\n[^\n])", re.MULTILINE)  # that another follows
LONGEST = 1500  # characters of a sentence that are looked at together
TELLING = ("heads", "shares", "bodies")  # tables of words that a sentence with figures has one of
Stretch = tuple[int, int]


def sentences(folded: Folded, whole: list[Stretch]) -> list[Stretch]:
    """Return the sentences of a folded text; none ends within one of the stretches `whole`.

    A line that ends without a full stop goes on in the next one where most of the text's lines do so.
    """
    text, inside = folded.text, set()
    for start, end in whole:
        inside.update(range(start, end))
    lines = [(one[0].rstrip(), folded.printed(one.end() + 1, one.end() + 2)) for one in LINE.finditer(text)]
    open_ended = [
        line for line, after in lines if 40 <= len(line) <= 130 and line[-1:] not in ".!?:" and not after.isupper()
    ]
    wrapped = len(lines) > 2 and len(open_ended) * 2 > len(lines)
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
        cell = line.rpartition(CELLS)[2] + re.split(r"[|\n]", text[match.start() : match.start() + 20])[0]
        if row and "\n" not in match[0] and len(cell.strip()) <= 12:  # "n.d." in a cell
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
    if CELLS not in text[start:end]:
        return []
    marks = [at for at in range(start, end) if text[at] == CELLS]
    return list(zip([start, *(at + 1 for at in marks)], [*marks, end], strict=True))


@dataclass
class Sentence:
    """A sentence of a folded text: its numbers, the periods it mentions, and in a table its cells and the headings."""

    found: Marks
    start: int
    end: int
    numbers: list[PrintedNumber]
    spoken: list[Mention]
    cells: list[Stretch] = field(default_factory=list)
    headings: list[Stretch] = field(default_factory=list)
    heading_mentions: list[Mention] = field(default_factory=list)
    before: "Sentence | None" = None

    def __post_init__(self) -> None:
        self.text, self.words = self.found.text, self.found.words
        self.span, self.said = (self.start, self.end), self.text[self.start : self.end]
        self._marks: dict[tuple[str, str], list[re.Match]] = {}

    def marks(self, table: str, name: str) -> list[re.Match]:
        """Return where words of one kind stand in the sentence."""
        if (marks := self._marks.get((table, name))) is None:
            marks = self._marks[table, name] = self.found.within(table, name, *self.span)
        return marks

    def has(self, table: str, name: str, stretch: Stretch, last: bool = False) -> re.Match | None:
        """Return the first (or last) word of a kind that begins and ends within a stretch."""
        if not self.start <= stretch[0] <= stretch[1] <= self.end:  # of a table's heading
            inside = self.found.within(table, name, *stretch)
        elif inside := self.marks(table, name):
            inside = [one for one in inside if stretch[0] <= one.start() and one.end() <= stretch[1]]
        return inside[-1 if last else 0] if inside else None

    @cached_property
    def dated(self) -> bool:
        """Say whether a noun that is counted, a region, a body or a period is named, or it is a table's row."""
        named = (self.marks(table, name) for table in TELLING for name in getattr(self.words, table))
        return bool(self.cells or self.spoken) or any(named)

    @property
    def denies_before(self) -> bool:
        """Say whether it denies the figures of the sentence before: "False.", "These numbers are made up."."""
        named = not self.numbers and self.has("scope", "such_figures", self.span)
        return bool((named or len(self.said.split()) <= 3) and self.has("scope", "denied", self.span))


class Spot:
    """A number in its sentence, the stretches of text around it, and what it was found to be.

    noun, counted: the name of the noun that it counts, and where it stands; contrast: whether it is there to be
    compared with; same: whether the next figure is of the same indicator.
    """

    noun: str = ""
    counted: re.Match | None = None
    contrast = False
    indicator: str | None = None
    period: str | None = None
    same = False

    def __init__(self, sentence: Sentence, at: int):
        self.sentence, self.at, self.number = sentence, at, sentence.numbers[at]
        self.text, self.words, self.has, self.unit = sentence.text, sentence.words, sentence.has, self.number.unit
        self.within = sentence.found.within

    @cached_property
    def left(self) -> Stretch:
        """The stretch from the number before it of its unit; in a row, the cell that says what its numbers are."""
        if self.sentence.cells:
            start = self.sentence.cells[self.column][0]
            labelled = re.search(r"[^\W\d]{3}", self.text[start : self.number.begins])
            return (start, self.number.begins) if labelled else self._label()
        before = (one.ends for one in reversed(self.sentence.numbers[: self.at][-8:]) if one.unit == self.unit)
        return min(next(before, self.sentence.start), self.number.begins), self.number.begins

    @cached_property
    def right(self) -> Stretch:
        """The stretch to the next number of its unit; in a row, the rest of its cell."""
        ends, after = self.number.ends, self.sentence.numbers[self.at + 1 : self.at + 9]
        if self.sentence.cells:
            return ends, max(self.sentence.cells[self.column][1], ends)
        return ends, max(next((one.begins for one in after if one.unit == self.unit), self.sentence.end), ends)

    @cached_property
    def near_right(self) -> Stretch:
        """The stretch from it to the end of its clause."""
        cut = self.has("scope", "stop", self.right)
        return self.right[0], cut.start() if cut else self.right[1]

    @cached_property
    def near_left(self) -> Stretch:
        """The stretch from the beginning of its clause to it."""
        cuts = self.within("scope", "stop", *self.left)
        return max([self.left[0], *(cut.end() if cut["mark"] else cut.start() for cut in cuts)]), self.left[1]

    @cached_property
    def column(self) -> int:
        """Which of a row's cells holds it."""
        return max(0, sum(start <= self.number.start for start, _ in self.sentence.cells) - 1)

    def _label(self) -> Stretch:
        """Return the cell that says what it is: the row's first, or its column's heading."""
        first, headings = self.sentence.cells[0], self.sentence.headings
        named = any(mention.start < first[1] for mention in self.sentence.spoken)
        blank = not self.text[slice(*first)].strip()
        return headings[self.column] if (named or blank) and self.column < len(headings) else first

    @cached_property
    def part(self) -> bool:
        """Say whether it is a part of a number before: "of which 11,300"."""
        return bool(self.just_before("subset", 2))

    @cached_property
    def parenthetic(self) -> bool:
        """Say whether it stands in parentheses."""
        opened, closed = (self.text.rfind(sign, self.sentence.start, self.number.start) for sign in "()")
        return opened > closed

    def just_before(self, name: str, words_between: int) -> re.Match | None:
        """Return a small word that stands just before it, with few words and no stop between."""
        start, end = self.left
        return _leading(self.words.lang, name, words_between).search(self.text[max(start, end - 60) : end])


@cache
def _leading(lang: str, name: str, words_between: int) -> re.Pattern:
    """Return the pattern of a small word that leads to the end of a text."""
    tail = rf"(?:[^\w,;:.]+[\w']+){{0,{words_between}}}[^\w,;:.]*$"
    return re.compile(f"{vocabulary(lang).scope[name].pattern}{tail}")
