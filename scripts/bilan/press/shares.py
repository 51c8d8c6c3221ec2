"""What the words around a percentage tell of whose share it is: regions, and the words of change."""

import re

from bilan.data.ledgers import SHARES
from bilan.press.memory import Memory
from bilan.press.nouns import REGIONS, in_turn
from bilan.press.sentences import Sentence


def share_clues(sentence: Sentence, at: int, memory: Memory, clues: dict, told: dict) -> None:
    """Add a percentage's clues, and to `told` those that speak for one region's share."""
    text, right, left = sentence.text, sentence.right(at), sentence.left(at)
    near, back = sentence.near_right(at), sentence.near_left(at)
    for stretch, place in ((near, "after in clause"), (back, "before in clause"), (right, "after"), (left, "before")):
        found = []
        for region, indicator in REGIONS.items():
            matches = list(sentence.words.shares[region].finditer(text, *stretch))[:20]
            if matches:
                match = matches[-1 if place.startswith("before") else 0]
                told[indicator].append(f"region {place}")
                found.append((match.start(), indicator, match))
        if found:
            start, indicator, match = (max if place.startswith("before") else min)(found, key=lambda one: one[0])
            gap = text[match.end() : left[1]] if place.startswith("before") else text[right[0] : start]
            told[indicator].append(f"nearest region {place}")
            if len(gap) <= 4:
                told[indicator].append(f"region touches {place.split()[0]}")
            clues[f"a region {place}"] = match[0]
    for region, indicator in REGIONS.items():
        if sentence.words.shares[region].search(text, *sentence.span):
            told[indicator].append("region in sentence")
    if name := in_turn(sentence, at, "shares"):
        told[REGIONS[name]].append("in turn")
    _changes(sentence, at, clues)
    last = memory.seen[-1] if memory.seen else None
    if last and last.indicator in SHARES:
        compared = ", compared" * bool(sentence.just_before("contrast", at, 1))
        told[last.indicator].append(f"after the share before{compared}")
    for name in ("unrelated", "migration", "prevented"):
        if match := sentence.has("cues", name, sentence.span):
            clues[f"percent, sentence: {name}"] = match[0]
    alone = sum(one.unit == "percent" for one in sentence.numbers) == 1
    clues[f"percentages in sentence: {'one' if alone else 'more'}"] = ""


def _changes(sentence: Sentence, at: int, clues: dict[str, str]) -> None:
    """Add the clues of a percentage that is a change, and of what it is a share of."""
    text, right, left = sentence.text, sentence.right(at), sentence.left(at)
    before = text[max(left[0], left[1] - 25) : left[1]]
    after = text[right[0] : min(right[1], right[0] + 25)]
    after, before = re.split(r"[,;:()]", after)[0], re.split(r"[,;:()]", before)[-1]
    change = sentence.words.shares["change"]
    if match := change.search(after):
        clues["a change after"] = match[0]
    reached = sentence.just_before("to", at, 0)
    if match := change.search(before):
        clues["a change up to it" if reached else "a change before"] = match[0]
    if match := change.search(sentence.said):
        clues["a change in its sentence"] = match[0]
    heading = sentence.headings[sentence.column(at) :][:1] if sentence.cells else []
    if heading and change.search(text, *heading[0]):
        clues["a column of changes"] = ""
    for base in ("foreign", "intercepted"):
        if match := sentence.words.shares[base].search(text, sentence.start, sentence.end):
            clues[f"a share of: {base}"] = match[0]
