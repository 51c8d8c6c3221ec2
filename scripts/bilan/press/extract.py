"""The nine indicators in a press text: which number is which, for what period, how surely, and why.

Every number is a candidate. What stands around it gives clues, each of which a reader can name; a model learned from
texts with their truth weighs them, first for what the number counts, then for its period.
"""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace

from bilan.data.folding import Folded
from bilan.data.printed import PrintedNumber, numbers_in
from bilan.data.tables import SHARES
from bilan.errors import InputError
from bilan.press import model
from bilan.press.clues import BODIES, COUNTS, Memory, Seen, clues_of, taken_by
from bilan.press.periods import APART, LEANING, OWN, Mention, mentions, of_year
from bilan.press.sentences import Sentence, cells_of, sentences
from bilan.press.text import Vocabulary, fold, language_of, vocabulary
from bilan.press.timing import Times, choices

CROWDED = 80  # numbers in a sentence that is none
MOJIBAKE = re.compile(r"[\ufffd\u25a0-\u25a1\u2588]|[ÃØÙÐÑ][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u2122]")


@dataclass(frozen=True)
class Found:
    """A number found in a text: what `bilan extract` prints.

    indicator: None for a number that is left out; start, end: character offsets of the number as printed; sure: whether
    the probability that indicator, value, qualifier and period are right is high; why: the words that weighed most, or
    why it is left out; as_printed: with the words that qualify it; counted: the noun that the text counts; words: the
    text's own around it; share_base: what a share is a share of; note: a reviewer's.
    """

    indicator: str | None
    value: float
    unit: str
    qualifier: str
    period: str | None
    start: int
    end: int
    sure: bool
    probability: float
    why: str
    as_printed: str
    counted: str = ""
    words: str = ""
    place: str = ""
    share_base: str = ""
    note: str = ""


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
        self.mentions = [one for one in spoken if one.kind != "none"]
        self.times = Times.of(self.mentions, published)
        self.memory = Memory()
        self.ministry = bool(self.words.bodies["ministry"].search(self.text))
        self.morocco = self.ministry or bool(self.words.bodies["morocco"].search(self.text))

    def found(self) -> list[Found]:
        """Return every number of the text, judged."""
        judged, before, headings, heads = [], None, [], []
        at = when = 0
        for start, end in sentences(self.folded, [(one.start, one.end) for one in self.numbers]):
            numbers, at = _within(self.numbers, at, start, end)
            spoken, when = _within(self.mentions, when, start, end)
            if MOJIBAKE.search(self.folded.printed(start, end)):
                continue
            cells = cells_of(self.text, start, end)
            if cells and not numbers and re.search(r"\w", self.text[start:end]):
                headings, heads = cells, spoken
            headings = headings if cells else []
            parted = "\n" in self.folded.text[max(0, start - 1) : start + 2]
            sentence = Sentence(self.text, self.words, start, end, numbers, spoken, cells, headings, heads, before)
            if len(numbers) > CROWDED or not (sentence.tells or self.memory.last or (before and before.tells)):
                continue
            judged += self._judged(sentence, parted)
            before = sentence if not cells else before
            if before:
                before.before = None
        return judged

    def _judged(self, sentence: Sentence, parted: bool) -> list[Found]:
        """Return a sentence's numbers, judged one after the other."""
        memory, found = self.memory, []
        memory.seen, memory.taken = [], set()
        whose = ""
        for at in range(len(sentence.numbers)):
            whose = self.whose(sentence, sentence.numbers[at].start, parted)
            seen, clues, told = clues_of(sentence, at, memory, whose)
            found.append(self._judge(sentence, at, seen, clues, options_of(seen, clues, told)))
            memory.seen.append(seen)
        if not sentence.numbers:
            whose = self.whose(sentence, sentence.start, parted)
            self._announce(sentence)
        memory.whose = whose
        memory.last = [one for one in memory.seen if one.indicator in COUNTS] or memory.last
        self._remember(sentence, parted)
        return found

    def _judge(self, sentence: Sentence, at: int, seen: Seen, clues: dict, options: dict) -> Found:
        """Return what a number is found to be, and let the next numbers know."""
        number, memory = sentence.numbers[at], self.memory
        if "after a percentage" in clues:  # "10 % above 16,818" qualifies nothing
            number = replace(number, qualifier="exact", begins=number.start)
        chances = self.indicators(seen, options)
        seen.indicator = model.likeliest(chances)
        weighed, trust = options[seen.indicator], 1 - chances[None]
        if seen.indicator:
            if seen.indicator in SHARES and (place := taken_by(sentence, at, seen.indicator)) is not None:
                memory.taken.add(place)
            when = self.options_when(sentence, at, seen)
            dated = self.periods(seen, when)
            seen.period = max(dated, key=dated.get)
            self.govern(seen, when)
            memory.given.add((seen.indicator, seen.period))
            memory.known.setdefault(seen.indicator, []).append(number.value)
            reasons = model.trust_clues(chances, dated, [*clues, *when[seen.period]], len(self.times.told))
            trust = self.right(seen, (seen.indicator, number.qualifier, seen.period), reasons)
        first, last = self.folded.span(number.start, number.end)
        said = self.folded.printed(number.begins, number.ends)
        bases = (base for base in ("foreign", "intercepted") if f"a share of: {base}" in clues)
        return Found(
            seen.indicator,
            int(number.value) if number.value == int(number.value) else number.value,
            number.unit,
            number.qualifier,
            seen.period,
            first,
            last,
            bool(seen.indicator) and self.morocco and trust >= model.SURE,
            round(trust, 3),
            model.why(weighed, options, seen.indicator, clues) if seen.indicator or self.reasons else "",
            " ".join(said.split()),
            self._whole_word(seen.counted),
            words_around(self.original, first, last),
            f"paragraph {bisect_right(self.paragraphs, first)}, character {first}",
            next(bases, ""),
        )

    def _whole_word(self, match: re.Match | None) -> str:
        """Return a noun as printed, to the end of its word."""
        if match is None:
            return ""
        end = re.compile(r"[^\W_]*").match(self.text, match.end()).end()
        return self.folded.printed(match.start(), end)

    def indicators(self, seen: Seen, options: dict[str | None, list[str]]) -> dict[str | None, float]:
        """Return the probability of each indicator for a number, of None that it is none of them."""
        return model.probabilities(options)

    def periods(self, seen: Seen, options: dict[str | None, list[str]]) -> dict[str | None, float]:
        """Return the probability of each period for a figure."""
        return model.probabilities(options)

    def right(self, seen: Seen, found: tuple, clues: list[str]) -> float:
        """Return the probability that indicator, qualifier and period are all right."""
        return model.probabilities({True: clues, False: []})[True]

    def options_when(self, sentence: Sentence, at: int, seen: Seen) -> dict[str | None, list[str]]:
        """Return the periods that a figure may be of, each with its clues."""
        before = [one for one in self.memory.seen if one.indicator]
        if before:
            before[-1].same = before[-1].indicator == seen.indicator
        options = choices(sentence, at, self.times, before, seen.contrast)
        for period, clues in options.items():
            if (seen.indicator, period) in self.memory.given:
                clues.append("the same thing was given for it")
            elif any(period == one for _, one in self.memory.given):
                clues.append("another thing was given for it")
        return options

    def govern(self, seen: Seen, options: dict) -> None:
        """Let a figure's period be that of what follows, unless it was there to be compared with."""
        if seen.period is None:
            return
        latest = max((one[:4] for one in self.times.recent), default="")
        compared = any(", compared" in clue or " of main figure" in clue for clue in options.get(seen.period, []))
        if seen.period not in self.times.recent:
            self.times.recent.append(seen.period)
        if seen.contrast or (compared and seen.period[:4] < (latest or "9")):
            return
        if self.times.first is None or seen.period[:4] >= self.times.first[:4]:
            self.times.carried = seen.period

    def _announce(self, sentence: Sentence) -> None:
        """Let the period that a sentence without figures tells of be that of those it announces: "for 2021:"."""
        own = [m for m in sentence.spoken if m.kind in OWN and m.part and not m.compared]
        own = [m.period or of_year(m.part, next((year for year, _ in self.times.years_for(m)), None)) for m in own]
        if own := [period for period in own if period]:
            said = sentence.said.rstrip()
            figures = sentence.has("scope", "figures", sentence.span)
            self.times.announced = own[-1]
            self.times.announcing = (
                "with a colon" if said.endswith(":") else "in a heading" if said[-1] not in ".!?" else "in a sentence"
            ) + (" of figures" if figures else "")

    def _remember(self, sentence: Sentence, parted: bool) -> None:
        """Keep who a sentence named last, and that it spoke of several years or a month, until another tells otherwise."""
        named = {name: marks[-1].end() for name in BODIES if (marks := sentence.marks("bodies", name))}
        if named:
            last = max(named, key=lambda one: (named[one], -BODIES.index(one)))
            first = min(BODIES, key=lambda one: m[0].start() if (m := sentence.marks("bodies", one)) else 10**9)
            self.memory.named = {"last in a sentence before": last, "first in a sentence before": first}
        self.memory.named = {
            place.replace("in a sentence before", "in a sentence farther before") if not named else place: one
            for place, one in self.memory.named.items()
        }
        said = sentence.said.strip()
        if named and not sentence.numbers and said[-1:] not in ".!?" and len(said) < 120:
            self.memory.named["in a heading"] = last
        kinds = [one.kind for one in sentence.spoken]
        if kinds:
            apart = [kind for kind in kinds if kind in APART]
            own = any(kind in OWN + LEANING for kind in kinds)
            self.memory.apart = "" if own or not apart else apart[-1]

    def whose(self, sentence: Sentence, place: int, parted: bool) -> str:
        """Return whose figure the number at a place of a sentence is, "" where it is not seen to be another's.

        It is another body's that is named before it, nearer than the ministry or Morocco, or after it as its source;
        where no one is named, whose figures the sentence before gave, in the same paragraph or with words that say so.
        """
        names, scope, said, here = self.words.bodies, self.words.scope, sentence.said, place - sentence.start
        for name in ("helpers", "services") if self.ministry else ("helpers",):
            said = names[name].sub(lambda one: " " * len(one[0]), said)
        ours = [match.start() for name in ("ministry", "morocco") for match in names[name].finditer(said)]
        for other in names["other"].finditer(said):
            if other.start() < here:
                nearer = [one for one in ours if other.end() + 15 < one < here]
            else:
                between = said[here : other.start()]
                source = scope["said"].search(said[max(0, other.start() - 30) : other.start()])
                parts = re.search(r"[,;:(]|\s-", between) and not source
                nearer = parts or names["ministry"].search(said)
            if not nearer:
                return f"another body: {other[0]}"
        for country in names["countries"].finditer(said):
            around = said[max(0, country.start() - 40) : country.end() + 20]
            nearer = [one for one in ours if country.end() < one < here]
            if not ours and (country.start() < 12 or names["authorities"].search(around)):
                return f"another country: {country[0]}"
            if country.start() < here and not nearer and names["authorities"].search(around):
                return f"another country beside ours: {country[0]}"
        if not ours and self.memory.whose:
            again = scope["same_source"].search(said[:60])
            return ("the one before, " + ("told again" if again else "parted" if parted else "going on")) + ": "
        if not self.ministry and (agent := names["agents"].search(said)) and not ours:
            return f"an agent: {agent[0]}"
        if not self.morocco:
            return "no word of Morocco: "
        before = [one for one in ours if one < here]
        return "" if not ours else ("ours before: " if before else "ours after: ")


