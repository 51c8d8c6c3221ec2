"""The noun that a number counts: after it, before it, or none."""

import re

from bilan.press.sentences import Sentence

REGIONS = {"west": "share_west_africa", "maghreb": "share_maghreb", "central_east": "share_central_east_africa"}


def noun_after(sentence: Sentence, at: int) -> tuple[str, re.Match] | None:
    """Return the noun that is counted, where it follows the number within a few words."""
    start, end = sentence.right(at)
    text, scope, found = sentence.text, sentence.words.scope, []
    for name in sentence.words.heads:
        if match := sentence.has("heads", name, (start, min(end, start + 70))):
            gap = scope["number_of"].sub("", text[start : match.start()], count=1)
            if not text[sentence.numbers[at].end - 1].isdigit():  # "a hundred of"
                gap = scope["of"].sub("", gap, count=1)
            if len(gap.split()) <= 4 and not re.search(r"[,;:.()]", gap) and not scope["between"].search(gap):
                found.append((match.start(), -match.end(), name, match))
    return min(found)[2:] if found else None


def noun_before(sentence: Sentence, at: int) -> tuple[str, re.Match] | None:
    """Return the last noun before a number that could be what it counts; of a label the first of its last part."""
    start, end = sentence.left(at)
    text = sentence.text
    start = max(start, *(text.rfind(mark, start, end) + 1 for mark in (";", "•")))
    found = sorted(
        (match.start(), name, match)
        for name in sentence.words.heads
        for match in sentence.words.heads[name].finditer(text, start, end)
    )
    if not found:
        return None
    if sentence.cells or text[start : sentence.numbers[at].begins].rstrip().endswith(":"):
        comma = text.rfind(",", start, end)
        return min([one for one in found if one[0] > comma] or found)[1:]
    counting = [one for one in found if one[1] != "persons"]
    return max(counting or found)[1:]


def stands_alone(sentence: Sentence, at: int) -> bool:
    """Say whether no noun follows a number: the clause ends, or goes on with a period or what cannot be counted."""
    start, end = sentence.right(at)
    scope, rest = sentence.words.scope, sentence.text[start:end].lstrip()
    if scope["after_noun"].fullmatch(sentence.text[sentence.numbers[at].start : sentence.numbers[at].end]):
        return True
    if not rest or not rest[0].isalnum() or scope["after_number"].match(rest):
        return True
    return any(beside(sentence.text[start : one.start]) for one in sentence.spoken if start <= one.start)


def beside(gap: str) -> bool:
    """Say whether there is nothing but a few short words in a gap."""
    return len(gap) <= 16 and bool(re.fullmatch(r"[,(: ]*(?:[^\W\d]{1,4}(?:'| |$)){0,3}", gap))


def leans_on(sentence: Sentence, at: int) -> bool:
    """Say whether a period or a word that takes up what was counted stands beside a number."""
    number, left = sentence.numbers[at], sentence.left(at)
    before = (one for one in sentence.spoken if left[0] <= one.start and one.end <= number.begins)
    after = (one for one in sentence.spoken if one.start >= number.end)
    return (
        any(beside(sentence.text[one.end : number.begins]) for one in before)
        or any(beside(sentence.text[number.end : one.start]) for one in after)
        or bool(sentence.has("scope", "anaphora", left))
    )


def in_turn(sentence: Sentence, at: int, table: str) -> str:
    """Return the noun or region that is a number's by their order: "networks and rescues stood at 309 and 17,846"."""
    if not sentence.has("scope", "respectively", sentence.span):
        return ""
    unit = sentence.numbers[at].unit
    group = [one for one in sentence.numbers if one.unit == unit]
    first, place = group[0].begins, group.index(sentence.numbers[at])
    names = REGIONS if table == "shares" else sentence.words.heads.keys() - {"persons", "others"}
    marks = sorted((m.start(), name) for name in names for m in sentence.marks(table, name))
    kept: list[str] = []
    for start, name in marks:
        if name not in kept and (start < first or marks[0][0] > group[-1].ends):
            kept.append(name)
    return kept[place] if len(kept) == len(group) > 1 else ""
