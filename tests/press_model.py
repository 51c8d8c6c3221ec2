"""Learns the weights of `bilan extract` from texts with their truth, and scores it on those set aside.

    python tests/press_model.py learn    writes scripts/bilan/press/weights.txt; the same texts, the same bytes
    python tests/press_model.py score    prints the tables of docs/extract.md
    python tests/press_model.py crossed  the same of the texts to learn from, each hand's read by the others' weights

What lies in tests/press_aside/ is set aside: nothing is learned from it, and nobody had read it before it was scored.
"""

import json
import re
import sys
import zlib
from collections import Counter, defaultdict
from operator import itemgetter
from pathlib import Path

import numpy as np
from bilan.data.ledgers import INDICATORS
from bilan.press import model
from bilan.press.extract import Reading, extract

HERE = Path(__file__).parent
FOLDS = 5
STRICT, STRICTER = 2.0, 25.0  # the L2 penalty, and that of how far a figure is to be trusted
RARE = 4  # a clue must be met as often to be learned from


def records(aside: bool = False) -> list[dict]:
    """Return texts and sentences with their truth: those to learn from, or those set aside."""
    texts = [HERE / "press", HERE / "press_varied", *sorted((HERE / "press_texts").glob("*/"))]
    found = []
    for folder in sorted((HERE / "press_aside").glob("*/")) if aside else texts:
        said = {"hand": folder.name, "fresh": folder.parent != HERE}
        for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
            record = json.loads(line) | said
            record["text"] = (folder / record["file"]).read_text(encoding="utf-8")
            found.append(record | {"group": f"texts {record['lang']}", "name": record["file"]})
        path = folder / "sentences.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            record = json.loads(line) | said
            figures = record.get("expect") or [
                {"indicator": one[0], "value": one[1], "period": one[2]} for one in record.get("figures", [])
            ]
            named = {"group": f"sentences {record.get('lang', '')}", "name": record["text"][:40]}
            found.append(record | named | {"figures": figures})
    return found


def truth_of(record: dict, reading: Reading) -> dict[int, dict | None]:
    """Return the figure at each number of a text, by its place; None where it is not known what it is."""
    places = [(reading.folded.span(one.start, one.end), one) for one in reading.numbers]
    figures, known = [one for one in record["figures"] if one["indicator"] in INDICATORS], {}
    for figure in figures:
        value, quote = float(figure["value"]), figure.get("quote") or ""
        start = figure.get("start", record["text"].find(quote) if quote else -1)
        end = figure.get("end", start + len(quote))
        fitting = [(span, one) for span, one in places if one.value == value and one.start not in known]
        inside = [one for (first, last), one in fitting if start >= 0 and first < end and start < last]
        percent = figure["indicator"].startswith("share_")
        alike = [one for _, one in fitting if (one.unit == "percent") == percent] if "start" not in figure else []
        for one in (inside or alike)[:1]:
            ours = figure.get("source_body") in (None, "MoI")
            known[one.start] = None if figure.get("legible") is False else figure if ours else {}
    values = {float(one["value"]) for one in figures}
    return {one.start: None for _, one in places if one.value in values} | known


class Lesson(Reading):
    """A reading that notes at each decision the clues of its options, and which of them are right.

    It goes on from the truth or, with `alone`, from what the model decides, as a reading without a teacher does.
    """

    def __init__(self, record: dict, alone: bool):
        super().__init__(record["text"])
        self.truth, self.alone, self.noted, self.judged_right = truth_of(record, self), alone, [], []

    def indicators(self, spot, clues, own):
        options = {None: [f"{clue} > none" for clue in clues]}
        options |= {name: [f"{clue} > {name}" for clue in clues] + more for name, more in own.items()}
        truth = self.truth.get(spot.number.start, {})
        right = truth.get("indicator") if truth else None
        right = right if right in options else None
        if truth is not None:
            self.noted.append((options, {right}))
        return super().indicators(spot, clues, own) if self.alone else {one: float(one == right) for one in options}

    def periods(self, spot, options):
        truth = self.truth.get(spot.number.start) or {}
        fair = {truth.get("period"), *truth.get("periods", ())} if "period" in truth else set()
        if right := fair & options.keys():
            self.noted.append((options, right))
        if self.alone:
            return super().periods(spot, options)
        return {one: float(one == truth.get("period")) for one in options}

    def right(self, spot, found, clues):
        truth = self.truth.get(spot.number.start, {})
        if truth is not None and self.alone:
            stated = (truth.get("indicator"), truth.get("qualifier", found[1]), truth.get("period", found[2]))
            well = found == stated or (found[:2] == stated[:2] and found[2] in truth.get("periods", ()))
            self.judged_right.append(({True: clues, False: []}, {well}))
        return super().right(spot, found, clues)


