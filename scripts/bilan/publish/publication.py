"""The last steps of an edition: its pages are written beside while its narratives run, then told and swapped in.

What writes them is called in other processes, see `bilan.build.workers`: nothing large is imported here.
"""

from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bilan.build.jobs import Job
from bilan.build.results import NARRATIVE
from bilan.build.stamps import browser
from bilan.build.sweep import Sweep
from bilan.build.workers import Workers
from bilan.errors import InputError
from bilan.files import locked, refuse_links, staged, swap_in
from bilan.languages import LANGUAGES
from bilan.parameters import Parameters


def with_published(parameters: Parameters, out: Path) -> Parameters:
    """Return the parameters with the languages that the edition has under `out` already: it is published anew in all.

    Otherwise a language published earlier could go on showing figures that have changed since. Raises InputError
    where the parameters have no language.
    """
    if not parameters.languages:
        raise InputError("parameter languages: expected at least one to publish in, found none")
    there = {lang for lang in LANGUAGES if (out / parameters.edition / lang / "index.html").exists()}
    wanted = [lang for lang in LANGUAGES if lang in {*parameters.languages, *there}]
    return parameters.model_copy(update={"languages": wanted})


class Site:
    """Where a command publishes: the folder `out`, and `url`, where that will be published, or "".

    `report` is given what could not be made. From the first page on until `opened` ends the folder is locked: another
    build into it waits, and finds what this one published.
    """

    def __init__(self, out: Path, url: str, report: Callable[[str], None], workers: Workers, opened: ExitStack):
        self.out, self.url, self.report, self.workers, self.opened = out, url, report, workers, opened

    @cached_property
    def folder(self) -> Path:
        """The folder, made and locked when this is first asked."""
        self.out.mkdir(parents=True, exist_ok=True)
        self.opened.enter_context(locked(self.out))
        return self.out

    def stage(self, target: Path) -> Path:
        """Return a folder to be written beside one of the site's, see `staged`.

        Raises InputError where the site's is a symbolic link or holds one.
        """
        refuse_links(target, self.folder)
        return self.opened.enter_context(staged(target))

    def call(self, name: str, *given: object) -> Future:
        """Have a function write what it writes; nothing is written any more when `opened` removes a stage."""
        future = self.workers.call(f"bilan.publish.{name}", *given)
        self.opened.callback(wait, [future])
        return future

    def put(self, stage: Path, target: Path) -> None:
        """Put what was written in its place, and write the front pages, which lead to it."""
        swap_in(stage, target)
        self.call("site.write_front_page", self.out, self.url).result()


def publish_sweep(sweep: Sweep, failed: set[Job], site: Site) -> Path:
    """Publish the report of a sweep that ran and return its folder, sweeps/<name>; `failed` are jobs that did not."""
    target = site.out / "sweeps" / sweep.name
    stage = site.stage(target)
    writing = [site.call("sweep_report.write_language", sweep, failed, stage, lang) for lang in LANGUAGES]
    for one in [*writing, site.call("sweep_report.write_readings", sweep, failed, stage)]:
        one.result()
    site.put(stage, target)
    return target


@dataclass(frozen=True)
class Edition:
    """What an edition is written from, and where.

    `narratives` are those of the languages built; languages `kept` were published by another build. `target` is its
    folder, `stage` the one beside it that is written first.
    """

    working: tuple[Job, ...]
    narratives: tuple[Job, ...]
    kept: tuple[str, ...]
    target: Path
    stage: Path
    url: str

    @property
    def parameters(self) -> Parameters:
        """Those of its first narrative: they differ in their language alone."""
        return self.narratives[0].parameters

    @property
    def languages(self) -> list[str]:
        """All that it is published in."""
        return [lang for lang in LANGUAGES if lang in {*self.kept, *(job.parameters.lang for job in self.narratives)}]


class Publication:
    """The last step of an edition: to publish what its jobs left. `pages`, which it waits for, is another."""

    name = "published"

    def __init__(self, jobs: tuple[Job, ...], site: Site):
        self.working = tuple(job for job in jobs if job.notebook != NARRATIVE)
        self.narratives = tuple(job for job in jobs if job.notebook == NARRATIVE)
        self.site, self.edition = site, self.narratives[0].edition
        self.pages = Pages(self)

    def why(self) -> str:
        """Say that pages are always written anew: what would change nothing at all is not begun."""
        return "pages are written anew"

    @cached_property
    def written(self) -> Edition:
        """What is written, from when this is first asked: the folder beside is there until the command ends."""
        target = self.site.out / self.edition
        stage = self.site.stage(target)
        built = {job.parameters.lang for job in self.narratives}
        kept = tuple(lang for lang in LANGUAGES if lang not in built and (target / lang / "index.html").exists())
        return Edition(self.working, self.narratives, kept, target, stage, self.site.url)

    def call(self, function: str, *given: object) -> Future:
        """Have a function of `bilan.publish.edition` write its part."""
        return self.site.call(f"edition.{function}", self.written, *given)

    def run(self, force: bool = False, time_limit: float = 0) -> None:
        """Write what tells the narratives, put the edition in its place and write the front pages."""
        telling = {job: self.call("tell", job) for job in self.narratives}
        for one in self.pages.begun:
            one.result()
        for job, told in telling.items():
            if trouble := told.result():
                self.site.report(f"no PDF ({job.parameters.lang}): {trouble}")
                if browser():  # which was thought to print it: no page is to lead to it
                    self.call("write_language", job, False).result()
        self.call("write_crate").result()
        self.site.put(self.written.stage, self.written.target)


class Pages:
    """A step without a line of its own: once the working notebooks have run, all but what tells the narratives is
    begun, while they run.
    """

    name = ""

    def __init__(self, publication: Publication):
        self.publication, self.edition = publication, publication.edition
        self.begun: list[Future] = []

    def why(self) -> str:
        """Say that they are always needed."""
        return "pages are written anew"

    def run(self, force: bool = False, time_limit: float = 0) -> None:
        """Begin."""
        call = self.publication.call
        self.begun = [call("write_language", job) for job in self.publication.narratives]
        self.begun += [call("write_notebooks"), call("write_data")]
