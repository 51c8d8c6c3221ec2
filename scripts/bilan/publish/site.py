"""The front pages of a site, one a language: the newest edition in brief, years, variants, sweeps, notebooks, data."""

import re
from dataclasses import asdict
from pathlib import Path

from babel.numbers import format_decimal
from pydantic import BaseModel, ValidationError

from bilan.data.ledgers import FULL_YEAR
from bilan.data.package import years
from bilan.files import link_in, refuse_links, write_whole
from bilan.languages import LANGUAGES, LOCALES, text
from bilan.publish.discovery import write_discovery
from bilan.publish.pages import clean_html, page_of, render
from bilan.show.brief import Card, counts_of_all_years, draw_line
from bilan.show.words import part_of_year

EDITION = re.compile(r"\d{4}(-[a-z0-9.-]+)?")
ABOUT = "edition.json"  # what an edition or a sweep says of itself, in a language's folder
NUMBERS = "sources.html"  # where every number of an edition has a line
DATA_FILES = ("values.json", "claims.jsonld", "ro-crate-metadata.json")


class _CardSaid(BaseModel):
    """A card as an edition keeps it: HTML, without its line."""

    name: str
    label: str
    number: str
    change: str
    context: str


class About(BaseModel):
    """What an edition or a sweep says of itself in a language: its title, what it changes ("": nothing), its cards."""

    title: str
    variant: str = ""
    cards: list[_CardSaid] = []


def write_about(folder: Path, title: str, variant: str = "", cards: tuple[Card, ...] = ()) -> None:
    """Write what the front page says of an edition or a sweep, in a language's folder: see `About`."""
    about = About(title=title, variant=variant, cards=[_CardSaid(**asdict(card)) for card in cards])
    (folder / ABOUT).write_text(about.model_dump_json() + "\n", encoding="utf-8")


def _about(folder: Path, lang: str) -> About:
    """Return what an edition says of itself; one that says nothing that can be read is called by its folder."""
    try:
        return About.model_validate_json((folder / lang / ABOUT).read_bytes())
    except (OSError, ValidationError):
        return About(title=folder.name)


def _cards(folder: Path, about: About, lang: str, root: str) -> list[Card]:
    """Return an edition's cards for a front page, from which the site's root is at `root`."""
    table, page = counts_of_all_years(), {"numbers_at": f"{root}{folder.name}/{lang}/{NUMBERS}"}
    made = []
    for card in about.cards:
        parts = {key: clean_html(getattr(card, key), page) for key in ("number", "change", "context")}
        line = draw_line(table[table["indicator"] == card.name], int(folder.name[:4]), lang)
        made.append(Card(card.name, card.label, **parts, line=line))
    return made


def _strip(names: set[str], newest: str, lang: str, root: str) -> list[dict]:
    """Return every year from the first to the last with a ledger: full, part or absent, in words, and its edition."""
    periods = counts_of_all_years().drop_duplicates("year").set_index("year")["period"]
    found = []
    for year in range(min(years()), max(years()) + 1):
        period = periods.get(year, "")
        kind = "full" if period == FULL_YEAR else "part" if period else "absent"
        said = part_of_year(period, lang) if kind == "part" else text(f"home.{kind}", lang)
        href = f"{root}{year}/{lang}/index.html" if str(year) in names else ""
        found.append({"year": year, "kind": kind, "said": said, "href": href, "newest": str(year) == newest})
    return found


def _files(out: Path, folder: Path, lang: str, root: str) -> list[dict]:
    """Return the data files of an edition, with what they hold and their size."""
    paths = [folder / name for name in DATA_FILES] + sorted((folder / "data").glob("*.*"))
    found = []
    for path in (one for one in paths if one.is_file()):
        size = format_decimal(max(1, round(path.stat().st_size / 1000)), locale=LOCALES[lang])
        said = text(f"home.file_{path.stem.replace('-', '_')}", lang, year=folder.name)
        place = f"{root}{path.relative_to(out).as_posix()}"
        found.append({"href": place, "name": path.name, "said": said, "size": text("home.size", lang, size=size)})
    return found


def _front_page(out: Path, folders: list[Path], sweeps: list[str], lang: str, root: str, languages: list[str]) -> str:
    """Return the front page in a language, from which the site's root is at `root`."""
    own = [folder for folder in folders if (folder / lang / "index.html").exists()]
    abouts = {folder: _about(folder, lang) for folder in own}
    ordinary = [folder for folder in own if folder.name.isdecimal()]
    # the latest full year; without one, the latest that there is
    dated = {entry["year"]: entry["kind"] for entry in _strip(set(), "", lang, root)}
    newest = next((one for one in ordinary if dated.get(int(one.name)) == "full"), (ordinary or [None])[0])
    links = [
        {"href": f"{root}{other}/index.html", "name": text("language", other), "lang": other, "current": other == lang}
        for other in languages
    ]
    home = {"home": f"{root}{lang}/index.html"}
    page = page_of("site", lang, root, links if len(links) > 1 else [], **home)
    notebooks = sorted(path.stem for path in (newest / "notebooks").glob("0[1-7]_*.html")) if newest else []
    listed = {folder: about for folder, about in abouts.items() if folder not in ordinary}
    return render(
        "site",
        page,
        title=text("site.title", lang),
        description=text("site.intro", lang),
        newest=newest.name if newest else "",
        story=abouts[newest].title if newest else "",
        cards=_cards(newest, abouts[newest], lang, root) if newest else [],
        strip=_strip({folder.name for folder in ordinary}, newest.name if newest else "", lang, root),
        variants=[{"name": one.name, "title": said.title, "changes": said.variant} for one, said in listed.items()],
        sweeps=[_sweep(out, name, lang, root) for name in sweeps],
        notebooks=[(name, text(f"topic.{name}", lang), text(f"question.{name}", lang)) for name in notebooks],
        files=_files(out, newest, lang, root) if newest else [],
    )


def _sweep(out: Path, name: str, lang: str, root: str) -> dict:
    folder = out / "sweeps" / name
    page = f"{lang}/index.html" if (folder / lang / "index.html").exists() else "index.html"
    said = _about(folder, lang)
    return {"title": said.title, "changes": said.variant, "href": f"{root}sweeps/{name}/{page}"}


def write_front_page(out: Path, url: str = "") -> None:
    """Write `out`/<lang>/index.html for each language that has an edition under it, and the first also as
    `out`/index.html; where the site's address is given, what search engines and readers of feeds look for.

    Editions that hold a symbolic link are not listed. Raises InputError where a page would go through one.
    """
    folders = [one for one in out.iterdir() if EDITION.fullmatch(one.name) and not link_in(one, out)]
    folders.sort(key=lambda path: (-int(path.name[:4]), path.name))
    there = [lang for lang in LANGUAGES if any((one / lang / "index.html").exists() for one in folders)]
    found = [path.parent for path in (out / "sweeps").glob("*/index.html")]
    sweeps = sorted(folder.name for folder in found if not link_in(folder, out))
    languages = list(LANGUAGES) if sweeps or not there else there  # a sweep is told in all of them
    for lang in languages:
        refuse_links(out / lang, out)
        (out / lang).mkdir(exist_ok=True)
        write_whole(out / lang / "index.html", _front_page(out, folders, sweeps, lang, "../", languages).encode())
    write_whole(out / "index.html", _front_page(out, folders, sweeps, (there or languages)[0], "", languages).encode())
    write_discovery(out, url)
