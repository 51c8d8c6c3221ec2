"""What JupyterLab, begun by `make lab`, does beside when it saves a notebook that has run.

Widgets, which end with their kernel, are left out: opened again, they would say "model not found". And git, which takes
a file of another size for a changed one, is shown that without what the run left it is the same.
"""

import shutil
import subprocess
from pathlib import Path

WIDGET = "application/vnd.jupyter.widget-view+json"


def without_widgets(model: dict, **_: object) -> None:
    """Take the outputs that are widgets from a notebook that is about to be saved."""
    if model["type"] == "notebook":
        for cell in model["content"]["cells"]:
            if "outputs" in cell:
                cell["outputs"] = [one for one in cell["outputs"] if WIDGET not in one.get("data", {})]


def settled(os_path: str, **_: object) -> None:
    """Let git look again at a saved notebook, if that changes nothing in what is to be committed."""
    path, quiet = Path(os_path), {"stderr": subprocess.DEVNULL}
    git = [shutil.which("git"), "-C", str(path.parent)]
    if not git[0] or path.suffix != ".ipynb":
        return
    if subprocess.run([*git, "diff", "--quiet", "--", path.name], **quiet).returncode == 0:
        subprocess.run([*git, "add", "--update", "--", path.name], **quiet)


def _jupyter_server_extension_points() -> list[dict]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(app) -> None:
    app.contents_manager.register_pre_save_hook(without_widgets)
    app.contents_manager.register_post_save_hook(settled)
