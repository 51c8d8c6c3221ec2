"""Where the collection lies, reading, checksums, and putting a folder in its place: what was there stays until then."""

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

from .errors import InputError

ROOT = Path(__file__).resolve().parents[2]


def read_limited(path: Path, shown: str, largest: int) -> bytes:
    """Return what a file holds.

    Raises InputError, calling it `shown`, where it holds more than `largest` bytes, of which no more are read, or
    can't be read at all.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(largest + 1)
    except OSError as error:
        raise InputError(f"{shown}: expected a file, found: {(error.strerror or str(error)).lower()}") from None
    except ValueError:  # a NUL in its name
        raise InputError(f"{shown}: expected a file, found a name that no file can have") from None
    if len(raw) > largest:
        raise InputError(f"{shown}: expected a file of at most {largest:,} bytes, found a larger one")
    return raw


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
