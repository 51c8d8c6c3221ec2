"""What the words around a number tell of what it counts: its clues, each with the words that gave it."""

import math
import re

from bilan.data.ledgers import SHARES
from bilan.press.bodies import named
from bilan.press.memory import COUNTS, Memory, Seen
from bilan.press.nouns import in_turn, leans_on, noun_after, noun_before, stands_alone
from bilan.press.periods import APART, LEANING, OWN
from bilan.press.sentences import Sentence
from bilan.press.shares import share_clues

ACTIONS = ("returned", "rescued", "stormed", "unrelated", "prevented", "dismantled", "involving")
BESIDE = (*ACTIONS, "voluntary", "enclaves", "migration")
# Small words, and how many words may stand between one and the number behind it.
PERCENTAGE = re.compile(r"\d[^\w.;]{0,3}(?:%|por ?ciento|p[eo]u?r ?cent)[^\w.;]{0,3}$")
BEFORE = {"subset": 2, "out_of": 0, "contrast": 2, "with": 0, "from": 0, "to": 0, "anaphora": 3, "number_of": 1}
BEFORE |= {"average": 3, "hoped": 4, "denied": 6, "and": 0}


def clues_of(sentence: Sentence, at: int, memory: Memory, whose: str) -> tuple[Seen, dict, dict[str, list[str]]]:
    """Return a number as seen, its clues with the words they stand for, and those that speak for one indicator."""
    number = sentence.numbers[at]
    seen = Seen(number, contrast=_contrast(sentence, at, memory))
    clues = {"any": "", f"whose: {whose.partition(':')[0] or 'not said'}": whose.partition(": ")[2]}
    clues |= named(sentence, at, memory)
    percent = number.unit == "percent"
    told: dict[str, list[str]] = {name: [] for name in (SHARES if percent else COUNTS)}
    if percent:
        share_clues(sentence, at, memory, clues, told)
    else:
        _count_clues(sentence, at, memory, seen, clues, told)
    kind = "percent" if percent else "count"
    for clue, said in _apart(sentence, at, memory).items():
        clues[f"{kind}: {clue}"] = said
    if sentence.said.rstrip(' "»”').endswith("?"):
        clues["asked"] = ""
    for name, words in BEFORE.items():
        if name in sentence.words.scope and (match := sentence.just_before(name, at, words)):
            clues[f"{kind} after: {name}"] = match[0].strip()
    for name in ("hoped", "denied", "average"):
        if match := sentence.has("scope", name, sentence.span):
            clues[f"{kind}, in its sentence: {name}"] = match[0]
    for indicator in told.keys() & memory.known.keys():
        values = memory.known[indicator][-9:]
        told[indicator].append("given before")
        if number.value in values:
            told[indicator].append("given before: the same number")
        elif any(abs(number.value - value) < 0.02 * (value + 1) for value in values):
            told[indicator].append("given before: nearly the same")
    for one in {one.indicator for one in memory.seen} & told.keys():
        told[one].append("given in this sentence" + (", compared number" if seen.contrast else ""))
    return seen, clues, told


def _contrast(sentence: Sentence, at: int, memory: Memory) -> bool:
    """Say whether a number is there to be compared with: "against 45,015", "against 45,015 and 177"."""
    if sentence.just_before("contrast", at, 2):
        return True
    if _first_of_step(sentence, at):
        return True
    last = memory.seen[-1] if memory.seen else None
    joined = sentence.words.scope["and"].fullmatch(sentence.text[slice(*sentence.left(at))].strip())
    return bool(last and last.contrast and joined)


def _first_of_step(sentence: Sentence, at: int) -> bool:
    """Say whether a number is the first of "from 419 to 332"."""
    if at + 1 >= len(sentence.numbers) or sentence.cells:
        return False
    words, following = sentence.words.scope, sentence.numbers[at + 1]
    gap = sentence.text[sentence.numbers[at].ends : following.begins].strip()
    if following.unit != sentence.numbers[at].unit or len(gap) > 40 or re.search(r"[,;:.()]", gap):
        return False
    led = " " not in gap or sentence.just_before("from", at, 1)
    return bool(led and words["to"].fullmatch(gap.rpartition(" ")[2]))


def _count_clues(sentence: Sentence, at: int, memory: Memory, seen: Seen, clues: dict, told: dict) -> None:
    """Add a count's clues, and to `told` those that speak for one indicator."""
    noun = _noun(sentence, at, seen, clues)
    _actions(sentence, at, noun, clues)
    _places(sentence, at, clues)
    size = math.log10(seen.number.value + 1)
    clues[f"size: 10^{round(size * 2) / 2:g}"] = ""
    clues |= {"in a table": ""} if sentence.cells else {}
    _leaning(sentence, at, memory, seen, noun, told)


