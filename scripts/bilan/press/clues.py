"""What the words around a number tell of what it counts: its clues, each with the words that gave it."""

import math
import re
from dataclasses import dataclass, field

from bilan.data.printed import PrintedNumber
from bilan.data.tables import SHARES
from bilan.press.periods import APART, LEANING, OWN
from bilan.press.sentences import Sentence, Stretch

COUNTS = (
    "attempts_prevented",
    "networks_dismantled",
    "rescued_at_sea",
    "voluntary_returns",
    "assaults",
    "assault_participants",
)
REGIONS = {"west": "share_west_africa", "maghreb": "share_maghreb", "central_east": "share_central_east_africa"}
ACTIONS = ("returned", "rescued", "stormed", "unrelated", "prevented", "dismantled", "involving")
BESIDE = (*ACTIONS, "voluntary", "enclaves", "migration")
# Small words, and how many words may stand between one and the number behind it.
BEFORE = {"subset": 2, "out_of": 0, "contrast": 2, "with": 0, "from": 0, "to": 0, "anaphora": 3, "number_of": 1}
BEFORE |= {"average": 3, "hoped": 4, "denied": 6, "and": 0}


@dataclass
class Seen:
    """A number that was judged, with what later ones may lean on: its noun, and whether it is there to compare with."""

    number: PrintedNumber
    noun: str = ""
    counted: re.Match | None = None  # the noun
    contrast: bool = False
    indicator: str | None = None
    period: str | None = None
    same: bool = False  # the next figure is of the same indicator


@dataclass
class Memory:
    """What a text has given so far: this sentence's numbers, the last sentence's figures, all figures' values."""

    seen: list[Seen] = field(default_factory=list)
    last: list[Seen] = field(default_factory=list)
    known: dict[str, list[float]] = field(default_factory=dict)
    given: set[tuple[str, str | None]] = field(default_factory=set)  # indicators with the periods they were given for
    taken: set[int] = field(default_factory=set)  # where the regions stand that this sentence's shares were told with
    named: dict[str, str] = field(default_factory=dict)  # who was named last, in the sentence before, in the heading
    whose: str = ""
    apart: str = ""  # several years or a month, told of what the sentence before gave

    @property
    def figures(self) -> list[Seen]:
        """Return this sentence's counts so far, else those of the last sentence that had some."""
        return [one for one in self.seen if one.indicator in COUNTS] or self.last


def clues_of(sentence: Sentence, at: int, memory: Memory, whose: str) -> tuple[Seen, dict, dict[str, list[str]]]:
    """Return a number as seen, its clues with the words they stand for, and those that speak for one indicator."""
    number = sentence.numbers[at]
    seen = Seen(number, contrast=_contrast(sentence, at, memory))
    clues = {"any": "", f"whose: {whose.partition(':')[0] or 'not said'}": whose.partition(": ")[2]}
    clues |= _named(sentence, at, memory)
    percent = number.unit == "percent"
    if percent:
        told = _share_clues(sentence, at, memory, clues)
    else:
        told = _count_clues(sentence, at, memory, seen, clues)
    kind = "percent" if percent else "count"
    for clue, said in _apart(sentence, at, memory).items():
        clues[f"{kind}: {clue}"] = said
    for name, words in BEFORE.items():
        if name in sentence.words.scope and (match := sentence.just_before(name, at, words)):
            clues[f"{kind} after: {name}"] = match[0].strip()
    for name in ("hoped", "denied", "average"):
        if match := sentence.has("scope", name, sentence.span):
            clues[f"{kind}, in its sentence: {name}"] = match[0]
    for indicator, values in memory.known.items():
        near = min(abs(math.log((number.value + 1) / (value + 1))) for value in values[-9:])
        told.setdefault(indicator, []).append("given before")
        if near < 0.02:
            told[indicator].append("given before: the same number" if near == 0 else "given before: nearly the same")
    if any(one.indicator for one in memory.seen):
        for one in {one.indicator for one in memory.seen if one.indicator}:
            told.setdefault(one, []).append("given in this sentence" + (", compared number" if seen.contrast else ""))
    return seen, clues, told


