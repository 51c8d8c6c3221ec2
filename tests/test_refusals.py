"""Everything that is refused: a table of wrong inputs, each with the message it gets.

docs/dev/refused.md shows all of it; `python -m pytest tests/test_refusals.py --write-refused` writes that page again.
"""

import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from bilan import languages as language
from bilan.__main__ import main
from bilan.build import checks, results
from bilan.build import jobs as running
from bilan.data import description as schema
from bilan.data import package
from bilan.errors import InputError
from bilan.notebook import story
from bilan.number import Numbers
from bilan.parameters import Parameters
from bilan.press import ledger
from bilan.show import theme
from conftest import ROOT, copy_collection, run_bilan
from hypothesis import given as any_of
from hypothesis import strategies as st

PAGE = ROOT / "docs" / "dev" / "refused.md"
BUILD = ("build", "--kernels", "spawn")
LEDGER = "communiques/2024.csv"
COLUMNS = ",".join(schema.LEDGER)


class Collection:
    """Copies of the parts of the collection that a case damages, standing in for them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch):
        self.folder, self.patch = folder, monkeypatch

    def _copied(self, name: str, place: str) -> Path:
        copy = self.folder / name
        if not copy.exists():
            shutil.copytree(ROOT / place, copy, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
        return copy

    @property
    def data(self) -> Path:
        for module in (package, ledger):
            self.patch.setattr(module, "DATA", self._copied("data", "data"))
        return package.DATA

    @property
    def notebooks(self) -> Path:
        copy = self._copied("notebooks", "notebooks")
        for module in (results, running, checks):
            self.patch.setattr(module, "NOTEBOOKS", copy)
        return copy

    @property
    def package(self) -> Path:
        for name in ("text", "publish/template"):
            self._copied(f"package/{name}", f"scripts/bilan/{name}")
        for module in (language, checks):
            self.patch.setattr(module, "TEXT", self.folder / "package" / "text")
        return self.folder / "package"


def describe(folder: Path, change: Callable[[dict], object]) -> None:
    """Change the description of all tables."""
    path = folder / "datapackage.json"
    described = json.loads(path.read_text(encoding="utf-8"))
    change(described)
    path.write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def resource_of(described: dict, path: str) -> dict:
    return next(one for one in described["resources"] if one["path"] == path)


def put(folder: Path, path: str, raw: bytes) -> None:
    """Write a table, and its checksum and size into the description, as somebody who edits data would."""
    (folder / path).write_bytes(raw)
    known = {"hash": "sha256:" + hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
    describe(folder, lambda described: resource_of(described, path).update(known))


Damage = Callable[[Collection], object]


def edited(old: str, new: str, path: str = LEDGER) -> Damage:
    """Return a damage: a table with a text replaced, described as it is then."""

    def damage(collection: Collection) -> None:
        written = (collection.data / path).read_text(encoding="utf-8")
        assert old in written, old
        put(collection.data, path, written.replace(old, new, 1).encode())

    return damage


def rewritten(change: Callable[[str], bytes], path: str = LEDGER) -> Damage:
    return lambda collection: put(collection.data, path, change((collection.data / path).read_text(encoding="utf-8")))


def swapped_columns(written: str) -> bytes:
    return "".join(
        ",".join([*reversed(line.split(",", 2)[:2]), line.split(",", 2)[2]]) for line in written.splitlines(True)
    ).encode()


def described(change: Callable[[dict], object], path: str = LEDGER) -> Damage:
    """Return a damage: one table described in another way."""
    return lambda collection: describe(collection.data, lambda all_of: change(resource_of(all_of, path)))


def described_by(text: str) -> Damage:
    return lambda collection: (collection.data / "datapackage.json").write_text(text, encoding="utf-8")


def field(name: str, **properties) -> Damage:
    def change(resource: dict) -> None:
        next(one for one in resource["schema"]["fields"] if one["name"] == name).update(properties)

    return described(change)


def link_out(collection: Collection) -> None:
    outside = collection.folder / "outside.csv"
    shutil.move(collection.data / LEDGER, outside)
    (collection.data / LEDGER).symlink_to(outside)


def sparse(path: Path) -> None:
    """Make a file a gigabyte long that takes no room."""
    with path.open("wb") as file:
        file.truncate(10**9)


def given(name: str, content: str | bytes) -> Damage:
    """Return a file that the command is given."""
    raw = content if isinstance(content, bytes) else content.encode()
    return lambda collection: (collection.folder / name).write_bytes(raw)


def notebook(name: str, change: Callable[[dict], object]) -> Damage:
    def damage(collection: Collection) -> None:
        path = collection.notebooks / f"{name}.ipynb"
        held = json.loads(path.read_text(encoding="utf-8"))
        change(held)
        path.write_text(json.dumps(held), encoding="utf-8")

    return damage


def parameters_cell(*lines: str) -> Damage:
    return notebook("03_borders", lambda held: held["cells"][1].update(source=list(lines)))


def locked(old: str, new: str) -> Damage:
    def damage(collection: Collection) -> None:
        lock = checks.LOCK.read_text(encoding="utf-8")
        assert old in lock
        (collection.folder / "base.txt").write_text(lock.replace(old, new), encoding="utf-8")
        collection.patch.setattr(checks, "LOCK", collection.folder / "base.txt")

    return damage


def without_ipykernel(collection: Collection) -> None:
    collection.patch.setattr("jupyter_client.kernelspec.jupyter_path", lambda *_: [])
    collection.patch.setitem(sys.modules, "ipykernel.kernelspec", None)


@dataclass(frozen=True)
class Case:
    """A wrong input: what is wrong, the command, a piece of the message, what is done before, the exit status."""

    name: str
    command: tuple[str, ...]
    expected: str
    damage: Damage | None = None
    status: int = 2

    @property
    def commands(self) -> list[tuple[str, ...]]:
        """What must refuse it with the same message: what `bilan check` and `extract` refuse, a build and `add` too."""
        if self.command == ("check",) and "outputs" not in self.name:
            return [self.command, BUILD]
        also = [("add", "text.txt", "--yes", "--year", "2031")] if self.command == ("extract", "text.txt") else []
        return [self.command, *also]


def build(name: str, expected: str, *options: str, damage: Damage | None = None) -> Case:
    return Case(name, (*BUILD, *options), expected, damage)


def option(name: str, setting: str, expected: str) -> Case:
    return build(name, expected, "--set", setting)


def file(name: str, content: str | bytes, expected: str) -> Case:
    return build(name, expected, "--parameters", "choices.yaml", damage=given("choices.yaml", content))


def table(name: str, file_name: str, content: str | bytes, expected: str) -> Case:
    return Case(name, ("sweep", file_name, "--kernels", "spawn"), expected, given(file_name, content))


def check(name: str, damage: Damage, expected: str) -> Case:
    return Case(name, ("check",), expected, damage)


def text_file(name: str, content: bytes, expected: str) -> Case:
    return Case(name, ("extract", "text.txt"), expected, given("text.txt", content))


FRENCH = "Les autorités marocaines ont empêché 81 204 tentatives de migration irrégulière en 2030."


def add(name: str, expected: str, *options: str, said: str = FRENCH) -> Case:
    def damage(collection: Collection) -> None:
        assert collection.data
        (collection.folder / "text.txt").write_text(said, encoding="utf-8")

    return Case(name, ("add", "text.txt", "--yes", *options), expected, damage)


FOREIGN = ("--set", "share_base=foreign", "--set")
RESCUED = ",18645,count,exact,18 645,"
IOM, COUNTRIES = "sources/iom_returns.csv", "reference/countries.csv"

CASES = {
    "Parameters": [
        option("a name misspelt", "yaer=2024", "parameter yaer: expected one of year, lang,"),
        option("code for a name", "__import__('os').system('x')=1", "parameter __import__('os').system('x'): expected"),
        option("a line break in a name", "year\nimport os=1", r"parameter year\nimport os: expected one of"),
        option("a NUL in a name", "ye\0ar=1", r"parameter ye\x00ar: expected one of"),
        option("no name", "=2024", "--set: expected NAME=VALUE, found '=2024'"),
        option("no value", "mauritania", "--set: expected NAME=VALUE, found 'mauritania'"),
        option("an empty value", "year=", "parameter year: input should be a valid integer"),
        option("code for a value", "mauritania=__import__('os').getcwd()", "input should be 'western_africa' or"),
        option("a path for a value", "mauritania=../../x", "parameter mauritania: input should be"),
        option("an absolute path for a value", "share_base=/etc/passwd", "parameter share_base: input should be"),
        option("a NUL in a value", "share_base=foreign\0", r"found 'foreign\x00'"),
        option("a megabyte for a value", "mauritania=" + "x" * 10**6, "parameter mauritania: input should be"),
        option("a choice there is not", "share_base=all", "input should be 'intercepted' or 'foreign', found 'all'"),
        option("languages by --set", "languages=fr", "--set languages: expected --lang for each language"),
        option("a share without its base", "foreign_share=0.8", "foreign_share: expected only with share_base=foreign"),
        build("a share above 1", "input should be less than or equal to 1", *FOREIGN, "foreign_share=80"),
        build("a share of 0", "foreign_share: input should be greater than 0", *FOREIGN, "foreign_share=0"),
        build("a share below 0", "foreign_share: input should be greater than 0", *FOREIGN, "foreign_share=-0.1"),
        build("a share that is no number", "input should be a finite number", *FOREIGN, "foreign_share=nan"),
        build("a share without end", "input should be a finite number", *FOREIGN, "foreign_share=inf"),
        build("a share in words", "input should be a valid number", *FOREIGN, "foreign_share=four fifths"),
        build("a parameter twice", "expected each parameter once, found share_base", *FOREIGN, "share_base=foreign"),
        build("the year twice", "expected each parameter once, found year twice", "--year", "2023", "--set",
              "year=2024"),
        build("a year without a ledger", "parameter year: expected one of 2017,", "--year", "1999"),
        build("a year in words", "parameter year: input should be a valid integer", "--year", "last"),
        build("a year with a fraction", "parameter year: input should be a valid integer", "--year", "2024.5"),
        build("a path for a year", "parameter year: input should be a valid integer", "--year", "../2024"),
        build("a language there is not", "input should be 'fr', 'en', 'es' or 'ar', found 'de'", "--lang", "de"),
        build("a path for a language", "found '../en'", "--lang", "../en"),
        build("a language twice", "parameter languages: expected each language once", "--lang", "fr", "--lang", "fr"),
        build("a year beside --all", "--year: expected no year beside --all, found 2024", "--all", "--year", "2024"),
        build("an option there is not", "No such option '--frobnicate'", "--frobnicate"),
        Case("a command there is not", ("bulid",), "No such command 'bulid'"),
        Case("no table", ("sweep",), "Missing argument 'TABLE'"),
        Case("nothing to add", ("add",), "add: expected either a FILE or --from DRAFT"),
        Case("a year in words to add to", ("add", "text.txt", "--year", "last"), "'last' is not a valid integer"),
        Case("one text too many", ("extract", "text.txt", "b.txt"), "Got unexpected extra argument (b.txt)"),
        build("a time limit in words", "'soon' is not a valid integer range", "--time-limit", "soon"),
        build("no job at a time", "'--jobs': 0 is not in the range x>=1", "--jobs", "0"),
        build("jobs in words", "'--jobs': 'two' is not a valid integer range", "--jobs", "two"),
        build("a batch after the last", "--batch: expected I/N with I from 1 to N, found '3/2'", "--batch", "3/2"),
        build("a batch 0", "--batch: expected I/N with I from 1 to N, found '0/2'", "--batch", "0/2"),
        build("a batch without its number", "--batch: expected I/N", "--batch", "2"),
        build("an address with a script", "--url: expected an address that", "--url", "javascript:alert(1)"),
        build("a file to publish in", "--out taken: expected a folder, found a file", "--out", "taken",
              damage=given("taken", "")),
        build("a folder of the collection to publish in", "expected a folder outside data/", "--out",
              str(ROOT / "data" / "new")),
        build("a name too long to publish in", "--out: expected a folder, found a name", "--out", "x" * 300),
        build("a NUL in the folder to publish in", "--out: expected a folder, found a name", "--out", "x\0y"),
    ],
    "Files of parameters": [
        file("no YAML", "year: [2024", "choices.yaml, line 1: expected YAML, found:"),
        file("a list", "- 2023", "choices.yaml: expected names of parameters, each with its value, found list"),
        file("nothing", "", "choices.yaml: expected names of parameters, each with its value, found nothing"),
        file("a number for a name", "2024: year", "choices.yaml: expected names of parameters, found 2024"),
        file("an unknown name", "yeer: 2023", "choices.yaml: parameter yeer: expected one of year"),
        file("a text for a year", "year: '2023'", "choices.yaml: parameter year: input should be a valid integer"),
        file("yes for a share", "foreign_share: yes\nshare_base: foreign", "parameter foreign_share: input should be"),
        file("a name twice", "year: 2023\nyear: 2024",
              "choices.yaml: expected each parameter once, found 'year' twice"),
        file("an object of Python", "year: !!python/object/apply:os.getcwd []", "line 1: expected YAML, found: could"),
        file("anchors", "year: &a [2024]\nlanguages: *a", "choices.yaml, line 1: expected YAML without anchors"),
        file("brackets without end", "[" * 50_000, "line 1: expected lists in each other at most 10 deep"),
        file("another encoding", "lang: é".encode("latin-1"),
              "choices.yaml, line 1: expected UTF-8, found another encoding at"),
        file("a picture", b"\x89PNG\r\n\x1a\n\0\0",
              "choices.yaml, line 1: expected UTF-8, found another encoding at byte 0"),
        build("a file of a gigabyte", "choices.yaml: expected a file of at most 100,000 bytes, found a larger",
              "--parameters", "choices.yaml", damage=lambda collection: sparse(collection.folder / "choices.yaml")),
        build("a folder", "choices.yaml: expected a file, found: is a directory", "--parameters", "choices.yaml",
              damage=lambda collection: (collection.folder / "choices.yaml").mkdir()),
        build("no file", "choices.yaml: expected a file, found: no such file", "--parameters", "choices.yaml"),
        build("options beside the file", "--year: expected none beside --parameters", "--parameters", "choices.yaml",
              "--year", "2023", damage=given("choices.yaml", "year: 2023")),
    ],
    "Tables: columns and rows": [
        check("a column missing", edited(",sentence,note", ",note"), "2024.csv, line 1: expected the columns year,"),
        check("a column more", edited(",sentence,note", ",sentence,note,remark"), "found also remark"),
        check("columns in another order", rewritten(swapped_columns),
              "each once and in this order, found period_start, year"),
        check("a field more", edited(",18645,count", ",18645,count,extra"), "line 9: expected 18 fields, found 19"),
        check("a line broken without quotes", edited("18645,count", "18645,\ncount"),
              "line 9: expected 18 fields, found"),
        check("a quotation mark not closed", edited(",18645,", ',"18645,'), "2024.csv, line 10: expected CSV, found: "),
        check("names of columns alone", rewritten(lambda said: said.splitlines(True)[0].encode()),
              "data/communiques/2024.csv: expected at least one row"),
        check("an empty file", rewritten(lambda _: b""), "data/communiques/2024.csv: expected a table, found an empty"),
        check("a figure twice", edited("networks_dismantled,332", "attempts_prevented,332"),
              "line 3, indicator and period_start and period_end: expected each once, found attempts_prevented, 2024"),
        check("a country twice", edited("AGO,24,Angola", "AFG,24,Angola", COUNTRIES),
              "countries.csv, line 3, iso3: expected each once, found AFG again"),
        check("a table of a gigabyte", lambda collection: sparse(collection.data / LEDGER),
              "data/communiques/2024.csv: expected a file of at most 5,000,000 bytes"),
        check("no table", lambda collection: (collection.data / LEDGER).unlink(),
              "data/communiques/2024.csv: expected a file, found: no such file"),
        check("a folder for a table", lambda collection: ((collection.data / LEDGER).unlink(),
              (collection.data / LEDGER).mkdir()), "data/communiques/2024.csv: expected a file, found: is a directory"),
    ],
    "Tables: bytes": [
        check("a byte order mark", rewritten(lambda said: said.encode("utf-8-sig")),
              "line 1: expected UTF-8 whose lines end in LF, found a byte order"),
        check("lines that end in CR LF", rewritten(lambda said: said.replace("\n", "\r\n").encode()),
              "2024.csv, line 1: expected UTF-8 whose lines end in LF, found CR"),
        check("lines that git has turned to CR LF", lambda collection: (collection.data / LEDGER).write_bytes(
              (collection.data / LEDGER).read_bytes().replace(b"\n", b"\r\n")),
              "which git or a spreadsheet has put there"),
        check("Latin-1", rewritten(lambda said: said.encode("latin-1", "replace")), "line 2: expected UTF-8, found an"),
        check("UTF-16", rewritten(lambda said: said.encode("utf-16")),
              "line 1: expected UTF-8 whose lines end in LF, "),
        check("a NUL", edited("332,fr", "3\x0032,fr"),
              "2024.csv, line 3: expected UTF-8 whose lines end in LF, found a"),
        check("a byte changed", lambda collection: (collection.data / LEDGER).write_bytes(
              (collection.data / LEDGER).read_bytes().replace(b"78685", b"78686")), "expected checksum sha256:"),
        check("another size", described(lambda one: one.update(bytes=7)), "2024.csv: expected 7 bytes, as datapackage"),
    ],
    "Ledgers and sources: fields": [
        check("a word for a value", edited(",332,count", ",many,count"), "line 3, value: expected a number such as"),
        check("a decimal comma", edited(",4.6,percent", ',"4,6",percent'), "line 11, value: expected a number such as"),
        check("a value without end", edited(",332,count", ",inf,count"), "value: expected a number such as 58 or 4.6"),
        check("no value", edited(",332,count", ",,count"), "line 3, value: expected a value, found ''"),
        check("a fraction of people", edited(",2196,", ",2196.5,", IOM), "persons: expected a whole number such as"),
        check("people below zero", edited(",2196,", ",-5,", IOM),
              "persons: input should be greater than or equal to 0"),
        check("an indicator there is not", edited("networks_dismantled,", "networks,"),
              "line 3, indicator: input should"),
        check("an indicator there is not, of Spain", edited(",total,6", ",totla,6", "sources/spain_arrivals.csv"),
              "spain_arrivals.csv, line 3, indicator: input should be 'total',"),
        check("a unit there is not", edited(",332,count", ",332,dozen"), "unit: input should be 'count' or 'percent'"),
        check("a qualifier there is not", edited(",332,count,exact", ",332,count,exactly"), "line 3, qualifier: input"),
        check("a number format there is not", edited(",332,fr,", ",332,de,"), "line 3, number_format: input should be"),
        check("a base there is not", edited("Maghreb,intercepted", "Maghreb,all"),
              "line 5, share_base: input should be"),
        check("a country code in small letters", edited("AFG,4,", "Afg,4,", COUNTRIES),
              "line 2, iso3: expected a text"),
        check("a country there is not", edited("2024,CIV,", "2024,XYZ,", IOM),
              "origin: expected total or a country of data/reference/countries.csv, found 'XYZ'"),
        check("no publication", edited("source_article_2024,", ","), "line 2, source_key: expected a value, found ''"),
        check("a publication that is not listed", edited("source_article_2024,", "elsewhere_2024,"),
              "line 2, source_key: expected a key of data/publications.csv, found elsewhere_2024"),
        check("nobody who gives a figure", edited(",interior_ministry,", ",,"),
              "line 2, producer: expected a value, found ''"),
        check("an address with a script", edited("https://wallafricajournal", "javascript:alert(1)//wallafricajournal",
              "publications.csv"), "url: expected a text that matches ^(https?://"),
        check("a paragraph before the first", edited(",source_article_2024,1,2,", ",source_article_2024,0,2,"),
              "line 2, paragraph: input should be greater than or equal to 1, found '0'"),
        check("a basis there is not, of Spain", edited(",first_balance,", ",first one,", "sources/spain_arrivals.csv"),
              "spain_arrivals.csv, line 3, basis: input should be 'interim', 'first_balance',"),
        check("a qualifier there is not, of IOM", edited(",exact,", ",approximate,", IOM),
              "line 2, qualifier: input should"),
        check("a year out of range", edited("2024,2024-01-01", "1924,2024-01-01"),
              "line 2, year: input should be greater"),
    ],
    "Ledgers: what a figure can be": [
        check("a year in another's ledger", edited("2024,2024-01-01", "2023,2024-01-01"),
              "line 2, year: expected year 2024, found 2023"),
        check("a value unlike the number as printed", edited(RESCUED, ",18654,count,exact,18 645,"),
              "line 9, as_printed: expected 18654, as the value says, found '18 645', a number that reads 18645"),
        check("a number in another format", edited("42.437,es", "42.437,en", "communiques/2025.csv"),
              "2025.csv, line 2, as_printed: expected 42437, as the value says, found '42.437', a number that"),
        check("no number as printed", edited(",18 645,", ",many,"), "line 9, as_printed: expected 18645, as the value"),
        check("a value unlike print, of the army", edited(",87000,about", ",78000,about", "sources/other_bodies.csv"),
              "other_bodies.csv, line 2, as_printed: expected 78000, as the value says, found '87 000'"),
        check("a qualifier unlike print", edited("4290,count,at_least", "4290,count,exact"),
              "line 8, qualifier: expected at_least, as 'plus de 4 290' says, found exact"),
        check("a share above 100", edited(",58,percent,exact,58 %", ",158,percent,exact,158 %"),
              "line 4, value: expected a share from 0 to 100 %, found 158"),
        check("a share below 0", edited(",9,percent,exact,9 %", ",-9,percent,exact,-9 %"), "a share from 0 to 100 %"),
        check("shares above 100 together", edited(",58,percent,exact,58 %", ",88,percent,exact,88 %"),
              "lines 4 and 5 and 6, value: expected shares of at most 100 % together (full year), found 109"),
        check("a count below 0", edited(",332,count,exact,332", ",-32,count,exact,-32"),
              "a whole number of at least 0"),
        check("a fraction of a network", edited(",332,count,exact,332", ",332.5,count,exact,332.5"),
              "line 3, value: expected a whole number of at least 0 for networks_dismantled, found 332.5"),
        check("a share as a count", edited("58,percent", "58,count"), "line 4, unit: expected percent for share_west"),
        check("a base for a count", edited("réseaux de trafic d’êtres humains,,", "réseaux,foreign,"),
              "line 3, share_base: expected none for networks_dismantled, found foreign"),
        check("a period that ends before it begins", edited("2024-01-01,2024-08-31", "2024-09-01,2024-08-31"),
              "line 13, period_end: expected a day not before period_start 2024-09-01, found 2024-08-31"),
        check("a period of another year", edited("2024-01-01,2024-08-31", "2023-01-01,2024-08-31"),
              "line 13, period_start: expected a day of 2024, found 2023-01-01"),
        check("a period without a first day", edited("2024-01-01,2024-08-31", ",2024-08-31"),
              "line 13, period_start: expected a value"),
        check("a period without a last day, called exact", edited("2024-01-01,2024-08-31", "2024-01-01,"),
              "line 13, period_qualifier: expected one beside a period_end alone, found exact"),
        check("a day in another order", edited("2024-12-31", "31/12/2024"), "period_end: expected a day such as"),
        check("a day there is not", edited("2024-08-31", "2024-08-32"), "period_end: expected a day of the calendar"),
    ],
    "The description of the tables": [
        check("none", lambda collection: (collection.data / "datapackage.json").unlink(),
              "data/datapackage.json: expected a file, found: no such file"),
        check("no JSON", described_by("{"), "data/datapackage.json: expected JSON, found"),
        check("a list", described_by("[]"), "data/datapackage.json: expected an object, found []"),
        check("no tables", described_by('{"version": "1", "created": "2026"}'),
              "resources: expected a value, found none"),
        check("a table that is none", described_by('{"version": "1", "created": "2026", "resources": [7]}'),
              "data/datapackage.json: resources.#1: expected an object, found 7"),
        check("no name", described(lambda one: one.pop("name")), "resources.#8.name: expected a value, found none"),
        check("no path", described(lambda one: one.pop("path")),
              "communique_2024.path: expected a value, found none"),
        check("no checksum", described(lambda one: one.pop("hash")),
              "communique_2024.hash: expected a value, found none"),
        check("no fields", described(lambda one: one.pop("schema")),
              "communique_2024: expected a schema"),
        check("a path that leads out", described(lambda one: one.update(path="../LICENSE")), "found '../LICENSE'"),
        check("an absolute path", described(lambda one: one.update(path="/etc/passwd")), "found '/etc/passwd'"),
        check("an address for a path", described(lambda one: one.update(path="https://example.org/a.csv")),
              "communique_2024.path: expected a file in data/, found 'https://example.org/a.csv'"),
        check("a link that leads out", link_out, "found 'communiques/2024.csv', a link that leads out of it"),
        check("two tables of one name", described(lambda one: one.update(name="communique_2023")),
              "data/datapackage.json: expected each name once, found 'communique_2023' twice"),
        check("a format there is not", described(lambda one: one.update(format="xlsx")),
              "communique_2024.format: input should be 'csv' or 'geojson', found 'xlsx'"),
        check("a type there is not", field("value", type="float"),
              "resources.communique_2024.schema.fields.value.type: input should be 'string', 'integer',"),
        check("a constraint there is not", field("value", constraints={"minimun": 0}),
              "fields.value.constraints.minimun: expected a name of those there are, found 0"),
        check("a pattern that is none", field("note", constraints={"pattern": "("}),
              "fields.note.constraints.pattern: input should be a valid regular"),
        check("a key there is not", described(lambda one: one["schema"].update(primaryKey=["id"])),
              "communique_2024.schema: expected names of fields in primaryKey, found ['id']"),
        check("a ledger without a column it needs", described(lambda one: one["schema"]["fields"].pop(8)),
              "communique_2024: expected all fields of a ledger, found none called as_printed"),
        check("a ledger of no year", described(lambda one: one.update(name="communique_next")),
              "communique_next: expected communique_ and a year"),
        check("a source without a title", described(lambda one: one.update(sources=[{"path": "https://example.org"}])),
              "communique_2024.sources.#1.title: expected a value, found none"),
        check("a pipe for a table", lambda collection: ((collection.data / LEDGER).unlink(),
              os.mkfifo(collection.data / LEDGER)), "2024.csv: expected a file, found a pipe, a socket"),
        check("a pipe for the description", lambda collection: ((collection.data / "datapackage.json").unlink(),
              os.mkfifo(collection.data / "datapackage.json")), "datapackage.json: expected a file, found a pipe"),

        check("a table not described", lambda collection: (collection.data / "new.csv").write_text("a\n1\n"),
              "data/new.csv: expected a description in data/datapackage.json, found none"),
        check("outlines that are none", lambda collection: put(collection.data, "reference/outlines.geojson", b"[1]"),
              "data/reference/outlines.geojson: expected GeoJSON features, found"),
    ],
    "Tables of a sweep": [
        table("nothing", "a.yaml", "", "a.yaml: expected parameters, each with a list of values, found nothing"),
        table("no list of values", "a.yaml", "year: 2024\n", "parameter year: expected a list of values, found int"),
        table("a parameter twice", "a.yaml", "year: [2024]\nyear: [2023]\n", "a.yaml: expected each parameter once"),
        table("anchors", "a.yaml", "year: &a [2024]\nmauritania: [*a, *a]\n", "line 1: expected YAML without anchors"),
        table("a bomb of anchors", "a.yaml", "a: &a [x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in
              zip("abcdefghijklmnopqrstuvwx", "bcdefghijklmnopqrstuvwxy", strict=True)), "without anchors, found 'a'"),
        table("too many combinations", "a.yaml", "share_base: [foreign]\nyear: [2023, 2024]\nforeign_share: ["
              + ",".join(
              f"0.{n:05}" for n in range(1, 6001)) + "]\n",
              "a.yaml: expected at most 10,000 combinations, found 12,000"),
        table("too many rows", "a.csv", "foreign_share,share_base\n" + "0.5,foreign\n" * 10_001,
              "a.csv, line 10002: expected at most 10,000 parameter sets"),
        table("a parameter of language", "a.yaml", "lang: [fr]\n", "parameter lang: expected none in a sweep"),
        table("values that do not go together", "a.yaml", "foreign_share: [0.8]\n", "expected values that go together"),
        table("a row of another length", "a.csv", "year,share_base\n2024,foreign\n2024\n", "line 3: expected 2 fields"),
        table("a row with a wrong value", "a.csv", "year\n2024\n1999\n",
              "a.csv, line 3: parameter year: expected one of"),
        table("semicolons", "a.csv", "year;share_base\n2024;foreign\n",
              "line 1: parameter 'year;share_base': expected"),
        table("names of columns alone", "a.csv", "year\n", "a.csv: expected a line for each parameter set, found none"),
        table("another kind of file", "a.txt", "year: [2024]\n", "a.txt: expected a table named .yaml, .yml or .csv"),
        table("a name with a path in it", "...yaml", "year: [2024]\n", "expected a name of letters, digits, spaces,"),
        table("another encoding", "a.csv", b"year\n\xff\n",
              "a.csv, line 2: expected UTF-8, found another encoding at byte 5"),
        Case("a folder", ("sweep", "a.yaml", "--kernels", "spawn"), "a.yaml: expected a file, found: is a directory",
             lambda collection: (collection.folder / "a.yaml").mkdir()),
        Case("a table of a gigabyte", ("sweep", "a.csv", "--kernels", "spawn"), "a.csv: expected a file of at most",
             lambda collection: sparse(collection.folder / "a.csv")),
        Case("no table", ("sweep", "a.csv", "--kernels", "spawn"), "a.csv: expected a file, found: no such file"),
    ],
    "Texts": [
        Case("no file", ("extract", "text.txt"), "text.txt: expected a text file, found No such file"),
        text_file("nothing", b"", "text.txt: expected a text, found an empty file"),
        text_file("another encoding", "Le ministère".encode("latin-1"), "expected a text in UTF-8, found another"),
        text_file("no text", b"PK\x03\x04\x00\x00", "text.txt: expected a text in UTF-8, found a binary file"),
        text_file("no figure", b"The Interior Ministry met its partners.", "expected figures of the ministry's"),
        Case("a folder", ("extract", "text.txt"), "text.txt: expected a text file, found a folder",
             lambda collection: (collection.folder / "text.txt").mkdir()),
        Case("a text of a gigabyte", ("extract", "text.txt"), "text.txt: expected a text of at most",
             lambda collection: sparse(collection.folder / "text.txt")),
        add("a year out of range", "year: expected one from 2000 to 2100, found 1999", "--year", "1999"),
        add("figures of another year", "expected figures of 2031, found figures of 2030", "--year", "2031"),
        add("a period of another year", "period: expected one of 2030, found", "--year", "2030", "--period", "2025"),
        add("a period that is none", "period: expected a year or months of one", "--year", "2030", "--period",
              "2030-13"),
        add("an address that is none", "url: expected an address that begins with http", "--year", "2030", "--url",
            "javascript:alert(1)"),
        add("a year that has a ledger", "year 2024: expected one without a ledger", "--year", "2024",
            said=FRENCH.replace("2030", "2024")),
    ],
    "Notebooks": [
        check("no JSON", lambda collection: (collection.notebooks / "03_borders.ipynb").write_text("{"),
              "notebooks/03_borders.ipynb: expected a notebook, which is JSON, found"),
        check("other JSON", lambda collection: (collection.notebooks / "03_borders.ipynb").write_text("[]"),
              "notebooks/03_borders.ipynb: expected a notebook of format 4 with cells, found other JSON"),
        check("no cell of parameters", notebook("03_borders", lambda held: held["cells"].pop(1)),
              "notebooks/03_borders.ipynb: expected a cell tagged parameters, found none"),
        check("a parameter without a type", parameters_cell("year = 2024"),
              "notebooks/03_borders.ipynb, cell 2: expected lines such as year: int = 2024, found 'year = 2024'"),
        check("code among the parameters", parameters_cell("year: int = 2024\n", "import os"), "found 'import os'"),
        check("a parameter there is not", parameters_cell("yeer: int = 2024"),
              "notebooks/03_borders.ipynb, parameter yeer: expected one of year, lang,"),
        check("parameters that are no Python", parameters_cell("year: int = "), "found what is not Python"),
        check("a kernel this machine does not have", notebook("03_borders", lambda held: held["metadata"].update(
              kernelspec={"name": "ir", "display_name": "R"})),
              "notebooks/03_borders.ipynb: expected a kernel of this"),
        check("no kernel named", notebook("03_borders", lambda held: held["metadata"].pop("kernelspec")),
              "notebooks/03_borders.ipynb: expected a kernel of this machine"),
        check("no narrative", lambda collection: (collection.notebooks / "08_narrative.ipynb").unlink(),
              "notebooks/08_narrative.ipynb: expected a file, found: no such file"),
        check("outputs that are to be committed", notebook("03_borders", lambda held: held["cells"][2].update(
              execution_count=1, outputs=[{"output_type": "stream", "name": "stdout", "text": "x"}])),
              "notebooks/03_borders.ipynb, cell 3: expected no outputs, found 1 and the count 1 of a run"),
    ],
    "The environment": [
        check("an older pandas", locked("\npandas==", "\npandas==9"), "pandas: expected version 9"),
        check("a lock without a library", locked("\nseaborn==", "\nsealion=="),
              "requirements/base.txt: expected a version of"),
        check("no lock", lambda collection: collection.patch.setattr(checks, "LOCK", collection.folder / "base.txt"),
              "requirements/base.txt: expected a file, found: no such file"),
        check("no kernel at all", without_ipykernel, "expected a kernel of this machine (none; `make env` installs"),
        check("no font", lambda collection: collection.patch.setitem(theme.RC, "font.family", "No Such Font"),
              "font No Such Font: expected it with matplotlib for charts in"),
        check("a font that lacks letters", lambda collection: collection.patch.setitem(theme.RC, "font.family",
              "STIXGeneral"),
              "font STIXGeneral: expected the letters of fr in it, found none for"),
        check("a template missing",
              lambda collection: (collection.package / "publish/template/bilan/_key.html.j2").unlink(),
              "scripts/bilan/publish/template/bilan/_key.html.j2: expected a file of the package, found none"),
        check("a narrative missing", lambda collection: (collection.package / "text/narrative.es.md").unlink(),
              "scripts/bilan/text/narrative.es.md: expected a file of the package, found none"),
        check("a language's texts missing", lambda collection: (collection.package / "text/es.toml").unlink(),
              "scripts/bilan/text/es.toml: expected a file, found: no such file"),
        check("texts that are no TOML", lambda collection: (collection.package / "text/es.toml").write_text("= 1"),
              "scripts/bilan/text/es.toml: expected TOML of texts, found"),
    ],
}  # fmt: skip


@pytest.fixture
def collection(tmp_path, monkeypatch):
    """Stand in a folder of its own, whose parts a case may damage; what was read before is forgotten, and after."""
    remembered = (results.declared, language.catalog, checks._kernels)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BILAN_RESULTS", "results")
    for known in remembered:
        known.cache_clear()
    yield Collection(tmp_path, monkeypatch)
    monkeypatch.undo()
    for known in remembered:
        known.cache_clear()


def files_under(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.lstat().st_size, path.lstat().st_mtime_ns) for path in folder.rglob("*")}


def row_of(case: Case, said: str) -> str:
    """Return a case's line of the page; what depends on the machine or the day's checksums is cut out."""
    command = " ".join(one if len(one) < 90 else f"{one[:40]}…" for one in case.command if one not in BUILD[1:])
    said = said if len(said) <= 400 else f"{said[:200]} […] {said[-100:]}"
    cells = (case.name, f"`bilan {command}`", f"`` {said} ``" if "`" in said else f"`{said}`", str(case.status))
    line = "| " + " | ".join(one.replace("|", r"\|") for one in cells) + " |"
    return re.sub("[0-9a-f]{64}", "…", line.replace(str(ROOT), "…").replace("\0", "␀").replace("\n", "␤"))


@pytest.fixture(scope="module")
def page(request):
    """Compare each case with its line of the page, or write the page once all have run."""
    writes, rows = request.config.getoption("--write-refused"), {}

    def compare(heading: str, case: Case, said: str) -> None:
        rows[heading, case.name] = row_of(case, said)
        held = PAGE.read_text(encoding="utf-8").splitlines() if not writes else rows.values()
        assert rows[heading, case.name] in held, f"write {PAGE.name} again: pytest {__file__} --write-refused"

    yield compare
    if writes:
        lines = [OPENING]
        for heading, cases in ALL.items():
            lines += [f"\n## {heading}\n", "| what is wrong | command | message | status |", "|---|---|---|---|"]
            lines += [rows[heading, case.name] for case in cases]
        PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("heading", "case"),
    [(heading, case) for heading, cases in CASES.items() for case in cases],
    ids=[f"{heading}: {case.name}" for heading, cases in CASES.items() for case in cases],
)
def test_what_is_wrong_gets_one_message_and_nothing_is_written(collection, capsys, page, heading, case):
    if case.damage:
        case.damage(collection)
    before = files_under(collection.folder)
    for command in case.commands:
        status = main([*command])
        said = capsys.readouterr()
        assert (status, said.err.count("\n")) == (case.status, 1), said.err
        assert said.err.startswith("bilan: ") and case.expected in said.err and len(said.err) < 1300
        assert re.search("expected|input should be|No such|Missing|is not", said.err)
        assert files_under(collection.folder) == before
        page(heading, case, said.err.removeprefix("bilan: ").rstrip("\n"))


def test_the_page_holds_every_case_once(request):
    if request.config.getoption("--write-refused"):
        pytest.skip("the page is written only when all cases have run")
    held = PAGE.read_text(encoding="utf-8")
    for heading, cases in ALL.items():
        part = held.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        assert [line.split(" | ")[0].removeprefix("| ") for line in part.splitlines()[3:]] == [
            one.name for one in cases
        ]
    assert held.startswith(OPENING) and "/tmp" not in held and len(set(ALL)) == held.count("\n## ")


ONE = (
    '2030,2030-01-01,2030-12-31,exact,rescued_at_sea,14020,count,exact,"14,020",en,migrants,,,'
    "interior_ministry,the_star_2024,,,"
)


@pytest.fixture(scope="module")
def one_figure(tmp_path_factory):
    """Publish a year of one figure alone; return the copied collection it lies in, and a function to build it again."""
    folder = copy_collection(tmp_path_factory.mktemp("one"))

    def like_2024(all_of: dict) -> None:
        resource = json.loads(json.dumps(resource_of(all_of, LEDGER)))
        all_of["resources"].append(resource | {"name": "communique_2030", "path": "communiques/2030.csv"})

    describe(folder / "data", like_2024)
    put(folder / "data", "communiques/2030.csv", f"{COLUMNS}\n{ONE}\n".encode())
    options = ("build", "--year", "2030", "--lang", "en", "--out", "site")

    def again(*more: str):
        return run_bilan(*options, *more, results=folder / "results", root=folder, pdf=False)

    done = again()
    assert done.returncode == 0, done.stderr
    return folder, again


def test_a_year_with_one_figure_is_published_and_the_others_are_shown_as_not_published(one_figure):
    folder, again = one_figure
    edition = folder / "site" / "2030"
    values = json.loads((edition / "values.json").read_text(encoding="utf-8"))
    of_the_year = {one["id"] for one in values if one["status"] == "published" and one["period"] == "2030"}
    assert of_the_year == {"rescued_at_sea"}
    story = (edition / "en" / "index.html").read_text(encoding="utf-8")
    assert "14,020" in story and "attempts at irregular migration were prevented" not in story
    page = (edition / "notebooks" / "01_communique.html").read_text(encoding="utf-8")
    assert "not published" in page.lower()
    assert again("--dry-run").stdout.count("up to date") == 8


FAILING = Case(
    "an id that the values of the year do not have, in the narrative",
    ("build", "--year", "2030", "--lang", "en"),
    "InputError: scripts/bilan/text/narrative.en.md: expected the name of a number of 2030, found 'rescued_at_see'",
    status=1,
)
ALL = CASES | {"What only a notebook can see": [FAILING]}
OPENING = """# What is refused

