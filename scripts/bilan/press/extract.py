"""The nine indicators in a press text: which number is which, for what period, and why. Rules, no model.

Each number is judged by the words around it, nearest first: what is counted (the noun after it, or the one before where
none follows), what was done to it, and whose figure it is. What is not surely the ministry's, of the whole country and
of one year or a part of it, is left out: an army's, a police force's or another country's figure, a part of a figure,
a total of several years, a month, an event, a difference.
"""

import math
import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bilan.data.folding import CELLS, Folded
from bilan.data.printed import PrintedNumber, numbers_in
from bilan.press.periods import OWN, Mention, mentions, shifted
from bilan.press.text import Vocabulary, fold, language_of, vocabulary

LONGEST = 1500  # characters of a sentence that are looked at together
REGIONS = {"west": "share_west_africa", "maghreb": "share_maghreb", "central_east": "share_central_east_africa"}
# Doubts about a period; the first is none where the text speaks of one period alone.
PERIOD_ELSEWHERE = "its period is told elsewhere in the text"
PERIOD_ASSUMED = "its period is not told: taken for the year before"
PERIOD_DOUBTS = (PERIOD_ELSEWHERE, PERIOD_ASSUMED)
# What a text may count of a single day; of the others a day is when they were told.
EVENTS = ("assaults", "assault_participants", "rescued_at_sea")
MOJIBAKE = re.compile(r"[\ufffd\u25a0-\u25a1\u2588]|[ÃØÙÐÑ][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u2122]")


@dataclass(frozen=True)
class Found:
    """A figure found in a text: what `bilan extract` prints.

    start, end: character offsets of the number as printed; as_printed: with the words that qualify it; counted: the
    noun that the text counts; why: the words that decided; doubts: what a reviewer should look at; sentence: its
    offsets.
    """

    indicator: str
    value: float
    unit: str
    qualifier: str
    period: str | None
    start: int
    end: int
    as_printed: str
    counted: str
    why: str
    doubts: tuple[str, ...] = ()
    sentence: tuple[int, int] = (0, 0)


@dataclass
class _Seen:
    """A number, what was made of it, and what later numbers of the text may lean on."""

    number: PrintedNumber
    indicator: str | None = None
    why: str = ""
    counted: str = ""
    head: str = ""
    left_out: str = ""
    period: str | None = None
    contrast: bool = False  # it is there to be compared with
    doubts: list[str] = field(default_factory=list)


def extract(text: str) -> list[Found]:
    """Return the figures of the nine indicators that a text gives for the ministry, in the order in which they stand.

    `text` is a press text or a page's HTML in French, English, Spanish or Arabic. A figure that is said twice comes
    once, at its most exact. Numbers whose words are garbled give nothing.
    """
    folded = fold(text)
    return _once(_Reading(folded, vocabulary(language_of(folded.text))).figures())


def sentences(folded: Folded, whole: list[tuple[int, int]]) -> list[tuple[int, int]]:
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
        following = re.compile(r"\s*[\"«“'(\[-]*").match(text, at).end()
        after = folded.original[folded.at[following]] if following < len(text) else ""
        line = text[max(0, match.start() - 140) : match.start()].rpartition("\n")[2]
        # a line of a usual length is broken, not ended; in a script without capitals nothing else tells
        goes_on = wrapped or after.islower() or (80 <= len(line) <= 130 and after.upper() == after.lower())
        bullet = re.compile(r" *(?:[•·*▪‣◦●■➢✓]|-(?= ?\S))").match(text, at)
        row = CELLS in line or CELLS in text[at : at + 200].partition("\n")[0]
        if match.start() in inside or (match[0] == "\n" and goes_on and not (bullet or row)):
            continue
        if match[0].startswith(".") and after.islower():
            continue
        cuts.append(at)
    cuts.append(len(text))
    found = []
    for start, end in pairwise(cuts):
        for at in range(start, end, LONGEST):
            found.append((at, min(at + LONGEST, end)))
    return [(start, end) for start, end in found if text[start:end].strip()]


