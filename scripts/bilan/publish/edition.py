"""Publishing an edition: its pages in each language, its charts, notebooks and data, written beside and swapped in."""

import shutil
from collections.abc import Callable
from concurrent.futures import Executor, wait
from pathlib import Path

import nbformat

from bilan.build.jobs import Job
from bilan.build.results import load_charts, load_numbers, write_numbers
from bilan.files import refuse_links, swapped_in
from bilan.languages import LANGUAGES, text
from bilan.notebook.frames import write_frames
from bilan.parameters import Parameters
from bilan.publish.executed import inert, read_executed
from bilan.publish.history import changes_since, write_changes
from bilan.publish.language_pages import GLOSSARY, LanguagePages, variant_note
from bilan.publish.pages import export, page_of, plate


def _executed_cells(jobs: list[Job]) -> dict[tuple[str, int], str]:
    """Return the id of each cell that ran, by its notebook and its number there."""
    cells = [(job.notebook, cell) for job in jobs for cell in read_executed(job).cells]
    return {(name, cell.execution_count): cell.id for name, cell in cells if cell.get("execution_count")}


def _notebook_pages(jobs: list[Job], parameters: Parameters, charts: dict, languages: list[str], folder: Path) -> None:
    """Write each executed notebook and its page."""
    folder.mkdir(parents=True)
    for at, job in enumerate(jobs):
        links = [{"href": f"../{lang}/index.html", "name": text("language", lang), "lang": lang} for lang in languages]
        # its charts lie beside the narratives: in its own language, or in one that was built
        lang = job.parameters.lang if job.parameters.lang in languages else languages[0]
        page = page_of("notebook", "en", "../../", links, content_lang=job.parameters.lang)
        page["terms_at"] = f"../{lang}/{GLOSSARY}"
        page["charts"] = {stem: plate(stem, chart, lang, f"../{lang}/figures") for stem, chart in charts.items()}
        page |= {"executed": job.executed.name} | variant_note(parameters, "en")
        page |= {"before": jobs[at - 1].name if at else "", "after": jobs[at + 1].name if at + 1 < len(jobs) else ""}
        notebook = read_executed(job)
        html, _ = export("notebook", notebook, page)
        (folder / f"{job.name}.html").write_text(html, encoding="utf-8")
        nbformat.write(inert(notebook), folder / job.executed.name)


def write_edition(
    working: list[Job],
    narratives: list[Job],
    out: Path,
    url: str,
    report: Callable[[str], None],
    pool: Executor,
) -> Path:
    """Write an edition under `out` and return its folder, `out`/<edition>; a language that another build put there
    meanwhile is kept.

    All of it is written beside first and put in place by renaming: what was published stays until the new is whole.
    `url` is where `out` will be published, for the addresses that link previews need. `report` is given a PDF that
    could not be made; `pool` calls what writes pages. Raises InputError where what lies there is a symbolic
    link or holds one.
    """
    from bilan.publish.crate import write_claims, write_crate  # slow to import, and not needed to write pages

    parameters = narratives[0].parameters
    target = out / parameters.edition
    refuse_links(target, out)
    built = {job.parameters.lang: job for job in narratives}
    kept = [lang for lang in LANGUAGES if lang not in built and (target / lang / "index.html").exists()]
    languages = [lang for lang in LANGUAGES if lang in built or lang in kept]
    charts, values, cells = load_charts(parameters), load_numbers(parameters), _executed_cells(working)
    changes = changes_since(target, values)

    def names(job: Job) -> list[str]:
        return [one.name for one in (*working, job)]

    with swapped_in(target) as stage:
        for lang in kept:
            shutil.copytree(target / lang, stage / lang)
        of_languages = [
            LanguagePages(job, languages, charts, values, cells, names(job), changes, stage / lang, url)
            for lang, job in built.items()
        ]
        writing = [pool.submit(one.write_all) for one in of_languages]
        given = ([*working, *narratives], parameters, charts, languages, stage / "notebooks")
        writing.append(pool.submit(_notebook_pages, *given))
        try:
            write_numbers(values.values(), stage / "values.json", contract_only=True)
            write_changes(changes, stage)
            write_frames(values.values(), stage / "data")
            write_claims(stage, values)
            for trouble in filter(None, [one.result() for one in writing]):
                report(trouble)
        finally:
            wait(writing)  # nothing is to be written any more where this fails
        for name in (f"08_narrative.{lang}{suffix}" for lang in kept for suffix in (".ipynb", ".html")):
            shutil.copy(target / "notebooks" / name, stage / "notebooks" / name)
        write_crate(stage, parameters, languages)
    return target