Each wrong input gets one message on standard error, after `bilan: `; nothing is run or written, and what was published
stays. A message names the file with its line and field, the parameter or the notebook, what was expected and found.
What `bilan check` refuses, a build and a sweep refuse before anything is published, but for outputs in a notebook.

Exit status 2: the input is wrong; 1: a notebook failed. Written by `python -m pytest tests/test_refusals.py
--write-refused`, which tries every line; characters that no line can show stand as ␀ and ␤ in the commands."""


def test_an_id_that_no_value_has_is_named_with_the_narrative_and_what_was_published_stays(one_figure, page):
    folder, again = one_figure
    prose = folder / "scripts" / "bilan" / "text" / "narrative.en.md"
    written = prose.read_text(encoding="utf-8")
    before = files_under(folder / "site")
    prose.write_text(written.replace("v.rescued_at_sea.qualified", "v.rescued_at_see.qualified"), encoding="utf-8")
    done = again()
    prose.write_text(written, encoding="utf-8")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    first = done.stderr.splitlines()[0]
    assert first.startswith("bilan: notebooks/08_narrative.ipynb, cell ") and FAILING.expected in first
    assert files_under(folder / "site") == before
    page("What only a notebook can see", FAILING, first.removeprefix("bilan: "))


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        (
            "{% block title %}{{ yeer }}{% endblock %}",
            "block title: expected names that a narrative has, found: 'yeer'",
        ),
        ("{% block title %}{{ v.attempts }}{% endblock %}", "expected the name of a number of 2024, found 'attempts'"),
        ('{% block title %}{{ plural(v.attempts, other="") }}{% endblock %}', "number of 2024, found 'attempts'"),
        (
            '{% block title %}{{ holds("all") }}{% endblock %}',
            "expected a claim of scripts/bilan/analysis/claims.py, found 'all'",
        ),
        ("{% block title %}{{ year", "line 1: expected a template, found: "),
        ("", "expected a block called 'title', found none"),
        (None, "expected a file of the package, found none"),
    ],
)
def test_a_narrative_that_names_what_there_is_not_is_named(collection, prose, expected):
    path = collection.package / "text" / "narrative.en.md"
    path.unlink() if prose is None else path.write_text(prose, encoding="utf-8")
    collection.patch.setattr(story, "TEXT", path.parent)
    with pytest.raises(InputError) as refused:
        story.Story(Numbers(2024, {}), {}, Parameters()).render("title")
    assert str(refused.value).startswith("scripts/bilan/text/narrative.en.md") and expected in str(refused.value)


def test_a_build_goes_on_with_notebooks_that_hold_outputs(collection, capsys):
    notebook("03_borders", lambda held: held["cells"][2].update(execution_count=1))(collection)
    assert main(["build", "--dry-run"]) == 0
    assert main(["check"]) == 2
    assert "the count 1 of a run" in capsys.readouterr().err


@any_of(st.text())
def test_any_text_in_a_message_stays_on_one_line_that_can_be_read(said):
    shown = str(InputError(said))
    assert len(shown.splitlines()) <= 1 and not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
