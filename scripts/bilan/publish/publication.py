"""The last steps of an edition: what writes pages is made ready while its narratives run, and then publishes it."""

import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from threading import Thread

from bilan.build.forkserver import workers
from bilan.build.jobs import TIME_LIMIT, Job
from bilan.build.results import NARRATIVE
from bilan.errors import InputError
from bilan.files import locked
from bilan.languages import LANGUAGES
from bilan.parameters import Parameters

PAGES = "bilan.publish.edition"  # slow to import


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


class Writers:
    """What writes pages, a step without a line of its own: once the working notebooks have run, a core is idle.

    Processes are forked then that load what they need; `pool` is theirs, as long as `opened` is.
    """

    name = ""

    def __init__(self, edition: str, count: int, opened: ExitStack, begun: bool):
        self.edition, self.count, self.opened = edition, count, opened
        if begun:  # the command itself imports it beside what else is done
            Thread(target=import_module, args=(PAGES,)).start()

    @cached_property
    def pool(self) -> Executor:
        """The processes."""
        return self.opened.enter_context(workers(self.count))

    def why(self) -> str:
        """Say that they are always needed."""
        return "pages are written anew"

    def run(self, force: bool = False, time_limit: float = TIME_LIMIT) -> None:
        """Have them begin to load."""
        for _ in range(self.count):
            self.pool.submit(_load)


def _load() -> None:
    """Load what the first page of a process would wait for, templates too."""
    import_module(PAGES)
    from bilan.publish.pages import TEMPLATES, exporter

    for template in (TEMPLATES / "bilan").glob("*.html.j2"):
        exporter().environment.get_template(template.name)
    time.sleep(0.05)  # so that another takes the next


@dataclass(frozen=True, eq=False)
class Publication:
    """The last step of an edition: to publish what its jobs left."""

    jobs: tuple[Job, ...]
    out: Path
    url: str
    report: Callable[[str], None]
    writers: Writers
    name = "published"

    @property
    def edition(self) -> str:
        """The edition it publishes."""
        return self.jobs[-1].edition

    def why(self) -> str:
        """Say that pages are always written anew: what would change nothing at all is not begun."""
        return "pages are written anew"

    def run(self, force: bool = False, time_limit: float = TIME_LIMIT) -> None:
        """Write the edition and the front page."""
        from bilan.publish.edition import write_edition
        from bilan.publish.site import write_front_page

        narratives = [job for job in self.jobs if job.notebook == NARRATIVE]
        working = [job for job in self.jobs if job.notebook != NARRATIVE]
        self.out.mkdir(parents=True, exist_ok=True)
        with locked(self.out):  # another build into the same folder waits, and finds what this one published
            write_edition(working, narratives, self.out, self.url, self.report, self.writers.pool)
            write_front_page(self.out, self.url)
