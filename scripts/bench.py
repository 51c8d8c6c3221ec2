"""Time bilan against what its users would run instead, and write the table of docs/dev/benchmarks.md.

    .venv/bin/python scripts/bench.py [--rounds N] [--write]

It prints each row beside the table that is kept, and says which fell by more than a tenth.

Every row is a ratio of medians over interleaved rounds of one run on one machine; sweeps and every year are run once.
The peers do the same notebooks with the same parameters, from the same environment: (a) papermill and nbconvert from
the command line, a notebook after the other; (b) papermill's Python interface and nbconvert in one process; (c)
nbconvert --execute; (d) Snakemake with a papermill rule a notebook, two cores; (e) the same cells as plain Python in
one process, the limit. No browser is on the path, because none of the peers prints a PDF. Snakemake is taken from
.cluster (see the README), and left out where there is none.
"""

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import nbformat
import psutil
from bilan.build.stamps import BROWSERS

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PAGE = ROOT / "docs" / "dev" / "benchmarks.md"
SNAKEMAKE = ROOT / ".cluster" / "bin" / "snakemake"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("0[1-8]_*.ipynb"))
FRENCH = {"lang": "fr", "languages": ["fr"]}

PEERS = (
    "(a) papermill, nbconvert",
    "(b) papermill in one process",
    "(c) nbconvert --execute",
    "(d) Snakemake, papermill",
    "bilan build --kernels spawn",
    "(e) plain Python",
)

PROCESS = """
import sys
from pathlib import Path
import nbformat, papermill
from nbconvert import HTMLExporter
for path in sys.argv[2:]:
    out = Path(sys.argv[1], Path(path).name)
    papermill.execute_notebook(path, str(out), {"lang": "fr", "languages": ["fr"]}, progress_bar=False)
    out.with_suffix(".html").write_text(HTMLExporter().from_notebook_node(nbformat.read(out, as_version=4))[0])
"""
PLAIN = """
import sys
import bilan
from pathlib import Path
import nbformat
from bilan.publish.pages import export, page_of
for path in sys.argv[2:]:
    notebook, names = nbformat.read(path, as_version=4), {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, path, "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= {"lang": "fr", "languages": ["fr"]}
    page = page_of("notebook", "en", "../", [], executed=Path(path).name)
    Path(sys.argv[1], Path(path).stem + ".html").write_text(export("notebook", notebook, page)[0])
"""
RULES = """
NAMES = {names}
rule all:
    input: expand("{out}/{{name}}.html", name=NAMES)
rule run:
    input:
        "{notebooks}/{{name}}.ipynb",
        lambda wildcards: expand("{out}/{{name}}.ipynb", name=NAMES[:-1]) if wildcards.name == NAMES[-1] else [],
    output: "{out}/{{name}}.ipynb"
    shell: "{papermill} --no-progress-bar {{input[0]}} {{output}} -y 'languages: [fr]' -p lang fr"
rule page:
    input: "{out}/{{name}}.ipynb"
    output: "{out}/{{name}}.html"
    shell: "{jupyter} nbconvert --to html {{input}}"
"""


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of every run: results under `folder`, all programs but browsers."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    for place in reversed(os.environ["PATH"].split(os.pathsep)):
        for program in Path(place).iterdir() if Path(place).is_dir() else ():
            if program.name not in BROWSERS:
                (tools / program.name).unlink(missing_ok=True)
                (tools / program.name).symlink_to(program)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # as for most users
    return kept | {"PATH": f"{BIN}{os.pathsep}{tools}", "BILAN_RESULTS": str(folder / "results")}


