"""The machine-readable side of an edition: every file described, every number the same as on the pages."""

import hashlib
import json

from bilan.analysis.claims import claims, holds
from bilan.number import plain
from bilan.parameters import check_parameters
from bilan.publish.crate import write_claims, write_crate


def test_the_crate_describes_every_file_of_the_edition(edition):
    folder = edition()
    described = json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    files = {one["@id"]: one for one in described if one["@type"] == "File"}
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert set(files) == set(there) - {"ro-crate-metadata.json"}
    for name, about in files.items():
        assert about["sha256"] == hashlib.sha256(there[name].read_bytes()).hexdigest()
        assert int(about["contentSize"]) == there[name].stat().st_size
    root = next(one for one in described if one["@id"] == "./")
    assert {part["@id"] for part in root["hasPart"]} == set(files) and root["license"]


def test_a_crate_is_dated_as_its_data_and_written_the_same_again(tmp_path):
    (tmp_path / "page.html").write_text("x")
    described = []
    for _ in range(2):
        (tmp_path / "ro-crate-metadata.json").unlink(missing_ok=True)
        write_crate(tmp_path, check_parameters({}), ["fr"])
        described.append((tmp_path / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert described[0] == described[1] and '"datePublished":"2026-11-25"' in described[0]


def test_claims_and_observations_say_what_the_pages_say(tmp_path, numbers_of):
    values = numbers_of(2024)
    write_claims(tmp_path, values)
    graph = {one["@id"]: one for one in json.loads((tmp_path / "claims.jsonld").read_text())["@graph"]}
    for id, value in ((id, value) for id, value in values.items() if value):
        measured = graph[f"#{id}"]["value"]
        assert (measured["value"], measured.get("minValue"), measured.get("maxValue")) == (
            *map(plain, (value.value, value.low, value.high)),
        )
        assert graph[f"#{id}"]["measurementMethod"] == value.status
    said = {"west_africa_first": "West Africa is the first region of origin"}
    for name in claims():
        claim = graph[f"#claim-{name}"]
        assert claim["abstract"].startswith("holds") == holds(name, values)
        assert claim["text"] == said.get(name, claim["text"]) and name not in claim["text"]
        assert all(link["@id"] in graph for link in claim["about"])
