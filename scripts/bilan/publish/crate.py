"""What machines read beside the pages: an RO-Crate of the edition, and its values and claims as JSON-LD."""

import hashlib
import json
import mimetypes
from pathlib import Path

from rocrate.model import ContextEntity
from rocrate.rocrate import ROCrate

from bilan import __version__
from bilan.analysis.claims import claims, claims_table, ids_of
from bilan.data.package import datapackage
from bilan.data.prints import prints_of
from bilan.data.tables import NOT_RECORDED
from bilan.languages import text
from bilan.number import Numbers, plain
from bilan.parameters import Parameters
from bilan.show.numbers import label_of
from bilan.show.words import claim_in_words
from bilan.untrusted import web_address

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
TYPES = {".ipynb": "application/x-ipynb+json", ".jsonld": "application/ld+json", ".csv": "text/csv"}
TYPES |= {".parquet": "application/vnd.apache.parquet"}


def _write(content: dict, path: Path) -> None:
    path.write_text(
        json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8"
    )


def write_crate(folder: Path, parameters: Parameters, languages: list[str]) -> None:
    """Write `folder`/ro-crate-metadata.json: every file of an edition, and what it was made from and with.

    RO-Crate 1.1 (https://w3id.org/ro/crate/1.1). Dated as the data are, so that the same inputs give the same bytes.
    """
    crate, described = ROCrate(version="1.1"), datapackage()
    crate.name = f"{text('site.title', 'en')}, {parameters.edition}"
    crate.description = text("site.intro", "en")
    crate.root_dataset["datePublished"] = described["created"][:10]
    crate.root_dataset["inLanguage"] = languages if len(languages) > 1 else languages[0]

    def add(id: str, kind: str, name: str, **about) -> ContextEntity:
        return crate.add(ContextEntity(crate, id, {"@type": kind, "name": name} | about))

    crate.root_dataset["license"] = add(LICENCE, "CreativeWork", "CC BY 4.0")
    crate.root_dataset["author"] = crate.root_dataset["publisher"] = add(
        "#authors", "Organization", "The bilan authors"
    )
    software = add("#bilan", "SoftwareApplication", "bilan", softwareVersion=__version__)
    tables = [
        add(f"#data/{table['path']}", "Dataset", table["title"], sha256=table["hash"].removeprefix("sha256:"))
        for table in described["resources"]
    ]
    made = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        name = path.relative_to(folder).as_posix()
        kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        about = {"name": name, "encodingFormat": kind, "contentSize": str(path.stat().st_size), "sha256": digest}
        made.append(crate.add_file(dest_path=name, properties=about))
    action = add("#build", "CreateAction", f"bilan build, edition {parameters.edition}")
    action["instrument"], action["object"], action["result"] = software, tables, made
    crate.root_dataset["mentions"] = action
    _write(crate.metadata.generate(), folder / "ro-crate-metadata.json")


def _printed(one: dict) -> dict:
    """Return a publication that printed a number: `abstract` says what it prints, and in what it differs."""
    differs = f"differs in {', '.join(one['differs'])}" if one["differs"] else "as in the collection"
    dates = {} if one["published"] == NOT_RECORDED else {"datePublished": one["published"]}
    said = {"@type": "CreativeWork", "name": one["title"], "publisher": one["publisher"]} | dates
    said |= {"url": address} if (address := web_address(one["url"])) else {}
    return said | {"abstract": f"{one['as_printed']}; {differs}"}


def write_claims(folder: Path, values: Numbers) -> None:
    """Write `folder`/claims.jsonld: each value as a schema.org Observation, each comparative word as a Claim.

    A Claim says under `abstract` what came of its check, and with what threshold.
    """
    observations = []
    for value in filter(None, values.values()):
        ends = {"value": value.value, "minValue": value.low, "maxValue": value.high}
        measured = {name: plain(end) for name, end in ends.items() if end is not None}
        said = {
            "@type": "Observation",
            "@id": f"#{value.id}",
            "name": label_of(value, "en"),
            "observationPeriod": value.period,
            "measurementQualifier": value.qualifier,
            "measurementMethod": value.status,
            "value": {"@type": "QuantitativeValue", "unitText": value.unit} | measured,
            "citation": [
                {"@type": "CreativeWork", "name": source["title"]}
                | ({"url": address} if (address := web_address(source["url"])) else {})
                for source in value.sources
            ],
            "subjectOf": [_printed(one) for one in prints_of(value)],
        }
        observations.append(said)
    outcomes = claims_table(values).set_index("claim")
    checked = [
        {
            "@type": "Claim",
            "@id": f"#claim-{name}",
            "text": claim_in_words(name, claim, "en"),
            "abstract": f"{outcomes['outcome'][name]}; {claim.threshold}",
            "about": [{"@id": f"#{id}"} for id in ids_of(claim, values)],
        }
        for name, claim in claims().items()
    ]
    _write({"@context": "https://schema.org", "@graph": observations + checked}, folder / "claims.jsonld")
