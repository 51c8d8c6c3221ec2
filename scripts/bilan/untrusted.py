"""Text from elsewhere, made harmless for the place it goes to: a terminal, a line of a page, a link, a message."""

import re
from collections import Counter
from reprlib import Repr

# Escape sequences of terminals begin with one of the first two ranges; then come ends of lines and what turns the
# direction of what follows, then halves of characters, which no file can hold.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
DEEPEST = 1_000  # elements of a page within each other
_TAG = re.compile("<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements that are seldom closed: empty ones, those that the next of their kind closes, the marks of a drawing.
_ALONE = {"br", "img", "hr", "input", "link", "meta", "source", "wbr", "col", "p", "li", "dt", "dd", "td", "th", "tr"}
_ALONE |= {"option", "path", "rect", "circle", "ellipse", "line", "polygon", "polyline", "use", "stop"}
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BRIEF = Repr()
_BRIEF.maxlevel, _BRIEF.maxlist, _BRIEF.maxdict = 2, 4, 4
_BRIEF.maxstring = _BRIEF.maxother = 200


def printable(said: object, lines: bool = False) -> str:
    """Return a text as a terminal may get it: control characters and those that turn a line round written as \\x1b.

    With `lines` its line ends stay, without them all of it is one line.
    """

    def written(found: re.Match) -> str:
        return found[0] if lines and found[0] == "\n" else found[0].encode("unicode_escape").decode()

    return CONTROLS.sub(written, str(said))


def plain_line(said: str) -> str:
    """Return a text as one line that cannot turn round what stands beside it: control characters are left out."""
    return CONTROLS.sub(lambda found: " " if found[0].isspace() else "", said)


def in_order(said: str) -> str:
    """Return a text without the characters that would turn round the order in which it is read; line ends stay."""
    return _TURNS.sub("", said)


def web_address(address: str) -> str:
    """Return an address that a page may link to, which begins with http:// or https://; of any other nothing."""
    return address if re.fullmatch(r"https?://[^\s\x00-\x1f]+", address, re.IGNORECASE) else ""


def too_deep(html: str) -> bool:
    """Say whether a page has elements more than DEEPEST deep within each other, if none that may stay open did.

    What cleans and reads HTML takes longer than in proportion for more.
    """
    left_open: Counter[str] = Counter()  # by name: a tag that closes nothing does not hide what is open
    depth = 0
    for found in _TAG.finditer(html):
        closes, name = found[1], found[2].lower()
        if name in _ALONE or (closes and not left_open[name]):
            continue
        step = -1 if closes else 1
        left_open[name] += step
        depth += step
        if depth > DEEPEST:
            return True
    return False


def brief(value: object) -> str:
    """Return what a message shows of a value: its repr, long ones cut; a small YAML file can stand for gigabytes."""
    return _BRIEF.repr(value)
