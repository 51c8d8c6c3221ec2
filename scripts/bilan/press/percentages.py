"""What the words around a percentage tell of it: whose share it is, or that it is a change."""

import re
from dataclasses import replace

from bilan.data.ledgers import SHARES
from bilan.data.printed import PrintedNumber
from bilan.press.memory import Memory
from bilan.press.nouns import REGIONS, in_turn
from bilan.press.sentences import Spot
from bilan.press.text import Marks

ENDED = re.compile(r" ?(?:[.,;)»\n]|$)")  # what may follow a share without a sign
FAR = 160  # characters from a share to one that goes without a sign


def with_shares(numbers: list[PrintedNumber], marks: Marks) -> list[PrintedNumber]:
    """Return the numbers, those made percentages that go on from one: "43 %. From the Maghreb came 21, ..."."""
    text, kept, last = marks.text, [], None
    for number in numbers:
        if number.unit == "count" and number.value <= 100 and last and number.begins - last.ends <= FAR:
            led = max(last.ends, number.begins - 60), number.begins
            named = [one for region in REGIONS for one in marks.within("shares", region, *led)]
            gap = text[max(one.end() for one in named) : number.begins] if named else "."
            if len(gap) <= 30 and not re.search(r"[.;:!?(]", gap) and ENDED.match(text, number.ends):
                number = replace(number, unit="percent")
        last = number if number.unit == "percent" else last
        kept.append(number)
    return kept


def share(spot: Spot, memory: Memory, clues: dict[str, str], own: dict[str, list[str]]) -> None:
    """Add a percentage's clues, and to `own` those that speak for one region's share."""
    text, sentence = spot.text, spot.sentence
    before = memory.seen[-1].indicator if memory.seen else None
    named: list[tuple[int, str]] = []
    stretches = {"after in clause": spot.near_right, "before in clause": spot.near_left}
    for place, stretch in (stretches | {"after": spot.right, "before": spot.left}).items():
        ahead, found = place.startswith("before"), []
        for region, indicator in REGIONS.items():
            if matches := spot.within("shares", region, *stretch):
                taken = place == "before" and indicator == before
                own[indicator].append(f"region {place}" + ", the share before's" * taken)
                match = matches[-1 if ahead else 0]
                found.append((match.start(), indicator, match))
        if found:
            start, indicator, match = max(found)[:3] if ahead else min(found)[:3]
            gap = text[match.end() : spot.left[1]] if ahead else text[spot.right[0] : start]
            if len(gap) <= 40 and (mark := re.search(r"[(:=] ?$" if ahead else r"^ ?[;,)]", gap)):
                own[indicator].append(f"region {place.split()[0]}, {mark[0].strip()} between")
            elif len(gap) <= 4:
                own[indicator].append(f"region touches {place.split()[0]}")
            clues[f"a region {place}"] = match[0]
    for region, indicator in REGIONS.items():
        if sentence.marks("shares", region):
            own[indicator].append("region in sentence")
        named += [(one.end(), indicator) for one in spot.within("shares", region, sentence.start, spot.number.begins)]
    if named:
        last = max(named)[1]
        own[last].append("region named last" + ", the share before's" * (last == before))
    if name := in_turn(spot, "shares"):
        own[REGIONS[name]].append("in turn")
    if memory.seen and memory.seen[-1].indicator in SHARES:
        compared = ", compared" if spot.just_before("contrast", 1) else ", a step on" * memory.seen[-1].contrast
        own[memory.seen[-1].indicator].append(f"after the share before{compared}")


def changes(spot: Spot, clues: dict[str, str]) -> None:
    """Add the clues of a percentage that is a change."""
    right, left, change = spot.right, spot.left, spot.words.shares["change"]
    before = spot.text[max(left[0], left[1] - 25) : left[1]]
    after = spot.text[right[0] : min(right[1], right[0] + 25)]
    if match := change.search(re.split(r"[,;:()]", after)[0]):
        clues["a change after"] = match[0]
    if match := change.search(re.split(r"[,;:()]", before)[-1]):
        clues["a change up to it" if spot.just_before("to", 0) else "a change before"] = match[0]
