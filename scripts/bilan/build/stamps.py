"""What was published, and from what: a second call that would change nothing ends before anything large is imported."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from bilan.data.journal import finish
from bilan.files import LOCK, ROOT, checksum, checksums, locked, write_whole

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@cache
def commit() -> str:
    """Return the commit the collection is at, marked where files were changed since; nothing outside a checkout."""
    if not (ROOT / ".git").exists():
        return ""
    # A new clone's files are all compared, and the filter for notebooks takes seconds each: as they are, first.
    if (as_they_are := _described("-c", "filter.nbstripout.clean=cat")).endswith("-dirty"):
        return _described()
    return as_they_are


def _described(*options: str) -> str:
    asked = ["git", "-C", str(ROOT), *options, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def browser() -> str | None:
    """Return the Chromium of this machine, which prints PDFs."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def inputs() -> str:
    """Return a checksum of all that published pages depend on: the collection's files, its commit, Python, browser."""
    finish(ROOT / "data")
    files = [LOCK]
    for folder in ("data", "notebooks", "scripts/bilan"):
        for place, folders, names in os.walk(ROOT / folder):
            folders[:] = [name for name in folders if not name.startswith((".", "__"))]
            paths = (Path(place, name) for name in names if not name.startswith("."))  # no lock file of an editor
            files += [path for path in paths if path.is_file()]
    return hashlib.sha256(repr((checksum(files), commit(), sys.version, browser())).encode()).hexdigest()


def _stamp(asked: dict, results: Path) -> Path:
    key = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]
    return results / "published" / f"{key}.json"


def _front(out: Path) -> str:
    """Return the checksum of a site's front pages, which builds of other editions write, too."""
    return checksum(filter(Path.is_file, [out / "index.html", *out.glob("??/index.html")]))


def unchanged(asked: dict, results: Path) -> list[Path]:
    """Return the folders that the same call published, if it would publish the same again and they are as it left them.

    `asked` is what the call was for, by option. Returns nothing where anything is new, changed or missing.
    """
    page = {"front page of": asked["out"]}
    try:
        kept, front = (json.loads(_stamp(one, results).read_text(encoding="utf-8")) for one in (asked, page))
        folders = {Path(name): files for name, files in kept["folders"].items()}
        same = kept["inputs"] == inputs() and front["front"] == _front(Path(asked["out"]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):  # none, or a damaged one
        return []
    return list(folders) if same and all(checksums(folder) == files for folder, files in folders.items()) else []


def keep(asked: dict, results: Path, made_from: str, folders: list[Path]) -> None:
    """Note what a call published, with the checksum of every file, and the `inputs()` it began with."""
    published = {str(folder): checksums(folder) for folder in folders}
    notes = {
        _stamp(asked, results): {"inputs": made_from, "folders": published},
        _stamp({"front page of": asked["out"]}, results): {"front": _front(Path(asked["out"]))},
    }
    (results / "published").mkdir(parents=True, exist_ok=True)
    with locked(results / "published"):
        for stamp, content in notes.items():
            write_whole(stamp, json.dumps(content).encode())
