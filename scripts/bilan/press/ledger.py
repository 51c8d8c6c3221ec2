"""Writing the ledger of a year: what would change in it, what cannot be, the file and where its figures were read."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from pathlib import Path

from bilan.data.description import DESCRIPTION as DESCRIBED
from bilan.data.folding import fold
from bilan.data.journal import finish, together
from bilan.data.ledgers import FULL_YEAR, INDICATORS, PUBLISHED_RATES, load_communique, with_periods
from bilan.data.package import DATA, PUBLICATIONS, years
from bilan.data.tables import NOT_RECORDED, publications, read_table
from bilan.errors import InputError
from bilan.press.adding import Proposal

KEY = itemgetter("indicator", "period_start", "period_end")  # what a ledger has one figure for
ROUNDED = 0.06  # percentage points by which a published growth may differ from the one computed
DESCRIPTION = (
    "One row a figure the ministry published for {}, the full year or a stated part of it, found in a text by a model "
    "and reviewed by a person. What was not published has no row."
)


@dataclass(frozen=True)
class Change:
    """A row of the ledger that a proposal would replace: its place among the proposal's rows, the old row, the new."""

    at: int
    old: dict
    new: dict

    def __str__(self) -> str:
        old, new = (f"{one['value']:,g} ({one['qualifier']}, {one['source']})" for one in (self.old, self.new))
        return f"{self.new['indicator']}, {self.new['period']}: {old} → {new}"


def ledger_path(year: int) -> Path:
    """Return where a year's ledger lies."""
    return DATA / "communiques" / f"{year}.csv"


def check_free(year: int, replace: bool) -> None:
    """Raise InputError where a year has a ledger and nothing is to be replaced."""
    finish(DATA)
    if ledger_path(year).exists() and not replace:
        raise InputError(
            f"year {year}: expected one without a ledger, found data/communiques/{year}.csv. With replace its "
            "figures of the same indicator and period are replaced, each when confirmed, and the others kept"
        )


def _lying(year: int) -> list[dict]:
    if not ledger_path(year).exists():
        return []
    table = with_periods(read_table(f"communique_{year}"))
    return table.astype(object).where(table.notna(), "").to_dict("records")


def changes(proposal: Proposal) -> list[Change]:
    """Return the rows of the year's ledger that a proposal would replace by others."""
    lying = {KEY(row): row for row in _lying(proposal.year)}
    found = []
    for at, row in enumerate(proposal.rows.to_dict("records")):
        if old := lying.get(KEY(row)):
            found.append(Change(at, old, row))
    return found


def not_published(proposal: Proposal) -> list[str]:
    """Return the indicators whose full year the ledger would lack once a proposal is written."""
    rows = [*_lying(proposal.year), *proposal.rows.to_dict("records")]
    stated = {row["indicator"] for row in rows if row["period"] == FULL_YEAR}
    return [name for name in INDICATORS if name not in stated]


def impossible(proposal: Proposal) -> list[str]:
    """Return what cannot be in the ledger once a proposal is written, each as a sentence.

    A year below its own part; a figure beside the growth that another source published for it.
    """
    rows = {KEY(row): row for row in [*_lying(proposal.year), *proposal.rows.to_dict("records")]}
    whole_year = {row["indicator"]: row for row in rows.values() if row["period"] == FULL_YEAR}
    found = []
    for (indicator, *_), row in rows.items():
        whole = whole_year.get(indicator)
        if whole and row["unit"] == "count" and row["value"] > whole["value"]:
            found.append(
                f"{indicator}: {whole['value']:,g} in the full year, {row['value']:,g} in {row['period']} of it"
            )
    before = load_communique(proposal.year - 1) if proposal.year - 1 in years() else None
    for rate, indicator in PUBLISHED_RATES.items():
        grown, now = whole_year.get(rate), whole_year.get(indicator)
        if grown and now and before is not None and indicator in before.index and before.loc[indicator, "value"]:
            change = 100 * (now["value"] / before.loc[indicator, "value"] - 1)
            if abs(change - grown["value"]) > ROUNDED + 0.5 * (grown["value"] % 1 == 0):
                found.append(f"{indicator}: {change:+.1f} % on the year before, {grown['value']:+g} % published")
    return found