BODIES = ("ministry", "morocco", "other", "countries", "agents")


def _named(sentence: Sentence, at: int, memory: Memory) -> dict[str, str]:
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
    return bool(words["to"].fullmatch(gap.rpartition(" ")[2]) and (" " not in gap or sentence.just_before("from", at, 1)))


def _count_clues(sentence: Sentence, at: int, memory: Memory, seen: Seen, clues: dict) -> dict[str, list[str]]:
    """Add a count's clues, and return those that speak for one indicator."""
    number, text = sentence.numbers[at], sentence.text
    near, back, right, left = (
        sentence.near_right(at),
        sentence.near_left(at),
        sentence.right(at),
        sentence.left(at),
    )
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
    nearest = ""
    for stretch, place in ((near, "right"), (back, "left"), (right, "far right"), (left, "far left")):
        found = {name: match for name in BESIDE if (match := sentence.has("cues", name, stretch, place[-4:] == "left"))}
        for name, match in found.items():
            clues[f"{place}: {name}"] = match[0]
        acts = {name: match for name, match in found.items() if name in ACTIONS}
        if acts and not nearest:
            pick = max if place.endswith("left") else min
            name = pick(acts, key=lambda one: acts[one].start())
            nearest, clues[f"{noun}, nearest: {name}"] = name, f"{acts[name][0]}"
            first = next(name for name in ACTIONS if name in acts)
            clues[f"{noun}, strongest: {first}"] = acts[first][0]
    for name in BESIDE:
        if match := sentence.has("cues", name, sentence.span):
            clues[f"sentence: {name}"] = match[0]
            if name in ("stormed", "enclaves", "rescued", "returned", "dismantled", "prevented", "unrelated"):
                clues[f"{noun}, sentence: {name}"] = match[0]
        elif sentence.before and (match := sentence.before.has("cues", name, sentence.before.span)):
            clues[f"sentence before: {name}"] = match[0]
            clues[f"{noun}, sentence before: {name}"] = match[0]
    for name in ("assaults", "participants", "rescues", "returns", "networks"):
        if match := sentence.has("heads", name, sentence.span):
            clues[f"sentence names: {name}"] = match[0]
    if name := _in_turn(sentence, at, "heads"):
        clues[f"in turn: {name}"] = name
    rest = text[right[0] : right[1]].lstrip()
    for name, table in (("of_them", "scope"), ("difference", "cues"), ("after_number", "scope")):
        if match := getattr(sentence.words, table)[name].match(rest):
            clues[f"followed by: {name}"] = match[0]
    if any(not text[m.end() : near[1]].strip() for m in sentence.words.cues["difference"].finditer(text, *near)):
        clues["ends on a difference"] = text[slice(*near)].strip()
    for stretch, place in ((near, "right"), (back, "left"), ((sentence.start, number.start), "before")):
        if match := sentence.has("scope", "places", stretch):
            clues[f"a place, {place}"] = match[0]
    first = next((one.number.begins for one in memory.seen if one.indicator), sentence.start)
    whole = sentence.words.scope["of_all"].match(text, sentence.start + _indent(sentence), max(first, sentence.start))
    if whole and first > sentence.start and not text[whole.end() : first].strip():
        clues["of the figure before"] = whole[0]
    if re.search(r"\d[^\w.;]{0,3}(?:%|por ?ciento|p[eo]u?r ?cent)[^\w.;]{0,3}$", text[max(0, left[1] - 20) : left[1]]):
        clues["after a percentage"] = ""
    if at and _first_of_step(sentence, at - 1):
        clues["second of a step"] = ""
    size = math.log10(number.value + 1)
    clues[f"size: 10^{round(size * 2) / 2:g}"] = ""
    clues |= {"small": ""} if number.value <= 2 else {}
    if sentence.cells:
        clues["in a table"] = ""
    return _leaning(sentence, at, memory, seen, noun)


