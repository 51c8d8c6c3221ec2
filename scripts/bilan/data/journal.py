"""Files of data/ that belong together, such as a ledger and its description, written all or not at all.

What is to be written is put on the disk first, in one hidden file, the journal; then each file is replaced, and the
journal removed. Whoever reads the folder next finishes what a killed process, or a power cut, has left of that.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bilan.files import OURS, flush_names, locked, write_whole

JOURNAL = f"{OURS}journal"
_written: set[Path] = set()  # folders that this process writes in: what lies there unfinished is its own


@contextmanager
def together(folder: Path) -> Iterator[dict[str, str]]:
    """Give a dictionary to fill, place in the folder → text, and write all of it if nothing went wrong.

    Nobody else writes there meanwhile, and what somebody had begun to write is finished before.
    """
    with locked(folder):
        _finish(folder)
        _written.add(folder)
        try:
            texts: dict[str, str] = {}
            yield texts
        finally:
            _written.remove(folder)
        said = json.dumps(texts).encode()
        write_whole(folder / JOURNAL, hashlib.sha256(said).hexdigest().encode() + b"\n" + said)
        _finish(folder)


def finish(folder: Path) -> None:
    """Finish what another process began to write and did not end; remove what is left of a file that it did not."""
    if folder not in _written and next(folder.rglob(f"{OURS}*"), None):
        with locked(folder):  # it may still be at it
            _finish(folder)


def _finish(folder: Path) -> None:
    for place, text in _journal(folder).items():
        write_whole(folder / place, text.encode())
    for left in sorted(folder.rglob(f"{OURS}*")):
        with suppress(OSError):
            left.unlink()
    flush_names(folder / JOURNAL)  # that it is gone: what is written later is not to be undone


def _journal(folder: Path) -> dict[str, str]:
    """Return what a journal says is to be written; nothing where there is none, or a damaged one."""
    path = folder / JOURNAL
    if path.is_symlink() or not path.is_file():
        return {}
    digest, _, said = path.read_bytes().partition(b"\n")
    try:
        texts = json.loads(said) if hashlib.sha256(said).hexdigest().encode() == digest else {}
        inside = all((folder / place).resolve().is_relative_to(folder.resolve()) for place in texts)
        return texts if inside else {}
    except (ValueError, TypeError, RecursionError):
        return {}
