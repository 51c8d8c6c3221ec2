"""The command `bilan`, or `python -m bilan`, begun: a call that would change nothing ends before the rest is loaded."""

import os
import sys

from bilan.build import stamps
from bilan.untrusted import printable


def main(arguments: list[str] | None = None) -> int:
    """Run the command, see `bilan.cli`, unless the same call has left what it would make; return its exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # letters that a terminal's encoding lacks, Arabic ones on cp1252
    if folders := stamps.unchanged(arguments):
        shown = printable(", ".join(map(os.path.relpath, folders)))
        print(f"Nothing to do, nothing has changed since this was published: {shown}")
        return 0
    from bilan.cli import run

    return run(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
