"""What search engines and feed readers look for where the site's address is known: sitemap, robots, 404, Atom."""

import re
from pathlib import Path
from xml.etree import ElementTree

from bilan.data.package import datapackage
from bilan.languages import LANGUAGES, is_rtl, text
from bilan.publish.history import read_changes
from bilan.publish.pages import page_of, render

SITEMAP, XHTML = "http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.w3.org/1999/xhtml"
ATOM = "http://www.w3.org/2005/Atom"
FILES = ("sitemap.xml", "robots.txt", "404.html", *(f"{lang}/feed.xml" for lang in LANGUAGES))
_LANGUAGE = re.compile(rf"(?:^|(?<=/))(?:{'|'.join(LANGUAGES)})(?=/)")  # the folder of a language in a page's place


def write_discovery(out: Path, url: str) -> None:
    """Write them for the site under `out`, to be published at `url`; without it they are removed."""
    for name in FILES:
        (out / name).unlink(missing_ok=True)
    if not url:
        return
    places = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.html") if not path.is_symlink())
    pages = [place for place in places if not place.endswith(".embed.html") and not place.startswith(".")]
    _write(_sitemap(pages, url), out / "sitemap.xml")
    (out / "robots.txt").write_text(f"User-agent: *\nAllow: /\nSitemap: {url}/sitemap.xml\n", encoding="utf-8")
    page = page_of("missing", "en", f"{url}/", [], home=f"{url}/index.html")
    languages = [(lang, "rtl" if is_rtl(lang) else "ltr") for lang in LANGUAGES if (out / lang / "index.html").exists()]
    said = [{"lang": lang, "dir": side} | _missing(lang) for lang, side in languages]
    html = render(
        "404", page, title=text("page.missing_title", "en"), description=text("page.missing", "en"), said=said
    )
    (out / "404.html").write_text(html, encoding="utf-8")
    for lang, _ in languages:
        _write(_feed(out, lang, url), out / lang / "feed.xml")


def _missing(lang: str) -> dict:
    keys = {"title": "page.missing_title", "said": "page.missing", "home": "site.title"}
    return {name: text(key, lang) for name, key in keys.items()}


def _write(root: ElementTree.Element, path: Path) -> None:
    ElementTree.indent(root)
    path.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _sitemap(pages: list[str], url: str) -> ElementTree.Element:
    """Return a sitemap of the pages, each with the same page in other languages."""
    there = set(pages)
    root = ElementTree.Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    for place in pages:
        entry = ElementTree.SubElement(root, "url")
        ElementTree.SubElement(entry, "loc").text = f"{url}/{place}"
        alike = {lang: _LANGUAGE.sub(lang, place, count=1) for lang in LANGUAGES} if _LANGUAGE.search(place) else {}
        for lang, other in alike.items():
            if other in there:
                link = {"rel": "alternate", "hreflang": lang, "href": f"{url}/{other}"}
                ElementTree.SubElement(entry, "xhtml:link", link)
    return root


def _feed(out: Path, lang: str, url: str) -> ElementTree.Element:
    """Return the Atom feed of a language: an entry for each ordinary edition, and for each change of one."""
    entries = []
    for folder in sorted((one for one in out.iterdir() if re.fullmatch(r"\d{4}", one.name)), reverse=True):
        if (folder / lang / "changes.html").exists():
            changes = read_changes(folder)
            place = f"{url}/{folder.name}/{lang}"
            for number, change in zip(range(len(changes), 0, -1), changes, strict=True):
                title = text("changes.title", lang, edition=folder.name)
                entries.append((title, f"{place}/changes.html#change-{number}", change.date))
            first = changes[-1].date if changes else datapackage()["created"][:10]
            entries.append((text("home.latest", lang, year=folder.name), f"{place}/index.html", first))
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": lang})
    about = {"title": text("site.title", lang), "id": f"{url}/{lang}/feed.xml"}
    about |= {"updated": f"{max((one[2] for one in entries), default='2000-01-01')}T00:00:00Z"}
    for name, said in about.items():
        ElementTree.SubElement(root, name).text = said
    ElementTree.SubElement(ElementTree.SubElement(root, "author"), "name").text = "The bilan authors"
    ElementTree.SubElement(root, "link", {"rel": "self", "href": f"{url}/{lang}/feed.xml"})
    ElementTree.SubElement(root, "link", {"rel": "alternate", "href": f"{url}/{lang}/index.html"})
    for title, link, day in entries:
        entry = ElementTree.SubElement(root, "entry")
        for name, said in {"title": title, "id": link, "updated": f"{day}T00:00:00Z"}.items():
            ElementTree.SubElement(entry, name).text = said
        ElementTree.SubElement(entry, "link", {"href": link})
    return root
