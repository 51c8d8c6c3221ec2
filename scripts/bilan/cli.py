"""The command `bilan`: build, sweep, check. Exit status 0 done, 1 a notebook failed, 2 the caller's input is wrong."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import NoReturn

from .errors import InputError


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Refuse with the same single message that wrong input gets everywhere."""
        raise InputError(f"{self.prog}: {message}")


def _parser() -> _Parser:
    parser = _Parser(
        prog="bilan", description="Reproduce, break down and publish Morocco's irregular-migration figures."
    )
    parser.add_argument("--debug", action="store_true", help="show a traceback with an error")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="run the notebooks and publish an edition")
    build.add_argument("--year", help="year of the communiqué (2024)")
    build.add_argument("--lang", action="append", metavar="LANG", help="a language; may be given again (all)")
    build.add_argument("--all", action="store_true", help="every year that has a ledger, in every language")
    build.add_argument("--out", type=Path, default=Path("site"), metavar="DIR", help="where to publish (site)")
    build.add_argument(
        "--url", default="", metavar="URL", help="where DIR will be published, for the addresses in link previews"
    )
    build.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change a parameter; the run is published as a variant, DIR/<year>-<name>-<value>/",
    )
    sweep = commands.add_parser("sweep", help="run the notebooks for every parameter set of a table, and compare")
    table = "YAML (parameter: list of values; their product is run) or CSV (one parameter set a row)"
    sweep.add_argument("table", type=Path, metavar="TABLE", help=table)
    sweep.add_argument("--out", type=Path, default=Path("site"), metavar="DIR", help="publish in DIR/sweeps/ (site)")
    for command in (build, sweep):
        command.add_argument("--jobs", type=int, default=2, metavar="N", help="notebooks to run at a time (2)")
        command.add_argument("--force", action="store_true", help="run also what is up to date")
    commands.add_parser("check", help="check every table under data/ against its description")
    return parser


def _check_options(jobs: int, folder: Path) -> None:
    """Refuse what would fail only once the notebooks have run."""
    if jobs < 1:
        raise InputError(f"--jobs: expected a number of at least 1, found {jobs}")
    for path in (folder, *folder.parents):
        if path.exists() and not path.is_dir():
            raise InputError(f"--out {path}: expected a folder, found a file")


def editions(options: argparse.Namespace) -> list:
    """Return the parameters of every edition that `build` was asked for."""
    from .data import years
    from .parameters import read_settings

    if options.all and options.year:
        raise InputError(f"--year: expected no year beside --all, found {options.year}")
    given = {"languages": options.lang} if options.lang else {}
    wanted = map(str, years()) if options.all else [options.year]
    return [read_settings(options.set, **given, **({"year": year} if year else {})) for year in wanted]


def _build(options: argparse.Namespace) -> None:
    from .data import ROOT, check_all
    from .running import jobs_of, run_jobs

    _check_options(options.jobs, options.out)
    check_all()
    runs = editions(options)
    os.environ.setdefault("BILAN_RESULTS", str(ROOT / "results" / "build"))
    started = time.perf_counter()
    for parameters in runs:
        print(f"Edition {parameters.edition} ({', '.join(parameters.languages)})", flush=True)
        graph = jobs_of(parameters, parameters.languages)
        run_jobs(graph, options.jobs, options.force, lambda line: print(f"  {line}", flush=True))
        from .publish import write_edition, write_front_page

        jobs = list(graph)
        working = [job for job in jobs if graph[job] != set(jobs) and not job.name.startswith("08_narrative")]
        narratives = [job for job in jobs if job not in working]
        say = lambda line: print(f"  {line}", flush=True)  # noqa: E731
        folder = write_edition(working, narratives, options.out, options.url.rstrip("/"), say)
        write_front_page(options.out)
        print(f"  published              {folder}", flush=True)
    print(f"Done in {time.perf_counter() - started:.1f} s: {options.out / 'index.html'}")


def _sweep(options: argparse.Namespace) -> None:
    from .data import ROOT, check_all
    from .running import NotebookFailed, run_jobs
    from .sweep import jobs_of_rows, read_sweep

    sweep = read_sweep(options.table)
    _check_options(options.jobs, options.out / "sweeps" / sweep.name)
    check_all()
    # not with the editions: those save charts in every language, and each would take the other for out of date
    os.environ.setdefault("BILAN_RESULTS", str(ROOT / "results" / "sweep"))
    started = time.perf_counter()
    print(f"Sweep {sweep.name}: {sweep.counted}", flush=True)
    failure = None
    try:
        graph = jobs_of_rows(sweep.rows)
        run_jobs(graph, options.jobs, options.force, lambda line: print(f"  {line}", flush=True), keep_going=True)
    except NotebookFailed as error:
        failure = error
    from .publish import write_front_page
    from .sweep import write_sweep

    failed = {job.parameters.edition for job in failure.jobs} if failure else set()
    folder = write_sweep(sweep, failed, options.out)
    write_front_page(options.out)  # the page leads back to it
    print(f"Done in {time.perf_counter() - started:.1f} s: {folder / 'index.html'}")
    if failure:
        raise failure


def _check(options: argparse.Namespace) -> None:
    from .data import check_all

    for path, rows in check_all():
        print(f"{path:<36} {rows:>4} rows, as described")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    debug = "--debug" in (sys.argv if arguments is None else arguments)
    try:
        options = _parser().parse_args(arguments)
        {"build": _build, "sweep": _sweep, "check": _check}[options.command](options)
    except InputError as error:
        if debug:
            raise
        print(f"bilan: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bilan: interrupted; what was published before is untouched", file=sys.stderr)
        return 130
    except Exception as error:
        from .running import NotebookFailed

        if debug or not isinstance(error, NotebookFailed):
            raise
        print(f"bilan: {error}", file=sys.stderr)
        return 1
    return 0