def _noun(sentence: Sentence, at: int, seen: Seen, clues: dict[str, str]) -> str:
    """Add the clues of the noun that is counted, and return the one that names it."""
    after, before = noun_after(sentence, at), None
    if after:
        seen.noun, noun = after[0], f"noun after: {after[0]}"
        clues[noun] = after[1][0]
        seen.counted = after[1]
    else:
        before = noun_before(sentence, at)
        noun = f"noun before: {before[0]}" if before else "no noun"
        alone = stands_alone(sentence, at)
        clues[noun] = before[1][0] if before else ""
        clues[f"{noun}, {'alone' if alone else 'another word after'}"] = before[1][0] if before else ""
        seen.noun = before[0] if before and alone else ""
        seen.counted = before[1] if before else None
    if name := in_turn(sentence, at, "heads"):
        clues[f"in turn: {name}"] = name
    return noun


def _actions(sentence: Sentence, at: int, noun: str, clues: dict[str, str]) -> None:
    """Add the clues of what was done, by where it is told, and what was done to the noun."""
    near, back = sentence.near_right(at), sentence.near_left(at)
    right, left = sentence.right(at), sentence.left(at)
    done, told = False, [name for name in BESIDE if sentence.cells or sentence.marks("cues", name)]
    for stretch, place in ((near, "right"), (back, "left"), (right, "far right"), (left, "far left")):
        found = {name: match for name in told if (match := sentence.has("cues", name, stretch, place[-4:] == "left"))}
        for name, match in found.items():
            clues[f"{place}: {name}"] = match[0]
        act = next((name for name in ACTIONS if name in found), None)
        if act and not done:
            done, clues[f"{noun}, strongest: {act}"] = True, found[act][0]
    for name in BESIDE:
        if match := sentence.has("cues", name, sentence.span):
            clues[f"sentence: {name}"] = match[0]
        elif sentence.before and (match := sentence.before.has("cues", name, sentence.before.span)):
            clues[f"sentence before: {name}"] = match[0]
            clues[f"{noun}, sentence before: {name}"] = match[0]


def _places(sentence: Sentence, at: int, clues: dict[str, str]) -> None:
    """Add the clues of a number of one place, and of one that a percentage leads to."""
    before, left = (sentence.start, sentence.numbers[at].start), sentence.left(at)
    stretches = {"right": sentence.near_right(at), "left": sentence.near_left(at), "before": before}
    for place, stretch in stretches.items():
        if match := sentence.has("scope", "places", stretch):
            clues[f"a place, {place}"] = match[0]
    if PERCENTAGE.search(sentence.text[max(0, left[1] - 20) : left[1]]):
        clues["after a percentage"] = ""


def _leaning(sentence: Sentence, at: int, memory: Memory, seen: Seen, noun: str, told: dict) -> None:
    """Add what speaks for a number's being of what the numbers before it are of."""
    counts = [one for one in memory.seen if one.number.unit == "count" and (one.indicator or one.noun)] or memory.last
    if not counts:
        return
    one = counts[-1]
    if one.indicator:
        same = "sentence" if memory.seen and one in memory.seen else "before"
        state = ("compared, " if seen.contrast else "") + (
            "no noun" if noun == "no noun" or "before" in noun else "noun"
        )
        leans = "leans" if leans_on(sentence, at) else "free"
        fits = "same noun" if one.noun == seen.noun else "other noun"
        apart = abs(math.log(one.number.value + 1) - math.log(seen.number.value + 1))
        far = "near" if apart < 0.8 else "apart" if apart < math.log(25) else "far"
        told[one.indicator] += [
            f"last {same}: {state}, {leans}",
            f"last {same}: {state}, {fits}",
            f"last: {state}, {far}",
        ]


def _apart(sentence: Sentence, at: int, memory: Memory) -> dict[str, str]:
    """Return the clues of periods that make a number none of a year: several years, a month, a day."""
    number, text, clues = sentence.numbers[at], sentence.text, {}
    near, left = sentence.near_right(at), sentence.left(at)
    for mention in sentence.spoken:
        said = text[mention.start : mention.end]
        gap = text[number.ends : mention.start] if mention.start >= number.ends else text[mention.end : number.begins]
        after = mention.start >= number.ends
        where = "after" if after and mention.start <= near[1] else "before" if not after else "later"
        where = "far before" if where == "before" and mention.start < left[0] else where
        if mention.kind in APART:
            clues[f"{mention.kind} {where}"] = said
            if len(gap) <= 16 and not re.search(r"[;:.]", gap):
                clues[f"{mention.kind} {where}, touching"] = said
        elif mention.kind in OWN + LEANING and where != "later":
            clues[f"period {where}"] = said
    if not any(one.kind in OWN + LEANING + APART for one in sentence.spoken) and memory.apart:
        clues[f"{memory.apart} in the sentence before"] = ""
    return clues
