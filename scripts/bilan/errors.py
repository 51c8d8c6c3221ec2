"""The one error a caller can mend: it is shown as a single message, never as a traceback."""

import unicodedata

LONGEST = 1200  # characters of a message; what was found may be a megabyte


def one_line(message: str) -> str:
    """Return a message on one line: line breaks, controls and what turns text around as escapes, its middle cut out."""
    said = "".join(
        f"\\u{ord(c):04x}" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in message
    )
    return said if len(said) <= LONGEST else f"{said[: LONGEST // 2]} […] {said[-LONGEST // 2 :]}"


class InputError(Exception):
    """Wrong input: the message, one line, names the file or parameter, what was expected and what was found."""

    def __init__(self, message: str):
        super().__init__(one_line(message))

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in a notebook in place of a traceback."""
        return [f"Input error: {self}"]
