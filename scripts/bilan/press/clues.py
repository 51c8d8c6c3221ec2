"""What the words around a number tell of what it counts: its clues, each with the words that gave it."""

import math
import re

from bilan.data.ledgers import SHARES
from bilan.press.bodies import named
from bilan.press.memory import COUNTS, Memory
from bilan.press.nouns import NAMELESS, in_turn, leans_on, noun_after, noun_before, stands_alone
from bilan.press.percentages import changes, share
from bilan.press.periods import APART, LEANING, OWN
from bilan.press.sentences import Sentence, Spot

# What may have been done to what is counted.
ACTIONS = ("returned", "rescued", "stormed", "unrelated", "prevented", "dismantled", "involving")
DONE = (*ACTIONS, "voluntary", "enclaves", "migration", "sea", "together")
# Small words, and how many words may stand between one and the number behind it.
BEFORE = {"subset": 2, "anaphora": 3, "hoped": 4, "denied": 6}


def clues_of(spot: Spot, memory: Memory, whose: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return a number's clues with the words they stand for, and those that speak for one indicator."""
    sentence, kind = spot.sentence, spot.unit
    spot.contrast = _contrast(spot, memory)
    clues = {"any": "", f"whose: {whose.partition(':')[0] or 'not said'}": whose.partition(": ")[2]}
    clues |= named(spot, memory)
    own: dict[str, list[str]] = {name: [] for name in (SHARES if kind == "percent" else COUNTS)}
    if kind == "percent":
        share(spot, memory, clues, own)
        changes(spot, clues)
    else:
        noun = _noun(spot, clues)
        _done(spot, noun, clues)
        clues[f"size: 10^{round(math.log10(spot.number.value + 1) * 2) / 2:g}"] = ""
        clues |= {"in a table": ""} if sentence.cells else {}
        led = spot.text[sentence.start : spot.number.begins]
        if not re.search(r"\w", led) and spot.text.startswith((".", ")"), spot.number.ends):
            clues["a stop after it, nothing before"] = ""
        _leaning(spot, memory, noun, own)
    clues |= {f"{kind}: {clue}": said for clue, said in _apart(spot, memory).items()}
    if sentence.said.rstrip(' "»”').endswith("?"):
        clues["asked"] = ""
    for name, words in BEFORE.items():
        if match := spot.just_before(name, words):
            clues[f"{kind} after: {name}"] = match[0].strip()
    for name in ("hoped", "denied", "average"):
        if match := sentence.has("scope", name, sentence.span):
            clues[f"{kind}, in its sentence: {name}"] = match[0]
    _given(spot, memory, own)
    return clues, own


def _contrast(spot: Spot, memory: Memory) -> bool:
    """Say whether a number is there to be compared with: "against 45,015", "against 45,015 and 177"."""
    if spot.just_before("contrast", 2) or _first_of_step(spot):
        return True
    joined = spot.words.scope["and"].fullmatch(spot.text[slice(*spot.left)].strip())
    return bool(memory.seen and memory.seen[-1].contrast and joined)


def _first_of_step(spot: Spot) -> bool:
    """Say whether a number is the first of "from 419 to 332"."""
    following = next(iter(spot.sentence.numbers[spot.at + 1 :]), None)
    if following is None or following.unit != spot.unit or spot.sentence.cells:
        return False
    gap = spot.text[spot.number.ends : following.begins].strip()
    if len(gap) > 40 or re.search(r"[,;:.()]", gap):
        return False
    led = " " not in gap or spot.just_before("from", 1)
    return bool(led and spot.words.scope["to"].fullmatch(gap.rpartition(" ")[2]))


def _noun(spot: Spot, clues: dict[str, str]) -> str:
    """Add the clues of the noun that is counted, and return the one that names it."""
    if after := noun_after(spot):
        spot.noun, spot.counted = after
        noun = f"noun after: {spot.noun}"
        clues[noun] = spot.counted[0]
    else:
        before, alone = noun_before(spot), stands_alone(spot)
        name, spot.counted = before or ("", None)
        spot.noun, noun = name if alone else "", f"noun before: {name}" if before else "no noun"
        said = spot.counted[0] if spot.counted else ""
        if not before and spot.sentence.before and (named := _nouns_of(spot.sentence.before)):
            clues[f"no noun, in the sentence before: {named[-1]}"] = ""
        clues |= {noun: said, f"{noun}, {'alone' if alone else 'another word after'}": said}
    if name := in_turn(spot, "heads"):
        clues[f"in turn: {name}"] = name
    return noun


def _nouns_of(sentence: Sentence) -> list[str]:
    """Return the nouns of a sentence that an indicator counts, in their order."""
    names = sentence.words.heads.keys() - NAMELESS
    return [name for _, name in sorted((one.start(), name) for name in names for one in sentence.marks("heads", name))]


def _done(spot: Spot, noun: str, clues: dict[str, str]) -> None:
    """Add the clues of what was done, by where it is stated, of what was done to the noun, and of a place."""
    sentence = spot.sentence
    for place, stretch in (("right", spot.near_right), ("left", spot.near_left)):
        for name in DONE:
            if match := spot.has("cues", name, stretch, last=place == "left"):
                clues[f"{place}: {name}"] = match[0]
        if match := spot.has("scope", "places", stretch):
            clues[f"a place, {place}"] = match[0]
    acts = (name for place in ("right", "left") for name in ACTIONS if f"{place}: {name}" in clues)
    if act := next(acts, None):
        clues[f"{noun}, strongest: {act}"] = ""
    for name in DONE:
        if match := sentence.has("cues", name, sentence.span):
            clues[f"sentence: {name}"] = match[0]
            if f"right: {name}" not in clues and f"left: {name}" not in clues:
                clues[f"elsewhere in its sentence: {name}"] = match[0]
        elif sentence.before and (match := sentence.before.has("cues", name, sentence.before.span)):
            clues[f"sentence before: {name}"] = match[0]


def _leaning(spot: Spot, memory: Memory, noun: str, own: dict[str, list[str]]) -> None:
    """Add what speaks for a number's being of what the number before it is of."""
    counts = [one for one in memory.seen if one.unit == "count" and (one.indicator or one.noun)] or memory.last
    if not counts or not counts[-1].indicator:
        return
    one = counts[-1]
    state = ("compared, " if spot.contrast else "") + ("noun" if noun.startswith("noun after") else "no noun")
    apart = abs(math.log(one.number.value + 1) - math.log(spot.number.value + 1))
    own[one.indicator] += [
        f"last {'sentence' if one in memory.seen else 'before'}: {state}, {'leans' if leans_on(spot) else 'free'}",
        f"last: {state}, {'near' if apart < 0.8 else 'apart' if apart < math.log(25) else 'far'}",
    ]


def _given(spot: Spot, memory: Memory, own: dict[str, list[str]]) -> None:
    """Add for each indicator whether it was given before, and whether the number is much the same."""
    value = spot.number.value
    for indicator in own.keys() & memory.known.keys():
        values = memory.known[indicator][-9:]
        own[indicator].append("given before")
        if value in values:
            own[indicator].append("given before: the same number")
        elif any(abs(value - other) < 0.02 * (other + 1) for other in values):
            own[indicator].append("given before: nearly the same")
    for one in {one.indicator for one in memory.seen} & own.keys():
        own[one].append("given in this sentence" + (", compared number" if spot.contrast else ""))


def _apart(spot: Spot, memory: Memory) -> dict[str, str]:
    """Return the clues of periods that make a number none of a year: several years, a month, a day."""
    number, text, spoken, clues = spot.number, spot.text, spot.sentence.spoken, {}
    for mention in spoken:
        said = text[mention.start : mention.end]
        if mention.start >= number.ends:
            where, gap = "after", text[number.ends : mention.start]
            if mention.start > spot.near_right[1]:
                continue
        else:
            where, gap = "far before" if mention.start < spot.left[0] else "before", text[mention.end : number.begins]
        if mention.kind in APART:
            clues[f"{mention.kind} {where}"] = said
            if len(gap) <= 16 and not re.search(r"[;:.]", gap):
                clues[f"{mention.kind} {where}, touching"] = said
        elif mention.kind in OWN + LEANING:
            clues[f"period {where}"] = said
    if memory.apart and not any(one.kind in OWN + LEANING + APART for one in spoken):
        clues[f"{memory.apart} in the sentence before"] = ""
    return clues
