"""The one error a caller can mend: it is shown as a single message, never as a traceback."""

from .foreign import printable


class InputError(Exception):
    """Wrong input: the message names the file or parameter, what was expected and what was found."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in a notebook in place of a traceback."""
        return [f"Input error: {printable(self)}"]
