"""What a reading of a text keeps of the numbers and sentences it has seen, for those that follow to lean on."""

from dataclasses import dataclass, field

from bilan.data.ledgers import INDICATORS, SHARES
from bilan.press.periods import APART, LEANING, OWN
from bilan.press.sentences import Sentence, Spot

COUNTS = tuple(name for name in INDICATORS if name not in SHARES)
# Who may be named beside a figure.
BODIES = ("ministry", "morocco", "other", "forces", "countries", "agents")


@dataclass
class Memory:
    """What a text has given so far: this sentence's numbers, the last sentence's figures, all figures' values."""

    ministry: bool = False  # whether the text names the ministry
    morocco: bool = False  # or the country
    seen: list[Spot] = field(default_factory=list)
    last: list[Spot] = field(default_factory=list)
    known: dict[str, list[float]] = field(default_factory=dict)
    given: dict[str | None, set[str]] = field(default_factory=dict)  # periods, with the indicators given for each
    named: str = ""  # the clue of who was named last
    whose: str = ""
    apart: str = ""  # several years or a month, stated of what the sentence before gave

    def remember(self, sentence: Sentence) -> None:
        """Keep who a sentence named last, and that it spoke of several years or a month, until another does."""
        self.named = self.named.replace("in a sentence before", "in a sentence farther before")
        ends = {name: marks[-1].end() for name in BODIES if (marks := sentence.marks("bodies", name))}
        if ends:
            self.named = f"named last in a sentence before: {max(ends, key=ends.get)}"
        kinds = [one.kind for one in sentence.spoken]
        if kinds:
            apart = [kind for kind in kinds if kind in APART]
            self.apart = apart[-1] if apart and not any(kind in OWN + LEANING for kind in kinds) else ""