class Bench:
    """Runs commands, each in a fresh folder unless it is to find what another left, and keeps their times."""

    def __init__(self, scratch: Path):
        self.scratch, self.times, self.environment = scratch, {}, environment(scratch)
        self._count = 0

    def fresh(self) -> Path:
        """Return an empty folder; results go there too."""
        self._count += 1
        folder = self.scratch / str(self._count)
        folder.mkdir()
        self.environment["BILAN_RESULTS"] = str(folder / "results")
        return folder

    def time(self, name: str, *commands: list) -> float:
        """Run commands one after another and keep under `name` how long they took together, in seconds."""
        before, start = os.times(), time.perf_counter()
        for command in commands:
            done = subprocess.run([str(part) for part in command], cwd=ROOT, env=self.environment, capture_output=True)
            if done.returncode:
                raise SystemExit(f"{command}: {done.stderr.decode()[-2000:]}")
        taken, after = time.perf_counter() - start, os.times()
        self.times.setdefault(name, []).append(taken)
        used = after.children_user + after.children_system - before.children_user - before.children_system
        self.times.setdefault(f"{name}, CPU", []).append(used)
        print(f"  {name:<44} {taken:7.2f} s", flush=True)
        return taken

    def median(self, name: str) -> float:
        """Return the median time of a name, in seconds."""
        return statistics.median(self.times[name])

    def peak(self, command: list) -> float:
        """Run a command and return the peak memory of all its processes together, in MB: shared pages counted once."""
        process = psutil.Popen([str(part) for part in command], cwd=ROOT, env=self.environment, stdout=-3, stderr=-3)
        largest = 0
        while process.poll() is None:
            held = 0
            for one in [process, *process.children(recursive=True)]:
                try:
                    held += one.memory_full_info().pss
                except psutil.Error:
                    continue
            largest = max(largest, held)
            time.sleep(0.1)
        return largest / 1e6


def bilan(*options) -> list:
    """Return a command of bilan."""
    return [BIN / "bilan", *options]


def command_line(folder: Path, parameters: dict, notebooks: list[Path] = NOTEBOOKS) -> list[list]:
    """Return (a): papermill, then nbconvert, for each notebook."""
    given = [part for name, value in parameters.items() for part in ("-y", f"{name}: {value}")]
    commands = []
    for path in notebooks:
        out = folder / path.name
        commands.append([BIN / "papermill", "--no-progress-bar", path, out, *given])
        commands.append([BIN / "jupyter", "nbconvert", "--to", "html", out])
    return commands


