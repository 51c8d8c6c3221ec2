"""Numbers in print: found where a text prints them, and read, in any of the formats of the four languages."""

import re
import tomllib
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from text_to_num import find_numbers

from bilan.data.folding import Folded, fold, plain
from bilan.languages import ISOLATES, LOCALES, MINUS, locale_of

WORDS = Path(__file__).parent / "words"
ARABIC_MARKS = re.compile("[٬٫]")  # of thousands and of decimals

# One separator, or a line broken where one stands.
_BETWEEN = r"(?: ?\n ?| |(?<![.,]\d{3}), (?=\d{3}(?!\d|,|\.\d| (?:et|and|y|e|ou|or|o)\b| ?و))|[.,'](?: ?\n ?)?)"
_GROUPED = rf"\d{{1,3}}(?:{_BETWEEN}\d{{3}})+(?!\d)(?:[.,]\d{{1,2}}(?!\d))?"
NUMBER = re.compile(rf"(?<![\d/])(?<!\d[.,])(?:{_GROUPED}|\d+(?:[.,]\d{{1,2}}(?!\d))?)(?![\d/])")


@dataclass(frozen=True)
class PrintedNumber:
    """A number in a folded text: its stretch, value, unit (count or percent), qualifier (exact, at_least, about).

    `begins` is where the words before it begin that qualify it, `ends` where its percent sign or word ends.
    """

    start: int
    end: int
    value: float
    unit: str
    qualifier: str
    begins: int
    ends: int


@dataclass(frozen=True)
class _Words:
    """A language's words for numbers, compiled."""

    thousands: re.Pattern
    millions: re.Pattern
    percent: re.Pattern
    one_of_each: re.Pattern  # "one" where it is the first of "one in five", else an article
    of_each: re.Pattern  # between the numbers of "six in ten"
    per_hundred: re.Pattern  # "of every hundred": what is counted after it is a percentage
    joined: re.Pattern  # between two percentages of which the second has the sign
    risen: re.Pattern  # between those of which the first has it
    named: re.Pattern
    values: dict[str, float]
    approximate: dict[str, float]
    fractions: dict[str, float]  # as percentages: "half of"
    scales: dict[str, int]  # by which the number said before is multiplied
    respelled: dict[str, str]  # words as text2num knows them
    qualifiers: dict[str, re.Pattern]  # of what stands before a number and qualifies it
    negated: re.Pattern  # of what stands before these and denies them
    after: re.Pattern  # of what follows it and makes it an approximation
    more: re.Pattern  # of what follows it and makes it a lower bound


@cache
def _words(lang: str) -> _Words:
    read = tomllib.loads((WORDS / f"{lang}.toml").read_text(encoding="utf-8"))
    numbers, said = read["numbers"], {name: plain(words) for name, words in read["qualifiers"].items()}
    approximate, fractions, values, scales = (
        {plain(word): value for word, value in numbers.get(kind, {}).items()}
        for kind in ("approximate", "fractions", "exact", "scales")
    )
    values |= approximate | fractions
    longest_first = "|".join(sorted({*values, *scales}, key=len, reverse=True)) or "(?!)"
    prefix = "[وفبل]??" if lang == "ar" else ""  # "one" begins with the letter of "and"
    before = rf"(?<!\w){read.get('prefix', '')}(?:{{}})[ \n]?(?:(?:{said['filler']})[ \n])*$"
    noun = 3 if lang == "ar" else 4  # letters of a word that is no small one
    counted = rf"(?: (?:[^\W\d]{{1,3}} )?(?:[^\W\d]['’])?[^\W\d]{{{noun},}}){{0,{4 if lang == 'ar' else 3}}}"
    led = r"[ \n]?\d"  # "300 networks at least", but not "300 networks at least 12"
    return _Words(
        re.compile(plain(numbers["thousands"])),
        re.compile(plain(numbers["millions"])),
        re.compile(plain(numbers["percent"])),
        re.compile(plain(numbers["one_of_each"])),
        re.compile(plain(numbers["of_each"])),
        re.compile(plain(numbers["per_hundred"])),
        re.compile(plain(numbers["joined"])),
        re.compile(plain(numbers["risen"])),
        re.compile(rf"(?<!\w){prefix}(?P<word>{longest_first})(?!\w)"),
        values,
        approximate,
        fractions,
        scales,
        numbers.get("respelled", {}),
        {name: re.compile(before.replace("{}", said[name])) for name in ("at_least", "about")},
        re.compile(rf"(?<!\w)(?:{said['not']})[ \n]$"),
        re.compile(rf"{counted},?[ \n-](?:{said['after']})\b(?!{led})"),
        re.compile(rf"(?:{counted}[ \n-](?:{said['more']})\b(?!{led})|\+)"),
    )


