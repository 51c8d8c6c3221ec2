"""A press text on its way to the ledger: the text that is read, and the draft of its figures that a person may edit."""

import json
from dataclasses import fields
from pathlib import Path

from bilan.data.ledgers import INDICATORS, SHARES
from bilan.errors import InputError
from bilan.press.found import Found
from bilan.untrusted import DEEPEST, too_deep

LARGEST = 1_000_000  # bytes of a text
QUALIFIERS = ("exact", "at_least", "about")
NEEDED = {"indicator": str, "value": (int, float), "qualifier": str, "period": (str, type(None)), "as_printed": str}


def read_text(path: Path) -> str:
    """Return a text file's text; line ends of any kind count as one character.

    Raises InputError where there is no such file, or it is no text in UTF-8 of at most 1 MB, or a page nested too deep.
    """
    try:
        with path.open("rb") as file:  # a device has no size, and may have no end
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise InputError(f"{path}: expected a text of at most {LARGEST:,} bytes, found more")
    except IsADirectoryError:
        raise InputError(f"{path}: expected a text file, found a folder") from None
    except OSError as error:
        raise InputError(f"{path}: expected a text file, found {error.strerror}") from error
    if b"\0" in raw:
        raise InputError(f"{path}: expected a text in UTF-8, found a binary file")
    try:
        said = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: expected a text in UTF-8, found another encoding at byte {error.start}") from None
    if not said.strip("\ufeff \t\r\n"):
        raise InputError(f"{path}: expected a text, found an empty file")
    if too_deep(said):
        raise InputError(f"{path}: expected elements at most {DEEPEST:,} deep within each other, found more")
    return said.replace("\r\n", "\n").replace("\r", "\n")


def read_draft(path: Path) -> list[Found]:
    """Return the figures of a draft: JSON Lines as `bilan extract` prints them, edited; without indicator, none.

    Raises InputError naming the line and the field that is wrong.
    """
    found, names = [], {one.name for one in fields(Found)}
    for at, line in enumerate(read_text(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise InputError(f"{path}, line {at}: expected a JSON object, as bilan extract prints them")
        if said.get("indicator") is None:
            continue
        for name, kind in NEEDED.items():
            if not isinstance(said.get(name), kind) or isinstance(said.get(name), bool):
                raise InputError(f"{path}, line {at}, {name}: expected one, found {said.get(name)!r}")
        if said["indicator"] not in INDICATORS or said["qualifier"] not in QUALIFIERS:
            expected = f"one of {', '.join(INDICATORS)}, and one of {', '.join(QUALIFIERS)}"
            raise InputError(f"{path}, line {at}: expected {expected}, found {said['indicator']}, {said['qualifier']}")
        paragraph = said.get("paragraph")
        if paragraph is not None and (type(paragraph) is not int or paragraph < 1):
            raise InputError(f"{path}, line {at}, paragraph: expected a number from 1, found {paragraph!r}")
        unit = "percent" if said["indicator"] in SHARES else "count"
        known = {name: str(said.get(name) or "") for name in ("why", "counted", "words", "share_base", "note")}
        given = {"start": 0, "end": 0, "sure": True, "probability": 1.0} | known | said | {"unit": unit}
        found.append(Found(**{name: value for name, value in given.items() if name in names}))
    if not found:
        raise InputError(f"{path}: expected at least one figure, found none")
    return found
