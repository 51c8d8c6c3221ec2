"""Pages as PDF, printed by a Chromium where the machine has one: tagged, with an outline, the same bytes again."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from bilan.build.forkserver import short_folder
from bilan.build.stamps import browser
from bilan.files import OURS

TIME_LIMIT = 120  # seconds
_QUIET = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run")
_QUIET += ("--host-resolver-rules=MAP * ~NOTFOUND", "--no-proxy-server")  # it would ask for its updates


def print_page(html: Path, pdf: Path, kept: Path) -> str:
    """Print a page; return "", or why there is no PDF.

    A PDF of the same content is taken from `kept`, where each that was printed is left, its checksum in its name.
    """
    program = browser()
    if program is None:
        return "no Chromium on this machine"
    content = hashlib.sha256(html.read_bytes())
    earlier = (again.read_bytes() for again in kept.glob(f"{content.hexdigest()}.*.pdf") if _whole(again))
    if not (printed := next(earlier, b"")):
        with tempfile.TemporaryDirectory(dir=short_folder()) as scratch:  # the browser's socket lies in it
            drawn = Path(scratch, "page.pdf")
            asked = [program, "--headless", *_QUIET, f"--user-data-dir={scratch}/profile", "--no-pdf-header-footer"]
            asked += ["--generate-pdf-document-outline", f"--print-to-pdf={drawn}", html.resolve().as_uri()]
            if os.name == "posix" and os.geteuid() == 0:  # Chromium refuses its sandbox to root
                asked.insert(1, "--no-sandbox")
            if shutil.which("setpriv"):  # Linux: where this process is killed, so is the browser
                asked = ["setpriv", "--pdeathsig", "KILL", *asked]
            try:
                subprocess.run(
                    asked, capture_output=True, timeout=TIME_LIMIT, check=True, env=os.environ | {"TMPDIR": scratch}
                )
                printed = drawn.read_bytes()
            except (OSError, subprocess.SubprocessError) as error:
                return f"Chromium did not print it: {error}"
        printed = _without_dates(printed)
        kept.mkdir(parents=True, exist_ok=True)
        beside = kept / f"{OURS}{os.getpid()}.{pdf.stem}"
        beside.write_bytes(printed)
        beside.replace(kept / f"{content.hexdigest()}.{hashlib.sha256(printed).hexdigest()}.pdf")
    pdf.write_bytes(printed)
    return ""


def _whole(pdf: Path) -> bool:
    """Say whether a PDF that was kept is as it was printed: a disk can damage it, a power cut empty it."""
    return pdf.is_file() and pdf.stem.endswith(f".{hashlib.sha256(pdf.read_bytes()).hexdigest()}")


def _without_dates(pdf: bytes) -> bytes:
    """Return a PDF with the dates of its making set to one day, in place: the same length, the same offsets."""
    return re.sub(rb"(?<=Date \(D:)\d{14}", b"20000101000000", pdf)
