"""The front page of a site: every edition in every language, and the sweeps."""

import json
import re
from pathlib import Path

from bilan.files import link_in, write_whole
from bilan.languages import LANGUAGES, text
from bilan.publish.pages import page_of, render

EDITION = re.compile(r"\d{4}(-[a-z0-9.-]+)?")
ABOUT = "edition.json"  # what an edition says of itself, in a language's folder


def write_about(folder: Path, title: str) -> None:
    """Write what the front page says of an edition in a language, in that language's folder: {"title"}."""
    (folder / ABOUT).write_text(json.dumps({"title": title}, ensure_ascii=False) + "\n", encoding="utf-8")


def _title(folder: Path, lang: str) -> str:
    """Return what an edition is called in a language, a variant with its name; without a title, its folder's name."""
    try:
        about = json.loads((folder / lang / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return folder.name
    title = about.get("title") if isinstance(about, dict) else None
    variant = f" ({folder.name[5:]})" if folder.name[4:] else ""
    return title + variant if isinstance(title, str) else folder.name


def write_front_page(out: Path) -> None:
    """Write `out`/index.html, the list of the editions that lie under it and hold no symbolic link."""
    editions = []
    folders = [path for path in out.iterdir() if EDITION.fullmatch(path.name)]
    for folder in sorted(folders, key=lambda path: (-int(path.name[:4]), path.name)):
        languages = [lang for lang in LANGUAGES if (folder / lang / "index.html").exists()]
        if languages and not link_in(folder, out):
            titles = {lang: _title(folder, lang) for lang in languages}
            notebooks = sorted(path.stem for path in (folder / "notebooks").glob("*.html"))
            editions.append({"name": folder.name, "languages": languages, "title": titles, "notebooks": notebooks})
    found = (path.parent for path in (out / "sweeps").glob("*/index.html"))
    sweeps = sorted(folder.name for folder in found if not link_in(folder, out))
    page = page_of("site", "en", "", [])
    page["introductions"] = [(lang, text("site.title", lang), text("site.intro", lang)) for lang in LANGUAGES]
    words = {"title": text("site.title", "en"), "description": text("site.intro", "en")}
    write_whole(out / "index.html", render("site", page, editions=editions, sweeps=sweeps, **words).encode())
