"""Running notebooks: papermill executes them in dependency order, several at a time, one real kernel each."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Protocol

import nbformat

from bilan.build.imports import PACKAGE, modules_of
from bilan.build.kernels import PrivateKernelManager
from bilan.build.results import NARRATIVE, NOTEBOOKS, declared, folder_of, read_notebook, working_notebooks
from bilan.data import tables as data
from bilan.files import LOCK, checksum, locked
from bilan.languages import TEXT
from bilan.parameters import Parameters

Report = Callable[[str], None]
MOST_NAMED = 4  # changes that a line names
TIME_LIMIT = 600.0  # seconds a notebook may take


class NotebookFailed(Exception):
    """A cell failed: the message names the notebook, the cell and the error; `jobs` are those that failed, if known."""

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

    @property
    def edition(self) -> str:
        """The edition its result belongs to, as its own parameters name it."""
        return self.parameters.edition

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

    def why(self) -> str:
        """Return why it is to run, "" where its result is up to date."""
        try:
            kept = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return "has not run"
        now = state_of(self)
        changed = [name for name in {**kept, **now} if kept.get(name) != now.get(name)]
        if len(changed) > MOST_NAMED + 1:
            changed[MOST_NAMED:] = [f"{len(changed) - MOST_NAMED} more"]
        return f"changed: {', '.join(changed)}" if changed else ""

    def run(self, force: bool = False, time_limit: float = TIME_LIMIT) -> None:
        """Run it, see `run_job`, unless another command that shares the results has done so meanwhile."""
        with locked(self.folder.with_name(f"{self.folder.name}.lock")):
            if force or self.why():
                run_job(self, time_limit)


class Step(Protocol):
    """What a graph is made of: a `Job`, or what is done with the results of jobs, which runs in the main thread."""

    name: str
    edition: str

    def why(self) -> str:
        """Return why it is to run, "" where that would change nothing."""

    def run(self, force: bool = False, time_limit: float = TIME_LIMIT) -> None:
        """Run it, a notebook for at most `time_limit` seconds. Raises NotebookFailed."""


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
    cells = [
        (cell.get("cell_type"), "".join(cell["source"]), cell.get("metadata", {}).get("tags"))
        for cell in read_notebook(job.notebook)["cells"]
    ]
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
        state["prose"] = checksum([TEXT / f"narrative.{job.parameters.lang}.md"])
        for name in working_notebooks():
            folder = folder_of(name, job.parameters)
            left = [folder / "values.json", folder / "charts.json", *folder.glob("figures/**/*.*")]
            state[f"results of {name}"] = checksum(path for path in left if path.exists())
    elif (job.folder / "inputs.json").exists():
        read = json.loads((job.folder / "inputs.json").read_text(encoding="utf-8"))
        state |= {f"data ({name})": data.state(name) for name in read}
    return state


def plan(graph: dict[Step, set[Step]], force: bool, report: Report) -> None:
    """Report what `run_jobs` would run and why, a line each, and run nothing."""
    would: set[Step] = set()
    for step in TopologicalSorter(graph).static_order():
        waits = sorted(before.name for before in graph[step] & would)
        why = "forced" if force else f"after {', '.join(waits)}" if waits else step.why()
        if why:
            would.add(step)
        report(f"{_called(step, graph)} {f'would run: {why}' if why else 'up to date'}")


def _called(step: Step, graph: dict[Step, set[Step]]) -> str:
    """Return what a line calls a step: its name, and where there are several editions its edition before it."""
    several = len({one.edition for one in graph}) > 1
    width = max((len(one.edition) for one in graph), default=0)
    return (f"{step.edition:<{width}}  " if several else "") + f"{step.name:<24}"


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
    order = TopologicalSorter(graph)
    order.prepare()
    failures: dict[Step, str] = {}
    started, ran, ended = time.perf_counter(), 0, 0

    def end(step: Step, outcome: str) -> None:
        nonlocal ended
        ended += 1
        left = f"{(time.perf_counter() - started) / ran * (len(graph) - ended):.0f} s" if ran else "?"
        progress = f"{ended:>{len(str(len(graph)))}}/{len(graph)}, {left:>5} left  " if keep_going else ""
        report(f"{progress}{_called(step, graph)} {outcome}")

    def take(step: Step, result: Callable[[], float]) -> None:
        """Note how a step that ran ended."""
        nonlocal ran
        ran += 1
        try:
            outcome = f"{result():5.1f} s"
        except NotebookFailed as failure:
            failures[step] = f"{step.edition}: {failure}" if keep_going else str(failure)
            end(step, f"failed\n{failures[step]}" if keep_going else "failed")
        else:
            order.done(step)
            end(step, outcome)

    with ThreadPoolExecutor(parallel) as pool:
        running: dict[Future, Step] = {}
        while order.is_active():
            ready = order.get_ready() if keep_going or not failures else ()
            inline = []
            for step in ready:
                if not force and not step.why():
                    order.done(step)
                    end(step, "up to date")
                elif isinstance(step, Job):
                    running[pool.submit(_timed, step, force, time_limit)] = step
                else:
                    inline.append(step)
            for step in inline:
                take(step, lambda step=step: _timed(step, force, time_limit))
            if inline:
                continue
            if not running:
                if not ready:  # what is left waits for a job that failed
                    break
                continue
            try:
                finished = wait(running, return_when=FIRST_COMPLETED).done
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)  # what has not begun is not to begin
                raise
            for future in finished:
                take(running.pop(future), future.result)
    if failures:
        raise NotebookFailed("\n".join(failures.values()), failures)


def _timed(step: Step, force: bool, time_limit: float) -> float:
    start = time.perf_counter()
    step.run(force, time_limit)
    return time.perf_counter() - start


def run_job(job: Job, time_limit: float = TIME_LIMIT) -> None:
    """Execute one notebook and leave its executed copy, and the state it ran in, beside its results.

    Raises NotebookFailed naming notebook, cell and error; so it does where the notebook takes longer than
    `time_limit` seconds, and its kernel is ended.
    """
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import execute_notebook  # slow to import, and not needed where all is up to date

    source = NOTEBOOKS / f"{job.notebook}.ipynb"
    shutil.rmtree(job.folder, ignore_errors=True)
    job.folder.mkdir(parents=True)
    state = state_of(job)
    deadline, begun = time.monotonic() + time_limit, []

    def left(cell: nbformat.NotebookNode) -> float:
        """Note the cell that begins, and return the seconds left for it."""
        begun.append(cell)
        return max(deadline - time.monotonic(), 0.001)  # nbclient takes 0 for no limit

    try:
        executed = execute_notebook(
            _literal(source),
            _literal(job.executed),
            job.parameters.model_dump(include=set(declared(job.notebook))),
            progress_bar=False,
            request_save_on_cell_execute=False,
            kernel_manager_class=PrivateKernelManager,
            timeout_func=left,
            shutdown_kernel="immediate",  # a notebook that has run leaves nothing to be saved
        )
    except PapermillExecutionError as error:
        raise NotebookFailed(
            f"notebooks/{source.name}, cell {error.cell_index + 1}: {error.ename}: {error.evalue}\n"
            f"  in: {error.source.strip().splitlines()[0] if error.source.strip() else ''}\n"
            f"  the notebook as far as it ran: {job.executed}"
        ) from error
    except CellTimeoutError as error:
        raise NotebookFailed(
            f"notebooks/{source.name}, {_place(source, begun[-1])}: expected an end of the notebook within "
            f"{time_limit:g} s (--time-limit), found it still running; its kernel was ended"
        ) from error
    except Exception as error:  # a kernel that dies or does not start; papermill has many names for it
        raise NotebookFailed(f"notebooks/{source.name}: {type(error).__name__}: {error}") from error
    nbformat.write(without_run_traces(executed), job.executed)
    inputs = job.folder / "inputs.json"
    if inputs.exists():  # what the kernel read, as it was then
        read = json.loads(inputs.read_text(encoding="utf-8"))
        state |= {f"data ({name})": held for name, held in read.items()}
    (job.folder / "state.json").write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")


def _place(source: Path, cell: nbformat.NotebookNode) -> str:
    """Return where a cell that ran stands: papermill puts the run's parameters in a cell of their own before it."""
    ids = [one.id for one in nbformat.read(source, as_version=4).cells]
    return f"cell {ids.index(cell.id) + 2}" if cell.id in ids else "the parameters"


def _literal(path: Path) -> str:
    """Return a path so that papermill, which puts parameters in the place of {names} in it, gives it back as it is."""
    return str(path).replace("{", "{{").replace("}", "}}")


def without_run_traces(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return an executed notebook without what differs from run to run, times, paths, random ids, and without the
    links between the notebooks of the collection, which lead nowhere from where it goes.
    """
    notebook.metadata.pop("papermill", None)
    notebook.cells = [cell for cell in notebook.cells if "navigation" not in cell.metadata.get("tags", [])]
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "bilan" in output.get("metadata", {}):
                output["data"].pop("text/html", None)  # the same picture once more, for JupyterLab
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
        run_job(Job.of(name, parameters.model_copy(update={"lang": "en"})))
