"""A new communiqué: from a text to a proposal that a person reviews, and from there to the ledger of its year."""

import csv
import hashlib
import io
import json
import re
import tempfile
from calendar import monthrange
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import pandas as pd
from markupsafe import escape

from bilan.data.ledgers import INDICATORS, SHARES, load_communique, years
from bilan.data.printed import parse_number
from bilan.data.tables import DATA, datapackage, read_table
from bilan.errors import InputError
from bilan.languages import LOCALES
from bilan.press.extract import PERIOD_DOUBTS, Found, extract
from bilan.press.text import fold, language_of, vocabulary
from bilan.show.tables import Table, show_table
from bilan.untrusted import in_order

LARGEST = 20_000_000  # bytes of a text
EARLIER = 5  # years whose range a figure is held against
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PERIOD = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?/(\d{4})-(\d\d)(?:-(\d\d))?)?")


@dataclass(frozen=True)
class Proposal:
    """What a text gives for a year: the ledger's rows, and what a reviewer must know.

    found: the figures behind the rows, in their order; flags: row's place → what to look at; elsewhere: figures of
    other periods, which are not proposed; missing: indicators without a figure.
    """

    year: int
    text: str
    found: tuple[Found, ...]
    rows: pd.DataFrame
    flags: dict[int, list[str]]
    elsewhere: tuple[Found, ...]
    missing: tuple[str, ...]


def read_text(path: Path) -> str:
    """Return a text file's text; line ends of any kind count as one character.

    Raises InputError where there is no such file, or it is no text in UTF-8.
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
    return said.replace("\r\n", "\n").replace("\r", "\n")


def read_figures(path: Path) -> tuple[str, list[Found]]:
    """Return a text file's text and figures. Raises InputError as `read_text` does, and where no figure is found."""
    said = read_text(path)
    found = extract(said)
    if not found:
        raise InputError(f"{path}: expected figures of the ministry's indicators, found none")
    return said, found


def dates_of(period: str) -> tuple[str, str, str]:
    """Return how the ledger names a period ("full year", "Jan-Aug"), its first and its last day.

    `period` is a year, or months or days of one year: "2026", "2026-01/2026-08". Raises InputError for anything else.
    """
    match = PERIOD.fullmatch(period)
    try:
        if match is None or (match[2] and match[1] != match[4]):
            raise ValueError
        if not match[2]:
            return "full year", f"{period}-01-01", f"{period}-12-31"
        year, first, last = int(match[1]), int(match[2]), int(match[5])
        end = int(match[6] or monthrange(year, last)[1])
        start = int(match[3] or 1)
        begun, ended = pd.Timestamp(year, first, start), pd.Timestamp(year, last, end)
        if begun > ended:
            raise ValueError
    except ValueError:
        expected = "expected a year or months of one, such as 2026-01/2026-08"
        raise InputError(f"period: {expected}, found {period!r}") from None
    if (first, start, last, end) == (1, 1, 12, 31):
        return "full year", f"{year}-01-01", f"{year}-12-31"
    name = MONTHS[first - 1] if first == last else f"{MONTHS[first - 1]}-{MONTHS[last - 1]}"
    whole = start == 1 and end == monthrange(year, last)[1]
    name = name if whole else f"{MONTHS[first - 1]} {start}-{MONTHS[last - 1]} {end}"
    return name, f"{begun:%Y-%m-%d}", f"{ended:%Y-%m-%d}"


def propose(text: str, year: int, period: str = "", source: str = "", url: str = "") -> Proposal:
    """Return what a text gives for a year's ledger, for a person to review.

    `period` is taken where the text does not say one beside a figure, and no other is taken then. Raises InputError
    for a year out of range, a period of another year or an address that is none, and where nothing is found.
    """
    if not 2000 <= year <= 2100:
        raise InputError(f"year: expected one from 2000 to 2100, found {year}")
    if period and (dates_of(period)[1][:4] != str(year)):
        raise InputError(f"period: expected one of {year}, found {period!r}")
    if url and not re.fullmatch(r"https?://\S+", url):
        raise InputError(f"url: expected an address that begins with http:// or https://, found {url!r}")
    found = extract(text)
    if not found:
        raise InputError("text: expected figures of the ministry's indicators, found none")
    taken, elsewhere = [], []
    for one in found:
        when = one.period
        if period and (when is None or any(doubt in PERIOD_DOUBTS for doubt in one.doubts)):
            when = period
        ours = when == period if period else when is not None and when[:4] == str(year) and _datable(when)
        (taken if ours else elsewhere).append((one, when))
    if not taken:
        told = ", ".join(sorted({one.period or "no period" for one in found}))
        raise InputError(f"text: expected figures of {period or year}, found figures of {told}")
    rows, flags, kept, seen = [], {}, [], {}
    order = {name: place for place, name in enumerate(INDICATORS)}
    for one, when in sorted(taken, key=lambda pair: order[pair[0].indicator]):
        row = _row(one, when, text, year, source, url)
        key = (one.indicator, row["period"])
        if key in seen:
            flags.setdefault(seen[key], []).append(f"the text also gives {one.as_printed}")
            elsewhere.append((one, when))
            continue
        seen[key] = len(rows)
        notes = [*one.doubts, *_far_off(one, row, year)]
        if one.indicator in SHARES and row["share_base"] != "intercepted":
            notes.append(f"a share of {row['share_base'] or 'what is not said'}, not of all those intercepted")
        if notes:
            flags.setdefault(len(rows), []).extend(notes)
        rows.append(row)
        kept.append(one)
    named = {one.indicator for one in kept}
    return Proposal(
        year,
        text,
        tuple(kept),
        pd.DataFrame(rows),
        flags,
        tuple(one for one, _ in elsewhere),
        tuple(name for name in INDICATORS if name not in named),
    )


