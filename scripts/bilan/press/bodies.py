"""Whose figure a number is: who is named around it, the ministry, another body, another country."""

import re

from bilan.press.memory import BODIES, Memory
from bilan.press.sentences import Sentence, Spot


def whose(sentence: Sentence, place: int, parted: bool, memory: Memory) -> str:
    """Return whose figure the number at a place of a sentence is, "" where it is not seen to be another's.

    It is another body's that is named before it, nearer than the ministry or Morocco, or after it as its source;
    where no one is named, whose figures the sentence before gave, in the same paragraph or with words that say so.
    """
    names, scope, said, here = sentence.words.bodies, sentence.words.scope, sentence.said, place - sentence.start
    for name in ("helpers", "services") if memory.ministry else ("helpers",):
        said = names[name].sub(lambda one: " " * len(one[0]), said)
    ours = [match.start() for name in ("ministry", "morocco") for match in names[name].finditer(said)]
    others = [(one, "another body") for one in names["other"].finditer(said)]
    forces = [(one, "a force") for one in names["forces"].finditer(said)]
    for other, kind in sorted([*others, *forces], key=lambda one: one[0].start()):
        if other.start() < here:
            nearer = [one for one in ours if other.end() + 15 < one < here]
        else:
            between = said[here : other.start()]
            source = scope["said"].search(said[max(0, other.start() - 30) : other.start()])
            parts = re.search(r"[,;:(]|\s-", between) and not source
            nearer = parts or names["ministry"].search(said)
        if not nearer:
            beside = names["ministry"].search(said[:here])
            return f"{kind}{' beside the ministry' if beside else ''}: {other[0]}"
    for country in names["countries"].finditer(said):
        around = said[max(0, country.start() - 40) : country.end() + 20]
        nearer = [one for one in ours if country.end() < one < here]
        if not ours and (country.start() < 12 or names["authorities"].search(around)):
            return f"another country: {country[0]}"
        if country.start() < here and not nearer and names["authorities"].search(around):
            return f"another country beside ours: {country[0]}"
    if not ours and memory.whose:
        again = scope["same_source"].search(said[:60])
        return ("the one before, " + ("stated again" if again else "parted" if parted else "going on")) + ": "
    if not memory.ministry and (agent := names["agents"].search(said)) and not ours:
        return f"an agent: {agent[0]}"
    if not memory.morocco:
        return "no word of Morocco: "
    before = [one for one in ours if one < here]
    return "" if not ours else ("ours before: " if before else "ours after: ")


def named(spot: Spot, memory: Memory) -> dict[str, str]:
    """Return who is named nearest before a number, else in a sentence before, and who after it."""
    sentence, number, clues = spot.sentence, spot.number, {}
    before, after = (sentence.start, number.begins), (number.ends, max(sentence.end, number.ends))
    found = {name: match for name in BODIES if (match := spot.has("bodies", name, before, last=True))}
    if found:
        name = max(found, key=lambda one: found[one].end())
        clues[f"named before: {name}"] = found[name][0]
    elif memory.named:
        clues[memory.named] = ""
    for name in BODIES:
        if match := spot.has("bodies", name, after):
            clues[f"named after: {name}"] = match[0]
    return clues