class _Reading:
    """One reading of one text, sentence after sentence."""

    def __init__(self, folded: Folded, words: Vocabulary):
        self.folded, self.text, self.words = folded, folded.text.replace("\n", " "), words
        self.mentions = mentions(self.text, words.lang)
        self.numbers = self._counted(numbers_in(folded, words.lang))
        self.mentions = [one for one in self.mentions if one.kind != "none"]
        told = (m.period for m in self.mentions if m.period and not m.compared and m.kind != "month")
        self.default = next(told, None)
        self.carried = self.default
        self.periods = len({m.period for m in self.mentions if m.period and not m.compared})
        self.last: list[_Seen] = []  # the counts of the last sentence that had some
        self.known: set[str] = set()  # indicators found so far
        self.not_ours = ""  # whose figures the sentence before gave, where not the ministry's
        self.headings: list[tuple[int, int]] = []  # of the columns of a table
        names = words.bodies
        self.ministry = bool(names["ministry"].search(self.text))
        self.refused = ""
        if not self.ministry and (named := names["police"].search(self.text)):
            self.refused = f"another body's: {named[0]}"
        else:
            morocco, country = names["morocco"].search(self.text), names["abroad"].search(self.text[:250])
            if not self.ministry and not morocco:
                self.refused = "no word of Morocco or its ministry"
            elif country and not (morocco and morocco.start() < country.start()):
                self.refused = f"another country's: {country[0]}"

    def _counted(self, numbers: list[PrintedNumber]) -> list[PrintedNumber]:
        """Return the numbers that are no part of a period; "more than 2000" is none, and no year then."""
        counted, at = [], 0
        for number in numbers:
            while at < len(self.mentions) and self.mentions[at].end <= number.start:
                at += 1
            inside = self.mentions[at] if at < len(self.mentions) and self.mentions[at].start < number.end else None
            if inside is None:
                counted.append(number)
            elif inside.kind == "year" and (number.begins < number.start or self._counts_nouns(number, inside)):
                self.mentions[at] = replace(inside, kind="none", period=None)
                counted.append(number)
        return counted

    def _counts_nouns(self, number: PrintedNumber, year: Mention) -> bool:
        """Say whether what looks like a year has a counted noun beside it: "2018 people were rescued"."""
        bare = year.end - year.start == number.end - number.start and self.folded.text.startswith(" ", number.end)
        return bare and any(noun.match(self.text, number.end + 1) for noun in self.words.heads.values())

    def figures(self) -> list[Found]:
        """Return all that is found, restatements included."""
        found = []
        if self.refused:
            return found
        at = when = 0
        for start, end in sentences(self.folded, [(one.start, one.end) for one in self.numbers]):
            numbers, at = _within(self.numbers, at, start, end)
            spoken, when = _within(self.mentions, when, start, end)
            if MOJIBAKE.search(self.folded.printed(start, end)):
                continue
            cells = _cells(self.text, start, end)
            if cells and not numbers and re.search(r"\w", self.text[start:end]):
                self.headings = cells
            seen = _Sentence(self, start, end, numbers, spoken, cells).judged()
            self.headings = self.headings if cells else []
            found += [self._found(one, start, end) for one in seen if one.indicator and not one.left_out]
        return found

    def _found(self, seen: _Seen, start: int, end: int) -> Found:
        number = seen.number
        first, last = self.folded.span(number.start, number.end)
        value = int(number.value) if number.value == int(number.value) else number.value
        as_printed = " ".join(self.folded.printed(number.begins, number.ends).split())
        kept = (first, last, as_printed, seen.counted, seen.why, tuple(seen.doubts), self.folded.span(start, end))
        return Found(seen.indicator, value, number.unit, number.qualifier, seen.period, *kept)

    def ended(self, since: Mention) -> str | None:
        """Return the period "since January" stands for: to the end the text names elsewhere, else with none."""
        ends = (m.period for m in self.mentions if m.kind in ("range", "until", "first_months") and not m.compared)
        year = (since.period or "")[:4]
        return next((period for period in ends if period and period.startswith(f"{year}-01")), since.period)

    def whose(self, start: int, end: int, place: int) -> str:
        """Return whose figure the number at a place of a sentence is, "" where it is not seen to be another's.

        It is another body's that is named before it, nearer than the ministry or Morocco, or after it as its source;
        where no one is named, whose figures the sentence before gave, in the same paragraph or with words that say so.
        """
        apart = "\n" in self.folded.text[max(0, start - 1) : start + 2]
        names, scope, said, here = self.words.bodies, self.words.scope, self.text[start:end], place - start
        for name in ("helpers", "services") if self.ministry else ("helpers",):
            said = names[name].sub(lambda one: " " * len(one[0]), said)
        ours = [match.start() for name in ("ministry", "morocco") for match in names[name].finditer(said)]
        for other in names["other"].finditer(said):
            if other.start() < here:
                nearer = [one for one in ours if other.end() + 15 < one < here]
            else:
                between = said[here : other.start()]
                source = scope["said"].search(said[max(0, other.start() - 30) : other.start()])
                parted = re.search(r"[,;:(]|\s-", between) and not source
                nearer = parted or names["ministry"].search(said)
            if not nearer:
                return f"another body's: {other[0]}"
        if not ours:
            for country in names["countries"].finditer(said):
                around = said[max(0, country.start() - 40) : country.end() + 20]
                if country.start() < 12 or names["authorities"].search(around):
                    return f"another country's: {country[0]}"
            if self.not_ours and (not apart or scope["same_source"].search(said[:60])):
                return self.not_ours
        if not self.ministry and (agent := names["agents"].search(said)) and not ours:
            return f"another body's: {agent[0]}"
        return ""