def _leaning(sentence: Sentence, at: int, memory: Memory, seen: Seen, noun: str) -> dict[str, list[str]]:
    """Return what speaks for a number's being of what the numbers before it are of."""
    told: dict[str, list[str]] = {}
    counts = [one for one in memory.seen if one.number.unit == "count" and (one.indicator or one.noun)] or memory.last
    if not counts:
        return told
    size = math.log(seen.number.value + 1)

    def apart(one: Seen) -> float:
        return abs(math.log(one.number.value + 1) - size)

    same = "sentence" if memory.seen and counts[-1] in memory.seen else "before"
    state = ("compared, " if seen.contrast else "") + ("no noun" if noun == "no noun" or "before" in noun else "noun")
    leans = "leans" if leans_on(sentence, at) else "free"
    nearest = min(reversed(counts), key=apart)
    for one, which in ((nearest, "nearest in size"), (counts[-1], "last")):
        if one.indicator:
            fits = "same noun" if one.noun == seen.noun else "other noun"
            far = "near" if apart(one) < 0.8 else "apart" if apart(one) < math.log(25) else "far"
            told.setdefault(one.indicator, []).extend(
                [f"{which} {same}: {state}, {leans}", f"{which} {same}: {state}, {fits}", f"{which}: {state}, {far}"]
            )
    if sentence.has("scope", "respectively", sentence.span):
        figures = [one for one in memory.seen if one.indicator and not one.contrast] or memory.last
        group = [one for one in memory.seen if one.contrast] if seen.contrast else memory.seen
        if len(group) < len(figures) and figures[len(group)].indicator and (seen.contrast or not memory.seen):
            told.setdefault(figures[len(group)].indicator, []).append("respectively")
    return told


def _in_turn(sentence: Sentence, at: int, table: str) -> str:
    """Return the noun or region that is a number's by their order: "networks and rescues stood at 309 and 17,846"."""
    if not sentence.has("scope", "respectively", sentence.span):
        return ""
    unit = sentence.numbers[at].unit
    group = [one for one in sentence.numbers if one.unit == unit]
    first, place = group[0].begins, group.index(sentence.numbers[at])
    names = REGIONS if table == "shares" else [name for name in sentence.words.heads if name not in ("persons", "others")]
    marks = sorted((m.start(), name) for name in names for m in sentence.marks(table, name))
    kept: list[str] = []
    for start, name in marks:
        if name not in kept and (start < first or marks[0][0] > group[-1].ends):
            kept.append(name)
    return kept[place] if len(kept) == len(group) > 1 else ""


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
    return any(_beside(sentence.text[start : one.start]) for one in sentence.spoken if start <= one.start)


def _beside(gap: str) -> bool:
    """Say whether there is nothing but a few short words in a gap."""
    return len(gap) <= 16 and bool(re.fullmatch(r"[,(: ]*(?:[^\W\d]{1,4}(?:'| |$)){0,3}", gap))


def leans_on(sentence: Sentence, at: int) -> bool:
    """Say whether a period or a word that takes up what was counted stands beside a number."""
    number, left = sentence.numbers[at], sentence.left(at)
    before = (one for one in sentence.spoken if left[0] <= one.start and one.end <= number.begins)
    after = (one for one in sentence.spoken if one.start >= number.end)
    return (
        any(_beside(sentence.text[one.end : number.begins]) for one in before)
        or any(_beside(sentence.text[number.end : one.start]) for one in after)
        or bool(sentence.has("scope", "anaphora", left))
    )


def _indent(sentence: Sentence) -> int:
    return len(sentence.said) - len(sentence.said.lstrip(" \"«“'([-•|"))