class _Word:
    """A word of a text, as text2num wants it."""

    def __init__(self, said: str, start: int, end: int):
        self.said, self.start, self.end = said, start, end

    def text(self) -> str:
        return self.said

    def nt_separated(self, previous: "_Word") -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return self.said.isdigit()


def value_of(digits: str) -> float | None:
    """Return the value of digits of any format, folded, or None where their separators do not go together.

    Three digits after a separator are thousands: "78.685", "78,685" and "78 685" are one number, "4,6" and "4.6" too.
    """
    grouped = re.fullmatch(rf"(\d{{1,3}}(?:{_BETWEEN}\d{{3}})+)(?:[.,](\d{{1,2}}))?", digits)
    if grouped is None:
        return float(digits.replace(",", "."))
    kinds = {re.sub(r"\s", "", between) for between in re.findall(_BETWEEN, grouped[1])}
    return float(re.sub(r"\D", "", grouped[1]) + "." + (grouped[2] or "0")) if len(kinds) == 1 else None


def numbers_in(folded: Folded, lang: str) -> list[PrintedNumber]:
    """Return the numbers of a text in the order in which they stand, those in words of the language included."""
    text, words, last = folded.text, _words(lang), 0
    numbers: list[PrintedNumber] = []
    for start, end, value in _of_each(text, words, [*_in_digits(folded, words), *_in_words(folded, lang, words)]):
        if start < last:
            if not start < numbers[-1].end < end:
                continue
            start = numbers.pop().start  # "a hundred" was the beginning of "a hundred thousand"
        share = words.percent.match(text, end)
        sign = lang == "ar" and text[max(0, start - 2) : start].strip() == "%"
        last = share.end() if share else end
        qualifier, begins = _qualified(text, start, last, words)
        if text[start:end] in words.approximate and qualifier == "exact":
            qualifier = "about"
        part = text[start:end] in words.fractions or words.of_each.search(text, start, end)
        unit = "percent" if share or sign or part else "count"
        numbers.append(PrintedNumber(start, end, value, unit, qualifier, begins, last))
        for at in range(len(numbers) - 2, max(-1, len(numbers) - 5), -1):  # "54, 16 and 9 %"
            gap = text[numbers[at].ends : numbers[at + 1].begins]
            if unit != "percent" or numbers[at].value > 100 or not words.joined.fullmatch(gap):
                break
            numbers[at] = replace(numbers[at], unit="percent")
    for at in range(1, len(numbers)):
        numbers[at] = _percent_too(text, words, numbers[at - 1], numbers[at])
    for said in words.per_hundred.finditer(text):
        numbers = [_of_a_hundred(text, said, one) for one in numbers if not said.start() <= one.start < said.end()]
    return numbers


def _of_a_hundred(text: str, said: re.Match, number: PrintedNumber) -> PrintedNumber:
    """Return a number, as a percentage where its sentence said before that it counts "of every hundred people"."""
    gap = text[said.end() : number.begins] if 0 <= number.begins - said.end() <= 200 else "."
    counted = number.unit == "count" and number.value <= 100 and not re.search(r"[.;!?\n]", gap)
    return replace(number, unit="percent") if counted else number


