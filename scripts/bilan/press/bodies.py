"""Whose figure a number is: who is named around it, the ministry, another body, another country."""

import re

from bilan.press.memory import BODIES, Memory
from bilan.press.sentences import Sentence, Spot


def whose(sentence: Sentence, place: int, parted: bool, memory: Memory) -> str:
    """Return whose figure the number at a place of a sentence is, "" where it is not seen to be another's.

    It is another body's that is named before it, nearer than the ministry or Morocco, or after it as its source;
    where no one is named, whose figures the sentence before gave, in the same paragraph or with words that say so.
    """
    text, scope, (start, end) = sentence.text, sentence.words.scope, sentence.span
    hidden = ("helpers", "services") if memory.ministry else ("helpers",)
    helpers = [one.span() for name in hidden for one in sentence.marks("bodies", name)]

    def marked(name: str) -> list[re.Match]:
        marks = sentence.marks("bodies", name)
        return [one for one in marks if not any(one.start() < last and first < one.end() for first, last in helpers)]

    ministry = [one.start() for one in marked("ministry")]
    ours = ministry + [one.start() for one in marked("morocco")]
    others = [(one, "another body") for one in marked("other")] + [(one, "a force") for one in marked("forces")]
    for other, kind in sorted(others, key=lambda one: one[0].start()):
        if other.start() < place:
            nearer = any(other.end() + 15 < one < place for one in ours)
        else:
            source = scope["said"].search(text[max(start, other.start() - 30) : other.start()])
            parts = re.search(r"[,;:(]|\s-", text[place : other.start()]) and not source
            nearer = parts or ministry
        if not nearer:
            beside = any(one < place for one in ministry)
            return f"{kind}{' beside the ministry' if beside else ''}: {other[0]}"
    for country in marked("countries"):
        around = max(start, country.start() - 40), min(end, country.end() + 20)
        official = sentence.has("bodies", "authorities", around)
        if not ours and (country.start() < start + 12 or official):
            return f"another country: {country[0]}"
        nearer = any(country.end() < one < place for one in ours)
        if country.start() < place and not nearer and official:
            return f"another country beside ours: {country[0]}"
    if not ours and memory.whose:
        again = scope["same_source"].search(text[start : min(end, start + 60)])
        return ("the one before, " + ("stated again" if again else "parted" if parted else "going on")) + ": "
    if not memory.ministry and (agents := marked("agents")) and not ours:
        return f"an agent: {agents[0][0]}"
    if not memory.morocco:
        return "no word of Morocco: "
    before = [one for one in ours if one < place]
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
