"""Running notebooks: papermill executes them in dependency order, several at a time, one real kernel each."""

import hashlib
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelClient, AsyncKernelManager

from .data import DATA, ROOT
from .parameters import Parameters
from .results import NARRATIVE, NOTEBOOKS, folder_of, working_notebooks

Report = Callable[[str], None]


class PrivateKernelManager(AsyncKernelManager):
    """Kernels that talk over sockets in a private folder: no open port to share, race for or listen in on."""

    client_factory = AsyncKernelClient

    def __init__(self, **settings):
        self._sockets = None
        if hasattr(socket, "AF_UNIX"):
            self._sockets = tempfile.TemporaryDirectory(prefix="bilan-")  # a short path: sockets allow 108 bytes
            settings |= {"transport": "ipc", "ip": f"{self._sockets.name}/k"}
        super().__init__(**settings)

    async def _async_interrupt_kernel(self) -> None:
        if not self.shutting_down:  # an idle kernel that is only asked to end need not be interrupted
            await super()._async_interrupt_kernel()

    interrupt_kernel = _async_interrupt_kernel

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart)
        if self._sockets and not restart:
            self._sockets.cleanup()

    cleanup_resources = _async_cleanup_resources


class NotebookFailed(Exception):
    """A cell failed: the message names the notebook, the cell and the error; `jobs` are those that failed, if known."""

    def __init__(self, message: str, jobs: Iterable["Job"] = ()):
        super().__init__(message)
        self.jobs = list(jobs)


@dataclass(frozen=True, eq=False)
class Job:
    """One notebook to run with one set of parameters."""

    notebook: str
    parameters: Parameters

    @property
    def name(self) -> str:
        """What progress lines call it."""
        return f"{self.notebook}.{self.parameters.lang}" if self.notebook == NARRATIVE else self.notebook

    @property
    def folder(self) -> Path:
        """Where its results and its executed copy lie."""
        return folder_of(self.notebook, self.parameters)

    @property
    def executed(self) -> Path:
        """Its executed copy."""
        return self.folder / f"{self.name}.ipynb"


def jobs_of(parameters: Parameters, languages: Iterable[str]) -> dict[Job, set[Job]]:
    """Return what an edition needs, each job with those it waits for: 01, the others, the narratives."""
    languages = list(languages)
    working = parameters.model_copy(update={"languages": languages, "lang": "en"})
    first, *others = (Job(name, working) for name in working_notebooks())
    graph = {first: set()} | {job: {first} for job in others}
    for lang in languages:
        graph[Job(NARRATIVE, working.model_copy(update={"lang": lang}))] = {first, *others}
    return graph


def fingerprint(job: Job) -> str:
    """Return a checksum of all a job's result depends on: notebook, parameters, package, data and lock."""
    package = Path(__file__).parent
    files = [
        NOTEBOOKS / f"{job.notebook}.ipynb",
        ROOT / "requirements.txt",
        *package.glob("*.py"),
        *package.glob("text/*.toml"),
    ]
    files += [path for path in DATA.rglob("*") if path.is_file()]
    if job.notebook == NARRATIVE:
        files += [*package.glob("text/*.md"), *(NOTEBOOKS / f"{name}.ipynb" for name in working_notebooks())]
    checksum = hashlib.sha256(job.parameters.model_dump_json().encode())
    for path in sorted(files):
        checksum.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return checksum.hexdigest()


def run_jobs(graph: dict[Job, set[Job]], parallel: int, force: bool, report: Report, keep_going: bool = False) -> None:
    """Run every job whose result is not up to date, `parallel` at a time; report a line for each.

    Raises NotebookFailed when all that was running has ended, if a job failed; what depends on it is not started.
    With `keep_going`, which is for a graph of several editions, all that does not depend on it still runs, and every
    line and message names the edition.
    """
    order = TopologicalSorter(graph)
    order.prepare()
    width = max((len(job.parameters.edition) for job in graph), default=0)
    failures: dict[Job, str] = {}

    def line(job: Job, outcome: str) -> None:
        report((f"{job.parameters.edition:<{width}}  " if keep_going else "") + f"{job.name:<24} {outcome}")

    with ThreadPoolExecutor(parallel) as pool:
        running = {}
        while order.is_active():
            ready = order.get_ready() if keep_going or not failures else ()
            for job in ready:
                mark = job.folder / "fingerprint"
                if not force and mark.exists() and mark.read_text() == fingerprint(job):
                    line(job, "up to date")
                    order.done(job)
                else:
                    running[pool.submit(_run_timed, job)] = job
            if not running:
                if not ready:  # what is left waits for a job that failed
                    break
                continue
            try:
                ended = wait(running, return_when=FIRST_COMPLETED).done
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)  # what has not begun is not to begin
                raise
            for future in ended:
                job = running.pop(future)
                try:
                    seconds = future.result()
                except NotebookFailed as failure:
                    line(job, "failed")
                    failures[job] = f"{job.parameters.edition}: {failure}" if keep_going else str(failure)
                else:
                    line(job, f"{seconds:5.1f} s")
                    order.done(job)
    if failures:
        raise NotebookFailed("\n".join(failures.values()), failures)


def _run_timed(job: Job) -> float:
    start = time.perf_counter()
    run_job(job)
    return time.perf_counter() - start


def run_job(job: Job) -> None:
    """Execute one notebook and leave its executed copy and its fingerprint beside its results.

    Raises NotebookFailed naming notebook, cell and error.
    """
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import execute_notebook  # slow to import, and not needed where all is up to date

    source = NOTEBOOKS / f"{job.notebook}.ipynb"
    mark = fingerprint(job)
    shutil.rmtree(job.folder, ignore_errors=True)
    job.folder.mkdir(parents=True)
    try:
        executed = execute_notebook(
            source,
            job.executed,
            job.parameters.model_dump(),
            progress_bar=False,
            request_save_on_cell_execute=False,
            kernel_manager_class=PrivateKernelManager,
        )
    except PapermillExecutionError as error:
        raise NotebookFailed(
            f"notebooks/{source.name}, cell {error.cell_index + 1}: {error.ename}: {error.evalue}\n"
            f"  in: {error.source.strip().splitlines()[0] if error.source.strip() else ''}\n"
            f"  the notebook as far as it ran: {job.executed}"
        ) from error
    except Exception as error:  # a kernel that dies or does not start; papermill has many names for it
        raise NotebookFailed(f"notebooks/{source.name}: {type(error).__name__}: {error}") from error
    nbformat.write(without_run_traces(executed), job.executed)
    (job.folder / "fingerprint").write_text(mark)


def without_run_traces(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return an executed notebook without what differs from run to run: times, paths, random ids."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
    return notebook


def ensure_results(parameters: Parameters) -> None:
    """Run the working notebooks that have left no result for these parameters, so that the narrative can be told."""
    missing = [name for name in working_notebooks() if not (folder_of(name, parameters) / "values.json").exists()]
    for name in missing:
        print(f"No result yet of {name} with these parameters: running it.")
        run_job(Job(name, parameters.model_copy(update={"lang": "en"})))
