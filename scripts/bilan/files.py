"""Putting a folder in its place whole: what was there stays until the new is complete."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
