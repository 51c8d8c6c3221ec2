"""The model: weights of clues, learned from texts with their truth by tests/press_model.py, and what follows."""

import math
from functools import cache
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights.txt"
SURE = 0.96  # chosen on texts read by weights learned from others: of these 98 in 100 are right
LEAST = 0.35  # of the odds against none of the indicators: below it a number is left out
STEPS = (-1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7)
# Clues that make a figure doubtful whatever it is of.
DOUBTFUL = ("whose:", "count: ", "percent: ", "count, in its", "percent, in its", "named before", "in a table")
DOUBTFUL += ("another", "the same thing", "noun")
BESIDE = ("first after", "nearest before", "column", "its cell", "row label")


@cache
def weights() -> dict[str, float]:
    """Return the weight of each clue."""
    lines = WEIGHTS.read_text(encoding="utf-8").splitlines()
    return {clue: float(weight) for weight, clue in (line.split(" ", 1) for line in lines if line[:1] not in "#")}


def probabilities(options: dict) -> dict:
    """Return the probability of each option by its clues: multinomial logistic."""
    weigh = weights()
    scores = {option: sum([weigh.get(clue, 0.0) for clue in clues]) for option, clues in options.items()}
    most = max(scores.values())
    parts = {option: math.exp(score - most) for option, score in scores.items()}
    total = sum(parts.values())
    return {option: part / total for option, part in parts.items()}


def likeliest(chances: dict[str | None, float]) -> str | None:
    """Return the indicator that a number is most likely of, None where it is hardly of any."""
    best = max((one for one in chances if one), key=chances.get)
    return best if chances[best] > chances[None] * LEAST else None


def _steps(name: str, chances: dict) -> list[str]:
    """Return clues of how far the likeliest option is before the others: one for each step that it is above."""
    first, second = sorted([*chances.values(), 1e-6], reverse=True)[:2]
    odds = math.log(max(first, 1e-6) / max(second, 1e-6))
    return [f"trust: {name} above {step}" for step in STEPS if odds >= step]


def trust_clues(chances: dict, dated: dict, clues: list[str], periods: int) -> list[str]:
    """Return the clues of whether a figure is right: the odds of its indicator and period, and what makes doubts."""
    doubts = [f"trust: {clue}" for clue in clues if clue.startswith(DOUBTFUL)]
    beside = any(clue.startswith(BESIDE) for clue in clues)
    return [
        "trust: any",
        f"trust: {min(periods, 4)} periods",
        "trust: period told beside" if beside else "trust: period told elsewhere",
        *_steps("indicator", chances),
        *_steps("period", dated),
        *doubts,
    ]


def why(weighed: list[str], options: dict, chosen: str | None, clues: dict[str, str]) -> str:
    """Return the clues that weighed most for an option, against the mean of all, with the words they stand for."""
    weigh = weights()
    other = next(one for one in options if one != chosen) if chosen is None else None

    def gain(name: str) -> float:
        if name not in clues:  # it speaks for one indicator alone
            return weigh.get(name, 0.0)
        ours, theirs = (weigh.get(f"{name} > {one or 'none'}", 0.0) for one in (chosen, other))
        return ours - theirs

    gains = {name: gain(name) for name in {clue.partition(" > ")[0] for clue in weighed} if name != "any"}
    best = [name for name in sorted(gains, key=lambda one: (-gains[one], one)) if gains[name] > 0][:3]
    return "; ".join(f"{name} “{clues[name]}”" if clues.get(name) else name for name in best)