def _percent_too(text: str, words: _Words, before: PrintedNumber, number: PrintedNumber) -> PrintedNumber:
    """Return a number, as a percentage where it ends a change whose beginning is one, "from 9 % to 17.", or follows one
    in its sentence and no count can be what it is, "56.4 % came from the west, 21.3 from the Maghreb".
    """
    if before.unit != "percent" or number.value > 100 or number.unit == "percent":
        return number
    gap = text[before.ends : number.begins]
    closed = re.compile(r"\s*(?:[.,;:)»]|$)").match(text, number.ends)
    broken = number.value % 1 and len(gap) <= 90 and not re.search(r"[.!?]\s", gap)
    return replace(number, unit="percent") if broken or (closed and words.risen.fullmatch(gap)) else number


def _of_each(text: str, words: _Words, found: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    """Return numbers in order, "six in ten" made 60."""
    ones = [(match.start(), match.end(), 1.0) for match in words.one_of_each.finditer(text)]
    kept: list[tuple[int, int, float]] = []
    for one in sorted([*found, *ones]):
        whole = one[2] in (3, 4, 5, 10, 100) and kept and kept[-1][2] < one[2]
        if whole and words.of_each.fullmatch(text, kept[-1][1], one[0]):
            first = kept.pop()
            kept.append((first[0], one[1], float(round(100 * first[2] / one[2]))))
        else:
            kept.append(one)
    return [one for one in kept if one not in ones]


def _in_digits(folded: Folded, words: _Words) -> list[tuple[int, int, float]]:
    text, found = folded.text, []
    for match in NUMBER.finditer(text):
        value, end = value_of(match[0]), match.end()
        named = re.search(r"[a-z][-_]?\Z", text[max(0, match.start() - 2) : match.start()])
        glued = named and folded.original[folded.at[match.start()] - 1] != ">" and not text.startswith("%", end)
        if value is None or glued or re.match(r"0\d\d", match[0]):
            continue  # mixed separators, a part of a name such as rue20, or of a telephone's number
        if scale := words.thousands.match(text, end):
            end, value = scale.end(), round(value * 1000, 6) + int(scale.groupdict().get("rest") or 0)
        elif scale := words.millions.match(text, end):
            end, value = scale.end(), round(value * 1_000_000, 6)
        found.append((match.start(), end, value))
    return found


def _in_words(folded: Folded, lang: str, words: _Words) -> list[tuple[int, int, float]]:
    """Return what is found by the language's own table, and by text2num where it knows the language."""
    named = words.named.finditer(folded.text)
    if lang == "ar":
        return _compounded(folded.text, words, list(named))
    found = [(m.start("word"), m.end("word"), words.values[m["word"]]) for m in named]
    tokens, printed, at = [], folded.original, folded.at
    for match in re.finditer(r"[^\W_]+|[^\w\s]+", folded.text):
        said = printed[at[match.start()] : at[match.end() - 1] + 1].lower()
        tokens.append(_Word(words.respelled.get(said, said), *match.span()))
    for number in find_numbers(tokens, lang, threshold=0.0):
        first, last = tokens[number.start], tokens[number.end - 1]
        # "one" and "un" are articles, unless the table says otherwise
        if not number.is_ordinal and number.value > 1 and not first.said.isdigit():
            found.append((first.start, last.end, float(number.value)))
    return found


def _compounded(text: str, words: _Words, named: list[re.Match]) -> list[tuple[int, int, float]]:
    """Return Arabic numbers in words: "four ten" is 14, "hundred and two and thirty" 132."""
    found: list[list] = []  # start, end, the thousands so far, the rest
    for match in named:
        start, end, value = match.start("word"), match.end("word"), words.values.get(match["word"])
        scale = words.scales.get(match["word"])
        added = text[match.start() : start] == "و"
        near = bool(found) and not text[found[-1][1] : match.start()].strip(" \n") and match.start() - found[-1][1] <= 2
        last = found[-1] if near else None
        if last and scale and not added and last[3]:
            last[1], total = end, last[3] * scale
            last[2:] = [last[2] + total, 0] if scale == 1000 else [last[2], total]
        elif last and value and not _overlap(last[3], value) and (added or value == 10 > last[3] % 100):
            last[1], last[3] = end, last[3] + value
        elif value:
            found.append([start, end, 0, value])
        elif scale == 1000 and not near and not text[:start].rstrip()[-1:].isdigit():  # "a thousand and four hundred"
            found.append([start, end, scale, 0])
    whole = [one for one in found if one[3] or one[2] != 1000]  # but not "a thousand" alone
    return [(start, end, float(thousands + rest)) for start, end, thousands, rest in whole]


def _overlap(said: float, value: float) -> bool:
    """Say whether a number has a digit already where the first one of another would stand."""
    return said // 10 ** (len(str(value)) - 1) % 10 != 0


def _qualified(text: str, start: int, end: int, words: _Words) -> tuple[str, int]:
    """Return how the words around a number qualify it, and where those before it begin."""
    before = text[max(0, start - 40) : start]
    for name, pattern in words.qualifiers.items():
        if match := pattern.search(before):
            begins = start - len(before) + match.start()
            denied = name == "at_least" and words.negated.search(text, max(0, begins - 12), begins)
            return ("exact" if denied else name), begins  # "no more than 14" are 14
    if words.more.match(text, end):
        return "at_least", start
    return ("about" if words.after.match(text, end) else "exact"), start


def parse_number(printed: str, number_format: str) -> tuple[Decimal, str]:
    """Read a number as a source prints it; return it with its qualifier (exact, at_least, about).

    `number_format` (fr, en, es, ar) says whose separators the print uses; digits may be grouped by any kind of space
    where the language groups by spaces, and the Arabic separators ٬ and ٫ are read as what they are in any. A percent
    sign is read over; a number may be a word of any of the languages ("seis"), as may those that qualify it. Raises
    ValueError where the text is no number in that format.

    >>> parse_number("plus de 4 290", "fr")
    (Decimal('4290'), 'at_least')
    """
    shown = printed.strip(ISOLATES).strip()
    unsigned = re.sub(rf"^[+{MINUS}-]", "", shown)
    read = _read(unsigned, number_format)
    if read is None:
        raise ValueError(f"expected a number as printed in {number_format!r}, found {printed!r}")
    value, qualifier = read
    return value.copy_negate() if shown[0] in ("-", MINUS) else value, qualifier


def _read(unsigned: str, number_format: str) -> tuple[Decimal, str] | None:
    value = _value(unsigned, number_format)
    if value is not None:
        return value, "exact"
    folded = fold(unsigned)
    for lang in (number_format, *LOCALES):
        number = next(iter(numbers_in(folded, lang)), None)
        if number is None or folded.text[: number.begins].strip() or folded.text[number.ends :].strip():
            continue
        digits = folded.text[number.start : number.end]
        if not re.fullmatch(r"[\d\s.,']+", digits):
            return Decimal(str(number.value)), number.qualifier
        shown = folded.printed(number.start, number.end)
        value = _value(shown if ARABIC_MARKS.search(shown) else digits, number_format)
        return None if value is None else (value, number.qualifier)
    return None


def _value(digits: str, number_format: str) -> Decimal | None:
    """Return the value of digits grouped and divided as the language does, or by Arabic signs; None for other text."""
    symbols = locale_of(number_format).number_symbols["latn"]
    marks = ("٬", "٫") if ARABIC_MARKS.search(digits) else (symbols["group"], symbols["decimal"])
    group, point = (r"\s" if mark.isspace() else re.escape(mark) for mark in marks)
    groups = [group, r"\s"] if number_format == "es" else [group]  # its press writes points, its academies spaces
    whole = "|".join(rf"(?![0٠])\d{{1,3}}(?:{one}\d{{3}})+" for one in groups)
    number = rf"(?P<whole>{whole}|\d+)(?:{point}(?P<part>\d+))?"
    found = re.fullmatch(rf"[\s%٪]*{number}[\s%٪]*", digits)
    return Decimal(re.sub(r"\D", "", found["whole"]) + "." + (found["part"] or "")) if found else None