def _within(all_of_them: list, at: int, start: int, end: int) -> tuple[list, int]:
    """Return those that begin within a stretch, and where to go on: they are in order."""
    while at < len(all_of_them) and all_of_them[at].start < start:
        at += 1
    upto = at
    while upto < len(all_of_them) and all_of_them[upto].start < end:
        upto += 1
    return all_of_them[at:upto], upto


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the stretches of a table row's cells, none for what is no row."""
    row = text[start:end]
    start, end = start + len(row) - len(row.lstrip()), start + len(row.rstrip())
    start, end = start + text.startswith(CELLS, start), end - text.endswith(CELLS, start, end)
    marks = [at for at in range(start, end) if text[at] == CELLS]
    return list(zip([start, *(at + 1 for at in marks)], [*marks, end], strict=True)) if marks else []


FEW = 2  # how many there may be of assaults alone
FAR = math.log(25)  # how many times a figure another one of the same thing may be
OF_PEOPLE = ("rescued_at_sea", "voluntary_returns", "assault_participants", "attempts_prevented")


class _Sentence:
    """A sentence with its numbers and the periods it mentions."""

    def __init__(
        self,
        reading: _Reading,
        start: int,
        end: int,
        numbers: list[PrintedNumber],
        spoken: list[Mention],
        cells: list[tuple[int, int]],
    ):
        self.reading, self.text, self.words = reading, reading.text, reading.words
        self.start, self.end, self.numbers, self.spoken = start, end, numbers, spoken
        self.seen: list[_Seen] = []
        self.taken: list[Mention] = []  # periods told after a number: not those of the next one
        self.cells = cells  # of a table's row

    def judged(self) -> list[_Seen]:
        """Return each number with what it is, or why it is left out, in order."""
        shares = self._shares()
        not_ours = ""
        for at, number in enumerate(self.numbers):
            if number.unit == "percent":
                indicator, why = shares.get(at, (None, ""))
                seen = _Seen(number, indicator, why)
            else:
                seen = self._count(at)
            self.seen.append(seen)
            if seen.indicator:
                self._give_period(at, seen)
                not_ours = self.reading.whose(self.start, self.end, number.start)
                seen.left_out = seen.left_out or not_ours
                self.reading.known.add(seen.indicator)
        if not any(one.indicator for one in self.seen):
            not_ours = self.reading.whose(self.start, self.end, self.start)
            self._announce()
        self.reading.not_ours = not_ours
        self.reading.last = self._counts() or self.reading.last
        return self.seen

    def _announce(self) -> None:
        """Let the period that a sentence without figures tells of be that of those it announces: "for 2021:"."""
        own = [m.period for m in self.spoken if m.kind in OWN and m.kind != "month" and m.period and not m.compared]
        if own and (
            self.text[max(self.start, self.end - 4) : self.end].rstrip().endswith(":")
            or self._has(self.words.scope["figures"], (self.start, self.end))
        ):
            self.reading.carried = own[-1]
            self.reading.default = self.reading.default or own[-1]

    def _counts(self) -> list[_Seen]:
        return [one for one in self.seen if one.indicator and one.number.unit == "count"]

    def _left(self, at: int) -> tuple[int, int]:
        """Return the stretch from the number of the same unit before to this one and the words that qualify it."""
        if self.cells:
            return self._label(at)
        before = [
            one.ends
            for place, one in enumerate(self.numbers[:at])
            if one.unit == self.numbers[at].unit and not self._passed_over(place)
        ]
        return (before[-1] if before else self.start), self.numbers[at].begins

    def _passed_over(self, at: int) -> bool:
        """Say whether a number counts nothing of interest: "in these two last ones"."""
        seen = self.seen[at] if at < len(self.seen) else None
        return (
            bool(seen) and seen.number.unit == "count" and seen.number.value <= 12 and not (seen.indicator or seen.head)
        )

    def _column(self, at: int) -> int:
        return sum(start <= self.numbers[at].start for start, _ in self.cells) - 1

    def _label(self, at: int) -> tuple[int, int]:
        """Return the cell that says what a number in a row is: the row's first, or its column's heading."""
        first, column = self.cells[0], self._column(at)
        named = any(mention.start < first[1] for mention in self.spoken)
        if (named or not self.text[slice(*first)].strip()) and column < len(self.reading.headings):
            return self.reading.headings[column]
        return first

    def _said(self, at: int) -> tuple[int, int]:
        """Return the stretch that may tell what was done to what a number counts."""
        return self._label(at) if self.cells else (self.start, self.end)

    def _right(self, at: int) -> tuple[int, int]:
        if self.cells:
            return self.numbers[at].ends, max(self.cells[self._column(at)][1], self.numbers[at].ends)
        after = [one.begins for one in self.numbers[at + 1 :] if one.unit == self.numbers[at].unit]
        return self.numbers[at].ends, (after[0] if after else self.end)

    def _near_right(self, at: int) -> tuple[int, int]:
        """Return the stretch from a number to the end of its clause."""
        start, end = self._right(at)
        cut = re.compile(rf"[,;:()\"«»]|\s-|{self.words.scope['clause'].pattern}").search(self.text, start, end)
        return start, cut.start() if cut else end

    def _near_left(self, at: int) -> tuple[int, int]:
        start, end = self._left(at)
        cuts = re.compile(rf"(?P<mark>[,;:()\"«»]|\s-)|{self.words.scope['clause'].pattern}").finditer(
            self.text, start, end
        )
        return max([start, *(cut.end() if cut["mark"] else cut.start() for cut in cuts)]), end

    def _has(self, pattern: re.Pattern, stretch: tuple[int, int]) -> re.Match | None:
        return pattern.search(self.text, *stretch)

    def _ends_with(self, name: str, at: int, words_between: int, stops: str = ",;:.") -> re.Match | None:
        """Return a cue of scope that stands just before a number, with few words and none of the stops between."""
        start, end = self._left(at)
        tail = rf"(?:[^\w{stops}]+[\w']+){{0,{words_between}}}[^\w{stops}]*$"
        return re.compile(f"{self.words.scope[name].pattern}{tail}").search(self.text[max(start, end - 60) : end])

    def _shares(self) -> dict[int, tuple[str, str]]:
        """Return the shares by origin: number's place in the sentence → indicator, why.

        A region is told with its percentage in one clause. Where a clause does not tell, it follows the percentage or
        stands before it, whichever way finds more of them in the sentence.
        """
        told, ways, taken = {}, {"after": {}, "before": {}}, set()
        for at, number in enumerate(self.numbers):
            if number.unit != "percent":
                continue
            right, left = self._right(at), self._left(at)
            if self._is_change(at):
                continue
            if at - 1 in told and self._ends_with("contrast", at, 1):
                told[at] = told[at - 1][0], "compared with the share before"
                continue
            for way, stretch in (("after", right), ("before", left)):
                if region := self._region(way, stretch):
                    ways[way][at] = region
            cut = re.compile(r"[,;:()]").search(self.text, *right)
            cuts = [one.end() for one in re.compile(r"[,;:()]").finditer(self.text, *left)]
            after = self._region("after", (right[0], cut.start() if cut else right[1]))
            before = self._region("before", (max([left[0], *cuts]), left[1]))
            before = None if before and before[2] in taken else before
            joined = self.words.scope["clause"].match(self.text[right[0] : right[1]].lstrip())
            if (before or after) and not (before and after and not joined):
                told[at] = before or after
                taken.add(told[at][2])
        best = max(ways, key=lambda way: len({indicator for indicator, _, _ in ways[way].values()}))
        return {at: region[:2] for at, region in (ways[best] | told).items()}

    def _is_change(self, at: int) -> bool:
        """Say whether a percentage is a change: "up by 5 %", "5 % more", not "up to 58 %"; in a column of changes."""
        change, right, left = self.words.shares["change"], self._right(at), self._left(at)
        if self.cells:
            heading = self.reading.headings[self._column(at) :][:1]
            return any(self._has(change, stretch) for stretch in (*heading, right))
        after = self.text[right[0] : min(right[1], right[0] + 25)]
        before = self.text[max(left[0], left[1] - 25) : left[1]]
        after, before = re.split(r"[,;:()]", after)[0], re.split(r"[,;:()]", before)[-1]
        reached = re.search(rf"(?<!\w)(?:{self.words.scope['to'].pattern})\W*$", before)
        return bool(change.search(after) or (change.search(before) and not reached))

    def _region(self, way: str, stretch: tuple[int, int]) -> tuple[str, str, int] | None:
        """Return the share of the region nearest to a percentage in a stretch after or before it, why, and where."""
        matches = [
            (match.start(), indicator, match[0])
            for region, indicator in REGIONS.items()
            for match in self.words.shares[region].finditer(self.text, *stretch)
        ]
        if not matches:
            return None
        place, indicator, said = min(matches) if way == "after" else max(matches)
        return indicator, f"“{said}” {way} it", place

    def _count(self, at: int) -> _Seen:
        """Return what a count counts, or why it is left out."""
        number, topic = self.numbers[at], self._topic(at)
        seen = _Seen(number)
        seen.contrast = bool(self._ends_with("contrast", at, 2))
        if re.search(
            r"\d[^\w.;]*(?:%|por ?ciento|p[eo]u?r ?cent)[^\w.;]*$",
            self.text[max(0, number.begins - 20) : number.begins],
        ):
            seen.contrast = seen.contrast or number.begins < number.start  # "10 % above 16,818" qualifies nothing
            seen.number = number = replace(number, qualifier="exact", begins=number.start)
        last = self.seen[-1] if self.seen else None
        if (
            last
            and last.contrast
            and last.indicator
            and self.words.scope["and"].fullmatch(self.text[slice(*self._left(at))].strip())
        ):
            seen.contrast = True  # "against 45,015 and 177"
        if self._ends_with("out_of", at, 0):
            return seen
        head = self._head_after(at)
        if head is None and not self._stands_alone(at):
            return seen
        if head:
            seen.counted = self._whole_word(head[1])
            seen.head = head[0]
        if head and head[0] == "others":
            head = self._others(at, head)
            seen.head = head[0]
        if seen.contrast and topic and (head is None or head[0] == topic.head):
            seen.indicator, seen.why = topic.indicator, "compared with the number before"
        elif head:
            seen.indicator, seen.why = self._resolved(head, at)
            alike = topic in self.seen and topic.indicator in OF_PEOPLE
            if not seen.indicator and head[0] == "persons" and alike and self._leans(at):
                seen.indicator, seen.why = topic.indicator, "goes with the number before"
        else:
            seen.indicator, seen.why = self._people_unnamed(at)
            before = self._head_before(at)
            if not seen.indicator and before:
                seen.indicator, seen.why = self._resolved(before, at)
                seen.head = before[0]
            head = before if before and before[0] != "persons" else None
        if head is None and not seen.indicator and topic and self._leans(at):
            seen.head = topic.head
            seen.indicator, seen.why = topic.indicator, "goes with the number before"
            seen.doubts.append("what is counted is not said beside it")
        if seen.indicator:
            seen.left_out = self._part(at, seen, self._head_after(at))
        if self._step(at) and seen.indicator and self.seen and self.seen[-1].indicator:
            self._give_period(at, seen)
            self.seen[-1].contrast = True
            self.seen[-1].period = shifted(seen.period)
        return seen

    def _part(self, at: int, seen: _Seen, head: tuple | None) -> str:
        """Return why a number is a part of a figure, or another number about it; "" where it is not."""
        scope, cues, right = self.words.scope, self.words.cues, self._right(at)
        previous = [one for one in self.seen if one.indicator and one.number.unit == "count"]
        subset = self._ends_with("subset", at, 2, ";:.")
        if subset and previous and (head is None or previous[-1].indicator == seen.indicator or head[0] == "persons"):
            return f"a part: {subset[0].strip()}"
        starts = self.text[right[0] : right[1]].lstrip()
        first = previous[0].number.begins if previous else self.start
        whole = scope["of_all"].match(self.text, self.start + self._indent(), first)
        if whole and not self.text[whole.end() : first].strip():  # "of the 71,912 attempts, 40,000 …"
            return f"a part: {whole[0]}"
        if seen.number.value <= FEW and seen.indicator != "assaults":
            return "too few for a country"
        told = {one.indicator for one in previous or self.reading.last}
        if seen.indicator in told and (match := scope["of_them"].match(starts)):
            return f"a part: {match[0]}"
        if match := cues["difference"].match(starts):
            return f"a difference: {match[0]}"
        near = self._near_right(at)
        if any(not self.text[match.end() : near[1]].strip() for match in cues["difference"].finditer(self.text, *near)):
            return "a difference"
        if seen.indicator not in ("assaults", "assault_participants"):
            left = self._left(at)
            left = left if left[0] == self.start else self._near_left(at)
            for stretch in (self._near_right(at), left):
                if match := self._has(scope["places"], stretch):
                    return f"of one place: {match[0]}"
        return ""

    def _indent(self) -> int:
        said = self.text[self.start : self.end]
        return len(said) - len(said.lstrip(" \"«“'([-•|"))

    def _head_after(self, at: int) -> tuple[str, re.Match] | None:
        """Return the noun that is counted, where it follows the number within a few words."""
        start, end = self._right(at)
        between = self.words.scope["between"]
        found = []
        for name, pattern in self.words.heads.items():
            if match := pattern.search(self.text, start, min(end, start + 70)):
                gap = self.words.scope["number_of"].sub("", self.text[start : match.start()], count=1)
                if not self.text[self.numbers[at].end - 1].isdigit():  # "a hundred of"
                    gap = self.words.scope["of"].sub("", gap, count=1)
                if len(gap.split()) <= 4 and not re.search(r"[,;:.()]", gap) and not between.search(gap):
                    found.append((match.start(), -match.end(), name, match))
        return min(found)[2:] if found else None

    def _others(self, at: int, head: tuple[str, re.Match]) -> tuple[str, re.Match]:
        """Return what "52 others" are: people where something is said of them that is of people, else as before."""
        before = self._counts() or self.reading.last
        if not before or before[-1].head in ("persons", "returns", "rescues") or self._done_to_people(at)[1]:
            return "persons", head[1]
        return before[-1].head, head[1]

    def _whole_word(self, match: re.Match) -> str:
        """Return a noun as printed, to the end of its word."""
        end = match.end()
        while end < self.end and self.text[end].isalnum():
            end += 1
        return self.reading.folded.printed(match.start(), end)

    def _head_before(self, at: int) -> tuple[str, re.Match] | None:
        """Return the last noun before a number that could be what it counts."""
        start, end = self._left(at)
        stretch = max(start, *(self.text.rfind(mark, start, end) + 1 for mark in (";", "•"))), end
        found = [
            (match.start(), name, match)
            for name, pattern in self.words.heads.items()
            for match in pattern.finditer(self.text, *stretch)
        ]
        if self.cells or self.text[start : self.numbers[at].begins].rstrip().endswith(":"):
            # a label is of the first noun of its last part
            comma = self.text.rfind(",", start, end)
            return (
                min([one for one in found if one[0] > comma] or found, default=(None, None, None))[1:]
                if found
                else None
            )
        counting = [one for one in found if one[1] != "persons"]
        return max(counting or found)[1:] if found else None

    def _stands_alone(self, at: int) -> bool:
        """Say whether no noun follows a number: the clause ends, or goes on with a period or what cannot be counted."""
        start, end = self._right(at)
        rest = self.text[start:end].lstrip()
        if at + 1 < len(self.numbers) and self.words.scope["clause"].fullmatch(rest.strip()):
            return False  # "3,500 and 1,080 migrants": of which the noun does not tell
        said = self.text[self.numbers[at].start : self.numbers[at].end]
        if self.words.scope["after_noun"].fullmatch(said):
            return True
        if not rest or not rest[0].isalnum() or self.words.scope["after_number"].match(rest):
            return True
        return any(self._beside(start, one.start) for one in self.spoken)

    def _beside(self, start: int, end: int) -> bool:
        """Say whether two places have nothing but a few short words between them."""
        return 0 <= end - start <= 16 and bool(
            re.fullmatch(r"[,(: ]*(?:[^\W\d]{1,4}(?:'| |$)){0,3}", self.text[start:end])
        )

    def _leans(self, at: int) -> bool:
        """Say whether a number without a noun speaks of what the text counted before: a period beside it tells."""
        number, left = self.numbers[at], self._left(at)
        before = [one for one in self.spoken if left[0] <= one.start < left[1] and self._beside(one.end, number.begins)]
        after = [one for one in self.spoken if self._beside(number.end, one.start)]
        return bool(before or after or self._step(at) or self._has(self.words.scope["anaphora"], left))

    def _step(self, at: int) -> bool:
        """Say whether a number is the second of "from 419 to 332"."""
        start, end = self._left(at)
        gap = self.text[start:end].strip()
        if start == self.start or not self.seen or len(gap) > 40:
            return False
        noun, _, last = gap.rpartition(" ")
        if not self.words.scope["to"].fullmatch(last):
            return False
        told = re.search(r"[,;:(.]", noun) or any(start <= one.start < end for one in self.spoken)
        return not noun or (not told and bool(self._ends_with("from", at - 1, 0)))

    def _topic(self, at: int) -> _Seen | None:
        """Return what a number that leans speaks of: of the last figures the nearest in size."""
        before = [one for one in self.seen if one.number.unit == "count" and (one.indicator or one.head)]
        before = before or self.reading.last
        size = math.log(self.numbers[at].value + 1)
        apart = {id(one): abs(math.log(one.number.value + 1) - size) for one in before}
        nearest = min(reversed(before), key=lambda one: apart[id(one)], default=None)
        if nearest is None or not nearest.indicator or (apart[id(nearest)] > FAR and nearest is not self._last()):
            return None
        return nearest

    def _last(self) -> _Seen | None:
        return self.seen[-1] if self.seen else None

    def _resolved(self, head: tuple[str, re.Match], at: int) -> tuple[str | None, str]:
        """Return the indicator that a counted noun stands for, by what the sentence says was done to it, and why."""
        name, noun = head
        cues, near = self.words.cues, self._near_right(at)
        sentence = self._said(at)
        indicator, cue = None, None
        if name == "attempts":
            around = (min(noun.start(), near[0]), max(near[1], noun.end()))
            beside = (around[0], min(around[1], noun.end() + 25))
            stormed = self._has(cues["stormed"], around)
            if not stormed and not self._has(cues["migration"], beside):
                stormed = self._has(cues["enclaves"], around) or self._has(cues["stormed"], (sentence[0], around[0]))
                stormed = stormed or (self._has(cues["enclaves"], self._left(at)) if noun.start() > near[0] else None)
            indicator = "assaults" if stormed else "attempts_prevented"
            cue = stormed or self._has(cues["prevented"], sentence) or self._has(cues["migration"], around)
            cue = cue or (noun if indicator in self.reading.known else None)
        elif name == "crossings":
            cue, indicator = self._has(cues["prevented"], sentence), "attempts_prevented"
        elif name == "networks":
            indicator = "networks_dismantled"
            cue = self._has(cues["dismantled"], sentence) or (noun if indicator in self.reading.known else None)
        elif name == "assaults":
            cue, indicator = noun, "assaults"
        elif name == "incidents":
            cue = self._has(cues["stormed"], sentence) or self._has(cues["enclaves"], sentence)
            indicator = "assaults"
        elif name == "participants":
            cue, indicator = self._of_assaults(sentence), "assault_participants"
        elif name == "rescues":
            cue, indicator = noun, "rescued_at_sea"
        elif name == "returns":
            cue, indicator = self._has(cues["voluntary"], sentence), "voluntary_returns"
        else:
            indicator, cue = self._done_to_people(at)
        said = f"“{noun[0]}”" + (f" with “{cue[0]}”" if cue and cue is not noun else "")
        return (indicator, said) if cue else (None, "")

    def _of_assaults(self, sentence: tuple[int, int]) -> re.Match | None:
        """Return what shows that a sentence speaks of assaults, or goes on speaking of them."""
        cues, heads = self.words.cues, self.words.heads
        shown = self._has(cues["stormed"], sentence) or self._has(heads["assaults"], sentence)
        before = self._counts() or self.reading.last
        spoken = any(one.indicator == "assaults" for one in before)
        return shown or self._has(heads["participants"], sentence) if shown or spoken else None

    def _people_unnamed(self, at: int) -> tuple[str | None, str]:
        """Return what is said of a number that stands for people: "5,608 opted for return", "it rescued 16,818"."""
        if (
            self.seen
            and self.seen[-1].indicator == "assaults"
            and (involved := self._involved(at, self._near_left(at)))
        ):
            return "assault_participants", f"“{involved[0]}”"
        for kind, indicator in (("returned", "voluntary_returns"), ("rescued", "rescued_at_sea")):
            near, back = self._near_right(at), self._near_left(at)
            just_before = re.compile(rf"{self.words.cues[kind].pattern}\w*\W+$").search(self.text[slice(*back)])
            if cue := self._has(self.words.cues[kind], near) or just_before:
                return indicator, f"“{cue[0].strip()}”"
        return None, ""

    def _done_to_people(self, at: int) -> tuple[str | None, re.Match | None]:
        """Return what a number of people is a figure of: what was done to them, told nearest to it."""
        cues = self.words.cues
        kinds = {
            "returned": "voluntary_returns",
            "rescued": "rescued_at_sea",
            "stormed": "assault_participants",
            "unrelated": None,
            "prevented": "attempts_prevented",
        }
        near, back = self._near_right(at), self._near_left(at)
        for stretch in (near, back, self._right(at), self._left(at)):
            matches = [(kind, match) for kind in kinds for match in cues[kind].finditer(self.text, *stretch)]
            if any(kind in ("returned", "rescued") for kind, _ in matches):
                matches = [one for one in matches if one[0] != "unrelated"]
            if stretch in (near, back) and not matches and (involved := self._involved(at, stretch)):
                return "assault_participants", involved
            if not matches:
                continue
            if stretch[0] >= self.numbers[at].end:  # after the number the strongest counts, before it the nearest
                kind, match = min(matches, key=lambda one: list(kinds).index(one[0]))
            else:
                kind, match = max(matches, key=lambda one: one[1].start())
            return kinds[kind], match if kinds[kind] else None
        return None, None

    def _involved(self, at: int, stretch: tuple[int, int]) -> re.Match | None:
        """Return what makes people the participants of the assaults told before: a verb, or "by" just before them."""
        if any(one.indicator == "assaults" for one in self._counts() or self.reading.last) and (
            verb := self._has(self.words.cues["involving"], stretch)
        ):
            return verb
        if self.seen and self.seen[-1].indicator == "assaults":
            return self._ends_with("with", at, 0)
        return None

    def _give_period(self, at: int, seen: _Seen) -> None:
        """Give a figure its period, or the reason it has none that counts."""
        mention = self._period_beside(at)
        main = self.reading.carried
        if mention and mention.kind == "several":
            seen.left_out = seen.left_out or f"of several years: {self.text[mention.start : mention.end]}"
        elif mention and mention.kind == "month":
            seen.left_out = seen.left_out or f"of one month: {mention.period}"
        elif mention and mention.kind == "date":
            mention = None if seen.indicator not in EVENTS else mention
            seen.left_out = seen.left_out or ("of one day" if mention else "")
        elif mention and mention.kind in ("year_before", "year_after", "same_period", "same_as_before"):
            earlier = [one.period for one in self.seen[:-1] if one.indicator and not one.contrast and one.period]
            base = earlier[-1] if earlier else main
            year = int(mention.period[:4]) if mention.period else None
            if base and mention.kind == "year_after":
                year = int(base[:4]) + 1
            unchanged = mention.kind == "same_as_before" and not seen.contrast
            seen.period = base if unchanged else shifted(base, year)
        elif mention:
            seen.period = self.reading.ended(mention) if mention.kind == "to_date" else mention.period
        if mention and seen.period is None and not seen.left_out and main:
            mention = None
        last = next((one for one in reversed(self.seen[:-1]) if one.indicator), None)
        if mention is None and last and not seen.contrast:
            alike = ("of several", "of one") if last.indicator == seen.indicator else ("of several",)
            seen.left_out = seen.left_out or (last.left_out if last.left_out.startswith(alike) else "")
        if mention is None:
            main_ones = (one for one in self.seen[:-1] if one.indicator and not one.contrast and not one.left_out)
            inherited = [one.period for one in main_ones]
            stated = [m.period for m in self.spoken if m.kind in OWN and m.kind != "month" and self._may_be_of(at, m)]
            if seen.contrast and inherited:
                seen.period = shifted(inherited[-1])
                seen.doubts.append(PERIOD_ASSUMED)
            elif inherited:
                seen.period = inherited[-1]
            elif stated:
                seen.period = stated[0]
            else:
                seen.period = main
                if self.reading.periods > 1:
                    seen.doubts.append(PERIOD_ELSEWHERE)
        if mention and self.text[self.start : seen.number.begins].rstrip().endswith("("):
            seen.contrast = True  # "(156 a year earlier)": what follows is not of that year
        if not seen.contrast and not seen.left_out and seen.period:
            default, carried = self.reading.default, self.reading.carried
            later = default is None or seen.period[:4] >= default[:4]
            shorter = bool(carried) and seen.period[:9] == carried[:9] and seen.period < carried
            self.reading.carried = (carried if shorter else seen.period) if later else default

    def _may_be_of(self, at: int, mention: Mention) -> bool:
        """Say whether a period told elsewhere in the sentence may be a number's: not one that is compared with."""
        between = (self.numbers[at].end, mention.start)
        apart = between[0] < between[1] and (
            self._has(self.words.scope["contrast"], between) or re.search(r"[;(]", self.text[slice(*between)])
        )
        return bool(mention.period) and not mention.compared and not apart

    def _period_beside(self, at: int) -> Mention | None:
        """Return the period that is told for a number: after it in its clause, or before it; in a row its column's."""
        number = self.numbers[at]
        if self.cells:
            return self._period_in_table(at)
        left, right = self._left(at), self._right(at)
        stop = re.compile(rf"[;:(]|{self.words.scope['contrast'].pattern}").search(self.text, *right)
        right = (right[0], stop.start() if stop else right[1])
        after = [m for m in self.spoken if right[0] <= m.start and m.end <= right[1] + 1 and not m.compared]
        before = [m for m in self.spoken if left[0] <= m.start < left[1] and not m.compared]
        if before and after and re.search(r",\W*$", self.text[number.end : after[0].start]):
            after = []
        said = self.words.scope["said"]
        told_then = self._has(said, (self.start, number.start))  # a day is when it was told
        before = [m for m in before if not (m.kind == "date" and told_then) and m not in self.taken]
        # "one assault, in early March, with 400 participants": of the figure before it
        first = next((one.number.end for one in self.seen[:-1] if one.indicator), self.end)
        before = [m for m in before if m.kind != "month" or m.start < first]
        after = [m for m in after if m.kind != "date" or not self._has(said, right)]
        # "12 assaults, most of them in March": a month after a comma is not the number's
        after = [m for m in after if m.kind != "month" or "," not in self.text[number.end : m.start]]
        led = [m for m in self.spoken if m.compared and left[0] <= m.start and self._leads(m.end, number.begins)]
        if led:  # "6 % more than in 2022 (70,781)", "than in 2022, when it thwarted 70,781"
            return led[-1]
        self.taken += after[:1]
        return after[0] if after else before[-1] if before else None

    def _leads(self, start: int, end: int) -> bool:
        """Say whether a period that something is compared with is told to be that of a number: "(", "which saw"."""
        gap = self.text[start:end]
        if gap.strip() == "(":
            return True
        relative = self.words.scope["relative"].match(gap.lstrip(" ,(")) if len(gap) < 90 else None
        return bool(relative) and not re.search(
            rf"[;:]|{self.words.scope['clause'].pattern}", gap[gap.find(relative[0]) + len(relative[0]) :]
        )

    def _period_in_table(self, at: int) -> Mention | None:
        column, headings = self._column(at), self.reading.headings
        places = [self.cells[column], self.cells[0], *headings[column : column + 1]]
        for start, end in places:
            at = bisect_left(self.reading.mentions, start, key=lambda one: one.start)
            if (
                (told := next(iter(self.reading.mentions[at : at + 1]), None))
                and told.start < end
                and not told.compared
            ):
                return told
        return None


