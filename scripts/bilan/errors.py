"""The one error a caller can mend: it is shown as a single message, never as a traceback."""

from bilan.untrusted import printable

LONGEST = 1200  # characters of a message; what was found may be a megabyte


class InputError(Exception):
    """Wrong input: the message, one line, names the file or parameter, what was expected and what was found."""

    def __init__(self, message: str):
        said = printable(message)
        super().__init__(said if len(said) <= LONGEST else f"{said[: LONGEST // 2]} […] {said[-LONGEST // 2 :]}")

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in a notebook in place of a traceback."""
        return [f"Input error: {self}"]