def learn(lessons: list, strict: float = STRICT) -> dict[str, float]:
    """Return the weights under which the right options are likeliest: multinomial logistic regression."""
    met = Counter(clue for options, _ in lessons for clues in options.values() for clue in clues)
    names, rows, columns, counts, right, starts = {}, [], [], [], [], []
    for options, well in lessons:
        starts.append(len(right))
        for option, clues in options.items():
            for clue, times in Counter(clue for clue in clues if met[clue] >= RARE).items():
                rows.append(len(right))
                columns.append(names.setdefault(clue, len(names)))
                counts.append(times)
            right.append(option in well)
    rows, columns, starts = np.array(rows), np.array(columns), np.array(starts)
    right, counts = np.array(right, float), np.array(counts, float)
    of = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(right))))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = np.bincount(rows, weights[columns] * counts, len(right))
        parts = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
        total, well = np.add.reduceat(parts, starts), np.add.reduceat(parts * right, starts)
        slope = np.bincount(columns, (parts / total[of] - parts * right / well[of])[rows] * counts, len(weights))
        return np.log(total / well).sum() + strict / 2 * weights @ weights, slope + strict * weights

    weights = _lowest(loss, np.zeros(len(names)))
    return {name: round(float(weights[at]), 2) for name, at in names.items() if abs(weights[at]) >= 0.05}


def _lowest(loss, weights: np.ndarray, memory: int = 10) -> np.ndarray:
    """Return the point where a smooth convex function is lowest: limited-memory BFGS with a halving step."""
    steps, (value, slope) = [], loss(weights)
    for _ in range(250):
        direction, factors = -slope, []
        for step, change, scale in reversed(steps):
            factors.append(step @ direction / scale)
            direction = direction - factors[-1] * change
        if steps:
            step, change, scale = steps[-1]
            direction = direction * (scale / (change @ change))
        else:
            direction = direction / np.linalg.norm(slope)
        for (step, change, scale), factor in zip(steps, reversed(factors), strict=True):
            direction = direction + (factor - change @ direction / scale) * step
        length = 1.0
        while True:
            there = weights + length * direction
            new_value, new_slope = loss(there)
            if new_value <= value + 1e-4 * length * (slope @ direction) or length < 1e-8:
                break
            length /= 2
        step, change = there - weights, new_slope - slope
        if step @ change > 1e-10:
            steps = [*steps, (step, change, step @ change)][-memory:]
        done = value - new_value < 1e-5 * max(1.0, value)
        weights, value, slope = there, new_value, new_slope
        if done:
            break
    return weights


def with_weights(weights: dict[str, float]) -> None:
    """Let readings use these weights."""
    used = model.Weights(weights)
    model.weights = lambda: used


def taught(record: dict, alone: bool) -> Lesson:
    """Return a text's lesson, read to its end."""
    lesson = Lesson(record, alone)
    lesson.hits = {(one.indicator, float(one.value)) for one in lesson.found()}
    return lesson


def by_name(record: dict) -> int:
    """Return the fold that a text is of."""
    return zlib.crc32(record["name"].encode()) % FOLDS


def in_folds(texts: list[dict], lessons: list[list], part_of=by_name) -> list[Lesson]:
    """Return each text's lesson read alone, with weights learned from the texts of the other folds."""
    fold = [part_of(one) for one in texts]
    read: list = [None] * len(texts)
    for part in sorted(set(fold)):
        with_weights(learn([one for at, noted in zip(fold, lessons, strict=True) if at != part for one in noted]))
        for at, record in enumerate(texts):
            if fold[at] == part:
                read[at] = taught(record, alone=True)
    return read


