"""What was published, and from what: a second call that would change nothing ends before anything large is imported."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from threading import Thread

from bilan.data.journal import finish
from bilan.files import LOCK, ROOT, checksum, checksums, locked, write_whole

# What a call asks for with these is not to publish what is out of date.
MORE = ("--force", "--dry-run", "--batch")
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


def inputs(*given: Path) -> str:
    """Return a checksum of all that published pages depend on: the collection's files and those given to the command,
    the commit, Python and the browser.
    """
    finish(ROOT / "data")
    asking = Thread(target=commit)
    asking.start()  # git looks while the files are read
    files = [LOCK, *given]
    for folder in ("data", "notebooks", "scripts/bilan"):
        for place, folders, names in os.walk(ROOT / folder):
            folders[:] = [name for name in folders if not name.startswith((".", "__"))]
            paths = (Path(place, name) for name in names if not name.startswith("."))  # no lock file of an editor
            files += [path for path in paths if path.is_file()]
    read = checksum(files)
    asking.join()
    return hashlib.sha256(repr((read, commit(), sys.version, browser())).encode()).hexdigest()


def results() -> Path:
    """Return the folder that builds keep results in, and have the notebooks that they run use it."""
    return Path(os.environ.setdefault("BILAN_RESULTS", str(ROOT / "results" / "build")))


def _stamp(call: object) -> Path:
    key = hashlib.sha256(json.dumps(call).encode()).hexdigest()[:16]
    return results() / "published" / f"{key}.json"


def _call(arguments: list[str]) -> list[str]:
    return [str(Path.cwd()), *(one for one in arguments if one != "--force")]


def _front(out: Path) -> str:
    """Return the checksum of a site's front pages, which builds of other editions write, too."""
    return checksum(filter(Path.is_file, [out / "index.html", *out.glob("??/index.html")]))


def unchanged(arguments: list[str]) -> list[Path]:
    """Return the folders that the same call published, if it would publish the same again and they are as it left them.

    `arguments` are the command's, given in the same folder. Returns nothing where anything is new, changed or missing,
    or more is asked for than what is out of date.
    """
    if arguments[:1] not in (["build"], ["sweep"]) or any(one.startswith(MORE) for one in arguments):
        return []
    try:
        kept = _read(_stamp(_call(arguments)))
        front, folders = _read(_stamp(kept["out"])), {Path(name): files for name, files in kept["folders"].items()}
        same = kept["inputs"] == inputs(*map(Path, kept["given"])) and front["front"] == _front(Path(kept["out"]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):  # none, or a damaged one
        return []
    return list(folders) if same and all(checksums(folder) == files for folder, files in folders.items()) else []


def _read(stamp: Path) -> dict:
    return json.loads(stamp.read_text(encoding="utf-8"))


def keep(arguments: list[str], made_from: str, out: Path, folders: list[Path], given: list[Path]) -> None:
    """Note what a call published under `out`, with every file's checksum, and the `inputs(*given)` it began with."""
    out = out.resolve()
    published = {"inputs": made_from, "out": str(out), "given": [str(one.resolve()) for one in given]}
    published["folders"] = {str(folder.resolve()): checksums(folder) for folder in folders}
    (results() / "published").mkdir(parents=True, exist_ok=True)
    with locked(results() / "published"):
        for of, content in ((_call(arguments), published), (str(out), {"front": _front(out)})):
            write_whole(_stamp(of), json.dumps(content).encode())
