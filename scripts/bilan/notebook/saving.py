"""What JupyterLab, begun by `make lab`, leaves out of a notebook that it saves: widgets, which end with their kernel.

Opened again, such an output would say "model not found".
"""

WIDGET = "application/vnd.jupyter.widget-view+json"


def without_widgets(model: dict, **_: object) -> None:
    """Take the outputs that are widgets from a notebook that is about to be saved."""
    if model["type"] == "notebook":
        for cell in model["content"]["cells"]:
            if "outputs" in cell:
                cell["outputs"] = [one for one in cell["outputs"] if WIDGET not in one.get("data", {})]


def _jupyter_server_extension_points() -> list[dict]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(app) -> None:
    app.contents_manager.register_pre_save_hook(without_widgets)
