"""What a run left and a disk, a crash or a hand has damaged since is made again, and said; no page shows it."""

import hashlib
import json
import os
import shutil
from contextlib import nullcontext

import pytest
from bilan.build import stamps
from bilan.build.checks import check_all
from bilan.build.jobs import Job, jobs_of
from bilan.build.results import NARRATIVE
from bilan.data import journal, package
from bilan.files import OURS, write_whole
from bilan.parameters import check_parameters
from bilan.press import ledger
from bilan.press.adding import propose
from conftest import copy_results, run_bilan

FIGURE = (b"78685", b"98685")  # one that would be another figure
HOW = ("changed", "cut", "emptied", "removed", "linked")
KINDS = ("values.json", "charts.json", "inputs.json", "state.json", "figures/fr/*.svg", "figures/fr/*.png")
KINDS += ("figures/fr/*.csv", "figures/fr/*.pdf", "*.ipynb")


def damage(path, how):
    """Damage a file as `how` says, its time of last change kept where it is still there; return what it held."""
    raw, stat = path.read_bytes(), path.stat()
    old, new = FIGURE if path.name == "values.json" else (raw[-20:-19], bytes([raw[-20] ^ 1]))
    at = raw.index(old)
    held = {"changed": raw[:at] + new + raw[at + len(old) :], "cut": raw[: len(raw) // 2], "emptied": b""}
    path.unlink()
    if how in held:
        path.write_bytes(held[how])
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    elif how == "linked":
        path.symlink_to("nowhere")
    return raw


def tree(folder):
    """Return every file under a folder: its place → what it holds."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def build(base, *options):
    """Build the French edition, without a PDF."""
    options = ("build", "--lang", "fr", "--out", str(base / "site"), *options)
    done = run_bilan(*options, results=base / "results", pdf=False)
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    return done.stdout


def jobs():
    """Return the jobs of the French edition by name."""
    graph = jobs_of(check_parameters({"year": 2024}), ["fr"])
    return {job.name: job for job in graph}


@pytest.fixture(scope="module")
def built(edition, tmp_path_factory):
    """Return a folder with the results and the site of the French edition, and what the site holds."""
    base = tmp_path_factory.mktemp("damage")
    copy_results(edition("--lang", "fr"), base / "results")
    build(base)
    return base, tree(base / "site")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_that_is_not_as_it_was_left_is_seen(built, monkeypatch, kind):
    monkeypatch.setenv("BILAN_RESULTS", str(built[0] / "results"))
    job: Job = jobs()["01_communique" if kind == "values.json" else "02_origins"]
    path = sorted(job.folder.glob(kind))[0]
    place = path.relative_to(job.folder).as_posix()
    assert job.why() == ""
    for how in HOW:
        raw = damage(path, how)
        if kind == "state.json" and how in ("changed", "removed", "linked"):  # another checksum in it, or none at all
            assert job.why().startswith(("damaged: ", "changed: ", "has not run")), how
        else:
            assert job.why() == f"damaged: {place}", how
        path.unlink(missing_ok=True)
        path.write_bytes(raw)
        assert job.why() == ""


def test_the_kinds_are_all_there_are(built, monkeypatch):
    monkeypatch.setenv("BILAN_RESULTS", str(built[0] / "results"))
    left = {path for job in jobs().values() for path in job.folder.rglob("*") if path.is_file()}
    known = {path for job in jobs().values() for kind in KINDS for path in job.folder.glob(kind)}
    assert {path for path in left - known if path.parent.name not in ("en", "es", "ar")} == set()


def test_a_damaged_result_runs_again_which_is_said_and_no_page_shows_it(built, monkeypatch):
    base, whole = built
    monkeypatch.setenv("BILAN_RESULTS", str(base / "results"))
    shutil.rmtree(base / "site")  # so that a build has something to do
    named = jobs()
    harm = {
        ("01_communique", "values.json"): "changed",
        ("02_origins", "figures/fr/origins.svg"): "cut",
        ("03_borders", "charts.json"): "emptied",
        ("08_narrative.fr", "08_narrative.fr.ipynb"): "removed",
    }
    for (notebook, place), how in harm.items():
        damage(named[notebook].folder / place, how)
    planned, said = build(base, "--dry-run").splitlines(), build(base)
    for notebook, place in harm:
        assert NARRATIVE in notebook or any(f"{notebook} " in one and one.endswith(place) for one in planned), planned
        assert any(f"{notebook} " in one and one.endswith(f", was damaged: {place}") for one in said.splitlines()), said
    assert said.count("up to date") == len(named) - len(harm)
    assert tree(base / "site") == whole and "Nothing to do" in build(base)


@pytest.mark.parametrize("place", ["2024/fr/index.html", "index.html"])
def test_a_page_altered_at_the_same_size_and_time_is_noticed(built, place, monkeypatch):
    base, whole = built
    monkeypatch.setenv("BILAN_RESULTS", str(base / "own"))
    call, out = ["build", "--out", str(base / "site")], base / "site"
    stamps.keep(call, stamps.inputs(), out, [out / "2024"], [])
    assert stamps.unchanged(call) == [out / "2024"]
    held = damage(out / place, "changed")
    assert (out / place).stat().st_size == len(whole[place])
    assert stamps.unchanged(call) == []
    (out / place).write_bytes(held)  # at another time
    assert stamps.unchanged(call) == [out / "2024"]


class Killed(BaseException):
    """What stands for the end of a process: nothing of it goes on."""


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Return a copy of data/ that is read and written in the place of the collection's."""
    folder = shutil.copytree(package.DATA, tmp_path / "data")
    for module in (package, ledger):
        monkeypatch.setattr(module, "DATA", folder)
    yield folder


TEXT = "En {}, les autorités marocaines ont avorté 81.234 tentatives de migration irrégulière vers l'Europe."


@pytest.mark.parametrize("writes", range(5))
def test_an_addition_killed_at_any_file_is_whole_or_not_there_for_the_next_command(data, monkeypatch, writes):
    before, proposal = tree(data), propose(TEXT.format(2031), 2031, source="Le Matin")
    done = []

    def write_or_die(path, raw):
        if len(done) == writes:
            path.with_name(f"{OURS}{path.name}").write_bytes(raw[:20])  # as far as it came
            raise Killed
        done.append(path.name)
        write_whole(path, raw)

    with monkeypatch.context() as patch:
        patch.setattr(journal, "write_whole", write_or_die)
        with pytest.raises(Killed) if writes < 4 else nullcontext():
            ledger.save(proposal)
    package._datapackage.cache_clear()  # the next command is another process
    assert ("data/communiques/2031.csv" in dict(check_all())) == (writes > 0)
    assert (tree(data) == before) == (writes == 0) and not list(data.rglob(f"{OURS}*"))
    ledger.save(proposal, replace=True)
    assert "data/communiques/2031.csv" in dict(check_all())


def test_a_damaged_journal_and_one_that_leads_elsewhere_are_discarded(data, tmp_path):
    before = tree(data)
    outside = json.dumps({"../elsewhere": "x"}).encode()
    for held in (b"", b"0" * 64, b"x\n{}", hashlib.sha256(outside).hexdigest().encode() + b"\n" + outside, b"\xff\n["):
        (data / journal.JOURNAL).write_bytes(held)
        journal.finish(data)
        assert tree(data) == before and not (tmp_path / "elsewhere").exists()
