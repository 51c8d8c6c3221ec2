"""Where the collection lies, checksums, and putting a folder in its place whole: what was there stays until then."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

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
