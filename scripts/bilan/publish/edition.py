"""Writing an edition, each part by itself: its pages in each language, its charts, notebooks and data.

All of it goes to a folder beside the edition's, which takes its place once it is whole, see `publication`.
"""

import json
import shutil

import nbformat

from bilan.build.jobs import Job
from bilan.build.results import load_charts, load_numbers, write_numbers
from bilan.build.stamps import browser
from bilan.languages import text
from bilan.publish.executed import inert, read_executed
from bilan.publish.history import changes_since, write_changes
from bilan.publish.language_pages import GLOSSARY, LanguagePages, variant_note
from bilan.publish.pages import export, page_of, plate
from bilan.publish.publication import Edition


def _executed_cells(edition: Edition) -> dict[tuple[str, int], str]:
    """Return the id of each cell that ran, by its notebook and its number there."""
    read = {job.notebook: json.loads(job.executed.read_bytes())["cells"] for job in edition.working}
    cells = [(name, cell) for name, those in read.items() for cell in those]
    return {(name, cell["execution_count"]): cell["id"] for name, cell in cells if cell.get("execution_count")}


def _pages(edition: Edition, job: Job, with_pdf: bool = True) -> LanguagePages:
    values = load_numbers(edition.parameters)
    return LanguagePages(
        job,
        edition.languages,
        load_charts(edition.parameters),
        values,
        _executed_cells(edition),
        [one.name for one in (*edition.working, job)],
        changes_since(edition.target, values),
        edition.stage / job.parameters.lang,
        edition.url,
        with_pdf and browser() is not None,
    )


def _write_notebook(edition: Edition, job: Job) -> None:
    """Write an executed notebook and its page."""
    parameters, languages = edition.parameters, edition.languages
    jobs = [*edition.working, *edition.narratives]
    at, folder = jobs.index(job), edition.stage / "notebooks"
    links = [{"href": f"../{lang}/index.html", "name": text("language", lang), "lang": lang} for lang in languages]
    # its charts lie beside the narratives: in its own language, or in one that was built
    lang = job.parameters.lang if job.parameters.lang in languages else languages[0]
    page = page_of("notebook", "en", "../../", links, content_lang=job.parameters.lang)
    page["terms_at"] = f"../{lang}/{GLOSSARY}"
    charts = load_charts(parameters).items()
    page["charts"] = {stem: plate(stem, chart, lang, f"../{lang}/figures") for stem, chart in charts}
    page |= {"executed": job.executed.name} | variant_note(parameters, "en")
    page |= {"before": jobs[at - 1].name if at else "", "after": jobs[at + 1].name if at + 1 < len(jobs) else ""}
    notebook = read_executed(job)
    html, _ = export("notebook", notebook, page)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{job.name}.html").write_text(html, encoding="utf-8")
    nbformat.write(inert(notebook), folder / job.executed.name)


def write_notebooks(edition: Edition) -> None:
    """Write the working notebooks as executed and their pages, and keep those of languages that another build put
    there.
    """
    for job in edition.working:
        _write_notebook(edition, job)
    for lang in edition.kept:
        shutil.copytree(edition.target / lang, edition.stage / lang)
        for name in (f"08_narrative.{lang}.ipynb", f"08_narrative.{lang}.html"):
            shutil.copy(edition.target / "notebooks" / name, edition.stage / "notebooks" / name)


def write_language(edition: Edition, job: Job, with_pdf: bool = True) -> None:
    """Write a language's charts and all its pages but those that tell its narrative; they lead to its PDF, if so."""
    _pages(edition, job, with_pdf).write_beside()


def write_data(edition: Edition) -> None:
    """Write the values, as several kinds of files, and what changed."""
    from bilan.notebook.frames import write_frames  # slow to import, as the next one
    from bilan.publish.crate import write_claims

    values = load_numbers(edition.parameters)
    write_numbers(values.values(), edition.stage / "values.json", contract_only=True)
    write_changes(changes_since(edition.target, values), edition.stage)
    write_frames(values.values(), edition.stage / "data")
    write_claims(edition.stage, values)


def tell(edition: Edition, job: Job) -> str:
    """Write a language's narrative: its story, limits and PDF, and its notebook; return why there is no PDF, if so."""
    _write_notebook(edition, job)
    return _pages(edition, job).write_told()


def write_crate(edition: Edition) -> None:
    """Describe all that was written, as the last of it."""
    from bilan.publish import crate

    crate.write_crate(edition.stage, edition.parameters, edition.languages)
