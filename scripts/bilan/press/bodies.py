"""Whose figure a number is: who is named around it, the ministry, another body, another country."""

import re

from bilan.press.memory import BODIES, Memory
from bilan.press.sentences import Sentence


def whose(sentence: Sentence, place: int, parted: bool, memory: Memory) -> str:
    """Return whose figure the number at a place of a sentence is, "" where it is not seen to be another's.

    It is another body's that is named before it, nearer than the ministry or Morocco, or after it as its source;
    where no one is named, whose figures the sentence before gave, in the same paragraph or with words that say so.
    """
    names, scope, said, here = sentence.words.bodies, sentence.words.scope, sentence.said, place - sentence.start
    for name in ("helpers", "services") if memory.ministry else ("helpers",):
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
    if not ours and memory.whose:
        again = scope["same_source"].search(said[:60])
        return ("the one before, " + ("told again" if again else "parted" if parted else "going on")) + ": "
    if not memory.ministry and (agent := names["agents"].search(said)) and not ours:
        return f"an agent: {agent[0]}"
    if not memory.morocco:
        return "no word of Morocco: "
    before = [one for one in ours if one < here]
    return "" if not ours else ("ours before: " if before else "ours after: ")


def named(sentence: Sentence, at: int, memory: Memory) -> dict[str, str]:
    """Return who is named nearest before a number, after it, in its row's label and in its column's heading."""
    clues, number = {}, sentence.numbers[at]
    found = {name: sentence.has("bodies", name, (sentence.start, number.begins), last=True) for name in BODIES}
    inside = {name: match for name, match in found.items() if match}
    if inside:
        name = max(inside, key=lambda one: (inside[one].end(), -BODIES.index(one)))
        clues[f"named before: {name}"] = inside[name][0]
        others = [one for one in inside if one in ("other", "countries")]
        clues["ours alone named before" if not others else "others named before too"] = ""
    else:
        for place, one in memory.named.items():
            clues[f"named {place}: {one}"] = one
    for name in BODIES:
        if match := sentence.has("bodies", name, (number.ends, max(sentence.end, number.ends))):
            near = "near " if match.start() - number.ends < 40 else ""
            clues[f"named {near}after: {name}"] = match[0]
    if sentence.cells:
        stretches = {"row": sentence.cells[0]}
        if (column := sentence.column(at)) < len(sentence.headings):
            stretches["column"] = sentence.headings[column]
        for place, stretch in stretches.items():
            for name in BODIES:
                if match := sentence.words.bodies[name].search(sentence.text, *stretch):
                    clues[f"{place} names: {name}"] = match[0]
    return clues
