"""The nine indicators in a press text: which number is which, for what period, how surely, and why.

Every number is a candidate. What stands around it gives clues, each of which a reader can name; a model learned from
texts with their truth weighs them, first for what the number counts, then for its period.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from bilan.data.folding import Folded
from bilan.data.printed import PrintedNumber, numbers_in
from bilan.errors import InputError
from bilan.press import model
from bilan.press.bodies import whose
from bilan.press.clues import clues_of
from bilan.press.found import Found, once, without_rivals, words_around
from bilan.press.memory import COUNTS, Memory
from bilan.press.percentages import with_shares
from bilan.press.periods import OWN, Mention, mentions, of_year
from bilan.press.sentences import Sentence, Spot, cells_of, sentences
from bilan.press.text import Marks, Vocabulary, fold, language_of, vocabulary
from bilan.press.timing import Times, choices

NEVER_SURE = (
    *("whose: another", "whose: an agent", "whose: a force", "a place, right", "asked", "same_as_before"),
    *("count after: subset", "count: several", "count: month", "count: spell", "a change before", "a change after"),
    *("count, in its sentence: hoped", "count, in its sentence: denied", "percent, in its sentence: denied"),
)
OLDER = ("year before stated", "other year stated")
# Where a period stands that is the number's own.
BESIDE = ("first after in clause", "nearest before in stretch", "its cell", "column heading", "row label")
# Periods beside a number that no figure of a year has; where its clause tells another one, that counts.
APART_BESIDE = ("several after", "several before, touching", "month after")
USUAL = re.compile(r"\d{4}(?:-01/(?:\d{4}-\d\d|\.\.))?")  # a year or its first months: others are seldom right
PERCENTAGE = re.compile(r"\d[^\w.;]{0,3}(?:%|por ?ciento|p[eo]u?r ?cent)[^\w.;]{0,3}$")  # leads to a number
WORD = re.compile(r"[^\W_]*")
CROWDED = 80  # numbers in a sentence that is none
MOJIBAKE = re.compile(r"[\ufffd\u25a0-\u25a1\u2588]|[ÃØÙÐÑ][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u2122]")


class Reading:
    """One reading of one text, sentence after sentence."""

    def __init__(self, text: str, published: tuple[int, int] | None = None, reasons: bool = False):
        self.reasons = reasons  # wanted for what is left out, too
        self.folded, self.original = fold(text), text
        self.paragraphs = [one.start() for one in re.finditer(r"^.*\S", text, re.MULTILINE)]
        self.words: Vocabulary = vocabulary(language_of(self.folded.text))
        self.text = self.folded.text.replace("\n", " ")
        spoken = mentions(self.text, self.words.lang)
        self.numbers, spoken = _counted(self.folded, self.words, spoken, numbers_in(self.folded, self.words.lang))
        self.marks = Marks(self.text, self.words)
        self.numbers = with_shares(self.numbers, self.marks)
        self.mentions = [one for one in spoken if one.kind != "none"]
        self.times = Times.of(spoken, published)
        ministry, morocco = (bool(self.marks["bodies", name][0]) for name in ("ministry", "morocco"))
        self.memory, self.ours = Memory(ministry, ministry or morocco), ministry and morocco

    def found(self) -> list[Found]:
        """Return every number of the text, judged."""
        judged, before, headings, heads, latest = [], None, [], [], 0
        for start, end in sentences(self.folded, [(one.start, one.end) for one in self.numbers]):
            numbers, spoken = _within(self.numbers, start, end), _within(self.mentions, start, end)
            if MOJIBAKE.search(self.folded.printed(start, end)):
                continue
            cells = cells_of(self.text, start, end)
            if cells and not numbers and re.search(r"\w", self.text[start:end]):
                headings, heads = cells, spoken
            headings = headings if cells else []
            sentence = Sentence(self.marks, start, end, numbers, spoken, cells, headings, heads, before)
            if sentence.denies_before:
                judged[latest:] = [replace(one, sure=False) for one in judged[latest:]]
            if len(numbers) > CROWDED or not (sentence.dated or self.memory.last or (before and before.dated)):
                continue
            latest = len(judged)
            judged += self._judged(sentence, parted="\n" in self.folded.text[max(0, start - 1) : start + 2])
            before = sentence if not cells and " " in sentence.said.strip() else before  # not the "A." of an answer
            if before:
                before.before = None
        return judged

    def _judged(self, sentence: Sentence, parted: bool) -> list[Found]:
        """Return a sentence's numbers, judged one after the other."""
        memory, found = self.memory, []
        memory.seen = []
        theirs = ""
        for at, number in enumerate(sentence.numbers):
            theirs, spot = whose(sentence, number.start, parted, memory), Spot(sentence, at)
            found.append(self._judge(spot, *clues_of(spot, memory, theirs)))
            memory.seen.append(spot)
        if not sentence.numbers:
            theirs = whose(sentence, sentence.start, parted, memory)
            self._announce(sentence)
        memory.whose = theirs
        memory.last = [one for one in memory.seen if one.indicator in COUNTS] or memory.last
        memory.remember(sentence)
        return found

    def _judge(self, spot: Spot, clues: dict[str, str], own: dict[str, list[str]]) -> Found:
        """Return what a number is found to be, and let the next numbers know."""
        number, memory = spot.number, self.memory
        if PERCENTAGE.search(self.text[max(0, spot.left[1] - 20) : spot.left[1]]):  # "10 % above 16,818"
            number = replace(number, qualifier="exact", begins=number.start)
        chances = self.indicators(spot, clues, own)
        apart = {f"{number.unit}: {clue}" for clue in APART_BESIDE} & clues.keys()
        law = apart and f"{number.unit}: period after" not in clues
        spot.indicator = None if law else model.likeliest(chances)
        trust, sure = 1 - chances[None], False
        if spot.indicator:
            when = self._periods_of(spot)
            dated = self.periods(spot, when)
            spot.period = max(dated, key=dated.get)
            self._govern(spot, when)
            memory.given.setdefault(spot.period, set()).add(spot.indicator)
            memory.known.setdefault(spot.indicator, []).append(number.value)
            reasons = model.trust_clues(chances, dated, clues, when[spot.period], len(self.times.stated))
            trust = self.right(spot, (spot.indicator, number.qualifier, spot.period), reasons)
            sure = trust >= model.SURE and self._may_be_sure(spot, [*clues, *when[spot.period]])
        first, last = self.folded.span(number.start, number.end)
        return Found(
            indicator=spot.indicator,
            value=int(number.value) if number.value == int(number.value) else number.value,
            unit=number.unit,
            qualifier=number.qualifier,
            period=spot.period,
            start=first,
            end=last,
            sure=sure,
            probability=round(trust, 3),
            why=model.why(clues, own, spot.indicator) if spot.indicator or self.reasons else "",
            as_printed=" ".join(self.folded.printed(number.begins, number.ends).split()),
            counted=self._whole_word(spot.counted),
            words=words_around(self.original, first, last),
            paragraph=max(1, bisect_right(self.paragraphs, first)),
            share_base=self._base(spot) if number.unit == "percent" else "",
        )

    def _base(self, spot: Spot) -> str:
        """Return what the shares of a sentence are shares of, "" where it does not tell."""
        return next((base for base in ("foreign", "intercepted") if spot.sentence.marks("shares", base)), "")

    def _may_be_sure(self, spot: Spot, clues: list[str]) -> bool:
        """Say whether a figure may be sure at all: the text names ministry and country, and the period stated was over.

        Nothing in its sentence is another's, asked, hoped for or denied, and it states no month or several years;
        where it states several periods, one stands beside the number; what has none is of the latest year stated.
        """
        several = "in its sentence: one of several" in clues and not any(clue.startswith(BESIDE) for clue in clues)
        if several or not (self.ours and USUAL.fullmatch(spot.period or "0000")):
            return False
        over = (spot.period or "").endswith("..") or self.times.over(spot.period)
        never, older, stated = (
            any(clue.startswith(word) for clue in clues) for word in (NEVER_SURE, OLDER, "in its sentence")
        )
        return over and not never and (stated or not older)

    def _whole_word(self, match: re.Match | None) -> str:
        """Return a noun as printed, to the end of its word."""
        return self.folded.printed(match.start(), WORD.match(self.text, match.end()).end()) if match else ""

    def indicators(self, spot: Spot, clues: dict[str, str], own: dict[str, list[str]]) -> dict[str | None, float]:
        """Return the probability of each indicator for a number, of None that it is none of them."""
        return model.indicators(clues, own)

    def periods(self, spot: Spot, options: dict[str | None, list[str]]) -> dict[str | None, float]:
        """Return the probability of each period for a figure."""
        return model.probabilities(options)

    def right(self, spot: Spot, found: tuple, clues: list[str]) -> float:
        """Return the probability that indicator, qualifier and period are all right."""
        return model.probabilities({True: clues, False: []})[True]

    def _periods_of(self, spot: Spot) -> dict[str | None, list[str]]:
        """Return the periods that a figure may be of, each with its clues."""
        before, given = [one for one in self.memory.seen if one.indicator], self.memory.given
        if before:
            before[-1].same = before[-1].indicator == spot.indicator
        options = choices(spot, self.times, before)
        for period in options.keys() & given.keys():
            thing = "the same" if spot.indicator in given[period] else "another"
            options[period].append(f"{thing} thing was given for it")
        return options

    def _govern(self, spot: Spot, options: dict[str | None, list[str]]) -> None:
        """Let a figure's period be that of what follows, unless it was there to be compared with."""
        if spot.period is None:
            return
        times = self.times
        latest = (times.latest or "9")[:4]
        compared = any(", compared" in clue or " of main figure" in clue for clue in options[spot.period])
        times.found(spot.period)
        if spot.contrast or spot.part or spot.parenthetic or (compared and spot.period[:4] < latest):
            return
        if times.first is None or spot.period[:4] >= times.first[:4]:
            times.carried = spot.period

    def _announce(self, sentence: Sentence) -> None:
        """Let the period that a sentence without figures states be that of those it announces: "for 2021:"."""
        own = [m for m in sentence.spoken if m.kind in OWN and m.part and not m.compared]
        own = [m.period or of_year(m.part, next((year for year, _ in self.times.years_for(m)), None)) for m in own]
        self.times.announced = next((period for period in reversed(own) if period), self.times.announced)


