"""The last step of an edition's graph: to publish it. What writes pages is imported by then: see `begin_import`."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Thread

from bilan.build.jobs import TIME_LIMIT, Job
from bilan.build.results import NARRATIVE
from bilan.errors import InputError
from bilan.files import locked
from bilan.languages import LANGUAGES
from bilan.parameters import Parameters


def begin_import() -> None:
    """Import what writes pages beside what else is done: it takes a second, and is needed when all has run."""
    Thread(target=import_module, args=("bilan.publish.edition",)).start()


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


@dataclass(frozen=True, eq=False)
class Publication:
    """The last step of an edition: to publish what its jobs left."""

    jobs: tuple[Job, ...]
    out: Path
    url: str
    report: Callable[[str], None]
    parallel: int = 1
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
            write_edition(working, narratives, self.out, self.url, self.report, self.parallel)
            write_front_page(self.out, self.url)
