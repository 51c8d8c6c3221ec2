"""Running notebooks: papermill executes them in dependency order, several at a time, one real kernel each."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Protocol

from bilan.build.imports import PACKAGE, modules_of
from bilan.build.kernels import PrivateKernelManager
from bilan.build.results import NARRATIVE, NOTEBOOKS, declared, folder_of, read_notebook, working_notebooks
from bilan.data import package
from bilan.data.package import STATEMENTS
from bilan.files import LOCK, checksum, checksums, flush, locked, write_whole
from bilan.languages import TEXT
from bilan.parameters import Parameters

if TYPE_CHECKING:
    from nbformat import NotebookNode  # slow to import, and not needed where nothing is run

Report = Callable[[str], None]
STATE = "state.json"  # what a result was made from: it marks it up to date
DAMAGED = "damaged"  # files of it that are not as the run left them
LONGEST = ("07_cross_check", "06_years", "02_origins", "01_communique")  # to begin first, so that none runs on alone
MOST_NAMED = 4  # changes that a line names
TIME_LIMIT = 600.0  # seconds a notebook may take


class NotebookFailed(Exception):
    """A notebook failed: the message names it, its cell and the error; `jobs` are those that failed, if known."""

    def __init__(self, message: str, jobs: Iterable["Job"] = ()):
        super().__init__(message)
        self.jobs = set(jobs)


@dataclass(frozen=True)
class Job:
    """One notebook to run with one set of parameters, reduced to those it has: two editions may share one."""

    notebook: str
    parameters: Parameters

    @classmethod
    def of(cls, notebook: str, parameters: Parameters) -> "Job":
        """Return the job of a notebook in a run with these parameters."""
        return cls(notebook, parameters.only(declared(notebook)))

    def __hash__(self) -> int:
        return hash((self.notebook, self.edition, self.parameters.lang))

    @cached_property
    def edition(self) -> str:
        """The edition its result belongs to, as its own parameters name it."""
        return self.parameters.edition

    @property
    def name(self) -> str:
        """What progress lines call it."""
        return self.folder.name

    @property
    def folder(self) -> Path:
        """Where its results and its executed copy lie."""
        return folder_of(self.notebook, self.parameters)

    @property
    def executed(self) -> Path:
        """Its executed copy."""
        return self.folder / f"{self.name}.ipynb"

    def why(self) -> str:
        """Return why it is to run, "" where its result is up to date."""
        if not (self.folder / STATE).exists():
            return "has not run"
        kept = _content(self.folder / STATE)
        there, left = checksums(self.folder), kept.pop("files", None)
        if not isinstance(left, dict):
            return f"{DAMAGED}: {STATE}"
        if damaged := [name for name in left if there.get(name) != left[name]]:
            return f"{DAMAGED}: {_some(damaged)}"
        now = state_of(self)
        changed = [name for name in {**kept, **now} if kept.get(name) != now.get(name)]
        return f"changed: {_some(changed)}" if changed else ""

    def run(self, force: bool = False, time_limit: float = TIME_LIMIT) -> None:
        """Run it, see `run_job`, unless another command that shares the results has done so meanwhile."""
        with locked(self.folder.with_name(f"{self.folder.name}.lock")):
            if force or self.why():
                run_job(self, time_limit)


class Step(Protocol):
    """What a graph is made of: a `Job`, or what is done with the results of jobs, which runs in the main thread."""

    name: str  # "" of what is not worth a line
    edition: str
    why: Callable[[], str]  # why it is to run, "" where that would change nothing
    run: Callable[[bool, float], None]  # whether it is forced to, the seconds a notebook may take


def jobs_of(parameters: Parameters, languages: Iterable[str]) -> dict[Job, set[Job]]:
    """Return what an edition needs, each job with those it waits for: the narratives for all working notebooks.

    Those read no result of each other's, so none waits: a fault that 01 finds in the ledger stops the edition all the
    same, and half the time of the first notebook is saved.
    """
    languages = list(languages)
    shown = "en" if "en" in languages or not languages else languages[0]  # no chart is drawn only to be shown
    working = parameters.model_copy(update={"languages": languages, "lang": shown})
    jobs = [Job.of(name, working) for name in working_notebooks()]
    narratives = [Job.of(NARRATIVE, working.model_copy(update={"lang": lang})) for lang in languages]
    return {job: set() for job in jobs} | {job: set(jobs) for job in narratives}


def state_of(job: Job) -> dict[str, str]:
    """Return checksums of all that a job's result depends on, by the words a person has for each.

    A notebook depends on its cells' sources and tags, not on what a run left in its file, and on the modules that they
    import; a working notebook on the tables it read when it last ran, and on no others; a narrative on its prose and on
    what the working notebooks left.
    """
    notebook = read_notebook(job.notebook)["cells"]
    cells = [(one.get("cell_type"), "".join(one["source"]), one.get("metadata", {}).get("tags")) for one in notebook]
    code = "\n".join(source for kind, source, _ in cells if kind == "code")
    modules = sorted({*modules_of(code), Path(__file__)})  # this one writes the executed copy
    state = {
        "notebook": hashlib.sha256(json.dumps(cells).encode()).hexdigest(),
        "parameters": job.parameters.model_dump_json(include=set(declared(job.notebook))),
        **{f"module {path.relative_to(PACKAGE).as_posix()}": checksum([path]) for path in modules},
        "texts": checksum([*PACKAGE.glob("text/*.toml"), *PACKAGE.glob("data/words/*.toml")]),
        "lock": checksum([LOCK]),
    }
    if job.notebook == NARRATIVE:
        state["prose"] = checksum([TEXT / f"{name}.{job.parameters.lang}.md" for name in ("narrative", "phrases")])
        state[f"data ({STATEMENTS})"] = package.state(STATEMENTS)
        for name in working_notebooks():
            folder = folder_of(name, job.parameters)
            left = [folder / "values.json", folder / "charts.json", *folder.glob("figures/**/*.*")]
            state[f"results of {name}"] = checksum(path for path in left if path.exists())
    else:
        state |= {f"data ({name})": package.state(name) for name in _content(job.folder / "inputs.json")}
    return state


def _content(path: Path) -> dict:
    """Return what a file holds that a run left, nothing where there is none or something else in it."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _whole(path: Path) -> bool:
    """Say whether a file holds JSON: one that a crash or a full disk cut short does not."""
    try:
        return json.loads(path.read_text(encoding="utf-8")) is not None
    except (OSError, ValueError, RecursionError):
        return False