def _share_clues(sentence: Sentence, at: int, memory: Memory, clues: dict) -> dict[str, list[str]]:
    """Add a percentage's clues, and return those that speak for one region's share."""
    told: dict[str, list[str]] = {indicator: [] for indicator in SHARES}
    text, right, left = sentence.text, sentence.right(at), sentence.left(at)
    near, back = sentence.near_right(at), sentence.near_left(at)
    for stretch, place in ((near, "after in clause"), (back, "before in clause"), (right, "after"), (left, "before")):
        found = []
        for region, indicator in REGIONS.items():
            matches = list(sentence.words.shares[region].finditer(text, *stretch))[:20]
            if match := (matches[-1] if place.startswith("before") else matches[0]) if matches else None:
                used = ", told before" if match.start() in memory.taken else ""
                told[indicator].append(f"region {place}{used}")
                found.append((match.start(), indicator, match, used))
        if found:
            start, indicator, match, used = (max if place.startswith("before") else min)(found, key=lambda one: one[0])
            gap = text[match.end() : left[1]] if place.startswith("before") else text[right[0] : start]
            told[indicator].append(f"nearest region {place}{used}")
            if len(gap) <= 4:
                told[indicator].append(f"region touches {place.split()[0]}{used}")
            if gap.strip() == "(":
                told[indicator].append(f"region {place.split()[0]} bracket")
            clues[f"a region {place}"] = match[0]
    for region, indicator in REGIONS.items():
        regions = list(sentence.words.shares[region].finditer(text, sentence.start, sentence.end))[:20]
        if regions:
            told[indicator].append("region in sentence")
        elif sentence.before and sentence.words.shares[region].search(text, *sentence.before.span):
            told[indicator].append("region in sentence before")
    if name := _in_turn(sentence, at, "shares"):
        told[REGIONS[name]].append("in turn")
    before = text[max(left[0], left[1] - 25) : left[1]]
    after = text[right[0] : min(right[1], right[0] + 25)]
    after, before = re.split(r"[,;:()]", after)[0], re.split(r"[,;:()]", before)[-1]
    change = sentence.words.shares["change"]
    if match := change.search(after):
        clues["a change after"] = match[0]
    reached = re.search(rf"(?<!\w)(?:{sentence.words.scope['to'].pattern})\W*$", before)
    if match := change.search(before):
        clues["a change up to it" if reached else "a change before"] = match[0]
    if match := change.search(sentence.said):
        clues["a change in its sentence"] = match[0]
    if sentence.cells and (heading := sentence.headings[sentence.column(at) :][:1]) and change.search(text, *heading[0]):
        clues["a column of changes"] = ""
    for base in ("foreign", "intercepted"):
        if match := sentence.words.shares[base].search(text, sentence.start, sentence.end):
            clues[f"a share of: {base}"] = match[0]
    last = memory.seen[-1] if memory.seen else None
    if last and last.indicator in SHARES:
        told[last.indicator].append("after the share before" + (", compared" if sentence.just_before("contrast", at, 1) else ""))
    for name in ("unrelated", "migration", "prevented"):
        if match := sentence.has("cues", name, sentence.span):
            clues[f"percent, sentence: {name}"] = match[0]
    clues["percentages in sentence: " + ("one" if sum(n.unit == "percent" for n in sentence.numbers) == 1 else "more")] = ""
    return told


def taken_by(sentence: Sentence, at: int, indicator: str) -> int | None:
    """Return where the region stands that a share was told with."""
    region = next(name for name, one in REGIONS.items() if one == indicator)
    places: list[Stretch] = [sentence.near_right(at), sentence.near_left(at), sentence.right(at), sentence.left(at)]
    for place, stretch in enumerate(places):
        matches = list(sentence.words.shares[region].finditer(sentence.text, *stretch))
        if matches:
            return matches[-1 if place % 2 else 0].start()
    return None
