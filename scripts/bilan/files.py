"""Where the collection lies, checksums, and putting a folder in its place whole: what was there stays until then."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import InputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

ROOT = Path(__file__).resolve().parents[2]


def checksum(files: Iterable[Path]) -> str:
    """Return a checksum of files: of their places in the collection, or their names, and of what they hold."""
    found = hashlib.sha256()
    for path in sorted(files):
        place = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
        found.update(place.encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes and threads that ask for the same path waiting; where the system can't, do nothing."""
    if fcntl is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # ends with the file, however the process ends
        yield


def link_in(path: Path, root: Path) -> Path | None:
    """Return the first symbolic link on the way from `root`, itself not looked at, down to a path, or under it."""
    steps = [one for one in (path, *path.parents) if one != root and one.is_relative_to(root)]
    if found := next((one for one in reversed(steps) if one.is_symlink()), None):
        return found
    for place, folders, names in os.walk(path):
        if found := next((one for name in sorted(folders + names) if (one := Path(place, name)).is_symlink()), None):
            return found
    return None


def refuse_links(path: Path, root: Path) -> None:
    """Raise InputError where something under `root` that is to be replaced or kept is a symbolic link, or holds one."""
    if found := link_in(path, root):
        raise InputError(f"{found}: expected a file or folder of the site's own, found a symbolic link")


@contextmanager
def swapped_in(target: Path) -> Iterator[Path]:
    """Give a folder beside `target` to fill, and put it in its place by renaming if nothing went wrong."""
    stage, old = (target.with_name(f".{target.name}.{word}-{os.getpid()}") for word in ("new", "old"))
    stage.mkdir(parents=True)
    try:
        yield stage
        if target.exists():
            target.rename(old)
        try:
            stage.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