def _some(names: list[str]) -> str:
    """Return names for a line; of many the first ones and how many more there are."""
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED + 1 else names[MOST_NAMED:]
    return ", ".join([*names[:MOST_NAMED], *more])


def plan(graph: dict[Step, set[Step]], force: bool, report: Report) -> None:
    """Report what `run_jobs` would run and why, a line each, and run nothing."""
    would: set[Step] = set()
    widest = _widest(graph)
    for step in TopologicalSorter(graph).static_order():
        waits = sorted(before.name for before in graph[step] & would if before.name)
        why = "forced" if force else f"after {', '.join(waits)}" if waits else step.why()
        if why:
            would.add(step)
        if step.name:
            report(f"{_called(step, widest)} {f'would run: {why}' if why else 'up to date'}")


def _widest(graph: dict[Step, set[Step]]) -> int:
    """Return the letters of the longest name of an edition; 0 where there is one alone, which no line need name."""
    editions = {one.edition for one in graph}
    return max(map(len, editions)) if len(editions) > 1 else 0


def _called(step: Step, widest: int) -> str:
    """Return what a line calls a step: its name, and where there are several editions its edition before it."""
    return (f"{step.edition:<{widest}}  " if widest else "") + f"{step.name:<24}"


def _progress(ended: list[bool], steps: int, started: float) -> str:
    """Return how many steps have ended, and how long the others may take if they take as long as those that ran."""
    done, ran = len(ended), sum(ended)
    left = f"{(time.perf_counter() - started) / ran * (steps - done):.0f} s" if ran else "?"
    return f"{done:>{len(str(steps))}}/{steps}, {left:>5} left  "


def run_jobs(
    graph: dict[Step, set[Step]],
    parallel: int,
    force: bool,
    report: Report,
    keep_going: bool = False,
    time_limit: float = TIME_LIMIT,
) -> None:
    """Run every step that is not up to date, `parallel` jobs at a time; report a line for each.

    Raises NotebookFailed when all that was running has ended, if a job failed; what depends on it is not started.
    With `keep_going`, which is for a graph of several editions, all that does not depend on it still runs, and
    messages name the edition.
    """
    Thread(target=import_module, args=("papermill.execute",), daemon=True).start()  # slow, and no notebook has to wait
    order, widest, started = TopologicalSorter(graph), _widest(graph), time.perf_counter()
    order.prepare()
    failures: dict[Step, str] = {}
    ended: list[bool] = []  # of each step whether it ran

    def end(step: Step, outcome: str, ran: bool) -> None:
        ended.append(ran)
        if step.name:
            report((_progress(ended, len(graph), started) if keep_going else "") + f"{_called(step, widest)} {outcome}")

    def take(step: Step, result: Callable[[], str]) -> None:
        """Note how a step that ran ended."""
        try:
            outcome = result()
        except NotebookFailed as failure:
            failures[step] = f"{step.edition}: {failure}" if keep_going else str(failure)
            outcome = f"failed\n{failures[step]}" if keep_going else "failed"
        else:
            order.done(step)
        end(step, outcome, True)

    with _ended_with(ThreadPoolExecutor(parallel)) as pool:
        running: dict[Future, Step] = {}
        while order.is_active():
            ready = order.get_ready() if keep_going or not failures else ()
            for step in sorted(ready, key=_rank):
                if not (why := step.why()) and not force:
                    order.done(step)
                    end(step, "up to date", False)
                elif isinstance(step, Job):
                    running[pool.submit(_timed, step, why, force, time_limit)] = step
                else:
                    take(step, partial(_timed, step, why, force, time_limit))
            if ready:
                continue  # others may have become so
            if not running:  # what is left waits for a job that failed
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                take(running.pop(future), future.result)
    if failures:
        raise NotebookFailed("\n".join(failures.values()), failures)


