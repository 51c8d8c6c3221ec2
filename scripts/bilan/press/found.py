"""A number found in a text: what it is, how surely, and its restatements made one."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

RIVAL = 0.35  # as likely a figure must be to make another doubtful


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
    return f"{said}{'one number that is' if len(numbers) == 1 else f'{len(numbers)} numbers that are'} none{most}"


def without_rivals(found: list[Found]) -> list[Found]:
    """Return figures with those made doubtful that the text gives another value for: at most one of them is right."""
    figures = defaultdict(list)
    for one in found:
        if one.indicator and one.probability >= RIVAL:
            figures[one.indicator, one.period].append(one.value)

    def rival(one: Found) -> bool:
        return any(not alike(one.value, other) for other in figures[one.indicator, one.period])

    return [replace(one, sure=False) if one.sure and rival(one) else one for one in found]


def alike(one: float, other: float) -> bool:
    """Say whether two values may be of one figure, one of them rounded."""
    return abs(other - one) <= 0.02 * max(abs(other), abs(one))


def once(found: list[Found]) -> list[Found]:
    """Return each figure once: of restatements the one that is not rounded, then the one that is qualified."""
    kept: dict[str | None, list[Found]] = defaultdict(list)
    for one in found:
        alike = kept[one.indicator]
        at = next((at for at, other in enumerate(alike) if _restated(one, other)), len(alike))
        alike[at : at + 1] = [_better(alike[at], one) if at < len(alike) else one]
    return sorted((one for alike in kept.values() for one in alike), key=lambda one: one.start)


def _zeros(value: float) -> int:
    return len(str(value)) - len(str(value).rstrip("0"))


def _restated(one: Found, other: Found) -> bool:
    if not alike(one.value, other.value):
        return False
    same_year = (other.period or "")[:4] == (one.period or "")[:4] or not (other.sure and one.sure)
    rounded = other.value == one.value or _zeros(other.value) != _zeros(one.value)
    return same_year and rounded


def _better(first: Found, second: Found) -> Found:
    """Return the better of two that say the same, with the period of the likelier one."""
    if first.value == second.value:
        well = first.qualifier != "exact" or second.qualifier == "exact"
    else:
        well = _zeros(first.value) <= _zeros(second.value)
    better, other = (first, second) if well else (second, first)
    if other.probability > better.probability:
        return replace(better, period=other.period, probability=other.probability, sure=other.sure)
    return better
