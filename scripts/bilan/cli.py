"""The command `bilan`: build, sweep, extract, add, check.

Exit status 0 done, 1 a notebook failed or the machine did (no space left, say), 2 the caller's input is wrong.
"""

import gc
import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, TextIO

import click

from bilan.build import stamps
from bilan.errors import InputError
from bilan.files import ROOT, refuse_links
from bilan.untrusted import CONTROLS, printable, web_address

if TYPE_CHECKING:
    from bilan.build.workers import Checks


def _print(said: str, file: TextIO | None = None) -> None:
    """Print a text; what would act on a terminal is shown, not sent."""
    print(printable(said, lines=True), file=file, flush=True)


class _Command(click.Group):
    """The commands in the order they are needed in; an interrupt stays one, instead of an empty line and `Aborted!`."""

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the names in the order of this file."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command and return its exit status."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _print("bilan: interrupted; what was published before is untouched", sys.stderr)
            return 130


@click.group("bilan", cls=_Command, invoke_without_command=True)
@click.option("--debug", is_flag=True, help="Show a traceback with an error.")
@click.option("--version", is_flag=True, help="Show the version and exit.")
@click.pass_context
def command(ctx: click.Context, debug: bool, version: bool) -> None:
    """Reproduce, break down and publish Morocco's irregular-migration figures."""
    if version:
        from bilan import __version__

        _print(f"bilan {__version__}")
        ctx.exit()
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _batch(_: click.Context, __: click.Parameter, written: str | None) -> tuple[int, int] | None:
    if written is None:
        return None
    read = re.fullmatch(r"(\d{1,9})/(\d{1,9})", written)
    if not read or not 1 <= int(read[1]) <= int(read[2]):
        raise InputError(f"--batch: expected I/N with I from 1 to N, found {written!r}")
    return int(read[1]), int(read[2])


_COUNT = click.IntRange(1)
_LIMIT = "End a notebook that takes longer."
_FORK = "Fork kernels from a process that is ready, or start each afresh."
_GATHERED = "Run part I of N and publish nothing; a call without it gathers what all parts left."
_RUNS = [
    click.Option(["--out"], type=Path, default="site", metavar="DIR", show_default=True, help="Where to publish."),
    click.Option(["--jobs"], type=_COUNT, default=2, metavar="N", show_default=True, help="Notebooks at a time."),
    click.Option(["--force"], is_flag=True, help="Run also what is up to date."),
    click.Option(["--batch"], metavar="I/N", callback=_batch, help=_GATHERED),
    click.Option(["--dry-run"], is_flag=True, help="Say what would run and why, and run nothing."),
    click.Option(["--kernels"], type=click.Choice(["fork", "spawn"]), help=_FORK),
    click.Option(["--time-limit"], type=_COUNT, default=600, metavar="SECONDS", show_default=True, help=_LIMIT),
]
_VARIANT = "Change a parameter; the run is published as a variant, DIR/<year>-<name>-<value>/."
_EDITIONS = [
    click.Option(["--year"], help="Year of the communiqué.  [default: 2024]"),
    click.Option(["--lang"], multiple=True, metavar="LANG", help="A language; may be given again.  [default: all]"),
    click.Option(["--set"], multiple=True, metavar="NAME=VALUE", help=_VARIANT),
    click.Option(["--parameters"], type=Path, metavar="FILE", help="A YAML file of parameters, as papermill -f takes."),
    click.Option(["--all"], is_flag=True, help="Every year that has a ledger, in every language."),
    click.Option(["--url"], default="", metavar="URL", help="Where DIR will be published, for link previews."),
]
ASKED = {True: "Take it? [Y/n]", False: "Take it? [y/N]"}
_DATE = "The text's date, where it does not tell it: 2031-01-20."
_PUBLISHED = click.option("--published", default="", metavar="DATE", help=_DATE)


@command.command(params=[*_EDITIONS, *_RUNS])
def build(**options) -> None:
    """Run the notebooks and publish an edition."""
    _publish(SimpleNamespace(command="build", **options))


@command.command(params=[click.Argument(["table"], type=Path, metavar="TABLE"), *_RUNS])
def sweep(**options) -> None:
    """Run the notebooks for every parameter set of a table, and compare: DIR/sweeps/<name>/.

    TABLE is YAML (parameter: list of values; their product is run) or CSV (one parameter set a row).
    """
    _publish(SimpleNamespace(command="sweep", **options))


