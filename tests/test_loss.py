"""Whatever happens to a build, what is published is one edition, whole, and the next build makes the other."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import psutil
import pytest
from bilan.analysis.communique import figures
from bilan.build import stamps
from bilan.files import staged, swap_in
from bilan.notebook import frames
from conftest import copy_collection, copy_results, run_bilan

PROSE = "scripts/bilan/text/narrative.fr.md"


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file under a folder, hidden ones too: its place → what it holds."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fill(site: Path, content: dict[str, bytes]) -> None:
    """Make a folder hold these files and no others."""
    shutil.rmtree(site, ignore_errors=True)
    for place, held in content.items():
        (site / place).parent.mkdir(parents=True, exist_ok=True)
        (site / place).write_bytes(held)


def begin(root: Path, results: Path, *arguments: str) -> subprocess.Popen:
    """Start the command in the background; it finds no browser, and prints no PDF."""
    environment = os.environ | {"BILAN_RESULTS": str(results), "PYTHONPATH": str(root / "scripts")}
    environment["PATH"] = str(Path(sys.executable).parent)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-m", "bilan", *arguments], cwd=root, env=environment, **pipes)


def start(root: Path, results: Path, site: Path, *options: str) -> subprocess.Popen:
    """Start a build of the French edition in the background."""
    return begin(root, results, "build", "--lang", "fr", "--out", str(site), *options)


def kill(command: subprocess.Popen) -> None:
    """Kill a command, as a crash would; see that nothing it started runs on."""
    started = []
    with suppress(psutil.Error):
        started = psutil.Process(command.pid).children(recursive=True)
    command.kill()
    command.communicate(timeout=60)
    assert left_of(started) == []


def at_a_moment(command: subprocess.Popen, moments: random.Random) -> str:
    """Wait until a command has said some of its lines, and a moment longer; say when that is."""
    lines, more = moments.randint(1, 9), moments.uniform(0, 2)
    for _ in range(lines):
        command.stdout.readline()
    time.sleep(more)
    return f"killed {more:.2f} s after line {lines}"


def left_of(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Return those of some processes that still run after up to ten seconds."""
    _, alive = psutil.wait_procs(processes, timeout=10)
    return [one for one in alive if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def editions(edition, tmp_path_factory):
    """Return a checkout with other prose, its results, and what is published before and after, without PDFs."""
    base = tmp_path_factory.mktemp("loss")
    root, site, published = copy_collection(base / "checkout"), base / "site", []
    copy_results(edition("--lang", "fr"), base / "results")
    story = root / PROSE
    prose = story.read_text(encoding="utf-8")
    for said in (prose, prose.replace("davantage que de", "plus que de")):
        story.write_text(said, encoding="utf-8")
        given = ("build", "--lang", "fr", "--out", str(site))
        done = run_bilan(*given, results=base / "results", root=root, pdf=False)
        assert done.returncode == 0, done.stderr
        published.append(tree(site))
    old, new = published
    assert old != new and old.keys() == new.keys()
    return root, base / "results", old, new


def one_whole(site: Path, old: dict[str, bytes], new: dict[str, bytes]) -> str:
    """Say which edition a site holds; neither, unless it is one of the two whole."""
    found = {place: held for place, held in tree(site).items() if place.startswith("2024/")}
    for name, edition in (("old", old), ("new", new)):
        if found == {place: held for place, held in edition.items() if place.startswith("2024/")}:
            return name
    return "neither"


def test_a_build_killed_at_any_moment_leaves_one_edition_whole_and_no_process(editions, tmp_path, kills):
    root, results, old, new = editions
    site, moments, ended = tmp_path / "site", random.Random(), {"old": 0, "new": 0}
    for number in range(kills):
        fill(site, old)
        # every other time all runs, and one of its kernels is killed, or the process they are forked from
        build = start(root, results, site, *(["--force"] if number % 2 else []))
        moment = at_a_moment(build, moments)
        command = psutil.Process(build.pid)
        started = command.children(recursive=True)
        pythons = []
        for one in started:
            with suppress(psutil.Error):  # it may end by itself meanwhile
                pythons += [one] if "python" in one.name() else []
        victim = moments.choice(pythons) if number % 2 and pythons else command
        with suppress(psutil.Error):
            victim.kill()
        _, said = build.communicate(timeout=60)
        where = f"{moment}, {victim.pid} of {build.pid}: {said}"
        assert left_of(started) == [], where
        found = one_whole(site, old, new)
        assert found in ended, where
        ended[found] += 1
        if victim is not command and build.returncode:
            named = "bilan: notebooks/" in said or "bilan: a process that wrote pages was ended" in said
            assert build.returncode == 1 and named and "Traceback" not in said, where
    print(f"{kills} kills: {ended}")
    last = start(root, results, site)
    _, said = last.communicate(timeout=300)
    assert last.returncode == 0 and tree(site) == new, said


@pytest.mark.thorough
def test_a_sweep_killed_at_any_moment_leaves_one_report_whole_and_no_process(editions, tmp_path, kills):
    root, results, *_ = editions
    site, table, moments = tmp_path / "site", tmp_path / "shares.yaml", random.Random()
    said = ("sweep", str(table), "--out", str(site))
    reports = []
    for shares in ("[0.8]", "[0.8, 0.9]"):
        table.write_text(f"share_base: [foreign]\nforeign_share: {shares}\n")
        done = run_bilan(*said, results=results, root=root)
        assert done.returncode == 0, done.stderr
        reports.append(tree(site / "sweeps"))
    old, new = reports
    assert old != new
    for number in range(max(1, kills // 4)):
        fill(site / "sweeps", old)
        command = begin(root, results, *said, *(["--force"] if number % 2 else []))
        moment = at_a_moment(command, moments)
        kill(command)
        found = {place: held for place, held in tree(site / "sweeps").items() if not place.startswith(".")}
        assert found in (old, new), moment
    again = run_bilan(*said, results=results, root=root)
    assert again.returncode == 0 and tree(site / "sweeps") == new, again.stderr


def test_a_browser_that_is_killed_costs_the_pdf_alone_and_the_next_build_brings_it(editions, tmp_path, monkeypatch):
    root, results, *_ = editions
    if stamps.browser() is None:
        pytest.skip("no Chromium on this machine")
    dying = tmp_path / "bin" / "chromium"
    dying.parent.mkdir()
    dying.write_text("#!/bin/sh\nkill -KILL $$\n")
    dying.chmod(0o755)
    own = tmp_path / "results"  # without the PDFs that were printed
    shutil.copytree(results, own, ignore=shutil.ignore_patterns("pdf", "published"))
    options = ("build", "--lang", "fr", "--out", str(tmp_path / "site"))
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(dying.parent), prepend=os.pathsep)
        done = run_bilan(*options, results=own, root=root)
        assert done.returncode == 0 and "no PDF (fr): Chromium did not print it" in done.stdout
    french = tmp_path / "site" / "2024" / "fr"
    story, pdf = french / "index.html", french / "bilan-2024-fr.pdf"
    assert not pdf.exists()
    assert [page for page in french.rglob("*.html") if pdf.name in page.read_text(encoding="utf-8")] == []
    assert run_bilan(*options, results=own, root=root).returncode == 0
    assert pdf.read_bytes().startswith(b"%PDF") and pdf.name in story.read_text(encoding="utf-8")


def test_a_notebook_that_hangs_is_ended_and_named(edition, checkout, tmp_path):
    path, mark = checkout / "notebooks" / "05_networks.ipynb", tmp_path / "running"
    notebook = nbformat.read(path, as_version=4)
    place = next(at for at, cell in enumerate(notebook.cells) if "attempts_per_network" in cell.source)
    notebook.cells[place].source = f"import time; open({str(mark)!r}, 'w'); time.sleep(1000)"
    nbformat.write(notebook, path)
    fill(tmp_path / "site", {"2024/fr/index.html": b"what was published before"})
    copy_results(edition("--lang", "fr"), tmp_path / "results")  # so that the others are at hand
    build = start(checkout, tmp_path / "results", tmp_path / "site", "--time-limit", "12")
    until = time.monotonic() + 60
    while not mark.exists() and time.monotonic() < until:
        time.sleep(0.1)
    started = psutil.Process(build.pid).children(recursive=True)
    _, said = build.communicate(timeout=120)
    assert build.returncode == 1 and "Traceback" not in said
    # papermill puts the run's parameters in a cell of their own, so the cell's number is one more
    assert f"notebooks/05_networks.ipynb, cell {place + 2}: expected an end of the notebook within 12 s" in said
    assert started and left_of(started) == []
    assert tree(tmp_path / "site") == {"2024/fr/index.html": b"what was published before"}


@contextmanager
def small_disk(place: Path, size: str):
    """Give a folder on a disk of its own, as large as said; skip the test where none can be made."""
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", place], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"no disk of its own can be made here: {made.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="no mount on this machine")
def test_a_full_disk_and_one_that_is_read_only_cost_nothing_that_was_published(editions, tmp_path):
    root, results, old, _ = editions
    held = sum(map(len, old.values()))
    with small_disk(tmp_path / "disk", str(held * 3 // 2)) as disk:  # room for one edition, not for two
        fill(disk / "site", old)
        options = ("build", "--lang", "fr", "--out", str(disk / "site"))
        full = run_bilan(*options, results=results, root=root, pdf=False)
        assert full.returncode == 1 and full.stderr.count("\n") == 1, full.stderr
        assert "No space left on device; what was published before is untouched" in full.stderr
        assert tree(disk / "site") == old
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        (disk / "results").mkdir()
        (disk / "filler").write_bytes(bytes(20_000_000 - held))
        # no room for results either
        full = run_bilan(*options, "--force", results=disk / "results", root=root, pdf=False)
        assert full.returncode == 1 and "No space left on device" in full.stderr and "Traceback" not in full.stderr
        assert tree(disk / "site") == old
        (disk / "filler").unlink()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        refused = run_bilan(*options, results=results, root=root, pdf=False)
        assert refused.returncode == 2 and "expected a folder that can be written to" in refused.stderr


@pytest.mark.skipif(shutil.which("mount") is None, reason="no mount on this machine")
def test_a_disk_that_is_full_is_said_so_whichever_file_it_is_full_at(tmp_path):
    with small_disk(tmp_path / "disk", "48k") as disk:
        for left in range(0, 48, 4):
            (disk / "filler").write_bytes(bytes(left * 1000))
            with pytest.raises(OSError, match="No space left on device"):
                frames.write_frames(figures(2024).values(), disk / "data")
            shutil.rmtree(disk / "data", ignore_errors=True)


def test_two_builds_at_once_leave_what_one_would(editions, tmp_path):
    root, results, old, new = editions
    fill(tmp_path / "site", old)
    builds = [start(root, results, tmp_path / "site") for _ in range(2)]
    said = [one.communicate(timeout=300) for one in builds]
    assert [one.returncode for one in builds] == [0, 0], said
    assert tree(tmp_path / "site") == new


@pytest.mark.thorough
def test_builds_at_once_into_one_folder_lose_nothing(editions, tmp_path):
    root, results, *_ = editions
    own = tmp_path / "results"
    shutil.copytree(results, own, symlinks=True)
    site = tmp_path / "site"
    alone = ("build", "--lang", "fr", "--lang", "en", "--out", str(tmp_path / "alone"))
    assert run_bilan(*alone, results=own, root=root, pdf=False).returncode == 0
    # the first two find what they publish at hand, the third runs all for its language
    site.mkdir()
    builds = [start(root, own, site), start(root, own, site), start(root, own, site, "--lang", "en")]
    said = [one.communicate(timeout=300) for one in builds]
    assert [one.returncode for one in builds] == [0, 0, 0], said
    assert {path.name for path in site.iterdir()} == {"2024", "en", "fr", "index.html"}
    assert {path.name for path in (site / "2024").iterdir()} >= {"fr", "en"}
    # where the third was not the last, what it asked for has changed since and is told anew
    again = run_bilan("build", "--lang", "en", "--out", str(site), results=own, root=root, pdf=False)
    assert again.returncode == 0
    assert tree(site) == tree(tmp_path / "alone")


def test_what_a_killed_command_left_beside_is_removed_or_put_back(tmp_path):
    target = tmp_path / "2024"
    for left in (".2024.new", ".2024.old"):
        (tmp_path / left).mkdir()
        (tmp_path / left / "index.html").write_text(left)
    with pytest.raises(ZeroDivisionError), staged(target) as stage:  # killed between two renames, then failed
        assert list(stage.iterdir()) == []
        _ = 1 / 0
    assert [path.name for path in tmp_path.iterdir()] == ["2024"] and (target / "index.html").read_text() == ".2024.old"
    with staged(target) as stage:
        (stage / "index.html").write_text("new")
        swap_in(stage, target)
    assert [path.name for path in tmp_path.iterdir()] == ["2024"] and (target / "index.html").read_text() == "new"


def test_where_folders_cannot_be_exchanged_they_are_renamed(tmp_path, monkeypatch):
    def unknown(_):
        raise TypeError("as ctypes.CDLL(None) does on Windows")

    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr("ctypes.CDLL", unknown)
    for said in ("first", "second"):
        with staged(tmp_path / "2024") as stage:
            (stage / "index.html").write_text(said)
            swap_in(stage, tmp_path / "2024")
        assert tree(tmp_path) == {"2024/index.html": said.encode()}


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("build", signal.SIGTERM),
        pytest.param("build", signal.SIGHUP, marks=pytest.mark.thorough),
        pytest.param("build", signal.SIGINT, marks=pytest.mark.thorough),
        ("sweep", signal.SIGTERM),
    ],
)
def test_a_signal_ends_everything_and_leaves_no_temporary_file(editions, tmp_path, monkeypatch, said, asked):
    root, results, old, *_ = editions
    fill(tmp_path / "site", old)
    table = tmp_path / "table.yaml"
    table.write_text("mauritania: [western_africa, maghreb]\n")
    options = {"build": ("--lang", "fr"), "sweep": (str(table),)}[said]
    with tempfile.TemporaryDirectory(prefix="b", dir="/tmp") as temporary:  # short enough for sockets
        monkeypatch.setenv("TMPDIR", temporary)
        build = begin(root, results, said, *options, "--out", str(tmp_path / "site"), "--force")
        assert build.stdout.readline()  # it has begun
        time.sleep(2)
        started = psutil.Process(build.pid).children(recursive=True)
        build.send_signal(asked)
        _, message = build.communicate(timeout=60)
        assert left_of(started) == [] and list(Path(temporary).iterdir()) == []
    assert build.returncode == 130 and message == "bilan: interrupted; what was published before is untouched\n"
    assert tree(tmp_path / "site") == old