def one_edition(bench: Bench) -> None:
    """Time the French edition of 2024 from nothing, by each way; then again, and with a parameter changed."""
    folder = bench.fresh()
    site = ["--lang", "fr", "--out", folder / "site"]
    bench.time("bilan build", bilan("build", *site))
    bench.time("bilan build, nothing changed", bilan("build", *site))
    bench.time("bilan build, one parameter changed", bilan("build", *site, "--set", "mauritania=maghreb"))
    bench.time("bilan build --kernels spawn", bilan("build", *site, "--kernels", "spawn", "--force"))
    folder = bench.fresh()
    bench.time("(a) papermill, nbconvert", *command_line(folder, FRENCH))
    folder = bench.fresh()
    bench.time("(b) papermill in one process", [BIN / "python", "-c", PROCESS, folder, *NOTEBOOKS])
    folder = bench.fresh()
    commands = []
    for path in NOTEBOOKS:  # nbconvert takes no parameters: they are put into a copy
        notebook = nbformat.read(path, as_version=4)
        at = next(i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", []))
        notebook.cells[at].source += "\nlang, languages = 'fr', ['fr']"
        nbformat.write(notebook, folder / path.name)
        commands.append([BIN / "jupyter", "nbconvert", "--execute", "--to", "html", folder / path.name])
    bench.time("(c) nbconvert --execute", *commands)
    if SNAKEMAKE.exists():
        folder = bench.fresh()
        names = [path.stem for path in NOTEBOOKS]
        given = {"names": names, "out": folder, "notebooks": NOTEBOOKS[0].parent}
        rules = RULES.format(**given, papermill=BIN / "papermill", jupyter=BIN / "jupyter")
        (folder / "Snakefile").write_text(rules)
        command = [
            SNAKEMAKE,
            "--snakefile",
            folder / "Snakefile",
            "--directory",
            folder,
            "--cores",
            "2",
            "--quiet",
            "all",
        ]
        bench.time("(d) Snakemake, papermill", command)
        bench.time("(d) Snakemake, nothing changed", command)
    folder = bench.fresh()
    bench.time("(e) plain Python", [BIN / "python", "-c", PLAIN, folder, *NOTEBOOKS])


def edits(bench: Bench) -> None:
    """Time the French edition after a sentence of its narrative was edited, and after a chart's module was.

    It is done in a copy of the collection.
    """
    folder = bench.fresh()
    copy, site = folder / "copy", ["--lang", "fr", "--out", folder / "site"]
    for name in ("data", "notebooks", "scripts", "requirements"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    bench.environment["PYTHONPATH"] = str(copy / "scripts")
    try:
        bench.time("bilan build, in a copy", bilan("build", *site))
        package = copy / "scripts" / "bilan"
        for name, path in (("sentence", package / "text" / "narrative.fr.md"), ("chart", package / "show" / "map.py")):
            mark = "Une phrase de plus." if name == "sentence" else "# a line more"
            path.write_text(f"{path.read_text(encoding='utf-8')}\n{mark}\n", encoding="utf-8")
            bench.time(f"bilan build, a {name} edited", bilan("build", *site))
    finally:
        del bench.environment["PYTHONPATH"]


def readings_table(path: Path, count: int) -> None:
    """Write a sweep's table: as many readings, by the foreign share and the place of Mauritania."""
    lines = [
        f"foreign,{0.75 + 0.1 * step / (count // 2):.6f},{place}"
        for step in range(count // 2)
        for place in ("western_africa", "maghreb")
    ]
    path.write_text("\n".join(["share_base,foreign_share,mauritania", *lines]) + "\n")


def sweeps(bench: Bench, counts: list[int]) -> None:
    """Time sweeps of so many readings, and (a) for one reading."""
    for count in counts:
        folder = bench.fresh()
        readings_table(folder / "readings.csv", count)
        bench.time(f"bilan sweep, {count} readings", bilan("sweep", folder / "readings.csv", "--out", folder / "site"))
    folder = bench.fresh()
    reading = {"languages": [], "share_base": "foreign", "foreign_share": 0.8}
    bench.time("(a) one reading", *command_line(folder, reading, NOTEBOOKS[:-1]))


def every_year(bench: Bench) -> None:
    """Time every year in four languages, and (a) for one year in four languages."""
    folder = bench.fresh()
    bench.time("bilan build --all", bilan("build", "--all", "--out", folder / "site"))
    folder = bench.fresh()
    commands = command_line(folder, {}, NOTEBOOKS[:-1])
    for lang in ("fr", "en", "es", "ar"):
        (folder / lang).mkdir()
        commands += command_line(folder / lang, {"lang": lang}, NOTEBOOKS[-1:])
    bench.time("(a) one year in four languages", *commands)


def memory(bench: Bench, counts: list[int]) -> dict[str, float]:
    """Return the peak memory of an edition and of sweeps, in MB, from runs that are not timed."""
    folder = bench.fresh()
    peaks = {"bilan build": bench.peak(bilan("build", "--lang", "fr", "--out", folder / "site"))}
    for count in counts:
        folder = bench.fresh()
        readings_table(folder / "readings.csv", count)
        start = time.perf_counter()
        command = bilan("sweep", folder / "readings.csv", "--out", folder / "site")
        peaks[f"bilan sweep, {count} readings"] = bench.peak(command)
        bench.times.setdefault(f"bilan sweep, {count} readings", []).append(time.perf_counter() - start)
    return peaks


def table(bench: Bench) -> str:
    """Return the ratios as a table in Markdown."""
    ours, again = bench.median("bilan build"), "bilan build, nothing changed"
    rows = [("Work", "bilan", "instead", "ratio")]

    def row(work: str, one: float, name: str, other: float) -> None:
        rows.append((work, f"{one:.2f} s", f"{name}: {other:.1f} s", f"{other / one:.1f}"))

    edition = "2024 in French, from nothing"
    for name in filter(bench.times.get, PEERS):
        row(edition, ours, name, bench.median(name))
    if "(d) Snakemake, nothing changed" in bench.times:
        name = "(d) Snakemake, nothing changed"
        row("nothing changed", bench.median(again), name, bench.median(name))
        row("nothing changed, CPU time", bench.median(f"{again}, CPU"), name, bench.median(f"{name}, CPU"))
    everything = "(a) papermill, nbconvert"
    changed = bench.median("bilan build, one parameter changed")
    row("one parameter changed that two notebooks use", changed, everything, bench.median(everything))
    for name, work in (("sentence", "a sentence of the narrative edited"), ("chart", "the map's module edited")):
        row(work, bench.median(f"bilan build, a {name} edited"), everything, bench.median(everything))
    if "(a) one reading" in bench.times:
        each = bench.median("bilan sweep, 100 readings") / 100
        row("100 readings, each", each, "(a) one reading", bench.median("(a) one reading"))
    if "bilan build --all" in bench.times:
        whole, name = bench.median("bilan build --all"), "(a) one year in four languages"
        row("every year in four languages, each of 36 editions", whole / 36, everything, bench.median(everything))
        row("every year in four languages, each of 9 years", whole / 9, name, bench.median(name))
    rows.insert(1, ("---", "---:", "---", "---:"))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def beside_kept(now: str) -> str:
    """Return each row's ratio beside the kept table's, and which of them fell by more than a tenth."""
    kept = _ratios(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    lines = []
    for name, ratio in _ratios(now).items():
        before = kept.get(name)
        fell = " FELL BY MORE THAN A TENTH" if before and ratio < 0.9 * before else ""
        lines.append(f"{ratio:>8.1f} kept: {before if before else 'none':>6}{fell}  {name}")
    return "\n".join(lines)


def _ratios(table: str) -> dict[str, float]:
    """Return the ratio of each row of a table in Markdown, by its work and what does it instead."""
    rows = re.findall(r"^\| (.+?) \| [\d.]+ s \| (.+?): [\d.]+ s \| ([\d.]+) \|$", table, re.MULTILINE)
    return {f"{work} / {instead}": float(ratio) for work, instead, ratio in rows}


def commit() -> str:
    """Return the commit that was measured, marked where files were changed since."""
    asked = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True).stdout.strip() or "no commit"


def said(bench: Bench, peaks: dict[str, float], rounds: int) -> str:
    """Return the tables and what they were measured on, in Markdown."""
    parts = [table(bench)]
    if peaks:
        rows = "\n".join(f"| {name} | {held:.0f} MB |" for name, held in peaks.items())
        parts.append("Peak memory of all processes together, shared pages counted once, two notebooks at a time:")
        parts.append(f"| Run | Peak |\n| --- | ---: |\n{rows}")
        counts = [int(name.split()[2]) for name in peaks if name.startswith("bilan sweep")]
        times = [(count, bench.times[f"bilan sweep, {count} readings"][-1]) for count in counts]
        rows = "\n".join(f"| {count} | {taken:.1f} s | {taken / count:.2f} s |" for count, taken in times)
        parts.append("Time of a sweep by its size, measured while its memory was watched:")
        parts.append(f"| Readings | Time | Each |\n| ---: | ---: | ---: |\n{rows}")
    names = ("papermill", "nbconvert", "ipykernel", "pandas", "matplotlib")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    memory_held = psutil.virtual_memory().total / 2**30
    parts.append(
        f"Measured at commit {commit()} on {psutil.cpu_count()} cores ({platform.machine()}, {platform.system()}), "
        f"{memory_held:.0f} GB, Python {platform.python_version()}, {versions}; "
        f"medians of {rounds} interleaved rounds."
    )
    return "\n\n".join(parts)


def main() -> None:
    """Run the rounds and print the table, or write it to docs/dev/benchmarks.md."""
    parser = argparse.ArgumentParser(description="Time bilan against what its users would run instead.")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (3)")
    parser.add_argument("--quick", action="store_true", help="one edition alone")
    parser.add_argument(
        "--largest", type=int, default=1000, help="readings of the largest sweep that is watched (1000)"
    )
    parser.add_argument("--write", action="store_true", help="write docs/dev/benchmarks.md")
    options = parser.parse_args()
    about = " ".join(__doc__.split("\n\n")[-1].split())
    head = (
        f"# Benchmarks\n\nMade by `make bench`, which measures all of it again and rewrites this page.\n\n{about}\n\n"
    )
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        bench, text = Bench(Path(scratch)), ""

        def note(peaks: dict[str, float]) -> None:
            nonlocal text
            text = said(bench, peaks, options.rounds)
            (PAGE.with_suffix(".new") if options.write else Path(scratch, "page")).write_text(f"{head}{text}\n")

        for number in range(options.rounds):
            print(f"Round {number + 1} of {options.rounds}", flush=True)
            one_edition(bench)
            edits(bench)
        note({})  # what there is, should the rest be cut short
        if not options.quick:
            sweeps(bench, [100])
            every_year(bench)
            note({})
            note(memory(bench, [count for count in (10, 100, 1000) if count <= options.largest]))
    print(f"\n{text}\n\n{beside_kept(text)}")
    if options.write:
        PAGE.with_suffix(".new").replace(PAGE)


if __name__ == "__main__":
    main()