@command.command()
@click.argument("file", type=Path, metavar="FILE")
@_PUBLISHED
@click.option("--all", "everything", is_flag=True, help="Also the numbers left out, indicator null, with the reason.")
def extract(file: Path, published: str, everything: bool) -> None:
    """Print the figures a press text gives, as JSON Lines: a draft for `bilan add --from`.

    FILE is a text or a page's HTML, in UTF-8.
    """
    from dataclasses import asdict

    from bilan.press.drafts import read_text
    from bilan.press.extract import read
    from bilan.press.found import nothing_found, once

    numbers = read(read_text(file), published)
    found = once([one for one in numbers if one.indicator])
    for one in [*found, *(one for one in numbers if everything and not one.indicator)]:
        print(_json(asdict(one)))
    if not found:
        raise InputError(f"{file}: {nothing_found(numbers)}")


@command.command()
@click.argument("file", type=Path, metavar="FILE", required=False)
@click.option("--from", "draft", type=Path, metavar="DRAFT", help="What bilan extract printed, edited: JSON Lines.")
@click.option("--year", type=int, help="Year the figures are of.  [default: that of most of them]")
@click.option("--period", default="", help="Their period where the text leaves it open: 2026-01/2026-08.")
@_PUBLISHED
@click.option("--source", default="", help="The publication the text was read in, with its date.")
@click.option("--url", default="", help="Its address.")
@click.option("--yes", is_flag=True, help="Take what is likelier right than wrong, and write without asking.")
@click.option("--replace", is_flag=True, help="Replace figures of the same indicator and period, each when confirmed.")
def add(file: Path | None, draft: Path | None, published: str, yes: bool, replace: bool, **given) -> None:
    """Propose figures for a year's ledger, one by one, and write those that are taken.

    FILE is a text or a page's HTML, in UTF-8; or give a draft with --from.
    """
    from bilan.press import adding, ledger, review
    from bilan.press.drafts import read_draft, read_text
    from bilan.press.extract import read
    from bilan.press.found import nothing_found, once

    if (file is None) == (draft is None):
        raise InputError("add: expected either a FILE or --from DRAFT")
    if given["year"]:
        ledger.check_free(given["year"], replace)
    if draft:
        said, found = "", read_draft(draft)
    else:
        said = read_text(file)
        numbers = read(said, published)
        found = once([one for one in numbers if one.indicator])
        if not found:
            raise InputError(f"{file}: {nothing_found(numbers)}")
    proposal = adding.proposal_of(found, text=said, published=published, **given)
    ledger.check_free(proposal.year, replace)
    _print(f"{file or draft}: {len(proposal.rows)} figures proposed for {proposal.year}")
    taken = []
    for at, one in enumerate(proposal.found):
        _print(review.described(proposal, at))
        if draft or (at in proposal.likely if yes else _agreed(f"      {ASKED[one.sure]} ", one.sure)):
            taken.append(at)
    _print(review.left_out(proposal))
    _write(proposal.taking(taken), yes, replace)


def _write(proposal, yes: bool, replace: bool) -> None:
    """Write what was taken of a proposal, once what it replaces and what cannot be was confirmed."""
    from bilan.press import ledger

    agreed = []
    for change in ledger.changes(proposal):
        _print(f"  {change}")
        if yes or _agreed("      Replace it? [y/N] "):
            agreed.append(change)
    kept = {change.at for change in ledger.changes(proposal)} - {change.at for change in agreed}
    proposal = proposal.taking([at for at in range(len(proposal.rows)) if at not in kept])
    if proposal.rows.empty:
        _print("Nothing written.")
        return
    for fault in ledger.impossible(proposal):
        if yes:
            raise InputError(f"--yes: expected figures that can be together, found {fault}; nothing was written")
        if not _agreed(f"  Cannot be: {fault}. Write all the same? [y/N] "):
            _print("Nothing written.")
            return
    if missing := ledger.not_published(proposal):
        _print(f"  Will be shown as not published: {', '.join(missing)}")
    if not yes and not _agreed(f"Write data/communiques/{proposal.year}.csv? [y/N] "):
        _print("Nothing written.")
        return
    path = ledger.save(proposal, replace)
    base = " --set share_base=foreign" if "foreign" in set(proposal.rows["share_base"]) else ""
    _print(f"Written: {os.path.relpath(path)}. Publish with: bilan build --year {proposal.year}{base}")


