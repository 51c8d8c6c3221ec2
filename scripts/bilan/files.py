"""Where the collection lies, reading, checksums, locks, and putting files and folders in their place whole."""

import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bilan.errors import InputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "base.txt"  # the versions of all libraries
OURS = ".bilan-"  # what the name of a file begins with while it is written


def read_limited(path: Path, shown: str, largest: int, regular: bool = False) -> bytes:
    """Return what a file holds; with `regular` no pipe or device, which could keep waiting, is opened.

    Raises InputError, calling it `shown`, where it holds more than `largest` bytes, of which no more are read, or
    can't be read at all.
    """
    try:
        if regular and path.exists() and not (path.is_file() or path.is_dir()):
            raise InputError(f"{shown}: expected a file, found a pipe, a socket or a device")
        with path.open("rb") as file:
            raw = file.read(largest + 1)
    except OSError as error:
        raise InputError(f"{shown}: expected a file, found: {(error.strerror or str(error)).lower()}") from None
    except ValueError:  # a NUL in its name
        raise InputError(f"{shown}: expected a file, found a name that no file can have") from None
    if len(raw) > largest:
        raise InputError(f"{shown}: expected a file of at most {largest:,} bytes, found a larger one")
    return raw


def decoded(raw: bytes, shown: str) -> str:
    """Return a text in UTF-8, without a byte order mark. Raises InputError, calling it `shown`, for what is none."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"another encoding at byte {error.start}"
        raise InputError(f"{shown}, line {line}: expected UTF-8, found {found}") from None


def checksum(files: Iterable[Path]) -> str:
    """Return a checksum of files: of their places in the collection, or their names, and of what they hold."""
    found = hashlib.sha256()
    for path in sorted(files):
        place = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
        found.update(os.fsencode(place) + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def checksums(folder: Path) -> dict[str, str]:
    """Return the checksum of every file under a folder by its place there; "" of a link, a pipe or the like."""
    found = {}
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""
            found[path.relative_to(folder).as_posix()] = digest
    return found


def flush(tree: Path) -> None:
    """Return once the disk holds a folder with every file and folder under it, whatever becomes of the machine then."""
    for place, _, names in os.walk(tree):
        for path in (Path(place, name) for name in names):
            if path.is_file() and not path.is_symlink():
                _flush(path)
        _flush(Path(place))


def _flush(path: Path) -> None:
    if fcntl is None:  # Windows opens no folder, and no file only to read, for this
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some systems can't be asked for a folder
            raise
    finally:
        os.close(descriptor)


def flush_names(path: Path) -> None:
    """Return once the disk holds a path's name, and those of the folders above that may have been made for it."""
    for folder in path.parents[:3]:
        with suppress(PermissionError):  # one that may not be listed was not made just now
            _flush(folder)


def write_whole(path: Path, raw: bytes) -> None:
    """Write a file so that whenever the process is killed or the power cut it holds what it did or all that is new,
    which it does for good when this returns. Hold a lock meanwhile: what a killed process left is replaced.
    """
    beside = path.with_name(f"{OURS}{path.name}")
    beside.unlink(missing_ok=True)  # a link laid there would lead elsewhere
    try:
        with beside.open("xb") as file:
            file.write(raw)
        _flush(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    flush_names(path)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes and threads that ask for the same path waiting; where the system can't, do nothing.

    The path is a folder, or a file that is made if need be.
    """
    if fcntl is None:
        yield
        return
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # folders of some networks can't be locked
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # ends with the process, however that ends
        yield
    finally:
        os.close(descriptor)


def link_in(path: Path, root: Path) -> Path | None:
    """Return the first symbolic link on the way from `root`, itself not looked at, down to a path, or under it."""
    above = [one for one in reversed((path, *path.parents)) if one != root and one.is_relative_to(root)]
    if linked := [one for one in above if one.is_symlink()]:
        return linked[0]
    return next((one for one in sorted(path.rglob("*")) if one.is_symlink()), None)


def refuse_links(path: Path, root: Path) -> None:
    """Raise InputError where something under `root` that is to be replaced or kept is a symbolic link, or holds one."""
    if found := link_in(path, root):
        raise InputError(f"{found}: expected a file or folder of the site's own, found a symbolic link")


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give an empty folder beside `target` to fill, which `swap_in` puts in its place; what is left of it is removed.

    What a killed process left beside is removed, too; so hold the lock of the folder above meanwhile.
    """
    stage, old = target.with_name(f".{target.name}.new"), _old(target)
    if old.exists() and not target.exists():
        old.rename(target)
    for left in (stage, old):
        shutil.rmtree(left, ignore_errors=True)
    stage.mkdir(parents=True)
    try:
        yield stage
    finally:
        for left in (stage, old):
            shutil.rmtree(left, ignore_errors=True)


def swap_in(stage: Path, target: Path) -> None:
    """Put the folder that was `staged` for `target` in its place in one step, and remove what was there.

    Whenever the process is killed or the power cut, `target` is what it was or what it was to be, and that for good
    once this has ended. Where the system can't exchange two folders in one step (Linux can), a process killed between
    two renames leaves no `target`, and the next to stage it puts it back.
    """
    flush(stage)
    if not target.exists():
        stage.rename(target)
    elif not _exchanged(stage, target):
        target.rename(_old(target))
        try:
            stage.rename(target)
        except OSError:
            _old(target).rename(target)
            raise
    flush_names(target)  # before the old is removed
    for left in (stage, _old(target)):
        shutil.rmtree(left, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, and say whether the system could: renameat2 of Linux."""
    if sys.platform != "linux":
        return False
    import ctypes  # not needed where nothing is published

    if not hasattr(ctypes.CDLL(None), "renameat2"):  # of musl
        return False
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <fcntl.h> and <linux/fs.h>
    return ctypes.CDLL(None).renameat2(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0
