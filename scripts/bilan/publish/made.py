"""How a page was made, what a variant changed, and how to cite it."""

import hashlib
import platform
from importlib.metadata import version

import pandas as pd
from markupsafe import Markup, escape

from bilan import __version__
from bilan.build.checks import TOOLS
from bilan.build.stamps import commit
from bilan.data.tables import DATA, datapackage
from bilan.languages import isolated, text
from bilan.parameters import Parameters
from bilan.publish.pages import table_html
from bilan.show.words import choice, chosen, parameter_name


def variant_note(parameters: Parameters, lang: str) -> str:
    """Return the line that says what a variant changed, or nothing for the ordinary edition."""
    changes = [
        chosen(name, value, lang) + isolated(f" ({name}={value})", lang) for name, value in parameters.changed().items()
    ]
    return text("page.variant", lang, changes=text("list_separator", lang).join(changes)) if changes else ""


def made(parameters: Parameters, names: list[str], lang: str, linked: bool) -> dict:
    """Return the panel that says how a page was made: notebooks, parameters, versions, data with checksums."""
    checksum = hashlib.sha256((DATA / "datapackage.json").read_bytes()).hexdigest()[:12]
    link = Markup('<a href="../notebooks/{0}.html"><bdi>{0}</bdi></a>' if linked else "<bdi>{0}</bdi>")
    notebooks = escape(text("list_separator", lang)).join(link.format(name) for name in names)
    said = text("page.made", lang, version=__version__, links="\0", data=datapackage()["version"], checksum=checksum)
    if commit():
        said += " " + text("page.commit", lang, commit=commit())
    given = parameters.model_dump(exclude={"languages"})
    named = {f"{parameter_name(name, lang)} {isolated(f'({name})', lang)}": name for name in given}
    versions = {"Python": platform.python_version()} | {name: version(name) for name in TOOLS}
    hashes = {f"data/{one['path']}": one["hash"].removeprefix("sha256:")[:12] for one in datapackage()["resources"]}
    tables = {
        "parameters": ("parameter", "value", {said: choice(name, given[name], lang) for said, name in named.items()}),
        "versions": ("software", "version", versions),
        "checksums": ("file", "checksum", hashes),
    }
    return {"said": Markup(escape(said)).replace("\0", notebooks)} | {
        key: table_html(pd.DataFrame(rows.items(), columns=columns), text(f"page.{key}", lang), lang)
        for key, (*columns, rows) in tables.items()
    }


def citation(title: str, lang: str, address: str) -> dict:
    """Return how to cite a page: a sentence and a BibTeX entry, with the version and the date of the data."""
    data = datapackage()
    about = {"title": title, "version": __version__, "data": data["version"], "date": data["created"][:10]}
    note = f"bilan {__version__}, data {data['version']} of {about['date']}"
    fields = {"title": title, "author": "{The bilan authors}", "year": about["date"][:4], "note": note}
    fields |= {"url": address} if address else {}
    entry = ",\n".join(["@misc{bilan", *(f"  {name} = {{{field}}}" for name, field in fields.items())]) + "\n}"
    return {"sentence": text("page.cite", lang, **about) + (f" {address}" if address else ""), "bibtex": entry}
