"""A press text as rules see it, and the words they look for in each language (words/<lang>.toml).

Rules look at a text folded to lower case without accents, tanwin or kinds of spaces, which knows where each of its
characters stood. HTML that was pasted in is read over: tags vanish and entities count as the character they stand for.
"""

import html
import re
import tomllib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from bilan.data import folding
from bilan.data.folding import CELLS, Folded, plain

VOCABULARY = Path(__file__).parent / "words"

MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,4000}>|<![^<>]{0,4000}>")
BLOCK = re.compile(
    r"</?(?:p|div|br|h\d|li|ul|ol|tr|dt|dd|dl|table|section|article|header|footer|nav|aside|title|figcaption|blockquote)\b"
)
CELL = re.compile(r"<t[dh]\b")
HIDDEN = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
MARKED = re.compile(r"</(?:p|li|td|h\d|div)>", re.IGNORECASE)
STOPS = r"[,;:()\"«»]|\s-"  # where a clause ends
VANISHES = "\0"
# Columns of a table that is set with spaces, and rows whose cells semicolons or dashes part.
COLUMNS = re.compile(r"(?<=[^\s|]) {3,}(?=\S)|^ {3,}(?=\S{1,20} {3,}\S)|(?<=[^\s.]) ?\.{4,} ?(?=[^\s.])", re.MULTILINE)
PARTED = re.compile(
    r"^[^\n;؛]{1,80}(?: [;؛][^\n;؛]{1,80}){2,}$|^[^\n;&]{0,40}(?:;[^\s;&][^\n;&]{0,40}){2,}$"
    r"|^[^\n;؛&–—]{1,40}(?: [–—] [^\n;؛&–—]{1,40}){2,}$",
    re.MULTILINE,
)


def visible(text: str) -> str:
    """Return a text of the same length without the markup of HTML, were it some; what is left stands where it stood."""
    text = COLUMNS.sub(_column, text)
    text = PARTED.sub(lambda row: re.sub("[;؛]" if re.search("[;؛]", row[0]) else "[–—]", CELLS, row[0]), text)
    if "<" not in text and "&" not in text:
        return text
    for opening, closing in HIDDEN:
        lowered = text.lower()
        if len(lowered) != len(text):  # "İ" becomes two characters
            lowered = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
        pieces, done, start = [], 0, 0
        while (start := lowered.find(opening, done)) >= 0 and (end := lowered.find(closing, start)) >= 0:
            end += len(closing)
            pieces += [text[done:start], VANISHES * (end - start)]
            done = end
        text = "".join(pieces) + text[done:]
    if sum(1 for _ in islice(MARKED.finditer(text), 3)) == 3:  # a page: a line break in its source is a space
        text = text.replace("\n", " ")
    return ENTITY.sub(_character, MARKUP.sub(_broken, text))


def _column(gap: re.Match) -> str:
    """Return what stands for a wide gap: the mark of a cell, two where a line begins with it."""
    first = gap.start() == 0 or gap.string[gap.start() - 1] == "\n"
    return (CELLS * (1 + first)).ljust(len(gap[0]), VANISHES)


def _broken(tag: re.Match) -> str:
    """Return what stands for a tag: two line breaks for a block, CELLS for a table's cell, nothing for others."""
    name = tag[0].lower()
    said = "\n\n" if BLOCK.match(name) else CELLS if CELL.match(name) else ""
    return said.ljust(len(tag[0]), VANISHES)


def _character(entity: re.Match) -> str:
    said = html.unescape(entity[0])
    return said.ljust(len(entity[0]), VANISHES) if len(said) <= len(entity[0]) else entity[0]


def fold(text: str) -> Folded:
    """Return a text folded, the markup of HTML read over."""
    return folding.fold(visible(text), text)


@dataclass(frozen=True)
class Vocabulary:
    """A language's words as in its TOML: tables of patterns by name, each list of patterns made one."""

    lang: str
    prefix: str
    common: frozenset[str]
    heads: dict[str, re.Pattern]
    cues: dict[str, re.Pattern]
    shares: dict[str, re.Pattern]
    scope: dict[str, re.Pattern]
    bodies: dict[str, re.Pattern]
    periods: dict


@cache
def vocabulary(lang: str) -> Vocabulary:
    """Return a language's words, ready to be looked for."""
    read = tomllib.loads((VOCABULARY / f"{lang}.toml").read_text(encoding="utf-8"))
    prefix = read.get("prefix", "")

    def either(patterns: list[str] | str) -> re.Pattern:
        patterns = [patterns] if isinstance(patterns, str) else patterns
        return re.compile(rf"(?<!\w){prefix}(?:{'|'.join(map(plain, patterns)) or '(?!)'})")

    tables = {
        name: {key: either(patterns) for key, patterns in read[name].items()}
        for name in ("heads", "cues", "shares", "scope", "bodies")
    }
    tables["scope"]["stop"] = re.compile(rf"(?P<mark>{STOPS})|{tables['scope']['clause'].pattern}")
    common, periods = frozenset(read["common"].split()), read["periods"]
    return Vocabulary(lang, prefix, common, periods=periods, **tables)


class Marks(dict):
    """Where the words of each kind stand in a folded text, each kind looked for once: when it is first asked for.

    A kind, such as ("heads", "networks"), gives its matches, where they begin and where they end.
    """

    def __init__(self, text: str, words: Vocabulary):
        super().__init__()
        self.text, self.words = text, words

    def __missing__(self, kind: tuple[str, str]) -> tuple[list[re.Match], list[int], list[int]]:
        found = list(getattr(self.words, kind[0])[kind[1]].finditer(self.text))
        self[kind] = found, [one.start() for one in found], [one.end() for one in found]
        return self[kind]

    def within(self, table: str, name: str, start: int, end: int) -> list[re.Match]:
        """Return the words of a kind that begin and end within a stretch."""
        found, starts, ends = self[table, name]
        first = bisect_left(starts, start)
        return found[first : bisect_right(ends, end, first)] if first < len(starts) and starts[first] < end else []


def language_of(text: str) -> str:
    """Return the language of a folded text by its script and its commonest words: fr, en, es or ar."""
    sample = text[:50_000]
    if len(re.findall(r"[\u0620-\u064a]", sample)) > len(re.findall(r"[a-z]", sample)):
        return "ar"
    words = re.findall(r"[a-z]+", sample)
    counts = {lang: sum(map(vocabulary(lang).common.__contains__, words)) for lang in ("fr", "en", "es")}
    return max(counts, key=counts.get)
