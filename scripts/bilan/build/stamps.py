"""What was published, and from what: a second call that would change nothing ends before anything large is imported."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from bilan.files import LOCK, ROOT, checksum, locked, write_whole

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@cache
def commit() -> str:
    """Return the commit the collection is at, marked where files were changed since; nothing outside a checkout."""
    if not (ROOT / ".git").exists():
        return ""
    asked = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def browser() -> str | None:
    """Return the Chromium of this machine, which prints PDFs."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def inputs() -> str:
    """Return a checksum of all that published pages depend on: the collection's files, its commit, Python, browser."""
    files = [LOCK]
    for folder in ("data", "notebooks", "scripts/bilan"):
        for place, folders, names in os.walk(ROOT / folder):
            folders[:] = [name for name in folders if not name.startswith((".", "__"))]
            paths = (Path(place, name) for name in names if not name.startswith("."))  # no lock file of an editor
            files += [path for path in paths if path.is_file()]
    return hashlib.sha256(repr((checksum(files), commit(), sys.version, browser())).encode()).hexdigest()


def _listing(folder: Path) -> dict[str, list[int]]:
    """Return size and time of last change of every file under a folder."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            stat = path.lstat()  # a link that took a file's place is a change
            found[path.relative_to(folder).as_posix()] = [stat.st_size, stat.st_mtime_ns]
    return found


def _stamp(asked: dict, results: Path) -> Path:
    key = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]
    return results / "published" / f"{key}.json"


def unchanged(asked: dict, results: Path) -> list[Path]:
    """Return the folders that the same call published, if it would publish the same again and they are as it left them.

    `asked` is what the call was for, by option. Returns nothing where anything is new, changed or missing.
    """
    try:
        kept = json.loads(_stamp(asked, results).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    same = kept["inputs"] == inputs() and all(_listing(Path(name)) == files for name, files in kept["folders"].items())
    return [Path(name) for name in kept["folders"]] if same else []


def keep(asked: dict, results: Path, made_from: str, folders: list[Path]) -> None:
    """Note what a call published, and the `inputs()` it began with."""
    stamp = _stamp(asked, results)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    content = {"inputs": made_from, "folders": {str(folder): _listing(folder) for folder in folders}}
    with locked(stamp.parent):
        write_whole(stamp, json.dumps(content).encode())
