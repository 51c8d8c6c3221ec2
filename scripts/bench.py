"""Time `bilan build` against what a user would run instead: papermill and nbconvert, one notebook after another.

Both do the same work from nothing in the same run, the 2024 edition in French and English; the answer is a ratio.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def seconds(*commands: list[str], results: str) -> float:
    """Run commands one after another and return how long they took together."""
    environment = os.environ | {"BILAN_RESULTS": results}
    start = time.perf_counter()
    for command in commands:
        subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Print both times and their ratio, the median of three alternating runs."""
    ours, theirs = [], []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder)
            build = [str(BIN / "bilan"), "build", "--out", str(out / "site"), "--force"]
            ours.append(seconds(build, results=str(out / "ours")))
            commands = []
            for notebook in sorted((ROOT / "notebooks").glob("0*.ipynb")):
                for lang in ("fr", "en") if notebook.stem.startswith("08") else ("en",):
                    executed = str(out / f"{notebook.stem}.{lang}.ipynb")
                    commands.append([str(BIN / "papermill"), str(notebook), executed, "-p", "lang", lang])
                    commands.append([str(BIN / "jupyter"), "nbconvert", "--to", "html", executed])
            theirs.append(seconds(*commands, results=str(out / "theirs")))
    one, other = sorted(ours)[1], sorted(theirs)[1]
    print(f"bilan build {one:.1f} s; papermill and nbconvert {other:.1f} s; ratio {other / one:.1f}")


if __name__ == "__main__":
    main()
