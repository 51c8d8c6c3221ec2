"""A power cut right after a command has ended loses nothing: what the disk holds then is the new, whole.

The disk is a file behind a loop device; a copy of that file, made without a sync, is what a power cut would leave.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from conftest import copy_collection, run_bilan

TOOLS = ("mkfs.ext4", "mount", "umount", "losetup")
TEXT = "En 2031, les autorités marocaines ont avorté 81.234 tentatives de migration irrégulière vers l'Europe."


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file under a folder: its place → what it holds."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def disk(tmp_path, request):
    """Return a folder on a disk of its own, and a function that cuts the power and returns it as it is found then.

    It cuts it as often as `--after` says, each time as if it had not before, and returns as many folders.
    """
    seconds = [float(one) for one in request.config.getoption("--after").split(",")]
    path = os.pathsep.join((os.environ["PATH"], "/usr/sbin", "/sbin"))
    if lacking := [name for name in TOOLS if not shutil.which(name, path=path)]:
        pytest.skip(f"no {lacking[0]} on this machine")
    mounted, image = [], tmp_path / "disk.img"

    def mount(held: Path, place: Path) -> Path:
        place.mkdir()
        options = {"env": os.environ | {"PATH": path}, "capture_output": True, "text": True}
        done = subprocess.run(["mount", "-o", "loop", held, place], **options)
        if done.returncode:
            pytest.skip(f"no disk of its own can be made here: {done.stderr.strip()}")
        mounted.append(place)
        return place

    def cut() -> list[Path]:
        begun, copies = time.monotonic(), []
        for after in seconds:
            time.sleep(max(0, begun + after - time.monotonic()))
            copies.append(Path(shutil.copy(image, tmp_path / f"left{after:g}.img")))
        # copies: they may be written to, and what their journals say is done
        return [mount(one, one.with_suffix("")) for one in copies]

    with image.open("wb") as file:
        file.truncate(128_000_000)
    subprocess.run([shutil.which("mkfs.ext4", path=path), "-q", "-F", image], check=True)
    try:
        yield mount(image, tmp_path / "disk"), cut
    finally:
        for place in reversed(mounted):
            subprocess.run(["umount", "--lazy", place], check=True)


def test_an_edition_is_whole_right_after_the_build_says_done(edition, disk):
    place, cut = disk
    old = edition("--lang", "fr")
    shutil.copytree(old, place / "site" / "2024")
    (place / "site" / "2024" / "values.json").write_text("[]\n")  # an older one
    os.sync()
    options = ("build", "--lang", "fr", "--out", str(place / "site"))
    done = run_bilan(*options, results=old.parents[1] / "results")
    lefts = cut()
    assert done.returncode == 0, done.stderr
    published = tree(place / "site" / "2024")
    for left in lefts:
        found = tree(left / "site" / "2024")
        differing = [name for name in found.keys() | published.keys() if found.get(name) != published.get(name)]
        assert differing == [] and found["values.json"] == (old / "values.json").read_bytes(), left
        assert (left / "site" / "index.html").read_bytes() == (place / "site" / "index.html").read_bytes()


def test_a_new_ledger_is_whole_right_after_it_was_written(disk, tmp_path):
    place, cut = disk
    root = copy_collection(place / "checkout")
    os.sync()
    (tmp_path / "text.txt").write_text(TEXT)
    said = ("--year", "2031", "--source", "Le Matin", "--yes")
    added = run_bilan("add", str(tmp_path / "text.txt"), *said, results=place / "results", root=root)
    lefts = cut()
    assert added.returncode == 0, added.stderr
    for left in lefts:
        assert tree(left / "checkout" / "data") == tree(root / "data"), left
        checked = run_bilan("check", results=place / "results", root=left / "checkout")
        assert checked.returncode == 0 and "data/communiques/2031.csv" in checked.stdout, checked.stderr
