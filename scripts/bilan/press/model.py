"""The model: weights of clues, learned from texts with their truth by tests/press_model.py, and what follows."""

import math
from collections.abc import Iterable
from functools import cache
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights.txt"
SURE = 0.94  # chosen on texts read by weights learned from others; docs/extract.md has what is right of these
LEAST = 0.06  # of the odds against none of the indicators: below it a number is left out
STEPS = (-1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7)
# Clues that make a figure doubtful whatever it is of.
DOUBTFUL = ("whose:", "count: ", "percent: ", "count, in its", "percent, in its", "named", "in a table", "ours", "noun")


class Weights(dict):
    """The weight of each clue; `shared` has those of clues that any indicator may have: clue → indicator → weight."""

    def __init__(self, weights: dict[str, float]):
        super().__init__(weights)
        self.shared: dict[str, dict[str | None, float]] = {}
        for name, weight in weights.items():
            clue, _, option = name.partition(" > ")
            self.shared.setdefault(clue, {})[None if option == "none" else option] = weight


@cache
def weights() -> Weights:
    """Return the weight of each clue."""
    lines = WEIGHTS.read_text(encoding="utf-8").splitlines()
    return Weights({clue: float(weight) for weight, clue in (line.split(" ", 1) for line in lines)})


def indicators(clues: dict[str, str], own: dict[str, list[str]]) -> dict[str | None, float]:
    """Return the probability of each indicator by the clues that all share and by its own, of None that it is none."""
    weigh, scores = weights(), dict.fromkeys((None, *own), 0.0)
    for clue in clues:
        for option, weight in weigh.shared.get(clue, {}).items():
            if option in scores:
                scores[option] += weight
    return _of_scores({option: score + _sum(own.get(option, ()), weigh) for option, score in scores.items()})


def probabilities(options: dict) -> dict:
    """Return the probability of each option by its clues: multinomial logistic."""
    weigh = weights()
    return _of_scores({option: _sum(clues, weigh) for option, clues in options.items()})


def _sum(clues: Iterable[str], weigh: Weights) -> float:
    return sum([weigh.get(clue, 0.0) for clue in clues])


def _of_scores(scores: dict) -> dict:
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


def trust_clues(chances: dict, dated: dict, clues: Iterable[str], when: list[str], periods: int) -> list[str]:
    """Return the clues of whether a figure is right: the odds of its indicator and period, and what makes doubts.

    `clues` are those of the number, `when` those of its period, `periods` how many the text states.
    """
    stated = next((clue for clue in when if clue.startswith("in its sentence: ")), "not in its sentence")
    return [
        "trust: any",
        f"trust: {min(periods, 4)} periods",
        f"trust: {min(periods, 3)} periods, {stated}",
        *_steps("indicator", chances),
        *_steps("period", dated),
        *(f"trust: {clue}" for clue in clues if clue.startswith(DOUBTFUL)),
        *(f"trust: {clue}" for clue in when),
    ]


def why(clues: dict[str, str], own: dict[str, list[str]], chosen: str | None) -> str:
    """Return the clues that weighed most for an indicator, against its being none, with the words they stand for."""
    weigh, other = weights(), next(iter(own)) if chosen is None else None
    gains = {clue: weigh.get(clue, 0.0) for clue in own.get(chosen, ())}
    for clue in clues:
        by_option = weigh.shared.get(clue, {})
        gains[clue] = by_option.get(chosen, 0.0) - by_option.get(other, 0.0)
    gains.pop("any")
    best = [name for name in sorted(gains, key=lambda one: (-gains[one], one)) if gains[name] > 0][:3]
    return "; ".join(f"{name} “{clues[name]}”" if clues.get(name) else name for name in best)