def _datable(period: str) -> bool:
    try:
        dates_of(period)
    except InputError:
        return False
    return True


def _row(one: Found, period: str, text: str, year: int, source: str, url: str) -> dict:
    name, first, last = dates_of(period)
    return {
        "year": year,
        "period": name,
        "period_start": first,
        "period_end": last,
        "period_qualifier": "exact",
        "indicator": one.indicator,
        "value": one.value,
        "unit": one.unit,
        "qualifier": one.qualifier,
        "as_printed": one.as_printed,
        "number_format": _format_of(one),
        "counted": one.counted,
        "share_base": _base_of(one, text) if one.indicator in SHARES else "",
        "source_key": "",
        "source": source or "Text given to the collection (publication not named)",
        "source_url": url,
        "paragraph": _paragraph_of(one, text),
        "sentence": "",
        "note": "; ".join(one.doubts),
    }


def _format_of(one: Found) -> str:
    """Return the language whose separators a number uses: the first one that reads it as it was read."""
    for lang in LOCALES:
        try:
            if parse_number(one.as_printed, lang) == (one.value, one.qualifier):
                return lang
        except ValueError:
            continue
    raise InputError(f"text: expected a number in a format of {', '.join(LOCALES)}, found {one.as_printed!r}")


def _base_of(one: Found, text: str) -> str:
    """Return what a share is a share of by the words of its sentence, "" where they do not say."""
    said = fold(text[slice(*one.sentence)]).text
    cues = [vocabulary(lang).shares for lang in LOCALES]
    return next((base for base in ("foreign", "intercepted") if any(cue[base].search(said) for cue in cues)), "")


def _paragraph_of(one: Found, text: str) -> int:
    before = text[: one.sentence[0] + 1]
    return len(re.findall(r"\S[^\n]*\n+(?=\s*\S)", before)) + 1


def _far_off(one: Found, row: dict, year: int) -> list[str]:
    """Return a warning where a figure is far from the range of the years before; a part of a year only where above."""
    earlier = []
    for other in [known for known in years() if known < year][-EARLIER:]:
        ledger = load_communique(other)
        if one.indicator in ledger.index:
            earlier.append(float(ledger.loc[one.indicator, "value"]))
    if not earlier:
        return []
    low, high = min(earlier), max(earlier)
    below, above = (low - 15, high + 15) if one.unit == "percent" else (low / 2, high * 2)
    if one.value > above or (one.value < below and row["period"] == "full year"):
        return [f"far from {low:g} to {high:g} of the years before"]
    return []


