"""What a reading of a text keeps of the numbers and sentences it has seen, for those that follow to lean on."""

import re
from dataclasses import dataclass, field

from bilan.data.printed import PrintedNumber
from bilan.press.periods import APART, LEANING, OWN
from bilan.press.sentences import Sentence

COUNTS = (
    "attempts_prevented",
    "networks_dismantled",
    "rescued_at_sea",
    "voluntary_returns",
    "assaults",
    "assault_participants",
)
# Who may be named beside a figure.
BODIES = ("ministry", "morocco", "other", "countries", "agents")


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

    ministry: bool = False  # whether the text names the ministry
    morocco: bool = False  # or the country
    seen: list[Seen] = field(default_factory=list)
    last: list[Seen] = field(default_factory=list)
    known: dict[str, list[float]] = field(default_factory=dict)
    given: set[tuple[str, str | None]] = field(default_factory=set)  # indicators with the periods they were given for
    periods: set[str | None] = field(default_factory=set)  # for which anything was given
    named: dict[str, str] = field(default_factory=dict)  # who was named last, in the sentence before, in the heading
    whose: str = ""
    apart: str = ""  # several years or a month, told of what the sentence before gave

    @property
    def figures(self) -> list[Seen]:
        """Return this sentence's counts so far, else those of the last sentence that had some."""
        return [one for one in self.seen if one.indicator in COUNTS] or self.last

    def remember(self, sentence: Sentence) -> None:
        """Keep who a sentence named last, and that it spoke of several years or a month, until another tells."""
        named = {name: marks[-1].end() for name in BODIES if (marks := sentence.marks("bodies", name))}
        if named:
            last = max(named, key=lambda one: (named[one], -BODIES.index(one)))
            first = min(BODIES, key=lambda one: m[0].start() if (m := sentence.marks("bodies", one)) else 10**9)
            self.named = {"last in a sentence before": last, "first in a sentence before": first}
        self.named = {
            place.replace("in a sentence before", "in a sentence farther before") if not named else place: one
            for place, one in self.named.items()
        }
        said = sentence.said.strip()
        if named and not sentence.numbers and said[-1:] not in ".!?" and len(said) < 120:
            self.named["in a heading"] = last
        kinds = [one.kind for one in sentence.spoken]
        if kinds:
            apart = [kind for kind in kinds if kind in APART]
            own = any(kind in OWN + LEANING for kind in kinds)
            self.apart = "" if own or not apart else apart[-1]