@contextmanager
def _ended_with(pool: ThreadPoolExecutor) -> Iterator[ThreadPoolExecutor]:
    """Give what runs notebooks; where something else fails, or on an interrupt, no other begins."""
    with pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _rank(step: Step) -> int:
    """Return a step's place among those that are ready: the longest notebooks first, what is done here after jobs."""
    notebook = step.notebook if isinstance(step, Job) else ""
    return LONGEST.index(notebook) if notebook in LONGEST else len(LONGEST) + (not notebook)


def _timed(step: Step, why: str, force: bool, time_limit: float) -> str:
    """Run a step and return how long it took, and what was wrong with its files where it ran for that."""
    start = time.perf_counter()
    step.run(force, time_limit)
    return f"{time.perf_counter() - start:5.1f} s" + (f", was {why}" if why.startswith(DAMAGED) else "")


def run_job(job: Job, time_limit: float = TIME_LIMIT) -> None:
    """Execute one notebook and leave its executed copy, and the state it ran in, beside its results.

    Raises NotebookFailed naming notebook, cell and error; so it does where the notebook takes longer than
    `time_limit` seconds, and its kernel is ended.
    """
    import nbformat
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import execute_notebook  # slow to import, and not needed where all is up to date

    shown = f"notebooks/{job.notebook}.ipynb"
    shutil.rmtree(job.folder, ignore_errors=True)
    job.folder.mkdir(parents=True)
    state = state_of(job)
    deadline, begun = time.monotonic() + time_limit, []
    try:
        executed = execute_notebook(
            _literal(NOTEBOOKS / f"{job.notebook}.ipynb"),
            _literal(job.executed),
            job.parameters.model_dump(include=set(declared(job.notebook))),
            progress_bar=False,
            request_save_on_cell_execute=False,
            kernel_manager_class=PrivateKernelManager,
            on_cell_start=lambda cell, cell_index: begun.append(cell_index + 1),
            timeout_func=lambda cell: max(deadline - time.monotonic(), 0.001),  # nbclient takes 0 for no limit
            shutdown_kernel="immediate",  # a notebook that has run leaves nothing to be saved
        )
    except PapermillExecutionError as error:
        first, *_ = error.source.strip().splitlines() or [""]
        raise NotebookFailed(
            f"{shown}, cell {error.cell_index + 1}: {error.ename}: {error.evalue}\n"
            f"  in: {first}\n"
            f"  the notebook as far as it ran: {job.executed}"
        ) from error
    except CellTimeoutError as error:
        raise NotebookFailed(
            f"{shown}, cell {begun[-1]}: expected an end of the notebook within {time_limit:g} s (--time-limit), "
            "found it still running; its kernel was ended"
        ) from error
    except Exception as error:  # a kernel that dies or does not start; papermill has many names for it
        raise NotebookFailed(f"{shown}: {type(error).__name__}: {error}") from error
    nbformat.write(without_run_traces(executed), job.executed)
    read = _content(job.folder / "inputs.json")  # by the kernel, as it was then
    state |= {f"data ({name})": checksum_then for name, checksum_then in read.items()}
    state["files"] = checksums(job.folder)
    flush(job.folder)
    write_whole(job.folder / STATE, (json.dumps(state, indent=1) + "\n").encode())


def _literal(path: Path) -> str:
    """Return a path so that papermill, which puts parameters in the place of {names} in it, gives it back as it is."""
    return str(path).replace("{", "{{").replace("}", "}}")


def without_run_traces(notebook: "NotebookNode") -> "NotebookNode":
    """Return an executed notebook without what differs from run to run, times, paths, random ids, and without the
    links between the notebooks of the collection, which lead nowhere from where it goes.
    """
    notebook.cells = [cell for cell in notebook.cells if "navigation" not in cell.metadata.get("tags", [])]
    for part in (notebook, *notebook.cells):
        for key in ("papermill", "execution"):
            part.metadata.pop(key, None)
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
    return notebook


def ensure_results(parameters: Parameters) -> None:
    """Run the working notebooks that have left no result for these parameters, so that the narrative can be told."""
    for name in working_notebooks():
        if not all(_whole(folder_of(name, parameters) / left) for left in ("values.json", "charts.json")):
            print(f"No result yet of {name} with these parameters: running it.")
            run_job(Job.of(name, parameters.model_copy(update={"lang": "en"})))