def options_of(seen: Seen, clues: dict[str, str], told: dict[str, list[str]]) -> dict[str | None, list[str]]:
    """Return the clues of each indicator that a number of its unit may be of, and of none."""
    names = SHARES if seen.number.unit == "percent" else COUNTS
    options: dict[str | None, list[str]] = {None: [f"{clue} > none" for clue in clues]}
    for name in names:
        options[name] = [f"{clue} > {name}" for clue in clues] + told.get(name, [])
    return options


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


def _within(all_of_them: list, at: int, start: int, end: int) -> tuple[list, int]:
    """Return those that begin within a stretch, and where to go on: they are in order."""
    while at < len(all_of_them) and all_of_them[at].start < start:
        at += 1
    upto = at
    while upto < len(all_of_them) and all_of_them[upto].start < end:
        upto += 1
    return all_of_them[at:upto], upto


def words_around(text: str, start: int, end: int, width: int = 70) -> str:
    """Return a text's own words around a number on one line, the number in square brackets."""
    room = max(0, width - (end - start))
    first, last = max(0, start - room // 2), min(len(text), end + room - room // 2)
    said = f"{text[first:start]}[{text[start:end]}]{text[end:last]}"
    return ("…" if first else "") + " ".join(said.split()) + ("…" if last < len(text) else "")


def read(text: str, published: str = "", reasons: bool = True) -> list[Found]:
    """Return every number of a text, those left out with indicator None and the reason; `published` is its date.

    Raises InputError for a date that is none.
    """
    dated = re.fullmatch(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?", published)
    if published and not dated:
        raise InputError(f"published: expected a date such as 2031-01-20, found {published!r}")
    return Reading(text, (int(dated[1]), int(dated[2])) if dated else None, reasons).found()


def extract(text: str, published: str = "") -> list[Found]:
    """Return the figures of the nine indicators that a text gives for the ministry, in the order in which they stand.

    `text` is a press text or a page's HTML in French, English, Spanish or Arabic; `published` its date, where it does
    not tell it. A figure that is said twice comes once, at its most exact. Numbers whose words are garbled give
    nothing. Raises InputError for a date that is none.
    """
    return once([one for one in read(text, published, reasons=False) if one.indicator])


def nothing_found(numbers: list[Found]) -> str:
    """Return why a text gives nothing, as a message says it."""
    said = "expected figures of the ministry's indicators, found "
    if not numbers:
        return f"{said}no number that could be one"
    reasons = Counter(one.why.partition(";")[0] for one in numbers if one.why)
    return f"{said}{len(numbers)} numbers that are none; most often for this: {reasons.most_common(1)[0][0]}" if reasons else f"{said}{len(numbers)} numbers that are none"


def once(found: list[Found]) -> list[Found]:
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
                and ((other.period or "")[:4] == (one.period or "")[:4] or not (other.sure and one.sure))
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
        if other.probability > better.probability:
            better = replace(better, period=other.period, probability=other.probability, sure=other.sure)
        kept[kept.index(twin)] = better
    return sorted(kept, key=lambda one: one.start)