@command.command()
def check() -> None:
    """Check data, notebooks, libraries and words, as a build does before it publishes anything."""
    from bilan.build.checks import check_outputs, ready

    for path, rows in ready():
        _print(f"{path:<36} {rows:>4} rows, as described")
    check_outputs()


def _part(everything: Sequence, batch: tuple[int, int] | None) -> Sequence:
    """Return the part of editions or readings that a batch is to run, or all."""
    return everything[batch[0] - 1 :: batch[1]] if batch else everything


def _kernels(wanted: str | None) -> AbstractContextManager:
    """Return what notebooks are to run inside of: forked kernels where they can be had, unless others are wanted.

    The process they are forked from is started at once, so that it loads while this one does.
    """
    from bilan.build.forkserver import available, forking

    if wanted == "fork" and not available():
        raise InputError("--kernels fork: expected Linux, where kernels can be forked; found another system")
    return forking() if available() and wanted != "spawn" else nullcontext()


def _check_folder(folder: Path) -> None:
    """Refuse what could not be published in once the notebooks have run."""
    try:
        whole = folder.resolve()
        there = next(path for path in (whole, *whole.parents) if path.exists())
    except (OSError, ValueError) as error:  # a name too long, or with a NUL
        fault = getattr(error, "strerror", error)
        raise InputError(f"--out: expected a folder, found a name that none can have: {fault}") from None
    if not there.is_dir():
        shown = os.path.relpath(there) if there != whole else folder
        raise InputError(f"--out {shown}: expected a folder, found a file")
    for name in ("data", "notebooks", "scripts"):
        if whole.is_relative_to(ROOT / name):
            raise InputError(f"--out {folder}: expected a folder outside {name}/, which the collection is made from")
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(f"--out {folder}: expected a folder that can be written to, found {there}, which cannot")


