"""A number found in a text: what it is, how surely, and its restatements made one."""

from collections import Counter
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Found:
    """A number found in a text: what `bilan extract` prints.

    indicator: None for a number that is left out; start, end: character offsets of the number as printed; sure: whether
    the probability that indicator, value, qualifier and period are right is high; why: the words that weighed most, or
    why it is left out; as_printed: with the words that qualify it; counted: the noun that the text counts; words: the
    text's own around it; paragraph: its number in the text, from 1; share_base: what a share is a share of; note: a
    reviewer's.
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
    paragraph: int | None = None
    share_base: str = ""
    note: str = ""


def words_around(text: str, start: int, end: int, width: int = 110) -> str:
    """Return a text's own words around a number on one line, the number in square brackets."""
    room = max(0, width - (end - start))
    first, last = max(0, start - room // 2), min(len(text), end + room - room // 2)
    said = f"{text[first:start]}[{text[start:end]}]{text[end:last]}"
    return ("…" if first else "") + " ".join(said.split()) + ("…" if last < len(text) else "")


def nothing_found(numbers: list[Found]) -> str:
    """Return why a text gives nothing, as a message says it."""
    said = "expected figures of the ministry's indicators, found "
    if not numbers:
        return f"{said}no number that could be one"
    reasons = Counter(one.why.partition(";")[0] for one in numbers if one.why)
    most = f"; most often for this: {reasons.most_common(1)[0][0]}" if reasons else ""
    return f"{said}{len(numbers)} numbers that are none{most}"


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