def _counted(folded: Folded, words: Vocabulary, spoken: list[Mention], numbers: list[PrintedNumber]):
    """Return the numbers that are no part of a period; "more than 2000" is none, and no year then."""
    counted, at, spoken = [], 0, list(spoken)
    for number in numbers:
        while at < len(spoken) and spoken[at].end <= number.start:
            at += 1
        inside = spoken[at] if at < len(spoken) and spoken[at].start < number.end else None
        if inside is None:
            counted.append(number)
        elif inside.kind == "year" and (number.begins < number.start or _counts_nouns(folded, words, number, inside)):
            spoken[at] = replace(inside, kind="none", year=None)
            counted.append(number)
    return counted, spoken


def _counts_nouns(folded: Folded, words: Vocabulary, number: PrintedNumber, year: Mention) -> bool:
    """Say whether what looks like a year has a counted noun beside it: "2018 people were rescued"."""
    bare = year.end - year.start == number.end - number.start and folded.text.startswith(" ", number.end)
    return bare and any(noun.match(folded.text, number.end + 1) for noun in words.heads.values())


def _within(all_of_them: list, start: int, end: int) -> list:
    """Return those that begin within a stretch: they are in order."""
    first, last = (bisect_left(all_of_them, place, key=lambda one: one.start) for place in (start, end))
    return all_of_them[first:last]


def read(text: str, published: str = "", reasons: bool = True) -> list[Found]:
    """Return every number of a text, those left out with indicator None and the reason; `published` is its date.

    Raises InputError for a date that is none.
    """
    dated = re.fullmatch(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?", published)
    if published and not dated:
        raise InputError(f"published: expected a date such as 2031-01-20, found {published!r}")
    return without_rivals(Reading(text, (int(dated[1]), int(dated[2])) if dated else None, reasons).found())


def extract(text: str, published: str = "") -> list[Found]:
    """Return the figures of the nine indicators that a text gives for the ministry, in the order in which they stand.

    `text` is a press text or a page's HTML in French, English, Spanish or Arabic; `published` its date, where it does
    not tell it. A figure that is said twice comes once, at its most exact. Numbers whose words are garbled give
    nothing. Raises InputError for a date that is none.
    """
    return once([one for one in read(text, published, reasons=False) if one.indicator])