def noted_of(texts: list[dict]) -> list[list]:
    """Return what each text teaches, read with its truth at hand and then alone."""
    with_weights({})
    first = [taught(one, alone=False).noted for one in texts]
    second = [one.noted for one in in_folds(texts, first)]
    return [one + other for one, other in zip(first, second, strict=True)]


def crossed(texts: list[dict]) -> list[list]:
    """Return the figures found in each text by weights learned from the texts of other hands."""
    both = noted_of(texts)
    read = in_folds(texts, both, itemgetter("hand"))
    found: list = [[]] * len(texts)
    for hand in {one["hand"] for one in texts}:
        others = [at for at, one in enumerate(texts) if one["hand"] != hand]
        judged = [one for at in others if texts[at]["fresh"] for one in read[at].judged_right]
        with_weights(learn([one for at in others for one in both[at]]) | learn(judged, STRICTER))
        for at in set(range(len(texts))) - set(others):
            found[at] = extract(texts[at]["text"])
    return found


def learned(texts: list[dict]) -> tuple[dict[str, float], list[Lesson]]:
    """Return the weights learned from texts, and the texts' readings by weights learned from others.

    A second round learns from readings that lean on their own decisions, a third how often those are right: on texts
    that the tables of words were not made from, which would make it too sure.
    """
    both = noted_of(texts)
    read = in_folds(texts, both)
    fresh = [lesson for record, lesson in zip(texts, read, strict=True) if record["fresh"]]
    trust = learn([one for lesson in fresh for one in lesson.judged_right], STRICTER)
    return learn([one for noted in both for one in noted]) | trust, read


def score(texts: list[dict], found: list[list], by) -> dict[str, Counter]:
    """Return counts by group: wanted, found, wrong, period, qualifier, all right, sure, sure and all right."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for record, given in zip(texts, found, strict=True):
        wanted, allowed, hit = defaultdict(list), set(), set()
        for one in record["figures"]:
            key = (one["indicator"], float(one["value"]))
            other = one.get("source_body") not in (None, "MoI") or one.get("legible") is False
            if other or one.get("duplicate"):
                allowed.add(key)
            elif one["indicator"] in INDICATORS:
                wanted[key].append(one)
        count = counts[by(record)]
        count["wanted"] += len(wanted)
        for one in given:
            key = (one.indicator, float(one.value))
            if key not in wanted and key in allowed:
                continue
            truths = wanted.get(key, [])
            period = any(one.period in (t.get("period", one.period), *t.get("periods", ())) for t in truths)
            qualifier = any(one.qualifier == t.get("qualifier", one.qualifier) for t in truths)
            well = bool(truths) and period and qualifier
            count["found"] += bool(truths) and key not in hit
            count["wrong"] += not truths
            count["period"] += bool(truths) and period
            count["qualifier"] += bool(truths) and qualifier
            count["shown"] += 1
            sure = getattr(one, "sure", True)
            count["sure"] += sure
            count["sure right"] += sure and well
            place = f"p {min(int(getattr(one, 'probability', 1) * 10), 9) / 10:.1f}"
            count[place] += 1
            count[f"{place} right"] += well
            hit.add(key)
    return counts


def show(counts: dict[str, Counter]) -> None:
    """Print counts as the rows of a table, and how often a probability was right."""
    total = sum(counts.values(), Counter())
    for name, one in [*sorted(counts.items()), ("all", total)]:
        print(
            f"| {name} | {one['wanted']} | {one['found']} | {one['wrong']} | {one['period']} | {one['qualifier']} "
            f"| {one['sure']} | {one['sure right']} |"
        )
    for place in sorted(name for name in total if re.fullmatch(r"p 0\.\d", name)):
        print(place, total[place], total[f"{place} right"], f"{total[f'{place} right'] / total[place]:.3f}")


def main() -> None:
    """Learn, or score."""
    if sys.argv[1:] == ["learn"]:
        weights, _ = learned(records())
        lines = [f"{weight:+.2f} {clue}" for clue, weight in sorted(weights.items())]
        model.WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif sys.argv[1:] in (["score"], ["crossed"]):
        texts = records(aside=sys.argv[1] == "score")
        found = [extract(one["text"]) for one in texts] if sys.argv[1] == "score" else crossed(texts)
        show(score(texts, found, itemgetter("group")))
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