def save(proposal: Proposal, replace: bool | Collection[str] = False) -> Path:
    """Write a proposal to its year's ledger and describe it in data/datapackage.json; return the ledger's path.

    `replace` says for which indicators figures of the same period are replaced (True: all); notes on them are kept,
    as are the year's other figures. Raises InputError where the year has a ledger and nothing is to be replaced.
    """
    with together(DATA) as texts:
        check_free(proposal.year, bool(replace))
        texts |= _texts(proposal, replace)
    load_communique(proposal.year)
    return ledger_path(proposal.year)


def _texts(proposal: Proposal, replace: bool | Collection[str]) -> dict[str, str]:
    """Return what the ledger of a proposal's year, the list of publications and the description are to hold."""
    name = f"communique_{proposal.year}"
    package = json.loads((DATA / DESCRIBED).read_text(encoding="utf-8"))
    places = [at for at, one in enumerate(package["resources"]) if one["name"].startswith("communique_")]
    known = next((package["resources"][at] for at in places if package["resources"][at]["name"] == name), None)
    rows = proposal.rows.to_dict("records")
    for change in changes(proposal):
        if replace is True or change.new["indicator"] in replace:
            notes = [change.old["note"], change.new["note"]]
            rows[change.at]["note"] = "; ".join(dict.fromkeys(note for note in notes if note))
        else:
            rows[change.at] = change.old
    new = {KEY(row) for row in rows}
    rows += [row for row in _lying(proposal.year) if KEY(row) not in new]
    resource = known or json.loads(json.dumps(package["resources"][places[-1]]))
    listed = publications().reset_index().to_dict("records")
    for row in rows:
        row["source_key"] = row["source_key"] or _cited(row, proposal, listed)
    if not known:
        resource |= {
            "name": name,
            "path": f"communiques/{proposal.year}.csv",
            "title": f"Ledger of {proposal.year}",
            "description": DESCRIPTION.format(proposal.year),
            "sources": [{"title": "Ministry of the Interior of Morocco, read in the source named in each row"}],
        }
        later = [at for at in places if package["resources"][at]["name"] > name]
        package["resources"].insert(later[0] if later else places[-1] + 1, resource)
    list_of = next(one for one in package["resources"] if one["name"] == PUBLICATIONS)
    tables = ((resource, rows), (list_of, listed))
    texts = {table["path"]: _written(table, lines) for table, lines in tables}  # and their checksums into the package
    return texts | {DESCRIBED: json.dumps(package, ensure_ascii=False, indent=1) + "\n"}


def _cited(row: dict, proposal: Proposal, listed: list[dict]) -> str:
    """Return the key of the publication a row was read in, which is listed where it is not yet."""
    read = hashlib.sha256(proposal.text.encode()).hexdigest() if proposal.text else ""
    said = {"title": row["source"], "url": row["source_url"] or NOT_RECORDED}
    said["checksum"] = f"sha256:{read}" if read else NOT_RECORDED
    if known := next((one for one in listed if said.items() <= one.items()), None):
        return known["key"]
    name = re.sub("[^a-z0-9]+", "_", fold(row["source"]).text)[:40].strip("_") or "text"
    same = sum(re.fullmatch(rf"{name}(_\d+)?", one["key"]) is not None for one in listed)
    dated = re.fullmatch(r"\d{4}(-\d\d){0,2}", proposal.published)
    said |= {"key": f"{name}_{same + 1}" if same else name, "publisher": row["source"], "licence": "facts"}
    said |= {"published": proposal.published if dated else NOT_RECORDED, "read": date.today().isoformat()}
    said["version"] = NOT_RECORDED
    listed.append(said)
    return said["key"]


def _written(resource: dict, rows: list[dict]) -> str:
    """Return a table as its file is to hold it; its size and checksum are put into its description."""
    columns = [field["name"] for field in resource["schema"]["fields"]]
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, columns, lineterminator="\n")
    table.writeheader()
    table.writerows({column: _plain(row[column]) for column in columns} for row in rows)
    raw = written.getvalue().encode()
    resource |= {"bytes": len(raw), "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}"}
    return raw.decode()


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value