def _unsure(one: Found) -> bool:
    return any(doubt in PERIOD_DOUBTS for doubt in one.doubts)


def _once(found: list[Found]) -> list[Found]:
    """Return each figure once: of restatements the one that is not rounded, then the one that is qualified."""

    def zeros(value: float) -> int:
        digits = str(value)
        return len(digits) - len(digits.rstrip("0"))

    kept: list[Found] = []
    for one in found:
        twin = next(
            (
                other
                for other in kept
                if other.indicator == one.indicator
                and ((other.period or "")[:4] == (one.period or "")[:4] or _unsure(other) or _unsure(one))
                and abs(other.value - one.value) <= 0.02 * max(abs(other.value), abs(one.value))
                and (other.value == one.value or zeros(other.value) != zeros(one.value))
            ),
            None,
        )
        if twin is None:
            kept.append(one)
            continue
        better = one if zeros(one.value) < zeros(twin.value) else twin
        if one.value == twin.value:
            better = one if one.qualifier != "exact" and twin.qualifier == "exact" else twin
        other = one if better is twin else twin
        if _unsure(better) and not _unsure(other):
            doubts = tuple(doubt for doubt in better.doubts if doubt not in PERIOD_DOUBTS)
            better = replace(better, period=other.period, doubts=doubts)
        kept[kept.index(twin)] = better
    return sorted(kept, key=lambda one: one.start)
