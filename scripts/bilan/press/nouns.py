"""The noun that a number counts: after it, before it, or none."""

import re

from bilan.press.sentences import Spot

NAMELESS = {"persons", "others", "things"}  # nouns of which no number is a figure by itself
REGIONS = {"west": "share_west_africa", "maghreb": "share_maghreb", "central_east": "share_central_east_africa"}


def noun_after(spot: Spot) -> tuple[str, re.Match] | None:
    """Return the noun that is counted, where it follows the number within a few words."""
    start, end = spot.right
    text, scope, found = spot.text, spot.words.scope, []
    if not re.search(r"\w", text[spot.sentence.start : spot.number.begins]):  # "18: assaults"
        start += len(re.match(r"(?: ?\([^()]{1,12}\))?[:.) -]*", text[start:end])[0])
    for name in spot.words.heads:
        if match := spot.has("heads", name, (start, min(end, start + 70))):
            gap = scope["number_of"].sub("", text[start : match.start()], count=1)
            if not text[spot.number.end - 1].isdigit():  # "a hundred of"
                gap = scope["of"].sub("", gap, count=1)
            if len(gap.split()) <= 4 and not re.search(r"[,;:.()]", gap) and not scope["between"].search(gap):
                found.append((match.start(), -match.end(), name, match))
    return min(found)[2:] if found else None


def noun_before(spot: Spot) -> tuple[str, re.Match] | None:
    """Return the last noun before a number that could be what it counts; of a label the first of its last part."""
    text, (start, end) = spot.text, spot.left
    start = max(start, *(text.rfind(mark, start, end) + 1 for mark in (";", "•")))
    names = [name for name in spot.words.heads if name != "things"]
    found = sorted((one.start(), name, one) for name in names for one in spot.within("heads", name, start, end))
    if not found:
        return None
    if spot.sentence.cells or text[start : spot.number.begins].rstrip().endswith(":"):
        comma = text.rfind(",", start, end)
        return min([one for one in found if one[0] > comma] or found)[1:]
    counting = [one for one in found if one[1] != "persons"]
    return max(counting or found)[1:]


def stands_alone(spot: Spot) -> bool:
    """Say whether no noun follows a number: the clause ends, or goes on with a period or what cannot be counted."""
    start, end = spot.right
    scope, rest = spot.words.scope, spot.text[start:end].lstrip()
    if scope["after_noun"].fullmatch(spot.text[spot.number.start : spot.number.end]):
        return True
    if not rest or not rest[0].isalnum() or scope["after_number"].match(rest):
        return True
    return any(beside(spot.text[start : one.start]) for one in spot.sentence.spoken if start <= one.start)


def beside(gap: str) -> bool:
    """Say whether there is nothing but a few short words in a gap."""
    return len(gap) <= 16 and bool(re.fullmatch(r"[,(: ]*(?:[^\W\d]{1,4}(?:'| |$)){0,3}", gap))


def leans_on(spot: Spot) -> bool:
    """Say whether a period or a word that takes up what was counted stands beside a number."""
    number, text = spot.number, spot.text
    gaps = [text[number.end : one.start] for one in spot.sentence.spoken if one.start >= number.end]
    before = (one for one in spot.sentence.spoken if spot.left[0] <= one.start and one.end <= number.begins)
    gaps += [text[one.end : number.begins] for one in before]
    return any(beside(gap) for gap in gaps) or bool(spot.has("scope", "anaphora", spot.left))


def in_turn(spot: Spot, table: str) -> str:
    """Return the noun or region that is a number's by their order: "networks and rescues stood at 309 and 17,846"."""
    sentence = spot.sentence
    if not sentence.has("scope", "respectively", sentence.span):
        return ""
    group = [one for one in sentence.numbers if one.unit == spot.unit]
    first, place = group[0].begins, group.index(spot.number)
    names = REGIONS if table == "shares" else spot.words.heads.keys() - NAMELESS
    marks = sorted((m.start(), name) for name in names for m in sentence.marks(table, name))
    kept = dict.fromkeys(name for start, name in marks if start < first or marks[0][0] > group[-1].ends)
    return list(kept)[place] if len(kept) == len(group) > 1 else ""