def editions(options: SimpleNamespace) -> list:
    """Return the parameters of every edition that `build` was asked for."""
    from bilan.data.package import years
    from bilan.parameters import read_parameters, read_settings

    if options.url and not web_address(options.url):
        raise InputError(f"--url: expected an address that begins with http:// or https://, found {options.url!r}")
    if options.parameters:
        if named := [name for name in ("year", "lang", "all", "set") if getattr(options, name)]:
            raise InputError(f"--{named[0]}: expected none beside --parameters, whose file holds all of them")
        return [read_parameters(options.parameters)]
    if options.all and options.year:
        raise InputError(f"--year: expected no year beside --all, found {options.year}")
    wanted = map(str, years()) if options.all else [options.year]
    return [read_settings(options.set, year, options.lang) for year in wanted]


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Have a request to end, or a terminal that is closed, end a command as ^C does: nothing is left lying about."""
    asked = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    here = threading.current_thread() is threading.main_thread()
    before = {one: signal.getsignal(one) for one in asked if here and signal.getsignal(one) == signal.SIG_DFL}
    for one in before:  # not what is ignored, as under nohup
        signal.signal(one, signal.default_int_handler)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _publish(options: SimpleNamespace) -> None:
    """Build or sweep, and note what was published."""
    started = time.perf_counter()
    _check_folder(options.out)
    stamps.results()  # which notebooks are told by
    with _ending_in_order(), nullcontext() if options.dry_run else _kernels(options.kernels):
        read = options.table if options.command == "sweep" else options.parameters
        given = [read.resolve()] if read and read.is_file() and read.stat().st_size <= 1_000_000 else []
        made_from = stamps.inputs(*given)
        folders, whole = {"build": _build, "sweep": _sweep}[options.command](options)
    if folders:
        if whole:
            stamps.keep(click.get_current_context().obj, made_from, options.out, folders, given)
        page = (folders[-1] if options.command == "sweep" else options.out) / "index.html"
        gc.freeze()  # what is loaded need not be looked through once more at the end, for most of a second
        _print(f"Done in {time.perf_counter() - started:.1f} s: {page}")


def _say(line: str) -> None:
    _print(f"  {line}")


def _run(graph: dict, checks: "Checks", title: str, options: SimpleNamespace, named: bool) -> bool:
    """Run notebooks, or say what would run, and return whether what they leave is to be published."""
    from bilan.build.forkserver import forks
    from bilan.build.jobs import plan, run_jobs

    if options.dry_run or not forks():  # an ordinary kernel would take longer to start than they do
        checks.run()
    _print(title)
    graph = {checks: set(), **graph}
    if options.dry_run:
        plan(graph, options.force, _say)
    else:
        run_jobs(graph, options.jobs, options.force, _say, named, options.time_limit)
    return not (options.dry_run or options.batch)


def _build(options: SimpleNamespace) -> tuple[list[Path], bool]:
    """Publish editions; return their folders, and whether nothing is missing in them that another try may bring."""
    from bilan.build.jobs import jobs_of
    from bilan.build.workers import Checks, Workers
    from bilan.publish.publication import Publication, Site, with_published

    runs = _part([with_published(parameters, options.out) for parameters in editions(options)], options.batch)
    if not runs:
        _print(f"Batch {options.batch[0]} of {options.batch[1]} has nothing to run: there are fewer editions")
        return [], True
    missing = []

    def note(line: str) -> None:
        missing.append(line)
        _say(line)

    named = len(runs) > 1
    title = f"{len(runs)} editions" if named else f"Edition {runs[0].edition}"
    with ExitStack() as opened:
        workers = Workers(options.jobs, opened)
        site = Site(options.out, options.url.rstrip("/"), note, workers, opened)
        languages = dict.fromkeys(lang for parameters in runs for lang in parameters.languages)
        checks = Checks(workers, languages, runs[0].edition)
        graph: dict = {}
        for parameters in runs:
            refuse_links(options.out / parameters.edition, options.out)
            jobs = jobs_of(parameters, parameters.languages)
            graph |= jobs
            if not options.batch:
                publication = Publication(tuple(jobs), site)
                graph[publication.pages] = {checks, *publication.working}
                graph[publication] = {publication.pages, *publication.narratives}
        if not _run(graph, checks, f"{title} ({', '.join(runs[0].languages)})", options, named):
            return [], True
    # a PDF that a browser failed to print
    return [options.out / parameters.edition for parameters in runs], not (missing and stamps.browser())


def _sweep(options: SimpleNamespace) -> tuple[list[Path], bool]:
    from bilan.build.jobs import NotebookFailed
    from bilan.build.sweep import jobs_of_rows, read_sweep
    from bilan.build.workers import Checks, Workers
    from bilan.languages import LANGUAGES
    from bilan.publish.publication import Site, publish_sweep

    sweep = read_sweep(options.table)
    _check_folder(options.out / "sweeps" / sweep.name)
    refuse_links(options.out / "sweeps" / sweep.name, options.out)
    failure = None
    with ExitStack() as opened:
        workers = Workers(options.jobs, opened)
        rows = _part(sweep.rows, options.batch)
        checks = Checks(workers, LANGUAGES, rows[0].edition if rows else "")
        try:
            if not _run(jobs_of_rows(rows), checks, f"Sweep {sweep.name}: {sweep.counted}", options, True):
                return [], True
        except NotebookFailed as error:
            if options.batch:
                raise
            failure = error
        site = Site(options.out, "", _say, workers, opened)
        folder = publish_sweep(sweep, failure.jobs if failure else set(), site)
    if failure:
        _print(f"The readings that finished: {folder / 'index.html'}")
        raise failure
    return [folder], True


def _json(said: dict) -> str:
    """Return JSON on a line; what would act on a terminal, or has no place in its encoding, is escaped."""
    written = json.dumps(said, ensure_ascii="utf" not in sys.stdout.encoding.lower())
    return CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _agreed(question: str, otherwise: bool = False) -> bool:
    """Ask a question, and say whether it was answered with yes; no answer counts as `otherwise`."""
    try:
        answer = input(question).strip().lower()
    except EOFError:
        raise InputError("--yes: expected it where nobody can be asked; nothing was written") from None
    return answer in ("y", "yes") if answer else otherwise


def _told(error: Exception) -> tuple[int, str]:
    """Return the exit status and the message of an error; no message for a fault of the package, to be traced."""
    match error:
        case click.UsageError():
            called = error.ctx.command_path if error.ctx else "bilan"
            return 2, f"{InputError(error.format_message())} See {called} --help"
        case InputError():
            return 2, str(error)
        case OSError():
            named = f"{printable(error.filename)}: " if error.filename else ""
            return 1, f"{named}{printable(error.strerror or error)}; what was published before is untouched"
    from bilan.build.jobs import NotebookFailed

    return 1, str(error) if isinstance(error, NotebookFailed) else ""


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit status."""
    try:
        return command.main(arguments, "bilan", standalone_mode=False, obj=arguments) or 0
    except Exception as error:
        status, said = _told(error)
        if not said or "--debug" in arguments:
            raise
        _print(f"bilan: {said}", sys.stderr)
        return status