def words_around(one: Found, text: str, width: int = 70) -> str:
    """Return the text's own words around a figure on one line, the number in square brackets."""
    room = max(0, width - (one.end - one.start))
    start, end = max(0, one.start - room // 2), min(len(text), one.end + room - room // 2)
    said = f"{text[start : one.start]}[{text[one.start : one.end]}]{text[one.end : end]}"
    return ("…" if start else "") + in_order(" ".join(said.split())) + ("…" if end < len(text) else "")


def described(proposal: Proposal) -> str:
    """Return a proposal as text for a terminal: each figure beside the text's own words, flags, and what is missing."""
    lines = []
    for at, (one, row) in enumerate(zip(proposal.found, proposal.rows.itertuples(), strict=True)):
        lines.append(f"  {one.indicator:<26} {one.as_printed:>16}  {one.qualifier:<8} {row.period}")
        lines.append(f"      {words_around(one, proposal.text)}")
        lines += [f"      ! {flag}" for flag in proposal.flags.get(at, [])]
    if proposal.missing:
        lines.append(f"  Not found: {', '.join(proposal.missing)}. They will be shown as not published.")
    for one in proposal.elsewhere:
        lines.append(f"  Left out, of {one.period or 'a period not said'}: {one.indicator} {one.as_printed}")
    return "\n".join(lines)


def review(proposal: Proposal) -> Table:
    """Return a proposal as a table: each figure, the text's own words around it, and what to look at."""
    found = zip(proposal.found, proposal.rows.itertuples(), strict=True)
    rows = []
    for at, (one, row) in enumerate(found):
        look_at = "; ".join(proposal.flags.get(at, [])) or "–"
        words = words_around(one, proposal.text)
        rows.append([one.indicator, in_order(one.as_printed), one.value, one.qualifier, row.period, words, look_at])
    columns = ["indicator", "as_printed", "value", "qualifier", "period", "words", "look_at"]
    caption = f"Figures proposed for {proposal.year}: compare each with the text"
    return show_table(pd.DataFrame(rows, columns=columns), caption)


class Highlighted:
    """A text with the figures proposed marked, and those left out underlined, each with its indicator beside it."""

    def __init__(self, proposal: Proposal):
        self.proposal = proposal

    def _repr_html_(self) -> str:
        text, pieces, done = self.proposal.text, [], 0
        marks = [(one, "mark") for one in self.proposal.found] + [(one, "u") for one in self.proposal.elsewhere]
        for one, tag in sorted(marks, key=lambda each: each[0].start):
            if one.start >= done:
                said = escape(in_order(text[one.start : one.end]))
                pieces += [escape(in_order(text[done : one.start])), f"<{tag}>{said}</{tag}><sub>{one.indicator}</sub>"]
                done = one.end
        pieces.append(escape(in_order(text[done:])))
        rtl = ' dir="rtl"' if language_of(fold(text).text) == "ar" else ""
        return f'<div{rtl} style="white-space: pre-wrap; max-width: 44em">{"".join(pieces)}</div>'

    def __repr__(self) -> str:
        return described(self.proposal)


def highlight(proposal: Proposal) -> Highlighted:
    """Return the text with each proposed figure marked and each one left out underlined, for a notebook to show."""
    return Highlighted(proposal)


def ledger_path(year: int) -> Path:
    """Return where a year's ledger lies."""
    return DATA / "communiques" / f"{year}.csv"


def check_free(year: int, replace: bool) -> None:
    """Raise InputError where a year has a ledger and nothing is to be replaced."""
    path = ledger_path(year)
    if path.exists() and not replace:
        raise InputError(
            f"year {year}: expected one without a ledger, found data/communiques/{year}.csv. With replace its "
            "figures of the same indicator and period are replaced, and the others kept"
        )


def save(proposal: Proposal, replace: bool = False) -> Path:
    """Write a proposal to its year's ledger and describe it in data/datapackage.json; return the ledger's path.

    With `replace`, a year's figures of other indicators and periods are kept. Raises InputError where the year has a
    ledger and is not to be replaced.
    """
    check_free(proposal.year, replace)
    path, name = ledger_path(proposal.year), f"communique_{proposal.year}"
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    places = [at for at, one in enumerate(package["resources"]) if one["name"].startswith("communique_")]
    known = next((package["resources"][at] for at in places if package["resources"][at]["name"] == name), None)
    rows = proposal.rows.to_dict("records")
    if known:
        key = itemgetter("indicator", "period_start", "period_end")
        new = {key(row) for row in rows}
        kept = read_table(name).astype(object).where(lambda table: table.notna(), "").to_dict("records")
        rows += [row for row in kept if key(row) not in new]
    resource = known or json.loads(json.dumps(package["resources"][places[-1]]))
    columns = [field["name"] for field in resource["schema"]["fields"]]
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, columns, lineterminator="\n")
    table.writeheader()
    table.writerows({column: _plain(row[column]) for column in columns} for row in rows)
    raw = written.getvalue().encode()
    if not known:
        resource |= {
            "name": name,
            "path": f"communiques/{proposal.year}.csv",
            "title": f"Ledger of {proposal.year}",
            "description": f"One row a figure the ministry published for {proposal.year}, the full year or a stated "
            "part of it, found in a text by rules and reviewed by a person. What was not published has no row.",
            "sources": [{"title": "Ministry of the Interior of Morocco, read in the source named in each row"}],
        }
        later = [at for at in places if package["resources"][at]["name"] > name]
        package["resources"].insert(later[0] if later else places[-1] + 1, resource)
    resource |= {"bytes": len(raw), "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}"}
    _put(path, raw)
    _put(DATA / "datapackage.json", (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode())
    datapackage.cache_clear()
    load_communique(proposal.year)
    return path


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _put(path: Path, raw: bytes) -> None:
    """Write a file whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as written:
        written.write(raw)
    Path(written.name).chmod(0o644)
    Path(written.name).replace(path)
